"""A folder to files from the window, with a real model: the dialog, the job, and what is written."""

import csv
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from core.batch.told import Outputs
from core.batch.watch import Pace
from core.detectors.settings import PatchCoreSettings
from core.images.framing import Framing
from core.scoring.thresholds import Threshold
from core.training.recipe import Recipe
from gui.dialogs.folder import FolderDialog
from tests.textures import flawed_part, good_part, write_png
from tests.windows import open_session

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def session(tmp_path, qtbot):
    session = open_session(tmp_path / "project", train=4, good=2, defect=1)
    session.train(Recipe(PatchCoreSettings(coreset=0.2), Framing((64, 64))))
    qtbot.waitUntil(lambda: session.active_model is not None and session.job("inspect") is not None, timeout=60_000)
    qtbot.waitUntil(lambda: not session.job("inspect").active, timeout=60_000)
    yield session
    assert session.close()


def shown(session, qtbot, tmp_path, *, watch):
    dialog = FolderDialog(session, watch=watch)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    assert not dialog.start_button.isEnabled()
    dialog.folder.setText(str(tmp_path / "in"))
    assert dialog.output.text() == str(tmp_path / "in results")
    return dialog


def test_a_folder_is_inspected_into_files_with_the_limits_in_use(session, qtbot, tmp_path):
    for number in range(3):
        write_png(tmp_path / "in" / f"{number}.png", good_part(80 + number))
    session.limits.set_image(0.0)
    dialog = shown(session, qtbot, tmp_path, watch=False)
    dialog.copies.setChecked(True)
    samples = len(session.project.samples)
    qtbot.mouseClick(dialog.start_button, LEFT)
    assert not dialog.start_button.isVisible()
    assert not dialog.folder.isEnabled()
    qtbot.waitUntil(lambda: not session.job("batch").active, timeout=60_000)
    assert session.job("batch").state == "done", session.job("batch").error
    assert dialog.tally.texts()[0] == ("Pictures", "OK 0 · Review 0 · NG 3")
    assert dialog.stage.text() == "Finished"
    assert dialog.height() >= dialog.layout().totalHeightForWidth(dialog.width())
    with (tmp_path / "in results" / "scores.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert [row["verdict"] for row in csv.DictReader(stream)] == ["NG"] * 3
    assert len(list((tmp_path / "in results" / "sorted" / "NG").iterdir())) == 3
    assert len(session.project.samples) == samples
    assert session.calibration == replace(session.calibration, image=Threshold(0.0))
    # Once more: nothing is left to do.
    qtbot.mouseClick(dialog.start_button, LEFT)
    qtbot.waitUntil(lambda: not session.job("batch").active, timeout=60_000)
    assert ("Finished earlier", "3") in dialog.tally.texts()


def test_a_folder_is_watched_until_it_is_stopped(session, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(Pace, "__init__", quick)
    write_png(tmp_path / "in" / "a.png", good_part(90))
    dialog = shown(session, qtbot, tmp_path, watch=True)
    qtbot.mouseClick(dialog.start_button, LEFT)
    qtbot.waitUntil(lambda: ("Last", "a.png · OK") in dialog.tally.texts() or dialog.tally.texts()[-1][0] == "Last")
    write_png(tmp_path / "in" / "b.png", flawed_part(91)[0])
    qtbot.waitUntil(lambda: dialog.tally.texts()[-1] == ("Last", "b.png · NG"), timeout=30_000)
    qtbot.mouseClick(dialog.stop_button, LEFT)
    qtbot.waitUntil(lambda: not session.job("watch").active, timeout=10_000)
    assert session.job("watch").state == "cancelled"
    assert dialog.stage.text() == "Stopped"
    assert (tmp_path / "in results" / "scores.csv").exists()


def quick(self, turn=0.02, settle=0.1, give_up=30.0, table=0.0):
    for name, value in (("turn", turn), ("settle", settle), ("give_up", give_up), ("table", table)):
        object.__setattr__(self, name, value)


@pytest.mark.parametrize("watch", [False, True])
def test_a_folder_that_is_not_there_is_told(session, qtbot, tmp_path, watch):
    dialog = shown(session, qtbot, tmp_path, watch=watch)
    assert not dialog.start_button.isEnabled()
    assert "There is no file or folder" in dialog.stage.text()
    (tmp_path / "in").mkdir()
    dialog.folder.textChanged.emit(dialog.folder.text())
    assert dialog.start_button.isEnabled()
    assert not dialog.stage.text()
    dialog.output.setText(dialog.folder.text())  # results among the pictures
    assert not dialog.start_button.isEnabled()
    assert "another folder for the results" in dialog.stage.text()
    # One that goes before the work begins is told, too.
    told = []
    session.problem.connect(told.append)
    (tmp_path / "in").rmdir()
    session.inspect_folder(tmp_path / "in", tmp_path / "in results", Outputs(), watch=watch)
    kind = "watch" if watch else "batch"
    qtbot.waitUntil(lambda: not session.job(kind).active, timeout=60_000)
    assert "There is no" in told[0].message
    assert not (tmp_path / "in results").exists()


@pytest.mark.parametrize("ending", ["html", "pdf"])
def test_the_report_is_about_the_labelled_pictures_and_the_limits_in_use(session, qtbot, tmp_path, ending):
    session.limits.set_image(0.0)
    path = tmp_path / f"report.{ending}"
    assert session.report(path)
    qtbot.waitUntil(lambda: not session.job("report").active, timeout=60_000)
    assert session.job("report").state == "done", session.job("report").error
    if ending == "html":
        text = path.read_text("utf-8")
        assert "None of 1 defects escapes. 2 of 2 good parts are rejected." in text
        assert "Exported file compared" not in text
    else:
        assert path.read_bytes().startswith(b"%PDF-")


def test_a_project_is_packed_and_opened_elsewhere(session, qtbot, tmp_path):
    name, before = session.active_model.name, [sample.label for sample in session.project.samples.values()]
    session.pack(tmp_path / "a.zip", images=True)
    qtbot.waitUntil(lambda: not session.job("pack").active, timeout=60_000)
    assert session.job("pack").result.missing == ()
    session.unpack(tmp_path / "a.zip", tmp_path / "elsewhere")
    qtbot.waitUntil(lambda: session.project.path.parent == tmp_path / "elsewhere", timeout=60_000)
    assert session.active_model.name == name
    assert session.active_model.path.is_file()
    assert [sample.label for sample in session.project.samples.values()] == before
    assert all(sample.path.is_relative_to(tmp_path / "elsewhere") for sample in session.project.samples.values())
