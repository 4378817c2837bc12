"""Where a score lies between good and defect."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme

_BAR = 7
_MARK = 3
_MARK_HEIGHT = 16


class VerdictBar(QWidget):
    """A bar from teal over amber to vermilion, changing at the limits, with a mark at the score."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._score: float | None = None
        self._threshold = 0.5
        self._review: float | None = None
        self._low = 0.0
        self._high = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Score against the limit"))

    def set_values(
        self, score: float | None, threshold: float, low: float, high: float, review: float | None = None
    ) -> None:
        """Show a score, in the units of the limits; None shows no mark.

        Parameters
        ----------
        low, high
            Ends of the bar; a score beyond them is marked at the end.
        review
            From here up to `threshold` a person has to look; None for no such band.
        """
        self._score, self._threshold, self._review = score, threshold, review
        self._low, self._high = low, high
        self.setAccessibleDescription(
            "" if score is None else self.tr("score {0}, limit {1}").format(f"{score:.4g}", f"{threshold:.4g}")
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, _MARK_HEIGHT + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, _MARK_HEIGHT + 2)

    def position(self, value: float) -> float:
        """Return where a value lies, in pixels from the left edge of the widget."""
        span = self._high - self._low
        share = (value - self._low) / span if span > 0 else 0.5
        return min(max(share, 0.0), 1.0) * self.width()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        bar = QRectF(0, (self.height() - _BAR) / 2, self.width(), _BAR)
        outline = QPainterPath()
        outline.addRoundedRect(bar, _BAR / 2, _BAR / 2)
        painter.setClipPath(outline)
        limit = self.position(self._threshold)
        review = limit if self._review is None else min(self.position(self._review), limit)
        painter.fillRect(QRectF(0, bar.top(), review, _BAR), colours.ok)
        painter.fillRect(QRectF(review, bar.top(), limit - review, _BAR), colours.review)
        painter.fillRect(QRectF(limit, bar.top(), self.width() - limit, _BAR), colours.ng)
        painter.setClipping(False)
        if self._score is None:
            return
        x = min(max(self.position(self._score), _MARK / 2 + 1), self.width() - _MARK / 2 - 1)
        mark = QRectF(x - _MARK / 2, (self.height() - _MARK_HEIGHT) / 2, _MARK, _MARK_HEIGHT)
        painter.setBrush(colours.surface)  # a gap keeps the mark apart from any colour
        painter.drawRoundedRect(mark.adjusted(-1, 0, 1, 0), 2, 2)
        painter.setBrush(colours.text)
        painter.drawRoundedRect(mark, 1.5, 1.5)
