"""``project pack`` and ``project unpack``: a project as one file."""

from __future__ import annotations

from pathlib import Path

from core.cli.console import Job, counted
from core.project.packing import pack, unpack
from core.project.storage import ProjectFile


def pack_command(job: Job, project: Path, output: Path, *, images: bool) -> None:
    """Pack a project; pictures that are gone are told."""
    file = ProjectFile.open(project)
    try:
        packed = pack(file.project, output, job.ticket.stage("Packing", 1.0), images=images)
    finally:
        file.close()
    for path in packed.missing:
        job.warn(f"{path} is not there: it was left out.")
    job.say(f"{counted(packed.files, 'file')} packed into {output}")
    job.result({"output": str(output), "files": packed.files, "missing": [str(path) for path in packed.missing]})


def unpack_command(job: Job, source: Path, output: Path) -> None:
    """Unpack a project."""
    path = unpack(source, output, job.ticket.stage("Unpacking", 1.0))
    job.say(f"Project: {path}")
    job.result({"project": str(path)})
