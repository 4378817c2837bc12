"""The gallery: every picture with its heat, score, verdict and label, most suspicious first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from core.images.area import EVERYWHERE
from core.project.model import Changes, Kind, Label, Project, Role, Sample, SampleId
from gui import theme
from gui.canvas.heat import small_picture
from gui.canvas.readout import count_text
from gui.icons import icon
from gui.jobs.thumbnails import ThumbnailLoader, Wish, shared_thumbnails
from gui.panels.filter_box import FilterBox, all_button
from gui.panels.gallery_model import ROW, Choice, Entry, Filter, GalleryRow, Order, SampleListModel
from gui.panels.tile_view import TileView, selected_runs
from gui.widgets.chips import paint_badge, verdict_text

if TYPE_CHECKING:
    from core.scoring.thresholds import Calibration
    from gui.session.session import Session

ROW_HEIGHT = 66
PICTURE = 52
ACCENT_BAR = 3
CORNER = 5  # radius
DOT_ROOM = 15  # of a label's dot and the gap before it
KEPT_PIXMAPS = 600
# While many results come in, the list is sorted anew this often.
GATHER_MS = 200
TYPING_MS = 150

Index = QModelIndex | QPersistentModelIndex


class PictureDelegate(QStyledItemDelegate):
    """Paints thumbnails, and keeps them ready."""

    def __init__(self, thumbnails: ThumbnailLoader, parent: QWidget) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._pixmaps: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()
        self.calibration: Calibration | None = None
        self.colours = "inferno"
        self.area = EVERYWHERE  # of the project; a heat map has its own

    def paint_picture(self, painter: QPainter, room: QRect, row: GalleryRow) -> None:
        """Paint a row's picture into the middle of a rounded place, or a mark where there is none to be had."""
        colours = theme.current()
        pixmap = self._pixmap(row, room.size(), painter.device().devicePixelRatioF())
        if pixmap is not None:
            painter.drawPixmap(room.topLeft(), pixmap)
            return
        in_vain = row.missing or row.trouble or self._in_vain(row)
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.raised if in_vain else colours.well)
        painter.drawRoundedRect(QRectF(room), CORNER, CORNER)
        if in_vain:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colours.strong_border, 1, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(QRectF(room).adjusted(0.5, 0.5, -0.5, -0.5), CORNER, CORNER)
            mark = QRect(0, 0, 22, 22)
            mark.moveCenter(room.center())
            icon("missing" if row.missing else "image", "quiet").paint(painter, mark)
        painter.restore()

    def _in_vain(self, row: GalleryRow) -> bool:
        """Say whether its file was looked for, and could not be read."""
        thumb = self._thumbnails.get(row.wish())
        return thumb is not None and thumb.pixels is None

    def _pixmap(self, row: GalleryRow, room: QSize, ratio: float) -> QPixmap | None:
        if row.trouble or row.missing:
            return None
        wish = row.wish()
        thumb = self._thumbnails.nearest(wish)
        if thumb is None or thumb.pixels is None:
            return None
        limits = self.calibration
        scale = None if limits is None or thumb.heat is None else (limits.pixel.value, limits.low, limits.high)
        area = self.area if thumb.heat is None else wish.area
        well = theme.current().well
        key = (row.file, id(thumb), scale, self.colours, area, ratio, room.width(), room.height(), well.rgb())
        kept = self._pixmaps.get(key)
        if kept is None:
            image = small_picture(thumb.pixels, thumb.heat, limits, self.colours, area)
            kept = self._pixmaps[key] = _framed(image, room, ratio, well)
            while len(self._pixmaps) > KEPT_PIXMAPS:
                self._pixmaps.popitem(last=False)
        return kept


