"""What long work reports through and is stopped through.

A `Ticket` is a plain object: work calls `report` often, `check` between steps, and knows nothing of
windows or terminals. Reports are throttled to 30 a second, so work need not count its own calls.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

REPORTS_PER_SECOND = 30


class Cancelled(Exception):
    """The person asked the work to stop. Not an error: it is never shown as one."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Which of several like jobs is on, such as the second of three algorithms."""

    name: str
    number: int
    count: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work is.

    Attributes
    ----------
    stage
        What is being done, for people, such as ``"Reading images"``.
    done, total
        Steps of this stage; `total` is None where nobody can know it.
    fraction
        The whole job, 0 to 1, all stages weighed.
    elapsed
        Seconds since the whole job began.
    curve
        Numbers to plot, such as ``{"loss": 0.8}``.
    turn
        Which of several like jobs is on; None where there is one only.
    """

    stage: str
    done: int
    total: int | None
    fraction: float
    elapsed: float
    curve: Mapping[str, float] = field(default_factory=dict)
    turn: Turn | None = None

    @property
    def seconds_left(self) -> float | None:
        """Estimate of the time left from the share done so far, or None when it is too early to say."""
        if self.fraction < 0.02 or self.elapsed < 1.0:
            return None
        return self.elapsed * (1.0 - self.fraction) / self.fraction


class _Job:
    """What all the tickets of one job share."""

    def __init__(
        self,
        on_progress: Callable[[Progress], None] | None,
        on_partial: Callable[[object], None] | None,
    ) -> None:
        self.on_progress = on_progress
        self.on_partial = on_partial
        self.started = time.monotonic()
        self.last_report = 0.0
        self.cancelled = threading.Event()
        self.enough = threading.Event()


class Ticket:
    """Report, partial results and cancellation of one piece of work.

    Stages nest: `stage` hands out a ticket for a share of this one's range, so that one bar shows the
    whole job. Stages are handed out in the order in which they run; the shares left over after the
    last one simply end early.

    Parameters
    ----------
    on_progress
        Called in the working thread, at most 30 times a second and at every stage's last step.
    on_partial
        Called in the working thread with an early result, such as the photo before its heat map.
    """

    def __init__(
        self,
        on_progress: Callable[[Progress], None] | None = None,
        on_partial: Callable[[object], None] | None = None,
    ) -> None:
        self._job = _Job(on_progress, on_partial)
        self._name = ""
        self._low = 0.0
        self._high = 1.0
        self._given = 0.0
        self._turn: Turn | None = None

    def stage(self, name: str, share: float) -> Ticket:
        """Hand out the next part of the work.

        Parameters
        ----------
        name
            What the part does, for people.
        share
            Its share of this ticket's own range; the shares of one ticket add up to at most 1.
        """
        part = self._part(share)
        part._name = name
        part.report(0, None)
        return part

    def turn(self, turn: Turn, share: float) -> Ticket:
        """Hand out the next of several like jobs; its stages tell which one it is."""
        part = self._part(share)
        part._turn = turn
        return part

    def _part(self, share: float) -> Ticket:
        part = Ticket.__new__(Ticket)
        part._job = self._job
        part._name = ""
        part._turn = self._turn
        width = self._high - self._low
        part._low = self._low + width * min(self._given, 1.0)
        self._given = min(self._given + share, 1.0)
        part._high = self._low + width * self._given
        part._given = 0.0
        return part

    def report(self, done: int, total: int | None = None, *, share: float | None = None, **curve: float) -> None:
        """Tell how far this stage is, then `check`.

        Parameters
        ----------
        share
            Of the stage's time that has passed, where its steps do not take equal time.
        """
        self.check()
        job = self._job
        if job.on_progress is None:
            return
        now = time.monotonic()
        last_step = total is not None and done >= total
        if not (last_step or done == 0) and now - job.last_report < 1 / REPORTS_PER_SECOND:
            return
        job.last_report = now
        if share is None:
            share = done / total if total else 0.0
        job.on_progress(
            Progress(
                stage=self._name,
                done=done,
                total=total,
                fraction=self._low + (self._high - self._low) * min(share, 1.0),
                elapsed=now - job.started,
                curve=curve,
                turn=self._turn,
            )
        )

    def partial(self, value: object) -> None:
        """Hand over an early result."""
        self.check()
        if self._job.on_partial is not None:
            self._job.on_partial(value)

    def check(self) -> None:
        """Raise `Cancelled` if somebody asked to stop."""
        if self._job.cancelled.is_set():
            raise Cancelled

    def wait(self, seconds: float) -> None:
        """Do nothing for so long; raise `Cancelled` as soon as somebody asks to stop."""
        if self._job.cancelled.wait(seconds):
            raise Cancelled

    def cancel(self) -> None:
        """Ask the work to stop at its next check. Safe from any thread."""
        self._job.cancelled.set()

    def stop_early(self) -> None:
        """Ask a training in steps to end here and keep its best state; other work goes on. Safe from any thread."""
        self._job.enough.set()

    @property
    def stopping_early(self) -> bool:
        """Whether the training that runs was asked to end."""
        return self._job.enough.is_set()

    def begin_training(self) -> None:
        """Forget a wish to end that was for an earlier training of the same job."""
        self._job.enough.clear()


def silent() -> Ticket:
    """Return a ticket nobody listens to."""
    return Ticket()
