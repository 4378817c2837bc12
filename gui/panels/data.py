"""Which pictures the project has, what each is for, and what is wrong with any."""

from __future__ import annotations

from collections import Counter
from html import escape
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QTextOption
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHeaderView,
    QLineEdit,
    QMenu,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QTableView,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from core.project.edits import RemoveSamples, SetLabels, SetRoles
from core.project.model import Changes, Kind, Label, Role, Sample
from gui import icons
from gui.jobs.thumbnails import shared_thumbnails
from gui.panels.facts import Facts
from gui.panels.sample_table import ID_ROLE, ROW_HEIGHT, Column, SampleDelegate, SampleFilter, SampleTable, depth_text
from gui.widgets import Card, EmptyState, SegmentedControl, StatRow, StatTable
from gui.widgets.layouts import across

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint

    from gui.session.events import Added, Job
    from gui.session.session import Session

SIDE_WIDTH = 320
FEW_GOOD = 10
UNREADABLE_LISTED = 20
NOTES_LINES = 3  # fewer are never shown at once, however low the window
REDRAWN_BY = frozenset({Kind.PROJECT, Kind.SAMPLES, Kind.LABELS, Kind.ROLES})
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
        text = QCoreApplication.translate("DataPage", "{0} pictures added; {1} were in the project already")
        return text.format(new, known)
    if added.duplicates == 1:
        return QCoreApplication.translate("DataPage", "This picture is in the project already")
    return QCoreApplication.translate("DataPage", "All {0} pictures are in the project already").format(known)


