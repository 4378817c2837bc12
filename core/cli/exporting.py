"""``export``."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.cli.console import Job, counted
from core.export.onnx import ExportReport, export_bundle
from core.images.reading import write_image
from core.models.trained import TrainedModel
from core.project.discovery import image_paths

_DRAWN_SIZES = ((256, 256), (97, 411), (640, 480), (33, 32))


def export_command(
    job: Job, model: TrainedModel, output: Path, formats: Sequence[str], probes: Sequence[Path], seed: int
) -> None:
    """Export a model, compared with the program on images or, without any, on drawn patterns."""
    if probes:
        report = export_bundle(model, output, image_paths(probes), job.ticket, formats)
    else:
        job.warn("no --probes given: the export is compared on drawn patterns, not on photos of your parts.")
        with tempfile.TemporaryDirectory(prefix="flawsight-") as folder:
            report = export_bundle(model, output, _drawn(Path(folder), seed), job.ticket, formats)
    told(job, report)
    extras = {name: each.to_json() for name, each in report.extras.items()}
    job.result(
        {
            "folder": str(report.folder),
            "files": report.files,
            "certificate": report.certificate.to_json(),
            **({"extras": extras} if extras else {}),
        }
    )


def told(job: Job, report: ExportReport) -> None:
    """Tell a person about an export."""
    for name, certificate in {"onnx": report.certificate, **report.extras}.items():
        job.say(
            f"{name}: compared on {counted(certificate.images, 'image')}: raw scores differ by at most "
            f"{certificate.score_difference:.3g}, normalised by {certificate.normalised_difference:.2g}, "
            f"{certificate.verdict_flips} verdicts differ"
            + (" (by rounding, at the threshold)" if certificate.verdict_flips else "")
        )
    for name, size in report.files.items():
        job.say(f"{report.folder / name}  {size / 1e6:.2f} MB")


def _drawn(folder: Path, seed: int) -> list[Path]:
    """Draw coloured patterns of several sizes."""
    random = np.random.default_rng(seed)
    paths = []
    for index, (height, width) in enumerate(_DRAWN_SIZES):
        rows, columns = np.mgrid[0:height, 0:width]
        waves = np.sin(rows / 9.0)[..., None] + np.cos(columns / 13.0)[..., None] * [1.0, 0.6, 0.2]
        pixels = 128 + 40 * waves + random.normal(0, 12, (height, width, 3))
        path = folder / f"drawn-{index}.png"
        write_image(path, np.clip(pixels, 0, 255).astype(np.uint8))
        paths.append(path)
    return paths
