"""Write the tuned model for the line, and say whether the written file scores as the program does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QWidget,
)

from core.project.model import Changes, Kind
from gui import icons, theme
from gui.errors import translated
from gui.panels.facts import Facts
from gui.panels.results import megabytes
from gui.settings import present_folder
from gui.widgets import Card, EmptyState, SegmentedControl
from gui.widgets.layouts import across, lattice

if TYPE_CHECKING:
    from gui.errors import Failure
    from gui.session.events import Job
    from gui.session.session import Session

LEFT_WIDTH = 420
BAR_STEPS = 1000
FIGURES_WIDTH = 560
HASH_SHOWN = 16
REDRAWN_BY = frozenset({Kind.PROJECT, Kind.MODELS, Kind.ACTIVE_MODEL, Kind.CALIBRATION})


class ExportPage(QWidget):
    """The page on which the model leaves the program."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._job: Job | None = None
        self._chosen = False
        self.left = self._choose_card()
        self.left.setFixedWidth(LEFT_WIDTH)
        self.right = QStackedWidget(self)
        self.right.addWidget(self._hint())
        self.right.addWidget(self._running_card())
        self.right.addWidget(self._result_card())
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 12)
        row.setSpacing(12)
        row.addWidget(self.left)
        row.addWidget(self.right, 1)
        self.choose_button.clicked.connect(self._on_choose)
        self.folder.textEdited.connect(self._on_folder)
        self.export_button.clicked.connect(self.start)
        self.model_button.clicked.connect(self.choose_model_file)
        self.cancel_button.clicked.connect(self._on_cancel)
        self.open_button.clicked.connect(self._on_open)
        self.details_button.clicked.connect(self._on_details)
        session.changed.connect(self._on_changed)
        session.job_changed.connect(self._on_job)
        self.refresh()

    def refresh(self) -> None:
        """Read the active model anew."""
        project, model, calibration = self._session.project, self._session.active_model, self._session.calibration
        ready = project is not None and model is not None and calibration is not None
        self.export_button.setEnabled(ready and bool(self.folder.text().strip()) and not self._running)
        self.model_button.setEnabled(ready and not self._running)
        if project is not None and not self._chosen:
            self.folder.setText(str(project.path.with_name(f"{project.path.stem} export")))
            self.export_button.setEnabled(ready and not self._running)
        if not ready or model is None or calibration is None:
            self.what.show_facts([(self.tr("Model"), self.tr("none yet: train one first"))])
            return
        limit = f"{calibration.image.value:.4g}"
        self.what.show_facts(
            [
                (self.tr("Model"), model.name),
                (self.tr("NG from"), limit + (f" ({self.tr('provisional')})" if calibration.image.provisional else "")),
                (self.tr("Pixel limit"), f"{calibration.pixel.value:.4g}"),
                (self.tr("Size of the model"), megabytes(model.facts.get("size_bytes", 0))),
            ]
        )

    def start(self) -> None:
        """Export into the folder."""
        self._chosen = True
        self._session.export(Path(self.folder.text().strip()))

    def choose_model_file(self) -> None:
        """Ask for a place and save the model with its limits as one file."""
        project, model = self._session.project, self._session.active_model
        if project is None or model is None:
            return
        name, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Save model file"),
            str(project.path.with_name(f"{project.name}.flawmodel")),
            self.tr("Flawsight model (*.flawmodel)"),
        )
        if name:
            self._session.save_model(Path(name))

    @property
    def _running(self) -> bool:
        return self._job is not None and self._job.active

    def _choose_card(self) -> Card:
        card = Card(self.tr("Export"), self.tr("The model with the limits in force, ready for the line"), self)
        self.format = SegmentedControl(self.tr("Format"), [("onnx", self.tr("ONNX bundle"))], parent=card)
        self.format.set_current("onnx")
        self.format.setToolTip(
            self.tr("model.onnx with resize and normalisation inside, metadata, a certificate and a runnable consumer")
        )
        self.folder = QLineEdit(card)
        self.folder.setObjectName("export_folder")
        self.folder.setAccessibleName(self.tr("Folder"))
        self.choose_button = QPushButton(self.tr("Choose…"), card)
        grid = lattice(12, 10)
        grid.addWidget(QLabel(self.tr("Format"), card), 0, 0)
        grid.addWidget(self.format, 0, 1, 1, 2)
        grid.addWidget(QLabel(self.tr("Folder"), card), 1, 0)
        grid.addWidget(self.folder, 1, 1)
        grid.addWidget(self.choose_button, 1, 2)
        self.what = Facts(self.tr("What is exported"), card)
        self.export_button = QPushButton(icons.icon("export", "on_accent"), self.tr("Export"), card)
        self.export_button.setObjectName("start_export")
        self.export_button.setProperty("role", "primary")
        self.model_button = QPushButton(icons.icon("download"), self.tr("Save model file…"), card)
        self.model_button.setToolTip(
            self.tr("One .flawmodel file with the limits in force, for flawsight-cli and other projects")
        )
        card.body.addLayout(grid)
        card.body.addSpacing(8)
        card.body.addWidget(self.what)
        card.body.addStretch(1)
        card.body.addWidget(self.export_button)
        card.body.addWidget(self.model_button)
        return card

    def _hint(self) -> QWidget:
        card = Card("", "", self)
        card.body.addWidget(
            EmptyState(
                "export",
                self.tr("After writing, the exported file itself is run on pictures of this project"),
                note=self.tr("Its scores have to agree with the program's own, or the export counts as failed"),
                parent=card,
            ),
            1,
        )
        return card

    def _running_card(self) -> Card:
        card = Card(self.tr("Exporting"), "", self)
        self.stage = QLabel(card)
        self.bar = QProgressBar(card, textVisible=False, maximum=BAR_STEPS)
        self.bar.setFixedHeight(6)
        self.cancel_button = QPushButton(icons.icon("stop"), self.tr("Cancel"), card)
        for part in (self.stage, self.bar):
            card.body.addWidget(part)
        card.body.addWidget(self.cancel_button, 0, Qt.AlignmentFlag.AlignLeft)
        card.body.addStretch(1)
        return card

    def _result_card(self) -> Card:
        card = Card("", "", self)
        self.verdict = QLabel(card)
        self.verdict.setObjectName("export_verdict")
        self.verdict.setProperty("role", "heading")
        self.says = QLabel(card, wordWrap=True)
        self.says.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        compared = QLabel(self.tr("Exported file against the program"), card)
        compared.setProperty("role", "caption")
        self.figures = Facts(self.tr("Comparison"), card)
        written = QLabel(self.tr("Written files"), card)
        written.setProperty("role", "caption")
        self.files = Facts(self.tr("Written files"), card)
        self._only_with_report = (compared, self.figures, written, self.files)
        self.open_button = QPushButton(icons.icon("open"), self.tr("Open folder"), card)
        self.details_button = QPushButton(self.tr("Details"), card)
        buttons = across(8)
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.details_button)
        buttons.addStretch(1)
        for part in (self.verdict, self.says):
            card.body.addWidget(part)
        card.body.addSpacing(8)
        for widget in self._only_with_report:
            widget.setMaximumWidth(FIGURES_WIDTH)
            card.body.addWidget(widget)
        card.body.addStretch(1)
        card.body.addLayout(buttons)
        return card

    def _on_choose(self) -> None:
        wanted = Path(self.folder.text().strip())
        begin = present_folder(wanted, *wanted.parents)
        folder = QFileDialog.getExistingDirectory(self, self.tr("Folder for the export"), str(begin))
        if folder:
            self.folder.setText(folder)
            self._on_folder()

    def _on_folder(self) -> None:
        self._chosen = True
        self.refresh()

    def _on_cancel(self) -> None:
        self._session.cancel("export")

    def _on_open(self) -> None:
        report = self._session.export_report
        if report is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(report.folder)))

    def _on_details(self) -> None:
        if self._job is not None and self._job.error is not None:
            self._session.problem.emit(self._job.error)

    def _on_changed(self, changes: Changes) -> None:
        if Kind.PROJECT in changes.kinds:
            self._chosen = False
            self.right.setCurrentIndex(0)
        if changes.kinds & REDRAWN_BY:
            self.refresh()

    def _on_job(self, job: Job) -> None:
        if job.kind != "export":
            return
        self._job = job
        if job.active:
            self.right.setCurrentIndex(1)
            progress = job.progress
            self.bar.setValue(0 if progress is None else round(progress.fraction * BAR_STEPS))
            self.stage.setText(self.tr("Starting") if progress is None else translated(progress.stage))
            self.cancel_button.setEnabled(job.state == "running")
        elif job.state == "done":
            self._show_report()
        elif job.error is not None:
            self._show_failure(job.error)
        else:
            self.right.setCurrentIndex(0)
        self.refresh()

    def _show_failure(self, failure: Failure) -> None:
        self.right.setCurrentIndex(2)
        self.verdict.setText(self.tr("Export failed"))
        theme.set_role(self.verdict, "heading-ng")
        self.says.setText(f"{failure.message}\n{failure.hint}".strip())
        for widget in self._only_with_report:
            widget.hide()
        self.open_button.hide()
        self.details_button.setVisible(bool(failure.details))

    def _show_report(self) -> None:
        report = self._session.export_report
        if report is None:
            return
        certificate = report.certificate
        self.right.setCurrentIndex(2)
        for widget in self._only_with_report:
            widget.show()
        self.open_button.show()
        self.details_button.hide()
        # A bundle that does not agree is never written: what arrives here has passed.
        self.verdict.setText(self.tr("Exported and checked"))
        theme.set_role(self.verdict, "heading-ok")
        self.says.setText(str(report.folder))
        flips = f"{certificate.verdict_flips}"
        if certificate.flips_at_the_limit:
            flips = self.tr("{0}, all at the limit by rounding").format(flips)
        self.figures.show_facts(
            [
                (self.tr("Pictures compared"), f"{certificate.images:,}"),
                (self.tr("Largest difference of a score"), f"{certificate.score_difference:.2g}"),
                (self.tr("Largest difference of a pixel"), f"{certificate.map_difference:.2g}"),
                (
                    self.tr("Largest difference on the scale of 0 to 1"),
                    self.tr("{0} (allowed {1})").format(
                        f"{certificate.normalised_difference:.2g}", f"{certificate.tolerance:g}"
                    ),
                ),
                (self.tr("Verdicts that differ"), flips),
            ]
        )
        self.files.show_facts(
            [
                *((name, megabytes(size)) for name, size in report.files.items()),
                (self.tr("SHA-256 of model.onnx"), f"{certificate.model_sha256[:HASH_SHOWN]}…"),
            ]
        )
