"""PatchCore as a whole: what a fit takes beside extraction and choosing, what a search takes beside its product.

    python benchmarks/patchcore.py [--images N] [--repeats R] [--set NAME]

On a real set (found through FLAWSIGHT_DATA, default ../shared/data), EfficientNet-Lite0 at 256 x 256 on the engine that
the program chooses. Each part is timed in turn within each repeat; medians.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from core.detectors.parts.candidates import Candidates
from core.detectors.parts.nearest import Bank
from core.detectors.patchcore import PatchCore
from core.detectors.registry import build_detector
from core.detectors.settings import PatchCoreSettings, candidate_bytes
from core.devices import choose_device, slice_size
from core.images.ahead import Unreadable, load_ahead
from core.images.framing import Framing
from core.progress import silent
from tests.fakes import Frames

DATA = Path(os.environ.get("FLAWSIGHT_DATA", "../shared/data"))
SIZE = (256, 256)
CPU = torch.device("cpu")


def timed(function: Callable[[], object]) -> float:
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


def median(values: list[float]) -> float:
    return float(torch.tensor(values, dtype=torch.float64).median())


@torch.no_grad()
def fit(frames: Tensor, share: float, repeats: int) -> None:
    detector = build_detector(
        PatchCoreSettings(coreset=share, max_patches=12_000), SIZE, choose_device("cpu"), silent()
    )
    assert isinstance(detector, PatchCore)
    slices = torch.split(frames, slice_size(CPU))
    patches = torch.cat([detector.describe(detector.extractor(part)).flatten(0, 2) for part in slices])
    members = min(detector.settings.max_patches, int(len(patches) * share))

    def choose() -> None:
        generator = torch.Generator().manual_seed(0)
        room = Candidates(len(patches), patches.shape[1], members, len(patches), candidate_bytes(), generator, CPU)
        room.add(patches)
        room.choose(silent())

    parts: list[Callable[[], object]] = [
        lambda: [detector.extractor(part) for part in slices],
        lambda: [detector._describe(part, silent()) for part in slices],
        choose,
        lambda: detector.fit(Frames(frames), 0, silent()),
    ]
    took = [[timed(part) for part in parts] for _ in range(repeats)]
    extraction, described, choosing, whole = (median([row[index] for row in took]) for index in range(len(parts)))
    ratio = median([row[3] / (row[0] + row[2]) for row in took])
    print(
        f"| {len(frames)} | {members:,} | {extraction:.2f} | {described:.2f} | {choosing:.2f} | {whole:.2f} "
        f"| {ratio:.2f} |",
        flush=True,
    )


@torch.no_grad()
def search(frames: Tensor, repeats: int) -> None:
    detector = build_detector(PatchCoreSettings(max_patches=12_000), SIZE, choose_device("cpu"), silent())
    assert isinstance(detector, PatchCore)
    patches = torch.cat([detector._describe(part, silent()).flatten(0, 1) for part in torch.split(frames, 2)])
    for share in (0.01, 0.1):
        chosen = torch.randperm(len(patches), generator=torch.Generator().manual_seed(0))[: int(len(patches) * share)]
        search_in(Bank(patches[chosen]), patches[:1024], 3 * repeats)


def search_in(bank: Bank, queries: Tensor, repeats: int) -> None:
    """Time the arithmetic at the rate of a product that stays in the cache, one whole product, and the search."""
    left, right = torch.randn(512, queries.shape[1]), torch.randn(queries.shape[1], 2048)
    products = len(queries) * len(bank) / (512 * 2048)
    runs = max(1, round(products))
    took = [
        (
            timed(lambda: [left @ right for _ in range(runs)]) * products / runs,
            timed(lambda: queries @ bank.vectors.T),
            timed(lambda: bank.search(queries, 1)),
        )
        for _ in range(repeats)
    ]
    cached, written, found = (median([row[index] for row in took]) * 1e3 for index in range(3))
    ratio = median([row[2] / row[0] for row in took])
    print(f"| {len(bank):,} | {cached:.1f} | {written:.1f} | {found:.1f} | {ratio:.2f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--images", type=int, default=120)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--set", default="magnetic_tile")
    options = parser.parse_args()
    folder = DATA / options.set / "train" / "good"
    if not folder.is_dir():
        raise SystemExit(f"{folder} is not there; name the folder of the sets in FLAWSIGHT_DATA")
    loaded: list[Tensor] = []
    for item in load_ahead(sorted(folder.iterdir())[: options.images], Framing(SIZE), None, silent()):
        if isinstance(item, Unreadable):
            raise item.problem
        loaded.append(item.frame)
    frames = torch.stack(loaded)
    print("| images | kept | extraction s | and description s | choosing s | fit s | fit / (extraction + choosing) |")
    print("|---|---|---|---|---|---|---|")
    for share in (0.01, 0.1):
        fit(frames, share, options.repeats)
    print("\n| bank | product in cache ms | product written out ms | search ms | search / product in cache |")
    print("|---|---|---|---|---|")
    search(frames, options.repeats)


if __name__ == "__main__":
    main()
