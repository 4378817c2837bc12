"""The list behind the gallery: one row a picture, filtered and sorted, changed in place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from operator import attrgetter
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from core.images.framing import Placement
from core.images.reading import ValueRange
from core.inspection.result import Verdict
from core.project.model import Label, SampleId
from gui.canvas.readout import raw_text
from gui.jobs.thumbnails import Wish

Index = QModelIndex | QPersistentModelIndex

# From here on it is quicker to lay the list out anew than to tell the view of every run of rows.
RUNS_AT_MOST = 40


class Order(StrEnum):
    """What the gallery is sorted by."""

    SCORE = "score"
    NAME = "name"


class Filter(StrEnum):
    """Which pictures the gallery shows."""

    ALL = "all"
    NG = "ng"
    OK = "ok"
    UNSCORED = "unscored"
    LABELLED_GOOD = "labelled-good"
    LABELLED_DEFECT = "labelled-defect"
    UNLABELLED = "unlabelled"
    DISAGREE = "disagree"
    UNREADABLE = "unreadable"


ROW = Qt.ItemDataRole.UserRole + 1
VERDICT = Qt.ItemDataRole.UserRole + 2


def _natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key under which IMG_9 comes before IMG_10."""
    return tuple(
        (1, int(part), "") if part.isdecimal() else (0, 0, part) for part in re.split(r"(\d+)", name.casefold())
    )


@dataclass(frozen=True, slots=True)
class GalleryRow:
    """One picture of the gallery.

    Attributes
    ----------
    score
        Raw score of the active model, or None while it has not been inspected.
    trouble
        Why it cannot be read, or "".
    heat_path, placement
        Of the score, for the heat on the thumbnail.
    value_range
        Of the active model: how pictures of more than 8 bits are shown.
    """

    sample_id: SampleId
    path: Path
    score: float | None = None
    label: Label = Label.UNDECIDED
    trouble: str = ""
    heat_path: Path | None = None
    placement: Placement | None = None
    value_range: ValueRange | None = None
    name_key: tuple[tuple[int, int, str], ...] = field(init=False, compare=False, repr=False)
    score_key: tuple[int, float] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name_key", _natural(self.path.name))
        # Highest score first, then what was not inspected, then what cannot be read.
        known = (1, 0.0) if self.score is None else (0, -self.score)
        object.__setattr__(self, "score_key", (2, 0.0) if self.trouble else known)

    @property
    def name(self) -> str:
        """The file's name with its folder: in a data set every folder has its own 001.png."""
        return f"{self.path.parent.name}/{self.path.name}"

    def wish(self) -> Wish:
        """Return the thumbnail this row shows."""
        if self.score is None:
            return Wish(self.path, value_range=self.value_range)
        return Wish(self.path, self.heat_path, self.placement, self.score, self.value_range)


