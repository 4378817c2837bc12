"""Open a project of 100,000 pictures and use its galleries: how long, and the longest gap between two events.

A gap is the time during which the window could not have reacted: what one turn of the event loop took, by the clock and
as computing time of the window's thread, which other programs do not lengthen. The pictures are links to a few drawn
ones.

QT_QPA_PLATFORM=offscreen python benchmarks/gallery.py [COUNT]
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, QSettings, Qt
from PySide6.QtWidgets import QApplication

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from core.images.framing import Framing
from core.project.edits import AddModel, AddSamples, AddScores
from core.project.model import Label, ModelRecord, Role, Sample, Score
from core.project.storage import ProjectFile
from core.scoring.thresholds import Calibration, Threshold
from gui.launch import open_window
from gui.panels.gallery_model import Choice, Filter, Order
from gui.panels.sample_table import Column
from tests.textures import good_part, write_png

DRAWN = 20
A_FOLDER = 1000
QUIET_SECONDS = 0.0005
SETTLED_TURNS = 5  # turns of the event loop without work after which nothing more comes


def make_project(folder: Path, count: int) -> Path:
    """Write a project of so many linked pictures, half of them scored, and return its path."""
    drawn = [write_png(folder / "drawn" / f"{n}.png", good_part(n, (64, 64))) for n in range(DRAWN)]
    samples, scores = [], []
    placement = Framing((64, 64)).place((64, 64))
    rng = np.random.default_rng(0)
    for number in range(1, count + 1):
        path = folder / "set" / f"{number // A_FOLDER}" / f"IMG_{number}.png"
        digest = f"{number:064x}"
        path.parent.mkdir(parents=True, exist_ok=True)
        os.link(drawn[number % DRAWN], path)
        label = (Label.GOOD, Label.DEFECT, Label.UNDECIDED)[number % 3]
        samples.append(Sample(number, str(path), label, Role.TUNE, size=(64, 64), bits=8, content_hash=digest))
        if number % 2:
            heat = folder / f"{number}.npy"
            scores.append(Score(number, "m1", float(rng.normal(10, 3)), str(heat), 0.01, placement))
    file = ProjectFile.create(folder / "many", "Many")
    record = ModelRecord("m1", "PatchCore", "patchcore", file.project.models_folder / "m1.flawmodel", "2026-01-01")
    file.do(AddSamples(samples))
    file.do(AddModel(record, Calibration(Threshold(12.0), Threshold(10.0), 0.0, 20.0)))
    file.do(AddScores(scores))
    file.close()
    return file.project.path


def timed(app: QApplication, title: str, act: Callable[[], object], done: Callable[[], bool] = lambda: True) -> None:
    """Act, let the event loop run until it is done, and print the whole time and the gaps."""
    start = time.perf_counter()
    turns: list[tuple[float, float]] = []

    def turn(work: Callable[[], object]) -> float:
        begun = (time.perf_counter(), time.thread_time())
        work()
        turns.append((time.perf_counter() - begun[0], time.thread_time() - begun[1]))
        return turns[-1][0]

    turn(act)
    quiet = 0
    while quiet < SETTLED_TURNS or not done():
        gap = turn(lambda: app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 1))
        quiet = quiet + 1 if gap < QUIET_SECONDS else 0
        time.sleep(QUIET_SECONDS)
    whole = time.perf_counter() - start
    clock, computing = 1000 * np.array(turns).T
    busy = clock[clock >= 1000 * QUIET_SECONDS]
    median = np.median(busy) if len(busy) else 0.0
    print(f"{title:<44} {whole * 1000:9.0f} {median:9.1f} {clock.max():9.1f} {computing.max():9.1f}")


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as name:
        os.environ["XDG_CACHE_HOME"] = name
        QSettings.setDefaultFormat(QSettings.Format.IniFormat)
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, name)
        path = make_project(Path(name), count)
        app, window = open_window([])
        session, data, panel = window.session, window.data, window.inspect.gallery
        data.view_control.button("gallery").click()
        window.show_page("data")
        session.load_ahead()  # as the program does while a project is chosen
        while session._ahead.busy:
            app.processEvents()

        def idle() -> bool:
            working = panel.model.busy or data.model.busy
            return session.project is not None and not working

        print(f"{count:,} pictures{'':<30} {'whole ms':>9} {'median ms':>9} {'longest':>9} {'computing':>9}")
        timed(app, "read the project file", lambda: ProjectFile.open(path).close())
        timed(app, "open it in the whole window", lambda: session.open_project(path), idle)
        for title, view in (("Data", data.gallery), ("Inspect", panel.view)):
            window.show_page(title.lower())
            bar = view.verticalScrollBar()
            timed(app, f"{title}: jump to the end", lambda bar=bar: bar.setValue(bar.maximum()))
            steps = iter(range(0, 100 * view.height(), view.height()))
            timed(app, f"{title}: 100 screens", lambda: None, lambda bar=bar, s=steps: _step(bar, s))
        choices = {
            "filter ng": Choice(frozenset({Filter.NG})),
            "filter ng, good": Choice(frozenset({Filter.NG, Filter.LABELLED_GOOD})),
            "filter tune": Choice(roles=frozenset({Role.TUNE})),
            "words": Choice(words="img_77"),
            "all again": Choice(),
        }
        for title, choice in choices.items():
            timed(app, f"Inspect: {title}", lambda choice=choice: panel.model.set_filter(choice), idle)
        for order in (Order.NAME, Order.MARGIN, Order.SCORE):
            place = panel.order.findData(order)
            timed(app, f"Inspect: sort by {order}", lambda place=place: panel.order.setCurrentIndex(place), idle)
        down = Qt.SortOrder.DescendingOrder
        timed(app, "Data: sort by size", lambda: data.table.sortByColumn(Column.SIZE, down), idle)
        timed(app, "one label", lambda: session.set_label([77], Label.GOOD), idle)
        window.dispose()


def _step(bar: object, steps: object) -> bool:
    value = next(steps, None)  # type: ignore[call-overload]
    if value is None:
        return True
    bar.setValue(value)  # type: ignore[attr-defined]
    return False


if __name__ == "__main__":
    main()
