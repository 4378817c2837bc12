"""From arrays of pixels to what the screen shows.

Qt's own scaling of a large `QImage` is slow when it shrinks (it reads every pixel, or skips most of them), and tiles
show seams. So the part in sight is rendered here into an image of exactly the screen's pixels: from a halved copy of
the photo when it is shrunk, bilinear near its true size, plain squares when it is enlarged beyond 400 %.
"""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage, QPainterPath

if TYPE_CHECKING:
    from gui.canvas.view import View

UInt8Image = npt.NDArray[np.uint8]

SQUARES_FROM = 4.0
SMALLEST_LEVEL = 256

Span = tuple[int, int, int, int]
"""A rectangle of the pane in device pixels: left, top, width, height."""


def qimage(pixels: UInt8Image) -> QImage:
    """Return a `QImage` that owns its pixels.

    Parameters
    ----------
    pixels
        (H, W) grey, (H, W, 3) RGB or (H, W, 4) BGRX; any strides.
    """
    kinds = {1: QImage.Format.Format_Grayscale8, 3: QImage.Format.Format_RGB888, 4: QImage.Format.Format_RGB32}
    whole = np.ascontiguousarray(pixels)
    channels = 1 if whole.ndim == 2 else whole.shape[2]
    height, width = whole.shape[:2]
    borrowed = QImage(whole.data, width, height, width * channels, kinds[channels])
    # The image above only points at the array, which may be gone at the next paint.
    return borrowed.copy()


def indexed_qimage(indices: UInt8Image) -> QImage:
    """Return an image of table indices (H, W) that owns its pixels; its colours are set by `setColorTable`."""
    whole = np.ascontiguousarray(indices)
    height, width = whole.shape
    return QImage(whole.data, width, height, width, QImage.Format.Format_Indexed8).copy()


def visible_span(view: View, image: tuple[int, int], pane: tuple[int, int]) -> Span | None:
    """Return the part of the pane that the picture covers, in whole device pixels, or None when it covers nothing."""
    left, top = view.to_screen(0.0, 0.0, pane)
    right, bottom = view.to_screen(float(image[1]), float(image[0]), pane)
    x0, y0 = max(floor(left + 0.5), 0), max(floor(top + 0.5), 0)
    x1, y1 = min(ceil(right - 0.5), pane[1]), min(ceil(bottom - 0.5), pane[0])
    if x1 <= x0 or y1 <= y0:
        return None
    return x0, y0, x1 - x0, y1 - y0


