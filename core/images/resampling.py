"""Pictures to frames: the one resize for training, inspection and export.

Bilinear with antialias, as `torch.nn.functional.interpolate` computes it; the exported graph repeats it within 2e-5 by
matrix products (`core.export.graph`), because ONNX Runtime's own antialiased `Resize` differs when it shrinks.
OpenCV's and Pillow's filters differ, and scores would move between the program and what it exports.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core.images.framing import Framing
from core.images.reading import UInt8Image

PADDING = 0.5  # constant grey around a letterboxed picture
# Above this a picture is resized one channel at a time: a third of the memory, 400 MB at 100 megapixels.
_BY_CHANNEL_PIXELS = 4_000_000


def to_frames(pictures: Sequence[UInt8Image], framing: Framing) -> Tensor:
    """Resize pictures, (H, W, 3) uint8 RGB of any sizes, to one batch (B, 3, h, w), float32 0 to 1, on the CPU."""
    frames = torch.full((len(pictures), 3, *framing.size), PADDING, dtype=torch.float32)
    for frame, picture in zip(frames, pictures, strict=True):
        place = framing.place((picture.shape[0], picture.shape[1]))
        covered = frame[:, place.top : place.top + place.height, place.left : place.left + place.width]
        covered.copy_(
            _resized(torch.from_numpy(np.require(picture, np.uint8, ["C", "W"])), (place.height, place.width))
        )
    return frames


def _resized(picture: Tensor, size: tuple[int, int]) -> Tensor:
    if picture.shape[0] * picture.shape[1] > _BY_CHANNEL_PIXELS:
        return torch.cat([_interpolated(picture[..., channel][None], size) for channel in range(3)])
    return _interpolated(picture.permute(2, 0, 1), size)


def _interpolated(planes: Tensor, size: tuple[int, int]) -> Tensor:
    values = planes.to(torch.float32, memory_format=torch.contiguous_format).div_(255.0)
    if values.shape[1:] == size:
        return values
    resized: Tensor = functional.interpolate(
        values[None], size=size, mode="bilinear", align_corners=False, antialias=True
    )
    return resized[0]
