"""What became of good parts and of defects."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui import theme

_HEADER = 22
_ROW_LABEL = 68
_GAP = 6
_CELL = 38
_LOWEST_CELL = 28  # in a low window


class ConfusionMatrix(QWidget):
    """Counts in rows good and defect, columns passed and rejected: right ones teal, wrong ones vermilion.

    With a review limit, those that a person has to look at stand in an amber column between.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: tuple[int, int, int, int] | None = None
        self._review: tuple[int, int] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMaximumHeight(_HEADER + 2 * _CELL + _GAP)
        self.setAccessibleName(self.tr("Good parts and defects, passed and rejected"))

    def set_counts(self, tn: int, fp: int, fn: int, tp: int, review: tuple[int, int] | None = None) -> None:
        """Show counts; "positive" is a defect, so `fn` are escapes and `fp` false rejects.

        Parameters
        ----------
        review
            Good parts and defects to look at; None without a review limit.
        """
        counts = (tn, fp, fn, tp)
        if (counts, review) != (self._counts, self._review):
            self._counts, self._review = counts, review
            self.setAccessibleDescription("; ".join(self._sentence(index) for index in self._cells()))
            self.update()

    def clear(self) -> None:
        """Show that there is nothing to count."""
        self._counts = None
        self.setAccessibleDescription("")
        self.update()

    def counts(self) -> tuple[int, int, int, int] | None:
        """Return (tn, fp, fn, tp)."""
        return self._counts

    def review(self) -> tuple[int, int] | None:
        """Return good parts and defects to look at; None without a review limit."""
        return self._review

    def sizeHint(self) -> QSize:
        return QSize(280, self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(_ROW_LABEL + 2 * 56 + _GAP, _HEADER + 2 * _LOWEST_CELL + _GAP)

    def cell(self, index: int) -> QRectF:
        """Return the rectangle of a cell: 0 tn, 1 fp, 2 fn, 3 tp, 4 and 5 good and defect to review."""
        columns = 2 if self._review is None else 3
        width = (self.width() - _ROW_LABEL - (columns - 1) * _GAP) / columns
        height = (self.height() - _HEADER - _GAP) / 2
        row, column = (index - 4, 1) if index >= 4 else (index // 2, index % 2 * (columns - 1))
        return QRectF(_ROW_LABEL + column * (width + _GAP), _HEADER + row * (height + _GAP), width, height)

    def _cells(self) -> range:
        return range(4 if self._review is None else 6)

    def _count(self, index: int) -> int:
        return (*(self._counts or (0, 0, 0, 0)), *(self._review or (0, 0)))[index]

    def _sentence(self, index: int) -> str:
        texts = (
            self.tr("{0} good parts passed"),
            self.tr("{0} good parts rejected (false rejects)"),
            self.tr("{0} defects passed (escapes)"),
            self.tr("{0} defects rejected"),
            self.tr("{0} good parts to review"),
            self.tr("{0} defects to review"),
        )
        return texts[index].format(f"{self._count(index):,}")

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._counts is not None:
            inside = [index for index in self._cells() if self.cell(index).contains(QPointF(event.pos()))]
            if inside:
                QToolTip.showText(event.globalPos(), self._sentence(inside[0]), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        centre = Qt.AlignmentFlag.AlignCenter
        painter.setFont(theme.sized(self.font(), theme.CAPTION_PIXELS))
        painter.setPen(colours.quiet)
        headings = [(0, self.tr("passed")), (1, self.tr("rejected")), (4, self.tr("to review"))]
        for index, text in headings if self._review is not None else headings[:2]:
            cell = self.cell(index)
            painter.drawText(QRectF(cell.left(), 0, cell.width(), _HEADER - 4), centre, text)
        for index, text in ((0, self.tr("good")), (2, self.tr("defect"))):
            cell = self.cell(index)
            painter.drawText(QRectF(0, cell.top(), _ROW_LABEL - 8, cell.height()), centre, text)
        painter.setFont(theme.sized(self.font(), 18, bold=True))
        grounds = (colours.ok_tint, colours.ng_tint, colours.ng_tint, colours.ok_tint, *2 * (colours.review_tint,))
        for index in self._cells():
            cell = self.cell(index)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(grounds[index] if self._counts is not None else colours.raised)
            painter.drawRoundedRect(cell, 6, 6)
            painter.setPen(colours.text if self._counts is not None else colours.quiet)
            painter.drawText(cell, centre, "–" if self._counts is None else f"{self._count(index):,}")
