"""The header of a TIFF file, read without decoding a pixel.

Pillow refuses to open several kinds of TIFF that cameras write (colour in floating point, 64-bit floats), so that it
cannot be asked for their size. The few tags that decide how to decode a file are read here, from classic and BigTIFF
files of both byte orders (TIFF 6.0, sections 2 and 8; BigTIFF changes the widths of counts and offsets only).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

_WIDTH, _HEIGHT, _BITS, _ORIENTATION, _CHANNELS, _PLANAR, _PREDICTOR, _FORMAT = 256, 257, 258, 274, 277, 284, 317, 339
_WANTED = frozenset((_WIDTH, _HEIGHT, _BITS, _ORIENTATION, _CHANNELS, _PLANAR, _PREDICTOR, _FORMAT))
_UNSIGNED, _FLOAT_PREDICTOR = 1, 3
_TYPE_CODES = {1: "B", 3: "H", 4: "I", 16: "Q"}
_MAX_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class TiffHeader:
    """The first page of a TIFF file.

    Attributes
    ----------
    size
        (H, W) as stored, before any turn.
    bits
        Bits of one channel.
    channels
        Values of one pixel, alpha included.
    number
        ``"unsigned"``, ``"signed"``, ``"float"`` or ``"other"``.
    orientation
        1 to 8, as in EXIF.
    planar
        Whether each channel is stored as a plane of its own.
    pages
        How many pages the file holds.
    float_predictor
        Whether it is packed in the way that is for floating point only.
    """

    size: tuple[int, int]
    bits: int
    channels: int
    number: str
    orientation: int
    planar: bool
    pages: int
    float_predictor: bool


def is_tiff(data: bytes) -> bool:
    """Whether the bytes begin as a classic TIFF or a BigTIFF file does."""
    return data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def read_header(data: bytes) -> TiffHeader:
    """Read the first page's tags and count the pages.

    Raises
    ------
    ValueError
        The header is broken or cut off.
    """
    order, big = _layout(data)
    try:
        offset = _first_directory(data)
        tags, following, _ = _directory(data, offset, order, big)
        pages = 1 + _count_following(data, following, order, big, {offset})
    except (struct.error, OverflowError) as error:
        raise ValueError("broken TIFF header") from error
    size = (_first(tags, _HEIGHT, 0), _first(tags, _WIDTH, 0))
    if min(size) < 1:
        raise ValueError("a TIFF page without a size")
    numbers = {1: "unsigned", 2: "signed", 3: "float"}
    return TiffHeader(
        size=size,
        bits=max(tags.get(_BITS, (1,))),
        channels=_first(tags, _CHANNELS, 1),
        number=numbers.get(_first(tags, _FORMAT, 1), "other"),
        orientation=_first(tags, _ORIENTATION, 1),
        planar=_first(tags, _PLANAR, 1) == 2,
        pages=pages,
        float_predictor=_first(tags, _PREDICTOR, 1) == _FLOAT_PREDICTOR,
    )


def halves_as_whole_numbers(data: bytes) -> bytes:
    """Return a file whose half floats are called 16-bit whole numbers: decoders hand out their bits then.

    OpenCV and Pillow refuse half floats, but how whole numbers are laid out and packed is all the same.
    """
    order, big = _layout(data)
    tags, _, places = _directory(data, _first_directory(data), order, big)
    changed = bytearray(data)
    count = len(tags[_FORMAT])
    struct.pack_into(f"{order}{count}H", changed, places[_FORMAT], *[_UNSIGNED] * count)
    return bytes(changed)


def _layout(data: bytes) -> tuple[str, bool]:
    """Return the byte order as `struct` writes it, and whether it is a BigTIFF."""
    return "<" if data[:2] == b"II" else ">", data[2:4] in (b"+\0", b"\0+")


def _first_directory(data: bytes) -> int:
    order, big = _layout(data)
    (offset,) = struct.unpack_from(order + ("Q" if big else "I"), data, 8 if big else 4)
    return int(offset)


def _first(tags: Mapping[int, tuple[int, ...]], tag: int, default: int) -> int:
    values = tags.get(tag, ())
    return values[0] if values else default


def _directory(
    data: bytes, offset: int, order: str, big: bool
) -> tuple[dict[int, tuple[int, ...]], int, dict[int, int]]:
    """Read the wanted tags of one directory, where the next directory is (0: nowhere), and where the values are."""
    (entries,) = struct.unpack_from(order + ("Q" if big else "H"), data, offset)
    offset += 8 if big else 2
    width, inline = (20, 8) if big else (12, 4)
    if offset + entries * width > len(data):
        raise ValueError("a TIFF directory is cut off")
    tags: dict[int, tuple[int, ...]] = {}
    places: dict[int, int] = {}
    for entry in range(offset, offset + entries * width, width):
        tag, kind = struct.unpack_from(order + "HH", data, entry)
        if tag not in _WANTED or kind not in _TYPE_CODES:
            continue
        (count,) = struct.unpack_from(order + ("Q" if big else "I"), data, entry + 4)
        layout = f"{order}{min(count, 16)}{_TYPE_CODES[kind]}"
        place = entry + width - inline
        if struct.calcsize(layout) > inline:
            (place,) = struct.unpack_from(order + ("Q" if big else "I"), data, place)
        tags[tag] = struct.unpack_from(layout, data, place)
        places[tag] = place
    (following,) = struct.unpack_from(order + ("Q" if big else "I"), data, offset + entries * width)
    return tags, following, places


def _count_following(data: bytes, offset: int, order: str, big: bool, seen: set[int]) -> int:
    """Count directories from `offset` on; a chain that bites its tail or leaves the file ends there."""
    pages = 0
    while offset and offset not in seen and pages < _MAX_PAGES and offset < len(data):
        seen.add(offset)
        try:
            _, offset, _ = _directory(data, offset, order, big)
        except (struct.error, ValueError):
            break
        pages += 1
    return pages
