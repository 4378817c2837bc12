"""A background thread with a policy."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Literal

from PySide6.QtCore import QDeadlineTimer, QElapsedTimer, QObject, Qt, QTimer, Signal

from core.progress import REPORTS_PER_SECOND
from gui.jobs.thread import JobThread, Task


class Lane(QObject):
    """Runs one task at a time and tells about it in its owner's thread.

    Every task that was started ends in exactly one `ended`, told after its thread is gone; a slot of `ended` may
    submit again. A waiting request that a newer one replaces never starts and is never told about.

    Parameters
    ----------
    policy
        ``"refuse"``: while a task runs, others are turned away. ``"newest"``: the running task is asked to stop and
        the newest request comes next; older waiting ones are dropped.
    """

    started = Signal(object)  # key
    progressed = Signal(object, object)  # key, Progress; at most 30 a second
    partial = Signal(object, object)  # key, value
    ended = Signal(object)  # Ended

    def __init__(self, policy: Literal["refuse", "newest"], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._policy = policy
        self._thread: JobThread | None = None
        self._waiting: tuple[Hashable, Task] | None = None
        self._closed = False
        self._since_progress = QElapsedTimer()
        self._later = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._later.timeout.connect(self._on_news)

    @property
    def busy(self) -> bool:
        """Whether a task runs or is still stopping."""
        return self._thread is not None

    @property
    def key(self) -> Hashable | None:
        """The key of the running task."""
        return None if self._thread is None else self._thread.key

    def submit(self, key: Hashable, task: Task) -> bool:
        """Ask for a task to be run; False where the policy turns it away or the lane is closed."""
        if self._closed:
            return False
        if self._thread is None:
            self._start(key, task)
            return True
        if self._policy == "refuse":
            return False
        self._waiting = (key, task)
        self._thread.ticket.cancel()
        return True

    def cancel(self) -> None:
        """Ask the running task to stop and drop the waiting one."""
        self._waiting = None
        if self._thread is not None:
            self._thread.ticket.cancel()

    def stop_early(self) -> None:
        """Ask the running task's training to end with its best state; see `Ticket.stop_early`."""
        if self._thread is not None:
            self._thread.ticket.stop_early()

    def close(self, timeout_ms: int = 30_000) -> bool:
        """Take no more work, ask the running task to stop and wait for it.

        Returns
        -------
        bool
            False where it is still stopping; ask again later. A thread is never killed.
        """
        self._closed = True
        self.cancel()
        if self._thread is None:
            return True
        if not self._thread.wait(QDeadlineTimer(timeout_ms)):
            return False
        self._on_finished()
        return True

    def _start(self, key: Hashable, task: Task) -> None:
        thread = JobThread(key, task)
        thread.news.connect(self._on_news, Qt.ConnectionType.QueuedConnection)
        thread.finished.connect(self._on_finished, Qt.ConnectionType.QueuedConnection)
        self._thread = thread
        self._since_progress.invalidate()
        thread.start()
        self.started.emit(key)

    def _on_news(self) -> None:
        thread = self._thread
        if thread is None:
            return
        pause = round(1000 / REPORTS_PER_SECOND)
        if self._since_progress.isValid() and (left := pause - self._since_progress.elapsed()) > 0:
            if not self._later.isActive():
                self._later.start(left)
            return
        self._deliver(thread)

    def _deliver(self, thread: JobThread) -> None:
        self._since_progress.start()
        progress, partials = thread.take()
        for value in partials:
            self.partial.emit(thread.key, value)
        if progress is not None:
            self.progressed.emit(thread.key, progress)

    def _on_finished(self) -> None:
        thread = self._thread
        if thread is None or not thread.isFinished():
            return  # late word of a thread that `close` has already waited for
        thread.wait()
        self._deliver(thread)
        self._later.stop()
        self._thread = None
        self.ended.emit(thread.ended)
        if self._thread is None and self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            self._start(*waiting)
