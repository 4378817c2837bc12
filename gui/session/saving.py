"""Saves changes behind the person's back: the window does not wait for the disk."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from core.project.storage import ProjectFile, Unsaved


class _Bell(QObject):
    rang = Signal(object)


class _Work(QRunnable):
    """Writes changes into the file; `error` tells why it could not, once it has run."""

    def __init__(self, file: ProjectFile, changes: Sequence[Unsaved], bell: _Bell) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self.file, self.changes, self._bell = file, changes, bell
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            self.file.save(self.changes)
        except Exception as error:  # noqa: BLE001 - whatever it is, the change is not in the file
            self.error = error
        self._bell.rang.emit(self)


class Saver(QObject):
    """Writes changes in their order, one transaction at a time; what comes meanwhile is the next.

    Signals
    -------
    saved
        Nothing is left to save.
    failed
        The error, and the tuple of all `Unsaved` that are not in the file, in their order.
    """

    saved = Signal()
    failed = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[Unsaved] = []
        self._work: _Work | None = None
        self._bell = _Bell()
        self._bell.rang.connect(self._on_rang)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)

    @property
    def busy(self) -> bool:
        """Whether something is not in the file yet."""
        return self._work is not None

    def add(self, file: ProjectFile, change: Unsaved) -> None:
        """Save a change, after those before it."""
        self._waiting.append(change)
        self._begin(file)

    def settle(self) -> None:
        """Wait until everything is saved, or has failed."""
        while self._work is not None:
            self._pool.waitForDone()
            self._on_rang(self._work)

    def _begin(self, file: ProjectFile) -> None:
        if self._work is None and self._waiting:
            self._work, self._waiting = _Work(file, tuple(self._waiting), self._bell), []
            self._pool.start(self._work)

    def _on_rang(self, work: _Work) -> None:
        if work is not self._work:
            return  # `settle` was quicker than the bell
        self._work = None
        if work.error is not None:
            unsaved, self._waiting = (*work.changes, *self._waiting), []
            self.failed.emit(work.error, unsaved)
        elif self._waiting:
            self._begin(work.file)
        else:
            self.saved.emit()
