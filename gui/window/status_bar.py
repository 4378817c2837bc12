"""The line at the bottom: the running job on the left, whether everything is saved on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from gui import icons
from gui.canvas.readout import time_left
from gui.errors import translated

if TYPE_CHECKING:
    from core.progress import Progress
    from gui.session.events import Job

STEPS = 1000
SAID_MS = 15_000  # how long a sentence stays


def stage_words(progress: Progress) -> str:
    """Say a stage with its count, such as "Coreset 120 of 400"."""
    stage = translated(progress.stage)
    if progress.total:
        return f"{stage} {progress.done:,} / {progress.total:,}".strip()
    return stage


class StatusBar(QFrame):
    """Shows one job at a time. `cancel_requested` carries its kind."""

    cancel_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status_bar")
        self.setProperty("role", "statusbar")
        self.setFixedHeight(30)
        self._kind = ""
        self._said = QTimer(self, singleShot=True, interval=SAID_MS)
        self._said.timeout.connect(self.forget)
        self._saying = False
        self.job_label = QLabel(self)
        self.bar = QProgressBar(self, textVisible=False, maximum=STEPS)
        self.bar.setFixedSize(180, 4)
        self.bar.setAccessibleName(self.tr("Progress of the running job"))
        self.left_label = QLabel(self)
        self.left_label.setProperty("role", "muted")
        self.cancel_button = QToolButton(self)
        self.cancel_button.setIcon(icons.icon("stop"))
        self.cancel_button.setToolTip(self.tr("Stop this job"))
        self.cancel_button.setAccessibleName(self.tr("Stop the running job"))
        self.cancel_button.setProperty("role", "flat")
        self.saved_label = QLabel(self)
        self.saved_label.setProperty("role", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 14, 0)
        row.setSpacing(12)
        for part in (self.job_label, self.bar, self.left_label, self.cancel_button):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.saved_label)
        self._show_running(False)
        self.cancel_button.clicked.connect(self._on_cancel)

    def show_saved(self, text: str) -> None:
        """Say whether everything is saved."""
        self.saved_label.setText(text)

    def say(self, text: str) -> None:
        """Show a sentence in place of a job, for a while."""
        self._show_running(False)
        self.job_label.setText(text)
        self.job_label.setVisible(bool(text))
        self._saying = bool(text)
        self._said.start()

    def forget(self) -> None:
        """Take the last sentence away; a running job stays."""
        self._said.stop()
        if self._saying:
            self._saying = False
            self.job_label.clear()
            self.job_label.hide()

    def show_job(self, job: Job) -> None:
        """Show how far a job is; an ended one leaves its last word."""
        if job.state not in {"running", "stopping"}:
            if job.kind == self._kind or not self._kind:
                self._kind = ""
                self.say({"done": "", "cancelled": self.tr("Stopped"), "failed": self._failed(job)}[job.state])
            return
        self._kind = job.kind
        self._said.stop()
        self._saying = False
        self._show_running(True)
        self.cancel_button.setEnabled(job.state == "running")
        progress = job.progress
        if job.state == "stopping":
            self.job_label.setText(self.tr("{0}: stopping…").format(job.title))
            self.left_label.setText("")
            return
        title = job.title
        if progress is not None and progress.stage:
            title = f"{title} · {stage_words(progress)}"
        self.job_label.setText(title)
        self.bar.setMaximum(STEPS if progress is not None else 0)
        if progress is not None:
            self.bar.setValue(round(progress.fraction * STEPS))
        seconds = progress.seconds_left if progress is not None else None
        self.left_label.setText("" if seconds is None else time_left(seconds))

    def _failed(self, job: Job) -> str:
        return job.error.message if job.error is not None else self.tr("Failed")

    def _show_running(self, running: bool) -> None:
        self.job_label.setVisible(running)
        for part in (self.bar, self.left_label, self.cancel_button):
            part.setVisible(running)

    def _on_cancel(self) -> None:
        if self._kind:
            self.cancel_requested.emit(self._kind)
