"""Limits: how they are chosen, what speaks for them, and the unit people read.

A limit is a raw score; ``score >= limit`` means defect. Limits that are placed just above a score are the
next float32 number, because maps, scores and the exported graph are float32.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Literal, get_args, overload

import numpy as np
import numpy.typing as npt

from core.errors import Problem, phrase
from core.scoring.metrics import Confusion, checked, outcome, precision_recall
from core.scoring.pixels import PixelCounts
from core.scoring.rates import Rate
from core.scoring.rates import clopper_pearson as clopper_pearson

Rule = Literal[
    "best-f1", "no-escapes", "max-false-rejects", "least-cost", "target-precision", "good-quantile", "manual"
]
RULES: tuple[Rule, ...] = get_args(Rule)
Decides = Literal["score", "region", "both"]
DECIDES: tuple[Decides, ...] = get_args(Decides)

IMAGE_QUANTILE = 0.99
# At 0.99, one pixel in a hundred of every good part would glow.
PIXEL_QUANTILE = 0.9999

_JUST_UNDER_HALF = float(np.nextafter(0.5, 0.0))


class Verdict(StrEnum):
    """What the program says about an image."""

    OK = "OK"
    REVIEW = "REVIEW"
    NG = "NG"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The cases a limit was chosen on, and what it did to them.

    Attributes
    ----------
    unit
        What was counted.
    good, defect
        How many there were.
    rejected
        Good ones that reach the limit.
    missed
        Defects under the limit.
    images
        Images in all; for image limits, `good` + `defect`.
    """

    unit: Literal["images", "pixels"] = "images"
    good: int = 0
    defect: int = 0
    rejected: int = 0
    missed: int = 0
    images: int = 0

    @property
    def false_rejects(self) -> Rate:
        """Good ones rejected. Pixels of one image are alike, so for pixels only the share is meaningful."""
        return Rate(self.rejected, self.good)

    @property
    def escapes(self) -> Rate:
        """Defects missed. Pixels of one image are alike, so for pixels only the share is meaningful."""
        return Rate(self.missed, self.defect)

    def template(self) -> tuple[str, Mapping[str, object]]:
        """Return a sentence for people in the manner of `str.format`, and what to fill in.

        The window translates the sentence first and fills it in afterwards.
        """
        if self.good + self.defect == 0:
            return phrase("set by hand"), {}
        if self.unit == "pixels":
            values = {
                "images": self.images,
                "missed": _percent(self.escapes.share),
                "rejected": _percent(self.false_rejects.share),
            }
            if self.defect:
                return (
                    phrase(
                        "{images} images: {missed} of the defective area missed, {rejected} of the good area marked"
                    ),
                    values,
                )
            return phrase("{images} good images: {rejected} of their area marked"), values
        values = {
            "good": self.good,
            "defect": self.defect,
            "rejected": self.rejected,
            "missed": self.missed,
            "reject_bound": _percent(self.false_rejects.at_most),
            "escape_bound": _percent(self.escapes.at_most),
        }
        if self.defect == 0:
            return (
                phrase(
                    "{rejected} of {good} held-out good parts rejected: "
                    "up to {reject_bound} may be rejected (95 % sure, one-sided)"
                ),
                values,
            )
        return (
            phrase(
                "{missed} of {defect} defects missed: up to {escape_bound} may escape; "
                "{rejected} of {good} good parts rejected: up to {reject_bound} may be rejected (95 % sure, one-sided)"
            ),
            values,
        )

    def text(self) -> str:
        """Return the English sentence."""
        sentence, values = self.template()
        return sentence.format(**values)

    def __str__(self) -> str:
        return self.text()


