"""Patch descriptions of PatchCore and its kin: each position with its neighbourhood, pooled to a fixed width.

PatchCore (arXiv 2106.08265), section 3.1, as its published program computes it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SIDE = 3


def pooling_weights(channels: int, outputs: int) -> Tensor:
    """Return (outputs, channels / g, 3, 3) weights of a convolution in g = gcd(channels, outputs) groups.

    It gives the adaptive average pooling of the flattened 3 x 3 neighbourhoods, (channels * 9) values to `outputs`:
    both are linear, and the windows repeat from group to group.
    """
    groups = math.gcd(channels, outputs)
    inputs = channels // groups * SIDE * SIDE
    each = outputs // groups
    weights = torch.zeros(each, inputs)
    for row in range(each):
        first = row * inputs // each
        last = -(-(row + 1) * inputs // each)
        weights[row, first:last] = 1 / (last - first)
    return weights.view(each, channels // groups, SIDE, SIDE).repeat(groups, 1, 1, 1)


class PatchDescriptions(nn.Module):
    """Feature maps of several levels -> one vector a position of the finest level's grid.

    Each level: 3 x 3 neighbourhood (stride 1, zeros outside), pooled to its own width; brought bilinearly to the finest
    grid; joined. Where the levels' widths add up to more than `outputs`, neighbouring values are averaged as the
    published program does.

    Parameters
    ----------
    channels
        Channels of each level.
    widths
        Values that each level is pooled to.
    outputs
        Length of the vector: the sum of `widths`, or a divisor of it.
    alike
        Whether each level counts for the same in distances: scaled by the root of the mean width over its own, as much
        as if each were pooled to the same width. No effect where the widths are the same.
    """

    def __init__(self, channels: Sequence[int], widths: Sequence[int], outputs: int, alike: bool = False) -> None:
        super().__init__()
        self.widths = tuple(widths)
        self.outputs = outputs
        self.groups = [math.gcd(have, want) for have, want in zip(channels, widths, strict=True)]
        for index, (have, want) in enumerate(zip(channels, widths, strict=True)):
            scale = math.sqrt(sum(widths) / len(widths) / want) if alike else 1.0
            self.register_buffer(f"weights{index}", scale * pooling_weights(have, want), persistent=False)

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        """((B, C_i, h_i, w_i), ...), finest first -> (B, h_0, w_0, outputs)."""
        finest, *deeper = self.pooled(features)
        grid = features[0].shape[-2:]
        large = (F.interpolate(level, size=grid, mode="bilinear", align_corners=False) for level in deeper)
        joined = torch.cat([finest, *large], dim=1).permute(0, 2, 3, 1)
        if sum(self.widths) > self.outputs:
            joined = torch.unflatten(joined, 3, (self.outputs, -1)).mean(-1)
        return joined

    def pooled(self, features: Sequence[Tensor]) -> list[Tensor]:
        """Return the levels before they are joined: (B, width_i, h_i, w_i) each, finest first."""
        return [
            F.conv2d(level, self.get_buffer(f"weights{index}"), padding=SIDE // 2, groups=groups)
            for index, (level, groups) in enumerate(zip(features, self.groups, strict=True))
        ]

    def columns(self, matrix: Tensor) -> tuple[Tensor, ...]:
        """(n, outputs) -> (n, width_i) each: what the levels add to the product of `matrix` and a joined vector."""
        together = sum(self.widths) // self.outputs
        if together > 1:
            matrix = matrix.repeat_interleave(together, dim=1) / together
        return torch.split(matrix, list(self.widths), dim=1)
