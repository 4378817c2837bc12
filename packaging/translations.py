"""Bring the catalogues of the window up to date: `python packaging/translations.py`.

The Chinese one holds all texts, the English one only those that count something, in their forms for one and for many.
Qt's `lupdate` collects the texts of the window. It cannot read those that the core hands to the window to be
translated there, so they are collected here from the syntax tree and given to it in a file made for that.
"""

import ast
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from subprocess import run

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "resources" / "i18n" / "flawsight_zh_CN.ts"
PLURALS = CATALOGUE.with_stem("flawsight_en")
CONTEXT = "core"  # as in gui/errors.py
# Calls whose arguments are for people, by position and by name; core/errors.py has `phrase` for everything else.
FOR_PEOPLE = {
    "phrase": ((0,), ()),
    "Note": ((0,), ("text",)),
    "Problem": ((0, 1), ("message", "hint")),
    "memory_as_problem": ((0,), ("remedy",)),
    "stage": ((0,), ("name",)),
    "say": ((0,), ()),
    "knob": ((), ("label", "help", "choices", "folder")),
    "KindInfo": ((1,), ("sentence",)),
}


def literals(argument: ast.expr, where: str) -> Iterator[str]:
    """Yield the texts that an argument can be; what comes from elsewhere is marked there.

    Raises
    ------
    ValueError
        The text is put together when the program runs, so that no catalogue can hold it.
    """
    match argument:
        case ast.Constant(value=str(text)):
            if text:
                yield text
        case ast.IfExp(body=one, orelse=other):
            yield from literals(one, where)
            yield from literals(other, where)
        case ast.BoolOp(values=parts) | ast.Dict(values=parts):
            for part in parts:
                yield from literals(part, where)
        case ast.JoinedStr() | ast.BinOp():
            raise ValueError(f"{where}: a text put together cannot be translated; use a template: {{name}}")


def core_texts() -> list[str]:
    """Return the texts that `gui.errors.translated` translates, sorted, each once."""
    texts: set[str] = set()
    for path in [*ROOT.glob("core/**/*.py"), *ROOT.glob("gui/**/*.py")]:
        if path.is_relative_to(ROOT / "core" / "cli"):  # the terminal speaks English
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            positions, names = FOR_PEOPLE.get(name, ((), ()))
            arguments = [node.args[position] for position in positions if position < len(node.args)]
            arguments += [keyword.value for keyword in node.keywords if keyword.arg in names]
            for argument in arguments:
                texts.update(literals(argument, f"{path.relative_to(ROOT)}:{node.lineno}"))
    for template in ROOT.glob("resources/report/*.j2"):
        texts.update(re.findall(r'say\("([^"]+)"', template.read_text("utf-8")))
    return sorted(texts)


def update(catalogue: Path) -> None:
    """Write all texts of the program into a catalogue; translations stay, and what is gone from the program goes."""
    with tempfile.TemporaryDirectory() as folder:
        core = Path(folder) / "core_texts.py"
        core.write_text("".join(f"QT_TRANSLATE_NOOP({CONTEXT!r}, {text!r})\n" for text in core_texts()), "utf-8")
        sources = [str(core), *sorted(map(str, ROOT.glob("gui/**/*.py")))]
        which = ["-pluralonly", "-source-language", "en"] if catalogue.stem == PLURALS.stem else []
        _tool("lupdate", *sources, "-locations", "none", "-no-obsolete", *which, "-ts", str(catalogue))


def compile_catalogue(catalogue: Path, compiled: Path) -> None:
    """Write the form of a catalogue that the window loads."""
    _tool("lrelease", str(catalogue), "-qm", str(compiled))


def _tool(name: str, *arguments: str) -> None:
    run([Path(sys.executable).parent / f"pyside6-{name}", *arguments], check=True)


if __name__ == "__main__":
    for path in (CATALOGUE, PLURALS):
        update(path)
        compile_catalogue(path, path.with_suffix(".qm"))
