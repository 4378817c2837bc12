"""Mask pictures in MVTec AD's names: ``ground_truth/<type>/<stem>_mask.png``."""

from __future__ import annotations

import re
from pathlib import Path

from core.errors import Problem
from core.images.reading import IMAGE_SUFFIXES, read_mask
from core.progress import Ticket
from core.project.interchange.said import NO_TYPE, Pictures, Reading, Said, true_size
from core.project.masks import PackedMask
from core.project.model import Label, Sample

FOLDER = "ground_truth"
SUFFIX = "_mask"
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')  # what some system or other does not take in a file name


def read_tree(folder: Path, pictures: Pictures, reading: Reading, ticket: Ticket) -> None:
    """Read the masks in a folder, or in the ``ground_truth`` inside it; one without a mark is of a good picture."""
    root = folder / FOLDER if (folder / FOLDER).is_dir() else folder
    masks = [mask for kind in sorted(root.iterdir()) if kind.is_dir() for mask in sorted(kind.iterdir())]
    for done, path in enumerate(masks):
        ticket.report(done, len(masks))
        # A folder holds the masks of one picture, as in MVTec LOCO.
        if not path.is_dir() and path.suffix.lower() not in IMAGE_SUFFIXES:
            continue
        with reading.row(path.relative_to(root).as_posix()):
            kind = path.parent.name
            sample = pictures.of_mask(path.stem.removesuffix(SUFFIX), kind)
            mask = PackedMask.of(read_mask(path, true_size(sample)))
            name = "" if kind == NO_TYPE else kind
            reading.add(Said(sample.id, Label.DEFECT, name, mask) if mask.marked else Said(sample.id, Label.GOOD))


def mask_path(folder: Path, sample: Sample) -> Path:
    """Return where the mask of a picture goes.

    Raises
    ------
    Problem
        The picture's type cannot be the name of a folder.
    """
    name = sample.defect_type or NO_TYPE
    if FORBIDDEN.search(name) or name.endswith((".", " ")):
        raise Problem("The type “{name}” cannot be the name of a folder.", "Give the defect another type.", name=name)
    return folder / FOLDER / name / f"{sample.path.stem}{SUFFIX}.png"
