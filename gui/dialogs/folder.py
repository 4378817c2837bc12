"""A folder of pictures to files: once over it, or as they come; how far it is and what has come out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.batch.places import check_places
from core.batch.told import Outputs, Tally, Watched
from core.errors import Problem
from gui.canvas.readout import count_text, time_left
from gui.errors import joined, said, translated
from gui.settings import present_folder
from gui.widgets.facts import Facts
from gui.widgets.layouts import across, lattice

if TYPE_CHECKING:
    from gui.session.events import Job, JobKind
    from gui.session.session import Session

BAR_STEPS = 1000
SMALLEST_WIDTH = 600


class FolderDialog(QDialog):
    """Asks for a folder and a place for the results, runs, and shows the tally.

    Closing it lets a run go on: the window's status bar shows it, and can stop it. Shown again, it shows that run.

    Parameters
    ----------
    watch
        Go on with what comes into the folder until it is stopped.
    """

    def __init__(self, session: Session, *, watch: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._watch = watch
        self._kind: JobKind = "watch" if watch else "batch"
        self._own_output = True  # until a person says another
        self.setWindowTitle(self.tr("Watch a folder to files") if watch else self.tr("Inspect a folder to files"))
        self.setMinimumWidth(SMALLEST_WIDTH)
        self.text = QLabel(self._explanation(), self, wordWrap=True)
        self.folder, self.folder_button = self._place(self.tr("Folder"))
        self.output, self.output_button = self._place(self.tr("Results in"))
        self.pictures = QCheckBox(self.tr("Heat maps and masks"), self)
        self.pictures.setChecked(True)
        self.copies = QCheckBox(self.tr("Copies of the pictures, sorted into OK, Review and NG"), self)
        self.stage = QLabel(self, wordWrap=True)
        self.stage.setProperty("role", "muted")
        self.bar = QProgressBar(self, textVisible=False, maximum=BAR_STEPS)
        self.bar.setFixedHeight(6)
        self.tally = Facts(self.tr("What has come out"), self)
        self.close_button = QPushButton(self.tr("Close"), self)
        self.open_button = QPushButton(self.tr("Open folder"), self)
        self.stop_button = QPushButton(self.tr("Stop"), self)
        self.start_button = QPushButton(self.tr("Watch") if watch else self.tr("Inspect"), self)
        self.start_button.setProperty("role", "primary")
        self.start_button.setDefault(True)
        self._lay_out()
        self.folder.textChanged.connect(self._on_folder)
        self.output.textEdited.connect(self._on_output)
        self.output.textChanged.connect(self._refresh)
        self.folder_button.clicked.connect(lambda: self._choose(self.folder, self.tr("Folder of pictures")))
        self.output_button.clicked.connect(lambda: self._choose(self.output, self.tr("Folder for the results")))
        self.start_button.clicked.connect(self.start)
        self.stop_button.clicked.connect(lambda: session.cancel(self._kind))
        self.open_button.clicked.connect(self._on_open)
        self.close_button.clicked.connect(self.close)
        session.job_changed.connect(self._on_job)
        session.watched.connect(self.show_tally)
        self._refresh()

    def start(self) -> None:
        """Begin."""
        wanted = Outputs(pictures=self.pictures.isChecked(), copies=self.copies.isChecked())
        folder, output = Path(self.folder.text().strip()), Path(self.output.text().strip())
        self._session.preferences.set_folder(folder)
        if self._session.inspect_folder(folder, output, wanted, watch=self._watch):
            self.show_tally(Watched(Tally()))

    def show_tally(self, watched: Watched) -> None:
        """Show what has come out."""
        tally = watched.tally
        counts = [(self.tr("OK"), tally.ok), (self.tr("Review"), tally.review), (self.tr("NG"), tally.ng)]
        if tally.failed:
            counts.append((self.tr("failed"), tally.failed))
        rows = [(self.tr("Pictures"), " · ".join(f"{name} {count_text(count)}" for name, count in counts))]
        if tally.earlier:
            rows.append((self.tr("Finished earlier"), count_text(tally.earlier)))
        if watched.arriving:
            rows.append((self.tr("Still arriving"), count_text(watched.arriving)))
        if tally.last is not None:
            rows.append((self.tr("Last"), f"{tally.last.path.name} · {tally.last.verdict or self.tr('failed')}"))
        if watched.away:
            rows.append((self.tr("Folder"), self.tr("not there: it is waited for")))
        self.tally.show_facts(rows)
        self._make_room()

    @property
    def _job(self) -> Job | None:
        return self._session.job(self._kind)

    def _explanation(self) -> str:
        said = self.tr(
            "With the model and the limits in use. Writes the tables scores.csv and scores.xlsx, and what is chosen "
            "below; the pictures stay where they are, and the project stays as it is."
        )
        if self._watch:
            return joined(said, self.tr("Pictures are inspected as they come, until you stop it."))
        return joined(said, self.tr("Stopped, it goes on from there when it is started again."))

    def _place(self, name: str) -> tuple[QLineEdit, QPushButton]:
        edit = QLineEdit(self)
        edit.setAccessibleName(name)
        return edit, QPushButton(self.tr("Choose…"), self)

    def _lay_out(self) -> None:
        grid = lattice(12, 10)
        places = (
            (self.tr("Folder"), self.folder, self.folder_button),
            (self.tr("Results in"), self.output, self.output_button),
        )
        for row, (text, edit, button) in enumerate(places):
            label = QLabel(text, self)
            label.setBuddy(edit)
            grid.addWidget(label, row, 0)
            grid.addWidget(edit, row, 1)
            grid.addWidget(button, row, 2)
        grid.addWidget(self.pictures, 2, 1, 1, 2)
        grid.addWidget(self.copies, 3, 1, 1, 2)
        buttons = across(8)
        buttons.addWidget(self.open_button)
        buttons.addStretch(1)
        for button in (self.close_button, self.stop_button, self.start_button):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(12)
        column.addWidget(self.text)
        column.addLayout(grid)
        for part in (self.stage, self.bar, self.tally):
            column.addWidget(part)
        column.addStretch(1)
        column.addLayout(buttons)

    def _on_folder(self) -> None:
        folder = self.folder.text().strip()
        if self._own_output:
            path = Path(folder)
            self.output.setText(str(path.with_name(f"{path.name} results")) if path.name else "")
        self._refresh()

    def _on_output(self) -> None:
        self._own_output = False

    def _choose(self, edit: QLineEdit, title: str) -> None:
        project = self._session.project
        home = self._session.preferences.folder(None if project is None else project.path.parent)
        now = Path(edit.text().strip()) if edit.text().strip() else home
        folder = QFileDialog.getExistingDirectory(self, title, str(present_folder(now, now.parent, home)))
        if folder:
            edit.setText(folder)
            if edit is self.output:
                self._on_output()

    def _on_open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self.output.text().strip()))

    def _on_job(self, job: Job) -> None:
        if job.kind == self._kind:
            self._refresh()

    def _refresh(self) -> None:
        job = self._job
        active = job is not None and job.active
        folder, output = self.folder.text().strip(), self.output.text().strip()
        obstacle = _obstacle(Path(folder), Path(output)) if folder and output and not active else None
        for widget in (self.folder, self.output, self.folder_button, self.output_button, self.pictures, self.copies):
            widget.setEnabled(not active)
        self.start_button.setVisible(not active)
        self.start_button.setEnabled(bool(folder and output) and obstacle is None)
        self.stop_button.setVisible(active)
        self.stop_button.setEnabled(job is not None and job.state == "running")
        self.open_button.setEnabled(bool(output) and Path(output).is_dir())
        self.bar.setVisible(active and not self._watch)
        self.stage.setText(self._said(job) if obstacle is None else said(obstacle))
        if job is not None and job.state == "done" and isinstance(job.result, Tally):
            self.show_tally(Watched(job.result))

    def _make_room(self) -> None:
        """Grow with the lines that have come; a layout does not do that for lines that wrap."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.resize(self.width(), max(self.height(), layout.totalHeightForWidth(self.width())))

    def _said(self, job: Job | None) -> str:
        if job is None:
            return ""
        if not job.active:
            ends = {"done": self.tr("Finished"), "cancelled": self.tr("Stopped"), "failed": ""}
            return ends.get(job.state, "") if job.error is None else str(job.error)
        if job.state == "stopping":
            return self.tr("Stopping…")
        if job.progress is None:
            return self.tr("Starting")
        self.bar.setValue(round(job.progress.fraction * BAR_STEPS))
        left = None if self._watch else job.progress.seconds_left
        return " · ".join(filter(None, (translated(job.progress.stage), "" if left is None else time_left(left))))


def _obstacle(folder: Path, output: Path) -> Problem | None:
    try:
        check_places([folder], output)
    except Problem as problem:
        return problem
    return None
