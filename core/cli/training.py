"""``train``."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from core.cli.console import Job, ending_after
from core.detectors.settings import KINDS, PRESETS, DetectorSettings, Knob, Preset, knobs, settings_from_json
from core.detectors.settings import settings_to_json as as_json
from core.devices import choose_device, set_threads
from core.errors import Problem
from core.files import check_writable
from core.images.area import Area
from core.images.framing import Framing
from core.models.bundle import save_model
from core.models.trained import TrainedModel
from core.progress import Ticket
from core.project.discovery import Dataset, discover
from core.project.model import Label
from core.project.splits import held_out
from core.training.recipe import Recipe
from core.training.run import train

FEW_HELD_OUT = 20
LEAST_GOOD = 5  # that are named


def train_command(job: Job, good_folder: Path, output: Path, recipe: Recipe, most_minutes: float | None = None) -> None:
    """Train on a folder and write the model.

    Parameters
    ----------
    most_minutes
        After which a training in steps ends with its best state; None lets it end by itself.
    """
    check_writable(output.parent)
    set_threads(job.options.threads)
    job.detail(f"Device: {choose_device(recipe.device, recipe.engine).text}")
    with ending_after(most_minutes, job.ticket):
        model = train_folder(job, good_folder, recipe, job.ticket, output.with_name(f"{output.name}.checkpoint"))
    save_model(model, output)
    told(job, model)
    job.say(f"Model: {output}")
    job.result({"model": str(output), **facts(model)})


def train_folder(
    job: Job, good_folder: Path, recipe: Recipe, ticket: Ticket, checkpoint: Path | None = None
) -> TrainedModel:
    """Train on the good images of a folder or data set, some of them held out."""
    dataset = look_into(job, good_folder, ticket.stage("Looking into the folder", 0.02))
    return train_dataset(dataset, recipe, ticket, checkpoint)


def look_into(job: Job, folder: Path, ticket: Ticket) -> Dataset:
    """Recognise a folder's layout, and tell what is odd about it."""
    dataset = discover(folder, ticket)
    for warning in dataset.warnings:
        job.warn(warning)
    for path, reason in dataset.skipped:
        job.detail(f"Skipped {path}: {reason}")
    return dataset


def train_dataset(dataset: Dataset, recipe: Recipe, ticket: Ticket, checkpoint: Path | None = None) -> TrainedModel:
    """Train on a data set's good images for training, some of them held out."""
    good = good_for_training(dataset)
    if not good:
        raise Problem(
            "There are no good images to learn from in {folder}.",
            "Choose the folder with photos of good parts, or a data set with a folder of them.",
            folder=dataset.root,
        )
    names = [path.relative_to(dataset.root).as_posix() for path in good]
    kept = held_out(names, recipe.held_out_share, recipe.seed) if recipe.held_out_share else frozenset[int]()
    fit = [path for index, path in enumerate(good) if index not in kept]
    return train(fit, [good[index] for index in sorted(kept)], recipe, ticket, checkpoint)


def good_for_training(dataset: Dataset) -> list[Path]:
    """Return the good images of a data set's training part."""
    return [found.path for found in dataset.found if found.training and found.label is Label.GOOD]


def told(job: Job, model: TrainedModel) -> None:
    """Tell a person about a fresh model."""
    card = model.card
    for skipped in card.skipped:
        job.warn(f"skipped {skipped.name}: {skipped.reason}")
    for note in card.notes:
        (job.warn if note.warning else job.say)(str(note))
    if model.detector.extractor.engine_note:
        job.warn(model.detector.extractor.engine_note)
    judged = len(card.held_out) + len(card.left_out)
    if judged < FEW_HELD_OUT:
        job.warn(
            f"the limits rest on {judged} held-out good image{'s' * (judged != 1)}: "
            "they are hardly more than a guess. Tune the model on labelled images, or add good ones."
        )
    job.say(f"{card.name}: learned from {len(card.trained_on)} good images in {card.seconds:.1f} s, {card.device}")
    job.say(f"Peak memory: {card.peak_bytes / 1e6:.0f} MB")
    if card.left_out:
        job.say("Good images that look least good to a fit without them:")
        for image in card.left_out[:LEAST_GOOD]:
            job.say(f"  {image.score:.6g}  {image.name}")
    job.say(f"Image threshold: {model.calibration.image.value:.6g} ({model.calibration.image.evidence})")
    job.say(f"Pixel threshold: {model.calibration.pixel.value:.6g} ({model.calibration.pixel.evidence})")


