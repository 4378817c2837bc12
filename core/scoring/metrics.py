"""Precision, recall and their relatives, from scores and the truth about them.

Everywhere `score >= threshold` means defect, and equal scores are one step: no order within a tie can
change a figure.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.scoring.rates import Rate

FloatArray = npt.NDArray[np.float64]
CountArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Confusion:
    """Counts at one threshold: found defects, false rejects, escapes, accepted good ones.

    With a review limit as well, those that a person has to look at are none of the four.
    """

    tp: int
    fp: int
    fn: int
    tn: int
    good_review: int = 0
    defect_review: int = 0

    @property
    def precision(self) -> float:
        """Share of defects among the rejected; 1 when nothing is rejected."""
        rejected = self.tp + self.fp
        return self.tp / rejected if rejected else 1.0

    @property
    def recall(self) -> float:
        """Share of the defects that is found; 0 when there is none."""
        return self.tp / self.defect if self.defect else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 when nothing is found."""
        return 2 * self.tp / (self.tp + self.fp + self.defect) if self.tp else 0.0

    @property
    def escapes(self) -> Rate:
        """Defects passed as good, of all defects."""
        return Rate(self.fn, self.defect)

    @property
    def false_rejects(self) -> Rate:
        """Good ones rejected, of all good ones."""
        return Rate(self.fp, self.good)

    @property
    def review(self) -> Rate:
        """What a person has to look at, of all."""
        return Rate(self.good_review + self.defect_review, self.good + self.defect)

    @property
    def good(self) -> int:
        """How many good ones there are."""
        return self.tn + self.good_review + self.fp

    @property
    def defect(self) -> int:
        """How many defects there are."""
        return self.fn + self.defect_review + self.tp


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """One point of a `Curve`: its index there, the threshold asked for, and what happens at it."""

    index: int
    threshold: float
    precision: float
    recall: float
    f1: float
    confusion: Confusion


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """What every distinct threshold does, from the strictest to the most suspicious.

    Attributes
    ----------
    thresholds
        (P,) float64, strictly descending raw scores. The first is infinity: nothing is rejected,
        recall 0 and precision 1 by definition.
    tp, fp
        (P,) int64, defects and good ones with ``score >= threshold``.
    precision, recall, f1
        (P,) float64.
    positives, negatives
        How many defects and good ones there are; both at least 1.
    """

    thresholds: FloatArray
    tp: CountArray
    fp: CountArray
    precision: FloatArray
    recall: FloatArray
    f1: FloatArray
    positives: int
    negatives: int

    @property
    def fn(self) -> CountArray:
        """(P,) int64, defects under the threshold."""
        return self.positives - self.tp

    @property
    def tn(self) -> CountArray:
        """(P,) int64, good ones under the threshold."""
        return self.negatives - self.fp

    def at(self, threshold: float) -> OperatingPoint:
        """Return what `threshold` does; any number will do, not only one of `thresholds`. O(log P)."""
        index = bisect_right(self.thresholds, -threshold, key=lambda value: -value) - 1
        return self._point(max(index, 0), threshold)

    def best_f1(self) -> OperatingPoint:
        """Return the point with the largest F1; of equal ones, the one with the higher recall."""
        index = len(self.f1) - 1 - int(np.argmax(self.f1[::-1]))
        return self._point(index, float(self.thresholds[index]))

    def auroc(self) -> float:
        """Return the chance that a defect scores above a good one, ties counting one half."""
        gained = np.diff(self.tp).astype(np.float64)
        # Good ones strictly under the step, and half of those on it.
        under = self.negatives - (self.fp[1:] + self.fp[:-1]) / 2.0
        return float(gained @ under / (float(self.positives) * float(self.negatives)))

    def average_precision(self) -> float:
        """Return the sum of precision times gained recall, without interpolation."""
        return float(np.diff(self.recall) @ self.precision[1:])

    def thinned(self, points: int) -> npt.NDArray[np.int64]:
        """Return the indices of at most about `points` points that draw the same curve.

        Indices are spread evenly over recall and over precision, so that neither a steep nor a flat
        part loses its shape; both ends and the best F1 are kept.
        """
        if len(self.thresholds) <= points:
            return np.arange(len(self.thresholds))
        steps = np.abs(np.diff(self.recall)) + np.abs(np.diff(self.precision))
        length = np.concatenate([[0.0], np.cumsum(steps)])
        wanted = np.linspace(0.0, length[-1], points)
        chosen = np.searchsorted(length, wanted).clip(0, len(length) - 1)
        ends = [0, self.best_f1().index, len(length) - 1]
        return np.unique(np.concatenate([chosen, ends])).astype(np.int64)

    def _point(self, index: int, threshold: float) -> OperatingPoint:
        tp, fp = int(self.tp[index]), int(self.fp[index])
        return OperatingPoint(
            index=index,
            threshold=threshold,
            precision=float(self.precision[index]),
            recall=float(self.recall[index]),
            f1=float(self.f1[index]),
            confusion=Confusion(tp=tp, fp=fp, fn=self.positives - tp, tn=self.negatives - fp),
        )


