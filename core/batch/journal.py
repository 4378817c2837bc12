"""What has been inspected into a folder, kept so that a stop, a crash or a cut of power loses little of the work: the
last second, and the images on their way (`core.images.in_order.AHEAD`).

One SQLite file in the folder of results. The tables are made from it; the list of files of a run waits in a temporary
table, on the drive too. So memory does not grow with the number of images: SQLite keeps some megabytes of pages.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from types import TracebackType

from core.batch.listing import JOURNAL
from core.batch.table import Row
from core.errors import Problem
from core.files import check_writable

COMMIT_SECONDS = 1.0
PAGE = 500
_VERSION = 1
_FIELDS = [field.name for field in fields(Row) if field.name != "path"]
_SCHEMA = f"""
CREATE TABLE images (
    path BLOB PRIMARY KEY, place TEXT NOT NULL, name TEXT NOT NULL, folded TEXT NOT NULL UNIQUE,
    size INTEGER, changed INTEGER, made_by TEXT NOT NULL DEFAULT '', extras INTEGER NOT NULL DEFAULT 0,
    image_threshold REAL, score REAL, normalised_score REAL, verdict TEXT, regions INTEGER, largest_area REAL,
    seconds REAL, error TEXT
) STRICT;
CREATE INDEX by_place ON images (place, path);
PRAGMA user_version = {_VERSION};
"""
_LISTED = "CREATE TEMP TABLE listed (place TEXT, path BLOB, PRIMARY KEY (place, path)) WITHOUT ROWID;"


@dataclass(frozen=True, slots=True)
class Stamp:
    """By what a changed file is known: its size in bytes, and when it was changed in ns."""

    size: int
    changed: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A row as it was kept.

    Attributes
    ----------
    stamp
        Of the file that was inspected; None of one that could not be looked at.
    made_by
        Of the model with its limits; "" while there is no result.
    extras
        Which pictures were written: bits, see `core.batch.run`.
    """

    row: Row
    stamp: Stamp | None
    made_by: str
    extras: int


