"""From where to where many images are inspected."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from core.batch.listing import RESULTS
from core.errors import Problem


def check_places(paths: Iterable[Path], output: Path) -> None:
    """Refuse what cannot be inspected into a folder, before anything is written there.

    Among the pictures themselves, results could overwrite some, and pictures would be passed by as results.

    Raises
    ------
    Problem
        A file or folder is not there, or the results would come among its pictures.
    """
    target = Path(os.path.realpath(output))  # unlike `resolve`, it takes a link to itself as it is
    for path in paths:
        if not path.exists():
            raise Problem("There is no file or folder {path}.", "Check the name, or choose another.", path=path)
        place = Path(os.path.realpath(path))
        inside = place.relative_to(target).parts if place.is_relative_to(target) else ("",)
        if path.is_dir() and (not inside or inside[0].lower() in RESULTS):
            raise Problem(
                "The results would come among the pictures in {path}.",
                "Choose another folder for the results.",
                path=path,
            )
