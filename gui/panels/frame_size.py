"""How large the frame is that an algorithm sees: a usual size, one in the shape of the pictures, or any other."""

from __future__ import annotations

from math import sqrt

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLabel, QSpinBox, QWidget

from core.images.framing import FRAME_STEP
from gui.widgets.layouts import across

Size = tuple[int, int]

USUAL_SIDES = (128, 192, 256, 320, 384, 512)
USUAL_SIDE = 256
SHORTEST, LONGEST = 64, 1024
FIELD_WIDTH = 92


def nearest_side(length: float) -> int:
    """Return the side of a frame nearest to a length: a multiple of 32 within the limits."""
    return min(max(FRAME_STEP * round(length / FRAME_STEP), SHORTEST), LONGEST)


def shaped_like(picture: Size) -> Size:
    """Return the frame (h, w) in a picture's shape that has about as many pixels as the usual square."""
    stretch = sqrt(picture[0] / picture[1])
    return nearest_side(USUAL_SIDE * stretch), nearest_side(USUAL_SIDE / stretch)


def smaller(size: Size) -> list[Size]:
    """Return smaller frames of about the same shape, the largest first."""
    longer = max(size)
    frames = [
        (nearest_side(size[0] * side / longer), nearest_side(size[1] * side / longer))
        for side in reversed(USUAL_SIDES)
        if side < longer
    ]
    return [frame for frame in frames if frame[0] * frame[1] < size[0] * size[1]]


def size_words(size: Size) -> str:
    """Say a frame (h, w) as sizes are said everywhere: width first."""
    return f"{size[1]} × {size[0]}"


class _Side(QSpinBox):
    def __init__(self, name: str, prefix: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setRange(SHORTEST, LONGEST)
        self.setSingleStep(FRAME_STEP)
        self.setValue(USUAL_SIDE)
        self.setKeyboardTracking(False)
        self.setCorrectionMode(QSpinBox.CorrectionMode.CorrectToNearestValue)
        self.setPrefix(prefix)
        self.setMinimumWidth(FIELD_WIDTH)
        self.setAccessibleName(name)

    def valueFromText(self, text: str) -> int:
        return nearest_side(super().valueFromText(text))


class FrameSize(QWidget):
    """A list of usual sizes; "Other…" brings two fields for width and height. All sizes are (h, w)."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._squares = [(side, side) for side in USUAL_SIDES]
        self._listed = list(self._squares)
        self.list = QComboBox(self)
        self.list.setObjectName("frame_size")
        self.list.setAccessibleName(self.tr("Frame size"))
        self.list.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.sides = QWidget(self)
        self.width_field = _Side(self.tr("Width of the frame"), self.tr("W "), self.sides)
        self.height_field = _Side(self.tr("Height of the frame"), self.tr("H "), self.sides)
        row = across(6)
        row.addWidget(self.width_field)
        row.addWidget(QLabel("×", self.sides))
        row.addWidget(self.height_field)
        self.sides.setLayout(row)
        self.sides.setToolTip(self.tr("Multiples of {0}, from {1} to {2}").format(FRAME_STEP, SHORTEST, LONGEST))
        whole = across(12)
        whole.addWidget(self.list)
        whole.addWidget(self.sides)
        whole.addStretch(1)
        self.setLayout(whole)
        self._fill()
        self.set_size((USUAL_SIDE, USUAL_SIDE))
        self.list.currentIndexChanged.connect(self._on_listed)
        for field in (self.width_field, self.height_field):
            field.valueChanged.connect(self.changed)

    def size_chosen(self) -> Size:
        """Return (h, w), multiples of 32."""
        index = self.list.currentIndex()
        if 0 <= index < len(self._listed):
            return self._listed[index]
        return self.height_field.value(), self.width_field.value()

    def set_size(self, size: Size) -> None:
        """Choose a size, from the list where it is there."""
        self.height_field.setValue(size[0])
        self.width_field.setValue(size[1])
        self.list.setCurrentIndex(self._listed.index(size) if size in self._listed else len(self._listed))
        self.sides.setVisible(size not in self._listed)

    def suggest(self, picture: Size | None) -> None:
        """List a frame in the shape of the project's pictures, too, unless they are about square."""
        size = None if picture is None else shaped_like(picture)
        listed = self._squares if size is None or size[0] == size[1] else [*self._squares, size]
        if listed != self._listed:
            chosen = self.size_chosen()
            self._listed = list(listed)
            blocked = self.blockSignals(True)
            self._fill()
            self.set_size(chosen)
            self.blockSignals(blocked)

    def _fill(self) -> None:
        blocked = self.list.blockSignals(True)
        self.list.clear()
        for size in self._listed:
            words = size_words(size)
            shaped = size not in self._squares
            self.list.addItem(self.tr("{0}, like the pictures").format(words) if shaped else words)
        self.list.addItem(self.tr("Other…"))
        self.list.blockSignals(blocked)

    def _on_listed(self, index: int) -> None:
        self.sides.setVisible(index == len(self._listed))
        if index < len(self._listed):  # "Other…" begins with what was chosen last
            height, width = self._listed[index]
            for field, value in ((self.height_field, height), (self.width_field, width)):
                blocked = field.blockSignals(True)
                field.setValue(value)
                field.blockSignals(blocked)
        self.changed.emit()
