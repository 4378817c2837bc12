"""The project file: one SQLite database, one transaction an edit or a few of them.

Decisions
---------
Journal
    A rollback journal (``DELETE``), not WAL: projects lie on network drives and on read-only media, where WAL's
    shared memory does not work. ``synchronous=EXTRA`` syncs the folder too, so that what was shown as saved outlives
    a power cut.
Lock
    An operating system lock on a small file in the project's folder. It dies with the process, so no stale lock
    ever keeps anybody out. Who does not get it reads a snapshot in memory and cannot write.
Moves
    Paths are stored relative to the project's folder and absolute. A project that has not moved uses the absolute
    ones; one that has moved takes the relative one where that file is there.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import product
from pathlib import Path
from typing import IO, Any

from core.errors import DAMAGE, Problem, phrase
from core.images.area import Area
from core.images.framing import Placement
from core.images.reading import MAX_PIXELS
from core.project.edits import Edit
from core.project.masks import PackedMask
from core.project.model import Changes, Kind, Label, ModelRecord, Project, Role, Sample, SampleId, Score
from core.project.relocation import Listings
from core.scoring.thresholds import Calibration

SUFFIX = ".flawsight"
APPLICATION_ID = 0x466C7773  # "Flws"
BUSY_SECONDS = 5.0
_MAGIC = b"SQLite format 3\0"
_PLAIN_NAME = re.compile(r"[\w.+-]+", re.ASCII)

_VERSION_1 = """
CREATE TABLE project (name TEXT PRIMARY KEY, value TEXT) STRICT;
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE samples (
    id INTEGER PRIMARY KEY,
    path ANY NOT NULL, home_path ANY NOT NULL,
    label TEXT NOT NULL, role TEXT NOT NULL, defect_type TEXT NOT NULL,
    mask ANY, home_mask ANY,
    size TEXT, content_hash TEXT NOT NULL, trouble TEXT NOT NULL, note TEXT NOT NULL
) STRICT;
CREATE TABLE models (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, file TEXT NOT NULL, created TEXT NOT NULL,
    facts TEXT NOT NULL, calibration TEXT
) STRICT;
CREATE TABLE scores (
    model TEXT NOT NULL, sample INTEGER NOT NULL, score REAL NOT NULL, seconds REAL NOT NULL, placement TEXT NOT NULL,
    PRIMARY KEY (model, sample)
) STRICT, WITHOUT ROWID;
"""
_VERSION_2 = "ALTER TABLE samples ADD COLUMN bits INTEGER;"
_VERSION_3 = """
CREATE TABLE masks (sample INTEGER PRIMARY KEY, height INTEGER NOT NULL, width INTEGER NOT NULL) STRICT;
CREATE TABLE mask_tiles (
    sample INTEGER NOT NULL, tile INTEGER NOT NULL, bits BLOB NOT NULL, PRIMARY KEY (sample, tile)
) STRICT, WITHOUT ROWID;
"""
# One script a version. A file of version n runs all the scripts from n on, in one transaction.
_VERSION_4 = ""  # a third role, which earlier programs do not know
MIGRATIONS: tuple[str, ...] = (_VERSION_1, _VERSION_2, _VERSION_3, _VERSION_4)
SCHEMA_VERSION = len(MIGRATIONS)


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A change of samples, masks, scores or settings that is made in memory and not in the file.

    Attributes
    ----------
    back
        Takes it back in memory.
    project
        As it was after the change, with no samples, masks and scores but those that it touched; never changes.
    """

    changes: Changes
    back: Callable[[Project], Changes]
    project: Project


