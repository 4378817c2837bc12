"""Frames: exact where nothing is resized, averaged by area where it shrinks, grey where it is padded."""

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.images import resampling
from core.images.framing import Framing
from core.images.resampling import PADDING, to_frames
from tests.textures import good_part


def overlap(first: float, last: float, pixel: int) -> float:
    return max(0.0, min(last, pixel + 1) - max(first, pixel))


def axis_weights(source: int, target: int) -> np.ndarray:
    """Return (target, source) float64: overlaps of the pixels when shrinking, straight lines when growing."""
    scale = source / target
    weights = np.zeros((target, source))
    for index in range(target):
        if scale >= 1:
            for pixel in range(source):
                weights[index, pixel] = overlap(index * scale, (index + 1) * scale, pixel) / scale
        else:
            at = min(max((index + 0.5) * scale - 0.5, 0.0), source - 1.0)
            left = min(int(at), source - 2)
            weights[index, left : left + 2] = (left + 1 - at, at - left)
    return weights


@settings(max_examples=25, deadline=None)
@given(st.integers(32, 140), st.integers(32, 140), st.sampled_from(("stretch", "letterbox")), st.integers(0, 999))
def test_frames_match_the_weights_written_out(rows, columns, fit, seed):
    picture = np.random.default_rng(seed).integers(0, 256, (rows, columns, 3), np.uint8)
    framing = Framing((64, 96), fit)
    place = framing.place((rows, columns))
    expected = np.full((3, 64, 96), PADDING)
    down, across = axis_weights(rows, place.height), axis_weights(columns, place.width)
    covered = np.einsum("ar,rcx,bc->xab", down, picture / 255.0, across)
    expected[:, place.top : place.top + place.height, place.left : place.left + place.width] = covered
    got = to_frames([picture], framing)[0].numpy()
    np.testing.assert_allclose(got, expected, atol=1e-5)


def test_same_size_is_exact():
    picture = good_part(3, (64, 96))
    frame = to_frames([picture], Framing((64, 96)))[0]
    assert torch.equal(frame, torch.from_numpy(picture.copy()).permute(2, 0, 1) / 255)


def test_a_batch_of_mixed_sizes_equals_its_pictures_one_by_one():
    pictures = [good_part(0, (64, 64)), good_part(1, (50, 130)), good_part(2, (131, 49))]
    framing = Framing((64, 64), "letterbox")
    batch = to_frames(pictures, framing)
    assert batch.shape == (3, 3, 64, 64)
    assert batch.dtype == torch.float32
    for frame, picture in zip(batch, pictures, strict=True):
        assert torch.equal(frame, to_frames([picture], framing)[0])


def test_no_pictures_make_an_empty_batch():
    assert to_frames([], Framing((32, 64))).shape == (0, 3, 32, 64)


@pytest.mark.parametrize("size", [(120, 77), (40, 300)])
def test_large_pictures_go_strip_by_strip_to_the_same_frame(monkeypatch, size):
    picture = good_part(4, size)
    whole = to_frames([picture], Framing((64, 64)))
    monkeypatch.setattr(resampling, "STRIP_PIXELS", 1500)
    assert torch.equal(to_frames([picture], Framing((64, 64))), whole)


@pytest.mark.parametrize("size", [(1260, 500), (103, 222), (64, 500), (300, 96)])
def test_shrunk_frames_are_opencvs_averages(size):
    picture = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    wanted = cv2.resize(picture.astype(np.float32) / 255, (96, 64), interpolation=cv2.INTER_AREA).transpose(2, 0, 1)
    np.testing.assert_allclose(to_frames([picture], Framing((64, 96)))[0], wanted, atol=5e-6)


@pytest.mark.parametrize("size", [(31, 40), (63, 95), (2, 3)])
def test_grown_frames_are_pytorchs(size):
    picture = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    planes = torch.from_numpy(picture).permute(2, 0, 1)[None] / 255
    wanted = torch.nn.functional.interpolate(planes, size=(64, 96), mode="bilinear")
    torch.testing.assert_close(to_frames([picture], Framing((64, 96))), wanted, rtol=0, atol=5e-6)


def test_white_stays_white():
    frame = to_frames([np.full((333, 777, 3), 255, np.uint8)], Framing((64, 96)))
    assert float(frame.max()) <= 1
    assert float(frame.min()) >= 1 - 1e-6


@pytest.mark.parametrize("fit", ["stretch", "letterbox"])
def test_values_stay_between_black_and_white(fit):
    checks = (np.indices((70, 45)).sum(0) % 2 * 255).astype(np.uint8)[..., None].repeat(3, 2)
    frame = to_frames([checks], Framing((32, 32), fit))
    assert float(frame.min()) >= 0
    assert float(frame.max()) <= 1


@pytest.mark.parametrize("fit", ["stretch", "letterbox"])
@pytest.mark.parametrize("size", [(64, 96), (200, 131)])
def test_one_grey_channel_makes_the_frame_of_three(fit, size):
    grey = good_part(5, size)[..., :1]
    framing = Framing((64, 96), fit)
    assert torch.equal(to_frames([grey], framing), to_frames([grey.repeat(3, axis=2)], framing))
