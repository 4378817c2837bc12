"""PaDiM's patch descriptions: a fixed random choice of channels, the vectors of each level in nested order.

A cell of a deeper level covers several of a finer one, and all of these see the same values of it: the paper repeats
them. *Nested order* puts cells with a common deeper cell next to each other, so that what a deeper cell has can be
shared by `repeated` or by a view, without looking up who belongs to whom.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from core.detectors.parts.neighbourhoods import SIDE


class Level(NamedTuple):
    """The chosen channels of one level.

    Attributes
    ----------
    number
        Among the levels of the features.
    cells
        Positions.
    width
        Chosen channels, at least one.
    """

    number: int
    cells: int
    width: int


def choose_channels(total: int, kept: int, seed: int) -> Tensor:
    """Return (kept,) int64 channel indices without repetition, sorted, the same for the same seed."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randperm(total, generator=generator)[:kept].sort().values


def repeated(vectors: Tensor, cells: int, finer: int, width: int) -> Tensor:
    """(cells, B, width) of a level -> (finer, B, width): what the finer cells that each of them covers see of it."""
    return vectors.unsqueeze(1).expand(-1, finer // cells, -1, -1).reshape((finer, -1, width))


def neighbour_means(length: int) -> Tensor:
    """Return (length, length): the mean over each value of a line and its neighbours as a matrix, zeros outside."""
    places = torch.arange(length)
    return ((places - places.unsqueeze(1)).abs() <= SIDE // 2) / SIDE


class ChosenChannels(nn.Module):
    """Feature maps of several levels -> the chosen channels of each, deepest level first, in nested order.

    Parameters
    ----------
    channels
        Channels of each level, finest first.
    grids
        (rows, columns) of each level, each a multiple of the next.
    indices
        (d,) int64, sorted, into the levels' channels put one after the other.
    averaged
        Whether the deepest level's vectors are means over 3 x 3 cells, zeros outside: docs/adr/0024-padims-averages.md.

    Attributes
    ----------
    levels
        Those with chosen channels, deepest first.
    rows, columns
        Matrices that take means over neighbours at the deepest level, one from either side.
    """

    rows: Tensor
    columns: Tensor

    def __init__(
        self, channels: Sequence[int], grids: Sequence[tuple[int, int]], indices: Tensor, averaged: bool
    ) -> None:
        super().__init__()
        self.grids = tuple(grids)
        self.averaged = averaged
        for axis, side in zip(("rows", "columns"), grids[-1], strict=True):
            self.register_buffer(axis, neighbour_means(side), persistent=False)
        self.levels: list[Level] = []
        first = 0
        for index, width in enumerate(channels):
            inside = indices[(indices >= first) & (indices < first + width)] - first
            self.register_buffer(f"indices{index}", inside, persistent=False)
            if len(inside):
                self.levels.insert(0, Level(index, math.prod(grids[index]), len(inside)))
            first += width

    def forward(self, features: Sequence[Tensor]) -> list[Tensor]:
        """((B, C_i, h_i, w_i), ...), finest first -> (cells, B, width) of each of `levels`."""
        found = []
        for number, cells, width in self.levels:
            chosen = features[number].index_select(1, self.get_buffer(f"indices{number}"))
            if self.averaged and number == len(self.grids) - 1:
                chosen = self.rows @ chosen @ self.columns  # a tenth of the time of average pooling
            tall, wide = self._sides(number)
            places = range(2, 2 + len(tall))
            order = [
                place for pair in zip(places, (place + len(tall) for place in places), strict=True) for place in pair
            ]
            nested = chosen.reshape((-1, width, *tall, *wide)).permute(*order, 0, 1)
            found.append(nested.reshape((cells, -1, width)).contiguous())  # products of views take much longer
        return found

    def grid(self, values: Tensor) -> Tensor:
        """(cells, B) of the last of `levels` -> (B, rows, columns) of the finest grid."""
        cells, finest = self.levels[-1].cells, math.prod(self.grids[0])
        values = repeated(values.unsqueeze(2), cells, finest, 1)
        tall, wide = self._sides(0)
        pairs = [side for pair in zip(tall, wide, strict=True) for side in pair]
        rows = range(0, len(pairs), 2)
        return (
            values.reshape((*pairs, -1))
            .permute(len(pairs), *rows, *(row + 1 for row in rows))
            .reshape((-1, *self.grids[0]))
        )

    def _sides(self, number: int) -> tuple[list[int], list[int]]:
        """Return a level's rows and columns as products: those of the deepest level, then of each step up to it."""
        chain = self.grids[number:]
        tall, wide = (
            [
                chain[-1][axis],
                *(fine[axis] // deep[axis] for deep, fine in zip(chain[:0:-1], chain[-2::-1], strict=True)),
            ]
            for axis in (0, 1)
        )
        return tall, wide
