"""How long a training would take on this computer, and what it would need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.detectors.estimate import Estimate, Pace, duration, estimate, rough_seconds
from core.project.model import Label, Role
from gui.jobs.tasks import pace_task
from gui.session.board import Board
from gui.session.document import Document
from gui.settings import Preferences

if TYPE_CHECKING:
    from core.detectors.settings import DetectorSettings
    from core.training.recipe import Recipe


class Pacing(QObject):
    """Measures each recipe once while the program runs.

    Attributes
    ----------
    board
        Its job "pace" tells when a recipe's pace is known.
    """

    def __init__(
        self, document: Document, preferences: Preferences, trainings: Board, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.board = Board("refuse", self)
        self._document = document
        self._preferences = preferences
        self._trainings = trainings
        self._known: dict[tuple[object, ...], Pace | None] = {}  # None where it could not be measured
        self._wanted: Recipe | None = None

    def estimate(self, settings: DetectorSettings, frame: tuple[int, int]) -> Estimate:
        """Return what a training would need with the pictures there are. `frame` is (h, w)."""
        return estimate(settings, self._good(Role.TRAIN), frame)

    def rough_seconds(self, recipe: Recipe) -> float:
        """Return how long a training takes beside others, roughly, with the pictures there are."""
        return rough_seconds(recipe.settings, max(self._good(Role.TRAIN), 1), recipe.framing.size)

    def known(self, recipe: Recipe) -> Pace | None:
        """Return how fast a training goes on this computer; None where that was not measured."""
        return self._known.get(self._key(recipe))

    def seconds(self, recipe: Recipe) -> float | None:
        """Return how long a training would take with the pictures there are; None where that was not measured."""
        pace = self.known(recipe)
        if self._document.project is None or pace is None:
            return None
        fit, held_out = self._good(Role.TRAIN), self._good(Role.TUNE)
        if not held_out:
            held_out = round(fit * recipe.held_out_share)
            fit -= held_out
        return duration(pace, recipe.settings, fit, held_out, recipe.framing.size, recipe.folds)

    def measure(self, recipe: Recipe) -> bool:
        """Find out in the background how long a training would take.

        Nothing is measured while a training runs: both would be slower.

        Returns
        -------
        bool
            Whether it is being measured now.
        """
        project, key = self._document.project, self._key(recipe)
        if project is None or self._trainings.busy or key in self._known:
            return False
        if self.board.busy:
            if self._wanted != recipe:
                self._wanted = recipe
                self.board.cancel()
            return True
        self._wanted = None

        def measured(pace: Pace) -> None:
            self._known[key] = pace

        def over() -> None:
            if self.board.job is not None and self.board.job.state == "failed":
                self._known[key] = None
            if self._wanted is not None:
                self.measure(self._wanted)

        task = pace_task(project.good(Role.TRAIN), recipe, self._preferences.threads)
        return self.board.run("pace", self.tr("Measuring the speed"), task, done=measured, over=over)

    def stop(self) -> None:
        """Stop measuring, and measure nothing that waits."""
        self._wanted = None
        self.board.cancel()

    def try_again(self) -> None:
        """Let recipes be measured again that could not be."""
        self._known = {key: pace for key, pace in self._known.items() if pace is not None}

    def _good(self, role: Role) -> int:
        return self._document.tally.uses[Label.GOOD, role]

    def _key(self, recipe: Recipe) -> tuple[object, ...]:
        return recipe.settings, recipe.framing, recipe.device, recipe.engine, self._preferences.threads
