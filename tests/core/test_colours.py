import numpy as np
import pytest

from core.scoring.colours import TABLES, heat_rgba, overlay, table, table_index
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
    assert table_index(calibration.pixel_unit(heat)).tolist() == [[127, 128, 134, 255, 0]]


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
