"""What every detector offers to the rest of the program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple, Protocol, Self, runtime_checkable

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from core.backbones.extractor import Features
from core.detectors.parts.checkpoint import Checkpoint
from core.detectors.settings import DetectorSettings
from core.errors import Note, Problem
from core.progress import Ticket


class Prediction(NamedTuple):
    """Result for a batch of frames, on the detector's device.

    Attributes
    ----------
    maps
        (B, h, w) float32, raw scores at frame size, smoothed; at least 0, larger is stranger.
    scores
        (B,) float32, raw scores of the images.
    """

    maps: Tensor
    scores: Tensor


class FrameSource(Protocol):
    """Training frames that can be gone through again and again, always in the same order."""

    def __len__(self) -> int:
        """Return the number of frames."""
        ...

    def batches(self, size: int) -> Iterator[Tensor]:
        """Yield (b, 3, h, w) float32 tensors in 0..1 on the CPU, b at most `size`."""
        ...


@dataclass(frozen=True, eq=False, slots=True)
class DetectorState:
    """What a fitted detector has learned, ready to be stored without pickle.

    Attributes
    ----------
    arrays
        Name -> float32 or int32 array.
    facts
        JSON-able values.
    """

    arrays: dict[str, npt.NDArray[Any]]
    facts: dict[str, Any] = field(default_factory=dict)

    def array(self, name: str, dtype: npt.DTypeLike, shape: tuple[int | None, ...]) -> npt.NDArray[Any]:
        """Return an array that somebody else stored, checked.

        Parameters
        ----------
        shape
            Its expected shape; None for a side that may have any length.

        Raises
        ------
        Problem
            It is missing, of another type or of another shape, or holds values that are not finite.
        """
        array = self.arrays.get(name)
        fits = (
            array is not None
            and array.dtype == np.dtype(dtype)
            and array.ndim == len(shape)
            and all(want in (None, have) for want, have in zip(shape, array.shape, strict=True))
            and bool(np.isfinite(array).all())
        )
        if array is None or not fits:
            raise Problem(
                "The stored model does not fit: its part '{name}' is missing or damaged.",
                "Train the model again.",
                name=name,
            )
        return array


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a remembered good patch came from.

    Attributes
    ----------
    image_index
        Position of its image in the training frames' order.
    row, col
        Centre of the patch, in frame pixels.
    """

    image_index: int
    row: float
    col: float


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a patch's score one kind of evidence makes up: a title for people, and 0 to 1."""

    title: str
    part: float


@dataclass(frozen=True, eq=False, slots=True)
class PartialMap:
    """One of the maps that a heat map is made from: a title for people, and (h, w) float32 raw at frame size."""

    title: str
    heat: npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False, slots=True)
class Explanation:
    """Why one patch of a frame scores as it does.

    Attributes
    ----------
    row, col
        Centre of the patch, in frame pixels.
    side
        Of the square that the patch describes, in frame pixels.
    value
        Raw value of the patch alone, before its map is smoothed.
    text
        What it was compared with.
    origin
        The one good patch it was compared with, where there is one.
    place
        Whether it was compared with what good images have at the same place.
    shares
        What `value` is made of; they add up to 1. Empty where it is one number.
    maps
        The maps behind the heat map, on its scale.
    """

    row: float
    col: float
    side: float
    value: float
    text: Note
    origin: Origin | None = None
    place: bool = False
    shares: tuple[Share, ...] = ()
    maps: tuple[PartialMap, ...] = ()


class Detector(Protocol):
    """An algorithm with its fitted state.

    `predict`, `explain`, `state` and `graph` raise `Problem` before `fit` or `restore`. A `fit` that is cancelled or
    fails leaves the detector unfitted.
    """

    kind: ClassVar[str]

    @property
    def settings(self) -> DetectorSettings:
        """What it was built with."""
        ...

    @property
    def frame_size(self) -> tuple[int, int]:
        """(h, w) of its frames."""
        ...

    @property
    def extractor(self) -> Features:
        """The backbone's features it looks at."""
        ...

    @classmethod
    def build(
        cls, settings: DetectorSettings, extractor: Features, frame_size: tuple[int, int], device: torch.device
    ) -> Self:
        """Return an unfitted detector for frames of (h, w) = `frame_size`."""
        ...

    def fit(self, frames: FrameSource, seed: int, ticket: Ticket) -> None:
        """Learn from good frames. The same frames and seed on the same device give the same detector."""
        ...

    def predict(self, frames: Tensor) -> Prediction:
        """Score (B, 3, h, w) float32 frames in 0..1 from any device. Changes nothing; safe from several threads."""
        ...

    def explain(self, frames: Tensor, row_frame: float, col_frame: float) -> Explanation:
        """Say why a spot of one frame, (1, 3, h, w), scores as it does; the nearest patch inside is taken."""
        ...

    def state(self) -> DetectorState:
        """Return what was learned."""
        ...

    def restore(self, state: DetectorState) -> None:
        """Take over what `state` returned, from a detector with the same settings and frame size."""
        ...

    def graph(self, ticket: Ticket) -> nn.Module:
        """Return a module on the CPU, (B, 3, h, w) -> (maps, scores), that `GraphWriter` can write down for any B."""
        ...


@runtime_checkable
class Learns(Protocol):
    """A detector that is trained in steps.

    Attributes
    ----------
    checkpoint
        Where the next fit goes on from, should one have been broken off, and what it leaves behind if it is.
    notes
        What a person should know of the last fit.
    """

    checkpoint: Checkpoint | None
    notes: tuple[Note, ...]


def cell_at(point: float, stride: int, cells: int) -> int:
    """Return which cell of a side of the grid a point lies in; the outermost one for a point outside."""
    return min(max(int(point / stride), 0), cells - 1)


def not_fitted() -> Problem:
    """Return the problem of a detector that is asked before it has learned."""
    return Problem("This detector has not learned anything yet.", "Train it on good images first.")
