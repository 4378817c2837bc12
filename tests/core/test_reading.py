"""Reading: every format is written here by other means than the code under test, and compared pixel by pixel."""

import contextlib
import hashlib
import io
import itertools
import os
import struct
import zlib

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from core.errors import Problem
from core.images.reading import (
    MAX_BYTES,
    ValueRange,
    content_hash,
    fitting_range,
    probe_image,
    read_image,
    read_mask,
    thumbnail,
    write_image,
)
from core.progress import Cancelled, silent
from tests.textures import good_part

SIZE = (48, 70)
PART = good_part(11, SIZE)
GREY = PART[..., 1].copy()
DEEP = (PART.astype(np.uint16) * 257) ^ np.uint16(0x15)
UNIT = (PART / 255).astype(np.float32)


def pil_bytes(pixels, kind, mode=None, **options):
    image = Image.fromarray(pixels)
    if mode is not None:
        image = image.convert(mode)
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def tiff_bytes(pixels, **options):
    stream = io.BytesIO()
    tifffile.imwrite(stream, pixels, **options)
    return stream.getvalue()


def put(tmp_path, data, name="part.bin"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


def rgb(grey):
    return np.repeat(grey[..., None], 3, axis=2)


LOSSLESS = {
    "png": (pil_bytes(PART, "PNG"), PART),
    "png grey": (pil_bytes(GREY, "PNG"), rgb(GREY)),
    "bmp": (pil_bytes(PART, "BMP"), PART),
    "bmp grey": (pil_bytes(GREY, "BMP"), rgb(GREY)),
    "webp": (pil_bytes(PART, "WEBP", lossless=True), PART),
    "tiff": (tiff_bytes(PART, photometric="rgb"), PART),
    "tiff grey": (tiff_bytes(GREY), rgb(GREY)),
    "tiff tiled": (tiff_bytes(np.tile(PART, (3, 3, 1)), photometric="rgb", tile=(32, 32)), np.tile(PART, (3, 3, 1))),
    "tiff zlib": (tiff_bytes(PART, photometric="rgb", compression="zlib", predictor=True), PART),
    "tiff planes": (tiff_bytes(PART.transpose(2, 0, 1).copy(), photometric="rgb", planarconfig="separate"), PART),
    "bigtiff": (tiff_bytes(PART, photometric="rgb", bigtiff=True), PART),
    "tiff big-endian": (tiff_bytes(PART, photometric="rgb", byteorder=">"), PART),
    "tiff lzw": (pil_bytes(PART, "TIFF", compression="tiff_lzw"), PART),
    "png 1 bit": (pil_bytes(GREY, "PNG", "1"), rgb(np.asarray(Image.fromarray(GREY).convert("1"), np.uint8) * 255)),
    "png palette": (pil_bytes(GREY // 16 * 16, "PNG", "P"), rgb(GREY // 16 * 16)),
    "png opaque alpha": (pil_bytes(np.dstack([PART, np.full(SIZE, 255, np.uint8)]), "PNG"), PART),
}
WHOLE_DEEP = {
    "png 16": (cv2.imencode(".png", DEEP[..., 1])[1].tobytes(), rgb(DEEP[..., 1])),
    "png 16 rgb": (cv2.imencode(".png", DEEP[..., ::-1])[1].tobytes(), DEEP),
    "tiff 16": (tiff_bytes(DEEP[..., 1]), rgb(DEEP[..., 1])),
    "tiff 16 rgb": (tiff_bytes(DEEP, photometric="rgb"), DEEP),
    "tiff 16 big-endian": (tiff_bytes(DEEP, photometric="rgb", byteorder=">"), DEEP),
    "tiff 16 tiled": (tiff_bytes(np.tile(DEEP, (2, 2, 1)), photometric="rgb", tile=(48, 48)), np.tile(DEEP, (2, 2, 1))),
    "tiff 16 zlib": (tiff_bytes(DEEP, photometric="rgb", compression="zlib"), DEEP),
}


@pytest.mark.parametrize("name", LOSSLESS)
def test_lossless_8_bit_is_exact(tmp_path, name):
    data, expected = LOSSLESS[name]
    path = put(tmp_path, data)
    picture = read_image(path)
    assert np.array_equal(picture.pixels, expected)
    assert picture.pixels.flags.c_contiguous
    assert picture.pixels.flags.writeable
    assert picture.note == ""
    facts = probe_image(path)
    assert (facts.size, facts.bits, facts.pages) == (expected.shape[:2], 8, 1)
    assert facts.format == name.split()[0].upper().replace("BIGTIFF", "TIFF")


@pytest.mark.parametrize("name", WHOLE_DEEP)
@pytest.mark.parametrize("limits", [None, ValueRange(0, 4095), ValueRange(1000.5, 60000)])
def test_16_bit_is_scaled_by_one_fixed_range(tmp_path, name, limits):
    data, stored = WHOLE_DEEP[name]
    path = put(tmp_path, data)
    low, high = (0, 65535) if limits is None else (limits.low, limits.high)
    exact = (stored.astype(np.float64) - low) / (high - low) * 255
    got = read_image(path, limits).pixels.astype(np.float64)
    assert np.abs(got - np.clip(exact, 0, 255)).max() <= 0.5 + 1e-3
    assert probe_image(path).bits == 16


@pytest.mark.parametrize(
    "options",
    [{"byteorder": ">"}, {"tile": (16, 32)}, {"compression": "zlib"}, {"bigtiff": True}, {"rowsperstrip": 5}],
    ids=lambda options: next(iter(options)),
)
@pytest.mark.parametrize("pixels", [UNIT, UNIT[..., 1]], ids=["rgb", "grey"])
def test_half_floats_are_read_however_they_are_laid_out(tmp_path, pixels, options):
    stored = (pixels * 3 - 1).astype(np.float16)
    stored[3, 5], stored[4, 6] = np.nan, np.inf
    path = put(tmp_path, tiff_bytes(stored, photometric="rgb" if pixels.ndim == 3 else "minisblack", **options))
    limits = ValueRange(-1, 2)
    exact = (np.nan_to_num(stored.astype(np.float64), nan=-1.0, posinf=2.0) + 1) / 3 * 255
    got = read_image(path, limits).pixels.astype(np.float64)
    assert np.abs(got - (exact if exact.ndim == 3 else exact[..., np.newaxis])).max() <= 0.5 + 1e-3
    assert fitting_range([path], silent()) == ValueRange(0, 255)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("pixels", [UNIT, UNIT[..., 1]], ids=["rgb", "grey"])
def test_floats_are_0_to_1_unless_told(tmp_path, kind, pixels):
    path = put(tmp_path, tiff_bytes(pixels.astype(kind), photometric="rgb" if pixels.ndim == 3 else "minisblack"))
    assert np.array_equal(read_image(path).pixels, PART if pixels.ndim == 3 else rgb(GREY))
    half = read_image(path, ValueRange(0, 2)).pixels.astype(int)
    assert np.abs(half - (PART if pixels.ndim == 3 else rgb(GREY)) / 2).max() <= 0.51
    assert probe_image(path).bits == 8 * np.dtype(kind).itemsize


def test_floats_that_are_no_numbers_become_black_or_white(tmp_path):
    pixels = UNIT[..., 0].copy()
    pixels[0, :3] = np.nan, np.inf, -np.inf
    assert read_image(put(tmp_path, tiff_bytes(pixels))).pixels[0, :3, 0].tolist() == [0, 255, 0]


def test_8_bit_ignores_the_range(tmp_path):
    path = put(tmp_path, LOSSLESS["png"][0])
    assert np.array_equal(read_image(path, ValueRange(0, 4095)).pixels, PART)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}])
