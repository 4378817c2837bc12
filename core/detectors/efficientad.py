"""EfficientAD: a student imitates a teacher, and an autoencoder, on good parts (Batzner et al., arXiv 2303.14535)."""

from __future__ import annotations

import copy
import math
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.backbones.catalog import IMAGENET_MEAN, IMAGENET_STD
from core.backbones.extractor import Features
from core.backbones.nets.pdn import REACH, autoencoder, grid_of, patch_description
from core.detectors.estimate import describing_share
from core.detectors.parts.cache import ImageCache
from core.detectors.parts.checkpoint import Checkpoint
from core.detectors.parts.general import GeneralPictures, general_pictures, jittered
from core.detectors.parts.learning import Course, History, learn, spread_of
from core.detectors.parts.maps import SmoothMaps
from core.detectors.protocol import (
    DetectorState,
    Explanation,
    FrameSource,
    PartialMap,
    Prediction,
    Share,
    cell_at,
    not_fitted,
)
from core.detectors.settings import (
    EFFICIENTAD_PAPER_STEPS,
    HELD_OUT,
    DetectorSettings,
    EfficientAdSettings,
    cache_bytes,
)
from core.devices import halving_batches, has_bfloat16, memory_as_problem, moved, slice_size
from core.errors import Note, Problem, phrase
from core.progress import Ticket, silent

FIT_BATCH = 16
SMALLEST_FRAME = 64
MARGIN = 4  # outputs that a network without padding leaves out at each side
MAPS = (phrase("Local map"), phrase("Global map"))
HARD_SHARE = 0.999  # quantile of the squared differences above which they count
LOW, HIGH = 0.9, 0.995  # quantiles of held-out maps that become 0 and SPAN
SPAN = 0.1
RATE = 1e-4  # the paper's, for its 70,000 steps
HIGHEST_RATE = 1e-3
WEIGHT_DECAY = 1e-5
LATE = 0.95  # share of the steps after which the rate is a tenth
PATIENCE = 5
MIXED = Note("The training steps were computed in 16 bits (bfloat16), as this processor can; inspection is not.")


class Losses(NamedTuple):
    """The parts of a step's loss.

    Attributes
    ----------
    hard
        How far the student is from the teacher where it is farthest.
    penalty
        What the student says of a general image, where it is to say nothing.
    autoencoder
        How far the autoencoder is from the teacher.
    student
        How far the student's second half is from the autoencoder.
    """

    hard: Tensor
    penalty: Tensor
    autoencoder: Tensor
    student: Tensor


def hard_feature_loss(teacher: Tensor, student: Tensor) -> Tensor:
    """Mean of the squared differences at or above their 0.999 quantile (linear between two values)."""
    squared = (teacher - student).square().flatten()
    kept = len(squared) - math.ceil(HARD_SHARE * (len(squared) - 1))
    return squared.topk(kept, sorted=False).values.mean()


class Networks(nn.Module):
    """What is trained."""

    def __init__(self, settings: EfficientAdSettings, channels: int, frame_size: tuple[int, int]) -> None:
        super().__init__()
        self.student = patch_description(settings.size, 2 * channels)
        self.autoencoder = autoencoder(frame_size, channels)

    def losses(
        self, colours: Tensor, taught: Tensor, other_light: Tensor, taught_other: Tensor, general: Tensor | None
    ) -> Losses:
        """Compute the losses on good images, the same under other light, and a general image, all normalised.

        Parameters
        ----------
        taught, taught_other
            What the teacher says of the first two, normalised.
        """
        # The networks may compute in 16 bits; what is compared is compared in 32.
        hard = hard_feature_loss(taught, self.student(colours).chunk(2, dim=1)[0].float())
        penalty = hard.new_zeros(())
        if general is not None:
            penalty = self.student(general).chunk(2, dim=1)[0].float().square().mean()
        rebuilt = self.autoencoder(other_light).float()
        followed = self.student(other_light).chunk(2, dim=1)[1].float()
        return Losses(hard, penalty, F.mse_loss(rebuilt, taught_other), F.mse_loss(followed, rebuilt))


