"""The Inspect page: what it shows of a picture, and what a person's acts ask of the session."""

from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel

from core.images.framing import Framing
from core.project.model import Kind, Label, Sample
from gui.app import Language
from gui.canvas.canvas import State
from gui.jobs.thumbnails import ThumbnailLoader
from gui.panels.defect_types import TypeBox
from gui.panels.gallery_model import Filter
from gui.panels.inspection import InspectionPanel
from gui.session.events import Added, Job
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
    widget.resize(1400, 640)
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


def test_a_picture_that_the_model_has_learnt_from_says_so(page, session):
    assert not page.verdict.learnt.isVisible()
    session.learnt_from = {4}
    session.select(4)
    assert page.verdict.learnt.isVisible()
    session.select(1)
    assert not page.verdict.learnt.isVisible()


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


@pytest.mark.parametrize("place", ["gallery", "canvas", "words"])
def test_esc_ends_a_filter_wherever_the_focus_is_but_drops_a_tool_first(page, session, qtbot, place):
    inspect(session, 1)
    page.gallery.show_only(Filter.NG)
    page.gallery.words.setText("img")
    page.marking.choose("polygon")
    where = {"gallery": page.gallery.view, "canvas": page.canvas, "words": page.gallery.words}[place]
    where.setFocus()
    qtbot.keyClick(where, Qt.Key.Key_Escape)
    assert page.marking.tool is None
    assert page.gallery.model.rowCount() == 1
    qtbot.keyClick(where, Qt.Key.Key_Escape)
    assert page.gallery.model.rowCount() == 5
    assert page.gallery.words.text() == ""


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


