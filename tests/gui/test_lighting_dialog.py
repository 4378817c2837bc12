"""Compare lighting in the window: a table of false rejects, where the limit is passed, and a file of it."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from core.inspection.robustness import Course, Robustness
from core.project.edits import SetCalibration
from core.scoring.rates import Rate
from gui import theme
from gui.dialogs.lighting import LightingDialog
from gui.session.events import Job
from tests.windows import MODEL, add_model, open_session

RISING = (Rate(0, 20), Rate(1, 20), Rate(4, 20), Rate(20, 20))
FOUND = Robustness(
    Rate(0, 20),
    3.0,
    (
        Course(
            "Darker",
            "{step} % less light",
            (5, 10, 20, 30),
            (Rate(0, 20), Rate(1, 20), Rate(4, 20), Rate(20, 20)),
            (3.0,) * 4,
        ),
        Course("Turned", "{step} degrees", (0.5, 1, 2, 4), (Rate(0, 20),) * 4, (3.0,) * 4),
    ),
)


@pytest.fixture
def session(tmp_path):
    session = open_session(tmp_path / "project", train=2, good=3)
    add_model(session)
    yield session
    assert session.close(5000)


@pytest.fixture
def dialog(qtbot, session):
    dialog = LightingDialog(session)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def texts(dialog, row):
    return [dialog.table.item(row, column).text() for column in range(dialog.table.columnCount())]


def test_the_table_tells_where_the_limit_is_passed(dialog, session):
    assert not dialog.csv_button.isEnabled()
    session.job_changed.emit(Job("lighting", "", "done", result=FOUND))
    steps = "5 / 10 / 20 / 30 % less light"
    assert texts(dialog, 0) == ["Darker", steps, "0.0 %", "5.0 %", "20.0 %", "100.0 %", "20 % less light"]
    assert texts(dialog, 1)[-1] == "not reached"
    assert "0 of 20" in dialog.stage.text()
    dialog.limit.setValue(4.0)
    assert texts(dialog, 0)[-1] == "10 % less light"
    assert "already" not in dialog.stage.text()
    session.job_changed.emit(Job("lighting", "", "done", result=replace(FOUND, unchanged=Rate(8, 20))))
    assert texts(dialog, 0)[-1] == "no change at all"
    assert dialog.stage.text().endswith("more than allowed already")
    dialog.grab()


def test_rates_over_the_limit_stand_out_also_in_the_selected_row_and_where_rates_fall_again(dialog, session, qtbot):
    rates = (Rate(2, 20), Rate(0, 20), Rate(1, 20), Rate(9, 20))
    falling = replace(FOUND, courses=(replace(FOUND.courses[0], rejected=rates), FOUND.courses[1]))
    session.job_changed.emit(Job("lighting", "", "done", result=falling))
    assert dialog.table.currentRow() == 0
    ink = theme.current().ng_ink
    bad = [dialog.table.item(0, column).foreground().color() == ink for column in range(dialog.table.columnCount())]
    assert bad == [False, False, True, False, False, True, True]

    def shows(column):
        """Say whether the cell is written in that ink: the text's own is grey, and the ground is bluish."""
        cell = dialog.table.visualItemRect(dialog.table.item(0, column))
        image = dialog.table.viewport().grab(cell).toImage()
        pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
        return any(pixel.red() - pixel.blue() > 60 for pixel in pixels)

    assert shows(2)
    assert not shows(3)


def test_the_table_is_saved(dialog, session, tmp_path, monkeypatch, qtbot):
    session.job_changed.emit(Job("lighting", "", "done", result=FOUND))
    target = tmp_path / "table.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    qtbot.mouseClick(dialog.csv_button, Qt.MouseButton.LeftButton)
    assert target.read_text(encoding="utf-8") == FOUND.as_csv()


def test_a_failure_is_told(dialog, session, qtbot):
    told = []
    session.problem.connect(told.append)
    qtbot.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)  # the model's file is not there
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    assert dialog.start_button.isVisible()
    assert dialog.stage.text() != ""


def test_what_was_found_while_the_dialog_was_closed_is_shown_when_it_opens_again(session, qtbot, monkeypatch):
    monkeypatch.setattr("gui.session.session.lighting_task", lambda *_: lambda ticket: FOUND)
    first = LightingDialog(session)
    qtbot.addWidget(first)
    first.start_button.click()
    first.close()
    qtbot.waitUntil(lambda: session.job("lighting").state == "done")
    again = LightingDialog(session)
    qtbot.addWidget(again)
    assert texts(again, 1)[-1] == "not reached"
    assert "0 of 20" in again.stage.text()
    assert again.csv_button.isEnabled()
    limits = session.calibration
    session.do(SetCalibration(MODEL, replace(limits, image=replace(limits.image, value=11.0))))
    assert session.lighting is None  # of other limits
    session.undo()
    assert session.lighting is FOUND
    session.close_project()
    assert session.lighting is None