class ProjectFile:
    """An open project: the document in memory and the file that stays equal to it.

    Make one with `create` or `open`. Use it in one thread at a time.

    Attributes
    ----------
    project
        The document. Change it with `do` and `undo` of this class only.
    why_read_only
        One sentence for people, or "" where the project can be changed.
    """

    def __init__(
        self, project: Project, connection: sqlite3.Connection | None, lock: IO[bytes] | None, why_read_only: str
    ) -> None:
        self.project = project
        self.why_read_only = why_read_only
        self._connection = connection
        self._lock = lock

    @classmethod
    def create(cls, path: Path, name: str) -> ProjectFile:
        """Make an empty project and open it.

        Raises
        ------
        Problem
            There is something of that name already, or the folder cannot be written.
        """
        path = _absolute(path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX))
        if path.exists():
            raise Problem("There is already a project at {path}.", "Open it, or choose another name.", path=path)
        part = path.with_name(f".{path.name}.part")
        project = Project(path=path, name=name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.unlink(missing_ok=True)
            project.models_folder.mkdir(parents=True, exist_ok=True)
            connection = _connect(part)
            try:
                with _transaction(connection):
                    _migrate(connection, 0)
                    _write(connection, project, Changes(kinds=frozenset({Kind.PROJECT, Kind.ACTIVE_MODEL})))
            finally:
                connection.close()
            part.replace(path)
        except (OSError, sqlite3.Error) as error:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            raise _cannot_write(path, error) from error
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> ProjectFile:
        """Open a project; read-only where another window has it open or its folder cannot be written.

        A file that cannot be opened is left as it is, byte for byte.

        Raises
        ------
        Problem
            Not there, not a project, damaged, or written by a newer program.
        """
        path = _absolute(path)
        _check_header(path)
        lock, why_read_only = _take_lock(path)
        connection: sqlite3.Connection | None = None
        try:
            connection = _connect(path) if lock is not None else _snapshot(path)
            project = _load(connection, path)
            if lock is None:
                connection.close()
                connection = None
                project.read_only = True
            return cls(project, connection, lock, why_read_only)
        except (sqlite3.Error, OSError, *DAMAGE) as error:
            if connection is not None:
                connection.close()
            _release(lock)
            raise _damaged(path, error) from error
        except Problem:
            if connection is not None:
                connection.close()
            _release(lock)
            raise

    def do(self, edit: Edit) -> Changes:
        """Apply an edit in memory and in the file, or in neither.

        Raises
        ------
        Problem
            Read-only, disk full, drive gone: nothing has changed.
        """
        return self._change(edit.apply, edit.undo)

    def undo(self, edit: Edit) -> Changes:
        """Take an edit back in memory and in the file, or in neither; raises like `do`."""
        return self._change(edit.undo, edit.apply)

    def later(self, step: Callable[[Project], Changes], back: Callable[[Project], Changes]) -> Unsaved:
        """Make a change of samples, masks, scores or settings in memory alone; `save` is to follow, in the same order.

        Parameters
        ----------
        step, back
            `apply` and `undo` of an edit, or the other way round.

        Raises
        ------
        Problem
            Read-only.
        """
        if self._connection is None:
            raise Problem("This project is open for reading only.", self.why_read_only)
        changes = step(self.project)
        now, ids = self.project, changes.samples
        samples = {i: now.samples[i] for i in ids if i in now.samples}
        masks = {i: now.masks[i] for i in ids if i in now.masks}
        keys = product(now.models, ids) if Kind.SCORES in changes.kinds else ()
        scores = {key: now.scores[key] for key in keys if key in now.scores}
        project = replace(now, samples=samples, masks=masks, scores=scores, settings=dict(now.settings))
        return Unsaved(changes, back, project)

    def save(self, unsaved: Sequence[Unsaved]) -> None:
        """Write changes that are made in memory already, in one transaction; another thread may do it.

        Raises
        ------
        Problem
            Disk full, drive gone: none of them is in the file.
        """
        if self._connection is None:
            raise Problem("This project is open for reading only.", self.why_read_only)
        try:
            with _transaction(self._connection):
                for one in unsaved:
                    _write(self._connection, one.project, one.changes)
        except (sqlite3.Error, OSError) as error:
            raise _cannot_write(self.project.path, error) from error

    def close(self) -> None:
        """Close the file and let the next one write. Twice does no harm."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        _release(self._lock)
        self._lock = None

    def _change(self, step: Callable[[Project], Changes], back: Callable[[Project], Changes]) -> Changes:
        if self._connection is None:
            raise Problem("This project is open for reading only.", self.why_read_only)
        changes = step(self.project)
        try:
            with _transaction(self._connection):
                _write(self._connection, self.project, changes)
        except (sqlite3.Error, OSError) as error:
            back(self.project)
            raise _cannot_write(self.project.path, error) from error
        return changes


def is_plain_name(name: str) -> bool:
    """Whether a model's id may name files: it comes from files of other people."""
    return _PLAIN_NAME.fullmatch(name) is not None and set(name) != {"."}


def _absolute(path: Path) -> Path:
    """Not `Path.resolve`: links and mapped drives stay as people know them."""
    return Path(os.path.abspath(path))  # noqa: PTH100


# --- Opening ---------------------------------------------------------------------------------------------------------


def _check_header(path: Path) -> None:
    """Look at the first bytes only, so that a file of another program is never touched by SQLite."""
    try:
        with path.open("rb") as file:
            head = file.read(100)
            length = file.seek(0, os.SEEK_END)
    except FileNotFoundError as error:
        raise Problem("There is no project at {path}.", "It may have been moved or renamed.", path=path) from error
    except OSError as error:
        raise Problem(
            "The project {path} cannot be read: {reason}.",
            "Check the drive and your rights to the file.",
            path=path,
            reason=error.strerror or error,
        ) from error
    if len(head) < 100 or not head.startswith(_MAGIC) or int.from_bytes(head[68:72]) != APPLICATION_ID:
        raise Problem(
            "{path} is not a Flawsight project.",
            "Choose a file that ends with .flawsight; if this one was one, restore it from a backup.",
            path=path,
        )
    if int.from_bytes(head[60:64]) > SCHEMA_VERSION:
        raise Problem("{path} was made by a newer version of Flawsight.", "Update Flawsight to open it.", path=path)
    page_size = int.from_bytes(head[16:18])
    page_size = 65536 if page_size == 1 else page_size
    journal = path.with_name(path.name + "-journal")
    if length < page_size * int.from_bytes(head[28:32]) and not journal.exists():
        raise _damaged(path, None)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("PRAGMA synchronous=EXTRA")
        connection.execute("PRAGMA fullfsync=ON")
        connection.execute("PRAGMA trusted_schema=OFF")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _snapshot(path: Path) -> sqlite3.Connection:
    """Read the whole file into memory in one go: consistent while the other window writes."""
    source = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)
    try:
        memory = sqlite3.connect(":memory:", isolation_level=None)
        source.backup(memory)
    finally:
        source.close()
    return memory