def test_the_mask_of_a_labelled_picture(page, session, tmp_path, qtbot):
    mask = np.zeros(SIZE, np.uint8)
    mask[40:80, 60:100] = 255
    cv2.imwrite(str(tmp_path / "mask.png"), mask)
    assert not page.strip.mask_button.isVisible()
    session.project.samples[1] = session.project.samples[1]._replace(mask=tmp_path / "mask.png")
    session.select(2)
    session.select(1)
    assert page.strip.mask_button.isVisible()
    inspect(session, 1)
    page.strip.mask_button.click()
    qtbot.waitUntil(lambda: page.canvas.marks is not None)
    assert np.array_equal(page.canvas.marks.drawn.pixels, mask // 255)
    page.strip.mask_button.click()
    assert page.canvas.marks is None


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
    session.project.samples[5] = session.project.samples[5]._replace(trouble="It is cut short.")
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


def buttons_at(page):
    page.verdict.layout().activate()
    return {w: w.mapTo(page, w.rect().topLeft()) for w in (page.verdict.labels, page.verdict.advance)}


def test_the_label_buttons_keep_their_place(page, session, qtbot):
    """Regions come and go, scores and models are missing: what is pressed all day does not move."""
    inspect(session, 1, scratch=True)
    place = buttons_at(page)
    region = page.canvas.regions[0]
    page.verdict.show_regions((region,) * 30, session.calibration, True)
    assert page.verdict.table.rowCount() == 30
    assert buttons_at(page) == place
    bottom = page.verdict.table.mapTo(page, page.verdict.table.rect().bottomLeft()).y()
    assert bottom < page.height()
    inspect(session, 1, scratch=False)
    assert buttons_at(page) == place
    for sample in (3, 5):
        session.select(sample)
        assert page.verdict.word.text() == "–"
        assert buttons_at(page) == place
    session.project.active_model = None
    session.tell((), Kind.ACTIVE_MODEL)
    assert buttons_at(page) == place


def test_a_score_just_over_the_limit_does_not_read_like_it(page, session):
    session.set_score(1, 15.004)
    assert page.verdict.word.text() == "NG"
    assert (page.verdict.score.text(), page.verdict.limit.text()) == ("score 15.004", "limit 15.000")


@pytest.fixture
def english(qapp):
    language = Language(qapp)
    assert language.use("en")
    yield
    language.use("none")


def dropped(session, *samples):
    session.job_changed.emit(Job("discover", "Looking", "done", result=Added("files", samples)))


def add(session, number, trouble=""):
    path = session.project.path.parent / f"new_{number}.png"
    session.project.samples[number] = Sample(number, str(path), trouble=trouble)
    session.tell((number,), Kind.SAMPLES)


def test_a_drop_leads_to_the_new_pictures(page, session, qtbot):
    page.gallery.show_only(Filter.NG)
    for number in (6, 7):
        add(session, number)
    dropped(session, 6, 7)
    assert session.selected == 6
    assert page.notice.isVisible()
    assert page.notice.text.text() == "2 pictures added"
    assert not page.notice.button.isVisible()
    qtbot.waitUntil(lambda: page.gallery.selected() == {6})
    page._notice_over.timeout.emit()
    assert not page.notice.isVisible()


def test_a_drop_tells_what_cannot_be_read_and_shows_it(page, session, qtbot):
    for number in (6, 7):
        add(session, number)
    dropped(session, 6, 7)
    session.project.samples[7] = session.project.samples[7]._replace(trouble="It is empty.")
    session.tell((7,), Kind.SAMPLES)
    assert page.notice.text.text() == "2 pictures added, 1 of them cannot be read"
    qtbot.mouseClick(page.notice.button, Qt.MouseButton.LeftButton)
    assert session.selected == 7
    assert page.gallery.which.choice.kinds == {Filter.UNREADABLE}
    assert not page.notice.isVisible()
    session.tell((7,), Kind.SAMPLES)
    assert not page.notice.isVisible()


def test_one_picture_is_not_plural_and_an_undone_drop_is_forgotten(page, session, english):
    add(session, 6)
    dropped(session, 6)
    assert page.notice.text.text() == "1 picture added"
    del session.project.samples[6]
    session.tell((6,), Kind.SAMPLES)
    assert not page.notice.isVisible()


def test_what_is_added_elsewhere_does_not_lead_here(page, session):
    page.hide()
    add(session, 6)
    dropped(session, 6)
    assert session.selected == 1
    assert page.notice.isHidden()


def test_a_missing_picture_says_so_and_asks_where_it_is(page, session, qtbot):
    session.missing = frozenset({2})
    session.missing_changed.emit()
    session.select(2)
    assert page.canvas.state is State.ERROR
    assert "not where it was" in page.canvas.accessibleDescription()
    assert page.verdict.no_regions.isHidden()
    with qtbot.waitSignal(page.locate_requested):
        qtbot.mouseClick(page.canvas.remedy, Qt.MouseButton.LeftButton)
    session.missing = frozenset()
    session.missing_changed.emit()
    assert page.canvas.state is State.LOADING
    assert session.asked[-1] == ("select", 2)  # read it again


def test_a_read_only_project_says_why_it_cannot_be_labelled(page, session, qtbot):
    buttons = [page.verdict.labels.button(key) for key in ("good", "defect", "undecided")]
    assert [button.toolTip() for button in buttons] == ["Good (G)", "Defect (D)", "Undecided (U)"]
    session.project.read_only = True
    session.why_read_only = "Another window has it open."
    session.tell((), Kind.PROJECT)
    session.select(1)
    assert not any(button.isEnabled() for button in (*buttons, page.verdict.advance))
    assert {button.toolTip() for button in (*buttons, page.verdict.advance)} == {"Another window has it open."}
    with qtbot.waitSignal(page.told) as told:
        qtbot.keyClick(page.gallery.view, Qt.Key.Key_G)
    assert told.args == ["Another window has it open."]
    session.project.read_only = False
    session.tell((), Kind.PROJECT)
    assert all(button.isEnabled() for button in buttons)
    assert buttons[0].toolTip() == "Good (G)"


@pytest.mark.parametrize("width", [952, 1500])
def test_nothing_is_cut_off_in_the_smallest_window_either(page, session, qtbot, width):
    """952 is what the smallest window leaves to the page."""
    session.project.samples[1] = session.project.samples[1]._replace(mask=session.project.path)
    session.select(1)
    page.resize(width, 520)
    qtbot.waitUntil(lambda: bool(page.strip.fit_button.text()) is (width == 1500))
    page.strip.layout().activate()
    strip = page.strip
    buttons = [strip.fit_button, strip.actual_button, strip.heat_button, strip.contours_button, strip.mask_button]
    buttons += [strip.sides_button, strip.colours_button]
    buttons += [page.verdict.labels.button(key) for key in ("good", "defect", "undecided")]
    inspect(session, 1)
    assert strip.facts.shown() == strip.facts.text() != ""
    for button in buttons:
        assert button.isVisible()
        assert button.width() >= button.sizeHint().width(), button.accessibleName()
        assert button.accessibleName() or button.text()
        inside = button.parentWidget().rect()
        assert inside.contains(button.geometry())
    assert page.width() == width


def test_what_is_being_typed_stays_while_results_come_in(qtbot):
    box = TypeBox()
    qtbot.addWidget(box)
    named = []
    box.named.connect(named.append)
    types = {"dent": QColor("red"), "scratch": QColor("blue")}
    box.show_type(types, "dent")
    assert [box.itemText(place) for place in range(box.count())] == ["dent", "scratch"]
    assert box.currentText() == "dent"
    box.lineEdit().selectAll()
    qtbot.keyClicks(box.lineEdit(), "stai")
    box.show_type(types, "dent")
    assert box.currentText() == "stai"
    qtbot.keyClick(box.lineEdit(), Qt.Key.Key_N)
    qtbot.keyClick(box.lineEdit(), Qt.Key.Key_Return)
    assert named == ["stain"]
    box.show_type(types | {"stain": QColor("green")}, "stain")
    assert box.count() == 3
    box.show_type(types, "")
    assert (box.count(), box.currentText(), box.currentIndex()) == (2, "", -1)
    box.textActivated.emit("scratch")
    assert named == ["stain", "scratch"]
