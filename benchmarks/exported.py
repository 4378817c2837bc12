"""The exported file under ONNX Runtime against the program's own inspection, on one thread each and all.

    python benchmarks/exported.py [--set NAME] [--backbone NAME] [--rounds N]

Both sides start from the decoded photo and take turns, so that whatever else the machine does meets both. The program's
is told twice: up to raw map and score, and with what the file gives besides, the marked pixels, which the program finds
as regions. The set is found through FLAWSIGHT_DATA (default ../shared/data).
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from core.detectors.settings import PRESETS
from core.devices import choose_device
from core.export.onnx import MODEL, export_bundle
from core.images.framing import Float32Map
from core.images.reading import UInt8Image, read_image
from core.images.resampling import to_frames
from core.models.bundle import load_model, save_model
from core.models.trained import TrainedModel
from core.progress import silent
from core.scoring.regions import regions
from core.training.recipe import Recipe
from core.training.run import train

DATA = Path(os.environ.get("FLAWSIGHT_DATA", "../shared/data"))
PHOTOS = 10
GOOD = 40


def milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1e3


def measure(kind: str, options: argparse.Namespace, folder: Path) -> None:
    good = sorted((DATA / options.set / "train" / "good").iterdir())[:GOOD]
    photos = sorted((DATA / options.set / "test" / "good").iterdir())[:PHOTOS]
    recipe = Recipe(replace(PRESETS[kind]["balanced"], backbone=options.backbone))
    save_model(train(good[8:], good[:8], recipe, silent()), folder / f"{kind}.flawmodel")
    report = export_bundle(
        load_model(folder / f"{kind}.flawmodel", choose_device("cpu")), folder / kind, photos, silent()
    )
    print(
        f"{kind}: {sum(report.files.values()) / 1e6:.1f} MB, raw scores differ by at most "
        f"{report.certificate.score_difference / report.certificate.span:.1e} of the range"
    )
    pixels = [read_image(path).pixels for path in photos]
    planes = [np.ascontiguousarray(each.transpose(2, 0, 1)[None], np.float32) / np.float32(255) for each in pixels]
    every = torch.get_num_threads()
    for threads in sorted({1, every}):
        torch.set_num_threads(threads)
        model = load_model(folder / f"{kind}.flawmodel", choose_device("cpu"))
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = threads
        settings.add_session_config_entry("session.intra_op.allow_spinning", "0")
        session = onnxruntime.InferenceSession(folder / kind / MODEL, settings, providers=["CPUExecutionProvider"])
        limit = model.calibration.pixel.value

        def scored(photo: UInt8Image, model: TrainedModel = model) -> Float32Map:
            found = model.detector.predict(to_frames([photo], model.framing))
            float(found.scores[0])
            return found.maps[0].numpy()

        def whole(photo: UInt8Image, model: TrainedModel = model, limit: float = limit) -> object:
            return regions(scored(photo), limit, model.framing.place(photo.shape[:2]))

        raw, own, exported = [], [], []
        for _ in range(options.rounds):
            for photo, plane in zip(pixels, planes, strict=True):
                raw.append(milliseconds(partial(scored, photo)))
                own.append(milliseconds(partial(whole, photo)))
                exported.append(milliseconds(partial(session.run, None, {"input": plane})))
        to_raw, to_whole = (
            statistics.median(two / one for one, two in zip(side, exported, strict=True)) for side in (raw, own)
        )
        print(
            f"  {threads} threads: the program {statistics.median(raw):.1f} ms, with regions "
            f"{statistics.median(own):.1f} ms; exported {statistics.median(exported):.1f} ms, ratio {to_raw:.2f}, "
            f"{to_whole:.2f}"
        )
    torch.set_num_threads(every)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--set", default="bsdata")
    parser.add_argument("--backbone", default="efficientnet_lite0")
    parser.add_argument("--rounds", type=int, default=4)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("padim", "patchcore"):
            measure(kind, options, Path(folder))


if __name__ == "__main__":
    main()
