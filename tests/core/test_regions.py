import numpy as np
import pytest
from scipy import ndimage

from core.images.framing import Framing
from core.scoring.regions import largest_area, regions


def hill(centre, sigma, size=(64, 64), height=1.0):
    rows, columns = np.mgrid[: size[0], : size[1]] + 0.5
    squared = (columns - centre[0]) ** 2 + (rows - centre[1]) ** 2
    return (height * np.exp(-squared / (2 * sigma**2))).astype(np.float32)


def polygon_area(points):
    x, y = points.T
    return abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


def test_a_round_hill_has_a_round_outline_on_a_large_photo():
    heat = hill((30.3, 25.7), 8.0)
    placement = Framing((64, 64)).place((1024, 1024))
    (region,) = regions(heat, 0.5, placement)
    radius = 16 * 8.0 * np.sqrt(2 * np.log(2.0))
    from_centre = np.hypot(*(region.contour - (16 * 30.3, 16 * 25.7)).T)
    # A staircase would be off by up to 11 image pixels.
    assert np.abs(from_centre - radius).max() < 0.8
    assert polygon_area(region.contour) == pytest.approx(np.pi * radius**2, rel=0.01)
    assert region.area == pytest.approx(np.pi * radius**2, rel=0.03)
    assert region.centre == pytest.approx((16 * 30.3, 16 * 25.7), abs=3.0)
    assert region.peak == heat.max()
    step = np.hypot(*np.diff(np.vstack([region.contour, region.contour[:1]]), axis=0).T)
    assert step.max() < 25


def test_areas_boxes_and_peaks_agree_with_scipy():
    rng = np.random.default_rng(8)
    for seed in range(20):
        heat = ndimage.gaussian_filter(rng.random((96, 64)), 2.0 if seed % 2 else 0.0).astype(np.float32)
        threshold = float(np.quantile(heat, rng.uniform(0.7, 0.999)))
        placement = Framing((96, 64)).place((288, 320))
        labels, count = ndimage.label(heat >= threshold, structure=np.ones((3, 3)))
        expected = []
        for label, (rows, columns) in enumerate(ndimage.find_objects(labels), start=1):
            box = (columns.start * 5, rows.start * 3, (columns.stop - columns.start) * 5, (rows.stop - rows.start) * 3)
            expected.append((heat[labels == label].max(), box, np.count_nonzero(labels == label) * 15.0))
        found = regions(heat, threshold, placement)
        assert len(found) == count
        assert sorted((r.peak, r.box, r.area) for r in found) == sorted(expected)
        assert [r.peak for r in found] == sorted((r.peak for r in found), reverse=True)
        for region in found:
            assert len(region.contour) >= 3
            if seed % 2:
                assert polygon_area(region.contour) > 0
            x, y, width, height = region.box
            assert (region.contour >= (x - 5, y - 3)).all()
            assert (region.contour <= (x + width + 5, y + height + 3)).all()


def test_small_regions_are_dropped_by_their_area_in_image_pixels():
    heat = np.zeros((64, 64), np.float32)
    heat[10:12, 10:12] = 2.0
    heat[40:50, 40:50] = 1.0
    placement = Framing((64, 64)).place((128, 128))
    assert [r.area for r in regions(heat, 0.5, placement)] == [16.0, 400.0]
    assert [r.area for r in regions(heat, 0.5, placement, min_area=16.0)] == [16.0, 400.0]
    assert [r.area for r in regions(heat, 0.5, placement, min_area=17.0)] == [400.0]


def test_a_value_on_the_limit_counts_and_corners_connect():
    heat = np.zeros((32, 32), np.float32)
    heat[3, 3] = heat[4, 4] = 0.1
    (region,) = regions(heat, float(np.float32(0.1)), Framing((32, 32)).place((32, 32)))
    assert region.area == 2.0
    assert regions(heat, 0.1001, Framing((32, 32)).place((32, 32))) == ()


def test_a_region_within_the_hole_of_another_has_its_own_outline():
    heat = np.zeros((64, 64), np.float32)
    heat[10:50, 10:50] = 1.0
    heat[20:40, 20:40] = 0.0
    heat[28:32, 28:32] = 3.0
    inner, outer = regions(heat, 0.5, Framing((64, 64)).place((64, 64)))
    assert inner.box == (28, 28, 4, 4)
    assert polygon_area(inner.contour) < 40
    assert polygon_area(outer.contour) > 1400


