"""What both demo products are drawn with: noise, flaws as changes of a surface, and the camera."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Map = npt.NDArray[np.float32]  # (S, S), or (S, S, 3) where it says so
UInt8Image = npt.NDArray[np.uint8]
BoolMask = npt.NDArray[np.bool_]
Rng = np.random.Generator

SIDE = 320  # pixels of a finished picture
SCALE = 2  # supersampling: everything is drawn this much larger and averaged down
DRAWN = SIDE * SCALE


@dataclass(frozen=True, slots=True)
class Flaw:
    """What a flaw changes, at drawing scale.

    Attributes
    ----------
    height
        (S, S), in drawn pixels, added to the surface; shading follows from its slopes.
    tint
        (S, S, 3), multiplies the colour.
    gloss
        (S, S), multiplies reflections.
    mask
        (S, S), where the flaw is.
    """

    height: Map
    tint: Map
    gloss: Map
    mask: BoolMask


def blurred(values: npt.NDArray[Any], sigma: float) -> Map:
    return np.asarray(cv2.GaussianBlur(np.asarray(values, np.float32), (0, 0), sigma), np.float32)


def noise(rng: Rng, cells: int, side: int = DRAWN) -> Map:
    """Smooth noise, mean 0 and variance about 1, `cells` bumps across, wherever it is cropped."""
    grid = rng.standard_normal((cells + 3, cells + 3), np.float32)
    large = cv2.resize(grid, (side, side), interpolation=cv2.INTER_CUBIC)
    return np.asarray(large * np.float32(1.3), np.float32)


def slopes(height: Map) -> tuple[Map, Map]:
    """Return dh/dx and dh/dy."""
    return (
        np.asarray(cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3, scale=0.125), np.float32),
        np.asarray(cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3, scale=0.125), np.float32),
    )


def smoothstep(low: float, high: float, values: Map) -> Map:
    """0 below `low`, 1 above `high`, smooth between."""
    t = np.clip((values - np.float32(low)) / np.float32(high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def grid() -> tuple[Map, Map]:
    """Return x and y of each drawn pixel's centre."""
    axis = np.arange(DRAWN, dtype=np.float32) + np.float32(0.5)
    return np.broadcast_to(axis, (DRAWN, DRAWN)), np.broadcast_to(axis[:, None], (DRAWN, DRAWN))


def unchanged() -> tuple[Map, Map, Map]:
    """Return height, tint and gloss that change nothing."""
    size = (DRAWN, DRAWN)
    return np.zeros(size, np.float32), np.ones((*size, 3), np.float32), np.ones(size, np.float32)


def blob(rng: Rng, centre: tuple[float, float], radius: float, raggedness: float) -> Map:
    """Return (S, S): 1 at the middle, 0.5 at an uneven outline about `radius` away, falling on outside."""
    x, y = grid()
    turn = rng.uniform(0, np.pi)
    dx, dy = x - np.float32(centre[0]), y - np.float32(centre[1])
    along = dx * np.float32(np.cos(turn)) + dy * np.float32(np.sin(turn))
    across = dy * np.float32(np.cos(turn)) - dx * np.float32(np.sin(turn))
    distance = np.sqrt((along / np.float32(rng.uniform(1.0, 1.5))) ** 2 + (across * np.float32(1.1)) ** 2) / radius
    ragged = distance + raggedness * (noise(rng, 24) + 0.5 * noise(rng, 60))
    return np.asarray(1 - 0.5 * ragged, np.float32)


def curve(
    rng: Rng, start: tuple[float, float], heading: float, length: float, wander: float
) -> npt.NDArray[np.float64]:
    """Return (n, 2) points of a path that turns slowly."""
    steps = max(8, int(length / 4))
    turns = heading + np.cumsum(rng.normal(0, wander, steps)) + np.linspace(0, rng.normal(0, 6 * wander), steps)
    moves = np.stack([np.cos(turns), np.sin(turns)], axis=1) * (length / steps)
    path = np.cumsum(moves, axis=0)
    return np.asarray(path - path.mean(axis=0) + np.asarray(start), np.float64)


def stroke(path: npt.NDArray[np.float64], widths: npt.NDArray[np.float64]) -> Map:
    """Return (S, S): 1 on a line along `path`, whose width in drawn pixels varies, 0 elsewhere."""
    canvas = np.zeros((DRAWN, DRAWN), np.uint8)
    points = np.rint(path * 16).astype(np.int32)
    for first, last, width in zip(points[:-1], points[1:], widths[:-1], strict=True):
        cv2.line(canvas, first.tolist(), last.tolist(), 255, max(1, round(float(width))), cv2.LINE_AA, 4)
    return np.asarray(canvas, np.float32) / np.float32(255)


def photograph(rng: Rng, light: Map, warmth: float) -> UInt8Image:
    """Take a picture: lens blur, vignette, dust, exposure, white balance, sensor noise, gamma.

    Parameters
    ----------
    light
        (S, S, 3), linear, 1 is white.
    warmth
        Red above blue, as a part of 1.

    Returns
    -------
    (SIDE, SIDE, 3) RGB uint8
    """
    small = cv2.resize(light, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    seen = blurred(small, 0.55 + rng.uniform(0, 0.1))
    axis = (np.arange(SIDE, dtype=np.float32) + 0.5) / SIDE - 0.5
    vignette = 1 - 0.45 * (axis[:, None] ** 2 + axis[None, :] ** 2)
    balance = np.array([1 + warmth, 1.0, 1 - warmth], np.float32) * (1 + rng.normal(0, 0.004, 3)).astype(np.float32)
    seen = np.asarray(seen * vignette[..., None] * balance * (1 + rng.normal(0, 0.015)), np.float32)
    own = rng.standard_normal((SIDE, SIDE, 3), np.float32)
    # Demosaicking smears noise over the colours.
    photons = 0.75 * own + 0.5 * np.mean(own, axis=2, keepdims=True)
    noisy = seen + photons * np.sqrt(np.maximum(seen, 0) * 0.00008 + 0.000004)
    return np.asarray(np.rint(255 * np.clip(noisy, 0, 1) ** (1 / 2.2)), np.uint8)


def dust(rng: Rng, light: Map, most: int) -> None:
    """Lay a few specks and a fibre now and then over the picture, in place: good parts have them too."""
    for _ in range(int(rng.integers(0, most + 1))):
        x, y = rng.uniform(0, DRAWN, 2)
        centre = (int(x * 16), int(y * 16))
        shade = float(rng.choice([0.10, 0.5]))
        spot = np.zeros((DRAWN, DRAWN), np.uint8)
        cv2.circle(spot, centre, int(rng.uniform(0.7, 1.5) * 16), int(rng.uniform(90, 200)), -1, cv2.LINE_AA, 4)
        box = (slice(max(0, int(y) - 8), int(y) + 9), slice(max(0, int(x) - 8), int(x) + 9))
        weight = spot[box].astype(np.float32)[..., None] / 255
        light[box] = light[box] * (1 - weight) + shade * weight


def mask_of(drawn: npt.NDArray[Any]) -> BoolMask:
    """Bring a drawn mask to picture size: a pixel counts that is covered by a quarter or more."""
    covered = cv2.resize(np.asarray(drawn, np.float32), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(covered >= 0.25, np.bool_)
