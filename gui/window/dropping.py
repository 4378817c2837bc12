"""What was dropped or pasted, sorted by what the program does with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData

from core.images.reading import IMAGE_SUFFIXES

PROJECT_SUFFIX = ".flawsight"
MODEL_SUFFIX = ".flawmodel"


@dataclass(frozen=True, slots=True)
class Dropped:
    """Files from outside.

    Attributes
    ----------
    projects
        Project files.
    models
        Files of trained models.
    folders, pictures
        What else can be used.
    others
        Files that nothing can be done with.
    """

    projects: tuple[Path, ...] = ()
    models: tuple[Path, ...] = ()
    folders: tuple[Path, ...] = ()
    pictures: tuple[Path, ...] = ()
    others: tuple[Path, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything can be done with them."""
        return bool(self.projects or self.models or self.folders or self.pictures)


def dropped(mime: QMimeData) -> Dropped:
    """Read the local files out of a drop or the clipboard."""
    projects, models, folders, pictures, others = [], [], [], [], []
    for url in mime.urls():
        if not url.isLocalFile():
            continue
        path = Path(url.toLocalFile())
        if path.suffix.lower() == PROJECT_SUFFIX:
            projects.append(path)
        elif path.suffix.lower() == MODEL_SUFFIX:
            models.append(path)
        elif path.is_dir():
            folders.append(path)
        elif path.suffix.lower() in IMAGE_SUFFIXES:
            pictures.append(path)
        else:
            others.append(path)
    return Dropped(tuple(projects), tuple(models), tuple(folders), tuple(pictures), tuple(others))
