"""What has come into the watched folder: a tally, a warning where scores drift, and a control chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget

from core.project.model import Changes
from core.scoring.thresholds import Verdict
from gui import theme
from gui.canvas.control import ControlChart, Course
from gui.canvas.readout import count_text
from gui.errors import joined
from gui.widgets import ElidedLabel
from gui.widgets.chips import verdict_text
from gui.widgets.layouts import across, down

if TYPE_CHECKING:
    from gui.session.session import Session
    from gui.session.watching import Arrivals

PAUSE_MS = 250  # between two looks at what has come


class WatchPanel(QFrame):
    """Below the viewer while a folder is watched, and after that until it is closed."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "toolbar")
        self._session = session
        self.title = ElidedLabel("", self)
        self.title.setProperty("role", "title")
        self.tally = QLabel("", self)
        self.stop_button = QPushButton(self.tr("Stop"), self)
        self.warning = QLabel("", self, wordWrap=True)
        self.warning.setProperty("role", "review")
        self.chart = ControlChart(self)
        row = across(12)
        row.addWidget(self.title, 1)
        row.addWidget(self.tally)
        row.addWidget(self.stop_button)
        column = down(6)
        column.setContentsMargins(16, 8, 16, 8)
        column.addLayout(row)
        column.addWidget(self.warning)
        column.addWidget(self.chart, 1)
        self.setLayout(column)
        self.hide()
        self._later = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._later.timeout.connect(self.refresh)
        session.watcher.changed.connect(self.refresh)
        session.changed.connect(self._on_changed)
        self.chart.chosen.connect(session.select)
        self.stop_button.clicked.connect(self._on_stop)
        self.refresh()  # the page is made anew in another language

    def _on_changed(self, changes: Changes) -> None:
        if self._session.watcher.concerned(changes) and not self._later.isActive():
            self._later.start()

    def refresh(self) -> None:
        """Show what has come."""
        watcher = self._session.watcher
        folder = watcher.folder
        self.setVisible(folder is not None)
        if folder is None:
            return
        found = self._session.arrivals()
        running = watcher.running
        title = self.tr("Watching {folder}") if running else self.tr("Watched {folder}")
        if running and watcher.away:
            title = self.tr("{folder} is away; waiting for it")
        self.title.setText(title.format(folder=folder))
        self.stop_button.setText(self.tr("Stop") if running else self.tr("Close"))
        self.tally.setText(self._tally(found))
        limits = self._session.calibration
        if limits is None:
            self.chart.show_course(None)
            return
        course = Course(found.samples, found.scores, found.verdicts, found.passed, limits.image.value, found.good)
        self.chart.show_course(course)
        self._warn(found)

    def _tally(self, found: Arrivals) -> str:
        parts = [
            f"{verdict_text(verdict)} {count_text(count)}"
            for verdict, count in found.counts
            if count or verdict is not Verdict.REVIEW
        ]
        if found.failed:
            parts.append(self.tr("unreadable {count}").format(count=count_text(found.failed)))
        if found.waiting:
            parts.append(self.tr("waiting {count}").format(count=count_text(found.waiting)))
        return " · ".join(parts)

    def _warn(self, found: Arrivals) -> None:
        text = ""
        if found.since is not None and found.good is not None:
            higher = found.scores[found.since :][found.passed[found.since :]].mean() > found.good.mean
            text = joined(
                self.tr("Good parts score higher than before since picture {number}.")
                if higher
                else self.tr("Good parts score lower than before since picture {number}."),
                self.tr("Look at light, focus and position; if the parts have changed, train anew."),
            ).format(number=count_text(found.since + 1))
        elif found.good is None and found.samples:
            text = self.tr("To see drift, label at least 8 tune pictures as good.")
        theme.set_role(self.warning, "review" if found.since is not None else "caption")
        self.warning.setText(text)
        self.warning.setVisible(bool(text))

    def _on_stop(self) -> None:
        if self._session.watcher.running:
            self._session.cancel("arrivals")
        else:
            self._session.watcher.forget()
