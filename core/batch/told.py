"""What a run into a folder is asked for and tells, as plain data: the window reads it without loading torch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from core.batch.table import Row

PICTURES, COPY = 1, 2  # bits of `Outputs.extras`


@dataclass(frozen=True, slots=True)
class Outputs:
    """What to write beside the table.

    Attributes
    ----------
    pictures
        Heat maps and masks.
    copies
        A copy of each image in a folder of its verdict.
    workbook
        The table for Excel, too.
    """

    pictures: bool = True
    copies: bool = False
    workbook: bool = True

    @property
    def extras(self) -> int:
        """What an image has to have to be done: bits."""
        return PICTURES * self.pictures | COPY * self.copies


@dataclass(frozen=True, slots=True)
class Tally:
    """What has come out so far.

    Attributes
    ----------
    ok, review, ng, failed
        Images by what was said of them.
    earlier
        How many of them were finished in an earlier run.
    last
        The row that came last.
    """

    ok: int = 0
    review: int = 0
    ng: int = 0
    failed: int = 0
    earlier: int = 0
    last: Row | None = None

    @property
    def total(self) -> int:
        """How many images there were."""
        return self.ok + self.review + self.ng + self.failed

    def plus(self, row: Row) -> Tally:
        """Count one more."""
        name = {"OK": "ok", "REVIEW": "review", "NG": "ng", "": "failed"}[row.verdict]
        return replace(self, last=row, **{name: getattr(self, name) + 1})


@dataclass(frozen=True, slots=True)
class Watched:
    """How the watch stands.

    Attributes
    ----------
    away
        Whether the folder is not there: the watch waits for it.
    arriving
        How many files are there that are not complete yet.
    """

    tally: Tally
    away: bool = False
    arriving: int = 0


@dataclass(frozen=True, slots=True)
class Arrived:
    """Images that are complete since the last word of them.

    Attributes
    ----------
    paths
        Each told once; of those told together, the one written first comes first.
    away
        Whether the folder is not there now.
    waiting
        How many are on their way.
    """

    paths: tuple[Path, ...]
    away: bool
    waiting: int
