"""How much light, focus and position may change before a model rejects good parts."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from core.errors import Problem, phrase
from core.images.ahead import Loaded
from core.images.reading import UInt8Image, read_image
from core.images.resampling import to_frames
from core.inspection.inspector import BATCH, Inspector
from core.inspection.result import Inspection
from core.models.trained import TrainedModel
from core.progress import Ticket
from core.scoring.rates import Rate
from core.scoring.thresholds import Verdict

MOST_IMAGES = 100  # looked at, spread evenly over all
GREY = 255.0


@dataclass(frozen=True, slots=True)
class Change:
    """A way in which photos may change.

    Attributes
    ----------
    title
        For people.
    steps
        From weak to strong.
    text
        What a step is, for people: a template that names {step}.
    apply
        Takes (H, W, 3) RGB, a step, and the random numbers of one image; returns the same shape.
    """

    title: str
    steps: tuple[float, ...]
    text: str
    apply: Callable[[UInt8Image, float, np.random.Generator], UInt8Image]


def darker(pixels: UInt8Image, percent: float, random: np.random.Generator) -> UInt8Image:
    """Take away a share of the light."""
    return _rounded(pixels * np.float32(1 - percent / 100))


def brighter(pixels: UInt8Image, percent: float, random: np.random.Generator) -> UInt8Image:
    """Add a share of the light; what is over white is cut off."""
    return _rounded(pixels * np.float32(1 + percent / 100))


def flatter(pixels: UInt8Image, percent: float, random: np.random.Generator) -> UInt8Image:
    """Bring all values nearer to the image's mean by a share of their distance."""
    mean = np.float32(pixels.mean())
    return _rounded(mean + (pixels - mean) * np.float32(1 - percent / 100))


def blurred(pixels: UInt8Image, percent: float, random: np.random.Generator) -> UInt8Image:
    """Blur by a Gaussian whose sigma is a share of the shorter side."""
    sigma = min(pixels.shape[:2]) * percent / 100
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE), np.uint8)


def shifted(pixels: UInt8Image, percent: float, random: np.random.Generator) -> UInt8Image:
    """Move by a share of the shorter side in a direction that is drawn; the border's pixels are repeated."""
    angle = random.uniform(0, 2 * np.pi)
    way = min(pixels.shape[:2]) * percent / 100
    return _moved(pixels, np.array([[1, 0, way * np.cos(angle)], [0, 1, way * np.sin(angle)]]))


def turned(pixels: UInt8Image, degrees: float, random: np.random.Generator) -> UInt8Image:
    """Turn about the middle, one way or the other as is drawn; the border's pixels are repeated."""
    middle = ((pixels.shape[1] - 1) / 2, (pixels.shape[0] - 1) / 2)
    return _moved(pixels, cv2.getRotationMatrix2D(middle, degrees * random.choice([-1, 1]), 1.0))


def noisy(pixels: UInt8Image, deviation: float, random: np.random.Generator) -> UInt8Image:
    """Add normal noise to each value."""
    return _rounded(pixels + random.normal(0, deviation, pixels.shape).astype(np.float32))


def compressed(pixels: UInt8Image, quality: float, random: np.random.Generator) -> UInt8Image:
    """Write as JPEG of a quality and read again."""
    _, data = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, int(quality)])
    return np.ascontiguousarray(np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)[..., ::-1])


CHANGES = (
    Change(phrase("Darker"), (5, 10, 20, 30), phrase("{step} % less light"), darker),
    Change(phrase("Brighter"), (5, 10, 20, 30), phrase("{step} % more light"), brighter),
    Change(phrase("Less contrast"), (10, 20, 30, 40), phrase("{step} % less contrast"), flatter),
    Change(phrase("Blurred"), (0.1, 0.2, 0.4, 0.8), phrase("{step} % of the shorter side"), blurred),
    Change(phrase("Shifted"), (0.5, 1, 2, 4), phrase("{step} % of the shorter side"), shifted),
    Change(phrase("Turned"), (0.5, 1, 2, 4), phrase("{step} degrees"), turned),
    Change(phrase("Noisier"), (2, 4, 8, 16), phrase("{step} grey levels"), noisy),
    Change(phrase("Compressed as JPEG"), (90, 70, 50, 30), phrase("quality {step}"), compressed),
)


