"""Framing: there and back, on odd sizes, with and without padding."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Problem
from core.images.framing import Framing

sides = st.integers(1, 300)
frames = st.builds(
    lambda h, w, fit: Framing((32 * h, 32 * w), fit),
    st.integers(1, 5),
    st.integers(1, 5),
    st.sampled_from(("stretch", "letterbox")),
)


@given(frames, sides, sides)
def test_covered_rectangle_lies_in_the_frame_and_in_its_middle(framing, rows, columns):
    place = framing.place((rows, columns))
    h, w = framing.size
    assert 1 <= place.height <= h
    assert 1 <= place.width <= w
    assert place.top >= 0
    assert place.left >= 0
    assert h - place.height - 2 * place.top in (0, 1)
    assert w - place.width - 2 * place.left in (0, 1)
    assert place.inside().sum() == place.height * place.width
    assert place.inside()[place.top, place.left]
    if framing.fit == "stretch":
        assert (place.height, place.width) == (h, w)
    else:
        assert place.height == h or place.width == w
        exact = min(h / rows, w / columns)
        assert abs(place.height - max(1, rows * exact)) <= 0.5 + 1e-9
        assert abs(place.width - max(1, columns * exact)) <= 0.5 + 1e-9


@given(frames, sides, sides, st.floats(0, 1), st.floats(0, 1))
def test_points_go_there_and_back(framing, rows, columns, right, down):
    place = framing.place((rows, columns))
    x, y = columns * right, rows * down
    there = place.point_to_frame(x, y)
    assert place.left - 1e-9 <= there[0] <= place.left + place.width + 1e-9
    assert place.top - 1e-9 <= there[1] <= place.top + place.height + 1e-9
    assert place.point_to_image(*there) == pytest.approx((x, y), abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(frames, st.integers(2, 200), st.integers(2, 200), st.integers(0, 2**32 - 1))
def test_mask_takes_the_value_at_each_centre(framing, rows, columns, seed):
    mask = np.random.default_rng(seed).random((rows, columns)) < 0.5
    place = framing.place((rows, columns))
    got = place.mask_to_frame(mask)
    assert got.shape == framing.size
    assert not got[~place.inside()].any()
    for row, column in np.random.default_rng(seed).integers(0, (place.height, place.width), (20, 2)):
        x, y = place.point_to_image(place.left + column + 0.5, place.top + row + 0.5)
        # Where a centre falls on the border between two pixels, the one after it counts.
        assert got[place.top + row, place.left + column] == mask[int(y + 1e-9), int(x + 1e-9)]


def naive_heat(heat, place):
    """Bilinear at the centres of the image's pixels, clamped to the covered rectangle, in float64."""
    rows, columns = place.image_size
    result = np.empty((rows, columns))
    for row in range(rows):
        y = min(max((row + 0.5) * place.height / rows - 0.5, 0), place.height - 1)
        y0 = min(int(y), max(place.height - 2, 0))
        y1 = min(y0 + 1, place.height - 1)
        for column in range(columns):
            x = min(max((column + 0.5) * place.width / columns - 0.5, 0), place.width - 1)
            x0 = min(int(x), max(place.width - 2, 0))
            x1 = min(x0 + 1, place.width - 1)
            corner = heat[place.top :, place.left :].astype(float)
            upper = corner[y0, x0] * (1 - x + x0) + corner[y0, x1] * (x - x0)
            lower = corner[y1, x0] * (1 - x + x0) + corner[y1, x1] * (x - x0)
            result[row, column] = upper * (1 - y + y0) + lower * (y - y0)
    return result


@pytest.mark.parametrize("fit", ["stretch", "letterbox"])
@pytest.mark.parametrize("size", [(32, 32), (47, 33), (20, 90), (61, 7)])
def test_heat_is_enlarged_bilinearly_and_padding_never_leaks_in(fit, size):
    framing = Framing((32, 64), fit)
    place = framing.place(size)
    heat = np.random.default_rng(5).random(framing.size, np.float32)
    poisoned = np.where(place.inside(), heat, np.float32(1e9)).astype(np.float32)
    np.testing.assert_allclose(place.heat_to_image(poisoned), naive_heat(heat, place), atol=2e-6)


def test_heat_of_a_picture_as_large_as_its_frame_is_left_alone():
    heat = np.random.default_rng(1).random((64, 96), np.float32)
    back = Framing((64, 96)).place((64, 96)).heat_to_image(heat)
    assert np.array_equal(back, heat)
    assert not np.shares_memory(back, heat)


def test_a_mask_at_frame_size_comes_back_the_same():
    mask = np.random.default_rng(1).random((64, 96)) < 0.3
    assert np.array_equal(Framing((64, 96)).place((64, 96)).mask_to_frame(mask), mask)


def test_pixel_area_adds_up_to_the_picture():
    place = Framing((64, 64), "letterbox").place((100, 333))
    assert place.pixel_area() * place.inside().sum() == pytest.approx(100 * 333)


def test_wrong_shapes_are_refused():
    place = Framing((32, 32)).place((50, 60))
    with pytest.raises(ValueError, match="heat"):
        place.heat_to_image(np.zeros((50, 60), np.float32))
    with pytest.raises(ValueError, match="mask"):
        place.mask_to_frame(np.zeros((32, 32), np.bool_))


@pytest.mark.parametrize("size", [(0, 32), (33, 32), (32, 100), (-32, 32), (8192, 32)])
def test_frames_that_no_network_takes_are_a_problem(size):
    with pytest.raises(Problem, match="multiples of 32"):
        Framing(size)


def test_unknown_fit_is_a_problem():
    with pytest.raises(Problem, match="crop"):
        Framing((32, 32), "crop")
