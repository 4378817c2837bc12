"""labelme's JSON: one file a picture, shapes with a label each.

Format: https://github.com/wkentaro/labelme, `labelme/label_file.py` and `labelme/utils/shape.py`. Points are in pixels
of the picture as it is seen (after the EXIF turn), (0, 0) at its outer corner. `imageData` may be null. A shape of kind
"mask" holds a PNG of its box, both corners included.
"""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from core.errors import Problem
from core.images.framing import BoolMask
from core.project.interchange.said import (
    NO_TYPE,
    WORDS,
    Pictures,
    Reading,
    Said,
    are_near,
    check_size,
    largest_type,
    relative,
    true_size,
)
from core.project.masks import Box, PackedMask, Points, UInt8Mask, outlines, paint_polygon, paint_stroke
from core.project.model import Label, Sample

VERSION = "5.5.0"  # of labelme, whose fields these are
_PNG = b"\x89PNG\r\n\x1a\n"
_POLYGONS = ("polygon", "oriented_rectangle")
_AREAS = (*_POLYGONS, "rectangle", "circle", "mask")


def read_labelme(content: Mapping[str, Any], path: Path, pictures: Pictures, reading: Reading) -> None:
    """Read one file; shapes that are no areas are left out with a remark."""
    with reading.row(path.name):
        sample = pictures.find(content.get("imagePath") or path.stem, path.parent)
        size = true_size(sample)
        check_size((content.get("imageHeight"), content.get("imageWidth")), size)
        mask = np.zeros(size, np.uint8)
        areas: dict[str, int] = {}
        for number, shape in enumerate(content["shapes"], 1):
            with reading.row(f"{path.name}, {number}"):
                name = str(shape["label"])
                areas[name] = areas.get(name, 0) + _paint(mask, shape)
        if areas:
            reading.add(Said(sample.id, Label.DEFECT, largest_type(areas, reading, path.name), PackedMask.of(mask)))
            return
        flags = {WORDS.get(str(name).casefold()) for name, on in (content.get("flags") or {}).items() if on is True}
        labels = [label for label in (Label.GOOD, Label.DEFECT) if label in flags]
        if len(labels) != 1:
            raise Problem(
                "It marks no area, and no flag says whether the picture is good.",
                "Set the flag “good” or “defect” in labelme.",
            )
        reading.add(Said(sample.id, labels[0]))


def _paint(mask: UInt8Mask, shape: Mapping[str, Any]) -> int:
    """Mark a shape; return its area."""
    kind = shape.get("shape_type") or "polygon"
    if kind not in _AREAS:
        raise Problem("A shape of kind “{kind}” has no area.", "Draw it as a polygon.", kind=kind)
    points = np.array(shape["points"], np.float64)
    least = 3 if kind in _POLYGONS else 2
    if points.ndim != 2 or points.shape[1] != 2 or len(points) < least or not are_near(points):
        raise Problem("The shape has too few points, or strange ones.", "Draw it anew.")
    alone = np.zeros_like(mask)
    if kind in _POLYGONS:
        box = paint_polygon(alone, [points], 1)
    elif kind == "rectangle":
        (x0, y0), (x1, y1) = points[:2]
        box = paint_polygon(alone, [np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])], 1)
    elif kind == "circle":
        centre = (float(points[0, 0]), float(points[0, 1]))
        box = paint_stroke(alone, centre, centre, 2 * float(np.linalg.norm(points[1] - points[0])), 1)
    else:
        box = _paint_png(alone, points, shape["mask"])
    mask[box.part] |= alone[box.part]
    return int(alone[box.part].sum())


def _paint_png(mask: UInt8Mask, points: Points, encoded: str) -> Box:
    left, top, right, bottom = (int(value) for value in points[:2].ravel())
    box = Box(left, top, right + 1, bottom + 1)
    broken = Problem("The mask of a shape is broken.", "Draw it anew.")
    try:
        data = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise broken from error
    inside = 0 <= left <= right < mask.shape[1] and 0 <= top <= bottom < mask.shape[0]
    # Its size is looked at before it is decoded: a small file can be a huge picture.
    if not inside or data[:8] != _PNG or struct.unpack(">II", data[16:24]) != (right - left + 1, bottom - top + 1):
        raise broken
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    if pixels is None:
        raise broken
    mask[box.part] = pixels > 0
    return box


def labelme_content(sample: Sample, mask: BoolMask | None, size: tuple[int, int], folder: Path) -> dict[str, Any]:
    """Return what a file in `folder` says about a picture: polygons, or masks where an area has holes."""
    name = sample.defect_type or NO_TYPE
    shapes = []
    for outer, *holes in outlines(mask) if mask is not None else ():
        shape: dict[str, Any] = {
            "label": name,
            "points": outer.tolist(),
            "group_id": None,
            "description": "",
            "shape_type": "polygon",
            "flags": {},
            "mask": None,
        }
        if holes:
            (left, top), (right, bottom) = outer.min(axis=0).astype(int), outer.max(axis=0).astype(int)
            alone = np.zeros(size, np.uint8)
            part = alone[paint_polygon(alone, [outer, *holes], 1).part]
            png = cv2.imencode(".png", part * np.uint8(255))[1].tobytes()
            shape |= {
                "shape_type": "mask",
                "points": [[int(left), int(top)], [int(right) - 1, int(bottom) - 1]],
                "mask": base64.b64encode(png).decode("ascii"),
            }
        shapes.append(shape)
    return {
        "version": VERSION,
        "flags": {} if shapes else {sample.label.value: True},
        "shapes": shapes,
        "imagePath": relative(sample.path, folder),
        "imageData": None,
        "imageHeight": size[0],
        "imageWidth": size[1],
    }
