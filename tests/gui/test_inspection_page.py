"""The Inspect page: what it shows of a picture, and what a person's acts ask of the session."""

from dataclasses import replace
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from core.images.framing import Framing
from core.project.model import Kind, Label
from gui.canvas.canvas import State
from gui.jobs.thumbnails import ThumbnailLoader
from gui.panels.inspection import InspectionPanel
from gui.session.events import Job
from tests.fakes_gui import FakeSession, draw_flange, draw_heat, project_in_memory

SIZE = (256, 306)
SCORES = [21.8, 9.8, None, 13.6, 8.0]


@pytest.fixture
def session(tmp_path):
    return FakeSession(project_in_memory(tmp_path, SCORES, troubles={5: "IMG_0005.png is cut short."}))


@pytest.fixture
def page(qtbot, session):
    loader = ThumbnailLoader(None)
    widget = InspectionPanel(session, thumbnails=loader)
    qtbot.addWidget(widget)
    widget.resize(1100, 640)
    widget.show()
    qtbot.waitExposed(widget)
    widget.activateWindow()
    yield widget
    loader.close()


def inspect(session, sample, *, scratch=True):
    photo = draw_flange(SIZE, seed=sample, scratch=scratch)
    session.inspected.emit(SimpleNamespace(sample_id=sample, photo=photo, inspection=None))
    found = SimpleNamespace(heat=draw_heat(scratch, seed=sample, size=SIZE), placement=Framing().place(SIZE))
    session.inspected.emit(SimpleNamespace(sample_id=sample, photo=photo, inspection=found))


def test_it_begins_with_the_most_suspicious_picture(page, session):
    assert session.selected == 1
    assert page.verdict.word.text() == "NG"
    assert page.verdict.score.text() == "score 21.8"
    assert page.verdict.limit.text() == "limit 15.0"


def test_the_first_pictures_of_a_project_are_shown_as_they_come(page, session, tmp_path, qtbot):
    full = session.project
    session.project = project_in_memory(tmp_path, [])
    session.selected = None
    session.tell((), Kind.PROJECT)
    assert session.selected is None
    session.project.samples.update(full.samples)
    session.tell(full.samples, Kind.SAMPLES)
    qtbot.waitUntil(lambda: session.selected is not None)
    assert page.stack.currentWidget() is page.splitter


def test_photo_first_then_heat_and_regions(page, session):
    photo = draw_flange(SIZE)
    session.inspected.emit(SimpleNamespace(sample_id=1, photo=photo, inspection=None))
    assert page.canvas.state is State.PHOTO
    assert not page.canvas.has_heat
    inspect(session, 1)
    assert page.canvas.has_heat
    assert page.verdict.table.rowCount() == len(page.canvas.regions) == 1
    assert page.verdict.table.item(0, 2).text() == f"{page.canvas.regions[0].peak:.1f}"
    assert page.strip.facts.text().startswith("306 × 256 · ")


def test_results_of_other_pictures_are_not_shown(page, session):
    inspect(session, 2)
    assert page.canvas.photo_size is None