def _framed(image: QImage, room: QSize, ratio: float, ground: QColor) -> QPixmap:
    """Return an image in the middle of a rounded place, ready to be painted in one go."""
    side = room * ratio
    image = image.scaled(side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    whole = QPixmap(side)
    whole.fill(Qt.GlobalColor.transparent)
    painter = QPainter(whole)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    outline = QPainterPath()
    outline.addRoundedRect(QRectF(whole.rect()), CORNER * ratio, CORNER * ratio)
    painter.setClipPath(outline)
    painter.fillRect(whole.rect(), ground)
    painter.drawImage((side.width() - image.width()) // 2, (side.height() - image.height()) // 2, image)
    painter.end()
    whole.setDevicePixelRatio(ratio)
    return whole


class RowDelegate(PictureDelegate):
    """Paints one row: picture with heat, name, score, label, verdict."""

    def __init__(self, model: SampleListModel, thumbnails: ThumbnailLoader, parent: QWidget) -> None:
        super().__init__(thumbnails, parent)
        self._model = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the row."""
        row = index.data(ROW)
        if not isinstance(row, GalleryRow):
            return
        colours = theme.current()
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(rect, colours.raised)
            painter.fillRect(QRect(rect.left(), rect.top(), ACCENT_BAR, rect.height()), colours.accent)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, colours.hover)
        picture = QRect(rect.left() + 12, rect.top() + (ROW_HEIGHT - PICTURE) // 2, PICTURE, PICTURE)
        self.paint_picture(painter, picture, row)
        words = QRect(picture.right() + 11, rect.top(), rect.right() - picture.right() - 23, rect.height())
        self._paint_words(painter, words, row)
        painter.restore()

    def _paint_words(self, painter: QPainter, room: QRect, row: GalleryRow) -> None:
        colours = theme.current()
        font = painter.font()
        room = QRect(room)
        # The name has the whole width, and its end stays: pictures of one part mostly begin alike.
        painter.setFont(theme.sized(font, theme.BASE_PIXELS))
        name = painter.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideLeft, room.width())
        painter.setPen(colours.text)
        upper = QRect(room.left(), room.center().y() - 19, room.width(), 18)
        painter.drawText(upper, Qt.AlignmentFlag.AlignVCenter, name)
        lower = QRect(room.left(), room.center().y() + 2, room.width(), 18)
        if row.trouble:
            side = QRect(lower.right() - 17, lower.top(), 18, 18)
            icon("warning", "review").paint(painter, side)
            lower.setRight(side.left() - 8)
        verdict = self._model.verdict(row)
        if verdict is not None:
            painter.setFont(theme.sized(font, theme.CAPTION_PIXELS, bold=True))
            word = verdict_text(verdict) + (" …" if self._model.stale else "")
            width = painter.fontMetrics().horizontalAdvance(word) + 14
            badge = QRectF(lower.right() - width + 1, lower.top(), width, 18)
            painter.setFont(font)
            paint_badge(painter, badge, verdict, word)
            lower.setRight(round(badge.left()) - 8)
        painter.setFont(theme.sized(font, theme.CAPTION_PIXELS))
        painter.setPen(colours.review_ink if row.trouble or row.missing else colours.quiet)
        labelled = row.label is not Label.UNDECIDED
        width = lower.width() - (DOT_ROOM if labelled else 0)
        score = self._model.score_text(row)
        if painter.fontMetrics().horizontalAdvance(score) > width:
            score = self._model.score_text(row, short=True)
        score = painter.fontMetrics().elidedText(score, Qt.TextElideMode.ElideRight, width)
        painter.drawText(lower, Qt.AlignmentFlag.AlignVCenter, score)
        if labelled:
            lower.setLeft(lower.left() + painter.fontMetrics().horizontalAdvance(score) + 9)
            self._paint_label(painter, lower, row)

    def _paint_label(self, painter: QPainter, room: QRect, row: GalleryRow) -> None:
        """A dot and a word in the label's colour, told apart from the verdict by having no ground."""
        colours = theme.current()
        good = row.label is Label.GOOD
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.ok if good else colours.ng)
        painter.drawEllipse(QPointF(room.left() + 3, room.center().y() + 0.5), 3, 3)
        painter.setPen(colours.ok_ink if good else colours.ng_ink)
        room = room.adjusted(10, 0, 0, 0)
        text = self._model.label_text(row)
        if painter.fontMetrics().horizontalAdvance(text) <= room.width():  # else its colour has to say it
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)


