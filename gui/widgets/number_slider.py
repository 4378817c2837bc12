"""A slider and a field for the same number."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QSlider, QStyle, QStyleOptionSlider, QWidget

_POSITIONS = 1000
"""Stops of the slider: finer than a screen can show, coarse enough for arrow keys."""


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
    only in what is shown.

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
        self.field = QDoubleSpinBox(self)
        self.field.setProperty("role", "plain")
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.field.lineEdit().setTextMargins(6, 0, 8, 0)
        self.field.setKeyboardTracking(False)
        self.field.setFixedWidth(82)
        self.field.setSuffix(suffix)
        self.field.setCorrectionMode(QDoubleSpinBox.CorrectionMode.CorrectToNearestValue)
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
        """Set the range; a number outside it is moved to its nearer end.

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
        with QSignalBlocker(self.field):
            self.field.setDecimals(decimals)
            self.field.setRange(low, high)
            self.field.setSingleStep(max((high - low) / 200, 10.0**-decimals))
        self._show(min(max(self._value, low), high))

    def set_value(self, value: float) -> None:
        """Show a number without emitting; the range grows if it lies outside."""
        if not math.isfinite(value):
            return
        if value < self._low or value > self._high:
            self._low, self._high = min(value, self._low), max(value, self._high)
            with QSignalBlocker(self.field):
                self.field.setRange(self._low, self._high)
        self._show(value)

    def _show(self, value: float, keep_slider: bool = False) -> None:
        self._value = value
        if not (keep_slider or self.slider.isSliderDown()):
            with QSignalBlocker(self.slider):
                self.slider.setValue(round((value - self._low) / (self._high - self._low) * _POSITIONS))
        with QSignalBlocker(self.field):
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
        self._show(value)
        self.moved.emit(value)
        self.settled.emit(value)
