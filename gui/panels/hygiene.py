"""Odd pictures, one list a kind of oddity, each one key away from being taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.project.edits import RemoveSamples
from core.project.model import Changes, Kind, SampleId
from core.training.hygiene import Oddity
from gui.canvas.heat import small_picture
from gui.canvas.readout import count_text
from gui.jobs.thumbnails import ThumbnailLoader, Wish, cache_folder
from gui.panels.gallery_model import shown_name
from gui.widgets.layouts import across
from gui.widgets.rows import list_rows

if TYPE_CHECKING:
    from gui.session.events import Findings, Job
    from gui.session.session import Session

THUMB = 56
LISTED = 500
ID = Qt.ItemDataRole.UserRole
ODDITY = Qt.ItemDataRole.UserRole


class HygieneDialog(QDialog):
    """Looks at all pictures of the project and lists what is odd.

    Signals
    -------
    picture_wanted
        Somebody wants to see a picture large; its sample id.
    """

    picture_wanted = Signal(int)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Odd pictures"))
        self.setMinimumSize(760, 460)
        self.resize(960, 620)
        self._session = session
        self._findings: Findings | None = None
        # Its own: what lists in the window scroll past is dropped from the shared one.
        self._thumbnails = ThumbnailLoader(cache_folder(), self)
        self._titles = {
            Oddity.UNREADABLE: self.tr("Cannot be read"),
            Oddity.CHANGED: self.tr("Changed files"),
            Oddity.LEAK: self.tr("Learned from and judged"),
            Oddity.COPY: self.tr("Exact copies"),
            Oddity.NEAR_COPY: self.tr("Nearly the same"),
            Oddity.BLURRED: self.tr("Less sharp"),
            Oddity.DARK: self.tr("Darker"),
            Oddity.BRIGHT: self.tr("Brighter"),
            Oddity.SIZE: self.tr("Another size"),
            Oddity.LEAST_GOOD: self.tr("Look least good"),
        }
        self._explanations = {
            Oddity.UNREADABLE: self.tr("They are left out of training and inspection: replace or remove them."),
            Oddity.CHANGED: self.tr(
                "The file is not the one that came into the project: its label, its mask and its scores may be those "
                "of another picture. Take it out and add it again."
            ),
            Oddity.LEAK: self.tr(
                "The same picture, or nearly, is learned from: figures with these look better than they are."
            ),
            Oddity.COPY: self.tr("The same file twice counts twice, and tells nothing new."),
            Oddity.NEAR_COPY: self.tr("They differ by noise alone: a part photographed twice, or a file saved again."),
            Oddity.BLURRED: self.tr(
                "Good pictures with much less fine detail than the others: out of focus, or moved."
            ),
            Oddity.DARK: self.tr("Good pictures much darker than the others, or mostly black."),
            Oddity.BRIGHT: self.tr("Good pictures much brighter than the others, or mostly white."),
            Oddity.SIZE: self.tr("Good pictures of another size than nearly all the others."),
            Oddity.LEAST_GOOD: self.tr(
                "Good pictures with the highest scores from a training that left them out: a defect overlooked, or a "
                "kind of good part that is rare."
            ),
        }
        self.progress = QLabel(self.tr("Looking at the pictures…"), self)
        self.bar = QProgressBar(self)
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.kinds = QListWidget(self)
        self.kinds.setAccessibleName(self.tr("Kinds of oddity"))
        self.kinds.setFixedWidth(220)
        self.explanation = QLabel(self, wordWrap=True)
        self.explanation.setProperty("role", "muted")
        self.table = QTableWidget(0, 3, self)
        self.table.setAccessibleName(self.tr("Pictures"))
        list_rows(self.table)
        self.table.setIconSize(QSize(THUMB, THUMB))
        self.table.verticalHeader().setDefaultSectionSize(THUMB + 8)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        self.show_button = QPushButton(self.tr("Show"), self)
        self.show_button.setToolTip(self.tr("See the picture large (Enter)"))
        self.out_button = QPushButton(self.tr("Take out"), self)
        self.out_button.setToolTip(
            self.tr("Take the selected pictures out of the project (Del); the files stay, and Undo brings them back")
        )
        self.again_button = QPushButton(self.tr("Take out and train again"), self)
        self.again_button.setToolTip(
            self.tr("Take the selected pictures out and train as the model in use was trained (Ctrl+Enter)")
        )
        self.close_button = QPushButton(self.tr("Close"), self)
        for button in (self.show_button, self.out_button, self.again_button, self.close_button):
            button.setAutoDefault(False)
            button.setVisible(button is self.close_button)
        self.lists = QWidget(self)  # in sight once there is something to list
        lists = across(12)
        lists.addWidget(self.kinds)
        lists.addWidget(self.table, 1)
        self.lists.setLayout(lists)
        self.lists.hide()
        buttons = across(8)
        for button in (self.show_button, self.out_button, self.again_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 20, 16)
        whole.setSpacing(10)
        for widget in (self.progress, self.bar, self.explanation):
            whole.addWidget(widget)
        whole.addWidget(self.lists, 1)
        whole.addStretch(0)
        whole.addLayout(buttons)

        self.kinds.currentItemChanged.connect(self._show_kind)
        self.table.itemSelectionChanged.connect(self._allow)
        self.table.cellDoubleClicked.connect(lambda _row, _column: self._on_show())
        self.show_button.clicked.connect(self._on_show)
        self.out_button.clicked.connect(self._on_out)
        self.again_button.clicked.connect(self._on_again)
        self.close_button.clicked.connect(self.reject)
        for keys, act in (
            ("Del", self._on_out),
            ("Return", self._on_show),
            ("Enter", self._on_show),
            ("Ctrl+Return", self._on_again),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(act)
        session.job_changed.connect(self._on_job)
        session.changed.connect(self._on_changed)
        self._thumbnails.ready.connect(self._on_thumbnail)
        self._allow()
        session.check_pictures()

    def reject(self) -> None:
        """Close, and stop looking."""
        self._session.cancel("check")
        super().reject()

    def _on_changed(self, changes: Changes) -> None:
        if Kind.PROJECT in changes.kinds:
            self.reject()

    def _on_job(self, job: Job) -> None:
        if job.kind != "check":
            return
        if job.active:
            if job.progress is not None:
                self.bar.setRange(0, 1000)
                self.bar.setValue(round(1000 * job.progress.fraction))
            return
        self.bar.hide()
        self._findings = job.result if job.state == "done" else None
        if self._findings is None:
            self.progress.setText(self.tr("The check was stopped: nothing is known."))
            return
        self._show_kinds()

    def _rows(self, oddity: Oddity) -> list[tuple[SampleId, SampleId | None, float]]:
        """Return what is still there of one kind."""
        project = self._session.project
        if self._findings is None or project is None:
            return []
        found = self._findings.found.get(oddity, ())
        return [row for row in found if row[0] in project.samples and (row[1] is None or row[1] in project.samples)]

    def _show_kinds(self) -> None:
        item = self.kinds.currentItem()
        before = None if item is None else item.data(ODDITY)
        self.kinds.clear()
        for oddity, title in self._titles.items():
            if rows := self._rows(oddity):
                item = QListWidgetItem(f"{title}  ({count_text(len(rows))})", self.kinds)
                item.setData(ODDITY, oddity)
                if oddity == before:
                    self.kinds.setCurrentItem(item)
        there = self.kinds.count() > 0
        self.lists.setVisible(there)
        for button in (self.show_button, self.out_button, self.again_button):
            button.setVisible(there)
        self.progress.setText(
            self.tr("Each list is a hint: have a look, and decide.")
            if there
            else self.tr("Nothing odd: no copies, and all good pictures are alike in sharpness, exposure and size.")
        )
        if there and self.kinds.currentRow() < 0:
            self.kinds.setCurrentRow(0)
        if not there:
            self._show_kind()

    def _show_kind(self) -> None:
        item = self.kinds.currentItem()
        oddity = None if item is None else Oddity(item.data(ODDITY))
        self.explanation.setText("" if oddity is None else self._explanations[oddity])
        rows = [] if oddity is None else self._rows(oddity)[:LISTED]
        last = self.tr("Score") if oddity is Oddity.LEAST_GOOD else self.tr("From the others")
        self.table.setHorizontalHeaderLabels([self.tr("Picture"), self.tr("Like"), last])
        self.table.setColumnHidden(1, not any(like is not None for _, like, _ in rows))
        self.table.setColumnHidden(2, not any(value for _, _, value in rows))
        self.table.setRowCount(len(rows))
        for place, (sample, like, value) in enumerate(rows):
            self._put(place, 0, sample)
            self._put(place, 1, like)
            text = f"{value:.3g}" if oddity is Oddity.LEAST_GOOD else f"{value:+.1f} σ"
            self.table.setItem(place, 2, QTableWidgetItem(text))
        if rows:
            self.table.selectRow(0)
        self._allow()

    def _put(self, row: int, column: int, sample: SampleId | None) -> None:
        project = self._session.project
        item = QTableWidgetItem()
        if sample is not None and project is not None:
            path = project.samples[sample].path
            item.setText(shown_name(str(path)))
            item.setToolTip(str(path))
            item.setData(ID, sample)
            found = self._thumbnails.get(Wish(str(path), value_range=project.value_range))
            if found is not None and found.pixels is not None:
                pixmap = QPixmap.fromImage(small_picture(found.pixels, None, None, area=project.area))
                icon = QIcon(pixmap)
                icon.addPixmap(pixmap, QIcon.Mode.Selected)  # untinted
                item.setIcon(icon)
        self.table.setItem(row, column, item)

    def _on_thumbnail(self, wish: Wish) -> None:
        project = self._session.project
        if project is None:
            return
        for row in range(self.table.rowCount()):
            for column in (0, 1):
                item = self.table.item(row, column)
                sample = None if item is None else item.data(ID)
                if sample in project.samples and project.samples[sample].file == wish.file:
                    self._put(row, column, sample)

    def selected(self) -> list[SampleId]:
        """Return the selected pictures."""
        rows = sorted({index.row() for index in self.table.selectedIndexes()})
        return [int(item.data(ID)) for row in rows if (item := self.table.item(row, 0)) is not None]

    def _allow(self) -> None:
        project = self._session.project
        some = bool(self.selected())
        writable = project is not None and not project.read_only
        self.show_button.setEnabled(some)
        self.out_button.setEnabled(some and writable)
        self.again_button.setEnabled(some and writable and project is not None and project.active_model is not None)

    def _on_show(self) -> None:
        if chosen := self.selected():
            self.picture_wanted.emit(chosen[0])

    def _on_out(self) -> bool:
        chosen = self.selected()
        if not chosen or not self._session.do(RemoveSamples(chosen)):
            return False
        self._show_kinds()
        self.table.setFocus()
        return True

    def _on_again(self) -> None:
        if self.again_button.isEnabled() and self._on_out() and self._session.train_again():
            self.accept()
