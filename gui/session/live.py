"""Inspection while people look on: what they look at comes first, the rest follows."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from core.errors import Problem
from core.images.framing import Float32Map
from core.images.reading import Gone, UInt8Image
from core.inspection.result import Inspection
from core.progress import REPORTS_PER_SECOND, Progress
from core.project.edits import AddScores, SetTroubles
from core.project.model import Changes, Kind, Project, Sample, SampleId, Score
from gui.errors import failure, said
from gui.jobs.lane import Lane
from gui.jobs.tasks import DeviceText, Found, Missed, Wanted, explain_task, inspect_task, similar_task, view_task
from gui.jobs.thread import Ended, Task
from gui.session.document import Document
from gui.session.events import Explained, Job, Likened, Shown
from gui.settings import Preferences

SAVE_MS = 250  # scores are taken into the project together, so that lists change so often at most
AHEAD_PIXELS = 30_000_000  # larger photos are not read ahead: 90 MB

Key = tuple[int, SampleId, Score | None]  # generation, picture, and what is known of it


class Live(QObject):
    """Inspects pictures and shows the selected one.

    A new wish goes to the head of the queue: the running request is asked to stop between two pictures, what it has
    found so far is kept, and the rest is asked for again. One photo is read ahead, so that the next picture is there
    when it is wanted; memory: that photo, of at most `AHEAD_PIXELS`.

    Signals
    -------
    shown
        `Shown` of the selected picture.
    job_changed
        `Job` of kind "inspect": one job however many requests it took.
    problem
        `Failure`: the model could not be loaded, a heat map could not be written.
    device
        What inspection runs on, for people.
    explained, likened
        `Explained` or `Likened` of the selected picture.
    """

    shown = Signal(object)
    job_changed = Signal(object)
    problem = Signal(object)
    device = Signal(str)
    explained = Signal(object)
    likened = Signal(object)

    def __init__(self, document: Document, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lane = Lane("newest", self)
        self.view_lane = Lane("newest", self)
        self.why_lane = Lane("newest", self)
        self.ahead_lane = Lane("newest", self)
        self.job: Job | None = None
        self.selected: SampleId | None = None
        self._document = document
        self._preferences = preferences
        self._queue: dict[SampleId, None] = {}
        self._total = 0
        self._begun = 0.0
        self._told = 0.0
        self._of: tuple[int, str | None] = (0, None)  # generation and model that the queue is for
        self._scores: list[Score] = []
        self._troubles: dict[SampleId, str] = {}
        self._shown: Shown | None = None
        self._ahead: tuple[object, UInt8Image, Float32Map | None] | None = None  # of which key, and what was read
        self._explained: Explained | Likened | None = None
        self._asked: object = None  # which answer is waited for
        self._save = QTimer(self, singleShot=True, interval=SAVE_MS)
        self._save.timeout.connect(self.flush)
        self.lane.partial.connect(self._on_partial)
        self.lane.ended.connect(self._on_ended)
        self.view_lane.partial.connect(self._on_photo)
        self.view_lane.ended.connect(self._on_viewed)
        self.ahead_lane.partial.connect(self._on_ahead)
        self.ahead_lane.ended.connect(self._on_all_ahead)
        self.why_lane.partial.connect(lambda key, why: self._answer(key, why=why, progress=None))
        self.why_lane.progressed.connect(lambda key, progress: self._answer(key, progress=progress))
        self.why_lane.ended.connect(self._on_explained)
        document.changed.connect(self._on_changed)

    # --- What people want --------------------------------------------------------------------------------------------

    def inspect(self, ids: Iterable[SampleId]) -> None:
        """Put pictures into the queue. Nothing happens without a model."""
        project = self._document.project
        if project is None or project.active_model is None:
            return
        self._adopt(project)
        new = [i for i in ids if i in project.samples and i not in self._queue]
        if not new:
            return
        if not self._queue:
            self._total = 0
            self._begun = time.monotonic()
        self._total += len(new)
        self._queue.update(dict.fromkeys(new))
        self._request()

    def cancel(self) -> None:
        """Inspect no more."""
        if not self._queue:
            return
        self._queue.clear()
        self.lane.cancel()
        if self.job is not None and self.lane.busy:
            self._tell(replace(self.job, state="stopping"))

    def select(self, sample: SampleId | None) -> None:
        """Show a picture: its photo, then what the active model says about it."""
        self.selected = sample
        self._shown = None
        self._ask_no_more()
        project = self._document.project
        if sample is None or project is None or sample not in project.samples:
            self.view_lane.cancel()
            return
        self._shown = Shown(sample)
        self._view(project, project.samples[sample])

    def look_ahead(self, sample: SampleId) -> None:
        """Read an inspected picture that is likely to be wanted next."""
        project = self._document.project
        wanted = None if project is None else project.samples.get(sample)
        if project is None or wanted is None or wanted.size is None or math.prod(wanted.size) > AHEAD_PIXELS:
            return
        key, task = self._viewing(project, wanted)
        if key[2] is not None and not wanted.trouble and (self._ahead is None or self._ahead[0] != key):
            self._ahead = None
            self.ahead_lane.submit(key, task)

    def explain(self, spot: tuple[float, float] | None) -> None:
        """Find out why a spot (x, y) of the selected picture is strange, or where it is None, the strongest one."""
        if self.selected is not None:
            self._ask(Explained(self.selected), partial(explain_task, spot=spot))

    def liken(self) -> None:
        """Find the good photo that looks most like the selected picture."""
        if self.selected is not None:
            self._ask(Likened(self.selected), similar_task)

    def _ask(self, answer: Explained | Likened, task: Callable[..., Task]) -> None:
        project = self._document.project
        if project is None or project.active_model is None:
            return
        self._answer(self._asked, busy=False)  # what was asked before is not answered further
        device, engine = self._preferences.text("device"), self._preferences.text("engine")
        threads = self._preferences.threads
        model, path = project.models[project.active_model].path, project.samples[answer.sample_id].path
        samples = tuple(project.samples.values())
        self._explained, self._asked = answer, object()
        self.why_lane.submit(self._asked, task(model, device, engine, threads, path, samples))
        self._tell_answer(answer)

    def flush(self) -> None:
        """Write what has been found so far."""
        self._save.stop()
        scores, self._scores = self._scores, []
        troubles, self._troubles = self._troubles, {}
        if scores:
            self._document.observe(AddScores(scores))
        if troubles:
            self._document.observe(SetTroubles(troubles))

    def close(self, timeout_ms: int) -> bool:
        """Stop for good; False while something is still stopping."""
        self._queue.clear()
        closed = [lane.close(timeout_ms) for lane in (self.view_lane, self.ahead_lane, self.why_lane, self.lane)]
        self.flush()
        return all(closed)

    def drop(self) -> None:
        """Forget everything that is wanted; the project is about to close. What was found is written."""
        self.flush()
        self._queue.clear()
        self.lane.cancel()
        self.view_lane.cancel()
        self.ahead_lane.cancel()
        self._ahead = None
        self._ask_no_more()
        self.selected = None
        self._shown = None

    # --- Showing -----------------------------------------------------------------------------------------------------

    def _view(self, project: Project, sample: Sample) -> None:
        key, task = self._viewing(project, sample)
        ahead, self._ahead = self._ahead, None
        self.ahead_lane.cancel()
        if ahead is not None and ahead[0] == key and ahead[2] is not None:
            self.view_lane.cancel()
            QTimer.singleShot(0, self, lambda: self._show_ahead(key, *ahead[1:]))
            return
        self.view_lane.submit(key, task)
        if key[2] is None:
            self._first(sample.id)

    def _viewing(self, project: Project, sample: Sample) -> tuple[Key, Task]:
        model = project.active_model
        score = None if model is None else project.scores.get((model, sample.id))
        heat_path, placement = (None, None) if score is None else (score.heat_path, score.placement)
        task = view_task(sample.path, project.value_range, heat_path, placement)
        return (self._document.generation, sample.id, score), task

    def _on_ahead(self, key: Key, photo: UInt8Image) -> None:
        self._ahead = key, photo, None

    def _on_all_ahead(self, ended: Ended) -> None:
        if self._ahead is not None and self._ahead[0] == ended.key:
            self._ahead = (*self._ahead[:2], ended.result)

    def _show_ahead(self, key: Key, photo: UInt8Image, heat: Float32Map | None) -> None:
        self._on_photo(key, photo)
        if self._wanted(key):
            self._show_kept(key[2], heat)

    def _on_photo(self, key: Key, photo: UInt8Image) -> None:
        if self._wanted(key) and self._shown is not None:
            project = self._document.project
            if project is not None and project.samples[key[1]].trouble:
                self._trouble(key[1], "")  # its drive is back
            self._show(replace(self._shown, photo=photo))

    def _on_viewed(self, ended: Ended) -> None:
        key: Any = ended.key
        if not self._wanted(key) or ended.cancelled:
            return
        if ended.error is not None:
            self._on_unreadable(key[1], ended)
            return
        self._show_kept(key[2], ended.result)

    def _show_kept(self, score: Score | None, heat: Float32Map | None) -> None:
        if score is None or self._shown is None or self._shown.inspection is not None:
            return
        if heat is None:  # the kept heat map is gone: make it again
            self._first(score.sample)
            return
        project = self._document.project
        if project is None or project.active_model != score.model:
            return
        sample = project.samples[score.sample]
        size = score.placement.image_size
        found = Inspection(
            sample.path, size, heat, score.placement, score.score, score.seconds, score.model, sample.note
        )
        self._show(replace(self._shown, inspection=found))

    def _on_unreadable(self, sample: SampleId, ended: Ended) -> None:
        project, error = self._document.project, ended.error
        # What has been read before is as it was once its file is found again.
        returns = isinstance(error, Gone) and project is not None and project.samples[sample].bits is not None
        if isinstance(error, Problem) and not returns:
            self._trouble(sample, error.to_text())
        elif error is not None and not isinstance(error, Problem):
            self.problem.emit(failure(error, ended.traceback))
        if self._shown is not None:
            self._show(self._shown)

    def _wanted(self, key: Key) -> bool:
        return key[0] == self._document.generation and key[1] == self.selected

    def _show(self, shown: Shown) -> None:
        self._shown = shown
        self.shown.emit(shown)

    # --- Explaining --------------------------------------------------------------------------------------------------

    def _ask_no_more(self) -> None:
        self._asked = self._explained = None
        self.why_lane.cancel()

    def _answer(self, key: object, **news: Any) -> None:
        """Tell what has become known, unless something else is asked by now."""
        if self._explained is not None and key is self._asked:
            self._explained = replace(self._explained, **news)
            self._tell_answer(self._explained)

    def _tell_answer(self, answer: Explained | Likened) -> None:
        (self.likened if isinstance(answer, Likened) else self.explained).emit(answer)

    def _on_explained(self, ended: Ended) -> None:
        problem = ""
        if isinstance(ended.error, Problem):
            problem = said(ended.error)
        elif ended.error is not None:
            problem = self.tr("The reason could not be found.")
            self.problem.emit(failure(ended.error, ended.traceback))
        found = {}
        if isinstance(self._explained, Likened) and ended.result is not None:
            found = dict(zip(("photo", "pixels"), ended.result, strict=True))
        self._answer(ended.key, busy=False, problem=problem, **found)

    # --- Inspecting --------------------------------------------------------------------------------------------------

    def _first(self, sample: SampleId) -> None:
        """Inspect one picture before all others."""
        project = self._document.project
        if project is None or project.active_model is None:
            return
        self._adopt(project)
        if sample not in self._queue:
            self.inspect([sample])
        elif next(iter(self._queue)) != sample:
            self._request()

    def _adopt(self, project: Project) -> None:
        """Start over where the queue was for another model."""
        now = (self._document.generation, project.active_model)
        if self._of != now:
            self.flush()
            self._of = now
            self._queue.clear()
            self.lane.cancel()

    def _request(self) -> None:
        project = self._document.project
        if project is None or project.active_model is None:
            return
        record = project.models[project.active_model]
        order = list(self._queue)
        if self.selected in self._queue:
            order.remove(self.selected)
            order.insert(0, self.selected)
        self._queue = dict.fromkeys(order)
        wanted = [Wanted(i, project.samples[i].path, project.heat_path(record.id, i)) for i in order]
        device, engine = self._preferences.text("device"), self._preferences.text("engine")
        threads = self._preferences.threads
        self.lane.submit(self._of, inspect_task(record.path, device, engine, threads, wanted))
        self._progress()

    def _on_partial(self, key: tuple[int, str | None], value: object) -> None:
        if isinstance(value, DeviceText):
            self.device.emit(value.text)
        if key != self._of or key[0] != self._document.generation or not isinstance(value, (Found, Missed)):
            return
        self._queue.pop(value.sample, None)
        if isinstance(value, Found):
            self._found(value)
        else:
            self._trouble(value.sample, value.reason)
        if not self._save.isActive():
            self._save.start()
        self._progress()

    def _found(self, found: Found) -> None:
        project = self._document.project
        if project is None:
            return
        seen = found.inspection
        self._scores.append(score_of(project, found))
        sample = project.samples.get(found.sample)
        if sample is not None and sample.trouble:
            self._troubles[found.sample] = ""
        if found.sample == self.selected and self._shown is not None:
            self._show(replace(self._shown, inspection=seen))

    def _trouble(self, sample: SampleId, reason: str) -> None:
        self._troubles[sample] = reason
        if not self._save.isActive():
            self._save.start()

    def _on_ended(self, ended: Ended) -> None:
        self.flush()
        if ended.error is not None and ended.key == self._of:
            self._queue.clear()
            why = failure(ended.error, ended.traceback)
            if self.job is not None:
                self._tell(replace(self.job, state="failed", error=why))
            self.problem.emit(why)
        elif not self._queue and self.job is not None and self.job.active:
            self._tell(replace(self.job, state="cancelled" if ended.cancelled else "done"))

    def _progress(self) -> None:
        if not self._queue:
            return  # the last one is told when the lane is free
        now = time.monotonic()
        if self.job is not None and self.job.state == "running" and now - self._told < 1 / REPORTS_PER_SECOND:
            return
        self._told = now
        done = self._total - len(self._queue)
        progress = Progress(self.tr("Pictures"), done, self._total, done / self._total, now - self._begun)
        self._tell(Job("inspect", self.tr("Inspecting"), "running", progress))

    def _tell(self, job: Job) -> None:
        self.job = job
        self.job_changed.emit(job)

    def _on_changed(self, changes: Changes) -> None:
        project = self._document.project
        if project is None:
            return
        gone = [i for i in self._queue.keys() & changes.samples if i not in project.samples]
        for i in gone:
            del self._queue[i]
        self._total -= len(gone)
        if Kind.ACTIVE_MODEL in changes.kinds:
            self._ask_no_more()
        if self.selected is not None and Kind.ACTIVE_MODEL in changes.kinds and self.selected in project.samples:
            self._shown = replace(self._shown or Shown(self.selected), inspection=None)
            self._view(project, project.samples[self.selected])


def score_of(project: Project, found: Found) -> Score:
    """Return what the document keeps of an inspection."""
    seen = found.inspection
    path = str(project.heat_path(seen.model_id, found.sample))
    return Score(found.sample, seen.model_id, seen.score, path, seen.seconds, seen.placement)
