"""Limits of the active model: moved by hand or by a rule, and saved once they are settled."""

from __future__ import annotations

import time
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from core.errors import Problem, phrase
from core.project.edits import SetCalibration
from core.project.model import Changes, Kind, Role
from core.scoring.rules import USUAL, Wanted
from core.scoring.thresholds import Calibration, Decides, Threshold
from gui.errors import failure
from gui.session.document import Document
from gui.session.evaluation import Evaluator, Level, RuleRequest, by_rule, first_review


class Limits(QObject):
    """What is set here is refused where there is no model or the project cannot be changed; then all return False.

    Signals
    -------
    moved
        `Changes`: limits are being dragged, or are back at what is saved. Those that are saved the document tells.
    problem
        `Failure` to tell a person.
    """

    moved = Signal(object)
    problem = Signal(object)

    def __init__(self, document: Document, evaluator: Evaluator, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._evaluator = evaluator
        self._held: Calibration | None = None  # while a line is being dragged
        self._rule: RuleRequest | None = None  # waits for the pixel figures

    @property
    def in_force(self) -> Calibration | None:
        """Those that all verdicts follow, also while a line is being dragged."""
        return self.saved if self._held is None else self._held

    @property
    def saved(self) -> Calibration | None:
        """Those without what is just being dragged."""
        project = self._document.project
        return None if project is None else project.calibration

    def set_image(self, value: float, settled: bool = True) -> bool:
        """Move the image limit; it is saved once settled. A review limit in its way goes along."""
        now = self.saved
        if now is None:
            return False
        return self._set(now.with_image(Threshold(float(value))), phrase("Move the image limit"), settled)

    def set_review(self, value: float | None, settled: bool = True) -> bool:
        """Move the review limit, at most up to the image limit, or take it away; it is saved once settled."""
        now = self.saved
        if now is None:
            return False
        review = None if value is None else Threshold(min(float(value), now.image.value))
        if review is None:
            title = phrase("Switch review off")
        else:
            title = phrase("Move the review limit") if now.review is not None else phrase("Switch review on")
        return self._set(replace(now, review=review), title, settled)

    def switch_review(self, on: bool) -> bool:
        """Switch the review limit on, at `first_review`, or off."""
        now = self.saved
        if now is None or not on:
            return self.set_review(None)
        return self.set_review(first_review(now, self._evaluator.current))

    def set_pixel(self, value: float, settled: bool = True) -> bool:
        """Move the pixel limit; it is saved once settled."""
        now = self.saved
        if now is None:
            return False
        return self._set(replace(now, pixel=Threshold(float(value))), phrase("Move the pixel limit"), settled)

    def set_min_area(self, value: float, settled: bool = True) -> bool:
        """Say how large a region has to be, in pixels of the picture; it is saved once settled."""
        now = self.saved
        if now is None:
            return False
        wanted = replace(now, min_area=max(float(value), 0.0))
        return self._set(wanted, phrase("Set the least area of a region"), settled)

    def set_decides(self, what: Decides) -> bool:
        """Say what makes a picture NG."""
        now = self.saved
        if now is None:
            return False
        return self._set(replace(now, decides=what), phrase("Choose what decides"), settled=True)

    def apply_rule(self, rule: str, level: Level = "both", wanted: Wanted = USUAL) -> bool:
        """Set limits by a rule, from the labelled tuning pictures.

        While pixel figures are being counted it waits for them. The parameters are those of `RuleRequest`.
        """
        return self._apply(RuleRequest(rule, level, wanted))

    def by_rule(self, rule: str, level: Level = "both", wanted: Wanted = USUAL) -> Calibration:
        """Return what `apply_rule` would set, as far as the figures are known; raises a `Problem` if it would fail."""
        evaluation, now = self._evaluator.current, self.saved
        if evaluation is None or now is None:
            raise Problem("There are no figures yet.", "Train a model and label pictures first.")
        if evaluation.role is not Role.TUNE:
            raise Problem("Limits are never set on held-out pictures.", "Switch to the tune pictures first.")
        return by_rule(RuleRequest(rule, level, wanted), evaluation, now)

    def follow(self, changes: Changes) -> None:
        """Let go of what a change of the document has overtaken."""
        if changes.kinds & {Kind.ACTIVE_MODEL, Kind.CALIBRATION}:
            self._held = None  # an undo in the middle of a drag
        if Kind.ACTIVE_MODEL in changes.kinds:
            self._rule = None

    def forget(self) -> None:
        """Let go of what is being dragged or waits: the project is left."""
        self._held = None
        self._rule = None

    def apply_waiting(self) -> None:
        """Set the limits of a rule that has waited for pixel figures, if they are there."""
        evaluation = self._evaluator.current
        if self._rule is not None and (evaluation is None or not evaluation.pixels_pending):
            request, self._rule = self._rule, None
            if evaluation is not None:
                self._apply(request)

    def _apply(self, request: RuleRequest) -> bool:
        evaluation = self._evaluator.current
        if evaluation is not None and evaluation.pixels_pending and request.level in ("both", "pixel"):
            self._rule = request
            return True
        self._rule = None
        try:
            found = self.by_rule(request.rule, request.level, request.wanted)
        except Problem as problem:
            self.problem.emit(failure(problem))
            return False
        return self._set(found, phrase("Set limits by rule"), settled=True)

    def _set(self, wanted: Calibration, title: str, settled: bool) -> bool:
        project = self._document.writable()
        if project is None or project.active_model is None:
            return False
        if not settled:
            self._held = wanted
            self._tell_moved()
            return True
        held, self._held = self._held, None
        if wanted == project.calibration:
            if held is not None:
                self._tell_moved()
            return True
        done = self._document.do(SetCalibration(project.active_model, wanted, title, time.monotonic()))
        if not done:
            self._tell_moved()  # back to what is saved
        return done

    def _tell_moved(self) -> None:
        self.moved.emit(Changes(kinds=frozenset({Kind.CALIBRATION})))
