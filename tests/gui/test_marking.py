"""The mask editor, driven by mouse and keyboard on a real project; what it saves against naive drawings."""

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.images.framing import Framing
from core.progress import Ticket
from core.project.edits import AddModel, AddSamples, AddScores, SetMarks
from core.project.masks import PackedMask
from core.project.model import Label, ModelRecord, Role, Sample, Score
from core.project.storage import ProjectFile
from core.scoring.regions import regions
from core.scoring.thresholds import Calibration, Threshold
from gui.canvas.canvas import ImageCanvas
from gui.canvas.marks import COLOURS
from gui.jobs.thumbnails import ThumbnailLoader
from gui.panels.defect_types import type_colours, types_in_use
from gui.panels.inspection import InspectionPanel
from gui.session.document import open_task
from gui.session.session import Session
from gui.settings import Preferences
from tests.fakes_gui import draw_flange, draw_heat
from tests.textures import write_png

SIZE = (512, 612)
LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def session(tmp_path, qtbot):
    session = Session(Preferences())
    assert session.new_project(tmp_path / "Flange.flawsight", "Flange")
    project = session.project
    paths = [write_png(tmp_path / f"{n}.png", draw_flange(SIZE, seed=n, scratch=n == 1)) for n in (1, 2)]
    mask = np.zeros(SIZE, np.uint8)
    mask[100:150, 200:260] = 255
    cv2.imwrite(str(tmp_path / "2_mask.png"), mask)
    session.do(
        AddSamples(
            [
                Sample(1, str(paths[0]), Label.UNDECIDED, Role.TUNE, size=SIZE),
                Sample(2, str(paths[1]), Label.DEFECT, Role.TUNE, "dent", tmp_path / "2_mask.png", size=SIZE),
            ]
        )
    )
    record = ModelRecord("m1", "PatchCore", "patchcore", project.models_folder / "m1.flawmodel", "2026-01-01", {})
    session.do(AddModel(record, Calibration(Threshold(15.0), Threshold(14.2), 2.0, 28.0)))
    placement = Framing().place(SIZE)
    project.maps_folder("m1").mkdir(parents=True, exist_ok=True)
    for n in (1, 2):
        np.save(project.heat_path("m1", n), draw_heat(n == 1, seed=n))
    session.do(AddScores([Score(n, "m1", 20.0 - n, str(project.heat_path("m1", n)), 0.1, placement) for n in (1, 2)]))
    session.undo_stack.clear()
    yield session
    assert session.close()


@pytest.fixture
def page(qtbot, session):
    loader = ThumbnailLoader(None)
    widget = InspectionPanel(session, thumbnails=loader)
    qtbot.addWidget(widget)
    widget.resize(1366, 700)
    widget.show()
    qtbot.waitExposed(widget)
    widget.activateWindow()
    session.select(1)
    qtbot.waitUntil(lambda: widget.canvas.has_heat)
    yield widget
    loader.close()


class Hand:
    """A person with a mouse on the viewer; points are pixels of the picture."""

    def __init__(self, page, qtbot):
        self.canvas: ImageCanvas = page.canvas
        self.page, self.qtbot = page, qtbot

    def at(self, x, y):
        place = self.canvas._placement_in(self.canvas._panes()[0])
        return place.map(QPointF(x, y)).toPoint()

    def point(self, x, y):
        """The picture's point under the whole screen pixel that a mouse can reach."""
        place = self.canvas._placement_in(self.canvas._panes()[0]).inverted()[0]
        found = place.map(QPointF(self.at(x, y)))
        return found.x(), found.y()

    def take(self, key, target=None):
        self.qtbot.keyClick(target or self.canvas, key)
        self.qtbot.waitUntil(lambda: self.canvas.marks is not None)

    def key(self, key):
        self.qtbot.keyClick(self.canvas, key)

    def click(self, *points, held=PLAIN):
        for x, y in points:
            QTest.mouseMove(self.canvas, self.at(x, y))
            QTest.mouseClick(self.canvas, LEFT, held, self.at(x, y))

    def stroke(self, *points, held=PLAIN):
        QTest.mousePress(self.canvas, LEFT, held, self.at(*points[0]))
        for point in points[1:]:
            QTest.mouseMove(self.canvas, self.at(*point))
        QTest.mouseRelease(self.canvas, LEFT, held, self.at(*points[-1]))

    def wheel(self, x, y, notches, held=PLAIN):
        at = QPointF(self.at(x, y))
        turned = QPoint(0, 120 * notches)
        event = QWheelEvent(
            at, at, QPoint(), turned, Qt.MouseButton.NoButton, held, Qt.ScrollPhase.NoScrollPhase, False
        )
        QApplication.sendEvent(self.canvas, event)


