"""What is known of the project's pictures, kept change by change: nobody looks at every picture at every change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.images.area import EVERYWHERE
from core.project.model import Label, Project, Role, Sample, SampleId
from core.scoring.metrics import Curve, precision_recall
from gui.jobs.tasks import HASH_DIGITS, Marked


class Tally:
    """What the project's pictures add up to; no count is zero.

    Attributes
    ----------
    types
        How many pictures there are of each defect type, in the order in which these came; also of none, "".
    unread
        Pictures that nobody has looked into yet.
    unreadable
        Pictures that cannot be read. All below is about the others.
    masked
        Pictures with a mask.
    uses
        By label and role.
    sizes, depths, formats
        By (H, W), by bits, and by the ending of the file's name.
    learned, judged
        By contents: pictures to train on, and the others.
    """

    def __init__(self, project: Project | None = None) -> None:
        self._seen: dict[SampleId, Sample] = {}
        self.types = Counter[str]()
        self.unread: set[SampleId] = set()
        self.unreadable: set[SampleId] = set()
        self.masked: set[SampleId] = set()
        self.uses = Counter[tuple[Label, Role]]()
        self.sizes = Counter[tuple[int, int]]()
        self.depths = Counter[int]()
        self.formats = Counter[str]()
        self.learned = Counter[str]()
        self.judged = Counter[str]()
        if project is not None:
            self.update(project, project.samples)

    def update(self, project: Project, ids: Collection[SampleId]) -> None:
        """Count pictures that came, went or changed: by whole lists, several times as quick as one by one."""
        gone = [self._seen.pop(i) for i in ids if i in self._seen]
        came = [project.samples[i] for i in ids if i in project.samples]
        self._seen |= {sample.id: sample for sample in came}
        for kept in (self.unread, self.unreadable, self.masked):
            kept.difference_update(ids)
        self.unreadable.update([s.id for s in came if s.trouble])
        self.unread.update([s.id for s in came if s.bits is None and not s.trouble])
        marked = [s.id for s in came if (s.mask is not None or s.id in project.masks) and not s.trouble]
        self.masked.update([i for i in marked if project.mask_of(i) is not None])
        for counter, keys in self._counted(came):
            counter.update(keys)
        for counter, keys in self._counted(gone):  # after those, so that what stays keeps its place
            for key in keys:
                counter[key] -= 1
                if not counter[key]:
                    del counter[key]

    def _counted(self, samples: Sequence[Sample]) -> Iterator[tuple[Counter[Any], Sequence[object]]]:
        """Return what pictures add to which count."""
        yield self.types, [s.defect_type for s in samples]
        train, readable = Role.TRAIN, [s for s in samples if not s.trouble]
        yield self.uses, [(s.label, s.role) for s in readable]
        yield self.sizes, [s.size for s in readable if s.size is not None]
        yield self.depths, [s.bits for s in readable if s.bits is not None]
        yield self.formats, [s.file.rpartition(".")[2] for s in readable]
        yield self.learned, [s.content_hash for s in readable if s.role is train and s.content_hash]
        yield self.judged, [s.content_hash for s in readable if s.role is not train and s.content_hash]

    @property
    def leaks(self) -> int:
        """How many contents are both learned from and judged."""
        return len(self.learned.keys() & self.judged.keys())

    @property
    def copies(self) -> int:
        """How many pictures have the contents of another one."""
        contents = len(self.learned) + len(self.judged) - self.leaks
        return self.learned.total() + self.judged.total() - contents

    def of(self, *labels: Label) -> int:
        """Return how many readable pictures have one of the labels."""
        return sum(self.uses[label, role] for label in labels for role in Role)


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

    def update(self, project: Project, ids: Collection[SampleId]) -> None:
        """Look again at pictures that came, went, changed or were inspected."""
        if self.model is None:
            return
        self._figures = None
        if project.area != self.area:
            self.area, ids = project.area, project.samples
        for i in self.scores.keys() & ids:
            for kept in (self.scores, self.truth, self.types, self.marked):
                kept.pop(i, None)
        model, role, undecided = self.model, self.role, Label.UNDECIDED
        scores = [score for i in ids if (score := project.scores.get((model, i))) is not None and i in project.samples]
        judged = [(project.samples[score.sample], score) for score in scores]
        for sample, score in judged:
            if sample.role is not role or sample.label is undecided or self.learnt(sample):
                continue
            i, defect = sample.id, sample.label is Label.DEFECT
            self.scores[i], self.truth[i] = score.score, defect
            self.types[i] = sample.defect_type if defect else ""
            mask = project.mask_of(i) if defect else None
            if not defect or mask is not None:
                area = EVERYWHERE if self.area == score.placement.area else self.area
                self.marked[i] = Marked(i, score.heat_file, score.placement, mask, score.score, area)

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
