"""Image pixels to the frame that a detector sees, and the exact way back.

A frame is filled by squeezing the whole picture into it (``"stretch"``) or by keeping its proportions and padding the
rest (``"letterbox"``). Only sizes and positions are decided here, in whole frame pixels; `core.images.resampling` moves
the pixels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
import numpy.typing as npt

from core.errors import Problem
from core.images.area import EVERYWHERE, Area

Float32Map = npt.NDArray[np.float32]
BoolMask = npt.NDArray[np.bool_]

FRAME_STEP = 32
MAX_FRAME_SIDE = 4096


@dataclass(frozen=True, slots=True)
class Placement:
    """The rectangle of a frame that a picture covers.

    Attributes
    ----------
    image_size, frame_size
        (H, W) of the picture and of the frame.
    top, left, height, width
        The covered rectangle, in whole frame pixels.
    area
        The part of the picture that counts.
    """

    image_size: tuple[int, int]
    frame_size: tuple[int, int]
    top: int
    left: int
    height: int
    width: int
    area: Area = EVERYWHERE

    def heat_to_image(self, heat: Float32Map) -> Float32Map:
        """Enlarge a frame's map (h, w) to the picture's pixels (H, W), bilinearly; padding is cut off.

        Raises
        ------
        ValueError
            The map does not have the frame's size.
        """
        self._check(heat, self.frame_size, "a heat map")
        covered = heat[self.top : self.top + self.height, self.left : self.left + self.width]
        if covered.shape == self.image_size:
            return np.array(covered, np.float32, order="C")
        rows, columns = self.image_size
        enlarged = cv2.resize(
            np.ascontiguousarray(covered, np.float32), (columns, rows), interpolation=cv2.INTER_LINEAR
        )
        return np.asarray(enlarged, np.float32)

    def mask_to_frame(self, mask: BoolMask) -> BoolMask:
        """Bring a picture's mask (H, W) to the frame (h, w): each frame pixel takes the value at its centre.

        Padding is False.

        Raises
        ------
        ValueError
            The mask does not have the picture's size.
        """
        self._check(mask, self.image_size, "a mask")
        frame = np.zeros(self.frame_size, np.bool_)
        rows = (2 * np.arange(self.height) + 1) * self.image_size[0] // (2 * self.height)
        columns = (2 * np.arange(self.width) + 1) * self.image_size[1] // (2 * self.width)
        frame[self.top : self.top + self.height, self.left : self.left + self.width] = mask[np.ix_(rows, columns)]
        return frame

    def inside(self) -> BoolMask:
        """Return (h, w): True where the picture is and counts, False on padding."""
        frame = np.zeros(self.frame_size, np.bool_)
        counts = self.area.mask(self.height, self.width) if self.area else True
        frame[self.top : self.top + self.height, self.left : self.left + self.width] = counts
        return frame

    def point_to_frame(self, x: float, y: float) -> tuple[float, float]:
        """Bring a point (x, y) of the picture to the frame; (0, 0) is the outer corner of the first pixel."""
        return (
            self.left + x * self.width / self.image_size[1],
            self.top + y * self.height / self.image_size[0],
        )

    def point_to_image(self, x: float, y: float) -> tuple[float, float]:
        """Bring a point (x, y) of the frame to the picture; points on padding fall outside of it."""
        return (
            (x - self.left) * self.image_size[1] / self.width,
            (y - self.top) * self.image_size[0] / self.height,
        )

    def pixel_area(self) -> float:
        """Return the area of one frame pixel in image pixels."""
        return (self.image_size[0] * self.image_size[1]) / (self.height * self.width)

    @staticmethod
    def _check(array: npt.NDArray[Any], size: tuple[int, int], what: str) -> None:
        if array.shape != size:
            raise ValueError(f"{what} of shape {array.shape}, expected {size}")


@dataclass(frozen=True, slots=True)
class Framing:
    """How pictures are brought to a detector's frame.

    Parameters
    ----------
    size
        (h, w) of the frame; multiples of 32, because the deepest feature maps are that much smaller.
    fit
        ``"stretch"`` fills the frame; ``"letterbox"`` keeps the proportions and pads.
    area
        The part of a picture that counts. The rest becomes grey in the frame, so that no detector sees it.

    Raises
    ------
    Problem
        The size is not a multiple of 32, or the fit is unknown.
    """

    size: tuple[int, int] = (256, 256)
    fit: Literal["stretch", "letterbox"] = "stretch"
    area: Area = EVERYWHERE

    def __post_init__(self) -> None:
        if any(side % FRAME_STEP or not FRAME_STEP <= side <= MAX_FRAME_SIDE for side in self.size):
            raise Problem(
                "A frame of {width} × {height} pixels does not work.",
                "Choose sides from {step} to {limit} pixels that are multiples of {step}.",
                width=self.size[1],
                height=self.size[0],
                step=FRAME_STEP,
                limit=MAX_FRAME_SIDE,
            )
        if self.fit not in ("stretch", "letterbox"):
            raise Problem("“{fit}” is no way to fit a picture.", "Choose stretch or letterbox.", fit=self.fit)

    def place(self, image_size: tuple[int, int]) -> Placement:
        """Return where a picture of (H, W) pixels lies in the frame."""
        rows, columns = image_size
        height, width = self.size
        if self.fit == "letterbox":
            scale = min(self.size[0] / rows, self.size[1] / columns)
            height = min(self.size[0], max(1, int(rows * scale + 0.5)))
            width = min(self.size[1], max(1, int(columns * scale + 0.5)))
        return Placement(
            image_size=image_size,
            frame_size=self.size,
            top=(self.size[0] - height) // 2,
            left=(self.size[1] - width) // 2,
            height=height,
            width=width,
            area=self.area,
        )

    def to_json(self) -> dict[str, Any]:
        """Return JSON-able values; an area is among them only where there is one."""
        return {"size": list(self.size), "fit": self.fit, **({"area": self.area.to_json()} if self.area else {})}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Framing:
        """Rebuild a framing from `to_json`'s values.

        Raises
        ------
        Problem
            As for a framing.
        KeyError, TypeError, ValueError
            The record is not a framing.
        """
        height, width = record["size"]
        return cls((int(height), int(width)), record["fit"], Area.from_json(record.get("area")))