@pytest.fixture
def hand(page, qtbot):
    return Hand(page, qtbot)


def mask_of(session, sample=1):
    return session.project.masks[sample].unpack()


def line(*points, width):
    """A naive drawing: pixels whose centres are near the line between points."""
    rows, columns = np.mgrid[0 : SIZE[0], 0 : SIZE[1]]
    p = np.stack([columns + 0.5, rows + 0.5], axis=-1)
    near = np.zeros(SIZE, bool)
    for a, b in zip(points, points[1:] or points, strict=False):
        a, b = np.array(a), np.array(b)
        length = ((b - a) ** 2).sum()
        t = np.clip(((p - a) @ (b - a)) / length, 0, 1) if length else np.zeros(SIZE)
        near |= np.linalg.norm(p - a - t[..., None] * (b - a), axis=-1) < width / 2
    return near


def labels(session, sample=1):
    kept = session.project.samples[sample]
    return kept.label, kept.defect_type


def test_the_brush_paints_and_each_stroke_is_one_step(hand, session, page):
    hand.take("p")
    hand.stroke((100, 100), (180, 100), (260, 100))
    expected = line(hand.point(100, 100), hand.point(260, 100), width=24)
    assert np.array_equal(mask_of(session), expected)
    assert labels(session) == (Label.DEFECT, "")
    assert session.undo_stack.undoText() == "Brush stroke"
    assert session.undo_stack.count() == 1
    hand.stroke((100, 300), (150, 300))
    assert session.undo_stack.count() == 2
    both = mask_of(session)
    session.undo()
    assert np.array_equal(mask_of(session), expected)
    assert np.array_equal(page.canvas.marks.drawn.pixels, expected)
    session.undo()
    assert 1 not in session.project.masks
    assert labels(session) == (Label.UNDECIDED, "")
    assert not page.canvas.marks.drawn.pixels.any()
    session.redo()
    session.redo()
    assert np.array_equal(page.canvas.marks.drawn.pixels, both)


def test_strokes_are_in_the_file_as_soon_as_it_says_so(hand, session, qtbot):
    hand.take("p")
    hand.stroke((100, 100), (180, 100))
    path, kept = session.project.path, mask_of(session)
    assert session.saved == "Saving…"
    qtbot.waitUntil(lambda: session.saved == "All changes saved")
    copy = path.with_name("copy.flawsight")
    copy.write_bytes(path.read_bytes())
    file = ProjectFile.open(copy)
    assert np.array_equal(file.project.masks[1].unpack(), kept)
    file.close()


def test_a_stroke_that_cannot_be_saved_goes_from_the_screen_and_can_be_made_again(hand, session, page, qtbot):
    hand.take("p")
    hand.stroke((100, 100), (180, 100))
    qtbot.waitUntil(lambda: session.saved == "All changes saved")
    kept, told = mask_of(session).copy(), []
    session.problem.connect(told.append)
    session._document._file._connection.execute("PRAGMA query_only=ON")
    hand.stroke((100, 300), (180, 300))
    assert page.canvas.marks.drawn.pixels[300, 140]
    qtbot.waitUntil(lambda: bool(told))
    assert "could not be saved" in told[0].message
    assert np.array_equal(page.canvas.marks.drawn.pixels, kept)
    assert np.array_equal(mask_of(session), kept)
    session._document._file._connection.execute("PRAGMA query_only=OFF")
    session.redo()
    assert page.canvas.marks.drawn.pixels[300, 140]
    qtbot.waitUntil(lambda: session.saved == "All changes saved")


