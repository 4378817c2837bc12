"""The training loop of detectors that learn by gradient steps."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import torch
from torch import Tensor, nn

from core.progress import Ticket

DIVERGED = 10.0  # times the first pass's loss


@dataclass(frozen=True, slots=True)
class Course:
    """How long to learn.

    Attributes
    ----------
    numbers
        (n,) int64, of the images to learn from.
    batch
        Images a step.
    passes
        Through all images, at most.
    patience
        Passes without a better state after which learning ends.
    """

    numbers: Tensor
    batch: int
    passes: int
    patience: int

    @property
    def steps(self) -> int:
        """How many steps there are at most."""
        return self.passes * math.ceil(len(self.numbers) / self.batch)


@dataclass(slots=True)
class History:
    """How a training went.

    Attributes
    ----------
    losses, judged
        Mean loss of each pass, and what judged the state after it.
    kept
        The pass after which the state was that is kept, from 1 on; 0 is the state before the first.
    ended
        ``"finished"`` all passes, ``"settled"`` early as nothing got better, or ``"diverged"``.
    """

    losses: list[float] = field(default_factory=list)
    judged: list[float] = field(default_factory=list)
    kept: int = 0
    ended: Literal["finished", "settled", "diverged"] = "finished"

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON-able values."""
        return {"losses": self.losses, "judged": self.judged, "kept": self.kept, "ended": self.ended}


def learn(
    network: nn.Module,
    step: Callable[[Tensor], float],
    judge: Callable[[], float] | None,
    course: Course,
    generator: torch.Generator,
    ticket: Ticket,
) -> History:
    """Train a network in passes over shuffled images; it ends in the best of the states it had after a pass.

    Best is the lowest value of `judge`, or where there is none the lowest mean loss. A loss that is not finite, or a
    pass whose mean loss is ten times the first one's, ends the training with the best state so far. Memory: a second
    copy of the network.

    Parameters
    ----------
    step
        Takes one step on the images of the numbers that it is given, and returns the loss.
    judge
        Looks at the state after a pass, on good images that no step sees.
    generator
        On the CPU, for the order of the images.

    Raises
    ------
    Cancelled
        Through the ticket, which is asked between steps.
    """
    history = History()
    best, kept = math.inf, copy.deepcopy(network.state_dict())
    done = 0
    for number in range(1, course.passes + 1):
        order = course.numbers[torch.randperm(len(course.numbers), generator=generator)]
        total = 0.0
        for start in range(0, len(order), course.batch):
            batch = order[start : start + course.batch]
            ticket.check()
            loss = step(batch)
            total += loss * len(batch)
            if not math.isfinite(loss):
                break
            done += 1
            ticket.report(done, course.steps, loss=loss)
        mean = total / len(order)
        value = judge() if judge is not None and math.isfinite(mean) else mean
        if not math.isfinite(value) or (history.losses and mean > DIVERGED * max(history.losses[0], 1e-6)):
            history.ended = "diverged"
            break
        history.losses.append(mean)
        history.judged.append(value)
        if value < best:
            best, kept, history.kept = value, copy.deepcopy(network.state_dict()), number
        elif number - history.kept >= course.patience:
            history.ended = "settled"
            break
    network.load_state_dict(kept)
    ticket.report(course.steps, course.steps, loss=history.losses[-1] if history.losses else math.inf)
    return history
