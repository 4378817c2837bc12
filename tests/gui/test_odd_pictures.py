"""Odd pictures, found through the session and taken out by key."""

import shutil

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.images.reading import read_image
from core.project.edits import AddSamples
from core.project.model import Label, Role, Sample
from core.training.hygiene import Oddity
from gui.panels.hygiene import HygieneDialog
from tests.textures import write_png
from tests.windows import open_session


@pytest.fixture
def session(qapp, tmp_path):
    """Twelve good parts to train on, a copy of one, and a blurred one."""
    session = open_session(tmp_path, train=12, good=1, defect=1)
    first, second, *_ = session.project.samples.values()
    folder = first.path.parent
    copy, blurred = folder / "copy.png", folder / "blurred.png"
    shutil.copy(first.path, copy)
    write_png(blurred, cv2.GaussianBlur(np.array(read_image(second.path).pixels), (0, 0), 3))
    new = [
        Sample(100 + place, str(path), Label.GOOD, Role.TRAIN, content_hash=digest)
        for place, (path, digest) in enumerate(((copy, first.content_hash), (blurred, "")))
    ]
    session.do(AddSamples(new))
    yield session
    assert session.close(10_000)


@pytest.fixture
def dialog(qtbot, session):
    dialog = HygieneDialog(session)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.bar.isHidden(), timeout=20_000)
    return dialog


def kinds(dialog):
    return [dialog.kinds.item(row).data(Qt.ItemDataRole.UserRole) for row in range(dialog.kinds.count())]


def choose(dialog, oddity):
    dialog.kinds.setCurrentRow(kinds(dialog).index(oddity))


def test_a_copy_is_shown_with_its_like_and_taken_out_by_a_key(qtbot, dialog, session):
    assert any(oddity in kinds(dialog) for oddity in (Oddity.COPY, Oddity.NEAR_COPY))
    choose(dialog, kinds(dialog)[0])
    (chosen,) = dialog.selected()
    assert chosen == 100
    assert dialog.table.item(0, 1).data(Qt.ItemDataRole.UserRole) == min(session.project.samples)
    assert not dialog.again_button.isEnabled()  # there is no model yet
    QTest.keyClick(dialog.table, Qt.Key.Key_Delete)
    assert 100 not in session.project.samples
    assert Oddity.COPY not in kinds(dialog)
    session.undo()
    assert 100 in session.project.samples


def test_a_blurred_picture_is_listed_and_shown(qtbot, dialog):
    choose(dialog, Oddity.BLURRED)
    assert dialog.selected() == [101]
    assert "σ" in dialog.table.item(0, 2).text()
    with qtbot.waitSignal(dialog.picture_wanted) as wanted:
        QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    assert wanted.args == [101]


def test_what_is_known_to_be_unreadable_is_listed_too(qtbot, session):
    broken = next(iter(session.project.samples.values())).path.parent / "broken.png"
    broken.write_bytes(b"nothing")
    session.do(AddSamples([Sample(200, str(broken), Label.GOOD, Role.TRAIN, trouble="It is broken.")]))
    dialog = HygieneDialog(session)
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.lists.isVisible()
    qtbot.waitUntil(lambda: dialog.bar.isHidden(), timeout=20_000)
    choose(dialog, Oddity.UNREADABLE)
    assert dialog.selected() == [200]
    assert dialog.lists.isVisible()


def test_closing_stops_the_check(qtbot, session):
    dialog = HygieneDialog(session)
    qtbot.addWidget(dialog)
    dialog.show()
    QTest.mouseClick(dialog.close_button, Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()