def test_a_stroke_is_smooth_between_the_points_of_the_mouse(hand, session):
    hand.take("p")
    points = [(300 + 100 * np.cos(t), 250 + 100 * np.sin(t)) for t in np.linspace(0, np.pi, 7)]
    hand.stroke(*points)
    mask = mask_of(session)
    rows, columns = np.nonzero(mask)
    away = np.abs(np.hypot(columns + 0.5 - 300, rows + 0.5 - 250) - 100)
    straight = line(*points, width=24)
    rows, columns = np.nonzero(straight)
    assert away.max() < 12 + 9  # curves cut the corners less than half as far as the mouse's own steps would miss them
    assert cv2.connectedComponents(mask)[0] == 2


def test_shift_draws_a_straight_line_from_the_last_point(hand, session):
    hand.take("p")
    hand.click((100, 100))
    hand.click((400, 300), held=SHIFT)
    expected = line(hand.point(100, 100), hand.point(400, 300), width=24)
    assert np.array_equal(mask_of(session), expected)
    assert session.undo_stack.count() == 2


def test_the_eraser_takes_marks_away_and_leaves_the_label(hand, session):
    hand.take("p")
    hand.stroke((100, 100), (260, 100))
    hand.take("e")
    hand.stroke((180, 60), (180, 140))
    expected = line(hand.point(100, 100), hand.point(260, 100), width=24)
    expected &= ~line(hand.point(180, 60), hand.point(180, 140), width=24)
    assert np.array_equal(mask_of(session), expected)
    assert session.undo_stack.undoText() == "Eraser stroke"
    hand.stroke((80, 100), (280, 100))
    hand.stroke((80, 108), (280, 108))
    hand.stroke((80, 92), (280, 92))
    assert not session.project.masks[1].marked
    assert labels(session) == (Label.DEFECT, "")


def test_the_eraser_where_nothing_is_marked_is_no_step(hand, session):
    hand.take("e")
    hand.stroke((100, 100), (260, 100))
    assert session.undo_stack.count() == 0
    assert labels(session) == (Label.UNDECIDED, "")


def test_size_by_keys_wheel_and_slider(hand, session, page):
    hand.take("p")
    brush, slider = page.marking.brush, page.marking.options.width_slider
    assert (brush.diameter, slider.value()) == (24, 24)
    hand.key("]")
    assert brush.diameter == slider.value() == 28
    hand.key("[")
    assert brush.diameter == 24
    zoom = page.canvas.zoom
    hand.wheel(200, 200, 2, Qt.KeyboardModifier.ControlModifier)
    assert brush.diameter == slider.value() == 32
    assert page.canvas.zoom == zoom
    slider.field.setValue(9)
    assert brush.diameter == 9
    hand.click((200, 200))
    assert np.array_equal(mask_of(session), line(hand.point(200, 200), width=9))
    for _ in range(30):
        hand.key("[")
    assert brush.diameter == 1
    assert page.marking.eraser.diameter == 24


