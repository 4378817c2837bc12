"""The Inspect page: what the model says about each picture, and why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup, QIcon, QImage, QKeyEvent, QKeySequence, QPixmap, QShortcut, QShowEvent
from PySide6.QtWidgets import (
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
from core.inspection.result import Verdict
from core.project.model import Changes, Kind, Label, Sample, SampleId, Score
from core.scoring.colours import TABLES, table
from core.scoring.regions import Region
from gui.canvas.canvas import ImageCanvas
from gui.canvas.pixels import qimage
from gui.canvas.readout import count_text, raw_text
from gui.errors import translated
from gui.jobs.outlines import OutlineLoader, Outlines
from gui.jobs.thumbnails import ThumbnailLoader
from gui.panels.gallery import GalleryPanel
from gui.widgets import ElidedLabel, EmptyState, SegmentedControl, VerdictBar

if TYPE_CHECKING:
    from core.images.reading import UInt8Image
    from core.scoring.thresholds import Calibration
    from gui.session.events import Job, Shown
    from gui.session.session import Session

REGIONS_LISTED = 50
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
        self.sides_button = self._toggle(self.tr("Side by side"), self.tr("Photo on the left, heat on the right (S)"))
        self.facts = QLabel("", self)
        self.facts.setProperty("role", "muted")
        self.facts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.facts.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 7)
        layout.setSpacing(8)
        for widget in (self.fit_button, self.actual_button):
            layout.addWidget(widget)
        layout.addSpacing(8)
        layout.addWidget(self.heat_button)
        layout.addWidget(self.opacity, 1)
        layout.addWidget(self.colours_button)
        layout.addSpacing(8)
        for widget in (self.contours_button, self.mask_button, self.sides_button):
            layout.addWidget(widget)
        layout.addWidget(self.facts, 2)
        self._show_colours("inferno")

        self.fit_button.clicked.connect(canvas.fit)
        self.actual_button.clicked.connect(canvas.actual_size)
        self.heat_button.toggled.connect(canvas.set_heat_shown)
        self.opacity.valueChanged.connect(self._on_opacity_moved)
        self._colour_actions.triggered.connect(self._on_colours_chosen)
        self.contours_button.toggled.connect(canvas.set_contours)
        self.sides_button.toggled.connect(canvas.set_side_by_side)
        canvas.heat_shown_changed.connect(self.heat_button.setChecked)
        canvas.view_changed.connect(self.show_facts)

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
        """Write the size of the photo and the zoom."""
        size = self._canvas.photo_size
        if size is None:
            self.facts.setText("")
            return
        zoom = self.tr("{percent} %").format(percent=round(self._canvas.zoom * 100))
        self.facts.setText(f"{size[1]} × {size[0]} · {zoom}")


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
        self.setAccessibleName(self.tr("Regions over the pixel limit"))
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        header.setSectionsClickable(False)
        header.setHighlightSections(False)
        self.setColumnWidth(0, 44)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(30)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
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
        rows = min(len(self._regions), 7)
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows * 30 + 2)

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
        self.setMinimumWidth(240)

        self.word = QLabel("", self)
        self.word.setProperty("role", "verdict")
        self.score = QLabel("", self)
        self.limit = QLabel("", self)
        self.limit.setProperty("role", "caption")
        self.bar = VerdictBar(self)
        self.reason = _caption()
        self.regions_title = _section(self.tr("REGIONS OVER THE PIXEL LIMIT"))
        self.table = RegionTable(self)
        self.no_regions = _caption()
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
        self.advance = QCheckBox(self.tr("Go to the next without label"), self)
        self.advance.setToolTip(self.tr("After each label, select the next picture that has none"))
        self.name = ElidedLabel("", self)
        self.note = _caption()

        self.scored = QWidget(self)
        self.missing = EmptyState("train", self.tr("Select a picture"), parent=self)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.scored)
        self.stack.addWidget(self.missing)
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
        upper = QVBoxLayout(self.scored)
        upper.setContentsMargins(0, 0, 0, 0)
        upper.setSpacing(0)
        upper.addWidget(_section(self.tr("VERDICT")))
        upper.addSpacing(6)
        upper.addLayout(head)
        upper.addSpacing(8)
        upper.addWidget(self.bar)
        upper.addSpacing(4)
        upper.addWidget(self.reason)
        upper.addSpacing(20)
        upper.addWidget(self.regions_title)
        upper.addSpacing(4)
        upper.addWidget(self.table)
        upper.addWidget(self.no_regions)
        self.stack.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(0)
        layout.addWidget(self.stack)
        layout.addSpacing(20)
        layout.addWidget(self.label_title)
        layout.addSpacing(8)
        layout.addWidget(self.labels)
        layout.addSpacing(8)
        layout.addWidget(self.advance)
        layout.addStretch(1)
        layout.addWidget(self.name)
        layout.addSpacing(2)
        layout.addWidget(self.note)

    def show_picture(self, sample: Sample | None, score: Score | None, limits: Calibration | None) -> None:
        """Show what is known of the selected picture.

        Parameters
        ----------
        score
            Of the active model, or None while it has none.
        limits
            Of the active model, or None without a model.
        """
        self.labels.setEnabled(sample is not None)
        self.labels.set_current("" if sample is None or sample.label is Label.UNDECIDED else sample.label.value)
        self.name.setText("" if sample is None else f"{sample.path.parent.name}/{sample.path.name}")
        self.name.setToolTip("" if sample is None else str(sample.path))
        self.note.setText(self._facts(sample, score))
        self._missing_model = limits is None
        if limits is None or score is None or (sample is not None and sample.trouble):
            self._show_missing(sample)
            return
        self.stack.setCurrentWidget(self.scored)
        self._show_verdict(score.score, limits)

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
            self.missing.set_text(self.tr("This picture cannot be read"), "", sample.trouble)
        else:
            self.missing.set_text(self.tr("Not inspected yet"), self.tr("Inspect"))

    def _show_verdict(self, score: float, limits: Calibration) -> None:
        limit = limits.image.value
        verdict = Verdict.NG if score >= limit else Verdict.OK
        self.word.setText(verdict.value)
        if self.word.property("verdict") != verdict.value.lower():
            self.word.setProperty("verdict", verdict.value.lower())
            self.word.style().unpolish(self.word)
            self.word.style().polish(self.word)
        self.score.setText(self.tr("score {score}").format(score=raw_text(score, limit)))
        rules = {"best-f1": self.tr("best F1"), "good-quantile": self.tr("from good parts")}
        words = self.tr("limit {limit}").format(limit=raw_text(limit, limit))
        rule = rules.get(limits.image.rule, "")
        parts = [words, rule, self.tr("provisional") if limits.image.provisional else ""]
        self.limit.setText(" · ".join(part for part in parts if part))
        template, values = limits.image.evidence.template()
        self.limit.setToolTip(translated(template, **values))
        self.bar.set_values(score, limit, limit - limits.span / 2, limit + limits.span / 2)

    def show_regions(self, found: tuple[Region, ...], limits: Calibration | None, has_heat: bool) -> None:
        """List what is over the pixel limit, and say which rule decided where the two seem to disagree."""
        limit = 1.0 if limits is None else limits.pixel.value
        self.table.show_regions(found, limit)
        self.table.setVisible(bool(found))
        bad = self.word.property("verdict") == "ng"
        if not has_heat:
            self.no_regions.setText(self.tr("The heat map is being read …"))
        else:
            self.no_regions.setText(
                self.tr("None; the highest value stays under {limit}").format(limit=raw_text(limit, limit))
            )
        self.no_regions.setVisible(not found)
        if has_heat and bad and not found:
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

    Keys everywhere on the page: G, D and U label the selected pictures; Page up and Page down step through them, and so
    do the arrows while the whole photo is in sight; the viewer's own keys work from the gallery, too.

    Signals
    -------
    page_requested
        Name of another page that the person should go to: "train" or "data".
    """

    page_requested = Signal(str)

    def __init__(
        self, session: Session, parent: QWidget | None = None, *, thumbnails: ThumbnailLoader | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("inspectPage")
        self._session = session
        self._training = False
        self._photo: UInt8Image | None = None
        self._heat_of: tuple[SampleId, str] | None = None
        self._mask_asked: Path | None = None

        self.canvas = ImageCanvas(self)
        self.strip = ToolStrip(self.canvas, self)
        self.gallery = GalleryPanel(session, self, thumbnails=thumbnails)
        self.verdict = VerdictPanel(self)
        self.empty = EmptyState("drop", self.tr("Drop images or folders here"), parent=self)
        self._outlines = OutlineLoader(self)
        self._arrange()

        self._shortcuts = [
            self._shortcut("G", lambda: self.label_selected(Label.GOOD)),
            self._shortcut("D", lambda: self.label_selected(Label.DEFECT)),
            self._shortcut("U", lambda: self.label_selected(Label.UNDECIDED)),
            self._shortcut("C", self.strip.contours_button.toggle),
            self._shortcut("S", self.strip.sides_button.toggle),
            self._shortcut("M", self._toggle_mask),
            self._shortcut("PgDown", lambda: self.gallery.step(1)),
            self._shortcut("PgUp", lambda: self.gallery.step(-1)),
        ]

        session.changed.connect(self.refresh)
        session.selected_changed.connect(self._on_selected)
        session.inspected.connect(self._on_inspected)
        session.job_changed.connect(self._on_job)
        self.gallery.model.rowsInserted.connect(self._on_rows_came)
        self.canvas.regions_changed.connect(self._on_regions_changed)
        self.strip.mask_button.toggled.connect(self._show_mask)
        self._outlines.ready.connect(self._on_outlines)
        self.verdict.region_chosen.connect(self.canvas.zoom_to_region)
        self.verdict.label_chosen.connect(self.label_selected)
        self.verdict.train_requested.connect(self._on_train_requested)
        self.verdict.inspect_requested.connect(self._on_inspect_requested)
        self.empty.clicked.connect(self._on_empty_clicked)
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
        column.addWidget(self.canvas, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setObjectName("inspectSplitter")
        self.splitter.setProperty("role", "tight")
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(left)
        self.splitter.addWidget(middle)
        self.splitter.addWidget(self.verdict)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([250, 800, 304])
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.splitter)
        self.stack.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
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
        if changes.kinds & {Kind.PROJECT, Kind.ACTIVE_MODEL}:
            self._on_selected(self._session.selected)
            return
        selected = self._session.selected
        concerned = not changes.samples or selected in changes.samples
        if Kind.SAMPLES in changes.kinds and concerned:
            self._show_trouble()
        if Kind.CALIBRATION in changes.kinds and self._session.calibration is not None:
            self.canvas.set_calibration(self._session.calibration)
        if concerned:
            self._show_verdict()

    def _show_page(self) -> None:
        project = self._session.project
        if project is None:
            self.empty.set_text(self.tr("No project is open"), self.tr("Go to data"))
        elif not project.samples:
            self.empty.set_text(
                self.tr("Drop images or folders here"),
                self.tr("Open images …"),
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
        self._photo = None
        self._mask_asked = None
        sample = self._sample()
        if sample is None:
            self.canvas.show_empty(self.tr("Select a picture"))
        elif not self._show_trouble():
            self.canvas.show_loading(sample.path.name)
        has_mask = sample is not None and sample.mask is not None
        self.strip.mask_button.setVisible(has_mask)
        self.strip.show_facts()
        self._show_verdict()

    def _show_trouble(self) -> bool:
        sample = self._sample()
        if sample is None or not sample.trouble:
            return False
        name = sample.path.name
        title = self.tr("This picture cannot be read")  # its trouble often names it
        if name not in sample.trouble:
            title = self.tr("{name} cannot be read").format(name=name)
        self.canvas.show_error(title, sample.trouble)
        self.strip.show_facts()
        return True

    def _on_inspected(self, shown: Shown) -> None:
        sample = self._sample()
        if sample is None or shown.sample_id != sample.id:
            return
        if shown.photo is not None and shown.photo is not self._photo:
            self._photo = shown.photo
            self.canvas.show_photo(shown.photo, sample.path.name)
            self._show_mask()
        limits, found = self._session.calibration, shown.inspection
        if found is not None and limits is not None and self._photo is not None:
            self.canvas.show_heat(found.heat, found.placement, limits)
        self._show_verdict()

    def _on_job(self, job: Job) -> None:
        if job.kind == "train" and job.active != self._training:
            self._training = job.active
            self.verdict.set_training(job.active)
            self._show_verdict()

    def _show_verdict(self) -> None:
        limits = self._session.calibration
        self.verdict.show_picture(self._sample(), self._score(), limits)
        self.verdict.show_regions(self.canvas.regions, limits, self.canvas.has_heat)

    def _on_regions_changed(self, found: tuple[Region, ...]) -> None:
        self.verdict.show_regions(found, self._session.calibration, self.canvas.has_heat)

    def _show_mask(self) -> None:
        sample = self._sample()
        size = self.canvas.photo_size
        if sample is None or sample.mask is None or size is None or not self.strip.mask_button.isChecked():
            self._mask_asked = None
            self.canvas.show_outlines(())
        elif sample.mask != self._mask_asked:
            self._mask_asked = sample.mask
            self._outlines.request(sample.mask, size)

    def _toggle_mask(self) -> None:
        if self.strip.mask_button.isVisible():
            self.strip.mask_button.toggle()

    def _on_outlines(self, found: Outlines) -> None:
        if found.path == self._mask_asked:
            self.canvas.show_outlines(found.lines)

    # What a person does ------------------------------------------------------

    def label_selected(self, label: Label) -> None:
        """Label every selected picture, and go on to the next without label if that is wanted."""
        project = self._session.project
        selected = self.gallery.selected()
        if not selected and self._session.selected is not None:
            selected = frozenset((self._session.selected,))
        if not selected or project is None or project.read_only:
            self._show_verdict()
            return
        following = self.gallery.next_unlabelled(selected) if self.verdict.advance.isChecked() else None
        self._session.set_label(selected, label)
        if following is not None and label is not Label.UNDECIDED:
            self._session.select(following)

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
            self, self.tr("Open images"), str(folder), self.tr("Images ({patterns})").format(patterns=patterns)
        )
        if names:
            self._session.preferences.set_folder(Path(names[0]).parent)
            self._session.add_files([Path(name) for name in names])

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
        elif not self.canvas.hasFocus() and self.canvas.act_on_key(event):
            event.accept()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """End a blink."""
        self.canvas.keyReleaseEvent(event)
