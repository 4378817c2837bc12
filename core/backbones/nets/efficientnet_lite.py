"""EfficientNet-Lite0 (Google, 2020): EfficientNet-B0 without squeeze-and-excitation, with ReLU6 in place of swish.

Layer plan: https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# TensorFlow's batch normalisation of these weights, where PyTorch's default is 1e-5.
BATCH_NORM_EPS = 1e-3


class Stage(NamedTuple):
    """A run of equal blocks; the first one has the stride."""

    repeats: int
    kernel: int
    stride: int
    expansion: int
    channels: int


STAGES = (
    Stage(1, 3, 1, 1, 16),
    Stage(2, 3, 2, 6, 24),
    Stage(2, 5, 2, 6, 40),
    Stage(3, 3, 2, 6, 80),
    Stage(3, 5, 1, 6, 112),
    Stage(4, 5, 2, 6, 192),
    Stage(1, 3, 1, 6, 320),
)
STEM_CHANNELS = 32
HEAD_CHANNELS = 1280

# Level -> blocks that lead to it from the level before: the end of the last stage of that stride.
LEVEL_BLOCKS = {"s4": (0, 3), "s8": (3, 5), "s16": (5, 11)}


class SameConv2d(nn.Conv2d):
    """A convolution padded as TensorFlow's SAME does for sides that the stride divides: the spare pixel comes last.

    The weights were trained so. With PyTorch's even padding the features of every stride-2 layer slip by half a step.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1) -> None:
        total = kernel - stride
        before = total // 2
        self.uneven = total % 2 == 1
        super().__init__(
            inputs,
            outputs,
            kernel,
            stride,
            padding=0 if self.uneven else before,
            groups=groups,
            bias=False,
        )
        self.pads = (before, total - before, before, total - before)

    def forward(self, frames: Tensor) -> Tensor:
        """(B, inputs, H, W) -> (B, outputs, H / stride, W / stride)."""
        if self.uneven:
            frames = F.pad(frames, self.pads)
        return super().forward(frames)


def _batch_norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=BATCH_NORM_EPS)


class Block(nn.Module):
    """Inverted residual: widen, convolve each channel by itself, narrow; added to its input where the shapes agree."""

    def __init__(self, inputs: int, stage: Stage, stride: int) -> None:
        super().__init__()
        wide = inputs * stage.expansion
        self.expands = stage.expansion != 1
        if self.expands:
            self.expand_conv = SameConv2d(inputs, wide, 1)
            self.bn0 = _batch_norm(wide)
        self.depthwise_conv = SameConv2d(wide, wide, stage.kernel, stride, groups=wide)
        self.bn1 = _batch_norm(wide)
        self.project_conv = SameConv2d(wide, stage.channels, 1)
        self.bn2 = _batch_norm(stage.channels)
        self.adds = stride == 1 and inputs == stage.channels

    def forward(self, features: Tensor) -> Tensor:
        """(B, inputs, H, W) -> (B, channels, H / stride, W / stride)."""
        inner: Tensor = features
        if self.expands:
            inner = F.relu6(self.bn0(self.expand_conv(inner)))
        inner = F.relu6(self.bn1(self.depthwise_conv(inner)))
        inner = self.bn2(self.project_conv(inner))
        if self.adds:
            inner = inner + features
        return inner


class Stem(nn.Module):
    """First convolution, stride 2."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = SameConv2d(3, STEM_CHANNELS, 3, 2)
        self.bn = _batch_norm(STEM_CHANNELS)

    def forward(self, frames: Tensor) -> Tensor:
        """(B, 3, H, W) normalised RGB -> (B, 32, H / 2, W / 2)."""
        return F.relu6(self.bn(self.conv(frames)))


class EfficientNetLite0(nn.Module):
    """The whole classifier, so that the published weights load completely and can be checked on photographs.

    Height and width of the input are multiples of 32.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = Stem()
        blocks = []
        inputs = STEM_CHANNELS
        for stage in STAGES:
            for repeat in range(stage.repeats):
                blocks.append(Block(inputs, stage, stage.stride if repeat == 0 else 1))
                inputs = stage.channels
        self.blocks = nn.Sequential(*blocks)
        self.head_conv = SameConv2d(inputs, HEAD_CHANNELS, 1)
        self.head_bn = _batch_norm(HEAD_CHANNELS)
        self.fc = nn.Linear(HEAD_CHANNELS, 1000)

    def forward(self, frames: Tensor) -> Tensor:
        """(B, 3, H, W) normalised RGB -> (B, 1000) logits of the ImageNet classes."""
        features = F.relu6(self.head_bn(self.head_conv(self.blocks(self.stem(frames)))))
        logits: Tensor = self.fc(features.mean(dim=(2, 3)))
        return logits

    def stages(self) -> dict[str, nn.Module]:
        """Return level -> the part of the network that leads to it from the level before."""
        parts: dict[str, nn.Module] = {}
        for level, (first, last) in LEVEL_BLOCKS.items():
            blocks: list[nn.Module] = list(self.blocks[first:last])
            parts[level] = nn.Sequential(*([self.stem] if first == 0 else []), *blocks)
        return parts


def from_published(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Rename the entries of the published weights file, ``_blocks.0._bn1.weight`` and so on, to this module's."""
    heads = {"conv_stem": "stem.conv", "bn0": "stem.bn", "conv_head": "head_conv", "bn1": "head_bn"}
    renamed = {}
    for key, value in state.items():
        words = [word.removeprefix("_") for word in key.split(".")]
        words[0] = heads.get(words[0], words[0])
        renamed[".".join(words)] = value.to(torch.float32) if value.is_floating_point() else value
    return renamed