def test_the_wheel_zooms_and_space_or_the_middle_button_pans_while_drawing(hand, session, page):
    hand.take("p")
    hand.wheel(300, 250, 8)
    assert page.canvas.zoom > 2
    for button, key in ((LEFT, Qt.Key.Key_Space), (Qt.MouseButton.MiddleButton, None)):
        before = page.canvas._view.centre
        at = hand.at(300, 250)
        if key is not None:
            QTest.keyPress(page.canvas, key)
        QTest.mousePress(page.canvas, button, PLAIN, at)
        QTest.mouseMove(page.canvas, at + QPoint(60, 40))
        QTest.mouseRelease(page.canvas, button, PLAIN, at + QPoint(60, 40))
        if key is not None:
            QTest.keyRelease(page.canvas, key)
        assert page.canvas._view.centre != before
    assert session.undo_stack.count() == 0
    hand.click((300, 250))
    assert np.array_equal(mask_of(session), line(hand.point(300, 250), width=24))


def test_a_polygon_is_closed_by_enter_a_double_click_or_its_first_point(hand, session):
    hand.take("l")
    corners = [(100, 100), (300, 120), (220, 300)]
    expected = np.zeros(SIZE, np.uint8)
    cv2.fillPoly(expected, [np.array(corners, np.int32)], 1)
    for close in ("enter", "double", "first"):
        hand.click(*corners)
        if close == "enter":
            hand.key(Qt.Key.Key_Return)
        elif close == "double":
            QTest.mouseDClick(hand.canvas, LEFT, PLAIN, hand.at(*corners[-1]))
        else:
            hand.click((101, 99))
        mask = mask_of(session)
        assert (mask != expected).sum() < 600  # whole screen pixels: the border is off by less than one
        assert cv2.erode(expected, np.ones((5, 5)))[mask == 0].sum() == 0
        assert session.undo_stack.undoText() == "Polygon"
        assert session.undo_stack.count() == 1
        session.undo()


def test_backspace_takes_the_last_point_back_and_esc_drops_all(hand, session, page):
    hand.take("l")
    hand.click((100, 100), (300, 120), (220, 300), (600, 500))
    hand.key(Qt.Key.Key_Backspace)
    hand.key(Qt.Key.Key_Enter)
    assert not mask_of(session)[350:].any()
    assert mask_of(session)[150, 200]
    hand.click((100, 100), (300, 120), (220, 300))
    hand.key(Qt.Key.Key_Escape)
    assert page.marking.tool is not None
    hand.key(Qt.Key.Key_Return)
    assert session.undo_stack.count() == 1
    hand.key(Qt.Key.Key_Escape)
    assert page.marking.tool is None
    assert page.marking.rail.buttons["look"].isChecked()


def test_fill_marks_the_inside_of_an_outline_and_says_where_there_is_none(hand, session, page, qtbot):
    hand.take("p")
    for _ in range(8):
        hand.key("[")
    corners = [(200, 200), (300, 200), (300, 300), (200, 300), (200, 200)]
    hand.click(corners[0])
    for corner in corners[1:]:
        hand.click(corner, held=SHIFT)
    hand.take("k")
    hand.click((250, 250))
    assert mask_of(session)[200:300, 200:300].all()
    assert session.undo_stack.undoText() == "Fill"
    with qtbot.waitSignal(page.told) as told:
        hand.click((20, 20))
    assert "not enclosed" in told.args[0]


def test_the_wand_takes_the_region_under_the_pointer_at_its_own_limit(hand, session, page, qtbot):
    hand.take("w")
    heat, placement = np.load(session.project.heat_path("m1", 1)), Framing().place(SIZE)
    options = page.marking.options.limit_slider
    assert options.value() == pytest.approx(14.2)
    for limit in (14.2, 20.0):
        options.field.setValue(limit)
        (region,) = (r for r in regions(heat, limit, placement) if r.peak == heat.max())
        over = placement.heat_to_image(heat) >= limit
        hand.click(region.centre)
        mask = mask_of(session)
        assert abs(mask.sum() - region.area) < 0.06 * region.area
        named = cv2.connectedComponents(over.astype(np.uint8))[1]
        alone = named == named[int(region.centre[1]), int(region.centre[0])]
        assert (mask != alone).sum() < 0.04 * alone.sum()
        session.undo()
    hand.wheel(*region.centre, 3, Qt.KeyboardModifier.ControlModifier)
    assert page.marking.wand.limit == pytest.approx(20 / 1.03**3) == options.value()
    with qtbot.waitSignal(page.told) as told:
        hand.click((20, 20))
    assert "lower the limit" in told.args[0]


