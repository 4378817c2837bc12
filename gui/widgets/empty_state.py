"""What a page shows while there is nothing to show."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.widgets.icon_label import IconLabel

_SIDE = 40
_TEXT_WIDTH = 420


def _words(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setMaximumWidth(_TEXT_WIDTH)
    label.setVisible(bool(text))
    return label


def _centred(widget: QWidget) -> QHBoxLayout:
    """Centre a wrapping label; an alignment flag would cut off its last line."""
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(widget, 100)
    row.addStretch(1)
    return row


class EmptyState(QWidget):
    """An icon, one sentence and one button.

    Parameters
    ----------
    icon
        Name of an icon.
    sentence
        What is missing and what to do.
    button_text
        Empty for no button.
    note
        A quieter second line; empty for none.
    """

    clicked = Signal()

    def __init__(
        self, icon: str, sentence: str, button_text: str = "", note: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon = IconLabel(icon, _SIDE, "muted", self)
        self._sentence = _words(sentence, "")
        self._note = _words(note, "muted")
        self.button = QPushButton(button_text, self)
        self.button.setProperty("role", "primary")
        self.button.setVisible(bool(button_text))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(12)
        layout.addStretch(1)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addLayout(_centred(self._sentence))
        layout.addLayout(_centred(self._note))
        layout.addSpacing(4)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        self.setAccessibleName(sentence)
        self.button.clicked.connect(self.clicked)

    def set_text(self, sentence: str, button_text: str = "", note: str = "") -> None:
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
        self.setAccessibleName(sentence)
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self.button.setText(button_text)
        self.button.setVisible(bool(button_text))
