"""Masks that people paint: strokes, polygons and fills on an array, and the packed form that a project keeps.

One rule everywhere: a pixel belongs to a shape where its centre does. Arrays are (H, W) uint8, 1 where a pixel is
marked; points are (x, y) in pixels, (0, 0) is the outer corner of the first one. Every function that paints returns the
`Box` it may have touched, so that no more than that is drawn, packed and saved anew.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, floor
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from core.errors import Problem
from core.images.framing import BoolMask
from core.images.reading import read_mask

UInt8Mask = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float64]
Point = tuple[float, float]

TILE = 256
SMALLEST_LEVEL = 256
_SMOOTH = 0.5  # pixels that a smoothed stroke is off its curve, at most


class Box(NamedTuple):
    """A rectangle of whole pixels; `right` and `bottom` are the first ones outside of it."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def area(self) -> int:
        """Pixels in it; 0 where nothing was touched."""
        return max(self.right - self.left, 0) * max(self.bottom - self.top, 0)

    @property
    def part(self) -> tuple[slice, slice]:
        """Index of its pixels in an array."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def union(self, other: Box) -> Box:
        """Return the smallest box around both."""
        if not self.area or not other.area:
            return self if self.area else other
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


NOTHING = Box(0, 0, 0, 0)


def whole(size: tuple[int, int]) -> Box:
    """Return the box of a picture of (H, W) pixels."""
    return Box(0, 0, size[1], size[0])


# --- Painting --------------------------------------------------------------------------------------------------------


def paint_stroke(mask: UInt8Mask, start: Point, end: Point, diameter: float, value: int) -> Box:
    """Draw a straight line with round ends; `diameter` in pixels, below 2 the line is one pixel wide."""
    if diameter < 2:
        return _paint_thin(mask, start, end, value)
    # Two discs and the straight sides between them: what each says of a row makes one run of pixels.
    radius = diameter / 2
    upper, lower = sorted((start[1], end[1]))
    rows = np.arange(max(ceil(upper - radius - 0.5), 0), min(ceil(lower + radius - 0.5), mask.shape[0]))
    y, left, right = rows + 0.5, np.full(len(rows), np.inf), np.full(len(rows), -np.inf)
    for centre in (start, end):
        square = radius**2 - (y - centre[1]) ** 2
        inside, half = square > 0, np.sqrt(np.maximum(square, 0))
        left = np.where(inside, np.minimum(left, centre[0] - half), left)
        right = np.where(inside, np.maximum(right, centre[0] + half), right)
    dx, dy = end[0] - start[0], end[1] - start[1]
    if dy:
        across = np.array([-dy, dx]) * (radius / (dx * dx + dy * dy) ** 0.5)
        for side in (across, -across):
            inside = (y > upper + side[1]) & (y < lower + side[1])
            x = start[0] + side[0] + (y - start[1] - side[1]) * (dx / dy)
            left = np.where(inside, np.minimum(left, x), left)
            right = np.where(inside, np.maximum(right, x), right)
    return _fill(mask, rows, left, right, value)


def paint_polygon(mask: UInt8Mask, rings: Sequence[Points], value: int) -> Box:
    """Fill what lies within closed rings of (n, 2) points; a ring within another one is a hole (even-odd rule)."""
    rows, crossings = [], []
    for ring in rings:
        for (x0, y0), (x1, y1) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
            # Rows whose centre lies in the half-open range of the edge: each crosses a closed ring an even number of
            # times. Rows outside the mask are left out at once, a ring may reach far beyond it.
            first, last = sorted((ceil(y0 - 0.5), ceil(y1 - 0.5)))
            row = np.arange(max(first, 0), min(last, mask.shape[0]))
            rows.append(row)
            crossings.append(x0 + (row + 0.5 - y0) * ((x1 - x0) / (y1 - y0)) if len(row) else np.empty(0))
    if not rows:
        return NOTHING
    row, x = np.concatenate(rows), np.concatenate(crossings)
    order = np.lexsort((x, row))
    row, x = row[order], x[order]
    return _fill(mask, row[::2], x[::2], x[1::2], value)


def fill_enclosed(mask: UInt8Mask, x: int, y: int) -> Box | None:
    """Mark the unmarked area around a pixel; None, and nothing is marked, where it is not enclosed.

    Marks enclose an area, or marks and the picture's border; what reaches out of the smallest box around all marks is
    the background. It takes 2 bytes of memory for each pixel of that box.
    """
    left, top, width, height = cv2.boundingRect(mask)
    # With a rim, where there is room, that connects all that reaches out.
    box = Box(
        max(left - 1, 0), max(top - 1, 0), min(left + width + 1, mask.shape[1]), min(top + height + 1, mask.shape[0])
    )
    if mask[y, x] or not (box.left <= x < box.right and box.top <= y < box.bottom):
        return None
    around = np.ascontiguousarray(mask[box.part])
    reached = np.zeros((around.shape[0] + 2, around.shape[1] + 2), np.uint8)  # as OpenCV wants it, with a rim
    how = 4 | 1 << 8 | cv2.FLOODFILL_MASK_ONLY
    x0, y0, across, down = cv2.floodFill(around, reached, (x - box.left, y - box.top), 0, flags=how)[3]
    found = Box(box.left + x0, box.top + y0, box.left + x0 + across, box.top + y0 + down)
    if found.left < left or found.top < top or found.right > left + width or found.bottom > top + height:
        return None
    mask[box.part] |= reached[1:-1, 1:-1]
    return found


def curve(start: Point, control: Point, end: Point) -> Iterator[Point]:
    """Yield points along a quadratic Bezier curve, the end included: a stroke is smooth between the mouse's events.

    The lines between them are off the curve by half a pixel at most.
    """
    a, b, c = np.array(start), np.array(control), np.array(end)
    steps = max(ceil((np.linalg.norm(a - 2 * b + c) / (4 * _SMOOTH)) ** 0.5), 1)
    for t in np.linspace(0, 1, steps + 1)[1:]:
        x, y = (1 - t) ** 2 * a + 2 * t * (1 - t) * b + t**2 * c
        yield float(x), float(y)


def _paint_thin(mask: UInt8Mask, start: Point, end: Point, value: int) -> Box:
    (x0, y0), (x1, y1) = ((floor(x), floor(y)) for x, y in (start, end))
    cv2.line(mask, (x0, y0), (x1, y1), value, 1)
    box = Box(min(x0, x1), min(y0, y1), max(x0, x1) + 1, max(y0, y1) + 1)
    return Box(max(box.left, 0), max(box.top, 0), min(box.right, mask.shape[1]), min(box.bottom, mask.shape[0]))


def _fill(mask: UInt8Mask, rows: npt.NDArray[np.intp], left: Points, right: Points, value: int) -> Box:
    """Set the pixels of each row whose centres lie from `left` on and before `right`."""
    starts = np.clip(np.ceil(left - 0.5), 0, mask.shape[1]).astype(np.intp)
    stops = np.clip(np.ceil(right - 0.5), 0, mask.shape[1]).astype(np.intp)
    some = stops > starts
    if not some.any():
        return NOTHING
    rows, starts, stops = rows[some], starts[some], stops[some]
    for row, start, stop in zip(rows.tolist(), starts.tolist(), stops.tolist(), strict=True):
        mask[row, start:stop] = value
    return Box(int(starts.min()), int(rows.min()), int(stops.max()), int(rows.max()) + 1)


# --- Outlines --------------------------------------------------------------------------------------------------------


def outlines(mask: npt.NDArray[np.uint8] | BoolMask) -> tuple[tuple[Points, ...], ...]:
    """Return each marked area's rings along the edges of its pixels: the outer one, then its holes'.

    Pixels that touch at a corner are one area. `paint_polygon` makes exactly the same pixels of them.
    """
    left, top, width, height = cv2.boundingRect(mask.view(np.uint8))
    if not width:
        return ()
    # OpenCV's outlines run through pixels. Of pixels twice as fine the nearest corner of the true ones is their edge.
    fine = mask[top : top + height, left : left + width].view(np.uint8).repeat(2, axis=0).repeat(2, axis=1)
    found, tree = cv2.findContours(fine, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    areas: dict[int, list[Points]] = {}
    for index in np.argsort(tree[0][:, 3] >= 0, kind="stable").tolist():  # holes after what they are in
        parent = int(tree[0][index, 3])
        ring = np.rint((found[index][:, 0] + 0.5) / 2) + np.array([left, top])
        areas.setdefault(index if parent < 0 else parent, []).append(_corners(ring))
    return tuple(tuple(rings) for rings in areas.values())


def _corners(ring: Points) -> Points:
    """Leave out the points of a closed ring that do not turn it."""
    ring = ring[np.any(ring != np.roll(ring, 1, axis=0), axis=1)]
    before, after = ring - np.roll(ring, 1, axis=0), np.roll(ring, -1, axis=0) - ring
    turns = before[:, 0] * after[:, 1] != before[:, 1] * after[:, 0]
    back = (before * after).sum(axis=1) < 0
    return np.asarray(ring[turns | back], np.float64)


# --- Kept in a project -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PackedMask:
    """A mask as a project keeps it; never changed, and what is painted makes another that shares all other tiles.

    Attributes
    ----------
    size
        (H, W) of the picture.
    tiles
        By number, row by row: the bits of one square of `TILE` pixels (less at the right and the bottom), compressed.
        Squares without a mark are left out. A drawn part takes some 100 bytes a square.
    """

    size: tuple[int, int]
    tiles: Mapping[int, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, mask: UInt8Mask | BoolMask) -> PackedMask:
        """Pack a mask (H, W)."""
        size = (mask.shape[0], mask.shape[1])
        return cls(size).painted(mask, whole(size))

    @property
    def marked(self) -> bool:
        """Whether any pixel is marked."""
        return bool(self.tiles)

    def painted(self, mask: UInt8Mask | BoolMask, touched: Box) -> PackedMask:
        """Return the mask as it is in an array (H, W) that differs from this one in `touched` alone."""
        tiles = dict(self.tiles)
        for number, box in self._squares(touched):
            square = mask[box.part]
            if square.any():
                tiles[number] = zlib.compress(np.packbits(square).tobytes(), 1)
            else:
                tiles.pop(number, None)
        return PackedMask(self.size, tiles)

    def unpack(self) -> UInt8Mask:
        """Return the mask as an array (H, W).

        Raises
        ------
        Problem
            It is damaged.
        """
        mask = np.zeros(self.size, np.uint8)
        for number in self.tiles:
            box = self._square(number)
            mask[box.part] = self._bits(number, box)
        return mask

    def restore(self, mask: UInt8Mask, before: PackedMask) -> Box:
        """Make an array that is equal to `before`, of the same size, equal to this one; raises like `unpack`."""
        touched = NOTHING
        for number in self.tiles.keys() | before.tiles.keys():
            if self.tiles.get(number) != before.tiles.get(number):
                box = self._square(number)
                mask[box.part] = self._bits(number, box) if number in self.tiles else 0
                touched = touched.union(box)
        return touched

    def bytes_beside(self, other: PackedMask | None) -> int:
        """Return the memory that keeping this one takes where the other one is kept."""
        shared = {} if other is None else other.tiles
        return sum(len(bits) for number, bits in self.tiles.items() if shared.get(number) is not bits)

    def _squares(self, box: Box) -> Iterator[tuple[int, Box]]:
        if not box.area:
            return
        columns = ceil(self.size[1] / TILE)
        for row in range(box.top // TILE, ceil(box.bottom / TILE)):
            for column in range(box.left // TILE, ceil(box.right / TILE)):
                number = row * columns + column
                yield number, self._square(number)

    def _square(self, number: int) -> Box:
        row, column = divmod(number, ceil(self.size[1] / TILE))
        left, top = column * TILE, row * TILE
        return Box(left, top, min(left + TILE, self.size[1]), min(top + TILE, self.size[0]))

    def _bits(self, number: int, box: Box) -> UInt8Mask:
        expected = ceil(box.area / 8)
        try:
            packed = zlib.decompressobj().decompress(self.tiles[number], expected + 1)
        except zlib.error:
            packed = b""
        if not box.area or len(packed) != expected:
            raise Problem("A mask of this project is damaged.", "Paint it again, or restore the project from a backup.")
        bits = np.unpackbits(np.frombuffer(packed, np.uint8), count=box.area)
        return bits.reshape(box.bottom - box.top, box.right - box.left)


def mask_pixels(mask: PackedMask | Path, size: tuple[int, int]) -> BoolMask:
    """Return a mask (H, W), painted or in a file, True where a pixel is marked.

    Raises
    ------
    Problem
        It has not the picture's size, is damaged or cannot be read.
    """
    if isinstance(mask, Path):
        return read_mask(mask, size)
    if mask.size != size:
        raise Problem(
            "The mask has {mask_width} × {mask_height} pixels, but its picture has {width} × {height}.",
            "The picture was changed after it was marked: paint its mask anew.",
            mask_width=mask.size[1],
            mask_height=mask.size[0],
            width=size[1],
            height=size[0],
        )
    return mask.unpack().view(np.bool_)


# --- Drawn -----------------------------------------------------------------------------------------------------------


class DrawnMask:
    """A mask that is being looked at and painted on, with smaller copies to look at it from afar.

    A pixel of a copy is marked where any of the pixels under it is, so that thin lines stay in sight. It takes 4/3 of
    the picture's pixels in bytes. One may be made in another thread.

    Attributes
    ----------
    pixels
        (H, W); call `refresh` after painting on it.
    levels
        The copies, each half as large as the one before; the first is `pixels` itself.
    """

    def __init__(self, pixels: UInt8Mask) -> None:
        self.pixels = pixels
        self.levels = [pixels]
        while min(self.levels[-1].shape) > SMALLEST_LEVEL:
            self.levels.append(_halved(self.levels[-1]))

    @property
    def size(self) -> tuple[int, int]:
        """(H, W) of the picture."""
        return self.pixels.shape[0], self.pixels.shape[1]

    def refresh(self, touched: Box) -> None:
        """Bring the smaller copies up to date where pixels were painted."""
        for finer, coarser in zip(self.levels, self.levels[1:], strict=False):
            touched = Box(touched.left // 2, touched.top // 2, -(-touched.right // 2), -(-touched.bottom // 2))
            below = Box(*(2 * side for side in touched))
            coarser[touched.part] = _halved(finer[below.part])


def _halved(mask: UInt8Mask) -> UInt8Mask:
    small = mask[::2, ::2].copy()
    for right, down in ((1, 0), (0, 1), (1, 1)):
        other = mask[down::2, right::2]
        small[: other.shape[0], : other.shape[1]] |= other
    return small
