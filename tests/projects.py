"""Projects for tests: made-up samples, models and scores, and small picture folders on disk."""

from pathlib import Path

import numpy as np

from core.images.framing import Framing
from core.images.reading import write_image
from core.project.model import Label, ModelRecord, Project, Role, Sample, Score
from core.scoring.thresholds import Calibration, Threshold

PLACEMENT = Framing((64, 64)).place((48, 80))
CALIBRATION = Calibration(Threshold(2.5), Threshold(1.25), 0.0, 10.0)


def sample(i, label=Label.UNDECIDED, role=Role.TUNE, folder="/pictures", **fields):
    return Sample(i, Path(folder) / f"{i:04}.png", label, role, **fields)


def record(project, model="m1", created="2026-01-01T00:00:00+00:00"):
    path = project.models_folder / f"{model}.flawmodel"
    return ModelRecord(model, f"Model {model}", "padim", path, created, {"images": 3, "preset": "fast"})


def score(project, i, value, model="m1"):
    return Score(i, model, value, project.heat_path(model, i), 0.01, PLACEMENT)


def contents(project: Project):
    """Everything that is in a project, for comparing."""
    return (
        project.name,
        dict(project.samples),
        dict(project.models),
        dict(project.calibrations),
        dict(project.scores),
        project.active_model,
        dict(project.settings),
        project.last_id,
    )


def draw_part(path, rng, flaw=None, size=(64, 64)):
    """Draw a striped part; `flaw` is (row, column) of a bright square of 12 pixels."""
    rows, columns = size
    pixels = 120 + 25 * np.sin(np.arange(columns) / 4)[None] + rng.normal(0, 3, size)
    mask = np.zeros(size, np.uint8)
    if flaw is not None:
        mask[flaw[0] : flaw[0] + 12, flaw[1] : flaw[1] + 12] = 255
        pixels[mask > 0] = 245
    path.parent.mkdir(parents=True, exist_ok=True)
    write_image(path, np.repeat(pixels.clip(0, 255).astype(np.uint8)[..., None], 3, axis=2))
    return mask


def draw_dataset(root, good=6, test_good=3, flawed=3, seed=0):
    """Draw an MVTec-like folder of striped parts."""
    rng = np.random.default_rng(seed)
    for i in range(good):
        draw_part(root / f"train/good/{i:03}.png", rng)
    for i in range(test_good):
        draw_part(root / f"test/good/{i:03}.png", rng)
    for i in range(flawed):
        mask = draw_part(root / f"test/spot/{i:03}.png", rng, (10 + 8 * i, 20))
        target = root / f"ground_truth/spot/{i:03}_mask.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        write_image(target, np.repeat(mask[..., None], 3, axis=2))
    return root
