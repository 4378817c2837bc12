"""The exported file against the program itself, on images."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
import torch

from core.errors import Problem
from core.export.graph import INPUT, OUTPUTS
from core.images.reading import content_hash, read_image
from core.inspection.inspector import Inspector
from core.inspection.result import Inspection
from core.models.trained import TrainedModel
from core.progress import Ticket

# Of the range for people. Rounding alone makes about a hundredth of it.
TOLERANCE = 1e-4

Arrays = Mapping[str, npt.NDArray[Any]]
Run = Callable[[npt.NDArray[np.float32]], Arrays]


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the comparison found.

    Attributes
    ----------
    passed
        All differences are within `tolerance`, and no verdict differs but for rounding.
    tolerance
        Largest difference allowed: of normalised scores as it stands, of raw ones as a share of `span`, or of the
        largest raw value where that is larger.
    images
        How many images were compared, by name and SHA-256 in `probes`.
    map_difference, score_difference
        Largest absolute differences of raw maps and raw scores. A file that gives none (OpenVINO's) is judged by what
        its normalised ones, which end at 0 and 1, come to in raw units.
    normalised_difference
        Largest absolute difference of normalised scores.
    verdict_flips
        Images on which the verdicts differ.
    flips_at_the_limit
        Those of them whose scores lie on both sides of the threshold by rounding alone. The best-F1 threshold is the
        score of an image, so this can happen to that image.
    span
        Width of the range for people, in raw units.
    probes, skipped
        The images compared, and those that could not be read.
    model_sha256
        Of the file that was run; the arrays that lie in a second file are not in it (of a large ``model.onnx``, and of
        OpenVINO's ``model.xml``).
    runtime
        Versions of the libraries on both sides.
    """

    passed: bool
    tolerance: float
    images: int
    map_difference: float
    score_difference: float
    normalised_difference: float
    verdict_flips: int
    flips_at_the_limit: int
    span: float
    probes: tuple[tuple[str, str], ...]
    skipped: tuple[str, ...]
    model_sha256: str
    runtime: dict[str, str]

    def to_json(self) -> dict[str, Any]:
        """Return JSON-able values."""
        return asdict(self)


def compare(model: TrainedModel, exported: Path, probes: Sequence[Path], ticket: Ticket) -> Certificate:
    """Run the file with its own runtime and the program's own inspector on the same images.

    Raises
    ------
    Problem
        None of the images can be read.
    Cancelled
        Through the ticket.
    """
    runtime, load = RUNTIMES[exported.suffix]
    run = load(exported)
    inspector = Inspector(model)
    found = _Differences()
    hashes: list[tuple[str, str]] = []
    skipped: list[str] = []
    for done, path in enumerate(probes):
        ticket.report(done, len(probes))
        try:
            pixels = read_image(path, model.value_range).pixels
            own = inspector.inspect(path, ticket)
        except Problem as problem:
            skipped.append(str(problem))
            continue
        photo = np.ascontiguousarray(pixels.transpose(2, 0, 1)[None], dtype=np.float32) / np.float32(255)
        found.take(model, own, run(photo))
        hashes.append((path.name, content_hash(path)))
    if not hashes:
        raise Problem(
            "There is no image to compare the exported file with the program on.",
            "Choose a few photos of parts: good ones or defects.",
        )
    scale = max(model.calibration.span, found.largest)
    within = max(found.map, found.score) <= TOLERANCE * scale and found.normalised <= TOLERANCE
    return Certificate(
        passed=within and found.flips == found.flips_at_the_limit,
        tolerance=TOLERANCE,
        images=len(hashes),
        map_difference=found.map,
        score_difference=found.score,
        normalised_difference=found.normalised,
        verdict_flips=found.flips,
        flips_at_the_limit=found.flips_at_the_limit,
        span=model.calibration.span,
        probes=tuple(hashes),
        skipped=tuple(skipped),
        model_sha256=content_hash(exported),
        runtime={name: version(name) for name in (runtime, "torch")},
    )


def onnx_runtime(file: Path) -> Run:
    """Open an ONNX file in ONNX Runtime, on the CPU with PyTorch's number of threads."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    # Threads that wait in a loop for the next image would take the time of those that run the program's own side.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    return lambda photo: dict(zip(OUTPUTS, session.run(list(OUTPUTS), {INPUT: photo}), strict=True))


def openvino_runtime(file: Path) -> Run:
    """Open an IR or ONNX file in OpenVINO, likewise, in float32: on some CPUs it would compute in bfloat16."""
    import openvino

    config = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": torch.get_num_threads()}
    compiled = openvino.Core().compile_model(file, "CPU", config)
    names = [output.any_name for output in compiled.outputs]
    return lambda photo: dict(zip(names, compiled(photo).to_tuple(), strict=True))


def torch_runtime(file: Path) -> Run:
    """Open a program of `torch.export`."""
    program = torch.export.load(file).module()

    def run(photo: npt.NDArray[np.float32]) -> Arrays:
        with torch.inference_mode():
            return {name: values.numpy() for name, values in program(torch.from_numpy(photo)).items()}

    return run


# By the file's suffix: the runtime's package, and how it opens the file.
RUNTIMES: dict[str, tuple[str, Callable[[Path], Run]]] = {
    ".onnx": ("onnxruntime", onnx_runtime),
    ".xml": ("openvino", openvino_runtime),
    ".pt2": ("torch", torch_runtime),
}


class _Differences:
    """Largest differences so far."""

    def __init__(self) -> None:
        self.map = 0.0
        self.score = 0.0
        self.normalised = 0.0
        self.largest = 0.0
        self.flips = 0
        self.flips_at_the_limit = 0

    def take(self, model: TrainedModel, own: Inspection, theirs: Arrays) -> None:
        calibration = model.calibration
        score = _gap(theirs["pred_score"][0], calibration.image_unit(own.score))
        heat = _gap(theirs["anomaly_map"][0, 0], calibration.pixel_unit(own.heat))
        self.normalised = max(self.normalised, score, heat)
        score, heat = score * calibration.span, heat * calibration.span
        if "raw_score" in theirs:
            score, heat = _gap(theirs["raw_score"][0], own.score), _gap(theirs["raw_map"][0, 0], own.heat)
        self.score, self.map = max(self.score, score), max(self.map, heat)
        self.largest = max(self.largest, own.score, float(np.abs(own.heat).max()))
        if bool(theirs["pred_label"][0]) is not (own.score >= calibration.image.value):
            self.flips += 1
            self.flips_at_the_limit += score <= TOLERANCE * calibration.span


def _gap(one: Any, other: Any) -> float:
    """Return the largest difference; infinite where one is not a number, so that it cannot pass."""
    gap = float(np.max(np.abs(np.asarray(one, np.float64) - np.asarray(other, np.float64))))
    return gap if np.isfinite(gap) else float("inf")
