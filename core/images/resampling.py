"""Pictures to frames: the one resize for training, inspection and export.

A side that shrinks is averaged by area, one that grows is interpolated linearly, by one formula: with `step` picture
pixels a frame pixel, a frame pixel with its centre on x weighs the picture pixel with its centre on u by
``clip((max(step, 1) + 1) / 2 - |x - u|, 0, 1)`` and divides by the sum of its weights. That is the overlap of the two
pixels when it shrinks and the usual triangle when it grows. The exported graph has the same weights
(`core.export.graph`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt
import torch
from scipy import sparse
from torch import Tensor

from core.images.framing import Framing
from core.images.reading import UInt8Image

PADDING = 0.5  # constant grey around a letterboxed picture, and where it does not count
# Pictures are resized strip by strip and colour by colour: 1 MB of float32 values stays in the processor's cache, 100
# megapixels in memory, and freed blocks of that size with the allocator. Where they are given back, the system clears
# and maps them anew for each picture, which takes longer than all of the arithmetic.
STRIP_PIXELS = 250_000
WHITE = np.float32(255.0)

Weights = sparse.csr_array[np.float32]


def to_frames(pictures: Sequence[UInt8Image], framing: Framing) -> Tensor:
    """Resize pictures of any sizes to one batch (B, 3, h, w), float32 0 to 1, on the CPU.

    Parameters
    ----------
    pictures
        uint8, (H, W, 3) RGB or (H, W, 1) grey.
    """
    frames = np.full((len(pictures), 3, *framing.size), PADDING, dtype=np.float32)
    for frame, picture in zip(frames, pictures, strict=True):
        place = framing.place((picture.shape[0], picture.shape[1]))
        covered = frame[:, place.top : place.top + place.height, place.left : place.left + place.width]
        _resize(picture, covered)
        if framing.area:
            frame[:, ~place.inside()] = PADDING
    return torch.from_numpy(frames)


def _resize(picture: UInt8Image, covered: npt.NDArray[np.float32]) -> None:
    """Fill `covered` (3, h, w) with values from 0 to 1."""
    rows, columns, channels = picture.shape
    _, height, width = covered.shape
    if (rows, columns) == (height, width):
        np.divide(cv2.split(picture), WHITE, out=covered)
        return
    across = overlaps(columns, width)
    filled = 0
    for first, last, weights in _strips(rows, height, min(height, -(-rows * columns // STRIP_PIXELS))):
        strip = slice(filled, filled + weights.shape[0])
        filled = strip.stop
        for plane, values in zip(covered, cv2.split(picture[first:last])):  # noqa: B905 - grey has one
            # Columns first, so that the second product runs along them, too. OpenCV turns faster than NumPy.
            resized = across @ cv2.transpose(weights @ values.astype(np.float32))
            np.minimum(resized, WHITE, out=resized)  # the weights of a pixel add up to 1 but for their rounding
            np.divide(cv2.transpose(resized), WHITE, out=plane[strip])
    covered[channels:] = covered[0]


@lru_cache(maxsize=64)
def _strips(source: int, target: int, count: int) -> list[tuple[int, int, Weights]]:
    """Cut the weights of one axis into runs of target pixels: first source pixel, last one + 1, and the weights."""
    whole = overlaps(source, target)
    strips = []
    for targets in np.array_split(np.arange(target), count):
        run = whole[targets[0] : targets[-1] + 1]
        first, last = int(run.indices.min()), int(run.indices.max()) + 1
        strips.append((first, last, run[:, first:last]))
    return strips


@lru_cache(maxsize=64)
def overlaps(source: int, target: int) -> Weights:
    """Return the (target, source) weights of one axis, worked out in float64; each row adds up to 1."""
    step = source / target
    reach = (max(step, 1.0) + 1) / 2
    centres = (np.arange(target) + 0.5) * step
    pixels = np.floor(centres - reach).astype(np.int64)[:, None] + np.arange(int(2 * reach) + 2)
    weights = np.clip(reach - np.abs(pixels + 0.5 - centres[:, None]), 0.0, 1.0)
    weights[(pixels < 0) | (pixels >= source)] = 0.0
    weights /= weights.sum(axis=1, keepdims=True)
    kept = weights > 0
    ends = np.concatenate([[0], np.cumsum(kept.sum(axis=1))])
    return sparse.csr_array((weights[kept].astype(np.float32), pixels[kept], ends), shape=(target, source))
