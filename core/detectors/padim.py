"""PaDiM: a Gaussian of backbone features at each position (Defard et al., arXiv 2011.08785).

Where it departs from the paper unless told not to: docs/adr/0024-padims-averages.md.
"""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
import torch
from torch import Tensor, nn

from core.backbones.extractor import Features
from core.detectors.parts.channels import ChosenChannels, choose_channels
from core.detectors.parts.gaussian import Gaussians, Moments, across_shapes
from core.detectors.parts.maps import SmoothMaps
from core.detectors.protocol import DetectorState, Explanation, FrameSource, Prediction, Share, cell_at, not_fitted
from core.detectors.settings import DetectorSettings, PadimSettings
from core.devices import halving_batches, memory_as_problem, moved, slice_size
from core.errors import Note, Problem, phrase
from core.progress import Ticket, silent

# Of `PADIM_LEVELS`.
STRUCTURES = (phrase("Fine structure"), phrase("Middle structure"), phrase("Coarse structure"))
RIDGE = 0.01  # section 3.2: epsilon, added to the covariance's diagonal
FIT_BATCH = 16


class _Fitted:
    """What was learned: the channel choice, and a Gaussian at each position."""

    def __init__(self, indices: Tensor, choice: ChosenChannels, gaussians: Gaussians) -> None:
        self.indices = indices
        self.choice = choice
        self.gaussians = gaussians


class Padim:
    """The detector.

    Memory of a fit: for each level its cells times its chosen channels times those of all deeper levels and itself, 4
    bytes each (about 35 MB for 256 x 256 frames and 100 channels, 1 GB for the 550 of Wide-ResNet-50-2), at most 256 MB
    of gathered features, and a batch of features; the number of images does not matter.
    """

    kind: ClassVar[str] = "padim"

    def __init__(
        self, settings: PadimSettings, extractor: Features, frame_size: tuple[int, int], device: torch.device
    ) -> None:
        self.settings = settings
        self.frame_size = frame_size
        self.device = device
        self.extractor = extractor.to(device)
        self.grids = [(frame_size[0] // stride, frame_size[1] // stride) for stride in extractor.strides]
        self.maps = SmoothMaps(self.grids[0], frame_size, settings.smoothing).to(device)
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
        choice = self._choice(indices).to(self.device)
        with memory_as_problem("Choose fewer feature channels, smaller frames or a smaller backbone."):
            moments = Moments(choice.levels, self.device)
        reading = ticket.stage("Learning good images", 0.9)
        size, done = slice_size(self.device), 0
        for batch in frames.batches(FIT_BATCH):
            parts, size = halving_batches(lambda part: self._describe(choice, part, reading), batch, size)
            for part in parts:
                moments.add(part, reading)
            done += len(batch)
            reading.report(done, len(frames))
        gaussians = moments.gaussians(RIDGE, ticket.stage("Solving covariances", 0.1))
        self._fitted = _Fitted(indices, choice, gaussians)

    def _choice(self, indices: Tensor) -> ChosenChannels:
        return ChosenChannels(self.extractor.channels, self.grids, indices, self.settings.averaged)

    def _describe(self, choice: ChosenChannels, frames: Tensor, ticket: Ticket) -> list[Tensor]:
        """(B, 3, h, w) -> (cells, B, channels) a level."""
        ticket.check()
        vectors: list[Tensor] = choice(self.extractor(moved(frames, self.device)))
        return vectors

    @torch.no_grad()
    def predict(self, frames: Tensor) -> Prediction:
        """Score (B, 3, h, w) frames; the image score is the map's maximum."""
        fitted = self._needed()
        parts, _ = halving_batches(
            lambda part: self._describe(fitted.choice, part, silent()), frames, slice_size(self.device)
        )
        vectors = [torch.cat(level, dim=1) for level in zip(*parts, strict=True)]
        maps = self.maps(fitted.choice.grid(fitted.gaussians(vectors)))
        return Prediction(maps, maps.amax(dim=(1, 2)))

    @torch.no_grad()
    def explain(self, frames: Tensor, row_frame: float, col_frame: float) -> Explanation:
        """Share the squared distance at this row and column of one frame, (1, 3, h, w), out among the levels."""
        fitted = self._needed()
        row, column = (
            cell_at(at, self.extractor.strides[0], cells)
            for at, cells in zip((row_frame, col_frame), self.grids[0], strict=True)
        )
        levels = fitted.gaussians.by_level(self._describe(fitted.choice, frames, silent()))
        squares = [float(fitted.choice.grid(level)[0, row, column]) for level in levels]
        total = sum(squares)
        stride = self.extractor.strides[0]
        return Explanation(
            row=(row + 0.5) * stride,
            col=(column + 0.5) * stride,
            side=float(stride),
            value=total**0.5,
            text=Note("Compared with what good parts look like at this very place."),
            place=True,
            shares=tuple(
                Share(STRUCTURES[level.number], part / total if total else 1 / len(squares))
                for level, part in zip(reversed(fitted.choice.levels), reversed(squares), strict=True)
            ),
        )

    def state(self) -> DetectorState:
        """Return channel choice, means and inverse factors."""
        fitted = self._needed()
        arrays = {name: values.numpy() for name, values in fitted.gaussians.arrays().items()}
        return DetectorState({"channels": fitted.indices.numpy().astype(np.int32), **arrays})

    def restore(self, state: DetectorState) -> None:
        """Take over a stored state.

        Raises
        ------
        Problem
            It does not fit these settings and this frame size.
        """
        self._fitted = None
        indices = torch.from_numpy(state.array("channels", np.int32, (self.dimensions,)).astype(np.int64))
        if int(indices.min()) < 0 or int(indices.max()) >= sum(self.extractor.channels):
            raise Problem("The stored model does not fit its backbone.", "Train the model again.")
        choice = self._choice(indices).to(self.device)

        def tensor(name: str, shape: tuple[int, ...]) -> Tensor:
            return torch.tensor(state.array(name, np.float32, shape), device=self.device)

        means = [tensor(f"mean{i}", (level.cells, level.width)) for i, level in enumerate(choice.levels)]
        own = [tensor(f"own{i}", (level.cells, level.width, level.width)) for i, level in enumerate(choice.levels)]
        across = [tensor(f"across{i}", shape) for i, shape in enumerate(across_shapes(choice.levels), start=1)]
        self._fitted = _Fitted(indices, choice, Gaussians(choice.levels, means, own, across))

    def graph(self, ticket: Ticket) -> nn.Module:
        """Return the export form: the inverse factors in 16 bits."""
        fitted = self._needed()
        return PadimGraph(
            self.extractor.module(),
            self._choice(fitted.indices),
            fitted.gaussians.in_16_bits(ticket),
            SmoothMaps(self.grids[0], self.frame_size, self.settings.smoothing),
        )

    def _needed(self) -> _Fitted:
        if self._fitted is None:
            raise not_fitted()
        return self._fitted


class PadimGraph(nn.Module):
    """PaDiM for export."""

    def __init__(self, extractor: nn.Module, choice: ChosenChannels, gaussians: Gaussians, maps: SmoothMaps) -> None:
        super().__init__()
        self.extractor = extractor
        self.choice = choice
        self.gaussians = gaussians
        self.maps = maps

    def forward(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 3, h, w) in 0..1 -> maps (B, h, w), scores (B,)."""
        maps = self.maps(self.choice.grid(self.gaussians(self.choice(self.extractor(frames)))))
        return maps, maps.amax(dim=(1, 2))
