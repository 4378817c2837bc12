"""Import and export of labels in the window, on a real project and real files."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from core.images.reading import read_mask
from core.project.edits import SetMarks
from core.project.masks import PackedMask
from core.project.model import Label
from gui.dialogs.labels import ExportLabelsDialog, ImportLabelsDialog
from gui.window.actions import ROWS
from tests.windows import SIZE, open_session

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def session(tmp_path, qtbot):
    session = open_session(tmp_path / "project", train=1, good=1, defect=2)
    yield session
    assert session.close()


def shown(dialog, qtbot):
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


def marks():
    mask = np.zeros(SIZE, np.uint8)
    mask[10:30, 20:40] = 1
    return mask


def test_a_table_is_looked_at_and_then_taken_over_as_one_step(session, tmp_path, qtbot, monkeypatch):
    names = [sample.path.name for sample in session.project.samples.values()]
    rows = [f"{names[0]},defect,dent", f"{names[1]},ng,", f"{names[2]},good,", f"{names[3]},ok,"]
    rows += ["gone.png,good,", f"{names[1]},perhaps,"]
    (tmp_path / "labels.csv").write_text("\n".join(["path,label,type", *rows]))
    steps = session.undo_stack.count()
    dialog = shown(ImportLabelsDialog(session), qtbot)
    assert not dialog.import_button.isEnabled()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "labels.csv"), ""))
    qtbot.mouseClick(dialog.file_button, LEFT)
    qtbot.waitUntil(dialog.import_button.isEnabled)
    assert dialog.summary.text() == "4 pictures · 2 defects · 0 masks · 2 good · 2 remarks"
    assert dialog.table.rowCount() == 2
    assert dialog.table.item(0, 0).text() == "labels.csv, 6"
    assert "no picture" in dialog.table.item(0, 1).text()
    assert session.undo_stack.count() == steps
    qtbot.mouseClick(dialog.import_button, LEFT)
    assert not dialog.isVisible()
    assert session.undo_stack.undoText() == "Import labels"
    assert session.undo_stack.count() == steps + 1
    samples = session.project.samples
    assert (samples[1].label, samples[1].defect_type) == (Label.DEFECT, "dent")
    assert samples[3].label is Label.GOOD
    session.undo()
    assert samples[1].label is Label.GOOD


def test_masks_are_written_into_a_folder_and_read_again(session, tmp_path, qtbot, monkeypatch):
    session.do(SetMarks({3: PackedMask.of(marks())}, "Brush stroke", {3: (Label.DEFECT, "dent")}))
    dialog = shown(ExportLabelsDialog(session), qtbot)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "out"))
    (tmp_path / "out").mkdir()
    qtbot.mouseClick(dialog.write_button, LEFT)
    qtbot.waitUntil(dialog.summary.isVisible)
    assert dialog.summary.text().endswith(f"written to {tmp_path / 'out'}")
    (file,) = (path for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert np.array_equal(read_mask(file, SIZE), marks() > 0)
    qtbot.mouseClick(dialog.write_button, LEFT)
    qtbot.waitUntil(dialog.table.isVisible)
    assert "already there" in dialog.table.item(0, 1).text()
    session.do(SetMarks({3: None}, "Back to the file"))
    reading = shown(ImportLabelsDialog(session), qtbot)
    qtbot.mouseClick(reading.folder_button, LEFT)
    qtbot.waitUntil(reading.import_button.isEnabled)
    qtbot.mouseClick(reading.import_button, LEFT)
    assert session.project.masks[3] == PackedMask.of(marks())


@pytest.mark.parametrize(("key", "file"), [("coco", "annotations.json"), ("csv", "labels.csv")])
def test_the_format_is_chosen(session, tmp_path, qtbot, key, file):
    dialog = shown(ExportLabelsDialog(session), qtbot)
    qtbot.mouseClick(dialog.formats.button(key), LEFT)
    assert file in dialog.text.text()
    dialog.write(tmp_path / "out")
    qtbot.waitUntil(dialog.summary.isVisible)
    assert (tmp_path / "out" / file).exists()
    assert dialog.cancel_button.text() == "Close"


def test_a_broken_file_is_told_and_another_can_be_chosen(session, tmp_path, qtbot):
    (tmp_path / "x.json").write_text("{")
    dialog = shown(ImportLabelsDialog(session), qtbot)
    with qtbot.waitSignal(session.problem) as told:
        dialog.read(tmp_path / "x.json")
    assert "broken" in told.args[0].message
    assert not dialog.import_button.isEnabled()
    assert dialog.file_button.isEnabled()
    qtbot.waitUntil(lambda: not dialog.bar.isVisible())


def test_both_stand_in_the_file_menu():
    rows = {row.name: row for row in ROWS}
    assert rows["import_labels"].menu == rows["export_labels"].menu == "file"
    assert rows["import_labels"].needs == "writable"