def test_jpeg_is_near_what_was_written(tmp_path, options):
    for pixels, expected in ((PART, PART), (GREY, rgb(GREY))):
        got = read_image(put(tmp_path, pil_bytes(pixels, "JPEG", quality=97, **options))).pixels
        assert np.abs(got.astype(int) - expected).mean() < 2.5


def test_cmyk_jpeg_has_its_colours(tmp_path):
    flat = np.zeros((40, 40, 3), np.uint8)
    flat[:] = (200, 60, 30)
    got = read_image(put(tmp_path, pil_bytes(flat, "JPEG", "CMYK", quality=97))).pixels
    assert np.abs(got.astype(int) - flat).max() <= 6


TURNS = {
    1: lambda p: p,
    2: np.fliplr,
    3: lambda p: np.rot90(p, 2),
    4: np.flipud,
    5: lambda p: p.swapaxes(0, 1),
    6: lambda p: np.rot90(p, -1),
    7: lambda p: np.rot90(p, 2).swapaxes(0, 1),
    8: lambda p: np.rot90(p, 1),
}


@pytest.mark.parametrize("orientation", TURNS)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "TIFF16", "PNG alpha"])
def test_exif_turn(tmp_path, kind, orientation):
    exif = Image.Exif()
    exif[274] = orientation
    if kind == "TIFF16":
        tags = [(274, "H", 1, orientation, True)]
        data = tiff_bytes(DEEP, photometric="rgb", extratags=tags)
        tolerance = 1
    elif kind == "PNG alpha":
        data, tolerance = pil_bytes(np.dstack([PART, np.full(SIZE, 255, np.uint8)]), "PNG", exif=exif), 0
    else:
        options = {"JPEG": {"quality": 100, "subsampling": 0}, "WEBP": {"lossless": True}}.get(kind, {})
        data, tolerance = pil_bytes(PART, kind, exif=exif, **options), 4 if kind == "JPEG" else 0
    path = put(tmp_path, data)
    expected = TURNS[orientation](PART)
    got = read_image(path).pixels
    assert got.shape == expected.shape
    assert np.abs(got.astype(int) - expected).max() <= tolerance
    assert probe_image(path).size == expected.shape[:2]
    assert thumbnail(path, 500).shape == expected.shape


