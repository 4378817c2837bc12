"""Rules that set a limit from labelled scores. All put it between two scores, never on one."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import Problem
from core.scoring.metrics import Confusion, Curve, precision_recall
from core.scoring.pixels import PixelCounts
from core.scoring.thresholds import (
    IMAGE_QUANTILE,
    Evidence,
    Rule,
    Threshold,
    best_f1,
    between,
    good_quantile,
    just_above,
    pixel_best_f1,
    pixel_good_quantile,
)

MILLION = 1_000_000
PIXEL_SHARE = 1e-4  # of the good area that may be marked


@dataclass(frozen=True, slots=True)
class Costs:
    """What mistakes cost, and how many parts are defective before inspection.

    Attributes
    ----------
    escape, false_reject
        Money for one, in any currency; at least 0.
    defect_ppm
        Defects in a million parts, 0 to a million.

    Raises
    ------
    Problem
        A number is out of its range, or nothing costs anything.
    """

    escape: float = 100.0
    false_reject: float = 1.0
    defect_ppm: float = 10_000.0

    def __post_init__(self) -> None:
        numbers = (self.escape, self.false_reject, self.defect_ppm)
        if not (all(math.isfinite(number) and number >= 0 for number in numbers) and self.defect_ppm <= MILLION):
            raise Problem(
                "These costs cannot be counted with.", "Costs are 0 or more, defects 0 to 1,000,000 in a million parts."
            )
        if self.escape == self.false_reject == 0:
            raise Problem("Neither mistake costs anything.", "Give the cost of an escape or of a false reject.")

    @property
    def _defects(self) -> float:
        return self.defect_ppm / MILLION

    def expected(self, counts: Confusion) -> float | None:
        """Return the money that mistakes cost for each part; None where a class was not counted."""
        escapes, rejects = counts.escapes.share, counts.false_rejects.share
        if escapes is None or rejects is None:
            return None
        return self._defects * escapes * self.escape + (1 - self._defects) * rejects * self.false_reject

    def along(self, curve: Curve) -> npt.NDArray[np.float64]:
        """Return the money for each part at each of the curve's limits, (P,)."""
        escapes = self._defects * self.escape * curve.fn / curve.positives
        rejects = (1 - self._defects) * self.false_reject * curve.fp / curve.negatives
        total: npt.NDArray[np.float64] = escapes + rejects
        return total

    def to_json(self) -> dict[str, float]:
        """Return plain values that JSON keeps exactly."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Any) -> Costs:
        """Undo `to_json`.

        Raises
        ------
        ValueError
            The values do not describe costs.
        """
        try:
            return cls(*(float(values[name]) for name in ("escape", "false_reject", "defect_ppm")))
        except (KeyError, TypeError, ValueError, Problem) as error:
            raise ValueError(f"not costs: {values!r}") from error


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the rules aim at; each reads its own.

    Attributes
    ----------
    quantile
        "good-quantile": share of good images that pass.
    false_rejects
        "max-false-rejects": share of good images that may be rejected, 0 to 1.
    area
        "max-false-rejects" of pixels: share of the good area that may be marked, 0 to 1.
    precision
        "target-precision": share of defects among the rejected, above 0, at most 1.
    costs
        "least-cost".
    """

    quantile: float = IMAGE_QUANTILE
    false_rejects: float = 0.01
    area: float = PIXEL_SHARE
    precision: float = 0.95
    costs: Costs = Costs()

    def __post_init__(self) -> None:
        shares = (self.false_rejects, self.area)
        above = (self.quantile, self.precision)
        if not (all(0 <= share <= 1 for share in shares) and all(0 < share <= 1 for share in above)):
            raise Problem("A share is between 0 and 1.", "Give a number from 0 to 1, such as 0.01 for 1 %.")


USUAL = Wanted()


def no_escapes(scores: npt.ArrayLike, truth: npt.ArrayLike) -> Threshold:
    """Return the highest limit that every defect reaches.

    Raises
    ------
    Problem
        There is no good or no defective image.
    ValueError
        A score is not finite, or the lengths differ.
    """
    curve = _image_curve(scores, truth)
    return _image_limit(curve, int(np.argmax(curve.tp == curve.positives)), "no-escapes")


def max_false_rejects(scores: npt.ArrayLike, truth: npt.ArrayLike, share: float) -> Threshold:
    """Return the limit that finds most defects while at most `share` (0 to 1) of the good images is rejected.

    Of several that find as many, the one that rejects the fewest good images. Raises as `no_escapes`.
    """
    curve = _image_curve(scores, truth)
    return _image_limit(curve, _within_share(curve, share), "max-false-rejects")


def target_precision(scores: npt.ArrayLike, truth: npt.ArrayLike, precision: float) -> Threshold:
    """Return the limit that finds most defects while at least `precision` (0 to 1) of the rejected are defects.

    Raises as `no_escapes`, and a Problem where no limit has that precision.
    """
    curve = _image_curve(scores, truth)
    return _image_limit(curve, _precise(curve, precision), "target-precision")


def least_cost(scores: npt.ArrayLike, truth: npt.ArrayLike, costs: Costs) -> Threshold:
    """Return the limit at which mistakes cost least; of equal ones, the one that more defects reach.

    Raises as `no_escapes`.
    """
    curve = _image_curve(scores, truth)
    money = costs.along(curve)
    # Sums of the same money in another order differ in their last bits.
    index = int(np.flatnonzero(money <= money.min() * (1 + 1e-12))[-1])
    return _image_limit(curve, index, "least-cost")


