"""Which pictures the project has, what each is for, and what is wrong with any."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from heapq import nsmallest
from html import escape
from itertools import chain, islice
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QItemSelection, QItemSelectionModel, QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QShowEvent, QTextOption
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QFrame,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QTableView,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from core.images.area import EVERYWHERE, RASTER, Area
from core.project.edits import RemoveSamples, SetArea, SetLabels, SetRoles
from core.project.model import Changes, Kind, Label, Role, Sample
from gui import icons
from gui.errors import told
from gui.jobs.thumbnails import shared_thumbnails
from gui.panels.area import AreaDialog
from gui.panels.defect_types import type_colours
from gui.panels.filter_box import FilterBox, all_button
from gui.panels.gallery import TYPING_MS, repaint_picture, reveal
from gui.panels.gallery_model import Choice, Filter
from gui.panels.hygiene import HygieneDialog
from gui.panels.sample_table import (
    ID_ROLE,
    ROW_HEIGHT,
    TILE,
    Column,
    SampleDelegate,
    SampleTable,
    TileDelegate,
    depth_text,
)
from gui.panels.tile_view import TileView, selected_runs
from gui.widgets import Card, EmptyState, SegmentedControl, StatRow, StatTable
from gui.widgets.beside import in_front
from gui.widgets.facts import Facts
from gui.widgets.layouts import across
from gui.widgets.rows import list_rows

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint

    from gui.jobs.thumbnails import Wish
    from gui.session.counting import Tally
    from gui.session.events import Added, Job
    from gui.session.session import Session

SIDE_WIDTH = 320
FEW_GOOD = 10
MOST_DRAWN_ON = 500  # pictures to leaf through while an area is drawn
UNREADABLE_LISTED = 20
COLUMN_WIDTHS = (300, 100, 92, 120, 100, 80)
NOTES_LINES = 3  # fewer are never shown at once, however low the window
REDRAWN_BY = frozenset({Kind.PROJECT, Kind.SAMPLES, Kind.LABELS, Kind.ROLES, Kind.MASKS})
LAYOUTS = {
    "mvtec": "MVTec AD",
    "loco": "MVTec LOCO",
    "visa": "VisA",
}


def already_there(added: Added) -> str:
    """Say how many of the pictures that were to be added the project had already, or ""."""
    new, known = f"{len(added.samples):,}", f"{added.duplicates:,}"
    if not added.duplicates:
        return ""
    if added.samples:
        text = QCoreApplication.translate("DataPage", "Pictures added: {0}; in the project already: {1}")
        return text.format(new, known)
    if added.duplicates == 1 and added.unreadable:
        return QCoreApplication.translate("DataPage", "This picture is in the project already, and cannot be read")
    if added.unreadable:
        text = QCoreApplication.translate("DataPage", "All {0} pictures are in the project already; unreadable: {1}")
        return text.format(known, f"{added.unreadable:,}")
    if added.duplicates == 1:
        return QCoreApplication.translate("DataPage", "This picture is in the project already")
    return QCoreApplication.translate("DataPage", "All {0} pictures are in the project already").format(known)


def _trouble_line(sample: Sample) -> str:
    """Say what is wrong with which picture, and its name only once."""
    name, trouble = sample.path.name, told(sample.trouble)
    return trouble if name in trouble else f"{name}: {trouble}"


class Notes(QTextEdit):
    """Text to read, as high as what it says; where there is less room it scrolls, and no word is cut off."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setProperty("role", "plain")
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setFrameShape(QTextEdit.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(200, ceil(self.document().size().height()) + self.height() - self.viewport().height())

    def minimumSizeHint(self) -> QSize:
        lines = NOTES_LINES * self.fontMetrics().lineSpacing()
        return QSize(80, min(lines, self.sizeHint().height()))


class DataPage(QWidget):
    """The pictures as a gallery or as a list, with a summary beside them."""

    picture_opened = Signal(int)  # sample id: somebody wants to see it large

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._layout_name = ""
        self._added: Added | None = None  # the last that came in
        self._notes_shown = ""
        self._kept: set[int] = set()  # selected before the list was laid out anew
        self._removed: set[int] = set()  # since the project was opened
        self._back: set[int] = set()  # of these, what has just come back
        self._changing_keys: list[QShortcut] = []
        self._reveal = False
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self.empty = EmptyState(
            "drop",
            self.tr("Drop a folder of good parts here"),
            self.tr("Choose a folder…"),
            self.tr("Data sets laid out like MVTec AD, LOCO or VisA, or as good and defect subfolders, are recognised"),
            self,
        )
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self._filled())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)

        self.empty.clicked.connect(self.choose_folder)
        self.add_folder_button.clicked.connect(self.choose_folder)
        self.add_files_button.clicked.connect(self.choose_files)
        self.area_button.clicked.connect(self.draw_area)
        self.odd_button.clicked.connect(self.look_for_odd)
        self.filter.picked.connect(self._on_filter)
        self.all_button.clicked.connect(self.show_all)
        self.search.textChanged.connect(self._typing.start)
        self._typing.timeout.connect(self._on_filter)
        self.view_control.chosen.connect(self._on_view)
        for view in (self.gallery, self.table):
            view.customContextMenuRequested.connect(self._on_menu)
            view.doubleClicked.connect(self._on_double_clicked)
            self._add_keys(view)
        self.model.modelAboutToBeReset.connect(self._on_about_to_reset)
        self.model.arranged.connect(self._on_arranged)
        shared_thumbnails().ready.connect(self._on_thumbnail)
        session.changed.connect(self._on_changed)
        session.job_changed.connect(self._on_job)
        self._on_view(self.view_control.current())
        self.refresh()

    @property
    def view(self) -> QAbstractItemView:
        """The gallery or the list, whichever is shown."""
        return self.gallery if self.views.currentWidget() is self.gallery else self.table

    def _add_keys(self, view: QWidget) -> None:
        for key, act, changes in (
            ("G", lambda: self.set_label(Label.GOOD), True),
            ("D", lambda: self.set_label(Label.DEFECT), True),
            ("U", lambda: self.set_label(Label.UNDECIDED), True),
            ("T", lambda: self.set_role(Role.TRAIN), True),
            ("N", lambda: self.set_role(Role.TUNE), True),
            ("H", lambda: self.set_role(Role.HOLD_OUT), True),
            ("Del", self.remove_selected, True),
            ("Return", self._on_open, False),
            ("Enter", self._on_open, False),
        ):
            shortcut = QShortcut(QKeySequence(key), view)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(act)
            if changes:
                self._changing_keys.append(shortcut)

    def refresh(self) -> None:
        """Read all pictures anew."""
        project = self._session.project
        samples = self._samples()
        self.stack.setCurrentIndex(1 if samples else 0)
        self._allow()
        self.model.value_range = None if project is None else project.value_range
        self.model.set_rows((sample, None) for sample in samples)
        self._show_settings()
        self._show_counts()

    @property
    def _why_not(self) -> str:
        """Say why the pictures cannot be changed, or ""."""
        project = self._session.project
        return self._session.why_read_only if project is not None and project.read_only else ""

    def _allow(self) -> None:
        """Let the pictures be changed, unless the project is open for reading only: then say why not."""
        why = self._why_not
        for button in (self.add_folder_button, self.empty.button):
            button.setEnabled(self._session.project is not None and not why)
            button.setToolTip(why)
        self.area_button.setEnabled(self._session.project is not None and not why)
        self.area_button.setToolTip(why or self.tr("Draw what counts and what is to be ignored, once for all pictures"))
        for key in self._changing_keys:
            key.setEnabled(not why)

    def selected(self) -> list[int]:
        """Return the ids of the selected pictures."""
        runs = selected_runs(self.table.selectionModel())
        return [sample for run in runs for sample in self.model.ids_at(*run)]

    def choose_folder(self) -> None:
        """Ask for a folder of pictures and add it."""
        folder = QFileDialog.getExistingDirectory(
            self, self.tr("Folder of good parts, or a data set"), str(self._dialog_folder())
        )
        if folder:
            self._session.preferences.set_folder(Path(folder).parent)  # where its neighbours are seen, and it too
            self._session.add_folder(Path(folder))

    def choose_files(self) -> None:
        """Ask for pictures to inspect and add them."""
        names, _ = QFileDialog.getOpenFileNames(self, self.tr("Pictures to inspect"), str(self._dialog_folder()))
        if names:
            self._session.preferences.set_folder(Path(names[0]).parent)
            self._session.add_files([Path(name) for name in names])

    def draw_area(self) -> None:
        """Ask for the area to look at, on the selected pictures first and then on those that are learned from."""
        project = self._session.project
        if project is None:
            return
        selected = [project.samples[i] for i in self.selected()]
        others = (sample for sample in project.samples.values() if sample.role is Role.TRAIN)
        paths = [sample.path for sample in islice(chain(selected, others, project.samples.values()), MOST_DRAWN_ON)]
        pictures = list(dict.fromkeys(paths))
        dialog = AreaDialog(
            project.area, pictures, project.value_range, trained=bool(project.models), parent=self.window()
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._take_area(dialog.area))
        dialog.open()

    def look_for_odd(self) -> None:
        """List odd pictures."""
        if in_front(HygieneDialog, self.window()):
            return
        dialog = HygieneDialog(self._session, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.picture_wanted.connect(self.picture_opened)
        dialog.show()  # beside the window: pictures are shown there

    def _take_area(self, area: Area) -> None:
        project = self._session.project
        if project is not None and area != project.area:
            self._session.do(SetArea(area))

    def _show_settings(self) -> None:
        """Show the area to look at, and the colours of defect types."""
        project = self._session.project
        area = EVERYWHERE if project is None else project.area
        share = self.tr("{0} % of every picture").format(round(100 * float(area.mask(RASTER, RASTER).mean())))
        words = [share if area else self.tr("The whole picture")]
        if self._session.trained_elsewhere:
            words.append(self.tr("The model in use was trained with another area: train again to use this one"))
        self.area_text.setText("\n".join(words))
        self._tile_delegate.area = self._cell_delegate.area = area
        self._cell_delegate.types = type_colours(self._session)
        self.view.viewport().update()

    def set_label(self, label: Label) -> None:
        """Label the selected pictures."""
        if ids := self.selected():
            self._session.do(SetLabels(ids, label))

    def set_role(self, role: Role) -> None:
        """Say what the selected pictures are used for."""
        if ids := self.selected():
            self._session.do(SetRoles(ids, role))

    def remove_selected(self) -> None:
        """Take the selected pictures out of the project. The files stay; undo brings them back."""
        if ids := self.selected():
            self._session.do(RemoveSamples(ids))

    def _dialog_folder(self) -> Path:
        project = self._session.project
        return self._session.preferences.folder(project.path.parent if project is not None else None)

    def _filled(self) -> QWidget:
        page = QWidget(self)
        self.add_folder_button = QPushButton(icons.icon("open", "on_accent"), self.tr("Add a folder…"), page)
        self.add_folder_button.setProperty("role", "primary")
        self.add_files_button = QPushButton(icons.icon("inspect"), self.tr("Add pictures to inspect…"), page)
        kinds = (Filter.LABELLED_GOOD, Filter.LABELLED_DEFECT, Filter.UNLABELLED, Filter.UNREADABLE)
        self.filter = FilterBox(self._session, kinds, page)
        self.filter.setMinimumContentsLength(14)
        self.shown = QLabel(page)
        self.shown.setProperty("role", "muted")
        self.all_button = all_button(page)
        self.search = QLineEdit(page)
        self.search.setPlaceholderText(self.tr("Filter by name"))
        self.search.setToolTip(
            self.tr(
                "Words of the folder, the name, the type of defect, or the use, such as Train; "
                "* stands for any letters, ? for one"
            )
        )
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(220)
        self.view_control = SegmentedControl(self.tr("Shown as"), [("gallery", ""), ("list", "")], parent=page)
        for key, name, text in (
            ("gallery", "grid", self.tr("Show as a gallery")),
            ("list", "list", self.tr("Show as a list with all facts")),
        ):
            button = self.view_control.button(key)
            button.setIcon(icons.icon(name, "text", "accent_ink"))
            button.setToolTip(text)
            button.setAccessibleName(text)
        self.view_control.set_current(self._session.preferences.text("data_view"))
        bar = across(8)
        bar.addWidget(self.add_folder_button)
        bar.addWidget(self.add_files_button)
        bar.addStretch(1)
        bar.addWidget(self.shown)
        bar.addWidget(self.all_button)
        bar.addWidget(self.filter)
        bar.addWidget(self.search)
        bar.addWidget(self.view_control)

        self.model = SampleTable(self)
        self.gallery = TileView(TILE, page)
        self.gallery.setObjectName("sample_gallery")
        self.table = QTableView(page)
        self.table.setObjectName("samples")
        for view in (self.table, self.gallery):
            view.setModel(self.model)
            view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            view.setAccessibleName(self.tr("Pictures of the project"))
        self.gallery.setSelectionModel(self.table.selectionModel())
        self._tile_delegate = TileDelegate(self.model, shared_thumbnails(), self.gallery)
        self._cell_delegate = SampleDelegate(self.model, shared_thumbnails(), self.table)
        self.gallery.setItemDelegate(self._tile_delegate)
        list_rows(self.table)
        self.table.setItemDelegate(self._cell_delegate)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)  # the note; where all is too narrow the list scrolls, and names stay whole
        for column, width in enumerate(COLUMN_WIDTHS):
            self.table.setColumnWidth(column, width)

        self.views = QStackedWidget(page)
        self.views.addWidget(self.gallery)
        self.views.addWidget(self.table)
        side = QWidget(page)
        self.counts_card = Card(self.tr("What is here"), "", side)
        self.counts = StatTable((self.tr("to train"), self.tr("to tune")), self.counts_card)
        self.counts_card.body.addWidget(self.counts)
        self.files_card = Card(self.tr("Files"), "", side)
        self.files = Facts(self.tr("Files"), self.files_card)
        self.files_card.body.addWidget(self.files)
        self.area_card = Card(self.tr("Area to look at"), "", side)
        self.area_text = QLabel(self.area_card)
        self.area_text.setWordWrap(True)
        self.area_button = QPushButton(icons.icon("polygon"), self.tr("Draw…"), self.area_card)
        self.area_card.header.addWidget(self.area_button)
        self.area_card.body.addWidget(self.area_text)
        self.notes_card = Card(self.tr("Worth a look"), "", side)
        self.notes = Notes(self.tr("Worth a look"), self.notes_card)
        self.notes_card.body.addWidget(self.notes)
        self.odd_button = QPushButton(icons.icon("search"), self.tr("Look for odd pictures…"), side)
        self.odd_button.setToolTip(
            self.tr("Copies, leaks between roles, blur, exposure, sizes, and good pictures that look least good")
        )
        column_layout = QVBoxLayout(side)
        column_layout.setContentsMargins(0, 0, 0, 0)
        column_layout.setSpacing(12)
        for card in (self.counts_card, self.files_card, self.area_card, self.notes_card):
            column_layout.addWidget(card)
        column_layout.addWidget(self.odd_button)
        column_layout.addStretch(1)
        for card in (self.counts_card, self.files_card, self.area_card):
            card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.notes_card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

        self.splitter = QSplitter(Qt.Orientation.Horizontal, page)
        self.splitter.setObjectName("data_splitter")
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(12)
        self.side = QScrollArea(page, widgetResizable=True)  # of use in a low window
        self.side.setFrameShape(QFrame.Shape.NoFrame)
        self.side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.side.setWidget(side)
        self.splitter.addWidget(self.views)
        self.splitter.addWidget(self.side)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([900, SIDE_WIDTH])
        whole = QVBoxLayout(page)
        whole.setContentsMargins(12, 12, 12, 12)
        whole.setSpacing(12)
        whole.addLayout(bar)
        whole.addWidget(self.splitter, 1)
        return page

    def _samples(self) -> list[Sample]:
        project = self._session.project
        return [] if project is None else list(project.samples.values())

    def _show_counts(self) -> None:
        """Say what there is, if somebody looks; or else as soon as somebody does."""
        if not self.isVisible():
            return
        tally = self._session.tally
        names = {
            Label.GOOD: self.tr("Good"),
            Label.DEFECT: self.tr("Defect"),
            Label.UNDECIDED: self.tr("Undecided"),
        }
        self.counts.set_rows(
            [
                StatRow(name, f"{tally.uses[label, Role.TRAIN]:,}", f"{tally.uses[label, Role.TUNE]:,}")
                for label, name in names.items()
            ]
        )
        self.files.show_facts(self._facts(tally))
        notes = self._notes(tally)
        text = "<br><br>".join(notes)
        if text != self._notes_shown:  # whoever reads further down is left there
            self._notes_shown = text
            self.notes.setHtml(text)
            self.notes.verticalScrollBar().setValue(0)  # the caret, which Qt keeps in sight, may be further down
        self.notes_card.setVisible(bool(notes))

    def _facts(self, tally: Tally) -> list[tuple[str, str] | tuple[str, str, str]]:
        """Return lines about the files."""
        rows: list[tuple[str, str] | tuple[str, str, str]] = [(self.tr("Pictures"), f"{tally.uses.total():,}")]
        if tally.unreadable:
            rows.append((self.tr("Unreadable"), f"{len(tally.unreadable):,}", "ng"))
        if self._layout_name in LAYOUTS:
            rows.append((self.tr("Layout"), LAYOUTS[self._layout_name]))
        for size, number in tally.sizes.most_common(2):
            rows.append((f"{size[1]} × {size[0]}", f"{number:,}"))
        if len(tally.sizes) > 2:
            rest = sum(number for _, number in tally.sizes.most_common()[2:])
            others = len(tally.sizes) - 2
            rows.append((self.tr("{0} other sizes", None, others).format(others), f"{rest:,}"))
        formats = Counter[str]()
        for ending, number in tally.formats.items():
            formats[ending.upper()] += number
        if formats:
            rows.append((self.tr("Formats"), ", ".join(name for name, _ in formats.most_common(3))))
        if len(tally.depths) == 1:
            rows.append((self.tr("Bit depth"), depth_text(*tally.depths)))
        for bits, number in sorted(tally.depths.items()) if len(tally.depths) > 1 else ():
            rows.append((depth_text(bits), f"{number:,}"))
        rows += self._held_out(tally)
        if tally.masked:
            rows.append((self.tr("With a mask"), f"{len(tally.masked):,}"))
        return rows

    def _held_out(self, tally: Tally) -> list[tuple[str, str]]:
        number = sum(tally.uses[label, Role.HOLD_OUT] for label in Label)
        return [(self.tr("Held out"), f"{number:,}")] if number else []

    def _notes(self, tally: Tally) -> list[str]:
        """Return what is worth a look, as HTML, of readable and of unreadable pictures."""
        notes = []
        project = self._session.project
        if tally.unreadable and project is not None:
            number, listed = len(tally.unreadable), nsmallest(UNREADABLE_LISTED, tally.unreadable)
            lines = [self.tr("{0} unreadable: left out, the rest goes on").format(f"{number:,}")]
            lines[0] = f"<b>{lines[0]}</b>"
            lines += [escape(_trouble_line(project.samples[i])) for i in listed]
            if number > len(listed):
                lines.append(self.tr("and {0} more").format(f"{number - len(listed):,}"))
            notes.append("<br>".join(lines))
        if leaks := tally.leaks:
            words = self.tr("{0} pictures are both learned from and judged: figures look too good", None, leaks)
            notes.append(f"<b>{words.format(f'{leaks:,}')}</b>")
        if self._added is not None:
            if words := already_there(self._added):
                notes.append(words)
            if skipped := self._added.skipped:
                first = escape(Path(skipped[0][0]).name)
                words = self.tr("{0} files were not taken, such as {1}", None, len(skipped))
                notes.append(words.format(f"{len(skipped):,}", first))
        good = tally.uses[Label.GOOD, Role.TRAIN]
        if good < FEW_GOOD:
            words = self.tr("Only {0} good parts to learn from: 20 or more give steadier limits", None, good)
            notes.append(words.format(good))
        if len(tally.sizes) > 1:
            notes.append(self.tr("Pictures of different sizes: all are brought to one frame size"))
        if twice := tally.copies:
            notes.append(self.tr("{0} exact copies of other pictures", None, twice).format(f"{twice:,}"))
        return notes

    def _on_filter(self) -> None:
        self._typing.stop()
        self._reveal = True
        self.model.set_filter(self._choice())

    def _choice(self) -> Choice:
        return replace(self.filter.choice, words=self.search.text())

    def show_all(self) -> bool:
        """Show all pictures again; False where they are shown already."""
        filtered = self._choice() != Choice()
        if filtered:
            self.search.clear()
            self.filter.pick(Choice())
        return filtered

    def showEvent(self, event: QShowEvent) -> None:
        """Say what has changed while the page was out of sight."""
        super().showEvent(event)
        self._show_counts()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """End a filter by Esc."""
        if event.key() == Qt.Key.Key_Escape and self.show_all():
            event.accept()
        else:
            super().keyPressEvent(event)

    def _on_view(self, kind: str) -> None:
        focused = self.view.hasFocus()
        self.views.setCurrentWidget(self.gallery if kind == "gallery" else self.table)
        self._session.preferences.set("data_view", kind)
        self.view.scrollTo(self.view.currentIndex())
        if focused:
            self.view.setFocus()

    def _on_thumbnail(self, wish: Wish) -> None:
        if self.view is self.gallery:
            repaint_picture(self.gallery, self.model, wish)
        else:
            self.table.viewport().update()

    def _on_job(self, job: Job) -> None:
        if job.kind == "discover" and job.state == "done" and job.result is not None:
            if job.result.layout in LAYOUTS:  # single files beside a data set do not undo its layout
                self._layout_name = job.result.layout
            self._added = job.result
            self._show_counts()

    def _on_changed(self, changes: Changes) -> None:
        if changes.kinds & {Kind.SETTINGS, Kind.ACTIVE_MODEL, Kind.MODELS}:
            self._show_settings()
        if not changes.kinds & REDRAWN_BY:
            return
        project = self._session.project
        if project is None or Kind.PROJECT in changes.kinds:
            self._layout_name, self._added = "", None
            self._removed.clear()
            self.show_all()
            self.refresh()
            return
        self.stack.setCurrentIndex(1 if project.samples else 0)
        wanted = changes.samples or project.samples
        found = {i: project.samples.get(i) for i in wanted}
        self._back = {i for i, sample in found.items() if sample is not None} & self._removed
        self._removed = self._removed - self._back | {i for i, sample in found.items() if sample is None}
        self.model.update_rows({i: None if sample is None else (sample, None) for i, sample in found.items()})
        self._show_counts()

    def _on_about_to_reset(self) -> None:
        self._kept.update(self.selected())

    def _on_arranged(self) -> None:
        back, self._back = self._back, set()
        kept, self._kept = back or self._kept, set()
        wanted = QItemSelection()
        for sample in kept:
            if (place := self.model.place_of(sample)) is not None:
                wanted.select(self.model.index(place, 0), self.model.index(place, len(Column) - 1))
        if not wanted.isEmpty():
            self.table.selectionModel().select(wanted, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            if back:
                first = min(wanted.indexes(), key=lambda index: index.row())
                self.table.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
                self._reveal = True
        if self._reveal:
            self._reveal = False
            reveal(self.view)
        shown, total = self.model.rowCount(), self.model.total
        filtered = self._choice() != Choice()
        self.shown.setText(self.tr("{0} of {1}").format(f"{shown:,}", f"{total:,}") if filtered else "")
        self.all_button.setVisible(filtered)

    def _on_double_clicked(self, index: QModelIndex) -> None:
        self.picture_opened.emit(int(index.data(ID_ROLE)))

    def _on_menu(self, where: QPoint) -> None:
        if not self.selected():
            return
        menu = self.context_menu()
        menu.exec(self.view.viewport().mapToGlobal(where))

    def context_menu(self) -> QMenu:
        """Return what can be done with the selected pictures; what cannot be done now says why."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for icon, text, label in (
            ("good", self.tr("Good\tG"), Label.GOOD),
            ("defect", self.tr("Defect\tD"), Label.DEFECT),
            ("undecided", self.tr("Undecided\tU"), Label.UNDECIDED),
        ):
            menu.addAction(icons.icon(icon), text, lambda label=label: self.set_label(label))
        menu.addSeparator()
        menu.addAction(icons.icon("train"), self.tr("Use to train\tT"), lambda: self.set_role(Role.TRAIN))
        menu.addAction(icons.icon("tune"), self.tr("Use to tune\tN"), lambda: self.set_role(Role.TUNE))
        menu.addAction(icons.icon("good"), self.tr("Hold out\tH"), lambda: self.set_role(Role.HOLD_OUT))
        menu.addSeparator()
        menu.addAction(icons.icon("trash"), self.tr("Remove from the project\tDel"), self.remove_selected)
        if why := self._why_not:
            for action in menu.actions():
                action.setEnabled(False)
                action.setToolTip(why)
        menu.addSeparator()
        menu.addAction(icons.icon("inspect"), self.tr("Show in Inspect\tEnter"), self._on_open)
        return menu

    def _on_open(self) -> None:
        if ids := self.selected():
            self.picture_opened.emit(ids[0])
