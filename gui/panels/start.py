"""What a person sees first: new, open, the demo, and the projects opened last."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gui import icons
from gui.errors import translated
from gui.widgets import Card, ElidedLabel
from gui.widgets.icon_label import IconLabel
from gui.widgets.layouts import across, down

if TYPE_CHECKING:
    from gui.session.events import Job
    from gui.session.session import Session
    from gui.settings import Preferences

COLUMN = 620
SHOWN = 5
BAR_STEPS = 1000
LOGO_SIDE = 56


class RecentRow(QPushButton):
    """One recent project: its name and folder; greyed where the file is not there now."""

    def __init__(self, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self.setAutoDefault(True)  # Enter presses it
        there = path.exists()
        self.setProperty("role", "flat")
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setEnabled(there)
        self.setToolTip(str(path) if there else self.tr("{0} is not there now").format(path))
        self.setAccessibleName(path.stem)
        name = QLabel(path.stem, self)
        name.setProperty("role", "title" if there else "muted")
        folder = ElidedLabel(str(path.parent), parent=self)
        folder.setProperty("role", "caption")
        words = down(4)
        words.addWidget(name)
        words.addWidget(folder)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 8, 10, 8)
        row.setSpacing(12)
        row.addWidget(IconLabel("folder", 20, "muted", self))
        row.addLayout(words, 1)
        if not there:
            missing = QLabel(self.tr("not found"), self)
            missing.setProperty("role", "caption")
            row.addWidget(missing)
        for label in self.findChildren(QWidget):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        """Return what both lines take: a button by itself knows only of its own text."""
        layout = self.layout()
        return super().sizeHint() if layout is None else layout.sizeHint()

    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        return super().minimumSizeHint() if layout is None else layout.minimumSize()


class StartPage(QWidget):
    """The page without a project. What it asks for is the window's to do."""

    new_requested = Signal()
    open_requested = Signal()
    demo_requested = Signal()
    recent_chosen = Signal(Path)

    def __init__(self, session: Session, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._preferences = preferences
        logo = QLabel(self)
        logo.setPixmap(icons.app_icon().pixmap(LOGO_SIDE, LOGO_SIDE))
        name = QLabel("Flawsight", self)
        name.setProperty("role", "verdict")
        says = QLabel(self.tr("Learn what good parts look like, see where a new part differs"), self)
        says.setProperty("role", "muted")
        words = down(2)
        words.addWidget(name)
        words.addWidget(says)
        head = across(16)
        head.addWidget(logo)
        head.addLayout(words, 1)

        self.new_button = self._button("new", self.tr("New project"), "primary")
        self.open_button = self._button("open", self.tr("Open project…"))
        self.demo_button = self._button("demo", self.tr("Open the demo"))
        self.demo_button.setToolTip(
            self.tr("Parts and defects drawn by the program itself: the whole tour without a camera or a network")
        )
        buttons = across(12)
        for button in (self.new_button, self.open_button, self.demo_button):
            buttons.addWidget(button, 1)

        self.demo_card = Card(self.tr("Drawing the demo"), "", self)
        self.demo_words = QLabel(self.demo_card)
        self.demo_words.setProperty("role", "muted")
        self.demo_bar = QProgressBar(self.demo_card, textVisible=False, maximum=BAR_STEPS)
        self.demo_bar.setFixedHeight(4)
        self.demo_card.body.addWidget(self.demo_bar)
        self.demo_card.body.addWidget(self.demo_words)
        self.demo_card.hide()

        self.recent_card = Card(self.tr("Recent projects"), "", self)
        self._rows = down(2)
        self.recent_card.body.addLayout(self._rows)

        hint = across(8)
        hint_words = QLabel(self.tr("or drop a folder of good parts, or a project, anywhere in this window"), self)
        hint_words.setProperty("role", "muted")
        hint.addStretch(1)
        hint.addWidget(IconLabel("drop", 18, "muted", self))
        hint.addWidget(hint_words)
        hint.addStretch(1)

        column = QWidget(self)
        column.setFixedWidth(COLUMN)
        inner = QVBoxLayout(column)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(20)
        inner.addLayout(head)
        inner.addLayout(buttons)
        inner.addWidget(self.demo_card)
        inner.addWidget(self.recent_card)
        inner.addLayout(hint)
        whole = QVBoxLayout(self)
        whole.addStretch(2)
        whole.addWidget(column, 0, Qt.AlignmentFlag.AlignHCenter)
        whole.addStretch(3)

        self.new_button.clicked.connect(self.new_requested)
        self.open_button.clicked.connect(self.open_requested)
        self.demo_button.clicked.connect(self.demo_requested)
        session.job_changed.connect(self._on_job)
        self.refresh()

    def refresh(self) -> None:
        """Read the recent projects anew."""
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        recent = self._preferences.recent()[:SHOWN]
        for path in recent:
            row = RecentRow(path, self.recent_card)
            row.clicked.connect(lambda _checked=False, path=path: self.recent_chosen.emit(path))
            self._rows.addWidget(row)
        self.recent_card.setVisible(bool(recent))

    def _button(self, icon: str, text: str, role: str = "") -> QPushButton:
        button = QPushButton(icons.icon(icon, "on_accent" if role else "text"), text, self)
        if role:
            button.setProperty("role", role)
        return button

    def _on_job(self, job: Job) -> None:
        if job.kind != "demo":
            return
        self.demo_card.setVisible(job.active)
        self.demo_button.setEnabled(not job.active)
        progress = job.progress
        if progress is not None:
            self.demo_bar.setValue(round(progress.fraction * BAR_STEPS))
            count = f" {progress.done:,} / {progress.total:,}" if progress.total else ""
            self.demo_words.setText(f"{translated(progress.stage)}{count}")
