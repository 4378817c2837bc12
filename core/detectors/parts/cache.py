"""Arrays of many images, computed once and read again and again: in memory, or in a file where they are too many."""

from __future__ import annotations

import math
import tempfile
from types import TracebackType
from typing import Self

import numpy as np
import torch
from torch import Tensor

from core.errors import Problem

FLOAT_BYTES = 4


class ImageCache:
    """One float32 array of the same shape for each image, a context manager.

    Memory: all arrays where they fit into the budget. Otherwise they lie in a temporary file that has no name, so that
    the system removes it with the block's end, an error or the end of the program, and are mapped into memory, from
    where the system drops them as it needs. The file is written before it is mapped: a full disk is an error then.

    Parameters
    ----------
    images
        How many will be added.
    shape
        Of the array of one image.
    budget
        Bytes of memory.
    """

    def __init__(self, images: int, shape: tuple[int, ...], budget: int) -> None:
        self.on_disk = images * math.prod(shape) * FLOAT_BYTES > budget
        self._whole = (images, *shape)
        self._file = tempfile.TemporaryFile() if self.on_disk else None  # noqa: SIM115 - closed by __exit__
        self._rows = None if self.on_disk else torch.empty(self._whole)
        self._mapped: np.memmap | None = None
        self._added = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._rows = self._mapped = None
        if self._file is not None:
            self._file.close()

    def __len__(self) -> int:
        """Return how many images were added."""
        return self._added

    def add(self, arrays: Tensor) -> None:
        """Take in the (n, ...) arrays of the next images, from any device.

        Raises
        ------
        Problem
            The disk is full.
        """
        arrays = arrays.to("cpu", torch.float32)
        if self._rows is not None:
            self._rows[self._added : self._added + len(arrays)] = arrays
        elif self._file is not None:
            try:
                self._file.write(arrays.contiguous().numpy().tobytes())
            except OSError as error:
                raise Problem(
                    "The features of the images fit neither into memory nor onto the disk: {reason}.",
                    "Make room on the drive for temporary files, or choose smaller frames or fewer images.",
                    reason=error.strerror or str(error),
                ) from error
        self._added += len(arrays)

    def take(self, numbers: Tensor) -> Tensor:
        """Return a copy of the arrays of the images of these numbers, (n, ...), on the CPU."""
        if self._rows is not None:
            return self._rows[numbers]
        if self._mapped is None:
            if self._file is None or self._added < self._whole[0]:
                raise ValueError("the cache is closed or not full yet")
            self._file.flush()
            self._mapped = np.memmap(self._file, np.float32, "r", shape=self._whole)
        return torch.from_numpy(self._mapped[numbers.numpy()])
