"""A project as one file, to be moved or mailed: a zip archive with portable names and the hash of each file.

What is unpacked is not trusted: a name that leads elsewhere, a file that is larger than stated or has another hash,
and anything the manifest does not name are refused, and then nothing is left on the drive.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import lzma
import re
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from core.errors import DAMAGE, Problem
from core.files import writing, writing_folder
from core.progress import Ticket
from core.project.model import Project
from core.project.storage import SUFFIX

MANIFEST = "flawsight-pack.json"
FORMAT = 1
# A small file may swell to any size, and read as JSON to a hundred times more. A file's line has a name of at most
# `_LONGEST_NAME` signs, a hash and a size.
MAX_MANIFEST_BYTES = 64 * 2**20
_LINE_BYTES = 8 * 2**10
_LONGEST_NAME = 1023
_BLOCK = 2**20
# What reading an archive made by somebody else may end in.
_BROKEN = (*DAMAGE, OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f\ud800-\udfff]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Packed:
    """What was packed: where to, the number of files, and those of the project that were not to be had."""

    target: Path
    files: int
    missing: tuple[Path, ...]


def pack(project: Project, target: Path, ticket: Ticket, *, images: bool = True) -> Packed:
    """Write a project into a zip file, there whole or not at all.

    The project may be open; what is saved of it is packed. Memory does not grow with the files.

    Parameters
    ----------
    images
        Pack pictures and masks, too. Without, the unpacked project looks for them where they are now.

    Raises
    ------
    Problem
        The target cannot be written, or the project not read.
    Cancelled
        Through the ticket.
    """
    names, missing = _portable(project) if images else ({}, [])
    inner = sorted(path for path in project.files.rglob("*") if path.is_file()) if project.files.is_dir() else []
    total = len(names) + len(inner)
    hashes: dict[str, list[Any]] = {}
    title = _portable_name(project.path.stem) + SUFFIX
    with (
        writing(target) as part,
        tempfile.TemporaryDirectory(prefix=".pack-", dir=target.parent) as waiting,
        zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        copy = Path(waiting, "project")
        _copy_database(project, copy, names)
        hashes[title] = _add(archive, copy, title, ticket)
        folder = title.removesuffix(SUFFIX) + ".files"
        for done, path in enumerate(inner):
            ticket.report(done, total)
            name = f"{folder}/{path.relative_to(project.files).as_posix()}"
            with contextlib.suppress(FileNotFoundError):  # a map that was made anew meanwhile
                hashes[name] = _add(archive, path, name, ticket)
        for done, (path, name) in enumerate(names.items(), len(inner)):
            ticket.report(done, total)
            hashes[name] = _add(archive, path, name, ticket)
        record = {"format": FORMAT, "project": title, "images": images, "files": hashes}
        manifest = json.dumps(record, ensure_ascii=False).encode()
        if len(manifest) > MAX_MANIFEST_BYTES:
            raise Problem(
                "{name} has too many files to be packed: {count}.",
                "Pack it without pictures, or make two projects of it.",
                name=project.name,
                count=len(hashes),
            )
        archive.writestr(MANIFEST, manifest)
    return Packed(target, len(hashes), tuple(missing))


def unpack(source: Path, folder: Path, ticket: Ticket) -> Path:
    """Unpack a project into a folder of its own; return the project file.

    Raises
    ------
    Problem
        The folder is there already; the file is no packed project, damaged, or names places outside the folder.
    Cancelled
        Through the ticket.
    """
    if folder.exists():
        raise Problem("{folder} is there already.", "Choose a folder that is not there yet.", folder=folder)
    try:
        with zipfile.ZipFile(source) as archive:
            record = _manifest(archive, source)
            files: dict[str, Any] = record["files"]
            with writing_folder(folder) as part:
                for done, (name, (size, sha256)) in enumerate(files.items()):
                    ticket.report(done, len(files))
                    _extract(archive, name, part / name, int(size), str(sha256), source, ticket)
    except FileNotFoundError as error:
        raise Problem("There is no file {path}.", "Check the path.", path=source) from error
    except _BROKEN as error:
        raise _damaged(source) from error
    return folder / str(record["project"])


def _manifest(archive: zipfile.ZipFile, source: Path) -> dict[str, Any]:
    info = archive.getinfo(MANIFEST)
    if info.file_size > min(MAX_MANIFEST_BYTES, _LINE_BYTES * len(archive.infolist())):
        raise _damaged(source)
    record = json.loads(archive.read(info))
    if record["format"] > FORMAT:
        raise Problem("{name} was packed by a newer version of Flawsight.", "Update this program.", name=source.name)
    names = list(record["files"])
    present = sorted(archive.namelist())
    if present != sorted([*names, MANIFEST]) or len({name.casefold() for name in names}) != len(names):
        raise _damaged(source)
    if record["project"] not in names or not all(_is_portable(name) for name in names):
        raise _damaged(source)
    return dict(record)


def _extract(
    archive: zipfile.ZipFile, name: str, target: Path, size: int, sha256: str, source: Path, ticket: Ticket
) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, written = hashlib.sha256(), 0
    with archive.open(name) as stream, target.open("xb") as out:
        for block in _blocks(stream, ticket):
            written += len(block)
            if written > size:  # a small archive may hold endless zeros
                raise _damaged(source)
            digest.update(block)
            out.write(block)
    if written != size or digest.hexdigest() != sha256:
        raise _damaged(source)


def _add(archive: zipfile.ZipFile, path: Path, name: str, ticket: Ticket) -> list[Any]:
    """Put a file into the archive; return its size and hash."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as stream, archive.open(name, "w", force_zip64=True) as out:
        for block in _blocks(stream, ticket):
            size += len(block)
            digest.update(block)
            out.write(block)
    return [size, digest.hexdigest()]


