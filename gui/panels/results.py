"""The project's trained models side by side."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtGui import QFont, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.detectors.settings import KINDS
from core.project.edits import RemoveModel
from core.project.model import Changes, Kind, Label, Role
from core.scoring.metrics import auroc
from gui import icons

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint

    from core.project.model import ModelRecord
    from gui.session.session import Session

REDRAWN_BY = frozenset({Kind.PROJECT, Kind.MODELS, Kind.ACTIVE_MODEL})
COUNTED_BY = frozenset({Kind.SAMPLES, Kind.LABELS, Kind.ROLES, Kind.SCORES})
FIRST_NUMBER = 3
AUROC_COLUMN = 6
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


class ResultsTable(QWidget):
    """One row a model; the chosen one is in use everywhere. Delete is undoable."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._ids: list[str] = []
        self._stale = False  # something changed while the table was out of sight
        self._titles = (
            self.tr("Model"),
            self.tr("Algorithm"),
            self.tr("Preset"),
            self.tr("Good parts"),
            self.tr("Trained in"),
            self.tr("Size"),
            self.tr("AUROC"),
            self.tr("Made"),
        )
        self._presets = {"fast": self.tr("Fast"), "balanced": self.tr("Balanced"), "accurate": self.tr("Accurate")}
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.setInterval(PAUSE_MS)
        self._due.timeout.connect(self.refresh)
        self.table = QTableWidget(0, len(self._titles), self)
        self.table.setObjectName("models")
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(30)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.setToolTip(self.tr("Double-click a model to use it; Delete removes it, and can be undone"))
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        for column in range(len(self._titles)):
            side = Qt.AlignmentFlag.AlignRight if column >= FIRST_NUMBER else Qt.AlignmentFlag.AlignLeft
            title = QTableWidgetItem(self._titles[column])
            title.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            self.table.setHorizontalHeaderItem(column, title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)
        delete = QShortcut(QKeySequence("Del"), self.table)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self.delete_selected)
        self.table.cellDoubleClicked.connect(self._on_use)
        self.table.cellClicked.connect(self._on_click)
        self.table.customContextMenuRequested.connect(self._on_menu)
        session.changed.connect(self._on_changed)
        self.refresh()

    def refresh(self) -> None:
        """Read the models anew, newest first."""
        self._stale = False
        project = self._session.project
        records = [] if project is None else sorted(project.models.values(), key=lambda m: m.created, reverse=True)
        self._ids = [record.id for record in records]
        self.table.setRowCount(len(records))
        active = "" if project is None else project.active_model
        for row, record in enumerate(records):
            self._fill(row, record, record.id == active)

    def use(self, model: str) -> None:
        """Make a model the one in use."""
        self._session.use_model(model)

    def delete_selected(self) -> None:
        """Take the selected model out of the project; undo puts it back."""
        row = self.table.currentRow()
        project = self._session.project
        if project is not None and 0 <= row < len(self._ids) and not project.read_only:
            self._session.do(RemoveModel(self._ids[row]))

    def _auroc(self, model: str) -> float | None:
        """Return a model's image AUROC on the labelled tuning pictures that it has seen; None for one class."""
        project = self._session.project
        if project is None:
            return None
        judged = [
            (project.scores[model, sample.id].score, sample.label is Label.DEFECT)
            for sample in project.samples.values()
            if sample.role is Role.TUNE and sample.label is not Label.UNDECIDED and (model, sample.id) in project.scores
        ]
        return auroc([score for score, _ in judged], [defect for _, defect in judged]) if judged else None

    def _fill(self, row: int, record: ModelRecord, active: bool) -> None:
        facts = record.facts
        info = KINDS.get(record.kind)
        area = self._auroc(record.id)
        made = datetime.fromisoformat(record.created).astimezone()
        texts = (
            record.name,
            info.title if info is not None else record.kind,
            self._presets.get(str(facts.get("preset")), ""),
            f"{facts['images']:,}" if "images" in facts else "",
            duration(facts["seconds"]) if "seconds" in facts else "",
            megabytes(facts["size_bytes"]) if "size_bytes" in facts else "",
            "–" if area is None else f"{area:.3f}",
            f"{made:%Y-%m-%d %H:%M}",
        )
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            if column >= FIRST_NUMBER:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            if active:
                font = QFont(self.table.font())
                font.setBold(True)
                item.setFont(font)
            if column == 0:
                item.setIcon(icons.icon("check" if active else "dash", "accent_ink" if active else "surface"))
                item.setToolTip(self.tr("In use") if active else self.tr("Double-click to use this model"))
            if column == AUROC_COLUMN and area is None:
                item.setToolTip(self.tr("Label good parts and defects among the test pictures to see it"))
            self.table.setItem(row, column, item)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def _on_changed(self, changes: Changes) -> None:
        if not self.isVisible():
            self._stale = True
        elif changes.kinds & REDRAWN_BY:
            self.refresh()
        elif changes.kinds & COUNTED_BY and not self._due.isActive():
            self._due.start()

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
