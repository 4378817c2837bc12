"""Why a spot is strange: crops, good photos found again by name and content, and their mean at the same place."""

import shutil

import numpy as np
import pytest

from core.detectors.settings import PadimSettings, PatchCoreSettings
from core.images.framing import Framing
from core.images.reading import content_hash, read_image
from core.images.resampling import to_frames
from core.inspection import why as whys
from core.inspection.inspector import Inspector
from core.inspection.why import GoodPhotos, crop, explain, similar
from core.progress import Cancelled, Ticket, silent
from core.training.recipe import Recipe
from core.training.run import train
from tests.textures import flawed_part, good_part, write_png

SIZES = [(96, 96), (64, 128), (130, 77)]


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    folder = tmp_path_factory.mktemp("good")
    return [write_png(folder / f"good-{i}.png", good_part(i, SIZES[i % 3])) for i in range(8)]


@pytest.fixture(scope="module", params=["stretch", "letterbox"])
def framing(request):
    return Framing((64, 96), request.param)


def trained(settings, good, framing):
    return train(good[:6], good[6:], Recipe(settings, framing), silent())


@pytest.fixture(scope="module")
def padim(good, framing):
    return trained(PadimSettings(channels=12), good, framing)


@pytest.fixture(scope="module")
def patchcore(good, framing):
    return trained(PatchCoreSettings(coreset=0.5), good, framing)


@pytest.fixture
def flawed(tmp_path):
    return write_png(tmp_path / "flawed.png", flawed_part(50, (90, 120))[0])


def known(paths):
    return {content_hash(path): path for path in paths}


def test_the_good_patch_is_shown_in_its_own_photo(patchcore, good, flawed):
    [why] = explain(patchcore, flawed, (60.0, 45.0), GoodPhotos(patchcore, known(good)), silent())
    origin = why.explanation.origin
    assert why.photo == good[origin.image_index]
    assert str(why.caption) == f"From {why.photo.name}"
    pixels = read_image(why.photo).pixels
    placement = patchcore.framing.place(pixels.shape[:2])
    want = crop(pixels, placement, origin.row, origin.col, why.explanation.side)
    np.testing.assert_array_equal(why.good.pixels, want.pixels)
    x, y = placement.point_to_image(origin.col, origin.row)
    box = why.good.box
    assert (box.x + box.width / 2) / why.good.pixels.shape[1] <= 1
    rows, columns = pixels.shape[:2]
    if why.good.pixels.shape[:2] == (rows, columns):  # nothing is cut off: the box lies where the patch does
        assert (box.x + box.width / 2, box.y + box.height / 2) == (pytest.approx(x), pytest.approx(y))


def test_the_patch_asked_about_holds_the_spot(patchcore, flawed, good):
    for spot in [(0.5, 0.5), (60.0, 45.0), (119.0, 89.0)]:
        [why] = explain(patchcore, flawed, spot, GoodPhotos(patchcore, known(good)), silent())
        left, top, width, height = why.patch
        assert left <= spot[0] <= left + width
        assert top <= spot[1] <= top + height


def test_without_a_spot_it_is_the_highest_of_the_heat_map(patchcore, flawed, good):
    heat = Inspector(patchcore).inspect(flawed, silent())
    row, column = np.unravel_index(np.where(heat.placement.inside(), heat.heat, -1).argmax(), heat.heat.shape)
    [why] = explain(patchcore, flawed, None, GoodPhotos(patchcore, known(good)), silent())
    assert abs(why.explanation.row - row) <= 8
    assert abs(why.explanation.col - column) <= 8


def test_a_file_that_is_gone_or_another_one_is_told(patchcore, good, flawed, tmp_path):
    [why] = explain(patchcore, flawed, (60.0, 45.0), GoodPhotos(patchcore, {}), silent())
    assert why.good is None
    assert why.photo is None
    assert "is not here" in str(why.caption)
    for path in good:
        shutil.copy(good[7], tmp_path / path.name)
    [why] = explain(patchcore, flawed, (60.0, 45.0), GoodPhotos(patchcore, {}, [tmp_path]), silent())
    assert "is not here" in str(why.caption) or why.photo.name == good[7].name