@dataclass(frozen=True, slots=True)
class Threshold:
    """A limit.

    Attributes
    ----------
    value
        Raw score from which on something is a defect; finite.
    rule
        How it was chosen.
    evidence
        What it was chosen on; `str` of it is a sentence.
    provisional
        True while no defect has been seen.
    """

    value: float
    rule: Rule = "manual"
    evidence: Evidence = Evidence()
    provisional: bool = False

    def __post_init__(self) -> None:
        if not math.isfinite(self.value):
            raise ValueError(f"{self.value} cannot be a limit")
        if self.rule not in RULES:
            raise ValueError(f"{self.rule!r} is not a rule")

    def to_json(self) -> dict[str, Any]:
        """Return plain values that JSON keeps exactly."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Threshold:
        """Undo `to_json`.

        Raises
        ------
        ValueError
            The values do not describe a limit.
        """
        try:
            return cls(
                value=float(values["value"]),
                rule=values["rule"],
                evidence=Evidence(**values["evidence"]),
                provisional=bool(values["provisional"]),
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a limit: {values!r}") from error


@dataclass(frozen=True, slots=True)
class Calibration:
    """The limits of a model and the range of its scores.

    Attributes
    ----------
    image, pixel
        Limits of the image score and of the map.
    low, high
        Lowest and highest score over the maps of the calibration images.
    review
        Image score from which on a person has to look at what is not NG; never above `image`. None: nothing is
        set apart.
    decides
        What makes an image NG: its score, a region, or both together.
    min_area
        Least area of a region, in pixels of the image; what is smaller is no region.
    """

    image: Threshold
    pixel: Threshold
    low: float
    high: float
    review: Threshold | None = None
    decides: Decides = "score"
    min_area: float = 0.0

    def __post_init__(self) -> None:
        if self.decides not in DECIDES:
            raise ValueError(f"{self.decides!r} cannot decide")
        if not (math.isfinite(self.min_area) and self.min_area >= 0.0):
            raise ValueError(f"{self.min_area} is not an area")
        if self.review is not None and self.review.value > self.image.value:
            raise ValueError(f"review from {self.review.value} on is above the limit {self.image.value}")
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low <= self.high):
            raise ValueError(f"{self.low} to {self.high} is not a range of scores")

    def with_image(self, limit: Threshold) -> Calibration:
        """Return the same with another image limit; a review limit above it comes down to it."""
        review = self.review
        if review is not None and review.value > limit.value:
            review = replace(review, value=limit.value)
        return replace(self, image=limit, review=review)

    @property
    def by_score_alone(self) -> bool:
        """Whether the image limit alone makes the verdict and every region counts, as in the first versions."""
        return self.review is None and self.decides == "score" and self.min_area == 0.0

    @property
    def passing(self) -> float:
        """Image score from which on an image is not OK: the review limit, or the image limit without one."""
        return self.image.value if self.review is None else self.review.value

    def verdict(self, score: float, area: float = 0.0) -> Verdict:
        """Judge an image: a score at or above a limit has reached it.

        Parameters
        ----------
        area
            Of its largest region at the pixel limit, in pixels of the image; of use where regions decide.
        """
        passed, rejected = self.judged(np.array([score]), np.array([area]))
        return Verdict.NG if rejected[0] else Verdict.OK if passed[0] else Verdict.REVIEW

    def judged(
        self, scores: npt.NDArray[np.float64], areas: npt.NDArray[np.float64] | None = None
    ) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Return which of N images are OK and which are NG; the others are to be reviewed.

        Parameters
        ----------
        scores
            (N,) raw.
        areas
            (N,) as in `verdict`; may be None only where the score decides.

        Raises
        ------
        ValueError
            Regions decide and there are no areas.
        """
        over = scores >= self.image.value
        if self.decides == "score":
            rejected = over
        elif areas is None:
            raise ValueError("regions decide, and their areas are not known")
        else:
            found = (areas > 0.0) & (areas >= self.min_area)
            rejected = found if self.decides == "region" else over & found
        doubtful = np.zeros_like(rejected) if self.review is None else scores >= self.review.value
        return ~rejected & ~doubtful, rejected

    def count(
        self,
        scores: npt.NDArray[np.float64],
        truth: npt.NDArray[np.bool_],
        areas: npt.NDArray[np.float64] | None = None,
    ) -> Confusion:
        """Count what these limits do to N images; `truth` is True for a defect, the others are as in `judged`."""
        return outcome(truth, *self.judged(scores, areas))

    @property
    def span(self) -> float:
        """What is one unit wide: ``high - low``; 1 where all scores are the same, so that nothing is divided by 0."""
        return self.high - self.low or 1.0

    def image_unit(self, score: float) -> float:
        """Return an image score for people, 0 to 1: at least 0.5 exactly when it is a defect."""
        return normalise(float(score), self.image.value, self.span)

    @overload
    def pixel_unit(self, raw: float) -> float: ...
    @overload
    def pixel_unit(self, raw: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]: ...
    def pixel_unit(self, raw: float | npt.NDArray[np.floating]) -> float | npt.NDArray[np.float32]:
        """Return a map (h, w), or one of its values, for people: at least 0.5 exactly when it is a defect."""
        if not isinstance(raw, np.ndarray):
            return normalise(float(raw), self.pixel.value, self.span)
        unit = ((raw - np.float64(self.pixel.value)) / self.span + 0.5).clip(0.0, 1.0).astype(np.float32)
        # Rounding to 0.5 must not turn a good pixel into a defect.
        unit[(raw < self.pixel.value) & (unit >= 0.5)] = np.nextafter(np.float32(0.5), np.float32(0.0))
        return unit

    def to_json(self) -> dict[str, Any]:
        """Return plain values that JSON keeps exactly."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Calibration:
        """Undo `to_json`.

        Raises
        ------
        ValueError
            The values do not describe a calibration.
        """
        try:
            return cls(
                image=Threshold.from_json(values["image"]),
                pixel=Threshold.from_json(values["pixel"]),
                low=float(values["low"]),
                high=float(values["high"]),
                # Not in files of the first versions.
                review=None if values.get("review") is None else Threshold.from_json(values["review"]),
                decides=values.get("decides", "score"),
                min_area=float(values.get("min_area", 0.0)),
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a calibration: {values!r}") from error


def normalise(score: float, threshold: float, span: float) -> float:
    """Return ``(score - threshold) / span + 0.5`` clipped to 0 to 1, as Anomalib 0.x normalises.

    At least 0.5 exactly when ``score >= threshold``: a difference too small to show after rounding
    stays on its side.
    """
    unit = min(max((score - threshold) / span + 0.5, 0.0), 1.0)
    return unit if score >= threshold else min(unit, _JUST_UNDER_HALF)


def best_f1(scores: npt.ArrayLike, truth: npt.ArrayLike) -> Threshold:
    """Return the limit with the largest F1; of equal ones, the one with the higher recall.

    It stands half-way between the lowest score that it rejects and the next one below, so that no image lies on it
    and rounding, which differs from one runtime to the next, turns no verdict.

    Parameters
    ----------
    scores
        (N,) raw image scores.
    truth
        (N,) True for a defect.

    Raises
    ------
    Problem
        There is no good or no defective image.
    ValueError
        A score is not finite, or the lengths differ.
    """
    curve = precision_recall(scores, truth)
    if curve is None:
        raise Problem(
            "The best F1 needs both good and defective images.", "Label at least one image of each, then try again."
        )
    best = curve.best_f1()
    evidence = Evidence(
        unit="images",
        good=curve.negatives,
        defect=curve.positives,
        rejected=best.confusion.fp,
        missed=best.confusion.fn,
        images=curve.negatives + curve.positives,
    )
    lowest = best.threshold
    below = curve.thresholds[best.index + 1 :][:1]
    limit = between(float(below[0]), lowest) if len(below) else lowest
    return Threshold(limit, "best-f1", evidence, provisional=False)


def good_quantile(scores: npt.ArrayLike, quantile: float = IMAGE_QUANTILE) -> Threshold:
    """Return a limit from good images alone: 0.1 % above one of their scores, half-way to the next one at most.

    The score is the ``ceil((n + 1) * quantile)``-th smallest, the split-conformal choice (Lei et al., JASA
    2018): the next good part of the same kind is rejected with a chance of at most ``1 - quantile``, and so
    is at most that share of the given ones. With too few images for such a promise (fewer than 99 for 0.99)
    the limit stands 0.1 % above the largest score; the evidence tells what may then happen: after 0 of 10
    rejected, up to 26 % may be.

    Parameters
    ----------
    scores
        (N,) raw scores of good images that the fit has not seen.
    quantile
        Above 0, at most 1; 1 puts the limit above every score.

    Raises
    ------
    Problem
        There is no score.
    ValueError
        A score is not finite, or `quantile` is out of range.
    """
    numbers, _ = checked(scores, np.zeros(np.shape(scores), dtype=np.bool_))
    if not 0.0 < quantile <= 1.0:
        raise ValueError(f"{quantile} is not a quantile")
    count = len(numbers)
    if count == 0:
        raise Problem(
            "There is no good image to set the limit on.",
            "Add good images, or keep some of them out of training.",
        )
    rank = min(math.ceil((count + 1) * quantile - 1e-9), count)
    score = float(np.partition(numbers, rank - 1)[rank - 1])
    above = numbers[numbers > score]
    limit = just_above(score + abs(score) * 1e-3)
    if len(above):
        limit = min(limit, between(score, float(above.min())))
    rejected = int(np.count_nonzero(numbers >= limit))
    evidence = Evidence(unit="images", good=count, rejected=rejected, images=count)
    return Threshold(limit, "good-quantile", evidence, provisional=True)


def pixel_best_f1(counts: PixelCounts) -> Threshold:
    """Return the map value with the largest pixel F1 as limit; of equal ones, the one with the higher recall.

    Raises
    ------
    Problem
        There is no good or no defective pixel.
    """
    curve = counts.curve()
    if curve is None:
        raise Problem(
            "The best F1 of the map needs images with defect masks.",
            "Add masks for defective images, or use the good-part limit.",
        )
    best = curve.best_f1()
    evidence = Evidence(
        unit="pixels",
        good=curve.negatives,
        defect=curve.positives,
        rejected=best.confusion.fp,
        missed=best.confusion.fn,
        images=counts.good_images + counts.defect_images,
    )
    return Threshold(best.threshold, "best-f1", evidence, provisional=False)


def pixel_good_quantile(counts: PixelCounts, quantile: float = PIXEL_QUANTILE) -> Threshold:
    """Return a limit that at most ``1 - quantile`` of the good pixels reach, from good pixels alone.

    Raises
    ------
    Problem
        There is no good pixel.
    ValueError
        `quantile` is not above 0 and at most 1.
    """
    if counts.good_pixels == 0:
        raise Problem(
            "There is no good image to set the limit on.",
            "Add good images, or keep some of them out of training.",
        )
    limit, reaching = counts.good_limit(quantile)
    evidence = Evidence(
        unit="pixels", good=counts.good_pixels, rejected=reaching, images=counts.good_images + counts.defect_images
    )
    return Threshold(limit, "good-quantile", evidence, provisional=True)


def between(lower: float, upper: float) -> float:
    """Return the float32 number half-way; `upper` where there is none above `lower` and up to `upper`."""
    middle = float(np.float32((lower + upper) / 2))
    return middle if lower < middle <= upper else upper


def just_above(score: float) -> float:
    """Return the smallest float32 number above `score`."""
    number = np.float32(score)
    return float(number) if float(number) > score else float(np.nextafter(number, np.float32(np.inf)))


def _percent(share: float | None) -> str:
    if share is None:
        return "–"
    digits = 1 if share == 0.0 or share >= 0.001 else 3
    return f"{share * 100:.{digits}f} %"
