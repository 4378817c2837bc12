"""The heat over the photo: raw values become table indices once, colours come from a table.

The scale is the model's own, with the pixel limit in the middle; it is never stretched to one picture. So good parts
look calm, and the same colour means the same value everywhere. Changing opacity or colours changes 256 table entries;
moving the limit requantises the small map. Neither touches the photo.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor, QImage

from core.images.area import EVERYWHERE, Area
from core.scoring.colours import heat_rgba, heat_unit, overlay, table_index
from gui.canvas.pixels import Span, UInt8Image, indexed_qimage, qimage, resampled

if TYPE_CHECKING:
    from core.images.framing import Placement
    from core.scoring.thresholds import Calibration
    from gui.canvas.view import View

Float32Map = npt.NDArray[np.float32]

CONTOUR = QColor("#f2683c")
OUTSIDE = QColor(0, 0, 0, 130)  # over what does not count


def colour_table(name: str, opacity: float) -> list[int]:
    """Return 256 colours as Qt's ``0xAARRGGBB``, transparent well below the limit."""
    rgba = heat_rgba(name, opacity).astype(np.uint32)
    packed = (rgba[:, 3] << 24) | (rgba[:, 0] << 16) | (rgba[:, 1] << 8) | rgba[:, 2]
    return [int(colour) for colour in packed]


class HeatLayer:
    """One picture's heat map, ready to be painted at any zoom.

    Parameters
    ----------
    heat
        (h, w) float32 raw, frame pixels.
    placement
        Which rectangle of the frame the picture covers.
    calibration
        The model's limits and scale.
    """

    def __init__(self, heat: Float32Map, placement: Placement, calibration: Calibration) -> None:
        self.heat = heat
        self.placement = placement
        self._rendered: tuple[View, tuple[int, int], QImage, Span] | None = None
        self.set_calibration(calibration)

    def set_calibration(self, calibration: Calibration) -> None:
        """Requantise the small map; its size is the frame's, so this does not depend on the photo."""
        self.calibration = calibration
        indices = table_index(heat_unit(self.heat, calibration))
        place = self.placement
        self._indices = indices[place.top : place.top + place.height, place.left : place.left + place.width]
        self._rendered = None

    def render(self, view: View, pane: tuple[int, int], span: Span, table: list[int]) -> QImage:
        """Return the heat in sight as an image for `span` of the pane; the last one is kept, only its table changes."""
        kept = self._rendered
        if kept is None or kept[0] != view or kept[1] != pane or kept[3] != span:
            size = self.placement.image_size
            per_pixel = (self._indices.shape[0] / size[0], self._indices.shape[1] / size[1])
            indices = resampled(self._indices, per_pixel, view, pane, span)
            kept = (view, pane, indexed_qimage(np.asarray(indices, dtype=np.uint8)), span)
            self._rendered = kept
        kept[2].setColorTable(table)
        return kept[2]

    def value_at(self, x: float, y: float) -> float | None:
        """Return the raw value at a point of the picture, bilinear between frame pixels; None outside the picture."""
        height, width = self.placement.image_size
        if not (0 <= x < width and 0 <= y < height):
            return None
        place = self.placement
        column, row = place.point_to_frame(x, y)
        right, bottom = place.left + place.width - 1, place.top + place.height - 1
        column = min(max(column - 0.5, float(place.left)), float(right))
        row = min(max(row - 0.5, float(place.top)), float(bottom))
        c, r = int(column), int(row)
        c1, r1 = min(c + 1, right), min(r + 1, bottom)
        across, down = column - c, row - r
        upper = float(self.heat[r, c]) * (1 - across) + float(self.heat[r, c1]) * across
        lower = float(self.heat[r1, c]) * (1 - across) + float(self.heat[r1, c1]) * across
        return upper * (1 - down) + lower * down


def small_picture(
    photo: UInt8Image,
    heat: Float32Map | None,
    calibration: Calibration | None,
    colours: str = "inferno",
    area: Area = EVERYWHERE,
) -> QImage:
    """Return a thumbnail with the heat on it, where there is heat, and dark where it does not count.

    Parameters
    ----------
    photo
        (h, w, 3) RGB.
    heat
        (h, w) raw, of the photo's own size, or None.
    """
    if heat is not None and calibration is not None:
        photo = overlay(photo, heat_unit(heat, calibration), colours, 0.9)
    if area:
        counts = area.mask(photo.shape[0], photo.shape[1])[..., None]
        photo = np.where(counts, photo, (photo * (1 - OUTSIDE.alphaF())).astype(np.uint8))
    return qimage(photo)
