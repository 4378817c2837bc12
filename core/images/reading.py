"""Picture files to RGB bytes, masks to booleans, and back to files.

Every file is read whole and decoded from memory, so that a path may hold any characters (`cv2.imread` cannot open
non-ASCII paths on Windows). Sizes are checked in the header before a pixel is decoded. Whatever is wrong with a file
becomes a `Problem` of one sentence.

OpenCV decodes plain 8-bit files (about three times as fast as Pillow) and everything deeper than 8 bits (Pillow keeps
only the high byte of 16-bit colour and opens no colour in floating point); Pillow decodes palettes, CMYK, alpha and
8-bit TIFF.

A file that was cut off is told by `core.images.endings`. What cannot be told is a JPEG with damage in its middle and
its end in place: the decoder goes on behind the damage, and neither OpenCV nor Pillow hands out its warnings. PNG has
checksums for that.
"""

from __future__ import annotations

import hashlib
import io
import math
import stat
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import cv2
import numpy as np
import numpy.typing as npt

# Pillow loads the plugins of named formats only when they are imported, as frozen programs need them to be anyway.
from PIL import (
    BmpImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from core.errors import Problem, phrase
from core.files import writing
from core.images import endings, tiff
from core.progress import Ticket

UInt8Image = npt.NDArray[np.uint8]
BoolMask = npt.NDArray[np.bool_]

IMAGE_SUFFIXES: frozenset[str] = frozenset((".png", ".jpg", ".jpeg", ".bmp", ".dib", ".tif", ".tiff", ".webp"))
MAX_PIXELS = 100_000_000
MIN_SIDE = 32
MAX_BYTES = 2 << 30

# Each file's size is checked against MAX_PIXELS right after its header was read; Pillow's own limit (89 megapixels)
# lies below ours, and its warning would end on the terminal.
Image.MAX_IMAGE_PIXELS = None
# What OpenCV has to say about a broken file is told by a Problem.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

# Pillow opens an MPO, a JPEG with further pictures behind it, through JPEG's plugin.
_FORMATS = (
    PngImagePlugin.PngImageFile.format,
    JpegImagePlugin.JpegImageFile.format,
    BmpImagePlugin.BmpImageFile.format,
    BmpImagePlugin.DibImageFile.format,
    TiffImagePlugin.TiffImageFile.format,
    WebPImagePlugin.WebPImageFile.format,
)
_PLAIN_FORMATS = frozenset(("PNG", "JPEG", "MPO", "BMP", "WEBP"))
_ORIENTATION = 274
# What decoders raise on broken files. Pillow's plugins parse by hand and so raise nearly anything.
_DECODING_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    ArithmeticError,
    LookupError,
    TypeError,
    AttributeError,
    RuntimeError,
    EOFError,
    Warning,
    struct.error,
    zlib.error,
    cv2.error,
)


class Gone(Problem):
    """There is no file any more where one was."""

    def __init__(self, name: str) -> None:
        super().__init__(
            phrase("“{name}” is not there any more."),
            phrase("Put the file back, or take it out of the list."),
            name=name,
        )


@dataclass(frozen=True, slots=True)
class ValueRange:
    """Pixel values of more than 8 bits, or in floating point, that become 0 and 255.

    One range for all the pictures of a model, stored with it: never stretched picture by picture. Pictures of 8 bits
    are not touched by it.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise Problem(
                "A value range from {low} to {high} is empty.",
                "Choose a highest value above the lowest.",
                low=self.low,
                high=self.high,
            )


@dataclass(frozen=True, eq=False, slots=True)
class Picture:
    """A decoded file: `pixels` (H, W, 3) RGB uint8, C-contiguous, turned as EXIF says; `note` for people, or ""."""

    pixels: UInt8Image
    note: str


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What a file's header says.

    Attributes
    ----------
    size
        (H, W) after the EXIF turn.
    bits
        Bits of one channel, rounded up to 8, 16, 32 or 64.
    channels
        As stored: 1 for grey and palettes, 2 with alpha, 3, 4 for RGB with alpha or CMYK.
    pages
        Pages of a TIFF file, frames of a moving picture; 1 otherwise.
    format
        ``"PNG"``, ``"JPEG"``, ``"BMP"``, ``"TIFF"`` or ``"WEBP"``: what the bytes are, whatever the file's name says.
    """

    size: tuple[int, int]
    bits: int
    channels: int
    pages: int
    format: str


@dataclass(frozen=True, slots=True)
class _Header:
    facts: ImageFacts
    orientation: int  # still to be turned by; both decoders turn TIFF themselves
    plain: bool  # OpenCV decodes it to RGB as Pillow would


