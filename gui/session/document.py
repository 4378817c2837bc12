"""The open project and its undo list: the one place that writes."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from core.errors import Problem
from core.progress import Cancelled, Ticket
from core.project.edits import Edit, SetLabels, SetMarks, meet_types
from core.project.model import Changes, Kind, ModelRecord, Project, Role
from core.project.storage import ProjectFile, Unsaved, clean_leftovers, delete_model_files
from gui.errors import failure, translated
from gui.jobs.imports import for_good, load_statistics
from gui.jobs.thread import Task
from gui.session.counting import Labelled, Tally
from gui.session.saving import Saver

UNDO_STEPS = 200  # each keeps no more than the samples and scores it touched,
UNDO_BYTES = 64 << 20  # and masks that were painted over no more than this together; the oldest steps are forgotten


@dataclass(frozen=True, slots=True)
class Opened:
    """A project that was read, and what its pictures add up to."""

    file: ProjectFile
    tally: Tally
    labelled: Labelled


def open_task(path: Path) -> Task:
    """Open a project file; the result is `Opened`, whose file is the receiver's to close."""

    def task(ticket: Ticket) -> Opened:
        load_statistics()
        with for_good():
            file = ProjectFile.open(path)
            opened = Opened(file, Tally(file.project), Labelled(file.project))
            opened.labelled.figures()  # the window is spared the first time
        try:
            ticket.check()
        except Cancelled:
            file.close()
            raise
        if not file.project.read_only:
            clean_leftovers(file.project)
        return opened

    return task


class _Step(QUndoCommand):
    """One edit on the undo list."""

    def __init__(self, document: Document, edit: Edit) -> None:
        super().__init__(translated(edit.title))
        self._document = document
        self._edit = edit
        self._applied = True  # the document has written it before it comes onto the list

    def redo(self) -> None:
        if self._applied:
            self._applied = False
            return
        self._document.replay(self._edit, forward=True)

    def undo(self) -> None:
        self._document.replay(self._edit, forward=False)

    @property
    def edit(self) -> Edit:
        return self._edit

    def id(self) -> int:
        return 1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Step):
            return False
        both = self._edit.merge(other._edit)
        if both is None:
            return False
        self._edit = both
        return True


