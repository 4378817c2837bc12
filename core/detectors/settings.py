"""What a person can set on each detector: ranges, labels and help live here and nowhere else.

Forms, the command line and the documentation read these dataclasses; a detector reads its values. No torch.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Literal, TypeVar

import psutil

from core.backbones.catalog import CATALOG, TEACHERS
from core.errors import Problem

T = TypeVar("T", bool, int, float, str)
Preset = Literal["fast", "balanced", "accurate"]

PADIM_LEVELS = ("s4", "s8", "s16")
PATCHCORE_LEVELS = ("s8", "s16")
# At 256 x 256, the patches of 1,700 images with EfficientNet-Lite0 and of 440 images with Wide-ResNet-50-2.
MOST_CANDIDATE_BYTES = 2 << 30
WIDEST = 1024  # values a patch that PatchCore's published program keeps
SIMPLENET_LEVELS = ("s8", "s16")
EFFICIENTAD_LEVELS = ("s4",)
EFFICIENTAD_PAPER_STEPS = 70_000  # with fewer nobody has shown that it comes to its published accuracy
SIMPLENET_WIDEST = 1536
SIMPLENET_BATCH = 4  # images a step
HELD_OUT = 10  # one good image in so many judges when a training may stop, from that many on


def candidate_bytes() -> int:
    """Return how much memory PatchCore may take for the patches it chooses from, beyond which it chooses in steps.

    A quarter of the memory that is free, at most 2 GiB; a power of two, so that what else runs seldom changes the
    result: wherever 8 GiB are free it is 2 GiB.
    """
    quarter = int(psutil.virtual_memory().available) // 4
    return min(MOST_CANDIDATE_BYTES, 1 << (quarter.bit_length() - 1))


def cache_bytes() -> int:
    """Return how much memory the features of all images may take, beyond which they lie in a file: a quarter of it."""
    return int(psutil.virtual_memory().available) // 4


@dataclass(frozen=True, slots=True)
class Knob:
    """One setting as a form shows it.

    Attributes
    ----------
    name
        Field of the settings dataclass.
    label, help
        For people; `help` says what the setting does to speed and accuracy.
    type
        ``bool``, ``int``, ``float`` or ``str``.
    default
        The field's default.
    low, high, step
        Range of a number, ends included; None where there is none.
    choices
        Value -> title for a choice; empty otherwise.
    advanced
        Whether it hides behind *advanced*.
    folder
        For a text that is the path of a folder: what an empty one stands for. Empty for everything else.
    """

    name: str
    label: str
    help: str
    type: type
    default: object
    low: float | None
    high: float | None
    step: float | None
    choices: Mapping[str, str]
    advanced: bool
    folder: str


def knob(
    default: T,
    *,
    label: str,
    help: str,
    low: float | None = None,
    high: float | None = None,
    step: float | None = None,
    choices: Mapping[str, str] | None = None,
    advanced: bool = False,
    folder: str = "",
) -> T:
    """Declare a dataclass field that a form can show. Meaning of the arguments: see `Knob`."""
    details = Knob("", label, help, type(default), default, low, high, step, choices or {}, advanced, folder)
    return dataclasses.field(default=default, metadata={"knob": details})


def knobs(settings_type: SettingsType) -> list[Knob]:
    """Return the settings of a detector in the order of its form."""
    return [dataclasses.replace(field.metadata["knob"], name=field.name) for field in dataclasses.fields(settings_type)]


def _backbone_knob() -> str:
    return knob(
        "efficientnet_lite0",
        label="Backbone",
        help="The pretrained network that describes each spot. EfficientNet-Lite0 comes with the program and is the "
        "fastest. Wide-ResNet-50-2, the papers' choice, is often more accurate, about ten times slower, and its "
        "weights have to be fetched once.",
        choices={spec.name: spec.title for spec in CATALOG.values()},
    )


def _smoothing_knob() -> float:
    return knob(
        4.0,
        label="Smoothing",
        help="Width of the blur over the heat map, in pixels of a 256-pixel frame. Less shows finer marks and more "
        "noise. No effect on speed.",
        low=0.0,
        high=16.0,
        step=0.5,
        advanced=True,
    )


def _alike_knob() -> bool:
    return knob(
        True,
        label="Levels count alike",
        help="Fine and coarse structure count for the same, as in the paper, where both are pooled to one width. "
        "Otherwise each counts by how many features the backbone has for it. No effect on speed.",
        advanced=True,
    )


def _check(settings: DetectorSettings) -> None:
    """Raise `Problem` for a value of the wrong type or outside its knob's range."""
    for each in knobs(type(settings)):
        value = getattr(settings, each.name)
        wanted = (int, float) if each.type is float else each.type
        fits = isinstance(value, wanted) and (each.type is bool or not isinstance(value, bool))
        if fits and each.choices:
            fits = value in each.choices
        if fits and each.low is not None:
            fits = value >= each.low
        if fits and each.high is not None:
            fits = value <= each.high
        if not fits:
            raise Problem(
                "{value} does not work for '{label}'.",
                "Choose {range}.",
                value=repr(value),
                label=each.label,
                range=", ".join(each.choices) if each.choices else f"a value from {each.low} to {each.high}",
            )


