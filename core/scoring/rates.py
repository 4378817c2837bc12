"""A share that was counted, with what it allows to say about parts not yet seen."""

from __future__ import annotations

from dataclasses import dataclass


def clopper_pearson(count: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the exact two-sided interval of a proportion.

    The interval of Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the
    case of the binomial", Biometrika 26 (1934): it covers the true share at least as often as promised.

    Parameters
    ----------
    count, total
        `count` of `total` independent cases; with no case at all the interval is all of 0 to 1.
    confidence
        0 to 1, both ends excluded.

    Raises
    ------
    ValueError
        `count` is not within 0 to `total`, or `confidence` not between 0 and 1.
    """
    if not 0 <= count <= total:
        raise ValueError(f"{count} of {total} is not a share")
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence {confidence} is not between 0 and 1")
    # Not at the top: scipy takes a tenth of a second, and a window that opens needs no interval yet.
    from scipy.special import betaincinv

    tail = (1.0 - confidence) / 2.0
    low = 0.0 if count == 0 else float(betaincinv(count, total - count + 1, tail))
    high = 1.0 if count == total else float(betaincinv(count + 1, total - count, 1.0 - tail))
    return low, high


def more_to_prove(count: int, total: int, below: float, confidence: float = 0.95) -> int:
    """Return how many more cases, none of them counted, show that the true share is under `below`.

    That is when the one-sided Clopper-Pearson bound is not over it: when a share of `below` would give `count` or
    fewer with a chance of at most ``1 - confidence``.

    Parameters
    ----------
    count, total
        `count` of `total` so far.
    below
        Between 0 and 1.

    Raises
    ------
    ValueError
        `count` is not within 0 to `total`, or a share is out of range.
    """
    if not 0 <= count <= total:
        raise ValueError(f"{count} of {total} is not a share")
    if not (0.0 < below < 1.0 and 0.0 < confidence < 1.0):
        raise ValueError(f"{below} at {confidence} cannot be shown")
    from scipy.special import bdtr

    def shown(more: int) -> bool:
        return bool(bdtr(count, total + more, below) <= 1.0 - confidence)

    if shown(0):
        return 0
    most = 1
    while not shown(most):
        most *= 2
    least = most // 2  # not shown
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (least, middle) if shown(middle) else (middle, most)
    return most


@dataclass(frozen=True, slots=True)
class Rate:
    """`count` of `total` cases."""

    count: int
    total: int

    @property
    def share(self) -> float | None:
        """The counted share, 0 to 1; None without a case."""
        return self.count / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float]:
        """Two-sided 95 % interval of the true share."""
        return clopper_pearson(self.count, self.total)

    @property
    def at_most(self) -> float:
        """One-sided 95 % bound: "0 of 60 missed: up to 4.9 % may escape"."""
        return clopper_pearson(self.count, self.total, 0.90)[1]

    def more_to_prove(self, below: float) -> int:
        """Return how many more cases, none of them counted, show with 95 % that the true share is under `below`."""
        return more_to_prove(self.count, self.total, below)
