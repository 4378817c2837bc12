"""Pictures of nothing in particular, and the same picture under other light."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from torch import Tensor

LEAVES = 150
SMALLEST = 3.0  # radius in pixels
GREY = 0.3  # share without colour
GREY_WEIGHTS = (0.299, 0.587, 0.114)
JITTER = 0.2


def dead_leaves(size: tuple[int, int], random: np.random.Generator) -> Tensor:
    """Draw discs of all sizes over one another, (3, h, w) in 0..1: the edges of a general image, and no part.

    Lee, Mumford and Huang, "Occlusion models for natural images", 2001: with radii that fall off as r^-3 the picture
    has the statistics of photographs at every scale. Three in ten are grey, as EfficientAD has it.
    """
    height, width = size
    largest = min(size) / 2
    # The inverse of the distribution that goes with r^-3 between the two radii.
    radii = (SMALLEST**-2 - random.random(LEAVES) * (SMALLEST**-2 - largest**-2)) ** -0.5
    picture = np.full((height, width, 3), random.random(3), np.float32)
    for radius in radii:
        centre = int(random.integers(width)), int(random.integers(height))
        cv2.circle(picture, centre, round(radius), random.random(3).tolist(), cv2.FILLED, cv2.LINE_8)
    picture = np.clip(picture + random.normal(0, 0.03, picture.shape).astype(np.float32), 0, 1)
    frame = torch.from_numpy(picture).permute(2, 0, 1)
    return grey(frame).expand(3, -1, -1) if random.random() < GREY else frame


def grey(frames: Tensor) -> Tensor:
    """(..., 3, h, w) -> (..., 1, h, w), as the eye weighs colours."""
    return (frames * frames.new_tensor(GREY_WEIGHTS).view(3, 1, 1)).sum(-3, keepdim=True)


def jittered(frames: Tensor, random: np.random.Generator) -> Tensor:
    """Change brightness, contrast or saturation of (B, 3, h, w) frames in 0..1 by a factor from 0.8 to 1.2."""
    factor = random.uniform(1 - JITTER, 1 + JITTER)
    match random.integers(3):
        case 0:
            other = torch.zeros_like(frames)
        case 1:
            other = grey(frames).mean((-1, -2), keepdim=True)
        case _:
            other = grey(frames)
    return (factor * frames + (1 - factor) * other).clamp(0, 1)
