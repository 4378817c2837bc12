"""The slim bar at the top: project, model, device, how much is labelled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from core.detectors.settings import KINDS
from gui.widgets import Chip, Notice

if TYPE_CHECKING:
    from core.project.model import ModelRecord, Project


def model_words(record: ModelRecord) -> str:
    """Say what a model is made of, e.g. "PatchCore · balanced · 240 good parts"."""
    presets = {
        "fast": QCoreApplication.translate("TopBar", "fast"),
        "balanced": QCoreApplication.translate("TopBar", "balanced"),
        "accurate": QCoreApplication.translate("TopBar", "accurate"),
    }
    info = KINDS.get(record.kind)
    images = record.facts.get("images")
    parts = [
        info.title if info is not None else record.kind,
        presets.get(str(record.facts.get("preset")), ""),
        QCoreApplication.translate("TopBar", "{0} good parts").format(f"{images:,}") if isinstance(images, int) else "",
    ]
    return " · ".join(part for part in parts if part)


def device_words(text: str) -> str:
    """Say in the language of the window what computes; `text` as `core.devices` puts it: "CPU · 2 threads"."""

    def threads(found: re.Match[str]) -> str:
        if found[1] == "1":
            return QCoreApplication.translate("TopBar", "1 thread")
        return QCoreApplication.translate("TopBar", "{0} threads").format(found[1])

    return re.sub(r"\b(\d+) threads?\b", threads, text)


class TopBar(QFrame):
    """Says what is open. `model_chosen` carries a model's id."""

    model_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("top_bar")
        self.setProperty("role", "topbar")
        self.setFixedHeight(48)
        self.name = QLabel(self)
        self.name.setProperty("role", "title")
        self.model_chip = QToolButton(self)
        self.model_chip.setObjectName("model_chip")
        self.model_chip.setProperty("role", "chip")
        self.model_chip.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.model_chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.model_chip.setIconSize(QSize(14, 14))
        self.model_chip.setToolTip(self.tr("The trained model in use. Click to choose another."))
        self.model_chip.setAccessibleName(self.tr("Model in use"))
        self._menu = QMenu(self.model_chip)
        self.model_chip.setMenu(self._menu)
        self.notice = Notice(self.tr("Use it"), self)
        self.device_chip = Chip(dot="ok", parent=self)
        self.device_chip.setToolTip(self.tr("Where training and inspection are computed"))
        self.labelled_chip = Chip(parent=self)
        self.labelled_chip.setToolTip(self.tr("Readable pictures labelled good or defect"))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(12)
        row.addWidget(self.name)
        row.addWidget(self.model_chip)
        row.addWidget(self.notice)
        row.addStretch(1)
        row.addWidget(self.device_chip)
        row.addWidget(self.labelled_chip)

    def show_project(self, project: Project | None, labelled: int) -> None:
        """Show a project's name, its models and how many of its pictures are labelled, or the program's name."""
        self.name.setText(project.name if project is not None else "Flawsight")
        self.labelled_chip.setVisible(project is not None)
        self.model_chip.setVisible(project is not None)
        if project is None:
            return
        self.labelled_chip.set_text(self.tr("{0} labelled").format(f"{labelled:,}"))
        self._fill(project)

    def show_device(self, text: str) -> None:
        """Show where things are computed, such as "CPU · 2 threads"."""
        self.device_chip.setVisible(bool(text))
        self.device_chip.set_text(device_words(text))

    def _fill(self, project: Project) -> None:
        self._menu.clear()
        active = project.models.get(project.active_model or "")
        self.model_chip.setText(model_words(active) if active is not None else self.tr("No model yet"))
        self.model_chip.setEnabled(bool(project.models))
        group = QActionGroup(self._menu)
        for record in project.models.values():
            action = self._menu.addAction(f"{model_words(record)}   {record.name}")
            action.setCheckable(True)
            action.setChecked(record is active)
            action.setData(record.id)
            group.addAction(action)
        group.triggered.connect(lambda action: self.model_chosen.emit(str(action.data())))
