"""Painting on masks, against naive loops; packing, against the array itself."""

import itertools
import zlib

import cv2
import numpy as np
import pytest

from core.errors import Problem
from core.project.masks import (
    NOTHING,
    TILE,
    Box,
    DrawnMask,
    PackedMask,
    curve,
    fill_enclosed,
    outlines,
    paint_polygon,
    paint_stroke,
    whole,
)

SIZE = (60, 80)


def blank(size=SIZE):
    return np.zeros(size, np.uint8)


def centres(size=SIZE):
    return [(x + 0.5, y + 0.5) for y, x in itertools.product(range(size[0]), range(size[1]))]


def distance(start, end, point):
    """Of a point from a line between two others."""
    a, b, p = (np.array(each, np.float64) for each in (start, end, point))
    length = ((b - a) ** 2).sum()
    t = 0.0 if not length else min(max(((p - a) * (b - a)).sum() / length, 0.0), 1.0)
    return np.linalg.norm(p - a - t * (b - a))


def assert_touched(before, after, box):
    """Nothing has changed outside of the box, and the box lies in the picture."""
    outside = np.ones(before.shape, bool)
    outside[box.part] = False
    assert np.array_equal(before[outside], after[outside])
    assert 0 <= box.left <= box.right <= before.shape[1]
    assert 0 <= box.top <= box.bottom <= before.shape[0]


@pytest.mark.parametrize("seed", range(15))
def test_a_stroke_marks_the_pixels_near_its_line(seed):
    rng = np.random.default_rng(seed)
    start, end = ((float(rng.uniform(-15, 95)), float(rng.uniform(-15, 75))) for _ in range(2))
    if seed % 5 == 0:
        end = start
    diameter = float(rng.uniform(2, 30))
    mask = blank()
    box = paint_stroke(mask, start, end, diameter, 1)
    expected = [distance(start, end, point) < diameter / 2 for point in centres()]
    assert mask.ravel().astype(bool).tolist() == expected
    assert_touched(blank(), mask, box)


def test_a_stroke_erases():
    mask = np.ones(SIZE, np.uint8)
    box = paint_stroke(mask, (10, 10), (60, 40), 9, 0)
    other = blank()
    assert paint_stroke(other, (10, 10), (60, 40), 9, 1) == box
    assert np.array_equal(mask, 1 - other)


@pytest.mark.parametrize("end", [(50.3, 30.9), (10.2, 10.7), (10.0, 59.0), (0.0, 0.0)])
def test_the_thinnest_stroke_is_a_connected_line_of_single_pixels(end):
    mask = blank()
    box = paint_stroke(mask, (10.9, 10.1), end, 1, 1)
    assert mask[10, 10]
    assert mask[int(end[1]), int(end[0])]
    assert cv2.connectedComponents(mask, connectivity=8)[0] == 2
    assert mask.sum() == max(abs(int(end[0]) - 10), abs(int(end[1]) - 10)) + 1
    assert_touched(blank(), mask, box)


@pytest.mark.parametrize("seed", range(9))
def test_a_polygon_marks_the_pixels_whose_centres_are_inside(seed):
    rng = np.random.default_rng(seed)
    rings = [rng.uniform(-20, 100, (int(rng.integers(3, 9)), 2)) for _ in range(1 + seed % 3)]
    mask = blank()
    box = paint_polygon(mask, rings, 1)
    inside = np.zeros(SIZE[0] * SIZE[1], bool)
    for number, (x, y) in enumerate(centres()):
        for ring in rings:
            for (x0, y0), (x1, y1) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
                if (y0 <= y) != (y1 <= y) and x >= x0 + (y - y0) * (x1 - x0) / (y1 - y0):
                    inside[number] ^= True
    assert np.array_equal(mask.ravel().astype(bool), inside)
    assert_touched(blank(), mask, box)


def test_shapes_beside_the_picture_touch_nothing():
    mask = blank()
    assert paint_stroke(mask, (-30, -30), (-20, 5), 8, 1) == NOTHING
    assert paint_polygon(mask, [np.array([[200.0, 0], [210, 0], [210, 9]])], 1).area == 0
    assert paint_polygon(mask, [], 1) == NOTHING
    assert not mask.any()


