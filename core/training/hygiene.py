"""What is odd about the pictures of a project, found before or after a training: one list a person goes through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.errors import Problem
from core.images.hygiene import FAR, LOST, Look, far_from_the_bulk, groups, look_of, near_duplicates, odd_sizes
from core.images.in_order import in_order
from core.images.reading import ValueRange, content_hash, read_image
from core.models.card import ModelCard
from core.progress import Ticket

LEAST_GOOD = 20  # that are listed


class Oddity(StrEnum):
    """Why a picture is worth a look."""

    UNREADABLE = "unreadable"
    CHANGED = "changed"
    LEAK = "leak"
    COPY = "copy"
    NEAR_COPY = "near-copy"
    BLURRED = "blurred"
    DARK = "dark"
    BRIGHT = "bright"
    SIZE = "size"
    LEAST_GOOD = "least-good"


@dataclass(frozen=True, slots=True)
class Checked:
    """One picture to look at.

    Attributes
    ----------
    content
        Hash of its file as it was when it came into the project, or "" while unknown.
    good
        Whether it counts as a good part: only these are compared in sharpness, exposure and size.
    learned
        Whether a fit sees it.
    """

    path: Path
    content: str
    good: bool
    learned: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One oddity of one picture.

    Attributes
    ----------
    like
        The picture that it is like, for copies and leaks.
    value
        How far it stands from the bulk, in robust standard deviations; for the least good, its raw score.
    """

    oddity: Oddity
    path: Path
    like: Path | None = None
    value: float = 0.0


def check_pictures(pictures: Sequence[Checked], value_range: ValueRange | None, ticket: Ticket) -> tuple[Finding, ...]:
    """Look at all pictures once. Sorted by oddity, the strangest first.

    Memory: 2.3 KB a picture, beside the few that are being read.

    Raises
    ------
    Cancelled
        Through the ticket.
    """

    def look(picture: Checked) -> tuple[Look, bool] | None:
        try:
            changed = bool(picture.content) and content_hash(picture.path) != picture.content
            return look_of(read_image(picture.path, value_range).pixels), changed
        except Problem:
            return None

    reading = ticket.stage("Looking at the pictures", 0.9)
    seen: list[tuple[Checked, Look]] = []
    findings: list[Finding] = []
    for done, (picture, found) in enumerate(zip(pictures, in_order(look, pictures, reading), strict=True), start=1):
        if found is None:
            findings.append(Finding(Oddity.UNREADABLE, picture.path))
        else:
            seen.append((picture, found[0]))
            if found[1]:
                findings.append(Finding(Oddity.CHANGED, picture.path))
        reading.report(done, len(pictures))
    comparing = ticket.stage("Comparing the pictures", 0.1)
    pairs = near_duplicates([found for _, found in seen], comparing)
    findings += [*_copies([picture for picture, _ in seen], pairs), *_outliers(seen)]
    order = list(Oddity)
    return tuple(sorted(findings, key=lambda finding: (order.index(finding.oddity), -abs(finding.value))))


def _copies(pictures: Sequence[Checked], pairs: Sequence[tuple[int, int]]) -> Iterator[Finding]:
    by_content: dict[str, list[int]] = {}
    for place, picture in enumerate(pictures):
        if picture.content:
            by_content.setdefault(picture.content, []).append(place)
    exact = [(same[0], other) for same in by_content.values() for other in same[1:]]
    for together in groups([*exact, *pairs]):
        learned = [place for place in together if pictures[place].learned]
        for place in together:
            picture = pictures[place]
            if learned and not picture.learned:
                yield Finding(Oddity.LEAK, picture.path, pictures[learned[0]].path)
        alike = learned or together
        for place in alike[1:]:
            picture, first = pictures[place], pictures[alike[0]]
            oddity = Oddity.COPY if picture.content and picture.content == first.content else Oddity.NEAR_COPY
            yield Finding(oddity, picture.path, first.path)


def _outliers(seen: Sequence[tuple[Checked, Look]]) -> Iterator[Finding]:
    good = [(picture, found) for picture, found in seen if picture.good]
    sharpness = far_from_the_bulk([found.sharpness for _, found in good])
    brightness = far_from_the_bulk([found.brightness for _, found in good])
    odd = set(odd_sizes([found.size for _, found in good]))
    white = _beyond_usual([found.white for _, found in good])
    black = _beyond_usual([found.black for _, found in good])
    for place, (picture, _) in enumerate(good):
        if sharpness[place] < -FAR:
            yield Finding(Oddity.BLURRED, picture.path, value=float(sharpness[place]))
        # Where good pictures are lit very differently, one without any detail may still be near the bulk in brightness.
        if brightness[place] > FAR or white[place] > LOST:
            yield Finding(Oddity.BRIGHT, picture.path, value=float(brightness[place]))
        elif brightness[place] < -FAR or black[place] > LOST:
            yield Finding(Oddity.DARK, picture.path, value=float(brightness[place]))
        if place in odd:
            yield Finding(Oddity.SIZE, picture.path)


def _beyond_usual(shares: Sequence[float]) -> npt.NDArray[np.float64]:
    values = np.array(shares)
    return values - np.median(values) if len(values) else values


def least_good(card: ModelCard, paths: Mapping[str, Path]) -> tuple[Finding, ...]:
    """Return the good pictures that looked least good to a fit without them, the worst first; at most `LEAST_GOOD`.

    Parameters
    ----------
    paths
        Pictures by the hash of their content.
    """
    contents = {file.name: file.sha256 for file in card.trained_on}
    known = [(image.score, paths.get(contents.get(image.name, ""))) for image in card.left_out]
    return tuple(
        Finding(Oddity.LEAST_GOOD, path, value=score) for score, path in known[:LEAST_GOOD] if path is not None
    )
