"""Which of the project's pictures are not where they were."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from core.project.edits import MoveFiles
from core.project.model import Changes, Kind, Project, SampleId, same_file
from gui.jobs.tasks import missing_task
from gui.session.board import Board
from gui.session.document import Document

PAUSE_MS = 300  # first the page, then the files


class Finder(QObject):
    """Looks, after a project was opened and after files were said to have moved, which of them are there.

    Signals
    -------
    back
        Frozenset of the files, as text, that were missing and are there again; before `changed`.
    changed
        `missing` is another.
    """

    back = Signal(object)
    changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.board = Board("refuse", self)
        self._document = document
        self._gone: frozenset[str] = frozenset()
        self._again = False
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._begin)
        document.opened.connect(self._look)
        document.changed.connect(self._on_changed)

    @property
    def missing(self) -> frozenset[SampleId]:
        """Pictures of the project whose files were not there when last looked for."""
        project = self._document.project
        if project is None or not self._gone:
            return frozenset()
        return frozenset(sample.id for sample in project.samples.values() if sample.file in self._gone)

    def files(self) -> dict[Path, str]:
        """Return the missing pictures and masks with what is known of their contents (sha256 in hex, or "")."""
        project = self._document.project
        samples = () if project is None else project.samples.values()
        files = {sample.mask: "" for sample in samples if sample.mask is not None and str(sample.mask) in self._gone}
        return files | {sample.path: sample.content_hash for sample in samples if sample.file in self._gone}

    def look_again(self) -> None:
        """Look once more, in the background; until then what was missing is."""
        if not self.board.busy:
            self._begin()

    def _look(self) -> None:
        self._again = self.board.busy
        if self._again:
            self.board.cancel()
            return
        self._take(frozenset())
        self._pause.start()

    def _begin(self) -> None:
        project = self._document.project
        if project is None or not project.samples:
            return
        generation = self._document.generation
        self.board.run(
            "find",
            self.tr("Looking for the project's files"),
            missing_task(tuple(project.samples.values())),
            done=lambda gone: self._on_looked(gone) if generation == self._document.generation else None,
            over=self._on_over,
        )

    def _on_looked(self, gone: frozenset[str]) -> None:
        if back := self._gone - gone:
            self.back.emit(back)
        self._take(gone)

    def _take(self, gone: frozenset[str]) -> None:
        if gone != self._gone:
            self._gone = gone
            self.changed.emit()

    def _on_over(self) -> None:
        if self._again:
            self._look()

    def _on_changed(self, changes: Changes) -> None:
        if Kind.PROJECT not in changes.kinds and Kind.PATHS in changes.kinds:
            self._look()


def moves(project: Project, found: Mapping[Path, Path]) -> MoveFiles:
    """Return the edit for files found again; what the project has at the new place already is not doubled."""
    known = project.by_file()
    files = {str(before): str(now) for before, now in found.items()}
    paths = {}
    for sample in project.samples.values():
        file = files.get(sample.file, sample.file)
        mask = None if sample.mask is None else found.get(sample.mask, sample.mask)
        if (file, mask) != (sample.file, sample.mask) and known.get(same_file(file), sample.id) == sample.id:
            paths[sample.id] = (Path(file), mask)
    return MoveFiles(paths)
