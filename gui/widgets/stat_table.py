"""Rates with their intervals, in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget


@dataclass(frozen=True, slots=True)
class StatRow:
    """One line of a `StatTable`: texts as they are shown."""

    label: str
    value: str
    interval: str = ""
    tooltip: str = ""


class StatTable(QWidget):
    """A few figures: what, rate, and its 95 % interval.

    Parameters
    ----------
    headings
        Texts over the second and third column; None for the usual "rate" and "95 % interval".
    """

    def __init__(self, headings: tuple[str, str] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnMinimumWidth(2, 84)
        self._lines: list[tuple[QLabel, QLabel, QLabel]] = []
        for column, text in enumerate(headings or (self.tr("rate"), self.tr("95 % interval")), start=1):
            heading = QLabel(text, self)
            heading.setProperty("role", "caption")
            if column == 2 and headings is None:
                heading.setToolTip(self.tr("Two-sided, exact: the true rate may lie under it or over it, 2.5 % each"))
            self._grid.addWidget(heading, 0, column, Qt.AlignmentFlag.AlignRight)

    def set_rows(self, rows: Sequence[StatRow]) -> None:
        """Show these rows; cheap enough to call while a limit is dragged."""
        while len(self._lines) < len(rows):
            self._add_line()
        for number, labels in enumerate(self._lines):
            row = rows[number] if number < len(rows) else StatRow("", "")
            for label, text in zip(labels, (row.label, row.value, row.interval), strict=True):
                if label.text() != text:
                    label.setText(text)
                label.setToolTip(row.tooltip)
                label.setVisible(number < len(rows))
        self.setAccessibleDescription("; ".join(f"{row.label} {row.value} {row.interval}".strip() for row in rows))

    def _add_line(self) -> None:
        labels = (QLabel(self), QLabel(self), QLabel(self))
        line = len(self._lines) + 1
        for column, label in enumerate(labels):
            side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
            label.setTextFormat(Qt.TextFormat.PlainText)
            self._grid.addWidget(label, line, column, side)
        self._lines.append(labels)
