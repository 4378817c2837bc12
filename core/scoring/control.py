"""Whether scores of parts that pass wander off: an EWMA control chart."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from core.scoring.drift import FEWEST

FloatArray = npt.NDArray[np.float64]

WEIGHT = 0.2
"""Of the newest score: shifts of about one standard deviation are found soonest."""
WIDTH = 3.0
"""Of the limits, in standard deviations: without a shift, a false warning comes once in about 560 parts."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """Good parts that later ones are compared with.

    Attributes
    ----------
    mean, deviation
        Of their scores; the deviation divides by n - 1.
    count
        How many.
    """

    mean: float
    deviation: float
    count: int

    @property
    def limits(self) -> tuple[float, float]:
        """Between which nearly all scores of single good parts lie, were they normally distributed."""
        return self.mean - WIDTH * self.deviation, self.mean + WIDTH * self.deviation


def baseline(scores: npt.ArrayLike) -> Baseline | None:
    """Return mean and deviation of (N,) scores of good parts; None where there are too few or all are equal."""
    values = np.asarray(scores, np.float64)
    if len(values) < FEWEST:
        return None
    deviation = float(values.std(ddof=1))
    return Baseline(float(values.mean()), deviation, len(values)) if deviation > 0 else None


def averages(scores: FloatArray, start: float, weight: float = WEIGHT) -> FloatArray:
    """Return the exponentially weighted moving averages of (N,) scores, (N,): z = weight * x + (1 - weight) * z before.

    Roberts, "Control chart tests based on geometric moving averages", Technometrics 1 (1959).
    """
    found = accumulate(scores.tolist(), lambda before, score: before + weight * (score - before), initial=start)
    return np.fromiter(found, np.float64)[1:]


def spread(count: int, deviation: float, weight: float = WEIGHT, width: float = WIDTH) -> FloatArray:
    """Return how far each of the first averages may be from the mean, (count,)."""
    ages = 2.0 * np.arange(1, count + 1)
    variances = weight / (2.0 - weight) * (1.0 - np.power(1.0 - weight, ages))
    return np.asarray(width * deviation * np.sqrt(variances), np.float64)


def wandered(scores: FloatArray, good: Baseline) -> int | None:
    """Return since which of (N,) scores the averages have been beyond their limits; None where the last one is not."""
    if not len(scores):
        return None
    beyond = np.abs(averages(scores, good.mean) - good.mean) > spread(len(scores), good.deviation)
    inside = np.flatnonzero(~beyond)
    if not beyond[-1]:
        return None
    return int(inside[-1]) + 1 if len(inside) else 0
