"""PaDiM: a Gaussian of backbone features at each position (Defard et al., arXiv 2011.08785)."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
import torch
from torch import Tensor, nn

from core.backbones.extractor import Features
from core.detectors.parts.channels import ChosenChannels, choose_channels
from core.detectors.parts.gaussian import Gaussians, Moments, places
from core.detectors.parts.maps import SmoothMaps
from core.detectors.protocol import DetectorState, FrameSource, Prediction, not_fitted
from core.detectors.settings import DetectorSettings, PadimSettings
from core.devices import halving_batches, memory_as_problem, moved, slice_size
from core.errors import Problem
from core.progress import Ticket, silent

RIDGE = 0.01  # section 3.2: epsilon, added to the covariance's diagonal
FIT_BATCH = 16


class _Fitted:
    """What was learned: the channel choice, and a Gaussian at each position."""

    def __init__(self, channels: tuple[int, ...], indices: Tensor, gaussians: Gaussians) -> None:
        self.indices = indices
        self.choice = ChosenChannels(channels, indices).to(gaussians.mean.device)
        self.gaussians = gaussians


class Padim:
    """The detector.

    Memory of a fit: a little more than half of positions * d * d * 4 bytes, with a position every four frame pixels
    each way (107 MB for 256 x 256 frames and 100 channels, 2.6 GB for the 550 of Wide-ResNet-50-2), at most 256 MB of
    gathered features, and a batch of features; the number of images does not matter.
    """

    kind: ClassVar[str] = "padim"

    def __init__(
        self, settings: PadimSettings, extractor: Features, frame_size: tuple[int, int], device: torch.device
    ) -> None:
        self.settings = settings
        self.frame_size = frame_size
        self.device = device
        self.extractor = extractor.to(device)
        self.grid = (frame_size[0] // extractor.strides[0], frame_size[1] // extractor.strides[0])
        self.maps = SmoothMaps(self.grid, frame_size, settings.smoothing).to(device)
        self.dimensions = settings.kept(sum(extractor.channels))
        self._fitted: _Fitted | None = None

    @classmethod
    def build(
        cls, settings: DetectorSettings, extractor: Features, frame_size: tuple[int, int], device: torch.device
    ) -> Self:
        """Return an unfitted detector for frames of (h, w) = `frame_size`."""
        if not isinstance(settings, PadimSettings):
            raise TypeError(f"PaDiM cannot be built from {type(settings).__name__}")
        return cls(settings, extractor, frame_size, device)

    @torch.no_grad()
    def fit(self, frames: FrameSource, seed: int, ticket: Ticket) -> None:
        """Learn from good frames in one pass over them; one frame is enough.

        Raises
        ------
        Problem
            No frames, or not enough memory.
        Cancelled
            Through the ticket; the detector is then unfitted.
        """
        self._fitted = None
        if len(frames) == 0:
            raise Problem("There are no good images to learn from.", "Add some.")
        indices = choose_channels(sum(self.extractor.channels), self.dimensions, seed)
        choice = ChosenChannels(self.extractor.channels, indices).to(self.device)
        with memory_as_problem("Choose fewer feature channels, smaller frames or a smaller backbone."):
            moments = Moments(self.grid[0] * self.grid[1], self.dimensions, self.device)
        reading = ticket.stage("Learning good images", 0.9)
        size, done = slice_size(self.device), 0
        for batch in frames.batches(FIT_BATCH):
            parts, size = halving_batches(lambda part: self._describe(choice, part, reading), batch, size)
            for part in parts:
                moments.add(part, reading)
            done += len(batch)
            reading.report(done, len(frames))
        gaussians = moments.gaussians(RIDGE, ticket.stage("Solving covariances", 0.1))
        self._fitted = _Fitted(self.extractor.channels, indices, gaussians)

    def _describe(self, choice: ChosenChannels, frames: Tensor, ticket: Ticket) -> Tensor:
        """(B, 3, h, w) -> (positions, B, d)."""
        ticket.check()
        return choice.vectors(self.extractor(moved(frames, self.device)))

    @torch.no_grad()
    def predict(self, frames: Tensor) -> Prediction:
        """Score (B, 3, h, w) frames; the image score is the map's maximum."""
        fitted = self._needed()
        parts, _ = halving_batches(
            lambda part: self._describe(fitted.choice, part, silent()), frames, slice_size(self.device)
        )
        distances = fitted.gaussians.distances(torch.cat(parts, dim=1))
        maps = self.maps(distances.reshape(-1, *self.grid))
        return Prediction(maps, maps.amax(dim=(1, 2)))

    def state(self) -> DetectorState:
        """Return channel choice, means and the packed factors."""
        fitted = self._needed()
        return DetectorState(
            {
                "channels": fitted.indices.numpy().astype(np.int32),
                "mean": fitted.gaussians.mean.cpu().numpy(),
                "inverses": fitted.gaussians.packed().numpy(),
            }
        )

    def restore(self, state: DetectorState) -> None:
        """Take over a stored state.

        Raises
        ------
        Problem
            It does not fit these settings and this frame size.
        """
        self._fitted = None
        size = self.dimensions
        positions = self.grid[0] * self.grid[1]
        indices = torch.from_numpy(state.array("channels", np.int32, (size,)).astype(np.int64))
        if int(indices.min()) < 0 or int(indices.max()) >= sum(self.extractor.channels):
            raise Problem("The stored model does not fit its backbone.", "Train the model again.")
        mean = torch.tensor(state.array("mean", np.float32, (positions, size)), device=self.device)
        packed = torch.tensor(state.array("inverses", np.float32, (positions, size * (size + 1) // 2)))
        self._fitted = _Fitted(self.extractor.channels, indices, Gaussians.unpacked(mean, packed))

    def graph(self, ticket: Ticket) -> nn.Module:
        """Return the export form: the factors' inverses, so that it needs matrix products only."""
        fitted = self._needed()
        return PadimGraph(
            self.extractor.module(),
            ChosenChannels(self.extractor.channels, fitted.indices),
            SmoothMaps(self.grid, self.frame_size, self.settings.smoothing),
            fitted.gaussians.mean.cpu(),
            fitted.gaussians.in_16_bits(ticket),
        )

    def _needed(self) -> _Fitted:
        if self._fitted is None:
            raise not_fitted()
        return self._fitted


class PadimGraph(nn.Module):
    """PaDiM for export: |L^-1 (x - mean)|, with the inverses in 16 bits, as `Gaussians.in_16_bits` returns them."""

    mean: Tensor
    packed: Tensor
    steps: Tensor
    places: Tensor

    def __init__(
        self,
        extractor: nn.Module,
        choice: ChosenChannels,
        maps: SmoothMaps,
        mean: Tensor,
        inverse: tuple[Tensor, Tensor],
    ) -> None:
        super().__init__()
        self.extractor = extractor
        self.choice = choice
        self.maps = maps
        self.grid = (-1, maps.rows.shape[1], maps.columns.shape[0])
        packed, steps = inverse
        self.square = (-1, mean.shape[1], mean.shape[1])
        self.register_buffer("mean", mean.T.contiguous())
        self.register_buffer("packed", packed)
        self.register_buffer("steps", steps.unsqueeze(2))
        self.register_buffer("places", places(mean.shape[1]))

    def forward(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 3, h, w) in 0..1 -> maps (B, h, w), scores (B,)."""
        deviations = self.choice(self.extractor(frames)).flatten(2) - self.mean
        inverse = self.packed.index_select(1, self.places).float().reshape(self.square)
        whitened = inverse @ (deviations.permute(2, 1, 0) * self.steps)
        distances = whitened.square().sum(1).sqrt()
        maps = self.maps(distances.permute(1, 0).reshape(self.grid))
        return maps, maps.amax(dim=(1, 2))
