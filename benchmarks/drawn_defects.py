"""Compare settings without any label: image and pixel AUROC on good photos with and without drawn defects.

    python benchmarks/drawn_defects.py ALGORITHM [NAME=VALUE ...] [--sets NAME ...] [--seeds N ...] [--threads N]

The good photos for training are split as in a training. Into each held-out one four defects are drawn, an image each:
a piece from elsewhere, a thin line, a soft smudge and a small pit. A setting that is chosen by these figures has not
seen the test images that docs/results.md is about, though their sets. The defects are the same in each run, the seed is
the training's; figures are the medians over the seeds.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import core  # noqa: F401 - before torch, because it says how OpenMP's threads wait

# isort: split
import argparse
import json
import time

import cv2
import numpy as np
import numpy.typing as npt
import torch
from results import DATA

from core.detectors.registry import build_detector
from core.detectors.settings import KINDS, DetectorSettings, settings_from_json, settings_to_json
from core.devices import choose_device
from core.images.framing import Framing
from core.images.reading import read_image
from core.images.resampling import to_frames
from core.progress import silent
from core.project.discovery import image_paths
from core.project.splits import held_out
from core.scoring.metrics import auroc
from core.scoring.pixels import PixelCounts
from core.training.frames import ImageFrames

SIDE = 256
FRAMING = Framing((SIDE, SIDE))
Pixels = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("algorithm", choices=list(KINDS))
    parser.add_argument("settings", nargs="*", metavar="NAME=VALUE")
    parser.add_argument("--sets", nargs="+", default=["magnetic_tile", "kolektorsdd", "bsdata", "elpv_mono"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    given = {name: json.loads(value) for name, value in (each.split("=", 1) for each in options.settings)}
    settings = settings_from_json({**settings_to_json(KINDS[options.algorithm].settings_type()), **given})
    found = np.array([[measured(settings, DATA / name, seed) for seed in options.seeds] for name in options.sets])
    print("| set | image AUROC | pixel AUROC | train s |\n|---|---|---|---|")
    for name, row in zip([*options.sets, "mean"], [*np.median(found, 1), np.median(found, 1).mean(0)], strict=True):
        print(f"| {name} | {row[0]:.3f} | {row[1]:.3f} | {row[2]:.0f} |")


@torch.no_grad()
def measured(settings: DetectorSettings, root: Path, seed: int) -> tuple[float | None, float | None, float]:
    """Return image AUROC, pixel AUROC and the seconds of the training."""
    good = image_paths([root / "train" / "good"])
    kept = held_out([path.name for path in good])
    detector = build_detector(settings, FRAMING.size, choose_device("cpu"), silent())
    began = time.perf_counter()
    learned = [path for index, path in enumerate(good) if index not in kept]
    detector.fit(ImageFrames(learned, {}, FRAMING, None, silent()), seed, silent())
    seconds = time.perf_counter() - began
    rng = np.random.default_rng(7)
    scores: list[float] = []
    truth: list[bool] = []
    counts = PixelCounts()
    for index in sorted(kept):
        frame = to_frames([read_image(good[index]).pixels], FRAMING)
        pixels = 255 * frame[0].permute(1, 2, 0).numpy()
        drawn = [(pixels, np.zeros((SIDE, SIDE), dtype=np.bool_)), *defects(pixels, rng)]
        frames = torch.from_numpy(np.stack([image for image, _ in drawn]) / np.float32(255)).permute(0, 3, 1, 2)
        prediction = detector.predict(frames.contiguous())
        scores += prediction.scores.tolist()
        truth += [False, *[True] * (len(drawn) - 1)]
        for heat, (_, mask) in zip(prediction.maps.cpu().numpy(), drawn, strict=True):
            counts.add(heat, mask)
    return auroc(scores, truth), counts.auroc(), seconds


def defects(pixels: Pixels, rng: np.random.Generator) -> list[tuple[Pixels, Mask]]:
    """Draw four defects into (h, w, 3) pixels of 0..255, each into a copy; return it and where it is."""
    line, smudge, pit = (np.zeros((SIDE, SIDE), np.float32) for _ in range(3))
    centre, heading = rng.uniform(30, SIDE - 30, 2), rng.uniform(0, np.pi)
    reach = rng.uniform(10, 40) * np.array([np.cos(heading), np.sin(heading)])
    ends = [tuple(map(int, centre + way * reach)) for way in (-1, 1)]
    cv2.line(line, ends[0], ends[1], (1.0,), int(rng.integers(1, 4)), cv2.LINE_AA)
    axes = tuple(map(int, rng.integers(6, 24, 2)))
    at = tuple(map(int, rng.integers(20, SIDE - 20, 2)))
    cv2.ellipse(smudge, at, axes, rng.uniform(0, 180), 0, 360, (1.0,), -1)
    cv2.circle(pit, tuple(map(int, rng.integers(10, SIDE - 10, 2))), int(rng.integers(2, 6)), (1.0,), -1)
    drawn = [pasted(pixels, rng)]
    for shape, blur, least, most in ((line, 0.7, 25, 60), (smudge, 4.0, 15, 40), (pit, 1.0, 30, 70)):
        change = rng.choice([-1, 1]) * rng.uniform(least, most) * cv2.GaussianBlur(shape, (0, 0), blur)
        drawn.append(((pixels + change[..., None]).clip(0, 255).astype(np.float32), shape > 0.5))
    return drawn


def pasted(pixels: Pixels, rng: np.random.Generator) -> tuple[Pixels, Mask]:
    """Put a piece of the picture, lighter or darker, somewhere else."""
    height, width = map(int, rng.integers(8, 40, 2))
    (row, to_row), (column, to_column) = (map(int, rng.integers(0, SIDE - side, 2)) for side in (height, width))
    image, mask = pixels.copy(), np.zeros((SIDE, SIDE), dtype=np.bool_)
    piece = pixels[row : row + height, column : column + width] * np.float32(rng.uniform(0.8, 1.2))
    image[to_row : to_row + height, to_column : to_column + width] = piece.clip(0, 255)
    mask[to_row : to_row + height, to_column : to_column + width] = True
    return image, mask


if __name__ == "__main__":
    main()
