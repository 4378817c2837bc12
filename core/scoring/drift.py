"""Whether later parts still look to a model like those that its limit was set on."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.scoring.metrics import checked

FEWEST = 8
"""Scores on either side: with fewer, the normal approximation is rough and a difference says little."""
CHANCE = 0.01
LEAST_SHARE = 0.6
"""Among thousands of parts every difference is certain; this much of it matters."""


@dataclass(frozen=True, slots=True)
class Drift:
    """How two batches of good parts compare.

    Attributes
    ----------
    before, after
        How many there are.
    higher
        Chance that a later one scores above an earlier one, ties counting one half: 0.5 where nothing has changed.
    chance
        Of a difference like this, or a larger one, between batches of the same kind.
    """

    before: int
    after: int
    higher: float
    chance: float

    @property
    def matters(self) -> bool:
        """Whether the batches are large enough, and the difference between them both certain and large."""
        large = min(self.before, self.after) >= FEWEST
        return large and self.chance < CHANCE and max(self.higher, 1.0 - self.higher) >= LEAST_SHARE


def drift(before: npt.ArrayLike, after: npt.ArrayLike) -> Drift:
    """Compare scores of earlier and of later good parts.

    The two-sided test of Mann and Whitney, "On a test of whether one of two random variables is stochastically larger
    than the other", Annals of Mathematical Statistics 18 (1947), by its normal approximation with corrections for ties
    and continuity.

    Parameters
    ----------
    before, after
        (N,) and (M,) raw scores, at least one each.

    Raises
    ------
    ValueError
        A score is not finite, or a side is empty.
    """
    (early, _), (late, _) = (checked(scores, np.zeros(np.shape(scores), np.bool_)) for scores in (before, after))
    n, m = len(early), len(late)
    if not n or not m:
        raise ValueError("nothing to compare")
    from scipy.special import ndtr  # not at the top, as in core/scoring/rates.py

    ordered = np.sort(early)
    won = float((np.searchsorted(ordered, late, "left") + np.searchsorted(ordered, late, "right")).sum()) / 2.0
    _, ties = np.unique(np.concatenate([early, late]), return_counts=True)
    total = n + m
    tied = float((ties.astype(np.float64) ** 3 - ties).sum()) / (total * (total - 1))
    spread = math.sqrt(max(n * m / 12.0 * (total + 1 - tied), 0.0))
    beyond = abs(won - n * m / 2.0) - 0.5
    chance = 1.0 if spread == 0.0 else min(1.0, 2.0 * float(ndtr(-beyond / spread)))
    return Drift(n, m, won / (n * m), chance)