class Journal:
    """The rows of a folder of results. Use it in one thread.

    Raises
    ------
    Problem
        On entering: the folder cannot be written, another run writes there, or the file is no journal. Later: the
        drive is full or gone; what was kept before stays.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / JOURNAL
        self._db: sqlite3.Connection
        self._committed = 0.0

    def __enter__(self) -> Journal:
        check_writable(self.path.parent)
        new = not self.path.exists()
        self._db = sqlite3.connect(self.path, timeout=0.0, isolation_level=None)
        try:
            # The lock stays until the end: two runs into one folder would undo each other's work.
            self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute("PRAGMA temp_store = FILE")
            self._db.execute("BEGIN EXCLUSIVE")
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                for statement in _SCHEMA.split(";"):
                    self._db.execute(statement)
            elif version != _VERSION:
                raise self._other(None)
            self._db.execute("SELECT path, place, name, folded, made_by, extras FROM images LIMIT 1")
            self._db.execute(_LISTED)
            self._db.execute("COMMIT")
            self._db.execute("BEGIN")
        except (sqlite3.Error, Problem) as error:
            self._close(forget=new)
            raise (self._problem(error) if isinstance(error, sqlite3.Error) else error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        empty = False
        try:
            empty = next(self.rows(), None) is None
            self._run("COMMIT")
        except Problem:
            if kind is None:
                raise
        finally:
            self._close(forget=empty)

    def _close(self, *, forget: bool) -> None:
        self._db.close()
        if forget:  # there is nothing in it
            with contextlib.suppress(OSError):
                self.path.unlink()

    def keep(self, path: Path, kept: Kept) -> None:
        """Keep a row, which has been named by `name`; within about a second it is safe on the drive."""
        stamp = kept.stamp
        names = ["size", "changed", "made_by", "extras", *_FIELDS]
        values = [None, None] if stamp is None else list(astuple(stamp))
        values += [kept.made_by, kept.extras, *(getattr(kept.row, name) for name in _FIELDS)]
        self._run(
            f"UPDATE images SET {', '.join(f'{name} = ?' for name in names)} WHERE path = ?",
            *map(_storable, values),
            os.fsencode(path),
        )
        if time.monotonic() - self._committed >= COMMIT_SECONDS:
            self.commit()

    def commit(self) -> None:
        """Make safe what was kept."""
        self._run("COMMIT")
        self._run("BEGIN")
        self._committed = time.monotonic()

    def name(self, path: Path, wanted: str) -> str:
        """Return the name of an image's results: the wanted one or, where another image has it, one with a number.

        Names are told apart without case, as Windows and macOS do. An image keeps its name.
        """
        key = os.fsencode(path)
        known = self._run("SELECT name FROM images WHERE path = ?", key).fetchone()
        if known is not None:
            return str(known[0])
        wanted = _text(wanted)
        choices = itertools.chain([wanted], (f"{wanted}-{number}" for number in itertools.count(2)))
        for name in choices:
            taken = self._run("SELECT 1 FROM images WHERE folded = ?", name.casefold()).fetchone()
            if taken is None:
                self._run(
                    "INSERT INTO images (path, place, name, folded) VALUES (?, ?, ?, ?)",
                    key,
                    place(path),
                    name,
                    name.casefold(),
                )
                return name
        raise AssertionError  # there is always a next number

    def kept(self, path: Path) -> Kept | None:
        """Return what is kept of an image."""
        found = self._run(f"SELECT {_KEPT} FROM images WHERE path = ?", os.fsencode(path)).fetchone()
        return None if found is None else _kept(found)

    def rows(self) -> Iterator[Row]:
        """Yield all rows with a result or an error, in natural order of their paths."""
        asked = f"SELECT {_KEPT} FROM images WHERE error IS NOT NULL ORDER BY place, path"
        try:
            for found in self._db.execute(asked):
                yield _kept(found).row
        except sqlite3.Error as error:
            raise self._problem(error) from error

    # The list of a run

    def enlist(self, path: Path) -> None:
        """Put a file on the list, once."""
        self._run("INSERT OR IGNORE INTO listed VALUES (?, ?)", place(path), os.fsencode(path))

    def strike(self, path: Path) -> None:
        """Take a file off the list."""
        self._run("DELETE FROM listed WHERE place = ? AND path = ?", place(path), os.fsencode(path))

    def listed(self) -> Iterator[Path]:
        """Yield the files on the list in natural order; they may be struck off meanwhile."""
        after: tuple[str, bytes] = ("", b"")
        while True:
            page = self._run(
                "SELECT place, path FROM listed WHERE (place, path) > (?, ?) ORDER BY place, path LIMIT ?", *after, PAGE
            ).fetchall()
            for _, path in page:
                yield Path(os.fsdecode(path))
            if len(page) < PAGE:
                return
            after = page[-1]

    def count(self) -> int:
        """Return how many files are on the list."""
        return int(self._run("SELECT count(*) FROM listed").fetchone()[0])

    def _run(self, statement: str, *values: object) -> sqlite3.Cursor:
        try:
            return self._db.execute(statement, values)
        except sqlite3.Error as error:
            raise self._problem(error) from error

    def _problem(self, error: sqlite3.Error) -> Problem:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return Problem(
                "Another inspection writes into {folder}.",
                "Wait until it has ended, or choose another folder.",
                folder=self.path.parent,
            )
        if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR):
            return self._other(error)
        return Problem(
            "{path} could not be written ({reason}).",
            "Make room on the drive or check it, then start again: what was kept before stays.",
            path=self.path,
            reason=error,
        )

    def _other(self, error: sqlite3.Error | None) -> Problem:
        return Problem(
            "{path} is damaged or of another version.", "Choose another folder for the results.", path=self.path
        )


def place(path: Path) -> str:
    """Return the text by which paths stand in natural order: ``part 9`` before ``part 10``."""
    text = _text("\x01".join(path.parts)).casefold()
    return re.sub(r"[0-9]+", lambda digits: digits[0].lstrip("0").rjust(20, "0"), text)


_KEPT = ", ".join(["path", "size", "changed", "made_by", "extras", *_FIELDS])


def _kept(found: tuple[object, ...]) -> Kept:
    path, size, changed, made_by, extras, *cells = found
    assert isinstance(path, bytes)
    assert isinstance(made_by, str)
    assert isinstance(extras, int)
    stamp = Stamp(size, changed) if isinstance(size, int) and isinstance(changed, int) else None
    row = Row(Path(os.fsdecode(path)), **dict(zip(_FIELDS, cells, strict=True)))  # type: ignore[arg-type]
    return Kept(row, stamp, made_by, extras)


def _storable(value: object) -> object:
    return _text(value) if isinstance(value, str) else value


def _text(text: str) -> str:
    """Return what UTF-8 can hold; signs that are no text, as names of files may hold, become escapes."""
    return text.encode("utf-8", errors="backslashreplace").decode("utf-8")
