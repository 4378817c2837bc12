"""A report as a PDF file of A4 pages, for print: it reads without colours, and carries its fonts."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align, TableBordersLayout, WrapMode, XPos, YPos
from fpdf.fonts import FontFace

from core.files import writing
from core.report.content import Gallery, LimitRow, Outcome, Page, RateRow, ReportContent, Rows, Shown, page_of
from core.report.fonts import Face, Fonts, find_fonts
from core.report.plots import HEIGHT, WIDTH, Box, Dot, Drawing, Line, Shape, Text
from core.report.words import LANGUAGES, Say, chinese, speaker

# Millimetres.
MARGIN = 16.0
GAP = 4.0
FOOT = 18.0
_LINE = 4.6
_SMALL_LINE = 3.7
_PICTURE = 33.0
_NAME_LINES = 3
_COLUMNS = 4
# Points.
_TEXT, _SMALL, _HEADING, _TITLE = 9.0, 7.0, 11.0, 20.0

_BLACK, _GREY, _PALE = (27, 31, 36), (82, 91, 102), (221, 225, 231)
_OK, _NG, _ACCENT, _WRONG = (15, 143, 128), (217, 72, 15), (37, 99, 235), (240, 226, 218)
_GOOD = (171, 217, 211)  # so pale that hatching over it is seen without colours
_HATCH_EVERY = 1.1


def write_pdf(path: Path, content: ReportContent, language: str = "en") -> None:
    """Write a report; the file is there whole or not at all.

    Parameters
    ----------
    language
        ``"en"`` or ``"zh"``.

    Raises
    ------
    Problem
        There is no labelled image, this computer has no font for the language, or the file cannot be written.
    ValueError
        A score is not finite, or lengths differ.
    """
    say = speaker(language)
    page = page_of(content, say)
    sheets = _Sheets(page, find_fonts(language), say, language)
    sheets.fill()
    data = bytes(sheets.output())
    with writing(path) as part:
        part.write_bytes(data)


class _Sheets(FPDF):
    """The pages, filled from the top; what belongs together is kept together."""

    def __init__(self, page: Page, fonts: Fonts, say: Say, language: str) -> None:
        super().__init__(format="A4")
        self._page = page
        self._say = say
        self._wrap = WrapMode.CHAR if chinese(language) else WrapMode.WORD
        for style, face in (("", fonts.regular), ("B", fonts.bold)):
            self._add(face, "report", style)
        if fonts.other is not None:
            self._add(fonts.other, "other", "")
            self.set_fallback_fonts(["other"], exact_match=False)
        self.set_title(_text(page.title))
        self.set_lang(LANGUAGES[language])
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.c_margin = 0.0
        self.set_auto_page_break(True, FOOT)
        self.set_draw_color(*_PALE)
        self.set_line_width(0.2)
        with self._ink(_SMALL, _GREY):
            self._foot = self._fitting(_text(page.title), self.epw * 0.75)

    def _add(self, face: Face, family: str, style: str) -> None:
        self.add_font(family, style, face.path, collection_font_number=face.index)

    def footer(self) -> None:
        """Put the title and the number under each page."""
        self.set_y(-FOOT + GAP)
        with self._ink(_SMALL, _GREY):
            self.cell(self.epw * 0.75, 4, self._foot)
            self.cell(self.epw * 0.25, 4, f"{self.page_no()} / {{nb}}", align=Align.R)

    def fill(self) -> None:
        """Set the whole report."""
        page, say = self._page, self._say
        self.add_page()
        with self._ink(_TITLE, _BLACK, "B"):
            self._paragraph(page.title, 9.0)
        with self._ink(_SMALL, _GREY):
            self._paragraph(f"{say('Flawsight report')} · {page.created}", _SMALL_LINE)
        self._heading(say("Summary"), 30)
        with self._ink(12, _BLACK):
            self._paragraph(page.outcome.summary, 6.0)
        self.ln(2)
        self._tiles(page.outcome.rates, page.outcome.figures)
        self._heading(say("Limits and why"), 35)
        self._limits(page.limits)
        with self._ink(_SMALL, _GREY):
            self._paragraph(page.verdicts, _SMALL_LINE)
        self._heading(say("Outcome"), 60)
        self._outcome(page.outcome)
        self._plots(page.outcome.plots)
        for gallery in page.outcome.galleries:
            self._gallery(gallery)
        if page.held_out is not None:
            self._heading(say("Outcome on held-out images"), 60)
            self._paragraph(page.held_out.summary, _LINE)
            self._outcome(page.held_out)
            self.ln(2)
            self._tiles((), page.held_out.figures)
            for gallery in page.held_out.galleries:
                self._gallery(gallery)
        if page.certificate is not None:
            self._heading(say("Exported file compared with the program"), 30)
            passed = page.certificate.passed
            with self._ink(_TEXT, _OK if passed else _NG, "B"):
                self._paragraph(say("passed the comparison") if passed else say("failed the comparison"), _LINE)
            self._rows(page.certificate.rows)
        for title, rows in page.tables:
            self._heading(title, 25)
            self._rows(rows)

    def _outcome(self, outcome: Outcome) -> None:
        """Set the counts and the rates."""
        say = self._say
        with self._ink(_SMALL, _GREY):
            self._paragraph(outcome.judged, _SMALL_LINE)
        self.ln(1)
        self._confusion(outcome)
        self.ln(2)
        self._table(
            ("", say("rate"), say("95 % interval")),
            [(rate.name, rate.share, rate.interval) for rate in outcome.rates],
            (50, 25, 25),
            right=(1, 2),
        )

    @contextmanager
    def _ink(self, points: float, colour: tuple[int, int, int], style: str = "") -> Iterator[None]:
        self.set_font("report", style, points)
        self.set_text_color(*colour)
        yield
        self.set_font("report", "", _TEXT)
        self.set_text_color(*_BLACK)

    def _paragraph(self, text: str, line: float) -> None:
        self.multi_cell(0, line, _text(text), align=Align.L, wrapmode=self._wrap, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _room(self, height: float) -> None:
        """Go to the next page unless so much is left on this one."""
        if self.get_y() + height > self.h - FOOT:
            self.add_page()

    def _heading(self, text: str, follows: float) -> None:
        """Set a heading, on the page of at least so much of what follows it."""
        self._room(12 + follows)
        self.ln(5)
        with self._ink(_HEADING, _BLACK, "B"):
            self._paragraph(text, 6.0)
        self.line(self.l_margin, self.get_y() + 0.5, self.l_margin + self.epw, self.get_y() + 0.5)
        self.ln(2)

    def _tiles(self, rates: Sequence[RateRow], figures: Sequence[tuple[str, str]]) -> None:
        tiles = [(rate.name, rate.share, rate.sentence) for rate in rates if rate.sentence]
        for group in (tiles, [(name, value, "") for name, value in figures]):
            width = self._column if group is not tiles else self.epw / 3 - GAP
            columns = 3 if group is tiles else _COLUMNS
            height = 26.0 if group is tiles else 13.0
            for start in range(0, len(group), columns):
                self._room(height)
                top = self.get_y()
                for column, (name, value, note) in enumerate(group[start : start + columns]):
                    self.set_xy(self.l_margin + column * (width + GAP), top)
                    with self._ink(_SMALL, _GREY):
                        self._in_column(width, _SMALL_LINE, name)
                    with self._ink(13, _BLACK, "B"):
                        self._in_column(width, 6.5, value)
                    if note:
                        with self._ink(_SMALL, _GREY):
                            self._in_column(width, _SMALL_LINE, note)
                self.set_xy(self.l_margin, top + height)

    def _in_column(self, width: float, line: float, text: str) -> None:
        self.multi_cell(width, line, _text(text), align=Align.L, wrapmode=self._wrap, new_x=XPos.LEFT, new_y=YPos.NEXT)

    def _limits(self, limits: Sequence[LimitRow]) -> None:
        say = self._say
        rows = [
            (
                limit.name,
                limit.value,
                say("{rule}, provisional", rule=limit.rule) if limit.provisional else limit.rule,
                limit.evidence,
            )
            for limit in limits
        ]
        heads = (say("limit"), say("raw score"), say("chosen by"), say("on what"))
        self._table(heads, rows, (18, 16, 20, 46))
        self.ln(1)

    def _rows(self, rows: Rows) -> None:
        self._table(None, rows, (34, 66))

    def _table(
        self,
        heads: Sequence[str] | None,
        rows: Sequence[Sequence[str]],
        widths: Sequence[int],
        right: Sequence[int] = (),
    ) -> None:
        """Set a table; a row is never broken, and the heads stand on each of its pages."""
        aligned = tuple(Align.R if column in right else Align.L for column in range(len(widths)))
        with self.table(
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            col_widths=tuple(widths),
            first_row_as_headings=heads is not None,
            headings_style=FontFace(emphasis="", color=_GREY, size_pt=_SMALL),
            line_height=_LINE,
            padding=(0.8, 1.0),
            text_align=aligned,
            wrapmode=self._wrap,
            width=self.epw,
        ) as table:
            for row in ([heads] if heads is not None else []) + list(rows):
                line = table.row()
                for cell in row:
                    line.cell(_text(cell))

    def _confusion(self, outcome: Outcome) -> None:
        """Set the four or six counts; mistakes stand in thick frames, to be seen in print, too."""
        counts, say, review = outcome.counts, self._say, self._page.review
        heads = [say("passed"), *([say("to review")] if review else []), say("rejected")]
        lines = (
            (say("good"), [(counts.tn, ""), (counts.good_review, ""), (counts.fp, say("false rejects"))]),
            (say("defect"), [(counts.fn, say("escapes")), (counts.defect_review, ""), (counts.tp, "")]),
        )
        first, height = 26.0, 13.0
        width = min(45.0, (self.epw - first) / len(heads))
        with self._ink(_SMALL, _GREY):
            self.set_x(self.l_margin + first)
            for head in heads:
                self.cell(width, 5, head, align=Align.C)
            self.ln(5)
        for name, cells in lines:
            top = self.get_y()
            with self._ink(_SMALL, _GREY):
                self.cell(first, height, name)
            for column, (count, mistake) in enumerate(cells if review else cells[::2]):
                left = self.l_margin + first + column * width
                self.set_draw_color(*(_BLACK if mistake else _GREY))
                self.set_line_width(0.7 if mistake else 0.2)
                self.set_fill_color(*(_WRONG if mistake else (255, 255, 255)))
                self.rect(left + 0.8, top + 0.8, width - 1.6, height - 1.6, style="DF")
                self.set_xy(left, top + (1.8 if mistake else 3.5))
                with self._ink(12, _BLACK, "B"):
                    self.cell(width, 6, str(count), align=Align.C)
                if mistake:
                    self.set_xy(left, top + 7.4)
                    with self._ink(_SMALL, _BLACK):
                        self.cell(width, 3.6, mistake, align=Align.C)
            self.set_xy(self.l_margin, top + height)
        self.set_draw_color(*_PALE)
        self.set_line_width(0.2)

    def _plots(self, plots: Sequence[Drawing]) -> None:
        say = self._say
        width = (self.epw - 2 * GAP) / 2
        height = width * HEIGHT / WIDTH
        self._heading(say("Scores and curves"), height + 12)
        for start in range(0, len(plots), 2):
            self._room(height + 10)
            top = self.get_y()
            for column, plot in enumerate(plots[start : start + 2]):
                left = self.l_margin + column * (width + 2 * GAP)
                self.set_xy(left, top)
                with self._ink(_SMALL, _BLACK, "B"):
                    self.cell(width, 5, plot.title)
                self._draw(plot, left, top + 5, width / WIDTH)
            self.set_xy(self.l_margin, top + height + 8)
            if start == 0:
                with self._ink(_SMALL, _GREY):
                    self._paragraph(
                        say("Histogram: good ones filled, defects hatched; dashed lines are limits."), _SMALL_LINE
                    )
                self.ln(2)

    def _draw(self, plot: Drawing, left: float, top: float, scale: float) -> None:
        for shape in plot.shapes:
            self._shape(shape, left, top, scale)
        self.set_dash_pattern()
        self.set_draw_color(*_PALE)
        self.set_line_width(0.2)

    def _shape(self, shape: Shape, left: float, top: float, scale: float) -> None:
        def at(x: float, y: float) -> tuple[float, float]:
            return left + x * scale, top + y * scale

        match shape:
            case Box():
                box = (*at(shape.x, shape.y), shape.width * scale, shape.height * scale)
                self._box(shape.role, *box)
            case Line():
                limit = shape.role == "limit"
                self.set_draw_color(*(_NG if limit else _ACCENT))
                self.set_line_width(0.4)
                self.set_dash_pattern(1.6 if limit else 0, 1.0 if limit else 0)
                self.polyline([at(*point) for point in shape.points])
                self.set_dash_pattern()
            case Dot():
                self.set_fill_color(*_NG)
                self.set_draw_color(255, 255, 255)
                x, y = at(shape.x, shape.y)
                self.circle(x, y, 1.0, style="DF")
            case Text():
                with self._ink(_SMALL - 0.5, _BLACK if shape.strong else _GREY):
                    x, y = at(shape.x, shape.y)
                    width = self.get_string_width(shape.text)
                    x -= {"start": 0.0, "middle": width / 2, "end": width}[shape.anchor]
                    if shape.strong:
                        self.set_fill_color(255, 255, 255)
                        self.rect(x - 0.4, y - 2.4, width + 0.8, 3.2, style="F")
                    self.text(x, y, shape.text)

    def _box(self, role: str, x: float, y: float, width: float, height: float) -> None:
        self.set_line_width(0.15)
        if role == "axes":
            self.set_draw_color(*_GREY)
            self.rect(x, y, width, height)
        elif role == "good":
            self.set_fill_color(*_GOOD)
            self.set_draw_color(*_OK)
            self.rect(x, y, width, height, style="DF")
        else:
            self.set_draw_color(*_NG)
            with self.rect_clip(x, y, width, height):
                step = _HATCH_EVERY
                for number in range(int((width + height) / step) + 1):
                    self.line(x + number * step - height, y + height, x + number * step, y)
            self.rect(x, y, width, height)

    def _gallery(self, gallery: Gallery) -> None:
        say = self._say
        rows = [
            [(shown, self._lines(_text(shown.name))) for shown in gallery.shown[start : start + _COLUMNS]]
            for start in range(0, len(gallery.shown), _COLUMNS)
        ]
        heights = [_PICTURE + (1 + max(len(lines) for _, lines in row)) * _SMALL_LINE + GAP for row in rows]
        self._heading(
            say("{title} ({count})", title=gallery.title, count=gallery.total), 6 + (heights[0] if heights else 5)
        )
        left_out = gallery.total > len(gallery.shown)
        more = say("{shown} of {total} shown", shown=len(gallery.shown), total=gallery.total) if left_out else ""
        with self._ink(_SMALL, _GREY):
            self._paragraph("; ".join(filter(None, (gallery.sentence, more))), _SMALL_LINE)
        self.ln(1)
        if not gallery.shown:
            self._paragraph(say("None"), _LINE)
        for row, height in zip(rows, heights, strict=True):
            self._room(height)
            top = self.get_y()
            for column, (shown, lines) in enumerate(row):
                self._picture(shown, lines, column, top)
            self.set_xy(self.l_margin, top + height)

    @property
    def _column(self) -> float:
        """Return the width of a picture's column."""
        return (self.epw - GAP * (_COLUMNS - 1)) / _COLUMNS

    def _picture(self, shown: Shown, lines: Sequence[str], column: int, top: float) -> None:
        say, width = self._say, self._column
        left = self.l_margin + column * (width + GAP)
        if shown.image is None:
            self.rect(left, top, width, _PICTURE)
            self.set_xy(left, top)
            with self._ink(_SMALL, _GREY):
                self.cell(width, _PICTURE, say("no picture"), align=Align.C)
        else:
            self.image(
                io.BytesIO(shown.image), left, top, width, _PICTURE, keep_aspect_ratio=True, alt_text=_text(shown.name)
            )
        self.set_xy(left, top + _PICTURE + 1)
        with self._ink(_SMALL, _BLACK):
            for line in lines:
                self._in_column(width, _SMALL_LINE, line)
        colour = {"OK": _OK, "NG": _NG}.get(shown.verdict, _BLACK)
        with self._ink(_SMALL, colour, "B"):
            self.cell(self.get_string_width(shown.verdict) + 2, _SMALL_LINE, shown.verdict)
        with self._ink(_SMALL, _GREY):
            self.cell(10, _SMALL_LINE, f"{shown.score} · {shown.truth}")

    def _lines(self, name: str) -> list[str]:
        """Break a name into lines of a picture's width; of one that is too long, the middle is left out."""
        text, kept = name, len(name)
        with self._ink(_SMALL, _BLACK):
            while len(lines := self._broken(text)) > _NAME_LINES:
                kept = min(kept - 1, sum(map(len, lines[:_NAME_LINES])))
                text = f"{name[: kept // 3]}…{name[-(kept - kept // 3) :]}"
        return lines

    def _broken(self, text: str) -> list[str]:
        widths = {sign: self.get_string_width(sign) for sign in set(text)}
        lines, left = [""], self._column
        for sign in text:
            if widths[sign] > left:
                lines.append("")
                left = self._column
            lines[-1] += sign
            left -= widths[sign]
        return lines

    def _fitting(self, text: str, width: float) -> str:
        """Return as much of a text as fits."""
        if self.get_string_width(text) <= width:
            return text
        while text and self.get_string_width(text + "…") > width:
            text = text[:-1]
        return text + "…"


def _text(text: str) -> str:
    """Return what can be written: names of files may hold signs that are no text."""
    return text.encode("utf-8", errors="backslashreplace").decode("utf-8")
