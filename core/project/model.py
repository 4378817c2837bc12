"""The document: the pictures of a project with what people and models said about them.

Plain data. Only the edits in `core.project.edits` change it, and `core.project.storage` keeps the file equal to it.

Made for 100,000 pictures: what there is of each picture is a named tuple, which takes a seventh of the time of a frozen
dataclass to make, and names files by text, since as many `Path` take longer to make than all the rest.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from core.images.area import Area
from core.images.reading import ValueRange
from core.project.masks import PackedMask

if TYPE_CHECKING:
    from core.images.framing import Placement
    from core.scoring.thresholds import Calibration

SampleId = int

AREA = "area"  # among a project's settings
TYPES = "defect-types"


class Label(StrEnum):
    """What a person said about a picture."""

    GOOD = "good"
    DEFECT = "defect"
    UNDECIDED = "undecided"


class Role(StrEnum):
    """What a picture is used for.

    `TRAIN`: the fit sees it. `TUNE`: limits are set on it. `HOLD_OUT`: neither; figures on it are those to be believed.
    """

    TRAIN = "train"
    TUNE = "tune"
    HOLD_OUT = "hold-out"


class Kind(StrEnum):
    """What sort of thing changed."""

    PROJECT = "project"
    SAMPLES = "samples"
    PATHS = "paths"
    LABELS = "labels"
    MASKS = "masks"
    ROLES = "roles"
    MODELS = "models"
    ACTIVE_MODEL = "active-model"
    SCORES = "scores"
    CALIBRATION = "calibration"
    EVALUATION = "evaluation"
    SETTINGS = "settings"
    REGIONS = "regions"


@dataclass(frozen=True, slots=True)
class Changes:
    """What an edit touched, so that views redraw no more than that.

    Attributes
    ----------
    samples
        The samples touched; empty where the change is not about single samples.
    kinds
        What about them, or about the project, changed.
    """

    samples: frozenset[SampleId] = frozenset()
    kinds: frozenset[Kind] = frozenset()

    def __or__(self, other: Changes) -> Changes:
        """Both changes together."""
        return Changes(self.samples | other.samples, self.kinds | other.kinds)


class Sample(NamedTuple):
    """One picture of the project, read in place.

    Attributes
    ----------
    file
        Absolute path of the picture, as `Path` writes it.
    mask
        Absolute path of the picture of its defects (non-zero is defect), or None. What is painted in the project,
        `Project.masks`, stands in its place.
    size
        (H, W) in pixels after the EXIF turn, or None while unknown.
    bits
        Bits of one channel as stored, or None while unknown.
    content_hash
        sha256 of the file's bytes in hex, or "" while unknown.
    trouble
        Why the picture cannot be read, as `Problem.to_text`, or "".
    note
        What else is worth knowing, such as "first of 3 pages", or "".
    """

    id: SampleId
    file: str
    label: Label = Label.UNDECIDED
    role: Role = Role.TUNE
    defect_type: str = ""
    mask: Path | None = None
    size: tuple[int, int] | None = None
    content_hash: str = ""
    trouble: str = ""
    note: str = ""
    bits: int | None = None

    @property
    def path(self) -> Path:
        """Absolute path of the picture."""
        return Path(self.file)


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """One trained model of the project.

    Attributes
    ----------
    path
        Absolute path of the `.flawmodel` file.
    created
        ISO 8601, UTC.
    facts
        What people compare models by, as JSON values: preset, images, seconds, backbone, size_bytes, metrics.
    """

    id: str
    name: str
    kind: str
    path: Path
    created: str
    facts: Mapping[str, Any] = field(default_factory=dict)


class Score(NamedTuple):
    """What one model found in one picture.

    Attributes
    ----------
    score
        Raw, in the model's own unit.
    heat_file
        Absolute path of the cached heat map: `.npy`, (h, w) float32 raw, frame pixels.
    seconds
        Time the inspection took.
    placement
        The rectangle of the frame that the picture covers.
    """

    sample: SampleId
    model: str
    score: float
    heat_file: str
    seconds: float
    placement: Placement

    @property
    def heat_path(self) -> Path:
        """Absolute path of the cached heat map."""
        return Path(self.heat_file)


@dataclass(eq=False, slots=True)
class Project:
    """The whole document in memory. Read it freely; change it through edits only.

    Attributes
    ----------
    scores
        By (model id, sample id).
    masks
        What people painted, by sample. One without a mark says that nothing is to be taken from the sample's file.
    calibrations
        By model id.
    settings
        Recipe choices and the like that belong to the project, by name.
    scratch
        Where new heat maps go in a project open for reading only; None puts them beside the project.
    types_before
        The defect type that a sample had when it was last a defect, for whoever corrects a label twice. Not saved.
    last_id
        The greatest sample id ever given. Ids are never given twice: heat maps are kept under them.
    """

    path: Path
    name: str
    samples: dict[SampleId, Sample] = field(default_factory=dict)
    models: dict[str, ModelRecord] = field(default_factory=dict)
    calibrations: dict[str, Calibration] = field(default_factory=dict)
    scores: dict[tuple[str, SampleId], Score] = field(default_factory=dict)
    masks: dict[SampleId, PackedMask] = field(default_factory=dict)
    active_model: str | None = None
    settings: dict[str, str] = field(default_factory=dict)
    read_only: bool = False
    scratch: Path | None = None
    types_before: dict[SampleId, str] = field(default_factory=dict)
    last_id: SampleId = 0

    @property
    def files(self) -> Path:
        """The folder beside the project file that holds its models and heat maps."""
        return self.path.with_name(f"{self.path.stem}.files")

    @property
    def models_folder(self) -> Path:
        """Where trained models lie."""
        return self.files / "models"

    def maps_folder(self, model: str) -> Path:
        """Where new heat maps of one model go."""
        return (self.scratch or self.files / "maps") / model

    def good(self, role: Role) -> list[Sample]:
        """Return the good pictures of a role that can be read."""
        return [
            sample
            for sample in self.samples.values()
            if sample.label is Label.GOOD and sample.role is role and not sample.trouble
        ]

    @property
    def calibration(self) -> Calibration | None:
        """Limits of the active model."""
        return None if self.active_model is None else self.calibrations.get(self.active_model)

    @property
    def area(self) -> Area:
        """The part of every picture that counts in the next training."""
        return _area(self.settings.get(AREA, "null"))

    @property
    def types(self) -> tuple[str, ...]:
        """Every defect type that the project has met: none loses its place, by which it has its colour."""
        return _names(self.settings.get(TYPES, "[]"))

    @property
    def value_range(self) -> ValueRange | None:
        """What the active model makes black and white of more than 8 bits, so that people see what it sees."""
        record = self.models.get(self.active_model or "")
        limits = None if record is None else record.facts.get("value_range")
        return None if not limits else ValueRange(float(limits[0]), float(limits[1]))

    def mask_of(self, sample: SampleId) -> PackedMask | Path | None:
        """Return where a sample's defects are marked: painted here, or else in a file; None without any mark."""
        painted = self.masks.get(sample)
        if painted is None:
            return self.samples[sample].mask
        return painted if painted.marked else None

    def by_file(self) -> dict[str, SampleId]:
        """Return the samples' ids by `same_file` of their files."""
        return {same_file(sample.file): sample.id for sample in self.samples.values()}

    def heat_path(self, model: str, sample: SampleId) -> Path:
        """Where the heat map of one model for one sample lies."""
        return self.maps_folder(model) / f"{sample}.npy"


def same_file(path: Path | str) -> str:
    """Return a path as text that is equal where the system takes two for one: Windows tells no case."""
    return os.path.normcase(path)


@lru_cache(maxsize=8)
def _names(text: str) -> tuple[str, ...]:
    names = json.loads(text)
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError(f"{text[:80]!r} is no list of names")
    return tuple(names)


@lru_cache(maxsize=8)
def _area(text: str) -> Area:
    return Area.from_json(json.loads(text))
