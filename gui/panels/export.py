"""Write the tuned model for the line, and say whether the written file scores as the program does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QWidget,
)

from core.project.earlier_export import EarlierExport, earlier_export, export_date
from core.project.model import Changes, Kind
from gui import icons, theme
from gui.canvas.readout import figure
from gui.errors import translated
from gui.panels.results import megabytes
from gui.settings import present_folder
from gui.widgets import Card, EmptyState
from gui.widgets.facts import Facts
from gui.widgets.layouts import across, lattice
from gui.widgets.question import Question

if TYPE_CHECKING:
    from core.export.onnx import ExportReport
    from core.project.model import Project
    from gui.errors import Failure
    from gui.session.events import Exported, Job
    from gui.session.session import Session

LEFT_WIDTH = 420
BAR_STEPS = 1000
FIGURES_WIDTH = 560
HASH_SHOWN = 16
NOT_IN_NAMES = str.maketrans(dict.fromkeys('<>:"/\\|?*', "_"))
REDRAWN_BY = frozenset({Kind.PROJECT, Kind.MODELS, Kind.ACTIVE_MODEL, Kind.CALIBRATION})


class ExportPage(QWidget):
    """The page on which the model leaves the program."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._job: Job | None = session.job("export") if session.export_asked is not None else None
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
        self.report_button.clicked.connect(self.choose_report)
        self.cancel_button.clicked.connect(self._on_cancel)
        self.open_button.clicked.connect(self._on_open)
        self.details_button.clicked.connect(self._on_details)
        session.changed.connect(self._on_changed)
        session.job_changed.connect(self._on_job)
        self.refresh()

    def refresh(self) -> None:
        """Read the active model anew."""
        self._show_outcome()
        project, model, calibration = self._session.project, self._session.active_model, self._session.calibration
        ready = project is not None and model is not None and calibration is not None
        self.export_button.setEnabled(ready and bool(self.folder.text().strip()) and not self._running)
        self.model_button.setEnabled(ready and not self._running)
        self.report_button.setEnabled(ready and not self._running)
        if project is not None and not self._chosen:
            self.folder.setText(str(self._default_folder(project)))
            self.export_button.setEnabled(ready and not self._running)
        if not ready or model is None or calibration is None:
            self.what.show_facts([(self.tr("Model"), self.tr("none yet: train one first"))])
            return
        limit = figure(calibration.image.value)
        before = export_date(Path(self.folder.text().strip()))
        self.what.show_facts(
            [
                (self.tr("Model"), model.name),
                (
                    self.tr("NG from"),
                    self.tr("{0} (provisional)").format(limit) if calibration.image.provisional else limit,
                ),
                *(
                    [(self.tr("Review from"), figure(calibration.review.value))]
                    if calibration.review is not None
                    else []
                ),
                (self.tr("Pixel limit"), figure(calibration.pixel.value)),
                *(
                    [(self.tr("Verdict"), self.tr("by regions, too: in metadata.json; the graph's is by the score"))]
                    if calibration.decides != "score"
                    else []
                ),
                (self.tr("Size of the trained part"), megabytes(model.facts.get("size_bytes", 0))),
                *([(self.tr("Replaces"), self.tr("the export of {0}").format(before))] if before else []),
            ]
        )

    def start(self) -> None:
        """Export into the folder. Another model's export there is replaced only if the person says so."""
        project, model = self._session.project, self._session.active_model
        folder = Path(self.folder.text().strip())
        if project is not None and folder != self._default_folder(project):
            self._chosen = True
        earlier = earlier_export(folder)
        if earlier is not None and model is not None and earlier.model != model.id:
            answer = self.ask_replace(earlier, folder)
            if answer == "choose":
                self._on_choose()
            if answer != "replace":
                return
        self._session.export(folder, ("onnx", *(name for name, box in self.boxes.items() if box.isChecked())))

    def ask_replace(self, earlier: EarlierExport, folder: Path) -> Literal["replace", "choose", "cancel"]:
        """Ask what to do about another model's export in the folder."""
        box = Question(
            self.tr("This folder holds an export of another model, {0}.").format(earlier.name),
            self.tr("{0}\nExporting here removes it.").format(folder),
            self,
        )
        replace = box.addButton(self.tr("Replace"), QMessageBox.ButtonRole.DestructiveRole)
        choose = box.addButton(self.tr("Choose another…"), QMessageBox.ButtonRole.ActionRole)
        cancel = box.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        chosen = box.ask(default=choose, escape=cancel)
        return "replace" if chosen is replace else "choose" if chosen is choose else "cancel"

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

    def choose_report(self) -> None:
        """Ask for a place and write the report there."""
        project = self._session.project
        if project is None or self._session.active_model is None:
            return
        name, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Save report"),
            str(project.path.with_name(f"{project.path.stem} report.pdf")),
            self.tr("Reports (*.pdf *.html)"),
        )
        if name:
            path = Path(name)
            self._session.report(path if path.suffix else path.with_suffix(".pdf"))

    def _default_folder(self, project: Project) -> Path:
        model = self._session.active_model
        parts = [project.path.stem, "" if model is None else model.name.translate(NOT_IN_NAMES).strip(), "export"]
        return project.path.with_name(" ".join(part for part in parts if part))

    @property
    def _running(self) -> bool:
        return self._job is not None and self._job.active

    def _choose_card(self) -> Card:
        card = Card(self.tr("Export"), self.tr("The model with the limits in force, ready for the line"), self)
        onnx = QCheckBox(self.tr("ONNX"), card)
        onnx.setChecked(True)
        onnx.setEnabled(False)  # what the others and the certificate rest on
        onnx.setToolTip(
            self.tr("model.onnx with resize and normalisation inside, metadata, a certificate and runnable consumers")
        )
        self.boxes = {"openvino": QCheckBox(self.tr("OpenVINO"), card), "torch": QCheckBox(self.tr("PyTorch"), card)}
        self.boxes["openvino"].setToolTip(
            self.tr("model.xml and model.bin, for Intel's processors and for Anomalib 2; needs the package openvino")
        )
        self.boxes["torch"].setToolTip(self.tr("model.pt2, a program of torch.export, for Python with PyTorch"))
        formats = across(12)
        for box in (onnx, *self.boxes.values()):
            formats.addWidget(box)
        formats.addStretch(1)
        self.folder = QLineEdit(card)
        self.folder.setObjectName("export_folder")
        self.folder.setAccessibleName(self.tr("Folder"))
        self.choose_button = QPushButton(self.tr("Choose…"), card)
        grid = lattice(12, 10)
        grid.addWidget(QLabel(self.tr("Formats"), card), 0, 0)
        grid.addLayout(formats, 0, 1, 1, 2)
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
        self.report_button = QPushButton(icons.icon("download"), self.tr("Save report…"), card)
        self.report_button.setToolTip(
            self.tr(
                "HTML or PDF: limits and why, curves, confusion, every escape and false reject in pictures, in the "
                "language of the window"
            )
        )
        card.body.addWidget(self.report_button)
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
        self.stale = QLabel(card, wordWrap=True)
        self.stale.setObjectName("export_stale")
        theme.set_role(self.stale, "review")
        self.stale.hide()
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
        for part in (self.verdict, self.stale, self.says):
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
            if not self._running:
                self._job = None
        if changes.kinds & REDRAWN_BY:
            self.refresh()

    def _on_job(self, job: Job) -> None:
        if job.kind != "export":
            return
        self._job = job
        if job.active:
            progress = job.progress
            self.bar.setValue(0 if progress is None else round(progress.fraction * BAR_STEPS))
            self.stage.setText(self.tr("Starting") if progress is None else translated(progress.stage))
            self.cancel_button.setEnabled(job.state == "running")
        self.refresh()

    def _show_outcome(self) -> None:
        """Show what runs, or how the last export ended and whether that is still about what is in use."""
        session, job = self._session, self._job
        asked = session.export_asked
        if self._running:
            self.right.setCurrentIndex(1)
        elif (
            job is not None
            and job.error is not None
            and (asked is None or asked.standing(session.active_model, session.calibration) != "model")
        ):
            self._show_failure(job.error)
        elif session.export_report is not None and session.exported is not None:
            self._show_report(session.export_report, session.exported)
        else:
            self.right.setCurrentIndex(0)

    def _show_failure(self, failure: Failure) -> None:
        self.right.setCurrentIndex(2)
        self.verdict.setText(self.tr("Export failed"))
        theme.set_role(self.verdict, "heading-ng")
        self.stale.hide()
        self.says.setText(f"{failure.message}\n{failure.hint}".strip())
        for widget in self._only_with_report:
            widget.hide()
        self.open_button.hide()
        self.details_button.setVisible(bool(failure.details))

    def _say_standing(self, exported: Exported) -> None:
        """Say in the heading and under it whether the export is of what is in use now."""
        standing = exported.standing(self._session.active_model, self._session.calibration)
        if standing == "current":
            self.verdict.setText(self.tr("Exported and checked"))
            theme.set_role(self.verdict, "heading-ok")
            self.stale.hide()
            return
        words = (
            self.tr("This export is of {0} with NG from {1}. The limits have changed since: export again.")
            if standing == "limits"
            else self.tr("This export is of {0} with NG from {1}. Another model is in use now: export again.")
        )
        self.verdict.setText(self.tr("An earlier export"))
        theme.set_role(self.verdict, "heading-review")
        self.stale.setText(words.format(exported.model.name, figure(exported.calibration.image.value)))
        self.stale.show()

    def _show_report(self, report: ExportReport, exported: Exported) -> None:
        certificate = report.certificate
        self.right.setCurrentIndex(2)
        for widget in self._only_with_report:
            widget.show()
        self.open_button.show()
        self.details_button.hide()
        # A bundle that does not agree is never written: what arrives here has passed.
        self._say_standing(exported)
        limits = exported.calibration
        said = self.tr("{0} with NG from {1} and pixel limit {2}").format(
            exported.model.name, figure(limits.image.value), figure(limits.pixel.value)
        )
        self.says.setText(f"{said}\n{report.folder}")
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
                *(
                    (
                        self.boxes[name].text(),
                        self.tr("largest difference {0}, {1} verdicts differ").format(
                            f"{each.normalised_difference:.2g}", each.verdict_flips
                        ),
                    )
                    for name, each in report.extras.items()
                ),
            ]
        )
        self.files.show_facts(
            [
                *((name, megabytes(size)) for name, size in report.files.items()),
                (self.tr("SHA-256 of model.onnx"), f"{certificate.model_sha256[:HASH_SHOWN]}…"),
            ]
        )
