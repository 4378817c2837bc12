"""Drawing the area to look at: outlines to look inside of, and outlines to ignore, on one picture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import dist
from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.errors import Problem
from core.images.area import MOST_OUTLINES, Area, Outline
from gui import theme
from gui.canvas.pixels import UInt8Image, qimage

Kind = Literal["include", "ignore"]
Shape = Literal["rectangle", "polygon"]

REACH = 8.0  # pixels of the screen within which a corner is meant
LEAST_SIDE = 6.0  # of a rectangle, on the screen: less is a click
INCLUDED = QColor("#4cc2ff")
IGNORED = QColor("#ffb454")
RIM = QColor(0, 0, 0, 150)
SHADE = QColor(0, 0, 0, 150)
RASTERED = 512  # pixels across in which the share of the picture is counted


@dataclass(frozen=True, slots=True)
class Drawn:
    """One outline; points are shares of the picture's width and height."""

    kind: Kind
    points: Outline


def outside_path(area: Area, size: tuple[float, float]) -> QPainterPath:
    """Return what does not count of a picture of (height, width), as a path in its pixels; empty where all counts."""
    whole = QPainterPath()
    if not area:
        return whole
    whole.addRect(QRectF(0, 0, size[1], size[0]))
    counts = _united(area.include, size) if area.include else QPainterPath(whole)
    return whole.subtracted(counts.subtracted(_united(area.ignore, size)))


def _united(outlines: tuple[Outline, ...], size: tuple[float, float]) -> QPainterPath:
    united = QPainterPath()
    for outline in outlines:
        one = QPainterPath()
        one.setFillRule(Qt.FillRule.OddEvenFill)
        one.addPolygon(QPolygonF([QPointF(x * size[1], y * size[0]) for x, y in outline]))
        one.closeSubpath()
        united = united.united(one)
    return united


