"""PaDiM's fit beside the bare extraction of the same frames, its parts, its memory and its exactness.

    python benchmarks/padim.py [--images N...] [--backbone NAME] [--repeats R] [--set NAME]

On a real set (found through FLAWSIGHT_DATA, default ../shared/data; its images again where there are too few) at
256 x 256 on the engine that the program chooses. ResNets have made-up weights: their time is the same. The floor of
taking a frame in are the operations of the covariances' rows at the rate of a large matrix product measured in the same
run. Extraction and fit take turns; medians. Core-s are those of all threads, which other programs change less.
"""

import core  # noqa: F401 - before torch, because it says how OpenMP's threads wait

# isort: split
import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from extraction import CPU, backbone
from torch import Tensor

from core.backbones.engines import on_engine
from core.detectors.padim import RIDGE, Padim
from core.detectors.parts.channels import ChosenChannels, choose_channels
from core.detectors.parts.gaussian import Moments
from core.detectors.settings import PadimSettings
from core.devices import slice_size
from core.images.framing import Framing
from core.images.reading import read_image
from core.images.resampling import to_frames
from core.progress import silent
from core.training.memory import PeakMemory

DATA = Path(os.environ.get("FLAWSIGHT_DATA", "../shared/data"))
SIZE = (256, 256)
SIDE = 2048
ASKED = 2  # frames to compare distances on
STEP = 16  # every so many positions


class Again:
    """So many frames, the same ones again where there are too few."""

    def __init__(self, frames: Tensor, count: int) -> None:
        self.frames = frames
        self.count = count

    def __len__(self) -> int:
        return self.count

    def batches(self, size: int) -> Iterator[Tensor]:
        for first in range(0, self.count, size):
            yield self.frames[torch.arange(first, min(first + size, self.count)) % len(self.frames)]


def spent(work: Callable[[], object]) -> tuple[float, float]:
    clock, cores = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - cores


def fit(detector: Padim, frames: Again, repeats: int, rate: float) -> None:
    """Print what a fit takes beside the extraction of the same frames."""

    def extract() -> None:
        for batch in frames.batches(16):
            for part in batch.split(slice_size(CPU)):
                detector.extractor(part)

    took = []
    with PeakMemory(CPU) as memory:
        spent(extract)
        before = memory.peak_bytes
        for _ in range(repeats):
            took.append((*spent(extract), *spent(lambda: detector.fit(frames, 0, silent()))))
    clock, cores, fit_clock, fit_cores = (statistics.median(column) for column in zip(*took, strict=True))
    operations = (
        2
        * sum(array.size for name, array in detector.state().arrays.items() if name.startswith(("own", "across")))
        * len(frames)
    )
    print(
        f"| {len(frames)} | {clock:.2f} ({cores:.2f}) | {fit_clock:.2f} ({fit_cores:.2f}) "
        f"| {fit_clock / clock:.2f} ({fit_cores / cores:.2f}) | {operations / rate:.2f} "
        f"| {(memory.peak_bytes - before) / 1e6:.0f} |",
        flush=True,
    )


def solving(choice: ChosenChannels, repeats: int) -> None:
    """Print what follows the last frame."""
    took = []
    for _ in range(repeats):
        moments = Moments(choice.levels, CPU)
        moments.add([torch.rand(cells, 2, width) for _, cells, width in choice.levels], silent())
        took.append(spent(lambda: moments.gaussians(RIDGE, silent())))  # noqa: B023
    clock, cores = (statistics.median(column) for column in zip(*took, strict=True))
    print(f"\nSolving: {clock:.2f} s ({cores:.2f} core-s), whatever the number of frames.")


def exactness(detector: Padim, choice: ChosenChannels, frames: Tensor) -> None:
    """Print by how much distances differ from those worked out in float64 from the same features."""
    parts = [choice(detector.extractor(part)) for part in frames.split(2)]
    levels = [torch.cat(level, dim=1) for level in zip(*parts, strict=True)]
    moments = Moments(choice.levels, CPU)
    moments.add([level[:, ASKED:] for level in levels], silent())
    found = moments.gaussians(RIDGE, silent())([level[:, :ASKED] for level in levels])
    errors = []
    for position in range(0, len(found), STEP):
        rows = torch.cat([level[position * len(level) // len(found)] for level in levels], dim=1).double()
        good, deviations = rows[ASKED:], rows[:ASKED] - rows[ASKED:].mean(0)
        covariance = torch.cov(good.T) + RIDGE * torch.eye(good.shape[1])
        wanted = (deviations * torch.linalg.solve(covariance, deviations.T).T).sum(1).sqrt()
        errors.append((found[position] - wanted).abs() / wanted)
    error = torch.cat(errors)
    print(f"Distances differ from float64's by {error.median():.0e} of them in the median, at most {error.max():.0e}.")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--images", type=int, nargs="*", default=[60, 240])
    parser.add_argument("--backbone", default="efficientnet_lite0")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--set", default="bsdata")
    options = parser.parse_args()
    with torch.no_grad():
        first, second = torch.rand(SIDE, SIDE), torch.rand(SIDE, SIDE)
        rate = 2 * SIDE**3 / statistics.median(spent(lambda: first @ second)[1] for _ in range(options.repeats))
        extractor = on_engine(backbone(options.backbone), "auto", CPU)
        detector = Padim.build(PadimSettings(backbone=options.backbone), extractor, SIZE, CPU)
        files = sorted((DATA / options.set / "train" / "good").iterdir())[: 60 + ASKED]
        frames = torch.cat([to_frames([read_image(path).pixels], Framing(SIZE)) for path in files])
        print(f"{options.backbone}, {detector.dimensions} channels, {rate / 1e9:.0f} GFLOP/s a core")
        print("| images | extraction, s (core-s) | fit | fit / extraction | floor of taking in, core-s | MB more |")
        print("|---|---|---|---|---|---|")
        for count in options.images:
            fit(detector, Again(frames, count), options.repeats, rate)
        indices = choose_channels(sum(detector.extractor.channels), detector.dimensions, 0)
        choice = ChosenChannels(detector.extractor.channels, detector.grids, indices, True)
        solving(choice, options.repeats)
        exactness(detector, choice, frames)


if __name__ == "__main__":
    main()