class Normalise(nn.Module):
    """(x - mean) / spread, a channel each."""

    mean: Tensor
    spread: Tensor

    def __init__(self, mean: Tensor, spread: Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", mean.view(1, -1, 1, 1))
        self.register_buffer("spread", spread.view(1, -1, 1, 1))

    def forward(self, values: Tensor) -> Tensor:
        """(B, C, h, w) -> (B, C, h, w)."""
        return (values - self.mean) / self.spread


class Scorer(nn.Module):
    """The trained networks for inspection.

    The paper maps each map linearly so that two quantiles of held-out good images become 0 and 0.1, and takes the mean
    of both. What that subtracts is the same everywhere and moves limits and scores alike; it is left out, so that
    scores are 0 or more: a map is divided by ten times the distance of its quantiles, and halved.

    Parameters
    ----------
    taught
        Normalises what the teacher says.
    scales
        (3,): the factors of the local and of the global map, and the value of the rim, the paper's 0.
    """

    def __init__(self, networks: Networks, taught: Normalise, scales: Tensor) -> None:
        super().__init__()
        self.student = networks.student
        self.autoencoder = networks.autoencoder
        self.taught = taught
        self.colours = Normalise(torch.tensor(IMAGENET_MEAN), torch.tensor(IMAGENET_STD))
        self.near, self.far, self.rim = (float(value) for value in scales)

    def both(self, features: Tensor, frames: Tensor) -> tuple[Tensor, Tensor]:
        """Return the local and the global map, (B, h, w) each, before they are brought to one scale.

        Parameters
        ----------
        features
            (B, C, h, w) of the teacher.
        frames
            (B, 3, H, W) in 0..1.
        """
        colours = self.colours(frames)
        halves = self.student(colours).chunk(2, dim=1)
        near = (self.taught(features) - halves[0]).square().mean(1)
        far = (self.autoencoder(colours) - halves[1]).square().mean(1)
        return near, far

    def forward(self, features: Tensor, frames: Tensor) -> tuple[Tensor, Tensor]:
        """Return the combined map with its rim, (B, h + 8, w + 8), and the largest value inside, (B,)."""
        near, far = self.both(features, frames)
        combined = self.near * near + self.far * far
        return rimmed(combined, self.rim), combined.amax(dim=(1, 2))


def rimmed(maps: Tensor, value: float) -> Tensor:
    """(B, h, w) -> (B, h + 8, w + 8) with a rim of one value."""
    return F.pad(maps.unsqueeze(1), (MARGIN, MARGIN, MARGIN, MARGIN), value=value).squeeze(1)


def steps_taken(optimizer: torch.optim.Optimizer) -> int:
    """Return how many steps Adam has taken, those of a run that it was resumed from included."""
    states = list(optimizer.state.values())
    return int(states[0]["step"]) if states else 0


def rate_at(step: int, steps: int) -> float:
    """Return the learning rate of a step, counted from 0, of a training of so many.

    A shorter training than the paper's takes larger steps, so that it goes as far; at most ten times as large
    (docs/adr/0023-efficientads-rate.md).
    """
    rate = min(max(RATE, RATE * EFFICIENTAD_PAPER_STEPS / steps), HIGHEST_RATE)
    return rate if step < LATE * steps else rate / 10


def scales_of(near: Tensor, far: Tensor) -> Tensor:
    """Return `Scorer`'s scales from the maps of held-out good images, (n, h, w) each, on the CPU."""
    scales, rim = [], 0.0
    for values in (near, far):
        low, high = np.quantile(values.double().numpy(), [LOW, HIGH])
        scale = SPAN / 2 / max(high - low, 1e-6 * high, 1e-12)
        scales.append(scale)
        rim += scale * low
    return torch.tensor([*scales, rim], dtype=torch.float32)


class EfficientAd:
    """The detector.

    On a GPU or CPU that has it, student and autoencoder take their training steps in bfloat16 over float32 weights; the
    teacher, what judges the state after a pass, and inspection stay in float32. bfloat16 has float32's range, so that
    no scaling of gradients is needed.

    Memory of a fit: the frames up to `cache_bytes`, beyond it a file on disk (see `ImageCache`); four times the
    weights of student and autoencoder; what their layers keep of two frames at a time, about 300 MB at 256 x 256.
    """

    kind: ClassVar[str] = "efficientad"

    def __init__(
        self, settings: EfficientAdSettings, extractor: Features, frame_size: tuple[int, int], device: torch.device
    ) -> None:
        if min(frame_size) < SMALLEST_FRAME:
            raise Problem(
                "Frames of {height} × {width} pixels are too small for EfficientAD.",
                "Choose sides of at least {least} pixels.",
                height=frame_size[0],
                width=frame_size[1],
                least=SMALLEST_FRAME,
            )
        self.settings = settings
        self.frame_size = frame_size
        self.device = device
        self.extractor = extractor.to(device)
        self.channels = extractor.channels[0]
        self.grid = grid_of(frame_size)
        self.maps = self._maps().to(device)
        self.mixed = has_bfloat16(device)
        self.checkpoint: Checkpoint | None = None
        self.notes: tuple[Note, ...] = ()
        self._fitted: Scorer | None = None
        self._history: dict[str, Any] = {}

    @classmethod
    def build(
        cls, settings: DetectorSettings, extractor: Features, frame_size: tuple[int, int], device: torch.device
    ) -> Self:
        """Return an unfitted detector for frames of (h, w) = `frame_size`; the teacher is its extractor.

        Raises
        ------
        Problem
            The frames are too small.
        """
        if not isinstance(settings, EfficientAdSettings):
            raise TypeError(f"EfficientAD cannot be built from {type(settings).__name__}")
        return cls(settings, extractor, frame_size, device)

    @torch.no_grad()
    def fit(self, frames: FrameSource, seed: int, ticket: Ticket) -> None:
        """Learn from good frames; one frame is enough.

        The same seed gives the same detector on one device; on CUDA sums are taken in another order than on a CPU, so
        that its detector differs a little.

        Raises
        ------
        Problem
            No frames, not enough memory, a loss that was never finite, or general pictures that cannot be read.
        Cancelled
            Through the ticket; the detector is then unfitted.
        """
        self._fitted, self._history, self.notes = None, {}, ()
        if len(frames) == 0:
            raise Problem("There are no good images to learn from.", "Add some.")
        general = general_pictures(self.settings.penalty_folder, self.frame_size) if self.settings.penalty else None
        with (
            memory_as_problem("Choose smaller frames."),
            torch.random.fork_rng([self.device] if self.device.type == "cuda" else []),
            ImageCache(len(frames), (3, *self.frame_size), cache_bytes()) as cache,
        ):
            torch.manual_seed(seed)  # first weights and dropout
            order = torch.randperm(len(frames), generator=torch.Generator().manual_seed(seed))
            count = len(order) // HELD_OUT
            held_out, learned = order[:count], order[count:]
            share = describing_share(self.settings, len(frames), self.frame_size)
            taught = self._gather(frames, cache, learned, ticket.stage("Learning good images", share))
            networks = Networks(self.settings, self.channels, self.frame_size)
            networks.to(self.device).to(memory_format=torch.channels_last)
            training = ticket.stage("Training student and autoencoder", 0.98 * (1 - share))
            history = self._train(networks, taught, cache, learned, held_out, general, seed, training)
            if history.kept == 0:
                raise Problem(
                    "The training did not succeed: its loss is not a number.",
                    "Look for damaged images, then train again.",
                )
            networks.eval()
            judged = held_out if len(held_out) else learned
            scales = self._scales(networks, taught, cache, judged, ticket.stage("Measuring good images", 1.0))
            self._fitted = Scorer(networks, taught, scales).to(self.device)
            self._history = history.to_json()
            self.notes = (
                *history.notes,
                *(general.notes if general is not None else ()),
                *((MIXED,) if self.mixed else ()),
            )

    def _gather(self, frames: FrameSource, cache: ImageCache, learned: Tensor, ticket: Ticket) -> Normalise:
        """Fill the cache; return what brings each of the teacher's channels to mean 0 and spread 1 on `learned`."""
        sums = torch.zeros(2, self.channels, dtype=torch.float64)
        chosen = set(learned.tolist())
        size = slice_size(self.device)
        for batch in frames.batches(FIT_BATCH):
            parts, size = halving_batches(lambda part: self._features(part, ticket).cpu(), batch, size)
            for number, features in enumerate(torch.cat(parts), len(cache)):
                if number in chosen:
                    values = features.flatten(1).double()
                    sums += torch.stack([values.mean(1), values.square().mean(1)])
            cache.add(batch)
            ticket.report(len(cache), len(frames))
        mean, squares = sums / len(chosen)
        return Normalise(mean.float(), spread_of(squares - mean.square()).float()).to(self.device)

    def _train(
        self,
        networks: Networks,
        taught: Normalise,
        cache: ImageCache,
        learned: Tensor,
        held_out: Tensor,
        general: GeneralPictures | None,
        seed: int,
        ticket: Ticket,
    ) -> History:
        chosen = learned[: self.settings.training_steps]
        passes = self.settings.passes(len(chosen))
        course = Course(chosen, 1, passes, max(PATIENCE, passes // 4))
        optimizer = torch.optim.Adam(networks.parameters(), RATE, weight_decay=WEIGHT_DECAY)
        generator = torch.Generator().manual_seed(seed)
        colours = Normalise(torch.tensor(IMAGENET_MEAN), torch.tensor(IMAGENET_STD)).to(self.device)

        def losses(numbers: Tensor, random: np.random.Generator | None) -> Losses:
            frames = cache.take(numbers).to(self.device)
            other, unrelated = frames, None
            wanted = wanted_other = taught(self._features(frames, ticket))
            if random is not None:
                other = jittered(frames, random)
                wanted_other = taught(self._features(other, ticket))
                if general is not None:
                    unrelated = colours(general.picture(random).to(self.device)[None])
            mixed = self.mixed and random is not None
            with torch.set_grad_enabled(random is not None), torch.autocast(self.device.type, torch.bfloat16, mixed):
                return networks.losses(colours(frames), wanted, colours(other), wanted_other, unrelated)

        def step(numbers: Tensor) -> dict[str, float]:
            with torch.enable_grad():
                parts = losses(numbers, np.random.default_rng(int(torch.randint(2**62, (), generator=generator))))
                loss = torch.stack(parts).sum()
            optimizer.zero_grad()
            ticket.check()
            loss.backward()  # type: ignore[no-untyped-call]
            for group in optimizer.param_groups:
                group["lr"] = rate_at(steps_taken(optimizer), course.steps)
            optimizer.step()
            return {
                phrase("loss"): loss.item(),
                phrase("student to teacher"): (parts.hard + parts.penalty).item(),
                phrase("autoencoder to teacher"): parts.autoencoder.item(),
                phrase("student to autoencoder"): parts.student.item(),
            }

        def judge() -> float:
            networks.eval()
            found = [float(sum(losses(held_out[at : at + 1], None))) for at in range(len(held_out))]
            networks.train()
            return math.fsum(found) / len(found)

        networks.train()
        judging = judge if len(held_out) else None
        dropouts = torch.cuda.default_generators[self.device.index or 0] if self.device.type == "cuda" else None
        generators = (generator, dropouts or torch.default_generator)
        return learn(networks, optimizer, step, judging, course, generators, ticket, self.checkpoint)

    def _scales(
        self, networks: Networks, taught: Normalise, cache: ImageCache, judged: Tensor, ticket: Ticket
    ) -> Tensor:
        scorer = Scorer(networks, taught, torch.ones(3)).to(self.device)
        found = []
        for place in range(len(judged)):
            frame = cache.take(judged[place : place + 1]).to(self.device)
            found.append([each.cpu() for each in scorer.both(self._features(frame, ticket), frame)])
            ticket.report(place + 1, len(judged))
        near, far = (torch.cat(each) for each in zip(*found, strict=True))
        return scales_of(near, far)

    def _features(self, frames: Tensor, ticket: Ticket) -> Tensor:
        """(B, 3, H, W) -> (B, C, h, w) of the teacher."""
        ticket.check()
        return self.extractor(moved(frames, self.device))[0]

    @torch.no_grad()
    def predict(self, frames: Tensor) -> Prediction:
        """Score (B, 3, h, w) frames; the image score is the largest value of the combined map."""
        scorer = self._needed()

        def scored(part: Tensor) -> tuple[Tensor, Tensor]:
            part = moved(part, self.device)
            frames = part.contiguous(memory_format=torch.channels_last)
            found: tuple[Tensor, Tensor] = scorer(self._features(part, silent()), frames)
            return found

        parts, _ = halving_batches(scored, frames, slice_size(self.device))
        maps, scores = (torch.cat(each) for each in zip(*parts, strict=True))
        return Prediction(self.maps(maps), scores)

    @torch.no_grad()
    def explain(self, frames: Tensor, row_frame: float, col_frame: float) -> Explanation:
        """Part the map of one frame, (1, 3, h, w), into the local and the global one, which add up to it."""
        scorer = self._needed()
        part = moved(frames, self.device)
        both = scorer.both(self._features(part, silent()), part.contiguous(memory_format=torch.channels_last))
        scaled = [factor * values for factor, values in zip((scorer.near, scorer.far), both, strict=True)]
        # The rim is one number for both: half each.
        maps = [self.maps(rimmed(values, scorer.rim / 2))[0].cpu().numpy() for values in scaled]
        stride = self.extractor.strides[0]
        row, column = (
            cell_at(at - MARGIN * stride, stride, cells)
            for at, cells in zip((row_frame, col_frame), self.grid, strict=True)
        )
        near, far = (float(values[0, row, column]) for values in scaled)
        total = near + far
        shares = (near / total, far / total) if total else (0.5, 0.5)
        return Explanation(
            row=(row + MARGIN + 0.5) * stride,
            col=(column + MARGIN + 0.5) * stride,
            side=float(REACH),
            value=total,
            text=Note("The local map tells strange structure, the global one what stands in the wrong place."),
            shares=tuple(Share(title, part) for title, part in zip(MAPS, shares, strict=True)),
            maps=tuple(PartialMap(title, heat) for title, heat in zip(MAPS, maps, strict=True)),
        )

    def state(self) -> DetectorState:
        """Return the weights and scales, and as facts how the training went."""
        scorer = self._needed()
        arrays = {
            f"{part}.{name}": tensor.contiguous().cpu().numpy()
            for part in ("student", "autoencoder", "taught")
            for name, tensor in getattr(scorer, part).state_dict().items()
        }
        arrays["scales"] = np.array([scorer.near, scorer.far, scorer.rim], np.float32)
        return DetectorState(arrays, self._history)

    def restore(self, state: DetectorState) -> None:
        """Take over a stored state.

        Raises
        ------
        Problem
            It does not fit these settings.
        """
        self._fitted = None
        networks = Networks(self.settings, self.channels, self.frame_size).eval()
        taught = Normalise(torch.zeros(self.channels), torch.ones(self.channels))
        parts: dict[str, nn.Module] = {
            "student": networks.student,
            "autoencoder": networks.autoencoder,
            "taught": taught,
        }
        for part, module in parts.items():
            module.load_state_dict(
                {
                    name: torch.tensor(state.array(f"{part}.{name}", np.float32, tuple(tensor.shape)))
                    for name, tensor in module.state_dict().items()
                }
            )
        scales = torch.tensor(state.array("scales", np.float32, (3,)))
        scorer = Scorer(networks, taught, scales).to(self.device).to(memory_format=torch.channels_last)
        self._fitted, self._history = scorer, dict(state.facts)

    def graph(self, ticket: Ticket) -> nn.Module:
        """Return the export form."""
        return EfficientAdGraph(
            self.extractor.module(),
            copy.deepcopy(self._needed()).to("cpu"),
            self._maps(),
        )

    def _maps(self) -> SmoothMaps:
        height, width = self.grid
        return SmoothMaps((height + 2 * MARGIN, width + 2 * MARGIN), self.frame_size, self.settings.smoothing)

    def _needed(self) -> Scorer:
        if self._fitted is None:
            raise not_fitted()
        return self._fitted


class EfficientAdGraph(nn.Module):
    """EfficientAD for export."""

    def __init__(self, extractor: nn.Module, scorer: Scorer, maps: SmoothMaps) -> None:
        super().__init__()
        self.extractor = extractor
        self.scorer = scorer
        self.maps = maps

    def forward(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 3, h, w) in 0..1 -> maps (B, h, w), scores (B,)."""
        maps, scores = self.scorer(self.extractor(frames)[0], frames)
        return self.maps(maps), scores
