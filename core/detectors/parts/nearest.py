"""Nearest neighbours in a bank of vectors, exact: with faiss on the CPU, by a matrix product elsewhere."""

from __future__ import annotations

import faiss
import torch
import torch.nn.functional as F
from torch import Tensor

# Values of a block of the distance matrix off the CPU: 256 MB.
BLOCK_VALUES = 64 << 20


def closest(queries: Tensor, vectors: Tensor, squares: Tensor, count: int) -> Tensor:
    """Return (n, count) int64: the nearest of (M, d) vectors for (n, d) queries, nearest first.

    By one matrix product; `squares` are the vectors' squared lengths. Both sides are centred on the vectors' mean, so
    that little is lost to cancellation.
    """
    nearness = F.linear(queries, vectors, -0.5 * squares)  # (|q|^2 - |q - v|^2) / 2
    if count == 1:
        return nearness.argmax(dim=1, keepdim=True)
    return nearness.topk(count, dim=1).indices


def distances_to(queries: Tensor, vectors: Tensor, indices: Tensor) -> Tensor:
    """Return (n, k): the Euclidean distances of (n, d) queries to `vectors[indices]`, indices (n, k).

    From the differences themselves, so that a distance near zero keeps its digits, unlike in the matrix product.
    """
    distances: Tensor = torch.linalg.vector_norm(queries.unsqueeze(1) - vectors[indices], dim=2)
    return distances


class Bank:
    """Vectors to search.

    Parameters
    ----------
    vectors
        (M, d) float32, on the device to search on. A centred copy is kept.
    """

    def __init__(self, vectors: Tensor) -> None:
        self.centre = vectors.mean(0)
        self.vectors = vectors - self.centre
        self.squares = self.vectors.square().sum(1)
        self._index = None
        if vectors.device.type == "cpu":
            self._index = faiss.IndexFlatL2(vectors.shape[1])
            self._index.add(self.vectors.numpy())

    def __len__(self) -> int:
        """Return the number of vectors."""
        return len(self.vectors)

    def search(self, queries: Tensor, count: int) -> tuple[Tensor, Tensor]:
        """Find the `count` nearest vectors of (n, d) queries.

        Returns
        -------
        distances
            (n, count) Euclidean.
        indices
            (n, count) int64, nearest first; count is at most the number of vectors.
        """
        count = min(count, len(self))
        queries = queries - self.centre
        if self._index is not None:
            # The setting belongs to the calling thread.
            faiss.omp_set_num_threads(torch.get_num_threads())
            indices = torch.from_numpy(self._index.search(queries.contiguous().numpy(), count)[1])
        else:
            step = max(1, BLOCK_VALUES // len(self))
            indices = torch.cat(
                [closest(part, self.vectors, self.squares, count) for part in torch.split(queries, step)]
            )
        return distances_to(queries, self.vectors, indices), indices

    def around(self, indices: Tensor, count: int) -> Tensor:
        """Return (n, count): the nearest vectors of (n,) vectors of the bank, themselves among them."""
        return closest(self.vectors[indices], self.vectors, self.squares, min(count, len(self)))
