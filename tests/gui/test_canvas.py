"""The viewer: what lies where, and what is painted."""

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication

from core.images.area import Area
from core.images.framing import Framing
from core.scoring.thresholds import Calibration, Threshold
from gui.canvas import view as looking
from gui.canvas.canvas import ImageCanvas, State
from gui.canvas.heat import CONTOUR
from gui.canvas.pixels import Pyramid, qimage
from gui.canvas.view import View

CALIBRATION = Calibration(image=Threshold(15.0), pixel=Threshold(14.2), low=2.0, high=28.0)
SIZE = (480, 640)


def photo(size=SIZE, seed=3):
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 256, (size[0] // 16 + 1, size[1] // 16 + 1, 3), dtype=np.uint8)
    return np.ascontiguousarray(cv2.resize(small, (size[1], size[0]), interpolation=cv2.INTER_CUBIC))


def heat_with_spot(frame=(64, 64), at=(16, 40), peak=24.0):
    rows, columns = np.mgrid[0 : frame[0], 0 : frame[1]]
    bump = np.exp(-(((rows - at[0]) / 5.0) ** 2 + ((columns - at[1]) / 5.0) ** 2))
    return (3.0 + (peak - 3.0) * bump).astype(np.float32)


@pytest.fixture
def canvas(qtbot):
    widget = ImageCanvas()
    qtbot.addWidget(widget)
    widget.resize(400, 300)
    widget.show()
    qtbot.waitExposed(widget)
    widget._fade.setDuration(1)
    return widget


def grabbed(widget):
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).astype(int)


def with_spot(widget, qtbot):
    widget.show_photo(photo(), "part.png")
    widget.show_heat(heat_with_spot(), Framing((64, 64)).place(SIZE), CALIBRATION)
    qtbot.waitUntil(lambda: widget._fade.state() is widget._fade.State.Stopped)


# View arithmetic


def test_a_point_goes_to_the_screen_and_back():
    view, pane = View(2.5, (100.0, 70.0)), (300, 401)
    assert view.to_image(*view.to_screen(33.25, 12.5, pane), pane) == pytest.approx((33.25, 12.5))
    assert view.to_screen(100.0, 70.0, pane) == (200.5, 150.0)


@pytest.mark.parametrize("scale", [1.3, 0.8, 4.0])
def test_zooming_keeps_the_point_under_the_pointer(scale):
    image, pane = (2048, 2448), (600, 800)
    view = looking.settled(View(1.0, (1200.0, 1000.0)), image, pane)
    anchor = (530.0, 410.0)
    before = view.to_image(*anchor, pane)
    assert looking.zoomed(view, scale, anchor, image, pane).to_image(*anchor, pane) == pytest.approx(before)


def test_the_fitted_view_shows_everything():
    for image in ((2048, 2448), (40, 4000), (100, 100)):
        view = looking.fitting(image, (600, 800))
        left, top = view.to_screen(0, 0, (600, 800))
        right, bottom = view.to_screen(image[1], image[0], (600, 800))
        assert left > 0
        assert top > 0
        assert right < 800
        assert bottom < 600


def test_the_photo_cannot_be_pushed_out_of_sight():
    image, pane = (2048, 2448), (600, 800)
    far = looking.panned(View(1.0, (1200.0, 1000.0)), -1e6, 1e6, image, pane)
    x, y = far.to_image(400, 300, pane)
    assert 0 < x <= image[1]
    assert 0 <= y < image[0]
    small = looking.panned(looking.fitting(image, pane), 500, 500, image, pane)
    assert small.centre == (image[1] / 2, image[0] / 2)


# Pixels


def test_true_size_shows_the_photo_bit_for_bit():
    pixels = photo()
    rendered, span = Pyramid(pixels).render(View(1.0, (320.0, 240.0)), (200, 300))
    assert span == (0, 0, 300, 200)
    np.testing.assert_array_equal(rendered, pixels[140:340, 170:470])


def test_an_enlarged_photo_shows_its_pixels_as_squares():
    pixels = photo()
    rendered, _ = Pyramid(pixels).render(View(8.0, (320.0, 240.0)), (80, 160))
    np.testing.assert_array_equal(rendered, pixels[235:245, 310:330].repeat(8, 0).repeat(8, 1))