@dataclass(frozen=True, slots=True)
class Course:
    """What one change does as it grows.

    Attributes
    ----------
    title, text, steps
        As in `Change`.
    rejected
        False rejects at each step.
    scores
        Median raw score at each step.
    """

    title: str
    text: str
    steps: tuple[float, ...]
    rejected: tuple[Rate, ...]
    scores: tuple[float, ...]

    def passes(self, limit: float) -> int | None:
        """Return the first step at which more than `limit` (0 to 1) are rejected; None where there is none."""
        shares = [rate.count / rate.total for rate in self.rejected]
        return next((index for index, share in enumerate(shares) if share > limit), None)


@dataclass(frozen=True, slots=True)
class Robustness:
    """What became of good parts.

    Attributes
    ----------
    unchanged
        False rejects of the photos as they are.
    score
        Their median raw score.
    courses
        One for each of `CHANGES`.
    unreadable
        Files that were left out.
    """

    unchanged: Rate
    score: float
    courses: tuple[Course, ...]
    unreadable: tuple[Path, ...] = ()

    def as_csv(self) -> str:
        """Return a table with a row a step; the first row is the photos as they are."""
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        rows.writerow(["change", "step", "meaning", "false_rejects", "images", "rate", "median_score"])
        rate = self.unchanged
        rows.writerow(["Unchanged", "", "", rate.count, rate.total, rate.count / rate.total, self.score])
        for course in self.courses:
            for step, rate, score in zip(course.steps, course.rejected, course.scores, strict=True):
                rows.writerow(
                    [
                        course.title,
                        step,
                        course.text.format(step=f"{step:g}"),
                        rate.count,
                        rate.total,
                        rate.count / rate.total,
                        score,
                    ]
                )
        return text.getvalue()


def robustness(model: TrainedModel, good: Sequence[Path], seed: int, ticket: Ticket) -> Robustness:
    """Score good parts with each of `CHANGES`, and count how many are rejected by the model's limits.

    The same files and seed give the same changes. Of more than `MOST_IMAGES` files some are taken. Memory: a few copies
    of one image, and `BATCH` frames.

    Raises
    ------
    Problem
        None of the files can be read.
    Cancelled
        Through the ticket.
    """
    step = max(len(good) / MOST_IMAGES, 1.0)
    taken = [good[int(index * step)] for index in range(min(len(good), MOST_IMAGES))]
    inspector = Inspector(model)
    found: list[list[Inspection]] = []
    unreadable: list[Path] = []
    ticket.report(0, len(taken))
    for number, path in enumerate(taken):
        try:
            pixels = read_image(path, model.value_range).pixels
        except Problem:
            unreadable.append(path)
        else:
            seen: list[Inspection] = []
            changed = _changed(model, path, pixels, (seed, number))
            while images := list(islice(changed, BATCH)):
                ticket.check()
                seen += inspector.look(images)
            found.append(seen)
        ticket.report(number + 1, len(taken))
    if not found:
        raise Problem("None of the {count} images can be read.", "Choose photos of good parts.", count=len(good))
    scores = np.array([[one.score for one in seen] for seen in found])
    rejected = np.array([[one.verdict(model.calibration) is Verdict.NG for one in seen] for seen in found])
    rates = [Rate(int(count), len(found)) for count in rejected.sum(0)]
    medians = [float(score) for score in np.median(scores, axis=0)]
    courses, first = [], 1
    for change in CHANGES:
        part = slice(first, first + len(change.steps))
        courses.append(Course(change.title, change.text, change.steps, tuple(rates[part]), tuple(medians[part])))
        first = part.stop
    return Robustness(rates[0], medians[0], tuple(courses), tuple(unreadable))


def _changed(model: TrainedModel, path: Path, pixels: UInt8Image, seed: tuple[int, int]) -> Iterator[Loaded]:
    """Yield the image as it is, then with each step of each change."""
    size = (pixels.shape[0], pixels.shape[1])
    placement = model.framing.place(size)

    def loaded(changed: UInt8Image) -> Loaded:
        return Loaded(path, to_frames([changed], model.framing)[0], size, placement, "")

    yield loaded(pixels)
    for number, change in enumerate(CHANGES):
        for step in change.steps:
            # Drawn anew for each step: a shift goes the same way at all of them, only farther.
            yield loaded(change.apply(pixels, step, np.random.default_rng((*seed, number))))


def _moved(pixels: UInt8Image, matrix: object) -> UInt8Image:
    size = (pixels.shape[1], pixels.shape[0])
    moved = cv2.warpAffine(pixels, np.asarray(matrix), size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.uint8)


def _rounded(values: object) -> UInt8Image:
    return np.asarray(np.clip(np.rint(np.asarray(values)), 0, GREY), np.uint8)
