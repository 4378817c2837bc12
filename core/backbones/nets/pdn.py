"""EfficientAD's networks: patch description networks and the autoencoder (Batzner et al., arXiv 2303.14535)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

import torch.nn.functional as F
from torch import Tensor, nn

from core.backbones.catalog import PDN_CHANNELS

PdnSize = Literal["small", "medium"]
SIZES: tuple[PdnSize, ...] = get_args(PdnSize)

REACH = 33  # pixels a patch is wide
STRIDE = 4
CODE = 64
DROPOUT = 0.2


def patch_description(size: PdnSize, outputs: int = PDN_CHANNELS, *, padding: bool = False) -> nn.Sequential:
    """Return a patch description network, (B, 3, H, W) -> (B, outputs, h, w), with PyTorch's initial values.

    Each output sees `REACH` x `REACH` pixels, the next one `STRIDE` pixels further. Without padding h = H / 4 - 8, with
    it h = H / 4 and the outputs from 4 to h - 4 are those without.
    """
    pad = int(padding)
    halve = nn.AvgPool2d(2, 2, padding=pad)
    layers: dict[str, list[nn.Module]] = {
        "small": [
            nn.Conv2d(3, 128, 4, padding=3 * pad),
            nn.ReLU(),
            halve,
            nn.Conv2d(128, 256, 4, padding=3 * pad),
            nn.ReLU(),
            halve,
            nn.Conv2d(256, 256, 3, padding=pad),
            nn.ReLU(),
            nn.Conv2d(256, outputs, 4),
        ],
        "medium": [
            nn.Conv2d(3, 256, 4, padding=3 * pad),
            nn.ReLU(),
            halve,
            nn.Conv2d(256, 512, 4, padding=3 * pad),
            nn.ReLU(),
            halve,
            nn.Conv2d(512, 512, 1),
            nn.ReLU(),
            nn.Conv2d(512, 512, 3, padding=pad),
            nn.ReLU(),
            nn.Conv2d(512, outputs, 4),
            nn.ReLU(),
            nn.Conv2d(outputs, outputs, 1),
        ],
    }
    return nn.Sequential(*layers[size])


def named_by_place(network: nn.Sequential, state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Rename published weights, ``conv1.weight`` and so on, to a network's own names, ``0.weight`` and so on.

    Those that are named so already, as another program's and those of `core.training.distillation` are, stay; all are
    brought to float32.
    """
    places = [str(place) for place, layer in enumerate(network) if isinstance(layer, nn.Conv2d)]
    own = {f"conv{number}": place for number, place in enumerate(places, 1)}
    renamed = {}
    for name, tensor in state.items():
        layer, _, kind = name.rpartition(".")
        renamed[f"{own.get(layer, layer)}.{kind}"] = tensor.float()
    return renamed


def grid_of(frame_size: tuple[int, int]) -> tuple[int, int]:
    """Return the (h, w) of a patch description network's outputs without padding."""
    height, width = ((side - REACH) // STRIDE + 1 for side in frame_size)
    return height, width


class Resize(nn.Module):
    """Bilinear, to a size of its own."""

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__()
        self.size = size

    def forward(self, features: Tensor) -> Tensor:
        """(B, C, h, w) -> (B, C, *size)."""
        return F.interpolate(features, self.size, mode="bilinear", align_corners=False)


def autoencoder(frame_size: tuple[int, int], outputs: int = PDN_CHANNELS) -> nn.Sequential:
    """Return the autoencoder, (B, 3, H, W) -> (B, outputs, H / 4 - 8, W / 4 - 8), with PyTorch's initial values.

    At 256 x 256 it is the paper's. At other sizes the last convolution of the encoder takes in the whole of its input
    as it does there, so that the code stays one vector, and the decoder's sizes keep their proportions to the frame.
    """
    height, width = frame_size
    encoder: list[nn.Module] = []
    for before, after in ((3, 32), (32, 32), (32, 64), (64, 64), (64, CODE)):
        encoder += [nn.Conv2d(before, after, 4, 2, 1), nn.ReLU()]
    encoder.append(nn.Conv2d(CODE, CODE, (height // 32, width // 32)))
    decoder: list[nn.Module] = []
    for part, less in ((64, 1), (32, 0), (16, 1), (8, 0), (4, 1), (2, 1)):  # 3, 8, 15, 32, 63, 127 at 256
        size = (max(1, height // part - less), max(1, width // part - less))
        decoder += [Resize(size), nn.Conv2d(CODE, CODE, 4, padding=2), nn.ReLU(), nn.Dropout(DROPOUT)]
    decoder += [
        Resize(grid_of(frame_size)),
        nn.Conv2d(CODE, CODE, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(CODE, outputs, 3, padding=1),
    ]
    return nn.Sequential(*encoder, *decoder)
