"""Made-up samples, models and scores for tests of projects."""

from pathlib import Path

from core.images.framing import Framing
from core.project.model import Label, ModelRecord, Project, Role, Sample, Score
from core.scoring.thresholds import Calibration, Threshold

PLACEMENT = Framing((64, 64)).place((48, 80))
CALIBRATION = Calibration(Threshold(2.5), Threshold(1.25), 0.0, 10.0)


def sample(i, label=Label.UNDECIDED, role=Role.TUNE, folder="/pictures", **fields):
    return Sample(i, str(Path(folder) / f"{i:04}.png"), label, role, **fields)


def record(project, model="m1", created="2026-01-01T00:00:00+00:00"):
    path = project.models_folder / f"{model}.flawmodel"
    return ModelRecord(model, f"Model {model}", "padim", path, created, {"images": 3, "preset": "fast"})


def score(project, i, value, model="m1"):
    return Score(i, model, value, str(project.heat_path(model, i)), 0.01, PLACEMENT)


def contents(project: Project):
    """Everything that is in a project, for comparing."""
    return (
        project.name,
        dict(project.samples),
        dict(project.models),
        dict(project.calibrations),
        dict(project.scores),
        dict(project.masks),
        project.active_model,
        dict(project.settings),
        project.last_id,
    )
