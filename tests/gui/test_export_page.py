"""The Export page: what goes out, how the check came out, failures in words and colour."""

import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDoubleSpinBox, QMessageBox

from core.project.edits import AddModel, RemoveModel, SetActiveModel
from core.project.model import ModelRecord
from core.scoring.thresholds import Calibration, Threshold
from gui.canvas.readout import figure
from gui.errors import Failure
from gui.panels.export import ExportPage
from gui.session.events import Exported, Job
from tests.windows import MODEL, add_model, open_session


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
    extras: dict[str, Certificate] = field(default_factory=lambda: {"torch": Certificate(normalised_difference=7e-6)})


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
    session.limits.set_image(12.5)
    assert dict(page.what.texts())["NG from"] == "12.50"
    asked = []
    monkeypatch.setattr(session, "export", lambda *order: asked.append(order))
    page.folder.setText(str(tmp_path / "out"))
    page.export_button.click()
    page.boxes["torch"].setChecked(True)
    page.export_button.click()
    assert asked == [(tmp_path / "out", ("onnx",)), (tmp_path / "out", ("onnx", "torch"))]


def exported(session, folder):
    """Let the session have exported the active model, without torch."""
    report = Report(folder)
    session._export_asked = session._exported = Exported(session.active_model, session.calibration)
    session._export_report = report
    session.job_changed.emit(Job("export", "Exporting", "done", result=report))
    return report


def second_model(session, name="PaDiM"):
    project = session.project
    record = ModelRecord(
        "ba9876543210", name, "padim", project.models_folder / "y.flawmodel", "2026-11-21T06:00:00+00:00"
    )
    assert session.do(AddModel(record, Calibration(Threshold(30.0), Threshold(20.0), 0.0, 40.0)))


def write_bundle(folder, model, name):
    folder.mkdir(parents=True)
    (folder / "metadata.json").write_text(json.dumps({"flawsight": {"card": {"id": model, "name": name}}}))


def test_a_passed_check_shows_its_figures(page, session, tmp_path):
    add_model(session)
    session.job_changed.emit(Job("export", "Exporting"))
    assert page.right.currentIndex() == 1
    assert not page.export_button.isEnabled()
    report = exported(session, tmp_path / "out")
    assert page.right.currentIndex() == 2
    assert page.stale.isHidden()
    assert "PatchCore with NG from 10.00" in page.says.text()
    figures = dict(page.figures.texts())
    assert figures["Pictures compared"] == "12"
    assert figures["Verdicts that differ"] == "0"
    assert figures["PyTorch"] == "largest difference 7e-06, 0 verdicts differ"
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


def test_an_export_that_is_out_of_date_says_so(page, session, tmp_path):
    add_model(session)
    exported(session, tmp_path / "out")
    session.limits.set_image(12.5, settled=False)
    assert page.verdict.property("role") == "heading-review"
    assert page.stale.text() == (
        "This export is of PatchCore with NG from 10.00. The limits have changed since: export again."
    )
    assert page.stale.isVisible()
    session.limits.set_image(10.0)
    assert page.verdict.text() == "Exported and checked"
    assert page.verdict.property("role") == "heading-ok"
    assert page.stale.isHidden()
    second_model(session)
    assert "of PatchCore with NG from 10.00. Another model is in use" in page.stale.text()
    assert page.verdict.property("role") == "heading-review"
    session.do(SetActiveModel(MODEL))
    assert page.verdict.text() == "Exported and checked"


def test_a_failure_goes_with_its_model(page, session):
    add_model(session)
    session._export_asked = Exported(session.active_model, session.calibration)
    session.job_changed.emit(Job("export", "Exporting", "failed", error=Failure("The scores differ.")))
    assert page.right.currentIndex() == 2
    session.do(RemoveModel(MODEL))
    assert page.right.currentIndex() == 0


def test_each_model_has_its_folder(page, session, tmp_path, monkeypatch):
    add_model(session)
    assert page.folder.text() == str(tmp_path / "Flange PatchCore export")
    monkeypatch.setattr(session, "export", lambda _folder, _formats: True)
    page.start()
    second_model(session, "PaDiM 1/2")
    assert page.folder.text() == str(tmp_path / "Flange PaDiM 1_2 export")


@pytest.mark.parametrize(("button", "goes"), [("Replace", True), ("Cancel", False)])
def test_another_models_export_is_replaced_only_when_said(page, session, tmp_path, monkeypatch, button, goes):
    add_model(session)
    folder = tmp_path / "line"
    write_bundle(folder, "ba9876543210", "PaDiM")
    asked, said = [], []
    monkeypatch.setattr(session, "export", lambda folder, formats: asked.append(folder))

    def answer():
        box = page.findChild(QMessageBox)
        said.append(box.text())
        next(b for b in box.buttons() if b.text() == button).click()

    page.folder.setText(str(folder))
    QTimer.singleShot(0, answer)
    page.export_button.click()
    assert said == ["This folder holds an export of another model, PaDiM."]
    assert asked == ([folder] if goes else [])


def test_the_same_model_is_exported_again_without_a_question(page, session, tmp_path, monkeypatch):
    add_model(session)
    write_bundle(tmp_path / "line", MODEL, "PatchCore")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "metadata.json").write_text("[1")
    asked = []
    monkeypatch.setattr(session, "export", lambda folder, formats: asked.append(folder))
    written = time.mktime((2024, 3, 5, 14, 7, 0, 0, 0, -1))
    os.utime(tmp_path / "line" / "metadata.json", (written, written))
    assert "Replaces" not in dict(page.what.texts())
    for name in ("line", "broken"):
        page.folder.setText(str(tmp_path / name))
        page.folder.textEdited.emit(page.folder.text())
        if name == "line":
            assert dict(page.what.texts())["Replaces"] == "the export of 2024-03-05 14:07"
        page.export_button.click()
    assert asked == [tmp_path / "line", tmp_path / "broken"]


def test_limits_are_written_as_on_the_tune_page(page, session, qtbot):
    add_model(session)
    field = QDoubleSpinBox(decimals=2)
    qtbot.addWidget(field)
    for limit in (28.125, 28.135, 31.0625):
        session.limits.set_image(limit)
        field.setValue(limit)
        shown = dict(page.what.texts())["NG from"]
        assert shown == figure(limit) == field.text()
