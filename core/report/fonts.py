"""Fonts for a PDF file, which has to carry its own: the computer's, found by the names of their files."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fontTools.ttLib import TTCollection

from core.errors import Problem
from core.report.words import chinese

VARIABLE = "FLAWSIGHT_FONT"
_CHINESE = (
    ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"),
    ("NotoSansCJKsc-Regular.otf", "NotoSansCJKsc-Bold.otf"),
    ("NotoSansSC-Regular.otf", "NotoSansSC-Bold.otf"),
    ("SourceHanSansSC-Regular.otf", "SourceHanSansSC-Bold.otf"),
    ("msyh.ttc", "msyhbd.ttc"),
    ("Deng.ttf", "Dengb.ttf"),
    ("simhei.ttf", "simhei.ttf"),
    ("Hiragino Sans GB.ttc", "Hiragino Sans GB.ttc"),
    ("STHeiti Medium.ttc", "STHeiti Medium.ttc"),
    ("Arial Unicode.ttf", "Arial Unicode.ttf"),
    ("wqy-microhei.ttc", "wqy-microhei.ttc"),
    ("wqy-zenhei.ttc", "wqy-zenhei.ttc"),
    ("DroidSansFallbackFull.ttf", "DroidSansFallbackFull.ttf"),
)
_LATIN = (
    ("segoeui.ttf", "segoeuib.ttf"),
    ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("Arial.ttf", "Arial Bold.ttf"),
    ("Arial.ttf", "arialbd.ttf"),
)


@dataclass(frozen=True, slots=True)
class Face:
    """One face: a file and which of its fonts."""

    path: Path
    index: int = 0


@dataclass(frozen=True, slots=True)
class Fonts:
    """What a report is set in.

    Attributes
    ----------
    other
        For signs that the first has not, such as Chinese names of files in an English report; None where there is
        none: such signs become boxes.
    """

    regular: Face
    bold: Face
    other: Face | None


def find_fonts(language: str) -> Fonts:
    """Find fonts for a language.

    Raises
    ------
    Problem
        This computer has none that is known here.
    """
    named = os.environ.get(VARIABLE)
    if named:
        if not Path(named).is_file():
            raise Problem("There is no font file {path}.", "Check {variable}.", path=named, variable=VARIABLE)
        face = _face(Path(named))
        return Fonts(face, face, None)
    there = {path.name.casefold(): path for folder in _folders() for path in _files(folder)}
    han, latin = _pair(there, _CHINESE), _pair(there, _LATIN)
    first = han if chinese(language) else latin or han
    if first is None:
        raise Problem(
            "There is no font on this computer that a PDF file in this language could carry.",
            "Install Noto Sans CJK (Debian: fonts-noto-cjk), name a font file in {variable}, or write HTML instead.",
            variable=VARIABLE,
        )
    return Fonts(*first, None if han is None or han is first else han[0])


def _pair(there: dict[str, Path], names: tuple[tuple[str, str], ...]) -> tuple[Face, Face] | None:
    for regular, bold in names:
        if regular.casefold() in there:
            plain = there[regular.casefold()]
            return _face(plain), _face(there.get(bold.casefold(), plain))
    return None


def _face(path: Path) -> Face:
    """Take the simplified Chinese font of a collection; the signs of other countries look different."""
    if path.suffix.lower() != ".ttc":
        return Face(path)
    with TTCollection(path, lazy=True) as fonts:
        families = [str(font["name"].getDebugName(1)) for font in fonts]
    return Face(path, next((i for i, family in enumerate(families) if family.endswith((" SC", " GB"))), 0))


def _folders() -> list[Path]:
    home = Path.home()
    if sys.platform == "win32":
        return [
            Path(os.environ.get("WINDIR", "C:\\Windows")) / "Fonts",
            Path(os.environ.get("LOCALAPPDATA", home)) / "Microsoft" / "Windows" / "Fonts",
        ]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library" / "Fonts"]
    return [
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        home / ".local" / "share" / "fonts",
        home / ".fonts",
    ]


def _files(folder: Path) -> Iterator[Path]:
    for inner, _, names in os.walk(folder):
        yield from (Path(inner, name) for name in names)