def _migrate(connection: sqlite3.Connection, version: int) -> None:
    for script in MIGRATIONS[version:]:
        for statement in script.split(";"):
            if statement.strip():
                connection.execute(statement)
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")


def _load(connection: sqlite3.Connection, path: Path) -> Project:
    (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if answer != "ok":
        raise ValueError(answer)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version < SCHEMA_VERSION:
        with _transaction(connection):
            _migrate(connection, version)

    facts = dict(connection.execute("SELECT name, value FROM project"))
    project = Project(path=path, name=facts["name"], active_model=facts["active_model"], last_id=int(facts["last_id"]))
    project.settings.update(connection.execute("SELECT name, value FROM settings"))
    _ = project.area, project.types  # damaged ones are told now
    project.samples.update(_load_samples(connection))
    for name, title, kind, file, created, told, calibration in connection.execute(
        "SELECT id, name, kind, file, created, facts, calibration FROM models"
    ):
        if not is_plain_name(name) or not is_plain_name(file):
            raise ValueError(f"strange model name {name!r}")  # it names files that are deleted later
        project.models[name] = ModelRecord(name, title, kind, project.models_folder / file, created, json.loads(told))
        if calibration is not None:
            project.calibrations[name] = Calibration.from_json(json.loads(calibration))
    project.scores.update(_load_scores(connection, project))
    project.masks.update(_load_masks(connection))
    if facts["home"] != str(path.parent):
        _follow_move(connection, project)
    return project


def _load_samples(connection: sqlite3.Connection) -> dict[SampleId, Sample]:
    # A look-up is quicker than an enumeration's call.
    labels, roles = {label.value: label for label in Label}, {role.value: role for role in Role}
    rows = connection.execute(
        "SELECT id, home_path, label, role, defect_type, mask, home_mask, size, content_hash, trouble, note, bits"
        " FROM samples ORDER BY id"
    )
    return {
        i: Sample(
            i,
            _from_text(file),
            labels[label],
            roles[role],
            defect_type,
            None if mask is None else Path(_from_text(home_mask)),
            _pair(size),
            content_hash,
            trouble,
            note,
            bits,
        )
        for i, file, label, role, defect_type, mask, home_mask, size, content_hash, trouble, note, bits in rows
    }


def _load_scores(connection: sqlite3.Connection, project: Project) -> dict[tuple[str, SampleId], Score]:
    folder = cache(lambda model: os.path.join(project.maps_folder(model), ""))  # noqa: PTH118 - text, as in `Score`
    return {
        (model, i): Score(i, model, score, f"{folder(model)}{i}.npy", seconds, _placement(placement))
        for model, i, score, seconds, placement in connection.execute(
            "SELECT model, sample, score, seconds, placement FROM scores"
        )
    }


def _load_masks(connection: sqlite3.Connection) -> dict[SampleId, PackedMask]:
    masks: dict[SampleId, PackedMask] = {}
    tiles: dict[SampleId, dict[int, bytes]] = {}
    for sample, height, width in connection.execute("SELECT sample, height, width FROM masks"):
        if min(height, width) < 1 or height * width > MAX_PIXELS:
            raise ValueError(f"a mask of {width} x {height} pixels")
        tiles[sample] = {}
        masks[sample] = PackedMask((height, width), tiles[sample])
    for sample, tile, bits in connection.execute("SELECT sample, tile, bits FROM mask_tiles"):
        tiles[sample][tile] = bits
    return masks


def _follow_move(connection: sqlite3.Connection, project: Project) -> None:
    """Find the files of a project that is not where it was, and write down where they are."""
    there = Listings()

    def found(relative: str | bytes, home: str) -> str:
        here = str(_absolute(project.path.parent / _from_text(relative)))
        return home if here not in there and home in there else here

    for i, path, mask in connection.execute("SELECT id, path, mask FROM samples"):
        sample = project.samples[i]
        project.samples[i] = sample._replace(
            file=found(path, sample.file), mask=sample.mask and Path(found(mask, str(sample.mask)))
        )
    with contextlib.suppress(sqlite3.Error), _transaction(connection):
        # Next time the absolute paths hold again. Should it fail, the relative ones are asked once more.
        everything = frozenset({Kind.SAMPLES, Kind.PROJECT})
        _write(connection, project, Changes(frozenset(project.samples), everything))


# --- Writing ---------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite rolls back by itself when the disk is full
            connection.execute("ROLLBACK")
        raise


def _write(connection: sqlite3.Connection, project: Project, changes: Changes) -> None:
    """Make the rows that `changes` names equal to the document."""
    if Kind.SAMPLES in changes.kinds:
        _write_samples(connection, project, changes.samples)
    elif changes.kinds & {Kind.LABELS, Kind.ROLES}:
        samples = (project.samples[i] for i in changes.samples)
        connection.executemany(
            "UPDATE samples SET label = ?, role = ?, defect_type = ? WHERE id = ?",
            [(sample.label.value, sample.role.value, sample.defect_type, sample.id) for sample in samples],
        )
    if Kind.MASKS in changes.kinds:
        _write_masks(connection, project, changes.samples)
    if changes.kinds & {Kind.PROJECT, Kind.ACTIVE_MODEL, Kind.SAMPLES, Kind.SETTINGS}:
        _write_project(connection, project)
    if Kind.MODELS in changes.kinds:
        _write_models(connection, project)
    elif Kind.CALIBRATION in changes.kinds:
        connection.executemany(
            "UPDATE models SET calibration = ? WHERE id = ?", [(_calibration(project, m), m) for m in project.models]
        )
    if Kind.SCORES in changes.kinds:
        _write_scores(connection, project, changes.samples)


def _write_project(connection: sqlite3.Connection, project: Project) -> None:
    facts = {
        "name": project.name,
        "active_model": project.active_model,
        "last_id": str(project.last_id),
        "home": str(project.path.parent),
    }
    connection.executemany("INSERT OR REPLACE INTO project VALUES (?, ?)", facts.items())
    connection.execute("DELETE FROM settings")
    connection.executemany("INSERT INTO settings VALUES (?, ?)", project.settings.items())


def _write_samples(connection: sqlite3.Connection, project: Project, ids: Iterable[SampleId]) -> None:
    folder = project.path.parent
    rows = []
    for i in ids:
        sample = project.samples.get(i)
        if sample is None:
            connection.execute("DELETE FROM samples WHERE id = ?", (i,))
            continue
        rows.append(
            (
                i,
                *_two_paths(sample.file, folder),
                sample.label.value,
                sample.role.value,
                sample.defect_type,
                *((None, None) if sample.mask is None else _two_paths(str(sample.mask), folder)),
                None if sample.size is None else json.dumps(sample.size),
                sample.content_hash,
                sample.trouble,
                sample.note,
                sample.bits,
            )
        )
    connection.executemany("INSERT OR REPLACE INTO samples VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _write_masks(connection: sqlite3.Connection, project: Project, ids: Iterable[SampleId]) -> None:
    for i in ids:
        mask = project.masks.get(i)
        tiles = {} if mask is None else mask.tiles
        kept = dict(connection.execute("SELECT tile, bits FROM mask_tiles WHERE sample = ?", (i,)))
        gone = [(i, tile) for tile in kept.keys() - tiles.keys()]
        new = [(i, tile, bits) for tile, bits in tiles.items() if kept.get(tile) != bits]
        connection.executemany("DELETE FROM mask_tiles WHERE sample = ? AND tile = ?", gone)
        connection.executemany("INSERT OR REPLACE INTO mask_tiles VALUES (?, ?, ?)", new)
        if mask is None:
            connection.execute("DELETE FROM masks WHERE sample = ?", (i,))
        else:
            connection.execute("INSERT OR REPLACE INTO masks VALUES (?, ?, ?)", (i, *mask.size))


def _write_models(connection: sqlite3.Connection, project: Project) -> None:
    connection.execute("DELETE FROM models")
    connection.executemany(
        "INSERT INTO models VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (m.id, m.name, m.kind, m.path.name, m.created, json.dumps(dict(m.facts)), _calibration(project, m.id))
            for m in project.models.values()
        ],
    )


def _calibration(project: Project, model: str) -> str | None:
    calibration = project.calibrations.get(model)
    return None if calibration is None else json.dumps(calibration.to_json())


def _write_scores(connection: sqlite3.Connection, project: Project, ids: Iterable[SampleId]) -> None:
    rows = []
    for i in ids:
        connection.execute("DELETE FROM scores WHERE sample = ?", (i,))
        for model in project.models:
            score = project.scores.get((model, i))
            if score is not None:
                rows.append((model, i, score.score, score.seconds, json.dumps(_placement_row(score.placement))))
    connection.executemany("INSERT INTO scores VALUES (?, ?, ?, ?, ?)", rows)


def _two_paths(home: str, folder: Path) -> tuple[str | bytes, str | bytes]:
    parent, name = os.path.split(home)
    return _to_text(_relative(parent, str(folder)) + name), _to_text(home)


@lru_cache(maxsize=1024)  # pictures lie together
def _relative(parent: str, folder: str) -> str:
    """Return what leads from a folder to a name in another one, with slashes."""
    with contextlib.suppress(ValueError):  # another drive on Windows
        parent = os.path.relpath(parent, folder)
    return parent.replace(os.sep, "/").rstrip("/") + "/"


def _to_text(path: str) -> str | bytes:
    """A name that is no valid Unicode goes into the file as the bytes it is."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path)
    return path


def _from_text(path: str | bytes) -> str:
    return path if type(path) is str else os.fsdecode(path)


@lru_cache(maxsize=1024)  # pictures of one camera are of one size
def _pair(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    height, width = json.loads(text)
    return int(height), int(width)


def _placement_row(p: Placement) -> list[Any]:
    area = [p.area.to_json()] if p.area else []
    return [*p.image_size, *p.frame_size, p.top, p.left, p.height, p.width, *area]


@lru_cache(maxsize=1024)
def _placement(text: str) -> Placement:
    numbers = json.loads(text)
    area = Area.from_json(numbers.pop()) if len(numbers) > 8 else Area()
    image_h, image_w, frame_h, frame_w, top, left, height, width = (int(value) for value in numbers)
    return Placement((image_h, image_w), (frame_h, frame_w), top, left, height, width, area)


# --- Locking ---------------------------------------------------------------------------------------------------------


def _take_lock(path: Path) -> tuple[IO[bytes] | None, str]:
    """Return the lock, or None and the sentence that says why not."""
    folder = path.with_name(f"{path.stem}.files")
    no_rights = phrase(
        "The file or its folder cannot be written: copy the project to a place of your own to change it."
    )
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        return None, no_rights
    try:
        folder.mkdir(exist_ok=True)
        lock = (folder / "lock").open("ab")
    except OSError:
        return None, no_rights
    try:
        _lock_file(lock)
    except OSError as error:
        lock.close()
        if error.errno in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            return None, phrase("It is open in another window: close it there to change it here.")
        return None, phrase("Its drive cannot lock files: copy the project to another drive to change it.")
    return lock, ""


if sys.platform == "win32":
    import msvcrt

    def _lock_file(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock_file(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _release(lock: IO[bytes] | None) -> None:
    if lock is not None:
        lock.close()  # closing gives the lock back, and so does the end of the process


# --- Leftovers -------------------------------------------------------------------------------------------------------


def clean_leftovers(project: Project) -> None:
    """Delete what a crash left half-written, and heat maps of models that are no longer there.

    Finished model files that the project does not know are kept: they may belong to a newer copy of the project file.
    """
    for folder in (project.models_folder, *_folders(project.files / "maps")):
        for file in folder.glob("*.part") if folder.is_dir() else ():
            with contextlib.suppress(OSError):
                file.unlink()
    for folder in _folders(project.files / "maps"):
        if folder.name not in project.models:
            shutil.rmtree(folder, ignore_errors=True)


def delete_model_files(project: Project, model: ModelRecord) -> None:
    """Delete the file and the heat maps of a model that has left the project."""
    if model.path.parent == project.models_folder:
        with contextlib.suppress(OSError):
            model.path.unlink(missing_ok=True)
    shutil.rmtree(project.maps_folder(model.id), ignore_errors=True)


def _folders(folder: Path) -> list[Path]:
    return [entry for entry in folder.iterdir() if entry.is_dir()] if folder.is_dir() else []


# --- Problems --------------------------------------------------------------------------------------------------------


def _damaged(path: Path, error: Exception | None) -> Problem:
    return Problem(
        "The project {path} is damaged and was left as it is.",
        "Restore it from a backup, or make a new project from the same images.",
        path=path,
        reason=error or "too short",
    )


def _cannot_write(path: Path, error: Exception) -> Problem:
    code = getattr(error, "sqlite_errorname", "") or errno.errorcode.get(getattr(error, "errno", 0) or 0, "")
    full = phrase("The disk is full: make room, then try again.")
    denied = phrase("The folder cannot be written: choose another, or ask for the rights.")
    hints: Mapping[str, str] = {
        "SQLITE_FULL": full,
        "ENOSPC": full,
        "SQLITE_READONLY": denied,
        "EACCES": denied,
        "EROFS": denied,
        "SQLITE_BUSY": phrase("Another program is using the file: close it there, then try again."),
    }
    known: Any = next((hint for name, hint in hints.items() if code.startswith(name)), None)
    return Problem(
        "The project {path} could not be saved; nothing was changed.",
        known or "Check the drive ({reason}), then try again.",
        path=path,
        reason=getattr(error, "strerror", None) or error,
    )
