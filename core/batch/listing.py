"""The images under a folder, one after the other: memory does not grow with their number."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from core.errors import Problem
from core.images.reading import IMAGE_SUFFIXES
from core.inspection.result import Failure
from core.project.discovery import MASK_ENDINGS, MASK_FOLDERS

JOURNAL = "inspection.sqlite"
HEATMAPS, MASKS, SORTED = "heatmaps", "masks", "sorted"
RESULTS = frozenset((HEATMAPS, MASKS, SORTED))


def walk(folder: Path) -> Iterator[Path | Failure]:
    """Yield the images under a folder in no order, and folders that cannot be read with the reason.

    Hidden files, masks, and the results of earlier inspections are passed by. What is held at a time are the names
    of the folders that are still to be read, no names of images.

    Parameters
    ----------
    folder
        Absolute.
    """
    yield from _walk(folder, ())


def _walk(folder: Path, above: tuple[tuple[int, int], ...]) -> Iterator[Path | Failure]:
    folders: list[Path] = []
    try:
        status = folder.stat()
        here = (status.st_dev, status.st_ino)
        if status.st_ino and here in above:
            return  # a link to a folder that this one lies in
        passed_by = RESULTS if (folder / JOURNAL).exists() else frozenset[str]()
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name.lower()
                if name.startswith("."):
                    continue
                path = Path(entry.path)
                if path.suffix.lower() in IMAGE_SUFFIXES and not entry.is_dir():
                    if not _is_mask(path):
                        yield path
                elif name not in passed_by and name not in MASK_FOLDERS and _is_folder(entry):
                    folders.append(path)
    except OSError as error:
        yield Failure(
            folder, Problem("The folder could not be read: {reason}.", reason=error.strerror or type(error).__name__)
        )
    for inner in folders:
        # A project's own folder of maps and models lies beside its pictures.
        if not (inner.suffix == ".files" and inner.with_suffix(".flawsight").exists()):
            yield from _walk(inner, (*above, here))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _is_mask(path: Path) -> bool:
    """Whether it is a mask such as ``a_mask.png`` beside ``a.jpg``."""
    stem = path.stem.lower()
    return any(
        path.with_name(path.stem[: -len(ending)] + suffix).exists()
        for ending in MASK_ENDINGS
        if stem.endswith(ending) and len(stem) > len(ending)
        for suffix in IMAGE_SUFFIXES
    )
