"""The project's defect types and their colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

from gui import theme
from gui.canvas.marks import type_colour

if TYPE_CHECKING:
    from gui.session.session import Session

SIDE = 14
INK = QColor("#15171a")  # of a tick, readable on every colour


def type_colours(session: Session) -> dict[str, QColor]:
    """Return all defect types that came up in the project, in their order, with their colours."""
    known = () if session.project is None else session.project.types
    return {name: type_colour(place) for place, name in enumerate(known)}


def types_in_use(session: Session) -> dict[str, QColor]:
    """Return those of them that there are pictures of."""
    return {name: colour for name, colour in type_colours(session).items() if session.tally.types[name] > 0}


def paint_swatch(painter: QPainter, room: QRectF, colour: QColor) -> None:
    """Paint a square in a type's colour, with a rim by which a light one is seen on white."""
    painter.setPen(QPen(theme.current().strong_border, 1))
    painter.setBrush(colour)
    painter.drawRoundedRect(room.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)


def swatch(colour: QColor, ratio: float = 1.0) -> QIcon:
    """Return a type's colour as an icon, for a screen of so many device pixels a pixel; with a tick where checked."""
    icon = QIcon()
    for state in (QIcon.State.Off, QIcon.State.On):
        pixmap = QPixmap(round(SIDE * ratio), round(SIDE * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_swatch(painter, QRectF(0, 0, SIDE, SIDE), colour)
        if state is QIcon.State.On:
            painter.setPen(QPen(INK, 2))
            painter.drawPolyline([QPointF(3.5, 7.5), QPointF(6, 10), QPointF(10.5, 4.5)])
        painter.end()
        icon.addPixmap(pixmap, QIcon.Mode.Normal, state)
    return icon
