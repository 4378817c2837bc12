"""The start page: what it offers, the recent projects, honest progress of the demo."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from core.progress import Progress
from gui.panels.start import RecentRow, StartPage
from gui.session.events import Job
from gui.session.session import Session
from gui.settings import Preferences


@pytest.fixture
def session(qapp):
    session = Session(Preferences())
    yield session
    assert session.close(10_000)


def make(qtbot, session):
    page = StartPage(session, session.preferences)
    qtbot.addWidget(page)
    page.resize(1200, 700)
    page.show()
    return page


def test_buttons_ask_the_window(qtbot, session):
    page = make(qtbot, session)
    for button, signal in (
        (page.new_button, page.new_requested),
        (page.open_button, page.open_requested),
        (page.demo_button, page.demo_requested),
    ):
        with qtbot.waitSignal(signal):
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_recent_projects_newest_first_and_missing_ones_grey(qtbot, session, tmp_path):
    there = tmp_path / "Here.flawsight"
    there.write_bytes(b"")
    session.preferences.remember(there)
    session.preferences.remember(tmp_path / "gone" / "Gone.flawsight")
    page = make(qtbot, session)
    rows = page.findChildren(RecentRow)
    assert [(row.path.stem, row.isEnabled()) for row in rows] == [("Gone", False), ("Here", True)]
    with qtbot.waitSignal(page.recent_chosen) as chosen:
        QTest.mouseClick(rows[1], Qt.MouseButton.LeftButton)
    assert chosen.args == [there]


def test_no_recent_projects_no_card(qtbot, session):
    assert make(qtbot, session).recent_card.isHidden()


def test_demo_progress_is_shown_while_it_is_drawn(qtbot, session):
    page = make(qtbot, session)
    assert page.demo_card.isHidden()
    session.job_changed.emit(Job("demo", "Drawing", progress=Progress("Drawing parts", 30, 120, 0.25, 2.0)))
    assert not page.demo_card.isHidden()
    assert not page.demo_button.isEnabled()
    assert page.demo_bar.value() == 250
    assert "30 / 120" in page.demo_words.text()
    session.job_changed.emit(Job("demo", "Drawing", "cancelled"))
    assert page.demo_card.isHidden()
    assert page.demo_button.isEnabled()


def test_pages_take_any_path(qtbot, session, tmp_path):
    odd = tmp_path / "检测 & <b>Prüfung</b>" / "é.flawsight"
    odd.parent.mkdir(parents=True, exist_ok=True)
    odd.write_bytes(b"")
    session.preferences.remember(Path(odd))
    (row,) = make(qtbot, session).findChildren(RecentRow)
    assert row.accessibleName() == "é"
    assert str(odd) in row.toolTip()


def test_both_lines_of_a_recent_project_have_their_height(qtbot, session, tmp_path):
    there = tmp_path / "Quality jg.flawsight"
    there.write_bytes(b"")
    session.preferences.remember(there)
    page = make(qtbot, session)
    (row,) = page.findChildren(RecentRow)
    name, folder = (label for label in row.findChildren(QLabel) if label.text())
    for label in (name, folder):
        assert label.height() >= label.fontMetrics().height()
        assert row.rect().contains(label.geometry())
    assert folder.geometry().top() - name.geometry().bottom() > 2