@dataclass(frozen=True, slots=True)
class PadimSettings:
    """Settings of PaDiM (arXiv 2011.08785)."""

    kind: ClassVar[str] = "padim"

    backbone: str = _backbone_knob()
    channels: int = knob(
        0,
        label="Feature channels",
        help="How many randomly chosen feature channels are kept at each spot; 0 chooses as in the paper: 100, or 550 "
        "for Wide-ResNet-50-2. Memory, model size and time grow with its square.",
        low=0,
        high=1792,
        step=10,
        advanced=True,
    )
    averaged: bool = knob(
        True,
        label="Coarse features averaged",
        help="The coarsest features of each spot are the mean over it and its eight neighbours, as PatchCore's are: "
        "calmer where parts do not lie quite alike. Otherwise they are taken as they are, as in the paper. No effect "
        "on speed.",
        advanced=True,
    )
    smoothing: float = _smoothing_knob()

    def __post_init__(self) -> None:
        _check(self)

    def kept(self, total: int) -> int:
        """Return how many of `total` feature channels are really kept, the automatic choice made."""
        return min(self.channels or (550 if self.backbone == "wide_resnet50_2" else 100), total)


@dataclass(frozen=True, slots=True)
class PatchCoreSettings:
    """Settings of PatchCore (arXiv 2106.08265)."""

    kind: ClassVar[str] = "patchcore"

    backbone: str = _backbone_knob()
    coreset: float = knob(
        0.1,
        label="Share of patches remembered",
        help="Which share of all good patches the memory keeps, chosen so that every good patch has a near neighbour "
        "in it. A smaller share trains and inspects faster; 0.01 is usually almost as accurate as 0.1.",
        low=0.001,
        high=1.0,
        step=0.01,
    )
    max_patches: int = knob(
        4_000,
        label="Most patches remembered",
        help="Upper limit of the memory, whatever the share says, so that inspection stays fast however many images "
        "are learned: time per image and model size grow with it. With few images the share decides.",
        low=100,
        high=200_000,
        step=1_000,
    )
    neighbours: int = knob(
        1,
        label="Neighbours",
        help="The score of a patch is the mean distance to this many most similar good patches. More is calmer when a "
        "few odd parts got among the good ones, and blunter. Little effect on speed.",
        low=1,
        high=50,
        step=1,
        advanced=True,
    )
    reweight: bool = knob(
        False,
        label="Weigh the image score",
        help="Lower the image score where the most similar good patch is itself a rare one, as the paper describes and "
        "its published program leaves out. Slightly slower; sometimes more accurate.",
        advanced=True,
    )
    dimension: int = knob(
        0,
        label="Feature size",
        help="Numbers that describe a patch; 0 chooses: the backbone's own width, at most 1024. Memory, model size and "
        "time grow with it; a small value costs accuracy.",
        low=0,
        high=2048,
        step=16,
        advanced=True,
    )
    alike: bool = _alike_knob()
    smoothing: float = _smoothing_knob()

    def __post_init__(self) -> None:
        _check(self)

    def widths(self, channels: Sequence[int]) -> tuple[tuple[int, ...], int]:
        """Return what a patch is pooled to, the automatic choice made: values of each level, and values in all.

        Parameters
        ----------
        channels
            Of the levels that are used.
        """
        return _widths(self.dimension, channels, WIDEST)


