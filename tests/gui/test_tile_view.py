"""The tile view against plain arithmetic, and its keys and clicks in lines of several tiles."""

import pytest
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView

from gui.panels.tile_view import TileView, selected_runs


class Numbers(QAbstractListModel):
    def __init__(self, count):
        super().__init__()
        self.count = count

    def rowCount(self, parent=None):
        return 0 if parent is not None and parent.isValid() else self.count

    def data(self, index, role=0):
        return str(index.row()) if role == Qt.ItemDataRole.DisplayRole else None


@pytest.fixture
def view(qtbot):
    view = TileView((100, 80))
    qtbot.addWidget(view)
    view.numbers = Numbers(1003)
    view.setModel(view.numbers)
    view.resize(470, 400)
    view.show()
    qtbot.waitExposed(view)
    return view


def chosen(view):
    return sorted(place for first, last in selected_runs(view.selectionModel()) for place in range(first, last + 1))


def test_every_point_belongs_to_the_tile_that_covers_it(view):
    assert view.columns == view.viewport().width() // 100 == 4
    view.verticalScrollBar().setValue(1234)
    for y in range(0, view.viewport().height(), 13):
        for x in range(view.viewport().width()):
            index = view.indexAt(QPoint(x, y))
            assert view.visualRect(index).contains(x, y)


def test_there_is_nothing_behind_the_last_tile(view):
    view.scrollTo(view.numbers.index(1002))
    rect = view.visualRect(view.numbers.index(1002))
    assert rect.bottom() == view.viewport().height() - 1
    assert view.indexAt(rect.center()).row() == 1002
    assert not view.indexAt(rect.center() + QPoint(rect.width(), 0)).isValid()


def test_tiles_in_sight_are_those_that_are_seen(view):
    view.verticalScrollBar().setValue(777)
    inside = view.viewport().rect()
    seen = [row for row in range(1003) if inside.intersects(view.visualRect(view.numbers.index(row)))]
    assert list(view.places_in_sight())[: len(seen)] == seen
    assert len(view.places_in_sight()) <= len(seen) + view.columns


def test_arrows_go_along_lines_and_columns(view):
    view.setCurrentIndex(view.numbers.index(0))
    rows = []
    for key in ("Key_Right", "Key_Down", "Key_Left", "Key_Down", "Key_Up", "Key_Up", "Key_Up", "Key_End", "Key_Home"):
        QTest.keyClick(view, getattr(Qt.Key, key))
        rows.append(view.currentIndex().row())
    assert rows == [1, 5, 4, 8, 4, 0, 0, 1002, 0]
    assert chosen(view) == [0]


def test_shift_chooses_in_reading_order(view):
    def click(row, held=Qt.KeyboardModifier.NoModifier):
        QTest.mouseClick(
            view.viewport(), Qt.MouseButton.LeftButton, held, view.visualRect(view.numbers.index(row)).center()
        )

    click(2)
    click(9, Qt.KeyboardModifier.ShiftModifier)
    assert chosen(view) == list(range(2, 10))
    click(1)
    assert chosen(view) == [1]
    click(6)
    click(3, Qt.KeyboardModifier.ShiftModifier)
    assert chosen(view) == [3, 4, 5, 6]
    click(11, Qt.KeyboardModifier.ControlModifier)
    assert chosen(view) == [3, 4, 5, 6, 11]
    QTest.keyClick(view, Qt.Key.Key_Home)
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert chosen(view) == [0, 1, 2, 3, 4]


def test_a_far_tile_is_scrolled_to(view):
    view.scrollTo(view.numbers.index(600), QAbstractItemView.ScrollHint.PositionAtCenter)
    assert view.viewport().rect().contains(view.visualRect(view.numbers.index(600)))


def test_a_tile_that_has_just_come_is_scrolled_to(view):
    numbers = view.numbers
    numbers.beginInsertRows(QModelIndex(), 1003, 1102)
    numbers.count = 1103
    numbers.endInsertRows()
    view.scrollTo(numbers.index(1102))
    assert 1102 in view.places_in_sight()


def test_a_resized_view_begins_with_the_same_tile(view):
    view.verticalScrollBar().setValue(100 * 80)
    assert view.places_in_sight()[0] == 400
    for width, columns in ((370, 3), (230, 2), (130, 1)):
        view.resize(width, 400)
        assert view.columns == columns
        assert view.places_in_sight()[0] in range(396, 401)  # the line that begins with or before it


def test_rows_are_not_asked_for_when_there_is_nothing_to_paint(view, monkeypatch):
    asked = []
    monkeypatch.setattr(Numbers, "data", lambda self, index, role=0: asked.append(index.row()))
    view.numbers.beginResetModel()
    view.numbers.count = 100_000
    view.numbers.endResetModel()
    view.repaint()
    assert set(asked) <= set(view.places_in_sight())
    assert view.verticalScrollBar().maximum() == 25_000 * 80 - view.viewport().height()
    view.numbers.beginRemoveRows(QModelIndex(), 10, 99_999)
    view.numbers.count = 10
    view.numbers.endRemoveRows()
    view.doItemsLayout()
    assert view.verticalScrollBar().maximum() == 0
