"""PatchCore: distance to the nearest remembered good patch (Roth et al., arXiv 2106.08265)."""

from __future__ import annotations

import copy
from typing import ClassVar, Self

import numpy as np
import torch
from torch import Tensor, nn

from core.backbones.extractor import Features
from core.detectors.estimate import describing_share
from core.detectors.parts.candidates import CHOOSING, Candidates
from core.detectors.parts.maps import SmoothMaps
from core.detectors.parts.nearest import Bank, closest, distances_to
from core.detectors.parts.neighbourhoods import SIDE, PatchDescriptions
from core.detectors.protocol import DetectorState, Explanation, FrameSource, Origin, Prediction, cell_at, not_fitted
from core.detectors.settings import DetectorSettings, PatchCoreSettings, candidate_bytes
from core.devices import halving_batches, memory_as_problem, moved, slice_size
from core.errors import Note, Problem
from core.progress import Ticket, silent

FIT_BATCH = 16
SUPPORT = 9  # b of the paper's equation 7


class _Fitted:
    """What was learned: the memory, and where each of its patches came from: (M, 3) int32 image, grid row, column."""

    def __init__(self, vectors: Tensor, origins: Tensor) -> None:
        self.vectors = vectors
        self.origins = origins
        self.bank = Bank(vectors)


