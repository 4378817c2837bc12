"""Questions that a person answers by a button."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractButton, QGridLayout, QMessageBox, QPushButton, QWidget

WIDTH = 380


class Question(QMessageBox):
    """A question and what hangs on it; its answers are added by `addButton`."""

    def __init__(self, text: str, more: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setIcon(QMessageBox.Icon.Question)
        self.setText(text)
        self.setInformativeText(more)
        if isinstance(layout := self.layout(), QGridLayout):
            layout.setColumnMinimumWidth(layout.columnCount() - 1, WIDTH)  # Qt breaks short sentences in three

    def ask(self, *, default: QPushButton, escape: QPushButton) -> QAbstractButton | None:
        """Wait for an answer and return its button; Enter presses `default`, and Esc `escape`."""
        self.setDefaultButton(default)
        self.setEscapeButton(escape)
        self.exec()
        chosen = self.clickedButton()
        self.deleteLater()
        return chosen
