"""The training loop of detectors that learn by gradient steps."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import torch
from torch import Tensor, nn

from core.detectors.parts.checkpoint import Checkpoint
from core.errors import Note
from core.progress import Ticket

LEAST_SPREAD = 1e-3  # in the mean spread
DIVERGED = 10.0  # times the first pass's loss
UNSTABLE = Note(
    "The training became unstable and was stopped early; its best state up to then is kept. "
    "Look for damaged images, or train with another seed.",
    warning=True,
)


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
    enough
        Mean loss of a pass at which learning ends.
    """

    numbers: Tensor
    batch: int
    passes: int
    patience: int
    enough: float = 0.0

    @property
    def steps(self) -> int:
        """How many steps there are at most."""
        return self.passes * math.ceil(len(self.numbers) / self.batch)


@dataclass(slots=True)
class History:
    """How a training went.

    Attributes
    ----------
    curves
        Means of each pass: ``"loss"``, and whatever else a step told.
    judged
        What judged the state after each pass.
    kept
        The pass after which the state was that is kept, from 1 on; 0 is the state before the first.
    ended
        ``"finished"`` all passes, ``"settled"`` early as nothing got better or the loss was small enough,
        ``"stopped"`` early by a person, maybe in the middle of a pass, or ``"diverged"``.
    steps, most
        Steps that were taken, and that there could have been.
    """

    curves: dict[str, list[float]] = field(default_factory=dict)
    judged: list[float] = field(default_factory=list)
    kept: int = 0
    ended: Literal["finished", "settled", "stopped", "diverged"] = "finished"
    steps: int = 0
    most: int = 0

    @property
    def notes(self) -> tuple[Note, ...]:
        """What a person should know of it."""
        match self.ended:
            case "diverged":
                return (UNSTABLE,)
            case "stopped":
                return (
                    Note(
                        "Training was stopped early, after {done} of {most} steps; its best state up to then is kept.",
                        {"done": f"{self.steps:,}", "most": f"{self.most:,}"},
                    ),
                )
        return ()

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON-able values."""
        return asdict(self)


def learn(
    network: nn.Module,
    optimizer: torch.optim.Optimizer,
    step: Callable[[Tensor], Mapping[str, float]],
    judge: Callable[[], float] | None,
    course: Course,
    generators: Sequence[torch.Generator],
    ticket: Ticket,
    checkpoint: Checkpoint | None = None,
) -> History:
    """Train a network in passes over shuffled images; it ends in the best of the states it had after a pass.

    Best is the lowest value of `judge`, or where there is none the lowest mean loss. A loss that is not finite, or a
    pass whose mean loss is ten times the first one's, ends the training with the best state so far; so does the
    ticket's `stop_early`, at the next step, whose pass then counts as far as it got. A training that
    goes on from a checkpoint ends in the same state as one that was never broken off. Memory: a second copy of the
    network.

    Parameters
    ----------
    step
        Takes one step on the images of the numbers that it is given, and returns ``"loss"`` and other numbers to plot,
        by names that the window translates where it can.
    judge
        Looks at the state after a pass, on good images that no step sees.
    generators
        All that the steps draw from. The first, on the CPU, also draws the order of the images.
    checkpoint
        Where the state is written to after a pass, if a minute is over, and read from.

    Raises
    ------
    Cancelled
        Through the ticket, which is asked between steps. The checkpoint stays.
    Problem
        The checkpoint cannot be written.
    """
    history = History(most=course.steps)
    best, kept = math.inf, copy.deepcopy(network.state_dict())
    if checkpoint is not None and (found := checkpoint.read()) is not None:
        history = _resume(*found, network, optimizer, generators, kept)
        best = min(history.judged)
    for number in range(len(history.judged) + 1, course.passes + 1):
        means, steps = _pass(step, course, number, generators[0], ticket)
        history.steps += steps
        mean = means["loss"]
        value = judge() if judge is not None and math.isfinite(mean) else mean
        if not math.isfinite(value) or (number > 1 and mean > DIVERGED * max(history.curves["loss"][0], 1e-6)):
            history.ended = "diverged"
            break
        for name, of_pass in means.items():
            history.curves.setdefault(name, []).append(of_pass)
        history.judged.append(value)
        if value < best:
            best, kept, history.kept = value, copy.deepcopy(network.state_dict()), number
        if ticket.stopping_early and history.steps < course.steps:
            history.ended = "stopped"
            break
        if mean <= course.enough or number - history.kept >= course.patience:
            history.ended = "settled"
            break
        if checkpoint is not None and checkpoint.due:
            checkpoint.write(_arrays(network, optimizer, generators, kept), history.to_json())
    network.load_state_dict(kept)
    ticket.report(course.steps, course.steps, **{name: means[-1] for name, means in history.curves.items()})
    return history


def spread_of(variances: Tensor) -> Tensor:
    """Return the roots of variances to divide features by: none so small that one that hardly moves is blown up."""
    spread = variances.clamp(min=0).sqrt()
    return spread.clamp(min=LEAST_SPREAD * float(spread.mean()) or 1.0)


def _pass(
    step: Callable[[Tensor], Mapping[str, float]],
    course: Course,
    number: int,
    generator: torch.Generator,
    ticket: Ticket,
) -> tuple[dict[str, float], int]:
    """Go once through the images, up to a loss that is not finite or the wish to stop early.

    Returns
    -------
    dict, int
        Means of what the steps told, an image each, and how many steps there were.
    """
    order = course.numbers[torch.randperm(len(course.numbers), generator=generator)]
    batches = torch.split(order, course.batch)
    sums: dict[str, float] = {}
    seen = 0
    for index, batch in enumerate(batches):
        ticket.check()
        values = step(batch)
        for name, value in values.items():
            sums[name] = sums.get(name, 0.0) + value * len(batch)
        seen += len(batch)
        if not math.isfinite(values["loss"]):
            break
        ticket.report((number - 1) * len(batches) + index + 1, course.steps, **values)
        if ticket.stopping_early:
            break
    return {name: total / seen for name, total in sums.items()}, index + 1


def _arrays(
    network: nn.Module, optimizer: torch.optim.Optimizer, generators: Sequence[torch.Generator], kept: dict[str, Tensor]
) -> dict[str, Tensor]:
    arrays = {f"network.{name}": tensor for name, tensor in network.state_dict().items()}
    arrays |= {f"kept.{name}": tensor for name, tensor in kept.items()}
    arrays |= {f"generator.{number}": generator.get_state() for number, generator in enumerate(generators)}
    for number, values in optimizer.state_dict()["state"].items():
        arrays |= {f"optimizer.{number}.{name}": value for name, value in values.items()}
    return arrays


def _resume(
    arrays: dict[str, Tensor],
    record: dict[str, Any],
    network: nn.Module,
    optimizer: torch.optim.Optimizer,
    generators: Sequence[torch.Generator],
    kept: dict[str, Tensor],
) -> History:
    """Put back what `_arrays` took; return the history so far."""
    network.load_state_dict({name: arrays[f"network.{name}"] for name in kept})
    for name, tensor in kept.items():
        tensor.copy_(arrays[f"kept.{name}"])
    for number, generator in enumerate(generators):
        generator.set_state(arrays[f"generator.{number}"])
    values: dict[int, dict[str, Tensor]] = {}
    for key, array in arrays.items():
        if key.startswith("optimizer."):
            _, parameter, name = key.split(".")
            values.setdefault(int(parameter), {})[name] = array
    optimizer.load_state_dict({"state": values, "param_groups": optimizer.state_dict()["param_groups"]})
    return History(**record)
