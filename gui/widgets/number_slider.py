"""A slider and a field for the same number."""

from __future__ import annotations

import math
import re
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from PySide6.QtCore import QEvent, QLocale, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QSlider, QStyle, QStyleOptionSlider, QWidget

_POSITIONS = 1000
"""Stops of the slider: finer than a screen can show, coarse enough for arrow keys."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_MOST_DECIMALS = 12
_LONG = 1e15
"""From here on the field writes an exponent."""


class _Field(QDoubleSpinBox):
    """A field that takes every number from its minimum on, with a point or a comma; other text it drops.

    What is being typed stays, whatever the program sets meanwhile, until it is taken over or dropped by Esc. Undo and
    redo are the field's own only until then; after that they are the window's.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setLocale(QLocale.c())
        self.setKeyboardTracking(False)
        self.setCorrectionMode(QDoubleSpinBox.CorrectionMode.CorrectToPreviousValue)

    def allow(self, least: float) -> None:
        """Take numbers from 0 on, or from `least` on if that is less."""
        self.setRange(min(0.0, least), sys.float_info.max)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        known = self._number(text) is not None
        return QValidator.State.Acceptable if known else QValidator.State.Intermediate, text, position

    def fixup(self, text: str) -> str:
        return text  # Qt's takes commas out

    def valueFromText(self, text: str) -> float:
        number = self._number(text)
        return self.value() if number is None else number

    def textFromValue(self, value: float) -> str:
        return super().textFromValue(value) if abs(value) < _LONG else repr(value)

    def stepBy(self, steps: int) -> None:
        self.interpretText()
        self.setValue(self.value() + steps * self.singleStep())  # rounds; a plain step would keep 17.259999
        self.selectAll()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            standard = QKeySequence.StandardKey
            if not self._is_typing() and (event.matches(standard.Undo) or event.matches(standard.Redo)):
                event.ignore()
                return False
            if self._is_typing() and event.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._is_typing():
            self.drop_typed()
            self.selectAll()
        else:
            super().keyPressEvent(event)

    def drop_typed(self) -> None:
        """Show the number again in place of what is being typed."""
        if self._is_typing():
            self.lineEdit().setText(self._shown())

    @contextmanager
    def keeping_typed(self) -> Iterator[None]:
        """Emit nothing in the block, and leave what is being typed as it is."""
        edit = self.lineEdit()
        typed = (edit.text(), edit.cursorPosition()) if self.hasFocus() and self._is_typing() else None
        with QSignalBlocker(self):
            yield
            if typed is not None:
                edit.setText(typed[0])
                edit.setCursorPosition(typed[1])

    def _shown(self) -> str:
        return f"{self.prefix()}{self.textFromValue(self.value())}{self.suffix()}"

    def _is_typing(self) -> bool:
        return self.lineEdit().text() != self._shown()

    def _number(self, text: str) -> float | None:
        # NFKC: the wide digits and signs of an East Asian keyboard
        plain = unicodedata.normalize("NFKC", text.removesuffix(self.suffix())).strip().replace(",", ".")
        if not _NUMBER.fullmatch(plain):
            return None
        number = float(plain)
        return number if math.isfinite(number) and number >= self.minimum() else None