def read_image(path: Path, value_range: ValueRange | None = None, *, keep_grey: bool = False) -> Picture:
    """Read a picture as 8-bit RGB.

    Grey becomes three equal channels; with `keep_grey` it may stay one, (H, W, 1). Values of more than 8 bits are
    brought to 0..255 by `value_range`, rounded and clipped; without one by the full range of their type (0..65535 for
    16 bits, 0..1 for floating point). Transparent pixels are laid over black, as an unlit background is: what a file
    keeps below its transparent pixels is no picture and would be taken for a flaw.

    Raises
    ------
    Problem
        The file is missing, empty, cut off, no picture, or too small or too large.
    """
    data = _bytes(path)
    header = _header(path, data)
    try:
        pixels, note = _decode(path, data, header, value_range)
    except MemoryError as error:
        raise _too_large(path, header.facts.size) from error
    except _DECODING_ERRORS as error:
        raise _broken(path) from error
    if not keep_grey:
        pixels = _coloured(pixels)
    if header.facts.pages > 1:
        note = f"first of {header.facts.pages} pages" + (f"; {note}" if note else "")
    # Pillow hands out arrays that may not be written to, which torch refuses.
    return Picture(np.require(pixels, np.uint8, ["C", "W"]), note)


def probe_image(path: Path) -> ImageFacts:
    """Read only a picture's header.

    Raises
    ------
    Problem
        As `read_image`, as far as the header tells.
    """
    try:
        _check_size(path)
        with path.open("rb") as file:
            first = file.read(32)
            if first and not tiff.is_tiff(first):
                file.seek(0)
                return _header(path, first, stream=file).facts
    except (OSError, ValueError):
        pass  # told by the next line
    return _header(path, _bytes(path)).facts


