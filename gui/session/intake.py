"""What comes out of a training of several models, taken into the document bit by bit."""

from __future__ import annotations

from collections.abc import Callable

from core.detectors.settings import KINDS
from core.errors import Problem
from core.project.edits import AddScores
from core.project.model import ModelRecord
from gui.jobs.tasks import NotTrained, Scored, Trained
from gui.session.document import Document
from gui.session.live import score_of


class Intake:
    """Takes the partial results of `compare_task`; those for a project that is closed by then are dropped.

    Parameters
    ----------
    add
        Takes a model into the document.
    tell
        Tells a person of a problem.

    Attributes
    ----------
    records
        Of the models that were taken in.
    """

    def __init__(self, document: Document, add: Callable[[Trained], bool], tell: Callable[[Problem], object]) -> None:
        self.records: list[ModelRecord] = []
        self._document = document
        self._generation = document.generation
        self._add, self._tell = add, tell

    def take(self, value: object) -> None:
        """Take a partial result in."""
        project = self._document.project
        here = self._generation == self._document.generation
        match value:
            case Trained(record=record):
                if not here:
                    record.path.unlink(missing_ok=True)
                elif self._add(value):
                    self.records.append(record)
            case NotTrained(kind=kind, problem=problem):
                self._tell(
                    Problem("{algorithm} could not be trained: {reason}", algorithm=KINDS[kind].title, reason=problem)
                )
            case Scored(found=found) if here and project is not None:
                self._document.observe(AddScores([score_of(project, each) for each in found]))
