"""A trained model as a folder that other programs use: ``model.onnx`` and what they need to know about it.

The folder appears only after the file in it was run and agreed with this program.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.backbones.onnx_graph import OPSET
from core.errors import Problem
from core.export.comparison import Certificate, compare
from core.export.graph import INPUT, OUTPUTS, data_file, write_graph
from core.export.openvino_ir import require_openvino, write_ir
from core.export.torch_program import write_program
from core.files import unwritable, write_text, writing_folder
from core.models.trained import TrainedModel
from core.progress import Ticket
from core.project.earlier_export import METADATA
from resources import locate

MODEL = "model.onnx"
MODEL_DATA = data_file(Path(MODEL)).name  # only there where the model is too large for one file
CERTIFICATE = "certificate.json"
IR, IR_DATA = "model.xml", "model.bin"
PROGRAM = "model.pt2"
EXAMPLES = ("example.py", "example.cpp", "example.cs")
MAX_PROBES = 20
# What may lie in the folder besides; ONNX always does.
EXTRAS = {"openvino": IR, "torch": PROGRAM}
FORMATS = ("onnx", *EXTRAS)


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
        What the comparison of ``model.onnx`` found.
    extras
        The same of the other formats, by name.
    """

    folder: Path
    files: dict[str, int]
    certificate: Certificate
    extras: dict[str, Certificate]


def export_bundle(
    model: TrainedModel, folder: Path, probes: Sequence[Path], ticket: Ticket, formats: Collection[str] = ("onnx",)
) -> ExportReport:
    """Write the bundle, run it on images, and let it appear if it gives the program's own scores.

    An earlier export at the same place is replaced at the end; any other folder with something in it is refused.

    Parameters
    ----------
    probes
        Images for the comparison, best those that the limits were set on; the first 20 are taken.
    formats
        Some of `FORMATS`. ``"openvino"`` needs OpenVINO.

    Raises
    ------
    Problem
        The folder cannot be written or is in use, a format is unknown or cannot be written here, no probe can be read,
        or a comparison failed. Nothing is left behind then.
    Cancelled
        Through the ticket; likewise.
    """
    folder = folder.absolute()
    _refuse_foreign(folder)
    _refuse_formats(formats)
    wanted = [name for name in EXTRAS if name in formats]
    share = 1 / (1 + len(wanted))
    with writing_folder(folder) as staged:
        write_graph(model, staged / MODEL, ticket.stage("Writing the graph", 0.6 * share))
        certificate = _compared(model, staged / MODEL, probes, ticket.stage("Comparing", 0.4 * share))
        extras = {}
        for name in wanted:
            writing = ticket.stage("Writing further formats", 0.6 * share)
            if name == "openvino":
                writing.check()
                write_ir(staged / MODEL, staged / IR)
            else:
                write_program(model, staged / PROGRAM, writing)
            extras[name] = _compared(model, staged / EXTRAS[name], probes, ticket.stage("Comparing", 0.4 * share))
        write_text(staged / METADATA, _json(metadata(model, certificate)))
        also = {name: each.to_json() for name, each in extras.items()}
        write_text(staged / CERTIFICATE, _json(certificate.to_json() | ({"extras": also} if also else {})))
        for name in EXAMPLES:
            (staged / name).write_bytes(locate(f"export/{name}").read_bytes())
        files = {path.name: path.stat().st_size for path in sorted(staged.iterdir())}
    return ExportReport(folder, files, certificate, extras)


def _compared(model: TrainedModel, file: Path, probes: Sequence[Path], ticket: Ticket) -> Certificate:
    certificate = compare(model, file, probes[:MAX_PROBES], ticket)
    if not certificate.passed:
        raise _differs(file.name, certificate)
    return certificate


def metadata(model: TrainedModel, certificate: Certificate) -> dict[str, Any]:
    """Return ``metadata.json``: the keys that consumers of Anomalib 0.4 to 0.7 read, and all the rest.

    Those consumers read the graph's first output, ``pred_score``, and bring it to 0..1 by thresholds, `min` and `max`.
    It is there already, so these say 0.5, 0 and 1; the limits in raw units stand in `flawsight`. `transform` turns
    0..255 into 0..1 and no more, because the graph resizes and normalises itself.
    """
    calibration = model.calibration
    value_range = model.value_range
    return {
        "task": "segmentation",
        "transform": _TRANSFORM,
        "image_threshold": 0.5,
        "pixel_threshold": 0.5,
        "min": 0.0,
        "max": 1.0,
        "flawsight": {
            "opset": OPSET,
            "model_sha256": certificate.model_sha256,
            "input": {"name": INPUT, "shape": ["N", 3, "H", "W"], "type": "float32", "values": "RGB, 0 to 1"},
            "outputs": list(OUTPUTS),
            "frame": model.framing.to_json(),
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
        raise unwritable(folder, error) from error
    if names and not names <= {MODEL, MODEL_DATA, METADATA, CERTIFICATE, IR, IR_DATA, PROGRAM, *EXAMPLES}:
        raise Problem(
            "The folder {folder} holds other files, which an export would remove.",
            "Choose a new or an empty folder.",
            folder=folder,
        )


def _refuse_formats(formats: Collection[str]) -> None:
    for name in formats:
        if name not in FORMATS:
            raise Problem(
                "There is no export format {format}.",
                "Choose one of: {formats}.",
                format=name,
                formats=", ".join(FORMATS),
            )
    if "openvino" in formats:
        require_openvino()


def _json(record: dict[str, Any]) -> str:
    return json.dumps(record, indent=2, ensure_ascii=False)


def _differs(name: str, certificate: Certificate) -> Problem:
    return Problem(
        "The exported {name} does not give this program's scores: on the scale of 0 to 1 they differ by up to "
        "{difference:.3g}, and {flips} of {images} verdicts change. The export was discarded.",
        "Please report this with the model file; a model of the other algorithm may do in the meantime.",
        name=name,
        difference=certificate.normalised_difference,
        flips=certificate.verdict_flips,
        images=certificate.images,
    )
