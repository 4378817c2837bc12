"""A model and its evaluation as a report, HTML or PDF."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.detectors.settings import KINDS, knobs, settings_from_json
from core.errors import Problem, phrase
from core.images.area import Area
from core.images.reading import read_image
from core.inspection.inspector import Inspector
from core.models.trained import TrainedModel
from core.progress import Ticket
from core.report.content import Judged, ReportCertificate, ReportContent, ReportPicture, picture_indices
from core.report.html import write_report
from core.report.pdf import write_pdf
from core.report.words import Say, speaker
from core.training.evaluate import Evaluation

if TYPE_CHECKING:
    from core.export.comparison import Certificate

SUFFIXES = (".html", ".pdf")
_FITS = {"stretch": phrase("stretched"), "letterbox": phrase("proportions kept")}


def check_report(path: Path, language: str) -> None:
    """Refuse what no report can be, before the long work that it is about.

    Raises
    ------
    Problem
        The file's ending or the language is not known, or there is no font for it.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise Problem("A report is written as .html or .pdf, not as {name}.", "Choose one of the two.", name=path.name)
    speaker(language)
    if path.suffix.lower() == ".pdf":
        from core.report.fonts import find_fonts

        find_fonts(language)


def write_evaluation(
    path: Path,
    model: TrainedModel,
    evaluation: Evaluation,
    ticket: Ticket,
    certificate: Certificate | None = None,
    language: str = "en",
    held_out: Evaluation | None = None,
) -> None:
    """Write the report of an evaluation; the images that it shows are read and inspected once more, one at a time.

    Parameters
    ----------
    held_out
        On images that limits were not set on, told apart; None where there are none.

    Raises
    ------
    Problem
        As `check_report`, or the file cannot be written.
    Cancelled
        Through the ticket.
    """
    check_report(path, language)
    say = speaker(language)
    pictures = _Pictures(Inspector(model), ticket)
    card = model.card
    value_range, framing = model.value_range, model.framing
    height, width = framing.size
    content = ReportContent(
        title=card.name,
        created=f"{datetime.now().astimezone():%Y-%m-%d %H:%M %Z}",
        judged=pictures.judged(evaluation),
        calibration=model.calibration,
        held_out=None if held_out is None else pictures.judged(held_out),
        settings=[
            *_settings(card.recipe["settings"], say),
            (say("frame"), say("{height} x {width}, {fit}", height=height, width=width, fit=say(_FITS[framing.fit]))),
            (say("looks at"), _area_text(framing.area, say)),
            (
                say("value range"),
                say("8 bits") if value_range is None else f"{value_range.low:g} – {value_range.high:g}",
            ),
            (say("seed"), str(card.recipe["seed"])),
            (say("backbone SHA-256"), card.backbone_sha256),
            (say("recipe"), card.id),
        ],
        data=[
            (say("learned from"), say("{count} good images", count=len(card.trained_on))),
            (say("held out for the first limits"), say("{count} good images", count=len(card.held_out))),
            (say("in this report"), _counted(evaluation, say)),
            *([] if held_out is None else [(say("held out"), _counted(held_out, say))]),
            (say("left out, because learned from"), str(evaluation.leaked + (held_out.leaked if held_out else 0))),
            (
                say("training"),
                say(
                    "{seconds} s, {memory} MB at most, {device}",
                    seconds=f"{card.seconds:.1f}",
                    memory=f"{card.peak_bytes / 1e6:.0f}",
                    device=_device(card.device, say),
                ),
            ),
        ],
        versions=list(card.versions.items()),
        certificate=None if certificate is None else _certificate(certificate, say),
    )
    if path.suffix.lower() == ".pdf":
        write_pdf(path, content, language)
    else:
        write_report(path, content, language)


