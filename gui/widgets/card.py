"""A titled surface."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.widgets.elided_label import ElidedLabel


class Card(QFrame):
    """A surface with a border, a title, a line of explanation, and room for the rest in `body`.

    Parameters
    ----------
    title, subtitle
        Empty ones take no room.
    """

    def __init__(self, title: str = "", subtitle: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._title = ElidedLabel(title, self, mode=Qt.TextElideMode.ElideRight)
        self._title.setProperty("role", "title")
        self._subtitle = QLabel(subtitle, self)
        self._subtitle.setProperty("role", "muted")
        self._subtitle.setWordWrap(True)
        self.header = QHBoxLayout()
        """Beside the title: add small controls here."""
        self.header.setSpacing(8)
        self.header.addWidget(self._title)
        self.header.addStretch(1)
        self.body = QVBoxLayout()
        """Under the title: add the contents here."""
        self.body.setSpacing(8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 16)
        layout.setSpacing(4)
        layout.addLayout(self.header)
        layout.addWidget(self._subtitle)
        layout.addSpacing(4 if title or subtitle else 0)
        layout.addLayout(self.body, 1)
        self.set_title(title)
        self.set_subtitle(subtitle)

    def set_title(self, text: str) -> None:
        self._title.setText(text)
        self._title.setVisible(bool(text))
        self.setAccessibleName(text)

    def set_subtitle(self, text: str) -> None:
        self._subtitle.setText(text)
        self._subtitle.setVisible(bool(text))
        self.setAccessibleDescription(text)
