"""One Gaussian a position: mean and covariance in one pass, Cholesky factors, Mahalanobis distances."""

from __future__ import annotations

import torch
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
