"""What is known of the project's pictures, kept change by change: nobody looks at every picture at every change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.images.area import EVERYWHERE
from core.project.model import Label, Project, Role, Sample, SampleId
from core.scoring.metrics import Curve, precision_recall
from gui.jobs.tasks import HASH_DIGITS, Marked


class Tally:
    """How many readable pictures there are of each label and role.

    Attributes
    ----------
    uses
        By label and role.
    types
        How many pictures there are of each defect type, in the order of their first appearance; also of none, "".
    unread
        Pictures that nobody has looked into yet.
    """

    def __init__(self, project: Project | None = None) -> None:
        self._seen: dict[SampleId, Sample] = {} if project is None else dict(project.samples)
        self.uses = Counter((s.label, s.role) for s in self._seen.values() if not s.trouble)
        self.types = Counter(s.defect_type for s in self._seen.values())
        self.unread = {s.id for s in self._seen.values() if _unread(s)}

    def update(self, project: Project, ids: Iterable[SampleId]) -> None:
        """Count pictures that came, went or changed."""
        for i in ids:
            before, now = self._seen.pop(i, None), project.samples.get(i)
            if before is not None:
                self.types[before.defect_type] -= 1
            if before is not None and not before.trouble:
                self.uses[before.label, before.role] -= 1
            if now is not None:
                self._seen[i] = now
                self.types[now.defect_type] += 1
                self.uses[now.label, now.role] += not now.trouble
            if now is not None and _unread(now):
                self.unread.add(i)
            else:
                self.unread.discard(i)

    def of(self, *labels: Label) -> int:
        """Return how many readable pictures have one of the labels."""
        return sum(self.uses[label, role] for label in labels for role in Role)


def _unread(sample: Sample) -> bool:
    return sample.bits is None and not sample.trouble


@dataclass(frozen=True, eq=False, slots=True)
class ImageFigures:
    """Scores and labels as arrays.

    Attributes
    ----------
    ids, scores, truth
        (N,) sample ids, raw scores, True for a defect; in the order of ids.
    types
        (N,) what sort of defect, "" where nobody said.
    curve
        None where a class is missing.
    """

    ids: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float64]
    truth: npt.NDArray[np.bool_]
    types: npt.NDArray[np.object_]
    curve: Curve | None


class Labelled:
    """The labelled pictures of one role that a model has inspected and never learnt from.

    Attributes
    ----------
    model
        The model's id, by default the active one's; None where there is none.
    role
        By default, those that limits are set on.
    scores, truth, types
        By picture: its raw score, whether it is a defect, and of which type.
    marked
        By picture, those of them whose pixels are known to be good or defective.
    area
        Of the project: pixels that do not count any more are left out at once, those that are to count from now on only
        with the next model.
    """

    def __init__(self, project: Project | None = None, model: str | None = None, role: Role = Role.TUNE) -> None:
        self.role = role
        self.model = project.active_model if project is not None and model is None else model
        self.scores: dict[SampleId, float] = {}
        self.truth: dict[SampleId, bool] = {}
        self.types: dict[SampleId, str] = {}
        self.marked: dict[SampleId, Marked] = {}
        self._learnt: frozenset[str] = frozenset()
        self._figures: ImageFigures | None = None
        self.area = EVERYWHERE if project is None else project.area
        if project is not None and self.model is not None:
            self._learnt = frozenset(project.models[self.model].facts.get("trained_on", ()))
            self.update(project, project.samples)

    def learnt(self, sample: Sample) -> bool:
        """Say whether the model has learnt from a picture: what it says of that is no evidence."""
        return sample.content_hash[:HASH_DIGITS] in self._learnt

    def update(self, project: Project, ids: Iterable[SampleId]) -> None:
        """Look again at pictures that came, went, changed or were inspected."""
        if self.model is None:
            return
        self._figures = None
        if project.area != self.area:
            self.area, ids = project.area, project.samples
        for i in ids:
            for kept in (self.scores, self.truth, self.types, self.marked):
                kept.pop(i, None)
            sample, score = project.samples.get(i), project.scores.get((self.model, i))
            if sample is None or score is None or sample.role is not self.role or sample.label is Label.UNDECIDED:
                continue
            if self.learnt(sample):
                continue
            defect = sample.label is Label.DEFECT
            self.scores[i], self.truth[i] = score.score, defect
            self.types[i] = sample.defect_type if defect else ""
            mask = project.mask_of(i) if defect else None
            if not defect or mask is not None:
                area = EVERYWHERE if self.area == score.placement.area else self.area
                self.marked[i] = Marked(i, score.heat_path, score.placement, mask, score.score, area)

    def figures(self) -> ImageFigures:
        """Return them as arrays, with their curve; worked out anew where something has changed."""
        if self._figures is None:
            ids = np.fromiter(self.scores, np.int64, len(self.scores))
            order = np.argsort(ids)
            scores = np.fromiter(self.scores.values(), np.float64, len(ids))[order]
            truth = np.fromiter(self.truth.values(), np.bool_, len(ids))[order]
            types = np.array([*self.types.values()], np.object_)[order]
            curve = precision_recall(scores, truth) if len(ids) else None
            self._figures = ImageFigures(ids[order], scores, truth, types, curve)
        return self._figures
