"""The project's pictures as a table and as tiles: what is painted and sorted on the Data page."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QWidget

from core.project.model import Label, Role, Sample
from gui import theme
from gui.errors import told
from gui.icons import icon
from gui.jobs.thumbnails import ThumbnailLoader
from gui.panels.defect_types import paint_swatch
from gui.panels.gallery import PictureDelegate
from gui.panels.gallery_model import GalleryRow, Order, SampleListModel, role_text, shown_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QColor, QFont

Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT = 44
THUMB = 36
TILE = (132, 158)
TILE_PICTURE = 104
ID_ROLE = int(Qt.ItemDataRole.UserRole)
DOT = 8
SWATCH = 10
LABEL_COLOURS = {Label.GOOD: "ok", Label.DEFECT: "ng", Label.UNDECIDED: "muted"}


def depth_text(bits: int) -> str:
    """Say how many bits a channel has."""
    return QCoreApplication.translate("SampleTable", "{0}-bit").format(bits)


class Column(IntEnum):
    """Columns of the table, in their order."""

    PICTURE = 0
    LABEL = 1
    ROLE = 2
    DEFECT_TYPE = 3
    SIZE = 4
    DEPTH = 5
    NOTE = 6


PAINTED = frozenset({Column.PICTURE, Column.LABEL, Column.DEFECT_TYPE, Column.NOTE})  # others Qt paints well enough
ORDERS = {
    Column.PICTURE: Order.NAME,
    Column.LABEL: Order.LABEL,
    Column.ROLE: Order.ROLE,
    Column.DEFECT_TYPE: Order.DEFECT_TYPE,
    Column.SIZE: Order.SIZE,
    Column.DEPTH: Order.DEPTH,
    Column.NOTE: Order.NOTE,
}


class SampleTable(SampleListModel):
    """The gallery's rows with what is known of each picture in columns."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, Order.ADDED)
        self._titles = {
            Column.PICTURE: self.tr("Picture"),
            Column.LABEL: self.tr("Label"),
            Column.ROLE: self.tr("Used to"),
            Column.DEFECT_TYPE: self.tr("Defect type"),
            Column.SIZE: self.tr("Size"),
            Column.DEPTH: self.tr("Bit depth"),
            Column.NOTE: self.tr("Note"),
        }
        self._labels = {
            Label.GOOD: self.tr("Good"),
            Label.DEFECT: self.tr("Defect"),
            Label.UNDECIDED: self.tr("Undecided"),
        }

    def columnCount(self, parent: Index | None = None) -> int:
        """Return how many facts of a picture there are to show."""
        return 0 if parent is not None and parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column's title."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._titles[Column(section)]
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; -1 is the order in which the pictures were added."""
        wanted = Order.ADDED if column < 0 else ORDERS[Column(column)]
        self.set_order(wanted, order is Qt.SortOrder.DescendingOrder)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return one fact of one picture."""
        sample = self.sample_at(index.row()) if index.isValid() else None
        if sample is None:
            return None
        column = Column(index.column())
        if role == ID_ROLE:
            return sample.id
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(sample, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(sample) if column is Column.PICTURE else self._text(sample, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{sample.file}\n{self._spoken(sample)}" if column is Column.PICTURE else self._text(sample, column)
        return None

    def caption(self, row: GalleryRow, role: Role) -> str:
        """Return what stands below a picture's name: its label and what it is used to."""
        return f"{self._labels[row.label]} · {role_text(role)}"

    def _spoken(self, sample: Sample) -> str:
        parts = [f"{self._titles[column]}: {text}" for column in Column if (text := self._text(sample, column))]
        return ", ".join(parts)

    def _text(self, sample: Sample, column: Column) -> str:
        match column:
            case Column.PICTURE:
                return shown_name(sample.file)
            case Column.LABEL:
                return self._labels[sample.label]
            case Column.ROLE:
                return role_text(sample.role)
            case Column.DEFECT_TYPE:
                return sample.defect_type
            case Column.SIZE:
                return f"{sample.size[1]} × {sample.size[0]}" if sample.size is not None else ""
            case Column.DEPTH:
                return depth_text(sample.bits) if sample.bits is not None else ""
            case Column.NOTE:
                return told(sample.trouble) or sample.note


class SampleDelegate(PictureDelegate):
    """Paints a table cell: the thumbnail before the name, a dot in the label's colour before the label."""

    def __init__(self, model: SampleTable, thumbnails: ThumbnailLoader, parent: QWidget) -> None:
        super().__init__(thumbnails, parent)
        self._model = model
        self.types: Mapping[str, QColor] = {}  # colours of defect types

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the size of a cell with what is painted before its text."""
        hint = super().sizeHint(option, index)
        extra = {Column.PICTURE: THUMB + 12, Column.LABEL: DOT + 20, Column.DEFECT_TYPE: SWATCH + 20}.get(
            Column(index.column()), 8
        )
        return QSize(hint.width() + extra, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the cell."""
        column = Column(index.column())
        row = self._model.row_at(index.row())
        if row is None or column not in PAINTED:
            super().paint(painter, option, index)
            return
        colours = theme.current()
        painter.save()
        rect: QRect = option.rect
        style, ground = option.widget.style(), QStyle.PrimitiveElement.PE_PanelItemViewItem
        style.drawPrimitive(ground, option, painter, option.widget)  # selected or not, as in the other columns
        lead = 8
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if column is Column.PICTURE:
            self.paint_picture(
                painter, QRect(rect.left() + 8, rect.top() + (ROW_HEIGHT - THUMB) // 2, THUMB, THUMB), row
            )
            lead = 8 + THUMB + 10
        elif column is Column.LABEL:
            _paint_dot(painter, rect.left() + 8, rect, row.label)
            lead = 8 + DOT + 8
        elif column is Column.DEFECT_TYPE and (colour := self.types.get(str(index.data()))) is not None:
            top = rect.center().y() - SWATCH // 2 + 1
            paint_swatch(painter, QRectF(rect.left() + 8, top, SWATCH, SWATCH), colour)
            lead = 8 + SWATCH + 8
        troubled = bool(row.trouble) or row.missing
        painter.setPen(colours.ng_ink if troubled and column in {Column.PICTURE, Column.NOTE} else colours.text)
        room = rect.adjusted(lead, 0, -6, 0)
        # What tells names apart stands at their end: a number, the last word.
        shortened = Qt.TextElideMode.ElideLeft if column is Column.PICTURE else Qt.TextElideMode.ElideRight
        text = option.fontMetrics.elidedText(str(index.data()), shortened, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.restore()


class TileDelegate(PictureDelegate):
    """Paints a tile: the picture, below it its name, its label and what it is used to."""

    def __init__(self, model: SampleTable, thumbnails: ThumbnailLoader, parent: QWidget) -> None:
        super().__init__(thumbnails, parent)
        self._model = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the tile."""
        row, sample = self._model.row_at(index.row()), self._model.sample_at(index.row())
        if row is None or sample is None:
            return
        colours = theme.current()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tile: QRect = option.rect.adjusted(3, 3, -3, -3)
        chosen = option.state & QStyle.StateFlag.State_Selected
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(QPen(colours.accent, 1.5) if chosen else Qt.PenStyle.NoPen)
            painter.setBrush(colours.raised if chosen else colours.hover)
            painter.drawRoundedRect(QRectF(tile).adjusted(0.75, 0.75, -0.75, -0.75), 8, 8)
        picture = QRect(tile.left() + 6, tile.top() + 6, tile.width() - 12, TILE_PICTURE)
        self.paint_picture(painter, picture, row)
        self._paint_words(painter, QRect(picture.left(), picture.bottom() + 4, picture.width(), 36), row, sample)
        painter.restore()

    def _paint_words(self, painter: QPainter, room: QRect, row: GalleryRow, sample: Sample) -> None:
        colours = theme.current()
        font: QFont = painter.font()
        painter.setFont(theme.sized(font, theme.BASE_PIXELS))
        upper = QRect(room.left(), room.top(), room.width(), 19)
        painter.setPen(colours.text)
        name = painter.fontMetrics().elidedText(row.stem, Qt.TextElideMode.ElideLeft, upper.width())
        painter.drawText(upper, Qt.AlignmentFlag.AlignVCenter, name)
        lower = QRect(room.left(), room.top() + 19, room.width(), 16)
        painter.setFont(theme.sized(font, theme.CAPTION_PIXELS))
        if row.trouble or row.missing:
            icon("warning", "ng").paint(painter, QRect(lower.left() - 2, lower.top(), 15, 15))
            painter.setPen(colours.ng_ink)
            text = self._model.score_text(row)
        else:
            _paint_dot(painter, lower.left(), lower, row.label)
            painter.setPen(colours.quiet)
            text = self._model.caption(row, sample.role)
        lower.setLeft(lower.left() + DOT + 6)
        text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, lower.width())
        painter.drawText(lower, Qt.AlignmentFlag.AlignVCenter, text)


def _paint_dot(painter: QPainter, left: int, room: QRect, label: Label) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.current().colour(LABEL_COLOURS[label]))
    painter.drawEllipse(left, room.center().y() - DOT // 2 + 1, DOT, DOT)
