"""``compare``: several algorithms on one data set, side by side."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from core.cli.console import Job, ending_after
from core.cli.judging import STANDARD_OUTPUT, evaluate_dataset, to_judge
from core.cli.training import good_for_training, look_into, train_dataset
from core.detectors.estimate import rough_seconds
from core.detectors.settings import KINDS
from core.devices import set_threads
from core.errors import Note, Problem
from core.files import check_writable, write_text
from core.models.bundle import SUFFIX, save_model
from core.progress import Ticket, Turn
from core.project.discovery import Dataset
from core.training.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one algorithm.

    Attributes
    ----------
    figures
        As `Evaluation.metrics` has them, with the model's file and its bytes; empty where it failed.
    error
        Why it failed, else empty.
    notes
        What a person should know of its training.
    """

    kind: str
    figures: dict[str, Any]
    error: str = ""
    notes: tuple[Note, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON-able values."""
        notes = [str(note) for note in self.notes]
        return {"algorithm": self.kind, "error": self.error or None, "notes": notes, **self.figures}


def compare_command(
    job: Job,
    folder: Path,
    recipes: Sequence[Recipe],
    target: Path | None,
    output: Path | None,
    most_minutes: float | None = None,
) -> None:
    """Train with one recipe after the other and evaluate each; show one table.

    A recipe that fails is a row with the reason. What is finished is shown and written also if the rest is stopped.

    Parameters
    ----------
    target
        JSON of the rows so far, written anew after each; or `STANDARD_OUTPUT`, at the end.
    output
        Folder for the models; None keeps none.
    most_minutes
        Of each, after which a training in steps ends with its best state; None lets it end by itself.

    Raises
    ------
    Problem
        All have failed.
    Cancelled
        Through the job's ticket.
    """
    set_threads(job.options.threads)
    if target is not None and target != STANDARD_OUTPUT:
        check_writable(target.parent)
    dataset = look_into(job, folder, job.ticket.stage("Looking into the folder", 0.01))
    good, judged = len(good_for_training(dataset)), len(to_judge(dataset))
    costs = [rough_seconds(recipe.settings, max(good, 1), recipe.framing.size, judged) for recipe in recipes]
    rows: list[Row] = []
    with ExitStack() as stack:
        if output is None:
            place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        else:
            check_writable(output)
            place = output
        try:
            for number, (recipe, cost) in enumerate(zip(recipes, costs, strict=True), 1):
                turn = Turn(KINDS[recipe.settings.kind].title, number, len(recipes))
                part = job.ticket.turn(turn, 0.99 * cost / sum(costs))
                learning = rough_seconds(recipe.settings, max(good, 1), recipe.framing.size) / cost
                with ending_after(most_minutes, part):
                    rows.append(_row(job, dataset, recipe, place, part, learning, kept=output is not None))
                if target is not None and target != STANDARD_OUTPUT:
                    write_text(target, _text(dataset, rows))
        finally:
            if rows:
                _tell(job, dataset, rows, target)
    if all(row.error for row in rows):
        raise Problem("None of the algorithms could be compared. The first reason: {reason}", reason=rows[0].error)


def _row(
    job: Job, dataset: Dataset, recipe: Recipe, folder: Path, ticket: Ticket, learning: float, *, kept: bool
) -> Row:
    """Train, keep and evaluate one model; `learning` is the training's share."""
    kind = recipe.settings.kind
    path = folder / f"{kind}{SUFFIX}"
    try:
        model = train_dataset(
            dataset, recipe, ticket.stage("Training", learning), path.with_name(f"{path.name}.checkpoint")
        )
        save_model(model, path)
        evaluation = evaluate_dataset(job, model, dataset, ticket.stage("Evaluating", 1.0))
    except Problem as problem:
        return Row(kind, {}, str(problem))
    files = {"file": str(path) if kept else None, "size_bytes": path.stat().st_size}
    return Row(kind, evaluation.metrics(model) | files, notes=model.card.notes)


def _tell(job: Job, dataset: Dataset, rows: Sequence[Row], target: Path | None) -> None:
    if target == STANDARD_OUTPUT:
        sys.stdout.write(_text(dataset, rows))
    else:
        job.show(comparison_table(rows))
    for row in rows:
        if row.error:
            job.warn(f"{KINDS[row.kind].title} failed: {row.error}")
        for note in row.notes:
            job.warn(f"{KINDS[row.kind].title}: {note}")
    if target is not None and target != STANDARD_OUTPUT:
        job.say(f"Figures: {target}")
    if not all(row.error for row in rows):
        job.result(_record(dataset, rows))


def _record(dataset: Dataset, rows: Sequence[Row]) -> dict[str, Any]:
    return {"dataset": str(dataset.root), "layout": dataset.layout, "rows": [row.to_json() for row in rows]}


def _text(dataset: Dataset, rows: Sequence[Row]) -> str:
    return json.dumps(_record(dataset, rows), indent=2, ensure_ascii=False) + "\n"


def comparison_table(rows: Sequence[Row]) -> Table:
    """Return the rows for people."""
    table = Table(box=None)
    table.add_column("Algorithm", no_wrap=True)
    titles = ("Image AUROC", "Pixel AUROC", "AU-PRO", "Image F1", "Training s", "ms an image", "Model MB")
    for title in titles:
        table.add_column(title, justify="right")
    for row in rows:
        title, figures = KINDS[row.kind].title, row.figures
        if row.error:
            table.add_row(title, *["-"] * len(titles))
            continue
        numbers = (figures[key] for key in ("image_auroc", "pixel_auroc", "au_pro", "image_f1"))
        table.add_row(
            title,
            *("-" if value is None else f"{value:.4f}" for value in numbers),
            f"{figures['model']['training_seconds']:.1f}",
            f"{figures['timings']['computing_median'] * 1000:.0f}",
            f"{figures['size_bytes'] / 1e6:.1f}",
        )
    return table
