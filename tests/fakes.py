"""A backbone with made-up weights and frames drawn here, for fast tests. The program never uses any of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import MappingProxyType

import torch
from torch import Tensor, nn

from core.backbones.catalog import BackboneSpec, Level
from core.backbones.extractor import FeatureExtractor
from core.detectors.registry import REGISTRY
from core.detectors.settings import DetectorSettings

TINY = BackboneSpec(
    name="tiny",
    title="Made-up weights, for tests only",
    levels=MappingProxyType({"s4": Level(8, 4), "s8": Level(12, 8), "s16": Level(16, 16)}),
    mean=(0.5, 0.4, 0.3),
    std=(0.2, 0.3, 0.4),
    sources=(),
    licence="none",
)


def tiny_extractor(levels: Sequence[str] = ("s4", "s8", "s16"), seed: int = 0) -> FeatureExtractor:
    """Return a real `FeatureExtractor` over a tiny seeded network (milliseconds a frame)."""
    generator = torch.Generator().manual_seed(seed)
    stages: dict[str, nn.Module] = {}
    inputs = 3
    for name, level in TINY.levels.items():
        stride = 4 if name == "s4" else 2
        conv = nn.Conv2d(inputs, level.channels, stride + 1, stride, padding=stride // 2)
        with torch.no_grad():
            conv.weight.normal_(0, (2 / conv.weight[0].numel()) ** 0.5, generator=generator)
            conv.bias.normal_(0, 0.1, generator=generator)
        stages[name] = nn.Sequential(conv, nn.ReLU())
        inputs = level.channels
    return FeatureExtractor(TINY, levels, stages, weights_origin="made up for tests", weights_sha256="0" * 64)


def tiny_for(settings: DetectorSettings) -> FeatureExtractor:
    """Return what a detector of these settings can be built from."""
    if settings.kind != "efficientad":
        return tiny_extractor(REGISTRY[settings.kind].extractor_levels)
    # As a patch description network: an output sees 33 pixels, the next one four further, without padding.
    conv = nn.Conv2d(3, TINY.levels["s4"].channels, 33, 4)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        conv.weight.normal_(0, (2 / conv.weight[0].numel()) ** 0.5, generator=generator)
        conv.bias.normal_(0, 0.1, generator=generator)
    return FeatureExtractor(TINY, ("s4",), {"s4": conv}, weights_origin="made up for tests", weights_sha256="0" * 64)


class Frames:
    """A `FrameSource` over a tensor (n, 3, h, w)."""

    def __init__(self, frames: Tensor) -> None:
        self.frames = frames

    def __len__(self) -> int:
        return len(self.frames)

    def batches(self, size: int) -> Iterator[Tensor]:
        yield from torch.split(self.frames, size)


def good_frames(count: int, size: tuple[int, int] = (64, 96), seed: int = 0) -> Tensor:
    """Return (count, 3, h, w) frames in 0..1: soft stripes and a disc, each a little shifted and noisy."""
    generator = torch.Generator().manual_seed(seed)
    rows = torch.arange(size[0]).view(1, 1, -1, 1)
    columns = torch.arange(size[1]).view(1, 1, 1, -1)
    shift = torch.rand(count, 1, 1, 1, generator=generator)
    stripes = 0.5 + 0.15 * torch.sin((columns + shift) / 5) * torch.tensor([1.0, 0.8, 0.6]).view(1, 3, 1, 1)
    disc = ((rows - size[0] / 2 - shift) ** 2 + (columns - size[1] / 2) ** 2 < (min(size) / 4) ** 2) * 0.2
    noise = 0.02 * torch.randn(count, 3, *size, generator=generator)
    return (stripes + disc + noise).clamp(0, 1)


def with_defect(frames: Tensor, row: int, column: int, side: int = 12) -> Tensor:
    """Return a copy with a dark, checkered square whose upper left corner is at row and column."""
    marked = frames.clone()
    checks = (torch.arange(side).view(-1, 1) // 3 + torch.arange(side) // 3) % 2
    marked[:, :, row : row + side, column : column + side] = checks * 0.9
    return marked
