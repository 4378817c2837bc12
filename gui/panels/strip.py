"""A row of pictures that went wrong, worst first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui import theme
from gui.canvas.heat import small_picture
from gui.jobs.thumbnails import ThumbnailLoader, Wish, shared_thumbnails

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from core.scoring.thresholds import Calibration

Index = QModelIndex | QPersistentModelIndex
GAP = 10
CAPTION = 20
SMALLEST_SIDE = 56
LARGEST_SIDE = 132


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture of a strip.

    Attributes
    ----------
    caption
        What stands under it.
    wish
        Which thumbnail, with the heat of the active model where there is one.
    """

    sample_id: int
    caption: str
    wish: Wish


class _Tiles(QAbstractListModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tiles: Sequence[Tile] = ()

    def show(self, tiles: Sequence[Tile]) -> None:
        if list(tiles) != list(self.tiles):
            self.beginResetModel()
            self.tiles = tuple(tiles)
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.tiles)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        tile = self.tiles[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return tile.caption
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tr("{0}\nDouble-click to open it").format(tile.wish.file)
        return None


class _TileDelegate(QStyledItemDelegate):
    def __init__(self, thumbnails: ThumbnailLoader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._images: dict[Wish, QImage] = {}
        self.calibration: Calibration | None = None
        self.colours = "inferno"
        self.side = LARGEST_SIDE

    def forget(self) -> None:
        """Draw the heat anew: the limits or the colours changed."""
        self._images.clear()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self.side + GAP, self.side + CAPTION)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, _Tiles):
            return
        tile = model.tiles[index.row()]
        square = QRect(option.rect.left(), option.rect.top(), self.side, self.side)
        outline = QPainterPath()
        outline.addRoundedRect(square, 6, 6)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.setClipPath(outline)
        painter.fillPath(outline, theme.current().raised)
        image = self._image(tile.wish)
        if image is not None:
            fitted = QRect(square.topLeft(), image.size().scaled(square.size(), Qt.AspectRatioMode.KeepAspectRatio))
            fitted.moveCenter(square.center())
            painter.drawImage(fitted, image)
        painter.setClipping(False)
        if option.state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected):
            painter.setPen(QPen(theme.current().accent, 2))
            painter.drawPath(outline)
        painter.setPen(theme.current().quiet)
        painter.setFont(theme.sized(option.font, theme.CAPTION_PIXELS))
        room = QRect(square.left(), square.bottom() + 3, self.side + GAP - 6, CAPTION - 4)
        text = painter.fontMetrics().elidedText(tile.caption, Qt.TextElideMode.ElideLeft, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def _image(self, wish: Wish) -> QImage | None:
        kept = self._images.get(wish)
        if kept is not None:
            return kept
        thumb = self._thumbnails.get(wish)
        if thumb is None or thumb.pixels is None:
            return None
        self._images[wish] = small_picture(thumb.pixels, thumb.heat, self.calibration, self.colours, wish.area)
        return self._images[wish]


class Strip(QListView):
    """One row of thumbnails that scrolls sideways where they do not all fit. Double-click and Enter open one.

    One click does not: the second of a double-click would land on whatever the opened page shows there.
    """

    opened = Signal(int)  # sample id

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles = _Tiles(self)
        self._delegate = _TileDelegate(shared_thumbnails(), self)
        self.setModel(self._tiles)
        self.setItemDelegate(self._delegate)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setProperty("role", "plain")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(SMALLEST_SIDE + CAPTION + 12)
        self.setAccessibleName(name)
        self.doubleClicked.connect(self._on_open)
        shared_thumbnails().ready.connect(self._on_thumbnail)

    def show_tiles(self, tiles: Sequence[Tile], calibration: Calibration | None, colours: str) -> None:
        """Show pictures, the heat in the colours and the scale of the canvas."""
        if calibration != self._delegate.calibration or colours != self._delegate.colours:
            self._delegate.calibration, self._delegate.colours = calibration, colours
            self._delegate.forget()
            self.viewport().update()
        self._tiles.show(tiles)

    def tiles(self) -> Sequence[Tile]:
        """Return what is shown."""
        return self._tiles.tiles

    def wish_side(self) -> int:
        """Return the longest side of a thumbnail in pixels of the screen."""
        return round(LARGEST_SIDE * self.devicePixelRatioF())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the current picture by Enter."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self._on_open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        room = self.height() - CAPTION - 12
        side = max(SMALLEST_SIDE, min(room, LARGEST_SIDE))
        if side != self._delegate.side:
            self._delegate.side = side
            self.scheduleDelayedItemsLayout()

    def _on_open(self, index: QModelIndex) -> None:
        self.opened.emit(self._tiles.tiles[index.row()].sample_id)

    def _on_thumbnail(self) -> None:
        self.viewport().update()
