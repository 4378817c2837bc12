"""The one object that views talk to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs
from PySide6.QtCore import QLocale, QObject, Signal
from PySide6.QtGui import QUndoStack

from core.errors import Problem, phrase
from core.models.card import note_from_json
from core.project.discovery import Dataset
from core.project.edits import (
    AddModel,
    AddSamples,
    Edit,
    SampleFacts,
    SetActiveModel,
    SetFacts,
    SetLabels,
    SetTroubles,
)
from core.project.model import Changes, Kind, Label, ModelRecord, Project, Role, Sample, SampleId, same_file
from core.scoring.drift import Drift
from core.scoring.thresholds import Calibration
from gui.errors import failure, said
from gui.jobs.imports import load_statistics
from gui.jobs.lane import Lane
from gui.jobs.tasks import (
    Gathered,
    Trained,
    adopt_task,
    check_task,
    compare_task,
    demo_task,
    device_task,
    discover_task,
    examine_task,
    export_task,
    fetch_weights_task,
    folder_task,
    forget_models,
    gather_task,
    keep_weights_task,
    lighting_task,
    locate_task,
    pack_task,
    read_labels_task,
    report_task,
    save_model_task,
    train_task,
    unpack_task,
    write_labels_task,
)
from gui.jobs.thread import Task
from gui.jobs.thumbnails import shared_thumbnails
from gui.session.adding import samples_of, samples_to_inspect
from gui.session.areas import Areas
from gui.session.board import Board
from gui.session.counting import Tally
from gui.session.document import Document, Opened, open_task
from gui.session.evaluation import Evaluator, LiveEvaluation, drift_of
from gui.session.events import Added, Exported, Findings, Job, JobKind, Shown
from gui.session.finding import Finder, moves
from gui.session.intake import Intake
from gui.session.limits import Limits
from gui.session.live import Live
from gui.session.pacing import Pacing
from gui.session.side_by_side import SideBySide, side_by_side
from gui.session.standings import Standings
from gui.session.watching import Arrivals, Watcher
from gui.settings import Preferences

if TYPE_CHECKING:
    from core.batch.told import Outputs
    from core.export.onnx import ExportReport
    from core.inspection.robustness import Robustness
    from core.project.interchange.files import Format
    from core.training.hygiene import Finding, Oddity
    from core.training.recipe import Recipe

__all__ = ["Added", "Job", "LiveEvaluation", "Session", "Shown"]

PROBES = 20
DEMO_FOLDER = "demo"

_NO_MODEL = Problem("There is no model yet.", "Train one first.")


class Session(QObject):
    """The open project, the work on it and what is shown of it: views send wishes here and draw what it tells.

    Everything happens in the window's thread except the tasks of `gui.jobs.tasks`.

    Attributes
    ----------
    limits
        Moves the active model's limits.
    pacing
        Knows how long trainings take here.
    standings
        Compares the models.
    watcher
        Watches a folder.

    Signals
    -------
    changed
        `Changes`, after memory and file are equal again.
    selected_changed
        The selected sample's id, or None.
    explained, likened
        `Explained` or `Likened` of the selected sample, after `explain` or `liken`.
    inspected
        `Shown` of the selected sample: its photo first, then its inspection.
    job_changed
        `Job` whenever background work begins, gets on or ends.
    problem
        `Failure` to tell a person.
    device_changed, saved_changed
        Texts for the window's bars.
    switching
        Another model is about to become the active one: what is being typed is taken over now, or never.
    ready_changed
        `ModelRecord` of a trained model that waits to be used, or None.
    missing_changed
        Other pictures than before are not where they were; see `missing`.
    watched
        `Watched`: what the run into a folder has come to.
    """

    changed = Signal(object)
    selected_changed = Signal(object)
    inspected = Signal(object)
    explained = Signal(object)
    likened = Signal(object)
    job_changed = Signal(object)
    problem = Signal(object)
    device_changed = Signal(str)
    saved_changed = Signal(str)
    switching = Signal()
    ready_changed = Signal(object)
    missing_changed = Signal()
    watched = Signal(object)

    def __init__(self, preferences: Preferences | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.preferences = preferences or Preferences(self)
        self.device = ""
        self.model_in_sight = False  # whether the person looks at what the active model says
        self._document = Document(self)
        self._evaluator = Evaluator(self._document, self)
        self.limits = Limits(self._document, self._evaluator, self)
        self.standings = Standings(self._document, self)
        self._areas = Areas(self._document, self)
        self._live = Live(self._document, self.preferences, self)
        self._ahead = Lane("refuse", self)
        self._opener = Board("refuse", self)
        self._opening: Path | None = None  # the project that was wanted last, until it is open
        self._heavy = Board("refuse", self)
        self._files = Board("refuse", self)
        self._batch = Board("refuse", self)
        self._lighting = Board("refuse", self)
        self.watcher = Watcher(self._document, self._take_arrived, self)
        self._examiner = Board("refuse", self)
        self._devices = Board("refuse", self)
        self._weights = Board("refuse", self)
        self.pacing = Pacing(self._document, self.preferences, self._heavy, self)
        self._finder = Finder(self._document, self)
        self._boards = (
            self._opener,
            self._heavy,
            self._files,
            self._batch,
            self.watcher.board,
            self._lighting,
            self._examiner,
            self._devices,
            self._weights,
            self.pacing.board,
            self._evaluator.board,
            self._areas.board,
            self.standings.board,
            self._finder.board,
        )
        self._arrivals: list[tuple[JobKind, str, Task, Callable[[Any], Any]]] = []  # drops that wait their turn
        self._export_report: ExportReport | None = None
        self._export_asked: Exported | None = None
        self._exported: Exported | None = None
        self._lit: tuple[str, Calibration, Robustness] | None = None
        self._ready: ModelRecord | None = None

        self._document.opened.connect(self._on_opened)
        self._document.changed.connect(self._on_document_changed)
        self._document.saved_changed.connect(self.saved_changed)
        self.limits.moved.connect(self.changed)
        self._evaluator.counted.connect(self._on_counted)
        self._areas.counted.connect(lambda: self.changed.emit(Changes(kinds=frozenset({Kind.REGIONS}))))
        self._finder.back.connect(self._on_back)
        self._finder.changed.connect(self._on_missing)
        self._live.shown.connect(self._on_shown)
        self._live.explained.connect(self.explained)
        self._live.likened.connect(self.likened)
        self._live.job_changed.connect(self.job_changed)
        self._live.device.connect(self._on_device)
        for board in self._boards:
            board.changed.connect(self.job_changed)
        for part in (self._document, self.limits, self._live, *self._boards):
            if part not in (self._weights, self.pacing.board):  # these are told on the Train page
                part.problem.connect(self.problem)
        self.preferences.changed.connect(self._on_preference)

    # --- What is there -----------------------------------------------------------------------------------------------

    @property
    def project(self) -> Project | None:
        """The open project. Read it; change it through this class."""
        return self._document.project

    @property
    def tally(self) -> Tally:
        """How many pictures of the project there are of each kind."""
        return self._document.tally

    @property
    def selected(self) -> SampleId | None:
        """The picture everybody looks at."""
        return self._live.selected

    @property
    def active_model(self) -> ModelRecord | None:
        """The model that everything shown is about."""
        project = self.project
        return None if project is None or project.active_model is None else project.models[project.active_model]

    @property
    def trained_elsewhere(self) -> bool:
        """Whether the active model was trained with another area to look at than the project has now."""
        model = self.active_model
        recipe = None if model is None else model.facts.get("recipe")
        if self.project is None or recipe is None:
            return False
        area = self.project.area.to_json() if self.project.area else None
        return json.dumps(recipe.get("area")) != json.dumps(area)

    @property
    def ready(self) -> ModelRecord | None:
        """A trained model that waits to be used, because another one was in use when its training ended."""
        return self._ready

    @property
    def calibration(self) -> Calibration | None:
        """Limits in force, also while a line is being dragged."""
        return self.limits.in_force

    @property
    def evaluation(self) -> LiveEvaluation | None:
        """Figures of the active model on the labelled tuning pictures, or on those held out: see `evaluate_on`."""
        return self._evaluator.current

    def evaluate_on(self, role: Role) -> None:
        """Choose the pictures that `evaluation` is about: those limits are set on, or those held out to check them."""
        self._document.evaluate(role)
        self._on_document_changed(Changes(kinds=frozenset({Kind.ROLES})))

    def learnt(self, sample: SampleId) -> bool:
        """Say whether the active model has learnt from a picture, so that its score is no evidence."""
        return self.project is not None and self._document.labelled.learnt(self.project.samples[sample])

    def drift(self) -> Drift | None:
        """Compare the good pictures that the image limit was set on with later ones; see `drift_of`."""
        limits, evaluation = self.limits.saved, self.evaluation
        if self.project is None or limits is None or evaluation is None:
            return None
        return drift_of(self.project, evaluation, limits.image)

    @property
    def areas(self) -> Mapping[SampleId, float]:
        """Area of each picture's largest region, in its own pixels, as far as it is known; see `areas_stale`."""
        return self._areas.known

    @property
    def areas_stale(self) -> bool:
        """Whether `areas` are those of the pixel limit before: they are being counted anew."""
        return self._areas.stale

    @property
    def areas_pending(self) -> bool:
        """Whether areas are still being counted."""
        return self._areas.pending

    def watch_areas(self, on: bool) -> None:
        """Say whether somebody looks at the areas; they are counted where regions decide, and while this is so."""
        self._areas.watch(on)

    @property
    def undo_stack(self) -> QUndoStack:
        """What can be undone."""
        return self._document.undo_stack

    @property
    def export_report(self) -> ExportReport | None:
        """What the last export of this project told."""
        return self._export_report

    @property
    def exported(self) -> Exported | None:
        """What `export_report` is about."""
        return self._exported

    @property
    def export_asked(self) -> Exported | None:
        """What the running or last export of this project was to be of, however it ended."""
        return self._export_asked

    @property
    def lighting(self) -> Robustness | None:
        """What the last comparison of lighting told, while the model and the limits that it is about are in use."""
        model = self.active_model
        if self._lit is None or model is None or self._lit[:2] != (model.id, self.limits.saved):
            return None
        return self._lit[2]

    @property
    def saved(self) -> str:
        """What the status bar says about the file."""
        return self._document.saved

    @property
    def why_read_only(self) -> str:
        """One sentence, or "" where the project can be changed."""
        return self._document.why_read_only

    def job(self, kind: JobKind) -> Job | None:
        """Return the running or last job of a kind."""
        jobs = (*(board.job for board in self._boards), self._live.job)
        return next((job for job in jobs if job is not None and job.kind == kind), None)

    # --- Projects ----------------------------------------------------------------------------------------------------

    def load_ahead(self) -> None:
        """Load in the background what opening a project needs, while the person chooses one."""
        self._ahead.submit("statistics", lambda _ticket: load_statistics())

    def new_project(self, path: Path, name: str) -> bool:
        """Make a project and open it."""
        self._opening = None
        self._live.flush()  # what runs for the old project is dropped by its generation, should the new one open
        made = self._document.create(path, name)
        if made:
            self._remember()
        return made

    def open_project(self, path: Path) -> None:
        """Open a project in the background, as the job "open". The one open before stays until then, or if it fails."""
        here = self.project is not None and path.exists() and path.samefile(self.project.path)
        self._opening = None if here else path  # this very session holds its lock
        self._open_next()

    def close_project(self) -> None:
        """Close the project. Work on it is asked to stop; what is saved stays."""
        self._opening = None
        self._leave()
        self._document.close()

    def open_demo(self) -> bool:
        """Open the demo project; the first time, its pictures are drawn."""
        folder = platformdirs.user_data_path("flawsight", appauthor=False) / DEMO_FOLDER
        path = folder / "demo.flawsight"
        if path.exists():
            self.open_project(path)
            return True
        return self._arrive(
            "demo", self.tr("Drawing the demo parts"), demo_task(folder), lambda drawn: self._on_demo(path, drawn)
        )

    def close(self, timeout_ms: int = 30_000) -> bool:
        """Stop everything and close the project, for good.

        Returns
        -------
        bool
            False where work is still stopping: ask again later.
        """
        self._opening = None
        self._arrivals.clear()
        self.pacing.stop()
        for board in self._boards:
            board.cancel()
        lanes = (self._ahead, *(board.lane for board in self._boards))
        closed = [self._live.close(timeout_ms), *(lane.close(timeout_ms) for lane in lanes)]
        if not all(closed):
            return False
        self._document.close()
        forget_models()
        return True

    # --- Pictures ----------------------------------------------------------------------------------------------------

    def add_folder(self, path: Path) -> bool:
        """Take a folder of good parts, or of a known layout, into the project."""
        if self._document.writable() is None:
            return False
        return self._arrive("discover", self.tr("Looking at pictures"), discover_task(path), self._on_discovered)

    def add_files(self, paths: Sequence[Path]) -> bool:
        """Take pictures to inspect into the project: files, folders, or parts of a known layout.

        Into a project open for reading only, too: there they are kept, with their results, until it is closed.
        """
        if self._document.present() is None:
            return False
        return self._arrive("discover", self.tr("Looking at pictures"), gather_task(paths), self._on_gathered)

    @property
    def missing(self) -> frozenset[SampleId]:
        """Pictures whose files are not where they were."""
        return self._finder.missing

    def look_for_missing(self) -> None:
        """Look in the background whether missing files are back."""
        if self.missing:
            self._finder.look_again()

    def locate(self, folder: Path) -> bool:
        """Look for the missing files under a folder, and take them from there; that can be undone."""
        if self._document.writable() is None:
            return False
        files = self._finder.files()
        return self._arrive("locate", self.tr("Looking for the files"), locate_task(files, folder), self._on_located)

    def select(self, sample: SampleId | None) -> None:
        """Look at a picture."""
        if self.project is None or (sample is not None and sample not in self.project.samples):
            sample = None
        changed = sample != self._live.selected
        self._live.select(sample)
        if changed:
            self.selected_changed.emit(sample)

    def look_ahead(self, sample: SampleId) -> None:
        """Read a picture that is likely to be looked at next."""
        self._live.look_ahead(sample)

    def explain(self, spot: tuple[float, float] | None) -> None:
        """Find out why a spot (x, y) of the selected picture is strange, or where it is None, the strongest one."""
        self._live.explain(spot)

    def liken(self) -> None:
        """Find the good photo that looks most like the selected picture."""
        self._live.liken()

    def set_label(self, ids: Iterable[SampleId], label: Label, defect_type: str | None = None) -> bool:
        """Say whether pictures are good or show a defect."""
        return self.do(SetLabels(ids, label, defect_type))

    def read_labels(self, source: Path) -> bool:
        """Read labels and masks of other programs, as the job "labels"; `do` its result's `edit` to take them over."""
        project = self._document.writable()
        if project is None:
            return False
        task = read_labels_task(source, list(project.samples.values()))
        return self._arrive("labels", self.tr("Reading labels"), task, lambda reading: reading)

    def write_labels(self, folder: Path, file_format: Format) -> bool:
        """Write labels and masks for other programs, as the job "write-labels"."""
        project = self._document.present()
        if project is None:
            return False
        as_it_is = replace(project, samples=dict(project.samples), masks=dict(project.masks))
        task = write_labels_task(as_it_is, folder, file_format)
        return self._arrive("write-labels", self.tr("Writing labels"), task, lambda written: written)

    def check_pictures(self) -> bool:
        """Look for odd pictures, as the job "check" with `Findings`."""
        project = self._document.present()
        if project is None:
            return False
        record = None if project.active_model is None else project.models.get(project.active_model)
        model = None if record is None or not record.path.exists() else record.path
        task = check_task(list(project.samples.values()), project.value_range, model)
        return self._arrive("check", self.tr("Checking the pictures"), task, self._on_checked)

    def side_by_side(self, models: Sequence[str]) -> SideBySide:
        """Compare models of the open project on the pictures that all of them know."""
        assert self.project is not None
        return side_by_side(self.project, models)

    def train_again(self) -> bool:
        """Train as the active model was trained, with the pictures as they are now."""
        project = self.project
        record = None if project is None or project.active_model is None else project.models.get(project.active_model)
        if record is None:
            return False
        from core.training.recipe import Recipe

        return self.train(Recipe.from_json(record.facts["recipe"]), str(record.facts.get("preset", "")))

    def pack(self, target: Path, *, images: bool) -> bool:
        """Write the project into one file, as the job "pack"."""
        project = self._document.present()
        if project is None:
            return False
        as_it_is = replace(project, samples=dict(project.samples), masks=dict(project.masks))
        task = pack_task(as_it_is, target, images)
        return self._arrive("pack", self.tr("Packing the project"), task, lambda packed: packed)

    def unpack(self, source: Path, folder: Path) -> bool:
        """Make a project of a packed one, as the job "unpack", and open it."""
        return self._arrive("unpack", self.tr("Unpacking the project"), unpack_task(source, folder), self.open_project)

    # --- Changes -----------------------------------------------------------------------------------------------------

    def do(self, edit: Edit) -> bool:
        """Make a change that can be undone. False where it failed; `problem` has said why."""
        return self._document.do(edit)

    def undo(self) -> None:
        """Take the last change back."""
        self._live.flush()
        self.undo_stack.undo()

    def redo(self) -> None:
        """Make the change taken back again."""
        self._live.flush()
        self.undo_stack.redo()

    # --- Training and inspection -------------------------------------------------------------------------------------

    def train(self, recipe: Recipe, preset: str = "") -> bool:
        """Train on the good training pictures as they are now; labelling can go on meanwhile.

        Then the model becomes the active one, and all tuning pictures are inspected. Where the person works with
        another model by then (`model_in_sight`, or one chosen meanwhile), the new one waits in `ready` instead.
        """
        project = self._trainable()
        if project is None:
            return False
        good, held_out = (project.good(role) for role in (Role.TRAIN, Role.TUNE))
        task = train_task(good, held_out, recipe, project.models_folder, preset, self.preferences.threads)
        generation, before = self._document.generation, project.active_model
        self.pacing.stop()
        return self._heavily(
            "train", self.tr("Training"), task, lambda trained: self._on_trained(generation, before, trained)
        )

    def compare(self, recipes: Sequence[tuple[Recipe, str]]) -> bool:
        """Train with one recipe after the other, each with the name of its preset: one job of the kind "train".

        Each becomes a trained model of the project, with scores of all labelled tuning pictures, as soon as it is
        there; one that fails is told, and the next goes on. The active model stays; where there was none, it is the
        first.
        """
        project = self._trainable()
        if project is None:
            return False
        good, held_out = (project.good(role) for role in (Role.TRAIN, Role.TUNE))
        judged = [
            sample
            for sample in project.samples.values()
            if sample.role is Role.TUNE and sample.label is not Label.UNDECIDED and not sample.trouble
        ]
        task = compare_task(
            good, held_out, recipes, project.models_folder, judged, project.heat_path, self.preferences.threads
        )
        intake = Intake(self._document, self._take_in, self._tell)
        self.pacing.stop()
        return self._heavily(
            "train",
            self.tr("Training"),
            task,
            lambda _: intake.records,
            partial=intake.take,
            over=self.inspect_all,  # what is not labelled
        )

    def open_model(self, path: Path) -> bool:
        """Take a copy of a model file into the project and use it; that can be undone. The file stays as it is."""
        project = self._document.writable()
        if project is None:
            return False
        return self._arrive(
            "adopt", self.tr("Opening the model"), adopt_task(path, project.models_folder), self._on_model_opened
        )

    def use_model(self, model: str) -> bool:
        """Make a model the active one, and inspect the tuning pictures that it has not seen."""
        project = self.project
        if project is None or model not in project.models or model == project.active_model:
            return False
        self.switching.emit()
        if not self.do(SetActiveModel(model)):
            return False
        self.inspect_all()
        return True

    def dismiss_ready(self) -> None:
        """Leave the model that waits where it is, among the trained ones."""
        self._set_ready(None)

    def inspect_all(self, ids: Iterable[SampleId] | None = None) -> None:
        """Inspect pictures with the active model; by default, the tuning ones that it has not seen."""
        project = self.project
        if project is not None:
            self._live.inspect(_unseen(project) if ids is None else ids)

    def inspect_folder(self, folder: Path, output: Path, wanted: Outputs, *, watch: bool = False) -> bool:
        """Inspect a folder into files with the active model and the limits in force: the job "batch".

        What comes out is told by `watched`, nothing of it gets into the project.

        Parameters
        ----------
        watch
            Go on with what comes into the folder until `cancel`: the job "watch".
        """
        model, calibration = self.active_model, self.calibration
        if model is None or calibration is None:
            return self._tell(_NO_MODEL)
        place = self.preferences.text("device"), self.preferences.text("engine"), self.preferences.threads
        kind: JobKind = "watch" if watch else "batch"
        title = (self.tr("Watching {0}") if watch else self.tr("Inspecting {0}")).format(folder.name)
        task = folder_task(model.path, calibration, *place, folder, output, wanted, go_on=watch)
        if self._batch.run(kind, title, task, partial=self.watched.emit):
            return True
        return self._tell(Problem("Another folder is still being inspected.", "Wait until it has ended, or stop it."))

    def watch(self, folder: Path) -> bool:
        """Take pictures that are in a folder and come into it into the project and inspect them: the job "arrivals".

        How it stands is told by `watcher`. It goes on until `cancel`.
        """
        if self.active_model is None:
            return self._tell(_NO_MODEL)
        if self.watcher.watch(folder):
            return True
        return self._tell(Problem("Another folder is still being watched.", "Stop that first."))

    def compare_lighting(self) -> bool:
        """Score good pictures that the fit has not seen under other light, focus and position: the job "lighting"."""
        project, model, calibration = self.project, self.active_model, self.calibration
        if project is None or model is None or calibration is None:
            return self._tell(_NO_MODEL)
        good = [*project.good(Role.TUNE), *project.good(Role.HOLD_OUT)]
        if not good:
            return self._tell(
                Problem("There are no good pictures to compare.", "Label pictures that are not for training as good.")
            )
        place = self.preferences.text("device"), self.preferences.text("engine"), self.preferences.threads
        task = lighting_task(model.path, calibration, *place, good)
        about = self._document.generation, model.id, calibration
        title = self.tr("Comparing lighting")
        return self._lighting.run("lighting", title, task, done=lambda found: self._on_lit(about, found))

    def arrivals(self) -> Arrivals:
        """Return what the pictures that have come add up to."""
        return self.watcher.arrivals(self.areas, self.evaluation)

    def _take_arrived(self, paths: Sequence[Path]) -> list[SampleId]:
        """Take complete pictures in; nothing that a person would undo."""
        project = self.project
        if project is None:
            return []
        samples, _ = samples_to_inspect(project, (), paths)
        if samples and self._document.observe(AddSamples(samples)):
            self._live.inspect(sample.id for sample in samples)
            self._examine()
            return [sample.id for sample in samples]
        return []

    def cancel(self, kind: JobKind) -> None:
        """Stop the running work of a kind."""
        if kind == "inspect":
            self._live.cancel()
        for board in self._boards:
            if board.job is not None and board.job.kind == kind:
                board.cancel()

    def stop_early(self) -> None:
        """End the steps of the running training here and keep its best state; the training then ends as usual."""
        self._heavy.lane.stop_early()

    def export(self, folder: Path, formats: Sequence[str] = ("onnx",)) -> bool:
        """Write the active model with the limits in force for the line, and compare the result with this program."""
        project, model, calibration = self.project, self.active_model, self.calibration
        if project is None or model is None or calibration is None:
            return self._tell(_NO_MODEL)
        task = export_task(model.path, calibration, folder, _probes(project), formats)
        generation = self._document.generation
        wanted = Exported(model, calibration)
        before, self._export_asked = self._export_asked, wanted
        begun = self._heavily(
            "export", self.tr("Exporting"), task, lambda report: self._on_exported(generation, wanted, report)
        )
        if not begun:
            self._export_asked = before
        return begun

    def report(self, path: Path) -> bool:
        """Write a report on the labelled pictures that the fit has not seen, as the job "report".

        It is in the language of the window, and tells apart what limits are set on and what is held out.
        """
        project, model, calibration = self.project, self.active_model, self.calibration
        if project is None or model is None or calibration is None:
            return self._tell(_NO_MODEL)
        labelled = [
            (sample, project.mask_of(sample.id))
            for sample in project.samples.values()
            if sample.role is not Role.TRAIN and sample.label is not Label.UNDECIDED and not sample.trouble
        ]
        current = self._exported is not None and self._exported.standing(model, calibration) == "current"
        certificate = self._export_report.certificate if current and self._export_report is not None else None
        place = self.preferences.text("device"), self.preferences.text("engine"), self.preferences.threads
        language = "zh" if QLocale().language() == QLocale.Language.Chinese else "en"
        task = report_task(model.path, calibration, *place, labelled, certificate, path, language)
        return self._heavily("report", self.tr("Writing the report"), task)

    def save_model(self, path: Path) -> bool:
        """Write a copy of the active model, with the limits in force, for another project or the command line."""
        model, calibration = self.active_model, self.calibration
        if model is None or calibration is None:
            return self._tell(_NO_MODEL)
        return self._heavily("save", self.tr("Saving the model"), save_model_task(model.path, calibration, path))

    def detect_device(self) -> None:
        """Find out what work runs on; `device_changed` tells. Loads torch in the background."""
        task = device_task(self.preferences.text("device"), self.preferences.threads)
        self._devices.run("device", self.tr("Looking for devices"), task, done=self._on_device)

    def fetch_weights(self, backbone: str) -> bool:
        """Download a backbone's weights. Call it only when the person has agreed: nothing else touches the network."""
        return self._weights.run("weights", self.tr("Downloading weights"), fetch_weights_task(backbone))

    def keep_weights(self, backbone: str, file: Path) -> bool:
        """Check a backbone's weights in a file, and keep a copy for every later use."""
        return self._weights.run("weights", self.tr("Checking the weights"), keep_weights_task(backbone, file))

    # --- Inside ------------------------------------------------------------------------------------------------------

    def _tell(self, problem: Problem) -> bool:
        self.problem.emit(failure(problem))
        return False

    def _trainable(self) -> Project | None:
        """Return the project if it can be changed and has something to learn from."""
        project = self._document.writable()
        if project is not None and not self.tally.uses[Label.GOOD, Role.TRAIN]:
            self._tell(
                Problem(
                    "There are no good pictures for training.",
                    "Add a folder of good parts on the Data page, or label pictures as good there.",
                )
            )
            return None
        return project

    def _open_next(self) -> None:
        path = self._opening
        if path is not None and not self._opener.busy:
            self._opener.run(
                "open",
                self.tr("Opening {0}").format(path.stem),
                open_task(path),
                done=lambda opened: self._on_read(path, opened),
                over=lambda: self._on_opener_free(path),
            )

    def _on_read(self, path: Path, opened: Opened) -> None:
        if path != self._opening:  # another one is wanted by now
            opened.file.close()
            return
        self._opening = None
        self._live.flush()
        self._document.take(opened)
        self._remember()

    def _on_opener_free(self, path: Path) -> None:
        if path == self._opening:
            self._opening = None
        self._open_next()

    def _remember(self) -> None:
        if self.project is not None:
            self.preferences.remember(self.project.path)

    def _leave(self) -> None:
        self._live.drop()
        self.watcher.forget()
        self._lighting.cancel()
        self._arrivals.clear()
        self.pacing.stop()
        for board in (
            self._heavy,
            self._batch,
            self._examiner,
            self._evaluator.board,
            self._areas.board,
            self.standings.board,
        ):
            board.cancel()
        self.limits.forget()
        self._export_report = None
        self._export_asked = None
        self._exported = None
        self._lit = None
        self._set_ready(None)

    def _set_ready(self, record: ModelRecord | None) -> None:
        if record != self._ready:
            self._ready = record
            self.ready_changed.emit(record)

    def _on_opened(self) -> None:
        self._leave()
        self.selected_changed.emit(None)
        self._examine()

    def _heavily(
        self,
        kind: JobKind,
        title: str,
        task: Task,
        done: Callable[[Any], Any] | None = None,
        partial: Callable[[Any], None] | None = None,
        over: Callable[[], None] | None = None,
    ) -> bool:
        if self._heavy.run(kind, title, task, done=done, partial=partial, over=over):
            return True
        return self._tell(Problem("Another job is still running.", "Wait until it has ended, or stop it."))

    def _arrive(self, kind: JobKind, title: str, task: Task, done: Callable[[Any], Any]) -> bool:
        """Look at files after those that came before."""
        generation = self._document.generation

        def landed(found: Any) -> Any:
            # The project it was for may have been closed meanwhile.
            return done(found) if generation == self._document.generation else None

        self._arrivals.append((kind, title, task, landed))
        self._next_arrival()
        return True

    def _next_arrival(self) -> None:
        if self._arrivals and not self._files.busy:
            kind, title, task, landed = self._arrivals.pop(0)
            self._files.run(kind, title, task, done=landed, over=self._next_arrival)

    def _on_checked(self, found: tuple[Finding, ...]) -> Findings:
        ids = {} if self.project is None else self.project.by_file()
        listed: dict[Oddity, list[tuple[SampleId, SampleId | None, float]]] = {}
        for finding in found:
            if (sample := ids.get(same_file(finding.path))) is not None:
                like = None if finding.like is None else ids.get(same_file(finding.like))
                listed.setdefault(finding.oddity, []).append((sample, like, finding.value))
        return Findings({oddity: tuple(rows) for oddity, rows in listed.items()})

    def _on_discovered(self, dataset: Dataset) -> Added:
        project = self.project
        if project is None:
            return Added(dataset.layout)
        samples, duplicates = samples_of(project, dataset)
        self._add(samples)
        skipped = tuple((str(path), reason) for path, reason in dataset.skipped)
        return Added(dataset.layout, tuple(s.id for s in samples), duplicates, skipped, dataset.warnings)

    def _on_located(self, found: Mapping[Path, Path]) -> None:
        if self.project is not None and self.do(moves(self.project, found)):
            self._on_back(frozenset(map(str, found.values())))

    def _on_shown(self, shown: Shown) -> None:
        self.inspected.emit(shown)
        if (shown.photo is None) != (shown.sample_id in self.missing):
            self._finder.look_again()  # its file has gone, or is back

    def _on_back(self, back: frozenset[str]) -> None:
        """Let pictures whose files are there again be read again."""
        if self.project is None:
            return
        shared_thumbnails().forget(back)
        self._live.flush()
        again = [s.id for s in self.project.samples.values() if s.trouble and s.file in back]
        self._document.observe(SetTroubles(dict.fromkeys(again, "")))
        self._examine()

    def _on_missing(self) -> None:
        self.pacing.try_again()  # files may be back
        self.missing_changed.emit()

    def _on_gathered(self, gathered: Gathered) -> Added:
        project = self.project
        layout = gathered.datasets[0].layout if gathered.datasets else "files"
        if project is None:
            return Added(layout)
        ids = project.by_file()
        paths = [*gathered.plain, *(found.path for dataset in gathered.datasets for found in dataset.found)]
        unreadable = sum(1 for file in ids.keys() & set(map(same_file, paths)) if project.samples[ids[file]].trouble)
        samples, duplicates = samples_to_inspect(project, gathered.datasets, gathered.plain)
        self._add(samples)
        return Added(layout, tuple(s.id for s in samples), duplicates, unreadable=unreadable)

    def _add(self, samples: Sequence[Sample]) -> None:
        if not samples or self.project is None:
            return
        add = self._document.observe if self.project.read_only else self.do
        if add(AddSamples(samples)):
            self._live.inspect(s.id for s in samples if s.role is not Role.TRAIN)
            self._examine()

    def _examine(self) -> None:
        """Read sizes, depths and hashes of pictures nobody has looked into yet."""
        project = self.project
        if project is None:
            return
        unread = [(i, project.samples[i].path) for i in sorted(self.tally.unread)]
        if unread:
            generation = self._document.generation
            self._examiner.run(
                "examine",
                self.tr("Reading pictures"),
                examine_task(unread),
                partial=lambda facts: self._on_facts(generation, facts),
                over=lambda: self._on_examined(generation),
            )

    def _on_facts(self, generation: int, facts: Mapping[SampleId, SampleFacts]) -> None:
        if generation == self._document.generation:
            self._document.observe(SetFacts(facts))

    def _on_examined(self, generation: int) -> None:
        done = self._examiner.job is not None and self._examiner.job.state == "done"
        if done or generation != self._document.generation:
            self._examine()  # what has been added, or opened, meanwhile

    def _on_demo(self, path: Path, drawn: Path) -> None:
        if self.new_project(path, self.tr("Demo")):
            self.add_folder(drawn)

    def _on_trained(self, generation: int, before: str | None, trained: Trained) -> ModelRecord:
        project = self.project
        if project is None or generation != self._document.generation:
            trained.record.path.unlink(missing_ok=True)  # its project was closed
            return trained.record
        self._tell_notes(trained)
        active = project.active_model
        if active is not None and (self.model_in_sight or active != before):
            if self.do(AddModel(trained.record, trained.calibration, activate=False)):
                self._set_ready(trained.record)
            return trained.record
        self.switching.emit()
        if self.do(AddModel(trained.record, trained.calibration)):
            self.inspect_all()
        return trained.record

    def _tell_notes(self, trained: Trained) -> None:
        for note in map(note_from_json, trained.record.facts.get("notes", ())):
            if note.warning:
                self._tell(Problem(note.text, **note.values))
        if trained.unreadable:
            self._mark_unreadable(trained.unreadable)
        self._on_device(trained.device)

    def _mark_unreadable(self, problems: Mapping[Path, Problem]) -> None:
        if (project := self.project) is None:
            return
        ids = project.by_file()
        troubles = {same_file(path): why.to_text() for path, why in problems.items()}
        self._document.observe(SetTroubles({ids[file]: text for file, text in troubles.items() if file in ids}))
        first, why = next(iter(problems.items()))
        self._tell(
            Problem(
                "Pictures that cannot be read were not learned from: {count}. The first one is {name}: {reason}",
                "Choose Cannot be read in the filter of the Data page to see them; replace or remove them.",
                count=len(problems),
                name=first.name,
                reason=said(why),
            )
        )

    def _take_in(self, trained: Trained) -> bool:
        """Take one of several models in; the first is used where there was none."""
        self._tell_notes(trained)
        first = self.active_model is None
        if first:
            self.switching.emit()
        return self.do(AddModel(trained.record, trained.calibration, activate=first))

    def _on_model_opened(self, opened: Trained) -> ModelRecord:
        record = opened.record
        project = self.project
        if project is not None and record.id in project.models:
            self.use_model(record.id)  # with the project's own limits
        else:
            self.switching.emit()
            if self.do(AddModel(record, opened.calibration, title=phrase("Open model"))):
                self.inspect_all()
        return record

    def _on_lit(self, about: tuple[int, str, Calibration], found: Robustness) -> None:
        if about[0] == self._document.generation:
            self._lit = (*about[1:], found)

    def _on_exported(self, generation: int, exported: Exported, report: ExportReport) -> None:
        if generation == self._document.generation:
            self._export_report = report
            self._exported = exported

    def _on_device(self, text: str) -> None:
        if text != self.device:
            self.device = text
            self.device_changed.emit(text)

    def _on_counted(self) -> None:
        self.changed.emit(Changes(kinds=frozenset({Kind.EVALUATION})))
        self.limits.apply_waiting()

    def _on_document_changed(self, changes: Changes) -> None:
        changes = self._evaluator.follow(changes)
        self._areas.follow(changes)
        self.standings.follow(changes)
        self.limits.follow(changes)
        if self._ready is not None and self._in_use_or_gone(self._ready):
            self._set_ready(None)
        if self.selected is not None and self.project is not None and self.selected not in self.project.samples:
            self.select(None)
        self.changed.emit(changes)
        self.limits.apply_waiting()

    def _in_use_or_gone(self, record: ModelRecord) -> bool:
        project = self.project
        return project is None or record.id not in project.models or record.id == project.active_model

    def _on_preference(self, name: str) -> None:
        if name in ("device", "threads") and self.device:
            self.detect_device()


def _unseen(project: Project) -> list[SampleId]:
    model = project.active_model
    return [
        sample.id
        for sample in project.samples.values()
        if sample.role is not Role.TRAIN and (model, sample.id) not in project.scores
    ]


def _probes(project: Project) -> list[Path]:
    """Return pictures to compare an export on: half with the highest scores, half with the lowest."""
    model = project.active_model or ""
    seen = sorted(
        (score for (of, _), score in project.scores.items() if of == model and score.sample in project.samples),
        key=lambda score: score.score,
    )
    usable = [score.sample for score in seen if not project.samples[score.sample].trouble]
    half = PROBES // 2
    chosen = usable if len(usable) <= PROBES else [*usable[:half], *usable[-half:]]
    if not chosen:
        chosen = [sample.id for sample in project.samples.values() if not sample.trouble][:PROBES]
    return [project.samples[i].path for i in chosen]
