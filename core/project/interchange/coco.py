"""COCO: one file for all pictures, polygons or run lengths.

Format: https://cocodataset.org/#format-data and `pycocotools`, whose masks count pixels down the columns. A polygon's
coordinates are outer corners of pixels. `segmentation` is a list of polygons ([x, y, x, y, ...]), or run lengths:
``{"size": [h, w], "counts": [...]}``, or the same with the counts packed into text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import Problem
from core.images.framing import BoolMask
from core.progress import Ticket
from core.project.interchange.said import (
    NO_TYPE,
    WORDS,
    Pictures,
    Reading,
    Remark,
    Said,
    are_near,
    check_size,
    largest_type,
    relative,
    true_size,
)
from core.project.masks import PackedMask, UInt8Mask, outlines, paint_polygon
from core.project.model import Label, Sample

LABEL, TYPE = "label", "type"  # of a picture as a whole: fields of our own, which others pass over


def read_coco(content: Mapping[str, Any], path: Path, pictures: Pictures, reading: Reading, ticket: Ticket) -> None:
    """Read a file; one mask in memory at a time."""
    names: dict[Any, str] = {}
    categories = content.get("categories") or []
    if not isinstance(categories, list):
        raise Problem(
            "“{name}” is broken ({reason}).",
            "Write it anew with the program it comes from.",
            name=path.name,
            reason="categories",
        )
    for number, category in enumerate(categories, 1):
        with reading.row(f"category {number}"):
            names[category["id"]] = str(category["name"])
    of_image: dict[Any, list[Mapping[str, Any]]] = defaultdict(list)
    for annotation in content["annotations"]:
        with reading.row(_where(annotation)):
            of_image[annotation["image_id"]].append(annotation)
    silent = 0
    for done, image in enumerate(content["images"]):
        ticket.report(done, len(content["images"]))
        where = str(image.get("file_name", done + 1)) if isinstance(image, dict) else str(done + 1)
        with reading.row(where):
            annotations = of_image.pop(image["id"], [])
            if annotations:
                _read_areas(image, annotations, names, where, path.parent, pictures, reading)
            elif (label := WORDS.get(str(image.get(LABEL, "")).casefold(), Label.UNDECIDED)) is not Label.UNDECIDED:
                sample = pictures.find(image["file_name"], path.parent)
                reading.add(Said(sample.id, label, str(image.get(TYPE, ""))))
            else:
                silent += 1
    for annotation in (each for annotations in of_image.values() for each in annotations):
        problem = Problem("It belongs to a picture that the file does not name.", "Write the file anew.")
        reading.remarks.append(Remark(_where(annotation), problem))
    if silent:
        problem = Problem(
            "{count} pictures have no annotation: they stay as they are.", "Label them here.", count=silent
        )
        reading.remarks.append(Remark(path.name, problem))


def _read_areas(
    image: Mapping[str, Any],
    annotations: Sequence[Mapping[str, Any]],
    names: Mapping[Any, str],
    where: str,
    folder: Path,
    pictures: Pictures,
    reading: Reading,
) -> None:
    sample = pictures.find(image["file_name"], folder)
    size = true_size(sample)
    check_size((image.get("height"), image.get("width")), size)
    mask = np.zeros(size, np.uint8)
    areas: dict[str, int] = {}
    for annotation in annotations:
        with reading.row(f"{where}, {_where(annotation)}"):
            alone = decoded(annotation["segmentation"], size)
            mask |= alone
            name = names.get(annotation.get("category_id"), NO_TYPE)
            areas[name] = areas.get(name, 0) + int(alone.sum())
    if areas:
        reading.add(Said(sample.id, Label.DEFECT, largest_type(areas, reading, where), PackedMask.of(mask)))


def _where(annotation: object) -> str:
    return f"annotation {annotation.get('id', '?')}" if isinstance(annotation, dict) else "annotation ?"


def decoded(segmentation: Any, size: tuple[int, int]) -> UInt8Mask:
    """Return the mask (H, W) of polygons or run lengths.

    Raises
    ------
    Problem
        There is no area, or not one of a picture of this size.
    """
    mask = np.zeros(size, np.uint8)
    if isinstance(segmentation, dict):
        check_size(tuple(segmentation["size"]), size)
        counts = segmentation["counts"]
        runs = np.array(_unpacked(counts) if isinstance(counts, str) else counts, np.int64)
        if (runs < 0).any() or runs.sum() != mask.size:
            raise Problem("The run lengths do not fill the picture.", "Write the file anew.")
        return np.repeat(np.arange(len(runs)) % 2, runs).astype(np.uint8).reshape(size[::-1]).T.copy()
    if not segmentation:
        raise Problem("There is a box, but no area.", "Export polygons or masks from the program it comes from.")
    for ring in segmentation:
        points = np.array(ring, np.float64)
        if points.ndim != 1 or len(points) < 6 or len(points) % 2 or not are_near(points):
            raise Problem("The shape has too few points, or strange ones.", "Draw it anew.")
        paint_polygon(mask, [points.reshape(-1, 2)], 1)
    return mask


def _unpacked(text: str) -> list[int]:
    """Return run lengths that `pycocotools` packed into text: five bits a sign, differences to the last but one."""
    counts: list[int] = []
    value = shift = 0
    for sign in text.encode("ascii"):
        bits = sign - 48
        value |= (bits & 31) << shift
        shift += 5
        if not bits & 32:
            if bits & 16:
                value -= 1 << shift
            counts.append(value + (counts[-2] if len(counts) > 2 else 0))
            value = shift = 0
    return counts


class CocoWriter:
    """Gathers pictures for one file; an area with holes is written as run lengths, all others as polygons."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._images: list[dict[str, Any]] = []
        self._annotations: list[dict[str, Any]] = []
        self._types: dict[str, int] = {}

    def add(self, sample: Sample, mask: BoolMask | None, size: tuple[int, int]) -> None:
        """Take one picture."""
        name = relative(sample.path, self._folder)
        self._images.append(
            {
                "id": sample.id,
                "file_name": name,
                "height": size[0],
                "width": size[1],
                LABEL: sample.label.value,
                TYPE: sample.defect_type,
            }
        )
        for rings in outlines(mask) if mask is not None else ():
            alone = np.zeros(size, np.uint8)
            box = paint_polygon(alone, rings, 1)
            self._annotations.append(
                {
                    "id": len(self._annotations) + 1,
                    "image_id": sample.id,
                    "category_id": self._types.setdefault(sample.defect_type or NO_TYPE, len(self._types) + 1),
                    "segmentation": [rings[0].ravel().tolist()] if len(rings) == 1 else _run_lengths(alone),
                    "area": int(alone[box.part].sum()),
                    "bbox": [box.left, box.top, box.right - box.left, box.bottom - box.top],
                    "iscrowd": 0,
                }
            )

    def content(self) -> dict[str, Any]:
        """Return what goes into the file."""
        return {
            "info": {"description": "Flawsight"},
            "images": self._images,
            "annotations": self._annotations,
            "categories": [{"id": number, "name": name} for name, number in self._types.items()],
        }


def _run_lengths(mask: UInt8Mask) -> dict[str, Sequence[int]]:
    flat = mask.T.ravel()
    starts = np.flatnonzero(np.diff(flat, prepend=0))
    counts = np.diff(starts, prepend=0, append=flat.size)
    return {"size": list(mask.shape), "counts": counts.tolist()}
