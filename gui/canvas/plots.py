"""Plots to set limits by: scores of good and defect, precision against recall, loss while training.

The plots are pyqtgraph's for axes, bars and curves. What moves with the pointer (the limit's line, the
operating point, the figures) is painted over them in widget pixels, so that a drag redraws nothing but
paint and text never leaves the plot. Mouse events end in the plot itself: nothing pans, zooms or pops up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from core.scoring.metrics import Curve, crosses
from core.scoring.rates import Rate
from gui import theme
from gui.canvas.readout import figure, percent

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.int64]

GRAB_PIXELS = 10
"""How far from the line or the dot a drag may begin."""

_DOT = 5.5
_ROOMY = 1.2
"""An axis this many times wider than what it has to show shrinks."""
_KEY_STEPS = 200
"""Presses of an arrow key from one end of the axis to the other."""


def column_extremes(x: FloatArray, y: FloatArray, columns: int) -> IndexArray:
    """Return the indices that draw the same picture as all points of a curve.

    Of the points in one column of the screen the first, the last, the lowest and the highest are kept:
    whatever a line through all of them covers, a line through these covers as well.

    Parameters
    ----------
    x, y
        (N,) coordinates; `x` in ascending order, ties allowed.
    columns
        Columns over the range of `x`; at least 1.

    Returns
    -------
    IndexArray
        At most ``4 * columns`` indices, ascending; all of them where there are no more points.
    """
    count = len(x)
    if count <= 4 * columns:
        return np.arange(count, dtype=np.int64)
    span = float(x[-1] - x[0])
    column = np.zeros(count, np.int64) if span <= 0 else ((x - x[0]) / span * columns).astype(np.int64)
    column = np.minimum(column, columns - 1)
    first = np.flatnonzero(np.diff(column, prepend=-1))
    last = np.append(first[1:], count) - 1
    by_height = np.lexsort((y, column))  # within each column from the lowest to the highest
    return np.unique(np.concatenate([first, last, by_height[first], by_height[last]]))


def recall_steps(curve: Curve, kept: IndexArray) -> tuple[FloatArray, FloatArray]:
    """Return recall and precision of the curve's corners, (2 K - 1,) each.

    From one threshold to the next the line goes to the next precision first and then along to the next recall,
    so that the area under it is the average precision: nothing is interpolated.
    """
    recall, precision = curve.recall[kept], curve.precision[kept]
    x = np.repeat(recall, 2)[:-1]
    y = np.repeat(precision, 2)[1:]
    return x, y


def bin_edges(scores: FloatArray, low: float, high: float) -> FloatArray:
    """Return edges of equal bins from `low` to `high`: more bins for more scores, 12 to 60."""
    bins = int(np.clip(2.2 * math.sqrt(max(len(scores), 1)), 12, 60))
    return np.linspace(low, high, bins + 1)


class Plot(pg.GraphicsView):  # type: ignore[misc]
    """Axes in the theme's colours, without pan, zoom or menu, and a layer to paint over them.

    Subclasses call `_tint` when they have made their items.
    """

    _dressed = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._message = ""
        self._layer: QPixmap | None = None
        self._ratio = 1.0
        self._x_name = ""
        self._y_name = ""
        # pyqtgraph's own plot item would bring a dozen menus and panels with it
        self._box = pg.ViewBox(enableMenu=False, enableMouse=False, defaultPadding=0.0)
        self._box.disableAutoRange()
        self._axes = {side: pg.AxisItem(side, linkView=self._box) for side in ("left", "bottom")}
        self._frame = pg.GraphicsLayout()
        self._frame.setSpacing(0)
        self._frame.setContentsMargins(2, 6, 10, 2)
        self._frame.addItem(self._axes["left"], 0, 0)
        self._frame.addItem(self._box, 0, 1)
        self._frame.addItem(self._axes["bottom"], 1, 1)
        self.setCentralItem(self._frame)
        self.setMinimumSize(220, 150)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.theme_events().changed.connect(self._on_theme)
        self.scene().changed.connect(self._on_scene)

    # ---- colours ----------------------------------------------------------------------------

    def _on_theme(self, _theme: object) -> None:
        self._tint()
        self._refresh()

    def _on_scene(self, _regions: object) -> None:
        self._refresh()

    def _tint(self) -> None:
        """Take the theme's colours; subclasses go on with their own items."""
        self._dressed = True
        colours = theme.current()
        self.setBackground(colours.surface)
        font = theme.sized(self.font(), theme.CAPTION_PIXELS)
        for side, name in (("bottom", self._x_name), ("left", self._y_name)):
            axis = self._axes[side]
            axis.enableAutoSIPrefix(False)
            axis.setPen(self._pen(colours.border, 1))
            axis.setTextPen(pg.mkPen(colours.quiet))
            axis.setTickFont(font)
            axis.setTickDensity(1.6)
            axis.setStyle(tickLength=4, tickTextOffset=4, hideOverlappingLabels=False, maxTickLevel=0)
            if name:
                axis.setLabel(name, color=colours.quiet.name(), **{"font-size": f"{theme.CAPTION_PIXELS}px"})

    def _pen(self, colour: QColor, width: float) -> QPen:
        """Return a pen for a scene item: pyqtgraph's pens count device pixels."""
        pen: QPen = pg.mkPen(colour, width=width * self._ratio)
        return pen

    def _refresh(self) -> None:
        """Draw axes, bars and curves anew; what is painted over them needs only an update."""
        self._layer = None
        self.viewport().update()

    # ---- where things are -------------------------------------------------------------------

    def area(self) -> QRectF:
        """Return the rectangle inside the axes, in widget pixels."""
        scene = self._box.sceneBoundingRect()
        corner = self.mapFromScene(scene.topLeft())
        return QRectF(corner.x(), corner.y(), scene.width(), scene.height())

    def to_pixels(self, x: float, y: float) -> QPointF:
        """Return where a point of the plot is, in widget pixels."""
        area = self.area()
        (left, right), (bottom, top) = self._box.viewRange()
        return QPointF(
            area.left() + (x - left) / (right - left) * area.width(),
            area.bottom() - (y - bottom) / (top - bottom) * area.height(),
        )

    def x_at(self, pixel: float) -> float:
        """Return the plot's x at a widget pixel."""
        area = self.area()
        (left, right), _ = self._box.viewRange()
        return float(left + (pixel - area.left()) / max(area.width(), 1.0) * (right - left))

    def range_x(self) -> tuple[float, float]:
        (left, right), _ = self._box.viewRange()
        return float(left), float(right)

    def set_message(self, text: str) -> None:
        """Say why there is nothing to see; an empty text shows the plot."""
        self._message = text
        self._frame.setVisible(not text)
        self._refresh()

    # ---- painting ---------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        view = self.viewport()
        ratio = view.devicePixelRatioF()
        size = view.size() * ratio
        if ratio != self._ratio:
            self._ratio = ratio
            self._tint()
        if self._layer is None or self._layer.size() != size:
            self._layer = QPixmap(size)
            self._layer.setDevicePixelRatio(ratio)
            self._layer.fill(theme.current().surface)
            painter = QPainter(self._layer)
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
            self.scene().prepareForPaint()
            area = view.rect()
            self.scene().render(painter, QRectF(area), self.mapToScene(area).boundingRect())
            painter.end()
        painter = QPainter(view)
        painter.drawPixmap(0, 0, self._layer)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._message:
            painter.setPen(theme.current().quiet)
            wrap = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
            painter.drawText(view.rect().adjusted(24, 0, -24, 0), wrap, self._message)
        else:
            painter.setFont(theme.sized(self.font(), theme.CAPTION_PIXELS))
            self._paint_over(painter)
        painter.end()

    def _paint_over(self, painter: QPainter) -> None:
        """Paint what follows the pointer, in widget pixels."""

    def _paint_note(
        self, painter: QPainter, text: str, corners: Sequence[QPointF], ink: QColor, framed: bool = True
    ) -> QRectF:
        """Paint a line of text at the first of `corners` where it fits, and inside the plot in any case."""
        place = self._note_place(painter, text, corners)
        if framed:
            ground = QColor(theme.current().raised)
            ground.setAlphaF(0.92)
            painter.setPen(QPen(theme.current().border, 1))
            painter.setBrush(ground)
            painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.setPen(ink)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
        return place

    def _note_place(self, painter: QPainter, text: str, corners: Sequence[QPointF]) -> QRectF:
        metrics = QFontMetricsF(painter.font())
        size = QRectF(0, 0, metrics.horizontalAdvance(text) + 14, metrics.height() + 6)
        area = self.area()
        places = [size.translated(corner) for corner in corners]
        place = next((place for place in places if area.contains(place)), places[0])
        place.moveLeft(max(area.left(), min(place.left(), area.right() - place.width())))
        place.moveTop(max(area.top(), min(place.top(), area.bottom() - place.height())))
        return place

    def close(self) -> bool:
        # pyqtgraph's takes the plot apart here, though Qt may still send it events
        return QWidget.close(self)

    # ---- no pan, no zoom, no menu -----------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._layer = None

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self._dressed:
            self._tint()
            self._refresh()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page scrolls

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()


class LimitPlot(Plot):
    """A plot on which the limit can be dragged, or moved by arrow keys. Here it is an upright line at its score."""

    moved = Signal(float)
    """The person moves the limit: its raw score, at every change."""
    settled = Signal(float)
    """The person let go; `moved` has told the same number before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._threshold = 0.0
        self._dragging = False
        self._movable = True
        self._pointer: QPointF | None = None

    def threshold(self) -> float:
        return self._threshold

    def set_movable(self, on: bool) -> None:
        """Say whether the person may move the limit; the figures under the pointer are shown in any case."""
        self._movable = on

    def set_threshold(self, value: float) -> None:
        """Show another limit without emitting."""
        if math.isfinite(value) and value != self._threshold:
            self._threshold = value
            self._describe()
            self.viewport().update()

    def _describe(self) -> None:
        self.setAccessibleDescription(self.tr("limit {0}").format(figure(self._threshold)))

    def grabs(self, at: QPointF) -> bool:
        """Return whether a drag may begin at a widget pixel."""
        area = self.area()
        line = self.to_pixels(self._threshold, 0).x()
        return area.top() - 4 <= at.y() <= area.bottom() + 4 and abs(at.x() - line) <= GRAB_PIXELS

    def _threshold_at(self, at: QPointF) -> float:
        """Return the limit that a drag to a widget pixel asks for."""
        low, high = self.range_x()
        return min(max(self.x_at(at.x()), low), high)

    def _threshold_after(self, steps: int) -> float:
        """Return the limit some key presses to the right (or left, if negative) of the present one."""
        low, high = self.range_x()
        return min(max(self._threshold + steps * (high - low) / _KEY_STEPS, low), high)

    def _grab_cursor(self) -> Qt.CursorShape:
        return Qt.CursorShape.SplitHCursor

    def _ready(self) -> bool:
        return not self._message

    def _move(self, value: float) -> None:
        if value == self._threshold:
            return
        self.set_threshold(value)
        self.moved.emit(value)

    def _settle(self) -> None:
        self.settled.emit(self._threshold)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        left = event.button() == Qt.MouseButton.LeftButton
        if self._ready() and self._movable and left and self.grabs(event.position()):
            self._dragging = True
            self.viewport().setCursor(self._grab_cursor())
            self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if not self._ready():
            return
        self._pointer = event.position()
        if self._dragging:
            self._move(self._threshold_at(event.position()))
        elif self._movable and self.grabs(event.position()):
            self.viewport().setCursor(self._grab_cursor())
        else:
            self.viewport().unsetCursor()
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if self._dragging and event.button() == Qt.MouseButton.LeftButton:
            self._dragging = False
            self._settle()
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self.viewport().update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageDown: -10, Qt.Key.Key_PageUp: 10}
        step = steps.get(Qt.Key(event.key()))
        if step is None or not self._ready() or not self._movable:
            event.ignore()
            return
        self._move(self._threshold_after(step))
        if not event.isAutoRepeat():
            self._settle()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def focusInEvent(self, event: QEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()


class ScoreHistogram(LimitPlot):
    """Scores of good parts in teal, of defects in vermilion, and the limit as a line to drag.

    A review limit is a second line, under the first or on it; with Shift the keys move it.

    Each kind is drawn as shares of its own number, because defects are few: right of the line, the teal area is the
    false reject rate; left of it, the vermilion area is the escape rate. The figures under the pointer are counts.

    Parameters
    ----------
    x_name
        What a score is; empty for "image score".
    """

    review_moved = Signal(float)
    """The person moves the review limit; like `moved`."""
    review_settled = Signal(float)

    def __init__(self, x_name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._review: float | None = None
        self._at_review = False  # whether drag or keys are the review limit's
        self._x_name = x_name or self.tr("image score")
        self._y_name = self.tr("% of good, % of defect")
        self.setAccessibleName(self.tr("Scores of good parts and defects"))
        self._good = np.zeros(0)
        self._defect = np.zeros(0)
        self._edges = np.linspace(0.0, 1.0, 13)
        self._counts = (np.zeros(12, np.int64), np.zeros(12, np.int64))
        self._bars = (pg.BarGraphItem(x=[], height=[], width=1), pg.BarGraphItem(x=[], height=[], width=1))
        for bars in self._bars:
            self._box.addItem(bars)
        self._frame.setContentsMargins(2, 26, 10, 2)
        self._tint()
        self.set_message(self.tr("No scores yet"))

    def set_scores(self, good: npt.ArrayLike, defect: npt.ArrayLike, threshold: float) -> None:
        """Show scores and the limit; emits nothing.

        Parameters
        ----------
        good, defect
            Raw scores, one an image; either may be empty. What is not finite is left out.
        threshold
            The limit in the same units. The axis always reaches it.
        """
        self._good, self._defect = (
            np.asarray(scores, np.float64)[np.isfinite(np.asarray(scores, np.float64))] for scores in (good, defect)
        )
        if math.isfinite(threshold):
            self._threshold = threshold
        self._fit()

    def set_threshold(self, value: float) -> None:
        """Show another limit without emitting; the axis grows to reach it, and comes back when it does."""
        super().set_threshold(value)
        self._reach()

    def review(self) -> float | None:
        """Return the review limit."""
        return self._review

    def set_review(self, value: float | None) -> None:
        """Show another review limit, or None, without emitting; the axis reaches it like the other."""
        if value != self._review:
            self._review = value
            self._describe()
            self._reach()
            self.viewport().update()

    def _limits(self) -> list[float]:
        return [self._threshold] if self._review is None else [self._review, self._threshold]

    def _reach(self) -> None:
        if not self._ready():
            return
        low, high = self.range_x()
        near, far = min(self._edges[0], *self._limits()), max(self._edges[-1], self._threshold)
        wide = not self._dragging and high - low > _ROOMY * (far - near)
        if wide or near < low or far > high:
            self._fit()

    def _describe(self) -> None:
        super()._describe()
        if self._review is not None:
            both = self.tr("{0}, review from {1}").format(self.accessibleDescription(), figure(self._review))
            self.setAccessibleDescription(both)

    # ---- two lines ----------------------------------------------------------------------------

    def grabs(self, at: QPointF) -> bool:
        return super().grabs(at) or self._grabs_review(at)

    def _grabs_review(self, at: QPointF) -> bool:
        """Return whether the review limit is the nearer one; of two on one spot, it is to the left."""
        if self._review is None:
            return False
        area = self.area()
        review, limit = (self.to_pixels(value, 0).x() - at.x() for value in (self._review, self._threshold))
        nearer = abs(review) < abs(limit) or (review == limit and limit > 0)
        return nearer and abs(review) <= GRAB_PIXELS and area.top() - 4 <= at.y() <= area.bottom() + 4

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._at_review = self._grabs_review(event.position())
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._at_review = shift and self._review is not None
        super().keyPressEvent(event)

    def _threshold_after(self, steps: int) -> float:
        if not self._at_review or self._review is None:
            return super()._threshold_after(steps)
        low, high = self.range_x()
        return max(self._review + steps * (high - low) / _KEY_STEPS, low)

    def _move(self, value: float) -> None:
        if not self._at_review:
            super()._move(value)
        elif (lower := min(value, self._threshold)) != self._review:
            self.set_review(lower)
            self.review_moved.emit(lower)

    def _settle(self) -> None:
        if self._at_review:
            self.review_settled.emit(self._review)
        else:
            super()._settle()

    def counts(self) -> tuple[FloatArray, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return edges (B + 1,), and good and defect counts (B,)."""
        return self._edges, *self._counts

    def _fit(self) -> None:
        """Choose the axis and the bins."""
        scores = np.concatenate([self._good, self._defect])
        if not len(scores):
            self.set_message(self.tr("No scores yet"))
            return
        low, high = float(scores.min()), float(scores.max())
        if high <= low:
            pad = abs(low) * 0.05 or 0.5
            low, high = low - pad, high + pad
        self._edges = bin_edges(scores, low, high)
        self._counts = (
            np.histogram(self._good, self._edges)[0],
            np.histogram(self._defect, self._edges)[0],
        )
        left, right = min(low, *self._limits()), max(high, self._threshold)
        pad = 0.03 * (right - left)
        top = max(float(shares.max()) for shares in self._shares())
        # room over the bars for the limit's label
        self._box.setRange(xRange=(left - pad, right + pad), yRange=(0, top * 1.16), padding=0)
        self._draw_bars()
        self._describe()
        self.set_message("")

    def _shares(self) -> tuple[FloatArray, FloatArray]:
        """Return good and defect counts (B,) in percent of all good and all defect ones."""
        good, defect = (100.0 * counts / max(int(counts.sum()), 1) for counts in self._counts)
        return good, defect

    def _draw_bars(self) -> None:
        width = (self._edges[1] - self._edges[0]) * 0.82
        centres = (self._edges[:-1] + self._edges[1:]) / 2
        colours = theme.current()
        for bars, shares, colour in zip(self._bars, self._shares(), (colours.ok, colours.ng), strict=True):
            fill = QColor(colour)
            fill.setAlphaF(0.82)
            some = shares > 0
            bars.setOpts(x=centres[some], height=shares[some], width=width, pen=None, brush=fill)

    def _tint(self) -> None:
        super()._tint()
        self._draw_bars()

    def _paint_over(self, painter: QPainter) -> None:
        colours = theme.current()
        area = self.area()
        self._paint_legend(painter, area)
        active = self._dragging or self.hasFocus()
        taken = QRectF()
        if self._review is not None:
            self._paint_line(painter, self._review, colours.review, active and self._at_review)
        self._paint_line(painter, self._threshold, colours.ng, active and not self._at_review)
        if self._review is not None:
            text = self.tr("Review from {0}").format(figure(self._review))
            taken = self._paint_name(painter, self._review, text, colours.review_ink, -1, taken)
        text = self.tr("NG from {0}").format(figure(self._threshold))
        self._paint_name(painter, self._threshold, text, colours.ng_ink, 1, taken)
        self._paint_hover(painter, area)

    def _paint_line(self, painter: QPainter, value: float, colour: QColor, active: bool) -> None:
        """Paint a limit's line and grip."""
        area = self.area()
        x = self.to_pixels(value, 0).x()
        painter.setPen(QPen(colour, 3 if active else 2))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        painter.setPen(QPen(theme.current().surface, 1.5))
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(x - 4, area.center().y() - 11, 8, 22), 4, 4)

    def _paint_name(self, painter: QPainter, value: float, text: str, ink: QColor, side: int, taken: QRectF) -> QRectF:
        """Write a limit's name beside its line, to the right (1) or left (-1) if there is room, under what is taken."""
        top, x = self.area().top(), self.to_pixels(value, 0).x()
        painter.setFont(theme.sized(self.font(), theme.CAPTION_PIXELS, bold=True))
        metrics = QFontMetricsF(painter.font())
        width = metrics.horizontalAdvance(text) + 14
        corners = [QPointF(x + 5, top), QPointF(x - 5 - width, top)][::side]
        place = self._note_place(painter, text, corners)
        if place.intersects(taken):
            corners = [corner + QPointF(0, metrics.height() + 4) for corner in corners]
        place = self._note_place(painter, text, corners)
        if any(place.left() < self.to_pixels(each, 0).x() < place.right() for each in self._limits()):
            painter.fillRect(place, theme.current().surface)  # no line goes through the words
        self._paint_note(painter, text, corners, ink, framed=False)
        painter.setFont(theme.sized(self.font(), theme.CAPTION_PIXELS))
        return place

    def _paint_legend(self, painter: QPainter, area: QRectF) -> None:
        """Name the two colours, with their numbers, over the plot at the right."""
        colours = theme.current()
        metrics = QFontMetricsF(painter.font())
        right, base = area.right(), area.top() - 10
        for words, number, colour in (
            (self.tr("{0} defect"), len(self._defect), colours.ng),
            (self.tr("{0} good"), len(self._good), colours.ok),
        ):
            text = words.format(f"{number:,}")
            left = right - metrics.horizontalAdvance(text)
            painter.setPen(colours.quiet)
            painter.drawText(QPointF(left, base), text)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(QPointF(left - 9, base - metrics.xHeight() / 2), 4, 4)
            right = left - 28

    def _paint_hover(self, painter: QPainter, area: QRectF) -> None:
        if self._pointer is None or self._dragging or not area.contains(self._pointer):
            return
        score = self.x_at(self._pointer.x())
        number = int(np.searchsorted(self._edges, score, side="right")) - 1
        if not 0 <= number < len(self._edges) - 1:
            return
        good, defect = (int(counts[number]) for counts in self._counts)
        if not good and not defect:
            return
        left, right = (self.to_pixels(float(edge), 0).x() for edge in self._edges[number : number + 2])
        column = QColor(theme.current().text)
        column.setAlphaF(0.06)
        painter.fillRect(QRectF(left, area.top(), right - left, area.height()), column)
        text = self.tr("{0} to {1} · {2} good · {3} defect").format(
            figure(float(self._edges[number])), figure(float(self._edges[number + 1])), f"{good:,}", f"{defect:,}"
        )
        above = self._pointer + QPointF(12, -30)
        width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 14
        self._paint_note(painter, text, [above, self._pointer + QPointF(-12 - width, -30)], theme.current().text)


class PrecisionRecallPlot(LimitPlot):
    """Precision against recall for every possible limit, and the one in force as a dot to drag.

    As a ROC curve, recall against the share of good ones that are rejected.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._roc = False
        self._name_axes()
        self._curve: Curve | None = None
        self._x: FloatArray = np.zeros(0)  # of all points of the curve
        self._y: FloatArray = np.zeros(0)
        self._with_intervals = False
        self._said = ""
        self._kept: IndexArray = np.zeros(0, np.int64)
        self._line = pg.PlotDataItem(antialias=True)
        self._box.addItem(self._line)
        self._box.setRange(xRange=(0.0, 1.0), yRange=(0.0, 1.04), padding=0)
        ticks = [(share / 5, f"{share / 5:.1f}") for share in range(6)]
        for side in ("bottom", "left"):
            self._axes[side].setTicks([ticks])
        self._tint()
        self.set_curve(None, 0.0)

    def set_curve(self, curve: Curve | None, threshold: float, message: str = "", *, intervals: bool = False) -> None:
        """Show a curve and the limit in force; emits nothing.

        Parameters
        ----------
        curve
            None while good parts or defects are missing.
        intervals
            Tell the 95 % intervals of precision and recall; pixels of one picture are too alike for them.
        message
            What to say while there is no curve; empty for the usual words.
        """
        self._curve = curve
        self._with_intervals = intervals
        if math.isfinite(threshold):
            self._threshold = threshold
        if curve is None:
            self._line.setData([], [])
            self.set_message(message or self.tr("Label some good parts and some defects to see this curve"))
            self._describe()
            return
        if self._roc:
            self._x, self._y = curve.fp / curve.negatives, curve.recall
        else:
            self._x, self._y = curve.recall, curve.precision
        self._kept = column_extremes(self._x, self._y, max(self.screen_columns(), 200))
        steps = (self._x[self._kept], self._y[self._kept]) if self._roc else recall_steps(curve, self._kept)
        self._line.setData(*steps)
        self.set_message("")
        self._describe()

    def _name_axes(self) -> None:
        if self._roc:
            self._x_name = self.tr("share of the good ones that is rejected")
            self._y_name = self.tr("recall")
            self.setAccessibleName(self.tr("ROC curve"))
        else:
            self._x_name = self.tr("recall (share of the defects that is found)")
            self._y_name = self.tr("precision")
            self.setAccessibleName(self.tr("Precision and recall"))

    def set_roc(self, on: bool) -> None:
        """Show the ROC curve, or precision and recall."""
        if on != self._roc:
            self._roc = on
            self._name_axes()
            self._tint()
            self.set_curve(self._curve, self._threshold, intervals=self._with_intervals)

    def screen_columns(self) -> int:
        """Return how many columns of device pixels the plot is wide."""
        return int(self.viewport().width() * self.devicePixelRatioF())

    def point(self) -> tuple[float, float] | None:
        """Return where the dot is: recall and precision at the limit in force, or as the axes of the ROC curve are."""
        if self._curve is None:
            return None
        index = self._curve.at(self._threshold).index
        return float(self._x[index]), float(self._y[index])

    def label(self, *, intervals: bool = True) -> str:
        """Return the figures beside the dot."""
        point = self.point()
        if point is None:
            return ""
        shares = [percent(share) for share in (point[1], point[0])]
        if self._curve is not None and self._with_intervals and intervals:
            counts = self._curve.at(self._threshold).confusion
            recall = Rate(counts.tp, counts.defect)
            both = (recall, counts.false_rejects) if self._roc else (Rate(counts.tp, counts.tp + counts.fp), recall)
            for number, rate in enumerate(both):
                low, high = rate.interval
                shares[number] += f" ({100 * low:.0f} – {100 * high:.0f})"
        words = str(self.tr("recall {0} · rejected {1}")) if self._roc else str(self.tr("precision {0} · recall {1}"))
        return words.format(*shares)

    def _describe(self) -> None:
        self._said = self.label()  # worked out once, and painted as often as it has to be
        self.setAccessibleDescription(self._said)

    def _tint(self) -> None:
        super()._tint()
        self._line.setPen(self._pen(theme.current().accent, 1.8))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if getattr(self, "_curve", None) is not None:
            self.set_curve(self._curve, self._threshold, intervals=self._with_intervals)

    # ---- the dot ----------------------------------------------------------------------------

    def _grab_cursor(self) -> Qt.CursorShape:
        return Qt.CursorShape.ClosedHandCursor if self._dragging else Qt.CursorShape.OpenHandCursor

    def grabs(self, at: QPointF) -> bool:
        point = self.point()
        if point is None:
            return False
        away = self.to_pixels(*point) - at
        return math.hypot(away.x(), away.y()) <= _DOT + GRAB_PIXELS

    def nearest(self, at: QPointF) -> int:
        """Return the index of the curve's point nearest to a widget pixel; never the empty first one."""
        assert self._curve is not None
        kept = self._kept[self._kept > 0]
        area = self.area()
        origin = self.to_pixels(0, 0)
        top = self.to_pixels(0, 1)
        x = origin.x() + self._x[kept] * area.width()
        y = origin.y() + self._y[kept] * (top.y() - origin.y())
        return int(kept[np.argmin((x - at.x()) ** 2 + (y - at.y()) ** 2)])

    def _threshold_at(self, at: QPointF) -> float:
        assert self._curve is not None
        return float(self._curve.thresholds[self.nearest(at)])

    def _threshold_after(self, steps: int) -> float:
        assert self._curve is not None
        thresholds = self._curve.thresholds
        index = self._curve.at(self._threshold).index
        # to the right is towards more recall, at least one point on
        stride = max(1, len(thresholds) // _KEY_STEPS)
        return float(thresholds[min(max(index + steps * stride, 1), len(thresholds) - 1)])

    def _paint_over(self, painter: QPainter) -> None:
        point = self.point()
        if point is None:
            return
        colours = theme.current()
        self._paint_hover(painter)
        dot = self.to_pixels(*point)
        if self._dragging or self.hasFocus():
            ring = QColor(colours.ng)
            ring.setAlphaF(0.3)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ring)
            painter.drawEllipse(dot, _DOT + 5, _DOT + 5)
        painter.setPen(QPen(colours.surface, 1.5))
        painter.setBrush(colours.ng)
        painter.drawEllipse(dot, _DOT + 0.75, _DOT + 0.75)
        text = self._said
        metrics = QFontMetricsF(painter.font())
        if metrics.horizontalAdvance(text) + 14 > self.area().width():
            text = self.label(intervals=False)  # in a narrow window
        width, height = metrics.horizontalAdvance(text) + 14, metrics.height() + 6
        corners = [
            dot + QPointF(-width - 12, 10),
            dot + QPointF(12, 10),
            dot + QPointF(-width - 14, -height / 2),
            dot + QPointF(-width - 12, -height - 10),
            dot + QPointF(12, -height - 10),
            *(dot + QPointF(x, y) for y in (34, -height - 34, 58, -height - 58) for x in (-width - 12, 12)),
        ]
        size = QPointF(width, height)
        corners.sort(key=lambda corner: self._hides(corner, corner + size))  # keeps their order otherwise
        self._paint_note(painter, text, corners, colours.text)

    def _hides(self, corner: QPointF, opposite: QPointF) -> bool:
        """Whether words between two widget pixels would lie over the curve."""
        x, y = self._line.getData()
        zero, one = self.to_pixels(0, 0), self.to_pixels(1, 1)
        line = np.column_stack((zero.x() + x * (one.x() - zero.x()), zero.y() + y * (one.y() - zero.y())))
        return crosses(line, corner.toTuple(), opposite.toTuple())

    def _paint_hover(self, painter: QPainter) -> None:
        if self._pointer is None or self._dragging or not self.area().contains(self._pointer):
            return
        assert self._curve is not None
        index = self.nearest(self._pointer)
        x, y = float(self._x[index]), float(self._y[index])
        at = self.to_pixels(x, y)
        if math.hypot(at.x() - self._pointer.x(), at.y() - self._pointer.y()) > 40:
            return
        colours = theme.current()
        painter.setPen(QPen(colours.accent, 2))
        painter.setBrush(colours.surface)
        painter.drawEllipse(at, 4, 4)
        words = (
            self.tr("limit {0} · recall {1} · rejected {2}")
            if self._roc
            else self.tr("limit {0} · precision {1} · recall {2}")
        )
        text = words.format(figure(float(self._curve.thresholds[index])), percent(y), percent(x))
        area = self.area()
        self._paint_note(painter, text, [QPointF(area.left() + 8, area.bottom() - 28)], colours.text)


class LossCurve(Plot):
    """Numbers that training tells as it goes, one line each."""

    _ROLES = ("accent", "review", "ok", "ng")

    def __init__(self, x_name: str = "", y_name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._x_name = x_name or self.tr("step")
        self._y_name = y_name or self.tr("loss")
        self.setAccessibleName(self.tr("Loss while training"))
        self._series: dict[str, tuple[list[float], list[float]]] = {}
        self._lines: dict[str, pg.PlotDataItem] = {}
        self._frame.setContentsMargins(2, 26, 10, 2)
        self._tint()
        self.clear_points()

    def clear_points(self) -> None:
        """Forget all points, for a new run."""
        for line in self._lines.values():
            self._box.removeItem(line)
        self._series.clear()
        self._lines.clear()
        self.set_message(self.tr("No numbers yet"))

    def add_point(self, step: float, values: Mapping[str, float]) -> None:
        """Add one number to each named line; what is not finite is left out."""
        for name, value in values.items():
            if not math.isfinite(value):
                continue
            if name not in self._series:
                self._series[name] = ([], [])
                self._lines[name] = pg.PlotDataItem(antialias=True)
                self._box.addItem(self._lines[name])
                self._tint()
            steps, heights = self._series[name]
            steps.append(step)
            heights.append(value)
        if self._series:
            self._draw_lines()

    def names(self) -> tuple[str, ...]:
        return tuple(self._series)

    def _draw_lines(self) -> None:
        columns = max(200, int(self.viewport().width() * self.devicePixelRatioF()))
        for name, (steps, heights) in self._series.items():
            x, y = np.asarray(steps), np.asarray(heights)
            kept = column_extremes(x, y, columns)
            self._lines[name].setData(x[kept], y[kept])
        first = min(steps[0] for steps, _ in self._series.values())
        last = max(steps[-1] for steps, _ in self._series.values())
        low = min(0.0, *(min(heights) for _, heights in self._series.values()))
        high = max(max(heights) for _, heights in self._series.values())
        self._box.setRange(
            xRange=(first, last if last > first else first + 1),
            yRange=(low, low + (high - low) * 1.08 if high > low else low + 1),
            padding=0,
        )
        newest = ", ".join(f"{name} {figure(heights[-1])}" for name, (_, heights) in self._series.items())
        self.setAccessibleDescription(newest)
        self.set_message("")

    def _tint(self) -> None:
        super()._tint()
        for number, line in enumerate(self._lines.values()):
            line.setPen(self._pen(theme.current().colour(self._ROLES[number % len(self._ROLES)]), 1.8))

    def _paint_over(self, painter: QPainter) -> None:
        colours = theme.current()
        area = self.area()
        metrics = QFontMetricsF(painter.font())
        right, base = area.right(), area.top() - 10  # over the plot: inside, a legend would lie on the lines
        for number, (name, (_, heights)) in reversed(list(enumerate(self._series.items()))):
            text = f"{name} {heights[-1]:.3g}"
            left = right - metrics.horizontalAdvance(text)
            painter.setPen(colours.quiet)
            painter.drawText(QPointF(left, base), text)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.colour(self._ROLES[number % len(self._ROLES)]))
            painter.drawEllipse(QPointF(left - 9, base - metrics.xHeight() / 2), 3.5, 3.5)
            right = left - 24


