"""Two or more trained models on the same pictures: a table, their curves, and the pictures they disagree on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLabel,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.project.model import Changes, Kind, SampleId
from core.scoring.metrics import average_precision
from core.scoring.rates import Rate
from gui.canvas.heat import small_picture
from gui.canvas.plots import RivalCurves, rival_look
from gui.canvas.readout import count_text, percent, raw_text
from gui.jobs.thumbnails import ThumbnailLoader, Wish, cache_folder
from gui.panels.gallery_model import shown_name
from gui.widgets.layouts import across
from gui.widgets.rows import list_rows

if TYPE_CHECKING:
    from core.project.model import Score
    from gui.session.session import Session
    from gui.session.side_by_side import SideBySide

THUMB = 72
QUIET_MS = 300  # changes come in one by one
LISTED = 300
SWATCH = QSize(30, 12)
ID = Qt.ItemDataRole.UserRole
MODEL = Qt.ItemDataRole.UserRole + 1


class RivalsDialog(QDialog):
    """Compares the models of the project that are ticked.

    Signals
    -------
    picture_wanted
        Somebody wants to see a picture large; its sample id.
    """

    picture_wanted = Signal(int)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Models side by side"))
        self.resize(1080, 720)
        self._session = session
        self._found: SideBySide | None = None
        self._filling = False
        self._models: list[str] = []  # by row
        self._wanted: dict[Wish, QTableWidgetItem] = {}  # cells whose pictures are being made
        self._late = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._late.timeout.connect(self._compare)
        self._thumbnails = ThumbnailLoader(cache_folder(), self)
        self.about = QLabel(self, wordWrap=True)
        self.table = QTableWidget(0, 6, self)
        self.table.setAccessibleName(self.tr("Models"))
        self.table.setHorizontalHeaderLabels(
            [
                self.tr("Model"),
                self.tr("AUROC"),
                self.tr("AP"),
                self.tr("F1"),
                self.tr("Escapes"),
                self.tr("False rejects"),
            ]
        )
        if (precision := self.table.horizontalHeaderItem(2)) is not None:
            precision.setToolTip(self.tr("Average precision"))
        self.table.setIconSize(SWATCH)
        self.curves = RivalCurves(self)
        self.disagree = QLabel(self)
        self.disagree.setProperty("role", "title")
        self.pictures = QTableWidget(0, 0, self)
        self.pictures.setAccessibleName(self.tr("Pictures on which the models disagree"))
        self.pictures.setIconSize(QSize(THUMB, THUMB))
        self.pictures.verticalHeader().setDefaultSectionSize(THUMB + 8)
        for table in (self.table, self.pictures):
            list_rows(table)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        close = QPushButton(self.tr("Close"), self)
        close.setAutoDefault(False)
        upper = QSplitter(Qt.Orientation.Horizontal, self)
        upper.addWidget(self.table)
        upper.addWidget(self.curves)
        upper.setSizes([720, 320])
        upper.setChildrenCollapsible(False)
        lower = QWidget(self)
        column = QVBoxLayout(lower)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.disagree)
        column.addWidget(self.pictures, 1)
        both = QSplitter(Qt.Orientation.Vertical, self)
        both.addWidget(upper)
        both.addWidget(lower)
        both.setSizes([300, 340])
        both.setChildrenCollapsible(False)
        buttons = across(8)
        buttons.addStretch(1)
        buttons.addWidget(close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 20, 16)
        whole.setSpacing(12)
        whole.addWidget(self.about)
        whole.addWidget(both, 1)
        whole.addLayout(buttons)

        self.table.itemChanged.connect(self._on_ticked)
        self.pictures.cellDoubleClicked.connect(self._on_wanted)
        self._thumbnails.ready.connect(self._on_thumbnail)
        close.clicked.connect(self.reject)
        session.changed.connect(self._on_changed)
        self._list_models()
        self._compare()

    def chosen(self) -> list[str]:
        """Return the ids of the ticked models."""
        items = ((model, self.table.item(row, 0)) for row, model in enumerate(self._models))
        return [model for model, item in items if item is not None and item.checkState() is Qt.CheckState.Checked]

    def _on_changed(self, changes: Changes) -> None:
        if changes.kinds & {Kind.PROJECT, Kind.MODELS}:
            self.reject()
        elif changes.kinds & {Kind.LABELS, Kind.ROLES, Kind.SCORES, Kind.SAMPLES, Kind.CALIBRATION}:
            self._late.start()

    def _list_models(self) -> None:
        project = self._session.project
        if project is None:
            return
        models = [record for record in project.models.values() if record.id in project.calibrations]
        self._filling = True
        self._models = [record.id for record in models]
        self.table.setRowCount(len(models))
        for row, record in enumerate(models):
            item = QTableWidgetItem(_swatch(row), record.name)
            item.setToolTip(record.name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
            self.table.setItem(row, 0, item)
        self._filling = False

    def _on_ticked(self, item: QTableWidgetItem) -> None:
        if not self._filling and item.column() == 0:
            self._compare()

    def _compare(self) -> None:
        project = self._session.project
        if project is None:
            return
        chosen = self.chosen()
        found = self._found = self._session.side_by_side(chosen)
        self._tell(found)
        self._fill_table(found)
        self.curves.set_curves(
            [(self._models.index(rival.model.id), rival.curve) for rival in found.rivals if rival.curve is not None]
        )
        self._fill_pictures(found)

    def _tell(self, found: SideBySide) -> None:
        defects = int(found.truth.sum())
        text = self.tr(
            "On {0} labelled tuning pictures ({1} good, {2} defects) that all of them have inspected and none has "
            "learned from, each at its own limit."
        ).format(count_text(len(found.ids)), count_text(len(found.ids) - defects), count_text(defects))
        chance = found.chance()
        if chance is not None and len(found.ids):
            text += " " + (
                self.tr("Their verdicts differ by more than chance explains (p = {0}).")
                if chance < 0.05
                else self.tr("The difference between their verdicts may be chance (p = {0}).")
            ).format(f"{chance:.2g}")
        if provisional := [each.model.name for each in found.rivals if each.provisional]:
            text += " " + self.tr("Limits that are provisional: {0}. Set them by a rule to compare verdicts.").format(
                ", ".join(provisional)
            )
        self.about.setText(text)

    def _fill_table(self, found: SideBySide) -> None:
        rivals = {rival.model.id: rival for rival in found.rivals}
        for row, model in enumerate(self._models):
            rival = rivals.get(model)
            texts = ["", "", "", "", ""]
            if rival is not None and rival.curve is not None:
                counts = rival.confusion
                precision = average_precision(rival.scores, found.truth)
                texts = [
                    f"{rival.curve.auroc():.3f}",
                    "" if precision is None else f"{precision:.3f}",
                    "–" if counts.f1 is None else f"{counts.f1:.3f}",
                    _share(counts.escapes),
                    _share(counts.false_rejects),
                ]
            for column, text in enumerate(texts, start=1):
                self.table.setItem(row, column, QTableWidgetItem(text))

    def _fill_pictures(self, found: SideBySide) -> None:
        project = self._session.project
        self._wanted.clear()
        places = found.disagreements[:LISTED]
        self.disagree.setText(
            self.tr("They disagree on {0} pictures").format(count_text(len(found.disagreements)))
            if len(found.rivals) > 1
            else self.tr("Tick two or more models to see where they disagree")
        )
        self.pictures.setVisible(bool(len(places)))
        self.pictures.setColumnCount(1 + len(found.rivals))
        self.pictures.setHorizontalHeaderLabels([self.tr("Picture"), *(rival.model.name for rival in found.rivals)])
        self.pictures.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.pictures.setRowCount(len(places))
        if project is None:
            return
        for row, place in enumerate(places):
            sample = project.samples[int(found.ids[place])]
            said = self.tr("defect") if found.truth[place] else self.tr("good")
            picture = QTableWidgetItem(f"{shown_name(sample.file)}\n{said}")
            picture.setData(ID, sample.id)
            self.pictures.setItem(row, 0, picture)
            for column, rival in enumerate(found.rivals, start=1):
                limit = project.calibrations[rival.model.id].image.value
                verdict = self.tr("NG") if rival.rejects[place] else self.tr("OK")
                right = bool(rival.rejects[place]) == bool(found.truth[place])
                mark = "✓" if right else "✗"
                score = raw_text(float(rival.scores[place]), limit)
                item = QTableWidgetItem(f"{mark} {verdict}\n{score} / {raw_text(limit, limit)}")
                item.setData(ID, sample.id)
                item.setData(MODEL, rival.model.id)
                self.pictures.setItem(row, column, item)
                self._show_heat(item)

    def _show_heat(self, item: QTableWidgetItem) -> None:
        project = self._session.project
        if project is None:
            return
        score: Score | None = project.scores.get((str(item.data(MODEL)), SampleId(item.data(ID))))
        if score is None:
            return
        file = project.samples[score.sample].file
        wish = Wish(file, score.heat_file, score.placement, score.score, project.value_range)
        found = self._thumbnails.get(wish)
        if found is None:
            self._wanted[wish] = item
            return
        if found.pixels is None:
            return
        limits = project.calibrations[score.model]
        pixmap = QPixmap.fromImage(small_picture(found.pixels, found.heat, limits, area=wish.area))
        icon = QIcon(pixmap)
        icon.addPixmap(pixmap, QIcon.Mode.Selected)
        item.setIcon(icon)

    def _on_thumbnail(self, wish: Wish) -> None:
        if (item := self._wanted.pop(wish, None)) is not None:
            self._show_heat(item)

    def _on_wanted(self, row: int, _column: int) -> None:
        item = self.pictures.item(row, 0)
        if item is not None:
            self.picture_wanted.emit(int(item.data(ID)))


def _share(rate: Rate) -> str:
    return f"{percent(rate.share)} ({rate.count} / {rate.total})" if rate.share is not None else "–"


def _swatch(place: int) -> QIcon:
    colour, style = rival_look(place)
    pixmap = QPixmap(SWATCH)
    pixmap.fill(QColor(0, 0, 0, 0))
    painter = QPainter(pixmap)
    painter.setPen(QPen(colour, 3, style))
    painter.drawLine(0, SWATCH.height() // 2, SWATCH.width(), SWATCH.height() // 2)
    painter.end()
    return QIcon(pixmap)
