"""One Gaussian a position: mean and covariance in one pass, Cholesky factors, Mahalanobis distances."""

from __future__ import annotations

import numpy as np
import torch
from scipy.linalg.lapack import dtrtri
from torch import Tensor

from core.progress import Ticket

# Bytes of the double-precision working copies while factors are made.
CHUNK_BYTES = 64 << 20


class Moments:
    """Mean and scatter of vectors at many positions, in one pass and bounded memory.

    Batches are merged after Chan, Golub and LeVeque (1979): each batch is centred on its own mean, and the shift
    between the means enters as one more vector. So float32 holds the scatter without cancellation; the means are
    float64. Memory: positions * d * d * 4 bytes, whatever the number of vectors.
    """

    def __init__(self, positions: int, dimensions: int, device: torch.device) -> None:
        self.count = 0
        self.mean = torch.zeros(positions, dimensions, dtype=torch.float64, device=device)
        self.scatter = torch.zeros(positions, dimensions, dimensions, device=device)

    def add(self, vectors: Tensor, ticket: Ticket) -> None:
        """Take in (n, positions, d) float32 vectors. A stop in the middle leaves the moments useless."""
        new = len(vectors)
        # Centred on the first vector before summing: the batch's mean then keeps its last digits.
        start = vectors[0]
        mean = start.double() + (vectors - start).mean(0).double()
        shift = mean - self.mean
        weight = self.count * new / (self.count + new)
        rows = torch.cat([vectors - mean.float(), (shift * weight**0.5).float().unsqueeze(0)]).transpose(0, 1)
        step = self._step()
        for first in range(0, len(rows), step):
            ticket.check()
            part = rows[first : first + step]
            self.scatter[first : first + step].baddbmm_(part.transpose(1, 2), part)
        self.count += new
        self.mean += shift * (new / self.count)

    def _step(self) -> int:
        """Return how many positions to work on between two looks at the ticket."""
        return max(1, CHUNK_BYTES // (self.scatter[0].numel() * 8))

    def factors(self, ridge: float, ticket: Ticket) -> Tensor:
        """Return (positions, d, d) float32 lower Cholesky factors of covariance + ridge * I.

        The covariance divides by n - 1, as `numpy.cov` does in the published program; of a single vector it is zero.
        Worked out in float64, some positions at a time, and written over the scatter, which is used up.
        """
        positions = len(self.scatter)
        step = self._step()
        for first in range(0, positions, step):
            ticket.report(first, positions)
            chunk = self.scatter[first : first + step].double() / max(self.count - 1, 1)
            chunk.diagonal(dim1=1, dim2=2).add_(ridge)
            self.scatter[first : first + step] = torch.linalg.cholesky(chunk).float()
        ticket.report(positions, positions)
        return self.scatter


def inverses(factors: Tensor, ticket: Ticket) -> tuple[Tensor, Tensor]:
    """Return the inverses of (positions, d, d) lower factors in 16 bits, an eighth of the size of both in float32.

    The rounding moves a distance by about a hundred-thousandth of it, at most a ten-thousandth in 600,000 distances of
    real photos: a step for each column follows the very different spreads of the features. Worked out in float64.

    Returns
    -------
    packed
        (positions, d (d + 1) / 2 + 1) int16: the lower triangles, row by row, as multiples of the steps; then a zero.
    steps
        (positions, d) float32, one a column.
    """
    positions, size = factors.shape[:2]
    rows, columns = np.tril_indices(size)
    packed = np.zeros((positions, len(rows) + 1), np.int16)
    steps = np.empty((positions, size), np.float32)
    for position, factor in enumerate(factors.cpu().numpy()):
        ticket.report(position, positions)
        # LAPACK counts columns first: what it sees is the upper triangle of the transpose.
        transposed, _ = dtrtri(factor.T.astype(np.float64), lower=0)
        inverse = transposed.T
        steps[position] = np.abs(inverse).max(axis=0) / np.iinfo(np.int16).max
        packed[position, :-1] = np.rint(inverse / steps[position])[rows, columns]
    ticket.report(positions, positions)
    return torch.from_numpy(packed), torch.from_numpy(steps)


def places(size: int) -> Tensor:
    """Return (size * size,) int64: where in a packed triangle and the zero behind it each value of a matrix is."""
    rows, columns = torch.tril_indices(size, size)
    found = torch.full((size, size), len(rows))
    found[rows, columns] = torch.arange(len(rows))
    return found.flatten()


def mahalanobis(deviations: Tensor, factors: Tensor) -> Tensor:
    """Return the (positions, n) distances of (positions, d, n) deviations from the means.

    sqrt(delta^T Sigma^-1 delta) = |L^-1 delta|, by a triangular solve with the (positions, d, d) factors L.
    """
    whitened: Tensor = torch.linalg.solve_triangular(factors, deviations, upper=False)
    return whitened.square().sum(1).sqrt()


def pack(factors: Tensor) -> Tensor:
    """Return (positions, d (d + 1) / 2): the lower triangles, row by row."""
    rows, columns = torch.tril_indices(factors.shape[1], factors.shape[1])
    return factors[:, rows, columns]


def unpack(packed: Tensor, dimensions: int) -> Tensor:
    """Return (positions, d, d) from what `pack` gave."""
    rows, columns = torch.tril_indices(dimensions, dimensions)
    factors = packed.new_zeros(len(packed), dimensions, dimensions)
    factors[:, rows, columns] = packed
    return factors
