"""What computing a backbone's features takes: engines side by side, and reading pictures while computing.

``python benchmarks/extraction.py [--size 256] [--rounds 5] [--compile] [--backbones NAME...]``

The engines take turns on the same frames, so that whatever else the computer does hits all of them. Core-ms are those
of all cores together, which other programs change less. The ResNets have made-up weights: their time is the same. The
floor is the convolutions' multiplications and additions at the rate of a matrix product measured in the same run.
"""

from __future__ import annotations

import core  # noqa: F401 - before torch, because it says how OpenMP's threads wait

# isort: split
import argparse
import importlib.util
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import torch
import torchvision
from torch import Tensor, nn
from torch.nn.utils import fuse_conv_bn_eval
from torch.utils.flop_counter import FlopCounterMode

from core.backbones.catalog import CATALOG
from core.backbones.engines import OnnxFeatures
from core.backbones.extractor import FeatureExtractor, build_extractor, extractor_with
from core.backbones.onnx_graph import onnx_graph
from core.backbones.weights import Weights
from core.demo import draw_demo
from core.devices import slice_size
from core.images.ahead import Loaded, load_ahead
from core.images.framing import Framing
from core.progress import silent
from core.project.discovery import image_paths

LEVELS = ("s4", "s8", "s16")
CPU = torch.device("cpu")
Computing = Callable[[Tensor], Sequence[Tensor]]


def backbone(name: str) -> FeatureExtractor:
    """Return a backbone, a ResNet with made-up weights and plausible statistics."""
    if name == "efficientnet_lite0":
        return build_extractor(name, LEVELS, silent())
    torch.manual_seed(0)
    net = getattr(torchvision.models, name)(weights=None)
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    return extractor_with(Weights(net.state_dict(), "made up", "0" * 64), CATALOG[name], LEVELS)