@dataclass(frozen=True, slots=True)
class SimpleNetSettings:
    """Settings of SimpleNet (arXiv 2303.15140)."""

    kind: ClassVar[str] = "simplenet"

    backbone: str = _backbone_knob()
    passes: int = knob(
        20,
        label="Passes",
        help="How often the training goes through the good images at most; it stops earlier where that no longer "
        "helps. The paper takes 160. Training time grows with it, inspection does not.",
        low=1,
        high=1_000,
        step=5,
    )
    share: float = knob(
        0.125,
        label="Share of patches a step",
        help="Each step learns from this share of the patches of its four images, chosen at random. 1 is the paper's "
        "way: eight times as slow as 0.125.",
        low=0.01,
        high=1.0,
        step=0.025,
    )
    noise: float = knob(
        0.5,
        label="Noise",
        help="How far made-up defects that are plain noise lie from good patches, in spreads of the features. The "
        "paper's 0.015 is not in spreads. More is learned faster and misses fainter defects; very little cannot be "
        "learned at all.",
        low=0.001,
        high=10.0,
        step=0.05,
        advanced=True,
    )
    shaped: float = knob(
        2.0,
        label="Noise like good parts",
        help="Half of the made-up defects are good patches that were moved as good patches differ from each other, by "
        "so many times as much. That teaches what noise alone, even in all directions, hides among them. 0 is the "
        "paper's way. Training takes about twice the steps, inspection does not change.",
        low=0.0,
        high=10.0,
        step=0.25,
        advanced=True,
    )
    enough: float = knob(
        0.05,
        label="Loss to reach",
        help="The training ends where the mean loss of a pass is this small: nearly all patches are then told from the "
        "made-up defects. Less takes longer, most of all with little noise, and may learn the good images by heart.",
        low=0.0,
        high=2.0,
        step=0.01,
        advanced=True,
    )
    standardise: bool = knob(
        False,
        label="Standardise features",
        help="Bring each feature to the same spread first. Otherwise all are divided by one number, so that those "
        "that vary most count most, as they do in PatchCore. No effect on speed.",
        advanced=True,
    )
    least_steps: int = knob(
        400,
        label="Least steps",
        help="With few images, go through them more often until so many steps are made. Training time grows with it.",
        low=1,
        high=10_000,
        step=50,
        advanced=True,
    )
    hidden: int = knob(
        1024,
        label="Width of the network",
        help="Values in the middle of the trained network. Training and inspection time and model size grow with it.",
        low=16,
        high=4096,
        step=64,
        advanced=True,
    )
    discriminators: int = knob(
        16,
        label="Discriminators",
        help="So many parts of the network learn to judge, each by itself; the score is their mean. More vary less by "
        "chance; 1 is the paper's way. No effect on speed.",
        low=1,
        high=16,
        step=1,
        advanced=True,
    )
    dimension: int = knob(
        0,
        label="Feature size",
        help="Numbers that describe a patch; 0 chooses: the backbone's own width, at most 1536. Memory, model size and "
        "time grow with it; a small value costs accuracy.",
        low=0,
        high=2048,
        step=16,
        advanced=True,
    )
    alike: bool = _alike_knob()
    smoothing: float = _smoothing_knob()

    def __post_init__(self) -> None:
        _check(self)

    def widths(self, channels: Sequence[int]) -> tuple[tuple[int, ...], int]:
        """Return what a patch is pooled to; as `PatchCoreSettings.widths`."""
        return _widths(self.dimension, channels, SIMPLENET_WIDEST)

    def briefly(self) -> SimpleNetSettings:
        """Return the same with a single pass, to see how fast longer trainings go."""
        return dataclasses.replace(self, passes=1, least_steps=1)

    def all_passes(self, images: int) -> int:
        """Return how often a training goes through `images` images at most."""
        return max(self.passes, -(-self.least_steps * SIMPLENET_BATCH // images))

    def steps(self, images: int) -> int:
        """Return the steps of a training on so many images at most; some of them are held out."""
        learned = images - images // HELD_OUT
        return self.all_passes(learned) * -(-learned // SIMPLENET_BATCH)


@dataclass(frozen=True, slots=True)
class EfficientAdSettings:
    """Settings of EfficientAD (arXiv 2303.14535)."""

    kind: ClassVar[str] = "efficientad"

    backbone: str = knob(
        "pdn_small",
        label="Teacher",
        help="The pretrained network that is imitated. The small one comes with the program, but has been trained for "
        "a short time only: a published one, given by file, tells more. The medium one is slower and a little more "
        "accurate.",
        choices={spec.name: spec.title for spec in TEACHERS.values()},
    )
    training_steps: int = knob(
        10_000,
        label="Training steps",
        help="The paper takes 70,000, with a GPU. Training time grows with it, inspection does not. On a CPU a step "
        "takes seconds: a thousand of them an hour or more, and PatchCore is the better choice.",
        low=1,
        high=200_000,
        step=1_000,
    )
    penalty: bool = knob(
        True,
        label="Show general pictures",
        help="Show the student drawn pictures of nothing in particular, too, so that it does not learn to imitate what "
        "good parts do not have. Training takes a quarter longer.",
        advanced=True,
    )
    penalty_folder: str = knob(
        "",
        label="Folder of general pictures",
        help="Photographs of anything but the parts, hundreds of them, to be shown instead of drawn ones. They are "
        "read again and again: small files train faster. Only the training needs them.",
        advanced=True,
        folder="drawn by the program",
    )
    smoothing: float = _smoothing_knob()

    def __post_init__(self) -> None:
        _check(self)

    @property
    def size(self) -> Literal["small", "medium"]:
        """Of the teacher and the student."""
        return "medium" if self.backbone == "pdn_medium" else "small"

    def briefly(self) -> EfficientAdSettings:
        """Return the same with a single step, to see how fast longer trainings go."""
        return dataclasses.replace(self, training_steps=1, penalty_folder="")

    def passes(self, learned: int) -> int:
        """Return how often a training goes through `learned` images at most."""
        return -(-self.training_steps // learned)

    def steps(self, images: int) -> int:
        """Return the steps of a training on so many images at most: whole passes, one image a step."""
        learned = min(images - images // HELD_OUT, self.training_steps)
        return self.passes(learned) * learned


def _widths(dimension: int, channels: Sequence[int], widest: int) -> tuple[tuple[int, ...], int]:
    if dimension == 0 and sum(channels) <= widest:
        return tuple(channels), sum(channels)
    wanted = dimension or widest
    return (wanted,) * len(channels), wanted


DetectorSettings = PadimSettings | PatchCoreSettings | SimpleNetSettings | EfficientAdSettings
SettingsType = type[PadimSettings] | type[PatchCoreSettings] | type[SimpleNetSettings] | type[EfficientAdSettings]


@dataclass(frozen=True, slots=True)
class KindInfo:
    """A kind of detector, for people.

    Attributes
    ----------
    title
        Its name in the literature.
    sentence
        What it is good at.
    settings_type
        Its settings.
    """

    title: str
    sentence: str
    settings_type: SettingsType


KINDS: Mapping[str, KindInfo] = MappingProxyType(
    {
        "patchcore": KindInfo(
            "PatchCore",
            "Remembers typical good patches and measures how far each new patch is from them: a strong first choice, "
            "also when parts are turned or shifted.",
            PatchCoreSettings,
        ),
        "padim": KindInfo(
            "PaDiM",
            "Learns for each position what is usual there: trains in one quick pass, best when every part lies in the "
            "same place.",
            PadimSettings,
        ),
        "simplenet": KindInfo(
            "SimpleNet",
            "Trains a small network to tell good patches from made-up defects: small models, inspected as fast as "
            "PatchCore's, for a longer training.",
            SimpleNetSettings,
        ),
        "efficientad": KindInfo(
            "EfficientAD",
            "Trains a student to imitate a teacher on good parts: for a GPU, and for defects of arrangement, too; on a "
            "CPU choose PatchCore.",
            EfficientAdSettings,
        ),
    }
)

PRESETS: Mapping[str, Mapping[Preset, DetectorSettings]] = MappingProxyType(
    {
        "patchcore": MappingProxyType(
            {
                "fast": PatchCoreSettings(coreset=0.01, max_patches=1_000),
                "balanced": PatchCoreSettings(),
                "accurate": PatchCoreSettings(coreset=0.25, max_patches=12_000),
            }
        ),
        "padim": MappingProxyType(
            {
                "fast": PadimSettings(channels=50),
                "balanced": PadimSettings(),
                "accurate": PadimSettings(channels=176),
            }
        ),
        "simplenet": MappingProxyType(
            {
                "fast": SimpleNetSettings(passes=10, shaped=0.0, hidden=512),
                "balanced": SimpleNetSettings(),
                "accurate": SimpleNetSettings(passes=40, hidden=2048),
            }
        ),
        "efficientad": MappingProxyType(
            {
                "fast": EfficientAdSettings(training_steps=1_000),
                "balanced": EfficientAdSettings(),
                "accurate": EfficientAdSettings(training_steps=EFFICIENTAD_PAPER_STEPS),
            }
        ),
    }
)


# What was done before there was a setting for it, where that is not the setting's default.
BEFORE: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "padim": MappingProxyType({"averaged": False}),
        "patchcore": MappingProxyType({"alike": False}),
        "simplenet": MappingProxyType({"alike": False, "shaped": 0.0}),
    }
)


def settings_to_json(settings: DetectorSettings) -> dict[str, Any]:
    """Return the settings as JSON-able values, with the detector's kind under ``"kind"``."""
    return {"kind": settings.kind, **dataclasses.asdict(settings)}


def settings_from_json(values: Mapping[str, Any]) -> DetectorSettings:
    """Read what `settings_to_json` wrote, earlier versions' too: what they lack stands for what they did.

    Raises
    ------
    Problem
        Unknown kind or setting (a newer program's), or a value out of range.
    """
    info = KINDS.get(str(values.get("kind")))
    if info is None:
        raise Problem(
            "There is no detector of the kind {kind}.",
            "Update the program, or choose one of {kinds}.",
            kind=repr(values.get("kind")),
            kinds=", ".join(KINDS),
        )
    names = {field.name for field in dataclasses.fields(info.settings_type)}
    unknown = sorted(set(values) - names - {"kind"})
    if unknown:
        raise Problem(
            "{title} has no setting named {names}.",
            "The settings may come from a newer version: update the program.",
            title=info.title,
            names=", ".join(unknown),
        )
    given = {**BEFORE.get(info.settings_type.kind, {}), **values}
    return info.settings_type(**{name: value for name, value in given.items() if name != "kind"})