class PatchCore:
    """The detector.

    Memory of a fit: `candidate_bytes` for the patches and the work of choosing (see `Candidates` for what happens where
    they do not fit, and for the exception), and a batch of features.
    """

    kind: ClassVar[str] = "patchcore"

    def __init__(
        self, settings: PatchCoreSettings, extractor: Features, frame_size: tuple[int, int], device: torch.device
    ) -> None:
        self.settings = settings
        self.frame_size = frame_size
        self.device = device
        self.extractor = extractor.to(device)
        self.stride = extractor.strides[0]
        self.grid = (frame_size[0] // self.stride, frame_size[1] // self.stride)
        widths, self.dimension = settings.widths(extractor.channels)
        self.describe = PatchDescriptions(extractor.channels, widths, self.dimension, settings.alike).to(device)
        self.maps = SmoothMaps(self.grid, frame_size, settings.smoothing).to(device)
        self._fitted: _Fitted | None = None

    @classmethod
    def build(
        cls, settings: DetectorSettings, extractor: Features, frame_size: tuple[int, int], device: torch.device
    ) -> Self:
        """Return an unfitted detector for frames of (h, w) = `frame_size`."""
        if not isinstance(settings, PatchCoreSettings):
            raise TypeError(f"PatchCore cannot be built from {type(settings).__name__}")
        return cls(settings, extractor, frame_size, device)

    @torch.no_grad()
    def fit(self, frames: FrameSource, seed: int, ticket: Ticket) -> None:
        """Learn from good frames; one frame is enough.

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
        generator = torch.Generator().manual_seed(seed)
        with memory_as_problem("Choose smaller frames, a smaller feature size or fewer images."):
            each = self.grid[0] * self.grid[1]
            total = len(frames) * each
            wanted = min(self.settings.max_patches, max(1, int(total * self.settings.coreset)))
            candidates = Candidates(total, self.dimension, wanted, each, candidate_bytes(), generator, self.device)
            self._gather(frames, candidates, ticket)
            remembered = candidates.choose(ticket)
            images, cells = remembered.numbers // each, remembered.numbers % each
            origins = torch.stack([images, cells // self.grid[1], cells % self.grid[1]], dim=1)
            self._fitted = _Fitted(remembered.vectors.to(self.device), origins.to(torch.int32))

    def _gather(self, frames: FrameSource, candidates: Candidates, ticket: Ticket) -> None:
        """Describe all patches; choose among those so far whenever they are too many to hold."""
        reading_part = describing_share(self.settings, len(frames), self.frame_size)
        images = candidates.room / (self.grid[0] * self.grid[1])  # that fit at a time
        share = min(images / len(frames), 1.0)
        reading = ticket.stage("Learning good images", reading_part * share)
        done, begun = 0, 0
        size = slice_size(self.device)
        for batch in frames.batches(FIT_BATCH):
            parts, size = halving_batches(lambda part: self._describe(part, ticket), batch, size)
            for image in torch.cat(parts):
                if len(image) > candidates.free:
                    candidates.reduce(ticket.stage(CHOOSING, (1 - reading_part) * share))
                    reading, begun = ticket.stage("Learning good images", reading_part * share), done
                candidates.add(image)
                done += 1
            reading.report(done, len(frames), share=(done - begun) / images)

    def _describe(self, frames: Tensor, ticket: Ticket) -> Tensor:
        """(B, 3, h, w) -> (B, patches, d)."""
        ticket.check()
        features = self.extractor(moved(frames, self.device))
        # In the order that averaging, enlarging and joining like: four times as fast.
        described: Tensor = self.describe([level.contiguous(memory_format=torch.channels_last) for level in features])
        return described.flatten(1, 2)

    @torch.no_grad()
    def predict(self, frames: Tensor) -> Prediction:
        """Score (B, 3, h, w) frames; the image score is the largest patch score."""
        bank = self._needed().bank
        parts, _ = halving_batches(lambda part: self._describe(part, silent()), frames, slice_size(self.device))
        queries = torch.cat(parts)
        distances, indices = bank.search(queries.flatten(0, 1), self.settings.neighbours)
        patches = distances.mean(1).view(len(frames), -1)
        scores, worst = patches.max(1)
        if self.settings.reweight and len(bank) > 1:
            places = worst + torch.arange(len(frames), device=worst.device) * patches.shape[1]
            first = indices[places, 0]
            query = queries.flatten(0, 1)[places] - bank.centre
            scores = scores * rarity(query, bank.vectors, first, bank.around(first, SUPPORT))
        return Prediction(self.maps(patches.view(-1, *self.grid)), scores)

    @torch.no_grad()
    def explain(self, frames: Tensor, row_frame: float, col_frame: float) -> Explanation:
        """Name the most similar good patch for the patch of one frame, (1, 3, h, w), at this row and column."""
        fitted = self._needed()
        row, column = (
            cell_at(at, self.stride, cells) for at, cells in zip((row_frame, col_frame), self.grid, strict=True)
        )
        query = self._describe(frames, silent())[:1, row * self.grid[1] + column]
        distances, indices = fitted.bank.search(query, self.settings.neighbours)
        image, *good = fitted.origins[int(indices[0, 0])].tolist()
        good_row, good_column = ((cell + 0.5) * self.stride for cell in good)
        return Explanation(
            row=(row + 0.5) * self.stride,
            col=(column + 0.5) * self.stride,
            side=float(SIDE * self.stride),
            value=float(distances.mean()),
            text=Note("Of all good patches that the model remembers, this one is the most similar."),
            origin=Origin(image, good_row, good_column),
        )

    def state(self) -> DetectorState:
        """Return the memory and its patches' origins."""
        fitted = self._needed()
        return DetectorState({"bank": fitted.vectors.cpu().numpy(), "origins": fitted.origins.numpy()})

    def restore(self, state: DetectorState) -> None:
        """Take over a stored state.

        Raises
        ------
        Problem
            It does not fit these settings.
        """
        self._fitted = None
        vectors = torch.tensor(state.array("bank", np.float32, (None, self.dimension)))
        origins = torch.tensor(state.array("origins", np.int32, (len(vectors), 3)))
        if len(vectors) == 0:
            raise Problem("The stored model remembers no patch.", "Train the model again.")
        self._fitted = _Fitted(vectors.to(self.device), origins)

    def graph(self, ticket: Ticket) -> nn.Module:
        """Return the export form: the search is one matrix product over the whole memory."""
        vectors = self._needed().vectors.cpu()
        return PatchCoreGraph(
            self.extractor.module(),
            copy.deepcopy(self.describe).to("cpu"),
            SmoothMaps(self.grid, self.frame_size, self.settings.smoothing),
            Bank(vectors),
            self.settings,
        )

    def _needed(self) -> _Fitted:
        if self._fitted is None:
            raise not_fitted()
        return self._fitted


def rarity(queries: Tensor, vectors: Tensor, first: Tensor, support: Tensor) -> Tensor:
    """Return (B,) factors in 0..1 of the paper's equation 7: small where the nearest good patch is a rare one.

    Parameters
    ----------
    queries
        (B, d): each image's strangest patch.
    vectors
        (M, d): the memory.
    first
        (B,) its nearest remembered patch.
    support
        (B, b) the remembered patches around that one.
    """
    nearest = distances_to(queries, vectors, first.unsqueeze(1)).squeeze(1)
    return 1 - (nearest - distances_to(queries, vectors, support).logsumexp(1)).exp()


class PatchCoreGraph(nn.Module):
    """PatchCore for export. Memory: B * patches * M values for the distances."""

    centre: Tensor
    vectors: Tensor
    squares: Tensor

    def __init__(
        self,
        extractor: nn.Module,
        describe: PatchDescriptions,
        maps: SmoothMaps,
        bank: Bank,
        settings: PatchCoreSettings,
    ) -> None:
        super().__init__()
        self.extractor = extractor
        self.describe = describe
        self.maps = maps
        self.patches = maps.rows.shape[1] * maps.columns.shape[0]
        self.grid = (-1, maps.rows.shape[1], maps.columns.shape[0])
        self.neighbours = min(settings.neighbours, len(bank))
        self.support = min(SUPPORT, len(bank)) if settings.reweight and len(bank) > 1 else 0
        self.width = bank.vectors.shape[1]
        self.register_buffer("centre", bank.centre)
        self.register_buffer("vectors", bank.vectors)
        self.register_buffer("squares", bank.squares)

    def forward(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 3, h, w) in 0..1 -> maps (B, h, w), scores (B,)."""
        queries = self.describe(self.extractor(frames)).reshape(-1, self.width) - self.centre
        indices = closest(queries, self.vectors, self.squares, self.neighbours)
        distances = distances_to(queries, self.vectors, indices).mean(1)
        patches = distances.reshape(-1, self.patches)
        scores, worst = patches.max(1)
        if self.support:
            worst = worst.unsqueeze(1)
            first = indices.select(1, 0).reshape(-1, self.patches).gather(1, worst).squeeze(1)
            grouped = queries.reshape(-1, self.patches, self.width)
            query = grouped.gather(1, worst.unsqueeze(2).expand(-1, -1, self.width))
            around = closest(self.vectors[first], self.vectors, self.squares, self.support)
            scores = scores * rarity(query.squeeze(1), self.vectors, first, around)
        return self.maps(distances.reshape(self.grid)), scores