def facts(model: TrainedModel) -> dict[str, Any]:
    """Return what machines want to know of a fresh model."""
    card = model.card
    return {
        "id": card.id,
        "kind": card.kind,
        "device": card.device,
        "training_images": len(card.trained_on),
        "held_out_images": len(card.held_out),
        "left_out": [dataclasses.asdict(image) for image in card.left_out],
        "skipped": [dataclasses.asdict(skipped) for skipped in card.skipped],
        "seconds": card.seconds,
        "peak_bytes": card.peak_bytes,
        "image_threshold": model.calibration.image.value,
        "pixel_threshold": model.calibration.pixel.value,
    }


def parsed_settings(kind: str, preset: str, backbone: str | None, assignments: Sequence[str]) -> DetectorSettings:
    """Return a preset with changes such as ``"coreset=0.05"``.

    Raises
    ------
    Problem
        Unknown algorithm, preset or knob, or a value that does not fit it.
    """
    if kind not in KINDS:
        raise Problem("There is no algorithm {kind}.", "Choose one of: {kinds}.", kind=kind, kinds=", ".join(KINDS))
    presets = PRESETS[kind]
    if preset not in presets:
        raise Problem(
            "There is no preset {preset}.", "Choose one of: {presets}.", preset=preset, presets=", ".join(presets)
        )
    values = as_json(presets[cast(Preset, preset)])
    known = {knob.name: knob for knob in knobs(KINDS[kind].settings_type)}
    if backbone is not None:
        values["backbone"] = backbone
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals or name not in known:
            raise Problem(
                "{assignment} sets nothing that {title} has.",
                "Write knob=value with one of: {names}.",
                assignment=repr(assignment),
                title=KINDS[kind].title,
                names=", ".join(known),
            )
        values[name] = _parsed(known[name], text)
    return settings_from_json(values)


def _parsed(knob: Knob, text: str) -> object:
    """Read a value; what cannot be read stays text, which the settings then refuse with their own sentence."""
    if knob.type is bool:
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(text.lower(), text)
    try:
        return knob.type(text)
    except ValueError:
        return text


def parsed_framing(size: str, fit: str, area: Path | None = None) -> Framing:
    """Return the frame for ``"256"`` or ``"256x320"``, height first, and the file that tells the area to look at.

    Raises
    ------
    Problem
        It is no size, or not one that works; the file cannot be read or holds no area.
    """
    sides = size.lower().split("x")
    if fit not in ("stretch", "letterbox") or len(sides) > 2 or not all(side.isdecimal() for side in sides):
        raise Problem(
            "A frame of {size} with fit {fit} does not work.",
            "Write the size as 256 or, height first, 256x320, and the fit as stretch or letterbox.",
            size=repr(size),
            fit=repr(fit),
        )
    looked_at = Area() if area is None else _read_area(area)
    return Framing((int(sides[0]), int(sides[-1])), "stretch" if fit == "stretch" else "letterbox", looked_at)


def _read_area(file: Path) -> Area:
    try:
        return Area.from_json(json.loads(file.read_bytes()))
    except OSError as error:
        raise Problem(
            "{path} cannot be read: {reason}.", "Check the path.", path=file, reason=error.strerror or str(error)
        ) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Problem(
            "{path} does not tell which area to look at.",
            'It holds outlines as shares of width and height: {{"include": [[[0.1, 0.1], ...]], "ignore": []}}.',
            path=file,
        ) from error