def test_several_pages_give_the_first_and_a_note(tmp_path):
    for stack in (np.stack([GREY, 255 - GREY, GREY]), np.stack([DEEP[..., 0]] * 3)):
        path = put(tmp_path, tiff_bytes(stack, photometric="minisblack"))
        picture = read_image(path)
        assert picture.note == "first of 3 pages"
        assert np.array_equal(picture.pixels[..., 0], stack[0] if stack.dtype == np.uint8 else PART[..., 0])
        assert probe_image(path).pages == 3


def test_transparent_pixels_are_black_and_noted(tmp_path):
    alpha = np.zeros(SIZE, np.uint8)
    alpha[:, 35:] = 255
    alpha[:, 30:35] = 128
    expected = np.rint(PART * (alpha[..., None] / 255.0))
    for data in (pil_bytes(np.dstack([PART, alpha]), "PNG"), pil_bytes(np.dstack([PART, alpha]), "TIFF")):
        picture = read_image(put(tmp_path, data))
        assert np.abs(picture.pixels - expected).max() <= 0.5
        assert picture.note == "transparent parts shown black"
    grey = pil_bytes(np.dstack([GREY, alpha]), "PNG")
    assert np.abs(read_image(put(tmp_path, grey)).pixels - np.rint(rgb(GREY) * (alpha[..., None] / 255.0))).max() <= 0.5
    deep = np.dstack([DEEP[..., ::-1], alpha.astype(np.uint16) * 257])
    got = read_image(put(tmp_path, cv2.imencode(".png", deep)[1].tobytes())).pixels
    assert np.abs(got - expected).max() <= 1


def test_an_alpha_that_nobody_filled_in_hides_nothing(tmp_path):
    data = pil_bytes(np.dstack([PART, np.zeros(SIZE, np.uint8)]), "PNG")
    assert np.array_equal(read_image(put(tmp_path, data)).pixels, PART)


