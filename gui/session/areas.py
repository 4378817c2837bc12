"""How large the largest region of each inspected picture is, at the pixel limit in force; counted only where wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from core.project.model import Changes, Kind, SampleId, Score
from gui.jobs.tasks import areas_task
from gui.session.board import Board
from gui.session.document import Document

PAUSE_MS = 150  # several changes in a row are counted together

_NONE: Mapping[SampleId, float] = {}
_Of = tuple[int, str | None, float]  # generation, model, pixel limit
_TOUCHING = frozenset({Kind.PROJECT, Kind.SAMPLES, Kind.SCORES, Kind.MODELS, Kind.ACTIVE_MODEL, Kind.CALIBRATION})


class Areas(QObject):
    """Keeps the areas up to date in the background, while regions decide or somebody looks at them.

    Where the pixel limit was moved, those of the limit before stay until all are counted anew.

    Signals
    -------
    counted
        `known` is another one now.
    """

    counted = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.board = Board("refuse", self)
        self._document = document
        self._watched = False
        self._areas: dict[SampleId, float] = {}  # image pixels; never changed in place, so that it is told apart
        self._scores: dict[SampleId, float] = {}  # of the same inspection, so that a new map is told from an old one
        self._of: _Of = (0, None, 0.0)  # what they are known for,
        self._counting: _Of = (0, None, 0.0)  # and are being counted for
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._count)

    @property
    def known(self) -> Mapping[SampleId, float]:
        """Area of the largest region by picture, in its own pixels; 0 without a region.

        At the saved pixel limit, or while they are `stale`, at the one before.
        """
        return self._areas if self._of[:2] == self._now()[:2] else _NONE

    @property
    def stale(self) -> bool:
        """Whether `known` are those of another pixel limit than the saved one."""
        return bool(self.known) and self._of != self._now()

    @property
    def pending(self) -> bool:
        """Whether areas are wanted that are not known yet."""
        return self._wanted and bool(self._missing())

    def watch(self, on: bool) -> None:
        """Say whether somebody looks at the areas, whatever decides."""
        self._watched = on
        self._begin()

    def follow(self, changes: Changes) -> None:
        """See what a change has left to count."""
        if changes.kinds & _TOUCHING:
            self._begin()

    @property
    def _wanted(self) -> bool:
        project = self._document.project
        limits = None if project is None else project.calibration
        return limits is not None and (self._watched or limits.decides != "score")

    def _now(self) -> _Of:
        project = self._document.project
        limits = None if project is None else project.calibration
        if project is None or limits is None:
            return self._document.generation, None, 0.0
        return self._document.generation, project.active_model, limits.pixel.value

    def _missing(self) -> list[SampleId]:
        project = self._document.project
        if project is None:
            return []
        known = self._scores if self._of == self._now() else {}
        return [
            i
            for (model, i), score in project.scores.items()
            if model == project.active_model and known.get(i) != score.score
        ]

    def _begin(self) -> None:
        if not self._wanted:
            return
        if self._counting != self._now():
            self.board.cancel()
        if not self.board.busy and not self._pause.isActive():
            self._pause.start()

    def _count(self) -> None:
        project, now = self._document.project, self._now()
        if project is None or not self._wanted or self.board.busy:
            return
        self._counting = now
        wanted = [project.scores[now[1] or "", i] for i in self._missing()]
        if not wanted:
            return
        self.board.run(
            "areas",
            self.tr("Areas of regions"),
            areas_task(wanted, now[2]),
            done=lambda found: self._on_counted(now, found),
            over=self._on_over,
        )

    def _on_counted(self, of: _Of, found: Sequence[tuple[Score, float]]) -> None:
        if of == self._now():
            if self._of != of:
                self._of, self._areas, self._scores = of, {}, {}
            self._areas = self._areas | {score.sample: area for score, area in found}
            self._scores |= {score.sample: score.score for score, _ in found}

    def _on_over(self) -> None:
        self.counted.emit()
        job = self.board.job
        if job is not None and job.state != "failed" and self._missing():
            self._begin()  # the limit was moved meanwhile, or more was inspected
