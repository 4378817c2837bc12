"""Frames in, feature maps out: a frozen backbone that stops at the deepest level asked for."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol, Self

import torch
from torch import Tensor, nn

from core.backbones.catalog import BackboneSpec, backbone
from core.backbones.nets.efficientnet_lite import EfficientNetLite0, from_published
from core.backbones.nets.pdn import PdnSize, named_by_place, patch_description
from core.backbones.weights import Weights, load_weights
from core.errors import Problem
from core.progress import Ticket


class Features(Protocol):
    """What a detector needs of a backbone, whatever engine runs it.

    Attributes
    ----------
    levels, channels, strides
        One entry a feature map, finest first.
    weights_origin, weights_sha256
        Where the weights came from and the hash of their file: a stored model works with the same weights only.
    engine, engine_note
        What computes them, for people; and why it is not the one that ``auto`` takes first, or "".
    """

    levels: tuple[str, ...]
    channels: tuple[int, ...]
    strides: tuple[int, ...]
    weights_origin: str
    weights_sha256: str
    engine: str
    engine_note: str

    def __call__(self, frames: Tensor) -> tuple[Tensor, ...]:
        """(B, 3, H, W) float32 in 0..1 -> ((B, C_i, H / stride_i, W / stride_i) float32, ...) without gradients."""
        ...

    def to(self, device: torch.device) -> Self:
        """Move to a device."""
        ...

    def module(self) -> nn.Module:
        """Return the same computation as a PyTorch module of its own on the CPU, for export."""
        ...


class FeatureExtractor(nn.Module):
    """A backbone's stages up to the deepest level, frozen, in float32.

    It stays in float32 on every device: of the 1e-3 that scores may move, EfficientNet-Lite0's take 2e-3 in float16 and
    2e-2 in bfloat16 (docs/performance.md).

    Parameters
    ----------
    spec
        Its catalogue entry.
    levels
        Level names, finest first.
    stages
        Level -> the part of the network that leads to it from the level before, shallow to deep, every level of `spec`
        up to the deepest one asked for.
    """

    mean: Tensor
    std: Tensor

    def __init__(
        self,
        spec: BackboneSpec,
        levels: Sequence[str],
        stages: Mapping[str, nn.Module],
        *,
        weights_origin: str,
        weights_sha256: str,
    ) -> None:
        super().__init__()
        self.spec = spec
        self.levels = tuple(levels)
        self.channels = spec.channels(levels)
        self.strides = tuple(spec.levels[level].stride for level in levels)
        self.weights_origin = weights_origin
        self.weights_sha256 = weights_sha256
        self.engine = "PyTorch"
        self.engine_note = ""
        wanted = list(spec.levels)[: max(list(spec.levels).index(level) for level in levels) + 1]
        self.stages = nn.ModuleDict({level: stages[level] for level in wanted})
        self.register_buffer("mean", torch.tensor(spec.mean).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(spec.std).view(1, 3, 1, 1), persistent=False)
        self.requires_grad_(False)
        super().train(False)
        # The same numbers in the order that CPU kernels like: EfficientNet-Lite0 runs 1.7 times as fast.
        self.to(memory_format=torch.channels_last)

    def train(self, mode: bool = True) -> Self:
        """Stay in evaluation mode: the backbone is frozen whatever module it is put into."""
        return super().train(False)

    def forward(self, frames: Tensor) -> tuple[Tensor, ...]:
        """(B, 3, H, W) float32 in 0..1, H and W multiples of 32 -> one (B, C_i, H / s_i, W / s_i) a level."""
        features = (frames - self.mean) / self.std
        found = []
        for level, stage in self.stages.items():
            features = stage(features)
            if level in self.levels:
                found.append(features)
        return tuple(found)

    def module(self) -> nn.Module:
        """Return a copy on the CPU."""
        stages = {level: copy.deepcopy(stage).to("cpu") for level, stage in self.stages.items()}
        return FeatureExtractor(
            self.spec,
            self.levels,
            stages,
            weights_origin=self.weights_origin,
            weights_sha256=self.weights_sha256,
        )


def build_extractor(
    name: str,
    levels: tuple[str, ...],
    ticket: Ticket,
    *,
    weights_file: Path | None = None,
    allow_download: bool = False,
) -> FeatureExtractor:
    """Return a backbone with its published weights, on the CPU.

    Raises
    ------
    Problem
        Unknown backbone, or its weights cannot be had (see `load_weights`).
    """
    spec = backbone(name)
    return extractor_with(load_weights(spec, ticket, file=weights_file, allow_download=allow_download), spec, levels)


def extractor_with(weights: Weights, spec: BackboneSpec, levels: tuple[str, ...]) -> FeatureExtractor:
    """Return a backbone with these weights, on the CPU.

    Raises
    ------
    Problem
        They are another network's.
    """
    try:
        stages = _STAGES[spec.name](weights.state_dict)
    except RuntimeError as error:
        raise Problem(
            "The weights file does not fit {title}.", "Choose the file that belongs to it.", title=spec.title
        ) from error
    return FeatureExtractor(spec, levels, stages, weights_origin=weights.origin, weights_sha256=weights.sha256)


def _lite0_stages(state: Mapping[str, Tensor]) -> dict[str, nn.Module]:
    net = EfficientNetLite0()
    net.load_state_dict(from_published(state))
    return net.stages()


def _resnet_stages(name: str, state: Mapping[str, Tensor]) -> dict[str, nn.Module]:
    import torchvision  # only here: it takes 160 MB and more than a second, and EfficientNet-Lite0 needs none of it

    net = getattr(torchvision.models, name)(weights=None)
    net.load_state_dict(dict(state))
    return {
        "s4": nn.Sequential(net.conv1, net.bn1, net.relu, net.maxpool, net.layer1),
        "s8": net.layer2,
        "s16": net.layer3,
    }


def _pdn_stages(size: PdnSize, state: Mapping[str, Tensor]) -> dict[str, nn.Module]:
    net = patch_description(size)
    net.load_state_dict(named_by_place(net, state))
    return {"s4": net}


_STAGES: Mapping[str, Callable[[Mapping[str, Tensor]], dict[str, nn.Module]]] = {
    "efficientnet_lite0": _lite0_stages,
    "resnet18": partial(_resnet_stages, "resnet18"),
    "wide_resnet50_2": partial(_resnet_stages, "wide_resnet50_2"),
    "pdn_small": partial(_pdn_stages, "small"),
    "pdn_small_own": partial(_pdn_stages, "small"),
    "pdn_medium": partial(_pdn_stages, "medium"),
}