def test_fill_marks_what_an_outline_encloses():
    mask = blank()
    cv2.circle(mask, (40, 30), 12, 1, 1)
    cv2.circle(mask, (40, 30), 4, 1, 1)
    outline = mask.copy()
    box = fill_enclosed(mask, 40, 22)
    inner = cv2.circle(blank(), (40, 30), 4, 1, -1) - cv2.circle(blank(), (40, 30), 4, 1, 1)
    assert np.array_equal(mask, cv2.circle(blank(), (40, 30), 12, 1, -1) - inner)
    assert not mask[30, 40]  # the inner circle is closed, too
    assert_touched(outline, mask, box)


def test_fill_leaves_the_open_background_alone():
    mask = blank()
    cv2.circle(mask, (40, 30), 12, 1, 1)
    before = mask.copy()
    assert fill_enclosed(mask, 2, 2) is None
    assert fill_enclosed(mask, 40, 18) is None  # on the outline
    assert np.array_equal(mask, before)


@pytest.mark.parametrize("seed", range(6))
def test_fill_marks_what_a_naive_flood_reaches(seed):
    noise = cv2.GaussianBlur(np.random.default_rng(seed).normal(size=SIZE), (0, 0), 3)
    spots = ((noise > 0) & (cv2.circle(blank(), (40, 30), 22 + 3 * seed, 1, -1) > 0)).astype(np.uint8)
    outline = cv2.dilate(spots, np.ones((3, 3))) - spots  # closed lines, some of them at the picture's border
    found = set()
    for y, x in itertools.product(range(0, SIZE[0], 9), range(0, SIZE[1], 9)):
        mask = outline.copy()
        box = fill_enclosed(mask, x, y)
        reached, edge = set(), [(y, x)]
        while edge:
            row, column = edge.pop()
            inside = 0 <= row < SIZE[0] and 0 <= column < SIZE[1]
            if inside and (row, column) not in reached and not outline[row, column]:
                reached.add((row, column))
                edge += [(row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)]
        left, top, width, height = cv2.boundingRect(outline)
        enclosed = all(top <= row < top + height and left <= column < left + width for row, column in reached)
        assert (box is not None) == (bool(reached) and enclosed)
        assert {tuple(p) for p in np.argwhere(mask != outline).tolist()} == (reached if box else set())
        if box is not None:
            assert_touched(outline, mask, box)
        found.add(box is not None)
    assert found == {True, False}


def test_fill_does_not_leak_through_corners_and_takes_the_border_for_closed():
    mask = blank()
    cv2.line(mask, (0, 20), (20, 0), 1, 1)
    assert fill_enclosed(mask, 3, 3) == Box(0, 0, 20, 20)
    assert mask[:21, :21].sum() == 21 * 22 // 2
    assert mask.sum() == 21 * 22 // 2


@pytest.mark.parametrize("corner", [(50, 100), (50, 0), (0, 0), (400, 900)])
def test_a_curve_stays_near_the_true_one_with_few_points(corner):
    points = np.array([(0, 0), *curve((0, 0), corner, (100, 0))], np.float64)
    assert points[-1].tolist() == [100, 0]
    t = np.linspace(0, 1, 2000)[:, None]
    true = 2 * t * (1 - t) * np.array(corner) + t**2 * np.array((100, 0))
    off = [min(distance(a, b, p) for a, b in itertools.pairwise(points)) for p in true]
    assert max(off) <= 0.5 + 1e-9
    assert len(points) == 2 if corner == (50, 0) else len(points) < 40


@pytest.mark.parametrize("seed", range(12))
def test_outlines_painted_again_are_the_same_pixels(seed):
    rng = np.random.default_rng(seed)
    noise = cv2.GaussianBlur(rng.normal(size=SIZE), (0, 0), 1 + seed / 4)
    mask = (noise > 0.02 if seed else rng.random(SIZE) > 0.5).astype(np.uint8)
    again = blank()
    areas = outlines(mask)
    for rings in areas:
        paint_polygon(again, rings, 1)
    assert np.array_equal(again, mask)
    assert len(areas) == cv2.connectedComponents(mask, connectivity=8)[0] - 1