class GalleryPanel(QWidget):
    """Filter, list and count. Follows the session's selection and sets it.

    Signals
    -------
    selection_changed
        Frozenset of the selected pictures' ids.
    """

    selection_changed = Signal(object)

    def __init__(
        self,
        session: Session,
        parent: QWidget | None = None,
        *,
        thumbnails: ThumbnailLoader | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("gallery")
        self._session = session
        self._thumbnails = thumbnails or shared_thumbnails()
        self._shown_project: Project | None = None
        self._waiting: set[SampleId] = set()
        self._following = False
        self._choosing = False
        self._kept: frozenset[SampleId] = frozenset()  # selected before the list was laid out anew
        self._reveal = False
        self._hold = False  # whether the current row was in sight before rows came, went or changed places

        self.model = SampleListModel(self)
        self.view = TileView((0, ROW_HEIGHT), self)
        self.view.setObjectName("galleryView")
        self.view.setAccessibleName(self.tr("Pictures"))
        self.view.setModel(self.model)
        self.delegate = RowDelegate(self.model, self._thumbnails, self.view)
        self.view.setItemDelegate(self.delegate)

        self.words = QLineEdit(self, clearButtonEnabled=True, placeholderText=self.tr("Filter by name or folder"))
        self.words.setAccessibleName(self.tr("Filter by name or folder"))
        self.words.setToolTip(self.tr("Words of the folder or the name; * stands for any letters, ? for one"))
        self.which = FilterBox(session, tuple(Filter), self)
        self.order = QComboBox(self)
        self.order.setAccessibleName(self.tr("Sorted by"))
        self.order.addItem(self.tr("By score"), Order.SCORE)
        self.order.addItem(self.tr("Nearest to the limit"), Order.MARGIN)
        self.order.addItem(self.tr("By name"), Order.NAME)
        self.order.addItem(self.tr("Newest first"), Order.ADDED)
        # As wide as before there were longer words: the list is as wide as they are.
        self.order.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.order.setMinimumContentsLength(6)
        self.order.view().setMinimumWidth(self.order.view().sizeHintForColumn(0) + 24)
        self.order.setToolTip(
            self.tr("Most suspicious first; those that are hardest to tell first; by file name; or as they came")
        )
        self.count = QLabel("", self)
        self.count.setProperty("role", "caption")
        self.all_button = all_button(self)
        self.inspect_button = QPushButton(self.tr("Inspect"), self)
        self.inspect_button.setProperty("role", "link")
        self.inspect_button.setToolTip(self.tr("Inspect every picture that has no score yet"))

        self._arrange()

        self._gather = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._scrolled = QTimer(self, singleShot=True, interval=60)

        session.changed.connect(self.refresh)
        session.selected_changed.connect(self._on_selected)
        session.job_changed.connect(self._on_job_changed)
        session.missing_changed.connect(self._take_missing)
        self._gather.timeout.connect(self._on_gathered)
        self._typing.timeout.connect(self._apply_filter)
        self._scrolled.timeout.connect(self._drop_out_of_sight)
        self.words.textChanged.connect(self._typing.start)
        self.which.picked.connect(self._apply_filter)
        self.order.currentIndexChanged.connect(self._on_order_chosen)
        self.all_button.clicked.connect(self.show_all)
        self.inspect_button.clicked.connect(self._on_inspect)
        self.view.selectionModel().currentChanged.connect(self._on_current_changed)
        self.view.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.view.verticalScrollBar().valueChanged.connect(self._scrolled.start)
        self.model.modelAboutToBeReset.connect(self._on_about_to_reset)
        self.model.arranged.connect(self._on_arranged)
        self._thumbnails.ready.connect(self._on_thumbnail)
        theme.theme_events().changed.connect(self._repaint)
        self._take_project()

    def _arrange(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(12, 12, 12, 10)
        head.setSpacing(8)
        head.addWidget(self.words)
        choices = QHBoxLayout()
        choices.setSpacing(8)
        choices.addWidget(self.which, 3)
        choices.addWidget(self.order, 2)
        head.addLayout(choices)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 4, 8, 4)
        foot.addWidget(self.count, 1)
        foot.addWidget(self.all_button)
        foot.addWidget(self.inspect_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(_line(self))
        layout.addWidget(self.view, 1)
        layout.addWidget(_line(self))
        layout.addLayout(foot)
        self.setMinimumWidth(196)

    # What others ask for -----------------------------------------------------

    def selected(self) -> frozenset[SampleId]:
        """Return the ids of all selected pictures."""
        return frozenset(
            sample for run in selected_runs(self.view.selectionModel()) for sample in self.model.ids_at(*run)
        )

    def step(self, by: int) -> None:
        """Select the picture `by` rows further down."""
        now = self.view.currentIndex().row()
        place = min(max(now + by, 0), self.model.rowCount() - 1)
        if place >= 0:
            self.view.setCurrentIndex(self.model.index(place, 0))

    def show_only(self, *kinds: Filter) -> None:
        """Show pictures of these kinds, or all, whatever was looked for."""
        self.words.clear()
        self.which.pick(Choice(frozenset(kinds)))

    def show_all(self) -> bool:
        """Show all pictures again; False where they are shown already."""
        filtered = self._choice() != Choice()
        if filtered:
            self.show_only()
        return filtered

    def next_unlabelled(self, without: frozenset[SampleId]) -> SampleId | None:
        """Return the next picture without a label below the current row, then from the top; None if there is none."""
        return self.model.next_without_label(self.view.currentIndex().row(), without)

    def following(self, sample: SampleId, *, unlabelled: bool) -> SampleId | None:
        """Return the picture that people are likely to look at after this one."""
        if unlabelled:
            return self.next_unlabelled(frozenset((sample,)))
        place = self.model.place_of(sample)
        return None if place is None else self.model.id_at(place + 1)

    # Following the session ---------------------------------------------------

    def refresh(self, changes: Changes) -> None:
        """Bring the rows up to date."""
        kinds = changes.kinds
        project = self._session.project
        if project is not self._shown_project or kinds & {Kind.PROJECT, Kind.ACTIVE_MODEL}:
            self._take_project()
            return
        if kinds & {Kind.SAMPLES, Kind.SCORES, Kind.ROLES}:
            self._waiting |= changes.samples or set(project.samples if project else ())
            if not self._gather.isActive():
                self._gather.start()
        elif Kind.LABELS in kinds:
            self._update(changes.samples)
        if kinds & {Kind.CALIBRATION, Kind.REGIONS}:
            self._take_limits()
        if Kind.SETTINGS in kinds:
            self._take_area()

    def _take_project(self) -> None:
        project = self._session.project
        if project is not self._shown_project:
            self._shown_project = project
            self.view.clearSelection()
            self.show_all()
        self._waiting.clear()
        self._take_limits()
        self._take_area()
        self._take_missing()
        self.model.value_range = None if project is None else project.value_range
        self.model.set_rows(() if project is None else _entries(project, list(project.samples.values())))

    def _take_limits(self) -> None:
        calibration = self._session.calibration
        self.delegate.calibration = calibration
        self.model.set_limits(calibration, self._session.areas, stale=self._session.areas_stale)
        self._repaint()

    def _take_area(self) -> None:
        project = self._session.project
        self.delegate.area = EVERYWHERE if project is None else project.area
        self._repaint()

    def _take_missing(self) -> None:
        self.model.set_missing(self._session.missing)
        self._repaint()

    def _update(self, samples: frozenset[SampleId] | set[SampleId]) -> None:
        project = self._session.project
        if project is None:
            return
        entries: dict[SampleId, Entry | None] = dict.fromkeys(samples)
        there = [project.samples[i] for i in samples if i in project.samples]
        entries.update((entry[0].id, entry) for entry in _entries(project, there))
        self._hold = self.view.currentIndex().row() in self.view.places_in_sight()
        self.model.update_rows(entries)

    def _on_about_to_reset(self) -> None:
        self._kept |= self.selected()

    def _on_arranged(self) -> None:
        """Select what was selected before the list was laid out anew; sorting alone keeps it by itself."""
        kept, self._kept = self._kept, frozenset()
        wanted = QItemSelection()
        for sample in kept:
            if (place := self.model.place_of(sample)) is not None:
                wanted.select(self.model.index(place, 0), self.model.index(place, 0))
        if not wanted.isEmpty():
            self.view.selectionModel().select(wanted, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._on_selected(self._session.selected)
        self._count()
        if self._reveal:
            self._reveal = False
            reveal(self.view)
        elif self._hold:
            self.view.scrollTo(self.view.currentIndex())
        self._hold = False

    def _on_gathered(self) -> None:
        waiting, self._waiting = self._waiting, set()
        self._update(waiting)

    def _on_selected(self, sample: SampleId | None) -> None:
        """Follow the session, which may have been told by another page."""
        if self._choosing:
            return
        place = None if sample is None else self.model.place_of(sample)
        index = QModelIndex() if place is None else self.model.index(place, 0)
        selection = self.view.selectionModel()
        keep = index.isValid() and selection.isSelected(index)
        if index == self.view.currentIndex() and (keep or not index.isValid()):
            return
        self._following = True
        flags = QItemSelectionModel.SelectionFlag
        selection.setCurrentIndex(index, flags.NoUpdate if keep else flags.ClearAndSelect)
        self._following = False
        if index.isValid():
            self.view.scrollTo(index)

    def _on_current_changed(self, current: QModelIndex, previous: QModelIndex) -> None:
        sample = self.model.id_at(current.row())
        if not self._following and sample is not None and sample != self._session.selected:
            # The view is about to select it by its own rules (Ctrl, Shift): the session's echo must not do it again.
            self._choosing = True
            self._session.select(sample)
            self._choosing = False

    def _on_selection_changed(self) -> None:
        self.selection_changed.emit(self.selected())

    def _on_job_changed(self, job: object) -> None:
        self._count()

    # Filter, order, pictures -------------------------------------------------

    def _apply_filter(self) -> None:
        self._typing.stop()
        self._reveal = True
        self.model.set_filter(self._choice())

    def _choice(self) -> Choice:
        return replace(self.which.choice, words=self.words.text())

    def _on_order_chosen(self) -> None:
        self._reveal = True
        order = Order(self.order.currentData())
        self.model.set_order(order, descending=order is Order.ADDED)

    def _on_inspect(self) -> None:
        self._session.inspect_all()

    def _count(self) -> None:
        shown, total = self.model.rowCount(), self.model.total
        if shown == total:
            text = self.tr("{count} pictures", "", total).format(count=count_text(total))
        else:
            text = self.tr("{shown} of {total}").format(shown=count_text(shown), total=count_text(total))
        self.all_button.setVisible(self._choice() != Choice())
        missing = self.model.unscored if self._session.active_model is not None else 0
        if missing:
            text += " · " + self.tr("{count} not inspected").format(count=count_text(missing))
        self.count.setText(text)
        self.inspect_button.setVisible(missing > 0)

    def _on_thumbnail(self, wish: Wish) -> None:
        repaint_picture(self.view, self.model, wish)

    def _drop_out_of_sight(self) -> None:
        rows = (self.model.row_at(place) for place in self.view.places_in_sight())
        self._thumbnails.keep_only(row.wish() for row in rows if row is not None)

    def _repaint(self) -> None:
        self.view.viewport().update()


def reveal(view: QAbstractItemView) -> None:
    """Bring the current row into sight if it is selected, and else the first."""
    if view.selectionModel().isSelected(view.currentIndex()):
        view.scrollTo(view.currentIndex())
    else:
        view.scrollToTop()


def repaint_picture(view: TileView, model: SampleListModel, wish: Wish) -> None:
    """Repaint the tile whose picture has come, if it is in sight."""
    if not view.isVisible():
        return
    for place in view.places_in_sight():
        sample = model.sample_at(place)
        if sample is not None and sample.file == wish.file:
            view.update(model.index(place, 0))


def _entries(project: Project, samples: Sequence[Sample]) -> Iterator[Entry]:
    """Return the rows of pictures; training pictures stay out of the way until somebody has had them inspected."""
    model = project.active_model or ""
    scores = map(project.scores.get, ((model, sample.id) for sample in samples))
    return (entry for entry in zip(samples, scores, strict=True) if entry[1] or entry[0].role is not Role.TRAIN)


def _line(parent: QWidget) -> QWidget:
    line = QFrame(parent)
    line.setProperty("role", "line")
    line.setFixedHeight(1)
    return line
