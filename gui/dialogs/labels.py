"""Labels and masks from and for other programs: what is taken over or written, and what is left out with the reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
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

from core.project.interchange.files import FORMATS
from core.project.interchange.said import Reading, Remark, Writing
from gui.canvas.readout import count_text
from gui.errors import said
from gui.widgets import SegmentedControl
from gui.widgets.layouts import across
from gui.widgets.rows import list_rows

if TYPE_CHECKING:
    from core.project.interchange.files import Format
    from gui.session.events import Job, JobKind
    from gui.session.session import Session

REMARKS_LISTED = 1000


class _LabelsDialog(QDialog):
    """A dialog that starts one kind of job and lists what it remarks, row by row."""

    kind: JobKind

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setMinimumWidth(640)
        self.text = QLabel(self, wordWrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.text.setMinimumHeight(2 * self.text.fontMetrics().lineSpacing() + 4)
        self.bar = QProgressBar(self)
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.hide()
        self.summary = QLabel(self, wordWrap=True)
        self.summary.setProperty("role", "title")
        self.summary.hide()
        self.table = QTableWidget(0, 2, self)
        list_rows(self.table)
        self.table.setAccessibleName(self.tr("What was left out, and why"))
        self.table.setHorizontalHeaderLabels([self.tr("Row"), self.tr("What is to be known")])
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.table.setColumnWidth(0, 200)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.setWordWrap(True)
        self.table.setMinimumHeight(200)  # with it the dialog grows
        self.table.hide()
        self.cancel_button = QPushButton(self.tr("Cancel"), self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(24, 20, 24, 16)
        self._column.setSpacing(12)
        self._column.addWidget(self.text)
        self.cancel_button.clicked.connect(self.reject)
        session.job_changed.connect(self._on_job)

    def _finish_layout(self, *buttons: QPushButton) -> None:
        for widget in (self.bar, self.summary):
            self._column.addWidget(widget)
        self._column.addWidget(self.table, 100)
        self._column.addStretch(1)
        row = across(8)
        row.addStretch(1)
        for button in (self.cancel_button, *buttons):
            row.addWidget(button)
        self._column.addLayout(row)

    def reject(self) -> None:
        """Close, and stop what still runs."""
        self._session.cancel(self.kind)
        super().reject()

    def _on_job(self, job: Job) -> None:
        if job.kind != self.kind:
            return
        self.bar.setVisible(job.active)
        if job.active and job.progress is not None:
            self.bar.setRange(0, 1000)
            self.bar.setValue(round(1000 * job.progress.fraction))
        if not job.active:
            self.bar.setRange(0, 0)
            self._show_result(job.result if job.state == "done" else None)

    def _show_result(self, result: Reading | Writing | None) -> None:
        raise NotImplementedError

    def _show_remarks(self, remarks: list[Remark]) -> None:
        shown = remarks[:REMARKS_LISTED]
        self.table.setRowCount(len(shown))
        for row, remark in enumerate(shown):
            for column, text in enumerate((remark.where, said(remark.problem))):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.table.setItem(row, column, item)
        self.table.setVisible(bool(shown))

    def _remarked(self, remarks: list[Remark]) -> str:
        count = len(remarks)
        return self.tr("{count} remarks", "", count).format(count=count_text(count)) if count else ""


class ImportLabelsDialog(_LabelsDialog):
    """Reads labels, shows what they are, and takes them over as one step."""

    kind: JobKind = "labels"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.setWindowTitle(self.tr("Import labels"))
        self.text.setText(
            self.tr(
                "From labelme, COCO or a CSV table (path, label, type), or a folder of labelme files or of masks in "
                "MVTec AD's names: ground_truth/type/name_mask.png. The pictures must be in the project."
            )
        )
        self.file_button = QPushButton(self.tr("Choose a file…"), self)
        self.folder_button = QPushButton(self.tr("Choose a folder…"), self)
        self.import_button = QPushButton(self.tr("Import"), self)
        self.import_button.setProperty("role", "primary")
        self.import_button.setEnabled(False)
        self._reading: Reading | None = None
        row = across(8)
        row.addWidget(self.file_button)
        row.addWidget(self.folder_button)
        row.addStretch(1)
        self._column.addLayout(row)
        self._finish_layout(self.import_button)
        self.file_button.clicked.connect(lambda: self._choose(self._file))
        self.folder_button.clicked.connect(lambda: self._choose(self._folder))
        self.import_button.clicked.connect(self._on_import)

    def read(self, source: Path) -> None:
        """Read a file or folder."""
        self._reading = None
        self.import_button.setEnabled(False)
        self.summary.hide()
        self.table.hide()
        self._session.read_labels(source)

    def _choose(self, ask: Callable[[str], str]) -> None:
        preferences = self._session.preferences
        project = self._session.project
        chosen = ask(str(preferences.folder(None if project is None else project.path.parent)))
        if chosen:
            preferences.set_folder(Path(chosen).parent)
            self.read(Path(chosen))

    def _file(self, begin: str) -> str:
        kinds = self.tr("Labels ({patterns})").format(patterns="*.json *.csv *.tsv *.txt")
        return QFileDialog.getOpenFileName(self, self.tr("Import labels"), begin, kinds)[0]

    def _folder(self, begin: str) -> str:
        return QFileDialog.getExistingDirectory(self, self.tr("Import labels"), begin)

    def _show_result(self, result: Reading | Writing | None) -> None:
        if not isinstance(result, Reading):
            return
        self._reading = result
        counts = result.counts()
        words = [
            self.tr("{count} pictures", "", counts.pictures).format(count=count_text(counts.pictures)),
            self.tr("{count} defects", "", counts.defects).format(count=count_text(counts.defects)),
            self.tr("{count} masks", "", counts.masks).format(count=count_text(counts.masks)),
            self.tr("{count} good").format(count=count_text(counts.good)),
            self._remarked(result.remarks),
        ]
        self.summary.setText(" · ".join(word for word in words if word))
        self.summary.show()
        self._show_remarks(result.remarks)
        self.import_button.setEnabled(bool(result.said))
        self.import_button.setFocus()

    def _on_import(self) -> None:
        if self._reading is not None and self._session.do(self._reading.edit()):
            self.accept()


class ExportLabelsDialog(_LabelsDialog):
    """Asks for a format and a folder, writes the labels there, and shows what could not be written."""

    kind: JobKind = "write-labels"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.setWindowTitle(self.tr("Export labels"))
        names = {"masks": self.tr("PNG masks"), "labelme": "labelme", "coco": "COCO", "csv": self.tr("CSV table")}
        self.formats = SegmentedControl(self.tr("Format"), [(key, names[key]) for key in FORMATS], parent=self)
        self._texts = {
            "masks": self.tr("One picture for each mask, in MVTec AD's names: ground_truth/type/name_mask.png."),
            "labelme": self.tr("One JSON file for each labelled picture: polygons, and masks where an area has holes."),
            "coco": self.tr("annotations.json: polygons, and run lengths where an area has holes."),
            "csv": self.tr("labels.csv: path, label and type of each labelled picture, without masks."),
        }
        self.write_button = QPushButton(self.tr("Choose a folder…"), self)
        self.write_button.setProperty("role", "primary")
        self._folder: Path | None = None
        self._column.insertWidget(0, self.formats)
        self._finish_layout(self.write_button)
        self.formats.chosen.connect(self._show_format)
        self.write_button.clicked.connect(self._on_write)
        self.formats.set_current("masks")
        self._show_format("masks")

    def write(self, folder: Path) -> None:
        """Write into a folder."""
        self._folder = folder
        self.write_button.setEnabled(False)
        self._session.write_labels(folder, cast("Format", self.formats.current()))

    def _show_format(self, key: str) -> None:
        self.text.setText(self._texts[key] + " " + self.tr("No file that is already there is replaced."))

    def _on_write(self) -> None:
        preferences, project = self._session.preferences, self._session.project
        begin = preferences.folder(None if project is None else project.path.parent)
        folder = QFileDialog.getExistingDirectory(self, self.tr("Folder for the labels"), str(begin))
        if folder:
            preferences.set_folder(Path(folder))
            self.write(Path(folder))

    def _show_result(self, result: Reading | Writing | None) -> None:
        self.write_button.setEnabled(True)
        if not isinstance(result, Writing):
            return
        text = self.tr("{count} pictures written to {folder}", "", result.pictures)
        words = [text.format(count=count_text(result.pictures), folder=self._folder), self._remarked(result.remarks)]
        self.summary.setText(" · ".join(word for word in words if word))
        self.summary.show()
        self._show_remarks(result.remarks)
        self.cancel_button.setText(self.tr("Close"))
