"""The project's trained models side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtGui import QFont, QIcon, QKeySequence, QPixmap, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.detectors.settings import KINDS
from core.models.card import note_from_json
from core.project.edits import RemoveModel
from core.project.model import Changes, Kind
from gui import icons
from gui.errors import translated
from gui.widgets.rows import list_rows

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint

    from core.errors import Note
    from core.project.model import ModelRecord
    from gui.session.session import Session

REDRAWN_BY = frozenset({Kind.PROJECT, Kind.MODELS, Kind.ACTIVE_MODEL})
COUNTED_BY = frozenset({Kind.SAMPLES, Kind.LABELS, Kind.ROLES, Kind.SCORES, Kind.MASKS})
FIRST_NUMBER = 3
FIGURES = range(4, 7)  # columns that need labelled pictures; the best, first, is the largest
MADE = 10
ICON = 16
LEAST_HEIGHT = 110  # titles and two models
PAUSE_MS = 300  # scores come in one by one


def duration(seconds: float) -> str:
    """Say a time that something took: "48 s", "3 min 20 s", "12 min", "1 h 5 min"."""
    whole = max(round(seconds), 1)
    if whole >= 600:
        whole = 60 * round(whole / 60)
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    parts = (
        (hours, QCoreApplication.translate("Duration", "{0} h")),
        (minutes, QCoreApplication.translate("Duration", "{0} min")),
        (rest, QCoreApplication.translate("Duration", "{0} s")),
    )
    return " ".join(text.format(number) for number, text in parts if number)


def megabytes(size: float) -> str:
    """Say a size in bytes in the unit that gives two or three digits."""
    if size < 1e6:
        return f"{max(size, 0) / 1e3:.0f} KB"
    return f"{size / 1e6:.1f} MB" if size < 1e8 else (f"{size / 1e6:.0f} MB" if size < 1e9 else f"{size / 1e9:.1f} GB")


@dataclass(frozen=True, slots=True)
class Cell:
    """A text, and the number or text it is ordered by; None comes last."""

    text: str
    order: Any


class ResultsTable(QWidget):
    """One row a model, in the order of any column; the chosen one is in use everywhere. Delete is undoable."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._ids: list[str] = []
        self._stale = False  # something changed while the table was out of sight
        self._column, self._falling = MADE, True
        titles = (
            self.tr("Model"),
            self.tr("Algorithm"),
            self.tr("Preset"),
            self.tr("Good parts"),
            self.tr("Image AUROC"),
            self.tr("Pixel AUROC"),
            self.tr("Best F1"),
            self.tr("Trained in"),
            self.tr("An image"),
            self.tr("Size"),
            self.tr("Made"),
        )
        self._presets = {"fast": self.tr("Fast"), "balanced": self.tr("Balanced"), "accurate": self.tr("Accurate")}
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.setInterval(PAUSE_MS)
        self._due.timeout.connect(session.standings.refresh)
        self.table = QTableWidget(0, len(titles), self)
        self.table.setObjectName("models")
        blank = QPixmap(ICON, ICON)
        blank.fill(Qt.GlobalColor.transparent)
        self._blank = QIcon(blank)  # as wide as the tick of the model in use
        list_rows(self.table)
        self.table.verticalHeader().setDefaultSectionSize(30)
        self.table.setWordWrap(False)
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.table.setMinimumHeight(LEAST_HEIGHT)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.setToolTip(
            self.tr("Click a model's name or press Enter to use it; Delete removes it, and can be undone")
        )
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.sectionClicked.connect(self.sort_by)
        figures = self.tr("On labelled test pictures, none of which the model was trained on")
        hints = {
            4: figures,
            5: figures,
            6: self.tr("Of pictures, at the limit that makes it largest. {0}").format(figures),
        }
        for column, text in enumerate(titles):
            side = Qt.AlignmentFlag.AlignRight if column >= FIRST_NUMBER else Qt.AlignmentFlag.AlignLeft
            title = QTableWidgetItem(text)
            title.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            title.setToolTip(hints.get(column, ""))
            self.table.setHorizontalHeaderItem(column, title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)
        for key, act in (
            ("Del", self.delete_selected),
            ("Return", self.use_selected),
            ("Enter", self.use_selected),
        ):
            shortcut = QShortcut(QKeySequence(key), self.table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(act)
        self.table.cellDoubleClicked.connect(self._on_use)
        self.table.cellClicked.connect(self._on_click)
        self.table.customContextMenuRequested.connect(self._on_menu)
        session.changed.connect(self._on_changed)
        session.standings.changed.connect(self._on_standing)
        self.refresh()

    def refresh(self) -> None:
        """Read the models anew, in the order chosen; the newest first where two are equal."""
        self._stale = False
        project = self._session.project
        records = [] if project is None else sorted(project.models.values(), key=lambda m: m.created, reverse=True)
        rows = [(record, self._cells(record)) for record in records]
        known = [row for row in rows if row[1][self._column].order is not None]
        unknown = [row for row in rows if row[1][self._column].order is None]
        known.sort(key=lambda row: row[1][self._column].order, reverse=self._falling)
        selected = self._selected()
        self._ids = [record.id for record, _ in (*known, *unknown)]
        self.table.horizontalHeader().setSortIndicator(
            self._column, Qt.SortOrder.DescendingOrder if self._falling else Qt.SortOrder.AscendingOrder
        )
        self.table.setRowCount(len(rows))
        active = None if project is None else project.active_model
        for number, (record, cells) in enumerate((*known, *unknown)):
            self._fill(number, record, cells, record.id == active)
        if selected in self._ids:
            self.table.selectRow(self._ids.index(selected))
        self._fit()
        if self.isVisible():
            self._session.standings.refresh()

    def _fit(self) -> None:
        """Give names the room that is left; where that is too little, they are whole and the table scrolls."""
        header = self.table.horizontalHeader()
        columns = range(header.count())
        needed = sum(max(header.sectionSizeHint(at), self.table.sizeHintForColumn(at)) for at in columns)
        fits = needed <= self.table.viewport().width()
        mode = QHeaderView.ResizeMode.Stretch if fits else QHeaderView.ResizeMode.ResizeToContents
        header.setSectionResizeMode(0, mode)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def sort_by(self, column: int) -> None:
        """Order by a column; the best figures and the newest first, everything else rising; once more turns it."""
        again = column == self._column
        self._falling = not self._falling if again else column in FIGURES or column == MADE
        self._column = column
        self.refresh()

    def use(self, model: str) -> None:
        """Make a model the one in use."""
        self._session.use_model(model)

    def use_selected(self) -> None:
        """Make the selected model the one in use."""
        model = self._selected()
        if model is not None:
            self.use(model)

    def delete_selected(self) -> None:
        """Take the selected model out of the project; undo puts it back."""
        model, project = self._selected(), self._session.project
        if model is not None and project is not None and not project.read_only:
            self._session.do(RemoveModel(model))

    def _selected(self) -> str | None:
        row = self.table.currentRow()
        return self._ids[row] if 0 <= row < len(self._ids) else None

    def _cells(self, record: ModelRecord) -> tuple[Cell, ...]:
        facts, standing = record.facts, self._session.standings.of(record.id)
        info = KINDS.get(record.kind)
        made = datetime.fromisoformat(record.created).astimezone()
        preset = self._presets.get(str(facts.get("preset")), "")
        algorithm = info.title if info is not None else record.kind
        images, seconds, size = (facts.get(name) for name in ("images", "seconds", "size_bytes"))
        figures = (standing.image_auroc, standing.pixel_auroc, standing.best_f1)
        return (
            Cell(record.name, record.name),
            Cell(algorithm, algorithm),
            Cell(preset, preset or None),
            Cell("" if images is None else f"{images:,}", images),
            *(Cell("–" if value is None else f"{value:.3f}", value) for value in figures),
            Cell("" if seconds is None else duration(seconds), seconds),
            Cell("–" if standing.seconds is None else f"{1000 * standing.seconds:.0f} ms", standing.seconds),
            Cell("" if size is None else megabytes(size), size),
            Cell(f"{made:%m-%d %H:%M}" if made.year == datetime.now().year else f"{made:%Y-%m-%d}", record.created),
        )

    def _fill(self, row: int, record: ModelRecord, cells: tuple[Cell, ...], active: bool) -> None:
        for column, cell in enumerate(cells):
            item = QTableWidgetItem(cell.text)
            if column >= FIRST_NUMBER:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            if active:
                font = QFont(self.table.font())
                font.setBold(True)
                item.setFont(font)
            if column == 0:
                item.setIcon(icons.icon("check", "accent_ink") if active else self._blank)
                told = [self.tr("In use") if active else self.tr("Click to use this model")]
                told += [translated(note.text, **note.values) for note in _notes(record)]
                item.setToolTip("\n".join(told))
            if column in FIGURES and cell.order is None:
                item.setToolTip(self._why_unknown(record, column))
            self.table.setItem(row, column, item)

    def _why_unknown(self, record: ModelRecord, column: int) -> str:
        if self._session.standings.of(record.id).seconds is None:
            return self.tr("The model has not looked at labelled test pictures yet: use it to see its figures")
        if column == 5:
            return self.tr("Defects with masks among the test pictures are needed to see it")
        return self.tr("Label good parts and defects among the test pictures to see it")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()
        self._session.standings.refresh()

    def _on_changed(self, changes: Changes) -> None:
        if not self.isVisible():
            self._stale = True
        elif changes.kinds & REDRAWN_BY:
            self.refresh()
        elif changes.kinds & COUNTED_BY and not self._due.isActive():
            self._due.start()

    def _on_standing(self, _model: str) -> None:
        self.refresh()

    def _on_use(self, row: int, _column: int) -> None:
        self.use(self._ids[row])

    def _on_click(self, row: int, column: int) -> None:
        if column == 0:
            self.use(self._ids[row])

    def _on_menu(self, where: QPoint) -> None:
        row = self.table.rowAt(where.y())
        if row < 0:
            return
        self.table.selectRow(row)
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.addAction(icons.icon("check"), self.tr("Use this model"), lambda: self.use(self._ids[row]))
        menu.addAction(icons.icon("trash"), self.tr("Delete"), self.delete_selected)
        project = self._session.project
        if project is not None and project.read_only:
            for action in menu.actions():
                action.setEnabled(False)
                action.setToolTip(self._session.why_read_only)
        menu.exec(self.table.viewport().mapToGlobal(where))


def _notes(record: ModelRecord) -> list[Note]:
    return [note_from_json(note) for note in record.facts.get("notes", ())]
