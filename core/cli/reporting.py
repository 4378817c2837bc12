"""An evaluation as the report's content."""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path

from core.errors import Problem
from core.export.comparison import Certificate
from core.images.area import Area
from core.images.reading import read_image
from core.inspection.inspector import Inspector
from core.models.trained import TrainedModel
from core.progress import Ticket
from core.report.html import ReportCertificate, ReportContent, ReportPicture, picture_indices, write_report
from core.training.evaluate import Evaluation


def write_html(
    path: Path, model: TrainedModel, evaluation: Evaluation, ticket: Ticket, certificate: Certificate | None = None
) -> None:
    """Write the report of an evaluation; the few images that it shows are read and inspected once more.

    Raises
    ------
    Problem
        The file cannot be written.
    Cancelled
        Through the ticket.
    """
    scored = [row for row in evaluation.rows if row.score is not None]
    areas = evaluation.areas_at(model.calibration)
    indices = picture_indices(evaluation.scores, evaluation.truth, model.calibration, areas)
    inspector = Inspector(model)
    pictures: dict[int, ReportPicture] = {}
    for done, index in enumerate(indices):
        ticket.report(done, len(indices))
        # A picture that has gone since is shown by its name alone.
        with contextlib.suppress(Problem):
            photo = read_image(scored[index].path, model.value_range).pixels
            seen = inspector.inspect(scored[index].path, ticket)
            pictures[index] = ReportPicture(photo, seen.heat, seen.placement)
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
        pictures=pictures,
        settings=[
            *((name, str(value)) for name, value in card.recipe["settings"].items()),
            ("frame", "{} x {}, {}".format(*model.framing.size, model.framing.fit)),
            ("looks at", _area_text(model.framing.area)),
            ("value range", "8 bits" if value_range is None else f"{value_range.low:g} to {value_range.high:g}"),
            ("seed", str(card.recipe["seed"])),
            ("backbone SHA-256", card.backbone_sha256),
            ("recipe", card.id),
        ],
        data=[
            ("learned from", f"{len(card.trained_on)} good images"),
            ("held out for the first limits", f"{len(card.held_out)} good images"),
            ("in this report", f"{int((~evaluation.truth).sum())} good, {int(evaluation.truth.sum())} defect images"),
            ("left out, because learned from", str(evaluation.leaked)),
            ("training", f"{card.seconds:.1f} s, {card.peak_bytes / 1e6:.0f} MB at most, {card.device}"),
        ],
        versions=list(card.versions.items()),
        certificate=None if certificate is None else _certificate(certificate),
    )
    write_report(path, content)


def _certificate(certificate: Certificate) -> ReportCertificate:
    return ReportCertificate(
        certificate.passed,
        [
            ("images compared", str(certificate.images)),
            ("largest difference of raw maps", f"{certificate.map_difference:.3g}"),
            ("largest difference of raw scores", f"{certificate.score_difference:.3g}"),
            ("largest difference of normalised scores", f"{certificate.normalised_difference:.3g}"),
            (
                "verdicts that differ",
                f"{certificate.verdict_flips}, {certificate.flips_at_the_limit} by rounding alone",
            ),
            ("SHA-256 of model.onnx", certificate.model_sha256),
            *certificate.runtime.items(),
        ],
    )


def _area_text(area: Area) -> str:
    if not area:
        return "the whole picture"
    inside = f"the inside of {len(area.include)} outline(s)" if area.include else "the whole picture"
    return f"{inside}, {len(area.ignore)} area(s) ignored"