class _Slider(QSlider):
    """A slider whose handle jumps to the pointer, and which the wheel moves only when it has the focus."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            option = QStyleOptionSlider()
            self.initStyleOption(option)
            control = QStyle.ComplexControl.CC_Slider
            handle = self.style().subControlRect(control, option, QStyle.SubControl.SC_SliderHandle, self)
            if not handle.contains(event.position().toPoint()):
                groove = self.style().subControlRect(control, option, QStyle.SubControl.SC_SliderGroove, self)
                left = groove.left() + handle.width() // 2
                room = max(1, groove.width() - handle.width())
                at = QStyle.sliderValueFromPosition(
                    self.minimum(), self.maximum(), round(event.position().x()) - left, room, option.upsideDown
                )
                self.setSliderDown(True)
                self.setSliderPosition(at)
        super().mousePressEvent(event)


class NumberSlider(QWidget):
    """A number that is dragged, typed or stepped by keys; both halves always show the same.

    Setting it from the program emits nothing, so that it can be bound to a number that others
    change as well. The number is kept exactly as it was set: rounding to the field's decimals happens
    only in what is shown. It may lie outside the slider's range; the handle then stands at the nearer end.

    Parameters
    ----------
    name
        What the number is, for screen readers.
    low, high
        Range of the slider.
    decimals
        Decimals in the field; None chooses them from the range.
    suffix
        Unit behind the number, with its space, such as ``" px"``.
    """

    moved = Signal(float)
    """The person moves it: at every change, also the last one."""
    settled = Signal(float)
    """The person let go or finished typing; `moved` has told the same number before."""

    def __init__(
        self,
        name: str = "",
        low: float = 0.0,
        high: float = 1.0,
        *,
        decimals: int | None = None,
        suffix: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._value = low
        self._low = low
        self._high = high
        self.slider = _Slider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, _POSITIONS)
        self.slider.setSingleStep(5)
        self.slider.setPageStep(50)
        self.slider.setMinimumWidth(60)
        self.field = _Field(self)
        self.field.setProperty("role", "plain")
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.field.lineEdit().setTextMargins(6, 0, 8, 0)
        self.field.setFixedWidth(82)
        self.field.setSuffix(suffix)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self.field)
        self.setFocusProxy(self.slider)
        self.set_name(name)
        self.set_range(low, high, decimals)
        self.slider.valueChanged.connect(self._on_slider)
        self.slider.sliderReleased.connect(self._on_released)
        self.field.valueChanged.connect(self._on_field)

    def set_name(self, name: str) -> None:
        self.setAccessibleName(name)
        self.slider.setAccessibleName(name)
        self.field.setAccessibleName(name)

    def value(self) -> float:
        return self._value

    def range(self) -> tuple[float, float]:
        return self._low, self._high

    def set_range(self, low: float, high: float, decimals: int | None = None) -> None:
        """Set the slider's range; the number stays.

        Raises
        ------
        ValueError
            The range is empty or not finite.
        """
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise ValueError(f"not a range: {low} to {high}")
        self._low, self._high = low, high
        if decimals is None:
            decimals = max(0, min(9, 2 - math.floor(math.log10(high - low))))
        with self.field.keeping_typed():
            self.field.setDecimals(decimals)
            self.field.allow(low)
            self.field.setSingleStep(max((high - low) / 200, 10.0**-decimals))
        self._show(self._value)

    def set_value(self, value: float) -> None:
        """Show a number without emitting, also one outside the slider's range."""
        if math.isfinite(value):
            self._show(value)

    def _show(self, value: float, keep_slider: bool = False) -> None:
        self._value = value
        if not (keep_slider or self.slider.isSliderDown()):
            with QSignalBlocker(self.slider):
                inside = min(max(value, self._low), self._high)
                self.slider.setValue(round((inside - self._low) / (self._high - self._low) * _POSITIONS))
        with self.field.keeping_typed():
            if value < self.field.minimum():
                self.field.allow(value)
            self.field.setValue(value)

    def _on_slider(self, position: int) -> None:
        share = position / _POSITIONS
        value = self._low * (1 - share) + self._high * share
        self._show(round(value, self.field.decimals()) if 0 < position < _POSITIONS else value, keep_slider=True)
        self.moved.emit(self._value)
        if not self.slider.isSliderDown():
            self.settled.emit(self._value)

    def _on_released(self) -> None:
        self.settled.emit(self._value)

    def _on_field(self, value: float) -> None:
        exponent = Decimal(repr(value)).as_tuple().exponent
        if isinstance(exponent, int) and -exponent > self.field.decimals():
            with QSignalBlocker(self.field):
                self.field.setDecimals(min(-exponent, _MOST_DECIMALS))  # what was typed is not shown rounded
        self._show(value)
        self.moved.emit(value)
        self.settled.emit(value)