def thumbnail(path: Path, side: int, value_range: ValueRange | None = None) -> UInt8Image:
    """Read a small picture, (h, w, 3) RGB, its longer side at most `side`; JPEG files are decoded at reduced size.

    Raises
    ------
    Problem
        As `read_image`.
    """
    data = _bytes(path)
    header = _header(path, data)
    try:
        if header.facts.format == "JPEG" and header.plain and max(header.facts.size) >= 4 * side:
            endings.check_end(data, "JPEG")
            with Image.open(io.BytesIO(data), formats=("JPEG",)) as opened:
                opened.draft("RGB", (side, side))
                pixels = _turned(np.asarray(opened.convert("RGB")), header.orientation)
        else:
            pixels = _coloured(_decode(path, data, header, value_range)[0])
    except MemoryError as error:
        raise _too_large(path, header.facts.size) from error
    except _DECODING_ERRORS as error:
        raise _broken(path) from error
    scale = side / max(pixels.shape[:2])
    if scale >= 1:
        return np.ascontiguousarray(pixels)
    height, width = (max(1, round(length * scale)) for length in pixels.shape[:2])
    small = cv2.resize(np.ascontiguousarray(pixels), (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def fitting_range(paths: Sequence[Path], ticket: Ticket) -> ValueRange | None:
    """Choose the range that holds all values of the pictures with more than 8 bits.

    Whole numbers: 0 to the smallest of 10, 12, 14, 16, 24 or 32 bits. Floating point: 0 to 1, to 255 or on up that
    ladder (a fiftieth of overshoot is let pass). From minus as much when there are negative values. Unreadable files
    are left out.

    Returns
    -------
    ValueRange or None
        None when every picture has 8 bits.
    """
    lowest, highest, whole = math.inf, -math.inf, False
    for done, path in enumerate(paths):
        ticket.report(done, len(paths))
        try:
            data = _bytes(path)
            header = _header(path, data)
            if header.facts.bits <= 8:
                continue
            values = _deep(path, data)[..., :3]
        except (Problem, MemoryError, *_DECODING_ERRORS):
            continue
        finite = values[np.isfinite(values)] if values.dtype.kind == "f" else values
        whole = whole or values.dtype.kind != "f"
        if finite.size:
            lowest, highest = min(lowest, float(finite.min())), max(highest, float(finite.max()))
    ticket.report(len(paths), len(paths))
    if highest < lowest:
        return None
    return _range_holding(lowest, highest, whole)


def content_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal.

    Raises
    ------
    Problem
        The file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unopened(path, error) from error


def read_mask(path: Path, size: tuple[int, int]) -> BoolMask:
    """Read a picture of defects: (H, W), True where a pixel is not zero.

    Alpha does not count; of a palette the index counts. In a JPEG, which blurs the border, a pixel counts from 128 on.
    A folder of masks, as MVTec LOCO has them, counts as one: True where any of them is.

    Raises
    ------
    Problem
        As `read_image`; or the mask's size is not `size`, or the folder holds no masks.
    """
    if path.is_dir():
        return _merged_mask(path, size)
    data = _bytes(path)
    header = _header(path, data, smallest=1)
    if header.facts.size != size:
        raise Problem(
            "The mask “{name}” has {mask_width} × {mask_height} pixels, but its picture has {width} × {height}.",
            "Give the picture a mask of its own size.",
            name=path.name,
            mask_width=header.facts.size[1],
            mask_height=header.facts.size[0],
            width=size[1],
            height=size[0],
        )
    try:
        values = _mask_values(path, data, header)
    except MemoryError as error:
        raise _too_large(path, header.facts.size) from error
    except _DECODING_ERRORS as error:
        raise _broken(path) from error
    marked = values >= 128 if header.facts.format == "JPEG" else values != 0
    if marked.ndim == 3:
        marked = marked[..., : 3 if marked.shape[2] > 2 else 1].any(axis=2)
    return np.ascontiguousarray(marked)


def write_image(path: Path, pixels: npt.NDArray[Any]) -> None:
    """Write a picture as PNG or JPEG, as the suffix says; the file is there whole or not at all.

    Parameters
    ----------
    pixels
        (H, W, 3) RGB uint8, (H, W, 4) RGB with alpha (PNG only), (H, W) grey uint8 or uint16 (PNG only), or (H, W)
        bool, written as 0 and 255.

    Raises
    ------
    Problem
        The suffix is neither, or the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in (".png", ".jpg", ".jpeg"):
        raise Problem(
            "A picture cannot be written as “{name}”.", "Choose a name that ends in .png or .jpg.", name=path.name
        )
    values = pixels.astype(np.uint8) * 255 if pixels.dtype == np.bool_ else pixels
    if values.ndim == 3:
        values = values[..., [2, 1, 0, *range(3, values.shape[2])]]
    options = [] if suffix == ".png" else [cv2.IMWRITE_JPEG_QUALITY, 95]
    done, encoded = cv2.imencode(".png" if suffix == ".png" else ".jpg", np.ascontiguousarray(values), options)
    if not done:
        raise Problem("The picture “{name}” could not be packed.", "Write it as a PNG file.", name=path.name)
    # Inspecting a folder writes thousands, and each can be made again: not worth waiting for the drive every time.
    with writing(path, durable=False) as part:
        part.write_bytes(encoded.data)


def _merged_mask(folder: Path, size: tuple[int, int]) -> BoolMask:
    try:
        parts = sorted(path for path in folder.iterdir() if path.suffix.lower() in IMAGE_SUFFIXES)
    except OSError as error:
        raise _unopened(folder, error) from error
    if not parts:
        raise Problem("The folder “{name}” holds no masks.", "Put the masks of this picture into it.", name=folder.name)
    merged = read_mask(parts[0], size)
    for path in parts[1:]:
        merged |= read_mask(path, size)
    return merged


# --- opening -----------------------------------------------------------------------------------------------------


def _check_size(path: Path) -> None:
    """Refuse what would never end, such as a pipe, and what does not fit into memory."""
    status = path.stat()
    if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
        raise Problem("“{name}” is not a file.", "Choose pictures that are stored on a drive.", name=path.name)
    if status.st_size > MAX_BYTES:
        raise Problem(
            "“{name}” is larger than {limit} GB.", "Export the one picture you need from it.", name=path.name, limit=2
        )


def _bytes(path: Path) -> bytes:
    try:
        _check_size(path)
        data = path.read_bytes()
    except OSError as error:
        raise _unopened(path, error) from error
    except ValueError as error:  # a NUL in the path
        raise Problem("“{name}” is not a path.", "Choose the file again.", name=repr(str(path))) from error
    if not data:
        raise Problem(
            "“{name}” is empty: it holds no bytes at all.", "Copy the file again from its source.", name=path.name
        )
    return data


def _unopened(path: Path, error: OSError) -> Problem:
    name = path.name or str(path)
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return Gone(name)
    # Windows says "permission denied" of a directory.
    if isinstance(error, IsADirectoryError) or path.is_dir():
        return Problem("“{name}” is a folder, not a picture.", "Choose the pictures inside it.", name=name)
    if isinstance(error, PermissionError):
        return Problem("“{name}” may not be read.", "Ask for the right to read this file.", name=name)
    return Problem(
        "“{name}” could not be read: {reason}.",
        "Check the drive or the network connection and try again.",
        name=name,
        reason=error.strerror or type(error).__name__,
    )


def _broken(path: Path) -> Problem:
    return Problem(
        "“{name}” is broken or cut off: it cannot be decoded to its end.",
        "Copy the file again from its source.",
        name=path.name,
    )


def _too_large(path: Path, size: tuple[int, int]) -> Problem:
    return Problem(
        "“{name}” has {width} × {height} pixels, more than can be held (100 megapixels at most).",
        "Cut it into parts or reduce its size.",
        name=path.name,
        width=size[1],
        height=size[0],
    )


def _header(path: Path, data: bytes, smallest: int = MIN_SIDE, stream: IO[bytes] | None = None) -> _Header:
    """Read and check the header; `stream` stands in for `data` where only the file's first bytes were read."""
    header = _tiff_header(path, data) if tiff.is_tiff(data) else _pillow_header(path, data, stream or io.BytesIO(data))
    height, width = header.facts.size
    if height * width > MAX_PIXELS:
        raise _too_large(path, header.facts.size)
    if min(height, width) < smallest:
        raise Problem(
            "“{name}” has only {width} × {height} pixels.",
            "Use pictures with at least {limit} pixels on each side.",
            name=path.name,
            width=width,
            height=height,
            limit=smallest,
        )
    return header


def _pillow_header(path: Path, data: bytes, stream: IO[bytes]) -> _Header:
    try:
        with Image.open(stream, formats=_FORMATS) as opened:
            shape = (opened.height, opened.width)
            mode, kind = opened.mode, str(opened.format)
            pages = getattr(opened, "n_frames", 1)
            # A PNG may keep its EXIF behind its pixels, and Pillow would decode it to find out.
            orientation = opened.getexif().get(_ORIENTATION, 1) if kind != "PNG" or "exif" in opened.info else 1
            transparent = "transparency" in opened.info
            channels = len(opened.getbands())
    except _DECODING_ERRORS as error:
        raise Problem(
            "“{name}” is not a picture that can be read here.",
            "Use PNG, JPEG, BMP, TIFF or WebP; a file of that name may hold something else or be broken.",
            name=path.name,
        ) from error
    deep = kind == "PNG" and data[24:25] == b"\x10"  # the header chunk's bit depth is 16
    facts = ImageFacts(
        size=_turned_size(shape, orientation),
        bits=16 if deep else 8,
        channels=channels,
        pages=1 if kind == "MPO" else pages,
        format={"MPO": "JPEG", "DIB": "BMP"}.get(kind, kind),
    )
    plain = not deep and kind in _PLAIN_FORMATS and mode in ("L", "RGB") and not transparent and facts.pages == 1
    return _Header(facts, orientation, plain)


def _tiff_header(path: Path, data: bytes) -> _Header:
    try:
        found = tiff.read_header(data)
    except ValueError as error:
        raise _broken(path) from error
    bits = next((known for known in (8, 16, 32) if found.bits <= known), 64)
    unread = bits > 8 and ((found.planar and found.channels > 1) or found.channels > 4 or found.number == "other")
    floats = (32, 64) if found.float_predictor else (16, 32, 64)
    if unread or (found.number == "float" and found.bits not in floats) or (bits == 64 and found.number != "float"):
        raise Problem(
            "“{name}” is a kind of TIFF that cannot be read here ({bits} bits, {channels} channels, {number} numbers).",
            "Save it with 8 or 16 bits, or as 32-bit floating point, with grey or RGB pixels side by side.",
            name=path.name,
            bits=found.bits,
            channels=found.channels,
            number=found.number,
        )
    facts = ImageFacts(
        size=_turned_size(found.size, found.orientation),
        bits=bits,
        channels=found.channels,
        pages=found.pages,
        format="TIFF",
    )
    return _Header(facts, orientation=1, plain=False)


# --- decoding ----------------------------------------------------------------------------------------------------


def _decode(path: Path, data: bytes, header: _Header, value_range: ValueRange | None) -> tuple[UInt8Image, str]:
    """Return uint8, turned, RGB or one channel of grey, and a note."""
    endings.check_end(data, header.facts.format)
    if header.facts.bits > 8:
        colours, alpha = _split_alpha(_to_bytes(_deep(path, data), value_range))
        pixels, note = _over_black(colours, alpha)
    elif header.plain:
        # From a grey JPEG OpenCV makes RGB in thrice the time of grey.
        flags = cv2.IMREAD_IGNORE_ORIENTATION
        flags |= cv2.IMREAD_GRAYSCALE if header.facts.channels == 1 else cv2.IMREAD_COLOR_RGB
        decoded = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
        if decoded is None:
            raise ValueError("undecodable")
        pixels, note = np.atleast_3d(np.asarray(decoded, np.uint8)), ""
    else:
        pixels, note = _through_pillow(data)
    return _turned(pixels, header.orientation), note


def _coloured(pixels: UInt8Image) -> UInt8Image:
    """Return RGB; of one channel, three."""
    if pixels.shape[2] == 3:
        return pixels
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_GRAY2RGB), np.uint8)


