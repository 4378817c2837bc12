"""Figures of a model on labelled images, and the limits that follow from them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import Problem
from core.images.reading import content_hash
from core.inspection.inspector import Inspector
from core.inspection.result import Failure, Inspection
from core.models.trained import TrainedModel
from core.progress import Ticket
from core.project.masks import PackedMask, mask_pixels
from core.project.model import Label
from core.scoring.metrics import auroc, average_precision
from core.scoring.pixels import PixelCounts
from core.scoring.regions import largest_area
from core.scoring.rules import USUAL, Wanted, image_limit, pixel_limit, pixel_rule_for
from core.scoring.thresholds import Calibration

LEAKED = "The model was trained on this picture: it says nothing about new ones."


@dataclass(frozen=True, slots=True)
class Labelled:
    """One image and what a person knows about it.

    Attributes
    ----------
    mask
        Painted in a project, or an image of the same size, non-zero on the defect; None where nobody drew one.
    """

    path: Path
    label: Label
    mask: PackedMask | Path | None = None
    defect_type: str = ""


@dataclass(frozen=True, slots=True)
class EvaluatedRow:
    """One image of an evaluation.

    Attributes
    ----------
    score
        Raw; None where the image was left out.
    seconds
        Of computing; None where the image was left out.
    trouble
        Why the image, or only its mask, was left out; else empty.
    """

    path: Path
    label: Label
    defect_type: str
    score: float | None
    seconds: float | None
    trouble: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Evaluation:
    """A model's scores on labelled images that its fit has not seen.

    Attributes
    ----------
    rows
        One for each image asked for, in order.
    scores, truth
        ``(N,)`` raw scores and True for defects, of the images that were scored.
    areas, areas_limit
        ``(N,)`` area of each one's largest region in image pixels, and the pixel limit that it was found with.
    pixels
        Pixel counts of good images and of defects with a usable mask.
    low, high
        Least and largest value of all maps, without letterbox padding.
    leaked
        Images left out because the fit has seen them.
    without_mask
        Defects that count for the image figures only.
    timings
        Seconds: ``total``, ``per_image`` and ``computing_median`` and ``computing_p95`` per image; ``images``.
    """

    rows: tuple[EvaluatedRow, ...]
    scores: npt.NDArray[np.float64]
    truth: npt.NDArray[np.bool_]
    areas: npt.NDArray[np.float64]
    areas_limit: float
    pixels: PixelCounts
    low: float
    high: float
    leaked: int
    without_mask: int
    timings: dict[str, float]

    @property
    def troubles(self) -> tuple[EvaluatedRow, ...]:
        """Rows that were left out, wholly or without their mask."""
        return tuple(row for row in self.rows if row.trouble)

    def areas_at(self, calibration: Calibration) -> npt.NDArray[np.float64] | None:
        """Return `areas`; None where they were found with another pixel limit."""
        return self.areas if self.areas_limit == calibration.pixel.value else None

    def metrics(self, model: TrainedModel) -> dict[str, Any]:
        """Return the figures as ``evaluate --json`` writes them.

        F1 and confusion are those of the model's verdicts; a figure that needs masks or a class that is missing is
        None.

        Raises
        ------
        ValueError
            Regions decide, and their limit is not the one that they were found with here.
        """
        calibration = model.calibration
        both = bool(self.truth.any()) and not bool(self.truth.all())
        image = calibration.count(self.scores, self.truth, self.areas_at(calibration))
        curve = self.pixels.curve()
        return {
            "image_auroc": auroc(self.scores, self.truth) if both else None,
            "image_average_precision": average_precision(self.scores, self.truth) if both else None,
            "image_f1": image.f1 if both else None,
            "pixel_auroc": None if curve is None else curve.auroc(),
            "pixel_f1": None if curve is None else curve.at(calibration.pixel.value).confusion.f1,
            "au_pro": self.pixels.au_pro(),
            "image_threshold": calibration.image.value,
            "pixel_threshold": calibration.pixel.value,
            "review_threshold": None if calibration.review is None else calibration.review.value,
            "verdict_by": calibration.decides,
            "min_area": calibration.min_area,
            "counts": {
                "good": int((~self.truth).sum()),
                "defect": int(self.truth.sum()),
                "defect_with_mask": self.pixels.defect_images,
                "defect_without_mask": self.without_mask,
                "left_out": sum(row.score is None for row in self.rows),
                "left_out_as_training_images": self.leaked,
            },
            "confusion": asdict(image),
            "timings": self.timings,
            "model": {
                "id": model.card.id,
                "name": model.card.name,
                "kind": model.card.kind,
                "created": model.card.created,
                "backbone": model.card.backbone,
                "backbone_sha256": model.card.backbone_sha256,
                "recipe": dict(model.card.recipe),
                "training_images": len(model.card.trained_on),
                "held_out_images": len(model.card.held_out),
                "training_seconds": model.card.seconds,
                "training_peak_bytes": model.card.peak_bytes,
                "versions": dict(model.card.versions),
                "provisional": calibration.image.provisional,
            },
        }


def evaluate(model: TrainedModel, samples: Sequence[Labelled], ticket: Ticket) -> Evaluation:
    """Score labelled images. Undecided ones, unreadable ones and copies of training images are left out and told.

    Raises
    ------
    Problem
        No image is left.
    Cancelled
        Through the ticket.
    """
    begun = time.perf_counter()
    collected = _Collected(model.calibration.pixel.value)
    troubles = _left_out(model, samples, ticket.stage("Checking the images", 0.1))
    looking = [sample for sample in samples if sample.path not in troubles]
    results = iter(Inspector(model).inspect_many([sample.path for sample in looking], ticket.stage("Scoring", 0.9)))
    rows = []
    leaked = sum(trouble == LEAKED for trouble in troubles.values())
    for sample in samples:
        trouble = troubles.get(sample.path)
        if trouble is None:
            rows.append(collected.take(sample, next(results)))
        else:
            rows.append(EvaluatedRow(sample.path, sample.label, sample.defect_type, None, None, trouble))
    if not collected.scores:
        raise _nothing_left(rows, leaked)
    total = time.perf_counter() - begun
    return Evaluation(
        rows=tuple(rows),
        scores=np.array(collected.scores, dtype=np.float64),
        truth=np.array(collected.truth, dtype=np.bool_),
        areas=np.array(collected.areas, dtype=np.float64),
        areas_limit=collected.areas_limit,
        pixels=collected.pixels,
        low=collected.low,
        high=collected.high,
        leaked=leaked,
        without_mask=collected.without_mask,
        timings={
            "images": len(collected.scores),
            "total": total,
            "per_image": total / len(collected.scores),
            "computing_median": float(np.median(collected.seconds)),
            "computing_p95": float(np.quantile(collected.seconds, 0.95)),
        },
    )


def tuned(evaluation: Evaluation, rule: str, wanted: Wanted = USUAL, pixel_rule: str = "") -> Calibration:
    """Choose both limits and the range for people from an evaluation.

    Parameters
    ----------
    rule
        One of `core.scoring.rules.IMAGE_RULES`.
    wanted
        What the rules aim at.
    pixel_rule
        One of `core.scoring.rules.PIXEL_RULES`; "" takes best F1 where masks are known, else good pixels alone, and
        the limit is provisional.

    Raises
    ------
    Problem
        A rule is unknown, a class that it needs is missing, or no limit does what is wanted.
    """
    image = image_limit(rule, wanted, evaluation.scores, evaluation.truth)
    pixel = pixel_limit(pixel_rule or pixel_rule_for(rule, evaluation.pixels), wanted, evaluation.pixels)
    return Calibration(image, pixel, evaluation.low, evaluation.high)


class _Collected:
    """What the results add up to."""

    def __init__(self, areas_limit: float) -> None:
        self.areas_limit = areas_limit
        self.areas: list[float] = []
        self.scores: list[float] = []
        self.truth: list[bool] = []
        self.seconds: list[float] = []
        self.pixels = PixelCounts()
        self.low = float("inf")
        self.high = float("-inf")
        self.without_mask = 0

    def take(self, sample: Labelled, result: Inspection | Failure) -> EvaluatedRow:
        if isinstance(result, Failure):
            return EvaluatedRow(sample.path, sample.label, sample.defect_type, None, None, str(result.problem))
        self.scores.append(result.score)
        self.truth.append(sample.label is Label.DEFECT)
        self.areas.append(largest_area(result.heat, self.areas_limit, result.placement))
        self.seconds.append(result.seconds)
        inside = result.placement.inside()
        self.low = min(self.low, float(result.heat[inside].min()))
        self.high = max(self.high, float(result.heat[inside].max()))
        trouble = self._count_pixels(sample, result, inside)
        return EvaluatedRow(sample.path, sample.label, sample.defect_type, result.score, result.seconds, trouble)

    def _count_pixels(self, sample: Labelled, result: Inspection, inside: npt.NDArray[np.bool_]) -> str:
        if sample.label is Label.GOOD:
            self.pixels.add(result.heat, None, inside)
            return ""
        if sample.mask is None:
            self.without_mask += 1
            return ""
        try:
            mask = mask_pixels(sample.mask, result.size)
        except Problem as problem:
            self.without_mask += 1
            return str(problem)
        self.pixels.add(result.heat, result.placement.mask_to_frame(mask), inside)
        return ""


def _left_out(model: TrainedModel, samples: Sequence[Labelled], ticket: Ticket) -> dict[Path, str]:
    seen = {file.sha256 for file in model.card.trained_on}
    troubles: dict[Path, str] = {}
    for done, sample in enumerate(samples):
        ticket.report(done, len(samples))
        if sample.label is Label.UNDECIDED:
            troubles[sample.path] = "Nobody has said whether this picture is good or a defect."
            continue
        try:
            if content_hash(sample.path) in seen:
                troubles[sample.path] = LEAKED
        except Problem as problem:
            troubles[sample.path] = str(problem)
    return troubles


def _nothing_left(rows: Sequence[EvaluatedRow], leaked: int) -> Problem:
    if not rows:
        return Problem(
            "There are no labelled images to evaluate on.",
            "Choose a folder with good and defective parts in subfolders.",
        )
    if leaked == len(rows):
        return Problem(
            "The model was trained on all of these images: they say nothing about new ones.",
            "Choose images that were not used for training.",
        )
    return Problem(
        "None of the {count} images can be evaluated. The first one: {reason}",
        "Choose a folder with good and defective parts in subfolders.",
        count=len(rows),
        reason=rows[0].trouble,
    )
