"""Choose an algorithm, see what it will cost on this computer, train, and compare what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

import psutil
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.detectors.estimate import LongTraining, step_seconds
from core.detectors.settings import (
    EFFICIENTAD_PAPER_STEPS,
    KINDS,
    PRESETS,
    DetectorSettings,
    EfficientAdSettings,
)
from core.images.area import EVERYWHERE
from core.images.framing import Framing
from core.project.model import Changes, Kind, Label, Role
from core.training.recipe import Recipe
from gui import icons, theme
from gui.canvas.plots import LossCurve
from gui.errors import translated
from gui.panels.comparing import CompareDialog
from gui.panels.frame_size import FrameSize, Size, size_words, smaller
from gui.panels.recipe_form import RecipeForm
from gui.panels.results import ResultsTable, duration, megabytes
from gui.panels.rivals import RivalsDialog
from gui.panels.weights import WeightsControl
from gui.widgets import Card, SegmentedControl
from gui.widgets.beside import in_front
from gui.widgets.facts import Facts
from gui.widgets.layouts import across, down, lattice
from gui.widgets.tips import tip

if TYPE_CHECKING:
    from core.progress import Progress, Turn
    from gui.errors import Failure
    from gui.session.events import Job
    from gui.session.session import Session

BAR_STEPS = 1000
SIDE_WIDTH = 340
ROUNDS = 5  # in which good pictures are judged by a training without them
FORM_HEIGHT = 72
SIDE_HEIGHT = 300
MEMORY_SHARE = 0.8  # of what is free now: the rest of the system lives too
MEASURE_PAUSE_MS = 500  # several choices in a row are measured once
STILL_MS = 1500  # stopping that takes longer is told to take long
LOOKED_AT = 500  # pictures whose usual size is suggested
REDRAWN_BY = frozenset({Kind.PROJECT, Kind.SAMPLES, Kind.LABELS, Kind.ROLES})


def coarse(seconds: float) -> float:
    """Round a time that is only roughly known: to 5 s from 20 s on, 10 s from a minute, then minutes, then hours."""
    steps = ((20, 1), (60, 5), (600, 10), (36_000, 60))
    step = next((step for below, step in steps if seconds < below), 3600)
    return step * round(seconds / step)


class KindCard(QFrame):
    """One algorithm to choose: its name and what it is good at."""

    chosen = Signal(str)

    def __init__(self, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        info = KINDS[kind]
        self.kind = kind
        self.setObjectName(f"kind_{kind}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(info.title)
        self.setAccessibleDescription(translated(info.sentence))
        title = QLabel(info.title, self)
        title.setProperty("role", "title")
        sentence = QLabel(translated(info.sentence), self, wordWrap=True)
        sentence.setProperty("role", "muted")
        sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(4)
        layout.addWidget(title)
        layout.addWidget(sentence, 1)
        self.set_on(False)

    def set_on(self, on: bool) -> None:
        """Show whether this one is chosen."""
        self.on = on
        theme.set_role(self, "card-on" if on else "card")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.chosen.emit(self.kind)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.chosen.emit(self.kind)
        else:
            super().keyPressEvent(event)


LOW_PAGE = 780  # pixels; less has no room for all settings and a table below them


class TrainPage(QWidget):
    """The page on which models are made."""

    picture_opened = Signal(int)  # sample id: somebody wants to see it large

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._kind = next(iter(KINDS))
        self._settings: DetectorSettings = PRESETS[self._kind]["balanced"]
        self._form: RecipeForm | None = None
        self._advanced: RecipeForm | None = None
        self._job: Job | None = None
        self._turn: Turn | None = None
        self._measured: Recipe | None = None  # whose time was last asked for
        self._measuring = QTimer(self, singleShot=True, interval=MEASURE_PAUSE_MS)
        self._still = QTimer(self, singleShot=True, interval=STILL_MS)

        left = down(12)
        left.addLayout(self._kinds())
        left.addWidget(self._settings_card(), 1)
        side = QStackedWidget(self)
        side.setMinimumHeight(SIDE_HEIGHT)
        side.addWidget(self._before_card())
        side.addWidget(self._running_card())
        self.side = side
        upper = QWidget(self)
        row = QHBoxLayout(upper)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addLayout(left, 1)
        row.addWidget(side)
        side.setFixedWidth(SIDE_WIDTH)
        self.models_card = Card(self.tr("Trained models"), "", self)
        self.models = ResultsTable(session, self.models_card)
        self.rivals_button = QPushButton(self.tr("Side by side…"), self.models_card)
        self.rivals_button.setObjectName("models_side_by_side")
        self.rivals_button.setToolTip(self.tr("Models on the same pictures: curves, and where they disagree"))
        self.models_card.header.addWidget(self.rivals_button)
        self.no_models = QLabel(self.tr("None yet: the first one takes its place here"), self.models_card)
        self.no_models.setProperty("role", "muted")
        self.models_card.body.addWidget(self.no_models)
        self.models_card.body.addWidget(self.models, 1)
        self.models_card.body.addStretch(0)
        inner = QWidget(self)
        column = QVBoxLayout(inner)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(12)
        column.addWidget(upper)
        column.addWidget(self.models_card, 1)
        area = QScrollArea(self, widgetResizable=True)  # of use in a low window
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)

        for card in self.kind_cards.values():
            card.chosen.connect(self.choose_kind)
        self.preset.chosen.connect(self.choose_preset)
        self.frame_size.changed.connect(self._show_estimate)
        self.fit.chosen.connect(self._show_estimate)
        self.rounds.toggled.connect(self._show_estimate)
        self.more.toggled.connect(self._on_more)
        self.weights.changed.connect(self._show_estimate)
        self._measuring.timeout.connect(self._measure)
        self._still.timeout.connect(lambda: self.cancel_button.setText(self.tr("Still stopping…")))
        self.start_button.clicked.connect(self.start)
        self.compare_button.clicked.connect(self.choose_several)
        self.rivals_button.clicked.connect(self.show_side_by_side)
        self.cancel_button.clicked.connect(self._on_cancel)
        self.enough_button.clicked.connect(self._on_enough)
        self.details_button.clicked.connect(self._on_details)
        self.reduce_button.clicked.connect(self._on_reduce)
        self.switch_button.clicked.connect(lambda: self.choose_kind("patchcore"))
        session.changed.connect(self._on_changed)
        session.job_changed.connect(self._on_job)
        session.missing_changed.connect(self._on_missing)
        self.choose_kind(self._kind)
        self.refresh()

    @property
    def recipe(self) -> Recipe:
        """What would be trained now."""
        preferences = self._session.preferences
        return Recipe(
            settings=self._settings,
            framing=self.framing,
            device=preferences.text("device"),
            engine=preferences.text("engine"),
            folds=self._folds(self._settings),
        )

    @property
    def framing(self) -> Framing:
        """How a picture would become the frame that the algorithm sees."""
        project = self._session.project
        return Framing(
            self.frame_size.size_chosen(),
            "letterbox" if self.fit.current() == "letterbox" else "stretch",
            EVERYWHERE if project is None else project.area,
        )

    def _folds(self, settings: DetectorSettings) -> int:
        return ROUNDS if self.rounds.isChecked() and not isinstance(settings, LongTraining) else 0

    def choose_kind(self, kind: str) -> None:
        """Choose an algorithm, with its balanced preset."""
        self._kind = kind
        for key, card in self.kind_cards.items():
            card.set_on(key == kind)
        self.choose_preset("balanced")

    def choose_preset(self, preset: str) -> None:
        """Fill the form with a preset."""
        self.preset.set_current(preset)
        self._settings = next(settings for name, settings in PRESETS[self._kind].items() if name == preset)
        self.rounds.setEnabled(not isinstance(self._settings, LongTraining))
        self._make_forms()
        self._show_estimate()

    def start(self) -> None:
        """Train what is chosen."""
        self.error_box.hide()
        self._session.train(self.recipe, self.preset.current())

    def choose_several(self) -> None:
        """Ask for algorithms to train one after the other."""
        explanation = self.tr(
            "They are trained one after the other, each with the frame of {frame} and its preset {preset}; "
            "{chosen} as it is set on the page."
        ).format(
            frame=size_words(self.framing.size),
            preset=self.preset.button(self.preset.current() or "balanced").text(),
            chosen=KINDS[self._kind].title,
        )
        recipes = {kind: self._recipe_of(kind) for kind in KINDS}
        free = psutil.virtual_memory().available * MEMORY_SHARE
        dialog = CompareDialog(recipes, self._session, free, explanation, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.compare(dialog.chosen()))
        dialog.open()

    def show_side_by_side(self) -> None:
        """Show the trained models on the same pictures."""
        if in_front(RivalsDialog, self.window()):
            return
        dialog = RivalsDialog(self._session, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.picture_wanted.connect(self.picture_opened)
        dialog.show()  # beside the window: pictures are shown there

    def compare(self, kinds: Sequence[str]) -> None:
        """Train several algorithms, each with the preset: the one chosen on the page as it is set there."""
        self.error_box.hide()
        preset = self.preset.current() or "balanced"
        own = {self._kind: self.preset.current()}
        self._session.compare([(self._recipe_of(kind), own.get(kind, preset)) for kind in kinds])

    def _recipe_of(self, kind: str) -> Recipe:
        preset = self.preset.current() or "balanced"
        settings = next(settings for name, settings in PRESETS[kind].items() if name == preset)
        wanted = self._settings if kind == self._kind else settings
        return replace(self.recipe, settings=wanted, folds=self._folds(wanted))

    def refresh(self) -> None:
        """Read the project anew."""
        project = self._session.project
        there = project is not None and bool(project.models)
        self.no_models.setVisible(not there)
        self.rivals_button.setVisible(project is not None and len(project.models) > 1)
        self.models.setVisible(there)
        self.frame_size.suggest(self._usual_picture())
        self._show_estimate()

    def _usual_picture(self) -> Size | None:
        project = self._session.project
        samples = () if project is None else islice(project.samples.values(), LOOKED_AT)
        sizes = Counter(sample.size for sample in samples if sample.size is not None).most_common(1)
        return sizes[0][0] if sizes else None

    def _kinds(self) -> QHBoxLayout:
        row = across(12)
        self.kind_cards = {kind: KindCard(kind, self) for kind in KINDS}
        for card in self.kind_cards.values():
            card.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            row.addWidget(card, 1)
        return row

    def _settings_card(self) -> Card:
        card = Card(self.tr("Settings"), "", self)
        self.preset = SegmentedControl(
            self.tr("Preset"),
            [("fast", self.tr("Fast")), ("balanced", self.tr("Balanced")), ("accurate", self.tr("Accurate"))],
            parent=card,
        )
        self.frame_size = FrameSize(card)
        self.frame_size.list.setToolTip(
            tip(self.tr("Pictures are brought to this size first. Larger shows smaller defects and takes longer."))
        )
        self.fit = SegmentedControl(
            self.tr("Fit"), [("stretch", self.tr("Stretch")), ("letterbox", self.tr("Letterbox"))], parent=card
        )
        self.fit.set_current("stretch")
        self.fit.setToolTip(
            tip(self.tr("How a picture that is not square fills the frame: stretched over it, or whole with grey bars"))
        )
        grid = lattice(16, 10)
        for line, (text, field) in enumerate(
            (
                (self.tr("Preset"), self.preset),
                (self.tr("Frame size"), self.frame_size),
                (self.tr("Fit"), self.fit),
            )
        ):
            grid.addWidget(QLabel(text, card), line, 0)
            grid.addWidget(field, line, 1)
        self.rounds = QCheckBox(
            self.tr("Also judge the good pictures learned from, in {0} rounds").format(ROUNDS), card
        )
        self.rounds.setObjectName("rounds")
        self.rounds.setToolTip(
            tip(
                self.tr(
                    "Each is scored by a training without it: the first limits then stand on all good pictures, and "
                    "those that look least good can be listed. Takes as many trainings more."
                )
            )
        )
        grid.addWidget(QLabel(self.tr("Limits"), card), 3, 0)
        grid.addWidget(self.rounds, 3, 1)
        self.weights = WeightsControl(self._session, card)
        grid.addWidget(QLabel(self.tr("Weights"), card), 4, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.weights, 4, 1)
        grid.setColumnStretch(1, 1)
        self.more = QPushButton(self.tr("Advanced"), card)
        self.more.setCheckable(True)
        self.more.setToolTip(self.tr("More settings of this algorithm"))
        self._forms = QWidget(card)
        self._forms_layout = QHBoxLayout(self._forms)
        self._forms_layout.setContentsMargins(0, 4, 12, 0)
        self._forms_layout.setSpacing(24)
        self.form_area = QScrollArea(card, widgetResizable=True)
        self.form_area.setFrameShape(QFrame.Shape.NoFrame)
        self.form_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.form_area.setWidget(self._forms)
        self.form_area.setMinimumHeight(FORM_HEIGHT)
        self.form_area.hide()
        card.header.addWidget(self.more)
        card.body.addLayout(grid)
        card.body.addWidget(self.form_area, 1)
        card.body.addStretch(0)
        return card

    def _before_card(self) -> Card:
        card = Card(self.tr("Before you start"), self.tr("On this computer, as it is now"), self)
        self.estimate = Facts(self.tr("What training will cost"), card)
        self.warning = QLabel(card, wordWrap=True)
        self.reduce_button = QPushButton(card)
        self.switch_button = QPushButton(self.tr("Use PatchCore instead"), card)
        self.switch_button.setObjectName("switch_to_patchcore")
        self.switch_button.hide()
        self.error_box = QWidget(card)
        self.error = QLabel(self.error_box, wordWrap=True)
        self.error.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details_button = QPushButton(self.tr("Details"), self.error_box)
        box = QVBoxLayout(self.error_box)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.error)
        box.addWidget(self.details_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.error_box.hide()
        self.start_button = QPushButton(icons.icon("play", "on_accent"), self.tr("Start training"), card)
        self.start_button.setObjectName("start_training")
        self.start_button.setProperty("role", "primary")
        card.body.addWidget(self.estimate)
        card.body.addWidget(self.warning)
        card.body.addWidget(self.reduce_button, 0, Qt.AlignmentFlag.AlignLeft)
        card.body.addWidget(self.switch_button, 0, Qt.AlignmentFlag.AlignLeft)
        card.body.addWidget(self.error_box)
        self.compare_button = QPushButton(self.tr("Compare several…"), card)
        self.compare_button.setObjectName("compare_algorithms")
        self.compare_button.setToolTip(
            self.tr("Train several algorithms one after the other, and see them in one table")
        )
        card.body.addStretch(1)
        card.body.addWidget(self.start_button)
        card.body.addWidget(self.compare_button)
        return card

    def _running_card(self) -> Card:
        card = Card(self.tr("Training"), "", self)
        self.turn = QLabel(card)
        self.turn.setProperty("role", "title")
        self.turn.hide()
        self.stage = QLabel(card)
        self.stage.setProperty("role", "title")
        self.count = QLabel(card)
        self.count.setProperty("role", "muted")
        self.bar = QProgressBar(card, textVisible=False, maximum=BAR_STEPS)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName(self.tr("Progress of the training"))
        self.left = QLabel(card)
        self.left.setProperty("role", "muted")
        self.curve = LossCurve(parent=card)
        self.curve.hide()
        self.cancel_button = QPushButton(icons.icon("stop"), self.tr("Cancel"), card)
        self.cancel_button.setObjectName("cancel_training")
        self.enough_button = QPushButton(icons.icon("check"), self.tr("Stop here and keep the best"), card)
        self.enough_button.setObjectName("stop_early")
        self.enough_button.setToolTip(
            self.tr("End the training now: the model is made from the best state so far, judged on good parts held out")
        )
        policy = self.enough_button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.enough_button.setSizePolicy(policy)
        self.enough_button.hide()
        stays = QLabel(self.tr("You can go on inspecting and labelling meanwhile"), card, wordWrap=True)
        stays.setProperty("role", "muted")
        for part in (self.turn, self.stage, self.count, self.bar, self.left):
            card.body.addWidget(part)
        card.body.addWidget(self.curve, 1)
        card.body.addStretch(1)
        card.body.addWidget(stays)
        card.body.addWidget(self.enough_button)
        card.body.addWidget(self.cancel_button)
        return card

    def _make_forms(self) -> None:
        for form in (self._form, self._advanced):
            if form is not None:
                form.hide()
                self._forms_layout.removeWidget(form)
                form.deleteLater()
        self._form = RecipeForm(self._settings, advanced=False, parent=self._forms)
        self._advanced = RecipeForm(self._settings, advanced=True, parent=self._forms)
        for form in (self._form, self._advanced):
            self._forms_layout.addWidget(form, 1, Qt.AlignmentFlag.AlignTop)
            form.changed.connect(self._on_form)

    @property
    def forms(self) -> tuple[RecipeForm, RecipeForm]:
        """The usual and the advanced settings."""
        if self._form is None or self._advanced is None:
            raise RuntimeError("the forms are made with the first preset")
        return self._form, self._advanced

    def _on_form(self, settings: DetectorSettings) -> None:
        self._settings = settings
        for form in self.forms:
            form.show_settings(settings)
        same = [name for name, preset in PRESETS[self._kind].items() if preset == settings]
        self.preset.set_current(same[0] if same else "")
        self._show_estimate()

    def _on_more(self, on: bool) -> None:
        self.form_area.setVisible(on)
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """In a low window the advanced settings have the place of the trained models."""
        crowded = self.more.isChecked() and self.height() < LOW_PAGE
        self.models_card.setVisible(not crowded)

    def _show_estimate(self) -> None:
        self.weights.show_backbone(self._settings.backbone)
        good = self._session.tally.uses[Label.GOOD, Role.TRAIN]
        project = self._session.project
        facts: list[tuple[str, str] | tuple[str, str, str]] = [(self.tr("Good parts to learn"), f"{good:,}")]
        trouble = ""
        too_much = False
        if good >= 2:
            estimate = self._session.pacing.estimate(self._settings, self.framing.size)
            self._measure_soon()
            free = psutil.virtual_memory().available * MEMORY_SHARE
            too_much = estimate.memory_bytes > free
            memory = megabytes(estimate.memory_bytes)
            facts += [
                (self.tr("Time"), self._time()),
                (self.tr("Memory"), memory, "ng") if too_much else (self.tr("Memory"), memory),
                (self.tr("Model size"), megabytes(estimate.model_bytes)),
            ]
            if too_much:
                trouble = self.tr("That does not fit into the {0} of memory that are free now").format(megabytes(free))
            elif not self.weights.ready:
                trouble = self.tr("The backbone's weights are missing: choose their file or download them")
        elif project is not None:
            trouble = self.tr("Training needs at least 2 good parts: add a folder of them on the Data page")
        self.estimate.show_facts(facts)
        slow = "" if trouble else self._not_converging()
        self.warning.setText(trouble or slow)
        self.warning.setVisible(bool(trouble or slow))
        self.switch_button.setVisible(bool(slow))
        fitting = self._smaller() if too_much else None
        self.reduce_button.setVisible(fitting is not None)
        if fitting is not None:
            self.reduce_button.setText(self.tr("Use {0} frames instead").format(size_words(fitting)))
        running = self._job is not None and self._job.active
        writable = project is not None and not project.read_only
        possible = good >= 2 and not too_much and self.weights.ready
        self.start_button.setEnabled(possible and not running and writable)
        self.compare_button.setEnabled(good >= 2 and not running and writable)
        read_only = project is not None and project.read_only
        self.start_button.setToolTip(self._session.why_read_only if read_only else "")

    def _not_converging(self) -> str:
        """Say so where EfficientAD would be trained on a CPU for fewer steps than it is known to need, or ""."""
        settings, pace = self._settings, self._session.pacing.known(self.recipe)
        if not isinstance(settings, EfficientAdSettings) or pace is None or pace.device != "cpu":
            return ""
        if settings.training_steps >= EFFICIENTAD_PAPER_STEPS:
            return ""
        step = step_seconds(pace, settings)
        return self.tr(
            "{steps} steps are too few for EfficientAD to converge. The paper takes {paper}: about {time} on this CPU, "
            "at {rate} steps a second as measured now. PatchCore is the better choice here."
        ).format(
            steps=f"{settings.training_steps:,}",
            paper=f"{EFFICIENTAD_PAPER_STEPS:,}",
            time=duration(coarse(EFFICIENTAD_PAPER_STEPS * step)),
            rate=f"{1 / max(step, 1e-6):.2g}",
        )

    def _time(self) -> str:
        seconds = self._session.pacing.seconds(self.recipe)
        if seconds is not None:
            return self.tr("about {0}").format(duration(coarse(seconds)))
        job = self._session.job("pace")
        measuring = self._measuring.isActive() or (job is not None and job.active)
        return self.tr("being measured…") if measuring else self.tr("not known")

    def _measure_soon(self) -> None:
        training = self._job is not None and self._job.active
        if not self.isVisible() or training or not self.weights.ready or self.recipe == self._measured:
            return
        if self._session.pacing.seconds(self.recipe) is None:
            self._measured = self.recipe
            self._measuring.start()

    def _measure(self) -> None:
        self._session.pacing.measure(self.recipe)
        self._show_estimate()

    def _smaller(self) -> Size | None:
        """Return the largest smaller frame that fits into memory, or None."""
        free = psutil.virtual_memory().available * MEMORY_SHARE
        for size in smaller(self.framing.size):
            if self._session.pacing.estimate(self._settings, size).memory_bytes <= free:
                return size
        return None

    def _on_reduce(self) -> None:
        fitting = self._smaller()
        if fitting is not None:
            self.frame_size.set_size(fitting)

    def _on_cancel(self) -> None:
        self._session.cancel("train")

    def _on_enough(self) -> None:
        self.enough_button.setEnabled(False)
        self.enough_button.setText(self.tr("Ending with the best state…"))
        self._session.stop_early()

    def _on_changed(self, changes: Changes) -> None:
        if Kind.PROJECT in changes.kinds:
            self._measured = None
        if changes.kinds & (REDRAWN_BY | {Kind.MODELS}):
            self.refresh()

    def _on_missing(self) -> None:
        self._measured = None  # what could not be read may be there now
        self._show_estimate()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_estimate()

    def _on_job(self, job: Job) -> None:
        if job.kind == "pace" and not job.active:
            self._show_estimate()
        if job.kind != "train":
            return
        began = job.active and (self._job is None or not self._job.active)
        self._job = job
        self.side.setCurrentIndex(1 if job.active else 0)
        if began:
            self._measured = None
            self.curve.clear_points()
            self.curve.hide()
            self.bar.setValue(0)
        if job.active:
            self._show_progress(job)
            return
        self._show_failure(job.error)
        self.refresh()

    def _show_progress(self, job: Job) -> None:
        stopping = job.state == "stopping"
        if self.cancel_button.isEnabled() is stopping:
            self.cancel_button.setEnabled(not stopping)
            self.cancel_button.setText(self.tr("Stopping…") if stopping else self.tr("Cancel"))
            if stopping:
                self._still.start()
            else:
                self._still.stop()
        progress: Progress | None = job.progress
        turn = None if progress is None else progress.turn
        if turn != self._turn:
            self._turn = turn
            self.curve.clear_points()
            self.curve.hide()
        self.turn.setVisible(turn is not None)
        theme.set_role(self.stage, "title" if turn is None else "")
        if turn is not None:
            self.turn.setText(self.tr("{0}, {1} of {2}").format(turn.name, turn.number, turn.count))
        if progress is None:
            self.stage.setText(self.tr("Starting"))
            self.count.setText("")
            self.left.setText("")
            self.enough_button.hide()
            return
        self.stage.setText(translated(progress.stage) or self.tr("Working"))
        total = progress.total
        self.count.setText(self.tr("{0} of {1}").format(f"{progress.done:,}", f"{total:,}") if total else "")
        self.bar.setValue(round(progress.fraction * BAR_STEPS))
        seconds = progress.seconds_left
        self.left.setText("" if seconds is None else self.tr("about {0} left").format(duration(seconds)))
        if progress.curve and self.enough_button.isHidden():
            self.enough_button.setText(self.tr("Stop here and keep the best"))
            self.enough_button.setEnabled(True)
        self.enough_button.setVisible(bool(progress.curve) and not stopping)
        if progress.curve:
            self.curve.show()
            self.curve.add_point(progress.done, {translated(name): value for name, value in progress.curve.items()})

    def _show_failure(self, failure: Failure | None) -> None:
        self.error_box.setVisible(failure is not None)
        if failure is not None:
            self.error.setText(f"<b>{failure.message}</b><br>{failure.hint}")
            theme.set_role(self.error, "ng")
            self.details_button.setVisible(bool(failure.details))

    def _on_details(self) -> None:
        if self._job is not None and self._job.error is not None:
            self._session.problem.emit(self._job.error)
