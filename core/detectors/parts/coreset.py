"""Greedy k-centre selection: the patches that PatchCore's memory keeps.

PatchCore (arXiv 2106.08265), section 3.2: always take the point farthest from all taken ones (Gonzalez 1985,
"Clustering to minimize the maximum intercluster distance"), among points that a random projection made narrower.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from core.devices import ForEach, side_by_side
from core.progress import Ticket

PROJECTED = 128
# Points brought up to date together: a share of all, but not few.
POOL_SHARE = 16
POOL = 4096
READY = 512  # points of them whose mutual distances are worked out, to choose among
# Values of a block of distances: 4 MB, which stay in a CPU's cache. A block has as many rows as fit, within limits.
BLOCK_VALUES = 1 << 20
FEWEST_ROWS, MOST_ROWS = 64, 512
GROUP = 64  # centres whose distances are first looked at through their smallest
# The share of the picks to this power is about the share of the time: the first picks move many points' bounds.
TIME_POWER = 0.6
# Bytes a point needs while choosing, its own values not counted.
POINT_BYTES = 64


class Chosen(NamedTuple):
    """A selection.

    Attributes
    ----------
    indices
        (count,) int64 in the order of choice.
    radius
        No point lies farther from its nearest chosen one.
    """

    indices: Tensor
    radius: float


def directions(width: int, generator: torch.Generator) -> Tensor | None:
    """Draw the projection of `width` values to 128 that keeps distances roughly; None where there are no more."""
    return torch.randn(width, PROJECTED, generator=generator) / PROJECTED**0.5 if width > PROJECTED else None


def project(vectors: Tensor, onto: Tensor | None, device: torch.device) -> Tensor:
    """Return (N, min(d, 128)) float32 on the device: (N, d) vectors, projected and centred.

    Memory: the result, and a part of the vectors.
    """
    points = torch.empty(len(vectors), vectors.shape[1] if onto is None else PROJECTED, device=device)
    for source, target in zip(torch.split(vectors, 1 << 16), torch.split(points, 1 << 16), strict=True):
        if onto is None:
            target.copy_(source)
        else:
            torch.mm(source.to(device), onto.to(device), out=target)
    return points.sub_(points.mean(0))


def greedy_coreset(points: Tensor, count: int, generator: torch.Generator, ticket: Ticket) -> Chosen:
    """Choose `count` of (N, q) centred points so that every point has a near one among them.

    The first is drawn. With r the distance of the point that would be chosen next, the chosen ones and that point are
    at least r apart from each other, so that of any `count` balls that cover them one holds two: no choice of `count`
    centres, even elsewhere in space, has a radius below r / 2.

    Returns
    -------
    All N points where `count` is not smaller, each once.

    Raises
    ------
    Cancelled
        Through the ticket, within a fraction of a second.
    """
    first = torch.randint(len(points), (1,), generator=generator).to(points.device)
    start = points[first].double()
    bounds = torch.empty(len(points), dtype=torch.float64, device=points.device)
    # Results of their own between the large temporaries would keep these from being used again.
    for part, target in zip(torch.split(points, 1 << 13), torch.split(bounds, 1 << 13), strict=True):
        torch.sum((part.double() - start).square_(), 1, out=target)
    bounds[first] = -torch.inf
    others = farthest_first(points, bounds, min(count, len(points)) - 1, ticket)
    return Chosen(torch.cat([first, others.indices]), others.radius)


def farthest_first(points: Tensor, bounds: Tensor, count: int, ticket: Ticket) -> Chosen:
    """Take again and again the point with the largest bound; a taken point lowers the others' bounds to its distance.

    The choice is that of the plain loop over all points in float64, equal bounds aside, without looking at all of them
    each time. A bound can only fall, so one that is out of date is still an upper limit. The points with the largest
    bounds catch up with the centres they missed, in matrix products; choosing among those is right until the best of
    them falls below the largest bound of the rest. The products are in float32: they only tell which centres can be
    the nearest one, given how far such a product can be off, and the distances to those are worked out in float64.

    Memory: 64 bytes a point, and the centres.

    Parameters
    ----------
    points
        (N, q) float32, centred, so that the products do not cancel. Not on Apple's GPU, which has no float64.
    bounds
        (N,) squared distances to start from; -inf for points that must not be taken.
    count
        How many to take.

    Returns
    -------
    min(count, N) indices, and the largest distance left.
    """
    search = _Search(points, bounds, min(count, len(points)))
    with side_by_side(points.device) as for_each:
        while search.done < search.count:
            ticket.report(search.done, search.count, share=(search.done / search.count) ** TIME_POWER)
            search.round(for_each, ticket)
    ticket.report(search.count, search.count)
    return Chosen(search.chosen, float(search.bounds.max().clamp_min(0).sqrt()))


class _Search:
    """The state of `farthest_first`.

    Attributes
    ----------
    bounds
        (N,) float64: squared distances to the nearest of the first `seen` centres; -inf for a taken point.
    chosen, centres, sizes
        Indices, values and squared lengths of the centres; the latter two in whole groups, at infinity beyond `done`.
    """

    def __init__(self, points: Tensor, bounds: Tensor, count: int) -> None:
        self.points = points
        self.bounds = bounds.double()
        self.count = count
        self.done = 0
        self.lengths = torch.linalg.vector_norm(points, dim=1)
        self.longest = 0.0
        self.seen = torch.zeros(len(points), dtype=torch.int64, device=points.device)
        self.chosen = torch.empty(count, dtype=torch.int64, device=points.device)
        self.centres = points.new_zeros(_whole_groups(count), points.shape[1])
        self.sizes = points.new_full((len(self.centres),), torch.inf)

    def round(self, for_each: ForEach, ticket: Ticket) -> None:
        """Bring the points with the largest bounds up to date, and take what can be taken among them."""

        def catch_up(rows: slice) -> None:
            ticket.check()
            self._catch_up(pool[rows], values[rows])

        pool = self.bounds.topk(min(len(self.bounds), max(POOL, len(self.bounds) // POOL_SHARE)), sorted=False).indices
        pool = pool[self.seen[pool].argsort()]
        values = self.bounds[pool]
        self.bounds[pool] = -torch.inf
        rest = float(self.bounds.max())
        for_each(catch_up, self._blocks(self.seen[pool]))
        self.bounds[pool] = values
        self.seen[pool] = self.done
        best = values.topk(min(READY + 1, len(pool)))
        if len(pool) > READY:
            rest = max(rest, float(best.values[READY]))
        ready = best.indices[:READY][best.values[:READY] >= rest]
        self._take(pool[ready], rest)

    def _blocks(self, seen: Tensor) -> Iterator[slice]:
        """Divide points, those that missed most first, into blocks that have missed some."""
        missed = (self.done - seen).tolist()
        start = 0
        while start < len(missed) and missed[start]:
            rows = min(max(BLOCK_VALUES // missed[start], FEWEST_ROWS), MOST_ROWS)
            yield slice(start, start + rows)
            start += rows

    def _catch_up(self, block: Tensor, values: Tensor) -> None:
        """Lower the values of a block of points, in place, to their distances to the centres they missed."""
        points, lengths = self.points[block], self.lengths[block].double()
        first = int(self.seen[block[0]]) // GROUP * GROUP
        missed = slice(first, _whole_groups(self.done))
        # Squared distances less the points' squared lengths.
        ranks = torch.addmm(self.sizes[missed], points, self.centres[missed].T, alpha=-2).view(len(block), -1, GROUP)
        # The dot product of q values is off by at most q * 2^-24 * |x| |c|, the sums around it by a few roundings.
        error = (points.shape[1] + 4) * 2.0**-24 * (lengths + self.longest).square()
        nearest = ranks.amin(2)
        limits = (torch.minimum(nearest.amin(1) + error, values - lengths.square()) + error).float()
        row, group = (nearest <= limits.unsqueeze(1)).nonzero().unbind(1)
        pair, member = (ranks[row, group] <= limits[row].unsqueeze(1)).nonzero().unbind(1)
        row = row[pair]
        differences = points[row].double().sub_(self.centres[first + group[pair] * GROUP + member])
        values.scatter_reduce_(0, row, torch.linalg.vecdot(differences, differences), "amin")

    def _take(self, ready: Tensor, rest: float) -> None:
        """Take from some points, whose bounds are up to date, for as long as the largest one is at least `rest`."""
        points = self.points[ready].double()
        sizes = points.square().sum(1)
        distances = torch.addmm(sizes, points, points.T, alpha=-2).add_(sizes.unsqueeze(1)).cpu().numpy()
        values = self.bounds[ready].cpu().numpy()
        places: list[int] = []
        while self.done + len(places) < self.count and len(ready):
            place = int(values.argmax())
            if values[place] < rest:
                break
            places.append(place)
            np.minimum(values, distances[place], out=values)
            values[place] = -np.inf
        taken = ready[places]
        added = slice(self.done, self.done + len(places))
        self.done = added.stop
        self.chosen[added] = taken
        self.centres[added] = self.points[taken]
        self.sizes[added] = sizes[places].float()
        self.longest = max([self.longest, *self.lengths[taken].tolist()])
        self.bounds[ready] = torch.from_numpy(values).to(self.bounds)
        self.seen[ready] = self.done


def _whole_groups(count: int) -> int:
    return -(-count // GROUP) * GROUP
