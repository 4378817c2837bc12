"""One Gaussian a position: mean and covariance in one pass, Cholesky factors, Mahalanobis distances.

Symmetric and triangular matrices are held as *bands* of `BAND_ROWS` rows, each as wide as the triangle at its last row:
(positions, rows, columns). That is little more than half of the square, and every operation on a band is a product of
plain matrices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor

from core.detectors.estimate import BAND_ROWS, GATHERED_BYTES, MOST_GATHERED
from core.devices import side_by_side
from core.progress import Ticket

# What a thread works on at a time: on a CPU it should stay in the cache.
CPU_CHUNK_BYTES = 1 << 20
GPU_CHUNK_BYTES = 64 << 20
CHUNKS = 16  # between two looks at the ticket


class Moments:
    """Mean and scatter of vectors at many positions, in one pass and bounded memory.

    Groups of vectors are merged after Chan, Golub and LeVeque (1979): each group is centred on its own mean, and the
    shift between the means enters as one more vector. So float32 holds the scatter without cancellation; the means are
    float64. The larger the groups, the seldomer the scatter is read and written. Memory: the scatter's bands, and a
    group within `GATHERED_BYTES`, whatever the number of vectors.
    """

    def __init__(self, positions: int, dimensions: int, device: torch.device) -> None:
        self.count = 0
        self.mean = torch.zeros(positions, dimensions, dtype=torch.float64, device=device)
        self.scatter = [
            torch.zeros(positions, high - low, high, device=device) for low, high in band_limits(dimensions)
        ]
        room = max(1, min(MOST_GATHERED, GATHERED_BYTES // (4 * positions * dimensions)))
        self.gathered = torch.empty(positions, room + 1, dimensions, device=device)
        self._waiting = 0

    def add(self, vectors: Tensor, ticket: Ticket) -> None:
        """Take in (positions, n, d) float32 vectors. A stop in the middle leaves the moments useless."""
        room = self.gathered.shape[1] - 1
        while vectors.shape[1]:
            some = vectors[:, : room - self._waiting]
            vectors = vectors[:, some.shape[1] :]
            self.gathered[:, self._waiting : self._waiting + some.shape[1]] = some
            self._waiting += some.shape[1]
            if self._waiting == room:
                self._merge(ticket)

    def gaussians(self, ridge: float, ticket: Ticket) -> Gaussians:
        """Return the Gaussians, with covariances + ridge * I. They take over the scatter's memory: call it once.

        The covariance divides by n - 1, as `numpy.cov` does in the published program; of a single vector it is zero.
        The factors are worked out in float64, some positions at a time.
        """
        self._merge(ticket)
        positions, size = self.mean.shape
        eye = torch.eye(size, dtype=torch.float64, device=self.mean.device)

        def solve(part: slice) -> None:
            square = eye.new_zeros(len(self.mean[part]), size, size)
            for low, high, band in banded(self.scatter):
                square[:, low:high, :high] = band[part]
            factors = torch.linalg.cholesky(square.div_(max(self.count - 1, 1)).add_(eye, alpha=ridge))
            # In float32, which moves distances by 1e-7; the squares before the factors need float64.
            inverse = inverted(factors.float())
            for low, high, band in banded(self.scatter):
                band[part] = inverse[:, low:high, :high]

        self._for_all(solve, 8 * size * size, lambda done: ticket.report(done, positions))
        return Gaussians(self.mean.float(), self.scatter)

    def _merge(self, ticket: Ticket) -> None:
        """Let the vectors gathered so far enter the moments."""
        new = self._waiting
        if new == 0:
            return
        total = self.count + new
        weight = self.count * new / total

        def merge(part: slice) -> None:
            rows = self.gathered[part, : new + 1]
            vectors = rows[:, :new]
            mean = vectors.mean(1, dtype=torch.float64)
            shift = mean - self.mean[part]
            vectors -= mean.float().unsqueeze(1)
            rows[:, new] = shift * weight**0.5
            for low, high, band in banded(self.scatter):
                band[part].baddbmm_(rows[..., low:high].mT, rows[..., :high])
            self.mean[part] += shift * (new / total)

        self._for_all(merge, self.gathered[0].nbytes, lambda _: ticket.check())
        self.count = total
        self._waiting = 0

    def _for_all(self, work: Callable[[slice], None], position_bytes: int, tell: Callable[[int], None]) -> None:
        """Work on all positions, some at a time, and tell how many are done every now and then."""
        positions = len(self.mean)
        step = max(1, (CPU_CHUNK_BYTES if self.mean.device.type == "cpu" else GPU_CHUNK_BYTES) // position_bytes)
        parts = [slice(first, min(first + step, positions)) for first in range(0, positions, step)]
        with side_by_side(self.mean.device) as for_each:
            for first in range(0, len(parts), CHUNKS):
                tell(parts[first].start)
                for_each(work, parts[first : first + CHUNKS])
        tell(positions)


class Gaussians:
    """One Gaussian at each position.

    Attributes
    ----------
    mean
        (positions, d) float32.
    inverses
        Of the covariances' lower Cholesky factors L, as float32 bands: a distance takes a product with each, which
        reads them once, where a solve with L itself takes twice the time.
    """

    def __init__(self, mean: Tensor, inverses: Sequence[Tensor]) -> None:
        self.mean = mean
        self.inverses = inverses

    def distances(self, vectors: Tensor) -> Tensor:
        """Return the (n, positions) Mahalanobis distances of (positions, n, d) vectors.

        sqrt(delta^T Sigma^-1 delta) = |L^-1 delta|, with the deviation delta from the mean.
        """
        deviations = (vectors - self.mean.unsqueeze(1)).mT
        white = torch.cat([band @ deviations[:, :high] for _, high, band in banded(self.inverses)], dim=1)
        distances: Tensor = torch.linalg.vector_norm(white, dim=1)
        return distances.T

    def packed(self) -> Tensor:
        """Return (positions, d (d + 1) / 2) on the CPU: the inverses' lower triangles, row by row."""
        size = self.mean.shape[1]
        packed = torch.empty(len(self.mean), size * (size + 1) // 2)
        for low, high, band in banded(self.inverses):
            rows, columns, place = triangle(low, high)
            packed[:, place] = band.cpu()[:, rows, columns]
        return packed

    @classmethod
    def unpacked(cls, mean: Tensor, packed: Tensor) -> Gaussians:
        """Return the Gaussians, on the mean's device, from what `packed` gave."""
        bands = []
        for low, high in band_limits(mean.shape[1]):
            rows, columns, place = triangle(low, high)
            band = torch.zeros(len(mean), high - low, high)
            band[:, rows, columns] = packed[:, place]
            bands.append(band.to(mean.device))
        return cls(mean, bands)

    def in_16_bits(self, ticket: Ticket) -> tuple[Tensor, Tensor]:
        """Return the inverse factors in half the size.

        The rounding moves a distance by about a hundred-thousandth of it, at most a ten-thousandth in 600,000 distances
        of real photos: a step for each column follows the very different spreads of the features.

        Returns
        -------
        packed
            (positions, d (d + 1) / 2 + 1) int16: the lower triangles, row by row, as multiples of the steps; then a
            zero.
        steps
            (positions, d) float32, one a column.
        """
        positions, size = self.mean.shape
        steps = torch.zeros(positions, size)
        for _, high, band in banded(self.inverses):
            steps[:, :high] = torch.maximum(steps[:, :high], band.cpu().abs().amax(1))
        steps /= torch.iinfo(torch.int16).max
        packed = torch.zeros(positions, size * (size + 1) // 2 + 1, dtype=torch.int16)
        for low, high, band in banded(self.inverses):
            ticket.report(low, size)
            rows, columns, place = triangle(low, high)
            packed[:, place] = (band.cpu() / steps[:, None, :high]).round()[:, rows, columns].to(torch.int16)
        ticket.report(size, size)
        return packed, steps


def inverted(factors: Tensor) -> Tensor:
    """Return the inverses of (n, d, d) lower factors: blocks on the diagonal one by one, the others by products."""
    size = factors.shape[1]
    inverse = torch.zeros_like(factors)
    for low, high in band_limits(size):
        eye = torch.eye(high - low, dtype=factors.dtype, device=factors.device)
        block = torch.linalg.solve_triangular(factors[:, low:high, low:high], eye, upper=False)
        inverse[:, low:high, low:high] = block
        inverse[:, low:high, :low] = -block @ (factors[:, low:high, :low] @ inverse[:, :low, :low])
    return inverse


def band_limits(size: int) -> Iterator[tuple[int, int]]:
    """Yield the first row of each band, and the one after its last."""
    for low in range(0, size, BAND_ROWS):
        yield low, min(low + BAND_ROWS, size)


def banded(bands: Sequence[Tensor]) -> Iterator[tuple[int, int, Tensor]]:
    """Yield each band with its limits."""
    for band in bands:
        yield band.shape[2] - band.shape[1], band.shape[2], band


def triangle(low: int, high: int) -> tuple[Tensor, Tensor, slice]:
    """Return the rows and columns, within a band, of what belongs to the lower triangle; and its place there."""
    rows, columns = torch.tril_indices(high - low, high, offset=low)
    return rows, columns, slice(low * (low + 1) // 2, high * (high + 1) // 2)


def places(size: int) -> Tensor:
    """Return (size * size,) int64: where in a packed triangle and the zero behind it each value of a matrix is."""
    rows, columns = torch.tril_indices(size, size)
    found = torch.full((size, size), len(rows))
    found[rows, columns] = torch.arange(len(rows))
    return found.flatten()
