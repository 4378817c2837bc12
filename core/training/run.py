"""One training: good images in, a calibrated model out."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import numpy as np
from torch import Tensor

from core.backbones.engines import where_computed
from core.detectors.estimate import learning_share
from core.detectors.parts.checkpoint import Checkpoint
from core.detectors.protocol import Detector, Learns
from core.detectors.registry import build_detector
from core.detectors.settings import KINDS
from core.devices import DeviceChoice, choose_device, seed_everything
from core.errors import Problem
from core.images.ahead import Unreadable, load_ahead
from core.images.reading import ValueRange, content_hash, fitting_range
from core.inspection.inspector import Inspector
from core.inspection.result import Failure, Inspection
from core.models.card import LeftOut, ModelCard, Skipped, TrainingFile, installed_versions
from core.models.trained import TrainedModel
from core.progress import Ticket
from core.project.splits import held_out as choose_held_out
from core.scoring.pixels import PixelCounts
from core.scoring.thresholds import Calibration, Threshold, good_quantile, pixel_good_quantile
from core.training.folds import inspect_left_out
from core.training.frames import ImageFrames, room_for
from core.training.memory import PeakMemory
from core.training.recipe import Recipe

# Stands in between the fit and the choice of the limits; never leaves this module.
_NO_LIMITS = Calibration(Threshold(0.0), Threshold(0.0), 0.0, 1.0)


def train(
    good: Sequence[Path],
    held_out: Sequence[Path],
    recipe: Recipe,
    ticket: Ticket,
    checkpoint: Path | None = None,
) -> TrainedModel:
    """Learn what good looks like, and set provisional limits on good images that the fit has not seen.

    Files that cannot be read are skipped and listed on the model's card, and so is a held-out image with the same
    content as one of the fit. If that leaves nothing on one side, the readable images are split anew. The same files
    in the same order and the same recipe give the same model on the same device.

    At the ticket's `stop_early` a detector that is trained in steps ends with its best state up to then.

    Parameters
    ----------
    good
        Images for the fit.
    held_out
        Good images for the limits; they may be missing where the recipe holds none out and judges the others in rounds.
    checkpoint
        A file for detectors that are trained in steps: the same training goes on from there after a cancel or a crash,
        and removes it at its end.

    Raises
    ------
    Problem
        There are fewer than two different readable images; the device, the backbone's weights or memory are missing.
    Cancelled
        Through the ticket.
    """
    begun = time.perf_counter()
    paths = [*good, *held_out]
    if not paths:
        raise Problem("There are no good images to learn from.", "Choose a folder with photos of good parts.")
    device = choose_device(recipe.device, recipe.engine)
    seed_everything(recipe.seed)
    with PeakMemory(device.device) as memory:
        detector = build_detector(
            recipe.settings,
            recipe.framing.size,
            device,
            ticket.stage("Loading the backbone", 0.02),
            weights_file=recipe.weights_file,
            allow_download=recipe.allow_download,
        )
        value_range = recipe.value_range or fitting_range(paths, ticket.stage("Looking at the images", 0.03))
        learning = 0.95 * learning_share(recipe.settings, max(1, len(good)), recipe.framing.size)
        others = 0.95 - learning
        # A round takes about as long as the fit.
        rounds = recipe.folds * learning / (0.95 + recipe.folds * learning) * 0.95
        learning, others = ((0.95 - rounds) / 0.95 * share for share in (learning, others))
        read = _read(good, held_out, recipe, value_range, ticket.stage("Reading good images", others * 2 / 3))
        files = _divided(read, recipe)
        frames = ImageFrames(files.fit, read.frames, recipe.framing, value_range, ticket)
        if isinstance(detector, Learns) and checkpoint is not None:
            detector.checkpoint = Checkpoint(checkpoint, _identity(recipe, read, files, device))
        detector.fit(frames, recipe.seed, ticket.stage("Learning", learning))
        card = _card(recipe, detector, read, files, device)
        model = TrainedModel(detector, recipe.framing, value_range, _NO_LIMITS, card)
        judged = Inspector(model).inspect_many(files.held_out, ticket.stage("Setting limits", others / 3))
        left_out: Iterable[Inspection | Failure] = ()
        if recipe.folds:
            hashes = {path: read.hashes[path] for path in files.fit}
            rest = ticket.stage("Checking good images", rounds)
            left_out = inspect_left_out(model, hashes, read.frames, recipe, device.device, rest)
        scores, calibration = _provisional(chain(judged, left_out), recipe)
        if isinstance(detector, Learns) and detector.checkpoint is not None:
            detector.checkpoint.remove()
        folder = _shared_folder([*read.hashes, *read.skipped])
        checked = [LeftOut(_name(path, folder), scores[path]) for path in files.fit if path in scores]
        checked.sort(key=lambda image: -image.score)
    card = replace(card, left_out=tuple(checked), seconds=time.perf_counter() - begun, peak_bytes=memory.peak_bytes)
    return replace(model, calibration=calibration, card=card)


@dataclass(slots=True)
class _Read:
    """The readable files with their hashes in the order given, and the frames that there was room for."""

    fit: dict[Path, str] = field(default_factory=dict)
    held_out: dict[Path, str] = field(default_factory=dict)
    skipped: dict[Path, str] = field(default_factory=dict)
    frames: dict[Path, Tensor] = field(default_factory=dict)

    @property
    def hashes(self) -> Mapping[Path, str]:
        return {**self.fit, **self.held_out}


@dataclass(frozen=True, slots=True)
class _Files:
    """The final division."""

    fit: tuple[Path, ...]
    held_out: tuple[Path, ...]


def _read(
    good: Sequence[Path], held_out: Sequence[Path], recipe: Recipe, value_range: ValueRange | None, ticket: Ticket
) -> _Read:
    paths = [*good, *held_out]
    read = _Read()
    first_problem: Problem | None = None
    ticket.report(0, len(paths))
    for index, item in enumerate(load_ahead(paths, recipe.framing, value_range, ticket)):
        if isinstance(item, Unreadable):
            read.skipped[item.path] = str(item.problem)
            first_problem = first_problem or item.problem
        else:
            part = read.fit if index < len(good) else read.held_out
            part[item.path] = content_hash(item.path)
            if part is read.fit and room_for(read.frames, item.frame):
                read.frames[item.path] = item.frame
        ticket.report(index + 1, len(paths))
    if first_problem is not None and not read.hashes:
        raise Problem(
            "None of the {count} files can be read as an image. The first one: {reason}",
            "Choose a folder with photos of good parts.",
            count=len(paths),
            reason=first_problem,
        ) from first_problem
    return read


def _divided(read: _Read, recipe: Recipe) -> _Files:
    """Drop held-out copies of images in the fit; split anew if one side is empty."""
    copies = {sha256: path for path, sha256 in read.fit.items()}
    for path, sha256 in read.held_out.items():
        if sha256 in copies:
            read.skipped[path] = f"The same picture as {copies[sha256].name}, which is learned from."
    held_out = tuple(path for path in read.held_out if path not in read.skipped)
    if read.fit and (held_out or recipe.held_out_share == 0.0):
        return _Files(tuple(read.fit), held_out)
    different = list({sha256: path for path, sha256 in read.hashes.items()}.values())
    if len(different) < 2:
        raise Problem(
            "There is only one usable good image. At least 2 different ones are needed: "
            "one to learn from and one to set the limits on.",
            "Add photos of good parts; from about 30 on the limits mean something.",
        )
    chosen = choose_held_out([path.as_posix() for path in different], recipe.held_out_share, recipe.seed)
    return _Files(
        tuple(path for index, path in enumerate(different) if index not in chosen),
        tuple(path for index, path in enumerate(different) if index in chosen),
    )


def _provisional(judged: Iterable[Inspection | Failure], recipe: Recipe) -> tuple[Mapping[Path, float], Calibration]:
    """Set limits on good images, each judged by a detector that has not learned from it; return the scores, too."""
    counts = PixelCounts()
    scores: dict[Path, float] = {}
    low, high = np.inf, -np.inf
    for result in judged:
        if isinstance(result, Failure):
            raise Problem(
                "{name} cannot be read any more: {reason}",
                "Check the drive that the images lie on, then train again.",
                name=result.path.name,
                reason=result.problem,
            ) from result.problem
        inside = result.placement.inside()
        counts.add(result.heat, None, inside)
        scores[result.path] = result.score
        low = min(low, float(result.heat[inside].min()))
        high = max(high, float(result.heat[inside].max()))
    limit = good_quantile(list(scores.values()), recipe.quantile)
    return scores, Calibration(limit, pixel_good_quantile(counts), low, high)


def _card(recipe: Recipe, detector: Detector, read: _Read, files: _Files, device: DeviceChoice) -> ModelCard:
    created = datetime.now(UTC)
    hashes = read.hashes
    folder = _shared_folder([*hashes, *read.skipped])
    identity = hashlib.sha256(f"{recipe.key()}{created.isoformat()}".encode())
    for path in files.fit:
        identity.update(hashes[path].encode())
    extractor = detector.extractor
    return ModelCard(
        id=identity.hexdigest()[:12],
        name=f"{KINDS[detector.kind].title} {created.astimezone():%Y-%m-%d %H:%M}",
        kind=detector.kind,
        created=created.isoformat(timespec="seconds"),
        recipe=recipe.to_json(),
        backbone=recipe.settings.backbone,
        backbone_origin=extractor.weights_origin,
        backbone_sha256=extractor.weights_sha256,
        trained_on=tuple(TrainingFile(_name(path, folder), hashes[path]) for path in files.fit),
        held_out=tuple(TrainingFile(_name(path, folder), hashes[path]) for path in files.held_out),
        skipped=tuple(Skipped(_name(path, folder), reason) for path, reason in read.skipped.items()),
        versions=installed_versions(),
        device=where_computed(device, extractor),
        notes=detector.notes if isinstance(detector, Learns) else (),
    )


def _identity(recipe: Recipe, read: _Read, files: _Files, device: DeviceChoice) -> str:
    """Return a hash of all that decides what a fit learns."""
    decisive = [recipe.key(), device.text, *installed_versions().items(), *(read.hashes[path] for path in files.fit)]
    return hashlib.sha256(repr(decisive).encode()).hexdigest()


def _shared_folder(paths: Sequence[Path]) -> Path | None:
    """Return the innermost folder that all lie in; None where they lie on different drives."""
    try:
        return Path(os.path.commonpath([path.parent.absolute() for path in paths]))
    except ValueError:
        return None


def _name(path: Path, folder: Path | None) -> str:
    return path.name if folder is None else path.absolute().relative_to(folder).as_posix()
