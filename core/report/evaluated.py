"""A model and its evaluation as a report, HTML or PDF."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import Problem
from core.images.area import Area
from core.images.reading import read_image
from core.inspection.inspector import Inspector
from core.models.trained import TrainedModel
from core.progress import Ticket
from core.report.content import ReportCertificate, ReportContent, ReportPicture, picture_indices
from core.report.html import write_report
from core.report.pdf import write_pdf
from core.report.words import Say, speaker
from core.training.evaluate import Evaluation

if TYPE_CHECKING:
    from core.export.comparison import Certificate

KINDS = (".html", ".pdf")


def check_report(path: Path, language: str) -> None:
    """Refuse what no report can be, before the long work that it is about.

    Raises
    ------
    Problem
        The file's ending or the language is not known, or there is no font for it.
    """
    if path.suffix.lower() not in KINDS:
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
) -> None:
    """Write the report of an evaluation; the images that it shows are read and inspected once more, one at a time.

    Raises
    ------
    Problem
        As `check_report`, or the file cannot be written.
    Cancelled
        Through the ticket.
    """
    check_report(path, language)
    say = speaker(language)
    scored = [row for row in evaluation.rows if row.score is not None]
    areas = evaluation.areas_at(model.calibration)
    indices = picture_indices(evaluation.scores, evaluation.truth, model.calibration, areas)
    card = model.card
    value_range = model.value_range
    content = ReportContent(
        title=card.name,
        created=f"{datetime.now().astimezone():%Y-%m-%d %H:%M %Z}",
        names=[f"{row.path.parent.name}/{row.path.name}" for row in scored],
        scores=evaluation.scores,
        truth=evaluation.truth,
        calibration=model.calibration,
        areas=areas,
        pixels=evaluation.pixels,
        pictures=_Pictures(Inspector(model), {i: scored[i].path for i in indices}, ticket),
        settings=[
            *((name, str(value)) for name, value in card.recipe["settings"].items()),
            (say("frame"), "{} x {}, {}".format(*model.framing.size, model.framing.fit)),
            (say("looks at"), _area_text(model.framing.area, say)),
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
            (
                say("in this report"),
                say(
                    "{good} good, {defect} defect images",
                    good=int((~evaluation.truth).sum()),
                    defect=int(evaluation.truth.sum()),
                ),
            ),
            (say("left out, because learned from"), str(evaluation.leaked)),
            (
                say("training"),
                say(
                    "{seconds} s, {memory} MB at most, {device}",
                    seconds=f"{card.seconds:.1f}",
                    memory=f"{card.peak_bytes / 1e6:.0f}",
                    device=card.device,
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


class _Pictures(Mapping[int, ReportPicture]):
    """Pictures read when they are asked for. One that has gone since is shown by its name alone."""

    def __init__(self, inspector: Inspector, paths: Mapping[int, Path], ticket: Ticket) -> None:
        self._inspector = inspector
        self._paths = paths
        self._ticket = ticket
        self._done = 0

    def __getitem__(self, index: int) -> ReportPicture:
        path = self._paths[index]
        self._ticket.report(self._done, len(self._paths))
        self._done += 1
        with contextlib.suppress(Problem):
            photo = read_image(path, self._inspector.model.value_range).pixels
            seen = self._inspector.inspect(path, self._ticket)
            return ReportPicture(photo, seen.heat, seen.placement)
        raise KeyError(index)

    def __iter__(self) -> Iterator[int]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


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
            ),
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
