"""A trained model as a folder that other programs use: ``model.onnx`` and what they need to know about it.

The folder appears only after the file in it was run and agreed with this program.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import Problem
from core.export.comparison import Certificate, compare
from core.export.graph import INPUT, OPSET, OUTPUTS, build_graph
from core.models.trained import TrainedModel
from core.progress import Ticket
from core.project.earlier_export import METADATA
from resources import locate

MODEL = "model.onnx"
CERTIFICATE = "certificate.json"
EXAMPLE = "example.py"
MAX_PROBES = 20


@dataclass(frozen=True, slots=True)
class ExportReport:
    """A finished export.

    Attributes
    ----------
    folder
        Where it lies.
    files
        Size in bytes by file name.
    certificate
        What the comparison found.
    """

    folder: Path
    files: dict[str, int]
    certificate: Certificate


def export_bundle(model: TrainedModel, folder: Path, probes: Sequence[Path], ticket: Ticket) -> ExportReport:
    """Write the bundle, run it on images, and let it appear if it gives the program's own scores.

    An earlier export at the same place is replaced at the end; any other folder with something in it is refused.

    Parameters
    ----------
    probes
        Images for the comparison, best those that the limits were set on; the first 20 are taken.

    Raises
    ------
    Problem
        The folder cannot be written or is in use, the model is too large, no probe can be read, or the comparison
        failed. Nothing is left behind then.
    Cancelled
        Through the ticket; likewise.
    """
    folder = folder.absolute()
    _refuse_foreign(folder)
    staged = _staging_folder(folder)
    try:
        graph = _graph(model, ticket.stage("Writing the graph", 0.6))
        _write(staged / MODEL, graph.SerializeToString())
        certificate = compare(model, staged / MODEL, probes[:MAX_PROBES], ticket.stage("Comparing", 0.4))
        if not certificate.passed:
            raise _differs(certificate)
        _write_json(staged / METADATA, metadata(model, certificate))
        _write_json(staged / CERTIFICATE, certificate.to_json())
        _write(staged / EXAMPLE, locate("export/example.py").read_bytes())
        files = {path.name: path.stat().st_size for path in sorted(staged.iterdir())}
        _replace(folder, staged)
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return ExportReport(folder, files, certificate)


def _graph(model: TrainedModel, ticket: Ticket) -> Any:
    """Build the graph within a stage of a ticket. PyTorch's exporter cannot be stopped on its way."""
    ticket.report(0, 1)
    graph = build_graph(model)
    ticket.report(1, 1)
    return graph


def metadata(model: TrainedModel, certificate: Certificate) -> dict[str, Any]:
    """Return ``metadata.json``: the keys that consumers of Anomalib 0.4 to 0.7 read, and all the rest.

    `transform` turns 0..255 into 0..1 and no more, because the graph resizes and normalises itself. Thresholds,
    `min` and `max` are in raw units: they belong to ``raw_score`` and ``raw_map``.
    """
    calibration = model.calibration
    value_range = model.value_range
    return {
        "task": "segmentation",
        "transform": _TRANSFORM,
        "image_threshold": calibration.image.value,
        "pixel_threshold": calibration.pixel.value,
        "min": calibration.low,
        "max": calibration.high,
        "flawsight": {
            "opset": OPSET,
            "model_sha256": certificate.model_sha256,
            "input": {"name": INPUT, "shape": ["N", 3, "H", "W"], "type": "float32", "values": "RGB, 0 to 1"},
            "outputs": list(OUTPUTS),
            "frame": {"size": list(model.framing.size), "fit": model.framing.fit},
            "value_range": None if value_range is None else [value_range.low, value_range.high],
            "calibration": calibration.to_json(),
            "card": model.card.to_json(),
        },
    }


_TRANSFORM = {
    "__version__": "1.3.1",
    "transform": {
        "__class_fullname__": "Compose",
        "p": 1.0,
        "transforms": [
            {
                "__class_fullname__": "Normalize",
                "always_apply": True,
                "p": 1.0,
                "mean": [0.0, 0.0, 0.0],
                "std": [1.0, 1.0, 1.0],
                "max_pixel_value": 255.0,
            },
            {"__class_fullname__": "ToTensorV2", "always_apply": True, "p": 1.0, "transpose_mask": False},
        ],
        "bbox_params": None,
        "keypoint_params": None,
        "additional_targets": {},
    },
}


def _refuse_foreign(folder: Path) -> None:
    """Refuse to replace what is not an earlier export."""
    if not folder.exists():
        return
    try:
        names = {path.name for path in folder.iterdir()}
    except OSError as error:
        raise _unwritable(folder, error) from error
    if names and not names <= {MODEL, METADATA, CERTIFICATE, EXAMPLE}:
        raise Problem(
            "The folder {folder} holds other files, which an export would remove.",
            "Choose a new or an empty folder.",
            folder=folder,
        )


def _staging_folder(folder: Path) -> Path:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f".{folder.name[:40]}-", suffix=".part", dir=folder.parent))
    except OSError as error:
        raise _unwritable(folder, error) from error


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _write_json(path: Path, record: dict[str, Any]) -> None:
    _write(path, json.dumps(record, indent=2, ensure_ascii=False).encode())


def _replace(folder: Path, staged: Path) -> None:
    """Put the finished folder in place; the earlier one is kept until then."""
    staged.chmod(0o755)  # temporary folders are private
    if not folder.exists():
        staged.rename(folder)
        return
    earlier = folder.with_name(f".{staged.name}-earlier")
    folder.rename(earlier)
    try:
        staged.rename(folder)
    except OSError:
        with contextlib.suppress(OSError):
            earlier.rename(folder)
        raise
    shutil.rmtree(earlier, ignore_errors=True)


def _differs(certificate: Certificate) -> Problem:
    return Problem(
        "The exported model does not give this program's scores: they differ by up to {score:.3g} (raw), "
        "maps by up to {maps:.3g}, and {flips} of {images} verdicts change. The export was discarded.",
        "Please report this with the model file; a model of the other algorithm may do in the meantime.",
        score=certificate.score_difference,
        maps=certificate.map_difference,
        flips=certificate.verdict_flips,
        images=certificate.images,
    )


def _unwritable(folder: Path, error: OSError) -> Problem:
    return Problem(
        "The export cannot be written to {folder}: {reason}.",
        "Choose a folder that you may write to, on a drive with enough free space. Nothing was left behind.",
        folder=folder,
        reason=error.strerror or str(error),
    )