def test_files_are_found_by_name_where_contents_agree(patchcore, good, flawed, tmp_path):
    for path in good:
        shutil.copy(path, tmp_path / path.name)
    photos = GoodPhotos(patchcore, {}, [tmp_path / "elsewhere", tmp_path])
    [why] = explain(patchcore, flawed, (60.0, 45.0), photos, silent())
    assert why.photo == tmp_path / good[why.explanation.origin.image_index].name


def test_the_mean_good_patch_is_the_mean_of_the_good_frames(padim, good, flawed):
    first, last = explain(padim, flawed, (60.0, 45.0), GoodPhotos(padim, known(good)), silent())
    assert first.good is None
    assert first.caption is None
    times = 512 // 96
    large = Framing((64 * times, 96 * times), padim.framing.fit)
    frames = [to_frames([read_image(path).pixels], large)[0].double().numpy() for path in good[:6]]
    mean = np.rint(255 * np.mean(frames, axis=0).transpose(1, 2, 0)).astype(np.uint8)
    found = last.explanation
    half = max(96 * 64 / 256, 3 * found.side) * times / 2
    top = round(min(max(found.row * times - half, 0), mean.shape[0] - 2 * half))
    left = round(min(max(found.col * times - half, 0), mean.shape[1] - 2 * half))
    side = round(2 * half)
    np.testing.assert_array_equal(last.good.pixels, mean[top : top + side, left : left + side])
    assert str(last.caption) == "Mean of 6 good photos"


def test_photos_that_are_gone_are_left_out_of_the_mean(padim, good, flawed):
    *_, last = explain(padim, flawed, (60.0, 45.0), GoodPhotos(padim, known(good[:2])), silent())
    assert str(last.caption) == "Mean of 2 of the 6 good photos"
    *_, last = explain(padim, flawed, (60.0, 45.0), GoodPhotos(padim, {}), silent())
    assert last.good is None
    assert "None of the 6 photos" in str(last.caption)


def test_a_pass_that_was_stopped_goes_on(padim, good):
    whole, broken = (GoodPhotos(padim, known(good)) for _ in range(2))
    whole.look(silent())

    class Stopping(Ticket):
        def check(self):
            if broken.seen == 3:
                self.cancel()
            super().check()

    with pytest.raises(Cancelled):
        broken.look(Stopping())
    assert broken.seen == 3
    broken.look(silent())
    np.testing.assert_array_equal(broken.mean(), whole.mean())


def test_of_very_many_photos_some_are_looked_at(padim, good, monkeypatch):
    monkeypatch.setattr(whys, "MOST_PHOTOS", 3)
    photos = GoodPhotos(padim, known(good))
    photos.look(silent())
    assert photos.seen == 3
    assert photos.most_similar(good[1]) != good[1]


def test_the_most_similar_photo_is_the_one_with_the_least_difference(padim, good, tmp_path):
    photos = GoodPhotos(padim, known(good))
    assert photos.most_similar(good[0]) is None
    photos.look(silent())
    brighter = write_png(
        tmp_path / "brighter.png", np.minimum(read_image(good[4]).pixels.astype(int) + 9, 255).astype("u1")
    )
    assert photos.most_similar(brighter) == good[4]
    assert photos.most_similar(good[4]) != good[4]


def test_the_most_similar_photo_comes_in_the_pictures_size(padim, good, flawed):
    path, pixels = similar(flawed, GoodPhotos(padim, known(good)), silent())
    assert path in good[:6]
    assert pixels.shape == read_image(flawed).pixels.shape
    assert similar(flawed, GoodPhotos(padim, {}), silent()) is None


def test_crops_stay_inside_and_keep_their_box_on_the_patch():
    pixels = np.zeros((1000, 1500, 3), np.uint8)
    placement = Framing((256, 256)).place((1000, 1500))
    for row, column in [(2.0, 2.0), (128.0, 128.0), (254.0, 254.0), (254.0, 2.0)]:
        x, y = (round(at) for at in placement.point_to_image(column, row))
        marked = pixels.copy()
        marked[max(y - 12, 0) : y + 12, max(x - 12, 0) : x + 12] = 255
        found = crop(marked, placement, row, column, 24.0)
        assert max(found.pixels.shape) <= whys.MOST_SIDE
        rows, columns = np.nonzero(found.pixels[..., 0] > 128)
        box = found.box
        assert columns.mean() + 0.5 == pytest.approx(box.x + box.width / 2, abs=7)
        assert rows.mean() + 0.5 == pytest.approx(box.y + box.height / 2, abs=7)