class _Pictures:
    """Reads the pictures of a report when they are asked for, and tells how far it is."""

    def __init__(self, inspector: Inspector, ticket: Ticket) -> None:
        self._inspector = inspector
        self._ticket = ticket
        self._done = self._total = 0

    def judged(self, evaluation: Evaluation) -> Judged:
        """Return what a report shows of an evaluation."""
        limits = self._inspector.model.calibration
        scored = [row for row in evaluation.rows if row.score is not None]
        areas = evaluation.areas_at(limits)
        indices = picture_indices(evaluation.scores, evaluation.truth, limits, areas)
        self._total += len(indices)
        return Judged(
            names=[f"{row.path.parent.name}/{row.path.name}" for row in scored],
            scores=evaluation.scores,
            truth=evaluation.truth,
            areas=areas,
            pixels=evaluation.pixels,
            pictures=_Read({index: scored[index].path for index in indices}, self._read),
        )

    def _read(self, path: Path) -> ReportPicture:
        self._ticket.report(self._done, self._total)
        self._done += 1
        photo = read_image(path, self._inspector.model.value_range).pixels
        seen = self._inspector.inspect(path, self._ticket)
        return ReportPicture(photo, seen.heat, seen.placement)


class _Read(Mapping[int, ReportPicture]):
    """Pictures read when they are asked for. One that has gone since is shown by its name alone."""

    def __init__(self, paths: Mapping[int, Path], read: Callable[[Path], ReportPicture]) -> None:
        self._paths = paths
        self._read = read

    def __getitem__(self, index: int) -> ReportPicture:
        try:
            return self._read(self._paths[index])
        except Problem as problem:
            raise KeyError(index) from problem

    def __iter__(self) -> Iterator[int]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def _counted(evaluation: Evaluation, say: Say) -> str:
    good, defect = int((~evaluation.truth).sum()), int(evaluation.truth.sum())
    return say("{good} good, {defect} defect images", good=good, defect=defect)


def _settings(record: Mapping[str, Any], say: Say) -> Iterator[tuple[str, str]]:
    """Yield the algorithm and its settings as the window calls them."""
    settings = settings_from_json(record)
    yield say("algorithm"), KINDS[settings.kind].title
    for each in knobs(type(settings)):
        value = getattr(settings, each.name)
        if each.choices:
            text = say(each.choices[value])
        elif each.type is bool:
            text = say("yes") if value else say("no")
        elif each.type is int and value == 0:
            text = say("automatic")
        else:
            text = f"{value:g}" if each.type is float else str(value) or say(each.folder)
        label = say(each.label)
        yield label[:1].lower() + label[1:], text


def _device(text: str, say: Say) -> str:
    """Say what computed; `text` as `core.devices` puts it: "CPU · 2 threads"."""

    def threads(found: re.Match[str]) -> str:
        return say("1 thread") if found[1] == "1" else say("{count} threads", count=found[1])

    return re.sub(r"\b(\d+) threads?\b", threads, text)


def _certificate(certificate: Certificate, say: Say) -> ReportCertificate:
    rows: Sequence[tuple[str, str]] = [
        (say("images compared"), str(certificate.images)),
        (say("largest difference of raw maps"), f"{certificate.map_difference:.3g}"),
        (say("largest difference of raw scores"), f"{certificate.score_difference:.3g}"),
        (say("largest difference of normalised scores"), f"{certificate.normalised_difference:.3g}"),
        (
            say("verdicts that differ"),
            say(
                "{count}, {rounding} by rounding alone",
                count=certificate.verdict_flips,
                rounding=certificate.flips_at_the_limit,
            )
            if certificate.verdict_flips
            else say("none"),
        ),
        (say("SHA-256 of model.onnx"), certificate.model_sha256),
        *certificate.runtime.items(),
    ]
    return ReportCertificate(certificate.passed, rows)


def _area_text(area: Area, say: Say) -> str:
    if not area:
        return say("the whole picture")
    include, ignore = len(area.include), len(area.ignore)
    if not include:
        return say("the whole picture, {ignore} area(s) ignored", ignore=ignore)
    return say("the inside of {include} outline(s), {ignore} area(s) ignored", include=include, ignore=ignore)
