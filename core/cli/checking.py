"""``check``."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from core.cli.console import Job, counted
from core.cli.training import good_for_training, look_into
from core.images.in_order import in_order
from core.images.reading import content_hash, fitting_range
from core.project.model import Label
from core.training.hygiene import Checked, Oddity, check_pictures

SENTENCES = {
    Oddity.UNREADABLE: "cannot be read",
    Oddity.CHANGED: "changed while it was looked at",
    Oddity.LEAK: "the same picture, or nearly, is learned from: {like}",
    Oddity.COPY: "the same file as {like}",
    Oddity.NEAR_COPY: "nearly the same as {like}",
    Oddity.BLURRED: "less sharp than the other good pictures ({value:+.1f} sigma)",
    Oddity.DARK: "darker than the other good pictures ({value:+.1f} sigma)",
    Oddity.BRIGHT: "brighter than the other good pictures ({value:+.1f} sigma)",
    Oddity.SIZE: "of another size than nearly all good pictures",
}


def check_command(job: Job, folder: Path) -> None:
    """List odd pictures of a folder or data set."""
    dataset = look_into(job, folder, job.ticket.stage("Looking into the folder", 0.02))
    learned = set(good_for_training(dataset))
    paths = [found.path for found in dataset.found]
    good = {found.path for found in dataset.found if found.label is Label.GOOD}
    hashing = job.ticket.stage("Reading the files", 0.1)
    contents = dict(zip(paths, in_order(content_hash, paths, hashing), strict=True))
    pictures = [Checked(path, contents[path], path in good, path in learned) for path in paths]
    value_range = fitting_range(paths, job.ticket.stage("Looking at the images", 0.08))
    found = check_pictures(pictures, value_range, job.ticket.stage("Checking the pictures", 0.8))
    for finding in found:
        job.say(f"{finding.path}: {SENTENCES[finding.oddity].format(like=finding.like, value=finding.value)}")
    if not found:
        job.say(f"Nothing odd among {counted(len(paths), 'picture')}.")
    rows = [dataclasses.asdict(finding) for finding in found]
    for row in rows:
        row |= {"path": str(row["path"]), "like": None if row["like"] is None else str(row["like"])}
    job.result({"pictures": len(paths), "findings": rows})
