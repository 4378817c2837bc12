"""``evaluate`` and ``tune``: figures on labelled images, and limits that follow from them."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.table import Table

from core.cli.console import Job, counted
from core.errors import Problem
from core.files import check_writable, write_text
from core.models.bundle import save_model
from core.models.trained import TrainedModel
from core.progress import Ticket
from core.project.discovery import Dataset, discover
from core.report.evaluated import check_report, write_evaluation
from core.scoring.metrics import confusion
from core.scoring.rules import Wanted
from core.scoring.thresholds import DECIDES, Calibration, Threshold
from core.training.evaluate import LEAKED, Evaluation, Labelled, evaluate, tuned

STANDARD_OUTPUT = Path("-")


def evaluate_command(
    job: Job, model: TrainedModel, folder: Path, target: Path | None, report: Path | None, language: str
) -> None:
    """Evaluate on a data set; write the figures as JSON and, if asked for, a report."""
    if report is not None:
        check_report(report, language)
    for path in (target, report):
        if path is not None and path != STANDARD_OUTPUT:
            check_writable(path.parent)
    evaluation = evaluate_folder(job, model, folder, job.ticket)
    figures = evaluation.metrics(model)
    text = json.dumps(figures, indent=2, ensure_ascii=False) + "\n"
    if report is not None:
        write_evaluation(report, model, evaluation, job.ticket.stage("Report", 1.0), language=language)
    if target == STANDARD_OUTPUT:
        sys.stdout.write(text)
        return
    if target is not None:
        write_text(target, text)
    job.show(figures_table(figures))
    for name, path in (("Figures", target), ("Report", report)):
        if path is not None:
            job.say(f"{name}: {path}")
    job.result(figures)


@dataclass(frozen=True, slots=True)
class VerdictOptions:
    """What decides besides the limits; None leaves it as the model has it.

    Attributes
    ----------
    review_from
        A raw score, or "off".
    decides, min_area
        As in `Calibration`.
    """

    review_from: str | None = None
    decides: str | None = None
    min_area: float | None = None

    def applied(self, calibration: Calibration) -> Calibration:
        """Return the calibration with all but the review limit; raises a Problem where something cannot be."""
        decides = next((known for known in DECIDES if known == self.decides), None)
        if self.decides is not None and decides is None:
            known = ", ".join(DECIDES)
            raise Problem("{what} cannot decide.", "Choose one of: {known}.", what=self.decides, known=known)
        area = calibration.min_area if self.min_area is None else self.min_area
        if not (math.isfinite(area) and area >= 0):
            raise Problem("{area} is not an area.", "Give pixels of the image, 0 or more.", area=area)
        return replace(calibration, decides=decides or calibration.decides, min_area=area)


def tune_command(
    job: Job,
    model: TrainedModel,
    folder: Path,
    output: Path,
    rule: str,
    wanted: Wanted,
    pixel_rule: str,
    verdicts: VerdictOptions,
) -> None:
    """Set the limits by a rule and write the model."""
    now = verdicts.applied(model.calibration)
    review = now.review if verdicts.review_from is None else parsed_review(verdicts.review_from)
    check_writable(output.parent)
    evaluation = evaluate_folder(job, model, folder, job.ticket)
    limits = tuned(evaluation, rule, wanted, pixel_rule)
    if review is not None and review.value > limits.image.value:
        job.warn(f"the review limit {review.value:.6g} was above the image threshold: it is the same now.")
        review = replace(review, value=limits.image.value)
    model = model.with_calibration(replace(limits, review=review, decides=now.decides, min_area=now.min_area))
    save_model(model, output)
    image, pixel = model.calibration.image, model.calibration.pixel
    job.say(f"Image threshold: {image.value:.6g} ({image.evidence})")
    if review is not None:
        job.say(f"Review from: {review.value:.6g}")
    job.say(f"Pixel threshold: {pixel.value:.6g} ({pixel.evidence})")
    if rule == "least-cost":
        money = wanted.costs.expected(confusion(evaluation.scores, evaluation.truth, image.value))
        job.say(f"Expected cost of mistakes: {0.0 if money is None else 1000 * money:.6g} per 1,000 parts")
    if image.provisional:
        job.warn("no defect was seen: the thresholds are provisional.")
    job.say(f"Model: {output}")
    job.result(
        {
            "model": str(output),
            "image_threshold": image.value,
            "review_threshold": None if review is None else review.value,
            "pixel_threshold": pixel.value,
            "rule": rule,
            "verdict_by": now.decides,
            "min_area": now.min_area,
        }
    )


def parsed_review(text: str) -> Threshold | None:
    """Read a review limit: a raw score, or "off"."""
    if text == "off":
        return None
    try:
        return Threshold(float(text))
    except ValueError as error:
        raise Problem("{text} is not a score.", "Give a number, or off.", text=text) from error


def evaluate_folder(job: Job, model: TrainedModel, folder: Path, ticket: Ticket) -> Evaluation:
    """Evaluate on what a folder's layout does not mark as training; a folder with nothing else is taken as it is."""
    dataset = discover(folder, ticket.stage("Looking into the folder", 0.02))
    for warning in dataset.warnings:
        job.detail(f"Warning: {warning}")
    return evaluate_dataset(job, model, dataset, ticket.stage("Evaluating", 0.9))


def evaluate_dataset(job: Job, model: TrainedModel, dataset: Dataset, ticket: Ticket) -> Evaluation:
    """Evaluate on a data set, see `evaluate_folder`; tell what is left out."""
    evaluation = evaluate(model, to_judge(dataset), ticket)
    if evaluation.leaked:
        job.warn(f"left out, because the model was trained on them: {counted(evaluation.leaked, 'image')}.")
    for row in evaluation.troubles:
        if row.trouble != LEAKED:
            job.warn(f"{row.path}: {row.trouble}")
    return evaluation


def to_judge(dataset: Dataset) -> list[Labelled]:
    """Return what a data set's layout does not mark as training, or all where that is nothing."""
    found = [each for each in dataset.found if not each.training] or list(dataset.found)
    return [Labelled(each.path, each.label, each.mask, each.defect_type) for each in found]


def figures_table(figures: dict[str, Any]) -> Table:
    """Return the figures for people."""
    table = Table(show_header=False, box=None)
    for key, title in (
        ("image_auroc", "Image AUROC"),
        ("image_average_precision", "Image average precision"),
        ("image_f1", "Image F1"),
        ("pixel_auroc", "Pixel AUROC"),
        ("pixel_f1", "Pixel F1"),
        ("au_pro", "AU-PRO"),
        ("image_threshold", "Image threshold"),
        ("review_threshold", "Review threshold"),
        ("pixel_threshold", "Pixel threshold"),
    ):
        value = figures[key]
        if value is None and key == "review_threshold":
            continue
        digits = ".6g" if key.endswith("threshold") else ".4f"
        table.add_row(title, "not known" if value is None else format(value, digits))
    outcome, counts = figures["confusion"], figures["counts"]
    table.add_row("Found, escaped", f"{outcome['tp']}, {outcome['fn']} of {counts['defect']} defects")
    table.add_row("False rejects", f"{outcome['fp']} of {counts['good']} good images")
    if figures["review_threshold"] is not None:
        table.add_row("To review", f"{outcome['good_review']} good images, {outcome['defect_review']} defects")
    table.add_row("Time", f"{figures['timings']['per_image'] * 1000:.0f} ms an image")
    return table