def test_a_region_is_zoomed_to(page, session, qtbot):
    inspect(session, 1)
    fitted = page.canvas.zoom
    table = page.verdict.table
    at = table.visualItemRect(table.item(0, 1)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert page.canvas.zoom > fitted
    assert f"{round(page.canvas.zoom * 100)} %" in page.strip.facts.text()


def test_it_says_which_rule_decides_when_verdict_and_regions_disagree(page, session):
    session.select(2)
    inspect(session, 2, scratch=True)
    assert page.verdict.word.text() == "OK"
    assert "although regions reach" in page.verdict.reason.text()
    session.select(1)
    inspect(session, 1, scratch=False)
    assert page.verdict.word.text() == "NG"
    assert "although no region" in page.verdict.reason.text()
    assert not page.verdict.no_regions.isHidden()


def test_moved_limits_change_verdict_and_regions_at_once(page, session):
    inspect(session, 1)
    session.set_limits(image=22.0, pixel=40.0)
    assert page.verdict.word.text() == "OK"
    assert page.verdict.limit.text() == "limit 22.0"
    assert page.verdict.table.rowCount() == 0
    assert page.canvas.regions == ()


@pytest.mark.parametrize(
    ("key", "label"), [(Qt.Key.Key_G, Label.GOOD), (Qt.Key.Key_D, Label.DEFECT), (Qt.Key.Key_U, Label.UNDECIDED)]
)
@pytest.mark.parametrize("place", ["gallery", "canvas", "table"])
def test_one_key_labels_wherever_the_focus_is(page, session, qtbot, key, label, place):
    widget = {"gallery": page.gallery.view, "canvas": page.canvas, "table": page.verdict.table}[place]
    widget.setFocus()
    qtbot.keyClick(widget, key)
    assert session.asked[-1] == ("set_label", frozenset({1}), label)
    assert session.selected == 1


def test_keys_are_letters_in_the_filter(page, session, qtbot):
    page.gallery.words.setFocus()
    qtbot.keyClicks(page.gallery.words, "gdu")
    assert page.gallery.words.text() == "gdu"
    assert all(act[0] != "set_label" for act in session.asked)


def test_buttons_label_and_show_the_label(page, session, qtbot):
    qtbot.mouseClick(page.verdict.labels.button("defect"), Qt.MouseButton.LeftButton)
    assert session.asked[-1] == ("set_label", frozenset({1}), Label.DEFECT)
    assert page.verdict.labels.current() == "defect"
    qtbot.mouseClick(page.verdict.labels.button("undecided"), Qt.MouseButton.LeftButton)
    assert session.project.samples[1].label is Label.UNDECIDED
    assert page.verdict.labels.current() == ""


def test_several_selected_pictures_are_labelled_together(page, session, qtbot):
    page.gallery.view.selectAll()
    qtbot.keyClick(page.gallery.view, Qt.Key.Key_G)
    assert session.asked[-1] == ("set_label", frozenset({1, 2, 3, 4, 5}), Label.GOOD)


def test_it_goes_on_after_labelling_only_when_asked_to(page, session, qtbot):
    qtbot.keyClick(page.gallery.view, Qt.Key.Key_D)
    assert session.selected == 1
    page.verdict.advance.setChecked(True)
    qtbot.keyClick(page.gallery.view, Qt.Key.Key_D)
    assert session.selected == 4
    qtbot.keyClick(page.gallery.view, Qt.Key.Key_G)
    assert session.selected == 2


def test_the_label_of_a_read_only_project_does_not_change(page, session):
    session.project.read_only = True
    page.label_selected(Label.GOOD)
    assert all(act[0] != "set_label" for act in session.asked)


def test_arrows_step_while_the_photo_is_whole_and_pan_when_it_is_not(page, session, qtbot):
    inspect(session, 1)
    page.canvas.setFocus()
    page.canvas.zoom_by(30)
    qtbot.keyClick(page.canvas, Qt.Key.Key_Down)
    assert session.selected == 1
    qtbot.keyClick(page.canvas, Qt.Key.Key_F)
    qtbot.keyClick(page.canvas, Qt.Key.Key_Down)
    assert session.selected == 4
    qtbot.keyClick(page.canvas, Qt.Key.Key_PageUp)
    assert session.selected == 1


def test_the_viewers_keys_work_from_the_gallery(page, session, qtbot):
    inspect(session, 1)
    page.gallery.view.setFocus()
    qtbot.keyClick(page.gallery.view, Qt.Key.Key_1)
    assert page.canvas.zoom == 1.0
    qtbot.keyClick(page.gallery.view, Qt.Key.Key_H)
    assert not page.strip.heat_button.isChecked()
    qtbot.keyClick(page.gallery.view, Qt.Key.Key_H)
    qtbot.keyPress(page.gallery.view, Qt.Key.Key_B)
    assert not page.canvas.heat_shown
    qtbot.keyRelease(page.gallery.view, Qt.Key.Key_B)
    assert page.canvas.heat_shown
    qtbot.keyClick(page.gallery.view, Qt.Key.Key_C)
    assert not page.strip.contours_button.isChecked()


def test_an_unreadable_picture_says_why(page, session):
    session.select(5)
    assert page.canvas.state is State.ERROR
    assert "cut short" in page.canvas.accessibleDescription()
    assert page.verdict.stack.currentWidget() is page.verdict.missing


def test_a_picture_without_score_offers_to_inspect(page, session, qtbot):
    session.select(3)
    assert page.verdict.stack.currentWidget() is page.verdict.missing
    qtbot.mouseClick(page.verdict.missing.button, Qt.MouseButton.LeftButton)
    assert session.asked[-1] == ("inspect_all", frozenset({3}))
    session.set_score(3, 30.0)
    assert page.verdict.word.text() == "NG"


def test_without_a_model_it_leads_to_training(page, session, qtbot):
    session.project.active_model = None
    session.tell((), Kind.ACTIVE_MODEL)
    with qtbot.waitSignal(page.page_requested) as asked:
        qtbot.mouseClick(page.verdict.missing.button, Qt.MouseButton.LeftButton)
    assert asked.args == ["train"]


def test_without_pictures_it_asks_for_some(page, session, tmp_path, qtbot, monkeypatch):
    session.project = project_in_memory(tmp_path, [])
    session.selected = None
    session.tell((), Kind.PROJECT)
    assert page.stack.currentWidget() is page.empty
    picked = str(tmp_path / "检测.png")
    monkeypatch.setattr("gui.panels.inspection.QFileDialog.getOpenFileNames", lambda *_: ([picked], ""))
    qtbot.mouseClick(page.empty.button, Qt.MouseButton.LeftButton)
    assert session.asked[-1] == ("add_files", [tmp_path / "检测.png"])


def test_without_a_project_it_leads_to_the_data(qtbot):
    loader = ThumbnailLoader(None)
    page = InspectionPanel(FakeSession(None), thumbnails=loader)
    qtbot.addWidget(page)
    assert page.stack.currentWidget() is page.empty
    with qtbot.waitSignal(page.page_requested) as asked:
        page.empty.button.click()
    assert asked.args == ["data"]


def test_the_outline_of_a_labelled_mask(page, session, tmp_path, qtbot):
    mask = np.zeros(SIZE, np.uint8)
    mask[40:80, 60:100] = 255
    cv2.imwrite(str(tmp_path / "mask.png"), mask)
    assert not page.strip.mask_button.isVisible()
    session.project.samples[1] = replace(session.project.samples[1], mask=tmp_path / "mask.png")
    session.select(2)
    session.select(1)
    assert page.strip.mask_button.isVisible()
    inspect(session, 1)
    page.strip.mask_button.click()
    qtbot.waitUntil(lambda: not page.canvas.outlines.isEmpty())
    assert page.canvas.outlines.boundingRect().getRect() == pytest.approx((60.5, 40.5, 39, 39))
    page.strip.mask_button.click()
    assert page.canvas.outlines.isEmpty()


def test_colours_and_opacity_reach_the_canvas(page, session):
    inspect(session, 1)
    before = list(page.canvas.table)
    page.strip.opacity.setValue(20)
    assert page.canvas.table != before
    page.strip.colours_button.menu().actions()[2].trigger()
    assert page.strip.colours_button.menu().actions()[2].isChecked()
    assert page.canvas.colours == "turbo"


def test_a_picture_that_cannot_be_read_is_named_once(page, session, monkeypatch):
    told = []
    monkeypatch.setattr(page.canvas, "show_error", lambda title, text: told.append((title, text)))
    session.select(5)
    assert told[-1] == ("This picture cannot be read", "IMG_0005.png is cut short.")
    session.project.samples[5] = replace(session.project.samples[5], trouble="It is cut short.")
    session.select(4)
    session.select(5)
    assert told[-1] == ("IMG_0005.png cannot be read", "It is cut short.")


def test_while_the_first_model_is_trained_it_says_so(page, session, tmp_path):
    session.project = project_in_memory(tmp_path, [1.0], model=False)
    session.tell((), Kind.PROJECT)
    missing = page.verdict.missing
    texts = lambda: [label.text() for label in missing.findChildren(QLabel)]  # noqa: E731
    assert "Train a model first" in texts()
    session.job_changed.emit(Job("train", "Training"))
    assert "A model is being trained" in texts()
    assert "Train a model first" not in texts()
    session.job_changed.emit(Job("train", "Training", "cancelled"))
    assert "Train a model first" in texts()
