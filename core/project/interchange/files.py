"""Reading labels from whatever file or folder a person names, and writing them for another program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal, get_args

from core.errors import Problem
from core.files import writing
from core.images.reading import write_image
from core.progress import Ticket
from core.project.interchange.coco import CocoWriter, read_coco
from core.project.interchange.labelme import labelme_content, read_labelme
from core.project.interchange.said import Pictures, Reading, Writing, true_size
from core.project.interchange.table import read_table, table_text
from core.project.interchange.tree import FOLDER, mask_path, read_tree
from core.project.masks import mask_pixels
from core.project.model import Label, Project, Sample

Format = Literal["masks", "labelme", "coco", "csv"]
FORMATS: tuple[Format, ...] = get_args(Format)
MAX_BYTES = 512 << 20
TABLES = (".csv", ".tsv", ".txt")
COCO_NAME, CSV_NAME = "annotations.json", "labels.csv"


def read_labels(source: Path, samples: list[Sample], ticket: Ticket) -> Reading:
    """Read labels and masks: a file of labelme, COCO or CSV, a folder of labelme's files, or one of mask pictures.

    Nothing is changed; `Reading.edit` makes the change. A row that cannot be used is told in `Reading.remarks`.

    Raises
    ------
    Problem
        The file or folder as a whole cannot be used.
    """
    pictures, reading = Pictures(samples), Reading()
    try:
        if not source.is_dir():
            _read_file(source, pictures, reading, ticket)
        elif (source / FOLDER).is_dir() or not (files := sorted(source.rglob("*.json"))):
            read_tree(source, pictures, reading, ticket)
        else:
            for done, file in enumerate(files):
                ticket.report(done, len(files))
                with reading.row(file.relative_to(source).as_posix()):
                    _read_file(file, pictures, reading, ticket)
    except OSError as error:
        raise Problem(
            "“{name}” could not be read: {reason}.",
            "Check the drive and your rights to the file.",
            name=source.name,
            reason=error.strerror or error,
        ) from error
    if not reading.said and not reading.remarks:
        raise Problem(
            "There are no labels in “{name}”.",
            "Choose a file of labelme, COCO or CSV, or a folder of mask pictures.",
            name=source.name,
        )
    return reading


def _read_file(path: Path, pictures: Pictures, reading: Reading, ticket: Ticket) -> None:
    if path.stat().st_size > MAX_BYTES:
        raise Problem("“{name}” is larger than {limit} MB.", "Split it.", name=path.name, limit=MAX_BYTES >> 20)
    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix.lower() in TABLES:
            read_table(text, path, pictures, reading)
            return
        content = json.loads(text)
    except UnicodeDecodeError as error:
        raise Problem(
            "“{name}” is not written in UTF-8.", "Save it as UTF-8, in Excel as “CSV UTF-8”.", name=path.name
        ) from error
    except (ValueError, RecursionError) as error:
        raise Problem(
            "“{name}” is broken ({reason}).",
            "Write it anew with the program it comes from.",
            name=path.name,
            reason=error,
        ) from error
    if _holds_lists(content, "shapes"):
        read_labelme(content, path, pictures, reading)
    elif _holds_lists(content, "images", "annotations"):
        read_coco(content, path, pictures, reading, ticket)
    else:
        raise Problem(
            "“{name}” is neither a file of labelme nor one of COCO.",
            "Choose another file, or write it anew.",
            name=path.name,
        )


def _holds_lists(content: object, *keys: str) -> bool:
    return isinstance(content, dict) and all(isinstance(content.get(key), list) for key in keys)


def write_labels(project: Project, folder: Path, file_format: Format, ticket: Ticket) -> Writing:
    """Write labels and masks of all pictures that have a label into a folder; no file that is there is replaced.

    Parameters
    ----------
    file_format
        "masks": ``ground_truth/<type>/<stem>_mask.png``, of defects with a mask. "labelme": one file a picture. "coco":
        ``annotations.json``. "csv": ``labels.csv``.

    Raises
    ------
    Problem
        The folder cannot be written, or the one file is already there.
    """
    labelled = [sample for sample in project.samples.values() if sample.label is not Label.UNDECIDED]
    written = Writing()
    if file_format == "csv":
        # Excel takes it for UTF-8 only with the mark in front.
        _write(folder / CSV_NAME, "\ufeff" + table_text(labelled, folder), written)
        written.pictures = len(labelled)
        return written
    coco = CocoWriter(folder)
    if file_format == "coco":
        _check_new(folder / COCO_NAME)
    for done, sample in enumerate(labelled):
        ticket.report(done, len(labelled))
        with written.row(str(sample.path)):
            size = true_size(sample)
            marks = project.mask_of(sample.id) if sample.label is Label.DEFECT else None
            mask = None if marks is None else mask_pixels(marks, size)
            if file_format == "coco":
                coco.add(sample, mask, size)
            elif file_format == "labelme":
                content = labelme_content(sample, mask, size, folder)
                _write(folder / f"{sample.path.stem}.json", json.dumps(content, indent=2), written)
            elif mask is not None:
                target = mask_path(folder, sample)
                _check_new(target)
                write_image(target, mask)
                written.files += 1
            else:
                continue
            written.pictures += 1
    if file_format == "coco":
        _write(folder / COCO_NAME, json.dumps(coco.content()), written)
    return written


def _write(path: Path, text: str, written: Writing) -> None:
    _check_new(path)
    with writing(path) as part:
        part.write_bytes(text.encode("utf-8", "surrogateescape"))
    written.files += 1


def _check_new(path: Path) -> None:
    if path.exists():
        raise Problem("“{name}” is already there, and no file is replaced.", "Choose an empty folder.", name=path.name)
