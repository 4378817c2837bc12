"""PatchCore's coreset against the plain greedy loop: time, exactness, growth.

    python benchmarks/coreset.py [--patches N] [--members M] [--repeats R] [--plain P] [--no-check]

On real patches of EfficientNet-Lite0 at 256 x 256 (sets found through FLAWSIGHT_DATA, default ../shared/data; left out
where absent) and on Gaussian noise, which has no structure to use. The plain loop is timed on P picks between the
repeats (default 100, their median counts) and multiplied: each of its picks costs the same. Both sides start from the
same point, run in this process, on all threads.

`exact` says whether, in float64, every single pick was the farthest point of all (to 1e-9 of the squared distance).
"""

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from core.backbones.extractor import build_extractor
from core.detectors.parts.coreset import directions, greedy_coreset, project
from core.detectors.parts.neighbourhoods import PatchDescriptions
from core.detectors.settings import PATCHCORE_LEVELS
from core.images.ahead import Unreadable, load_ahead
from core.images.framing import Framing
from core.progress import silent

DATA = Path(os.environ.get("FLAWSIGHT_DATA", "../shared/data"))
SETS = ("magnetic_tile", "bsdata", "elpv_mono")
CPU = torch.device("cpu")


def median(values: list[float]) -> float:
    return float(torch.tensor(values, dtype=torch.float64).median())


def seconds(function: Callable[[], object], repeats: int = 5) -> float:
    took = []
    for _ in range(repeats):
        began = time.perf_counter()
        function()
        took.append(time.perf_counter() - began)
    return median(took)


@torch.no_grad()
def real_patches(name: str, count: int) -> Tensor | None:
    """(count, 152) patches of the first good images of a set."""
    folder = DATA / name / "train" / "good"
    if not folder.is_dir():
        return None
    extractor = build_extractor("efficientnet_lite0", PATCHCORE_LEVELS, silent())
    describe = PatchDescriptions(extractor.channels, extractor.channels, sum(extractor.channels))
    found: list[Tensor] = []
    for item in load_ahead(sorted(folder.iterdir()), Framing((256, 256)), None, silent()):
        if isinstance(item, Unreadable):
            raise item.problem
        found.append(describe(extractor(item.frame[None])).flatten(0, 2))
        if sum(map(len, found)) >= count:
            break
    return torch.cat(found)[:count]


def points_of(vectors: Tensor) -> Tensor:
    return project(vectors, directions(vectors.shape[1], torch.Generator().manual_seed(0)), CPU)


def start() -> torch.Generator:
    return torch.Generator().manual_seed(1)


def plain_picks(points: Tensor, across: Tensor | None, picks: int) -> tuple[float, float]:
    """Run some picks of the plain loop; return the seconds of one, by the clock and of all cores.

    With `across`, the points as columns, the product is a row times a matrix; which layout is faster depends on the
    library.
    """
    squares = points.square().sum(1)
    bounds = torch.full_like(squares, torch.inf)
    best = int(torch.randint(len(points), (1,), generator=start()))
    took, worked = [], []
    for _ in range(picks):
        began, before = time.perf_counter(), time.process_time()
        point = points[best]
        products = points @ point if across is None else point @ across
        distances = products.mul_(-2).add_(squares).add_(squares[best])
        torch.minimum(bounds, distances, out=bounds)
        bounds[best] = -torch.inf
        best = int(bounds.argmax())
        took.append(time.perf_counter() - began)
        worked.append(time.process_time() - before)
    return median(took), median(worked)


def largest_regret(points: Tensor, chosen: Tensor) -> float:
    """Return by how much a pick fell short of the farthest point at its time, at most, as a share of its square."""
    centres = points[chosen].double()
    sizes = centres.square().sum(1)
    farthest = torch.zeros(len(chosen), dtype=torch.float64)
    own = torch.zeros(len(chosen), dtype=torch.float64)
    order = torch.full((len(points),), -1)
    order[chosen] = torch.arange(len(chosen))
    for part, places in zip(torch.split(points, 2048), torch.split(order, 2048), strict=True):
        rows = part.double()
        distances = torch.addmm(sizes, rows, centres.T, alpha=-2).add_(rows.square().sum(1, keepdim=True))
        nearest = distances.cummin(1).values
        for row in (places >= 0).nonzero().flatten().tolist():
            pick = int(places[row])
            own[pick] = nearest[row, pick - 1] if pick else torch.inf
            nearest[row, pick:] = 0
        farthest = torch.maximum(farthest, nearest.amax(0))
    # Before pick t the bounds are those after pick t - 1.
    return float(((farthest[:-1] - own[1:]) / farthest[:-1]).max())


def compare(name: str, points: Tensor, members: int, options: argparse.Namespace, rate: float) -> None:
    layouts = (None, points.T.contiguous())
    across = min(layouts, key=lambda layout: plain_picks(points, layout, 20))
    took, worked, plain, plain_worked = [], [], [], []
    for _ in range(options.repeats):
        clock, cores = plain_picks(points, across, options.plain)
        plain.append(clock * members)
        plain_worked.append(cores * members)
        began, before = time.perf_counter(), time.process_time()
        chosen = greedy_coreset(points, members, start(), silent())
        took.append(time.perf_counter() - began)
        worked.append(time.process_time() - before)
    ours, theirs = median(took), median(plain)
    our_cores, their_cores = median(worked), median(plain_worked)
    floor = 2 * len(points) * members * points.shape[1] / rate
    exact = "not checked" if options.no_check else f"{largest_regret(points, chosen.indices) < 1e-9}"
    print(
        f"| {name} | {len(points):,} | {members:,} | {ours:.2f} | {theirs:.1f} | {theirs / ours:.1f} "
        f"| {our_cores:.2f} | {their_cores:.1f} | {their_cores / our_cores:.1f} | {floor:.2f} | {exact} |",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--patches", type=int, default=150_000)
    parser.add_argument("--members", type=int, default=7_500)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--plain", type=int, default=100)
    parser.add_argument("--no-check", action="store_true")
    options = parser.parse_args()
    left, right = torch.randn(4096, 2048), torch.randn(2048, 4096)
    rate = 2 * 4096 * 4096 * 2048 / seconds(lambda: left @ right)
    source = torch.randn(options.patches, 128)
    target = torch.empty_like(source)
    band = 2 * source.nbytes / seconds(lambda: target.copy_(source))
    print(f"{torch.get_num_threads()} threads, matrix product {rate / 1e9:.0f} GFLOP/s, copy {band / 1e9:.0f} GB/s\n")
    drawn = {name: real_patches(name, options.patches) for name in SETS}
    sets = {name: points_of(vectors) for name, vectors in drawn.items() if vectors is not None}
    sets["Gaussian noise"] = points_of(torch.randn(options.patches, 128, generator=torch.Generator().manual_seed(0)))
    widest = max((vectors for vectors in drawn.values() if vectors is not None), key=len, default=None)
    if widest is not None:
        print(f"Projection of {len(widest):,} patches to 128 values: {seconds(lambda: points_of(widest)):.2f} s\n")
    print("| patches | N | M | s | plain loop | times | core-s | plain loop | times | N x M product s | exact |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for name, points in sets.items():
        compare(name, points, options.members, options, rate)
    options.no_check = True
    name, points = next(iter(sets.items()))
    for part in (4, 2):
        compare(name, points[::part].contiguous(), options.members, options, rate)
    for part in (4, 2):
        compare(name, points, options.members // part, options, rate)
    compare(name, points, options.members * 2, options, rate)


if __name__ == "__main__":
    main()
