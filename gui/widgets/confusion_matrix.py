"""What became of good parts and of defects."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui import theme

_HEADER = 22
_ROW_LABEL = 68
_GAP = 6
_CELL = 44


class ConfusionMatrix(QWidget):
    """Two by two counts: rows good and defect, columns passed and rejected; right ones teal, wrong ones vermilion."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: tuple[int, int, int, int] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Good parts and defects, passed and rejected"))

    def set_counts(self, tn: int, fp: int, fn: int, tp: int) -> None:
        """Show counts; "positive" is a defect, so `fn` are escapes and `fp` false rejects."""
        counts = (tn, fp, fn, tp)
        if counts != self._counts:
            self._counts = counts
            self.setAccessibleDescription("; ".join(self._sentence(index) for index in range(4)))
            self.update()

    def clear(self) -> None:
        """Show that there is nothing to count."""
        self._counts = None
        self.setAccessibleDescription("")
        self.update()

    def counts(self) -> tuple[int, int, int, int] | None:
        """Return (tn, fp, fn, tp)."""
        return self._counts

    def sizeHint(self) -> QSize:
        return QSize(280, _HEADER + 2 * _CELL + _GAP)

    def minimumSizeHint(self) -> QSize:
        return QSize(_ROW_LABEL + 2 * 56 + _GAP, _HEADER + 2 * _CELL + _GAP)

    def cell(self, index: int) -> QRectF:
        """Return the rectangle of a cell: 0 tn, 1 fp, 2 fn, 3 tp."""
        width = (self.width() - _ROW_LABEL - _GAP) / 2
        row, column = divmod(index, 2)
        return QRectF(_ROW_LABEL + column * (width + _GAP), _HEADER + row * (_CELL + _GAP), width, _CELL)

    def _sentence(self, index: int) -> str:
        texts = (
            self.tr("{0} good parts passed"),
            self.tr("{0} good parts rejected (false rejects)"),
            self.tr("{0} defects passed (escapes)"),
            self.tr("{0} defects rejected"),
        )
        return texts[index].format(f"{(self._counts or (0, 0, 0, 0))[index]:,}")

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._counts is not None:
            inside = [index for index in range(4) if self.cell(index).contains(QPointF(event.pos()))]
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
        for index, text in ((0, self.tr("passed")), (1, self.tr("rejected"))):
            cell = self.cell(index)
            painter.drawText(QRectF(cell.left(), 0, cell.width(), _HEADER - 4), centre, text)
        for index, text in ((0, self.tr("good")), (2, self.tr("defect"))):
            cell = self.cell(index)
            painter.drawText(QRectF(0, cell.top(), _ROW_LABEL - 8, cell.height()), centre, text)
        painter.setFont(theme.sized(self.font(), 18, bold=True))
        for index, ground in enumerate((colours.ok_tint, colours.ng_tint, colours.ng_tint, colours.ok_tint)):
            cell = self.cell(index)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground if self._counts is not None else colours.raised)
            painter.drawRoundedRect(cell, 6, 6)
            painter.setPen(colours.text if self._counts is not None else colours.quiet)
            painter.drawText(cell, centre, "–" if self._counts is None else f"{self._counts[index]:,}")