def test_padding_is_ignored_and_the_outline_reaches_the_edge_of_the_picture():
    placement = Framing((64, 64), fit="letterbox").place((100, 200))
    heat = np.full((64, 64), 9.0, np.float32)
    (region,) = regions(heat, 1.0, placement)
    assert region.area == pytest.approx(100 * 200)
    assert region.box == (0, 0, 200, 100)
    assert region.contour.min(axis=0).tolist() == [0.0, 0.0]
    assert region.contour.max(axis=0).tolist() == [200.0, 100.0]
    outside = np.where(placement.inside(), 0.0, 9.0).astype(np.float32)
    assert regions(outside, 1.0, placement) == ()


def test_a_map_of_another_size_is_refused():
    with pytest.raises(ValueError, match="shape"):
        regions(np.zeros((32, 64), np.float32), 1.0, Framing((64, 64)).place((10, 10)))


def test_a_ring_has_an_outline_inside_and_one_outside():
    rows, columns = np.mgrid[:64, :64] + 0.5
    distance = np.hypot(columns - 32.0, rows - 32.0)
    heat = np.exp(-(((distance - 18) / 6) ** 2)).astype(np.float32)
    reach = 6 * np.sqrt(np.log(2.0))
    (region,) = regions(heat, 0.5, Framing((64, 64)).place((256, 256)))
    (hole,) = region.holes
    for line, radius in ((region.contour, 18 + reach), (hole, 18 - reach)):
        assert np.abs(np.hypot(*(line - 128.0).T) - 4 * radius).max() < 0.6
    assert polygon_area(region.contour) - polygon_area(hole) == pytest.approx(region.area, rel=0.03)


def test_areas_within_outlines_agree_with_counted_pixels():
    """Each hole belongs to the region round it, also where regions lie within holes of others."""
    rng = np.random.default_rng(3)
    with_holes = 0
    for _ in range(10):
        heat = ndimage.gaussian_filter(rng.random((128, 128)), 3.0).astype(np.float32)
        threshold = float(np.quantile(heat, 0.45))
        for region in regions(heat, threshold, Framing((128, 128)).place((128, 128))):
            with_holes += bool(region.holes)
            inside = polygon_area(region.contour) - sum(polygon_area(hole) for hole in region.holes)
            if region.area > 200:
                assert inside == pytest.approx(region.area, rel=0.05)
    assert with_holes > 5


def test_a_region_alone_is_the_one_it_is_among_others():
    """Regions are worked out in the rectangle round all of them: a small one here, nearly the whole map there."""
    placement = Framing((64, 96)).place((320, 480))
    hills = [
        hill((30.3, 25.7), 5.0, (64, 96), 3.0),
        hill((0.4, 63.0), 4.0, (64, 96), 2.0),
        hill((80.5, 3.2), 1.0, (64, 96)),
    ]
    together = regions(np.max(hills, axis=0), 0.5, placement)
    for found, heat in zip(together, hills, strict=True):
        (alone,) = regions(heat, 0.5, placement)
        assert (found.box, found.area, found.peak) == (alone.box, alone.area, alone.peak)
        np.testing.assert_allclose(found.centre, alone.centre)
        np.testing.assert_allclose(found.contour, alone.contour, atol=1e-9)


@pytest.mark.parametrize("size", [(64, 64), (90, 200)])
def test_the_largest_area_is_that_of_the_largest_region(size):
    rng = np.random.default_rng(4)
    placement = Framing((64, 64), fit="letterbox").place(size)
    for _ in range(20):
        heat = ndimage.gaussian_filter(rng.random((64, 64)), 2.0).astype(np.float32)
        for threshold in (0.45, 0.5, 0.6, 2.0):
            expected = max((region.area for region in regions(heat, threshold, placement)), default=0.0)
            assert largest_area(heat, threshold, placement) == expected
    with pytest.raises(ValueError, match="shape"):
        largest_area(heat[:5], 0.5, placement)
