"""The connected areas of a map that reach the pixel limit, in pixels of the image."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.images.framing import Placement

Float32Map = npt.NDArray[np.float32]
Points = npt.NDArray[np.float64]

# Each map pixel is seen as so many squares across, so that a region of a single pixel has an outline too.
_FINE = 2
_STEPS = 2
# Pixels kept around what is over the limit: outlines move by up to one, and slopes look one further.
_MARGIN = 4


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """One connected area over the limit; all lengths in image pixels, (0, 0) is the image's outer corner.

    Attributes
    ----------
    box
        (x, y, width, height), whole pixels, within the image.
    area
        Image pixels.
    peak
        Highest raw value.
    centre
        (x, y) of the centre of mass of the area.
    contour
        (n, 2) float64, closed outer outline (x, y); runs where the map crosses the limit, between the map's pixels.
    holes
        The same of each hole.
    """

    box: tuple[int, int, int, int]
    area: float
    peak: float
    centre: tuple[float, float]
    contour: Points
    holes: tuple[Points, ...]


def regions(heat: Float32Map, threshold: float, placement: Placement, min_area: float = 0.0) -> tuple[Region, ...]:
    """Find the areas with ``heat >= threshold``, 8 neighbours connected.

    Parameters
    ----------
    heat
        (h, w) raw map at frame size; letterbox padding is ignored.
    threshold
        Raw pixel limit.
    placement
        Where the image lies in the frame.
    min_area
        Image pixels; smaller regions are dropped.

    Returns
    -------
    tuple of Region
        Highest peak first.

    Raises
    ------
    ValueError
        The map does not have the frame's size.
    """
    if heat.shape != placement.frame_size:
        raise ValueError(f"a map of shape {heat.shape}, expected {placement.frame_size}")
    part = heat[placement.top : placement.top + placement.height, placement.left : placement.left + placement.width]
    part = np.ascontiguousarray(part, dtype=np.float32)
    over = (part >= threshold).astype(np.uint8)
    left, top, width, height = cv2.boundingRect(over)
    if not width:
        return ()
    # From here on in the rectangle that holds them all: a flaw is small, and most of its map is not.
    left, right = max(left - _MARGIN, 0), left + width + _MARGIN
    top, bottom = max(top - _MARGIN, 0), top + height + _MARGIN
    part, over = part[top:bottom, left:right], over[top:bottom, left:right]
    corner = np.array([left, top], dtype=np.int32)
    found, named, stats, centres = cv2.connectedComponentsWithStats(over, connectivity=8)
    labels = named.astype(np.int32, copy=False)
    pixel = placement.pixel_area()
    stats[:, [cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP]] += corner
    wanted = [label for label in range(1, found) if stats[label, cv2.CC_STAT_AREA] * pixel >= min_area]
    if not wanted:
        return ()
    peaks = np.full(found, -np.inf, dtype=np.float32)
    np.maximum.at(peaks, labels[over > 0], part[over > 0])
    outlines = _outlines(part, over, labels, threshold)
    scale = np.array([placement.image_size[1] / placement.width, placement.image_size[0] / placement.height])
    middles = (centres + corner + 0.5) * scale
    kept = [
        Region(
            box=_box(stats[label], scale, placement.image_size),
            area=float(stats[label, cv2.CC_STAT_AREA] * pixel),
            peak=float(peaks[label]),
            centre=(float(middles[label, 0]), float(middles[label, 1])),
            contour=(outlines[label][0] + corner) * scale,
            holes=tuple((hole + corner) * scale for hole in outlines[label][1:]),
        )
        for label in wanted
    ]
    return tuple(sorted(kept, key=lambda region: -region.peak))


def largest_area(heat: Float32Map, threshold: float, placement: Placement) -> float:
    """Return the area of the largest of the `regions`, in image pixels; 0 without one. Takes a tenth of their time."""
    if heat.shape != placement.frame_size:
        raise ValueError(f"a map of shape {heat.shape}, expected {placement.frame_size}")
    part = heat[placement.top : placement.top + placement.height, placement.left : placement.left + placement.width]
    over = (part >= threshold).astype(np.uint8)
    if not over.any():
        return 0.0
    stats = cv2.connectedComponentsWithStats(over, connectivity=8)[2]
    return float(stats[1:, cv2.CC_STAT_AREA].max() * placement.pixel_area())


def _box(row: npt.NDArray[np.int32], scale: Points, size: tuple[int, int]) -> tuple[int, int, int, int]:
    left, top = math.floor(row[cv2.CC_STAT_LEFT] * scale[0]), math.floor(row[cv2.CC_STAT_TOP] * scale[1])
    right = math.ceil((row[cv2.CC_STAT_LEFT] + row[cv2.CC_STAT_WIDTH]) * scale[0] - 1e-9)
    bottom = math.ceil((row[cv2.CC_STAT_TOP] + row[cv2.CC_STAT_HEIGHT]) * scale[1] - 1e-9)
    return left, top, min(right, size[1]) - left, min(bottom, size[0]) - top


def _outlines(
    part: Float32Map, over: npt.NDArray[np.uint8], labels: npt.NDArray[np.int32], threshold: float
) -> dict[int, list[Points]]:
    """Return the outlines of each label, (n, 2) in map pixels: the outer one, then its holes'.

    The outlines of the pixels' squares are pulled onto the line where the bilinear map has the value of the
    limit: a staircase on the map would be a staircase of many pixels on a large photo.
    """
    fine = cv2.resize(over, None, fx=_FINE, fy=_FINE, interpolation=cv2.INTER_NEAREST)
    # Two levels: a region within the hole of another is an outer outline as well, and those have no parent.
    found, tree = cv2.findContours(fine, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    chains = [found[index][:, 0] for index in np.argsort(tree[0][:, 3] >= 0, kind="stable")]
    cells = np.concatenate(chains)
    points = _pulled(part, (cells + 0.5) / _FINE, threshold)
    # What reaches the border of the picture goes on to its very edge.
    for axis, length in ((0, part.shape[1]), (1, part.shape[0])):
        points[cells[:, axis] == 0, axis] = 0.0
        points[cells[:, axis] == length * _FINE - 1, axis] = length
    outlines: dict[int, list[Points]] = {}
    first = 0
    for chain in chains:
        x, y = chain[0] // _FINE  # a pixel of the region, also of a hole's outline
        outlines.setdefault(int(labels[y, x]), []).append(points[first : first + len(chain)])
        first += len(chain)
    return outlines


def _pulled(part: Float32Map, points: Points, threshold: float) -> Points:
    """Move points (n, 2) along the slope to where the map has the value of the limit, at most one pixel far."""
    across, down = (
        cv2.Sobel(part, cv2.CV_32F, *axis, ksize=1, scale=0.5, borderType=cv2.BORDER_REPLICATE)
        for axis in ((1, 0), (0, 1))
    )
    field = np.asarray(cv2.merge((part, across, down)), np.float32)
    moved = points.copy()
    for _ in range(_STEPS):
        value, slope = _bilinear(field, moved)
        steep = np.maximum((slope**2).sum(axis=1, keepdims=True), 1e-12 * (1.0 + threshold**2))
        step = (threshold - value)[:, None] * slope / steep
        length = np.maximum(np.linalg.norm(step, axis=1, keepdims=True), 1e-12)
        moved += step * np.minimum(1.0, 0.5 / length)
        away = moved - points
        length = np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-12)
        moved = points + away * np.minimum(1.0, 1.0 / length)
        moved = moved.clip(0.0, (part.shape[1], part.shape[0]))
    return moved


def _bilinear(field: npt.NDArray[np.float32], points: Points) -> tuple[Points, Points]:
    """Return the map's value (n,) and slope (n, 2) at points whose pixel centres lie at halves."""
    rows, columns = field.shape[:2]
    x = np.clip(points[:, 0] - 0.5, 0.0, columns - 1.0)
    y = np.clip(points[:, 1] - 0.5, 0.0, rows - 1.0)
    left, top = x.astype(np.intp), y.astype(np.intp)
    right, bottom = np.minimum(left + 1, columns - 1), np.minimum(top + 1, rows - 1)
    u, v = (x - left)[:, None], (y - top)[:, None]
    upper = field[top, left] * (1 - u) + field[top, right] * u
    lower = field[bottom, left] * (1 - u) + field[bottom, right] * u
    mixed = upper * (1 - v) + lower * v
    return mixed[:, 0], mixed[:, 1:]
