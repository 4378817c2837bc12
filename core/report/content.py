"""What a report shows, as plain values, and the page that they make in one language, for every kind of file."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.errors import Problem, phrase
from core.images.framing import Placement
from core.report.plots import Drawing, histogram, number, precision_recall_plot
from core.report.words import Say
from core.scoring.colours import heat_unit, overlay
from core.scoring.metrics import Confusion, checked, precision_recall
from core.scoring.pixels import PixelCounts
from core.scoring.rates import Rate
from core.scoring.regions import regions
from core.scoring.thresholds import Calibration, Rule, Threshold

PICTURES_PER_SECTION = 500  # some 12 MB of pictures
WORST = 10
_LONGEST_SIDE = 360
_CONTOUR = ((3, (27, 31, 36)), (1, (255, 255, 255)))  # widths and colours, to be seen on any ground and without colours
_RULES: dict[Rule, str] = {
    "best-f1": phrase("Best F1"),
    "no-escapes": phrase("No escapes"),
    "max-false-rejects": phrase("Limited false rejects"),
    "least-cost": phrase("Least cost"),
    "target-precision": phrase("Target precision"),
    "good-quantile": phrase("Good parts only"),
    "manual": phrase("Set by hand"),
}

Rows = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, eq=False)
class ReportPicture:
    """An image to show.

    Attributes
    ----------
    photo
        (H, W, 3) RGB uint8, of any size; it is shown small.
    heat
        (h, w) raw map at frame size, or None.
    placement
        Where the image lies in the frame.
    """

    photo: npt.NDArray[np.uint8]
    heat: npt.NDArray[np.float32] | None
    placement: Placement


@dataclass(frozen=True, slots=True, eq=False)
class ReportCertificate:
    """How the exported file did against the program: passed or not, and the figures as rows of name and value."""

    passed: bool
    rows: Rows = ()


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Labelled images that the fit has not seen, N of them.

    Attributes
    ----------
    names, scores, truth
        (N,) file names, raw image scores and True for a defect.
    areas
        (N,) area of each one's largest region in image pixels; may be None only where the score decides.
    pixels
        Their pixels; None where masks are missing.
    pictures
        By index into `names`; `picture_indices` tells which are shown. Each is asked for once.
    """

    names: Sequence[str]
    scores: npt.NDArray[np.floating]
    truth: npt.NDArray[np.bool_]
    areas: npt.NDArray[np.float64] | None = None
    pixels: PixelCounts | None = None
    pictures: Mapping[int, ReportPicture] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class ReportContent:
    """All that a report shows, as plain values.

    Attributes
    ----------
    title
        Name of the project or the model.
    created
        When, for people.
    judged
        The images that limits are set on, or that were evaluated.
    calibration
        The limits in force.
    held_out
        Images that limits were not set on either; None where there are none.
    settings, data, versions
        Rows of name and value: settings and hashes; images and their roles; versions of the programs.
    certificate
        Of the export; None when nothing was exported.
    """

    title: str
    created: str
    judged: Judged
    calibration: Calibration
    held_out: Judged | None = None
    settings: Rows = ()
    data: Rows = ()
    versions: Rows = ()
    certificate: ReportCertificate | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture with its caption; `image` is a JPEG file, or None where there is no picture."""

    name: str
    score: str
    verdict: str
    truth: str
    image: bytes | None


@dataclass(frozen=True, slots=True)
class Gallery:
    """Pictures of one kind; `total` counts those not shown, too."""

    title: str
    sentence: str
    total: int
    shown: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class LimitRow:
    """One limit: its value for people and to the last digit, the rule and what it was chosen on."""

    name: str
    value: str
    exact: str
    rule: str
    evidence: str
    provisional: bool


@dataclass(frozen=True, slots=True)
class RateRow:
    """A rate with what may be expected, and its two-sided 95 % interval."""

    name: str
    share: str
    sentence: str
    interval: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out for some images.

    Attributes
    ----------
    judged
        Which images, in words.
    figures
        Names and values that do not depend on the limits.
    plots
        Histogram first.
    """

    judged: str
    summary: str
    counts: Confusion
    rates: tuple[RateRow, ...]
    figures: tuple[tuple[str, str], ...]
    plots: tuple[Drawing, ...]
    galleries: tuple[Gallery, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A report in one language, ready to be set.

    Attributes
    ----------
    outcome, held_out
        Of the images that limits are set on, and of those held out from that; None without such ones.
    verdicts
        Sentences on what makes an image NG.
    review
        Whether there is a review limit.
    tables
        Titles with rows of name and value.
    """

    title: str
    created: str
    outcome: Outcome
    held_out: Outcome | None
    limits: tuple[LimitRow, ...]
    verdicts: str
    review: bool
    certificate: ReportCertificate | None
    tables: tuple[tuple[str, Rows], ...]


def picture_indices(
    scores: npt.ArrayLike,
    truth: npt.ArrayLike,
    calibration: Calibration,
    areas: npt.NDArray[np.float64] | None = None,
) -> tuple[int, ...]:
    """Return which images a report shows, so that only those need be read, each once."""
    groups = _groups(scores, truth, calibration, areas)
    return tuple(dict.fromkeys(index for group in groups for index in group[:PICTURES_PER_SECTION]))


def page_of(content: ReportContent, say: Say) -> Page:
    """Put a report's content into words.

    Raises
    ------
    Problem
        There is no labelled image.
    ValueError
        A score is not finite, or lengths differ.
    """
    limits = content.calibration
    if len(content.judged.scores) == 0:
        raise Problem(
            "There is nothing to report: no labelled image has a score.",
            "Label images that training has not seen, and inspect them.",
        )
    return Page(
        title=content.title,
        created=content.created,
        outcome=_outcome(
            content.judged, phrase("On {count} labelled images, none used in training"), limits, say, held_out=False
        ),
        held_out=None
        if content.held_out is None
        else _outcome(content.held_out, _unseen(content), limits, say, held_out=True),
        limits=tuple(
            _limit_row(name, threshold, say)
            for name, threshold in (
                (say("Image limit"), limits.image),
                (say("Review limit"), limits.review),
                (say("Pixel limit"), limits.pixel),
            )
            if threshold is not None
        ),
        verdicts=_verdicts(limits, say),
        review=limits.review is not None,
        certificate=content.certificate,
        tables=tuple(
            (title, rows)
            for title, rows in (
                (say("Settings and hashes"), content.settings),
                (say("Data and roles"), content.data),
                (say("Versions"), content.versions),
            )
            if rows
        ),
    )


def _unseen(content: ReportContent) -> str:
    """Return a template that says what held-out images are held out from.

    An image may be held out after limits were set on it: they then stand on more images than are left for them.
    """
    truth, evidence = content.judged.truth, content.calibration.image.evidence
    if evidence.good <= (~truth).sum() and evidence.defect <= truth.sum():
        return phrase("On {count} held-out images, unseen by training and limits")
    return phrase(
        "On {count} held-out images, unseen by training; the limits stand on more images than are left for them, maybe "
        "on these"
    )


def _outcome(judged: Judged, which: str, limits: Calibration, say: Say, *, held_out: bool) -> Outcome:
    scores, truth = checked(judged.scores, judged.truth)
    if len(judged.names) != len(scores):
        raise ValueError(f"{len(judged.names)} names for {len(scores)} scores")
    counts = limits.count(scores, truth, judged.areas)
    return Outcome(
        judged=say(which, count=len(scores)),
        summary=_summary(counts.escapes, counts.false_rejects, say),
        counts=counts,
        rates=tuple(
            _rate_row(name, rate, say)
            for name, rate in (
                (say("Escapes"), counts.escapes),
                (say("False rejects"), counts.false_rejects),
                *([] if limits.review is None else [(say("To review"), counts.review)]),
            )
        ),
        figures=tuple(_figures(judged, limits, say)),
        plots=tuple(_plots(judged, limits, say)),
        galleries=tuple(_galleries(judged, limits, say, held_out=held_out)),
    )


def _groups(
    scores: npt.ArrayLike,
    truth: npt.ArrayLike,
    calibration: Calibration,
    areas: npt.NDArray[np.float64] | None,
) -> tuple[list[int], list[int], list[int]]:
    """Return escapes, lowest score first; false rejects, highest first; and the ten highest scores."""
    numbers, defect = checked(scores, truth)
    rising = np.argsort(numbers, kind="stable")
    passed, rejected = calibration.judged(numbers, areas)
    escapes = [int(i) for i in rising if defect[i] and passed[i]]
    rejects = [int(i) for i in rising[::-1] if not defect[i] and rejected[i]]
    return escapes, rejects, [int(i) for i in rising[::-1][:WORST]]


def _plots(judged: Judged, limits: Calibration, say: Say) -> list[Drawing]:
    scores, truth = checked(judged.scores, judged.truth)
    review = None if limits.review is None else limits.review.value
    plots = [histogram(scores, truth, limits.image.value, review, say)]
    pixels = None if judged.pixels is None else judged.pixels.curve()
    for curve, limit, title in (
        (precision_recall(scores, truth), limits.image.value, say("Precision and recall of images")),
        (pixels, limits.pixel.value, say("Precision and recall of pixels")),
    ):
        if curve is not None:
            plots.append(precision_recall_plot(curve, limit, title, say))
    return plots


def _galleries(judged: Judged, limits: Calibration, say: Say, *, held_out: bool) -> Iterator[Gallery]:
    """Yield the mistakes in pictures, of images held out only where there are some, and the strangest images."""
    images: dict[int, bytes | None] = {}

    def shown(index: int) -> Shown:
        if index not in images:
            images[index] = _image(judged, limits, index)
        score = float(judged.scores[index])
        return Shown(
            name=judged.names[index],
            score=number(score),
            verdict=limits.verdict(score, 0.0 if judged.areas is None else float(judged.areas[index])),
            truth=say("labelled defect") if judged.truth[index] else say("labelled good"),
            image=images[index],
        )

    escapes, rejects, worst = _groups(judged.scores, judged.truth, limits, judged.areas)
    titles = (
        (say("Escapes among the held-out images"), say("False rejects among the held-out images"))
        if held_out
        else (say("Escapes"), say("False rejects"))
    )
    for title, sentence, indices, needed in (
        (titles[0], say("Defects passed as good, the lowest score first"), escapes, not held_out),
        (titles[1], say("Good parts rejected, the highest score first"), rejects, not held_out),
        (say("Highest scores"), say("The strangest of all images"), [] if held_out else worst, not held_out),
    ):
        if indices or needed:
            yield Gallery(title, sentence, len(indices), tuple(map(shown, indices[:PICTURES_PER_SECTION])))


def _image(judged: Judged, limits: Calibration, index: int) -> bytes | None:
    """Return a picture with its heat and outlines as a JPEG file; None when it was not handed over."""
    picture = judged.pictures.get(index)
    if picture is None:
        return None
    rows, columns = picture.photo.shape[:2]
    scale = min(1.0, _LONGEST_SIDE / max(rows, columns))
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    small = np.asarray(cv2.resize(picture.photo, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    if picture.heat is not None:
        placement = dataclasses.replace(picture.placement, image_size=small.shape[:2])
        small = overlay(small, heat_unit(placement.heat_to_image(picture.heat), limits))
        found = regions(picture.heat, limits.pixel.value, placement, limits.min_area * scale**2)
        lines = [line for region in found for line in (region.contour, *region.holes)]
        outlines = [np.rint(line * 16).astype(np.int32) for line in lines]
        small = np.ascontiguousarray(small)
        for width, colour in _CONTOUR:
            cv2.polylines(small, outlines, True, colour, width, cv2.LINE_AA, shift=4)
    done, encoded = cv2.imencode(".jpg", small[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])
    return encoded.tobytes() if done else None


def _limit_row(name: str, threshold: Threshold, say: Say) -> LimitRow:
    template, values = threshold.evidence.template()
    return LimitRow(
        name=name,
        value=number(threshold.value),
        exact=repr(threshold.value),
        rule=say(_RULES[threshold.rule]),
        evidence=say(template, **values),
        provisional=threshold.provisional,
    )


def _rate_row(name: str, rate: Rate, say: Say) -> RateRow:
    if not rate.total:
        return RateRow(name, "–", "", "–")
    low, high = rate.interval
    sentence = say(
        "{count} of {total}; up to {bound} to be expected (95 % sure, one-sided)",
        count=rate.count,
        total=rate.total,
        bound=percent(rate.at_most, say),
    )
    return RateRow(name, percent(rate.share, say), sentence, f"{percent(low, say)} – {percent(high, say)}")


def _figures(judged: Judged, limits: Calibration, say: Say) -> list[tuple[str, str]]:
    """Return the figures that do not depend on the limits, and the best F1."""
    found: list[tuple[str, float | None]] = []
    curve = precision_recall(judged.scores, judged.truth)
    if curve is not None:
        found += [
            (say("Image AUROC"), curve.auroc()),
            (say("Image average precision"), curve.average_precision()),
            (say("Image F1 at the limit"), curve.at(limits.image.value).f1),
            (say("Image F1 at its best"), curve.best_f1().f1),
        ]
    pixel_curve = judged.pixels.curve() if judged.pixels is not None else None
    if judged.pixels is not None and pixel_curve is not None:
        found += [
            (say("Pixel AUROC"), pixel_curve.auroc()),
            (say("Pixel F1 at the limit"), pixel_curve.at(limits.pixel.value).f1),
            (say("Pixel F1 at its best"), pixel_curve.best_f1().f1),
            (say("AU-PRO to 30 %"), judged.pixels.au_pro()),
        ]
    return [(name, f"{value:.4f}") for name, value in found if value is not None]


def _verdicts(limits: Calibration, say: Say) -> str:
    """Say what makes an image NG, and what the maps were scaled by."""
    area = f"{limits.min_area:g}"
    said = {
        "score": say("An image whose score is at or over the limit is a defect (NG)."),
        "region": say("An image is NG where a region of at least {area} pixels reaches the pixel limit.", area=area),
        "both": say(
            "An image whose score is at or over the limit is a defect (NG), if a region of at least {area} pixels "
            "reaches the pixel limit as well.",
            area=area,
        ),
    }
    sentences = [said[limits.decides]]
    if limits.review is not None:
        sentences.append(say("From the review limit on, what is not NG is looked at by a person (REVIEW)."))
    low, high = number(limits.low), number(limits.high)
    sentences.append(say("Scores of the calibration images: {low} to {high}.", low=low, high=high))
    return functools.reduce(lambda one, other: say("{one} {other}", one=one, other=other), sentences)


def _summary(escapes: Rate, rejects: Rate, say: Say) -> str:
    counts = {"count": escapes.count, "total": escapes.total}
    if escapes.total == 0:
        first = say("No defect was seen: nothing can be said about escapes.")
    elif escapes.count == 0:
        first = say("None of {total} defects escapes.", **counts)
    else:
        first = say("{count} of {total} defects escape.", **counts)
    counts = {"count": rejects.count, "total": rejects.total}
    if rejects.total == 0:
        second = say("No good part was seen: nothing can be said about false rejects.")
    elif rejects.count == 0:
        second = say("None of {total} good parts is rejected.", **counts)
    else:
        second = say("{count} of {total} good parts are rejected.", **counts)
    return say("{one} {other}", one=first, other=second)


def percent(share: float | None, say: Say) -> str:
    """Return a share for people."""
    return "–" if share is None else say("{number} %", number=f"{share * 100:.1f}")
