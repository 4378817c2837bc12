"""``inspect``: a table, heat maps, masks and sorted copies for images and folders, once or as they arrive."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.batch.run import SCORES, inspect_into
from core.batch.told import Outputs, Tally
from core.batch.watch import watch
from core.cli.console import Job
from core.errors import Problem
from core.models.trained import TrainedModel


def inspect_command(job: Job, model: TrainedModel, paths: Sequence[Path], output: Path, wanted: Outputs) -> None:
    """Inspect images and say how many were OK."""
    tally = Tally()
    for after in inspect_into(model, paths, output, job.ticket, wanted):
        if after.failed > tally.failed and after.last is not None:
            job.warn(f"{after.last.path}: {after.last.error}")
        tally = after
    if tally.failed == tally.total:
        raise Problem(
            "None of the {count} files could be inspected.",
            "The reasons stand above and in {table}.",
            count=tally.total,
            table=output / SCORES,
        )
    if tally.earlier:
        job.say(f"{tally.earlier} were finished earlier")
    job.say(summary(model, tally))
    job.say(f"Table: {output / SCORES}")
    job.result(counted(tally) | {"scores": str(output / SCORES)})


def summary(model: TrainedModel, tally: Tally) -> str:
    """Return a tally for people."""
    review = f"{tally.review} to review, " if model.calibration.review is not None else ""
    return f"{tally.ok} OK, {review}{tally.ng} NG, {tally.failed} failed"


def counted(tally: Tally) -> dict[str, int | str]:
    """Return a tally for machines."""
    return {"ok": tally.ok, "review": tally.review, "ng": tally.ng, "failed": tally.failed, "earlier": tally.earlier}


def watch_command(job: Job, model: TrainedModel, folder: Path, output: Path, wanted: Outputs) -> None:
    """Inspect what comes into a folder, a line for each image, until Ctrl-C."""
    tally, away = Tally(), False
    job.say(f"Watching {folder}; Ctrl-C ends it")
    for watched in watch(model, folder, output, job.ticket, wanted):
        row = watched.tally.last
        if watched.away != away:
            job.warn(f"{folder} is not there: waiting for it." if watched.away else f"{folder} is there again.")
            away = watched.away
        if watched.tally != tally and row is not None:
            tally = watched.tally
            if row.error:
                job.warn(f"{row.path}: {row.error}")
            job.result({"path": str(row.path), "verdict": row.verdict, "score": row.score} | counted(tally))
            job.say(f"{row.verdict or 'failed':6} {row.path}  ({summary(model, tally)})")