def _through_pillow(data: bytes) -> tuple[UInt8Image, str]:
    with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
        opened.load()
        if opened.has_transparency_data:
            colours, alpha = _split_alpha(np.asarray(opened.convert("RGBA")))
            return _over_black(colours, alpha)
        return np.asarray(opened.convert("RGB")), ""


def _mask_values(path: Path, data: bytes, header: _Header) -> npt.NDArray[Any]:
    endings.check_end(data, header.facts.format)
    if header.facts.bits > 8:
        return _turned(_deep(path, data), header.orientation)
    with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
        values = np.asarray(opened)
    return _turned(values, header.orientation)


def _deep(path: Path, data: bytes) -> npt.NDArray[Any]:
    """Decode values of more than 8 bits as they are stored: (H, W, C), RGB order, not turned."""
    flags = cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION
    half = tiff.is_tiff(data) and (found := tiff.read_header(data)).number == "float" and found.bits == 16
    if half:
        data = tiff.halves_as_whole_numbers(data)
    stored = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    if stored is None:
        raise _broken(path)
    if half:
        stored = stored.view(np.float16)
    if stored.ndim == 2:
        return stored[..., np.newaxis]
    values: npt.NDArray[Any] = stored[..., [2, 1, 0, *range(3, stored.shape[2])]]
    return values


