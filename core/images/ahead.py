"""Files become frames in a few threads while the caller computes on the ones before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from core.errors import Problem
from core.images.framing import Framing, Placement
from core.images.in_order import in_order
from core.images.reading import ValueRange, read_image
from core.images.resampling import to_frames
from core.progress import Ticket


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
    paths: Iterable[Path], framing: Framing, value_range: ValueRange | None, ticket: Ticket
) -> Iterator[Loaded | Unreadable]:
    """Yield every file in order, as an image or with the reason why not.

    Raises
    ------
    Cancelled
        Through the ticket.
    """
    return in_order(lambda path: load_frame(path, framing, value_range), paths, ticket)
