"""Small drawn pictures with known flaws, for every test that needs pictures.

Everything is drawn from a seed: a good part is a brushed surface with a bright disc on it; a flawed one has a dark spot
whose place is known. Nothing here is realistic, only quick and repeatable; `core.demo` draws what looks like photos.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

UInt8Image = npt.NDArray[np.uint8]
BoolMask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Layout:
    """A data set on disk in MVTec AD's layout."""

    root: Path
    train: tuple[Path, ...]
    good: tuple[Path, ...]
    defect: tuple[Path, ...]
    masks: tuple[Path, ...]


def good_part(seed: int, size: tuple[int, int] = (96, 96)) -> UInt8Image:
    """(H, W, 3) RGB uint8: brushed surface, a disc in the middle, light from the left, camera noise."""
    rng = np.random.default_rng(seed)
    height, width = size
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    brushed = cv2.GaussianBlur(rng.normal(0, 22, size).astype(np.float32), (0, 0), sigmaX=6, sigmaY=0.6)
    light = 120 + 30 * columns / width + rng.normal(0, 2)
    centre_row, centre_column = height / 2 + rng.uniform(-1, 1), width / 2 + rng.uniform(-1, 1)
    distance = np.hypot(rows - centre_row, columns - centre_column)
    disc = 45 / (1 + np.exp(np.clip(distance - min(size) / 4, -30, 30)))
    grey = light + brushed + disc + rng.normal(0, 1.5, size)
    colour = grey[..., None] * np.array([1.0, 0.97, 0.92], np.float32)
    return np.clip(np.rint(colour), 0, 255).astype(np.uint8)


def flawed_part(
    seed: int, size: tuple[int, int] = (96, 96), radius: float | None = None
) -> tuple[UInt8Image, BoolMask]:
    """Return a part with one dark spot, at least two radii from the border, and the spot's mask (H, W)."""
    picture = good_part(seed, size)
    rng = np.random.default_rng(seed + 1_000_003)
    radius = min(size) / 12 if radius is None else radius
    row, column = (rng.uniform(2 * radius, side - 2 * radius) for side in size)
    rows, columns = np.mgrid[0 : size[0], 0 : size[1]]
    mask = np.hypot(rows - row, columns - column) <= radius
    picture[mask] = (picture[mask] * np.array([0.25, 0.22, 0.2])).astype(np.uint8)
    return picture, mask


def write_png(path: Path, pixels: npt.NDArray[np.generic]) -> Path:
    """Write RGB, grey or bool pixels as PNG without the code under test; makes the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    values = pixels.astype(np.uint8) * 255 if pixels.dtype == np.bool_ else pixels
    if values.ndim == 3:
        values = values[..., ::-1]
    done, encoded = cv2.imencode(".png", np.ascontiguousarray(values))
    assert done
    path.write_bytes(encoded.tobytes())
    return path


def write_dataset(
    root: Path, train: int = 8, good: int = 4, defect: int = 4, size: tuple[int, int] = (96, 96), seed: int = 0
) -> Layout:
    """Write a data set in MVTec AD's layout, with one defect type ``spot`` and its masks."""
    seeds = iter(range(seed * 1000, seed * 1000 + train + good + defect))
    trained = [write_png(root / "train" / "good" / f"{i:03}.png", good_part(next(seeds), size)) for i in range(train)]
    passed = [write_png(root / "test" / "good" / f"{i:03}.png", good_part(next(seeds), size)) for i in range(good)]
    failed, masks = [], []
    for index in range(defect):
        picture, mask = flawed_part(next(seeds), size)
        failed.append(write_png(root / "test" / "spot" / f"{index:03}.png", picture))
        masks.append(write_png(root / "ground_truth" / "spot" / f"{index:03}_mask.png", mask))
    return Layout(root, tuple(trained), tuple(passed), tuple(failed), tuple(masks))
