"""What a window shows while files are dragged over it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui import icons, theme

_INSET = 12
_ICON = 44


class DropOverlay(QWidget):
    """Covers its parent with an accent frame and a sentence. The pointer goes through it.

    The parent keeps handling drag and drop; it calls `invite` and `dismiss`.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._covered = parent
        self._sentence = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        parent.installEventFilter(self)

    def invite(self, sentence: str) -> None:
        """Cover the parent and say what dropping does."""
        self._sentence = sentence
        self.setAccessibleName(sentence)
        self.setGeometry(self._covered.rect())
        self.raise_()
        self.show()
        self.update()

    def dismiss(self) -> None:
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._covered.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = colours.background
        veil.setAlphaF(0.86)
        painter.fillRect(self.rect(), veil)
        pen = QPen(colours.accent, 2, Qt.PenStyle.DashLine)
        pen.setDashPattern([5, 4])
        painter.setPen(pen)
        painter.setBrush(colours.accent_tint)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(_INSET, _INSET, -_INSET, -_INSET), 12, 12)
        middle = self.rect().center()
        square = QRect(middle.x() - _ICON // 2, middle.y() - _ICON, _ICON, _ICON)
        icons.icon("drop", "accent").paint(painter, square)
        painter.setFont(theme.sized(self.font(), 15, bold=True))
        painter.setPen(colours.text)
        words = self.rect().adjusted(40, 0, -40, 0)
        words.setTop(middle.y() + 12)
        wrap = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(words, int(wrap) | int(Qt.TextFlag.TextWordWrap), self._sentence)