def test_an_outline_runs_along_the_edges_of_the_pixels():
    mask = blank()
    mask[10:20, 5:15] = 1
    mask[12:14, 8:9] = 0
    ((outer, hole),) = outlines(mask)
    assert {tuple(p) for p in outer.tolist()} == {(5, 10), (15, 10), (15, 20), (5, 20)}
    assert {tuple(p) for p in hole.tolist()} == {(8, 12), (9, 12), (9, 14), (8, 14)}
    assert outlines(blank()) == ()


LARGE = (TILE * 2 + 37, TILE * 3 + 5)


def painting(seed=0):
    mask = blank(LARGE)
    rng = np.random.default_rng(seed)
    for _ in range(4):
        start, end = (tuple(rng.uniform(0, 700, 2).tolist()) for _ in range(2))
        paint_stroke(mask, start, end, 25, 1)
    return mask


def test_a_packed_mask_is_the_same_mask():
    mask = painting()
    packed = PackedMask.of(mask)
    assert np.array_equal(packed.unpack(), mask)
    assert PackedMask.of(mask.astype(bool)) == packed
    assert packed.marked
    assert not PackedMask.of(blank(LARGE)).marked
    assert PackedMask.of(blank(LARGE)) == PackedMask(LARGE)


@pytest.mark.parametrize("seed", range(6))
def test_painting_packs_the_touched_tiles_and_shares_the_others(seed):
    mask = painting(seed)
    before = PackedMask.of(mask)
    box = paint_stroke(mask, (300 + 40 * seed, 20), (320, 200), 30, seed % 2)
    after = before.painted(mask, box)
    assert after == PackedMask.of(mask)
    untouched = [n for n in after.tiles if n // 4 == 2]  # the last row of squares
    assert untouched
    assert all(after.tiles[n] is before.tiles[n] for n in untouched)
    assert after.bytes_beside(before) < sum(map(len, after.tiles.values()))
    assert before.bytes_beside(before) == 0
    assert before.bytes_beside(None) == sum(map(len, before.tiles.values()))


def test_an_array_is_brought_back_where_it_differs():
    mask = painting()
    before = PackedMask.of(mask)
    drawn = mask.copy()
    box = paint_stroke(drawn, (700, 500), (760, 540), 40, 1)
    after = before.painted(drawn, box)
    touched = before.restore(drawn, after)
    assert np.array_equal(drawn, mask)
    assert touched.union(box) == touched
    assert touched.area < mask.size
    assert before.restore(drawn, before) == NOTHING


@pytest.mark.parametrize("bits", [b"", b"nonsense", zlib.compress(b"\xff"), zlib.compress(bytes(TILE * TILE))])
def test_a_damaged_mask_says_so(bits):
    with pytest.raises(Problem, match="damaged"):
        PackedMask(LARGE, {0: bits}).unpack()
    with pytest.raises(Problem, match="damaged"):
        PackedMask(LARGE, {99: zlib.compress(bytes(TILE * TILE // 8))}).unpack()


@pytest.mark.parametrize("size", [(1030, 777), (1029, 1300)])
def test_smaller_copies_show_every_mark(size):
    drawn = DrawnMask(blank(size))
    assert len(drawn.levels) > 2
    for start, end in (((5, 5), (700, 900)), ((776, 0), (770, 1028)), ((3, 1025), (700, 1029))):
        drawn.refresh(paint_stroke(drawn.pixels, start, end, 3, 1))
    drawn.refresh(paint_stroke(drawn.pixels, (300, 300), (500, 500), 90, 0))
    for number, level in enumerate(drawn.levels):
        side = 2**number
        for row, column in itertools.product(range(0, level.shape[0], 7), range(0, level.shape[1], 5)):
            block = drawn.pixels[row * side : (row + 1) * side, column * side : (column + 1) * side]
            assert level[row, column] == block.max()
        assert level.shape == tuple(-(-length // side) for length in size)


def test_the_whole_picture_is_a_box():
    assert whole((3, 4)) == Box(0, 0, 4, 3)
    assert whole((3, 4)).area == 12
    assert NOTHING.union(Box(1, 2, 3, 4)) == Box(1, 2, 3, 4) == Box(1, 2, 3, 4).union(NOTHING)
