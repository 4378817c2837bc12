"""``inspect``: a table, heat maps and masks for images and folders."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path

from core.cli.console import Job
from core.errors import Problem
from core.files import check_writable, write_text
from core.images.in_order import in_order
from core.images.reading import read_image, write_image
from core.inspection.inspector import Inspector
from core.inspection.result import Failure, Inspection
from core.models.trained import TrainedModel
from core.progress import Ticket
from core.project.discovery import image_paths
from core.scoring.colours import heat_unit, overlay
from core.scoring.regions import regions
from core.scoring.thresholds import Verdict

COLUMNS = (
    "path",
    "score",
    "normalised_score",
    "verdict",
    "image_threshold",
    "regions",
    "largest_area",
    "seconds",
    "error",
)
SCORES, HEATMAPS, MASKS = "scores.csv", "heatmaps", "masks"

# Pictures drawn and written at a time while the next ones are computed. Each may have 100 megapixels.
WRITERS = 2

Row = dict[str, str]


def inspect_command(job: Job, model: TrainedModel, paths: Sequence[Path], output: Path, *, pictures: bool) -> None:
    """Inspect images and say how many were OK."""
    rows = inspect_into(model, paths, output, job.ticket, pictures=pictures)
    failed = [row for row in rows if row["error"]]
    verdicts = [row["verdict"] for row in rows]
    for row in failed:
        job.warn(f"{row['path']}: {row['error']}")
    if len(failed) == len(rows):
        raise Problem(
            "None of the {count} files could be inspected.",
            "The reasons stand above and in {table}.",
            count=len(rows),
            table=output / SCORES,
        )
    counts = {verdict: verdicts.count(verdict) for verdict in Verdict}
    review = f"{counts[Verdict.REVIEW]} to review, " if model.calibration.review is not None else ""
    job.say(f"{counts[Verdict.OK]} OK, {review}{counts[Verdict.NG]} NG, {len(failed)} failed")
    job.say(f"Table: {output / SCORES}")
    job.result(
        {
            "scores": str(output / SCORES),
            **{verdict.lower(): count for verdict, count in counts.items()},
            "failed": len(failed),
        }
    )


def inspect_into(
    model: TrainedModel, paths: Sequence[Path], output: Path, ticket: Ticket, *, pictures: bool = True
) -> list[Row]:
    """Inspect images and folders of them; write ``scores.csv`` and, with `pictures`, ``heatmaps/`` and ``masks/``.

    The table is written at the end, whole or not at all; a file that cannot be inspected is a row with the reason.

    Raises
    ------
    Problem
        There is no image, or the output cannot be written.
    Cancelled
        Through the ticket.
    """
    files = image_paths(paths)
    if not files:
        raise Problem("There are no images to inspect.", "Name image files, or folders that hold some.")
    check_writable(output)
    names = _output_names(files)

    def written(result: Inspection | Failure) -> Row:
        try:
            return _row(model, result, output, names[result.path] if pictures else None)
        except _Unreadable as error:
            return _failed(model, result.path, str(error))

    rows = list(in_order(written, Inspector(model).inspect_many(files, ticket), ticket, WRITERS))
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    write_text(output / SCORES, table.getvalue())
    return rows


class _Unreadable(Exception):
    """The photo cannot be read any more, now that the heat is to be laid over it."""


def _row(model: TrainedModel, result: Inspection | Failure, output: Path, name: str | None) -> Row:
    if isinstance(result, Failure):
        return _failed(model, result.path, str(result.problem))
    calibration = model.calibration
    found = regions(result.heat, calibration.pixel.value, result.placement, calibration.min_area)
    if name is not None:
        _draw(model, result, output, name)
    return {
        "path": str(result.path),
        "score": repr(result.score),
        "normalised_score": f"{calibration.image_unit(result.score):.6f}",
        "verdict": str(result.verdict(calibration)),
        "image_threshold": repr(calibration.image.value),
        "regions": str(len(found)),
        "largest_area": f"{max((region.area for region in found), default=0.0):.1f}",
        "seconds": f"{result.seconds:.4f}",
        "error": "",
    }


def _failed(model: TrainedModel, path: Path, reason: str) -> Row:
    row = dict.fromkeys(COLUMNS, "")
    return row | {"path": str(path), "image_threshold": repr(model.calibration.image.value), "error": reason}


def _draw(model: TrainedModel, result: Inspection, output: Path, name: str) -> None:
    """Write the photo with its heat, and the mask, both in the photo's own pixels."""
    try:
        photo = read_image(result.path, model.value_range).pixels
    except Problem as problem:
        raise _Unreadable(str(problem)) from problem
    heat = result.placement.heat_to_image(result.heat)
    for folder, pixels in (
        (HEATMAPS, overlay(photo, heat_unit(heat, model.calibration))),
        (MASKS, heat >= model.calibration.pixel.value),
    ):
        write_image(output / folder / f"{name}.png", pixels)


def _output_names(files: Sequence[Path]) -> dict[Path, str]:
    """Name the results after the images: their place below the shared folder, without suffix if possible."""
    try:
        shared = Path(os.path.commonpath([path.parent for path in files]))
        short = {path: path.relative_to(shared) for path in files}
    except ValueError:  # different drives
        short = {path: Path(path.name) for path in files}
    names: dict[Path, str] = {}
    taken: set[str] = set()
    for path, relative in short.items():
        name = relative.with_suffix("").as_posix()
        for choice in (name, relative.as_posix(), *(f"{relative.as_posix()}-{n}" for n in range(2, len(files) + 2))):
            # Compared without case, as Windows and macOS do.
            if choice.casefold() not in taken:
                taken.add(choice.casefold())
                names[path] = choice
                break
    return names
