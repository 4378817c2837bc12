"""Small facts: a chip with a dot, and the badge of a verdict."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme

_CHIP_HEIGHT = 26
_CHIP_PADDING = 10
_DOT = 8
_DOT_GAP = 7
_BADGE_HEIGHT = 18
_BADGE_PADDING = 7


class Chip(QWidget):
    """A rounded frame round a few words, with a coloured dot before them if `dot` names a role."""

    def __init__(self, text: str = "", dot: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._dot = ""
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.set_text(text)
        self.set_dot(dot)

    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        self._text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def set_dot(self, role: str) -> None:
        """Show a dot in a theme role's colour; empty for none."""
        if role:
            theme.current().colour(role)
        self._dot = role
        self.updateGeometry()
        self.update()

    def _lead(self) -> int:
        return _CHIP_PADDING + (_DOT + _DOT_GAP if self._dot else 0)

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self._text)
        return QSize(self._lead() + width + _CHIP_PADDING + 2, _CHIP_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        full = self.sizeHint()
        return QSize(min(full.width(), self._lead() + 40), _CHIP_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(colours.border)
        painter.setBrush(colours.surface)
        painter.drawRoundedRect(frame, frame.height() / 2, frame.height() / 2)
        if self._dot:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.colour(self._dot))
            middle = QPointF(_CHIP_PADDING + 1 + _DOT / 2, self.height() / 2)
            painter.drawEllipse(middle, _DOT / 2, _DOT / 2)
        painter.setPen(colours.text)
        room = self.rect().adjusted(self._lead() + 1, 0, -_CHIP_PADDING + 2, 0)
        shown = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def verdict_text(verdict: str) -> str:
    """Return a verdict's word (any case) in the window's language; OK and NG are the same in each."""
    words = {"ok": "OK", "ng": "NG", "review": QCoreApplication.translate("Badge", "Review")}
    return words.get(verdict.lower(), verdict)


def badge_colours(verdict: str) -> tuple[QColor, QColor]:
    """Return ground and text colour for a verdict's word (any case); quiet ones for an unknown word."""
    colours = theme.current()
    fill = {"ok": colours.ok_fill, "ng": colours.ng_fill, "review": colours.review_fill}.get(verdict.lower())
    return (fill, colours.on_accent) if fill is not None else (colours.raised, colours.quiet)


class Badge(QWidget):
    """A verdict's word on its colour: OK teal, NG vermilion, Review amber. Empty shows nothing.

    `verdict` is compared without regard to case, and decides the colour; `text` is what is written,
    the verdict's own word unless given.
    """

    def __init__(self, verdict: str = "", text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._verdict = ""
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_verdict(verdict, text)

    def verdict(self) -> str:
        return self._verdict

    def text(self) -> str:
        return self._text

    def set_verdict(self, verdict: str, text: str = "") -> None:
        self._verdict = verdict
        self._text = text or verdict_text(verdict)
        self.setAccessibleName(self._text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        if not self._text:
            return QSize(0, _BADGE_HEIGHT)
        font = theme.sized(self.font(), theme.CAPTION_PIXELS, bold=True)
        width = QFontMetrics(font).horizontalAdvance(self._text)
        return QSize(width + 2 * _BADGE_PADDING, _BADGE_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._text:
            painter = QPainter(self)
            painter.setFont(self.font())
            paint_badge(painter, QRectF(self.rect()), self._verdict, self._text)


def paint_badge(painter: QPainter, target: QRectF, verdict: str, text: str) -> None:
    """Paint a badge into `target`, for delegates."""
    ground, ink = badge_colours(verdict)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(theme.sized(painter.font(), theme.CAPTION_PIXELS, bold=True))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(target, 3, 3)
    painter.setPen(ink)
    painter.drawText(target, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
