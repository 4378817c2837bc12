"""Thumbnails: what comes back, what is kept, what is dropped."""

import os
import threading

import cv2
import numpy as np
import pytest

from core.images.framing import Framing
from core.project.masks import PackedMask
from gui.jobs import thumbnails
from gui.jobs.masks import MaskLoader, MaskWish
from gui.jobs.thumbnails import ThumbnailLoader, Wish, cache_file, made, prune, undisturbed


def picture(path, colour=(200, 30, 60), size=(120, 240)):
    image = np.empty((*size, 3), np.uint8)
    image[:] = colour[::-1]
    done, raw = cv2.imencode(".png", image)
    assert done
    path.write_bytes(raw.tobytes())
    return path


@pytest.fixture
def loader(tmp_path):
    made_loader = ThumbnailLoader(tmp_path / "cache")
    yield made_loader
    assert made_loader.close()


def fetch(loader, wish, qtbot):
    if loader.get(wish) is None:
        with qtbot.waitSignal(loader.ready, check_params_cb=lambda served: served == wish):
            pass
    return loader.get(wish)


def test_a_thumbnail_comes_later_and_then_at_once(loader, tmp_path, qtbot):
    wish = Wish(str(picture(tmp_path / "检测 é.png")))
    assert loader.get(wish) is None
    qtbot.waitSignal(loader.ready).wait()
    thumb = loader.get(wish)
    assert thumb.pixels.shape == (52, 104, 3)
    assert thumb.pixels[20, 50].tolist() == [200, 30, 60]
    assert loader.get(wish) is thumb
    assert loader.waiting == 0


def test_heat_comes_with_it(loader, tmp_path, qtbot):
    heat = np.full((64, 64), 2.0, np.float32)
    heat[10:14, 40:44] = 20.0
    np.save(tmp_path / "1.npy", heat)
    place = Framing((64, 64)).place((120, 240))
    wish = Wish(str(picture(tmp_path / "a.png")), str(tmp_path / "1.npy"), place, 20.0)
    thumb = fetch(loader, wish, qtbot)
    assert thumb.heat.shape == (52, 104)
    row, column = np.unravel_index(thumb.heat.argmax(), thumb.heat.shape)
    assert (row, column) == pytest.approx((12 / 64 * 52, 42 / 64 * 104), abs=4)


