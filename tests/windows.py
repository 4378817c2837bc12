"""A session with pictures, a model and scores that were made up, for tests of pages and of the window."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.images.framing import Framing
from core.project.edits import AddModel, AddSamples, AddScores
from core.project.model import Label, ModelRecord, Role, Sample, Score
from core.scoring.thresholds import Calibration, Evidence, Threshold
from gui.session.session import Session
from gui.settings import Preferences
from tests.textures import flawed_part, good_part, write_png

MODEL = "0123456789ab"
SIZE = (64, 64)


def open_session(folder: Path, *, train: int = 4, good: int = 0, defect: int = 0) -> Session:
    """Return a session with an open project of so many labelled pictures; `train` of them to train."""
    session = Session(Preferences())
    folder.mkdir(parents=True, exist_ok=True)
    assert session.new_project(folder / "Flange.flawsight", "Flange")
    samples = []
    for number in range(train + good + defect):
        bad = number >= train + good
        pixels = flawed_part(number, SIZE)[0] if bad else good_part(number, SIZE)
        path = write_png(folder / "pictures" / f"{'bad' if bad else 'good'}_{number:03}.png", pixels)
        role = Role.TRAIN if number < train else Role.TUNE
        label = Label.DEFECT if bad else Label.GOOD
        samples.append(Sample(number + 1, str(path), label, role, size=SIZE))
    if samples:
        assert session.do(AddSamples(samples))
    return session


def add_model(session: Session, scores: dict[int, float] | None = None, limit: float = 10.0) -> None:
    """Record a model that was never trained, and scores with flat heat maps for samples."""
    project = session.project
    assert project is not None
    evidence = Evidence("images", good=2, images=2)
    calibration = Calibration(
        Threshold(limit, "good-quantile", evidence, provisional=True), Threshold(8.0), low=0.0, high=20.0
    )
    facts = {"preset": "balanced", "images": 4, "seconds": 83.0, "size_bytes": 12_400_000}
    record = ModelRecord(
        MODEL, "PatchCore", "patchcore", project.models_folder / "x.flawmodel", "2026-11-21T05:00:00+00:00", facts
    )
    assert session.do(AddModel(record, calibration))
    placement = Framing(SIZE).place(SIZE)
    heat = project.maps_folder(MODEL) / "flat.npy"
    heat.parent.mkdir(parents=True, exist_ok=True)
    np.save(heat, np.full(SIZE, 4.0, np.float32))
    if scores:
        assert session.do(AddScores([Score(i, MODEL, value, str(heat), 0.1, placement) for i, value in scores.items()]))
