"""Working ahead: files become frames in a few threads while the caller computes on the ones before.

Threads are enough, and nothing is spawned: decoding, resizing and encoding leave Python's lock. At most `AHEAD` results
wait, so memory does not grow with the number of files.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from torch import Tensor

from core.errors import Problem
from core.images.framing import Framing, Placement
from core.images.reading import ValueRange, read_image
from core.images.resampling import to_frames
from core.progress import Ticket

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 16
WORKERS = min(4, os.cpu_count() or 1)


@dataclass(frozen=True, eq=False, slots=True)
class Loaded:
    """One image, ready for a detector.

    Attributes
    ----------
    frame
        (3, h, w) float32, 0 to 1, on the CPU.
    size
        (H, W) of the image.
    note
        As the reader's, such as ``"first of 3 pages"``.
    """

    path: Path
    frame: Tensor
    size: tuple[int, int]
    placement: Placement
    note: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One file that is no image, and why."""

    path: Path
    problem: Problem


def load_frame(path: Path, framing: Framing, value_range: ValueRange | None) -> Loaded | Unreadable:
    """Read and resize one image."""
    try:
        picture = read_image(path, value_range, keep_grey=True)
    except Problem as problem:
        return Unreadable(path, problem)
    size = (picture.pixels.shape[0], picture.pixels.shape[1])
    return Loaded(path, to_frames([picture.pixels], framing)[0], size, framing.place(size), picture.note)


def load_ahead(
    paths: Sequence[Path], framing: Framing, value_range: ValueRange | None, ticket: Ticket
) -> Iterator[Loaded | Unreadable]:
    """Yield every file in order, as an image or with the reason why not.

    Raises
    ------
    Cancelled
        Through the ticket.
    """
    return in_order(lambda path: load_frame(path, framing, value_range), paths, ticket)


def in_order(
    work: Callable[[Item], Result], items: Iterable[Item], ticket: Ticket, workers: int = WORKERS
) -> Generator[Result, None, None]:
    """Yield what `work` makes of every item, in order, worked out in a few threads while the caller does other things.

    Closing the iterator, an error in `work`, in `items` or in the caller, and a cancelled ticket stop the threads.

    Raises
    ------
    Cancelled
        Through the ticket.
    """
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="ahead") as pool:
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) >= AHEAD:
                    ticket.check()
                    yield waiting.popleft().result()
            while waiting:
                ticket.check()
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
