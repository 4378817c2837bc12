"""Under which licences the program and its parts stand: `licences.txt`, made by `packaging/licences.py`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from resources import locate


@dataclass(frozen=True, slots=True)
class Notice:
    """One part of the program.

    Attributes
    ----------
    name
        Of the distribution, or "Flawsight" or "Python".
    version
        When the notices were collected; "" for the program itself.
    licence
        In one line: an SPDX expression where the part says one.
    text
        All licences and notices of the part; a text that two parts share stands with the first.
    """

    name: str
    version: str
    licence: str
    text: str


@cache
def notices() -> tuple[Notice, ...]:
    """Return the program's own notice, Python's, and those of all other parts by name."""
    result = []
    for page in locate("licences.txt").read_text("utf-8").split("\f\n"):
        first, _, text = page.partition("\n\n")
        name, version, licence = first.split("\t")
        result.append(Notice(name, version, licence, text))
    return tuple(result)
