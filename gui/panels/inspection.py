"""The Inspect page: what the model says about each picture, and why."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QIcon,
    QImage,
    QKeyEvent,
    QKeySequence,
    QPixmap,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QCheckBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QSlider,
    QSplitter,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.images.reading import IMAGE_SUFFIXES
from core.project.model import Changes, Kind, Label, Sample, SampleId, Score
from core.scoring.colours import TABLES, table
from core.scoring.regions import Region
from gui import icons, theme
from gui.canvas.canvas import ImageCanvas, State
from gui.canvas.pixels import qimage
from gui.canvas.readout import count_text, limit_text, raw_text
from gui.errors import told, translated
from gui.jobs.thumbnails import ThumbnailLoader
from gui.panels.defect_types import TypeBox, types_in_use
from gui.panels.gallery import GalleryPanel
from gui.panels.gallery_model import Filter
from gui.panels.marking import KEYS, Marking
from gui.panels.watch import WatchPanel
from gui.panels.why import WhyCard
from gui.widgets import ElidedLabel, EmptyState, Notice, SegmentedControl, VerdictBar
from gui.widgets.chips import verdict_text
from gui.widgets.rows import list_rows

if TYPE_CHECKING:
    from core.images.reading import UInt8Image
    from core.scoring.thresholds import Calibration
    from gui.session.events import Added, Explained, Job, Likened, Shown
    from gui.session.session import Session

REGIONS_LISTED = 50
ROW_HEIGHT = 30
NOTICE_MS = 15_000  # how long it stays where there is nothing to do about it
LABELS = {"good": Label.GOOD, "defect": Label.DEFECT, "undecided": Label.UNDECIDED}


def _section(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "section")
    return label


def _caption(text: str = "") -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "caption")
    label.setWordWrap(True)
    return label


class ToolStrip(QFrame):
    """What can be done to the view: zoom, heat, contours, two pictures side by side.

    Acts on the canvas it is given, and shows that canvas's state.
    """

    def __init__(self, canvas: ImageCanvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "toolbar")
        self._canvas = canvas
        self._names: dict[QPushButton, tuple[str, str]] = {}  # icon and words of the buttons
        self.fit_button = QPushButton(self.tr("Fit"), self)
        self.fit_button.setToolTip(self.tr("Show the whole picture (F)"))
        self.actual_button = QPushButton("1:1", self)
        self.actual_button.setAccessibleName(self.tr("True size"))
        self.actual_button.setToolTip(self.tr("One picture pixel on one screen pixel (1)"))
        self.heat_button = self._toggle(self.tr("Heatmap"), self.tr("Show or hide the heat (H), or hold B to blink"))
        self.heat_button.setChecked(True)
        self.opacity = QSlider(Qt.Orientation.Horizontal, self)
        self.opacity.setRange(0, 100)
        self.opacity.setValue(75)
        self.opacity.setMinimumWidth(60)
        self.opacity.setMaximumWidth(130)
        self.opacity.setAccessibleName(self.tr("Strength of the heat"))
        self.opacity.setToolTip(self.tr("Strength of the heat"))
        self.colours_button = QToolButton(self)
        self.colours_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.colours_button.setAccessibleName(self.tr("Colours of the heat"))
        self.colours_button.setToolTip(self.tr("Colours of the heat; the limit is in the middle of the scale"))
        self.colours_button.setIconSize(QSize(34, 16))
        self.colours_button.setFixedHeight(30)
        self._colour_actions = QActionGroup(self)
        menu = QMenu(self.colours_button)
        for name in TABLES:
            action = QAction(_swatch(name), self._colour_title(name), self, checkable=True)
            action.setData(name)
            self._colour_actions.addAction(action)
            menu.addAction(action)
        self.colours_button.setMenu(menu)
        self.contours_button = self._toggle(
            self.tr("Contours"), self.tr("Outline the regions over the pixel limit (C)")
        )
        self.contours_button.setChecked(True)
        self.mask_button = self._toggle(self.tr("Mask"), self.tr("Outline the labelled defects (M)"))
        self.mask_button.setVisible(False)
        self.sides_button = self._toggle(
            self.tr("Side by side"), self.tr("Photo and heat, beside or below each other (S)")
        )
        self.swipe_button = self._toggle(
            self.tr("Swipe"), self.tr("A line to drag between photo and heat (X); comma and full stop move it")
        )
        self.facts = ElidedLabel("", self, mode=Qt.TextElideMode.ElideLeft)
        self.facts.setProperty("role", "muted")
        self.facts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.facts.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout = self._row = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 7)
        for widget in (self.fit_button, self.actual_button):
            layout.addWidget(widget)
        layout.addSpacing(4)
        layout.addWidget(self.heat_button)
        layout.addWidget(self.opacity, 1)
        layout.addWidget(self.colours_button)
        layout.addSpacing(4)
        for widget in (self.contours_button, self.mask_button, self.sides_button, self.swipe_button):
            layout.addWidget(widget)
        layout.addWidget(self.facts, 2)
        self._show_colours("inferno")
        for button, icon in (
            (self.fit_button, "fit"),
            (self.actual_button, "actual"),
            (self.heat_button, "heat"),
            (self.contours_button, "contours"),
            (self.mask_button, "mask"),
            (self.sides_button, "split"),
            (self.swipe_button, "swipe"),
        ):
            self._names[button] = (icon, button.text())
            button.setAccessibleName(button.accessibleName() or button.text())
        # It decides by the room it is given whether there are words on its buttons; with icons alone they all fit.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._least_facts = self.facts.fontMetrics().horizontalAdvance("0000 %")
        self._taken = {True: self._measured()}  # width of the buttons with words, and without
        self._show_words(False)
        self._taken[False] = self._measured()
        self.setMinimumWidth(self._taken[False] + self._least_facts)
        self._show_words(True)

        self.fit_button.clicked.connect(canvas.fit)
        self.actual_button.clicked.connect(canvas.actual_size)
        self.heat_button.toggled.connect(canvas.set_heat_shown)
        self.opacity.valueChanged.connect(self._on_opacity_moved)
        self._colour_actions.triggered.connect(self._on_colours_chosen)
        self.contours_button.toggled.connect(canvas.set_contours)
        self.sides_button.toggled.connect(canvas.set_side_by_side)
        self.swipe_button.toggled.connect(canvas.set_swiping)
        canvas.side_by_side_changed.connect(self.sides_button.setChecked)
        canvas.swiping_changed.connect(self.swipe_button.setChecked)
        canvas.heat_shown_changed.connect(self.heat_button.setChecked)
        canvas.view_changed.connect(self.show_facts)

    def offer_mask(self, there: bool) -> None:
        """Show the button for the labelled defects where there are some."""
        self.mask_button.setVisible(there)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the words away where they do not fit."""
        super().resizeEvent(event)
        if (fits := self.width() >= self._taken[True] + self._least_facts) != self._has_words():
            self._show_words(fits)
        self.show_facts()

    def _has_words(self) -> bool:
        return bool(self.fit_button.text())

    def _show_words(self, on: bool) -> None:
        self._row.setSpacing(8 if on else 4)
        for button, (name, words) in self._names.items():
            button.setText(words if on else "")
            button.setIcon(QIcon() if on else icons.icon(name))
            theme.set_role(button, "" if on else "icon")

    def _measured(self) -> int:
        """Return the width that all buttons take, also the one for the mask."""
        for button in self._names:
            button.ensurePolished()
        self.mask_button.setVisible(True)
        self._row.invalidate()
        width = self._row.sizeHint().width()
        self.mask_button.setVisible(False)
        return width

    def _toggle(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setCheckable(True)
        button.setToolTip(tip)
        return button

    def _colour_title(self, name: str) -> str:
        titles = {
            "inferno": self.tr("Inferno"),
            "viridis": self.tr("Viridis"),
            "turbo": self.tr("Turbo"),
            "grey": self.tr("Grey"),
        }
        return titles.get(name, name)

    def _show_colours(self, name: str) -> None:
        self.colours_button.setIcon(_swatch(name))
        for action in self._colour_actions.actions():
            action.setChecked(action.data() == name)

    def _on_opacity_moved(self, percent: int) -> None:
        self._canvas.set_opacity(percent / 100)

    def _on_colours_chosen(self, action: QAction) -> None:
        self._canvas.set_colours(action.data())
        self._show_colours(action.data())

    def show_facts(self) -> None:
        """Write the size of the photo and the zoom, or where there is no room the zoom alone."""
        size = self._canvas.photo_size
        if size is None:
            self.facts.setText("")
            return
        zoom = self.tr("{percent} %").format(percent=round(self._canvas.zoom * 100))
        facts = f"{size[1]} × {size[0]} · {zoom}"
        room = self.width() - self._taken[self._has_words()]
        room += self.mask_button.sizeHint().width() if self.mask_button.isHidden() else 0
        self.facts.setText(facts if self.facts.fontMetrics().horizontalAdvance(facts) <= room else zoom)
        self.facts.setToolTip(facts)


def _swatch(name: str) -> QIcon:
    """Return a picture of a colour table."""
    image: QImage = qimage(table(name)[None, ::4].repeat(14, 0))
    return QIcon(QPixmap.fromImage(image))


class RegionTable(QTableWidget):
    """The regions over the pixel limit; choosing one brings it into view.

    Signals
    -------
    chosen
        `Region`.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 3, parent)
        self._regions: tuple[Region, ...] = ()
        self._limit = 1.0
        list_rows(self)
        self.setAccessibleName(self.tr("Regions over the pixel limit"))
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        header.setSectionsClickable(False)
        self.setColumnWidth(0, 44)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        for column in range(3):
            title = QTableWidgetItem(("#", self.tr("area"), self.tr("peak"))[column])
            side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
            title.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            self.setHorizontalHeaderItem(column, title)
        self.itemClicked.connect(self._on_item)
        self.itemActivated.connect(self._on_item)
        self._fit_height()

    def show_regions(self, found: tuple[Region, ...], limit: float) -> None:
        """List regions, highest peak first; of very many only the strongest."""
        self._regions = found[:REGIONS_LISTED]
        self.setRowCount(len(self._regions))
        for number, region in enumerate(self._regions):
            texts = (
                str(number + 1),
                self.tr("{area} px").format(area=count_text(region.area)),
                raw_text(region.peak, limit),
            )
            for column, text in enumerate(texts):
                self._write(number, column, text)
        self._fit_height()

    def _write(self, row: int, column: int, text: str) -> None:
        item = self.item(row, column)
        if item is None:
            item = QTableWidgetItem(text)
            side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
            item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            item.setToolTip(self.tr("Show this region"))
            self.setItem(row, column, item)
        else:
            item.setText(text)

    def _fit_height(self) -> None:
        head, rows = self.horizontalHeader().sizeHint().height() + 2, len(self._regions)
        self.setMinimumHeight(head + min(rows, 2) * ROW_HEIGHT)
        self.setMaximumHeight(head + rows * ROW_HEIGHT)

    def _on_item(self, item: QTableWidgetItem) -> None:
        self.chosen.emit(self._regions[item.row()])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let letters and digits through to the page."""
        if event.text().isprintable() and event.text().strip():
            event.ignore()
            return
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Let the page know, too."""
        event.ignore()


class VerdictPanel(QFrame):
    """What the model says about the selected picture, and what a person says.

    Signals
    -------
    region_chosen
        `Region` to look at.
    label_chosen
        `Label` a person gave.
    train_requested
        There is no model; the person wants to train one.
    inspect_requested
        The picture has no score; the person wants one.
    """

    region_chosen = Signal(object)
    label_chosen = Signal(object)
    train_requested = Signal()
    inspect_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "side-right")
        self.setObjectName("verdictPanel")

        self.word = QLabel("", self)
        self.word.setProperty("role", "verdict")
        self.score = QLabel("", self)
        self.limit = _caption()
        self.limit.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.limit.ensurePolished()
        self.limit.setFixedHeight(2 * self.limit.fontMetrics().lineSpacing())  # what is below stays where it is
        self.bar = VerdictBar(self)
        self.learnt = _caption(self.tr("The model has learned from this picture: its score is no evidence"))
        self.learnt.setContentsMargins(0, 0, 0, 10)
        self.reason = _caption()
        self.regions_title = _section(self.tr("REGIONS OVER THE PIXEL LIMIT"))
        self.table = RegionTable(self)
        self.no_regions = _caption()
        self.why = WhyCard(self)
        self.label_title = _section(self.tr("LABEL"))
        self.labels = SegmentedControl(
            self.tr("Label"),
            [("good", self.tr("Good")), ("defect", self.tr("Defect")), ("undecided", self.tr("Undecided"))],
            verdicts={"good": "ok", "defect": "ng"},
            stretch=True,
            parent=self,
        )
        for key, letter in (("good", "G"), ("defect", "D"), ("undecided", "U")):
            _add_key_hint(self.labels.button(key), letter)
        self.types = TypeBox(self)
        self.types.setToolTip(self.tr("Type of the defect: choose one, or type a new one and press Enter (Shift+D)"))
        self.advance = QCheckBox(self.tr("Go to the next without label"), self)
        self.advance.setToolTip(self.tr("After each label, select the next picture that has none"))
        self._tips = {w: w.toolTip() for w in (*(self.labels.button(key) for key in LABELS), self.types, self.advance)}
        self._locked = ""
        self.name = ElidedLabel("", self, mode=Qt.TextElideMode.ElideLeft)
        self.note = _caption()

        self.scored = QWidget(self)
        self.missing = EmptyState("train", self.tr("Select a picture"), parent=self)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.scored)
        self.stack.addWidget(self.missing)
        self._known: float | None = None  # score of the picture that is shown
        self._missing_model = False
        self._training = False
        self._arrange()

        self.table.chosen.connect(self.region_chosen)
        self.labels.chosen.connect(self._on_label_chosen)
        self.missing.clicked.connect(self._on_missing_clicked)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.word)
        lines = QVBoxLayout()
        lines.setSpacing(1)
        lines.addWidget(self.score)
        lines.addWidget(self.limit)
        head.addLayout(lines, 1)
        lower = QVBoxLayout(self.scored)
        lower.setContentsMargins(0, 0, 0, 0)
        lower.setSpacing(4)
        lower.addWidget(self.learnt)
        lower.addWidget(self.regions_title)
        lower.addWidget(self.reason)
        lower.addWidget(self.table, 100)
        lower.addWidget(self.no_regions)
        lower.addWidget(self.why)
        lower.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(0)
        # What a person presses a thousand times keeps its place: only what stands below it grows and shrinks.
        layout.addWidget(_section(self.tr("VERDICT")))
        layout.addSpacing(6)
        layout.addLayout(head)
        layout.addSpacing(4)
        layout.addWidget(self.bar)
        layout.addSpacing(16)
        layout.addWidget(self.label_title)
        layout.addSpacing(8)
        layout.addWidget(self.labels)
        layout.addSpacing(8)
        layout.addWidget(self.types)
        layout.addSpacing(8)
        layout.addWidget(self.advance)
        layout.addSpacing(20)
        layout.addWidget(self.stack, 1)
        layout.addSpacing(8)
        layout.addWidget(self.name)
        layout.addSpacing(2)
        layout.addWidget(self.note)

    def show_picture(
        self, sample: Sample | None, score: Score | None, limits: Calibration | None, *, learnt: bool = False
    ) -> None:
        """Show what is known of the selected picture.

        Parameters
        ----------
        score
            Of the active model, or None while it has none.
        limits
            Of the active model, or None without a model.
        learnt
            Whether that model has learnt from the picture.
        """
        for field in (self.labels, self.types):
            field.setEnabled(sample is not None and not self._locked)
        self.labels.set_current("" if sample is None or sample.label is Label.UNDECIDED else sample.label.value)
        self.name.setText("" if sample is None else f"{sample.path.parent.name}/{sample.path.name}")
        self.name.setToolTip("" if sample is None else str(sample.path))
        self.note.setText(self._facts(sample, score))
        self._missing_model = limits is None
        known = None if score is None or sample is None or sample.trouble else score.score
        self._known = known
        self.learnt.setVisible(learnt and known is not None)
        self._show_verdict(known, limits)
        if known is None or limits is None:
            self._show_missing(sample)
        else:
            self.stack.setCurrentWidget(self.scored)

    def set_locked(self, why: str) -> None:
        """Say why labels cannot be given, or "" where they can; the next picture shown brings the buttons along."""
        self._locked = why
        self.advance.setEnabled(not why)
        for widget, tip in self._tips.items():
            widget.setToolTip(why or tip)

    def set_training(self, training: bool) -> None:
        """Say whether a training runs; the next picture shown tells it where there is no model yet."""
        self._training = training

    def _show_missing(self, sample: Sample | None) -> None:
        self.stack.setCurrentWidget(self.missing)
        if self._missing_model and self._training:
            self.missing.set_text(
                self.tr("A model is being trained"),
                self.tr("Go to training"),
                self.tr("Pictures are inspected as soon as it is ready"),
            )
        elif self._missing_model:
            self.missing.set_text(
                self.tr("Train a model first"),
                self.tr("Go to training"),
                self.tr("It learns from good pictures what good looks like"),
            )
        elif sample is None:
            self.missing.set_text(self.tr("Select a picture"))
        elif sample.trouble:
            self.missing.set_text(self.tr("This picture cannot be read"), "", told(sample.trouble))
        else:
            self.missing.set_text(self.tr("Not inspected yet"), self.tr("Inspect"))

    def _show_verdict(self, score: float | None, limits: Calibration | None) -> None:
        if score is None or limits is None:
            self._show_word("–", "")
            self.score.setText(self.tr("no score"))
            self.limit.setText("")
            self.limit.setToolTip("")
            self.bar.set_values(None, 0.5, 0.0, 1.0)
            return
        limit = limits.image.value
        verdict = limits.verdict(score)
        self._show_word(verdict_text(verdict), verdict.lower())
        self.score.setText(self.tr("score {score}").format(score=raw_text(score, limit)))
        rules = {"best-f1": self.tr("best F1"), "good-quantile": self.tr("from good parts")}
        words = self.tr("limit {limit}").format(limit=limit_text(limit, score))
        rule = rules.get(limits.image.rule, "")
        review = limits.review
        band = "" if review is None else self.tr("review from {limit}").format(limit=limit_text(review.value, score))
        parts = [words, band, rule, self.tr("provisional") if limits.image.provisional else ""]
        self.limit.setText(" · ".join(part for part in parts if part))
        template, values = limits.image.evidence.template()
        self.limit.setToolTip(translated(template, **values))
        self.bar.set_values(
            score, limit, limit - limits.span / 2, limit + limits.span / 2, None if review is None else review.value
        )

    def _show_word(self, text: str, verdict: str) -> None:
        self.word.setText(text)
        if self.word.property("verdict") != verdict:
            self.word.setProperty("verdict", verdict)
            self.word.style().unpolish(self.word)
            self.word.style().polish(self.word)

    def show_regions(
        self, found: tuple[Region, ...], limits: Calibration | None, has_heat: bool, lost: bool = False
    ) -> None:
        """List what is over the pixel limit, and say which rule decided where the two seem to disagree.

        Of a picture that is lost, no heat map is going to come.
        """
        limit = 1.0 if limits is None else limits.pixel.value
        by_score = limits is None or limits.decides == "score"
        if not by_score and limits is not None and self._known is not None:
            verdict = limits.verdict(self._known, max((region.area for region in found), default=0.0))
            self._show_word(verdict_text(verdict) if has_heat else "–", verdict.lower() if has_heat else "")
        self.table.show_regions(found, limit)
        self.table.setVisible(bool(found))
        bad = self.word.property("verdict") == "ng"
        if not has_heat:
            self.no_regions.setText(self.tr("The heat map is being read…"))
        else:
            self.no_regions.setText(
                self.tr("None; the highest value stays under {limit}").format(limit=raw_text(limit, limit))
            )
        self.no_regions.setVisible(not found and not lost)
        if not by_score and limits is not None:
            text = (
                self.tr("Decided by the regions")
                if limits.decides == "region"
                else self.tr("NG where the image score and a region say so")
            )
        elif has_heat and bad and not found:
            text = self.tr("Decided by the image score, although no region reaches the pixel limit")
        elif has_heat and not bad and found:
            text = self.tr("Decided by the image score, although regions reach the pixel limit")
        else:
            text = self.tr("Decided by the image score")
        self.reason.setText(text)

    def _facts(self, sample: Sample | None, score: Score | None) -> str:
        if sample is None:
            return ""
        parts = [sample.defect_type, sample.note]
        if sample.size is not None:
            parts.insert(0, f"{sample.size[1]} × {sample.size[0]}")
        if score is not None:
            parts.append(self.tr("inspected in {milliseconds} ms").format(milliseconds=round(score.seconds * 1000)))
        return " · ".join(part for part in parts if part)

    def _on_label_chosen(self, key: str) -> None:
        self.label_chosen.emit(LABELS[key])

    def _on_missing_clicked(self) -> None:
        if self._missing_model:
            self.train_requested.emit()
        else:
            self.inspect_requested.emit()


def _add_key_hint(button: QPushButton, letter: str) -> None:
    """Write the key that does the same at the right end of a button."""
    hint = QLabel(letter, button)
    hint.setProperty("role", "caption")
    hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    row = QHBoxLayout(button)
    row.setContentsMargins(0, 0, 9, 0)
    row.addStretch(1)
    row.addWidget(hint)
    button.setToolTip(f"{button.text()} ({letter})")
    button.ensurePolished()
    width = button.fontMetrics().horizontalAdvance(button.text()) + 4
    # The name is never cut and stays clear of the key.
    button.setStyleSheet(
        f"QPushButton {{ min-width: {width}px; padding: 4px 18px 4px 4px; }}"
        " QPushButton:focus { padding: 3px 17px 3px 3px; }"
    )


class InspectionPanel(QWidget):
    """Gallery, viewer and verdict.

    Keys everywhere on the page: G, D and U label the selected pictures, Shift+D asks for the type of a defect; Y asks
    why the spot under the pointer is strange; Page up and Page down step through them, and so do the arrows while the
    whole photo is in sight; Esc ends a filter; the viewer's own keys work from the gallery, too.

    Signals
    -------
    page_requested
        Name of another page that the person should go to: "train" or "data".
    locate_requested
        The selected picture is not where it was; the person wants to say where it is.
    told
        A sentence for the person, such as why a key does nothing.
    """

    page_requested = Signal(str)
    locate_requested = Signal()
    told = Signal(str)

    def __init__(
        self, session: Session, parent: QWidget | None = None, *, thumbnails: ThumbnailLoader | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("inspectPage")
        self._session = session
        self._training = False
        self._photo: UInt8Image | None = None
        self._heat_of: tuple[SampleId, str] | None = None
        self._added: frozenset[SampleId] = frozenset()  # by the last drop
        self._unreadable: frozenset[SampleId] = frozenset()  # of these

        self.canvas = ImageCanvas(self)
        self.strip = ToolStrip(self.canvas, self)
        self.gallery = GalleryPanel(session, self, thumbnails=thumbnails)
        self.verdict = VerdictPanel(self)
        self.empty = EmptyState("drop", self.tr("Drop pictures or folders here"), parent=self)
        self.notice = Notice(self.tr("Show them"), self)
        self._notice_over = QTimer(self, singleShot=True, interval=NOTICE_MS)
        self.marking = Marking(session, self.canvas, self)
        self.watch = WatchPanel(session, self)
        self._arrange()

        self._shortcuts = [
            self._shortcut("G", lambda: self.label_selected(Label.GOOD)),
            self._shortcut("D", lambda: self.label_selected(Label.DEFECT)),
            self._shortcut("U", lambda: self.label_selected(Label.UNDECIDED)),
            self._shortcut("Shift+D", self._ask_type),
            self._shortcut("C", self.strip.contours_button.toggle),
            self._shortcut("S", self.strip.sides_button.toggle),
            self._shortcut("M", self._toggle_mask),
            self._shortcut("X", self.strip.swipe_button.toggle),
            self._shortcut("Shift+X", self.verdict.why.like.click),
            self._shortcut("Y", lambda: self.ask_why(self.canvas.pointed)),
            *(self._shortcut(key, partial(self.marking.choose, name)) for name, key in KEYS.items()),
            self._shortcut("PgDown", lambda: self.gallery.step(1)),
            self._shortcut("PgUp", lambda: self.gallery.step(-1)),
        ]

        session.changed.connect(self.refresh)
        session.selected_changed.connect(self._on_selected)
        session.inspected.connect(self._on_inspected)
        session.explained.connect(self._on_explained)
        session.likened.connect(self._on_likened)
        session.job_changed.connect(self._on_job)
        session.missing_changed.connect(self._on_missing_changed)
        self.gallery.model.rowsInserted.connect(self._on_rows_came)
        self.canvas.regions_changed.connect(self._on_regions_changed)
        self.strip.mask_button.toggled.connect(self.marking.set_shown)
        self.marking.offered.connect(self._on_mask_offered)
        self.marking.told.connect(self.told)
        self.verdict.region_chosen.connect(self.canvas.zoom_to_region)
        self.verdict.label_chosen.connect(self.label_selected)
        self.verdict.types.named.connect(self._on_type_named)
        self.verdict.why.asked.connect(lambda: self.ask_why(None))
        self.verdict.why.likened.connect(self._on_like_wanted)
        self.verdict.why.map_chosen.connect(self.canvas.show_partial)
        self.verdict.train_requested.connect(self._on_train_requested)
        self.verdict.inspect_requested.connect(self._on_inspect_requested)
        self.empty.clicked.connect(self._on_empty_clicked)
        self.canvas.remedy_wanted.connect(self.locate_requested)
        self.notice.accepted.connect(self._on_unreadable_wanted)
        self.notice.dismissed.connect(self._forget_added)
        self._notice_over.timeout.connect(self._forget_added)
        for button in self.findChildren(QAbstractButton):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # clicked, it leaves the keyboard to what is being drawn
        self._show_page()
        self._on_selected(session.selected)

    def _arrange(self) -> None:
        left = QFrame(self)
        left.setProperty("role", "panel")
        inside = QVBoxLayout(left)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.gallery)
        middle = QWidget(self)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.strip)
        column.addWidget(self.marking.options)
        viewer = QHBoxLayout()
        viewer.setSpacing(0)
        viewer.addWidget(self.marking.rail)
        viewer.addWidget(self.canvas, 1)
        column.addLayout(viewer, 1)
        self.column = QSplitter(Qt.Orientation.Vertical, self)
        self.column.setProperty("role", "tight")
        self.column.setChildrenCollapsible(False)
        self.column.addWidget(middle)
        self.column.addWidget(self.watch)
        self.column.setStretchFactor(0, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setObjectName("inspectSplitter")
        self.splitter.setProperty("role", "tight")
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.column)
        self.splitter.addWidget(self.verdict)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([250, 800, 304])
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.splitter)
        self.stack.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.notice)
        layout.addWidget(self.stack)

    def _shortcut(self, keys: str, act: Callable[[], object]) -> QShortcut:
        # Works wherever the focus is while the page is in sight; fields that are typed in keep their letters.
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setAutoRepeat(keys.startswith("Pg"))
        shortcut.activated.connect(act)
        return shortcut

    # What is shown -----------------------------------------------------------

    def refresh(self, changes: Changes) -> None:
        """Bring the page up to date."""
        self._show_page()
        if Kind.PROJECT in changes.kinds:
            self._forget_added()
        elif Kind.SAMPLES in changes.kinds:
            self._count_added(changes.samples)
        if changes.kinds & {Kind.PROJECT, Kind.ACTIVE_MODEL}:
            self._on_selected(self._session.selected)
            return
        selected = self._session.selected
        concerned = not changes.samples or selected in changes.samples
        if Kind.SAMPLES in changes.kinds and concerned:
            self._show_trouble()
        if Kind.CALIBRATION in changes.kinds and self._session.calibration is not None:
            self.canvas.set_calibration(self._session.calibration)
        self.marking.refresh(changes)
        if concerned:
            self._show_verdict()

    def _show_page(self) -> None:
        project = self._session.project
        if project is None:
            self.empty.set_text(self.tr("No project is open"), self.tr("Go to data"))
        elif not project.samples:
            self.empty.set_text(
                self.tr("Drop pictures or folders here"),
                self.tr("Open pictures…"),
                self.tr("They are read in place and never changed"),
            )
        filled = project is not None and bool(project.samples)
        self.stack.setCurrentWidget(self.splitter if filled else self.empty)
        if filled:
            self._begin()

    def _begin(self) -> None:
        """Select the first picture where none is selected, so that the page is never without one."""
        if self._session.selected is None and self.isVisible():
            self.gallery.step(0)

    def _on_rows_came(self) -> None:
        # The list sorts new rows in after it has told of them.
        QTimer.singleShot(0, self, self._begin)

    def _sample(self) -> Sample | None:
        project, selected = self._session.project, self._session.selected
        return None if project is None or selected is None else project.samples.get(selected)

    def _score(self) -> Score | None:
        project, sample = self._session.project, self._sample()
        if project is None or sample is None or project.active_model is None:
            return None
        return project.scores.get((project.active_model, sample.id))

    def _on_selected(self, selected: SampleId | None) -> None:
        self.marking.leave()
        self.verdict.why.clear()
        self.canvas.show_spot(None)
        self._photo = None
        sample = self._sample()
        if sample is None:
            self.canvas.show_empty(self.tr("Select a picture"))
        elif not self._show_trouble():
            self.canvas.show_loading(sample.path.name)
        self.marking.set_locked(self._why_locked())
        self.marking.show_sample(sample)
        self.strip.show_facts()
        self._show_verdict()

    def _show_trouble(self) -> bool:
        sample = self._sample()
        if sample is not None and sample.id in self._session.missing:
            self.canvas.show_error(
                self.tr("{name} is not where it was").format(name=sample.path.name),
                self.tr("It was in {folder}. Say where the pictures of that folder are now.").format(
                    folder=sample.path.parent
                ),
                "" if self._why_locked() else self.tr("Locate folder…"),
            )
            self.strip.show_facts()
            return True
        if sample is None or not sample.trouble:
            return False
        name, trouble = sample.path.name, told(sample.trouble)
        title = self.tr("This picture cannot be read")  # its trouble often names it
        if name not in trouble:
            title = self.tr("{name} cannot be read").format(name=name)
        self.canvas.show_error(title, trouble)
        self.strip.show_facts()
        return True

    def _on_missing_changed(self) -> None:
        selected = self._session.selected
        if not self._show_trouble() and selected is not None and self.canvas.state is State.ERROR:
            self._session.select(selected)  # it may be there again: read it
            self._on_selected(selected)

    def _on_inspected(self, shown: Shown) -> None:
        sample = self._sample()
        if sample is None or shown.sample_id != sample.id:
            return
        if shown.photo is not None and shown.photo is not self._photo:
            self._photo = shown.photo
            self.canvas.show_photo(shown.photo, sample.path.name)
            if self._session.project is not None:
                self.canvas.show_area(self._session.project.area)
            self.marking.show_sample(sample)
        limits, found = self._session.calibration, shown.inspection
        if found is not None and limits is not None and self._photo is not None:
            self.canvas.show_heat(found.heat, found.placement, limits)
            self.marking.show_heat(found, limits)
            following = self.gallery.following(sample.id, unlabelled=self.verdict.advance.isChecked())
            if following is not None:
                QTimer.singleShot(0, self, partial(self._session.look_ahead, following))  # this one is painted first
        self._show_verdict()

    def _on_job(self, job: Job) -> None:
        if job.kind == "train" and job.active != self._training:
            self._training = job.active
            self.verdict.set_training(job.active)
            self._show_verdict()
        if job.kind == "discover" and job.state == "done" and job.result is not None and self.isVisible():
            self._show_added(job.result)

    def _show_added(self, added: Added) -> None:
        """Go to the first of the pictures that were dropped here, and tell how many there are."""
        if not added.samples:
            return
        self._added, self._unreadable = frozenset(added.samples), frozenset()
        self._count_added(self._added)
        self.gallery.show_only()
        self._session.select(added.samples[0])
        self._notice_over.start()

    def _count_added(self, touched: frozenset[SampleId]) -> None:
        project = self._session.project
        if project is None or not self._added:
            return
        touched = (touched or self._added) & self._added
        there = {i: project.samples[i].trouble for i in touched if i in project.samples}
        self._added = self._added - touched | there.keys()
        self._unreadable = self._unreadable - touched | {i for i, trouble in there.items() if trouble}
        count = len(self._added)
        text = self.tr("{count} pictures added", "", count).format(count=count_text(count)) if count else ""
        if self._unreadable:
            self._notice_over.stop()
            text = self.tr("{added}, {count} of them cannot be read").format(
                added=text, count=count_text(len(self._unreadable))
            )
        self.notice.show_text(text)
        self.notice.button.setVisible(bool(self._unreadable))

    def _on_unreadable_wanted(self) -> None:
        self.gallery.show_only(Filter.UNREADABLE)
        self._session.select(min(self._unreadable))
        self._forget_added()

    def _forget_added(self) -> None:
        self._added = self._unreadable = frozenset()
        self._notice_over.stop()
        self.notice.show_text("")

    def _show_verdict(self) -> None:
        limits = self._session.calibration
        self.verdict.set_locked(self._why_locked())
        sample = self._sample()
        learnt = sample is not None and self._session.learnt(sample.id)
        self.verdict.types.show_type(types_in_use(self._session), "" if sample is None else sample.defect_type)
        self.verdict.show_picture(sample, self._score(), limits, learnt=learnt)
        self._on_regions_changed(self.canvas.regions)

    def _on_regions_changed(self, found: tuple[Region, ...]) -> None:
        lost = self.canvas.state is State.ERROR
        self.verdict.why.setEnabled(not lost)
        self.verdict.show_regions(found, self._session.calibration, self.canvas.has_heat, lost)

    def _on_mask_offered(self, there: bool) -> None:
        self.strip.offer_mask(there)
        if self.marking.tool is not None:
            self.strip.mask_button.setChecked(True)

    def _toggle_mask(self) -> None:
        if self.strip.mask_button.isVisible():
            self.strip.mask_button.toggle()

    # What a person does ------------------------------------------------------

    def _why_locked(self) -> str:
        """Say why nothing can be changed here, or ""."""
        project = self._session.project
        if project is None or not project.read_only:
            return ""
        return self._session.why_read_only or self.tr("This project is open for reading only.")

    def _ask_type(self) -> None:
        """Let the type of the defect be typed."""
        if self.verdict.types.isEnabled():
            self.verdict.types.setFocus(Qt.FocusReason.ShortcutFocusReason)
            if (field := self.verdict.types.lineEdit()) is not None:
                field.selectAll()

    def _on_type_named(self, name: str) -> None:
        # First the keys that follow: where the next picture is shown, they are about that.
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        self.label_selected(Label.DEFECT, name)

    def label_selected(self, label: Label, defect_type: str | None = None) -> None:
        """Label every selected picture, and go on to the next without label if that is wanted."""
        project = self._session.project
        selected = self.gallery.selected()
        if not selected and self._session.selected is not None:
            selected = frozenset((self._session.selected,))
        if project is not None and project.read_only:
            self.told.emit(self._why_locked())
            return
        if not selected or project is None:
            self._show_verdict()
            return
        following = self.gallery.next_unlabelled(selected) if self.verdict.advance.isChecked() else None
        masks = len(project.masks.keys() & selected)
        self._session.set_label(selected, label, defect_type)
        if lost := masks - len(project.masks.keys() & selected):
            self.told.emit(
                self.tr("{count} masks went with their labels; Undo brings them back", "", lost).format(count=lost)
            )
        if following is not None and label is not Label.UNDECIDED:
            self._session.select(following)

    def ask_why(self, spot: tuple[float, float] | None) -> None:
        """Ask why a spot (x, y) of the picture is strange, or where it is None, the strongest one."""
        if self._score() is not None and self.canvas.state is State.PHOTO:
            self._session.explain(spot)

    def _on_like_wanted(self, on: bool) -> None:
        """Lay the most similar good photo over this one, or take it away."""
        self.canvas.show_other(None)
        if on and self._score() is not None and self.canvas.state is State.PHOTO:
            self._session.liken()
        else:
            self.verdict.why.like.setChecked(False)

    def _on_explained(self, explained: Explained) -> None:
        if self._concerns(explained.sample_id):
            self.verdict.why.show_explained(explained, self._session.calibration)
            self.canvas.show_spot(None if explained.why is None else explained.why.patch)

    def _on_likened(self, likened: Likened) -> None:
        if self._concerns(likened.sample_id):
            self.verdict.why.show_likened(likened)
            name = "" if likened.photo is None else likened.photo.name
            self.canvas.show_other(likened.pixels, self.tr("Good: {name}").format(name=name))

    def _concerns(self, answered: SampleId) -> bool:
        """Whether an answer is about the picture in sight."""
        return answered == self._session.selected and self._score() is not None

    def _on_train_requested(self) -> None:
        self.page_requested.emit("train")

    def _on_inspect_requested(self) -> None:
        if self._session.selected is not None:
            self._session.inspect_all(frozenset((self._session.selected,)))

    def _on_empty_clicked(self) -> None:
        if self._session.project is None:
            self.page_requested.emit("data")
            return
        patterns = " ".join(f"*{suffix}" for suffix in sorted(IMAGE_SUFFIXES))
        folder = self._session.preferences.folder(self._session.project.path.parent)
        names, _ = QFileDialog.getOpenFileNames(
            self, self.tr("Open pictures"), str(folder), self.tr("Pictures ({patterns})").format(patterns=patterns)
        )
        if names:
            self._session.preferences.set_folder(Path(names[0]).parent)
            self._session.add_files([Path(name) for name in names])

    def choose_watched(self) -> None:
        """Ask for a folder, and inspect what is in it and what comes into it."""
        project = self._session.project
        if project is not None:
            begin = self._session.preferences.folder(project.path.parent)
            folder = QFileDialog.getExistingDirectory(self, self.tr("Folder into which new pictures come"), str(begin))
            if folder:
                self._session.watch(Path(folder))

    # Events ------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the most suspicious picture, and the keys in the gallery."""
        super().showEvent(event)
        self._show_page()
        if self.focusWidget() is None:
            self.gallery.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give the viewer its keys from anywhere on the page, and step by arrows where nothing else takes them."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1}
        if event.key() in steps and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.gallery.step(steps[Qt.Key(event.key())])
            event.accept()
        elif (not self.canvas.hasFocus() and self.canvas.act_on_key(event)) or self._end_filter(event):
            event.accept()
        else:
            super().keyPressEvent(event)

    def _end_filter(self, event: QKeyEvent) -> bool:
        return event.key() == Qt.Key.Key_Escape and self.gallery.show_all()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """End a blink."""
        self.canvas.keyReleaseEvent(event)