def test_moving_a_limit_changes_the_wands_only_with_the_picture(hand, session, page):
    hand.take("w")
    page.marking.options.limit_slider.field.setValue(9.0)
    session.select(2)
    session.select(1)
    hand.qtbot.waitUntil(lambda: page.canvas.has_heat)
    assert page.marking.wand.limit == pytest.approx(14.2)


def test_paint_stands_in_place_of_the_file_until_one_goes_back(hand, session, page, qtbot, tmp_path):
    before = (tmp_path / "2_mask.png").read_bytes()
    session.select(2)
    qtbot.waitUntil(lambda: page.canvas.has_heat)
    hand.take("p")
    of_file = page.canvas.marks.drawn.pixels.copy()
    assert of_file.sum() == 50 * 60
    back = page.marking.options.file_action
    assert back.isVisible()
    assert not back.isEnabled()
    hand.stroke((100, 300), (200, 300))
    expected = of_file | line(hand.point(100, 300), hand.point(200, 300), width=24)
    assert np.array_equal(mask_of(session, 2), expected)
    back.trigger()
    assert 2 not in session.project.masks
    assert np.array_equal(page.canvas.marks.drawn.pixels, of_file)
    session.undo()
    assert np.array_equal(page.canvas.marks.drawn.pixels, expected)
    page.marking.options.clear_action.trigger()
    assert not page.canvas.marks.drawn.pixels.any()
    assert session.project.mask_of(2) is None
    assert (tmp_path / "2_mask.png").read_bytes() == before


def test_labelling_it_good_takes_the_mask_away_and_undo_brings_it_back(hand, session, page):
    hand.take("p")
    hand.stroke((100, 100), (260, 100))
    kept = mask_of(session)
    told = []
    page.told.connect(told.append)
    hand.key("g")
    assert labels(session) == (Label.GOOD, "")
    assert 1 not in session.project.masks
    assert not page.canvas.marks.drawn.pixels.any()
    assert "mask" in told[-1]
    session.undo()
    assert np.array_equal(page.canvas.marks.drawn.pixels, kept)
    assert labels(session) == (Label.DEFECT, "")


def test_types_have_colours_of_their_own(hand, session, page, qtbot):
    hand.take("p")
    hand.stroke((100, 100), (260, 100))
    field = page.verdict.types.lineEdit()
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "gdu scratch")
    assert labels(session) == (Label.DEFECT, "")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert labels(session) == (Label.DEFECT, "gdu scratch")
    types = page.verdict.types
    assert [types.itemText(i) for i in range(types.count())] == ["dent", "gdu scratch"]

    def colours():
        """Return the colours across the mark's edge, wherever the zoom puts its line."""
        image = page.canvas.grab().toImage()
        places = (hand.at(180, 100 - away / 2) * image.devicePixelRatio() for away in range(16, 30))
        return {image.pixelColor(at).name() for at in places}

    assert COLOURS[1] in colours()
    session.set_label([1], Label.DEFECT, "dent")
    assert COLOURS[0] in colours()
    assert COLOURS[1] not in colours()


def test_types_keep_their_colours_whatever_comes_goes_and_is_opened_again(session, tmp_path):
    session.set_label([2], Label.DEFECT, "dent")
    session.set_label([1], Label.DEFECT, "scratch")
    before = type_colours(session)
    assert [colour.name() for colour in before.values()] == list(COLOURS[:2])
    session.set_label([2], Label.DEFECT, "hole")
    assert list(types_in_use(session)) == ["scratch", "hole"]
    session.undo()
    path = session.project.path
    session.close_project()
    session._document.take(open_task(path)(Ticket()))
    assert [name for name in session.tally.types if name] == ["scratch", "dent"]  # the first in the file
    assert list(types_in_use(session)) == ["dent", "scratch"]
    assert {name: type_colours(session)[name] for name in before} == before
    assert type_colours(session)["hole"].name() == COLOURS[2]


