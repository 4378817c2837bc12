"""One image, from decoded pixels to heat map, score and regions, against its floor.

    python benchmarks/one_image.py [--images N] [--rounds R] [--set NAME]

EfficientNet-Lite0 at 256 x 256 on the engine that the program chooses; trained on N images of a real set (found through
FLAWSIGHT_DATA, default ../shared/data). The floor is the engine's bare forward of one frame, and for PaDiM its factors
read once at the rate of a copy, for PatchCore the product of all patches with the bank, and for SimpleNet that with its
network (the coarse level on its own positions, a quarter as many), at the rate of a large matrix product. All sides
take turns; medians. Core-ms are those of all threads, which other programs change less.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import core  # noqa: F401 - before torch, because it says how OpenMP's threads wait

# isort: split
import argparse
import os
import statistics
import time
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from core.detectors.protocol import Detector
from core.detectors.registry import build_detector
from core.detectors.settings import DetectorSettings, PadimSettings, PatchCoreSettings, SimpleNetSettings
from core.devices import choose_device
from core.images.framing import Framing
from core.images.reading import read_image
from core.images.resampling import to_frames
from core.progress import silent
from core.scoring.regions import regions
from tests.fakes import Frames

DATA = Path(os.environ.get("FLAWSIGHT_DATA", "../shared/data"))
FRAMING = Framing((256, 256))
COPIED = 41_943_040  # float32 values: 168 MB: far more than a cache holds
SIDE = 2048


def in_turns(sides: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, tuple[float, float]]:
    """Return the medians of each side: ms that passed, and ms of all threads."""
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    for turn in range(rounds + 1):
        for name, run in sides.items():
            clock, cores = time.perf_counter(), time.process_time()
            run()
            if turn:  # the first one warms up
                took[name].append((1e3 * (time.perf_counter() - clock), 1e3 * (time.process_time() - cores)))
    return {
        name: (statistics.median(each[0] for each in all_), statistics.median(each[1] for each in all_))
        for name, all_ in took.items()
    }


def scoring_share(detector: Detector, sides: Mapping[str, tuple[float, float]], unit: int) -> float:
    """Return the ms that the scoring's bytes or operations take at the rates that were measured."""
    arrays = detector.state().arrays
    if isinstance(detector.settings, PadimSettings):
        # A copy reads and writes.
        held = sum(array.nbytes for name, array in arrays.items() if name.startswith(("own", "across")))
        return sides["copy"][unit] * held / (2 * 4 * COPIED)
    patches = (FRAMING.size[0] // detector.extractor.strides[0]) * (FRAMING.size[1] // detector.extractor.strides[0])
    if isinstance(detector.settings, SimpleNetSettings):
        fine, coarse = detector.extractor.channels
        products = patches * (fine + coarse / 4) * detector.settings.hidden
    else:
        products = patches * arrays["bank"].size
    return sides["product"][unit] * products / SIDE**3


@torch.no_grad()
def compare(title: str, settings: DetectorSettings, good: Tensor, photo: npt.NDArray[np.uint8], rounds: int) -> None:
    detector = build_detector(settings, FRAMING.size, choose_device("cpu"), silent())
    detector.fit(Frames(good), 0, silent())
    frame, placement = to_frames([photo], FRAMING), FRAMING.place(photo.shape[:2])
    source, target = torch.rand(COPIED), torch.empty(COPIED)
    first, second = torch.rand(SIDE, SIDE), torch.rand(SIDE, SIDE)
    limit = float(detector.predict(frame).maps.quantile(0.98))

    def whole() -> None:
        found = detector.predict(to_frames([photo], FRAMING))
        float(found.scores[0])
        regions(found.maps[0].numpy(), limit, placement)

    sides = in_turns(
        {
            "forward": lambda: detector.extractor(frame),
            "copy": lambda: target.copy_(source),
            "product": lambda: first @ second,
            "whole": whole,
        },
        rounds,
    )
    for unit, name in enumerate(("clock", "cores")):
        forward, took = sides["forward"][unit], sides["whole"][unit]
        scoring = scoring_share(detector, sides, unit)
        floor = forward + scoring
        gigabytes, gigaflops = 8 * COPIED / sides["copy"][unit] / 1e6, 2 * SIDE**3 / sides["product"][unit] / 1e6
        print(
            f"| {title} | {name} | {gigabytes:.0f} | {gigaflops:.0f} | {forward:.1f} | {scoring:.1f} | {floor:.1f} "
            f"| {took:.1f} | {took / floor:.2f} | {took / forward:.2f} |",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--images", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--set", default="bsdata")
    options = parser.parse_args()
    files = sorted((DATA / options.set / "train" / "good").iterdir())[: options.images + 1]
    photos = [read_image(path).pixels for path in files]
    good = torch.cat([to_frames([photo], FRAMING) for photo in photos[1:]])
    print(f"{options.set}, {len(good)} images, a photo of {photos[0].shape}, {torch.get_num_threads()} threads")
    print(
        "| detector | ms of | copy, GB/s | product, GFLOP/s | forward | scoring | floor | whole | / floor | / forward |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    compare("PaDiM", PadimSettings(), good, photos[0], options.rounds)
    compare("PatchCore 1 %", PatchCoreSettings(coreset=0.01), good, photos[0], options.rounds)
    compare("PatchCore 10 %", PatchCoreSettings(max_patches=12_000), good, photos[0], options.rounds)
    compare("SimpleNet", SimpleNetSettings(), good, photos[0], options.rounds)


if __name__ == "__main__":
    main()
