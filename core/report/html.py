"""A report as one HTML file that needs nothing beside it: no script, no font, no picture from elsewhere."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import jinja2
import numpy as np
import numpy.typing as npt
from markupsafe import Markup

from core.errors import Problem
from core.files import write_text
from core.images.framing import Placement
from core.report.plots import histogram, number, precision_recall_plot
from core.scoring.colours import heat_unit, overlay
from core.scoring.metrics import checked, precision_recall
from core.scoring.pixels import PixelCounts
from core.scoring.rates import Rate
from core.scoring.regions import regions
from core.scoring.thresholds import Calibration, Rule, Threshold
from resources import locate

PICTURES_PER_SECTION = 12
WORST = 10
_LONGEST_SIDE = 360
_CONTOUR_RGB = (242, 104, 60)
_RULES: dict[Rule, str] = {
    "best-f1": "Best F1",
    "no-escapes": "No escapes",
    "max-false-rejects": "Limited false rejects",
    "least-cost": "Least cost",
    "target-precision": "Target precision",
    "good-quantile": "Good parts only",
    "manual": "Set by hand",
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
class ReportContent:
    """All that a report shows, as plain values.

    Attributes
    ----------
    title
        Name of the project or the model.
    created
        When, for people.
    names, scores, truth
        (N,) file names, raw image scores and True for a defect, of the labelled images that the fit has not seen.
    calibration
        The limits in force.
    pixels
        Their pixels; None where masks are missing.
    areas
        (N,) area of each one's largest region in image pixels; may be None only where the score decides.
    pictures
        By index into `names`; `picture_indices` tells which are shown.
    settings, data, versions
        Rows of name and value: settings and hashes; images and their roles; versions of the programs.
    certificate
        Of the export; None when nothing was exported.
    """

    title: str
    created: str
    names: Sequence[str]
    scores: npt.NDArray[np.floating]
    truth: npt.NDArray[np.bool_]
    calibration: Calibration
    areas: npt.NDArray[np.float64] | None = None
    pixels: PixelCounts | None = None
    pictures: Mapping[int, ReportPicture] = dataclasses.field(default_factory=dict)
    settings: Rows = ()
    data: Rows = ()
    versions: Rows = ()
    certificate: ReportCertificate | None = None


@dataclass(frozen=True, slots=True)
class _Shown:
    """One picture with its caption, as the template sees it."""

    name: str
    score: str
    verdict: str
    truth: str
    image: str | None


@dataclass(frozen=True, slots=True)
class _Gallery:
    title: str
    sentence: str
    total: int
    shown: tuple[_Shown, ...]


def picture_indices(
    scores: npt.ArrayLike,
    truth: npt.ArrayLike,
    calibration: Calibration,
    areas: npt.NDArray[np.float64] | None = None,
) -> tuple[int, ...]:
    """Return which images a report shows, so that only those need be read: at most 34, each once."""
    groups = _groups(scores, truth, calibration, areas)
    return tuple(dict.fromkeys(index for group in groups for index in group[:PICTURES_PER_SECTION]))


def write_report(path: Path, content: ReportContent) -> None:
    """Write a report; the file is there whole or not at all.

    Parameters
    ----------
    path
        The HTML file; an older one is replaced.
    content
        What to show. At least one image.

    Raises
    ------
    Problem
        There is no labelled image, or the file cannot be written.
    ValueError
        A score is not finite, or lengths differ.
    """
    write_text(path, render_report(content))


def render_report(content: ReportContent) -> str:
    """Return the HTML of a report; see `write_report`."""
    scores, truth = checked(content.scores, content.truth)
    if len(scores) == 0:
        raise Problem(
            "There is nothing to report: no labelled image has a score.",
            "Label images that training has not seen, and inspect them.",
        )
    if len(content.names) != len(scores):
        raise ValueError(f"{len(content.names)} names for {len(scores)} scores")
    limit = content.calibration.image.value
    curve = precision_recall(scores, truth)
    pixel_limit = content.calibration.pixel.value
    pixel_curve = content.pixels.curve() if content.pixels is not None else None
    counts = content.calibration.count(scores, truth, content.areas)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(locate("report")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2").render(
        content=content,
        counts=counts,
        summary=_summary(counts.escapes, counts.false_rejects),
        rates=[
            ("Escapes", counts.escapes),
            ("False rejects", counts.false_rejects),
            *([] if content.calibration.review is None else [("To review", counts.review)]),
        ],
        percent=_percent,
        figures=_figures(content, curve is not None),
        limits=[
            _limit_row(name, threshold)
            for name, threshold in (
                ("Image", content.calibration.image),
                ("Review", content.calibration.review),
                ("Pixel", content.calibration.pixel),
            )
            if threshold is not None
        ],
        range=f"{number(content.calibration.low)} to {number(content.calibration.high)}",
        histogram=histogram(scores, truth, limit),
        image_plot=None if curve is None else precision_recall_plot(curve, limit, "Precision and recall of images"),
        pixel_plot=None
        if pixel_curve is None
        else precision_recall_plot(pixel_curve, pixel_limit, "Precision and recall of pixels"),
        galleries=_galleries(content, scores, truth),
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


def _galleries(
    content: ReportContent, scores: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_]
) -> tuple[_Gallery, ...]:
    escapes, rejects, worst = _groups(scores, truth, content.calibration, content.areas)

    def shown(indices: list[int]) -> tuple[_Shown, ...]:
        return tuple(
            _Shown(
                name=content.names[index],
                score=number(float(scores[index])),
                verdict=content.calibration.verdict(
                    float(scores[index]), 0.0 if content.areas is None else float(content.areas[index])
                ),
                truth="defect" if truth[index] else "good",
                image=_image(content, index),
            )
            for index in indices[:PICTURES_PER_SECTION]
        )

    return (
        _Gallery("Escapes", "Defects passed as good, the lowest score first", len(escapes), shown(escapes)),
        _Gallery("False rejects", "Good parts rejected, the highest score first", len(rejects), shown(rejects)),
        _Gallery("Highest scores", "The strangest of all images", len(worst), shown(worst)),
    )


def _image(content: ReportContent, index: int) -> str | None:
    """Return a picture with its heat and outlines as a data URL; None when it was not handed over."""
    picture = content.pictures.get(index)
    if picture is None:
        return None
    rows, columns = picture.photo.shape[:2]
    scale = min(1.0, _LONGEST_SIDE / max(rows, columns))
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    small = np.asarray(cv2.resize(picture.photo, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    if picture.heat is not None:
        placement = dataclasses.replace(picture.placement, image_size=small.shape[:2])
        limit = content.calibration.pixel.value
        small = overlay(small, heat_unit(placement.heat_to_image(picture.heat), content.calibration))
        found = regions(picture.heat, limit, placement, content.calibration.min_area * scale**2)
        lines = [line for region in found for line in (region.contour, *region.holes)]
        outlines = [np.rint(line * 16).astype(np.int32) for line in lines]
        small = np.ascontiguousarray(small)
        cv2.polylines(small, outlines, True, _CONTOUR_RGB, 1, cv2.LINE_AA, shift=4)
    done, encoded = cv2.imencode(".jpg", small[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])
    if not done:
        return None
    return "data:image/jpeg;base64," + base64.b64encode(encoded.tobytes()).decode("ascii")


def _limit_row(name: str, threshold: Threshold) -> dict[str, str | bool]:
    return {
        "name": name,
        "value": number(threshold.value),
        "exact": repr(threshold.value),
        "rule": _RULES[threshold.rule],
        "evidence": threshold.evidence.text(),
        "provisional": threshold.provisional,
    }


def _figures(content: ReportContent, both: bool) -> list[tuple[str, str]]:
    """Return the figures that do not depend on the limits, and the best F1."""
    found: list[tuple[str, float | None]] = []
    curve = precision_recall(content.scores, content.truth) if both else None
    if curve is not None:
        found += [
            ("Image AUROC", curve.auroc()),
            ("Image average precision", curve.average_precision()),
            ("Image F1 at the limit", curve.at(content.calibration.image.value).f1),
            ("Image F1 at its best", curve.best_f1().f1),
        ]
    pixel_curve = content.pixels.curve() if content.pixels is not None else None
    if content.pixels is not None and pixel_curve is not None:
        found += [
            ("Pixel AUROC", pixel_curve.auroc()),
            ("Pixel F1 at the limit", pixel_curve.at(content.calibration.pixel.value).f1),
            ("Pixel F1 at its best", pixel_curve.best_f1().f1),
            ("AU-PRO to 30 %", content.pixels.au_pro()),
        ]
    return [(name, f"{value:.4f}") for name, value in found if value is not None]


def _summary(escapes: Rate, rejects: Rate) -> str:
    if escapes.total == 0:
        first = "No defect was seen: nothing can be said about escapes."
    elif escapes.count == 0:
        first = f"None of {escapes.total} defects escapes."
    else:
        first = f"{escapes.count} of {escapes.total} defects escape."
    if rejects.total == 0:
        return f"{first} No good part was seen: nothing can be said about false rejects."
    if rejects.count == 0:
        return f"{first} None of {rejects.total} good parts is rejected."
    return f"{first} {rejects.count} of {rejects.total} good parts are rejected."


def _percent(share: float | None) -> Markup:
    return Markup("–") if share is None else Markup(f"{share * 100:.1f}&nbsp;%")