def test_a_stroke_ends_when_another_picture_is_chosen(hand, session, page, qtbot):
    hand.take("p")
    QTest.mousePress(page.canvas, LEFT, PLAIN, hand.at(100, 100))
    QTest.mouseMove(page.canvas, hand.at(160, 100))
    session.select(2)
    assert session.project.masks.keys() == {1}
    qtbot.waitUntil(lambda: page.canvas.has_heat and page.canvas.marks is not None)
    QTest.mouseMove(page.canvas, hand.at(400, 400))
    QTest.mouseRelease(page.canvas, LEFT, PLAIN, hand.at(400, 400))
    assert session.project.masks.keys() == {1}
    assert page.canvas.marks.drawn.pixels.sum() == 50 * 60


def test_what_a_stroke_paints_is_what_a_whole_frame_shows(hand, session, page):
    """Only the touched part of the screen is drawn anew: it must not differ from everything drawn anew."""
    for side_by_side in (False, True):
        page.strip.sides_button.setChecked(side_by_side)
        hand.take("p")
        page.canvas.grab()
        hand.wheel(200, 200, 5 if side_by_side else 0)
        page.canvas.grab()
        hand.stroke((100, 100), (230, 160), (140, 300))
        hand.take("e")
        hand.stroke((90, 140), (260, 150))
        QTest.mouseMove(page.canvas, QPoint(2, 2))
        shown = page.canvas.marks._pixels.copy()
        page.canvas.marks._view = None
        page.canvas.grab()
        assert np.array_equal(page.canvas.marks._pixels, shown)
        assert shown.any()


def test_a_failed_save_takes_the_stroke_off_the_screen(hand, session, page, monkeypatch):
    hand.take("p")
    hand.stroke((100, 100), (200, 100))
    kept = mask_of(session)
    monkeypatch.setattr(session, "do", lambda edit: False)
    hand.stroke((100, 300), (200, 300))
    assert np.array_equal(page.canvas.marks.drawn.pixels, kept)


def test_a_read_only_project_is_only_looked_at(hand, session, page, qtbot):
    session.project.read_only = True
    session.select(2)
    told = []
    page.told.connect(told.append)
    hand.key("p")
    assert page.marking.tool is None
    assert told
    assert not page.marking.rail.buttons["brush"].isEnabled()
    session.project.read_only = False


def test_a_mask_of_another_size_is_told_and_can_be_painted_anew(hand, session, page, qtbot):
    session.do(SetMarks({1: PackedMask.of(np.ones((10, 20), np.uint8))}, "Brush stroke"))
    with qtbot.waitSignal(page.told) as told:
        hand.take("p")
    assert "20 × 10" in told.args[0]
    hand.click((200, 200))
    assert np.array_equal(mask_of(session), line(hand.point(200, 200), width=24))
    session.undo()
    qtbot.waitUntil(lambda: page.canvas.marks is not None and not page.canvas.marks.drawn.pixels.any())


@pytest.mark.parametrize("key", ["v", "p", "e", "l", "k", "w"])
def test_tools_have_keys_everywhere_and_say_them(hand, page, key, qtbot):
    page.gallery.view.setFocus()
    qtbot.keyClick(page.gallery.view, key)
    button = next(b for b in page.marking.rail.buttons.values() if b.isChecked())
    assert button.toolTip().endswith(f"({key.upper()})")
    assert page.marking.options.isVisible() == (key != "v")
    other = page.marking.rail.buttons["fill" if key != "k" else "look"]
    qtbot.mouseClick(other, LEFT)
    assert other.isChecked()
    assert (page.marking.tool is None) == (key == "k")
