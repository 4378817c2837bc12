"""Figures of every trained model on the labelled tuning pictures that it has inspected, for comparing models."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import median

from PySide6.QtCore import QObject, QTimer, Signal

from core.project.model import Changes, Kind, Project
from core.scoring.metrics import precision_recall
from gui.jobs.tasks import PixelFigures, evaluate_pixels_task
from gui.session.board import Board
from gui.session.counting import Labelled
from gui.session.document import Document

_TOUCHING = frozenset({Kind.SAMPLES, Kind.LABELS, Kind.ROLES, Kind.SCORES, Kind.MASKS, Kind.MODELS})
QUIET_MS = 700  # scores come in one by one: pixels are counted when no more come
FOLLOWED = (
    2_000  # pictures times models that are looked at again at once; beyond, all is worked out anew when asked for
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Figures of one model; None where they are not known.

    Attributes
    ----------
    image_auroc, pixel_auroc
        On labelled tuning pictures that it was not trained on.
    best_f1
        Of images, at the limit at which it is largest: limits in force are set by different rules.
    seconds
        Median of an inspection.
    """

    image_auroc: float | None = None
    pixel_auroc: float | None = None
    best_f1: float | None = None
    seconds: float | None = None


class Standings(QObject):
    """Works figures out when they are asked for: image figures one model at a time, pixel figures in the background.

    Signals
    -------
    changed
        A model's id: its `Standing` is another one now.
    """

    changed = Signal(str)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.board = Board("refuse", self)
        self._document = document
        self._labelled: dict[str, Labelled] = {}
        self._known: dict[str, Standing] = {}
        self._pixels: dict[str, float | None] = {}
        self._stale: set[str] = set()
        self._uncounted: set[str] = set()  # models whose pixel figures are to be counted
        self._step = QTimer(self, singleShot=True, interval=0)
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._step.timeout.connect(self._next)
        self._quiet.timeout.connect(self._next)

    def of(self, model: str) -> Standing:
        """Return what is known of a model by now."""
        return self._known.get(model, Standing())

    def refresh(self) -> None:
        """Bring all models up to date; `changed` tells of each that is another one then."""
        self._step.start()

    def follow(self, changes: Changes) -> None:
        """Note what a change of the document makes out of date."""
        project = self._document.project
        if project is None or Kind.PROJECT in changes.kinds:
            self.board.cancel()
            for kept in (self._labelled, self._known, self._pixels, self._stale, self._uncounted):
                kept.clear()
        elif changes.kinds & _TOUCHING:
            self._stale = set(self._known)
            for model in self._labelled.keys() - project.models.keys():
                del self._labelled[model]
            if len(changes.samples) * len(self._labelled) > FOLLOWED:
                self._labelled.clear()
            for model, labelled in self._labelled.items():
                before = changes.samples & labelled.marked.keys()
                labelled.update(project, changes.samples)
                if before or changes.samples & labelled.marked.keys():
                    self._uncounted.add(model)
                    self._quiet.start()

    def _next(self) -> None:
        """Work out one model, so that the window is not held up; then the next, then pixels."""
        project = self._document.project
        if project is None:
            return
        for model in project.models:
            if model not in self._known or model in self._stale:
                self._work_out(project, model)
                self._step.start()
                return
        if not self.board.busy and not self._quiet.isActive():
            waiting = next((model for model in project.models if model in self._uncounted), None)
            if waiting is not None:
                self._count(waiting)

    def _work_out(self, project: Project, model: str) -> None:
        if model not in self._labelled:
            self._labelled[model] = Labelled(project, model)
            self._uncounted.add(model)
        self._stale.discard(model)
        figures = self._labelled[model].figures()
        found = Standing(pixel_auroc=self._pixels.get(model))
        if len(figures.ids):
            seconds = median(project.scores[model, i].seconds for i in self._labelled[model].scores)
            found = replace(found, seconds=seconds)
            if (curve := precision_recall(figures.scores, figures.truth)) is not None:
                found = replace(found, image_auroc=curve.auroc(), best_f1=curve.best_f1().f1)
        self._tell(model, found)

    def _count(self, model: str) -> None:
        self._uncounted.discard(model)
        generation = self._document.generation
        self.board.run(
            "standings",
            self.tr("Pixel figures"),
            evaluate_pixels_task(None, list(self._labelled[model].marked.values())),
            done=lambda figures: self._on_counted(generation, model, figures),
            over=self._step.start,
        )

    def _on_counted(self, generation: int, model: str, figures: PixelFigures) -> None:
        if generation == self._document.generation:
            self._pixels[model] = None if figures.curve is None else figures.curve.auroc()
            self._tell(model, replace(self.of(model), pixel_auroc=self._pixels[model]))

    def _tell(self, model: str, standing: Standing) -> None:
        if self._known.get(model) != standing:
            self._known[model] = standing
            self.changed.emit(model)
