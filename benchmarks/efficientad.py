"""EfficientAD: one image against its three bare network passes, and a training step.

    python benchmarks/efficientad.py [--rounds R] [--threads N] [--cuda]

256 x 256, the small teacher, made-up weights in student and autoencoder: times do not depend on them. The floor is the
three networks by themselves on the fastest engine that computes what PyTorch computes: ONNX Runtime on a CPU, PyTorch
on a GPU. All sides take turns; medians. Core-ms are those of all threads, which other programs change less.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import core  # noqa: F401 - before torch, because it says how OpenMP's threads wait

# isort: split
import argparse
import statistics
import time
from collections.abc import Callable

import onnxruntime
import torch
from torch import Tensor, nn

from core.backbones.onnx_graph import onnx_graph
from core.detectors.efficientad import Networks
from core.detectors.registry import build_detector
from core.detectors.settings import EfficientAdSettings
from core.devices import choose_device
from core.progress import silent
from tests.fakes import Frames

SIZE = (256, 256)


class Alone(nn.Module):
    """A network with a tuple of results, as `onnx_graph` wants it."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, frames: Tensor) -> tuple[Tensor]:
        return (self.network(frames),)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cuda", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    device = choose_device("cuda" if arguments.cuda else "cpu")
    settings = EfficientAdSettings(training_steps=arguments.rounds)
    detector = build_detector(settings, SIZE, device, silent())
    frames = torch.rand(1, 3, *SIZE, generator=torch.Generator().manual_seed(0))
    begun = time.perf_counter(), time.process_time()
    detector.fit(Frames(frames), 0, silent())
    spent = (time.perf_counter() - begun[0], time.process_time() - begun[1])
    wall, cores = (1e3 * each / arguments.rounds for each in spent)
    print(f"{device.text}: a training step {wall:.0f} ms, {cores:.0f} core-ms (with the judging around, {settings})")
    networks = Networks(settings, 384, SIZE).eval().to(device.device).to(memory_format=torch.channels_last)
    teacher = detector.extractor.module().stages["s4"].to(device.device)
    bare = {"teacher": teacher, "student": networks.student, "autoencoder": networks.autoencoder}
    parts = {name: passing(network, frames, arguments) for name, network in bare.items()}
    told = timed({**parts, "whole image": lambda: detector.predict(frames)}, arguments)
    for name, (wall, cores) in told.items():
        print(f"{name:12} {wall:8.1f} ms {cores:8.1f} core-ms")
    for place, what in enumerate(("time", "core time")):
        print(
            f"whole image / bare passes, {what}: {told['whole image'][place] / sum(told[n][place] for n in bare):.2f}"
        )


def passing(network: nn.Module, frames: Tensor, arguments: argparse.Namespace) -> Callable[[], object]:
    """Return one bare pass."""
    if arguments.cuda:
        there = frames.cuda().contiguous(memory_format=torch.channels_last)
        return lambda: network(there)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = arguments.threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(onnx_graph(Alone(network), ["out"]), options)
    return lambda: session.run(None, {"frames": frames.numpy()})


def timed(sides: dict[str, Callable[[], object]], arguments: argparse.Namespace) -> dict[str, tuple[float, float]]:
    """Return the medians of clock and processor time of each side in milliseconds, the first round left out."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    with torch.inference_mode():
        for _ in range(arguments.rounds + 1):
            for name, side in sides.items():
                begun = time.perf_counter(), time.process_time()
                side()
                if arguments.cuda:
                    torch.cuda.synchronize()
                taken[name].append((time.perf_counter() - begun[0], time.process_time() - begun[1]))
    medians = {}
    for name, pairs in taken.items():
        walls, cores = zip(*pairs[1:], strict=True)
        medians[name] = (1e3 * statistics.median(walls), 1e3 * statistics.median(cores))
    return medians


if __name__ == "__main__":
    main()
