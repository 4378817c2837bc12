"""Colours of heat: fixed tables on the model's own scale, with the pixel limit in the middle."""

from __future__ import annotations

from functools import cache
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from core.scoring.thresholds import Calibration

UInt8Array = npt.NDArray[np.uint8]
Table = Literal["inferno", "viridis", "turbo", "grey"]
TABLES: tuple[Table, ...] = ("inferno", "viridis", "turbo", "grey")

# In units of the scale, where the limit is 0.5: nothing is seen below the first, everything from the second on.
FADE_FROM = 0.38
FADE_TO = 0.5

_UNDER_HALF = np.nextafter(np.float32(0.5), np.float32(0.0))
_OPENCV = {"inferno": cv2.COLORMAP_INFERNO, "viridis": cv2.COLORMAP_VIRIDIS, "turbo": cv2.COLORMAP_TURBO}


@cache
def table(name: str) -> UInt8Array:
    """Return the 256 RGB colours of a table, (256, 3) uint8, read-only; from calm to strange.

    Raises
    ------
    ValueError
        There is no table of that name; `TABLES` has them all.
    """
    ramp = np.arange(256, dtype=np.uint8)
    if name == "grey":
        colours = np.repeat(ramp[:, None], 3, axis=1)
    elif name in _OPENCV:
        colours = np.ascontiguousarray(cv2.applyColorMap(ramp[:, None], _OPENCV[name])[:, 0, ::-1])
    else:
        raise ValueError(f"no colour table {name!r}")
    colours.flags.writeable = False
    return colours


def heat_unit(raw: npt.NDArray[np.floating], calibration: Calibration) -> npt.NDArray[np.float32]:
    """Return where raw values of a map stand on the model's colour scale: 0 to below 1, 0.5 exactly at the pixel limit.

    One step of the scale is `reach`, the way from the calmest calibration pixel up to the limit. Below the limit the
    scale is linear. Above it, it goes on with the same slope and then ever more slowly, ``x / (1 + 2 x)`` for x steps,
    so that it never ends: on good parts alone nobody knows how strong a defect will be, and a linear scale that ends
    where the good parts do would show all defects in one colour. The normalised maps of files and exports stay linear
    (`Calibration.pixel_unit`); both scales have the limit at 0.5.

    Parameters
    ----------
    raw
        (...) raw values.
    """
    limit = calibration.pixel.value
    # A limit dragged down to the calmest pixels must not make the scale endlessly steep.
    reach = max(limit - calibration.low, calibration.span / 4)
    steps = (np.asarray(raw, np.float32) - np.float32(limit)) / np.float32(reach)
    above = np.maximum(steps, 0.0)
    unit: npt.NDArray[np.float32] = np.where(
        steps < 0, np.maximum(0.5 + steps, 0.0), 0.5 + above / (1.0 + 2.0 * above)
    ).astype(np.float32)
    # Rounding must not turn a pixel's verdict.
    below = np.asarray(raw) < limit
    unit[below] = np.minimum(unit[below], _UNDER_HALF)
    unit[~below] = np.maximum(unit[~below], np.float32(0.5))
    return unit


def table_index(unit: npt.NDArray[np.floating]) -> UInt8Array:
    """Return where units (0 to 1, limit at 0.5) stand in a table: 128 and more from the limit on."""
    return np.asarray(np.clip(np.floor(unit * 256.0), 0, 255), dtype=np.uint8)


def heat_rgba(name: str, opacity: float) -> UInt8Array:
    """Return a table with its transparency, (256, 4) RGBA uint8, not premultiplied.

    Entries well below the limit are transparent, so that good parts stay calm; they fade in just under it
    and have the full opacity from the limit on.

    Parameters
    ----------
    name
        One of `TABLES`.
    opacity
        0 to 1, of the heat from the limit on.
    """
    middle = (np.arange(256) + 0.5) / 256.0
    rise = np.clip((middle - FADE_FROM) / (FADE_TO - FADE_FROM), 0.0, 1.0)
    alpha = rise * rise * (3.0 - 2.0 * rise) * float(np.clip(opacity, 0.0, 1.0))
    return np.column_stack([table(name), np.rint(alpha * 255.0).astype(np.uint8)])


def overlay(
    photo: UInt8Array, heat_unit: npt.NDArray[np.floating], name: str = "inferno", opacity: float = 0.75
) -> UInt8Array:
    """Lay heat over a photo.

    Parameters
    ----------
    photo
        (H, W, 3) RGB uint8.
    heat_unit
        (H, W) units of the photo's pixels, 0 to 1, limit at 0.5.
    name, opacity
        As in `heat_rgba`.

    Returns
    -------
    numpy.ndarray
        (H, W, 3) RGB uint8; the photo itself, bit for bit, where the heat is well below the limit.

    Raises
    ------
    ValueError
        The sizes differ.
    """
    if photo.shape[:2] != heat_unit.shape:
        raise ValueError(f"photo {photo.shape} and heat {heat_unit.shape} differ in size")
    rgba = heat_rgba(name, opacity)[table_index(heat_unit)].astype(np.uint16)
    alpha = rgba[..., 3:]
    return ((photo * (255 - alpha) + rgba[..., :3] * alpha + 127) // 255).astype(np.uint8)
