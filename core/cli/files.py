"""Text files that are there whole or not at all, and folders that can be written to."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from core.errors import Problem


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


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text through a temporary file.

    Raises
    ------
    Problem
        The folder cannot be written or the disk is full; a file that was there before is as it was.
    """
    staged: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".writing-", suffix=".part", dir=path.parent)
        staged = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        staged.chmod(0o644)
        staged.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        if staged is not None:
            with contextlib.suppress(OSError):
                staged.unlink(missing_ok=True)


def unwritable(path: Path, error: OSError) -> Problem:
    """Return the problem of a place that cannot be written to."""
    return Problem(
        "{path} cannot be written: {reason}.",
        "Choose a folder that you may write to, on a drive with enough free space.",
        path=path,
        reason=error.strerror or str(error),
    )
