"""Files and folders that are there whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from core.errors import Problem, phrase

_FULL = phrase("The disk is full: make room, then try again.")
_DENIED = phrase("Choose a folder that you may write to, or ask for the right to write there.")
_GONE = phrase("The folder or its drive is not there any more: choose another.")
_HINTS: Mapping[int, str] = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.EROFS: _DENIED,
    errno.ENOENT: _GONE,
    errno.ENODEV: _GONE,
}


@contextlib.contextmanager
def writing(path: Path, *, durable: bool = True) -> Iterator[Path]:
    """Hand out an empty file beside `path` to be written; it takes the place of `path` at the end of the block.

    Whoever looks meanwhile, or after the program was killed in between, finds the old file or the
    whole new one. The folder is made if it is missing. A new file gets the rights that any new file gets here, one
    that replaces another those of the other; where `path` is a link, what it leads to is replaced.

    Parameters
    ----------
    durable
        Wait until the drive has the file. Without, a loss of power may leave an empty one: for what can be made again.

    Raises
    ------
    Problem
        For any `OSError`, also from the block; what was there before is as it was.
    """
    target, part = _places(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        kept = _mode_to_keep(target)
        part.touch(exist_ok=False)
        mode = stat.S_IMODE(part.stat().st_mode) if kept is None else kept
        try:
            yield part
            if mode != stat.S_IMODE(part.stat().st_mode):  # some libraries put a private file of their own there
                part.chmod(mode)
            if durable:
                _sync(part)
            part.replace(target)
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(path, error) from error
    if durable:
        _sync_folder(target.parent)


@contextlib.contextmanager
def writing_folder(folder: Path, *, durable: bool = True) -> Iterator[Path]:
    """Hand out an empty folder beside `folder`; it takes the place of `folder`, and all in it, at the end of the block.

    Otherwise as `writing`.

    Raises
    ------
    Problem
        For any `OSError`, also from the block; what was there before is as it was.
    """
    target, part = _places(folder)
    try:
        part.mkdir(parents=True)
        try:
            yield part
            if durable:
                for path in part.rglob("*"):
                    if path.is_file():
                        _sync(path)
            _take_place(part, target)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    except OSError as error:
        raise unwritable(folder, error) from error
    if durable:
        _sync_folder(target.parent)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text, through `writing`; signs that are no text, as names of files may hold, become escapes.

    Raises
    ------
    Problem
        As `writing`.
    """
    with writing(path) as part:
        part.write_bytes(text.encode("utf-8", errors="backslashreplace"))


def check_writable(folder: Path) -> None:
    """Make a folder and try it, before the long work whose result it is for.

    Raises
    ------
    Problem
        It cannot be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise unwritable(folder, error) from error


def unwritable(path: Path, error: OSError) -> Problem:
    """Return the problem of a place that cannot be written to."""
    return Problem(
        "{path} could not be written ({reason}); nothing was changed.",
        _HINTS.get(error.errno or 0, phrase("Check the drive or choose another folder, then try again.")),
        path=path,
        reason=error.strerror or str(error),
    )


def _places(path: Path) -> tuple[Path, Path]:
    """Return what `path` leads to, and a free name beside it for what shall take its place."""
    target = Path(os.path.realpath(path))
    return target, target.with_name(f".{target.name[:40]}-{secrets.token_hex(8)}.part")


def _mode_to_keep(target: Path) -> int | None:
    """Return the rights of the file to be replaced, or None; refuse what plain writing would refuse or not replace."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is not an ordinary file")
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return stat.S_IMODE(mode)


def _take_place(part: Path, target: Path) -> None:
    """Move a folder to where another may be; that one is kept until then."""
    earlier = part.with_suffix(".earlier")
    try:
        target.rename(earlier)
    except FileNotFoundError:
        part.rename(target)
        return
    try:
        part.rename(target)
    except OSError:
        with contextlib.suppress(OSError):
            earlier.rename(target)
        raise
    shutil.rmtree(earlier, ignore_errors=True)


def _sync(path: Path) -> None:
    """Wait until the drive has the file."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Wait until the drive has the folder's list of files. Windows has no such call, and not all drives know it."""
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
