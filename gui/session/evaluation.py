"""Figures of the active model on the labelled tuning pictures, up to date at every moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QTimer, Signal

from core.project.model import Changes, Kind, Label, Project, Role, SampleId
from core.scoring.metrics import Curve, precision_recall
from core.scoring.pixels import PixelCounts
from gui.jobs.tasks import HASH_DIGITS, Marked, PixelFigures, evaluate_pixels_task
from gui.session.board import Board
from gui.session.document import Document

if TYPE_CHECKING:
    from collections.abc import Sequence

PAUSE_MS = 150  # several labels in a row are counted together

_TOUCHING = frozenset(
    {Kind.PROJECT, Kind.SAMPLES, Kind.LABELS, Kind.ROLES, Kind.SCORES, Kind.MODELS, Kind.ACTIVE_MODEL}
)


@dataclass(frozen=True, eq=False, slots=True)
class LiveEvaluation:
    """Figures of one model on the labelled tuning pictures; nothing here has been seen by a fit.

    Attributes
    ----------
    model
        The model's id.
    ids, scores, truth
        (N,) sample ids, raw scores, True for a defect; in the order of ids.
    image_curve, pixel_curve
        None where a class is missing.
    pixels
        Counts over the heat maps of those that are good or have a mask; None where there are none, or not yet.
    pixels_pending
        Whether `pixels` is still being brought up to date.
    """

    model: str
    ids: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float64]
    truth: npt.NDArray[np.bool_]
    image_curve: Curve | None
    pixels: PixelCounts | None = None
    pixel_curve: Curve | None = None
    pixels_pending: bool = False


def labelled(project: Project) -> list[int]:
    """Return the ids of the labelled tuning pictures that the active model has inspected and never learnt from."""
    model = project.active_model
    if model is None:
        return []
    learnt = frozenset(project.models[model].facts.get("trained_on", ()))
    return [
        sample.id
        for sample in project.samples.values()
        if sample.role is Role.TUNE
        and sample.label is not Label.UNDECIDED
        and (model, sample.id) in project.scores
        and sample.content_hash[:HASH_DIGITS] not in learnt
    ]


def marked(project: Project, ids: Sequence[int]) -> list[Marked]:
    """Return those of the pictures whose pixels are known to be good or defective."""
    found = []
    for i in ids:
        sample = project.samples[i]
        score = project.scores[project.active_model or "", i]
        if sample.label is Label.GOOD or sample.mask is not None:
            mask = sample.mask if sample.label is Label.DEFECT else None
            found.append(Marked(i, score.heat_path, score.placement, mask, score.score))
    return found


class Evaluator(QObject):
    """Keeps the `LiveEvaluation` up to date: image figures at once, pixel figures in the background.

    Signals
    -------
    changed
        `current` is another one now.
    """

    changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.board = Board("refuse", self)
        self.current: LiveEvaluation | None = None
        self._document = document
        self._pixels: PixelFigures | None = None
        self._left_out: dict[SampleId, Marked] = {}  # could not be counted; asked again when inspected again
        self._pixels_of: tuple[int, str | None] = (0, None)  # generation, model
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._count)
        document.changed.connect(self._on_changed)

    def _on_changed(self, changes: Changes) -> None:
        if Kind.SCORES in changes.kinds:
            for sample in changes.samples & self._left_out.keys():
                del self._left_out[sample]
        if changes.kinds & _TOUCHING:
            self._refresh()

    def _refresh(self) -> None:
        project = self._document.project
        model = None if project is None else project.active_model
        if self._pixels_of != (self._document.generation, model):
            self._pixels_of = (self._document.generation, model)
            self._pixels = None
            self._left_out = {}
            self.board.cancel()
        if project is None or model is None:
            self._pause.stop()
            self._set(None)
            return
        ids = labelled(project)
        wanted = marked(project, ids)
        pending = self._pending(wanted)
        scores = np.array([project.scores[model, i].score for i in ids], np.float64)
        truth = np.array([project.samples[i].label is Label.DEFECT for i in ids], np.bool_)
        self._set(
            LiveEvaluation(
                model=model,
                ids=np.array(ids, np.int64),
                scores=scores,
                truth=truth,
                image_curve=precision_recall(scores, truth) if ids else None,
                pixels=None if self._pixels is None or not self._pixels.counted else self._pixels.counts,
                pixel_curve=None if self._pixels is None else self._pixels.curve,
                pixels_pending=pending,
            )
        )
        if pending and not self._pause.isActive() and not self.board.busy:
            self._pause.start()

    def _set(self, evaluation: LiveEvaluation | None) -> None:
        if evaluation is not self.current:
            self.current = evaluation
            self.changed.emit()

    def _pending(self, wanted: Sequence[Marked]) -> bool:
        counted = {} if self._pixels is None else self._pixels.counted
        inside = 0
        for item in wanted:
            if item.sample in counted and counted[item.sample][0] == item:
                inside += 1
            elif self._left_out.get(item.sample) != item:
                return True
        return inside < len(counted)

    def _count(self) -> None:
        project = self._document.project
        if project is None or project.active_model is None:
            return
        key = self._pixels_of
        wanted = marked(project, labelled(project))
        self.board.run(
            "evaluate",
            self.tr("Pixel figures"),
            evaluate_pixels_task(self._pixels, wanted),
            done=lambda figures: self._on_counted(key, figures),
            over=lambda: self._on_over(key, wanted),
        )

    def _on_counted(self, key: tuple[int, str | None], figures: PixelFigures) -> None:
        if key == self._pixels_of:
            self._pixels = figures

    def _on_over(self, key: tuple[int, str | None], wanted: Sequence[Marked]) -> None:
        job = self.board.job
        if key == self._pixels_of and job is not None and job.state != "cancelled":
            counted = {} if self._pixels is None else self._pixels.counted
            self._left_out = {item.sample: item for item in wanted if item.sample not in counted}
        self._refresh()