@pytest.mark.parametrize("name", ["检测/Prüfung é.png", "a b & 'c' [1].png", "dot..png", "ещё.PNG"])
def test_any_characters_in_the_path(tmp_path, name):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    write_image(path, PART)
    assert np.array_equal(read_image(path).pixels, PART)
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_a_jpeg_called_png_just_works(tmp_path):
    path = put(tmp_path, pil_bytes(PART, "JPEG", quality=100), "wrong.png")
    assert probe_image(path).format == "JPEG"
    assert read_image(path).pixels.shape == PART.shape


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def huge_png(width, height):
    """A picture of a few bytes that claims to be enormous."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def huge_tiff(side):
    data = bytearray(tiff_bytes(GREY))
    for tag in (256, 257):
        place = data.find(struct.pack("<H", tag), int.from_bytes(data[4:8], "little"))
        data[place + 2 : place + 12] = struct.pack("<HII", 4, 1, side)
    return bytes(data)


BAD = {
    "text": (b"this is no picture\n" * 50, "not a picture"),
    "empty": (b"", "empty"),
    "one byte": (b"\x89", "not a picture"),
    "html": (b"<html><body>404</body></html>", "not a picture"),
    "gif": (pil_bytes(GREY, "GIF"), "not a picture"),
    "png bomb": (huge_png(60000, 60000), "megapixels"),
    "png long": (huge_png(2_000_000_000, 1), "megapixels"),
    "tiff giant": (huge_tiff(50_000), "megapixels"),
    "small": (pil_bytes(PART[:31], "PNG"), "at least 32"),
    "narrow": (pil_bytes(PART[:, :8], "JPEG"), "at least 32"),
    "png wrong checksum": (LOSSLESS["png"][0].replace(b"IDAT", b"IDAT" + b"\0", 1), "broken"),
    "png lying about its size": (huge_png(500, 500), "broken"),
    "tiff half floats packed as floats": (
        # The tag of the resolution's unit becomes that of the predictor, which the writer at hand does not know.
        tiff_bytes(UNIT[..., 0].astype(np.float16)).replace(
            struct.pack("<HHII", 296, 3, 1, 1), struct.pack("<HHII", 317, 3, 1, 3)
        ),
        "kind of TIFF",
    ),
    "tiff half floats cut off": (tiff_bytes(UNIT.astype(np.float16), photometric="rgb")[:-9000], "broken"),
    "tiff 16-bit planes": (
        tiff_bytes(DEEP.transpose(2, 0, 1).copy(), photometric="rgb", planarconfig="separate"),
        "kind of TIFF",
    ),
    "tiff header only": (b"II*\0\x08\0\0\0", "broken"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_problems_of_one_sentence_with_a_remedy(tmp_path, name):
    data, words = BAD[name]
    path = put(tmp_path, data, "bad.png")
    for read in (read_image, lambda path: thumbnail(path, 64)):
        with pytest.raises(Problem, match=words) as caught:
            read(path)
        assert "bad.png" in str(caught.value)
        assert caught.value.hint


ALL = {name: data for name, (data, _) in (LOSSLESS | WHOLE_DEEP).items()}
ALL["jpeg"] = pil_bytes(PART, "JPEG")
ALL["jpeg progressive"] = pil_bytes(PART, "JPEG", progressive=True)
ALL["jpeg cmyk"] = pil_bytes(PART, "JPEG", "CMYK")
_thumb = Image.Exif()
_thumb[271] = "camera"
ALL["jpeg with a thumbnail"] = (
    ALL["jpeg"][:2] + b"\xff\xe5" + struct.pack(">H", 2 + len(ALL["jpeg"])) + ALL["jpeg"] + ALL["jpeg"][2:]
)
ALL["webp lossy"] = pil_bytes(PART, "WEBP")


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("kept", [0.02, 0.3, 0.6, 0.97])
def test_files_cut_off_are_problems(tmp_path, name, kept):
    data = ALL[name]
    read_image(put(tmp_path, data))
    path = put(tmp_path, data[: int(len(data) * kept)])
    with pytest.raises(Problem):
        read_image(path)
    with pytest.raises(Problem):
        thumbnail(path, 32)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(ALL)), st.data())
def test_damaged_files_never_raise_anything_else(tmp_path, name, data):
    damaged = bytearray(ALL[name])
    for place, value in data.draw(
        st.lists(st.tuples(st.integers(0, len(damaged) - 1), st.integers(0, 255)), max_size=6)
    ):
        damaged[place] = value
    path = put(tmp_path, bytes(damaged))
    for read in (read_image, probe_image, lambda path: thumbnail(path, 40), lambda path: read_mask(path, SIZE)):
        with contextlib.suppress(Problem):
            read(path)


def test_missing_files_and_folders_are_problems(tmp_path):
    for read in (
        read_image,
        probe_image,
        content_hash,
        lambda path: thumbnail(path, 9),
        lambda path: read_mask(path, SIZE),
    ):
        with pytest.raises(Problem, match="not there"):
            read(tmp_path / "gone.png")
    for read in (read_image, probe_image, content_hash):
        with pytest.raises(Problem, match="folder"):
            read(tmp_path)
    with pytest.raises(Problem):
        read_image(tmp_path / "nul\0.png")


def test_a_file_of_gigabytes_is_not_loaded(tmp_path):
    path = tmp_path / "big.png"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)  # sparse
    with pytest.raises(Problem, match="larger than 2 GB"):
        read_image(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    for read in (read_image, probe_image):
        with pytest.raises(Problem, match="not a file"):
            read(tmp_path / "pipe.png")


@pytest.mark.parametrize("name", ["png", "jpeg", "png 16 rgb", "tiff planes", "jpeg cmyk"])
@pytest.mark.parametrize("side", [20, 47, 70, 300])
def test_thumbnails_keep_the_proportions(tmp_path, name, side):
    small = thumbnail(put(tmp_path, ALL[name]), side)
    scale = min(1, side / max(SIZE))
    assert small.shape == (round(SIZE[0] * scale), round(SIZE[1] * scale), 3)
    assert small.dtype == np.uint8
    assert np.abs(small.astype(float).mean((0, 1)) - PART.astype(float).mean((0, 1))).max() < 6


def test_large_jpegs_are_decoded_small_and_turned(tmp_path):
    exif = Image.Exif()
    exif[274] = 6
    large = good_part(2, (480, 640))
    path = put(tmp_path, pil_bytes(large, "JPEG", quality=95, exif=exif))
    small = thumbnail(path, 64)
    expected = cv2.resize(np.ascontiguousarray(np.rot90(large, -1)), (48, 64), interpolation=cv2.INTER_AREA)
    assert small.shape == (64, 48, 3)
    assert np.abs(small.astype(int) - expected).mean() < 4


def test_fitting_range_is_the_smallest_that_holds_all(tmp_path):
    def write(name, pixels):
        return put(tmp_path, tiff_bytes(pixels), name)

    eight = write("8.tif", GREY)
    broken = put(tmp_path, b"II*\0 broken", "broken.tif")
    for top, bits in ((1023, 10), (1024, 12), (4095, 12), (9000, 14), (16384, 16), (65535, 16)):
        deep = write("16.tif", (GREY.astype(np.float64) / GREY.max() * top).astype(np.uint16))
        assert fitting_range([eight, deep, broken], silent()) == ValueRange(0, 2**bits - 1)
    assert fitting_range([eight, broken, tmp_path / "gone.tif"], silent()) is None
    for top, low, high in ((1.0, 0, 1), (1.015, 0, 1), (1.2, 0, 255), (255, 0, 255), (4000, 0, 4095)):
        values = (GREY.astype(np.float32) / GREY.max() * top).astype(np.float32)
        assert fitting_range([write("f.tif", values)], silent()) == ValueRange(low, high)
    signed = (GREY.astype(np.float32) / GREY.max() - 0.9).astype(np.float32)
    assert fitting_range([write("s.tif", signed)], silent()) == ValueRange(-1, 1)


def test_fitting_range_can_be_cancelled(tmp_path):
    ticket = silent()
    ticket.cancel()
    with pytest.raises(Cancelled):
        fitting_range([put(tmp_path, ALL["png"])], ticket)


@pytest.mark.parametrize(("low", "high"), [(1, 1), (2, 1), (float("nan"), 1), (0, float("inf"))])
def test_an_empty_range_is_a_problem(low, high):
    with pytest.raises(Problem, match="range"):
        ValueRange(low, high)


def test_content_hash_is_sha256(tmp_path):
    assert content_hash(put(tmp_path, b"abc")) == hashlib.sha256(b"abc").hexdigest()


def test_masks_of_all_sorts(tmp_path):
    mask = np.zeros(SIZE, np.bool_)
    mask[10:20, 30:50] = True
    values = mask.astype(np.uint8)
    palette = Image.fromarray(values, "L").convert("P")
    palette.putdata(values.ravel())
    stream = io.BytesIO()
    palette.save(stream, "PNG")
    kinds = [
        pil_bytes(values * 255, "PNG"),
        pil_bytes(values, "PNG"),
        pil_bytes(values * 255, "PNG", "1"),
        pil_bytes(np.dstack([values * 0, values * 7, values * 0]), "PNG"),
        pil_bytes(np.dstack([values, values, values, np.full(SIZE, 255, np.uint8)]), "PNG"),
        cv2.imencode(".png", values.astype(np.uint16) * 300)[1].tobytes(),
        pil_bytes(values * 255, "JPEG", quality=95),
        pil_bytes(values * 255, "BMP"),
        tiff_bytes(values),
        stream.getvalue(),
    ]
    for data in kinds:
        got = read_mask(put(tmp_path, data), SIZE)
        assert got.dtype == np.bool_
        assert np.array_equal(got, mask)


def test_a_folder_of_masks_is_merged(tmp_path):
    first, second = np.zeros(SIZE, np.bool_), np.zeros(SIZE, np.bool_)
    first[:5], second[:, :7] = True, True
    folder = tmp_path / "000"
    folder.mkdir()
    with pytest.raises(Problem, match="no masks"):
        read_mask(folder, SIZE)
    write_image(folder / "000.png", first)
    write_image(folder / "001.png", second)
    assert np.array_equal(read_mask(folder, SIZE), first | second)


def test_a_mask_of_another_size_is_a_problem(tmp_path):
    path = put(tmp_path, pil_bytes(GREY, "PNG"))
    with pytest.raises(Problem, match="70 × 48"):
        read_mask(path, (70, 48))


def test_small_masks_are_read(tmp_path):
    assert read_mask(put(tmp_path, pil_bytes(np.full((5, 9), 255, np.uint8), "PNG")), (5, 9)).all()


@pytest.mark.parametrize("pixels", [PART, GREY, DEEP[..., 0], GREY > 128, np.dstack([PART, GREY])])
def test_png_is_written_as_it_is(tmp_path, pixels):
    path = tmp_path / "out.png"
    write_image(path, pixels)
    got = np.asarray(Image.open(path))
    assert np.array_equal(got, pixels.astype(np.uint8) * 255 if pixels.dtype == np.bool_ else pixels)


def test_writing_replaces_the_file_or_leaves_it(tmp_path):
    path = tmp_path / "out.jpg"
    write_image(path, PART)
    write_image(path, 255 - PART)
    assert np.abs(read_image(path).pixels.astype(int) - (255 - PART)).mean() < 3
    with pytest.raises(Problem, match="tif"):
        write_image(tmp_path / "out.tif", PART)
    with pytest.raises(Problem, match="could not be written"):
        write_image(path / "below-a-file.png", PART)
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.jpg"]


def test_depths_and_channels_are_told_from_the_header(tmp_path):
    cases = itertools.chain(
        ((name, 8, 1) for name in ("png grey", "tiff grey")),
        ((name, 8, 3) for name in ("png", "tiff", "jpeg")),
        ((name, 16, 3) for name in ("png 16 rgb", "tiff 16 rgb")),
        (("jpeg cmyk", 8, 4), ("png opaque alpha", 8, 4), ("png 16", 16, 1)),
    )
    for name, bits, channels in cases:
        facts = probe_image(put(tmp_path, ALL[name]))
        assert (facts.bits, facts.channels) == (bits, channels), name


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".bmp"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_grey_is_one_channel_where_it_may_be(tmp_path, suffix, orientation):
    path = tmp_path / f"grey{suffix}"
    grey = Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 56), np.uint8))
    exif = Image.Exif()
    exif[0x0112] = orientation
    grey.save(path, **({"exif": exif} if suffix != ".bmp" else {}))
    wanted = np.asarray(ImageOps.exif_transpose(Image.open(path)).convert("RGB"))
    one, three = read_image(path, keep_grey=True).pixels, read_image(path).pixels
    assert one.shape == (*wanted.shape[:2], 1)
    np.testing.assert_array_equal(three, wanted)
    np.testing.assert_array_equal(one.repeat(3, axis=2), wanted)


def test_colour_stays_colour_where_grey_may_be_one_channel(tmp_path):
    path = tmp_path / "colour.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 56, 3), np.uint8)).save(path)
    np.testing.assert_array_equal(read_image(path, keep_grey=True).pixels, read_image(path).pixels)
