"""The Data page: what is there, said rightly; roles and labels by keys; removing can be undone."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest

from core.images.area import EVERYWHERE
from core.project.edits import AddModel, RemoveSamples, SampleFacts, SetFacts, SetRoles, SetTroubles
from core.project.model import Label, ModelRecord, Role
from core.scoring.thresholds import Calibration, Threshold
from gui.panels.area import AreaDialog
from gui.panels.data import DataPage
from gui.panels.gallery_model import Choice, Filter
from gui.panels.sample_table import Column
from gui.panels.training import TrainPage
from gui.session.session import Session
from gui.settings import Preferences
from tests.textures import good_part, write_dataset, write_png
from tests.windows import MODEL, open_session


@pytest.fixture
def session(qapp, tmp_path):
    session = open_session(tmp_path, train=3, good=2, defect=2)
    yield session
    assert session.close(10_000)


@pytest.fixture
def page(qtbot, session):
    page = DataPage(session)
    qtbot.addWidget(page)
    page.resize(1290, 660)
    page.show()
    page.view_control.button("list").click()
    return page


def texts(page, column):
    return [page.model.index(row, column).data() for row in range(page.model.rowCount())]


def press(page, key):
    QTest.keyClick(page.table, key)


def test_an_empty_project_offers_one_thing(qtbot, tmp_path):
    session = open_session(tmp_path, train=0)
    page = DataPage(session)
    qtbot.addWidget(page)
    assert page.stack.currentWidget() is page.empty
    assert session.close(10_000)


def test_no_project_is_an_empty_page(qtbot):
    session = Session(Preferences())
    page = DataPage(session)
    qtbot.addWidget(page)
    assert page.stack.currentWidget() is page.empty
    assert session.close(10_000)


def test_rows_and_counts_are_those_of_the_project(page):
    assert page.model.rowCount() == 7
    assert texts(page, Column.LABEL) == ["Good"] * 5 + ["Defect"] * 2
    assert texts(page, Column.ROLE) == ["Train"] * 3 + ["Tune"] * 4
    assert page.counts.accessibleDescription().startswith("Good 3 2; Defect 0 2; Undecided 0 0")
    assert ("Pictures", "7") in page.files.texts()
    assert ("64 × 64", "7") in page.files.texts()


def test_what_changes_out_of_sight_is_counted_when_the_page_comes_up(qtbot, page, session):
    page.hide()
    session.set_label([1, 2], Label.UNDECIDED)
    page.show()
    assert page.counts.accessibleDescription().startswith("Good 1 2; Defect 0 2; Undecided 2 0")


def test_a_folder_is_recognised(qtbot, tmp_path):
    session = open_session(tmp_path / "p", train=0)
    page = DataPage(session)
    qtbot.addWidget(page)
    page.show()
    layout = write_dataset(tmp_path / "set", train=3, good=2, defect=1, size=(48, 64))
    session.add_folder(layout.root)
    qtbot.waitUntil(lambda: page.model.rowCount() == 6, timeout=10_000)
    qtbot.waitUntil(lambda: ("Layout", "MVTec AD") in page.files.texts(), timeout=10_000)
    qtbot.waitUntil(lambda: ("64 × 48", "6") in page.files.texts(), timeout=10_000)
    assert ("With a mask", "1") in page.files.texts()
    assert session.close(10_000)


def test_bit_depths_are_told(qtbot, tmp_path):
    session = open_session(tmp_path / "p", train=0)
    page = DataPage(session)
    qtbot.addWidget(page)
    page.show()
    for name, depth in (("a", np.uint8), ("b", np.uint8)):
        write_png(tmp_path / "set" / f"{name}.png", np.full((48, 64), 100, depth))
    session.add_folder(tmp_path / "set")
    qtbot.waitUntil(lambda: ("Bit depth", "8-bit") in page.files.texts(), timeout=10_000)
    deep = write_png(tmp_path / "c.png", np.full((48, 64), 40_000, np.uint16))
    session.add_files([deep])
    qtbot.waitUntil(lambda: ("16-bit", "1") in page.files.texts(), timeout=10_000)
    assert ("8-bit", "2") in page.files.texts()
    assert sorted(texts(page, Column.DEPTH)) == ["16-bit", "8-bit", "8-bit"]
    assert session.close(10_000)


def test_labels_and_roles_by_keys_and_undo(page, session):
    page.table.setFocus()
    page.table.selectRow(0)
    press(page, Qt.Key.Key_D)
    assert session.project.samples[1].label is Label.DEFECT
    press(page, Qt.Key.Key_N)
    assert session.project.samples[1].role is Role.TUNE
    assert texts(page, Column.LABEL)[0] == "Defect"
    assert page.selected() == [1]
    press(page, Qt.Key.Key_H)
    assert session.project.samples[1].role is Role.HOLD_OUT
    assert texts(page, Column.ROLE)[0] == "Hold-out"
    for _ in range(3):
        session.undo()
    assert session.project.samples[1].label is Label.GOOD
    assert texts(page, Column.ROLE)[0] == "Train"


def test_removed_pictures_come_back(page, session):
    page.table.setFocus()
    page.table.selectRow(1)
    press(page, Qt.Key.Key_Delete)
    assert page.model.rowCount() == 6
    assert 2 not in session.project.samples
    session.undo()
    assert page.model.rowCount() == 7
    assert session.project.samples[2].path.exists()


@pytest.mark.parametrize("view", ["list", "gallery"])
def test_removed_pictures_that_come_back_are_selected_and_in_sight(qtbot, tmp_path, view):
    session = open_session(tmp_path, train=120)
    page = DataPage(session)
    qtbot.addWidget(page)
    page.resize(1290, 500)
    page.show()
    page.view_control.button(view).click()
    qtbot.wait(20)
    session.do(RemoveSamples([90, 95]))
    page.table.selectRow(2)
    page.view.scrollToTop()
    session.undo()
    qtbot.wait(20)
    assert sorted(page.selected()) == [90, 95]
    place = page.model.index(page.model.place_of(90), 0)
    assert page.view.visualRect(place).intersects(page.view.viewport().rect())
    session.redo()
    session.do(SetRoles([3], Role.TUNE))
    assert page.selected() == []
    assert session.close(10_000)


def test_the_menu_does_what_it_says(page, session):
    page.table.selectRow(6)
    menu = page.context_menu()
    next(action for action in menu.actions() if action.text().startswith("Good")).trigger()
    assert session.project.samples[7].label is Label.GOOD
    menu.deleteLater()


def test_the_keyboard_walks_from_left_to_right(page):
    page.activateWindow()
    page.add_files_button.setFocus()
    walked = []
    for _ in range(4):
        QTest.keyClick(page.window().focusWidget(), Qt.Key.Key_Tab)
        walked.append(page.window().focusWidget())
    assert walked[:2] == [page.filter, page.search]
    assert page.view_control.isAncestorOf(walked[2])
    assert walked[3] is page.view


def test_filters(qtbot, page):
    page.filter.pick(Choice(frozenset({Filter.LABELLED_DEFECT})))
    assert texts(page, Column.LABEL) == ["Defect", "Defect"]
    assert page.shown.text() == "2 of 7"
    page.filter.pick(Choice(roles=frozenset({Role.TRAIN})))
    assert texts(page, Column.ROLE) == ["Train"] * 3
    page.search.setText("GOOD_00")
    qtbot.waitUntil(lambda: page.shown.text() == "3 of 7")
    press(page, Qt.Key.Key_Escape)
    assert page.model.rowCount() == 7
    assert page.shown.text() == ""


@pytest.mark.parametrize("view", ["list", "gallery"])
def test_a_filter_shows_its_first_picture_or_the_selected_one(qtbot, tmp_path, view):
    session = open_session(tmp_path, train=60, defect=60)
    page = DataPage(session)
    qtbot.addWidget(page)
    page.resize(1290, 500)
    page.show()
    page.view_control.button(view).click()
    page.view.setFocus()
    page.filter.pick(Choice(frozenset({Filter.LABELLED_DEFECT})))
    qtbot.wait(20)
    assert page.view.indexAt(page.view.viewport().rect().topLeft() + QPoint(9, 9)).row() == 0
    page.show_all()
    last = page.model.index(119, 0)
    page.table.selectionModel().setCurrentIndex(last, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    page.filter.pick(Choice(roles=frozenset({Role.TUNE})))
    qtbot.wait(20)
    assert page.selected() == [120]
    assert page.view.visualRect(page.model.index(59, 0)).intersects(page.view.viewport().rect())
    assert session.close(10_000)


def test_unreadable_pictures_are_listed_with_the_reason(page, session):
    session.do(SetTroubles({1: "The file is cut short."}))
    page.filter.pick(Choice(frozenset({Filter.UNREADABLE})))
    assert texts(page, Column.NOTE) == ["The file is cut short."]
    assert "The file is cut short." in page.notes.toPlainText()


def test_the_gallery_and_the_list_show_the_same_with_one_selection(page, session, qtbot):
    page.view_control.button("gallery").click()
    assert page.view is page.gallery
    assert session.preferences.text("data_view") == "gallery"
    QTest.mouseClick(
        page.gallery.viewport(),
        Qt.MouseButton.LeftButton,
        pos=page.gallery.visualRect(page.model.index(1, 0)).center(),
    )
    QTest.keyClick(page.gallery, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert page.selected() == [2, 3]
    QTest.keyClick(page.gallery, Qt.Key.Key_U)
    QTest.keyClick(page.gallery, Qt.Key.Key_N)
    assert [session.project.samples[i].label for i in (1, 2, 3)] == [Label.GOOD, Label.UNDECIDED, Label.UNDECIDED]
    assert [session.project.samples[i].role for i in (1, 2, 3)] == [Role.TRAIN, Role.TUNE, Role.TUNE]
    tip = page.model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "Label: Undecided" in tip
    assert "Size: 64 × 64" in tip
    with qtbot.waitSignal(page.picture_opened):
        QTest.keyClick(page.gallery, Qt.Key.Key_Return)
    page.view_control.button("list").click()
    assert page.view is page.table
    assert page.selected() == [2, 3]
    assert {index.row() for index in page.table.selectionModel().selectedRows()} == {1, 2}


def test_the_list_sorts_by_every_column(page, session):
    session.do(SetTroubles({4: "The file is cut short."}))
    page.table.sortByColumn(Column.LABEL, Qt.SortOrder.DescendingOrder)
    assert texts(page, Column.LABEL) == ["Defect"] * 2 + ["Good"] * 5
    page.table.sortByColumn(Column.NOTE, Qt.SortOrder.DescendingOrder)
    assert texts(page, Column.NOTE)[0] == "The file is cut short."
    page.table.sortByColumn(Column.PICTURE, Qt.SortOrder.AscendingOrder)
    assert texts(page, Column.PICTURE) == sorted(texts(page, Column.PICTURE))
    page.table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
    assert [page.model.id_at(place) for place in range(7)] == [1, 2, 3, 4, 5, 6, 7]


def test_a_double_click_opens_the_picture(qtbot, page):
    where = page.table.visualRect(page.model.index(2, 0)).center()
    QTest.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    with qtbot.waitSignal(page.picture_opened) as opened:
        QTest.mouseDClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert opened.args == [3]


def test_only_readable_pictures_are_counted(page, session):
    session.do(SetTroubles({1: "The file is cut short.", 7: "The file is cut short."}))
    assert page.counts.accessibleDescription().startswith("Good 2 2; Defect 0 1; Undecided 0 0")
    assert ("Pictures", "5") in page.files.texts()
    assert ("Unreadable", "2") in page.files.texts()
    page.filter.pick(Choice(frozenset({Filter.LABELLED_GOOD})))
    assert page.model.rowCount() == 4


def test_a_trouble_tells_the_name_once(page, session):
    session.do(SetTroubles({1: "“good_000.png” is not a picture.", 2: "The file is cut short."}))
    lines = page.notes.toPlainText().split("\n")
    assert lines[1:3] == ["“good_000.png” is not a picture.", "good_001.png: The file is cut short."]


def test_all_notes_can_be_read_in_a_low_window(qtbot, page, session):
    page.resize(1290, 660)
    page.notes.moveCursor(QTextCursor.MoveOperation.End)  # as somebody leaves it who has read it
    long = "“" + "very_long_name_" * 8 + ".png” is not a picture that can be read here."
    session.do(SetTroubles(dict.fromkeys(range(1, 8), long)))
    bar = page.notes.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    qtbot.waitUntil(lambda: page.notes.height() >= 3 * page.notes.fontMetrics().lineSpacing())
    assert page.notes.horizontalScrollBar().maximum() == 0
    assert bar.value() == 0
    card = page.notes_card
    assert card.rect().contains(page.notes.geometry())
    assert card.parentWidget().rect().contains(card.geometry())
    session.do(SetTroubles(dict.fromkeys(range(1, 8), "")))
    qtbot.waitUntil(lambda: bar.maximum() == 0)
    qtbot.waitUntil(lambda: page.notes.height() < 120)


def test_the_layout_stays_when_a_picture_joins_and_a_folder_twice_is_told(qtbot, tmp_path):
    session = open_session(tmp_path / "p", train=0)
    page = DataPage(session)
    qtbot.addWidget(page)
    page.show()
    layout = write_dataset(tmp_path / "set", train=3, good=2, defect=1, size=(48, 64))
    session.add_folder(layout.root)
    qtbot.waitUntil(lambda: ("Layout", "MVTec AD") in page.files.texts(), timeout=10_000)
    session.add_folder(layout.root)
    qtbot.waitUntil(lambda: "All 6 pictures are in the project already" in page.notes.toPlainText(), timeout=10_000)
    session.add_files([write_png(tmp_path / "more.png", good_part(9, (64, 64)))])
    qtbot.waitUntil(lambda: page.model.rowCount() == 7, timeout=10_000)
    qtbot.waitUntil(lambda: not session.job("discover").active, timeout=10_000)
    assert ("Layout", "MVTec AD") in page.files.texts()
    assert "already" not in page.notes.toPlainText()
    assert session.close(10_000)


def test_file_dialogs_begin_where_the_last_one_was(page, session, tmp_path, monkeypatch):
    begun = []
    picked = tmp_path / "pictures" / "good_000.png"

    def folder(_parent, _title, begin):
        begun.append(begin)
        return str(tmp_path / "pictures")

    def files(_parent, _title, begin):
        begun.append(begin)
        return [str(picked)], ""

    monkeypatch.setattr("gui.panels.data.QFileDialog.getExistingDirectory", folder)
    monkeypatch.setattr("gui.panels.data.QFileDialog.getOpenFileNames", files)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    page.choose_files()
    page.choose_folder()
    session.preferences.set_folder(elsewhere)
    page.choose_folder()
    session.preferences.set_folder(tmp_path / "gone")
    page.choose_folder()
    project = str(session.project.path.parent)
    assert begun == [project, str(tmp_path / "pictures"), str(elsewhere), project]


def test_a_read_only_project_is_not_changed_and_says_why(page, session, monkeypatch):
    monkeypatch.setattr(type(session), "why_read_only", "It is open in another window.")
    session.project.read_only = True
    page.refresh()
    page.table.selectRow(0)
    page.table.setFocus()
    for key in (Qt.Key.Key_D, Qt.Key.Key_N, Qt.Key.Key_Delete):
        press(page, key)
    assert session.project.samples[1].label is Label.GOOD
    assert session.project.samples[1].role is Role.TRAIN
    assert not page.add_folder_button.isEnabled()
    assert page.add_folder_button.toolTip() == "It is open in another window."
    assert page.add_files_button.isEnabled()
    menu = page.context_menu()
    assert menu.toolTipsVisible()
    for action in menu.actions():
        if not action.isSeparator():
            allowed = action.text().startswith("Show")
            assert action.isEnabled() is allowed
            assert (action.toolTip() == "It is open in another window.") is not allowed
    session.project.read_only = False
    page.refresh()
    press(page, Qt.Key.Key_D)
    assert session.project.samples[1].label is Label.DEFECT


@pytest.mark.parametrize("width", [930, 1600])
def test_names_keep_their_room_and_their_ends(qtbot, page, width):
    page.resize(width, 540)
    qtbot.waitUntil(lambda: page.table.viewport().width() < width)
    assert page.table.columnWidth(Column.PICTURE) >= 280
    shown = sum(page.table.columnWidth(column) for column in Column)
    assert shown >= page.table.viewport().width() - 1


def test_the_area_is_drawn_once_for_the_project(qtbot, page, session):
    assert page.area_text.text() == "The whole picture"
    QTest.mouseClick(page.area_button, Qt.MouseButton.LeftButton)
    (dialog,) = page.window().findChildren(AreaDialog)
    qtbot.waitUntil(lambda: dialog.editor._photo is not None)
    qtbot.waitExposed(dialog)
    shown = dialog.editor.rect_shown()
    for send, place in (
        (QTest.mousePress, shown.topLeft()),
        (QTest.mouseRelease, QPointF(shown.center().x(), shown.bottom())),
    ):
        send(dialog.editor, Qt.MouseButton.LeftButton, pos=place.toPoint())
    QTest.mouseClick(dialog.use_button, Qt.MouseButton.LeftButton)
    assert "50 %" in page.area_text.text()
    assert "train again" not in page.area_text.text()
    area = session.project.area
    assert area.include[0][2][0] == pytest.approx(0.5, abs=0.01)
    train_page = TrainPage(session)
    qtbot.addWidget(train_page)
    assert train_page.recipe.framing.area == area
    assert session.undo_stack.undoText() == "Draw the area"
    record = ModelRecord(MODEL, "Now", "padim", Path("x"), "2026-11-21T05:00:00+00:00", {"recipe": {"area": None}})
    session.do(AddModel(record, Calibration(Threshold(10.0), Threshold(8.0), 0.0, 20.0)))
    assert "train again" in page.area_text.text()
    session.undo()
    assert "train again" not in page.area_text.text()
    session.undo()
    assert page.area_text.text() == "The whole picture"
    assert train_page.recipe.framing.area == EVERYWHERE


def test_a_leak_between_training_and_tuning_is_told(page, session):
    first, *_, last = session.project.samples.values()
    facts = {i: SampleFacts((64, 64), "a" * 64, "", "", 8) for i in (first.id, last.id)}
    session.do(SetFacts(facts))
    assert "both learned from and judged" in page.notes.toPlainText()


def test_the_list_shows_each_picture_small(qtbot, page, session):
    page.view_control.button("list").click()
    index = page.model.index(0, int(Column.PICTURE))
    place = page.table.visualRect(index)

    def tones():
        """Return how many colours there are left of the name, above the line that it is written in."""
        above = QRect(place.left(), place.top(), place.height(), (place.height() - page.fontMetrics().height()) // 2)
        image = page.table.viewport().grab(above).toImage()
        return len({image.pixel(x, y) for x in range(image.width()) for y in range(image.height())})

    qtbot.waitUntil(lambda: tones() > 20, timeout=10_000)
