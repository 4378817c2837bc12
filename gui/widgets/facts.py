"""Names and values under each other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from gui import theme


class Facts(QWidget):
    """Two columns: what, quiet, on the left; its value on the right. A value can take a role's colour."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(7)
        self._grid.setColumnStretch(1, 1)
        self._lines: list[tuple[QLabel, QLabel]] = []

    def show_facts(self, facts: Sequence[tuple[str, str] | tuple[str, str, str]]) -> None:
        """Show lines of name, value and, where wanted, the value's role ("ng", "ok", ...)."""
        while len(self._lines) < len(facts):
            self._add_line()
        for number, (name, value) in enumerate(self._lines):
            name.setVisible(number < len(facts))
            value.setVisible(number < len(facts))
            if number < len(facts):
                fact = facts[number]
                name.setText(fact[0])
                value.setText(fact[1])
                theme.set_role(value, fact[2] if len(fact) > 2 else "")
        self.setAccessibleDescription("; ".join(f"{fact[0]} {fact[1]}" for fact in facts))

    def texts(self) -> list[tuple[str, str]]:
        """Return what is shown."""
        return [(name.text(), value.text()) for name, value in self._lines if not name.isHidden()]

    def _add_line(self) -> None:
        name, value = QLabel(self), QLabel(self)
        name.setProperty("role", "muted")
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        value.setWordWrap(True)
        row = len(self._lines)
        self._grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, row, 1)
        self._lines.append((name, value))
