"""All keys on one sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.widgets.layouts import across, lattice


@dataclass(frozen=True, slots=True)
class Keys:
    """One line of the sheet: what is done, and by which keys."""

    text: str
    keys: str


class ShortcutsDialog(QDialog):
    """Lists the keys in columns, one a group.

    Parameters
    ----------
    groups
        Title and lines of each column.
    """

    def __init__(self, groups: Sequence[tuple[str, Sequence[Keys]]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        columns = across(40)
        for title, lines in groups:
            columns.addLayout(self._column(title, lines))
        close = QPushButton(self.tr("Close"), self)
        close.setDefault(True)
        bottom = QHBoxLayout()
        bottom.addStretch(1)
        bottom.addWidget(close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 20, 24, 16)
        whole.setSpacing(16)
        whole.addLayout(columns)
        whole.addLayout(bottom)
        close.clicked.connect(self.accept)

    def _column(self, title: str, lines: Sequence[Keys]) -> QGridLayout:
        grid = lattice(24, 8)
        head = QLabel(title, self)
        head.setProperty("role", "title")
        grid.addWidget(head, 0, 0, 1, 2)
        for row, line in enumerate(lines, start=1):
            keys = QLabel(line.keys, self)
            keys.setProperty("role", "muted")
            keys.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(QLabel(line.text, self), row, 0)
            grid.addWidget(keys, row, 1)
        grid.setRowStretch(len(lines) + 1, 1)
        return grid