class OutlineEditor(QWidget):
    """A picture, fitted, with the outlines that are drawn on it.

    Drag draws a rectangle, or clicks set the corners of a polygon. A corner can be dragged; a click inside an outline
    chooses it, unless it is the first corner of a polygon of the other kind: a hole. Every change can be taken back.

    Signals
    -------
    changed
        The outlines, or which of them is chosen.
    """

    changed = Signal()

    def __init__(self, area: Area, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind: Kind = "include"
        self.shape_wanted: Shape = "rectangle"
        self.outlines = [
            *(Drawn("include", outline) for outline in area.include),
            *(Drawn("ignore", outline) for outline in area.ignore),
        ]
        self.chosen: int | None = None
        self._picked = False  # whether a person has chosen it, rather than just drawn it
        self._before: list[list[Drawn]] = []
        self._corners: list[tuple[float, float]] = []  # of the polygon being drawn
        self._pressed: QPointF | None = None
        self._at = QPointF()
        self._held: tuple[int, int] | None = None  # outline and corner being dragged
        self._photo: QImage | None = None
        self._words = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(360, 240)
        self.setAccessibleName(self.tr("Picture to draw the area on"))

    def sizeHint(self) -> QSize:
        return QSize(720, 480)

    # --- What is drawn -----------------------------------------------------------------------------------------------

    @property
    def drawing(self) -> bool:
        """Whether a polygon waits for its next corner."""
        return bool(self._corners)

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._before)

    def area(self) -> Area:
        """Return the area.

        Raises
        ------
        Problem
            Nothing of the picture is left.
        """
        return Area(
            tuple(each.points for each in self.outlines if each.kind == "include"),
            tuple(each.points for each in self.outlines if each.kind == "ignore"),
        )

    def share(self) -> float:
        """Return the share of the picture that counts; 0 where nothing is left."""
        try:
            return float(np.mean(self.area().mask(RASTERED, RASTERED)))
        except Problem:
            return 0.0

    def show_photo(self, pixels: UInt8Image | None, words: str = "") -> None:
        """Show a picture (H, W, 3), or words where there is none."""
        self._photo = None if pixels is None else qimage(pixels)
        self._words = words
        self.update()

    def set_kind(self, kind: Kind) -> None:
        """Draw outlines of this kind from now on; one that was clicked on becomes one, one just drawn stays."""
        self.kind = kind
        if self.chosen is None or self.outlines[self.chosen].kind == kind:
            return
        if self._picked:
            changed = list(self.outlines)
            changed[self.chosen] = replace(changed[self.chosen], kind=kind)
            self._take(changed, self.chosen)
            self._picked = True
        else:
            self.chosen = None
            self._tell()

    def let_go(self) -> bool:
        """Drop what is just being drawn or dragged, or else the choice of an outline; return whether there was any."""
        if self._held is not None:
            self.undo()
        elif self._pressed is None and not self._corners and self.chosen is None:
            return False
        elif self._pressed is None and not self._corners:
            self.chosen = None
        self._held = self._pressed = None
        self._corners.clear()
        self._tell()
        return True

    def set_shape(self, shape: Shape) -> None:
        """Draw outlines of this shape from now on."""
        self.shape_wanted = shape
        self._corners.clear()
        self.update()

    def remove_chosen(self) -> None:
        """Take the chosen outline away."""
        if self.chosen is not None:
            self._take([each for place, each in enumerate(self.outlines) if place != self.chosen], None)

    def clear(self) -> None:
        """Take all outlines away."""
        if self.outlines:
            self._take([], None)

    def undo(self) -> None:
        """Take the last corner or the last change back."""
        if self._corners:
            self._corners.pop()
            self.update()
        elif self._before:
            self.outlines, self.chosen = self._before.pop(), None
            self._tell()

    def close_polygon(self) -> None:
        """End the polygon that is being drawn, if it has three corners."""
        corners, self._corners = tuple(self._corners), []
        if len(corners) >= 3:
            self._add(corners)
        self.update()

    def _add(self, points: Outline) -> None:
        if len(self.outlines) < MOST_OUTLINES:
            self._take([*self.outlines, Drawn(self.kind, points)], len(self.outlines))

    def _take(self, outlines: list[Drawn], chosen: int | None) -> None:
        self._before.append(self.outlines)
        self.outlines, self.chosen, self._picked = outlines, chosen, False
        self._tell()

    def _tell(self) -> None:
        self.update()
        self.changed.emit()

    # --- Places ------------------------------------------------------------------------------------------------------

    def rect_shown(self) -> QRectF:
        """Return where the picture stands in the widget."""
        size = QSize(4, 3) if self._photo is None else self._photo.size()
        fitted = size.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF(
            (self.width() - fitted.width()) / 2,
            (self.height() - fitted.height()) / 2,
            max(fitted.width(), 1),
            max(fitted.height(), 1),
        )

    def _share_at(self, at: QPointF) -> tuple[float, float]:
        shown = self.rect_shown()
        x, y = (at.x() - shown.left()) / shown.width(), (at.y() - shown.top()) / shown.height()
        return min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)

    def _on_screen(self, point: tuple[float, float]) -> QPointF:
        shown = self.rect_shown()
        return QPointF(shown.left() + point[0] * shown.width(), shown.top() + point[1] * shown.height())

    def _polygon(self, points: Outline) -> QPolygonF:
        return QPolygonF([self._on_screen(point) for point in points])

    def _corner_at(self, at: QPointF) -> tuple[int, int] | None:
        """Return outline and corner near a place, the chosen outline first."""
        order = sorted(range(len(self.outlines)), key=lambda place: place != self.chosen)
        for place in order:
            for corner, point in enumerate(self.outlines[place].points):
                if dist(self._on_screen(point).toTuple(), at.toTuple()) <= REACH:
                    return place, corner
        return None

    def _outline_at(self, at: QPointF) -> int | None:
        """Return the last drawn outline around a place."""
        for place in reversed(range(len(self.outlines))):
            if self._polygon(self.outlines[place].points).containsPoint(at, Qt.FillRule.OddEvenFill):
                return place
        return None

    def _chooses(self, at: QPointF) -> bool:
        """Say whether a click there chooses an outline, rather than begins a polygon."""
        around = self._outline_at(at)
        return around is not None and self.outlines[around].kind == self.kind

    # --- Mouse and keyboard ------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._photo is None:
            return  # on a picture that nobody sees nothing is drawn
        at = event.position()
        self._pressed = self._at = at
        self._held = None if self._corners else self._corner_at(at)
        if self._held is not None:
            self._before.append(list(self.outlines))
            self._picked = self._picked and self.chosen == self._held[0]
            self.chosen = self._held[0]
            self._tell()
        elif self.shape_wanted == "polygon":
            first = self._on_screen(self._corners[0]) if len(self._corners) >= 3 else None
            if first is not None and dist(first.toTuple(), at.toTuple()) <= REACH:
                self.close_polygon()
            elif self._corners or event.modifiers() or not self._chooses(at):
                self._corners.append(self._share_at(at))
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._at = event.position()
        if self._held is not None:
            place, corner = self._held
            points = list(self.outlines[place].points)
            points[corner] = self._share_at(self._at)
            self.outlines = [*self.outlines]
            self.outlines[place] = replace(self.outlines[place], points=tuple(points))
            self._tell()
        elif self._pressed is not None or self._corners:
            self.update()
        else:
            over = self._corner_at(self._at) is not None
            self.setCursor(Qt.CursorShape.SizeAllCursor if over else Qt.CursorShape.CrossCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        held, self._held = self._held, None
        if event.button() != Qt.MouseButton.LeftButton or pressed is None or held is not None or self._corners:
            return
        box = QRectF(pressed, event.position()).normalized()
        if self.shape_wanted == "rectangle" and min(box.width(), box.height()) >= LEAST_SIDE:
            corners = (box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft())
            points = tuple(self._share_at(corner) for corner in corners)
            if points[0][0] < points[1][0] and points[1][1] < points[2][1]:
                self._add(points)
        else:
            self.chosen = self._outline_at(event.position())
            if self.chosen is not None:
                self.kind, self._picked = self.outlines[self.chosen].kind, True
            self._tell()
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._corners:
            self.close_polygon()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if event.matches(QKeySequence.StandardKey.Undo) or (key == Qt.Key.Key_Backspace and self._corners):
            self.undo()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_chosen()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._corners:
            self.close_polygon()
        elif key != Qt.Key.Key_Escape or not self.let_go():
            super().keyPressEvent(event)

    # --- Painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), theme.current().well)
        shown = self.rect_shown()
        if self._photo is None:
            painter.setPen(theme.current().muted)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._words)
        else:
            painter.drawImage(shown, self._photo)
        self._paint_shade(painter, shown)
        for place, each in enumerate(self.outlines):
            self._paint_outline(painter, each, place == self.chosen)
        if self._pressed is not None and self._held is None and self.shape_wanted == "rectangle":
            self._line(painter, QPolygonF(QRectF(self._pressed, self._at)), self.kind, 2.0)
        if self._corners:
            points = QPolygonF([*(self._on_screen(corner) for corner in self._corners), self._at])
            self._line(painter, points, self.kind, 2.0)
            for corner in self._corners:
                self._knob(painter, self._on_screen(corner), self.kind)
        painter.end()

    def _paint_shade(self, painter: QPainter, shown: QRectF) -> None:
        try:
            outside = outside_path(self.area(), (shown.height(), shown.width()))
        except Problem:  # nothing is left
            outside = QPainterPath()
            outside.addRect(QRectF(0, 0, shown.width(), shown.height()))
        painter.fillPath(outside.translated(shown.topLeft()), SHADE)

    def _paint_outline(self, painter: QPainter, drawn: Drawn, chosen: bool) -> None:
        corners = [self._on_screen(point) for point in drawn.points]
        self._line(painter, QPolygonF([*corners, corners[0]]), drawn.kind, 3.0 if chosen else 1.5)
        if chosen:
            for corner in corners:
                self._knob(painter, corner, drawn.kind)

    def _line(self, painter: QPainter, points: QPolygonF, kind: Kind, width: float) -> None:
        # Told apart without colour, too: what is ignored has a dashed line.
        style = Qt.PenStyle.SolidLine if kind == "include" else Qt.PenStyle.DashLine
        for tone, thickness, pen in (
            (RIM, width + 2, Qt.PenStyle.SolidLine),
            (INCLUDED if kind == "include" else IGNORED, width, style),
        ):
            painter.setPen(QPen(tone, thickness, pen))
            painter.drawPolyline(points)

    def _knob(self, painter: QPainter, at: QPointF, kind: Kind) -> None:
        painter.setPen(QPen(RIM, 1.5))
        painter.setBrush(INCLUDED if kind == "include" else IGNORED)
        painter.drawEllipse(at, 4.5, 4.5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
