"""Grained brown leather under raking light."""

from __future__ import annotations

import cv2
import numpy as np

from core.demo import flaws
from core.demo.surface import (
    DRAWN,
    BoolMask,
    Flaw,
    Map,
    Rng,
    UInt8Image,
    blurred,
    curve,
    dust,
    grid,
    mask_of,
    noise,
    photograph,
    slopes,
    stroke,
    unchanged,
)

KINDS = ("cut", "poke", "stain", "fold", "glue")

_GRAIN = 21  # drawn pixels from one pebble of the grain to the next
_COLOUR = np.array([0.190, 0.064, 0.024], np.float32)
_LIGHT = np.array([-0.66, -0.48, 0.58], np.float32)  # from the upper left, low


def draw(rng: Rng, kind: str | None) -> tuple[UInt8Image, BoolMask]:
    """Draw one piece, flawed if a kind is named, and the mask of the flaw."""
    flaw = _flaw(rng, kind)
    height, creases = _grain(rng)
    light = _render(rng, height, creases, flaw)
    dust(rng, light, 4)
    return photograph(rng, light, warmth=0.01), mask_of(flaw.mask)


def _flaw(rng: Rng, kind: str | None) -> Flaw:
    x, y = rng.uniform(0.2 * DRAWN, 0.8 * DRAWN, 2)
    at = (float(x), float(y))
    heading = rng.uniform(0, np.pi)
    if kind == "cut":
        return flaws.crack(rng, at, heading, rng.uniform(110, 210), lips=(2.1, 2.6, 3.0))
    if kind == "poke":
        return flaws.dent(rng, at, (15, 24), rng.uniform(17, 23))
    if kind == "stain":
        return flaws.stain(rng, at, (30, 55), (0.42, 0.40, 0.38))
    if kind == "fold":
        return _fold(rng, at, heading)
    if kind == "glue":
        return _glue(rng, at)
    height, tint, gloss = unchanged()
    return Flaw(height, tint, gloss, np.zeros((DRAWN, DRAWN), np.bool_))


def _fold(rng: Rng, at: tuple[float, float], heading: float) -> Flaw:
    """A pressed crease: a soft valley between two swellings, worn paler along its middle."""
    height, tint, gloss = unchanged()
    path = curve(rng, at, heading, rng.uniform(190, 330), 0.035)
    swell = np.sin(np.linspace(0.1, np.pi - 0.1, len(path))) ** 0.5
    line = stroke(path, 4 + 4 * swell)
    valley, sides = blurred(line, 3.5), blurred(line, 10)
    height += 20 * sides - 16 * valley
    tint *= 1 + 0.5 * valley[..., None] * np.clip(0.8 + 0.5 * noise(rng, 90), 0, 2)[..., None]
    return Flaw(height, tint, gloss, sides > 0.22)


def _glue(rng: Rng, at: tuple[float, float]) -> Flaw:
    """A dried drop of clear glue: fills the grain, shines, swells."""
    height, tint, gloss = unchanged()
    drop = flaws.stain(rng, at, (17, 30), (0.86, 0.88, 0.9))
    thick = blurred(drop.mask, 4)
    height += 7 * thick
    tint *= 1 + 0.45 * thick[..., None]
    gloss += 5 * thick
    return Flaw(height, tint, gloss, drop.mask)


def _grain(rng: Rng) -> tuple[Map, Map]:
    """Return height in drawn pixels, and creases (1 deep in a crease, 0 on a pebble).

    Pebbles are the cells nearest to jittered points, their edges warped; height rises from the crease as a cushion
    does.
    """
    room = DRAWN + 64
    along = np.arange(0, room, _GRAIN, dtype=np.float32)
    px, py = np.meshgrid(along, along)
    jitter = rng.uniform(-0.48, 0.48, (2, *px.shape)).astype(np.float32) * _GRAIN
    columns = np.clip(px + jitter[0], 0, room - 1).astype(np.intp)
    rows = np.clip(py + jitter[1], 0, room - 1).astype(np.intp)
    empty = np.full((room, room), 255, np.uint8)
    empty[rows, columns] = 0
    _, cells = cv2.distanceTransformWithLabels(empty, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL)
    border = np.zeros((room, room), np.uint8)
    border[:, 1:] |= cells[:, 1:] != cells[:, :-1]
    border[1:] |= cells[1:] != cells[:-1]
    away = cv2.distanceTransform(1 - border, cv2.DIST_L2, 5)
    x, y = grid()
    bent_x = x + 32 + 2.4 * noise(rng, 44) + 0.6 * noise(rng, 120)
    bent_y = y + 32 + 2.4 * noise(rng, 44) + 0.6 * noise(rng, 120)
    away = cv2.remap(away, bent_x.astype(np.float32), bent_y.astype(np.float32), cv2.INTER_LINEAR)
    crease = np.exp(-((away / (2.3 + 0.5 * noise(rng, 20))) ** 2)).astype(np.float32)
    cushion = 1 - np.exp(-away / np.float32(4.0))
    pores = blurred(rng.standard_normal((DRAWN, DRAWN), np.float32), 0.9)
    height = 4.2 * cushion * (1 + 0.16 * noise(rng, 30)) + 0.5 * noise(rng, 150) + 0.35 * pores + 0.9 * noise(rng, 7)
    return blurred(height, 0.9), blurred(crease, 0.7)


def _render(rng: Rng, height: Map, creases: Map, flaw: Flaw) -> Map:
    # Where a thick drop lies, the grain below it is filled.
    filled = np.clip((flaw.gloss - 1) / 5, 0, 1)
    sx, sy = slopes(np.asarray(height * (1 - 0.85 * filled) + flaw.height, np.float32))
    length = np.sqrt(sx * sx + sy * sy + 1)
    facing = np.clip((-sx * _LIGHT[0] - sy * _LIGHT[1] + _LIGHT[2]) / length, 0, None)
    half = _LIGHT + np.array([0, 0, 1], np.float32)
    half /= np.linalg.norm(half)
    mirror = np.clip((-sx * half[0] - sy * half[1] + half[2]) / length, 0, 1)
    x, y = grid()
    gradient = 1 - 0.22 * ((x + 0.7 * y) / DRAWN - 0.85)
    shine = (0.022 * mirror**10 + 0.10 * mirror**50) * flaw.gloss
    hollow = 1 - 0.55 * creases * (1 - filled)
    hide = _COLOUR * (1 + 0.03 * noise(rng, 6) + 0.04 * noise(rng, 40))[..., None]
    # Rubbed pebble tops are a little paler and redder than the creases.
    hide = hide * (1 + 0.16 * (0.5 - creases)[..., None] * np.array([1.0, 1.3, 1.5], np.float32)) * flaw.tint
    diffuse = (0.30 + 1.7 * facing) * hollow * gradient
    return np.asarray(hide * diffuse[..., None] + (shine * hollow * gradient)[..., None], np.float32)
