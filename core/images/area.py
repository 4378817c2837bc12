"""Which part of a picture counts: a region of interest and areas to ignore, drawn once for pictures of any size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from core.errors import Problem

BoolMask = npt.NDArray[np.bool_]
Outline = tuple[tuple[float, float], ...]

# Outlines are drawn on a square of so many pixels, and every size of picture looks its pixels up there: so program and
# exported graph agree about each.
RASTER = 1024
MOST_OUTLINES = 200
MOST_POINTS = 2000
_SHIFT = 8  # fractional bits of the points that OpenCV draws


@dataclass(frozen=True, slots=True)
class Area:
    """Where a picture is looked at.

    Attributes
    ----------
    include
        Closed outlines, each of three or more points (x, y), as shares of the picture's width and height; what lies in
        any of them counts. Without one the whole picture does.
    ignore
        The same of what does not count, wherever it lies.

    Raises
    ------
    Problem
        An outline has fewer than three points or leaves the picture, there are too many, or nothing is left.
    """

    include: tuple[Outline, ...] = ()
    ignore: tuple[Outline, ...] = ()

    def __post_init__(self) -> None:
        outlines = (*self.include, *self.ignore)
        points = [value for outline in outlines for point in outline for value in point]
        if (
            len(outlines) > MOST_OUTLINES
            or any(not 3 <= len(outline) <= MOST_POINTS for outline in outlines)
            or any(len(point) != 2 for outline in outlines for point in outline)
            or not all(0.0 <= value <= 1.0 for value in points)
        ):
            raise Problem(
                "The area to look at is drawn wrongly.",
                "Draw up to {outlines} outlines of three or more points each, within the picture.",
                outlines=MOST_OUTLINES,
            )
        if outlines and not raster(self).any():
            raise Problem("Nothing of the picture is left to look at.", "Ignore less of it, or draw a larger area.")

    def __bool__(self) -> bool:
        """Whether there is any outline: without one the whole picture counts."""
        return bool(self.include or self.ignore)

    def mask(self, height: int, width: int) -> BoolMask:
        """Return (height, width), read-only: True where a picture of that size counts, by each pixel's centre."""
        return _mask(self, height, width)

    def to_json(self) -> dict[str, Any]:
        """Return JSON-able values."""
        return {"include": _listed(self.include), "ignore": _listed(self.ignore)}

    @classmethod
    def from_json(cls, record: Mapping[str, Any] | None) -> Area:
        """Rebuild an area from `to_json`'s values; None is the whole picture.

        Raises
        ------
        Problem
            As for an area.
        KeyError, TypeError, ValueError
            The record is not an area.
        """
        if record is None:
            return cls()
        return cls(_outlines(record["include"]), _outlines(record["ignore"]))


EVERYWHERE = Area()


@lru_cache(maxsize=16)
def raster(area: Area) -> BoolMask:
    """Return (`RASTER`, `RASTER`), read-only: True where a picture squeezed into that square counts."""
    drawn = np.full((RASTER, RASTER), 0 if area.include else 1, np.uint8)
    for outlines, value in ((area.include, 1), (area.ignore, 0)):
        for outline in outlines:  # one by one: together they would cut holes into each other
            corners = np.round((np.array(outline) * RASTER - 0.5) * (1 << _SHIFT)).astype(np.int32)
            cv2.fillPoly(drawn, [corners], value, shift=_SHIFT)
    counts = drawn.astype(np.bool_)
    counts.flags.writeable = False
    return counts


@lru_cache(maxsize=64)
def _mask(area: Area, height: int, width: int) -> BoolMask:
    rows, columns = ((2 * np.arange(side) + 1) * RASTER // (2 * side) for side in (height, width))
    mask = raster(area)[np.ix_(rows, columns)]
    mask.flags.writeable = False
    return mask


def _listed(outlines: Sequence[Outline]) -> list[list[list[float]]]:
    return [[list(point) for point in outline] for outline in outlines]


def _outlines(record: Sequence[Sequence[Sequence[float]]]) -> tuple[Outline, ...]:
    return tuple(tuple((float(x), float(y)) for x, y in outline) for outline in record)
