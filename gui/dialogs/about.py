"""Which version this is, of what it is made, and under which licences."""

from __future__ import annotations

import platform
import re
from importlib import metadata

from PySide6 import __version__ as pyside_version
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core import __version__
from core.progress import Ticket
from gui import icons
from gui.jobs.lane import Lane
from gui.jobs.thread import Ended
from gui.widgets.layouts import across
from resources.licences import Notice, notices

VERSION = re.compile(r"^Version: (.+)$", re.MULTILINE)


def version_of(part: Notice) -> str:
    """Return a part's version as it runs here, or "" where it is not installed: not every system needs every part."""
    if part.name == "Flawsight":
        return __version__
    if part.name == "Python":
        return platform.python_version()
    try:
        about = metadata.distribution(part.name).read_text("METADATA") or ""
    except metadata.PackageNotFoundError:
        return ""
    found = VERSION.search(about)  # `metadata.version` would take in the whole description: 40 ms for all parts
    return found[1] if found else ""


def installed_parts(ticket: Ticket) -> list[tuple[Notice, str]]:
    """Return what the program is made of and is here, with the versions."""
    return [(part, version) for part in notices() if (version := version_of(part))]


class AboutDialog(QDialog):
    """Versions and licences, to read and to copy into a report; the parts are looked up in the background."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Flawsight"))
        name = QLabel("Flawsight", self)
        name.setProperty("role", "verdict")
        self.version = QLabel(
            self.tr("Version {0} · Python {1} · Qt {2} · {3}").format(
                __version__, platform.python_version(), pyside_version, platform.platform(terse=True)
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
        self._parts: list[tuple[Notice, str]] = []
        self.table = QTableWidget(0, 3, self)
        self.table.setHorizontalHeaderLabels([self.tr("Made with"), self.tr("Version"), self.tr("Licence")])
        self.table.setAccessibleName(self.tr("Parts of the program"))
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.setMinimumHeight(180)
        self.text = QPlainTextEdit(self, readOnly=True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(self.tr("Licences and notices of the chosen part"))
        self.text.setMinimumHeight(180)
        self.copy_button = QPushButton(self.tr("Copy versions"), self)
        self.copy_button.setIcon(icons.icon("copy"))
        self.copy_button.setEnabled(False)
        close = QPushButton(self.tr("Close"), self)
        close.setDefault(True)
        buttons = across(8)
        buttons.addStretch(1)
        buttons.addWidget(self.copy_button)
        buttons.addWidget(close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 20, 24, 16)
        whole.setSpacing(12)
        for label in (name, self.version, says):
            whole.addWidget(label)
        whole.addWidget(self.table, 1)
        whole.addWidget(self.text, 1)
        whole.addLayout(buttons)
        self.resize(720, 620)
        self._lane = Lane("refuse", self)
        self.table.currentCellChanged.connect(self._on_chosen)
        self.copy_button.clicked.connect(self._on_copy)
        close.clicked.connect(self.accept)
        self._lane.ended.connect(self._on_parts)
        self.finished.connect(lambda: self._lane.close())
        self._lane.submit("parts", installed_parts)

    def _on_parts(self, ended: Ended) -> None:
        if ended.error is not None:
            raise ended.error
        if ended.cancelled:
            return
        self._parts = ended.result
        self.table.setRowCount(len(self._parts))
        for row, (part, version) in enumerate(self._parts):
            for column, text in enumerate((part.name, version, part.licence)):
                item = QTableWidgetItem(text)
                item.setToolTip(text if column == 2 else "")
                self.table.setItem(row, column, item)
        self.table.setCurrentCell(0, 0)
        self.copy_button.setEnabled(True)

    def _on_chosen(self, row: int) -> None:
        self.text.setPlainText(self._parts[row][0].text)

    def _on_copy(self) -> None:
        lines = [self.version.text(), *(f"{part.name} {version}" for part, version in self._parts)]
        QGuiApplication.clipboard().setText("\n".join(lines))
