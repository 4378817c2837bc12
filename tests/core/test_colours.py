import numpy as np
import pytest

from core.scoring.colours import TABLES, heat_rgba, heat_unit, overlay, table, table_index
from core.scoring.thresholds import Calibration, Threshold


@pytest.mark.parametrize("name", TABLES)
def test_tables(name):
    colours = table(name)
    assert colours.shape == (256, 3)
    assert colours.dtype == np.uint8
    assert len(np.unique(colours, axis=0)) > 200
    if name != "turbo":  # a rainbow is not even in lightness
        lightness = colours @ np.array([0.2126, 0.7152, 0.0722])
        assert np.diff(lightness).min() > -2.0
        assert lightness[255] > lightness[0] + 100


def test_the_default_is_red_and_yellow_where_it_is_strange():
    low, high = table("inferno")[0], table("inferno")[240]
    assert low.max() < 10
    assert high[0] > 200
    assert high[0] > high[2]


def test_transparent_well_below_the_limit_and_full_from_it_on():
    alpha = heat_rgba("inferno", 0.8)[:, 3].astype(int)
    assert (alpha[:96] == 0).all()
    assert (alpha[128:] == 204).all()
    assert (np.diff(alpha) >= 0).all()
    assert 0 < alpha[115] < 204
    assert (heat_rgba("grey", 0.0)[:, 3] == 0).all()


def test_the_limit_is_entry_128():
    calibration = Calibration(Threshold(3.0), Threshold(3.0), 0.0, 20.0)
    heat = np.array([[np.nextafter(np.float32(3.0), np.float32(0.0)), 3.0, 3.5, 100.0, -100.0]], np.float32)
    assert table_index(heat_unit(heat, calibration)).tolist() == [[127, 128, 149, 252, 0]]


def test_the_scale_of_good_parts_alone_tells_defects_apart():
    calibration = Calibration(Threshold(20.0, provisional=True), Threshold(20.0), low=5.0, high=20.5)
    raw = np.array([0.0, 5.0, 12.5, 20.0, 27.5, 35.0, 50.0, 95.0, 200.0], np.float32)
    expected = [0.0, 0.0, 0.0, 0.5, 0.75, 5 / 6, 0.9, 10.5 / 11, 0.5 + 12 / 25]
    np.testing.assert_allclose(heat_unit(raw, calibration), expected, atol=1e-6)
    assert (np.diff(table_index(heat_unit(raw[3:], calibration)).astype(int)) > 5).all()


def test_the_scale_rises_everywhere_and_smoothly_at_the_limit():
    calibration = Calibration(Threshold(20.0), Threshold(20.0), low=5.0, high=90.0)
    raw = np.linspace(-10, 500, 100_001)
    unit = heat_unit(raw, calibration).astype(float)
    assert (np.diff(unit) >= 0).all()
    assert ((unit >= 0.5) == (raw >= 20.0)).all()
    assert unit.max() < 1.0
    slopes = [np.diff(heat_unit(np.array(pair), calibration))[0] for pair in ((19.0, 19.9), (20.0, 20.9))]
    assert slopes[1] == pytest.approx(slopes[0], rel=0.15)


def test_a_limit_under_everything_keeps_a_scale():
    calibration = Calibration(Threshold(1.0), Threshold(1.0), low=5.0, high=25.0)
    assert heat_unit(np.array([5.0, 25.0]), calibration) == pytest.approx([0.5 + 0.8 / 2.6, 0.5 + 4.8 / 10.6])


def test_good_parts_stay_as_they_are_and_defects_are_mixed():
    rng = np.random.default_rng(0)
    photo = rng.integers(0, 256, (20, 30, 3), dtype=np.uint8)
    unit = np.full((20, 30), 0.3, np.float32)
    unit[5:10, 5:10] = 0.9
    shown = overlay(photo, unit, "inferno", 0.5)
    changed = np.zeros((20, 30), bool)
    changed[5:10, 5:10] = True
    np.testing.assert_array_equal(shown[~changed], photo[~changed])
    share = 128 / 255
    expected = photo[changed] * (1 - share) + table("inferno")[230] * share
    assert np.abs(shown[changed] - expected).max() <= 0.5 + 1e-9
    np.testing.assert_array_equal(overlay(photo, unit, "inferno", 0.0), photo)


def test_refuses():
    with pytest.raises(ValueError, match="no colour table"):
        table("jet")
    with pytest.raises(ValueError, match="size"):
        overlay(np.zeros((4, 4, 3), np.uint8), np.zeros((4, 5), np.float32))
