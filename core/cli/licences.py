"""``doctor --licences``: what the program is made of, and under which licences."""

from __future__ import annotations

from dataclasses import asdict

from core.cli.console import Job
from resources.licences import notices


def licences_command(job: Job) -> None:
    """Print a list of all parts, then their texts."""
    for notice in notices():
        job.say(f"{notice.name:32} {notice.version:12} {notice.licence}")
    for notice in notices():
        job.say(f"\n{'=' * 80}\n{notice.name} {notice.version}\n{'=' * 80}\n{notice.text}")
    job.result({"licences": [asdict(notice) for notice in notices()]})
