"""Compare lighting: how much light, focus and position may change before good parts are rejected."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDoubleSpinBox,
    QFileDialog,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.errors import Problem
from core.files import write_text
from gui import theme
from gui.canvas.readout import count_text, percent, time_left
from gui.errors import failure, translated
from gui.widgets.layouts import across
from gui.widgets.rows import list_rows

if TYPE_CHECKING:
    from core.inspection.robustness import Course, Robustness
    from gui.session.events import Job
    from gui.session.session import Session

BAR_STEPS = 1000
USUAL_PERCENT = 5.0
STEPS = 4
RATES = range(2, 2 + STEPS)  # columns
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class RatePlot(QWidget):
    """False rejects from photos as they are to the strongest step: a line a change, one of them told from the rest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(150)
        self.setAccessibleName(self.tr("False rejects by step"))
        self._found: Robustness | None = None
        self._limit = 0.0
        self._row = -1

    def sizeHint(self) -> QSize:
        """As high as shows a rise."""
        return QSize(400, 170)

    def show_rates(self, found: Robustness | None, limit: float, row: int) -> None:
        """Draw all courses, that of a row of the table in front; the limit is a share."""
        self._found, self._limit, self._row = found, limit, row
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint axes, the limit and the lines."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.sized(self.font(), theme.CAPTION_PIXELS))
        colours = theme.current()
        plot = QRectF(self.rect()).adjusted(54, 10, -12, -24)
        painter.setPen(QPen(colours.border, 1))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        painter.setPen(colours.muted)
        for share in (0.0, 0.5, 1.0):
            y = plot.bottom() - share * plot.height()
            side = QRectF(0, y - 8, 48, 16)
            painter.drawText(side, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, percent(share))
        names = [self.tr("unchanged"), *(self.tr("step {number}").format(number=n) for n in range(1, STEPS + 1))]
        across_each = plot.width() / STEPS
        for number, name in enumerate(names):
            room = QRectF(plot.left() + (number - 0.5) * across_each, plot.bottom() + 4, across_each, 16)
            room.moveLeft(min(max(room.left(), plot.left()), plot.right() - across_each))
            sides = {0: Qt.AlignmentFlag.AlignLeft, STEPS: Qt.AlignmentFlag.AlignRight}
            painter.drawText(room, sides.get(number, Qt.AlignmentFlag.AlignHCenter), name)
        y = plot.bottom() - self._limit * plot.height()
        painter.setPen(QPen(colours.ng, 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        if self._found is None:
            return
        order = [row for row in range(len(self._found.courses)) if row != self._row]
        if self._row >= 0:
            order.append(self._row)
        for row in order:
            rates = [self._found.unchanged, *self._found.courses[row].rejected]
            points = [
                QPointF(plot.left() + n * across_each, plot.bottom() - rate.count / rate.total * plot.height())
                for n, rate in enumerate(rates)
            ]
            chosen = row == self._row
            painter.setPen(QPen(colours.accent if chosen else colours.quiet, 2.5 if chosen else 1.0))
            painter.drawPolyline(QPolygonF(points))
            if chosen:
                painter.setBrush(colours.accent)
                for point in points:
                    painter.drawEllipse(point, 3.0, 3.0)


class LightingDialog(QDialog):
    """Asks for a limit, scores the project's good pictures under changes, and shows where the limit is passed.

    Closing it lets the work go on: the window's status bar shows it, and can stop it. What it has found is shown when
    the dialog is opened again, while model and limits are those that it is about. Moving the limit afterwards
    scores nothing again.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._found = session.lighting
        self.setWindowTitle(self.tr("Compare lighting"))
        self.setMinimumSize(720, 560)
        self.resize(880, 710)
        self.text = QLabel(
            self.tr(
                "Scores good pictures that the model has not learned from under a little less or more light, blur, "
                "shift and so on, and tells from which change on too many of them are rejected."
            ),
            self,
            wordWrap=True,
        )
        self.limit = QDoubleSpinBox(self, minimum=0.0, maximum=99.0, decimals=1, value=USUAL_PERCENT)
        self.limit.setSuffix(self.tr(" %"))
        label = QLabel(self.tr("False rejects that are allowed"), self)
        label.setBuddy(self.limit)
        self.table = QTableWidget(0, STEPS + 3, self)
        self.table.setHorizontalHeaderLabels(
            [
                self.tr("Change"),
                self.tr("Steps"),
                *(self.tr("Step {number}").format(number=number) for number in range(1, STEPS + 1)),
                self.tr("Too many from"),
            ]
        )
        list_rows(self.table)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for column in RATES:
            self.table.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
            if (title := self.table.horizontalHeaderItem(column)) is not None:
                title.setTextAlignment(RIGHT)
        self.plot = RatePlot(self)
        self.stage = QLabel(self)
        self.stage.setProperty("role", "muted")
        self.bar = QProgressBar(self, textVisible=False, maximum=BAR_STEPS)
        self.bar.setFixedHeight(6)
        self.csv_button = QPushButton(self.tr("Save table…"), self)
        self.close_button = QPushButton(self.tr("Close"), self)
        self.stop_button = QPushButton(self.tr("Stop"), self)
        self.start_button = QPushButton(self.tr("Compare"), self)
        self.start_button.setProperty("role", "primary")
        self.start_button.setDefault(True)
        above, buttons = across(8), across(8)
        above.addWidget(label)
        above.addWidget(self.limit)
        above.addStretch(1)
        buttons.addWidget(self.csv_button)
        buttons.addStretch(1)
        for button in (self.close_button, self.stop_button, self.start_button):
            buttons.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 20, 24, 16)
        whole.setSpacing(12)
        whole.addWidget(self.text)
        whole.addLayout(above)
        whole.addWidget(self.table, 1)
        whole.addWidget(self.plot)
        whole.addWidget(self.stage)
        whole.addWidget(self.bar)
        whole.addLayout(buttons)
        self.limit.valueChanged.connect(self._show_found)
        self.table.itemSelectionChanged.connect(self._show_plot)
        self.start_button.clicked.connect(session.compare_lighting)
        self.stop_button.clicked.connect(lambda: session.cancel("lighting"))
        self.close_button.clicked.connect(self.close)
        self.csv_button.clicked.connect(self._on_save)
        session.job_changed.connect(self._on_job)
        theme.theme_events().changed.connect(self._show_found)
        job = session.job("lighting")
        self._refresh(job if job is not None and job.active else None)  # what is over may be of another model

    @property
    def _share(self) -> float:
        return self.limit.value() / 100

    def _on_job(self, job: Job) -> None:
        if job.kind == "lighting":
            self._refresh(job)

    def _refresh(self, job: Job | None) -> None:
        active = job is not None and job.active
        self.start_button.setVisible(not active)
        self.stop_button.setVisible(active)
        self.stop_button.setEnabled(job is not None and job.state == "running")
        self.bar.setVisible(active)
        if job is not None and job.state == "done":
            self._found = job.result
        self.stage.setText(self._said(job))
        self.csv_button.setEnabled(self._found is not None)
        self._show_found()

    def _said(self, job: Job | None) -> str:
        if job is not None and job.state == "stopping":
            return self.tr("Stopping…")
        if job is not None and job.active:
            if job.progress is None:
                return self.tr("Starting")
            self.bar.setValue(round(job.progress.fraction * BAR_STEPS))
            left = job.progress.seconds_left
            return " · ".join(filter(None, (translated(job.progress.stage), "" if left is None else time_left(left))))
        if job is not None and job.error is not None:
            return str(job.error)
        found = self._found
        if found is None:
            return self.tr("Stopped") if job is not None else ""
        said = self.tr("As they are, {count} of {total} good pictures are rejected").format(
            count=count_text(found.unchanged.count), total=count_text(found.unchanged.total)
        )
        if self._over_unchanged():
            said += " · " + self.tr("more than allowed already")
        if found.unreadable:
            said += " · " + self.tr("unreadable {count}").format(count=count_text(len(found.unreadable)))
        return said

    def _show_found(self, _changed: object = None) -> None:
        found = self._found
        courses = () if found is None else found.courses
        self.table.setRowCount(len(courses))
        for row, course in enumerate(courses):
            passes = course.passes(self._share)
            shares = [rate.count / rate.total for rate in course.rejected]
            steps = translated(course.text, step=" / ".join(f"{step:g}" for step in course.steps))
            texts = [translated(course.title), steps, *map(percent, shares), self._step(course, passes)]
            over = [False, False, *(share > self._share for share in shares), passes is not None]
            for column, (text, bad) in enumerate(zip(texts, over, strict=True)):
                item = QTableWidgetItem(text)
                if column in RATES:
                    item.setTextAlignment(RIGHT)
                if bad:
                    item.setForeground(QBrush(theme.current().ng_ink))
                self.table.setItem(row, column, item)
        if courses and self.table.currentRow() < 0:
            self.table.selectRow(0)
        self._show_plot()
        self.stage.setText(self._said(self._session.job("lighting")))

    def _step(self, course: Course, index: int | None) -> str:
        if self._over_unchanged():
            return self.tr("no change at all")
        if index is None:
            return self.tr("not reached")
        return translated(course.text, step=f"{course.steps[index]:g}")

    def _over_unchanged(self) -> bool:
        """Whether more than allowed are rejected without any change: no change is to blame then."""
        found = self._found
        return found is not None and found.unchanged.count / found.unchanged.total > self._share

    def _show_plot(self) -> None:
        self.plot.show_rates(self._found, self._share, self.table.currentRow())

    def _on_save(self) -> None:
        project = self._session.project
        if self._found is None or project is None:
            return
        begin = self._session.preferences.folder(project.path.parent) / "lighting.csv"
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Save table"), str(begin), self.tr("Tables (*.csv)"))
        if name:
            try:
                write_text(Path(name), self._found.as_csv())
            except Problem as problem:
                self.stage.setText(str(failure(problem)))
