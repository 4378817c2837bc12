"""What is written on a model: where it comes from, without its arrays. No torch here."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from string import Formatter
from typing import Any

from core import __version__
from core.errors import Note


@dataclass(frozen=True, slots=True)
class TrainingFile:
    """One good image of a training.

    Attributes
    ----------
    name
        The file's path relative to the folder that all training files share.
    sha256
        Of its bytes, hex.
    """

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that a training left out, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The raw image score of a good image from a detector that learned from others only."""

    name: str
    score: float


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A model's origin.

    Attributes
    ----------
    id
        Of this training: 12 hex digits of a hash over recipe, files and time.
    name
        For people.
    kind
        The algorithm, such as ``"patchcore"``.
    created
        UTC, ISO 8601.
    recipe
        As `core.training.recipe.Recipe.to_json` writes it.
    backbone, backbone_origin, backbone_sha256
        The frozen feature network: its name, where its weights came from and the hash of their file.
    trained_on, held_out
        The good images of the fit and those kept from it for the limits.
    left_out
        Scores of the images of the fit, each left out of a fit once, highest first; none without such rounds.
    skipped
        Unreadable files and why.
    notes
        What a person should know of the training.
    versions
        Of this program and the libraries that decide the numbers.
    device
        What the training ran on, for people.
    seconds
        Of the whole training.
    peak_bytes
        Most memory that the process held while it trained (resident; on CUDA the device's peak is added).
    """

    id: str
    name: str
    kind: str
    created: str
    recipe: Mapping[str, Any]
    backbone: str
    backbone_origin: str
    backbone_sha256: str
    trained_on: tuple[TrainingFile, ...]
    held_out: tuple[TrainingFile, ...]
    left_out: tuple[LeftOut, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[Note, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    device: str = ""
    seconds: float = 0.0
    peak_bytes: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the card as JSON-able values."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> ModelCard:
        """Rebuild a card from `to_json`'s values.

        Raises
        ------
        KeyError, TypeError, ValueError
            The record is not a card.
        """
        texts = {name: str(record[name]) for name in _TEXTS}
        if not isinstance(record["recipe"], Mapping) or not isinstance(record["versions"], Mapping):
            raise TypeError("recipe and versions have to be objects")
        return cls(
            **texts,
            recipe=dict(record["recipe"]),
            trained_on=_files(record["trained_on"]),
            held_out=_files(record["held_out"]),
            left_out=tuple(LeftOut(str(entry["name"]), float(entry["score"])) for entry in record.get("left_out", ())),
            skipped=tuple(Skipped(str(entry["name"]), str(entry["reason"])) for entry in record["skipped"]),
            notes=tuple(note_from_json(note) for note in record.get("notes", ())),  # older files have none
            versions={str(name): str(version) for name, version in record["versions"].items()},
            seconds=float(record["seconds"]),
            peak_bytes=int(record["peak_bytes"]),
        )


def note_from_json(record: Mapping[str, Any] | str) -> Note:
    """Rebuild a note from `dataclasses.asdict`'s values, or from the bare sentence that older versions wrote.

    Raises
    ------
    KeyError, TypeError, ValueError
        The record is not a note: its template names more than its values, or asks for a format.
    """
    if isinstance(record, str):
        return Note(record.replace("{", "{{").replace("}", "}}"))
    note = Note(str(record["text"]), {str(k): str(v) for k, v in record["values"].items()}, bool(record["warning"]))
    for _, name, form, conversion in Formatter().parse(note.text):
        if name is not None and (name not in note.values or form or conversion):
            raise ValueError(f"the template {note.text!r} does not fit its values")
    return note


_TEXTS = ("id", "name", "kind", "created", "backbone", "backbone_origin", "backbone_sha256", "device")


def _files(records: list[Mapping[str, Any]]) -> tuple[TrainingFile, ...]:
    return tuple(TrainingFile(str(entry["name"]), str(entry["sha256"])) for entry in records)


_DECISIVE = (
    "torch",
    "torchvision",
    "onnxruntime",
    "numpy",
    "opencv-python-headless",
    "pillow",
    "faiss-cpu",
)


def installed_versions() -> dict[str, str]:
    """Return the versions that decide the numbers, of program, Python and libraries, without importing them."""
    found = {"flawsight": __version__, "python": platform.python_version()}
    for name in _DECISIVE:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found