class SampleListModel(QAbstractListModel):
    """Rows of the gallery in their order on the screen.

    The verdict is not stored: it follows from the score and the limit, so a moved limit costs nothing but repainting
    what is in sight. Selections survive sorting, since rows move instead of being made anew.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[SampleId, GalleryRow] = {}
        self._by_name: list[SampleId] | None = None
        self._shown: list[SampleId] = []
        self._place: dict[SampleId, int] = {}
        self._order = Order.SCORE
        self._filter = Filter.ALL
        self._words = ""
        self._limit: float | None = None

    # Qt's side ---------------------------------------------------------------

    def rowCount(self, parent: Index | None = None) -> int:
        """Return how many pictures are shown."""
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return one fact of one row."""
        row = self.row_at(index.row()) if index.isValid() else None
        if row is None:
            return None
        if role == ROW:
            return row
        if role == VERDICT:
            return self.verdict(row)
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{row.path}\n{row.trouble}" if row.trouble else str(row.path)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return self.spoken(row)
        return None

    # Facts -------------------------------------------------------------------

    @property
    def limit(self) -> float | None:
        """The image limit in force, or None without a model."""
        return self._limit

    @property
    def total(self) -> int:
        """How many pictures there are, shown or not."""
        return len(self._rows)

    @property
    def unscored(self) -> int:
        """How many readable pictures have no score."""
        return sum(1 for row in self._rows.values() if row.score is None and not row.trouble)

    def row_at(self, place: int) -> GalleryRow | None:
        """Return the row at a place on the screen."""
        return self._rows[self._shown[place]] if 0 <= place < len(self._shown) else None

    def id_at(self, place: int) -> SampleId | None:
        """Return the picture at a place on the screen."""
        return self._shown[place] if 0 <= place < len(self._shown) else None

    def place_of(self, sample: SampleId) -> int | None:
        """Return where a picture is shown, or None when the filter hides it."""
        return self._place.get(sample)

    def row_of(self, sample: SampleId) -> GalleryRow | None:
        """Return a picture's row, shown or not."""
        return self._rows.get(sample)

    def verdict(self, row: GalleryRow) -> Verdict | None:
        """Return what the image limit says about a row, or None when there is no score or no limit."""
        if row.score is None or self._limit is None or row.trouble:
            return None
        return Verdict.NG if row.score >= self._limit else Verdict.OK

    def score_text(self, row: GalleryRow) -> str:
        """Return the row's score in words."""
        if row.trouble:
            return self.tr("cannot be read")
        if row.score is None:
            return self.tr("not inspected")
        limit = row.score if self._limit is None else self._limit
        return self.tr("score {score}").format(score=raw_text(row.score, limit))

    def label_text(self, row: GalleryRow) -> str:
        """Return the label in words, "" while undecided."""
        return {Label.GOOD: self.tr("Good"), Label.DEFECT: self.tr("Defect")}.get(row.label, "")

    def spoken(self, row: GalleryRow) -> str:
        """Return a row as a screen reader says it."""
        verdict = self.verdict(row)
        label = self.label_text(row)
        parts = [row.name, verdict.value if verdict else "", self.score_text(row)]
        if label:
            parts.append(self.tr("labelled {label}").format(label=label))
        if row.trouble:
            parts.append(row.trouble)
        return ", ".join(part for part in parts if part)

    # Changes -----------------------------------------------------------------

    def set_rows(self, rows: Iterable[GalleryRow]) -> None:
        """Take a whole new list: another project was opened."""
        self.beginResetModel()
        self._rows = {row.sample_id: row for row in rows}
        self._by_name = None
        self._take(self._wanted())
        self.endResetModel()

    def update_rows(self, rows: Mapping[SampleId, GalleryRow | None]) -> None:
        """Change, add or (None) remove single rows."""
        touched = []
        for sample, row in rows.items():
            known = self._rows.get(sample)
            if row is None:
                self._rows.pop(sample, None)
            elif known != row:
                self._rows[sample] = row
                touched.append(sample)
            if row is None or known is None or known.path != row.path:
                self._by_name = None
        self._rearrange()
        places = sorted(self._place[sample] for sample in touched if sample in self._place)
        if places:
            self.dataChanged.emit(self.index(places[0]), self.index(places[-1]))

    def set_limit(self, limit: float | None) -> bool:
        """Apply another image limit. Return whether rows came or went, since some filters depend on it.

        The rows in sight are to be repainted by the view; nothing is told of single rows.
        """
        if limit == self._limit:
            return False
        self._limit = limit
        if self._filter in (Filter.NG, Filter.OK, Filter.DISAGREE):
            return self._rearrange()
        return False

    def set_order(self, order: Order) -> None:
        """Sort by score (highest first) or by name."""
        if order is not self._order:
            self._order = order
            self._rearrange()

    def set_filter(self, which: Filter, words: str = "") -> None:
        """Show only some pictures, and of these only those whose path holds all the words."""
        if (which, words) != (self._filter, self._words):
            self._filter, self._words = which, words
            self._rearrange()

    # Inside ------------------------------------------------------------------

    def _passes(self, row: GalleryRow) -> bool:
        verdict = self.verdict(row)
        which = self._filter
        if which in (Filter.NG, Filter.OK):
            return verdict is (Verdict.NG if which is Filter.NG else Verdict.OK)
        if which is Filter.UNSCORED:
            return row.score is None and not row.trouble
        if which is Filter.UNREADABLE:
            return bool(row.trouble)
        if which is Filter.DISAGREE:
            told = {Label.GOOD: Verdict.OK, Label.DEFECT: Verdict.NG}.get(row.label)
            return told is not None and verdict is not None and told is not verdict
        labels = {
            Filter.LABELLED_GOOD: Label.GOOD,
            Filter.LABELLED_DEFECT: Label.DEFECT,
            Filter.UNLABELLED: Label.UNDECIDED,
        }
        return row.label is labels[which] and not row.trouble

    def _wanted(self) -> list[SampleId]:
        if self._by_name is None:
            self._by_name = [row.sample_id for row in sorted(self._rows.values(), key=attrgetter("name_key"))]
        rows = [self._rows[sample] for sample in self._by_name]
        if self._filter is not Filter.ALL:
            rows = [row for row in rows if self._passes(row)]
        for word in self._words.casefold().split():
            rows = [row for row in rows if word in str(row.path).casefold()]
        if self._order is Order.SCORE:
            rows.sort(key=attrgetter("score_key"))
        return [row.sample_id for row in rows]

    def _take(self, order: list[SampleId]) -> None:
        self._shown = order
        self._place = {sample: place for place, sample in enumerate(order)}

    def _rearrange(self) -> bool:
        """Bring the rows on the screen to the wanted ones; return whether any came or went."""
        wanted = self._wanted()
        if wanted == self._shown:
            return False
        staying = set(wanted)
        gone = [place for place, sample in enumerate(self._shown) if sample not in staying]
        came = len(wanted) - (len(self._shown) - len(gone))
        if len(_runs(gone)) > RUNS_AT_MOST:
            self.beginResetModel()
            self._take(wanted)
            self.endResetModel()
            return True
        for first, last in reversed(_runs(gone)):
            self.beginRemoveRows(QModelIndex(), first, last)
            self._take(self._shown[:first] + self._shown[last + 1 :])
            self.endRemoveRows()
        if came:
            # New rows come in at the end and then move with the others, so that one sorting does for both.
            fresh = [sample for sample in wanted if sample not in self._place]
            first = len(self._shown)
            self.beginInsertRows(QModelIndex(), first, first + len(fresh) - 1)
            self._take(self._shown + fresh)
            self.endInsertRows()
        if wanted != self._shown:
            self._move(wanted)
        return bool(gone or came)

    def _move(self, wanted: list[SampleId]) -> None:
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        moved = [self._shown[index.row()] for index in old]
        self._take(wanted)
        self.changePersistentIndexList(old, [self.index(self._place[sample]) for sample in moved])
        self.layoutChanged.emit()


def _runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """Return ascending numbers as runs (first, last) without gaps."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and place == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs
