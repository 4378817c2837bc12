"""A control chart: scores of parts as they come, their moving average, and the lines that they should stay between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.scoring.control import Baseline, averages
from core.scoring.thresholds import Verdict
from gui import theme
from gui.canvas.readout import raw_text

FloatArray = npt.NDArray[np.float64]

MOST = 200  # newest points that are drawn
REACH = 14  # pixels: how near to a point a press counts
MARGINS = (12, 10, 110, 22)  # left, top, right, bottom


@dataclass(frozen=True, eq=False, slots=True)
class Course:
    """Scores in the order in which the parts came.

    Attributes
    ----------
    keys
        What each point stands for, (N).
    scores
        (N,) raw.
    verdicts
        (N).
    passed
        (N,) whether a part counts for the average.
    limit
        The image limit.
    good
        What good parts are like; None while too few are known.
    """

    keys: Sequence[int]
    scores: FloatArray
    verdicts: Sequence[Verdict]
    passed: npt.NDArray[np.bool_]
    limit: float
    good: Baseline | None


class ControlChart(QWidget):
    """Draws the newest points of a course. Left and right go from point to point, Enter opens one, and so does a press.

    Signals
    -------
    chosen
        The key of a point.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, mouseTracking=True, focusPolicy=Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Scores over time"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(90)
        self._course: Course | None = None
        self._average = np.zeros(0)
        self._current: int | None = None  # under the pointer or reached by keys, among those drawn
        theme.theme_events().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As high as shows a trend."""
        return QSize(400, 130)

    def show_course(self, course: Course | None) -> None:
        """Show scores; of very many the newest."""
        self._average = np.zeros(0)
        if course is not None:
            start = course.good.mean if course.good is not None else 0.0
            average = np.full(len(course.scores), np.nan)
            if course.good is not None:
                average[course.passed] = averages(course.scores[course.passed], start)
            first = max(len(course.scores) - MOST, 0)
            self._average = average[first:]
            course = Course(
                course.keys[first:],
                course.scores[first:],
                course.verdicts[first:],
                course.passed[first:],
                course.limit,
                course.good,
            )
        if self._course is None or course is None or len(course.keys) != len(self._course.keys):
            self._current = None
        self._course = course
        self.update()

    def point(self, index: int) -> QPointF:
        """Return where a drawn point lies, in widget pixels."""
        course = self._course
        if course is None:
            return QPointF()
        low, high = self._range(course)
        plot = self._plot()
        x = plot.left() + plot.width() * (index + 0.5) / max(len(course.keys), 20)
        share = min((float(course.scores[index]) - low) / (high - low), 1.0)
        return QPointF(x, plot.bottom() - plot.height() * share)

    def _plot(self) -> QRectF:
        left, top, right, bottom = MARGINS
        return QRectF(self.rect()).adjusted(left, top, -right, -bottom)

    def _lines(self, course: Course) -> list[tuple[float, str, QColor, Qt.PenStyle]]:
        colours = theme.current()
        lines = [(course.limit, self.tr("limit"), colours.ng, Qt.PenStyle.SolidLine)]
        if course.good is not None:
            low, high = course.good.limits
            for value, name in ((high, self.tr("mean + 3 σ")), (course.good.mean, self.tr("mean, good parts"))):
                lines.append((value, name, colours.muted, Qt.PenStyle.DashLine))
            if low > 0:
                lines.append((low, self.tr("mean − 3 σ"), colours.muted, Qt.PenStyle.DashLine))
        return lines

    def _range(self, course: Course) -> tuple[float, float]:
        """Return what the axis shows: the lines, and once as much above; what lies higher is drawn at the edge."""
        values = [value for value, *_ in self._lines(course)]
        lines = max(values) - min(values)
        low = min([*values, *course.scores.tolist()])
        high = min(max([*values, *course.scores.tolist()]), max(values) + (lines or abs(max(values))))
        room = max(high - low, 1e-9) * 0.06
        return low - room, high + room

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint lines, average and points."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.sized(self.font(), theme.CAPTION_PIXELS))
        colours, course, plot = theme.current(), self._course, self._plot()
        if course is None or not len(course.keys):
            painter.setPen(colours.muted)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("No picture has come yet"))
            return
        low, high = self._range(course)
        taken: list[float] = []
        for value, name, colour, style in self._lines(course):
            y = plot.bottom() - plot.height() * (value - low) / (high - low)
            painter.setPen(QPen(colour, 1.0, style))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            if all(abs(y - other) >= painter.fontMetrics().height() - 2 for other in taken):
                taken.append(y)
                painter.drawText(QPointF(plot.right() + 6, y + 4), f"{name} {raw_text(value, course.limit)}")
        spots = [self.point(index) for index in range(len(course.keys))]
        scale = plot.height() / (high - low)
        known = np.flatnonzero(np.isfinite(self._average))
        line = [QPointF(spots[i].x(), plot.bottom() - scale * (self._average[i] - low)) for i in known]
        painter.setPen(QPen(colours.accent, 2.0))
        painter.drawPolyline(QPolygonF(line))
        if len(known):
            name, base = self.tr("moving average of the parts that pass"), self.rect().bottom() - 8.0
            painter.drawLine(QPointF(plot.left(), base), QPointF(plot.left() + 18, base))
            painter.setPen(colours.muted)
            painter.drawText(QPointF(plot.left() + 24, base + painter.fontMetrics().xHeight() / 2), name)
        tones = {Verdict.OK: colours.ok, Verdict.NG: colours.ng, Verdict.REVIEW: colours.review}
        painter.setPen(Qt.PenStyle.NoPen)
        for spot, verdict in zip(spots, course.verdicts, strict=True):
            painter.setBrush(tones[verdict])
            painter.drawEllipse(spot, 3.0, 3.0)
        if self._current is not None:
            painter.setPen(QPen(colours.text, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(spots[self._current], 6.0, 6.0)

    def _nearest(self, at: QPointF) -> int | None:
        course = self._course
        if course is None or not len(course.keys):
            return None
        distances = [(self.point(index) - at).manhattanLength() for index in range(len(course.keys))]
        best = int(np.argmin(distances))
        return best if distances[best] <= REACH else None

    def _choose(self, index: int | None) -> None:
        if index != self._current:
            self._current = index
            course = self._course
            text = "" if course is None or index is None else raw_text(float(course.scores[index]), course.limit)
            self.setToolTip(text)
            self.setAccessibleDescription(text)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the point under the pointer."""
        self._choose(self._nearest(event.position()))
        self.setCursor(Qt.CursorShape.ArrowCursor if self._current is None else Qt.CursorShape.PointingHandCursor)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the pointer."""
        self._choose(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open the picture of a point."""
        self._choose(self._nearest(event.position()))
        self._open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from point to point, and open one."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        count = 0 if self._course is None else len(self._course.keys)
        if event.key() in steps and count:
            step = steps[Qt.Key(event.key())]
            start = count - 1 if self._current is None else self._current + step
            self._choose(min(max(start, 0), count - 1))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open()
        else:
            event.ignore()

    def _open(self) -> None:
        if self._course is not None and self._current is not None:
            self.chosen.emit(self._course.keys[self._current])
