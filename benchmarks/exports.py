"""Every algorithm's export under every runtime that is here, against the program: differences, flips, size, latency.

    python benchmarks/exports.py [--sets NAME...] [--algorithms NAME...] [--good N] [--steps N] [--size N]

Prints a table. The sets are found through FLAWSIGHT_DATA (default ../shared/data). Trained on a few images only, and
EfficientAD and SimpleNet for a few steps: this is about the export being the same model, not about it being a good one.
Latency is the median of 20 photos from decoded pixels to score and map; `program` is this program's on the same photos.
OpenVINO is among the runtimes where it is installed; where OpenCV cannot run a graph, it is told why.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from unittest.mock import patch

import cv2
import numpy as np

from core.detectors.settings import PRESETS
from core.export.comparison import RUNTIMES, Arrays, Certificate, Run, compare
from core.export.graph import INPUT, OUTPUTS
from core.export.onnx import EXTRAS, MODEL, export_bundle
from core.images.framing import Framing
from core.images.reading import read_image
from core.images.resampling import to_frames
from core.models.trained import TrainedModel
from core.progress import silent
from core.project.discovery import image_paths
from core.training.recipe import Recipe
from core.training.run import train

DATA = Path(os.environ.get("FLAWSIGHT_DATA", "../shared/data"))
PHOTOS, HELD_OUT = 20, 8
# Of a brief training; what is not named has no steps.
BRIEF = {"simplenet": ("passes", "least_steps"), "efficientad": ("training_steps",)}


def trained(kind: str, folder: Path, options: argparse.Namespace) -> TrainedModel:
    good = sorted((folder / "train" / "good").iterdir())[: options.good + HELD_OUT]
    settings = PRESETS[kind]["balanced"]
    brief = {name: 1 if name == "passes" else options.steps for name in BRIEF.get(kind, ())}
    recipe = Recipe(replace(settings, **brief), Framing((options.size, options.size)))
    return train(good[HELD_OUT:], good[:HELD_OUT], recipe, silent())


def photos(folder: Path) -> list[Path]:
    """Half good parts, half defects."""
    every = image_paths([folder / "test"])
    good, defects = ([path for path in every if (path.parent.name == "good") is wanted] for wanted in (True, False))
    return [*good[: PHOTOS // 2], *defects[:: max(1, len(defects) // (PHOTOS // 2))][: PHOTOS // 2]]


def milliseconds(work: Callable[[np.ndarray], object], images: Sequence[np.ndarray]) -> float:
    work(images[0])
    took = []
    for image in images:
        began = time.perf_counter()
        work(image)
        took.append((time.perf_counter() - began) * 1e3)
    return statistics.median(took)


def opencv_runtime(file: Path) -> Run:
    net = cv2.dnn.readNetFromONNX(str(file))

    def run(photo: np.ndarray) -> Arrays:
        net.setInput(photo, INPUT)
        return dict(zip(OUTPUTS, net.forward(list(OUTPUTS)), strict=True))

    return run


def row(*cells: object) -> None:
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def measure(kind: str, name: str, options: argparse.Namespace, folder: Path) -> None:
    model = trained(kind, DATA / name, options)
    probes = photos(DATA / name)
    formats = ["onnx", *(each for each in EXTRAS if each != "openvino" or find_spec("openvino"))]
    report = export_bundle(model, folder, probes, silent(), formats)
    pixels = [read_image(path).pixels for path in probes]
    planes = [np.ascontiguousarray(each.transpose(2, 0, 1)[None], np.float32) / np.float32(255) for each in pixels]
    before = milliseconds(lambda image: model.detector.predict(to_frames([image], model.framing)), pixels)

    def told(file: Path, certificate: Certificate, package: str, load: Callable[[Path], Run]) -> None:
        after = milliseconds(load(file), planes)
        size = sum(path.stat().st_size for path in (file, file.with_suffix(".bin")) if path.exists())
        row(
            kind,
            name,
            package,
            certificate.images,
            f"{certificate.map_difference / certificate.span:.1e}",
            f"{certificate.score_difference / certificate.span:.1e}",
            certificate.verdict_flips,
            f"{size / 1e6:.1f}",
            f"{before:.0f}",
            f"{after:.0f}",
        )

    for each, certificate in {"onnx": report.certificate, **report.extras}.items():
        file = report.folder / {"onnx": MODEL, **EXTRAS}[each]
        told(file, certificate, *RUNTIMES[file.suffix])
    file = report.folder / MODEL
    try:
        with patch.dict(RUNTIMES, {file.suffix: ("opencv-python-headless", opencv_runtime)}):
            told(file, compare(model, file, probes, silent()), *RUNTIMES[file.suffix])
    except cv2.error as error:
        row(kind, name, f"OpenCV {cv2.__version__}", f"fails in {error.func}: {error.err}"[:90], *[""] * 6)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sets", nargs="+", default=["magnetic_tile", "kolektorsdd", "bsdata", "elpv_mono"])
    parser.add_argument("--algorithms", nargs="+", choices=PRESETS, default=list(PRESETS))
    parser.add_argument("--good", type=int, default=24)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--size", type=int, default=256)
    options = parser.parse_args()
    head = ("algorithm", "set", "runtime", "photos", "map", "score", "flips", "MB", "program ms", "exported ms")
    row(*head)
    row(*["---"] * len(head))
    for name in options.sets:
        for kind in options.algorithms:
            with tempfile.TemporaryDirectory() as folder:
                measure(kind, name, options, Path(folder) / "bundle")


if __name__ == "__main__":
    main()
