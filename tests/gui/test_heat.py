"""The heat layer: fixed scale, tables, values between pixels."""

import cv2
import numpy as np
import pytest

from core.images.area import Area
from core.images.framing import Framing
from core.scoring.colours import heat_rgba, heat_unit
from core.scoring.thresholds import Calibration, Threshold
from gui.canvas.heat import HeatLayer, colour_table, small_picture
from gui.canvas.readout import count_text, decimals_for, limit_text, raw_text
from gui.canvas.view import View, fitting
from gui.jobs.thumbnails import shrunk

CALIBRATION = Calibration(image=Threshold(15.0), pixel=Threshold(14.2), low=2.0, high=28.0)


def noise(size=(64, 96), seed=1):
    return np.random.default_rng(seed).uniform(0, 30, size).astype(np.float32)


def test_tables_hold_the_colours_and_the_opacity():
    table = colour_table("viridis", 0.5)
    rgba = heat_rgba("viridis", 0.5)
    assert len(table) == 256
    for entry in (0, 100, 128, 255):
        r, g, b, a = (int(channel) for channel in rgba[entry])
        assert table[entry] == (a << 24) | (r << 16) | (g << 8) | b
    assert table[0] >> 24 == 0
    assert table[255] >> 24 == 128


@pytest.mark.parametrize("fit", ["stretch", "letterbox"])
def test_values_agree_with_the_enlarged_map(fit):
    size = (240, 500)
    placement = Framing((64, 96), fit).place(size)
    heat = noise()
    layer = HeatLayer(heat, placement, CALIBRATION)
    enlarged = placement.heat_to_image(heat)
    for x, y in ((0, 0), (499, 239), (250, 100), (33, 201), (477, 5)):
        assert layer.value_at(x + 0.5, y + 0.5) == pytest.approx(float(enlarged[y, x]), abs=1e-3)
    assert layer.value_at(-1, 5) is None
    assert layer.value_at(5, 240.0) is None


def test_rendered_indices_follow_the_map_smoothly():
    size, pane = (256, 384), (300, 400)
    heat = cv2.GaussianBlur(noise(seed=5), (0, 0), 3)
    placement = Framing((64, 96)).place(size)
    layer = HeatLayer(heat, placement, CALIBRATION)
    view = View(1.0, (192.0, 128.0))
    image = layer.render(view, pane, (8, 22, 384, 256), colour_table("inferno", 1.0))
    assert (image.width(), image.height()) == (384, 256)
    enlarged = heat_unit(placement.heat_to_image(heat), CALIBRATION)
    for x, y in ((5, 5), (200, 130), (380, 250), (77, 199)):
        assert image.pixelIndex(x, y) == pytest.approx(float(enlarged[y, x]) * 256, abs=2)


def test_opacity_and_colours_change_the_table_only():
    layer = HeatLayer(noise(), Framing((64, 96)).place((256, 384)), CALIBRATION)
    view, pane, span = fitting((256, 384), (300, 400)), (300, 400), (10, 10, 100, 100)
    first = layer.render(view, pane, span, colour_table("inferno", 1.0))
    index = first.pixelIndex(50, 50)
    second = layer.render(view, pane, span, colour_table("turbo", 0.3))
    assert second is first
    assert second.pixelIndex(50, 50) == index
    assert second.colorTable() == colour_table("turbo", 0.3)


def test_a_moved_limit_moves_the_middle_of_the_scale():
    heat = np.full((64, 96), 20.0, np.float32)
    layer = HeatLayer(heat, Framing((64, 96)).place((128, 192)), CALIBRATION)
    args = (View(1.0, (96.0, 64.0)), (128, 192), (0, 0, 192, 128), colour_table("inferno", 1.0))
    assert layer.render(*args).pixelIndex(3, 3) > 128
    layer.set_calibration(Calibration(CALIBRATION.image, Threshold(20.0), 2.0, 28.0))
    assert layer.render(*args).pixelIndex(3, 3) == 128
    layer.set_calibration(Calibration(CALIBRATION.image, Threshold(20.001), 2.0, 28.0))
    assert layer.render(*args).pixelIndex(3, 3) == 127


def test_the_scale_is_not_stretched_to_one_picture():
    calm = np.full((64, 96), 3.0, np.float32)
    calm[10, 10] = 4.0
    layer = HeatLayer(calm, Framing((64, 96)).place((128, 192)), CALIBRATION)
    image = layer.render(View(1.0, (96.0, 64.0)), (128, 192), (0, 0, 192, 128), colour_table("inferno", 1.0))
    alphas = {image.color(image.pixelIndex(x, y)) >> 24 for x in range(0, 192, 3) for y in range(0, 128, 3)}
    assert alphas == {0}


def test_small_heat_keeps_small_hot_spots():
    heat = np.full((256, 256), 3.0, np.float32)
    heat[101, 37] = 25.0
    small = shrunk(heat, Framing().place((2048, 2448)), (44, 52))
    assert small.shape == (44, 52)
    row, column = np.unravel_index(small.argmax(), small.shape)
    assert (row, column) == pytest.approx((101.5 / 256 * 44, 37.5 / 256 * 52), abs=1.2)
    assert small.max() > CALIBRATION.pixel.value


def test_small_pictures_carry_the_heat():
    photo = np.full((40, 60, 3), 90, np.uint8)
    heat = np.full((40, 60), 3.0, np.float32)
    heat[10:20, 10:20] = 27.0
    image = small_picture(photo, heat, CALIBRATION, "inferno")
    assert image.pixelColor(40, 30).getRgb()[:3] == (90, 90, 90)
    assert image.pixelColor(15, 15).red() > 150
    assert small_picture(photo, None, None, "inferno").pixelColor(15, 15).red() == 90


@pytest.mark.parametrize("heated", [False, True])
def test_small_pictures_are_dark_where_they_do_not_count(heated):
    photo = np.full((40, 60, 3), 200, np.uint8)
    heat = np.full((40, 60), 3.0, np.float32) if heated else None
    left_half_but_its_top = Area((((0, 0), (0.5, 0), (0.5, 1), (0, 1)),), (((0, 0), (1, 0), (1, 0.25), (0, 0.25)),))
    image = small_picture(photo, heat, CALIBRATION, area=left_half_but_its_top)
    reds = np.array([[image.pixelColor(x, y).red() for x in range(60)] for y in range(40)])
    counts = np.zeros((40, 60), bool)
    counts[10:, :30] = True
    assert (reds[counts] == 200).all()
    assert (reds[~counts] == round(200 * 125 / 255)).all()


def test_numbers_have_three_figures_at_the_limit():
    assert [decimals_for(value) for value in (142.0, 14.2, 1.42, 0.142, 0.0, 4000.0)] == [0, 1, 2, 3, 2, 0]
    assert raw_text(24.0812, 14.2) == "24.1"
    assert count_text(1284.4) == "1,284"


@pytest.mark.parametrize(
    ("value", "limit", "texts"),
    [
        (23.2, 23.4, ("23.2", "23.4")),
        (23.44, 23.36, ("23.44", "23.36")),  # "23.4" and "23.4" would not say which is higher
        (23.41, 23.44, ("23.41", "23.44")),  # nor may it read "23.41", limit "23.4"
        (15.0004, 15.0, ("15.0004", "15.0000")),
        (15.0, 15.0, ("15.0", "15.0")),
        (4000.4, 4000.0, ("4,000.4", "4,000.0")),
    ],
)
def test_a_value_beside_its_limit_reads_as_it_is(value, limit, texts):
    assert (raw_text(value, limit), limit_text(limit, value)) == texts
