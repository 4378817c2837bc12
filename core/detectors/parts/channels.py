"""PaDiM's patch descriptions: a fixed random choice of channels, every level on the finest grid."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def choose_channels(total: int, kept: int, seed: int) -> Tensor:
    """Return (kept,) int64 channel indices without repetition, sorted, the same for the same seed."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randperm(total, generator=generator)[:kept].sort().values


class ChosenChannels(nn.Module):
    """Feature maps of several levels -> the chosen channels at each position of the finest grid.

    Deeper levels are repeated to the finest grid (nearest). The choice is made before that, level by level, so that
    channels nobody needs are never enlarged.

    Parameters
    ----------
    channels
        Channels of each level.
    indices
        (d,) int64, sorted, into the levels' channels put one after the other.
    """

    def __init__(self, channels: Sequence[int], indices: Tensor) -> None:
        super().__init__()
        first = 0
        self.used: list[int] = []  # interpolating nothing is an error
        for index, width in enumerate(channels):
            inside = indices[(indices >= first) & (indices < first + width)] - first
            self.register_buffer(f"indices{index}", inside, persistent=False)
            if len(inside):
                self.used.append(index)
            first += width

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        """((B, C_i, h_i, w_i), ...), finest first -> (B, d, h_0, w_0)."""
        grid = features[0].shape[-2:]
        chosen = []
        for index in self.used:
            part = features[index].index_select(1, self.get_buffer(f"indices{index}"))
            if index:
                part = F.interpolate(part, size=grid, mode="nearest")
            chosen.append(part)
        return torch.cat(chosen, dim=1)

    def vectors(self, features: Sequence[Tensor]) -> Tensor:
        """Return the same as (positions, B, d), a vector at a time as detectors look at them, without detours."""
        count, _, rows, columns = features[0].shape
        widths = [len(self.get_buffer(f"indices{index}")) for index in self.used]
        found = features[0].new_empty(rows, columns, count, sum(widths))
        for index, target in zip(self.used, torch.split(found, widths, dim=3), strict=True):
            part = features[index].index_select(1, self.get_buffer(f"indices{index}")).permute(2, 3, 0, 1).contiguous()
            tall, wide = part.shape[:2]
            target.view(tall, rows // tall, wide, columns // wide, count, -1).copy_(part[:, None, :, None])
        return found.flatten(0, 1)
