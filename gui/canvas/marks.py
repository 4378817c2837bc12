"""The mask over the photo, in screen pixels: a stroke redraws no more than what it touched."""

from __future__ import annotations

from math import ceil, floor

import cv2
import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage

from core.project.masks import Box, DrawnMask
from gui.canvas.pixels import Span
from gui.canvas.view import View

COLOURS = ("#5b93ff", "#e667c8", "#30c5e0", "#b5d334", "#a884ff", "#e0b100", "#7fd6a0", "#c98a5a")
"""Of masks, by defect type in the order of their first appearance; none is a colour of the heat's contours."""
NO_TYPE = QColor("#ffffff")
HALO = QColor(10, 11, 13, 150)
FILL_ALPHA = 85
EDGE = 1.5  # width of the line along the border of a mark, in device-independent pixels


def type_colour(number: int) -> QColor:
    """Return the colour of a defect type by its number; they repeat after `COLOURS`."""
    return QColor(COLOURS[number % len(COLOURS)])


def _premultiplied(colour: QColor, alpha: int) -> int:
    red, green, blue = (round(part * alpha / 255) for part in (colour.red(), colour.green(), colour.blue()))
    return alpha << 24 | red << 16 | green << 8 | blue


class MarkLayer:
    """A mask, ready to be painted at any zoom.

    Parameters
    ----------
    drawn
        The mask and its smaller copies.
    """

    def __init__(self, drawn: DrawnMask) -> None:
        self.drawn = drawn
        self._table = np.zeros(256, np.uint32)  # colours of: clear, halo, edge, inside; the others are never asked for
        self._view: tuple[View, tuple[int, int], Span, float] | None = None
        self._pixels = np.empty((0, 0), np.uint32)
        self._image = QImage()

    def set_colour(self, colour: QColor, filled: bool) -> None:
        """Choose the colour, and whether marks are tinted or only outlined."""
        halo = _premultiplied(HALO, HALO.alpha())
        fill = _premultiplied(colour, FILL_ALPHA) if filled else 0
        table = np.zeros(256, np.uint32)
        table[1:4] = halo, _premultiplied(colour, 255), fill
        if not np.array_equal(table, self._table):
            self._table, self._view = table, None

    def render(self, view: View, pane: tuple[int, int], span: Span, ratio: float) -> QImage:
        """Return the marks in sight as an image for `span` of the pane; the last one is kept."""
        wanted = (view, pane, span, ratio)
        if self._view != wanted:
            self._view = wanted
            self._pixels = np.empty((span[3], span[2]), np.uint32)
            # It borrows the array, so that a stroke writes into what Qt paints.
            self._image = QImage(
                self._pixels.data, span[2], span[3], 4 * span[2], QImage.Format.Format_ARGB32_Premultiplied
            )
            self._image.setDevicePixelRatio(ratio)
            self._draw(span)
        return self._image

    def refresh(self, touched: Box) -> QRect:
        """Follow paint on `drawn.pixels`; return what is to be painted anew, in device pixels of the pane."""
        self.drawn.refresh(touched)
        if self._view is None or not touched.area:
            return QRect()
        view, pane, span, ratio = self._view
        left, top = view.to_screen(touched.left, touched.top, pane)
        right, bottom = view.to_screen(touched.right, touched.bottom, pane)
        # A pixel of a smaller copy reaches beyond the box, and so do edge and halo.
        more = self._rim(ratio) + 3
        x0, y0 = max(floor(left) - more, span[0]), max(floor(top) - more, span[1])
        x1, y1 = min(ceil(right) + more, span[0] + span[2]), min(ceil(bottom) + more, span[1] + span[3])
        if x1 <= x0 or y1 <= y0:
            return QRect()
        self._draw((x0, y0, x1 - x0, y1 - y0))
        return QRect(x0, y0, x1 - x0, y1 - y0)

    @staticmethod
    def _rim(ratio: float) -> int:
        return max(round(EDGE * ratio), 1)

    def _draw(self, part: Span) -> None:
        """Draw a part of the span: look the mask up, and find its border on the screen."""
        if self._view is None:
            return
        _, _, span, ratio = self._view
        rim = self._rim(ratio)
        inside = self._sampled((part[0] - rim, part[1] - rim, part[2] + 2 * rim, part[3] + 2 * rim))
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * rim + 1, 2 * rim + 1))
        core = cv2.erode(inside, disc, borderType=cv2.BORDER_REPLICATE)
        near = cv2.dilate(inside, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_REPLICATE)
        depth = near + inside + core
        row, column = part[1] - span[1], part[0] - span[0]
        drawn = cv2.LUT(depth[rim:-rim, rim:-rim], self._table.view(np.int32))
        self._pixels[row : row + part[3], column : column + part[2]] = drawn.view(np.uint32)

    def _sampled(self, part: Span) -> npt.NDArray[np.uint8]:
        """Return (h, w) uint8, 1 where the screen's pixel shows a mark; beyond the picture its border goes on."""
        if self._view is None:
            raise RuntimeError("nothing is in sight")
        view, pane, _, _ = self._view
        levels = self.drawn.levels
        number = 0 if view.scale >= 1 else min(floor(np.log2(1 / view.scale) + 1e-6), len(levels) - 1)
        level = levels[number]
        scale = view.scale * 2**number
        x = (np.arange(part[0], part[0] + part[2]) + 0.5 - pane[1] / 2) / scale + view.centre[0] / 2**number
        y = (np.arange(part[1], part[1] + part[3]) + 0.5 - pane[0] / 2) / scale + view.centre[1] / 2**number
        columns = np.clip(np.floor(x).astype(np.intp), 0, level.shape[1] - 1)
        rows = np.clip(np.floor(y).astype(np.intp), 0, level.shape[0] - 1)
        lines = level[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        sampled: npt.NDArray[np.uint8] = lines[rows - rows[0]][:, columns - columns[0]]
        return sampled
