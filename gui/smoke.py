"""`flawsight --smoke FOLDER`: the program does the main job by itself and ends, to prove that a package is whole."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QTimer

from core.detectors.settings import PRESETS
from core.images.framing import Framing
from core.project.model import Role
from core.training.recipe import Recipe
from gui import icons
from gui.errors import Failure, install_hook
from gui.jobs.imports import MACHINE_CODE, load_machine_code
from gui.launch import open_window
from gui.window.main_window import MainWindow

POLL_MS = 50
LIMIT_MS = 15 * 60_000


def run(folder: Path) -> int:
    """Open the window, let `story` drive it, and close it.

    Returns
    -------
    The exit status: 1 if anything was a problem, said on standard error.
    """
    app, window = open_window([])

    def fail(failure: Failure) -> None:
        sys.stderr.write(f"{failure}\n{failure.details}")
        app.exit(1)

    install_hook(fail)
    window.session.problem.connect(fail)
    steps = story(window, folder)
    awaited = next(steps)

    def go_on() -> None:
        nonlocal awaited
        try:
            while awaited():
                awaited = next(steps)
        except StopIteration:
            timer.stop()
            window.close()

    timer = QTimer(window, interval=POLL_MS)
    timer.timeout.connect(go_on)
    timer.start()
    QTimer.singleShot(LIMIT_MS, window, lambda: fail(Failure("It takes too long.")))
    status = app.exec()
    window.dispose()
    return status


def story(window: MainWindow, folder: Path) -> Iterator[Callable[[], bool]]:
    """Go through the pages with the demo project, and yield what has to come true before the next step."""
    session = window.session
    assert not icons.app_icon().pixmap(64, 64).isNull()
    window.open_demo()
    yield lambda: session.project is not None and bool(session.project.samples)
    project = session.project
    assert project is not None
    tuning = [sample for sample in project.samples.values() if sample.role is Role.TUNE]
    assert tuning
    for page in window.by_name:
        window.show_page(page)
        assert not window.grab().isNull()
    assert session.train(Recipe(PRESETS["padim"]["fast"], Framing((128, 128))), "fast")
    yield lambda: len(project.scores) >= len(tuning)
    yield lambda: session.evaluation is not None and not session.evaluation.pixels_pending
    assert session.limits.apply_rule("best-f1")
    session.select(max(project.scores.values(), key=lambda score: score.score).sample)
    window.show_page("inspect")
    assert session.export(folder)
    yield lambda: session.export_report is not None
    assert all(load_machine_code(package) for package in MACHINE_CODE)
    report = session.export_report
    assert report is not None
    assert report.certificate.passed
    sys.stdout.write(f"{len(tuning)} pictures inspected, {report.certificate.images} compared with the export\n")
