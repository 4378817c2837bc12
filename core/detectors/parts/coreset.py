"""Greedy k-centre selection: the patches that PatchCore's memory keeps.

PatchCore (arXiv 2106.08265), section 3.2, in the published program's approximate variant: after a random projection the
selection starts from the mean distance to ten random points, then always takes the point farthest from all taken ones.
"""

from __future__ import annotations

import torch
from torch import Tensor

from core.progress import Ticket

PROJECTED = 128
STARTS = 10
# Points whose distances are kept exact at a time, and centres that they catch up with at a time.
POOL = 2048
CENTRES = 1024


def project(vectors: Tensor, generator: torch.Generator) -> Tensor:
    """Return (N, 128) float32: a seeded random projection of (N, d) that keeps distances roughly, centred.

    Vectors of at most 128 values are only centred. Extra memory: N * min(d, 128) * 4 bytes.
    """
    width = vectors.shape[1]
    if width <= PROJECTED:
        return vectors - vectors.mean(0)
    directions = torch.randn(width, PROJECTED, generator=generator) / PROJECTED**0.5
    projected: Tensor = vectors @ directions.to(vectors.device)
    return projected.sub_(projected.mean(0))


def greedy_coreset(vectors: Tensor, count: int, generator: torch.Generator, ticket: Ticket) -> Tensor:
    """Choose `count` of (N, d) vectors so that every vector has a near one among them.

    Returns
    -------
    (count,) int64 indices in the order of choice, without repetition; all N where `count` is not smaller.

    Raises
    ------
    Cancelled
        Through the ticket, within a fraction of a second.
    """
    points = project(vectors, generator)
    starts = points[torch.randperm(len(points), generator=generator)[:STARTS].to(points.device)]
    bounds = torch.zeros(len(points), device=points.device)
    for start in starts:
        ticket.check()
        bounds += (points - start).square().sum(1).sqrt()
    return farthest_first(points, (bounds / len(starts)).square(), count, ticket)


def farthest_first(points: Tensor, bounds: Tensor, count: int, ticket: Ticket) -> Tensor:
    """Take again and again the point with the largest bound; a taken point lowers the others' bounds to its distance.

    The choice is that of the plain loop over all points (up to rounding in float32), without looking at all of them
    each time: a bound can only fall, so a bound that is out of date is still an upper limit. Only the points with the
    largest bounds are kept exact, and choosing among them is right until the best of them falls below the largest
    bound outside; then the next such points catch up with the centres they missed, in one matrix product.

    Parameters
    ----------
    points
        (N, q) float32, centred, so that the products do not cancel.
    bounds
        (N,) squared distances to start from.
    count
        How many to take.

    Returns
    -------
    (min(count, N),) int64 indices in the order of choice.
    """
    total = len(points)
    count = min(count, total)
    squares = points.square().sum(1)
    bounds = bounds.clone()
    seen = torch.zeros(total, dtype=torch.int64, device=points.device)
    chosen = torch.empty(count, dtype=torch.int64, device=points.device)
    done = 0
    while done < count:
        ticket.report(done, count)
        top = bounds.topk(min(POOL + 1, total))
        pool = top.indices[:POOL]
        outside = float(top.values[POOL]) if total > POOL else -torch.inf
        members, sizes, values = points[pool], squares[pool], top.values[:POOL].clone()
        for first in range(int(seen[pool].min()), done, CENTRES):
            ticket.check()
            missed = chosen[first : min(first + CENTRES, done)]
            products = members @ points[missed].T
            nearest = torch.sub(squares[missed], products, alpha=2, out=products).amin(1) + sizes
            # A point that was taken has the bound -inf, which stays.
            values = torch.minimum(values, nearest.clamp_min_(0))
        while done < count:
            best, place = values.max(0)
            if float(best) < outside:
                break
            chosen[done] = pool[place]
            done += 1
            distances = torch.addmv(sizes + sizes[place], members, members[place], alpha=-2).clamp_min_(0)
            torch.minimum(values, distances, out=values)
            values[place] = -torch.inf
            if done % CENTRES == 0:
                ticket.report(done, count)
        bounds[pool] = values
        seen[pool] = done
    ticket.report(count, count)
    return chosen