class Document(QObject):
    """The open project, or none.

    Attributes
    ----------
    tally, labelled
        What its pictures add up to; up to date when `changed` tells.

    Signals
    -------
    changed
        `Changes`, after memory and file are equal again.
    opened
        The project was opened, made or closed; followed by `changed` with every kind.
    """

    changed = Signal(object)
    opened = Signal()
    problem = Signal(object)
    saved_changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(UNDO_STEPS)
        self.generation = 0  # counts openings and closings: work begun for an older one is dropped
        self.tally = Tally()
        self.labelled = Labelled()
        self._file: ProjectFile | None = None
        self._saver = Saver(self)
        self._saver.saved.connect(self._on_saved)
        self._saver.failed.connect(self._on_not_saved)
        self._unsaved: list[int] = []  # steps on the undo list that are not saved: 1 done, -1 undone, 0 not listed
        self._replaying = True
        self._in_list = False  # whether the undo list waits for a step of its own
        self._left: dict[str, ModelRecord] = {}
        self._scratch: TemporaryDirectory[str] | None = None  # heat maps made in a read-only project

    @property
    def project(self) -> Project | None:
        """The document in memory."""
        return None if self._file is None else self._file.project

    @property
    def saved(self) -> str:
        """What the status bar says about the file."""
        if self._file is None:
            return ""
        if self._file.project.read_only:
            return QCoreApplication.translate("Session", "Read-only")
        if self._saver.busy:
            return QCoreApplication.translate("Session", "Saving…")
        return QCoreApplication.translate("Session", "All changes saved")

    @property
    def why_read_only(self) -> str:
        """One sentence, translated, or ""."""
        return "" if self._file is None else translated(self._file.why_read_only)

    def present(self) -> Project | None:
        """Return the project; where none is open, say so."""
        if self.project is None:
            self.problem.emit(failure(Problem("There is no project open.", "Make a new one, or open one.")))
        return self.project

    def writable(self) -> Project | None:
        """Return the project if it can be changed; otherwise say why not."""
        project = self.present()
        if project is not None and project.read_only:
            self.problem.emit(failure(Problem("This project is open for reading only.", self.why_read_only)))
            return None
        return project

    def create(self, path: Path, name: str) -> bool:
        """Make a project and open it."""
        try:
            file = ProjectFile.create(path, name)
        except Problem as problem:
            self.problem.emit(failure(problem))
            return False
        self.take(Opened(file, Tally(), Labelled()))
        return True

    def take(self, opened: Opened) -> None:
        """Go on with a project that was read; the one open before is closed."""
        self.close()
        self._file, self.tally, self.labelled = opened.file, opened.tally, opened.labelled
        self.generation += 1
        project = opened.file.project
        if project.read_only:
            self._scratch = TemporaryDirectory(prefix="flawsight-", ignore_cleanup_errors=True)
            project.scratch = Path(self._scratch.name)
        with for_good():
            self._meet_types()
            self._tell_all()

    def close(self) -> None:
        """Close the project, and delete the files of models that people dropped from it."""
        self.settle()
        if self._file is None:
            return
        project = self._file.project
        for model, record in self._left.items():
            if model not in project.models:
                delete_model_files(project, record)
        self._file.close()
        self._file, self.tally, self.labelled = None, Tally(), Labelled()
        gc.unfreeze()
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None
        self._left = {}
        self.generation += 1
        self.undo_stack.clear()
        self._tell_all()

    def evaluate(self, role: Role) -> None:
        """Say which labelled pictures `labelled` is about; `changed` tells nothing of it."""
        if self.project is not None and role is not self.labelled.role:
            self.labelled = Labelled(self.project, role=role)

    def do(self, edit: Edit) -> bool:
        """Make an edit and put it on the undo list. False where it failed; the reason has been told then.

        Labels and masks are saved behind the person's back, since people make many of them in a row. Should that fail,
        it is told, and they are taken back.
        """
        changes = self._make(edit, forward=True)
        if changes is None:
            return False
        if changes.kinds:
            self.undo_stack.push(_Step(self, edit))
            self._bound_memory()
            self._tell(changes)
        return True

    def _bound_memory(self) -> None:
        """Forget the oldest steps while ways back take too much memory; only after a step that leaves none to redo.

        A step is forgotten together with all before it: undoing those without it would bring back a wrong mask.
        """
        commands = [self.undo_stack.command(i) for i in range(self.undo_stack.count())]
        edits = [step.edit for step in commands if isinstance(step, _Step)]
        if sum(edit.bytes_kept for edit in edits) <= UNDO_BYTES:
            return
        total, kept = 0, []
        for edit in reversed(edits):
            total += edit.bytes_kept
            if total > UNDO_BYTES // 2:  # down to half, so that this is not done at every stroke
                break
            kept.append(edit)
        self.undo_stack.blockSignals(True)
        self.undo_stack.clear()
        for edit in reversed(kept or edits[-1:]):
            self.undo_stack.push(_Step(self, edit))
        self.undo_stack.blockSignals(False)
        self.undo_stack.indexChanged.emit(self.undo_stack.index())

    def observe(self, edit: Edit) -> bool:
        """Record what was read or measured: like `do`, but nothing people would undo, and saved behind their back.

        In a project open for reading only it is kept until the project is closed.
        """
        changes = self._observe(edit)
        if changes is not None and changes.kinds:
            self._tell(changes)
        return changes is not None

    def _observe(self, edit: Edit) -> Changes | None:
        project = self.project
        if project is not None and project.read_only:
            return edit.apply(project)
        return self._later(edit, forward=True, listed=False)

    def replay(self, edit: Edit, forward: bool) -> None:
        """Undo or redo; called by the undo list."""
        if not self._replaying:
            return
        self._in_list = True
        changes = self._make(edit, forward=forward)
        self._in_list = False
        if changes is None:
            # The list has moved on although nothing was written: move it back as soon as it is free.
            QTimer.singleShot(0, self, lambda: self._step_back(forward))
        elif changes.kinds:
            self._tell(changes)

    def _step_back(self, forward: bool) -> None:
        self._replaying = False
        try:
            if forward:
                self.undo_stack.undo()
            else:
                self.undo_stack.redo()
        finally:
            self._replaying = True

    def _make(self, edit: Edit, *, forward: bool) -> Changes | None:
        if isinstance(edit, (SetLabels, SetMarks)):
            return self._later(edit, forward=forward, listed=True)
        return self._write(lambda file: file.do(edit) if forward else file.undo(edit))

    def _later(self, edit: Edit, *, forward: bool, listed: bool) -> Changes | None:
        """Make an edit, or take it back, and save it behind the person's back."""
        if self._file is None:
            return None
        try:
            made = self._file.later(*((edit.apply, edit.undo) if forward else (edit.undo, edit.apply)))
        except Problem as problem:
            self.problem.emit(failure(problem))
            return None
        if made.changes.kinds:
            self._unsaved.append((1 if forward else -1) if listed else 0)
            self._saver.add(self._file, made)
            self.saved_changed.emit(self.saved)
        return made.changes

    def _on_saved(self) -> None:
        self._unsaved.clear()
        self.saved_changed.emit(self.saved)

    def _on_not_saved(self, error: Exception, unsaved: Sequence[Unsaved]) -> None:
        """Take back what is not in the file: on the undo list it is what can be made again."""
        project = self.project
        if project is None:
            return
        changes = Changes()
        for one in reversed(unsaved):
            changes |= one.back(project)
        steps, self._unsaved = self._unsaved[-len(unsaved) :], []
        before = self.undo_stack.index() - sum(steps)
        one_way = min(steps) >= 0 or max(steps) <= 0
        if not self._in_list and one_way and 0 <= before <= self.undo_stack.count():
            self._replaying = False
            self.undo_stack.setIndex(before)
            self._replaying = True
        else:  # it knows of states that there are no more; and not while it is in the middle of a step
            QTimer.singleShot(0, self.undo_stack, self.undo_stack.clear)
        self.problem.emit(failure(error))
        self._tell(changes)
        self.saved_changed.emit(self.saved)

    def settle(self) -> None:
        """Wait until everything is saved."""
        self._saver.settle()

    def _write(self, step: Callable[[ProjectFile], Changes]) -> Changes | None:
        self.settle()
        if self._file is None:
            return None
        before = dict(self._file.project.models)
        try:
            changes = step(self._file)
        except Problem as problem:
            self.problem.emit(failure(problem))
            return None
        self._left.update((m, record) for m, record in before.items() if m not in self._file.project.models)
        return changes

    def _tell(self, changes: Changes) -> None:
        project = self.project
        if project is not None:
            self.tally.update(project, changes.samples)
            if self.labelled.model == project.active_model:
                self.labelled.update(project, changes.samples)
            else:
                self.labelled = Labelled(project, role=self.labelled.role)
            changes |= self._meet_types()
        self.changed.emit(changes)

    def _meet_types(self) -> Changes:
        """Give defect types that have come up their places; like a measurement, nothing that people would undo."""
        project = self.project
        edit = None if project is None else meet_types(project, self.tally.types)
        return Changes() if edit is None else self._observe(edit) or Changes()

    def _tell_all(self) -> None:
        self.opened.emit()
        self.saved_changed.emit(self.saved)
        samples = frozenset() if self.project is None else frozenset(self.project.samples)
        self.changed.emit(Changes(samples, frozenset(Kind)))
