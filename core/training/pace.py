"""A small training with a clock in hand: how fast this computer is at a recipe, as it is now."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from torch import Tensor

from core.detectors.estimate import LongTraining, Pace
from core.detectors.protocol import Detector
from core.detectors.registry import build_detector
from core.devices import choose_device
from core.errors import Problem
from core.images.ahead import Loaded, load_ahead
from core.images.reading import content_hash, fitting_range
from core.progress import Progress, Ticket
from core.training.recipe import Recipe

MOST_IMAGES = 16
LEAST_IMAGES = 4
LEARNING_SECONDS = 1.0  # as many images as can be learned in this time, between these bounds


class _Frames:
    """Frames that are in memory already, as a `FrameSource`."""

    def __init__(self, frames: Tensor) -> None:
        self._frames = frames

    def __len__(self) -> int:
        return len(self._frames)

    def batches(self, size: int) -> Iterator[Tensor]:
        yield from torch.split(self._frames, size)


def measure_pace(good: Sequence[Path], recipe: Recipe, ticket: Ticket) -> Pace:
    """Train on a few of the images and throw the result away; a second or two on most computers.

    Memory: that of a training on `MOST_IMAGES` images.

    Raises
    ------
    Problem
        Fewer than two of the images can be read; the device or the backbone's weights are missing.
    Cancelled
        Through the ticket.
    """
    step = max(1, len(good) // MOST_IMAGES)
    paths = list(good[::step][:MOST_IMAGES])
    device = choose_device(recipe.device, recipe.engine)
    settings = recipe.settings.briefly() if isinstance(recipe.settings, LongTraining) else recipe.settings
    begun = time.perf_counter()
    detector = build_detector(
        settings,
        recipe.framing.size,
        device,
        ticket,
        weights_file=recipe.weights_file,
        allow_download=recipe.allow_download,
    )
    built = time.perf_counter()
    value_range = recipe.value_range or fitting_range(paths, ticket)
    read = []
    for item in load_ahead(paths, recipe.framing, value_range, ticket):
        if isinstance(item, Loaded):
            content_hash(item.path)
            read.append(item.frame)
    if len(read) < 2:
        raise Problem("The images cannot be read.", "Look at the Data page for the reason.")
    reading = (time.perf_counter() - built) / len(paths)
    frames = torch.stack(read)
    detector.fit(_Frames(frames[:2]), recipe.seed, ticket)  # the first frames of a process take longer
    learn, _ = _clocked_fit(detector, frames[:2], recipe.seed, ticket)
    count = min(len(frames), max(LEAST_IMAGES, int(LEARNING_SECONDS / learn)))
    # Twice, and the better of each part: what comes between from other programs is not to be multiplied.
    fits = [_clocked_fit(detector, frames[:count], recipe.seed, ticket) for _ in range(2)]
    learn, finish = (min(parts) for parts in zip(*fits, strict=True))
    ticket.check()
    begun_judging = time.perf_counter()
    detector.predict(frames[:count])
    judge = (time.perf_counter() - begun_judging) / count
    return Pace(count, built - begun, reading, learn, finish, judge, device.device.type)


def _clocked_fit(detector: Detector, frames: Tensor, seed: int, ticket: Ticket) -> tuple[float, float]:
    """Return the seconds a frame of a fit's first stage, which goes through the frames, and those of all the rest."""
    begun = time.perf_counter()
    learned: list[float] = []
    stages: list[str] = []

    def on_progress(progress: Progress) -> None:
        ticket.check()
        if progress.stage not in stages:
            stages.append(progress.stage)
            if len(stages) == 2:
                learned.append(time.perf_counter() - begun)

    detector.fit(_Frames(frames), seed, Ticket(on_progress))
    whole = time.perf_counter() - begun
    first = learned[0] if learned else whole
    return first / len(frames), whole - first