def image_limit(rule: str, wanted: Wanted, scores: npt.ArrayLike, truth: npt.ArrayLike) -> Threshold:
    """Set the image limit by the rule of that name.

    Raises
    ------
    Problem
        There is no such rule, a class that it needs is missing, or no limit does what is wanted.
    """
    good = np.asarray(scores)[~np.asarray(truth, np.bool_)]
    rules: dict[str, Callable[[], Threshold]] = {
        "best-f1": lambda: best_f1(scores, truth),
        "no-escapes": lambda: no_escapes(scores, truth),
        "max-false-rejects": lambda: max_false_rejects(scores, truth, wanted.false_rejects),
        "least-cost": lambda: least_cost(scores, truth, wanted.costs),
        "target-precision": lambda: target_precision(scores, truth, wanted.precision),
        "good-quantile": lambda: good_quantile(good, wanted.quantile),
    }
    return _chosen(rule, rules)


def pixel_limit(rule: str, wanted: Wanted, counts: PixelCounts) -> Threshold:
    """Set the pixel limit by the rule of that name; raises as `image_limit`."""
    rules: dict[str, Callable[[], Threshold]] = {
        "best-f1": lambda: pixel_best_f1(counts),
        "target-precision": lambda: _pixel_target_precision(counts, wanted.precision),
        "max-false-rejects": lambda: _pixel_max_area(counts, wanted.area),
        "good-quantile": lambda: pixel_good_quantile(counts),
    }
    return _chosen(rule, rules)


IMAGE_RULES = ("best-f1", "no-escapes", "max-false-rejects", "least-cost", "target-precision", "good-quantile")
PIXEL_RULES = ("best-f1", "target-precision", "max-false-rejects", "good-quantile")


def pixel_rule_for(rule: str, counts: PixelCounts) -> str:
    """Return the rule of pixels that goes with one of images: theirs where masks are known, else that of good parts."""
    if rule == "good-quantile" or counts.defect_pixels == 0 or counts.good_pixels == 0:
        return "good-quantile"
    return "best-f1"


def _chosen(rule: str, rules: dict[str, Callable[[], Threshold]]) -> Threshold:
    if rule not in rules:
        raise Problem("There is no rule {rule}.", "Choose one of: {rules}.", rule=rule, rules=", ".join(rules))
    return rules[rule]()


def _image_curve(scores: npt.ArrayLike, truth: npt.ArrayLike) -> Curve:
    curve = precision_recall(scores, truth)
    if curve is None:
        raise Problem(
            "This rule needs both good and defective images.", "Label at least one image of each, then try again."
        )
    return curve


def _within_share(curve: Curve, share: float) -> int:
    """Return the point with the most defects, and of those the fewest good ones, within the share of good ones."""
    most = curve.tp[np.flatnonzero(curve.fp <= share * curve.negatives * (1 + 1e-12))[-1]]
    return int(np.argmax(curve.tp == most))


def _precise(curve: Curve, precision: float) -> int:
    reached = np.flatnonzero((curve.precision >= precision * (1 - 1e-12)) & (curve.tp > 0))
    if not len(reached):
        raise Problem(
            "No limit has a precision of {wanted}: the highest is {highest}.",
            "Ask for less, or train a better model.",
            wanted=f"{100 * precision:.4g} %",
            highest=f"{100 * curve.precision[1:].max():.4g} %",
        )
    most = curve.tp[reached[-1]]
    return int(reached[np.argmax(curve.tp[reached] == most)])


def _image_limit(curve: Curve, index: int, rule: Rule) -> Threshold:
    """Put the limit half-way between the lowest score that is rejected at a point of the curve and the next one."""
    below = curve.thresholds[index + 1 :][:1]
    if index == 0:  # nothing is rejected
        highest = float(below[0])
        value = just_above(highest + abs(highest) * 1e-3)
    else:
        lowest = float(curve.thresholds[index])
        value = between(float(below[0]), lowest) if len(below) else lowest
    return Threshold(value, rule, _evidence(curve, index, Evidence(images=curve.negatives + curve.positives)))


def _pixel_target_precision(counts: PixelCounts, precision: float) -> Threshold:
    curve = counts.curve()
    if curve is None:
        raise Problem(
            "This rule needs images with defect masks.",
            "Add masks for defective images, or use the good-part limit.",
        )
    return _pixel_limit(curve, _precise(curve, precision), "target-precision", counts)


def _pixel_max_area(counts: PixelCounts, share: float) -> Threshold:
    """Return a limit that at most `share` of the good pixels reaches, from good pixels alone if there are no others."""
    curve = counts.curve()
    if curve is None:
        found = pixel_good_quantile(counts, 1.0 - share)
        return Threshold(found.value, "max-false-rejects", found.evidence, provisional=True)
    return _pixel_limit(curve, _within_share(curve, share), "max-false-rejects", counts)


def _pixel_limit(curve: Curve, index: int, rule: Rule, counts: PixelCounts) -> Threshold:
    """Put the limit on the lower edge of a bin of scores, or over all of them where nothing is to be marked."""
    value = float(curve.thresholds[index]) if index else just_above(counts.high)
    seen = Evidence("pixels", images=counts.good_images + counts.defect_images)
    return Threshold(value, rule, _evidence(curve, index, seen))


def _evidence(curve: Curve, index: int, seen: Evidence) -> Evidence:
    return replace(
        seen,
        good=curve.negatives,
        defect=curve.positives,
        rejected=int(curve.fp[index]),
        missed=int(curve.fn[index]),
    )
