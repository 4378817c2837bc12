"""Something has come up, and one button does something about it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from gui import icons


class Notice(QFrame):
    """Says what has come up and waits, without taking the keyboard.

    Signals
    -------
    accepted, dismissed
        The person pressed the button, or wants none of it.

    Parameters
    ----------
    button_text
        What the button does.
    """

    accepted = Signal()
    dismissed = Signal()

    def __init__(self, button_text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "notice")
        self.setFixedHeight(36)
        self.text = QLabel(self)
        self.button = QPushButton(button_text, self)
        self.button.setProperty("role", "primary")
        self.close_button = QToolButton(self)
        self.close_button.setIcon(icons.icon("close"))
        self.close_button.setIconSize(QSize(14, 14))
        self.close_button.setProperty("role", "flat")
        self.close_button.setToolTip(self.tr("Not now"))
        self.close_button.setAccessibleName(self.tr("Not now"))
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 2, 6, 2)
        row.setSpacing(8)
        row.addWidget(self.text, 1)  # the button keeps its size, however wide the page is
        row.addWidget(self.button)
        row.addWidget(self.close_button)
        self.hide()
        self.button.clicked.connect(self.accepted)
        self.close_button.clicked.connect(self.dismissed)

    def show_text(self, text: str) -> None:
        """Say this; "" says nothing and takes no room."""
        self.text.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))
