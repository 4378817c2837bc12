"""Whether a file was cut off.

Some decoders fill what is missing of a picture with grey and say nothing; a part would be judged by what is not there.
"""

from __future__ import annotations

import struct
import zlib


def check_end(data: bytes, kind: str) -> None:
    """Refuse a file that was cut off.

    Raises
    ------
    ValueError
        The end of the picture is missing, or a PNG's checksum is wrong.
    """
    if kind == "JPEG":
        whole = _jpeg_is_whole(data)
    elif kind == "PNG":
        whole = _png_is_whole(data)
    elif kind == "WEBP":
        whole = len(data) >= 8 + struct.unpack_from("<I", data, 4)[0]
    else:
        whole = True  # the decoders themselves notice it in BMP and TIFF
    if not whole:
        raise ValueError("cut off")


def _jpeg_is_whole(data: bytes) -> bool:
    """Whether an end marker follows the start of the scan: EXIF holds a small JPEG with an end marker of its own."""
    place = 2
    while place + 4 <= len(data):
        if data[place] != 0xFF:
            place += 1  # decoders skip stray bytes between segments
            continue
        marker = data[place + 1]
        if marker == 0xDA:
            return data.find(b"\xff\xd9", place) >= 0
        if marker in (0xFF, 0x00, 0x01) or 0xD0 <= marker <= 0xD9:
            place += 1 if marker == 0xFF else 2
            continue
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return False


def _png_is_whole(data: bytes) -> bool:
    """Whether every chunk is there with its checksum right, up to the end chunk."""
    place = 8
    view = memoryview(data)
    while place + 12 <= len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        body = view[place + 4 : place + 8 + length]
        checksum = data[place + 8 + length : place + 12 + length]
        if len(checksum) < 4 or zlib.crc32(body) != int.from_bytes(checksum, "big"):
            return False
        if data[place + 4 : place + 8] == b"IEND":
            return True
        place += 12 + length
    return False
