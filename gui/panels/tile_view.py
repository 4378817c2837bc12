"""A view of equal tiles, as many in a line as fit, that costs the same for ten pictures and for a hundred thousand.

`QListView` asks the model about every row whenever it lays out (half a second for 100,000 rows, even with uniform
sizes); where tiles are equal, their places follow from their numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QCursor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)

from gui.jobs.thumbnails import undisturbed

Index = QModelIndex | QPersistentModelIndex


def selected_runs(selection: QItemSelectionModel) -> list[tuple[int, int]]:
    """Return the selected rows as runs (first, last)."""
    runs = selection.selection()
    return [(runs.at(number).top(), runs.at(number).bottom()) for number in range(runs.count())]


class TileView(QListView):
    """Equal tiles line by line. Letters and digits go on to the page: they are its keys, not a search.

    Parameters
    ----------
    tile
        (width, height) in pixels; tiles widen so that a line is filled. A width of 0 makes one tile a line.
    """

    def __init__(self, tile: tuple[int, int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tile_width, self.tile_height = tile
        self._columns_before = 1
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        # Pictures are dropped on the window, wherever that is.
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # or scrolling would paint everything
        self.setFrameShape(QListView.Shape.NoFrame)

    # Where tiles lie ---------------------------------------------------------

    @property
    def columns(self) -> int:
        """How many tiles stand in a line."""
        return max(self.viewport().width() // self._tile_width, 1) if self._tile_width else 1

    def places_in_sight(self) -> range:
        """Return the rows of the model that can be seen, also in part."""
        first = max(self.verticalOffset() // self.tile_height, 0) * self.columns
        last = (self.verticalOffset() + self.viewport().height()) // self.tile_height + 1
        return range(first, max(first, min(last * self.columns, self._count())))

    def visualRect(self, index: Index) -> QRect:
        """Return where a tile lies in the viewport."""
        if not index.isValid():
            return QRect()
        line, column = divmod(index.row(), self.columns)
        width = self.viewport().width()
        left, right = width * column // self.columns, width * (column + 1) // self.columns
        return QRect(left, line * self.tile_height - self.verticalOffset(), right - left, self.tile_height)

    def indexAt(self, point: QPoint) -> QModelIndex:
        """Return the tile at a point of the viewport."""
        line = (point.y() + self.verticalOffset()) // self.tile_height
        column = ((point.x() + 1) * self.columns - 1) // max(self.viewport().width(), 1)
        inside = line >= 0 and 0 <= column < self.columns
        row = line * self.columns + column
        return self.model().index(row, 0) if inside and row < self._count() else QModelIndex()

    def verticalOffset(self) -> int:
        """Return how far the list is scrolled, in pixels."""
        return self.verticalScrollBar().value()

    def horizontalOffset(self) -> int:
        """Return 0: lines are as wide as the view."""
        return 0

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Bring a tile into sight."""
        if not index.isValid():
            return
        self.updateGeometries()  # rows may just have come, and the scroll bar not know of them yet
        rect, room, bar = self.visualRect(index), self.viewport().height(), self.verticalScrollBar()
        if hint is QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue(bar.value() + rect.center().y() - room // 2)
        elif rect.top() < 0 or hint is QAbstractItemView.ScrollHint.PositionAtTop:
            bar.setValue(bar.value() + rect.top())
        elif rect.bottom() >= room or hint is QAbstractItemView.ScrollHint.PositionAtBottom:
            bar.setValue(bar.value() + rect.bottom() + 1 - room)

    def _count(self) -> int:
        model = self.model()
        return 0 if model is None else model.rowCount()

    # Laying out, which is next to nothing ------------------------------------

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """Repaint what has changed; a list view would lay out anew."""
        QAbstractItemView.dataChanged(self, first, last, roles)

    def doItemsLayout(self) -> None:
        """Let the scroll bar know how much there is."""
        QAbstractItemView.doItemsLayout(self)

    def updateGeometries(self) -> None:
        """Set the scroll bar's range."""
        QAbstractItemView.updateGeometries(self)
        bar, room = self.verticalScrollBar(), self.viewport().height()
        lines = -(-self._count() // self.columns)
        bar.setSingleStep(self.tile_height // 2)
        bar.setPageStep(room)
        bar.setRange(0, max(lines * self.tile_height - room, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the first tile in sight where the lines break elsewhere now."""
        line, rest = divmod(self.verticalOffset(), self.tile_height)
        first = line * self._columns_before
        QAbstractItemView.resizeEvent(self, event)
        self.updateGeometries()
        if self.columns != self._columns_before:
            self._columns_before = self.columns
            self.verticalScrollBar().setValue(first // self.columns * self.tile_height + rest)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Repaint what came into sight."""
        self.viewport().scroll(dx, dy)

    # Choosing ----------------------------------------------------------------

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select the tiles in reading order from the rectangle's one corner to the other."""
        ends = [self._nearest(point) for point in (rect.topLeft(), rect.bottomRight())]
        selection = QItemSelection()
        if self._count() and (rect.width() > 1 or rect.height() > 1 or self.indexAt(rect.topLeft()).isValid()):
            model = self.model()
            # The command brings in the rows' other columns.
            selection.select(model.index(min(ends), 0), model.index(max(ends), 0))
        self.selectionModel().select(selection, command)

    def _nearest(self, point: QPoint) -> int:
        columns = self.columns
        line = max(point.y() + self.verticalOffset(), 0) // self.tile_height
        column = min(max(point.x(), 0) * columns // max(self.viewport().width(), 1), columns - 1)
        return max(min(line * columns + column, self._count() - 1), 0)

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Return the tile that an arrow, Home, End or page key leads to."""
        count, columns = self._count(), self.columns
        if not count:
            return QModelIndex()
        act = QAbstractItemView.CursorAction
        page = max(self.viewport().height() // self.tile_height, 1) * columns
        by = {
            act.MoveLeft: -1,
            act.MovePrevious: -1,
            act.MoveRight: 1,
            act.MoveNext: 1,
            act.MoveUp: -columns,
            act.MoveDown: columns,
            act.MovePageUp: -page,
            act.MovePageDown: page,
            act.MoveHome: -count,
            act.MoveEnd: count,
        }[action]
        now = self.currentIndex().row()
        if now < 0:
            return self.model().index(count - 1 if action == act.MoveEnd else 0, 0)
        if abs(by) == columns > 1 and not 0 <= now + by < count:
            return self.model().index(now, 0)  # no further line: stay in the column
        return self.model().index(min(max(now + by, 0), count - 1), 0)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """Return what is to be repainted: the tiles in sight that are in it."""
        sight, region = self.places_in_sight(), QRegion()
        for run in (selection.at(number) for number in range(selection.count())):
            for place in range(max(run.top(), sight.start), min(run.bottom() + 1, sight.stop)):
                region += self.visualRect(self.model().index(place, 0))
        return region

    # Events ------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the tiles that are in sight."""
        with undisturbed():
            self._paint(event)

    def _paint(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self.palette().base())
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        state = option.state
        hovered = self.indexAt(self.viewport().mapFromGlobal(QCursor.pos())) if self.underMouse() else QModelIndex()
        current, chosen = self.currentIndex(), self.selectionModel()
        for place in self.places_in_sight():
            index = self.model().index(place, 0)
            rect = self.visualRect(index)
            if not event.region().intersects(rect):
                continue
            option.rect = rect
            option.state = state
            if chosen.isSelected(index):
                option.state |= QStyle.StateFlag.State_Selected
            if index == hovered:
                option.state |= QStyle.StateFlag.State_MouseOver
            if index == current and self.hasFocus():
                option.state |= QStyle.StateFlag.State_HasFocus
            self.itemDelegate().paint(painter, option, index)
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Take the focus without choosing the first row, which would have it read and inspected unasked."""
        QFrame.focusInEvent(self, event)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by arrows, Home, End and page keys; everything that writes something goes on."""
        bare = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if bare and event.text().isprintable() and event.text().strip():
            event.ignore()
            return
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Let the page know, too."""
        event.ignore()
