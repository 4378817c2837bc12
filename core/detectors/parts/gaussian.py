"""One Gaussian a position: mean and covariance in one pass, Cholesky factors, Mahalanobis distances.

The features of a deeper level are the same at all positions that one of its cells covers. With the deepest level's
features first, the upper left block of a position's covariance, and so of its Cholesky factor and of the factor's
inverse, is that of the deeper cell: only the rows of the position's own features are its own. So nothing is held or
worked out twice, and the distances are exactly the same. For EfficientNet-Lite0's 100 channels that takes a fifth of
the full matrices.

Levels are in the order of `ChosenChannels`: deepest first, cells in nested order. Of a matrix each has two parts:

own
    (p, n, n), the rows and columns of the level's n features in each of its p cells.
across
    The same rows in the columns of the D features of all deeper levels; not of the deepest one. (q, p / q * n, D): the
    rows of all the cells that one of the q cells of the level before covers stand together, since what they meet in
    a product is that cell's. Few tall products take less than many short ones.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import add

import torch
from torch import Tensor, nn

from core.detectors.estimate import GATHERED_BYTES, MOST_GATHERED
from core.detectors.parts.channels import Level, repeated
from core.devices import side_by_side
from core.progress import Ticket

# What a thread works on at a time: on a CPU it should stay in the cache.
CPU_CHUNK_BYTES = 2 << 20
GPU_CHUNK_BYTES = 64 << 20
CHUNKS = 16  # between two looks at the ticket


class Moments:
    """Mean and scatter of vectors at many positions, in one pass and bounded memory.

    Groups of vectors are merged after Chan, Golub and LeVeque (1979): each group is centred on its own mean, and the
    shift between the means enters as one more vector. So float32 holds the scatter without cancellation; the means are
    float64. The larger the groups, the seldomer the scatter is read and written. Memory: the scatter's rows, and a
    group within `GATHERED_BYTES`, whatever the number of vectors.
    """

    def __init__(self, levels: Sequence[Level], device: torch.device) -> None:
        self.count = 0
        self.device = device
        self.levels = levels
        self.mean = [torch.zeros(cells, width, dtype=torch.float64, device=device) for _, cells, width in levels]
        self.own = [torch.zeros(cells, width, width, device=device) for _, cells, width in levels]
        self.across = [torch.zeros(*shape, device=device) for shape in across_shapes(levels)]
        vector = 4 * sum(level.cells * level.width for level in levels)
        self.room = max(1, min(MOST_GATHERED, GATHERED_BYTES // vector))
        self.gathered = [torch.empty(cells, self.room + 1, width, device=device) for _, cells, width in levels]
        self._waiting = 0

    def add(self, vectors: Sequence[Tensor], ticket: Ticket) -> None:
        """Take in a (p, B, n) float32 tensor a level. A stop in the middle leaves the moments useless."""
        done, count = 0, vectors[0].shape[1]
        while done < count:
            some = min(self.room - self._waiting, count - done)
            for gathered, new in zip(self.gathered, vectors, strict=True):
                gathered[:, self._waiting : self._waiting + some] = new[:, done : done + some]
            self._waiting += some
            done += some
            if self._waiting == self.room:
                self._merge(ticket)

    def gaussians(self, ridge: float, ticket: Ticket) -> Gaussians:
        """Return the Gaussians, with covariances + ridge * I. They take over the scatter's memory: call it once.

        The covariance divides by n - 1, as `numpy.cov` does in the published program; of a single vector it is zero.
        The factors are worked out in float64, some cells at a time.
        """
        self._merge(ticket)

        def inverted(own: Tensor, explained: Tensor | float = 0.0) -> Tensor:
            """Turn scatter into the inverse factor of what is left of its covariance; return that in float64."""
            square = self._covariance(own) - explained
            square.diagonal(dim1=1, dim2=2).add_(ridge)
            eye = torch.eye(square.shape[1], dtype=torch.float64, device=self.device)
            corner: Tensor = torch.linalg.solve_triangular(torch.linalg.cholesky(square), eye, upper=False)
            own[:] = corner
            return corner

        def solve(part: slice) -> None:
            deeper = inverted(self.own[0][part])  # the whole inverse of the deeper levels, (q, D, D)
            for index in range(1, len(self.levels)):
                own, across = self.own[index][self._covered(part, index)], self._across(part, index)
                left = self._covariance(across) @ deeper.mT
                rows = left.reshape(len(own), -1, left.shape[2])
                corner = inverted(own, rows @ rows.mT)
                last = index + 1 == len(self.levels)
                if last:  # no further factor would magnify the rounding, and products take half the time
                    corner, left, deeper = corner.float(), left.float(), deeper.float()
                rows = -corner @ (left @ deeper).reshape(rows.shape)
                across[:] = rows.reshape(across.shape)
                if not last:
                    upper = nn.functional.pad(deeper, (0, corner.shape[1]))
                    upper = upper.repeat_interleave(len(own) // len(deeper), 0)
                    deeper = torch.cat([upper, torch.cat([rows, corner], dim=2)], dim=1)

        # One cell of the deepest level and all that it covers; the inverses of all levels but the last live, too.
        own = sum(values[0].numel() * (len(values) // self.levels[0].cells) for values in (*self.own, *self.across))
        self._for_all(solve, 8 * 4 * own, lambda done, cells: ticket.report(done, cells))
        return Gaussians(self.levels, [mean.float() for mean in self.mean], self.own, self.across)

    def _covariance(self, scatter: Tensor) -> Tensor:
        return scatter.double().div_(max(self.count - 1, 1))

    def _merge(self, ticket: Ticket) -> None:
        """Let the vectors gathered so far enter the moments."""
        new = self._waiting
        if new == 0:
            return
        total = self.count + new
        weight = self.count * new / total

        def gathered(part: slice, index: int) -> Tensor:
            """Let one level's vectors enter its means and its own scatter; return them centred, with the shift."""
            cells = self._covered(part, index)
            rows = self.gathered[index][cells, : new + 1]
            vectors = rows[:, :new]
            mean = vectors.mean(1, dtype=torch.float64)
            shift = mean - self.mean[index][cells]
            vectors -= mean.float().unsqueeze(1)
            rows[:, new] = shift * weight**0.5
            self.mean[index][cells] += shift * (new / total)
            self.own[index][cells].baddbmm_(rows.mT, rows)
            return rows

        def merge(part: slice) -> None:
            deeper = gathered(part, 0)  # the rows of all deeper levels, (q, new + 1, D)
            for index in range(1, len(self.levels)):
                rows = gathered(part, index)
                self._across(part, index).baddbmm_(rows.mT.reshape(len(deeper), -1, new + 1), deeper)
                if index + 1 < len(self.levels):
                    deeper = torch.cat([deeper.repeat_interleave(len(rows) // len(deeper), 0), rows], dim=2)

        vector = sum(level.cells * level.width for level in self.levels) // self.levels[0].cells
        self._for_all(merge, 4 * (new + 1) * 2 * vector, lambda done, cells: ticket.check())
        self.count = total
        self._waiting = 0

    def _across(self, part: slice, index: int) -> Tensor:
        """Return the rows of a level in the columns of deeper ones, for what these cells of the deepest one cover."""
        return self.across[index - 1][self._covered(part, index - 1)]

    def _covered(self, part: slice, index: int) -> slice:
        """Return the cells of a level that these cells of the deepest one cover."""
        times = self.levels[index].cells // self.levels[0].cells
        return slice(part.start * times, part.stop * times)

    def _for_all(self, work: Callable[[slice], None], cell_bytes: int, tell: Callable[[int, int], None]) -> None:
        """Work on all cells of the deepest level, some at a time, and tell how many are done every now and then."""
        cells = self.levels[0].cells
        step = max(1, (CPU_CHUNK_BYTES if self.device.type == "cpu" else GPU_CHUNK_BYTES) // cell_bytes)
        parts = [slice(first, min(first + step, cells)) for first in range(0, cells, step)]
        with side_by_side(self.device) as for_each:
            for first in range(0, len(parts), CHUNKS):
                tell(parts[first].start, cells)
                for_each(work, parts[first : first + CHUNKS])
        tell(cells, cells)


class Gaussians(nn.Module):
    """One Gaussian at each cell of the finest level with features.

    Parameters
    ----------
    levels
        As of `ChosenChannels`.
    means
        (p, n) float32 a level.
    own, across
        Of the inverse of the covariance's lower Cholesky factor L, float32. A distance takes a product with each, which
        reads them once, where a solve with L itself takes twice the time.
    """

    def __init__(
        self, levels: Sequence[Level], means: Sequence[Tensor], own: Sequence[Tensor], across: Sequence[Tensor]
    ) -> None:
        super().__init__()
        self.levels = levels
        for name, buffers in (("mean", means), ("own", own), ("across", across)):
            for index, values in enumerate(buffers, start=name == "across"):
                self.register_buffer(f"{name}{index}", values)

    def forward(self, vectors: Sequence[Tensor]) -> Tensor:
        """Return the (p, B) Mahalanobis distances of (p, B, n) vectors a level; p is that of the finest level.

        sqrt(delta^T Sigma^-1 delta) = |L^-1 delta|, with the deviation delta from the mean.
        """
        return reduce(add, self.by_level(vectors)).sqrt()

    def by_level(self, vectors: Sequence[Tensor]) -> list[Tensor]:
        """Return what each level adds to the squared distances, (p, B), deepest first.

        The deepest level counts by itself, each finer one by what deeper ones do not lead to expect.
        """
        finest = self.levels[-1].cells
        deeper = self._deviations(0, vectors)
        found = [repeated(self._squares(self._product("own0", deeper)), self.levels[0].cells, finest, 1)]
        for index in range(1, len(self.levels)):
            before, (_, cells, width) = self.levels[index - 1].cells, self.levels[index]
            deviations = self._deviations(index, vectors)
            across = self._product(f"across{index}", deeper).reshape((cells, width, -1))
            white = self._product(f"own{index}", deviations) + across
            found.append(repeated(self._squares(white), cells, finest, 1))
            if index + 1 < len(self.levels):
                depth = sum(level.width for level in self.levels[:index])
                deeper = torch.cat([repeated(deeper, before, cells, depth), deviations], dim=2)
        return [squares.squeeze(2) for squares in found]

    def _deviations(self, index: int, vectors: Sequence[Tensor]) -> Tensor:
        return vectors[index] - self.get_buffer(f"mean{index}").unsqueeze(1)

    def _squares(self, white: Tensor) -> Tensor:
        """(p, n, B) -> (p, B, 1)."""
        return white.square().sum(1).unsqueeze(2)

    def _product(self, name: str, deviations: Tensor) -> Tensor:
        """(q, B, D) -> (q, rows, B): a part of L^-1 times deviations."""
        return self.get_buffer(name) @ deviations.permute(0, 2, 1)

    def arrays(self) -> dict[str, Tensor]:
        """Return what was learned, by name, on the CPU."""
        return {name: values.cpu() for name, values in self.named_buffers()}

    def in_16_bits(self, ticket: Ticket) -> RoundedGaussians:
        """Return the same in half the size.

        The rounding moves a distance by about a hundred-thousandth of it, at most a ten-thousandth in 600,000 distances
        of real photos: a step for each column follows the very different spreads of the features.
        """
        parts = [name for name in self.arrays() if not name.startswith("mean")]
        rounded = {}
        for done, name in enumerate(parts):
            ticket.report(done, len(parts))
            values = self.get_buffer(name).cpu()
            # Features that do not vary with a deeper one have a column of zeros.
            step = values.abs().amax(1, keepdim=True).clamp(min=1e-30) / torch.iinfo(torch.int16).max
            rounded[name] = (values / step).round().to(torch.int16).mT.contiguous(), step
        ticket.report(len(parts), len(parts))
        return RoundedGaussians(self, rounded)


class RoundedGaussians(Gaussians):
    """Gaussians on the CPU with the inverse's parts as int16 multiples of a step for each of their columns.

    They are transposed: ONNX Runtime multiplies a row with a matrix several times as fast as a matrix with a column.
    """

    def __init__(self, exact: Gaussians, rounded: Mapping[str, tuple[Tensor, Tensor]]) -> None:
        super().__init__(exact.levels, [], [], [])
        for name, values in exact.arrays().items():
            if name not in rounded:
                self.register_buffer(name, values)
        for name, (values, step) in rounded.items():
            self.register_buffer(name, values)
            self.register_buffer(f"{name}_step", step)

    def _product(self, name: str, deviations: Tensor) -> Tensor:
        steps = self.get_buffer(f"{name}_step")
        return ((deviations * steps) @ self.get_buffer(name).float()).permute(0, 2, 1)


def across_shapes(levels: Sequence[Level]) -> list[tuple[int, int, int]]:
    """Return the shape of each level's `across`, but the deepest one's, which has none."""
    shapes, depth = [], 0
    for before, level in itertools.pairwise(levels):
        depth += before.width
        shapes.append((before.cells, level.cells // before.cells * level.width, depth))
    return shapes
