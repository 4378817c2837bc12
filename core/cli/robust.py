"""``robustness``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.table import Table

from core.cli.console import Job
from core.errors import Problem
from core.files import check_writable, write_text
from core.inspection.robustness import Course, Robustness, robustness
from core.models.trained import TrainedModel
from core.project.discovery import check_folder, image_paths


def robustness_command(job: Job, model: TrainedModel, folder: Path, limit: float, target: Path | None) -> None:
    """Show at which changes more good parts than the limit are rejected."""
    if not 0 <= limit < 1:
        raise Problem("{limit} is not a share.", "Give a limit from 0 to 1, such as 0.05.", limit=limit)
    if target is not None:
        check_writable(target.parent)
    check_folder(folder)
    paths = image_paths([folder])
    if not paths:
        raise Problem("There are no images in {folder}.", "Choose a folder with photos of good parts.", folder=folder)
    found = robustness(model, paths, job.options.seed, job.ticket.stage("Scoring changed photos", 1.0))
    for path in found.unreadable:
        job.warn(f"{path} cannot be read and is left out.")
    if target is not None:
        write_text(target, found.as_csv())
    job.show(_table(found, limit))
    job.say(f"Unchanged, {found.unchanged.count} of {found.unchanged.total} good parts are rejected.")
    if target is not None:
        job.say(f"Table: {target}")
    job.result(_record(found, limit))


def _table(found: Robustness, limit: float) -> Table:
    table = Table("change", *(f"step {number}" for number in range(1, 5)), f"over {limit:.0%} from")
    over = found.unchanged.count / found.unchanged.total > limit
    for course in found.courses:
        cells = [f"{step:g}: {rate.count}" for step, rate in zip(course.steps, course.rejected, strict=True)]
        table.add_row(course.title, *cells, "unchanged" if over else _passes(course, limit))
    return table


def _passes(course: Course, limit: float) -> str:
    index = course.passes(limit)
    return "never" if index is None else course.text.format(step=f"{course.steps[index]:g}")


def _record(found: Robustness, limit: float) -> dict[str, Any]:
    courses = []
    for course in found.courses:
        index = course.passes(limit)
        rates = [rate.count / rate.total for rate in course.rejected]
        passes = None if index is None else course.steps[index]
        courses.append({**asdict(course), "rates": rates, "passes_limit_at": passes})
    return {
        "limit": limit,
        "unchanged": asdict(found.unchanged),
        "median_score": found.score,
        "changes": courses,
        "unreadable": [str(path) for path in found.unreadable],
    }