@pytest.mark.parametrize("spoil", ["missing", "short", "shape", "pickle"])
def test_a_spoilt_heat_map_costs_only_the_heat(loader, tmp_path, qtbot, spoil):
    path = tmp_path / "1.npy"
    if spoil == "shape":
        np.save(path, np.zeros((3, 3), np.float32))
    elif spoil == "pickle":
        np.save(path, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    elif spoil == "short":
        np.save(path, np.zeros((64, 64), np.float32))
        path.write_bytes(path.read_bytes()[:200])
    wish = Wish(str(picture(tmp_path / "a.png")), str(path), Framing((64, 64)).place((120, 240)), 1.0)
    thumb = fetch(loader, wish, qtbot)
    assert thumb.pixels is not None
    assert thumb.heat is None


def test_unreadable_pictures_say_why(loader, tmp_path, qtbot):
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n not really")
    for name in ("broken.png", "gone.png"):
        thumb = fetch(loader, Wish(str(tmp_path / name)), qtbot)
        assert thumb.pixels is None
        assert thumb.trouble


def test_kept_on_disk_until_the_file_changes(tmp_path, monkeypatch):
    path, cache = picture(tmp_path / "a.png"), tmp_path / "cache"
    first = made(Wish(str(path)), cache)
    assert cache_file(Wish(str(path)), cache).is_file()
    with monkeypatch.context() as patch:
        patch.setattr(thumbnails, "thumbnail", lambda *_: pytest.fail("read again"))
        np.testing.assert_array_equal(made(Wish(str(path)), cache).pixels, first.pixels)
    picture(path, (10, 250, 10))
    os.utime(path, ns=(1, 1))
    assert made(Wish(str(path)), cache).pixels[5, 5].tolist() == [10, 250, 10]


def test_a_spoilt_cache_is_made_anew(tmp_path):
    path, cache = picture(tmp_path / "a.png"), tmp_path / "cache"
    made(Wish(str(path)), cache)
    for junk in (b"", b"junk"):
        cache_file(Wish(str(path)), cache).write_bytes(junk)
        assert made(Wish(str(path)), cache).pixels[5, 5].tolist() == [200, 30, 60]


def test_a_cache_that_cannot_be_written_is_no_trouble(tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert made(Wish(str(picture(tmp_path / "a.png"))), tmp_path / "cache").pixels is not None


def test_the_cache_is_pruned_oldest_first(tmp_path):
    cache = tmp_path / "cache"
    for number in range(6):
        path = picture(tmp_path / f"{number}.png")
        made(Wish(str(path)), cache)
        os.utime(cache_file(Wish(str(path)), cache), (number, number))
    assert prune(cache, 2) == 4
    left = set(cache.rglob("*.png"))
    assert left == {cache_file(Wish(str(tmp_path / f"{number}.png")), cache) for number in (4, 5)}


def test_the_newest_wish_first_and_scrolled_past_ones_never(tmp_path, qtbot, monkeypatch):
    gate, begun, served = threading.Event(), threading.Event(), []
    real = thumbnails.thumbnail

    def slow(path, side, value_range):
        begun.set()
        assert gate.wait(10)
        served.append(path.name)
        return real(path, side, value_range)

    monkeypatch.setattr(thumbnails, "thumbnail", slow)
    loader = ThumbnailLoader(None, threads=1)
    wishes = [Wish(str(picture(tmp_path / f"{number}.png"))) for number in range(5)]
    loader.get(wishes[0])
    assert begun.wait(10)
    for wish in wishes[1:]:
        loader.get(wish)
    loader.keep_only([wishes[1], wishes[3]])
    gate.set()
    qtbot.waitUntil(lambda: loader.waiting == 0)
    assert served == ["0.png", "3.png", "1.png"]
    # What was dropped comes when it is asked for again.
    assert fetch(loader, wishes[2], qtbot).pixels is not None
    assert loader.close()


def test_none_is_begun_while_the_window_paints(tmp_path, qtbot):
    loader = ThumbnailLoader(None)
    wish = Wish(str(picture(tmp_path / "a.png")))
    with undisturbed():
        assert loader.get(wish) is None
        qtbot.wait(200)
        assert loader.waiting == 1
    assert fetch(loader, wish, qtbot).pixels is not None
    assert loader.close()


def test_memory_is_bounded(tmp_path, qtbot, monkeypatch):
    monkeypatch.setattr(thumbnails, "KEPT_IN_MEMORY", 3)
    loader = ThumbnailLoader(None)
    wishes = [Wish(str(picture(tmp_path / f"{number}.png"))) for number in range(6)]
    for wish in wishes:
        fetch(loader, wish, qtbot)
    assert len(loader._kept) == 3
    assert wishes[5] in loader._kept
    loader.forget([wishes[5].file])
    assert wishes[5] not in loader._kept
    assert loader.close()


def test_the_plain_picture_stands_in_until_the_heat_is_there(loader, tmp_path, qtbot):
    np.save(tmp_path / "1.npy", np.zeros((64, 64), np.float32))
    plain = Wish(str(picture(tmp_path / "a.png")))
    heated = Wish(plain.file, str(tmp_path / "1.npy"), Framing((64, 64)).place((120, 240)), 3.0)
    thumb = fetch(loader, plain, qtbot)
    assert loader.nearest(heated) is thumb
    qtbot.waitUntil(lambda: loader.waiting == 0)
    assert loader.nearest(heated).heat is not None


def test_closing_leaves_nothing_running(tmp_path):
    loader = ThumbnailLoader(None)
    for number in range(20):
        loader.get(Wish(str(picture(tmp_path / f"{number}.png"))))
    assert loader.close()
    assert loader._pool.activeThreadCount() == 0


def test_a_mask_is_loaded_from_its_file_or_says_why_not(tmp_path, qtbot):
    loader = MaskLoader()
    mask = np.zeros((60, 80), np.uint8)
    mask[10:20, 30:50] = 1
    cv2.imwrite(str(tmp_path / "mask.png"), mask)
    for wish, marks in (
        (MaskWish(1, tmp_path / "mask.png", (60, 80)), mask),
        (MaskWish(1, PackedMask.of(mask), (60, 80)), mask),
        (MaskWish(1, None, (60, 80)), 0 * mask),
        (MaskWish(1, tmp_path / "mask.png", (61, 80)), np.zeros((61, 80), np.uint8)),
        (MaskWish(1, PackedMask.of(mask), (61, 80)), np.zeros((61, 80), np.uint8)),
    ):
        with qtbot.waitSignal(loader.ready) as told:
            loader.request(wish)
        (loaded,) = told.args
        assert loaded.wish == wish
        assert np.array_equal(loaded.drawn.pixels, marks)
        assert loaded.packed == PackedMask.of(marks)
        assert ("80 × 60" in loaded.trouble) == (wish.size == (61, 80))
