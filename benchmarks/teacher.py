"""What a network's features tell apart by themselves, before any student: image AUROC of nearest neighbours.

    python benchmarks/teacher.py [--sets NAME ...] [--size SIDE] [--threads N]

An image's score is the largest distance of its patches (3 x 3 averages, each channel normalised) to the nearest of
8,000 patches of good images. EfficientAD's small teacher stands beside the backbone that it was distilled from.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import core  # noqa: F401 - before torch, because it says how OpenMP's threads wait

# isort: split
import argparse

import torch
import torch.nn.functional as F
from results import DATA
from torch import Tensor

from core.backbones.extractor import Features, build_extractor
from core.images.framing import Framing
from core.images.reading import read_image
from core.images.resampling import to_frames
from core.progress import silent
from core.project.discovery import image_paths
from core.scoring.metrics import auroc

LEVELS = {"pdn_small": "s4", "efficientnet_lite0": "s8"}
GOOD, KEPT = 120, 8000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="+", default=["magnetic_tile", "bsdata"])
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    for name in options.sets:
        for backbone, level in LEVELS.items():
            features = build_extractor(backbone, (level,), silent())
            print(f"{name}, {backbone}: {measured(features, DATA / name, options.size):.3f}", flush=True)


@torch.inference_mode()
def measured(features: Features, root: Path, side: int) -> float | None:
    """Return the AUROC on one set."""
    good = torch.cat([patches(features, path, side) for path in image_paths([root / "train" / "good"])[:GOOD]])
    mean, spread = good.mean(0), good.std(0)
    kept = torch.randperm(len(good), generator=torch.Generator().manual_seed(0))[:KEPT]
    bank = (good[kept] - mean) / spread
    tested = image_paths([root / "test"])
    apart = [torch.cdist((patches(features, path, side) - mean) / spread, bank).amin(1).amax() for path in tested]
    return auroc([float(each) for each in apart], [path.parent.name != "good" for path in tested])


def patches(features: Features, path: Path, side: int) -> Tensor:
    """Return (patches, C) of an image."""
    maps = features(to_frames([read_image(path).pixels], Framing((side, side))))[0]
    return F.avg_pool2d(maps, 3, 1, 1).flatten(2)[0].T


if __name__ == "__main__":
    main()
