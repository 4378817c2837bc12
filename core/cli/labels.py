"""``labels import`` and ``labels export``: labels and masks of a project, from and for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.cli.console import Job, counted
from core.errors import Problem
from core.project.interchange.files import FORMATS, read_labels, write_labels
from core.project.interchange.said import Rows
from core.project.storage import ProjectFile


def import_command(job: Job, project: Path, source: Path) -> None:
    """Read labels and save them in a project; rows that cannot be used are told, and the others taken."""
    file = ProjectFile.open(project)
    try:
        reading = read_labels(source, list(file.project.samples.values()), job.ticket)
        _tell(job, reading)
        if not reading.said:
            raise Problem("No label could be taken from {source}.", "See the reasons above.", source=source)
        file.do(reading.edit())
    finally:
        file.close()
    counts = reading.counts()
    labelled, defects, masks = (
        counted(*each) for each in ((counts.pictures, "picture"), (counts.defects, "defect"), (counts.masks, "mask"))
    )
    job.say(f"{labelled} labelled: {defects} ({masks}), {counts.good} good")
    job.result({"pictures": counts.pictures, "masks": counts.masks, "remarks": _remarks(reading)})


def export_command(job: Job, project: Path, folder: Path, file_format: str) -> None:
    """Write the labels of a project; a file that is there is never replaced."""
    if file_format not in FORMATS:
        raise Problem(
            "There is no format {format} for labels.",
            "Choose one of: {formats}.",
            format=file_format,
            formats=", ".join(FORMATS),
        )
    file = ProjectFile.open(project)
    try:
        written = write_labels(file.project, folder, file_format, job.ticket)
    finally:
        file.close()
    _tell(job, written)
    job.say(f"{counted(written.pictures, 'picture')} written to {folder}")
    job.result({"pictures": written.pictures, "files": written.files, "remarks": _remarks(written)})


def _tell(job: Job, rows: Rows) -> None:
    for remark in rows.remarks:
        job.warn(f"{remark.where}: {remark.problem}")


def _remarks(rows: Rows) -> list[dict[str, Any]]:
    return [{"where": remark.where, "reason": str(remark.problem)} for remark in rows.remarks]
