"""Odd pictures: found where they are planted, and nowhere else."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.images.hygiene import (
    BLOCK,
    NEAR,
    SIDE,
    Look,
    far_from_the_bulk,
    groups,
    look_of,
    near_duplicates,
    odd_sizes,
)
from core.images.reading import content_hash, read_image
from core.models.card import LeftOut, ModelCard, TrainingFile
from core.progress import Cancelled, Ticket, silent
from core.training.hygiene import Checked, Finding, Oddity, check_pictures, least_good
from tests.textures import good_part, write_png


@settings(deadline=None)
@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=40))
def test_distances_are_those_of_the_median_absolute_deviation(values):
    from scipy.stats import median_abs_deviation

    found = far_from_the_bulk(values)
    spread = median_abs_deviation(values, scale="normal")
    if spread > 1e-3:
        np.testing.assert_allclose(found, (np.array(values) - np.median(values)) / spread, rtol=1e-3, atol=1e-9)


def random_looks(count, seed=0):
    random = np.random.default_rng(seed)
    small = random.uniform(0, 255, (count, SIDE * SIDE)).astype(np.float32)
    for place in range(0, count - 1, 7):  # near and not quite near
        small[place + 1] = small[place] + random.normal(0, NEAR * random.choice([0.8, 1.2]), SIDE * SIDE)
    return [Look(each, 0.0, 0.0, (1, 1), 0.0, 0.0) for each in small]


def naive(looks):
    def apart(i, j):
        return np.sqrt(np.mean((looks[i].small.astype(np.float64) - looks[j].small) ** 2))

    return [(i, j) for i in range(len(looks)) for j in range(i + 1, len(looks)) if apart(i, j) <= NEAR]


def test_near_duplicates_are_those_of_a_naive_loop(monkeypatch):
    looks = random_looks(60)
    expected = naive(looks)
    assert 0 < len(expected) < 9
    assert near_duplicates(looks, silent()) == expected
    monkeypatch.setattr("core.images.hygiene.BLOCK", 13)
    assert near_duplicates(looks, silent()) == expected
    assert near_duplicates([], silent()) == []
    assert BLOCK > 13


def test_comparing_can_be_stopped():
    ticket = Ticket()
    ticket.cancel()
    with pytest.raises(Cancelled):
        near_duplicates(random_looks(3), ticket)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda pair: pair[0] != pair[1])))
def test_groups_are_the_connected_components(pairs):
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    found = groups(pairs)
    graph = coo_array(([1] * len(pairs), tuple(zip(*pairs, strict=True)) if pairs else ([], [])), shape=(13, 13))
    named = connected_components(graph, directed=False)[1]
    members = sorted({item for pair in pairs for item in pair})
    together = {}
    for item in members:
        together.setdefault(named[item], []).append(item)
    assert found == sorted(together.values())


def test_odd_sizes_only_where_there_is_a_usual_one():
    assert odd_sizes([(4, 4)] * 19 + [(4, 5)]) == [19]
    assert odd_sizes([(4, 4)] * 3 + [(4, 5)] * 2) == []
    assert odd_sizes([]) == []


def test_a_blurred_picture_has_less_detail():
    sharp = np.array(good_part(0, (200, 200)))
    sharp = np.atleast_3d(sharp)
    blurred = np.atleast_3d(cv2.GaussianBlur(sharp, (0, 0), 3))
    assert look_of(blurred).sharpness < look_of(sharp).sharpness - 1
    dimmed = (sharp * 0.5).astype(np.uint8)
    assert look_of(dimmed).sharpness == pytest.approx(look_of(sharp).sharpness, abs=0.2)
    assert look_of(dimmed).brightness == pytest.approx(look_of(sharp).brightness / 2, abs=1)


@pytest.fixture
def pictures(tmp_path):
    """Twenty good parts, and one of each oddity."""
    paths = [write_png(tmp_path / f"good-{i:02}.png", good_part(i, (160, 160))) for i in range(20)]
    base = read_image(paths[3]).pixels
    odd = {
        "blurred": cv2.GaussianBlur(np.array(good_part(40, (160, 160))), (0, 0), 4),
        "dark": (np.array(good_part(41, (160, 160))) * 0.3).astype(np.uint8),
        "size": np.array(good_part(42, (160, 128))),
        "copy": base,
        "near": np.rint(np.clip(base + np.random.default_rng(0).normal(0, 2, base.shape), 0, 255)).astype(np.uint8),
    }
    planted = {name: write_png(tmp_path / f"{name}.png", pixels) for name, pixels in odd.items()}
    planted["copy"].write_bytes(paths[3].read_bytes())
    test = tmp_path / "test.png"
    test.write_bytes(paths[5].read_bytes())
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    good = [*paths, *planted.values(), broken]
    listed = [Checked(path, "" if path == broken else content_hash(path), True, True) for path in good]
    return planted, paths, [*listed, Checked(test, content_hash(test), True, False)], test


def test_each_oddity_is_found(pictures):
    planted, paths, listed, test = pictures
    write_png(paths[9], good_part(77, (160, 160)))
    found = check_pictures(listed, None, silent())
    by_kind = {oddity: [finding.path for finding in found if finding.oddity is oddity] for oddity in Oddity}
    assert [path.name for path in by_kind[Oddity.UNREADABLE]] == ["broken.png"]
    assert by_kind[Oddity.CHANGED] == [paths[9]]
    assert by_kind[Oddity.LEAK] == [test]
    assert by_kind[Oddity.COPY] == [planted["copy"]]
    assert by_kind[Oddity.NEAR_COPY] == [planted["near"]]
    assert by_kind[Oddity.BLURRED] == [planted["blurred"]]
    assert by_kind[Oddity.DARK] == [planted["dark"]]
    assert by_kind[Oddity.SIZE] == [planted["size"]]
    assert {finding.like for finding in found if finding.oddity is Oddity.COPY} == {paths[3]}
    assert not by_kind[Oddity.BRIGHT]


def test_the_least_good_are_found_by_their_content(tmp_path):
    made = ModelCard(
        *("" for _ in range(4)),
        {},
        *("" for _ in range(3)),
        held_out=(),
        trained_on=(TrainingFile("a.png", "1" * 64), TrainingFile("b.png", "2" * 64)),
        left_out=(LeftOut("b.png", 9.0), LeftOut("a.png", 2.0)),
    )
    assert least_good(made, {"2" * 64: tmp_path / "moved.png"}) == (
        Finding(Oddity.LEAST_GOOD, tmp_path / "moved.png", value=9.0),
    )


def test_a_picture_without_detail_is_found_however_different_the_others_are(tmp_path):
    rng = np.random.default_rng(0)
    gains = np.linspace(0.2, 1.2, 12)  # the bulk is so wide that nothing is far from it
    good = [np.clip(np.array(good_part(i, (96, 96))) * gain, 0, 240).astype(np.uint8) for i, gain in enumerate(gains)]
    white, black = (np.clip(rng.normal(level, 2, good[0].shape), 0, 255).astype(np.uint8) for level in (254, 1))
    paths = [write_png(tmp_path / f"{n:02}.png", pixels) for n, pixels in enumerate([*good, white, black])]
    found = check_pictures([Checked(path, content_hash(path), True, True) for path in paths], None, silent())
    assert [f.path for f in found if f.oddity is Oddity.BRIGHT] == [paths[-2]]
    assert [f.path for f in found if f.oddity is Oddity.DARK] == [paths[-1]]
