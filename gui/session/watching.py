"""Pictures that come into a watched folder: taken into the project as they come, with what they add up to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from core.batch.told import Arrived
from core.project.model import Changes, Kind, Label, SampleId
from core.scoring.control import Baseline, baseline, wandered
from core.scoring.thresholds import Verdict
from gui.jobs.tasks import arriving_task
from gui.session.board import Board
from gui.session.document import Document
from gui.session.evaluation import LiveEvaluation


@dataclass(frozen=True, eq=False, slots=True)
class Arrivals:
    """The pictures that have come and have a score of the active model, in the order of their coming.

    Attributes
    ----------
    samples, scores, verdicts
        (N) each.
    passed
        (N,) bool: neither NG nor labelled a defect, so that they count for the drift.
    good
        Pictures labelled good that did not come through the watch; None while too few.
    since
        From which of them on the average has been beyond its limits; None while it is not.
    counts
        How many there are of each verdict.
    failed, waiting
        How many cannot be read, and how many are not complete or not inspected yet.
    """

    samples: tuple[SampleId, ...] = ()
    scores: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    verdicts: tuple[Verdict, ...] = ()
    passed: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    good: Baseline | None = None
    since: int | None = None
    counts: tuple[tuple[Verdict, int], ...] = ()
    failed: int = 0
    waiting: int = 0


class Watcher(QObject):
    """Watches one folder at a time.

    Signals
    -------
    changed
        A watch has begun or ended, its folder has gone or is back, or a picture has come.
    """

    changed = Signal()

    def __init__(
        self, document: Document, add: Callable[[Sequence[Path]], Sequence[SampleId]], parent: QObject
    ) -> None:
        super().__init__(parent)
        self.board = Board("refuse", self)
        self.board.changed.connect(lambda _job: self.changed.emit())
        self.folder: Path | None = None
        self.came: list[SampleId] = []
        self.away = False
        self._on_way = 0
        self._document = document
        self._add = add

    @property
    def running(self) -> bool:
        """Whether it watches now."""
        return self.board.job is not None and self.board.job.state == "running"

    def watch(self, folder: Path) -> bool:
        """Watch a folder, as the job "arrivals"; False while another is watched."""
        project = self._document.project
        if project is None or self.board.busy:
            return False
        generation = self._document.generation

        def take(came: Arrived) -> None:
            if generation == self._document.generation:
                self.away, self._on_way = came.away, came.waiting
                self.came.extend(self._add(came.paths) if came.paths else ())
                self.changed.emit()

        self.folder, self.came, self.away, self._on_way = folder, [], False, 0
        title = self.tr("Watching {0}").format(folder.name)
        return self.board.run("arrivals", title, arriving_task(folder, tuple(project.samples.values())), partial=take)

    def forget(self) -> None:
        """Stop, and forget what has come."""
        self.board.cancel()
        self.folder, self.came, self.away, self._on_way = None, [], False, 0
        self.changed.emit()

    def concerned(self, changes: Changes) -> bool:
        """Whether `arrivals` may be others after such changes."""
        about = {Kind.SCORES, Kind.LABELS, Kind.SAMPLES, Kind.CALIBRATION, Kind.ACTIVE_MODEL, Kind.REGIONS}
        return self.folder is not None and bool(changes.kinds & about)

    def arrivals(self, areas: Mapping[SampleId, float], evaluation: LiveEvaluation | None) -> Arrivals:
        """Add up what has come; linear in their number.

        Parameters
        ----------
        areas
            Of the largest region of each picture; 0 where it is not known.
        evaluation
            Of the active model on labelled pictures: good ones of them are what the others are compared with.
        """
        project = self._document.project
        limits = None if project is None else project.calibration
        if project is None or limits is None or project.active_model is None:
            return Arrivals(waiting=self._on_way)
        there = [i for i in self.came if i in project.samples]
        seen = [i for i in there if (project.active_model, i) in project.scores]
        failed = sum(1 for i in there if project.samples[i].trouble)
        scores = np.array([project.scores[project.active_model, i].score for i in seen], np.float64)
        passed, rejected = limits.judged(scores, np.array([areas.get(i, 0.0) for i in seen], np.float64))
        verdicts = tuple(
            Verdict.NG if bad else Verdict.OK if fine else Verdict.REVIEW
            for fine, bad in zip(passed.tolist(), rejected.tolist(), strict=True)
        )
        defect = np.array([project.samples[i].label is Label.DEFECT for i in seen], np.bool_)
        counted = ~rejected & ~defect
        good, since = None, None
        if evaluation is not None:
            before = ~evaluation.truth & ~np.isin(evaluation.ids, self.came)
            good = baseline(evaluation.scores[before])
        if good is not None and (found := wandered(scores[counted], good)) is not None:
            since = int(np.flatnonzero(counted)[found])
        counts = tuple((verdict, verdicts.count(verdict)) for verdict in Verdict)
        waiting = self._on_way + len(there) - len(seen) - failed
        return Arrivals(tuple(seen), scores, verdicts, counted, good, since, counts, failed, max(waiting, 0))
