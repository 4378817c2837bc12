"""Why a spot is strange, beside the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gui import theme
from gui.canvas.canvas import SPOT
from gui.canvas.marks import HALO
from gui.canvas.pixels import qimage
from gui.canvas.readout import raw_text
from gui.errors import joined, translated
from gui.widgets import ElidedLabel, SegmentedControl
from gui.widgets.layouts import across, down

if TYPE_CHECKING:
    from core.errors import Note
    from core.inspection.why import Crop, Why
    from core.scoring.thresholds import Calibration
    from gui.session.events import Explained, Likened

CROP_SIDE = 120
WHOLE = "whole"


class CropView(QWidget):
    """A crop with its patch outlined, as large as fits."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._image = QImage()
        self._box = QRectF()

    def sizeHint(self) -> QSize:
        """A square of the usual side."""
        return QSize(CROP_SIDE, CROP_SIDE)

    def show_crop(self, crop: Crop | None) -> None:
        """Show a crop, or an empty place."""
        self._image = QImage() if crop is None else qimage(crop.pixels)
        self._box = QRectF() if crop is None else QRectF(*crop.box)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the crop with round corners, and the patch on it."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        whole = QRectF(self.rect())
        outline = QPainterPath()
        outline.addRoundedRect(whole, 6, 6)
        painter.setClipPath(outline)
        painter.fillRect(whole, theme.current().raised)
        if self._image.isNull():
            return
        scale = min(whole.height() / self._image.height(), whole.width() / self._image.width())
        target = QRectF(0, 0, self._image.width() * scale, self._image.height() * scale)
        target.moveCenter(whole.center())
        painter.drawImage(target, self._image)
        box = QRectF(
            target.x() + self._box.x() * scale,
            target.y() + self._box.y() * scale,
            self._box.width() * scale,
            self._box.height() * scale,
        )
        for colour, width in ((HALO, 3.0), (SPOT, 1.5)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawRect(box)


class WhyCard(QFrame):
    """A button that asks, and what is said and shown.

    Signals
    -------
    asked
        The person wants to know why the strongest spot is strange.
    likened
        Whether the most similar good photo is to be laid over this one.
    map_chosen
        One of the explanation's maps is to be shown in place of the heat map; None for the heat map itself.
    """

    asked = Signal()
    likened = Signal(bool)
    map_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = QLabel(self.tr("WHY"), self)
        title.setProperty("role", "section")
        self.button = QPushButton(self.tr("Why?"), self)
        self.button.setToolTip(
            self.tr("Show what the model compared the strongest spot with; Y asks about the spot under the pointer")
        )
        self.like = QPushButton(self.tr("Good photo"), self)
        self.like.setCheckable(True)
        self.like.setToolTip(self.tr("Lay the most similar good photo over this one, with a line to drag (Shift+X)"))
        self.here, self.good = CropView(self.tr("This part"), self), CropView(self.tr("Good part"), self)
        self.here_name = QLabel(self.tr("this part"), self)
        self.good_name = ElidedLabel("", self, mode=Qt.TextElideMode.ElideMiddle)
        for label in (self.here_name, self.good_name):
            label.setProperty("role", "caption")
        self.text, self.shares = (QLabel("", self, wordWrap=True) for _ in range(2))
        self.text.setProperty("role", "caption")
        self.maps: SegmentedControl | None = None
        self._why: Why | None = None
        columns = across(10)
        for view, name in ((self.here, self.here_name), (self.good, self.good_name)):
            column = down(2)
            column.addWidget(view)
            column.addWidget(name)
            columns.addLayout(column, 1)
        self.crops = QWidget(self)
        self.crops.setLayout(columns)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 12, 0, 0)
        self._layout.setSpacing(6)
        head = across(8)
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self.like)
        head.addWidget(self.button)
        self._layout.addLayout(head)
        for widget in (self.crops, self.shares, self.text):
            self._layout.addWidget(widget)
        self.button.clicked.connect(self.asked)
        self.like.clicked.connect(self.likened)
        self.clear()

    def clear(self) -> None:
        """Say nothing: another picture, or another model."""
        self._why = None
        self._forget_maps()
        self.like.setChecked(False)
        for widget in (self.crops, self.shares, self.text):
            widget.hide()

    def show_explained(self, explained: Explained, limits: Calibration | None) -> None:
        """Show what is known so far."""
        why = explained.why
        if why is None:
            self._say(explained.problem or self.tr("Looking for the reason…"))
            return
        found = why.explanation
        if self._why is None or self._why.explanation is not found:
            self._offer_maps([translated(part.title) for part in found.maps])
        self._why = why
        compares = found.origin is not None or found.place
        self.crops.setVisible(compares)
        self.here.show_crop(why.here)
        self.good.show_crop(why.good)
        caption = "" if why.caption is None else _said(why.caption)
        if explained.progress is not None and explained.busy:
            caption = self.tr("reading {done} of {total}").format(
                done=explained.progress.done, total=explained.progress.total
            )
        self.good_name.setText(caption if why.good is not None or explained.busy else "")
        if why.photo is not None:
            self.good_name.setToolTip(str(why.photo))
        parts = [
            self.tr("{name} {percent} %").format(name=translated(share.title), percent=round(100 * share.part))
            for share in found.shares
        ]
        self.shares.setText(self.tr("What differs: {0}").format(" · ".join(parts)))
        self.shares.setVisible(bool(parts))
        limit = 1.0 if limits is None else limits.pixel.value
        value = self.tr("Value of the patch alone: {value}; the heat map shows it smoothed.")
        words = [value.format(value=raw_text(found.value, limit)), _said(found.text)]
        if why.good is None and why.caption is not None:
            words.append(caption)
        words.append(explained.problem)
        self._say(joined(*words))

    def show_likened(self, likened: Likened) -> None:
        """Say how the search for the most similar good photo goes."""
        self.like.setChecked(likened.busy or likened.pixels is not None)
        if likened.busy and likened.progress is not None:
            self._say(
                self.tr("Reading good photos: {done} of {total}").format(
                    done=likened.progress.done, total=likened.progress.total
                )
            )
        elif likened.busy:
            self._say(self.tr("Looking for the most similar good photo…"))
        elif likened.photo is not None:
            self._say(self.tr("Right of the line: {name}").format(name=likened.photo.name))
        else:
            self._say(likened.problem or self.tr("None of the photos that the model learned from is here unchanged."))

    def _say(self, text: str) -> None:
        self.text.setText(text)
        self.text.show()

    def _offer_maps(self, titles: list[str]) -> None:
        self._forget_maps()
        if not titles:
            return
        choices = [(WHOLE, self.tr("Heat map")), *((str(number), title) for number, title in enumerate(titles))]
        self.maps = SegmentedControl(self.tr("Map that is shown"), choices, stretch=True, parent=self)
        self.maps.set_current(WHOLE)
        self.maps.chosen.connect(self._on_map_chosen)
        self._layout.insertWidget(1, self.maps)

    def _forget_maps(self) -> None:
        if self.maps is not None:
            self.map_chosen.emit(None)
            self._layout.removeWidget(self.maps)
            self.maps.hide()
            self.maps.deleteLater()
            self.maps = None

    def _on_map_chosen(self, key: str) -> None:
        if self._why is not None:
            self.map_chosen.emit(None if key == WHOLE else self._why.explanation.maps[int(key)].heat)


def _said(note: Note) -> str:
    return translated(note.text, **note.values)