def _blocks(stream: IO[bytes], ticket: Ticket) -> Iterator[bytes]:
    while block := stream.read(_BLOCK):
        ticket.check()
        yield block


def _portable(project: Project) -> tuple[dict[Path, str], list[Path]]:
    """Return a name in the archive for each picture and mask, and those that are gone."""
    names: dict[Path, str] = {}
    taken: set[str] = set()
    missing: list[Path] = []
    for sample in project.samples.values():
        for kind, path in (("images", sample.path), ("masks", sample.mask)):
            if path is None or path in names:
                continue
            files = sorted(path.iterdir()) if path.is_dir() else [path]
            if not all(file.is_file() for file in files):
                missing.append(path)
                continue
            parent, own = _portable_name(path.parent.name), _portable_name(path.name)
            place = f"{kind}/{parent}/{own}"
            if place.casefold() in taken:
                place = f"{kind}/{parent}-{sample.id}/{own}"
            taken.add(place.casefold())
            if path.is_dir():
                names |= {file: f"{place}/{_portable_name(file.name)}" for file in files}
            else:
                names[path] = place
    return names, missing


def _copy_database(project: Project, copy: Path, names: dict[Path, str]) -> None:
    """Copy the database; where pictures go along, they are found beside it, and nothing tells where they were."""
    places = names | {
        path.parent: str(PurePosixPath(name).parent) for path, name in names.items() if name.count("/") == 3
    }
    try:
        with (
            contextlib.closing(sqlite3.connect(f"{project.path.as_uri()}?mode=ro", uri=True)) as source,
            contextlib.closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
            for sample in project.samples.values():
                for path, column in ((sample.path, "path"), (sample.mask, "mask")):
                    if path in places:
                        target.execute(
                            f"UPDATE samples SET {column} = ?, home_{column} = ? WHERE id = ?",
                            (places[path], places[path], sample.id),
                        )
            if names:
                target.execute("UPDATE project SET value = '' WHERE name = 'home'")
            target.commit()
            target.execute("VACUUM")  # what was deleted is not mailed
    except sqlite3.Error as error:
        raise Problem(
            "The project {name} could not be packed ({reason}).",
            "Check the drive, then try again.",
            name=project.name,
            reason=error,
        ) from error


def _portable_name(name: str) -> str:
    """Return a name that every system takes."""
    name = _NOT_IN_NAMES.sub("_", name).rstrip(". ") or "_"
    return f"_{name}" if _DEVICES.fullmatch(name) else name


def _is_portable(name: str) -> bool:
    """Whether a name in the archive stays inside the folder, on every system."""
    parts = name.split("/")
    return len(name) <= _LONGEST_NAME and all(
        part == _portable_name(part) and part not in (".", "..") for part in parts
    )


def _damaged(source: Path) -> Problem:
    return Problem(
        "{name} is damaged, or is no packed project: nothing was unpacked.",
        "Have it packed and sent again.",
        name=source.name,
    )
