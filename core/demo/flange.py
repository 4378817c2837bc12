"""A turned steel flange with six chamfered bolt holes, seen from above under a large soft light."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.demo import flaws
from core.demo.surface import (
    DRAWN,
    BoolMask,
    Flaw,
    Map,
    Rng,
    UInt8Image,
    blob,
    blurred,
    dust,
    grid,
    mask_of,
    noise,
    photograph,
    slopes,
    smoothstep,
)

KINDS = ("scratch", "dent", "stain", "chip", "hole")

_OUTER = 276.0  # radii in drawn pixels
_GROOVE = 226.0
_BOLTS = 182.0
_HUB = 128.0
_BORE = 74.0
_HOLE = 21.0
_CHAMFER = 6.0
_LIGHT = np.array([-0.62, -0.78], np.float32)  # towards the light, in the picture's plane


@dataclass(frozen=True, slots=True)
class _Hole:
    x: float
    y: float
    radius: float = _HOLE
    chamfer: float = _CHAMFER


@dataclass(frozen=True, slots=True)
class _Pose:
    """Where the part lies, and where its holes are."""

    centre: tuple[float, float]
    turn: float
    holes: tuple[_Hole, ...]

    def at(self, radius: float, angle: float) -> tuple[float, float]:
        return (self.centre[0] + radius * float(np.cos(angle)), self.centre[1] + radius * float(np.sin(angle)))


def draw(rng: Rng, kind: str | None) -> tuple[UInt8Image, BoolMask]:
    """Draw one part, flawed if a kind is named, and the mask of the flaw."""
    pose = _pose(rng)
    drilled, missing = list(pose.holes), np.zeros((DRAWN, DRAWN), np.bool_)
    flaw: Flaw | None = None
    chipped: Map | None = None
    if kind == "hole":
        missing = _misdrill(rng, pose, drilled)
    elif kind == "chip":
        chipped = _chip(rng, pose)
    elif kind is not None:
        flaw = _flaw(rng, pose, kind)
    light = _render(rng, pose, drilled, flaw, chipped)
    dust(rng, light, 5)
    marked = missing
    if flaw is not None:
        x, y = grid()
        marked = flaw.mask & (np.hypot(x - pose.centre[0], y - pose.centre[1]) < _OUTER)
    if chipped is not None:
        x, y = grid()
        marked = (chipped > 0.5) & (np.hypot(x - pose.centre[0], y - pose.centre[1]) < _OUTER)
    return photograph(rng, light, warmth=-0.01), mask_of(marked)


def _pose(rng: Rng) -> _Pose:
    centre = (DRAWN / 2 + rng.normal(0, 4), DRAWN / 2 + rng.normal(0, 4))
    turn = float(np.deg2rad(rng.normal(0, 1.8)))
    angles = turn + np.arange(6) * np.pi / 3
    holes = tuple(_Hole(centre[0] + _BOLTS * float(np.cos(a)), centre[1] + _BOLTS * float(np.sin(a))) for a in angles)
    return _Pose(centre, turn, holes)


def _misdrill(rng: Rng, pose: _Pose, drilled: list[_Hole]) -> BoolMask:
    """Drill one hole beside its place, or leave it at its pilot hole; return where the part is wrong."""
    index = int(rng.integers(len(drilled)))
    x, y = grid()
    true = drilled.pop(index)
    outer = np.hypot(x - true.x, y - true.y) < _HOLE + _CHAMFER
    if rng.random() < 0.65:
        drilled.append(_Hole(true.x, true.y, _HOLE * rng.uniform(0.35, 0.55), _CHAMFER / 3))
        return np.asarray(outer, np.bool_)
    angle, off = rng.uniform(0, 2 * np.pi), rng.uniform(10, 18)
    moved = _Hole(true.x + off * float(np.cos(angle)), true.y + off * float(np.sin(angle)))
    drilled.append(moved)
    return np.asarray(outer ^ (np.hypot(x - moved.x, y - moved.y) < _HOLE + _CHAMFER), np.bool_)


def _chip(rng: Rng, pose: _Pose) -> Map:
    """Return a ragged blob over an edge: above 0.5 the material is broken out."""
    edge = float(rng.choice([_OUTER, _OUTER, _BORE]))
    angle = rng.uniform(0, 2 * np.pi)
    return blob(rng, pose.at(edge - 3, angle), rng.uniform(18, 30), 0.12)


def _flaw(rng: Rng, pose: _Pose, kind: str) -> Flaw:
    angle = rng.uniform(0, 2 * np.pi)
    if kind == "scratch":
        at = pose.at(rng.uniform(_HUB + 20, _GROOVE - 20), angle)
        # Across the turning marks rather than along them, as a dropped tool does.
        return flaws.scratch(rng, at, angle + rng.uniform(-0.9, 0.9), bright=1.35)
    if kind == "dent":
        return flaws.dent(rng, pose.at(rng.uniform(_HUB + 22, _GROOVE - 22), angle), (15, 26), rng.uniform(4, 6.5))
    at = pose.at(rng.uniform(_HUB - 20, _OUTER - 45), angle)
    return flaws.stain(rng, at, (22, 42), (0.58, 0.50, 0.38))


def _profile(rng: Rng, radius: Map) -> Map:
    """Slope dh/dr: steps, groove, chamfers, and the marks of the lathe tool, different on each part."""
    reach = np.arange(0, DRAWN, 0.5, dtype=np.float32)
    marks = rng.standard_normal(reach.size, np.float32)
    fine = np.convolve(marks, np.hanning(7) / 2.0, "same")
    coarse = np.convolve(rng.standard_normal(reach.size), np.hanning(41) / 5.0, "same")
    feed = np.sin(reach * np.float32(2 * np.pi / 6.3) + rng.uniform(0, 6))
    slope = 0.075 * fine + 0.05 * coarse + 0.02 * feed
    for place, width, steep in (
        (_OUTER - 5, 5.0, -1.1),
        (_GROOVE + 5, 3.0, 0.9),
        (_GROOVE - 5, 3.0, -0.9),
        (_HUB + 3, 5.0, -1.0),
        (_BORE + 4, 5.0, 0.95),
    ):
        slope += steep * np.exp(-(((reach - place) / width) ** 4))
    return np.asarray(np.interp(radius, reach, slope), np.float32)


def _render(rng: Rng, pose: _Pose, drilled: list[_Hole], flaw: Flaw | None, chipped: Map | None) -> Map:
    x, y = grid()
    dx, dy = x - np.float32(pose.centre[0]), y - np.float32(pose.centre[1])
    radius = np.sqrt(dx * dx + dy * dy) + np.float32(1e-3)
    ux, uy = dx / radius, dy / radius
    steep = _profile(rng, radius)
    sx, sy = steep * ux, steep * uy
    colour = np.ones((DRAWN, DRAWN, 3), np.float32)
    gloss = np.ones((DRAWN, DRAWN), np.float32)
    if flaw is not None:
        extra = slopes(flaw.height)
        sx, sy = sx + extra[0], sy + extra[1]
        colour, gloss = flaw.tint, flaw.gloss
    if chipped is not None:
        sx, sy = _broken_out(rng, chipped, sx, sy, gloss)
    depth = np.ones((DRAWN, DRAWN), np.float32)
    for hole in drilled:
        _drill(hole, sx, sy, depth)
    metal = _shaded(rng, ux, uy, sx, sy, gloss) * depth
    bore = 1 - smoothstep(_BORE - 2, _BORE, radius)
    metal = metal * (1 - bore) + bore * _wall(ux, uy, radius / np.float32(_BORE))
    steel = metal[..., None] * colour * np.array([0.97, 1.0, 1.03], np.float32)
    outside = smoothstep(_OUTER - 1, _OUTER + 1, radius)
    if chipped is not None:
        outside = np.maximum(outside, smoothstep(0.62, 0.66, chipped) * smoothstep(_OUTER - 9, _OUTER - 6, radius))
    mat = _mat(rng, x, y, pose)
    return np.asarray(steel * (1 - outside[..., None]) + mat * outside[..., None], np.float32)


def _broken_out(rng: Rng, chipped: Map, sx: Map, sy: Map, gloss: Map) -> tuple[Map, Map]:
    """Replace the turned surface by a rough break that falls off towards the middle of the chip."""
    inside = smoothstep(0.47, 0.53, chipped)
    rough = 9 * smoothstep(0.4, 0.9, chipped) * -1 + 0.9 * noise(rng, 110) + 1.6 * noise(rng, 50)
    bx, by = slopes(rough.astype(np.float32))
    gloss *= 1 - 0.55 * inside
    return sx * (1 - inside) + bx * 1.3 * inside, sy * (1 - inside) + by * 1.3 * inside


def _drill(hole: _Hole, sx: Map, sy: Map, depth: Map) -> None:
    """Cut a chamfered hole, in place, in the window around it."""
    reach = int(hole.radius + hole.chamfer + 4)
    edge = hole.radius + hole.chamfer
    left, top = int(hole.x) - reach, int(hole.y) - reach
    box = (slice(top, top + 2 * reach), slice(left, left + 2 * reach))
    axis = np.arange(2 * reach, dtype=np.float32) + 0.5
    dx, dy = (axis + left - hole.x)[None, :], (axis + top - hole.y)[:, None]
    radius = np.sqrt(dx * dx + dy * dy).astype(np.float32) + np.float32(1e-3)
    ux, uy = (dx / radius).astype(np.float32), (dy / radius).astype(np.float32)
    bevel = smoothstep(hole.radius - 1, hole.radius + 1, radius) * (1 - smoothstep(edge - 1, edge + 1, radius))
    sx[box] = sx[box] * (1 - bevel) + bevel * ux
    sy[box] = sy[box] * (1 - bevel) + bevel * uy
    opening = 1 - smoothstep(hole.radius - 1, hole.radius + 0.5, radius)
    depth[box] = depth[box] * (1 - opening) + opening * _wall(ux, uy, radius / np.float32(hole.radius))


def _wall(ux: Map, uy: Map, reach: Map) -> Map:
    """Light inside a bore: dark, but the wall away from the light catches some."""
    facing = np.maximum(-(ux * np.float32(_LIGHT[0]) + uy * np.float32(_LIGHT[1])), 0)
    return np.asarray(0.025 + 0.28 * facing**1.5 * smoothstep(0.62, 1.0, reach) ** 2, np.float32)


def _shaded(rng: Rng, ux: Map, uy: Map, sx: Map, sy: Map, gloss: Map) -> Map:
    """Reflect the room: bright towards the light, dim away from it; turning marks spread it to a bow tie."""
    towards = -(sx * np.float32(_LIGHT[0]) + sy * np.float32(_LIGHT[1]))
    room = 0.05 + 0.40 / (1 + np.exp(-4.2 * (towards + 0.02)))
    azimuth = float(np.arctan2(_LIGHT[1], _LIGHT[0])) + rng.normal(0, 0.02)
    along = ux * np.float32(np.cos(azimuth)) + uy * np.float32(np.sin(azimuth))
    across = ux * np.float32(np.cos(azimuth + 1.25)) + uy * np.float32(np.sin(azimuth + 1.25))
    flatness = 1 / (1 + 6 * (sx * sx + sy * sy))
    # Squares of squares: the powers 12 and 18 by `**` take half of the drawing time.
    along4, across2 = np.square(np.square(along)), np.square(across)
    across8 = np.square(np.square(across2))
    tie = along4 * along4 * along4 * (1 + 0.25 * along) + 0.45 * across8 * across8 * across2
    grain = 1 + 0.9 * np.clip(towards, -0.35, 0.35)
    x, y = grid()
    gradient = 1 + 0.16 * (_LIGHT[0] * (x / DRAWN - 0.5) + _LIGHT[1] * (y / DRAWN - 0.5))
    light = (room + 0.42 * tie * flatness * gloss * grain) * (0.55 + 0.45 * gloss) * gradient
    return np.asarray(light * (1 + 0.012 * noise(rng, 8)), np.float32)


def _mat(rng: Rng, x: Map, y: Map, pose: _Pose) -> Map:
    """A dark rubber mat with the part's soft shadow."""
    rough = blurred(rng.standard_normal((DRAWN, DRAWN), np.float32), 1.6) * 4.0
    shadow = smoothstep(
        0, 60, np.hypot(x - pose.centre[0] - 14, y - pose.centre[1] - 18).astype(np.float32) - (_OUTER - 4)
    )
    grey = (0.030 + 0.006 * rough + 0.004 * noise(rng, 14)) * (0.35 + 0.65 * shadow)
    return np.asarray(np.maximum(grey, 0.002)[..., None] * np.array([1.0, 1.02, 1.08], np.float32), np.float32)
