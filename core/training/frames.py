"""The good images of a training, as frames that a fit can go through again and again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from core.errors import Problem
from core.images.ahead import Unreadable, load_ahead
from core.images.framing import Framing
from core.images.reading import ValueRange
from core.progress import Ticket

CACHE_BYTES = 256 * 2**20


class ImageFrames:
    """Frames of image files that were read once already, in the given order.

    Memory: what `cached` holds, at most `CACHE_BYTES` if it was filled by `room_for`, and a batch; the others are read
    again in each round.

    Parameters
    ----------
    cached
        (3, h, w) frames by path, for as many of `paths` as there is room for.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        cached: Mapping[Path, Tensor],
        framing: Framing,
        value_range: ValueRange | None,
        ticket: Ticket,
    ) -> None:
        self._paths = tuple(paths)
        self._cached = cached
        self._framing = framing
        self._value_range = value_range
        self._ticket = ticket

    def __len__(self) -> int:
        return len(self._paths)

    def batches(self, size: int) -> Iterator[Tensor]:
        """Yield (b, 3, h, w) float32 tensors in 0..1 on the CPU, b at most `size`.

        Raises
        ------
        Problem
            A file that could be read at the beginning cannot be read any more.
        """
        again = [path for path in self._paths if path not in self._cached]
        reading = load_ahead(again, self._framing, self._value_range, self._ticket)
        group: list[Tensor] = []
        for path in self._paths:
            frame = self._cached.get(path)
            if frame is None:
                item = next(reading)
                if isinstance(item, Unreadable):
                    raise Problem(
                        "{name} cannot be read any more: {reason}",
                        "Check the drive that the images lie on, then train again.",
                        name=path.name,
                        reason=item.problem,
                    ) from item.problem
                frame = item.frame
            group.append(frame)
            if len(group) == size:
                yield torch.stack(group)
                group = []
        if group:
            yield torch.stack(group)


def room_for(cached: Mapping[Path, Tensor], frame: Tensor) -> bool:
    """Tell whether one more frame fits into the cache."""
    return (len(cached) + 1) * frame.numel() * frame.element_size() <= CACHE_BYTES
