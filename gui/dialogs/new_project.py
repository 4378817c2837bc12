"""Name and place of a new project."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.settings import present_folder
from gui.widgets.layouts import across, lattice

MOST_NUMBERED = 99
# what some system or other does not take in a file name
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')


def default_folder() -> Path:
    """Return where projects go unless somebody says otherwise: a folder that is there."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    wanted = Path(documents) if documents else Path.home() / "Documents"
    return present_folder(wanted / "Flawsight", wanted)


def free_name(name: str, folder: Path) -> str:
    """Return a name that no project in the folder has: as it is, or with a number behind it."""
    names = [name] + [f"{name} {number}" for number in range(2, MOST_NUMBERED + 1)]
    return next((free for free in names if not (folder / f"{free}.flawsight").exists()), name) if name else ""


class NewProjectDialog(QDialog):
    """Asks for a name and a folder; `path` is the file that they make.

    Parameters
    ----------
    name
        Suggested name; where a project of the suggested folder has it, a number is put behind it.
    folder
        Suggested folder.
    reason
        Why a project is needed, where nobody asked for one, or "".
    """

    def __init__(
        self, name: str = "", folder: Path | None = None, parent: QWidget | None = None, reason: str = ""
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("New project"))
        place = folder if folder is not None and folder.is_dir() else default_folder()
        self.reason = QLabel(reason, self, wordWrap=True)
        self.reason.setTextFormat(Qt.TextFormat.PlainText)
        self.reason.setVisible(bool(reason))
        self.name = QLineEdit(free_name(name, place), self)
        self.name.setObjectName("project_name")
        self.name.setPlaceholderText(self.tr("For example: Flange M8"))
        self.name.setMinimumWidth(360)
        self.folder = QLineEdit(str(place), self)
        self.folder.setObjectName("project_folder")
        self.browse_button = QPushButton(self.tr("Choose…"), self)
        self.note = QLabel(self, wordWrap=True)
        self.note.setProperty("role", "muted")
        self.note.setMinimumHeight(34)
        self.create_button = QPushButton(self.tr("Create project"), self)
        self.create_button.setObjectName("create_project")
        self.create_button.setProperty("role", "primary")
        self.create_button.setDefault(True)
        cancel = QPushButton(self.tr("Cancel"), self)
        grid = lattice(12, 12)
        for row, (text, field) in enumerate(((self.tr("Name"), self.name), (self.tr("Folder"), self.folder))):
            label = QLabel(text, self)
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        grid.addWidget(self.browse_button, 1, 2)
        buttons = across(8)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.create_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 24, 24, 16)
        whole.setSpacing(12)
        whole.addWidget(self.reason)
        whole.addLayout(grid)
        whole.addWidget(self.note)
        whole.addLayout(buttons)
        self.name.textChanged.connect(self._check)
        self.folder.textChanged.connect(self._check)
        self.browse_button.clicked.connect(self._on_browse)
        self.create_button.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        self._check()

    @property
    def path(self) -> Path:
        """The project file to be made."""
        return Path(self.folder.text().strip()) / f"{self.name.text().strip()}.flawsight"

    def _check(self) -> None:
        name = self.name.text().strip()
        trouble = ""
        if sign := FORBIDDEN.search(name):
            shown = sign[0] if sign[0].isprintable() else f"U+{ord(sign[0]):04X}"
            trouble = self.tr("A file name cannot hold the sign {0}").format(shown)
        elif name.endswith("."):
            trouble = self.tr("A file name cannot end with a full stop.")
        elif name and self.folder.text().strip() and self.path.exists():
            trouble = self.tr("A project of that name is already there.")
        self.create_button.setEnabled(bool(name) and bool(self.folder.text().strip()) and not trouble)
        self.note.setText(
            trouble or (self.tr("Makes {0}. Pictures stay where they are.").format(self.path) if name else "")
        )

    def _on_browse(self) -> None:
        wanted = Path(self.folder.text().strip())
        begin = present_folder(wanted, *wanted.parents)
        folder = QFileDialog.getExistingDirectory(self, self.tr("Folder for the project"), str(begin))
        if folder:
            self.folder.setText(folder)
