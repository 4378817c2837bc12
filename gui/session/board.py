"""Background work with a name: lanes whose jobs are told about as `Job`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal

from core.progress import Progress
from gui.errors import failure
from gui.jobs.lane import Lane
from gui.jobs.thread import Ended, Task
from gui.session.events import Job, JobKind


@dataclass(frozen=True, slots=True)
class _Request:
    job: Job
    partial: Callable[[Any], None] | None
    done: Callable[[Any], Any] | None
    over: Callable[[], None] | None


class Board(QObject):
    """One lane, and what people see of the job in it.

    Signals
    -------
    changed
        `Job`: began, got on, is stopping, ended.
    problem
        `Failure`, after the job that failed was told.
    """

    changed = Signal(object)
    problem = Signal(object)

    def __init__(self, policy: Literal["refuse", "newest"], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lane = Lane(policy, self)
        self.job: Job | None = None
        self._request: _Request | None = None
        self._settling = False
        self.lane.progressed.connect(self._on_progressed)
        self.lane.partial.connect(self._on_partial)
        self.lane.ended.connect(self._on_ended)

    @property
    def busy(self) -> bool:
        """Whether a job runs, is stopping, or is just handing over its result."""
        return self.lane.busy or self._settling

    def run(
        self,
        kind: JobKind,
        title: str,
        task: Task,
        *,
        partial: Callable[[Any], None] | None = None,
        done: Callable[[Any], Any] | None = None,
        over: Callable[[], None] | None = None,
    ) -> bool:
        """Begin a job; False while another runs.

        Parameters
        ----------
        partial
            Gets each partial result.
        done
            Gets the result; what it returns becomes the job's, None keeps it.
        over
            Called last however it ended; may begin the next job.
        """
        if self.busy:
            return False
        request = _Request(Job(kind, title), partial, done, over)
        if not self.lane.submit(request, task):
            return False
        self._request = request
        self._tell(request.job)
        return True

    def cancel(self) -> None:
        """Ask the job to stop."""
        if self.job is not None and self.job.state == "running" and self.lane.busy:
            self.lane.cancel()
            self._tell(replace(self.job, state="stopping"))

    def _tell(self, job: Job) -> None:
        self.job = job
        self.changed.emit(job)

    def _on_progressed(self, key: object, progress: Progress) -> None:
        if self._request is key and self.job is not None:
            self._tell(replace(self.job, progress=progress))

    def _on_partial(self, key: object, value: object) -> None:
        request = self._request
        if request is not None and request is key and request.partial is not None:
            request.partial(value)

    def _on_ended(self, ended: Ended) -> None:
        request = self._request
        if request is None or self.job is None:
            return
        self._request = None
        job = self.job
        if ended.error is not None:
            why = failure(ended.error, ended.traceback)
            self._tell(replace(job, state="failed", error=why))
            self.problem.emit(why)
        elif ended.cancelled:
            self._tell(replace(job, state="cancelled"))
        else:
            result = ended.result
            if request.done is not None:
                self._settling = True
                try:
                    answer = request.done(result)
                finally:
                    self._settling = False
                result = result if answer is None else answer
            self._tell(replace(job, state="done", result=result))
        if request.over is not None:
            request.over()