@pytest.mark.parametrize("size", [(1200, 1600), (1203, 1611)])
@pytest.mark.parametrize("scale", [0.5, 0.25, 0.31])
def test_a_shrunk_photo_is_averaged_and_stays_in_place(scale, size):
    smooth = np.zeros((*size, 3), np.uint8)
    smooth[..., 0] = np.linspace(0, 255, size[1])[None]
    smooth[..., 1] = np.linspace(0, 255, size[0])[:, None]
    # Fine stripes that skipping pixels would turn into flat black or white.
    smooth[:, ::2, 2] = 255
    pane = (round(size[0] * scale), round(size[1] * scale))
    rendered, span = Pyramid(smooth).render(View(scale, (size[1] / 2, size[0] / 2)), pane)
    assert (span[2], span[3]) == (pane[1], pane[0])
    assert rendered.shape[2] == 4
    across = (np.arange(pane[1]) + 0.5 - pane[1] / 2) / scale + size[1] / 2
    down = (np.arange(pane[0]) + 0.5 - pane[0] / 2) / scale + size[0] / 2
    red, green = across / size[1] * 255, down / size[0] * 255
    inner = slice(3, -3)
    assert np.abs(rendered[..., 2][inner, inner] - red[None, inner]).max() < 1.6
    assert np.abs(rendered[..., 1][inner, inner] - green[inner, None]).max() < 1.6
    assert np.abs(rendered[..., 0][inner, inner].astype(int) - 127).max() < 12


def test_copies_made_ahead_are_those_made_on_demand():
    pixels = photo((1100, 1303))
    ahead, at_once = Pyramid(pixels), Pyramid(pixels)
    ahead.prepare()
    assert ahead.deepest == 2
    # Averages of averages are rounded twice.
    assert np.abs(ahead.level(2).astype(int) - at_once.level(2)).max() <= 1


def test_a_photo_outside_the_pane_is_not_rendered():
    assert Pyramid(photo()).render(View(1.0, (5000.0, 240.0)), (200, 300)) is None


def test_qimages_own_their_pixels():
    pixels = photo()
    image = qimage(pixels)
    expected = pixels[7, 9].tolist()
    pixels[:] = 0
    assert list(image.pixelColor(9, 7).getRgb()[:3]) == expected


# The widget


def test_states(canvas, qtbot):
    assert canvas.state is State.EMPTY
    canvas.show_error("part.png cannot be read.", "The file is cut short.")
    assert canvas.state is State.ERROR
    assert "cut short" in canvas.accessibleDescription()
    canvas.show_loading("next.png")
    assert canvas.state is State.LOADING
    canvas.show_photo(photo(), "next.png")
    assert canvas.state is State.PHOTO
    # A photo in sight stays until the next has been late for a moment.
    canvas.show_loading("third.png")
    assert canvas.state is State.PHOTO
    qtbot.waitUntil(lambda: canvas.state is State.LOADING)
    for state in (State.LOADING, State.ERROR, State.EMPTY):
        canvas._show_words(state, "words", "more words")
        assert len(np.unique(grabbed(canvas).reshape(-1, 3), axis=0)) > 1


def test_the_photo_is_painted_where_the_view_says(canvas):
    pixels = photo()
    canvas.show_photo(pixels, "part.png")
    canvas.actual_size()
    shown = grabbed(canvas)
    np.testing.assert_array_equal(shown, pixels[240 - 150 : 240 + 150, 320 - 200 : 320 + 200])


def test_the_wheel_zooms_to_the_pointer(canvas):
    canvas.show_photo(photo(), "part.png")
    at = QPointF(250, 90)
    before = canvas._view.to_image(*canvas._pane_point(at), canvas._pane_size())
    old = canvas.zoom
    for _ in range(6):
        QApplication.sendEvent(
            canvas,
            QWheelEvent(
                at,
                canvas.mapToGlobal(at),
                QPoint(),
                QPoint(0, 120),
                Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            ),
        )
    assert canvas.zoom == pytest.approx(old * 1.25**6)
    assert canvas._view.to_image(*canvas._pane_point(at), canvas._pane_size()) == pytest.approx(before)
    assert not canvas.fitted


def test_dragging_moves_the_photo_with_the_pointer(canvas, qtbot):
    canvas.show_photo(photo(), "part.png")
    canvas.actual_size()
    before = canvas._view.centre
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    qtbot.mouseMove(canvas, QPoint(170, 160))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(170, 160))
    assert canvas._view.centre == (before[0] + 30, before[1] - 10)
    assert canvas.cursor().shape() is Qt.CursorShape.OpenHandCursor


