"""An icon that stands by itself."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui import icons


class IconLabel(QWidget):
    """One icon, at one size, in a theme role's colour."""

    def __init__(self, name: str, side: int = 16, role: str = "text", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._role = role
        self._side = side
        self.setFixedSize(QSize(side, side))

    def set_icon(self, name: str, role: str = "") -> None:
        self._name = name
        self._role = role or self._role
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        icons.icon(self._name, self._role).paint(QPainter(self), self.rect())