def fused(extractor: FeatureExtractor) -> nn.Module:
    """Return a copy in which every convolution has taken in the batch normalisation that follows it."""
    module = extractor.module()
    for part in module.modules():
        children = list(part.named_children())
        for (before, conv), (name, norm) in pairwise(children):
            if isinstance(conv, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                setattr(part, before, fuse_conv_bn_eval(conv, norm))
                setattr(part, name, nn.Identity())
    return module


def bfloat16(extractor: FeatureExtractor) -> Computing:
    half = fused(extractor).to(torch.bfloat16)
    return lambda frames: [level.float() for level in half(frames.to(torch.bfloat16))]


def openvino(extractor: FeatureExtractor) -> Computing:
    import openvino

    settings = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": torch.get_num_threads()}
    runtime = openvino.Core()
    compiled = runtime.compile_model(runtime.read_model(onnx_graph(extractor, LEVELS)), "CPU", settings)
    return lambda frames: [torch.from_numpy(compiled(frames.numpy())[index]) for index in range(len(LEVELS))]


def engines(extractor: FeatureExtractor, compiled: bool) -> Mapping[str, Computing]:
    sides: dict[str, Computing] = {
        "PyTorch eager": extractor.module().to(memory_format=torch.contiguous_format),
        "PyTorch channels-last": extractor,
        "PyTorch channels-last, fused": fused(extractor),
        "PyTorch channels-last, fused, bfloat16": bfloat16(extractor),
        "ONNX Runtime": OnnxFeatures(extractor),
    }
    if compiled:
        sides["PyTorch channels-last, compiled"] = torch.compile(extractor.module())
    if importlib.util.find_spec("openvino"):
        sides["OpenVINO"] = openvino(extractor)
    return sides


class Spent(NamedTuple):
    """Seconds that passed, and seconds of all cores together, which other programs hardly change."""

    clock: float
    cores: float


def in_turns(sides: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, Spent]:
    """Return the medians of each side."""
    spent: dict[str, list[Spent]] = {name: [] for name in sides}
    for turn in range(rounds + 1):
        for name, run in sides.items():
            clock, cores = time.perf_counter(), time.process_time()
            run()
            if turn:  # the first one warms up
                spent[name].append(Spent(time.perf_counter() - clock, time.process_time() - cores))
    return {name: Spent(*map(statistics.median, zip(*values, strict=True))) for name, values in spent.items()}


def matmul_rate(rounds: int) -> float:
    """Return float32 operations of a large matrix product a second of one core."""
    side = 2048
    first, second = torch.rand(side, side), torch.rand(side, side)
    return 2 * side**3 / in_turns({"product": lambda: first @ second}, rounds)["product"].cores


def compare(name: str, size: int, rounds: int, compiled: bool, rate: float) -> None:
    extractor = backbone(name)
    sides = engines(extractor, compiled)
    noise = torch.rand(16, 3, size, size, generator=torch.Generator().manual_seed(0))
    with FlopCounterMode(display=False) as counter:
        wanted = extractor(noise[:1])
    floor = counter.get_total_flops() / rate
    rows: dict[str, list[Spent]] = {side: [] for side in sides}
    for count in (1, 16):
        frames = noise[:count]
        medians = in_turns({side: partial(run, frames) for side, run in sides.items()}, rounds)
        for side, spent in medians.items():
            rows[side].append(Spent(*(1e3 * seconds / count for seconds in spent)))
    operations = counter.get_total_flops() / 1e9
    print(f"\n{CATALOG[name].title}: {operations:.2f} GFLOP an image, {1e3 * floor:.1f} core-ms at that rate\n")
    print("| engine | batch 1, ms | core-ms | to the floor | batch 16, ms | core-ms | largest relative error |")
    print("|---|---|---|---|---|---|---|")
    for side, (one, many) in rows.items():
        found = sides[side](noise[:1])
        error = max(float((a - b).abs().max() / b.abs().max()) for a, b in zip(found, wanted, strict=True))
        near = one.cores / (1e3 * floor)
        print(
            f"| {side} | {one.clock:.1f} | {one.cores:.1f} | {near:.1f} | "
            f"{many.clock:.1f} | {many.cores:.1f} | {error:.0e} |",
            flush=True,
        )


def reading(title: str, files: Sequence[Path], size: int, rounds: int) -> None:
    """Compare reading, resizing and computing with computing alone, and with reading and resizing alone."""
    framing = Framing((size, size))
    features = OnnxFeatures(backbone("efficientnet_lite0"))
    step = slice_size(CPU)
    frames = torch.stack(
        [item.frame for item in load_ahead(files, framing, None, silent()) if isinstance(item, Loaded)]
    )

    def computing() -> None:
        for part in frames.split(step):
            features(part)

    def decoding() -> None:
        for _ in load_ahead(files, framing, None, silent()):
            pass

    def both() -> None:
        group: list[Tensor] = []
        for item in load_ahead(files, framing, None, silent()):
            if isinstance(item, Loaded):
                group.append(item.frame)
            if len(group) == step:
                features(torch.stack(group))
                group = []

    found = in_turns({"computing": computing, "decoding": decoding, "both": both}, rounds)
    clock = [1e3 * spent.clock / len(files) for spent in found.values()]
    cores = [1e3 * spent.cores / len(files) for spent in found.values()]
    cells = [f"{a:.1f} ({b:.1f})" for a, b in zip(clock, cores, strict=True)]
    print(f"| {title} | {' | '.join(cells)} | {clock[2] / clock[0]:.2f} ({cores[2] / cores[0]:.2f}) |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--compile", action="store_true", help="torch.compile, too: minutes, and needs a C++ compiler")
    parser.add_argument("--backbones", nargs="*", default=list(CATALOG))
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    with torch.inference_mode():
        rate = matmul_rate(options.rounds)
        size = f"{options.size} x {options.size}"
        print(f"{size}, {options.threads} threads, {rate / 1e9:.0f} GFLOP/s a core in a matrix product")
        for name in options.backbones:
            compare(name, options.size, options.rounds, options.compile, rate)
        print("\nEfficientNet-Lite0 by ONNX Runtime, ms (core-ms) an image:\n")
        print("| images | computing alone | reading and resizing alone | together | together / computing |")
        print("|---|---|---|---|---|")
        with tempfile.TemporaryDirectory() as folder:
            flange, leather = draw_demo(Path(folder), 0, silent())
            for product in (flange, leather):
                reading(f"demo {product.name}", image_paths([product / "train"])[:48], options.size, options.rounds)
        data = os.environ.get("FLAWSIGHT_DATA")
        for folder in sorted(Path(data).iterdir()) if data else ():
            files = image_paths([folder / "train"])[:48] if (folder / "train").is_dir() else []
            if files:
                reading(folder.name, files, options.size, options.rounds)


if __name__ == "__main__":
    main()
