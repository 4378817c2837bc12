"""A detector with everything that a prediction needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.images.framing import Framing
from core.images.reading import ValueRange
from core.models.card import ModelCard
from core.scoring.thresholds import Calibration

if TYPE_CHECKING:
    from core.detectors.protocol import Detector


@dataclass(frozen=True, eq=False, slots=True)
class TrainedModel:
    """A fitted detector, how images reach it, and what its numbers mean.

    Attributes
    ----------
    detector
        Fitted, on its device.
    framing
        How an image becomes a frame.
    value_range
        How images deeper than 8 bits become 8 bits; None where all good images have 8.
    calibration
        Thresholds and the range for people.
    card
        Where the model comes from.
    """

    detector: Detector
    framing: Framing
    value_range: ValueRange | None
    calibration: Calibration
    card: ModelCard

    def with_calibration(self, calibration: Calibration) -> TrainedModel:
        """Return the same model with other thresholds."""
        return replace(self, calibration=calibration)
