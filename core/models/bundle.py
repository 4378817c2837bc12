"""A trained model as one file: safetensors arrays, and JSON in the file's metadata. Never pickle.

The file carries arrays and facts of the detector, framing, calibration and card. The frozen backbone is named by
catalog entry and hash, not contained; nothing in the file is a path that would be opened or code that would run.

Importing this module and reading a card need no torch.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from core.errors import DAMAGE, Problem
from core.files import writing
from core.images.framing import Framing
from core.images.reading import ValueRange
from core.models.card import ModelCard
from core.models.trained import TrainedModel
from core.progress import Ticket, silent
from core.scoring.thresholds import Calibration

if TYPE_CHECKING:
    from core.devices import DeviceChoice

SUFFIX = ".flawmodel"
FORMAT = 2
# For models that mean the same to versions which know of no areas, no review limit and no regions that decide.
FIRST_FORMAT = 1
METADATA_KEY = "flawsight"
MAX_HEADER_BYTES = 16 * 2**20

Arrays = Mapping[str, npt.NDArray[Any]]


def save_model(model: TrainedModel, path: Path) -> None:
    """Write a model; a file already at `path` is replaced only once the new one is complete on disk.

    Raises
    ------
    Problem
        The folder cannot be written or the disk is full; a file that was there before is as it was.
    """
    state = model.detector.state()
    arrays = {name: np.ascontiguousarray(array) for name, array in state.arrays.items()}
    value_range = model.value_range
    record = {
        "format": FORMAT if model.framing.area or not model.calibration.by_score_alone else FIRST_FORMAT,
        "detector": {"kind": model.detector.kind, "facts": state.facts},
        "arrays_sha256": _fingerprint(arrays),
        "framing": model.framing.to_json(),
        "value_range": None if value_range is None else [value_range.low, value_range.high],
        "calibration": model.calibration.to_json(),
        "card": model.card.to_json(),
    }
    metadata = {METADATA_KEY: json.dumps(record, ensure_ascii=False)}
    with writing(path) as part:
        try:
            save_file(arrays, part, metadata=metadata)
        except SafetensorError as error:  # how it tells of a full disk
            raise OSError(str(error)) from error


def read_card(path: Path) -> ModelCard:
    """Read where a model comes from, without its arrays and without torch.

    Raises
    ------
    Problem
        As `load_model`.
    """
    return _card(path, _read_record(path))


def read_calibration(path: Path) -> Calibration:
    """Read a model's thresholds, without its arrays and without torch.

    Raises
    ------
    Problem
        As `load_model`.
    """
    record = _read_record(path)
    try:
        return Calibration.from_json(record["calibration"])
    except DAMAGE as error:
        raise _damaged(path) from error


def load_model(
    path: Path,
    device: DeviceChoice,
    ticket: Ticket | None = None,
    *,
    weights_file: Path | None = None,
    allow_download: bool = False,
) -> TrainedModel:
    """Read a model, fetch its backbone and put both on a device.

    Parameters
    ----------
    weights_file, allow_download
        Where the backbone's weights may come from if they are not installed.

    Raises
    ------
    Problem
        There is no such file; it is no model, truncated, damaged or from a newer version; its backbone's weights
        are not to be had, or are not those it was trained with.
    """
    from core.detectors.registry import REGISTRY, build_detector
    from core.detectors.settings import settings_from_json

    record = _read_record(path)
    card = _card(path, record)
    try:
        kind = str(record["detector"]["kind"])
        facts = dict(record["detector"]["facts"])
        expected = str(record["arrays_sha256"])
        framing = Framing.from_json(record["framing"])
        limits = record["value_range"]
        value_range = None if limits is None else ValueRange(float(limits[0]), float(limits[1]))
        calibration = Calibration.from_json(record["calibration"])
        settings_record = card.recipe["settings"]
    except DAMAGE as error:
        raise _damaged(path) from error
    if kind not in REGISTRY:
        raise Problem(
            "{name} was made with the algorithm {kind}, which this version does not know.",
            "Open it with the version that made it, or update this program.",
            name=path.name,
            kind=kind,
        )
    arrays = _read_arrays(path, expected)
    try:
        settings = settings_from_json(settings_record)
    except DAMAGE as error:
        raise _damaged(path) from error
    detector = build_detector(
        settings,
        framing.size,
        device,
        ticket or silent(),
        weights_file=weights_file,
        allow_download=allow_download,
    )
    if detector.extractor.weights_sha256 != card.backbone_sha256:
        raise Problem(
            "{name} was trained with other weights of {backbone} than the ones found here; its scores would be wrong.",
            "Give the weights file with the SHA-256 {expected} by --weights, or train again.",
            name=path.name,
            backbone=card.backbone,
            expected=card.backbone_sha256,
        )
    try:
        detector.restore(_state(arrays, facts))
    except (RuntimeError, *DAMAGE) as error:
        raise _damaged(path) from error
    return TrainedModel(detector, framing, value_range, calibration, card)


def _state(arrays: Arrays, facts: dict[str, Any]) -> Any:
    from core.detectors.protocol import DetectorState

    return DetectorState(arrays=dict(arrays), facts=facts)


def _card(path: Path, record: Mapping[str, Any]) -> ModelCard:
    try:
        return ModelCard.from_json(record["card"])
    except DAMAGE as error:
        raise _damaged(path) from error


def _read_record(path: Path) -> dict[str, Any]:
    """Read the JSON of a model file without trusting a byte of it."""
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            prefix = stream.read(8)
            length = struct.unpack("<Q", prefix)[0] if len(prefix) == 8 else 0
            if not 2 <= length <= MAX_HEADER_BYTES or prefix + stream.read(1) != prefix + b"{":
                raise _no_model(path)
            if length > size - 8:
                raise _truncated(path)
            header = b"{" + stream.read(length - 1)
    except FileNotFoundError as error:
        raise Problem("There is no model file {path}.", "Check the path.", path=path) from error
    except OSError as error:
        raise Problem(
            "The model file {path} cannot be read: {reason}.",
            "Check the path, the drive and your permission to read the file.",
            path=path,
            reason=error.strerror or str(error),
        ) from error
    try:
        metadata = json.loads(header).get("__metadata__") or {}
        record = json.loads(metadata[METADATA_KEY])
        version = record["format"]
    except DAMAGE as error:
        raise _no_model(path) from error
    if not isinstance(record, dict) or not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise _no_model(path)
    if version > FORMAT:
        raise Problem(
            "{name} was made by a newer version of Flawsight (model format {found}, this one reads up to {known}).",
            "Update Flawsight, or export the model again from the version that made it.",
            name=path.name,
            found=version,
            known=FORMAT,
        )
    return record


def _read_arrays(path: Path, expected: str) -> Arrays:
    try:
        arrays: Arrays = load_file(path)
    except (OSError, SafetensorError, ValueError, KeyError, TypeError) as error:
        raise _truncated(path) from error
    finite = all(array.dtype.kind != "f" or bool(np.isfinite(array).all()) for array in arrays.values())
    if not finite or _fingerprint(arrays) != expected:
        raise _damaged(path)
    return arrays


def _fingerprint(arrays: Arrays) -> str:
    """Hash names, types, shapes and values, so that a flipped bit on a worn drive is no silent change of verdicts."""
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name}\0{array.dtype.str}\0{array.shape}\0".encode())
        digest.update(array.data)
    return digest.hexdigest()


def _no_model(path: Path) -> Problem:
    return Problem(
        "{name} is not a Flawsight model.",
        "Choose a file that ends in {suffix}, written by training or by saving a model.",
        name=path.name,
        suffix=SUFFIX,
    )


def _truncated(path: Path) -> Problem:
    return Problem(
        "{name} is incomplete: the file was cut off, or its contents do not fit its header.",
        "Copy it again from where it came, or train again.",
        name=path.name,
    )


def _damaged(path: Path) -> Problem:
    return Problem(
        "{name} is damaged: what is in it does not make a model.",
        "Copy it again from where it came, or train again.",
        name=path.name,
    )
