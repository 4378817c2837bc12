"""One choice of a few, side by side."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QPushButton, QWidget


class SegmentedControl(QWidget):
    """A row of buttons of which at most one is on. Arrow keys move between them.

    Parameters
    ----------
    name
        What is chosen, for screen readers.
    choices
        Pairs of key and text, in order.
    verdicts
        Key to ``"ok"``, ``"ng"`` or ``"review"``: the colour a button takes when it is on.
    stretch
        Give all buttons the same width and fill the row.
    """

    chosen = Signal(str)
    """The person pressed another button; its key."""

    def __init__(
        self,
        name: str,
        choices: Sequence[tuple[str, str]],
        *,
        verdicts: dict[str, str] | None = None,
        stretch: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, QPushButton] = {}
        self._current = ""
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for key, text in choices:
            button = QPushButton(text, self)
            button.setCheckable(True)
            button.setAutoDefault(True)  # Enter presses it outside of dialogs, too
            button.setProperty("role", "segment")
            button.setProperty("verdict", (verdicts or {}).get(key, ""))
            self._group.addButton(button)
            self._buttons[key] = button
            layout.addWidget(button, 1 if stretch else 0)
        if not stretch:
            layout.addStretch(1)
        self._group.buttonToggled.connect(self._on_toggled)

    def button(self, key: str) -> QPushButton:
        """Return one button, to give it a tooltip or a shortcut.

        Raises
        ------
        KeyError
            There is no such choice.
        """
        return self._buttons[key]

    def current(self) -> str:
        """Return the key of the button that is on, or an empty text."""
        return self._current

    def set_current(self, key: str) -> None:
        """Switch a button on without emitting; an empty key switches all off."""
        if key == self._current:
            return
        self._current = key
        if key:
            self._buttons[key].setChecked(True)
            return
        self._group.setExclusive(False)
        for button in self._buttons.values():
            button.setChecked(False)
        self._group.setExclusive(True)

    def _on_toggled(self, button: QAbstractButton, on: bool) -> None:
        key = next(key for key, known in self._buttons.items() if known is button)
        if on and key != self._current:
            self._current = key
            self.chosen.emit(key)
