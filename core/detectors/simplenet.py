"""SimpleNet: discriminators between good patches and made-up defects (Liu et al., arXiv 2303.15140).

Where it departs from the paper, and why: docs/adr/0012-simplenet.md.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Self, cast

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from core.backbones.extractor import Features
from core.detectors.estimate import describing_share
from core.detectors.parts.cache import ImageCache
from core.detectors.parts.checkpoint import Checkpoint
from core.detectors.parts.learning import Course, History, learn, spread_of
from core.detectors.parts.maps import SmoothMaps
from core.detectors.parts.neighbourhoods import SIDE, PatchDescriptions
from core.detectors.protocol import (
    DetectorState,
    Explanation,
    FrameSource,
    PartialMap,
    Prediction,
    cell_at,
    not_fitted,
)
from core.detectors.settings import HELD_OUT, SIMPLENET_BATCH, DetectorSettings, SimpleNetSettings, cache_bytes
from core.devices import halving_batches, memory_as_problem, moved, slice_size
from core.errors import Note, Problem, phrase
from core.progress import Ticket

FIT_BATCH = 16
MARGIN = 0.5  # th of equation 5
SLOPE = 0.2
ADAPTOR_RATE = 2e-4  # the paper's 1e-4 and 2e-4 are for many times the steps
DISCRIMINATOR_RATE = 1e-3
WEIGHT_DECAY = 1e-5
PATIENCE = 5
GOOD_TOLD, NOISE_TOLD = phrase("good told"), phrase("noise told")
SMALLER_STEPS = Note("Memory ran short: the training steps were made smaller, which changes the result a little.")
MOST_MIDDLES = 1 << 21  # values of the discriminators' middles in hand at a time, 8 MiB
AVERAGED = 0.02  # the newest state's share of the mean that is kept: of about the last 50 steps


class Network(nn.Module):
    """What is trained: adaptor and discriminators, with the published program's initial values.

    Attributes
    ----------
    owners
        Which value of the middle is which discriminator's: (hidden, count), 0 or 1.

    Parameters
    ----------
    width
        Values of a patch.
    hidden, count
        Values in the discriminators' middle, of all together, and how many discriminators share them out.
    generator
        On the CPU, for the initial values.
    """

    owners: Tensor

    def __init__(self, width: int, hidden: int, count: int, generator: torch.Generator) -> None:
        super().__init__()
        self.adaptor = nn.Linear(width, width)
        self.hidden = nn.Linear(width, hidden)
        self.norm = nn.BatchNorm1d(hidden)
        self.readout = nn.Parameter(torch.empty(hidden))
        self.register_buffer("owners", F.one_hot(torch.arange(hidden) % count).float(), persistent=False)
        nn.init.normal_(self.readout, std=(2 / (hidden / count + 1)) ** 0.5, generator=generator)  # Xavier's for each
        for layer in (self.adaptor, self.hidden):
            nn.init.xavier_normal_(layer.weight, generator=generator)
            nn.init.uniform_(layer.bias, -(width**-0.5), width**-0.5, generator=generator)

    def discriminate(self, adapted: Tensor) -> Tensor:
        """(N, width) -> (N, count), larger for what looks good."""
        middle = F.leaky_relu(self.norm(self.hidden(adapted)), SLOPE)
        return (middle * self.readout) @ self.owners

    def judged(self, patches: Tensor, moved: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
        """Return D of good patches and of what stands for defects, (N, count) each.

        Both halves go through the batch norm together, as in the published program.

        Parameters
        ----------
        patches
            (N, width) good ones.
        moved, noise
            (N, width) each, see `made_up`: what is put through the adaptor instead, and what is added behind it.
        """
        adapted = self.adaptor(patches)
        defects = (adapted if moved is patches else self.adaptor(moved)) + noise
        good, noisy = self.discriminate(torch.cat([adapted, defects])).chunk(2)
        return good, noisy


def made_up(patches: Tensor, even: float, shaped: float, source: torch.Generator) -> tuple[Tensor, Tensor]:
    """Make what stands for defects in one step: of each patch, where it is moved to and the noise behind the adaptor.

    The paper's is Gaussian noise alone, even in all directions. Good patches differ far more in some directions than in
    others; in those such noise is lost among them, and defects that lie there were never learned. So half of the
    patches, drawn anew each time, move by the difference of two good patches instead, unless these are the same.

    Parameters
    ----------
    patches
        (N, width), normalised.
    even
        Standard deviation of the Gaussian noise, (N, width) in the result.
    shaped
        Standard deviation of the differences, in that of the patches in each direction; 0 leaves all to the noise.
    """
    noise = even * torch.randn(patches.shape, generator=source, device=patches.device)
    if shaped == 0:
        return patches, noise
    order = torch.randperm(len(patches), generator=source, device=patches.device)
    differences = (patches[order] - patches[order.roll(1)]) / math.sqrt(2)
    half = torch.rand((len(patches), 1), generator=source, device=patches.device) < 0.5
    half &= differences.any(1, keepdim=True)
    return patches + half * shaped * differences, ~half * noise


def truncated_loss(good: Tensor, noisy: Tensor) -> Tensor:
    """Truncated L1 loss (equation 5) of D of good patches and of noisy ones, the mean over the discriminators."""
    return F.relu(MARGIN - good).mean() + F.relu(MARGIN + noisy).mean()


class Scorer(nn.Module):
    """The trained network for inspection: ceiling - D(patch), at least 0, with the mean D of the discriminators.

    Up to the discriminators' middle all is linear, and so is one matrix. The ceiling is the largest D of the good
    patches learned from: it moves all scores by the same, to 0 and above.
    """

    weight: Tensor
    bias: Tensor
    readout: Tensor
    ceiling: Tensor

    def __init__(self, weight: Tensor, bias: Tensor, readout: Tensor, ceiling: Tensor) -> None:
        super().__init__()
        self.register_buffer("weight", weight)
        self.register_buffer("bias", bias)
        self.register_buffer("readout", readout)
        self.register_buffer("ceiling", ceiling)

    def judge(self, patches: Tensor) -> Tensor:
        """D of (N, width) patches, (N, 1)."""
        return read_out(F.linear(patches, self.weight, self.bias), self.readout)

    def forward(self, patches: Tensor) -> Tensor:
        """(N, width) -> (N, 1)."""
        return F.relu(self.ceiling - self.judge(patches))

    def over(self, fine: Tensor, coarse: Tensor, weights: Sequence[Tensor]) -> Tensor:
        """Score levels that are not joined: what `forward` says of their patches, in less time.

        Product and enlarging are both linear, so that the coarse level is multiplied on its own few positions and
        enlarged afterwards. Memory: `MOST_MIDDLES` values of the discriminators' middles and as many of the coarse
        level's share of them, whatever the frames' size and number.

        Parameters
        ----------
        fine, coarse
            (B, width_i, h_i, w_i) each.
        weights
            (hidden, width_i) each, of `PatchDescriptions.columns`.

        Returns
        -------
        (B * h_0 * w_0, 1).
        """
        patches, few = fine.permute(0, 2, 3, 1).flatten(0, 2), coarse.permute(0, 2, 3, 1)
        piece = max(1, MOST_MIDDLES // len(patches))
        judged = torch.zeros_like(patches[:, :1])
        for of_fine, of_coarse, bias, readout in zip(
            *(torch.split(each, piece) for each in (*weights, self.bias, self.readout)), strict=True
        ):
            own = F.linear(few, of_coarse, bias).permute(0, 3, 1, 2)
            large = F.interpolate(own, size=fine.shape[-2:], mode="bilinear", align_corners=False)
            middles = large.permute(0, 2, 3, 1).flatten(0, 2)
            judged += read_out(middles.addmm_(patches, of_fine.T), readout)
        return F.relu(self.ceiling - judged)


def read_out(middles: Tensor, readout: Tensor) -> Tensor:
    """(N, hidden), which are overwritten, and (hidden, 1) -> (N, 1): leaky rectifier and last layer."""
    return F.leaky_relu(middles, SLOPE, inplace=True) @ readout  # in place: a pass less over memory


def folded(network: Network, mean: Tensor, spread: Tensor) -> Scorer:
    """Return the network in evaluation mode, behind (x - mean) / spread, with a ceiling of 0; worked out in float64."""
    parts = {name: tensor.double() for name, tensor in network.state_dict().items()}
    gain = parts["norm.weight"] / (parts["norm.running_var"] + network.norm.eps).sqrt()
    hidden = gain.unsqueeze(1) * parts["hidden.weight"]
    weight = hidden @ parts["adaptor.weight"] / spread.double()
    bias = gain * (parts["hidden.bias"] - parts["norm.running_mean"]) + parts["norm.bias"]
    bias += hidden @ parts["adaptor.bias"] - weight @ mean.double()
    readout = parts["readout"].unsqueeze(1) / network.owners.shape[1]
    return Scorer(weight.float(), bias.float(), readout.float(), torch.zeros(1, device=weight.device))


def optimizer_of(network: Network) -> torch.optim.Optimizer:
    """Return Adam with a rate for the adaptor and one for the rest, as the paper has it."""
    adaptor = list(network.adaptor.parameters())
    others = [*network.hidden.parameters(), *network.norm.parameters(), network.readout]
    groups: list[dict[str, Any]] = [
        {"params": adaptor, "lr": ADAPTOR_RATE},
        {"params": others, "lr": DISCRIMINATOR_RATE},
    ]
    return torch.optim.Adam(groups, weight_decay=WEIGHT_DECAY)


def averaged_over_steps(network: Network) -> AveragedModel:
    """Return a copy of the network that follows it as the exponential mean of its states, at first as their mean."""

    def follow(mean: Tensor, now: Tensor, states: Tensor | int) -> Tensor:
        return mean + (now - mean) * max(AVERAGED, 1 / (int(states) + 1))

    return AveragedModel(network, avg_fn=follow, use_buffers=True)


class SimpleNet:
    """The detector.

    Memory of a fit: the patches of all images up to `cache_bytes`, beyond it a file on disk (see `ImageCache`), and
    about a dozen copies of the patches of a step at the discriminator's width.
    """

    kind: ClassVar[str] = "simplenet"

    def __init__(
        self, settings: SimpleNetSettings, extractor: Features, frame_size: tuple[int, int], device: torch.device
    ) -> None:
        self.settings = settings
        self.frame_size = frame_size
        self.device = device
        self.extractor = extractor.to(device)
        stride = extractor.strides[0]
        self.grid = (frame_size[0] // stride, frame_size[1] // stride)
        widths, self.dimension = settings.widths(extractor.channels)
        self.describe = PatchDescriptions(extractor.channels, widths, self.dimension, settings.alike).to(device)
        self.maps = SmoothMaps(self.grid, frame_size, settings.smoothing).to(device)
        self.checkpoint: Checkpoint | None = None
        self.notes: tuple[Note, ...] = ()
        self._fitted: Scorer | None = None
        self._of_levels: tuple[Tensor, ...] = ()  # its weights, as `Scorer.over` wants them
        self._history: dict[str, Any] = {}

    @classmethod
    def build(
        cls, settings: DetectorSettings, extractor: Features, frame_size: tuple[int, int], device: torch.device
    ) -> Self:
        """Return an unfitted detector for frames of (h, w) = `frame_size`."""
        if not isinstance(settings, SimpleNetSettings):
            raise TypeError(f"SimpleNet cannot be built from {type(settings).__name__}")
        return cls(settings, extractor, frame_size, device)

    @torch.no_grad()
    def fit(self, frames: FrameSource, seed: int, ticket: Ticket) -> None:
        """Learn from good frames; one frame is enough.

        The same seed gives the same detector on one device; on CUDA sums are taken in another order than on a CPU, so
        that its detector differs a little.

        Raises
        ------
        Problem
            No frames, not enough memory, or a loss that was never finite.
        Cancelled
            Through the ticket; the detector is then unfitted.
        """
        self._fitted, self._history, self.notes = None, {}, ()
        if len(frames) == 0:
            raise Problem("There are no good images to learn from.", "Add some.")
        generator = torch.Generator().manual_seed(seed)
        each = self.grid[0] * self.grid[1]
        with (
            memory_as_problem("Choose a smaller share of patches a step, smaller frames or a smaller feature size."),
            ImageCache(len(frames), (each, self.dimension), cache_bytes()) as cache,
        ):
            share = describing_share(self.settings, len(frames), self.frame_size)
            mean, spread = self._gather(frames, cache, ticket.stage("Learning good images", share))
            network = Network(self.dimension, self.settings.hidden, self.settings.discriminators, generator)
            network.to(self.device)
            averaged = averaged_over_steps(network)
            training = ticket.stage("Training the discriminator", 1 - share)
            history = self._train(network, averaged, cache, mean, spread, generator, training)
            if history.kept == 0:
                raise Problem(
                    "The training did not succeed: its loss is not a number.",
                    "Look for damaged images, or choose more noise.",
                )
            scorer = folded(cast(Network, averaged.module), mean, spread)
            top = [scorer.judge(image[0].to(self.device)).amax() for image in self._images(cache)]
            scorer.ceiling = torch.stack(top).amax().view(1)
            self._take(scorer)
            self._history, self.notes = history.to_json(), self.notes + history.notes

    def _gather(self, frames: FrameSource, cache: ImageCache, ticket: Ticket) -> tuple[Tensor, Tensor]:
        """Fill the cache; return the mean of each value of a patch and what it is divided by, (d,) each."""
        sums = torch.zeros(2, self.dimension, dtype=torch.float64)
        size = slice_size(self.device)
        for batch in frames.batches(FIT_BATCH):
            parts, size = halving_batches(lambda part: self._describe(part, ticket), batch, size)
            for part in parts:
                cache.add(part)
                values = part.flatten(0, 1).cpu().double()
                sums += torch.stack([values.sum(0), values.square().sum(0)])
            ticket.report(len(cache), len(frames))
        mean, squares = sums / (len(cache) * self.grid[0] * self.grid[1])
        variance = (squares - mean.square()).clamp(min=0)
        if not self.settings.standardise:
            variance = variance.mean().expand_as(variance)
        return mean.float().to(self.device), spread_of(variance).float().to(self.device)

    def _train(
        self,
        network: Network,
        averaged: AveragedModel,
        cache: ImageCache,
        mean: Tensor,
        spread: Tensor,
        generator: torch.Generator,
        ticket: Ticket,
    ) -> History:
        order = torch.randperm(len(cache), generator=generator)
        held_out, learned = order[: len(order) // HELD_OUT], order[len(order) // HELD_OUT :]
        passes = self.settings.all_passes(len(learned))
        course = Course(learned, SIMPLENET_BATCH, passes, max(PATIENCE, passes // 4), self.settings.enough)
        noises = torch.Generator(self.device).manual_seed(generator.initial_seed())
        optimizer = optimizer_of(network)

        def patches(numbers: Tensor) -> Tensor:
            found = cache.take(numbers).flatten(0, 1)
            count = max(2, round(self.settings.share * len(found)))
            if count < len(found):
                found = found[torch.randperm(len(found), generator=generator)[:count]]
            return (found.to(self.device) - mean) / spread

        def defects(good: Tensor, source: torch.Generator) -> tuple[Tensor, Tensor]:
            return made_up(good, self.settings.noise, self.settings.shaped, source)

        size = most = SIMPLENET_BATCH * self.grid[0] * self.grid[1]

        def step(numbers: Tensor) -> dict[str, float]:
            nonlocal size
            parts, size = halving_batches(smaller_step, patches(numbers), size)
            if size < most:
                self.notes = (SMALLER_STEPS,)
            return {name: math.fsum(part[name] for part in parts) / len(parts) for name in parts[0]}

        def smaller_step(seen: Tensor) -> dict[str, float]:
            with torch.enable_grad():
                good, noisy = network.judged(seen, *defects(seen, noises))
                loss = truncated_loss(good, noisy)
            optimizer.zero_grad()
            ticket.check()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            averaged.update_parameters(network)
            # The published program's p_true and p_fake: the shares beyond the margins.
            sure = {GOOD_TOLD: good >= MARGIN, NOISE_TOLD: noisy < -MARGIN}
            return {"loss": loss.item(), **{name: beyond.float().mean().item() for name, beyond in sure.items()}}

        def judge() -> float:
            same = torch.Generator(self.device).manual_seed(0)  # the same noise after every pass
            kept = cast(Network, averaged.module)
            losses = []
            for image in self._images(cache, held_out):
                ticket.check()
                good = (image[0].to(self.device) - mean) / spread
                losses.append(float(truncated_loss(*kept.judged(good, *defects(good, same)))))
            return math.fsum(losses) / len(losses)

        network.train()
        averaged.eval()
        judging = judge if len(held_out) else None
        both = nn.ModuleList([network, averaged])
        return learn(both, optimizer, step, judging, course, (generator, noises), ticket, self.checkpoint)

    def _images(self, cache: ImageCache, numbers: Tensor | None = None) -> Iterator[Tensor]:
        """Yield (1, patches, d) of each image."""
        chosen = torch.arange(len(cache)) if numbers is None else numbers
        return (cache.take(chosen[index : index + 1]) for index in range(len(chosen)))

    def _describe(self, frames: Tensor, ticket: Ticket) -> Tensor:
        """(B, 3, h, w) -> (B, patches, d)."""
        ticket.check()
        described: Tensor = self.describe(self._features(frames))
        return described.flatten(1, 2)

    def _features(self, frames: Tensor) -> list[Tensor]:
        features = self.extractor(moved(frames, self.device))
        return [level.contiguous(memory_format=torch.channels_last) for level in features]

    @torch.no_grad()
    def predict(self, frames: Tensor) -> Prediction:
        """Score (B, 3, h, w) frames; the image score is the largest patch score."""
        self._needed()
        parts, _ = halving_batches(self._scored, frames, slice_size(self.device))
        patches = torch.cat(parts)
        return Prediction(self.maps(patches.view(-1, *self.grid)), patches.amax(1))

    @torch.no_grad()
    def explain(self, frames: Tensor, row_frame: float, col_frame: float) -> Explanation:
        """Return what the discriminators say of each patch of one frame, (1, 3, h, w)."""
        patches = self._scored(frames).view(self.grid)
        stride = self.extractor.strides[0]
        row, column = (cell_at(at, stride, cells) for at, cells in zip((row_frame, col_frame), self.grid, strict=True))
        single = patches.repeat_interleave(stride, 0).repeat_interleave(stride, 1)
        return Explanation(
            row=(row + 0.5) * stride,
            col=(column + 0.5) * stride,
            side=float(SIDE * stride),
            value=float(patches[row, column]),
            text=Note("How far the discriminator takes each patch for a changed one, before the map is smoothed."),
            maps=(PartialMap(phrase("Single patches"), single.cpu().numpy()),),
        )

    def _scored(self, frames: Tensor) -> Tensor:
        """(B, 3, h, w) -> (B, patches)."""
        levels = self.describe.pooled(self._features(frames))
        scorer = self._needed()
        size = 1 if self.device.type == "cpu" else len(frames)  # what is in hand of a frame stays in a CPU's cache
        parts = zip(*(torch.split(level, size) for level in levels), strict=True)
        return torch.cat([scorer.over(fine, coarse, self._of_levels) for fine, coarse in parts]).view(len(frames), -1)

    def state(self) -> DetectorState:
        """Return the scorer's arrays, and as facts how the training went."""
        arrays = {name: buffer.cpu().numpy() for name, buffer in self._needed().state_dict().items()}
        return DetectorState(arrays, self._history)

    def restore(self, state: DetectorState) -> None:
        """Take over a stored state.

        Raises
        ------
        Problem
            It does not fit these settings.
        """
        self._fitted = None
        hidden = self.settings.hidden
        shapes = {"weight": (hidden, self.dimension), "bias": (hidden,), "readout": (hidden, 1), "ceiling": (1,)}
        arrays = {name: torch.tensor(state.array(name, np.float32, shape)) for name, shape in shapes.items()}
        self._take(Scorer(**arrays).to(self.device))
        self._history = dict(state.facts)

    def graph(self, ticket: Ticket) -> nn.Module:
        """Return the export form."""
        return SimpleNetGraph(
            self.extractor.module(),
            copy.deepcopy(self.describe).to("cpu"),
            copy.deepcopy(self._needed()).to("cpu"),
            SmoothMaps(self.grid, self.frame_size, self.settings.smoothing),
            self.dimension,
        )

    def _take(self, scorer: Scorer) -> None:
        self._fitted, self._of_levels = scorer, self.describe.columns(scorer.weight)

    def _needed(self) -> Scorer:
        if self._fitted is None:
            raise not_fitted()
        return self._fitted


class SimpleNetGraph(nn.Module):
    """SimpleNet for export."""

    def __init__(
        self, extractor: nn.Module, describe: PatchDescriptions, scorer: Scorer, maps: SmoothMaps, width: int
    ) -> None:
        super().__init__()
        self.extractor = extractor
        self.describe = describe
        self.scorer = scorer
        self.maps = maps
        self.width = width
        self.grid = (-1, maps.rows.shape[1], maps.columns.shape[0])

    def forward(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 3, h, w) in 0..1 -> maps (B, h, w), scores (B,)."""
        patches = self.scorer(self.describe(self.extractor(frames)).reshape(-1, self.width)).reshape(self.grid)
        return self.maps(patches), patches.amax(dim=(1, 2))
