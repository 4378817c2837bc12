"""Odd pictures among the good ones, before they are learned from: copies, blur, exposure, sizes.

Good photos of one part look much alike, so nothing here asks whether a picture looks like the others: near duplicates
are told from mere likeness by how little they differ, and blur and exposure by how far a picture stands from the bulk
of its kind. All are hints for a person, who decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.images.reading import UInt8Image
from core.progress import Ticket

# Pictures are compared as squares of so many pixels a side, averaged by area: sensor noise and another compression
# hardly show there.
SIDE = 24
# Two pictures are near duplicates where these differ by less, in grey levels of 255, root mean square.
NEAR = 0.5
# Distances from the median, in standard deviations that the median absolute deviation stands for (1.4826 of it).
FAR = 5.0
BLOCK = 2048
SHARPNESS_SIDE = 512  # pixels of the longer side at which sharpness is measured: what a frame can show
WHITE, BLACK = 250, 5  # grey levels from and up to which a camera shows no detail any more
LOST = 0.5  # more of a picture without detail than in the usual one counts as odd
USUAL_SHARE = 0.9  # of pictures that have one size before others count as odd


@dataclass(frozen=True, eq=False, slots=True)
class Look:
    """What is kept of a picture to compare it with others; 2.3 KB.

    Attributes
    ----------
    small
        (`SIDE` * `SIDE`,) float32 grey levels, 0 to 255.
    brightness
        Mean grey level.
    sharpness
        Natural logarithm of the variance of the Laplacian over that of the grey levels: how much of what the picture
        shows is fine detail.
    size
        (H, W).
    white, black
        Shares of it that are too bright and too dark to show anything.
    """

    small: npt.NDArray[np.float32]
    brightness: float
    sharpness: float
    size: tuple[int, int]
    white: float
    black: float


def look_of(pixels: UInt8Image) -> Look:
    """Measure one picture, (H, W, 3) RGB or (H, W, 1) grey."""
    grey = pixels[:, :, 0] if pixels.shape[2] == 1 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    grey = np.ascontiguousarray(grey)
    rows, columns = grey.shape
    scale = min(1.0, SHARPNESS_SIDE / max(rows, columns))
    size = (max(round(columns * scale), 1), max(round(rows * scale), 1))
    fine = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.float32)
    detail = cv2.Laplacian(fine, cv2.CV_32F)
    small = np.asarray(cv2.resize(fine, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.float32)
    sharpness = np.log((float(detail.var()) + 1e-3) / (float(fine.var()) + 1e-3))
    lost = float((fine >= WHITE).mean()), float((fine <= BLACK).mean())
    return Look(small.ravel(), float(fine.mean()), float(sharpness), (rows, columns), *lost)


def near_duplicates(looks: Sequence[Look], ticket: Ticket) -> list[tuple[int, int]]:
    """Return pairs (i, j), i < j, of pictures that differ by less than `NEAR`; sorted.

    Compares all pairs by matrix products, `BLOCK` x `BLOCK` at a time: 10,000 pictures in about a second. Memory: 16 MB
    for a block beside the looks and a copy of them.

    Raises
    ------
    Cancelled
        Through the ticket.
    """
    if not looks:
        return []
    small = np.stack([look.small for look in looks])
    centred = small - small.mean(0)  # little is lost to cancellation then
    squares = (centred.astype(np.float64) ** 2).sum(1)
    limit = NEAR**2 * small.shape[1]
    found: list[tuple[int, int]] = []
    for first in range(0, len(small), BLOCK):
        ticket.report(first, len(small))
        rows = slice(first, first + BLOCK)
        for second in range(first, len(small), BLOCK):
            ticket.check()
            columns = slice(second, second + BLOCK)
            apart = squares[rows, None] + squares[None, columns] - 2.0 * (centred[rows] @ centred[columns].T)
            # float32 products leave an error of about 1e-6 of the squares: candidates are measured again.
            near = np.argwhere(apart <= limit + 1e-5 * (squares[rows].max() + squares[columns].max()))
            for i, j in np.add(near, (first, second)):
                if i < j and float(((small[i] - small[j]).astype(np.float64) ** 2).sum()) <= limit:
                    found.append((int(i), int(j)))
    ticket.report(len(small), len(small))
    return sorted(found)


def groups(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Return what hangs together by pairs, each group sorted, by its first member."""
    parent: dict[int, int] = {}

    def root(item: int) -> int:
        while parent.setdefault(item, item) != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for one, other in pairs:
        low, high = sorted((root(one), root(other)))
        parent[high] = low
    together: dict[int, list[int]] = {}
    for item in sorted(parent):
        together.setdefault(root(item), []).append(item)
    return sorted(together.values())


def far_from_the_bulk(values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return how far each of (n,) values stands from their median, in robust standard deviations; negative below it.

    By the median absolute deviation, which a minority of odd ones does not move (Hampel 1974). All 0 where more than
    half of the values are equal.
    """
    numbers = np.asarray(values, np.float64)
    if not len(numbers):
        return numbers
    apart = numbers - np.median(numbers)
    spread = 1.4826 * float(np.median(np.abs(apart)))
    return apart / spread if spread > 0 else np.zeros_like(apart)


def odd_sizes(sizes: Sequence[tuple[int, int]]) -> list[int]:
    """Return the places of the sizes that are not the usual one, where nearly all have one size."""
    if not sizes:
        return []
    usual, count = Counter(sizes).most_common(1)[0]
    if count < USUAL_SHARE * len(sizes):
        return []
    return [place for place, size in enumerate(sizes) if size != usual]
