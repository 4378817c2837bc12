"""The table of results, as CSV and as a workbook. Rows stream through: memory does not grow with their number."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from core.files import writing
from core.progress import Ticket

COLUMNS = (
    "path",
    "score",
    "normalised_score",
    "verdict",
    "image_threshold",
    "regions",
    "largest_area",
    "seconds",
    "error",
)
SHEET_ROWS = 2**20  # what a sheet holds, heading included; more go on the next sheet
_CELL_SIGNS = 32_767
_WIDTHS = (60, 12, 12, 9, 12, 9, 12, 9, 60)


@dataclass(frozen=True, slots=True)
class Row:
    """What was found on one image: the columns of the table.

    Attributes
    ----------
    score, image_threshold
        Raw.
    normalised_score
        0 to 1; 0.5 is the limit.
    verdict
        OK, NG or REVIEW; "" with an `error`.
    regions, largest_area
        Number of regions over the pixel limit, and the area of the largest in pixels of the image; 0 without any.
    seconds
        Of computing.
    error
        Why there is no result, and then no number either; "" otherwise.
    """

    path: Path
    image_threshold: float
    score: float | None = None
    normalised_score: float | None = None
    verdict: str = ""
    regions: int | None = None
    largest_area: float | None = None
    seconds: float | None = None
    error: str = ""

    def texts(self) -> list[str]:
        """Return the cells of a CSV line; scores and limits to their last digit."""
        return [
            str(self.path),
            "" if self.score is None else repr(self.score),
            "" if self.normalised_score is None else f"{self.normalised_score:.6f}",
            self.verdict,
            repr(self.image_threshold),
            "" if self.regions is None else str(self.regions),
            "" if self.largest_area is None else f"{self.largest_area:.1f}",
            "" if self.seconds is None else f"{self.seconds:.4f}",
            self.error,
        ]

    def values(self) -> list[str | float | None]:
        """Return the cells of a workbook: numbers as numbers."""
        return [
            str(self.path),
            self.score,
            self.normalised_score,
            self.verdict,
            self.image_threshold,
            self.regions,
            self.largest_area,
            self.seconds,
            self.error,
        ]


def write_csv(path: Path, rows: Iterable[Row], ticket: Ticket) -> None:
    """Write the table as UTF-8 with a byte order mark, by which Excel knows it; there whole or not at all.

    Raises
    ------
    Problem
        The file cannot be written.
    Cancelled
        Through the ticket.
    """
    with (
        writing(path) as part,
        part.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as stream,
    ):
        table = csv.writer(stream)
        table.writerow(COLUMNS)
        for row in rows:
            ticket.check()
            table.writerow(row.texts())


def write_workbook(path: Path, rows: Iterable[Row], ticket: Ticket) -> None:
    """Write the table for Excel, on as many sheets as it takes; there whole or not at all.

    Raises
    ------
    Problem
        The file cannot be written.
    Cancelled
        Through the ticket.
    """
    # The sheets wait beside the workbook, not in a small temporary drive.
    with writing(path) as part, tempfile.TemporaryDirectory(prefix=".sheets-", dir=path.parent) as waiting:
        options = {
            "constant_memory": True,
            "tmpdir": waiting,
            # A file may be called =1+1.png or http://….
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        book = xlsxwriter.Workbook(part, options)
        bold = book.add_format({"bold": True})
        line = SHEET_ROWS
        for row in rows:
            ticket.check()
            if line == SHEET_ROWS:
                sheet, line = _new_sheet(book, bold), 1
            for column, value in enumerate(row.values()):
                if isinstance(value, str):
                    sheet.write_string(line, column, _printable(value))
                elif value is not None:
                    sheet.write_number(line, column, value)
            line += 1
        if not book.worksheets():
            _new_sheet(book, bold)
        try:
            book.close()
        except FileCreateError as error:
            raise OSError(*error.args[0].args) if isinstance(error.args[0], OSError) else OSError(str(error)) from error


def _new_sheet(book: xlsxwriter.Workbook, bold: object) -> xlsxwriter.workbook.Worksheet:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for column, (name, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, bold)
    return sheet


def _printable(text: str) -> str:
    return text.encode("utf-8", errors="backslashreplace").decode("utf-8")[:_CELL_SIGNS]
