"""Flaws that both products can have. Positions are (x, y) in drawn pixels."""

from __future__ import annotations

import numpy as np

from core.demo.surface import Flaw, Rng, blob, blurred, curve, noise, smoothstep, stroke, unchanged

Point = tuple[float, float]


def scratch(rng: Rng, at: Point, heading: float, bright: float) -> Flaw:
    """A thin groove with raised edges; `bright` multiplies the colour at its bottom."""
    height, tint, gloss = unchanged()
    length = rng.uniform(90, 210)
    path = curve(rng, at, heading, length, 0.02)
    pressure = np.sin(np.linspace(0.15, np.pi - 0.15, len(path))) ** 0.5
    line = stroke(path, pressure * rng.uniform(2.0, 3.4))
    groove = blurred(line, 1.0)
    burr = blurred(line, 2.6)
    height += (burr * 1.2 - groove * 2.6) * np.float32(rng.uniform(0.8, 1.3))
    tint *= 1 + (bright - 1) * np.minimum(groove * 1.2, 1)[..., None]
    return Flaw(height, tint, gloss, line > 0.3)


def dent(rng: Rng, at: Point, radius: tuple[float, float], depth: float) -> Flaw:
    """A shallow hollow with a soft raised rim."""
    height, tint, gloss = unchanged()
    shape = blob(rng, at, rng.uniform(*radius), 0.04)
    hollow = smoothstep(0.3, 0.95, shape)
    rim = smoothstep(0.05, 0.45, shape) - smoothstep(0.3, 0.7, shape)
    height += np.float32(depth) * (np.float32(0.22) * rim - hollow)
    return Flaw(height, tint, gloss, shape > 0.42)


def stain(rng: Rng, at: Point, radius: tuple[float, float], colour: tuple[float, float, float]) -> Flaw:
    """A dried drop: a tint with a darker border, duller than its surroundings."""
    height, tint, gloss = unchanged()
    shape = blob(rng, at, rng.uniform(*radius), 0.12)
    body = smoothstep(0.46, 0.58, shape)
    border = smoothstep(0.44, 0.52, shape) - smoothstep(0.54, 0.72, shape)
    cloudy = np.clip(0.75 + 0.22 * noise(rng, 18), 0.3, 1.15)
    weight = np.clip(body * cloudy + 0.35 * border, 0, 1.2)[..., None]
    tint *= 1 - weight * (1 - np.array(colour, np.float32))
    gloss *= 1 - 0.45 * body
    return Flaw(height, tint, gloss, shape > 0.49)


def crack(rng: Rng, at: Point, heading: float, length: float, lips: tuple[float, float, float]) -> Flaw:
    """A dark, jagged opening with a branch; its lips bend up and take on the colour `lips`."""
    height, tint, gloss = unchanged()
    main = curve(rng, at, heading, length, 0.2)
    thick = rng.uniform(4.0, 6.5) * np.sin(np.linspace(0.1, np.pi - 0.1, len(main))) ** 0.7
    line = stroke(main, thick)
    fork = main[int(rng.integers(len(main) // 3, 2 * len(main) // 3))]
    turn = heading + rng.choice([-1, 1]) * rng.uniform(0.5, 1.0)
    reach = length * rng.uniform(0.25, 0.4)
    end = (float(fork[0] + np.cos(turn) * reach / 2), float(fork[1] + np.sin(turn) * reach / 2))
    branch = curve(rng, end, turn, reach, 0.2)
    line = np.maximum(line, stroke(branch, np.linspace(3.0, 1.5, len(branch))))
    dark = np.minimum(blurred(line, 0.8) * 1.2, 1)
    lip = np.clip(1.6 * blurred(line, 3.0) * (1 + 0.4 * noise(rng, 100)), 0, 1) * (1 - dark)
    height += 5 * blurred(line, 4.0) - 4.5 * blurred(line, 1.4)
    tint *= 1 + lip[..., None] * (np.array(lips, np.float32) - 1)
    tint *= 1 - 0.85 * dark[..., None]
    gloss *= 1 - 0.85 * dark
    return Flaw(height, tint, gloss, np.maximum(line, blurred(line, 2.0)) > 0.3)
