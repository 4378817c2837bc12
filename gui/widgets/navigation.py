"""The rail of pages at the left edge."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QVBoxLayout, QWidget

from gui import icons, theme

_WIDTH = 72
_HEIGHT = 64
_ICON = 22


class RailState(StrEnum):
    """What a page has to tell while another one is shown."""

    NONE = "none"
    DONE = "done"
    RUNNING = "running"
    ATTENTION = "attention"


class RailButton(QAbstractButton):
    """An icon over a word; a bar in the accent colour while its page is shown; a mark for its state."""

    def __init__(self, text: str, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setFixedSize(_WIDTH, _HEIGHT)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._icon_name = icon
        self._state = RailState.NONE
        self._keyboard = False

    def state(self) -> RailState:
        return self._state

    def set_state(self, state: RailState) -> None:
        if state is self._state:
            return  # called at every step of a drag
        self._state = state
        self.setAccessibleDescription(
            {
                RailState.NONE: "",
                RailState.DONE: self.tr("done"),
                RailState.RUNNING: self.tr("running"),
                RailState.ATTENTION: self.tr("needs attention"),
            }[state]
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, _HEIGHT)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._keyboard = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        )
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.isChecked() or self.underMouse() or self.isDown()
        inner = QRectF(self.rect()).adjusted(6, 3, -6, -3)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isEnabled() and (self.underMouse() or self.isDown()) and not self.isChecked():
            painter.setBrush(colours.hover)
            painter.drawRoundedRect(inner, 8, 8)
        if self.isChecked():
            painter.setBrush(colours.accent)
            painter.drawRect(QRectF(0, 7, 3, self.height() - 14))
        if self.hasFocus() and self._keyboard:
            painter.setPen(QPen(colours.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(inner.adjusted(1, 1, -1, -1), 7, 7)
        role = "disabled" if not self.isEnabled() else "text" if lit else "muted"
        target = QRectF((self.width() - _ICON) / 2, 12, _ICON, _ICON)
        icons.icon(self._icon_name, role).paint(painter, target.toRect())
        painter.setFont(theme.sized(self.font(), theme.CAPTION_PIXELS))
        painter.setPen(colours.colour("quiet" if role == "muted" else role))
        words = self.rect().adjusted(2, 38, -2, -6)
        shown = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, shown)
        if self.isEnabled():
            self._paint_state(painter, QPointF(target.right() + 3, target.top() + 1))

    def _paint_state(self, painter: QPainter, at: QPointF) -> None:
        if self._state == RailState.NONE:
            return
        colours = theme.current()
        role = {RailState.DONE: "ok", RailState.RUNNING: "accent", RailState.ATTENTION: "review"}[self._state]
        painter.setPen(QPen(colours.surface, 2))
        painter.setBrush(colours.colour(role))
        painter.drawEllipse(at, 7, 7)
        pen = QPen(colours.on_accent, 1.5)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        x, y = at.x(), at.y()
        mark = QPainterPath()
        if self._state == RailState.DONE:
            mark.moveTo(x - 2.6, y + 0.2)
            mark.lineTo(x - 0.7, y + 2.1)
            mark.lineTo(x + 2.7, y - 1.8)
        elif self._state == RailState.RUNNING:
            for dx in (-2.6, 0.0, 2.6):
                mark.moveTo(x + dx, y)
                mark.lineTo(x + dx + 0.01, y)
        else:
            mark.moveTo(x, y - 2.9)
            mark.lineTo(x, y + 0.5)
            mark.moveTo(x, y + 2.9)
            mark.lineTo(x + 0.01, y + 2.9)
        painter.drawPath(mark)


class NavigationRail(QFrame):
    """The pages in the order of the work, from top to bottom; up and down keys move between them."""

    chosen = Signal(str)
    """The person asks for a page; its key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "side-left")
        self.setFixedWidth(_WIDTH + 1)
        self.setAccessibleName(self.tr("Pages"))
        self._group = QButtonGroup(self)
        self._buttons: dict[str, RailButton] = {}
        self._current = ""
        self._pages = QVBoxLayout()
        self._pages.setSpacing(0)
        self.bottom = QVBoxLayout()
        """Room at the lower end."""
        self.bottom.setSpacing(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 6)
        layout.setSpacing(0)
        layout.addLayout(self._pages)
        layout.addStretch(1)
        layout.addLayout(self.bottom)
        self._group.buttonToggled.connect(self._on_toggled)

    def add_page(self, key: str, text: str, icon: str) -> RailButton:
        button = RailButton(text, icon, self)
        self._buttons[key] = button
        self._group.addButton(button)
        self._pages.addWidget(button)
        return button

    def button(self, key: str) -> RailButton:
        return self._buttons[key]

    def current(self) -> str:
        return self._current

    def set_current(self, key: str) -> None:
        """Mark a page as shown without emitting."""
        self._current = key
        self._buttons[key].setChecked(True)

    def set_state(self, key: str, state: RailState) -> None:
        self._buttons[key].set_state(state)

    def _on_toggled(self, button: QAbstractButton, on: bool) -> None:
        key = next(key for key, known in self._buttons.items() if known is button)
        if on and key != self._current:
            self._current = key
            self.chosen.emit(key)
