"""Drawing the area to look at with mouse and keyboard, and what becomes of it."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from core.images.area import EVERYWHERE, Area
from gui.canvas.outlines import OutlineEditor, outside_path
from gui.panels.area import AreaDialog
from tests.textures import good_part, write_png

SQUARE = ((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75))
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def editor(qtbot):
    widget = OutlineEditor(EVERYWHERE)
    qtbot.addWidget(widget)
    widget.resize(400, 300)
    widget.show_photo(np.full((300, 400, 3), 90, np.uint8))
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def at(editor, x, y):
    return QPoint(round(x * editor.width()), round(y * editor.height()))


def drag(editor, start, end):
    QTest.mousePress(editor, LEFT, pos=at(editor, *start))
    QTest.mouseMove(editor, at(editor, (start[0] + end[0]) / 2, (start[1] + end[1]) / 2))
    QTest.mouseMove(editor, at(editor, *end))
    QTest.mouseRelease(editor, LEFT, pos=at(editor, *end))


def test_a_dragged_rectangle(editor):
    drag(editor, (0.75, 0.75), (0.25, 0.25))
    (outline,) = editor.area().include
    np.testing.assert_allclose(outline, SQUARE, atol=0.005)
    assert editor.chosen == 0
    assert editor.share() == pytest.approx(0.25, abs=0.01)
    QTest.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert editor.area() == EVERYWHERE


def test_nothing_is_drawn_on_a_picture_that_is_not_there_yet(editor):
    editor.show_photo(None, "Reading the picture…")
    drag(editor, (0.75, 0.75), (0.25, 0.25))
    editor.set_shape("polygon")
    QTest.mouseClick(editor, LEFT, pos=at(editor, 0.5, 0.5))
    assert not editor.drawing
    assert editor.area() == EVERYWHERE


def test_a_clicked_polygon(editor):
    editor.set_kind("ignore")
    editor.set_shape("polygon")
    for corner in ((0.1, 0.1), (0.9, 0.1), (0.8, 0.5), (0.5, 0.9)):
        QTest.mouseClick(editor, LEFT, pos=at(editor, *corner))
    QTest.keyClick(editor, Qt.Key.Key_Backspace)
    QTest.mouseClick(editor, LEFT, pos=at(editor, 0.5, 0.8))
    assert editor.drawing
    QTest.keyClick(editor, Qt.Key.Key_Return)
    (outline,) = editor.area().ignore
    np.testing.assert_allclose(outline, ((0.1, 0.1), (0.9, 0.1), (0.8, 0.5), (0.5, 0.8)), atol=0.005)
    for corner in ((0.1, 0.7), (0.2, 0.7)):
        QTest.mouseClick(editor, LEFT, pos=at(editor, *corner))
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert not editor.drawing
    assert len(editor.outlines) == 1


def test_a_polygon_to_ignore_is_drawn_inside_what_counts(editor):
    drag(editor, (0.25, 0.25), (0.75, 0.75))
    editor.set_kind("ignore")
    editor.set_shape("polygon")
    corners = ((0.4, 0.4), (0.6, 0.4), (0.5, 0.6))
    for corner in corners:
        QTest.mouseClick(editor, LEFT, pos=at(editor, *corner))
    QTest.keyClick(editor, Qt.Key.Key_Return)
    (hole,) = editor.area().ignore
    np.testing.assert_allclose(hole, corners, atol=0.005)
    QTest.mouseClick(editor, LEFT, pos=at(editor, 0.5, 0.45))  # of its own kind: chosen, no corner
    assert not editor.drawing
    assert editor.chosen == 1
    QTest.mouseClick(editor, LEFT, pos=at(editor, 0.3, 0.3))
    assert editor.drawing


def test_a_corner_is_dragged_and_an_outline_chosen_changed_and_removed(editor):
    drag(editor, (0.25, 0.25), (0.75, 0.75))
    drag(editor, (0.75, 0.25), (0.9, 0.1))
    assert editor.area().include[0][1] == pytest.approx((0.9, 0.1), abs=0.005)
    QTest.mouseClick(editor, LEFT, pos=at(editor, 0.05, 0.95))
    assert editor.chosen is None
    QTest.mouseClick(editor, LEFT, pos=at(editor, 0.5, 0.5))
    assert editor.chosen == 0
    editor.set_kind("ignore")
    assert [each.kind for each in editor.outlines] == ["ignore"]
    QTest.keyClick(editor, Qt.Key.Key_Delete)
    assert not editor.outlines
    editor.undo()
    editor.undo()
    assert [each.kind for each in editor.outlines] == ["include"]
    editor.undo()
    np.testing.assert_allclose(editor.area().include[0], SQUARE, atol=0.005)


def test_what_was_just_drawn_stays_what_it_is_when_a_hole_is_to_be_drawn_next(editor):
    drag(editor, (0.25, 0.25), (0.75, 0.75))
    drag(editor, (0.75, 0.25), (0.8, 0.2))  # moving a corner is not choosing
    editor.set_kind("ignore")
    drag(editor, (0.4, 0.4), (0.6, 0.6))
    assert [each.kind for each in editor.outlines] == ["include", "ignore"]
    QTest.mouseClick(editor, LEFT, pos=at(editor, 0.3, 0.3))
    editor.set_kind("ignore")
    editor.set_kind("include")
    editor.set_kind("ignore")
    assert [each.kind for each in editor.outlines] == ["ignore", "ignore"]


def test_escape_lets_go_of_a_rectangle_a_corner_and_a_choice(editor):
    drag(editor, (0.25, 0.25), (0.75, 0.75))
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert editor.chosen is None
    assert len(editor.outlines) == 1
    for start in ((0.05, 0.05), (0.75, 0.75)):
        QTest.mousePress(editor, LEFT, pos=at(editor, *start))
        QTest.mouseMove(editor, at(editor, 0.9, 0.9))
        QTest.keyClick(editor, Qt.Key.Key_Escape)
        QTest.mouseRelease(editor, LEFT, pos=at(editor, 0.9, 0.9))
        (outline,) = editor.area().include
        np.testing.assert_allclose(outline, SQUARE, atol=0.005)


def test_a_click_draws_no_rectangle(editor):
    QTest.mouseClick(editor, LEFT, pos=at(editor, 0.5, 0.5))
    assert not editor.outlines


def test_the_shade_is_what_does_not_count():
    area = Area((SQUARE,), (((0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6)),))
    path, counts = outside_path(area, (100.0, 200.0)), area.mask(100, 200)
    for row, column in np.random.default_rng(0).integers(0, (100, 200), (200, 2)):
        inside = path.contains((QPoint(int(column), int(row))).toPointF())
        near = counts[max(row - 2, 0) : row + 2, max(column - 2, 0) : column + 2]
        if near.all() or not near.any():
            assert inside == (not counts[row, column])
    assert outside_path(EVERYWHERE, (10, 10)).isEmpty()


def test_the_dialog_tells_what_is_left(qtbot, tmp_path):
    pictures = [write_png(tmp_path / f"{i}.png", good_part(i)) for i in range(2)]
    dialog = AreaDialog(Area((SQUARE,)), pictures, None, trained=True)
    qtbot.addWidget(dialog)
    dialog.resize(900, 700)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.editor._photo is not None)
    assert "25 %" in dialog.summary.text()
    assert dialog.note.isVisible()
    QTest.mouseClick(dialog.next_button, LEFT)
    assert "1.png" in dialog.name.text()
    qtbot.waitUntil(lambda: dialog.editor._photo is not None)
    QTest.mouseClick(dialog.kind.button("ignore"), LEFT)
    shown = dialog.editor.rect_shown()
    size = dialog.editor.size()

    def place(x, y):
        return (shown.left() + x * shown.width()) / size.width(), (shown.top() + y * shown.height()) / size.height()

    drag(dialog.editor, place(0.02, 0.02), place(0.98, 0.98))
    assert not dialog.use_button.isEnabled()
    assert "Nothing" in dialog.summary.text()
    QTest.mouseClick(dialog.remove_button, LEFT)
    assert dialog.use_button.isEnabled()
    QTest.mouseClick(dialog.clear_button, LEFT)
    assert "whole" in dialog.summary.text()
    QTest.mouseClick(dialog.use_button, LEFT)
    assert dialog.result() == AreaDialog.DialogCode.Accepted
    assert dialog.area == EVERYWHERE


def test_what_was_drawn_is_not_thrown_away_without_a_question(qtbot):
    dialog = AreaDialog(EVERYWHERE, [], None, trained=False)
    qtbot.addWidget(dialog)
    dialog.editor.show_photo(np.full((300, 400, 3), 90, np.uint8))
    dialog.show()
    qtbot.waitExposed(dialog)

    def answer(text):
        box = dialog.findChild(QMessageBox)
        next(button for button in box.buttons() if button.text() == text).click()

    drag(dialog.editor, (0.25, 0.25), (0.75, 0.75))
    QTest.keyClick(dialog.kind.button("ignore"), Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert dialog.editor.chosen is None
    QTimer.singleShot(0, dialog, lambda: answer("Keep drawing"))
    QTest.keyClick(dialog.editor, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert len(dialog.editor.outlines) == 1
    QTimer.singleShot(0, dialog, lambda: answer("Discard"))
    QTest.keyClick(dialog.editor, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    dialog.show()
    dialog.editor.clear()
    QTest.keyClick(dialog.editor, Qt.Key.Key_Escape)  # as it was: nothing to ask
    assert not dialog.isVisible()
