"""What an inspection of one image found. Plain numpy: the window shows results without loading torch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.errors import Problem
from core.images.framing import Placement
from core.scoring.regions import largest_area
from core.scoring.thresholds import Calibration, Verdict


@dataclass(frozen=True, eq=False, slots=True)
class Inspection:
    """One image as a model sees it. Raw values: calibration is applied on reading.

    Attributes
    ----------
    path
        The image file.
    size
        ``(H, W)`` of the image in its own pixels.
    heat
        ``(h, w)`` float32, raw anomaly map in frame pixels; `placement` says which part of it the image covers.
    placement
        The way back from the frame to the image.
    score
        Raw image score.
    seconds
        Of computing, without reading the file; an image's share of its batch.
    model_id
        Of the model that looked.
    note
        Something to know about the file, such as ``"first of 3 pages"``, or empty.
    """

    path: Path
    size: tuple[int, int]
    heat: npt.NDArray[np.float32]
    placement: Placement
    score: float
    seconds: float
    model_id: str
    note: str = ""

    def verdict(self, calibration: Calibration) -> Verdict:
        """Judge the image."""
        if calibration.decides == "score":
            return calibration.verdict(self.score)
        return calibration.verdict(self.score, largest_area(self.heat, calibration.pixel.value, self.placement))


@dataclass(frozen=True, slots=True)
class Failure:
    """An image that could not be inspected, and why. The others go on."""

    path: Path
    problem: Problem
