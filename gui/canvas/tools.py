"""What the left button does while a mask is painted. The viewer hands over points of the picture and draws the guides.

A tool paints on the mask's array through `core.project.masks` and returns the box it touched. What was painted since it
was last idle is one stroke: one step to undo.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRectF
from PySide6.QtGui import QPainterPath

from core.errors import phrase
from core.images.framing import Float32Map, Placement
from core.project.masks import NOTHING, Box, Point, UInt8Mask, curve, fill_enclosed, paint_polygon, paint_stroke
from core.scoring.regions import Region, regions
from gui.canvas.pixels import closed_path
from gui.canvas.readout import raw_text

SMALLEST, LARGEST = 1, 600
GROWTH = 1.15  # of a brush, for each notch of the wheel
LIMIT_STEP = 1.03  # of the wand's limit


class Tool:
    """A tool that does nothing yet; each one answers to what it needs.

    Attributes
    ----------
    title
        What one stroke is called in the undo menu.
    busy
        Whether a stroke has begun and not ended.
    refusal
        Why the last press painted nothing, translated, or "".
    """

    title = ""
    busy = False
    refusal = ""

    def press(self, mask: UInt8Mask, at: Point, straight: bool, reach: float) -> Box:
        """The button went down; `straight` asks for a straight line, `reach` is what counts as near, in pixels."""
        return NOTHING

    def drag(self, mask: UInt8Mask, at: Point) -> Box:
        """The pointer moved with the button down."""
        return NOTHING

    def release(self, mask: UInt8Mask, at: Point) -> Box:
        """The button went up."""
        return NOTHING

    def finish(self, mask: UInt8Mask) -> Box:
        """Enter or a double click: end what has been begun."""
        return NOTHING

    def back(self) -> bool:
        """Take the last point back; False where there is none."""
        return False

    def cancel(self) -> bool:
        """Drop what has been begun; False where nothing has."""
        return False

    def forget(self) -> None:
        """Another picture is shown."""
        self.cancel()

    def resize(self, notches: float) -> None:
        """Make it larger or smaller by notches of the wheel."""

    def guide(self, at: Point | None) -> QPainterPath:
        """Return lines that show what it is about to do, in pixels of the picture; `at` is the pointer."""
        return QPainterPath()


class Brush(Tool):
    """Paints, or erases, smooth strokes; with `straight` a line from where the last one ended."""

    def __init__(self, title: str, value: int, diameter: float = 24) -> None:
        self.title = title
        self.diameter = diameter
        self._value = value
        self._points: tuple[Point, Point] | None = None  # where the curve has got to, and the mouse's last point
        self._line_from: Point | None = None
        self._last: Point | None = None

    def press(self, mask: UInt8Mask, at: Point, straight: bool, reach: float) -> Box:
        self.busy = True
        if straight:
            self._line_from = self._last or at
            return NOTHING
        self._points = (at, at)
        return paint_stroke(mask, at, at, self.diameter, self._value)

    def drag(self, mask: UInt8Mask, at: Point) -> Box:
        if self._points is None:
            return NOTHING
        start, corner = self._points
        middle = ((corner[0] + at[0]) / 2, (corner[1] + at[1]) / 2)
        self._points = (middle, at)
        touched = NOTHING
        for end in curve(start, corner, middle):
            touched = touched.union(paint_stroke(mask, start, end, self.diameter, self._value))
            start = end
        return touched

    def release(self, mask: UInt8Mask, at: Point) -> Box:
        start = self._line_from or (self._points[0] if self._points else at)
        self.cancel()
        self._last = at
        return paint_stroke(mask, start, at, self.diameter, self._value)

    def cancel(self) -> bool:
        was, self.busy = self.busy, False
        self._points = self._line_from = None
        return was

    def forget(self) -> None:
        self.cancel()
        self._last = None

    def resize(self, notches: float) -> None:
        larger = self.diameter * GROWTH**notches
        step = 1 if notches > 0 else -1
        self.set_diameter(max(larger, self.diameter + 1) if step > 0 else min(larger, self.diameter - 1))

    def set_diameter(self, diameter: float) -> None:
        """Set the width of its line, in pixels of the picture."""
        self.diameter = float(min(max(round(diameter), SMALLEST), LARGEST))

    def guide(self, at: Point | None) -> QPainterPath:
        path = QPainterPath()
        if at is not None:
            path.addEllipse(QPointF(*at), self.diameter / 2, self.diameter / 2)
            if self._line_from is not None:
                path.moveTo(*self._line_from)
                path.lineTo(*at)
        return path


class Polygon(Tool):
    """Marks what lies within points set one by one; a click near the first one closes it."""

    title = phrase("Polygon")

    def __init__(self) -> None:
        self._points: list[Point] = []
        self._reach = 1.0

    def press(self, mask: UInt8Mask, at: Point, straight: bool, reach: float) -> Box:
        self._reach = reach
        if len(self._points) > 2 and _distance(at, self._points[0]) <= reach:
            return self.finish(mask)
        if not self._points or _distance(at, self._points[-1]) > 0:
            self._points.append(at)
        return NOTHING

    def finish(self, mask: UInt8Mask) -> Box:
        if len(self._points) < 3:
            return NOTHING
        ring, self._points = np.array(self._points), []
        return paint_polygon(mask, [ring], 1)

    def back(self) -> bool:
        return bool(self._points and self._points.pop())

    def cancel(self) -> bool:
        was, self._points = bool(self._points), []
        return was

    def guide(self, at: Point | None) -> QPainterPath:
        path = QPainterPath()
        if not self._points:
            return path
        path.moveTo(*self._points[0])
        for point in self._points[1:] + ([at] if at is not None else []):
            path.lineTo(*point)
        half = self._reach / 2
        for x, y in self._points:
            path.addRect(QRectF(x - half, y - half, 2 * half, 2 * half))
        return path


class Fill(Tool):
    """Marks the area that an outline encloses."""

    title = phrase("Fill")

    def press(self, mask: UInt8Mask, at: Point, straight: bool, reach: float) -> Box:
        x, y = int(at[0]), int(at[1])
        self.refusal = ""
        if not (0 <= x < mask.shape[1] and 0 <= y < mask.shape[0]) or mask[y, x]:
            return NOTHING
        filled = fill_enclosed(mask, x, y)
        if filled is None:
            self.refusal = QCoreApplication.translate(
                "Tools", "This area is not enclosed: close its outline with the brush first"
            )
        return filled or NOTHING


class Wand(Tool):
    """Takes the region of the heat map under the pointer, over a limit of its own.

    Attributes
    ----------
    limit
        Raw value from which on a pixel belongs to a region; None without a heat map.
    """

    title = phrase("Take the predicted region")

    def __init__(self) -> None:
        self.limit: float | None = None
        self._heat: tuple[Float32Map, Placement] | None = None
        self._found: tuple[Region, ...] | None = None  # over the limit; None until somebody asks

    def set_heat(self, heat: Float32Map, placement: Placement, limit: float) -> None:
        """Take regions from a raw heat map (h, w) at frame size."""
        self._heat, self._found, self.limit = (heat, placement), None, limit

    def set_limit(self, limit: float) -> None:
        """Take larger regions with a lower limit, smaller ones with a higher one."""
        if self._heat is not None and limit != self.limit:
            self.limit, self._found = limit, None

    def forget(self) -> None:
        self._heat = self._found = self.limit = None

    def resize(self, notches: float) -> None:
        if self.limit is not None:
            self.set_limit(self.limit / LIMIT_STEP**notches)

    def press(self, mask: UInt8Mask, at: Point, straight: bool, reach: float) -> Box:
        self.refusal = ""
        region = self.region_at(at)
        if region is not None:
            return paint_polygon(mask, [region.contour, *region.holes], 1)
        if self.limit is None:
            self.refusal = QCoreApplication.translate("Tools", "There is no heat map of this picture yet")
        else:
            text = QCoreApplication.translate("Tools", "Nothing here reaches {limit}: lower the limit of the wand")
            self.refusal = text.format(limit=raw_text(self.limit, self.limit))
        return NOTHING

    def region_at(self, at: Point | None) -> Region | None:
        """Return the region under a point of the picture."""
        if self._heat is None or self.limit is None or at is None:
            return None
        if self._found is None:
            self._found = regions(self._heat[0], self.limit, self._heat[1])
        around = (region for region in self._found if _within(region.box, at))
        return next((region for region in around if _outline(region).contains(QPointF(*at))), None)

    def guide(self, at: Point | None) -> QPainterPath:
        region = self.region_at(at)
        return QPainterPath() if region is None else _outline(region)


def _outline(region: Region) -> QPainterPath:
    return closed_path(tuple(np.asarray(ring, np.float32) for ring in (region.contour, *region.holes)))


def _within(box: tuple[int, int, int, int], at: Point) -> bool:
    return box[0] - 1 <= at[0] <= box[0] + box[2] + 1 and box[1] - 1 <= at[1] <= box[1] + box[3] + 1


def _distance(a: Point, b: Point) -> float:
    return float(np.hypot(a[0] - b[0], a[1] - b[1]))
