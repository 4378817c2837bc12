"""One piece of work in a thread of its own."""

from __future__ import annotations

import threading
import traceback
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

from core.progress import Cancelled, Progress, Ticket

Task = Callable[[Ticket], Any]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a piece of work ended: done (`result`), cancelled, or failed (`error`, `traceback`)."""

    key: Hashable
    result: Any = None
    error: Exception | None = None
    traceback: str = ""
    cancelled: bool = False


class JobThread(QThread):
    """Runs a task and keeps how it ended.

    The outcome is read after `finished`, in the thread of the owner; nothing is told as done from inside `run`.
    Progress waits in a box of one: the latest wins, however slow the window is. Partial results all wait their turn.
    """

    news = Signal()  # there is progress or a partial result to take

    def __init__(self, key: Hashable, task: Task, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.key = key
        self.ticket = Ticket(self._on_progress, self._on_partial)
        self._task = task
        self._ended = Ended(key, cancelled=True)
        self._lock = threading.Lock()
        self._progress: Progress | None = None
        self._partials: deque[object] = deque()
        self._told = False

    @property
    def ended(self) -> Ended:
        """How it ended. Only after the thread has finished."""
        return self._ended

    def take(self) -> tuple[Progress | None, list[object]]:
        """Return and forget the latest progress and the partial results so far, oldest first."""
        with self._lock:
            progress, partials = self._progress, list(self._partials)
            self._progress = None
            self._partials.clear()
            self._told = False
        return progress, partials

    def run(self) -> None:
        """Run the task; called by `start`."""
        try:
            self.ticket.check()
            self._ended = Ended(self.key, result=self._task(self.ticket))
        except Cancelled:
            self._ended = Ended(self.key, cancelled=True)
        except Exception as error:  # noqa: BLE001 - the one place: whatever it is, the owner is told
            self._ended = Ended(self.key, error=error, traceback=traceback.format_exc())
        finally:
            del self._task  # what the task holds on to (pictures, models) goes now

    def _on_progress(self, progress: Progress) -> None:
        with self._lock:
            self._progress = progress
            tell = not self._told
            self._told = True
        if tell:
            self.news.emit()

    def _on_partial(self, value: object) -> None:
        with self._lock:
            self._partials.append(value)
            tell = not self._told
            self._told = True
        if tell:
            self.news.emit()