def _trouble_line(sample: Sample) -> str:
    """Say what is wrong with which picture, and its name only once."""
    name = sample.path.name
    return sample.trouble if name in sample.trouble else f"{name}: {sample.trouble}"


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
    """The pictures as a table, with a summary beside it."""

    picture_opened = Signal(int)  # sample id: somebody wants to see it large

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._layout_name = ""
        self._added: Added | None = None  # the last that came in
        self._notes_shown = ""
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
        self.filter_control.chosen.connect(self._on_filter)
        self.search.textChanged.connect(self._on_filter)
        self.table.customContextMenuRequested.connect(self._on_menu)
        self.table.doubleClicked.connect(lambda index: self.picture_opened.emit(int(index.data(ID_ROLE))))
        for key, act in (
            ("G", lambda: self.set_label(Label.GOOD)),
            ("D", lambda: self.set_label(Label.DEFECT)),
            ("U", lambda: self.set_label(Label.UNDECIDED)),
            ("T", lambda: self.set_role(Role.TRAIN)),
            ("N", lambda: self.set_role(Role.TUNE)),
            ("Del", self.remove_selected),
        ):
            shortcut = QShortcut(QKeySequence(key), self.table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(act)
        shared_thumbnails().ready.connect(self._on_thumbnail)
        session.changed.connect(self._on_changed)
        session.job_changed.connect(self._on_job)
        self.refresh()

    def refresh(self) -> None:
        """Read all pictures anew."""
        samples = self._samples()
        self.stack.setCurrentIndex(1 if samples else 0)
        self.model.show(samples)
        self._summarise(samples)

    def selected(self) -> list[int]:
        """Return the ids of the selected rows."""
        return [int(index.data(ID_ROLE)) for index in self.table.selectionModel().selectedRows()]

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
        self.filter_control = SegmentedControl(
            self.tr("Pictures shown"),
            [
                ("all", self.tr("All")),
                (Label.GOOD.value, self.tr("Good")),
                (Label.DEFECT.value, self.tr("Defect")),
                (Label.UNDECIDED.value, self.tr("Undecided")),
                ("unreadable", self.tr("Unreadable")),
            ],
            parent=page,
        )
        self.filter_control.set_current("all")
        self.search = QLineEdit(page)
        self.search.setPlaceholderText(self.tr("Filter by name"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(220)
        bar = across(8)
        bar.addWidget(self.add_folder_button)
        bar.addWidget(self.add_files_button)
        bar.addStretch(1)
        bar.addWidget(self.filter_control)
        bar.addWidget(self.search)

        self.model = SampleTable(self)
        self.rows = SampleFilter(self)
        self.rows.setSourceModel(self.model)
        self.table = QTableView(page)
        self.table.setObjectName("samples")
        self.table.setModel(self.rows)
        self.table.setItemDelegate(SampleDelegate(shared_thumbnails(), self.table))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.setShowGrid(False)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.table.setAccessibleName(self.tr("Pictures of the project"))
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(Column.PICTURE, QHeaderView.ResizeMode.Stretch)
        header.setStretchLastSection(False)
        for column, width in ((1, 110), (2, 84), (3, 120), (4, 110), (5, 84), (6, 160)):
            self.table.setColumnWidth(column, width)

        side = QWidget(page)
        self.counts_card = Card(self.tr("What is here"), "", side)
        self.counts = StatTable((self.tr("to train"), self.tr("to tune")), self.counts_card)
        self.counts_card.body.addWidget(self.counts)
        self.files_card = Card(self.tr("Files"), "", side)
        self.files = Facts(self.tr("Files"), self.files_card)
        self.files_card.body.addWidget(self.files)
        self.notes_card = Card(self.tr("Worth a look"), "", side)
        self.notes = Notes(self.tr("Worth a look"), self.notes_card)
        self.notes_card.body.addWidget(self.notes)
        column_layout = QVBoxLayout(side)
        column_layout.setContentsMargins(0, 0, 0, 0)
        column_layout.setSpacing(12)
        for card in (self.counts_card, self.files_card, self.notes_card):
            column_layout.addWidget(card)
        column_layout.addStretch(1)
        for card in (self.counts_card, self.files_card):
            card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.notes_card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

        self.splitter = QSplitter(Qt.Orientation.Horizontal, page)
        self.splitter.setObjectName("data_splitter")
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(12)
        self.splitter.addWidget(self.table)
        self.splitter.addWidget(side)
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

    def _summarise(self, samples: list[Sample]) -> None:
        bad = [sample for sample in samples if sample.trouble]
        samples = [sample for sample in samples if not sample.trouble]
        counts = Counter((sample.label, sample.role) for sample in samples)
        names = {
            Label.GOOD: self.tr("Good"),
            Label.DEFECT: self.tr("Defect"),
            Label.UNDECIDED: self.tr("Undecided"),
        }
        self.counts.set_rows(
            [
                StatRow(name, f"{counts[label, Role.TRAIN]:,}", f"{counts[label, Role.TUNE]:,}")
                for label, name in names.items()
            ]
        )
        sizes = Counter(sample.size for sample in samples if sample.size is not None)
        suffixes = Counter(sample.path.suffix.lstrip(".").upper() for sample in samples)
        rows: list[tuple[str, str] | tuple[str, str, str]] = [(self.tr("Pictures"), f"{len(samples):,}")]
        if bad:
            rows.append((self.tr("Unreadable"), f"{len(bad):,}", "ng"))
        if self._layout_name in LAYOUTS:
            rows.append((self.tr("Layout"), LAYOUTS[self._layout_name]))
        for size, number in sizes.most_common(2):
            rows.append((f"{size[1]} × {size[0]}", f"{number:,}"))
        if len(sizes) > 2:
            rest = sum(number for _, number in sizes.most_common()[2:])
            rows.append((self.tr("{0} other sizes").format(len(sizes) - 2), f"{rest:,}"))
        if suffixes:
            rows.append((self.tr("Formats"), ", ".join(name for name, _ in suffixes.most_common(3))))
        depths = Counter(sample.bits for sample in samples if sample.bits is not None)
        if len(depths) == 1:
            rows.append((self.tr("Bit depth"), depth_text(*depths)))
        for bits, number in sorted(depths.items()) if len(depths) > 1 else ():
            rows.append((depth_text(bits), f"{number:,}"))
        masks = sum(sample.mask is not None for sample in samples)
        if masks:
            rows.append((self.tr("With a mask"), f"{masks:,}"))
        self.files.show_facts(rows)
        notes = self._notes(samples, bad, counts, len(sizes))
        text = "<br><br>".join(notes)
        if text != self._notes_shown:  # whoever reads further down is left there
            self._notes_shown = text
            self.notes.setHtml(text)
        self.notes_card.setVisible(bool(notes))

    def _notes(
        self, samples: list[Sample], bad: list[Sample], counts: Counter[tuple[Label, Role]], sizes: int
    ) -> list[str]:
        """Return what is worth a look, as HTML, of readable and of unreadable pictures."""
        notes = []
        if bad:
            lines = [self.tr("{0} unreadable: left out, the rest goes on").format(f"{len(bad):,}")]
            lines[0] = f"<b>{lines[0]}</b>"
            lines += [escape(_trouble_line(sample)) for sample in bad[:UNREADABLE_LISTED]]
            if len(bad) > UNREADABLE_LISTED:
                lines.append(self.tr("and {0} more").format(f"{len(bad) - UNREADABLE_LISTED:,}"))
            notes.append("<br>".join(lines))
        if self._added is not None:
            if words := already_there(self._added):
                notes.append(words)
            if skipped := self._added.skipped:
                first = escape(Path(skipped[0][0]).name)
                notes.append(self.tr("{0} files were not taken, such as {1}").format(len(skipped), first))
        good = counts[Label.GOOD, Role.TRAIN]
        if good < FEW_GOOD:
            notes.append(self.tr("Only {0} good parts to learn from: 20 or more give steadier limits").format(good))
        if sizes > 1:
            notes.append(self.tr("Pictures of different sizes: all are brought to one frame size"))
        hashes = Counter(sample.content_hash for sample in samples if sample.content_hash)
        twice = sum(number - 1 for number in hashes.values())
        if twice:
            notes.append(self.tr("{0} exact copies of other pictures").format(twice))
        return notes

    def _on_filter(self) -> None:
        self.rows.want(self.filter_control.current(), self.search.text())

    def _on_thumbnail(self) -> None:
        self.table.viewport().update()

    def _on_job(self, job: Job) -> None:
        if job.kind == "discover" and job.state == "done" and job.result is not None:
            if job.result.layout in LAYOUTS:  # single files beside a data set do not undo its layout
                self._layout_name = job.result.layout
            self._added = job.result
            self._summarise(self._samples())

    def _on_changed(self, changes: Changes) -> None:
        if not changes.kinds & REDRAWN_BY:
            return
        if changes.kinds & {Kind.PROJECT, Kind.SAMPLES}:
            if Kind.PROJECT in changes.kinds:
                self._layout_name, self._added = "", None
            self._keep_selection(self.refresh)
            return
        project = self._session.project
        if project is not None:
            self.model.update(project.samples[i] for i in changes.samples if i in project.samples)
            self._summarise(self._samples())

    def _keep_selection(self, redraw: object) -> None:
        kept = set(self.selected())
        if callable(redraw):
            redraw()
        selection = self.table.selectionModel()
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for row in range(self.rows.rowCount()) if kept else ():
            index = self.rows.index(row, 0)
            if index.data(ID_ROLE) in kept:
                selection.select(index, flags)

    def _on_menu(self, where: QPoint) -> None:
        if not self.selected():
            return
        menu = self.context_menu()
        menu.exec(self.table.viewport().mapToGlobal(where))

    def context_menu(self) -> QMenu:
        """Return what can be done with the selected pictures."""
        menu = QMenu(self)
        for icon, text, label in (
            ("good", self.tr("Good\tG"), Label.GOOD),
            ("defect", self.tr("Defect\tD"), Label.DEFECT),
            ("undecided", self.tr("Undecided\tU"), Label.UNDECIDED),
        ):
            menu.addAction(icons.icon(icon), text, lambda label=label: self.set_label(label))
        menu.addSeparator()
        menu.addAction(icons.icon("train"), self.tr("Use to train\tT"), lambda: self.set_role(Role.TRAIN))
        menu.addAction(icons.icon("tune"), self.tr("Use to tune\tN"), lambda: self.set_role(Role.TUNE))
        menu.addSeparator()
        menu.addAction(icons.icon("inspect"), self.tr("Show in Inspect"), self._on_open)
        menu.addAction(icons.icon("trash"), self.tr("Remove from the project\tDel"), self.remove_selected)
        return menu

    def _on_open(self) -> None:
        if ids := self.selected():
            self.picture_opened.emit(ids[0])