def test_keys(canvas, qtbot):
    canvas.show_photo(photo(), "part.png")
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_1)
    assert canvas.zoom == 1.0
    centre = canvas._view.centre
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas._view.centre[0] > centre[0]
    qtbot.keyClick(canvas, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert canvas.zoom == 1.25
    qtbot.keyClick(canvas, Qt.Key.Key_F)
    assert canvas.fitted
    qtbot.keyClick(canvas, Qt.Key.Key_H)
    assert not canvas.heat_shown
    qtbot.keyClick(canvas, Qt.Key.Key_H)
    qtbot.keyPress(canvas, Qt.Key.Key_B)
    assert not canvas.heat_shown
    qtbot.keyRelease(canvas, Qt.Key.Key_B)
    assert canvas.heat_shown


def test_heat_lies_where_the_placement_says(canvas, qtbot):
    with_spot(canvas, qtbot)
    canvas.set_contours(False)
    canvas.set_opacity(1.0)
    hot = grabbed(canvas)
    canvas.set_heat_shown(False)
    changed = np.abs(hot - grabbed(canvas)).sum(axis=2) > 8
    rows, columns = np.nonzero(changed)
    # The spot's frame pixel (16, 40) is the photo's (124, 405) under 64 x 64 stretched over 480 x 640.
    expected = canvas._view.to_screen(40.5 / 64 * 640, 16.5 / 64 * 480, canvas._pane_size())
    assert (columns.mean(), rows.mean()) == pytest.approx(expected, abs=1.0)
    assert 100 < changed.sum() < changed.size / 10


def test_contours_are_drawn_around_regions_over_the_limit(canvas, qtbot):
    with_spot(canvas, qtbot)
    assert len(canvas.regions) == 1
    assert canvas.regions[0].peak == pytest.approx(24.0, abs=0.01)
    colour = np.array(CONTOUR.getRgb()[:3])
    near = (np.abs(grabbed(canvas) - colour).sum(axis=2) < 12).sum()
    canvas.set_heat_shown(False)
    assert (np.abs(grabbed(canvas) - colour).sum(axis=2) < 12).sum() > 0.9 * near
    canvas._set_blinking(True)  # a look at the bare photo
    assert (np.abs(grabbed(canvas) - colour).sum(axis=2) < 12).sum() < 0.1 * near
    canvas._set_blinking(False)
    canvas.set_heat_shown(True)
    canvas.set_contours(False)
    assert near > (np.abs(grabbed(canvas) - colour).sum(axis=2) < 12).sum() + 40


def test_a_moved_limit_changes_the_regions_only(canvas, qtbot):
    with_spot(canvas, qtbot)
    drawn = canvas._in_sight(canvas._pyramid, canvas._pane_size())
    with qtbot.waitSignal(canvas.regions_changed) as told:
        canvas.set_calibration(Calibration(CALIBRATION.image, Threshold(25.0), 2.0, 28.0))
    assert told.args == [()]
    assert canvas._in_sight(canvas._pyramid, canvas._pane_size())[0] is drawn[0]


def test_the_chip_tells_place_value_and_limit(canvas, qtbot):
    with_spot(canvas, qtbot)
    spot = canvas._view.to_screen(405.0, 124.0, canvas._pane_size())
    with qtbot.waitSignal(canvas.hovered):
        qtbot.mouseMove(canvas, QPoint(round(spot[0]), round(spot[1])))
    assert canvas.hover_text().startswith("x 40")
    assert canvas.hover_text().endswith("(limit 14.2)")
    assert canvas._hover.value == pytest.approx(24.0, abs=0.3)
    qtbot.mouseMove(canvas, QPoint(1, 1))
    assert canvas.hover_text() == ""


def test_side_by_side_shows_one_place_twice(canvas, qtbot):
    canvas.resize(412, 300)
    with_spot(canvas, qtbot)
    canvas.set_contours(False)
    canvas.set_side_by_side(True)
    canvas.actual_size()
    shown = grabbed(canvas)[60:]
    left, right = shown[:, :200], shown[:, 212:]
    same = (left == right).all(axis=2)
    assert 0.5 < same.mean() < 1.0
    canvas.set_heat_shown(False)
    shown = grabbed(canvas)[60:]
    np.testing.assert_array_equal(shown[:, :200], shown[:, 212:])


def test_the_view_stays_for_photos_of_the_same_size(canvas):
    canvas.show_photo(photo(), "one.png")
    canvas.actual_size()
    canvas.zoom_by(2)
    view = canvas._view
    canvas.show_photo(photo(seed=4), "two.png")
    assert canvas._view == view
    canvas.show_photo(photo((480, 480)), "three.png")
    assert canvas.zoom != view.scale or canvas.fitted


def test_zooming_to_a_region_centres_it(canvas, qtbot):
    with_spot(canvas, qtbot)
    canvas.zoom_to_region(canvas.regions[0])
    x, y = canvas._view.to_screen(*canvas.regions[0].centre, canvas._pane_size())
    assert (x, y) == pytest.approx((200, 150), abs=30)
    assert canvas.zoom > looking.fitting(SIZE, canvas._pane_size()).scale


def test_a_new_photo_has_no_old_heat(canvas, qtbot):
    with_spot(canvas, qtbot)
    canvas.show_photo(photo(seed=9), "other.png")
    assert canvas.regions == ()
    assert canvas._heat is None


@pytest.mark.parametrize(("size", "stacked"), [((100, 400), True), ((400, 100), False)])
def test_two_panes_lie_so_that_the_photo_is_larger(canvas, size, stacked):
    canvas.resize(600, 500)
    canvas.show_photo(photo(size), "part.png")
    canvas.set_side_by_side(True)
    first, last = canvas._panes()
    assert (first.left() == last.left()) is stacked
    assert (first.top() == last.top()) is not stacked
    assert not first.intersects(last)
    other = (300 - 6) / size[1] if stacked else (250 - 6) / size[0]
    assert canvas.zoom / canvas.devicePixelRatioF() > other  # than in the other arrangement


def test_stacked_panes_show_one_place_twice(canvas, qtbot):
    canvas.resize(600, 500)
    canvas.show_photo(photo((100, 400)), "part.png")
    canvas.set_side_by_side(True)
    first, last = canvas._panes()
    places = []
    canvas.hovered.connect(lambda hover: places.append((hover.x, hover.y)) if hover is not None else None)
    for pane in (first, last):
        qtbot.mouseMove(canvas, pane.center() + QPoint(40, 20))
    assert len(places) == 1  # the same place again is no news
    assert canvas._hover is not None


def test_an_error_offers_what_to_do_about_it(canvas, qtbot):
    canvas.show_error("part.png is not where it was", "It was in /here.", "Locate folder…")
    assert canvas.remedy.isVisible()
    assert canvas.rect().contains(canvas.remedy.geometry())
    with qtbot.waitSignal(canvas.remedy_wanted):
        qtbot.mouseClick(canvas.remedy, Qt.MouseButton.LeftButton)
    canvas.show_photo(photo((100, 400)), "part.png")
    assert not canvas.remedy.isVisible()


def test_what_does_not_count_is_shaded(canvas, qtbot):
    left = Area(ignore=(((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)),))
    canvas.show_photo(np.full((*SIZE, 3), 200, np.uint8), "")
    canvas.show_heat(np.zeros((64, 64), np.float32), Framing((64, 64), area=left).place(SIZE), CALIBRATION)
    qtbot.wait(20)
    picture = grabbed(canvas)
    row, middle = picture.shape[0] // 2, picture.shape[1] // 2
    assert picture[row, middle - 20, :3].max() < 130
    assert picture[row, middle + 20, :3].min() == 200


def test_a_line_parts_photo_and_heat(canvas, qtbot):
    with_spot(canvas, qtbot)
    canvas.set_contours(False)
    heated = grabbed(canvas)
    canvas.set_heat_shown(False)
    bare = grabbed(canvas)
    canvas.set_heat_shown(True)
    canvas.set_swiping(True)
    x = canvas.width() // 2
    parted = grabbed(canvas)
    np.testing.assert_array_equal(parted[40:, 80 : x - 12], bare[40:, 80 : x - 12])
    np.testing.assert_array_equal(parted[40:, x + 80 :], heated[40:, x + 80 :])
    assert (heated != bare).any()
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(x + 3, 40))
    qtbot.mouseMove(canvas, QPoint(x - 100, 60))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(x - 100, 60))
    assert canvas.split == pytest.approx((x - 100) / canvas.width())
    assert canvas.fitted
    qtbot.keyClick(canvas, Qt.Key.Key_Period)
    assert canvas.split == pytest.approx((x - 100) / canvas.width() + 0.05)
    qtbot.keyClick(canvas, Qt.Key.Key_Comma)
    assert canvas.split == pytest.approx((x - 100) / canvas.width())
    canvas.set_side_by_side(True)
    assert canvas.split is None
