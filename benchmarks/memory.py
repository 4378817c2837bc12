"""PatchCore in bounded memory: peak memory of a fit on very many images, and what choosing in steps costs.

    python benchmarks/memory.py [--images N] [--members M] [--budget MIB] [--skip-fit] [--skip-steps]

First a fit of the real detector on N frames of 256 x 256 (default 20,000), with features that are drawn, not computed,
in the shape of EfficientNet-Lite0's: all else is as in a training. Peak memory is the whole process's.

Then, on real sets (found through FLAWSIGHT_DATA, default ../shared/data), banks chosen at once and in steps of smaller
and smaller rooms: covering radius of all patches, measured in float64 in the patches' own space, and image AUROC.
"""

import argparse
import os
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor, nn

from core.backbones.catalog import backbone
from core.detectors import patchcore
from core.detectors.parts.candidates import Candidates, patch_bytes
from core.detectors.patchcore import PatchCore
from core.detectors.protocol import Detector
from core.detectors.registry import build_detector
from core.detectors.settings import PATCHCORE_LEVELS, PatchCoreSettings
from core.devices import choose_device
from core.images.ahead import Unreadable, load_ahead
from core.images.framing import Framing
from core.progress import Progress, Ticket, silent
from core.scoring.metrics import precision_recall

DATA = Path(os.environ.get("FLAWSIGHT_DATA", "../shared/data"))
SIZE = (256, 256)
CPU = torch.device("cpu")


class DrawnFeatures:
    """Features as EfficientNet-Lite0's in shape: each spot one of some kinds, and noise, different in every frame."""

    weights_origin = "drawn"
    weights_sha256 = "0" * 64

    def __init__(self) -> None:
        spec = backbone("efficientnet_lite0")
        self.levels = PATCHCORE_LEVELS
        self.channels = spec.channels(PATCHCORE_LEVELS)
        self.strides = tuple(spec.levels[level].stride for level in PATCHCORE_LEVELS)
        self._generator = torch.Generator().manual_seed(0)
        self._kinds = [torch.randn(30, width, generator=self._generator) * 3 for width in self.channels]
        self._noise = [torch.randn(1 << 16, width, generator=self._generator) for width in self.channels]

    def __call__(self, frames: Tensor) -> tuple[Tensor, ...]:
        found = []
        for kinds, noise, stride in zip(self._kinds, self._noise, self.strides, strict=True):
            shape = (len(frames), SIZE[0] // stride, SIZE[1] // stride)
            spots = kinds[torch.randint(len(kinds), shape, generator=self._generator)]
            spots += noise[torch.randint(len(noise), shape, generator=self._generator)]
            found.append(spots.permute(0, 3, 1, 2))
        return tuple(found)

    def to(self, device: torch.device) -> "DrawnFeatures":
        return self

    def module(self) -> nn.Module:
        raise TypeError("drawn features have no network")


class BlankFrames:
    """Frames that nobody looks at."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count

    def batches(self, size: int) -> Iterator[Tensor]:
        for start in range(0, self._count, size):
            yield torch.zeros(min(size, self._count - start), 3, *SIZE)


class FileFrames(BlankFrames):
    """Frames of image files."""

    def __init__(self, paths: list[Path]) -> None:
        super().__init__(len(paths))
        self._paths = paths

    def batches(self, size: int) -> Iterator[Tensor]:
        group: list[Tensor] = []
        for item in load_ahead(self._paths, Framing(SIZE), None, silent()):
            if isinstance(item, Unreadable):
                raise item.problem
            group.append(item.frame)
            if len(group) == size:
                yield torch.stack(group)
                group = []
        if group:
            yield torch.stack(group)


def peak_bytes() -> int:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def fit_many(options: argparse.Namespace) -> None:
    settings = PatchCoreSettings(max_patches=options.members)
    detector = PatchCore.build(settings, DrawnFeatures(), SIZE, CPU)
    if options.budget:
        patchcore.candidate_bytes = lambda: options.budget << 20
    began = time.monotonic()
    told = -60.0

    def tell(progress: Progress) -> None:
        nonlocal told
        if progress.elapsed - told > 60:
            told = progress.elapsed
            left = "unknown" if progress.seconds_left is None else f"{progress.seconds_left:.0f} s"
            where = f"{progress.elapsed:.0f} s: {progress.stage}, {progress.fraction:.3f}, left {left}"
            print(f"  {where}, peak {peak_bytes() / 1e9:.2f} GB", flush=True)

    print(f"before the fit {peak_bytes() / 1e9:.2f} GB, budget {patchcore.candidate_bytes() / 2**20:.0f} MiB")
    detector.fit(BlankFrames(options.images), 0, Ticket(tell))
    took = time.monotonic() - began
    kept = len(detector.state().arrays["bank"])
    print(f"{options.images:,} images, {kept:,} patches kept: {took:.0f} s, peak {peak_bytes() / 1e9:.2f} GB\n")


@torch.no_grad()
def radius(patches: Tensor, bank: Tensor) -> float:
    bank = bank.double()
    return max(float(torch.cdist(part.double(), bank).amin(1).max()) for part in torch.split(patches, 4096))


def fitted(paths: list[Path], budget: int) -> Detector:
    detector = build_detector(PatchCoreSettings(max_patches=12_000), SIZE, choose_device("cpu"), silent())
    patchcore.candidate_bytes = lambda: budget
    detector.fit(FileFrames(paths), 0, silent())
    return detector


def steps(name: str) -> None:
    root = DATA / name
    if not root.is_dir():
        return
    train = sorted((root / "train" / "good").iterdir())
    test = sorted((root / "test").rglob("*.*"))
    truth = [path.parent.name != "good" for path in test]
    described: Tensor | None = None
    for share in (1.0, 0.5, 0.2, 0.1):
        total = 1024 * len(train)
        budget = int(share * total * patch_bytes(152))
        began = time.perf_counter()
        detector = fitted(train, budget)
        took = time.perf_counter() - began
        bank = torch.from_numpy(detector.state().arrays["bank"])
        room = Candidates(total, 152, len(bank), 1024, budget, torch.Generator(), CPU).room
        if described is None:
            assert isinstance(detector, PatchCore)
            described = torch.cat(
                [detector._describe(part, silent()) for part in FileFrames(train).batches(2)]
            ).flatten(0, 1)
        scores = torch.cat([detector.predict(part).scores for part in FileFrames(test).batches(8)])
        curve = precision_recall(scores.numpy(), torch.tensor(truth).numpy())
        assert curve is not None
        counts = f"{total:,} | {room:,} | {len(bank):,}"
        print(f"| {name} | {counts} | {radius(described, bank):.3f} | {curve.auroc():.4f} | {took:.0f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--images", type=int, default=20_000)
    parser.add_argument("--members", type=int, default=12_000)
    parser.add_argument("--budget", type=int, help="MiB; the program's own choice if left out")
    parser.add_argument("--skip-fit", action="store_true")
    parser.add_argument("--skip-steps", action="store_true")
    options = parser.parse_args()
    if not options.skip_fit:
        fit_many(options)
    if not options.skip_steps:
        print("| set | patches | held at a time | kept | covering radius | image AUROC | fit s |")
        print("|---|---|---|---|---|---|---|")
        for name in ("magnetic_tile", "bsdata"):
            steps(name)


if __name__ == "__main__":
    main()
