"""Pictures that come into a watched folder: into the project, inspected, tallied, and drawn in the order they came."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from core.batch import watch as watching
from core.batch.watch import Pace
from core.project.edits import AddScores
from core.project.model import Role, Score
from core.scoring.control import baseline
from core.scoring.thresholds import Verdict
from gui.canvas.control import ControlChart, Course
from gui.jobs.thumbnails import ThumbnailLoader
from gui.panels.inspection import InspectionPanel
from tests.textures import good_part, write_png
from tests.windows import MODEL, SIZE, add_model, open_session

QUICK = Pace(turn=0.02, settle=0.05)


@pytest.fixture
def session(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(watching, "Pace", lambda: QUICK)
    session = open_session(tmp_path / "project", train=2, good=10)
    add_model(session, {i: 4.0 + 0.1 * i for i in range(3, 13)})
    # The model was never trained: scores come from the tests.
    monkeypatch.setattr(session._live, "inspect", lambda ids: None)
    yield session
    assert session.close(5000)


@pytest.fixture
def page(qtbot, session):
    loader = ThumbnailLoader(None)
    widget = InspectionPanel(session, thumbnails=loader)
    qtbot.addWidget(widget)
    widget.resize(1400, 760)
    widget.show()
    qtbot.waitExposed(widget)
    yield widget
    loader.close()


def score(session, samples, values):
    project = session.project
    kept = project.scores[MODEL, 3]
    scores = [Score(i, MODEL, v, kept.heat_file, 0.1, kept.placement) for i, v in zip(samples, values, strict=True)]
    assert session._document.observe(AddScores(scores))


def come(qtbot, session, folder, count, first=0):
    before = len(session.watcher.came)
    for number in range(first, first + count):
        write_png(folder / f"part_{number:03}.png", good_part(number, SIZE))
    qtbot.waitUntil(lambda: len(session.watcher.came) == before + count, timeout=8000)
    return session.watcher.came[before:]


def test_pictures_that_come_are_tune_pictures_of_the_project(qtbot, session, page, tmp_path):
    folder = tmp_path / "line"
    folder.mkdir()
    assert page.watch.isHidden()
    assert session.watch(folder)
    assert not session.watch(folder)  # one at a time
    came = come(qtbot, session, folder, 3)
    assert not page.watch.isHidden()
    assert {session.project.samples[i].role for i in came} == {Role.TUNE}
    assert not session.undo_stack.canUndo() or "Add" not in session.undo_stack.undoText()
    score(session, came, [4.5, 12.0, 5.0])
    qtbot.waitUntil(lambda: "OK 2" in page.watch.tally.text())
    assert page.watch.tally.text() == "OK 2 · NG 1"
    assert page.watch.warning.isHidden()
    page.watch.stop_button.click()
    qtbot.waitUntil(lambda: not session.watcher.board.busy)
    assert page.watch.title.text() == f"Watched {folder}"
    page.watch.stop_button.click()
    assert page.watch.isHidden()


def test_drift_is_told_and_good_parts_are_the_measure(qtbot, session, page, tmp_path):
    folder = tmp_path / "line"
    folder.mkdir()
    session.watch(folder)
    came = come(qtbot, session, folder, 8)
    score(session, came, [4.6, 4.8, 4.7, 7.2, 7.4, 7.3, 7.5, 20.0])
    found = session.arrivals()
    good = baseline([4.0 + 0.1 * i for i in range(3, 13)])
    assert (found.good.mean, found.good.deviation) == (pytest.approx(good.mean), pytest.approx(good.deviation))
    assert found.since == 3
    assert dict(found.counts) == {Verdict.OK: 7, Verdict.REVIEW: 0, Verdict.NG: 1}
    qtbot.waitUntil(lambda: "higher than before since picture 4" in page.watch.warning.text())


def test_a_point_opens_its_picture(qtbot, session, page, tmp_path):
    folder = tmp_path / "line"
    folder.mkdir()
    session.watch(folder)
    came = come(qtbot, session, folder, 3)
    score(session, came, [4.5, 12.0, 5.0])
    qtbot.waitUntil(lambda: "OK 2" in page.watch.tally.text())
    chart = page.watch.chart
    qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart.point(1).toPoint())
    assert session.selected == came[1]
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    qtbot.keyClick(chart, Qt.Key.Key_Return)
    assert session.selected == came[2]


def test_of_very_many_points_the_newest_are_drawn(qtbot):
    chart = ControlChart()
    qtbot.addWidget(chart)
    chart.resize(600, 150)
    count = 1000
    scores = np.linspace(1, 2, count)
    verdicts = [Verdict.OK] * count
    chart.show_course(Course(range(count), scores, verdicts, np.ones(count, bool), 10.0, baseline(scores[:20])))
    chart.grab()
    told = []
    chart.chosen.connect(told.append)
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    qtbot.keyClick(chart, Qt.Key.Key_Return)
    assert told == [999]
    chart.show_course(None)
    chart.grab()


def test_it_is_there_in_a_page_that_is_made_anew(qtbot, session, page, tmp_path):
    (tmp_path / "line").mkdir()
    session.watch(tmp_path / "line")
    qtbot.waitUntil(page.watch.isVisible)
    loader = ThumbnailLoader(None)
    again = InspectionPanel(session, thumbnails=loader)
    qtbot.addWidget(again)
    assert not again.watch.isHidden()
    assert str(tmp_path / "line") in again.watch.title.text()
    session.cancel("arrivals")
    qtbot.waitUntil(lambda: not session.watcher.running, timeout=10_000)
    loader.close()
