"""One dialog for everything that went wrong: what, what to do, details to copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from gui import icons
from gui.widgets.layouts import across, down

if TYPE_CHECKING:
    from gui.errors import Failure

TEXT_WIDTH = 420


class ProblemDialog(QDialog):
    """Says a failure; the traceback of a fault of the program is folded away."""

    def __init__(self, failure: Failure, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("That did not work"))
        self.failure = failure
        sign = QLabel(self)
        sign.setPixmap(icons.icon("warning", "ng").pixmap(28, 28))
        sign.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.message = QLabel(failure.message, self, wordWrap=True)
        self.message.setProperty("role", "title")
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.hint = QLabel(failure.hint, self, wordWrap=True)
        self.hint.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.hint.setVisible(bool(failure.hint))
        for label in (self.message, self.hint):
            label.setMinimumWidth(TEXT_WIDTH)
            label.setMaximumWidth(2 * TEXT_WIDTH)
        self.details = QPlainTextEdit(failure.details, self, readOnly=True)
        self.details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.details.setMinimumSize(TEXT_WIDTH + 140, 200)
        self.details.setAccessibleName(self.tr("Details of the failure"))
        self.details.hide()
        self.details_button = QPushButton(self.tr("Details"), self)
        self.details_button.setCheckable(True)
        self.details_button.setVisible(bool(failure.details))
        self.copy_button = QPushButton(self.tr("Copy"), self)
        self.copy_button.setIcon(icons.icon("copy"))
        self.copy_button.setToolTip(self.tr("Copy the message and its details"))
        self.close_button = QPushButton(self.tr("Close"), self)
        for button in (self.details_button, self.copy_button):
            button.setAutoDefault(False)
        self.close_button.setDefault(True)
        self.close_button.setFocus()
        words = down(8)
        words.addWidget(self.message)
        words.addWidget(self.hint)
        top = across(14)
        top.addWidget(sign)
        top.addLayout(words, 1)
        buttons = across(8)
        buttons.addWidget(self.details_button)
        buttons.addWidget(self.copy_button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 24, 24, 16)
        whole.setSpacing(16)
        whole.addLayout(top)
        whole.addWidget(self.details, 1)
        whole.addStretch(0)
        whole.addLayout(buttons)
        self.details_button.toggled.connect(self._on_details)
        self.copy_button.clicked.connect(self._on_copy)
        self.close_button.clicked.connect(self.accept)

    def _on_details(self, shown: bool) -> None:
        self.details.setVisible(shown)
        self.adjustSize()

    def _on_copy(self) -> None:
        parts = (self.failure.message, self.failure.hint, self.failure.details)
        QGuiApplication.clipboard().setText("\n\n".join(part for part in parts if part))
