"""Distillation of EfficientAD's teacher: a small network learns what a pretrained backbone says of photographs.

Batzner et al., arXiv 2303.14535, appendix A.1. Where the photographs come from decides nothing here: they are general
ones, never the parts that are inspected later.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

import torch
import torch.nn.functional as F
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from core.backbones.catalog import IMAGENET_MEAN, IMAGENET_STD, PDN_CHANNELS, backbone
from core.backbones.engines import on_engine
from core.backbones.extractor import FeatureExtractor, Features, build_extractor
from core.backbones.nets.pdn import REACH, STRIDE, PdnSize, grid_of, patch_description
from core.detectors.parts.neighbourhoods import PatchDescriptions
from core.devices import DeviceChoice
from core.errors import Problem
from core.files import writing
from core.images.framing import Framing
from core.images.in_order import in_order
from core.images.reading import read_image
from core.images.resampling import to_frames
from core.progress import Cancelled, Ticket, silent

LEVELS = ("s8", "s16")  # of the backbone: the paper's layers 2 and 3
SIDE = 256  # of the picture that the small network sees; the backbone sees twice as much
WEIGHT_DECAY = 1e-5
GREY = 0.3  # share of photographs shown without colour: many cameras on production lines have none
MOST_HELD_OUT = 32
MOST_MEASURED = 256  # images that mean and spread of a channel are measured on
WARM_UP = 100  # steps
WIND_DOWN = 0.3  # of all steps
METADATA_KEY = "flawsight"
TEACHERS: dict[PdnSize, str] = {"small": "pdn_small_own", "medium": "pdn_medium"}  # of the catalogue, by size


@dataclass(frozen=True, slots=True)
class Course:
    """All that decides the result of a distillation but the photographs and the device.

    Attributes
    ----------
    size
        Of the network.
    backbone
        What is imitated.
    steps
        How many there are in all; the learning rate follows from it, so a resumed run may go on to more.
    batch
        Photographs a step.
    crop
        Side of the random part of each 256 x 256 picture that a step learns from, a multiple of 4: a smaller one makes
        steps cheaper. 256 takes all, with padding, as the paper does.
    rate
        Highest learning rate of Adam: rises over the first 100 steps, falls to 0 over the last 30 %. The
        paper's is 1e-4, for 60,000 steps.
    bfloat16
        Whether convolutions are computed in 16 bits.
    seed
        Of the first weights and of the order, colour and crops of the photographs.
    judge_every
        Steps between two looks at the photographs held out; the state is written then.
    """

    size: PdnSize = "small"
    backbone: str = "efficientnet_lite0"
    steps: int = 60_000
    batch: int = 16
    crop: int = SIDE
    rate: float = 1e-3
    bfloat16: bool = False
    seed: int = 0
    judge_every: int = 500

    def __post_init__(self) -> None:
        if self.crop % STRIDE or not REACH < self.crop <= SIDE:
            raise Problem(
                "A crop of {crop} pixels does not work.",
                "Choose a multiple of {step} from {low} to {high}.",
                crop=self.crop,
                step=STRIDE,
                low=REACH + STRIDE - REACH % STRIDE,
                high=SIDE,
            )

    def rate_at(self, step: int) -> float:
        """Return the learning rate of a step, counted from 0."""
        up = (step + 1) / WARM_UP
        down = (self.steps - step) / max(1.0, WIND_DOWN * self.steps)
        return self.rate * min(1.0, up, down)


@dataclass(frozen=True, slots=True)
class Judgement:
    """One look at the photographs held out.

    Attributes
    ----------
    step
        Steps taken so far.
    loss
        Mean loss of the steps since the look before.
    held_out
        Loss on the photographs held out, without padding; 1 is that of a network that says the same of everything.
    seconds
        Of learning so far, all runs together.
    """

    step: int
    loss: float
    held_out: float
    seconds: float


@dataclass(slots=True)
class _State:
    """What a checkpoint holds."""

    network: nn.Sequential
    optimizer: torch.optim.Adam
    mean: Tensor
    spread: Tensor
    step: int = 0
    history: list[Judgement] = field(default_factory=list)


def distil(
    photographs: Sequence[Path],
    course: Course,
    output: Path,
    device: DeviceChoice,
    ticket: Ticket,
    told: Callable[[Judgement], None],
    *,
    resume: bool = False,
    start: Path | None = None,
    weights_file: Path | None = None,
) -> Judgement:
    """Train a network and write it to `output` in half precision, with a checkpoint beside it.

    A stopped run that is resumed gives the same weights as one that was not stopped, on the same device. Both files
    are written at every judgement and the checkpoint at a stop, too.

    Memory: three copies of the network's weights, `batch` photographs at 512 x 512 and what the backbone makes of them.

    Parameters
    ----------
    told
        Called with each judgement.
    resume
        Go on from the checkpoint.
    start
        A teacher's weights to begin from instead of random ones, such as an earlier run's output; its hash is kept.

    Returns
    -------
    The last judgement.

    Raises
    ------
    Problem
        Too few photographs, or one that cannot be read; weights missing or of another shape; a checkpoint that is
        missing, in the way or another course's; a loss that is not a number; no room on the disk.
    Cancelled
        Through the ticket; the checkpoint is there.
    """
    checkpoint = checkpoint_of(output)
    if checkpoint.exists() and not resume:
        raise Problem(
            "There is a checkpoint of an earlier run: {path}.", "Resume that run, or remove the file.", path=checkpoint
        )
    features = on_engine(
        build_extractor(course.backbone, LEVELS, ticket, weights_file=weights_file), device.engine, device.device
    )
    earlier = build_extractor(TEACHERS[course.size], ("s4",), silent(), weights_file=start) if start else None
    distiller = _Distiller(photographs, course, features, device.device, earlier)
    state = distiller.resumed(checkpoint) if resume else distiller.begun(ticket.stage("Measuring the backbone", 0.02))
    if state.step >= course.steps:
        raise Problem("The run is over: it has taken all its {steps} steps.", "Choose more.", steps=state.step)
    begun = time.perf_counter() - (state.history[-1].seconds if state.history else 0.0)
    losses: list[float] = []
    stage = ticket.stage("Distilling", 0.98)
    first = state.step
    try:
        for loss in distiller.steps(state, stage):
            losses.append(loss)
            done = (state.step - first) / (course.steps - first)
            stage.report(state.step, course.steps, share=done, loss=loss)
            if state.step % course.judge_every and state.step < course.steps:
                continue
            if not math.isfinite(loss):
                raise Problem("The training did not succeed: its loss is not a number.", "Choose a smaller rate.")
            held_out = distiller.judge(state)
            mean = math.fsum(losses) / len(losses)
            state.history.append(Judgement(state.step, mean, held_out, time.perf_counter() - begun))
            losses = []
            distiller.write(state, checkpoint, output, device)
            told(state.history[-1])
    except Cancelled:
        distiller.write_checkpoint(state, checkpoint)
        raise
    return state.history[-1]


def checkpoint_of(output: Path) -> Path:
    """Return where the checkpoint lies."""
    return output.with_name(f"{output.stem}.checkpoint{output.suffix}")


class _Distiller:
    """The parts of a run. Photographs are read ahead in threads; nothing of them is kept."""

    def __init__(
        self,
        photographs: Sequence[Path],
        course: Course,
        features: Features,
        device: torch.device,
        earlier: FeatureExtractor | None = None,
    ) -> None:
        order = _permutation(len(photographs), course.seed, 0)
        held_out = min(MOST_HELD_OUT, len(photographs) // 10)
        if held_out == 0 or len(photographs) - held_out < course.batch:
            raise Problem(
                "{count} photographs are too few.",
                "At least {least} are needed, and thousands for a teacher of any use.",
                count=len(photographs),
                least=max(10, course.batch * 10 // 9 + 1),
            )
        self._held_out = [photographs[index] for index in order[:held_out]]
        self._learned = [photographs[index] for index in order[held_out:]]
        self._course = course
        self._features = features
        self._device = device
        self._earlier = earlier
        half = PDN_CHANNELS // len(LEVELS)
        self._describe = PatchDescriptions(features.channels, [half] * len(LEVELS), PDN_CHANNELS).to(device)
        self._colour_mean = torch.tensor(IMAGENET_MEAN, device=device).view(3, 1, 1)
        self._colour_std = torch.tensor(IMAGENET_STD, device=device).view(3, 1, 1)
        names = "\n".join(f"{path.name} {path.stat().st_size}" for path in photographs)
        # What has to be the same for a run to go on; the steps in all and the looks in between may change.
        self._identity = {
            **{name: value for name, value in asdict(course).items() if name not in ("steps", "judge_every")},
            "backbone_sha256": features.weights_sha256,
            "start_sha256": earlier.weights_sha256 if earlier else None,
            "photographs": len(photographs),
            "photographs_sha256": hashlib.sha256(names.encode()).hexdigest(),
        }

    def begun(self, ticket: Ticket) -> _State:
        """Return the state before the first step."""
        sums = torch.zeros(2, PDN_CHANNELS, dtype=torch.float64)
        paths = self._learned[:MOST_MEASURED]
        for number, large in enumerate(in_order(lambda path: _frame(path, 2 * SIDE), paths, ticket)):
            described = self._described(large[None]).flatten(0, 2).cpu().double()
            sums += torch.stack([described.mean(0), described.square().mean(0)])
            ticket.report(number + 1, len(paths))
        mean, squares = sums / len(paths)
        spread = (squares - mean.square()).clamp(min=1e-12).sqrt()
        return self._state(self._first_network(), mean.float(), spread.float())

    def _first_network(self) -> nn.Sequential:
        network = patch_description(self._course.size, padding=self._course.crop == SIDE)
        if self._earlier is not None:
            network.load_state_dict(self._earlier.stages["s4"].state_dict())
            return network
        generator = _generator(self._course.seed)
        for layer in network:
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu", generator=generator)
                nn.init.zeros_(cast(nn.Parameter, layer.bias))
        return network

    def _state(self, network: nn.Sequential, mean: Tensor, spread: Tensor) -> _State:
        network.to(self._device).to(memory_format=torch.channels_last)
        optimizer = torch.optim.Adam(network.parameters(), lr=self._course.rate, weight_decay=WEIGHT_DECAY)
        return _State(network, optimizer, mean.to(self._device), spread.to(self._device))

    def steps(self, state: _State, ticket: Ticket) -> Iterator[float]:
        """Take the steps that are left, and yield the loss of each."""
        course = self._course
        crops = torch.Generator()
        images = in_order(self._read, self._plan(state.step), ticket)
        with contextlib.closing(images):
            while state.step < course.steps:
                pairs = [next(images) for _ in range(course.batch)]
                large, small = (torch.stack(frames) for frames in zip(*pairs, strict=True))
                crops.manual_seed(_seed(course.seed, 2, state.step))
                with torch.no_grad():
                    wanted = (self._described(large) - state.mean) / state.spread
                frames, wanted = self._cropped(self._coloured(small), wanted.permute(0, 3, 1, 2), crops)
                for group in state.optimizer.param_groups:
                    group["lr"] = course.rate_at(state.step)
                with self._precision():
                    found = state.network(frames)
                loss = F.mse_loss(found.float(), wanted)
                state.optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                state.optimizer.step()
                state.step += 1
                yield loss.item()

    @torch.no_grad()
    def judge(self, state: _State) -> float:
        """Return the loss on the photographs held out, without padding: as the network is used later."""
        network = patch_description(self._course.size).to(self._device).to(memory_format=torch.channels_last)
        network.load_state_dict(state.network.state_dict())
        losses = []
        for path in self._held_out:
            wanted = (self._described(_frame(path, 2 * SIDE)[None]) - state.mean) / state.spread
            with self._precision():
                found = network(self._coloured(_frame(path, SIDE)[None]))
            losses.append(F.mse_loss(found.float(), _inner(wanted.permute(0, 3, 1, 2), 0, 0, SIDE)))
        return float(torch.stack(losses).mean())

    def write(self, state: _State, checkpoint: Path, output: Path, device: DeviceChoice) -> None:
        """Write the checkpoint, and the network in half precision with its card."""
        self.write_checkpoint(state, checkpoint)
        weights = {name: tensor.half().cpu().contiguous() for name, tensor in state.network.state_dict().items()}
        card = {
            "what": f"PDN {self._course.size}, a teacher for EfficientAD",
            "licence": backbone(self._course.backbone).licence,
            "course": asdict(self._course),
            **self._identity,
            "device": device.text,
            "steps": state.step,
            "held_out": [asdict(judgement) for judgement in state.history],
        }
        _save(weights, card, output)

    def write_checkpoint(self, state: _State, path: Path) -> None:
        """Write all that a run needs to go on."""
        arrays = {f"network.{name}": tensor for name, tensor in state.network.state_dict().items()}
        for number, moments in state.optimizer.state_dict()["state"].items():
            arrays |= {f"adam.{number}.{name}": tensor for name, tensor in moments.items()}
        arrays |= {"mean": state.mean, "spread": state.spread}
        record = {
            "identity": self._identity,
            "step": state.step,
            "history": [asdict(judgement) for judgement in state.history],
        }
        _save({name: tensor.cpu().contiguous() for name, tensor in arrays.items()}, record, path)

    def resumed(self, path: Path) -> _State:
        """Return the state that a checkpoint holds."""
        if not path.is_file():
            raise Problem("There is no checkpoint {path}.", "Begin a new run.", path=path)
        try:
            with safe_open(path, "pt") as file:
                record = json.loads((file.metadata() or {})[METADATA_KEY])
                arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no mapping
            network = patch_description(self._course.size, padding=self._course.crop == SIDE)
            differing = [name for name, value in self._identity.items() if record["identity"].get(name) != value]
            if differing:
                raise Problem(
                    "The checkpoint belongs to another run: {names} differ.",
                    "Give the options of that run, or begin a new one.",
                    names=", ".join(differing),
                )
            network.load_state_dict({name: arrays[f"network.{name}"] for name in network.state_dict()})
            state = self._state(network, arrays["mean"], arrays["spread"])
            moments: dict[int, dict[str, Tensor]] = {}
            for name, tensor in arrays.items():
                if name.startswith("adam."):
                    _, number, moment = name.split(".")
                    moments.setdefault(int(number), {})[moment] = tensor
            groups = state.optimizer.state_dict()["param_groups"]
            state.optimizer.load_state_dict({"state": moments, "param_groups": groups})
            state.step = int(record["step"])
            state.history = [Judgement(**judgement) for judgement in record["history"]]
        except (SafetensorError, KeyError, ValueError, TypeError, RuntimeError, OSError) as error:
            raise Problem("The checkpoint {path} is damaged.", "Begin a new run.", path=path) from error
        return state

    def _plan(self, step: int) -> Iterator[tuple[Path, bool]]:
        """Yield photographs from a step on, and whether each is shown in grey: whole rounds, each in its own order."""
        place = step * self._course.batch
        count = len(self._learned)
        while True:
            round_number, first = divmod(place, count)
            grey = torch.rand(count, generator=_generator(self._course.seed, 1, round_number)) < GREY
            order = _permutation(count, self._course.seed, 1 + round_number)
            for index in order[first:]:
                yield self._learned[index], bool(grey[index])
            place = (round_number + 1) * count

    def _read(self, item: tuple[Path, bool]) -> tuple[Tensor, Tensor]:
        """Return a photograph for the backbone and for the network."""
        path, grey = item
        return _frame(path, 2 * SIDE, grey), _frame(path, SIDE, grey)

    def _described(self, frames: Tensor) -> Tensor:
        """(B, 3, 512, 512) -> (B, 64, 64, 384) of the backbone."""
        found: Tensor = self._describe(self._features(frames.to(self._device)))
        return found

    def _coloured(self, frames: Tensor) -> Tensor:
        return (frames.to(self._device) - self._colour_mean) / self._colour_std

    def _precision(self) -> contextlib.AbstractContextManager[Any]:
        return torch.autocast(self._device.type, torch.bfloat16, enabled=self._course.bfloat16)

    def _cropped(self, frames: Tensor, wanted: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Cut a random part of each frame and what belongs to it of (B, 384, 64, 64)."""
        crop = self._course.crop
        if crop == SIDE:
            return frames, wanted
        places = torch.randint((SIDE - crop) // STRIDE + 1, (len(frames), 2), generator=generator).tolist()
        parts = [
            (frame[:, row * STRIDE :, column * STRIDE :][:, :crop, :crop], _inner(goal[None], row, column, crop)[0])
            for frame, goal, (row, column) in zip(frames, wanted, places, strict=True)
        ]
        cut, goals = (torch.stack(each) for each in zip(*parts, strict=True))
        return cut.contiguous(memory_format=torch.channels_last), goals


def _inner(wanted: Tensor, row: int, column: int, side: int) -> Tensor:
    """Cut from (B, C, 64, 64) what a network without padding says of a square part of the frame.

    `row` and `column` are the part's first cell, `side` its pixels. The outermost outputs are missing: each sees
    `REACH` pixels, and the output of a cell with padding starts 4 cells before it.
    """
    height, width = grid_of((side, side))
    margin = (SIDE // STRIDE - grid_of((SIDE, SIDE))[0]) // 2
    return wanted[:, :, row + margin :, column + margin :][:, :, :height, :width]


def _frame(path: Path, side: int, grey: bool = False) -> Tensor:
    """Return a photograph as (3, side, side), 0 to 1, on the CPU."""
    frame = to_frames([read_image(path).pixels], Framing((side, side)))[0]
    if grey:
        frame = (frame * torch.tensor([0.299, 0.587, 0.114]).view(3, 1, 1)).sum(0, keepdim=True).expand(3, -1, -1)
    return frame


def _seed(*numbers: int) -> int:
    return int.from_bytes(hashlib.sha256(repr(numbers).encode()).digest()[:7])


def _generator(*numbers: int) -> torch.Generator:
    return torch.Generator().manual_seed(_seed(*numbers))


def _permutation(count: int, seed: int, number: int) -> list[int]:
    order: list[int] = torch.randperm(count, generator=_generator(seed, 0, number)).tolist()
    return order


def _save(arrays: dict[str, Tensor], record: dict[str, Any], path: Path) -> None:
    with writing(path) as part:
        try:
            save_file(arrays, part, metadata={METADATA_KEY: json.dumps(record)})
        except SafetensorError as error:  # how it tells of a full disk
            raise OSError(str(error)) from error
