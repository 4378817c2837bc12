"""The area to look at: drawn once, the same for every size, kept through every file, honoured everywhere."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.detectors.settings import PadimSettings, PatchCoreSettings, SimpleNetSettings
from core.devices import choose_device
from core.errors import Problem
from core.export.onnx import export_bundle
from core.images.area import RASTER, Area
from core.images.framing import Framing
from core.images.resampling import PADDING, to_frames
from core.inspection.inspector import Inspector
from core.models.bundle import load_model, save_model
from core.progress import silent
from core.project.model import Label
from core.scoring.regions import regions
from core.training.evaluate import Labelled, evaluate
from core.training.recipe import Recipe
from core.training.run import train
from tests.textures import good_part, write_png

LEFT = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
UPPER = ((0.0, 0.0), (1.0, 0.0), (1.0, 0.5), (0.0, 0.5))
TRIANGLE = ((0.1, 0.2), (0.9, 0.3), (0.4, 0.95))


def inside(outline, x, y):
    """Even-odd rule, a point at a time."""
    crossings = 0
    for (x0, y0), (x1, y1) in zip(outline, (*outline[1:], outline[0]), strict=True):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            crossings += 1
    return crossings % 2 == 1


def near(outline, x, y, distance):
    """Whether a point is that near to an outline."""
    point = np.array([x, y])
    for start, end in zip(outline, (*outline[1:], outline[0]), strict=True):
        a, b = np.array(start), np.array(end)
        share = np.clip(np.dot(point - a, b - a) / max(np.dot(b - a, b - a), 1e-12), 0, 1)
        if np.linalg.norm(point - a - share * (b - a)) <= distance:
            return True
    return False


@settings(max_examples=25, deadline=None)
@given(st.integers(20, 300), st.integers(20, 300), st.integers(0, 1000))
def test_the_mask_is_that_of_a_naive_polygon(height, width, seed):
    mask = Area((TRIANGLE,)).mask(height, width)
    for row, column in np.random.default_rng(seed).integers(0, (height, width), (40, 2)):
        x, y = (column + 0.5) / width, (row + 0.5) / height
        if not near(TRIANGLE, x, y, 2 / RASTER):
            assert mask[row, column] == inside(TRIANGLE, x, y)


def test_what_is_ignored_is_so_wherever_it_lies():
    mask = Area((LEFT, UPPER), (TRIANGLE,)).mask(100, 200)
    either = np.zeros((100, 200), bool)
    either[:, :100] = either[:50] = True
    expected = either & ~Area((TRIANGLE,)).mask(100, 200)
    assert (mask != expected).mean() < 0.01
    assert Area((), (LEFT,)).mask(10, 10).tolist() == [[False] * 5 + [True] * 5] * 10
    assert not Area()


@pytest.mark.parametrize(
    "outlines",
    [
        {"include": (((0.0, 0.0), (1.0, 1.0)),)},
        {"include": (((0.0, 0.0), (1.0, 1.0), (1.5, 0.0)),)},
        {"ignore": (((0.0, 0.0), (float("nan"), 1.0), (0.5, 0.0)),)},
        {"include": (LEFT,) * 201},
        {"include": (LEFT,), "ignore": (LEFT,)},
    ],
)
def test_outlines_that_make_no_area_are_refused(outlines):
    with pytest.raises(Problem):
        Area(**outlines)


@pytest.mark.parametrize("fit", ["stretch", "letterbox"])
def test_frames_are_grey_where_the_picture_does_not_count(fit):
    framing = Framing((64, 96), fit, Area((TRIANGLE,)))
    photo = np.random.default_rng(0).integers(0, 256, (90, 200, 3), dtype=np.uint8)
    frame = to_frames([photo], framing)[0]
    counts = torch.from_numpy(framing.place((90, 200)).inside())
    assert (frame[:, ~counts] == PADDING).all()
    assert torch.equal(frame[:, counts], to_frames([photo], Framing((64, 96), fit))[0][:, counts])
    assert Framing.from_json(json.loads(json.dumps(framing.to_json()))) == framing


def part(seed, size=(96, 96)):
    return np.array(good_part(seed, size))


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """Good parts whose left half is never twice the same; a flaw on the right and one on the left."""
    folder = tmp_path_factory.mktemp("photos")
    random = np.random.default_rng(1)

    def busy(seed):
        picture = part(seed)
        picture[:, :40] = random.integers(0, 256, (96, 40, *picture.shape[2:]))
        return picture

    good = [write_png(folder / f"good-{i}.png", busy(i)) for i in range(8)]
    right, left = busy(20), busy(21)
    right[40:60, 65:85] = 255
    left[40:60, 10:30] = 255
    return good, write_png(folder / "right.png", right), write_png(folder / "left.png", left)


RIGHT_ONLY = Area(ignore=(((0.0, 0.0), (0.45, 0.0), (0.45, 1.0), (0.0, 1.0)),))


@pytest.mark.parametrize(
    "detector",
    [PatchCoreSettings(coreset=0.3), PadimSettings(channels=20), SimpleNetSettings(hidden=64, least_steps=120)],
)
def test_only_what_counts_is_learned_scored_and_exported(photos, tmp_path, detector):
    good, right, left = photos
    model = train(good[:6], good[6:], Recipe(detector, Framing((96, 96), area=RIGHT_ONLY)), silent())
    assert Recipe.from_json(model.card.recipe).framing.area == RIGHT_ONLY
    limit = model.calibration.image.value
    seen = {name: Inspector(model).inspect(path, silent()) for name, path in (("right", right), ("left", left))}
    assert seen["right"].score > limit
    assert seen["left"].score < seen["right"].score
    for each in seen.values():
        assert not each.heat[:, : int(0.45 * 96) - 1].any()
        assert all(
            region.box[0] >= 0.44 * 96 for region in regions(each.heat, model.calibration.pixel.value, each.placement)
        )
    save_model(model, tmp_path / "m.flawmodel")
    again = load_model(tmp_path / "m.flawmodel", choose_device("cpu"))
    assert again.framing == model.framing
    np.testing.assert_array_equal(Inspector(again).inspect(right, silent()).heat, seen["right"].heat)
    report = export_bundle(model, tmp_path / "bundle", [right, left, *good], silent())
    assert report.certificate.passed


def test_what_does_not_count_is_no_pixel_of_any_figure(photos, tmp_path):
    good, _, left = photos
    mask = np.zeros((96, 96), np.uint8)
    mask[40:60, 10:30] = 255
    drawn = write_png(tmp_path / "mask.png", mask)
    model = train(
        good[:6], good[6:], Recipe(PatchCoreSettings(coreset=0.3), Framing((96, 96), area=RIGHT_ONLY)), silent()
    )
    found = evaluate(model, [Labelled(left, Label.DEFECT, drawn), Labelled(good[7], Label.GOOD)], silent())
    counting = int(RIGHT_ONLY.mask(96, 96).sum())
    assert found.pixels.good_pixels == 2 * counting
    assert found.pixels.defect_pixels == 0


def test_models_without_an_area_can_be_read_by_earlier_versions(photos, tmp_path):
    good, *_ = photos
    recipe = Recipe(PatchCoreSettings(coreset=0.3), Framing((96, 96)))
    for area, version in ((Area(), b'\\"format\\": 1'), (RIGHT_ONLY, b'\\"format\\": 2')):
        file = tmp_path / "m.flawmodel"
        framing = replace(recipe.framing, area=area)
        save_model(train(good[:3], good[3:5], replace(recipe, framing=framing), silent()), file)
        assert version in file.read_bytes()[:100_000]
