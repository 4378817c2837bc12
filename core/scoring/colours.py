"""Colours of heat: fixed tables on the model's own scale, with the pixel limit in the middle."""

from __future__ import annotations

from functools import cache
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

UInt8Array = npt.NDArray[np.uint8]
Table = Literal["inferno", "viridis", "turbo", "grey"]
TABLES: tuple[Table, ...] = ("inferno", "viridis", "turbo", "grey")

# In units of the scale, where the limit is 0.5: nothing is seen below the first, everything from the second on.
FADE_FROM = 0.38
FADE_TO = 0.5

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