def _to_bytes(values: npt.NDArray[Any], value_range: ValueRange | None) -> UInt8Image:
    """Bring stored values to 0..255; alpha, the fourth channel, always by the full range of its type."""
    kind = values.dtype
    full = ValueRange(0.0, 1.0) if kind.kind == "f" else ValueRange(0.0, float(np.iinfo(kind).max))
    chosen = value_range or full
    result = np.empty(values.shape, np.uint8)
    for channel in range(values.shape[2]):
        limits = full if channel == 3 else chosen
        # One channel at a time bounds the memory: 100 megapixels take 400 MB here.
        scaled = values[..., channel].astype(np.float32)
        scaled -= limits.low
        scaled *= 255.0 / (limits.high - limits.low)
        np.nan_to_num(scaled, copy=False, nan=0.0, posinf=255.0, neginf=0.0)
        result[..., channel] = np.clip(np.rint(scaled, out=scaled), 0.0, 255.0, out=scaled)
    return result


def _split_alpha(values: UInt8Image) -> tuple[UInt8Image, UInt8Image | None]:
    channels = values.shape[2]
    colours = np.repeat(values[..., :1], 3, axis=2) if channels < 3 else values[..., :3]
    return colours, values[..., -1] if channels in (2, 4) else None


def _over_black(colours: UInt8Image, alpha: UInt8Image | None) -> tuple[UInt8Image, str]:
    """Lay transparent pixels over black.

    An alpha of zero everywhere is taken as not filled in (32-bit BMP from some cameras), not as an invisible picture.
    """
    if alpha is None or int(alpha.min()) == 255 or int(alpha.max()) == 0:
        return colours, ""
    weighted = (colours.astype(np.uint16) * alpha[..., np.newaxis] + 127) // 255
    return weighted.astype(np.uint8), "transparent parts shown black"


def _turned(pixels: npt.NDArray[Any], orientation: int) -> npt.NDArray[Any]:
    """Turn as EXIF's orientation 1 to 8 says; other values mean nothing."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return pixels


def _turned_size(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    return (size[1], size[0]) if orientation in (5, 6, 7, 8) else size


# --- value ranges ------------------------------------------------------------------------------------------------

_WHOLE_LADDER = tuple(float((1 << bits) - 1) for bits in (10, 12, 14, 16, 24, 32))
_FLOAT_LADDER = (1.0, 255.0, *_WHOLE_LADDER)


def _range_holding(lowest: float, highest: float, whole: bool) -> ValueRange:
    reach = max(abs(lowest), abs(highest))
    slack = 1.0 if whole else 1.02
    ladder = _WHOLE_LADDER if whole else _FLOAT_LADDER
    high = next((step for step in ladder if reach <= step * slack), reach)
    return ValueRange(-high if lowest < (0.0 if whole else 0.02 * -high) else 0.0, high)
