"""From a grid of patch scores to a smooth map of the frame's size."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# The blur's sigma is meant for frames of this many pixels on the shorter side and grows with the frame.
REFERENCE_SIDE = 256
# Where the Gaussian is cut off, in sigmas: scipy.ndimage.gaussian_filter's default, which the papers' programs use.
TRUNCATE = 4.0


def gaussian_matrix(length: int, sigma: float) -> Tensor:
    """Return (length, length) float64: the blur of a line of `length` values as a matrix.

    As `scipy.ndimage.gaussian_filter1d` with its defaults: cut off at four sigmas, mirrored at the ends with the end
    values repeated.
    """
    if sigma <= 0:
        return torch.eye(length, dtype=torch.float64)
    radius = int(TRUNCATE * sigma + 0.5)
    steps = torch.arange(-radius, radius + 1, dtype=torch.float64)
    weights = torch.exp(-0.5 * (steps / sigma) ** 2)
    weights /= weights.sum()
    # Column that each tap falls on, mirrored as often as a short line needs.
    taps = (torch.arange(length).unsqueeze(1) + torch.arange(-radius, radius + 1)) % (2 * length)
    taps = torch.where(taps >= length, 2 * length - 1 - taps, taps)
    matrix = torch.zeros(length, length, dtype=torch.float64)
    return matrix.scatter_add_(1, taps, weights.expand(length, -1).contiguous())


def upsampling_matrix(length: int, target: int) -> Tensor:
    """Return (target, length) float64: bilinear upsampling of a line, as `F.interpolate` without aligned corners."""
    unit = torch.eye(length, dtype=torch.float64).unsqueeze(1)
    return F.interpolate(unit, size=target, mode="linear", align_corners=False).squeeze(1).T.contiguous()


class SmoothMaps(nn.Module):
    """Bilinear upsampling to the frame and Gaussian smoothing, in one step.

    Both are linear and separable, so that together they are one small matrix for the rows and one for the columns. That
    is exact, cheaper than interpolating first, and two plain matrix products in an exported model.

    Parameters
    ----------
    grid
        (rows, columns) of the patch scores.
    frame_size
        (h, w) of the map.
    sigma
        Of the Gaussian, for a frame whose shorter side is 256; it grows with that side.
    """

    rows: Tensor
    columns: Tensor

    def __init__(self, grid: tuple[int, int], frame_size: tuple[int, int], sigma: float) -> None:
        super().__init__()
        scaled = sigma * min(frame_size) / REFERENCE_SIDE
        rows, columns = (
            gaussian_matrix(side, scaled) @ upsampling_matrix(steps, side)
            for steps, side in zip(grid, frame_size, strict=True)
        )
        self.register_buffer("rows", rows.float(), persistent=False)
        self.register_buffer("columns", columns.T.float().contiguous(), persistent=False)

    def forward(self, scores: Tensor) -> Tensor:
        """(B, rows, columns) -> (B, h, w) float32."""
        return self.rows @ scores @ self.columns
