"""Each picture of a fit seen by a detector that did not learn from it: k-fold cross-validation."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from core.errors import Problem
from core.inspection.inspector import Inspector
from core.inspection.result import Failure, Inspection
from core.models.trained import TrainedModel
from core.progress import Ticket
from core.training.frames import ImageFrames
from core.training.recipe import Recipe

FIT_SHARE = 0.8  # of a round's time, for the progress bar


def folds(hashes: Mapping[Path, str], count: int, seed: int) -> list[set[Path]]:
    """Divide pictures into at most `count` parts of like size, decided by content and seed alone.

    Pictures with the same content stand in the same part, or one would be judged by a detector that knows it.

    Parameters
    ----------
    hashes
        Of each picture's content.
    """
    contents = sorted(set(hashes.values()), key=lambda content: hashlib.sha256(f"{seed}\n{content}".encode()).digest())
    part = {content: place % count for place, content in enumerate(contents)}
    divided = [{path for path, content in hashes.items() if part[content] == number} for number in range(count)]
    return [pictures for pictures in divided if pictures]


def inspect_left_out(
    model: TrainedModel,
    hashes: Mapping[Path, str],
    cached: Mapping[Path, Tensor],
    recipe: Recipe,
    device: torch.device,
    ticket: Ticket,
) -> Iterator[Inspection | Failure]:
    """Yield an inspection of each picture of the fit, by a detector like the model's that learned from the other folds.

    Memory: that of a fit, beside the model's own.

    Parameters
    ----------
    hashes
        The pictures of the fit, with their contents' hashes.
    cached
        Frames of theirs that are in memory, as `ImageFrames` takes them.

    Raises
    ------
    Problem
        They all have the same content.
    Cancelled
        Through the ticket.
    """
    parts = folds(hashes, recipe.folds, recipe.seed)
    if len(parts) < 2:
        raise Problem(
            "Checking good images in rounds takes at least two different ones to learn from.",
            "Add photos of good parts, or train without these rounds.",
        )
    own = model.detector
    for part in parts:
        others = [path for path in hashes if path not in part]
        learning = ticket.stage("Learning without some of the good images", FIT_SHARE / len(parts))
        checking = ticket.stage("Checking the good images left out", (1 - FIT_SHARE) / len(parts))
        detector = type(own).build(own.settings, own.extractor, own.frame_size, device)
        detector.fit(ImageFrames(others, cached, model.framing, model.value_range, ticket), recipe.seed, learning)
        yield from Inspector(replace(model, detector=detector)).inspect_many(sorted(part), checking)
