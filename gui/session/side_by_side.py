"""Several models on the same pictures: figures of each, and where they say different things."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.project.model import ModelRecord, Project
from core.scoring.metrics import Confusion, Curve, confusion, precision_recall
from gui.session.counting import Labelled


@dataclass(frozen=True, eq=False, slots=True)
class Rival:
    """One model on the pictures that all of them know.

    Attributes
    ----------
    scores
        (N,) raw scores.
    rejects
        (N,) True where its image limit in force is reached.
    provisional
        Whether that limit was set from good parts alone.
    curve
        None where a class is missing.
    """

    model: ModelRecord
    scores: npt.NDArray[np.float64]
    rejects: npt.NDArray[np.bool_]
    provisional: bool
    curve: Curve | None
    confusion: Confusion


@dataclass(frozen=True, eq=False, slots=True)
class SideBySide:
    """Models on the labelled tuning pictures that all of them have inspected and none has learned from.

    Attributes
    ----------
    ids, truth
        (N,) sample ids, and True for a defect.
    disagreements
        (M,) places of the pictures that some reject and others do not.
    """

    ids: npt.NDArray[np.int64]
    truth: npt.NDArray[np.bool_]
    rivals: tuple[Rival, ...]
    disagreements: npt.NDArray[np.intp]

    def chance(self) -> float | None:
        """Return how likely two equally good models differ in right verdicts by so much or more; None unless two.

        The exact test of McNemar (1947) on the pictures that one judges rightly and the other wrongly.
        """
        if len(self.rivals) != 2:
            return None
        right = [rival.rejects == self.truth for rival in self.rivals]
        return mcnemar(int((right[0] & ~right[1]).sum()), int((right[1] & ~right[0]).sum()))


def side_by_side(project: Project, models: Sequence[str]) -> SideBySide:
    """Compare models of a project that have limits."""
    labelled = [Labelled(project, model) for model in models]
    common = sorted(set.intersection(*(set(each.scores) for each in labelled))) if labelled else []
    truth = np.array([labelled[0].truth[i] for i in common], np.bool_)
    rivals = []
    for model, each in zip(models, labelled, strict=True):
        scores = np.array([each.scores[i] for i in common], np.float64)
        image = project.calibrations[model].image
        limit = image.value
        curve = precision_recall(scores, truth) if common else None
        counts = confusion(scores, truth, limit)
        rivals.append(Rival(project.models[model], scores, scores >= limit, image.provisional, curve, counts))
    rejects = np.array([rival.rejects for rival in rivals], np.bool_).reshape(len(rivals), len(common))
    differ = np.flatnonzero(rejects.any(0) & ~rejects.all(0)) if len(rivals) else np.zeros(0, np.intp)
    return SideBySide(np.array(common, np.int64), truth, tuple(rivals), differ)


def mcnemar(one: int, other: int) -> float:
    """Return the two-sided exact p-value for `one` and `other` of ``one + other`` fair coins."""
    tosses = one + other
    tail = sum(math.comb(tosses, heads) for heads in range(min(one, other) + 1))
    return min(1.0, float(2 * tail / 2**tosses))
