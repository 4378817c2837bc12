"""``doctor``: what is installed, what is found, and whether it works."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from core.backbones.catalog import CATALOG, TEACHERS, backbone
from core.backbones.places import cache_folder
from core.backbones.weights import load_weights
from core.cli.console import Job
from core.detectors.settings import KINDS, PRESETS, EfficientAdSettings
from core.devices import DeviceChoice, choose_device, set_threads
from core.errors import Problem
from core.images.framing import Framing
from core.images.reading import write_image
from core.inspection.inspector import Inspector
from core.models.bundle import load_model, save_model
from core.models.card import installed_versions
from core.progress import Ticket
from core.training.recipe import Recipe
from core.training.run import train

GOOD, SIDE = 6, 64
EFFICIENTAD_STEPS = 20  # tells a dark spot from none; a real training takes thousands


def doctor_command(job: Job) -> None:
    """Report on this installation.

    Raises
    ------
    Problem
        The asked device is missing or the self-test fails.
    """
    set_threads(job.options.threads)
    versions = installed_versions()
    for name, version in versions.items():
        job.say(f"{name:24} {version}")
    chosen = choose_device(job.options.device, job.options.engine)
    job.say(f"{'device':24} {chosen.text}")
    job.say(f"{'engine':24} {chosen.engine}")
    cuda = [torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count())]
    job.say(f"{'CUDA devices':24} {', '.join(cuda) or 'none'}")
    networks = (*CATALOG, *TEACHERS)
    weights = {name: _weights(name, job.ticket.stage(f"Checking {name}", 0.1 / len(networks))) for name in networks}
    for name, state in weights.items():
        job.say(f"{name:24} {state}")
    job.say(f"{'folder for weights':24} {cache_folder()}")
    tests = {
        kind: _self_test(kind, chosen, job, job.ticket.stage(f"Testing {kind}", 0.9 / len(KINDS))) for kind in KINDS
    }
    for kind, (flawed, good, device) in tests.items():
        job.say(f"{'self-test ' + kind:24} flawed part {flawed:.4g}, strangest good part {good:.4g}, {device}")
        if not flawed > good:
            raise Problem(
                "The self-test of {kind} failed: a flawed part looks no stranger than a good one.",
                "Install the program again in a fresh environment.",
                kind=kind,
            )
    job.say("All is well.")
    job.result(
        {
            "versions": versions,
            "device": chosen.text,
            "computed_by": {kind: device for kind, (_, _, device) in tests.items()},
            "cuda": cuda,
            "weights": weights,
            "self_test": "passed",
        }
    )


def _weights(name: str, ticket: Ticket) -> str:
    try:
        found = load_weights(backbone(name), ticket)
    except Problem as problem:
        return str(problem)
    return f"found: {found.origin}, SHA-256 {found.sha256[:16]}…"


def _self_test(kind: str, chosen: DeviceChoice, job: Job, ticket: Ticket) -> tuple[float, float, str]:
    """Train on drawn parts, store, load, and score a flawed one against good ones; say what computed."""
    random = np.random.default_rng(job.options.seed)
    with tempfile.TemporaryDirectory(prefix="flawsight-") as name:
        folder = Path(name)
        good = [_written(folder / f"good-{index}.png", _part(random)) for index in range(GOOD)]
        part = _part(random)
        part[20:30, 36:46] = 20
        flawed = _written(folder / "flawed.png", part)
        settings = PRESETS[kind]["fast"]
        if isinstance(settings, EfficientAdSettings):
            settings = replace(settings, training_steps=EFFICIENTAD_STEPS)
        recipe = Recipe(
            settings,
            Framing((SIDE, SIDE)),
            seed=job.options.seed,
            device=chosen.asked,
            engine=chosen.engine,
        )
        model = train(good[2:], good[:2], recipe, ticket.stage("Training", 0.6))
        save_model(model, folder / "model.flawmodel")
        loaded = load_model(folder / "model.flawmodel", chosen, ticket.stage("Loading", 0.2))
        inspector = Inspector(loaded)
        scores = [inspector.inspect(path, ticket).score for path in (flawed, *good[:2])]
        return scores[0], max(scores[1:]), model.card.device


def _part(random: np.random.Generator) -> npt.NDArray[np.uint8]:
    rows, columns = np.mgrid[0:SIDE, 0:SIDE]
    disc = np.hypot(rows - SIDE / 2, columns - SIDE / 2) < SIDE / 3
    grey = 110 + 70 * disc + random.normal(0, 6, (SIDE, SIDE))
    return np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def _written(path: Path, pixels: npt.NDArray[np.uint8]) -> Path:
    write_image(path, pixels)
    return path