def curve_of_steps(thresholds: FloatArray, defect: CountArray, good: CountArray) -> Curve | None:
    """Build a curve from the counts at each distinct score.

    Parameters
    ----------
    thresholds
        (S,) distinct finite scores, descending.
    defect, good
        (S,) how many defects and good ones have exactly that score.

    Returns
    -------
    Curve or None
        None when there is no defect or no good one.
    """
    tp = np.concatenate([[0], np.cumsum(defect, dtype=np.int64)])
    fp = np.concatenate([[0], np.cumsum(good, dtype=np.int64)])
    positives, negatives = int(tp[-1]), int(fp[-1])
    if positives == 0 or negatives == 0:
        return None
    precision = np.ones(len(tp))
    np.divide(tp, tp + fp, out=precision, where=tp + fp > 0)
    return Curve(
        thresholds=np.concatenate([[np.inf], thresholds]),
        tp=tp,
        fp=fp,
        precision=precision,
        recall=tp / positives,
        f1=2.0 * tp / (tp + fp + positives),
        positives=positives,
        negatives=negatives,
    )


def checked(scores: npt.ArrayLike, truth: npt.ArrayLike) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Return scores (N,) as float64 and truth (N,) as bool.

    Raises
    ------
    ValueError
        The two do not go together, or a score is not a finite number.
    """
    numbers = np.asarray(scores, dtype=np.float64)
    defect = np.asarray(truth, dtype=np.bool_)
    if numbers.ndim != 1 or numbers.shape != defect.shape:
        raise ValueError(f"scores {numbers.shape} and truth {defect.shape} must be two lists of one length")
    if not np.isfinite(numbers).all():
        raise ValueError("a score is not a finite number")
    return numbers, defect


def precision_recall(scores: npt.ArrayLike, truth: npt.ArrayLike) -> Curve | None:
    """Return the curve over every distinct score; None when only one class is present.

    Parameters
    ----------
    scores
        (N,) raw scores.
    truth
        (N,) True for a defect.

    Raises
    ------
    ValueError
        A score is not finite, or the lengths differ.
    """
    numbers, defect = checked(scores, truth)
    distinct, place = np.unique(numbers, return_inverse=True)
    bins = len(distinct)
    defects = np.bincount(place[defect], minlength=bins)[::-1]
    goods = np.bincount(place[~defect], minlength=bins)[::-1]
    return curve_of_steps(distinct[::-1], defects, goods)


def auroc(scores: npt.ArrayLike, truth: npt.ArrayLike) -> float | None:
    """Return the area under the ROC curve by ranks, ties counting one half; None for one class."""
    curve = precision_recall(scores, truth)
    return None if curve is None else curve.auroc()


def average_precision(scores: npt.ArrayLike, truth: npt.ArrayLike) -> float | None:
    """Return the average precision (no interpolation); None for one class."""
    curve = precision_recall(scores, truth)
    return None if curve is None else curve.average_precision()


def confusion(scores: npt.ArrayLike, truth: npt.ArrayLike, threshold: float, review: float | None = None) -> Confusion:
    """Count what `threshold` does to `scores`; one class alone, or none, is counted too.

    Parameters
    ----------
    review
        From here up to `threshold` a person has to look; None for no such band.

    Raises
    ------
    ValueError
        A score is not finite, or the lengths differ.
    """
    numbers, defect = checked(scores, truth)
    return outcome(defect, numbers < (threshold if review is None else review), numbers >= threshold)


def outcome(truth: npt.NDArray[np.bool_], passed: npt.NDArray[np.bool_], rejected: npt.NDArray[np.bool_]) -> Confusion:
    """Count verdicts, (N,) each: True for a defect, for OK, for NG; what is neither of the two is to be reviewed."""
    between = ~rejected & ~passed
    return Confusion(
        tp=int(np.count_nonzero(rejected & truth)),
        fp=int(np.count_nonzero(rejected & ~truth)),
        fn=int(np.count_nonzero(passed & truth)),
        tn=int(np.count_nonzero(passed & ~truth)),
        good_review=int(np.count_nonzero(between & ~truth)),
        defect_review=int(np.count_nonzero(between & truth)),
    )


def crosses(line: npt.NDArray[np.float64], low: tuple[float, float], high: tuple[float, float]) -> bool:
    """Whether a line through points (N, 2) passes through the box between two corners: where words would hide it.

    Each piece is clipped to the box (Liang and Barsky 1984).
    """
    start, step = line[:-1], np.diff(line, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = (np.array(low) - start) / step, (np.array(high) - start) / step
    enters, leaves = np.minimum(one, other).max(axis=1), np.maximum(one, other).min(axis=1)
    return bool(np.any((enters <= leaves) & (enters <= 1) & (leaves >= 0)))
