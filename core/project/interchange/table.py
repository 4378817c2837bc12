"""A table of labels as CSV: path, label, type."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from core.errors import Problem
from core.project.interchange.said import WORDS, Pictures, Reading, Said, relative
from core.project.model import Label, Sample

COLUMNS = ("path", "label", "type")
DELIMITERS = ",;\t"


def read_table(text: str, path: Path, pictures: Pictures, reading: Reading) -> None:
    """Read a table whose first line names its columns; the delimiter is a comma, a semicolon or a tab.

    Raises
    ------
    Problem
        The columns "path" and "label" are not both there.
    """
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    numbered = _numbered(text, delimiter, reading)
    names = [name.strip().casefold() for name in next(numbered, (0, []))[1]]
    if not {"path", "label"} <= set(names):
        raise Problem(
            "The first line of “{name}” does not name the columns “path” and “label”.",
            "Write “path,label,type” into it.",
            name=path.name,
        )
    for line, row in numbered:
        if not any(row):
            continue
        with reading.row(f"{path.name}, {line}"):
            cells = {name: cell.strip() for name, cell in zip(names, row, strict=False)}
            label = WORDS.get(cells["label"].casefold())
            if label is None:
                raise Problem("“{label}” is no label.", "Write good, defect or undecided.", label=cells["label"])
            sample = pictures.find(cells["path"], path.parent)
            reading.add(Said(sample.id, label, cells.get("type", "") if label is Label.DEFECT else ""))


def _numbered(text: str, delimiter: str, reading: Reading) -> Iterator[tuple[int, list[str]]]:
    """Yield rows with their line numbers; a line that is no row is told."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        row = None
        with reading.row(str(rows.line_num + 1)):
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                raise ValueError(error) from error
        if row is not None:
            yield rows.line_num, row


def table_text(samples: Iterable[Sample], folder: Path) -> str:
    """Return the table of pictures, for a file in `folder`."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for sample in samples:
        table.writerow((relative(sample.path, folder), sample.label.value, sample.defect_type))
    return out.getvalue()
