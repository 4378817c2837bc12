"""Pictures of defects: one a sample, or a folder of several."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.images.framing import BoolMask
from core.images.reading import read_mask
from core.project.discovery import image_paths


def read_masks(path: Path, size: tuple[int, int]) -> BoolMask:
    """Read a sample's mask (H, W): a picture, or a folder of pictures that count together (MVTec LOCO).

    Raises
    ------
    Problem
        A picture cannot be read, or its size is not `size`.
    """
    if not path.is_dir():
        return read_mask(path, size)
    mask = np.zeros(size, dtype=np.bool_)
    for part in image_paths([path]):
        mask |= read_mask(part, size)
    return mask
