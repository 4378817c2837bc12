"""The project's pictures as rows: what is painted and sorted on the Data page."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QImage, QPainter, QPainterPath
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from core.project.model import Label, Role, Sample
from gui import theme
from gui.jobs.thumbnails import ThumbnailLoader, Wish

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtCore import QObject

Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT = 44
THUMB = 36
ID_ROLE = int(Qt.ItemDataRole.UserRole)
SORT_ROLE = ID_ROLE + 1
DOT = 8
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


class SampleTable(QAbstractTableModel):
    """Rows for samples. Fed by `show`; knows nothing of the project."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._samples: list[Sample] = []
        self._row_of: dict[int, int] = {}
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
        self._roles = {Role.TRAIN: self.tr("Train"), Role.TUNE: self.tr("Tune")}

    def show(self, samples: Iterable[Sample]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._samples = list(samples)
        self._row_of = {sample.id: row for row, sample in enumerate(self._samples)}
        self.endResetModel()

    def update(self, samples: Iterable[Sample]) -> None:
        """Redraw rows whose sample changed; the selection stays."""
        for sample in samples:
            row = self._row_of.get(sample.id)
            if row is not None:
                self._samples[row] = sample
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(Column) - 1))

    def sample(self, row: int) -> Sample:
        """Return the sample of a row."""
        return self._samples[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._samples)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._titles[Column(section)]
        return None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        sample = self._samples[index.row()]
        column = Column(index.column())
        if role == ID_ROLE:
            return sample.id
        if role == SORT_ROLE:
            return (
                (sample.size or (0, 0))[0] * 1_000_000 + (sample.size or (0, 0))[1]
                if column is Column.SIZE
                else sample.bits or 0
                if column is Column.DEPTH
                else self._text(sample, column).casefold()
            )
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return self._text(sample, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return str(sample.path) if column is Column.PICTURE else self._text(sample, column)
        return None

    def _text(self, sample: Sample, column: Column) -> str:
        match column:
            case Column.PICTURE:
                return f"{sample.path.parent.name}/{sample.path.name}"
            case Column.LABEL:
                return self._labels[sample.label]
            case Column.ROLE:
                return self._roles[sample.role]
            case Column.DEFECT_TYPE:
                return sample.defect_type
            case Column.SIZE:
                return f"{sample.size[1]} × {sample.size[0]}" if sample.size is not None else ""
            case Column.DEPTH:
                return depth_text(sample.bits) if sample.bits is not None else ""
            case Column.NOTE:
                return sample.trouble or sample.note


class SampleFilter(QSortFilterProxyModel):
    """Lets through one label, or the unreadable ones, and names that hold a text."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted = "all"
        self._text = ""
        self.setSortRole(SORT_ROLE)

    def want(self, what: str, text: str) -> None:
        """Choose "all", a label, or "unreadable", and a part of the file's path."""
        self._wanted, self._text = what, text.casefold()
        self.invalidate()

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        model = self.sourceModel()
        if not isinstance(model, SampleTable):
            return True
        sample = model.sample(source_row)
        if self._text and self._text not in str(sample.path).casefold():
            return False
        if self._wanted == "unreadable":
            return bool(sample.trouble)
        return self._wanted == "all" or (sample.label.value == self._wanted and not sample.trouble)


class SampleDelegate(QStyledItemDelegate):
    """Paints the thumbnail before the name, and a dot in the label's colour before the label."""

    def __init__(self, thumbnails: ThumbnailLoader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        hint = super().sizeHint(option, index)
        extra = {Column.PICTURE: THUMB + 12, Column.LABEL: DOT + 20}.get(Column(index.column()), 8)
        return QSize(hint.width() + extra, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        proxy = index.model()
        if not isinstance(proxy, SampleFilter):
            super().paint(painter, option, index)
            return
        model = proxy.sourceModel()
        column = Column(index.column())
        sample = model.sample(proxy.mapToSource(index).row()) if isinstance(model, SampleTable) else None
        if sample is None or column not in {Column.PICTURE, Column.LABEL, Column.NOTE}:
            super().paint(painter, option, index)
            return
        colours = theme.current()
        painter.save()
        rect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, option.palette.highlight())
        lead = 8
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if column is Column.PICTURE:
            self._paint_thumbnail(painter, rect.adjusted(8, (ROW_HEIGHT - THUMB) // 2, 0, 0).topLeft(), sample)
            lead = 8 + THUMB + 10
        elif column is Column.LABEL:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.colour(LABEL_COLOURS[sample.label]))
            painter.drawEllipse(rect.left() + 8, rect.center().y() - DOT // 2 + 1, DOT, DOT)
            lead = 8 + DOT + 8
        ink = colours.ng_ink if sample.trouble and column is not Column.LABEL else colours.text
        painter.setPen(ink)
        room = rect.adjusted(lead, 0, -6, 0)
        text = option.fontMetrics.elidedText(str(index.data()), Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.restore()

    def _paint_thumbnail(self, painter: QPainter, corner: Any, sample: Sample) -> None:
        side = THUMB
        thumb = None if sample.trouble else self._thumbnails.get(Wish(sample.path))
        clip = QPainterPath()
        clip.addRoundedRect(corner.x(), corner.y(), side, side, 4, 4)
        painter.save()
        painter.setClipPath(clip)
        painter.fillPath(clip, theme.current().raised)
        if thumb is not None and thumb.pixels is not None:
            height, width = thumb.pixels.shape[:2]
            image = QImage(thumb.pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            edge = min(height, width)
            source = image.rect().adjusted(
                (width - edge) // 2, (height - edge) // 2, -(width - edge + 1) // 2, -(height - edge + 1) // 2
            )
            painter.drawImage(clip.boundingRect().toRect(), image, source)
        painter.restore()