RIVAL_COLOURS = (QColor("#4c8dff"), QColor("#f08c2e"), QColor("#2bb59a"), QColor("#b57bee"), QColor("#c9a400"))
RIVAL_STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)


def rival_look(place: int) -> tuple[QColor, Qt.PenStyle]:
    """Return colour and style of one of several lines: told apart by either."""
    return RIVAL_COLOURS[place % len(RIVAL_COLOURS)], RIVAL_STYLES[place % len(RIVAL_STYLES)]


class RivalCurves(Plot):
    """Precision against recall of several models, one over the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._x_name = self.tr("recall (share of the defects that is found)")
        self._y_name = self.tr("precision")
        self.setAccessibleName(self.tr("Precision and recall of several models"))
        self._lines: list[pg.PlotDataItem] = []
        self._looks: list[int] = []
        self._box.setRange(xRange=(0.0, 1.0), yRange=(0.0, 1.04), padding=0)
        ticks = [(share / 5, f"{share / 5:.1f}") for share in range(6)]
        for side in ("bottom", "left"):
            self._axes[side].setTicks([ticks])
        self._tint()

    def set_curves(self, curves: Sequence[tuple[int, Curve]]) -> None:
        """Show curves; each with the place that `rival_look` takes."""
        for line in self._lines:
            self._box.removeItem(line)
        self._lines, self._looks = [], []
        for place, curve in curves:
            kept = column_extremes(curve.recall, curve.precision, max(self.viewport().width(), 200))
            line = pg.PlotDataItem(*recall_steps(curve, kept), antialias=True)
            self._box.addItem(line)
            self._lines.append(line)
            self._looks.append(place)
        self.set_message("" if curves else self.tr("Label some good parts and some defects to see this curve"))
        self._tint()

    def _tint(self) -> None:
        super()._tint()
        for place, line in zip(self._looks, self._lines, strict=True):
            colour, style = rival_look(place)
            pen = self._pen(colour, 2.0)
            pen.setStyle(style)
            line.setPen(pen)
