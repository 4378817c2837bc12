"""The project's defect types and their colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QComboBox, QWidget

from gui import theme
from gui.canvas.marks import type_colour

if TYPE_CHECKING:
    from collections.abc import Mapping

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


class TypeBox(QComboBox):
    """Says of what type a picture's defect is: one that is known, or a new one that is typed.

    Signals
    -------
    named
        Another name than the one shown; "" for none.
    """

    named = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, editable=True)
        self._name = ""
        self._shown: str | None = None
        self._listed: list[tuple[str, int]] = []
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMinimumContentsLength(10)
        self.setAccessibleName(self.tr("Type of the defect"))
        if (field := self.lineEdit()) is not None:
            field.setPlaceholderText(self.tr("Defect type"))
            field.editingFinished.connect(lambda: self._on_named(self.currentText()))
        self.textActivated.connect(self._on_named)

    def show_type(self, types: Mapping[str, QColor], name: str) -> None:
        """Show a picture's type, "" for none, and offer those that are known, with their colours."""
        listed = [(known, colour.rgb()) for known, colour in types.items()]
        if listed == self._listed and name == self._shown:
            return  # what is just being typed stays
        self._shown = self._name = name
        with QSignalBlocker(self):
            if listed != self._listed:
                self._listed = listed
                self.clear()
                for known, colour in types.items():
                    self.addItem(swatch(colour, self.devicePixelRatioF()), known)
            self.setCurrentIndex(self.findText(name, Qt.MatchFlag.MatchExactly) if name else -1)
            self.setEditText(name)

    def _on_named(self, text: str) -> None:
        if (name := text.strip()) != self._name:
            self._shown, self._name = None, name
            self.named.emit(name)
