"""The PDF report: what stands in it, read back by another library."""

from dataclasses import replace

import pypdfium2
import pytest

from core.errors import Problem
from core.report import fonts
from core.report.content import ReportCertificate, page_of
from core.report.fonts import find_fonts
from core.report.html import render_report
from core.report.pdf import write_pdf
from core.report.words import speaker
from core.scoring.thresholds import Threshold
from tests.core.test_report import made

try:
    find_fonts("zh")
    CHINESE = True
except Problem:
    CHINESE = False
needs_chinese = pytest.mark.skipif(not CHINESE, reason="no Chinese font here")


def content(count=60, **more):
    plain = made(count)
    limits = replace(plain.calibration, review=Threshold(plain.calibration.image.value - 0.3))
    certificate = ReportCertificate(True, [("SHA-256", "b" * 64)])
    held_out = made(24).judged
    settings = [("neighbours", "9")]
    return replace(plain, calibration=limits, certificate=certificate, settings=settings, held_out=held_out, **more)


def pages(path):
    """Return the pages of a file, and the words of each without spaces."""
    with pypdfium2.PdfDocument(path) as document:
        return [
            (page.get_size(), "".join(page.get_textpage().get_text_range().split()).replace("\xa0", ""))
            for page in document
        ]


def joined(text):
    return "".join(text.split()).replace("\xa0", "")


@pytest.mark.parametrize("language", ["en", pytest.param("zh", marks=needs_chinese)])
def test_it_says_what_the_page_says(tmp_path, language):
    report = content()
    write_pdf(tmp_path / "a.pdf", report, language)
    found = pages(tmp_path / "a.pdf")
    assert all(size == pytest.approx((595.28, 841.89), abs=0.1) for size, _ in found)  # A4
    assert all(text.endswith(f"Flange{i}/{len(found)}") for i, (_, text) in enumerate(found, 1))
    text = "".join(text for _, text in found)
    page = page_of(report, speaker(language))
    wanted = [page.verdicts, *sum(page.tables[0][1], ()), *(limit.evidence for limit in page.limits)]
    wanted += [rate.sentence for rate in page.outcome.rates]
    galleries = [*page.outcome.galleries, *page.held_out.galleries]
    for outcome in (page.outcome, page.held_out):
        wanted += [
            outcome.summary,
            outcome.judged,
            *sum(outcome.figures, ()),
            *(rate.interval for rate in outcome.rates),
        ]
    wanted += [shown.name for group in galleries for shown in group.shown]
    for words in wanted:
        assert joined(words) in text, words
    with pypdfium2.PdfDocument(tmp_path / "a.pdf") as document:
        images = sum(1 for sheet in document for thing in sheet.get_objects() if thing.type == 3)
    assert images == sum(len(group.shown) for group in galleries)


@needs_chinese
def test_chinese_is_the_window_s(tmp_path):
    text = render_report(content(), "zh")
    assert 'lang="zh-CN"' in text
    assert "漏检" in text
    assert "个缺陷中有" in text
    for english in ("Escapes", "escape", "Limits", "precision", "labelled", "rejected", "Outcome"):
        assert english not in text.split("<body>")[1]


def test_every_escape_is_shown_and_no_heading_stands_alone(tmp_path):
    report = content(150)
    write_pdf(tmp_path / "a.pdf", report)
    page = page_of(report, speaker("en"))
    galleries = [*page.outcome.galleries, *page.held_out.galleries]
    headings = {joined(f"{group.title} ({group.total})") for group in galleries}
    headings |= {
        "Summary",
        "Limitsandwhy",
        "Outcome",
        "Outcomeonheld-outimages",
        "Scoresandcurves",
        "Settingsandhashes",
    }
    assert all(len(group.shown) == group.total for group in galleries)
    for number, (_, text) in enumerate(pages(tmp_path / "a.pdf"), 1):
        last = text.rsplit(f"Flange{number}/", 1)[0]
        assert not any(last.endswith(heading) for heading in headings)


def test_names_of_any_kind(tmp_path):
    report = content()
    names = ["very long folder/" * 20 + f"{i}-\udcff-检测.png" for i in range(60)]
    write_pdf(tmp_path / "a.pdf", replace(report, judged=replace(report.judged, names=names), title="T" * 300))
    assert len(pages(tmp_path / "a.pdf")) >= 3


def test_without_a_font_it_is_refused_before_the_work(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "_folders", lambda: [tmp_path])
    with pytest.raises(Problem, match=r"no font on this computer .* Install"):
        write_pdf(tmp_path / "a.pdf", content(), "zh")
    monkeypatch.setenv("FLAWSIGHT_FONT", str(tmp_path / "none.ttf"))
    with pytest.raises(Problem, match="no font file"):
        find_fonts("en")
    with pytest.raises(Problem, match="language"):
        speaker("fr")
    assert list(tmp_path.iterdir()) == []
