"""A form made from the settings dataclasses: ranges, labels and help are read from their fields."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from core.detectors.settings import DetectorSettings, Knob, knobs
from gui.errors import translated
from gui.widgets.layouts import across
from gui.widgets.tips import tip

FIELD_WIDTH = 130


class FolderField(QWidget):
    """A folder to choose, or none.

    Parameters
    ----------
    empty
        What no folder stands for.
    """

    changed = Signal(str)

    def __init__(self, title: str, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self.text = QLineEdit(self, readOnly=True)
        self.text.setPlaceholderText(empty)
        self.text.setAccessibleName(title)
        self.choose_button = QPushButton(self.tr("Choose…"), self)
        row = across(8)
        row.addWidget(self.text, 1)
        row.addWidget(self.choose_button)
        self.clear_button = QPushButton(self.tr("None"), self)
        row.addWidget(self.clear_button)
        self.setLayout(row)
        self.setFocusProxy(self.choose_button)
        self.choose_button.clicked.connect(self._on_choose)
        self.clear_button.clicked.connect(lambda: self.set_folder(""))
        self.text.textChanged.connect(self._on_text)
        self._on_text("")

    def folder(self) -> str:
        """Return the path, or "" for none."""
        return self.text.text()

    def set_folder(self, folder: str) -> None:
        """Choose a folder."""
        self.text.setText(folder)

    def _on_choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self._title, self.folder())
        if folder:
            self.set_folder(folder)

    def _on_text(self, text: str) -> None:
        self.text.setToolTip(text)
        self.clear_button.setVisible(bool(text))
        self.changed.emit(text)


Field = QCheckBox | QComboBox | QSpinBox | QDoubleSpinBox | FolderField


def decimals(step: float) -> int:
    """Return how many places a number field needs for its step, e.g. 2 for 0.05."""
    text = f"{step:.6f}".rstrip("0")
    return len(text) - text.index(".") - 1


class RecipeForm(QWidget):
    """Fields for the knobs of one settings class.

    Parameters
    ----------
    settings
        What the fields show at first.
    advanced
        Whether the form shows the advanced knobs or the others.
    """

    changed = Signal(object)  # the settings as the fields say

    def __init__(self, settings: DetectorSettings, *, advanced: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.fields: dict[str, Field] = {}
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for knob in self._shown(advanced):
            label = QLabel(translated(knob.label), self)
            field = self._field(knob)
            label.setBuddy(field)
            for part in (label, field):
                part.setToolTip(tip(translated(knob.help)))
            field.setAccessibleName(translated(knob.label))
            field.setAccessibleDescription(translated(knob.help))
            field.setObjectName(f"knob_{knob.name}")
            if isinstance(field, (QSpinBox, QDoubleSpinBox)):  # lists are as wide as their longest entry
                field.setMinimumWidth(FIELD_WIDTH)
            form.addRow(label, field)
            self.fields[knob.name] = field
        self.show_settings(settings)

    @property
    def settings(self) -> DetectorSettings:
        """What the fields say; knobs that are not shown keep their values."""
        return self._settings

    def show_settings(self, settings: DetectorSettings) -> None:
        """Fill the fields without telling about it. `settings` is of the class that the form was made for."""
        self._settings = settings
        for name, field in self.fields.items():
            field.blockSignals(True)
            value = getattr(settings, name)
            if isinstance(field, QCheckBox):
                field.setChecked(bool(value))
            elif isinstance(field, QComboBox):
                field.setCurrentIndex(field.findData(value))
            elif isinstance(field, FolderField):
                field.set_folder(str(value))
            else:
                field.setValue(value)
            field.blockSignals(False)

    def _shown(self, advanced: bool) -> Iterable[Knob]:
        return (knob for knob in knobs(type(self._settings)) if knob.advanced is advanced)

    def _field(self, knob: Knob) -> Field:
        if knob.choices:
            combo = QComboBox(self)
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            for value, title in knob.choices.items():
                combo.addItem(translated(title), value)
            combo.currentIndexChanged.connect(lambda _index: self._set(knob.name, combo.currentData()))
            return combo
        if knob.folder:
            folder = FolderField(translated(knob.label), translated(knob.folder), self)
            folder.changed.connect(lambda value: self._set(knob.name, value))
            return folder
        if knob.type is bool:
            box = QCheckBox(self)
            box.toggled.connect(lambda value: self._set(knob.name, value))
            return box
        low, high = knob.low or 0.0, knob.high if knob.high is not None else 1e9
        if knob.type is int:
            whole = QSpinBox(self, minimum=int(low), maximum=int(high), singleStep=int(knob.step or 1))
            whole.setGroupSeparatorShown(True)
            if int(low) == 0:
                whole.setSpecialValueText(self.tr("automatic"))
            whole.valueChanged.connect(lambda value: self._set(knob.name, value))
            return whole
        step = knob.step or (high - low) / 100
        number = QDoubleSpinBox(self)
        number.setDecimals(max(decimals(step), decimals(low)))
        number.setRange(low, high)
        number.setSingleStep(step)
        number.valueChanged.connect(lambda value: self._set(knob.name, value))
        return number

    def _set(self, name: str, value: object) -> None:
        self._settings = dataclasses.replace(self._settings, **{name: value})  # type: ignore[arg-type]
        self.changed.emit(self._settings)