def _warped(source: npt.NDArray[Any], x: tuple[float, float], y: tuple[float, float], span: Span) -> npt.NDArray[Any]:
    """Resample bilinearly: the centre of column i of the result reads at ``x[0] + x[1] * i`` in outer-corner units."""
    # OpenCV counts from the centre of the first pixel; everything here from its outer corner.
    inverse = np.array([[x[1], 0.0, x[0] - 0.5], [0.0, y[1], y[0] - 0.5]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    warped: npt.NDArray[Any] = cv2.warpAffine(
        source, inverse, (span[2], span[3]), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    return warped


def resampled(
    source: npt.NDArray[Any], per_pixel: tuple[float, float], view: View, pane: tuple[int, int], span: Span
) -> npt.NDArray[Any]:
    """Return what lies in `span` of the pane, read bilinearly from an array that lies over the picture.

    Parameters
    ----------
    source
        (h, w) or (h, w, channels); its outer corner is the picture's. Where it ends, its last pixels go on.
    per_pixel
        How many rows and columns of it one pixel of the picture takes.
    """
    rows, columns = per_pixel
    left, top = view.to_image(span[0] + 0.5, span[1] + 0.5, pane)
    right, bottom = view.to_image(span[0] + span[2] - 0.5, span[1] + span[3] - 0.5, pane)
    # Only the part in sight goes to OpenCV, which cannot read more than 32,767 pixels along a side.
    x0 = min(max(floor(left * columns) - 2, 0), source.shape[1] - 1)
    y0 = min(max(floor(top * rows) - 2, 0), source.shape[0] - 1)
    x1, y1 = min(ceil(right * columns) + 2, source.shape[1]), min(ceil(bottom * rows) + 2, source.shape[0])
    x = (left * columns - x0, columns / view.scale)
    y = (top * rows - y0, rows / view.scale)
    return _warped(source[y0:y1, x0:x1], x, y, span)


class Pyramid:
    """A photo with its shrunk copies, ready to be looked at from any distance.

    The photo itself is borrowed, not copied; the copies take at most 4/9 of its memory more and are made when needed,
    each in one pass, so that a photo of 100 megapixels is seen whole without making the larger ones first. Rendering
    and `prepare` may run in two threads: at worst a copy is made twice.

    Parameters
    ----------
    photo
        (H, W, 3) RGB; must not change afterwards.
    """

    def __init__(self, photo: UInt8Image) -> None:
        self.photo = photo
        self.size: tuple[int, int] = (photo.shape[0], photo.shape[1])
        self._levels: dict[int, UInt8Image] = {0: photo}
        self.deepest = max(floor(np.log2(max(min(self.size) / SMALLEST_LEVEL, 1))), 0)

    def level(self, number: int) -> UInt8Image:
        """Return the copy shrunk by ``2 ** number``, up to `deepest`; rows and columns left over are cut off."""
        kept = self._levels.get(number)
        if kept is not None:
            return kept
        finer = max(known for known in tuple(self._levels) if known < number)
        factor = 2 ** (number - finer)
        source = self._levels[finer]
        height, width = self.size[0] >> number, self.size[1] >> number
        # Whole blocks, which OpenCV averages several times as fast as fractions of pixels.
        whole = source[: height * factor, : width * factor]
        smaller = cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA)
        if smaller.shape[2] == 3:
            # Four channels halve the time of every later resampling and painting.
            smaller = cv2.cvtColor(smaller, cv2.COLOR_RGB2BGRA)
        self._levels[number] = np.asarray(smaller, dtype=np.uint8)
        return self._levels[number]

    def prepare(self) -> None:
        """Make every copy ahead of time; meant for another thread."""
        for number in range(1, self.deepest + 1):
            self.level(number)

    def render(self, view: View, pane: tuple[int, int]) -> tuple[UInt8Image, Span] | None:
        """Return the pixels in sight, (h, w, 3) RGB or (h, w, 4) BGRX, and where in the pane they go.

        None when the photo lies outside the pane.
        """
        span = visible_span(view, self.size, pane)
        if span is None:
            return None
        if view.scale >= SQUARES_FROM:
            return self._squares(view, pane, span), span
        number = 0 if view.scale >= 1 else min(floor(np.log2(1 / view.scale) + 1e-6), self.deepest)
        per_pixel = 2.0**-number
        pixels = resampled(self.level(number), (per_pixel, per_pixel), view, pane, span)
        return np.asarray(pixels, dtype=np.uint8), span

    def _squares(self, view: View, pane: tuple[int, int], span: Span) -> UInt8Image:
        columns = (np.arange(span[0], span[0] + span[2]) + 0.5 - pane[1] / 2) / view.scale + view.centre[0]
        rows = (np.arange(span[1], span[1] + span[3]) + 0.5 - pane[0] / 2) / view.scale + view.centre[1]
        x = np.clip(np.floor(columns).astype(np.intp), 0, self.size[1] - 1)
        y = np.clip(np.floor(rows).astype(np.intp), 0, self.size[0] - 1)
        squares: UInt8Image = self.photo[y[0] : y[-1] + 1, x[0] : x[-1] + 1][y - y[0]][:, x - x[0]]
        return squares


def closed_path(lines: tuple[npt.NDArray[np.float32], ...]) -> QPainterPath:
    """Return closed lines of (n, 2) points as one path in the same units."""
    path = QPainterPath()
    for line in lines:
        if len(line) == 0:
            continue
        points = line.tolist()
        path.moveTo(points[0][0], points[0][1])
        for x, y in points[1:]:
            path.lineTo(x, y)
        path.closeSubpath()
    return path
