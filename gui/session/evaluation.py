"""Figures of the active model on the labelled tuning pictures, up to date at every moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from core.project.model import Changes, Kind, Project, Role, SampleId
from core.scoring.drift import Drift, drift
from core.scoring.metrics import Curve
from core.scoring.pixels import PixelCounts
from core.scoring.rules import USUAL, Wanted, image_limit, no_escapes, pixel_limit, pixel_rule_for
from core.scoring.thresholds import Calibration, Threshold, between
from gui.jobs.tasks import HASH_DIGITS, Marked, PixelFigures, Stamp, evaluate_pixels_task
from gui.session.board import Board
from gui.session.document import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PAUSE_MS = 400  # labels in a row are counted together: counting beside them would hold them up,
MOST_PAUSE_MS = 4000  # but not for longer than this, however many follow
FIRST_BAND = 0.05
"""How far under the image limit review begins at first, as a share of the range of scores."""
MOST_REVIEWED = 0.1
"""Share of the good parts that come to review at most where it begins at first."""

_TOUCHING = frozenset(
    {
        Kind.PROJECT,
        Kind.SAMPLES,
        Kind.LABELS,
        Kind.MASKS,
        Kind.ROLES,
        Kind.SCORES,
        Kind.MODELS,
        Kind.ACTIVE_MODEL,
        Kind.SETTINGS,
    }
)


@dataclass(frozen=True, eq=False, slots=True)
class LiveEvaluation:
    """Figures of one model on the labelled pictures of one role; nothing here has been seen by a fit.

    Attributes
    ----------
    model
        The model's id.
    role
        Of the pictures: limits are set on `TUNE` alone.
    ids, scores, truth
        (N,) sample ids, raw scores, True for a defect; in the order of ids.
    types
        (N,) what sort of defect, "" where nobody said.
    image_curve, pixel_curve
        None where a class is missing.
    pixels
        Counts over the heat maps of those that are good or have a mask; None where there are none, or not yet.
    pixels_pending
        Whether `pixels` is still being brought up to date.
    area_moved
        Whether the area to look at is another one than when the model was trained: pixels that do not count any more
        are left out, scores are still those of the model's own area.
    """

    model: str
    role: Role
    ids: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float64]
    truth: npt.NDArray[np.bool_]
    types: npt.NDArray[np.object_]
    image_curve: Curve | None
    pixels: PixelCounts | None = None
    pixel_curve: Curve | None = None
    pixels_pending: bool = False
    area_moved: bool = False

    def by_type(self) -> dict[str, npt.NDArray[np.float64]]:
        """Return the scores of the defects of each type, ascending."""
        types, scores = self.types[self.truth], self.scores[self.truth]
        return {name: np.sort(scores[types == name]) for name in sorted(set(types.tolist()))}


Level = Literal["both", "image", "review", "pixel"]


@dataclass(frozen=True, slots=True)
class RuleRequest:
    """Which limit is to be set by which rule.

    Attributes
    ----------
    rule
        One of `core.scoring.rules.IMAGE_RULES`, or of `PIXEL_RULES` for the level "pixel".
    level
        "both" sets the image limit, and the pixel limit by the rule that goes with it.
    """

    rule: str
    level: Level = "both"
    wanted: Wanted = USUAL


def drift_of(project: Project, evaluation: LiveEvaluation, limit: Threshold) -> Drift | None:
    """Compare the good pictures that a limit from good parts was set on with those that came later.

    Those are the ones that the training judged; where the limit was set on other ones since, the first of the present
    ones. None for limits of other rules, and while nothing came later.
    """
    if limit.rule != "good-quantile" or evaluation.model not in project.models:
        return None
    good = ~evaluation.truth
    scores, ids = evaluation.scores[good], evaluation.ids[good].tolist()
    facts = project.models[evaluation.model].facts
    known = frozenset(facts.get("held_out_hashes", ()))
    judged = np.array([project.samples[i].content_hash[:HASH_DIGITS] in known for i in ids], np.bool_)
    left_out = np.array(facts.get("left_out_scores", ()), np.float64)
    if np.count_nonzero(judged) + left_out.size != limit.evidence.good:
        judged = np.arange(len(ids)) < limit.evidence.good  # ids are given in the order in which pictures are added
        left_out = np.zeros(0)
    before, after = np.concatenate([scores[judged], left_out]), scores[~judged]
    return drift(before, after) if before.size and after.size else None


def first_review(limits: Calibration, evaluation: LiveEvaluation | None) -> float:
    """Return where review begins at first: a little under the image limit, and where possible under every defect.

    Nobody wants to look at everything: of the good parts, at most `MOST_REVIEWED` or one come to review, more where
    several have the same score.
    """
    limit = limits.image.value
    value = limit - FIRST_BAND * limits.span
    if evaluation is None or evaluation.role is not Role.TUNE:
        return max(value, 0.0)
    if evaluation.image_curve is not None:
        value = min(value, no_escapes(evaluation.scores, evaluation.truth).value)
    good = evaluation.scores[~evaluation.truth]
    passing = np.unique(good[good < limit])[::-1]
    most = max(int(MOST_REVIEWED * good.size), 1)
    if passing.size > most:
        value = max(value, between(float(passing[most]), float(passing[most - 1])))
    return max(value, 0.0)


def by_rule(request: RuleRequest, evaluation: LiveEvaluation, now: Calibration) -> Calibration:
    """Return the limits with those of the request set by its rule.

    Raises
    ------
    Problem
        The rule is unknown, or what it needs is missing.
    """
    pixels, wanted = evaluation.pixels, request.wanted
    if request.level == "pixel":
        pixel = pixel_limit(request.rule, wanted, pixels if pixels is not None else PixelCounts())
    elif request.level == "both" and pixels is not None and pixels.good_pixels:
        pixel = pixel_limit(pixel_rule_for(request.rule, pixels), wanted, pixels)
    else:
        pixel = now.pixel
    if request.level in ("both", "pixel") and pixels is not None and pixels.good_pixels + pixels.defect_pixels:
        now = replace(now, low=pixels.low, high=pixels.high)
    now = replace(now, pixel=pixel)
    if request.level == "pixel":
        return now
    image = image_limit(request.rule, wanted, evaluation.scores, evaluation.truth)
    if request.level == "review":
        return replace(now, review=replace(image, value=min(image.value, now.image.value)))
    return now.with_image(image)


_Of = tuple[int, str | None, Role]


class Evaluator(QObject):
    """Keeps the `LiveEvaluation` up to date: image figures at once, pixel figures in the background.

    Signals
    -------
    counted
        `current` is another one now: its pixel figures have come.
    """

    counted = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.board = Board("refuse", self)
        self.current: LiveEvaluation | None = None
        self._document = document
        self._pixels: PixelFigures | None = None
        self._left_out: dict[SampleId, Marked] = {}  # could not be counted; asked again when inspected again
        self._due: set[SampleId] = set()  # pictures that `_pixels` does not count as they are now
        self._touched: set[SampleId] = set()  # changed while pixels are being counted
        self._of: _Of = (0, None, Role.TUNE)  # generation, model
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._count)
        self._waited = QElapsedTimer()  # since something became due

    def follow(self, changes: Changes) -> Changes:
        """Bring the image figures up to date with the document; return what has changed in all."""
        if not changes.kinds & _TOUCHING:
            return changes
        labelled = self._document.labelled
        if self._of != (self._document.generation, labelled.model, labelled.role):
            self._of = (self._document.generation, labelled.model, labelled.role)
            self._pixels = None
            self._left_out = {}
            self._due = set(self._document.labelled.marked)
            self._touched = set()
            self._pause.stop()
            self.board.cancel()
        else:
            if Kind.SCORES in changes.kinds:
                for sample in changes.samples & self._left_out.keys():
                    del self._left_out[sample]
            touched = changes.samples | labelled.marked.keys() if Kind.SETTINGS in changes.kinds else changes.samples
            self._touched |= touched
            self._check(touched)
            if not self._due:
                self.board.cancel()  # all is as it was counted last: what is being counted would be wrong by now
        return replace(changes, kinds=changes.kinds | {Kind.EVALUATION}) if self._refresh() else changes

    def _check(self, ids: Iterable[SampleId]) -> None:
        """See of pictures whether they are counted as they are now."""
        wanted, counted = self._document.labelled.marked, self._counted
        for i in ids:
            now = wanted.get(i)
            before = counted[i][0] if i in counted else None
            if now == before or (now is not None and now == self._left_out.get(i)):
                self._due.discard(i)
            else:
                self._due.add(i)

    @property
    def _counted(self) -> Mapping[SampleId, tuple[Marked, Stamp]]:
        return {} if self._pixels is None else self._pixels.counted

    def _refresh(self) -> bool:
        """Work `current` out anew; return whether it is another one now."""
        labelled = self._document.labelled
        if labelled.model is None:
            before, self.current = self.current, None
            return before is not None
        images = labelled.figures()
        any_marked = next(iter(labelled.marked.values()), None)
        self.current = LiveEvaluation(
            model=labelled.model,
            role=labelled.role,
            ids=images.ids,
            scores=images.scores,
            truth=images.truth,
            types=images.types,
            image_curve=images.curve,
            pixels=None if self._pixels is None or not self._pixels.counted else self._pixels.counts,
            pixel_curve=None if self._pixels is None else self._pixels.curve,
            pixels_pending=bool(self._due),
            area_moved=any_marked is not None and bool(any_marked.area),
        )
        if self._due and not self.board.busy:
            if not self._pause.isActive():
                self._waited.start()
            self._pause.start(max(0, min(PAUSE_MS, MOST_PAUSE_MS - self._waited.elapsed())))
        return True

    def _count(self) -> None:
        if self._document.labelled.model is None:
            return
        key, wanted = self._of, dict(self._document.labelled.marked)
        self._touched = set()
        self.board.run(
            "evaluate",
            self.tr("Pixel figures"),
            evaluate_pixels_task(self._pixels, list(wanted.values())),
            done=lambda figures: self._on_counted(key, figures),
            over=lambda: self._on_over(key, wanted),
        )

    def _on_counted(self, key: _Of, figures: PixelFigures) -> None:
        if key == self._of:
            self._pixels = figures

    def _on_over(self, key: _Of, wanted: Mapping[SampleId, Marked]) -> None:
        job = self.board.job
        if key == self._of and job is not None and job.state != "cancelled":
            self._left_out = {i: wanted[i] for i in wanted.keys() - self._counted.keys()}
            self._due = set()
            self._check(self._touched)
        if self._refresh():
            self.counted.emit()
