"""The Export page: what goes out, how the check came out, failures in words and colour."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gui.errors import Failure
from gui.panels.export import ExportPage
from gui.session.events import Job
from gui.session.session import Session
from tests.windows import add_model, open_session


@dataclass
class Certificate:
    """The figures of `core.export.comparison.Certificate`, which loads torch."""

    tolerance: float = 1e-3
    images: int = 12
    map_difference: float = 2.1e-5
    score_difference: float = 1.9e-5
    normalised_difference: float = 3e-6
    verdict_flips: int = 0
    flips_at_the_limit: int = 0
    model_sha256: str = "ab" * 32


@dataclass
class Report:
    folder: Path
    files: dict[str, int] = field(default_factory=lambda: {"model.onnx": 5_300_000, "metadata.json": 2100})
    certificate: Certificate = field(default_factory=Certificate)


@pytest.fixture
def session(qapp, tmp_path):
    session = open_session(tmp_path, train=4)
    yield session
    assert session.close(10_000)


@pytest.fixture
def page(qtbot, session):
    page = ExportPage(session)
    qtbot.addWidget(page)
    page.resize(1290, 660)
    page.show()
    return page


def test_no_model_nothing_to_export(page):
    assert not page.export_button.isEnabled()


def test_says_what_goes_out_and_where(page, session, tmp_path, monkeypatch):
    add_model(session)
    facts = dict(page.what.texts())
    assert facts["NG from"].startswith("10")
    assert "provisional" in facts["NG from"]
    session.set_image_threshold(12.5)
    assert dict(page.what.texts())["NG from"] == "12.5"
    asked = []
    monkeypatch.setattr(session, "export", asked.append)
    page.folder.setText(str(tmp_path / "out"))
    page.export_button.click()
    assert asked == [tmp_path / "out"]


def test_a_passed_check_shows_its_figures(page, session, tmp_path, monkeypatch):
    add_model(session)
    report = Report(tmp_path / "out")
    monkeypatch.setattr(Session, "export_report", property(lambda _self: report))
    session.job_changed.emit(Job("export", "Exporting"))
    assert page.right.currentIndex() == 1
    assert not page.export_button.isEnabled()
    session.job_changed.emit(Job("export", "Exporting", "done", result=report))
    assert page.right.currentIndex() == 2
    figures = dict(page.figures.texts())
    assert figures["Pictures compared"] == "12"
    assert figures["Verdicts that differ"] == "0"
    assert dict(page.files.texts())["model.onnx"] == "5.3 MB"
    assert str(report.folder) in page.says.text()
    assert page.export_button.isEnabled()


def test_a_failed_check_is_a_failed_export(page, session):
    add_model(session)
    session.job_changed.emit(Job("export", "Exporting", "failed", error=Failure("The scores differ.", "Report it.")))
    assert page.verdict.text() == "Export failed"
    assert page.verdict.property("role") == "heading-ng"
    assert "The scores differ." in page.says.text()
    assert page.figures.isHidden()
    assert page.open_button.isHidden()


def test_cancelled_is_silent(page, session):
    add_model(session)
    session.job_changed.emit(Job("export", "Exporting"))
    session.job_changed.emit(Job("export", "Exporting", "cancelled"))
    assert page.right.currentIndex() == 0
