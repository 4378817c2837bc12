"""Time from a moved limit to the repainted Tune page, with 10,000 labelled pictures, 1,000 of them with a mask.

The limit is dragged as a person does it, over the histogram and over both curves, that of the pictures and that of
their pixels; then the review limit. Each step is given by the clock and as computing time of the window's thread, which
other programs do not lengthen. Run: python -m benchmarks.threshold_drag.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from core.images.framing import Framing
from core.project.edits import AddModel, AddSamples, AddScores
from core.project.model import Label, ModelRecord, Role, Sample, Score
from core.scoring.thresholds import Calibration, Threshold
from gui.launch import open_window
from gui.window.main_window import MainWindow
from tests.textures import write_png

BUDGET_MS = 16.0
SIDE = 64


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--masks", type=int, default=1_000)
    parser.add_argument("--steps", type=int, default=300)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
            os.environ[variable] = name
        app, window = open_window([])
        fill(window, Path(name), asked.images, asked.masks)
        window.show_page("tune")
        finish(app, lambda: window.session.evaluation is not None and not window.session.evaluation.pixels_pending)
        tune = window.tune
        assert window.session.evaluation is not None
        assert window.session.evaluation.pixel_curve is not None
        points = len(window.session.evaluation.pixel_curve.thresholds)
        print(f"{asked.images:,} pictures, {asked.masks:,} masks, {points:,} points on the pixels' curve")
        print(f"{window.width()} x {window.height()} at {window.devicePixelRatioF():g} x, budget {BUDGET_MS:g} ms")
        window.session.limits.switch_review(True)
        lines = (
            ("histogram", tune.histogram.moved),
            ("curve", tune.curve.moved),
            ("review", tune.histogram.review_moved),
        )
        for level in ("images", "pixels"):
            tune.level.button(level).click()
            for name, moved in lines:
                finish(app, lambda: True)
                times = []
                for value in np.linspace(5.0, 25.0, asked.steps):
                    start = (time.perf_counter(), time.thread_time())
                    moved.emit(float(value))
                    app.processEvents()  # one paint of all that changed, as in the program
                    times.append((time.perf_counter() - start[0], time.thread_time() - start[1]))
                    time.sleep(0.002)
                for kind, column in zip(("clock", "computing"), 1000 * np.array(times).T, strict=True):
                    median, p95, worst = np.percentile(column, [50, 95, 100])
                    print(
                        f"{name:>9} with the curve of {level}, {kind:>9}: "
                        f"median {median:.1f} ms, 95 % under {p95:.1f} ms, longest {worst:.1f} ms"
                    )
        window.close()
        window.dispose()


def fill(window: MainWindow, folder: Path, images: int, masks: int) -> None:
    """Make a project of so many labelled and scored pictures; `masks` of them are defects with a mask."""
    rng = np.random.default_rng(0)
    session = window.session
    assert session.new_project(folder / "Flange.flawsight", "Flange")
    project = session.project
    assert project is not None
    picture = write_png(folder / "part.png", np.full((SIDE, SIDE, 3), 128, np.uint8))
    area = np.zeros((SIDE, SIDE), np.uint8)
    area[20:30, 20:30] = 255
    mask = write_png(folder / "mask.png", area)
    maps = project.maps_folder("m")
    maps.mkdir(parents=True)
    placement = Framing((SIDE, SIDE)).place((SIDE, SIDE))
    samples, scores = [], []
    for number in range(1, images + 1):
        defect = number <= masks
        label = Label.DEFECT if defect else Label.GOOD
        file = str(Path(f"{picture}/{number}"))
        samples.append(Sample(number, file, label, Role.TUNE, mask=mask if defect else None, size=(SIDE, SIDE), bits=8))
        heat = rng.gamma(4.0, 1.0, (SIDE, SIDE)).astype(np.float32)
        if defect:
            heat[area > 0] += 8
        np.save(maps / f"{number}.npy", heat)
        score = float(rng.normal(17.0, 4.0) if defect else rng.gamma(9.0, 1.0))
        scores.append(Score(number, "m", score, str(maps / f"{number}.npy"), 0.01, placement))
    session.do(AddSamples(samples))
    record = ModelRecord("m", "PatchCore", "patchcore", project.models_folder / "m.flawmodel", "2026-01-01T00:00:00")
    session.do(AddModel(record, Calibration(Threshold(15.0), Threshold(12.0), 0.0, 25.0)))
    session.do(AddScores(scores))


def finish(app: QApplication, done: Callable[[], bool]) -> None:
    """Let the window work until something is done, and then a little longer."""
    until = time.monotonic() + 0.5
    while not done() or time.monotonic() < until:
        app.processEvents()
        time.sleep(0.002)


if __name__ == "__main__":
    main()
