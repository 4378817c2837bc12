"""From the key of a label to the next picture painted with its heat, where its result is there.

Presses G with 'Go to the next without label' on the Inspect page of a project of 1,000 pictures, and prints median and
95 % quantile, by the clock and as computing time of the window's thread, which other programs do not lengthen.

    QT_QPA_PLATFORM=offscreen python benchmarks/label.py [--pictures N] [--size HEIGHTxWIDTH] [--keys N]
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QObject, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from core.images.framing import Framing
from core.project.edits import AddModel, AddSamples, AddScores
from core.project.model import Label, ModelRecord, Role, Sample, Score
from core.project.storage import ProjectFile
from core.scoring.thresholds import Calibration, Threshold
from gui.canvas.canvas import State
from gui.launch import open_window
from gui.window.main_window import MainWindow
from tests.textures import good_part, write_png

DRAWN = 20
FRAME = (256, 256)

LOOK_SECONDS = 0.2  # a practised person's pace: five pictures a second


def make_project(folder: Path, count: int, size: tuple[int, int]) -> Path:
    """Write a project of so many unlabelled, inspected pictures, and return its path."""
    drawn = [write_png(folder / f"{n}.png", good_part(n, size)) for n in range(DRAWN)]
    file = ProjectFile.create(folder / "labels", "Labels")
    record = ModelRecord("m1", "PatchCore", "patchcore", file.project.models_folder / "m1.flawmodel", "2026-01-01")
    placement, rng = Framing(FRAME).place(size), np.random.default_rng(0)
    heat = rng.uniform(0, 8, FRAME).astype(np.float32)
    heat[100:130, 60:110] = 15.0
    samples, scores = [], []
    for number in range(1, count + 1):
        path = folder / f"IMG_{number}.png"
        os.link(drawn[number % DRAWN], path)
        samples.append(
            Sample(number, str(path), Label.UNDECIDED, Role.TUNE, size=size, bits=8, content_hash=f"{number:064x}")
        )
        kept = folder / "labels.files" / "maps" / "m1" / f"{number}.npy"
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.save(kept, heat)
        scores.append(Score(number, "m1", float(rng.normal(10, 3)), str(kept), 0.01, placement))
    file.do(AddSamples(samples))
    file.do(AddModel(record, Calibration(Threshold(12.0), Threshold(10.0), 0.0, 20.0)))
    file.do(AddScores(scores))
    file.close()
    return file.project.path


def turn(app: QApplication) -> None:
    """Let the window work, and then the threads beside it."""
    app.processEvents()
    time.sleep(0.0005)


def rest(app: QApplication) -> None:
    """Look at the picture, briefly."""
    until = time.perf_counter() + LOOK_SECONDS
    while time.perf_counter() < until:
        turn(app)


class Painted(QObject):
    """Notes which picture the viewer last painted with its heat."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        self.last: int | None = None
        window.inspect.canvas.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look at the viewer's paint events; they are handled right after."""
        canvas = self._window.inspect.canvas
        if event.type() is QEvent.Type.Paint and canvas.state is State.PHOTO and canvas.has_heat:
            self.last = self._window.session.selected
        return False


def press(app: QApplication, window: MainWindow, painted: Painted) -> tuple[float, float]:
    """Label the picture in sight and wait for the next with its heat; return seconds by the clock and of computing."""
    before = painted.last
    clock, computing = time.perf_counter(), time.thread_time()
    QTest.keyClick(window.inspect.canvas, Qt.Key.Key_G)
    while painted.last == before:
        turn(app)
    return time.perf_counter() - clock, time.thread_time() - computing


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pictures", type=int, default=1000)
    parser.add_argument("--size", default="460x1130")
    parser.add_argument("--keys", type=int, default=60)
    options = parser.parse_args()
    height, width = (int(side) for side in options.size.split("x"))
    with tempfile.TemporaryDirectory() as name:
        os.environ["XDG_CACHE_HOME"] = name
        QSettings.setDefaultFormat(QSettings.Format.IniFormat)
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, name)
        path = make_project(Path(name), options.pictures, (height, width))
        app, window = open_window([])
        window.session.open_project(path)
        while window.session.project is None:
            turn(app)
        window.show_page("inspect")
        window.session.select(1)
        painted = Painted(window)
        while painted.last is None or not window.session.device:  # torch is being loaded in the first seconds
            turn(app)
        window.inspect.verdict.advance.setChecked(True)
        window.activateWindow()
        window.inspect.canvas.setFocus()
        app.processEvents()
        found = 1000 * np.array([(rest(app), press(app, window, painted))[1] for _ in range(options.keys)])
        print(f"{options.pictures:,} pictures of {height} x {width}, {options.keys} keys: ms, median and 95 %")
        for title, column in (("by the clock", 0), ("computing", 1)):
            print(
                f"{title:<14} {np.median(found[:, column]):7.1f} {np.quantile(found[:, column], 0.95):7.1f}", flush=True
            )
        window.close()
        window.dispose()


if __name__ == "__main__":
    main()
