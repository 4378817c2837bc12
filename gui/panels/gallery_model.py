"""The list behind the galleries: one row a picture, filtered and sorted, changed in place.

Made for 100,000 pictures. What filters and orders by score need stands in arrays; a row is put together when it is
painted; whatever has to look at every picture in Python (names, texts) does so in slices between which the window
handles its events. Lists of up to `SLICE` pictures are always done at once.
"""

from __future__ import annotations

import math
import os
import re
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from heapq import merge
from itertools import count, islice
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from core.images.framing import Placement
from core.images.reading import ValueRange
from core.project.model import Label, Role, Sample, SampleId, Score
from core.scoring.thresholds import Calibration, Verdict
from gui.canvas.readout import raw_text
from gui.errors import told
from gui.jobs.thumbnails import Wish
from gui.widgets.chips import verdict_text

Index = QModelIndex | QPersistentModelIndex
Entry = tuple[Sample, Score | None]  # a picture, and what the active model says about it
Places = npt.NDArray[np.intp]

# Pictures looked at between two looks at the clock; up to four milliseconds.
SLICE = 1000
TURN_SECONDS = 0.004  # of such work between two looks at the window's events; two lists may be at it
# From here on it is quicker to lay the list out anew than to tell the view of every run of rows.
RUNS_AT_MOST = 40
# Digits of a number in a file name that count for its order.
DIGITS = 20

_LABEL_PLACES = {label: place for place, label in enumerate(Label)}


class Order(StrEnum):
    """What a gallery is sorted by; `ADDED` is the project's own order, `MARGIN` how near a score is to the limit."""

    ADDED = "added"
    SCORE = "score"
    MARGIN = "margin"
    NAME = "name"
    LABEL = "label"
    ROLE = "role"
    DEFECT_TYPE = "defect-type"
    SIZE = "size"
    DEPTH = "depth"
    NOTE = "note"


class Filter(StrEnum):
    """A kind of pictures that a gallery can show."""

    NG = "ng"
    REVIEW = "review"
    OK = "ok"
    UNSCORED = "unscored"
    LABELLED_GOOD = "labelled-good"
    LABELLED_DEFECT = "labelled-defect"
    UNLABELLED = "unlabelled"
    DISAGREE = "disagree"
    UNREADABLE = "unreadable"


ROW = Qt.ItemDataRole.UserRole + 1
VERDICT = Qt.ItemDataRole.UserRole + 2


_GROUPS = (
    frozenset({Filter.NG, Filter.REVIEW, Filter.OK, Filter.UNSCORED}),
    frozenset({Filter.LABELLED_GOOD, Filter.LABELLED_DEFECT, Filter.UNLABELLED}),
    frozenset({Filter.DISAGREE}),
    frozenset({Filter.UNREADABLE}),
)
_BY_VERDICT = frozenset({Filter.NG, Filter.REVIEW, Filter.OK, Filter.DISAGREE})


@dataclass(frozen=True, slots=True)
class Choice:
    """Which pictures a gallery shows: of each group any that is chosen, of a group of which nothing is chosen all.

    Attributes
    ----------
    kinds
        Verdicts, labels, wrong calls and unreadable ones are a group each.
    roles
        What pictures are used for.
    types
        Of defects; "" is a defect without a type.
    words
        Path, defect type or use have to hold them all; they may have * and ? in them.
    """

    kinds: frozenset[Filter] = frozenset()
    roles: frozenset[Role] = frozenset()
    types: frozenset[str] = frozenset()
    words: str = ""

    def suits(self, sample: Sample) -> bool:
        """Say whether a picture's use and defect type are among the chosen ones."""
        of_type = sample.label is Label.DEFECT and sample.defect_type in self.types
        return (not self.roles or sample.role in self.roles) and (not self.types or of_type)


def _decisive(limits: Calibration | None) -> tuple[object, ...]:
    """Return what of the limits decides a verdict, but for the pixel limit: areas follow that."""
    return () if limits is None else (limits.image.value, limits.review, limits.decides, limits.min_area)


def shown_name(file: str) -> str:
    """Return a file's name with its folder: in a data set every folder has its own 001.png."""
    return "/".join(file.rsplit(os.sep, 2)[-2:])


def role_text(role: Role) -> str:
    """Say what a picture is used for."""
    texts = {
        Role.TRAIN: QCoreApplication.translate("SampleTable", "Train"),
        Role.TUNE: QCoreApplication.translate("SampleTable", "Tune"),
        Role.HOLD_OUT: QCoreApplication.translate("SampleTable", "Hold-out"),
    }
    return texts[role]


def _matcher(word: str) -> Callable[[str], object]:
    """Return what says whether a word is in a text; * stands for any letters of a line, and ? for one."""
    if not set(word) & set("*?"):
        return lambda text: word in text
    return re.compile(re.escape(word).replace(r"\*", ".*").replace(r"\?", ".")).search


def _natural(sample: Sample) -> str:
    """Sort key under which IMG_9 comes before IMG_10."""
    return re.sub(r"\d+", lambda number: number[0].zfill(DIGITS), shown_name(sample.file).casefold())


_KEYS: dict[Order, Callable[[Sample], Any]] = {
    Order.NAME: _natural,
    Order.LABEL: lambda sample: _LABEL_PLACES[sample.label],
    Order.ROLE: lambda sample: tuple(Role).index(sample.role),
    Order.DEFECT_TYPE: lambda sample: sample.defect_type.casefold(),
    Order.SIZE: lambda sample: sample.size or (0, 0),
    Order.DEPTH: lambda sample: sample.bits or 0,
    Order.NOTE: lambda sample: (told(sample.trouble) or sample.note).casefold(),
}


@dataclass(frozen=True, slots=True)
class GalleryRow:
    """One picture of a gallery as it is painted.

    Attributes
    ----------
    score
        Raw score of the active model, or None while it has not been inspected.
    trouble
        Why it cannot be read, or "".
    missing
        Whether its file is not where it was.
    heat_file, placement
        Of the score, for the heat on the thumbnail.
    value_range
        Of the active model: how pictures of more than 8 bits are shown.
    """

    sample_id: SampleId
    file: str
    score: float | None = None
    label: Label = Label.UNDECIDED
    trouble: str = ""
    heat_file: str | None = None
    placement: Placement | None = None
    value_range: ValueRange | None = None
    missing: bool = False

    @property
    def name(self) -> str:
        """The file's name with its folder."""
        return shown_name(self.file)

    @property
    def stem(self) -> str:
        """The file's name without folder and ending."""
        name = self.file.rpartition(os.sep)[2]
        return name.rpartition(".")[0] or name

    def wish(self) -> Wish:
        """Return the thumbnail this row shows."""
        if self.score is None:
            return Wish(self.file, value_range=self.value_range)
        return Wish(self.file, self.heat_file, self.placement, self.score, self.value_range)


class Slices(QObject):
    """Runs a generator bit by bit, with the window's events handled in between. The newest one wins."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work: Generator[None, None, Any] | None = None
        self._done: Callable[[Any], object] = lambda _result: None
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._go_on)

    @property
    def busy(self) -> bool:
        """Whether steps are left."""
        return self._work is not None

    def run(self, work: Generator[None, None, Any], done: Callable[[Any], object]) -> None:
        """Begin: the first step is made at once, and `done` gets what the generator returns."""
        self._work, self._done = work, done
        self._go_on(0.0)

    def _go_on(self, seconds: float = TURN_SECONDS) -> None:
        work, until = self._work, time.perf_counter() + seconds
        if work is None:
            return
        try:
            next(work)
            while time.perf_counter() < until:
                next(work)
        except StopIteration as end:
            self._work = None
            self._timer.stop()
            self._done(end.value)
        else:
            self._timer.start()


class SampleListModel(QAbstractTableModel):
    """Rows of a gallery in their order on the screen, in one column.

    The verdict is not stored: it follows from the score and the limit, so a moved limit costs nothing but repainting
    what is in sight. Selections survive sorting, since rows move instead of being made anew.

    Signals
    -------
    arranged
        The rows on the screen are the wanted ones again.
    """

    arranged = Signal()

    def __init__(self, parent: QObject | None = None, order: Order = Order.SCORE) -> None:
        super().__init__(parent)
        self.value_range: ValueRange | None = None
        self._slices = Slices(self)
        self._order = order
        self._descending = False
        self._choice = Choice()
        self._limits: Calibration | None = None
        self._areas: Mapping[SampleId, float] = {}
        self.stale = False  # whether these are being counted anew
        self._missing: frozenset[SampleId] = frozenset()
        self._clear()

    def _clear(self) -> None:
        # By position: pictures keep theirs, those that left stay as gaps until the next `set_rows`.
        self._source: Iterator[Entry] = iter(())  # what has not been taken in yet
        self._samples: list[Sample] = []
        self._scores: list[Score | None] = []
        self._folded: list[str] = []  # paths to search in, as many as were needed so far
        self._at: dict[SampleId, int] = {}
        self._there = np.zeros(0, bool)
        self._raw = np.zeros(0)  # scores; NaN without one
        self._label = np.zeros(0, np.int8)
        self._trouble = np.zeros(0, bool)
        self._rank: Places | None = None  # of the order in force
        # On the screen: place to position, and back (-1 where it is not shown).
        self._shown: Places = np.zeros(0, np.intp)
        self._place: Places = np.zeros(0, np.intp)

    # Qt's side ---------------------------------------------------------------

    def rowCount(self, parent: Index | None = None) -> int:
        """Return how many pictures are shown."""
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return how many facts of a picture there are to show."""
        return 0 if parent is not None and parent.isValid() else 1

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
            trouble = self.tr("The file is not where it was") if row.missing else row.trouble
            return f"{row.file}\n{trouble}" if trouble else row.file
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return self.spoken(row)
        return None

    # Facts -------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether rows are still being taken in or put in order; `arranged` tells the end."""
        return self._slices.busy

    @property
    def limits(self) -> Calibration | None:
        """The limits in force, or None without a model."""
        return self._limits

    @property
    def total(self) -> int:
        """How many pictures there are, shown or not."""
        return len(self._at)

    @property
    def unscored(self) -> int:
        """How many readable pictures have no score."""
        return int(np.count_nonzero(self._there & np.isnan(self._raw) & ~self._trouble))

    def sample_at(self, place: int) -> Sample | None:
        """Return the sample at a place on the screen."""
        return self._samples[self._shown[place]] if 0 <= place < len(self._shown) else None

    def row_at(self, place: int) -> GalleryRow | None:
        """Return the row at a place on the screen."""
        return self._row(int(self._shown[place])) if 0 <= place < len(self._shown) else None

    def id_at(self, place: int) -> SampleId | None:
        """Return the picture at a place on the screen."""
        sample = self.sample_at(place)
        return None if sample is None else sample.id

    def ids_at(self, first: int, last: int) -> list[SampleId]:
        """Return the pictures at places from `first` up to and with `last`."""
        return [self._samples[at].id for at in self._shown[first : last + 1].tolist()]

    def place_of(self, sample: SampleId) -> int | None:
        """Return where a picture is shown, or None when the filter hides it."""
        at = self._at.get(sample)
        place = -1 if at is None or at >= len(self._place) else int(self._place[at])
        return None if place < 0 else place

    def next_without_label(self, place: int, without: frozenset[SampleId]) -> SampleId | None:
        """Return the next readable picture without a label below a place, then from the top; None without one."""
        open_ = (self._label == _LABEL_PLACES[Label.UNDECIDED]) & ~self._trouble
        open_[[self._at[sample] for sample in without if sample in self._at]] = False
        places = np.flatnonzero(open_[self._shown])
        if not len(places):
            return None
        return self.id_at(int(places[np.searchsorted(places, place, "right") % len(places)]))

    def row_of(self, sample: SampleId) -> GalleryRow | None:
        """Return a picture's row, shown or not."""
        at = self._at.get(sample)
        return None if at is None else self._row(at)

    def _row(self, at: int) -> GalleryRow:
        sample, score = self._samples[at], self._scores[at]
        return GalleryRow(
            sample.id,
            sample.file,
            None if score is None else score.score,
            sample.label,
            told(sample.trouble),
            None if score is None else score.heat_file,
            None if score is None else score.placement,
            self.value_range,
            sample.id in self._missing,
        )

    def verdict(self, row: GalleryRow) -> Verdict | None:
        """Return what the limits say about a row, or None when there is no score or no limit."""
        if row.score is None or self._limits is None or row.trouble:
            return None
        area = self._areas.get(row.sample_id)
        if self._limits.decides != "score" and (area is None or math.isnan(area)):
            return None  # not counted yet, or its heat map is gone
        return self._limits.verdict(row.score, area or 0.0)

    def score_text(self, row: GalleryRow, *, short: bool = False) -> str:
        """Return the row's score in words, and why its picture is not to be seen; or the score's figures alone."""
        why = self.tr("file is missing") if row.missing else self.tr("cannot be read") if row.trouble else ""
        if row.score is None:
            return why or self.tr("not inspected")
        limit = row.score if self._limits is None else self._limits.image.value
        score = raw_text(row.score, limit)
        if short:
            return score
        return f"{score} · {why}" if why else self.tr("score {score}").format(score=score)

    def label_text(self, row: GalleryRow) -> str:
        """Return the label in words, "" while undecided."""
        return {Label.GOOD: self.tr("Good"), Label.DEFECT: self.tr("Defect")}.get(row.label, "")

    def spoken(self, row: GalleryRow) -> str:
        """Return a row as a screen reader says it."""
        verdict = self.verdict(row)
        label = self.label_text(row)
        said = verdict_text(verdict) if verdict else ""
        if verdict and self.stale:
            said = self.tr("{verdict}, being counted anew").format(verdict=said)
        parts = [row.name, said, self.score_text(row)]
        if label:
            parts.append(self.tr("labelled {label}").format(label=label))
        if row.trouble:
            parts.append(row.trouble)
        return ", ".join(part for part in parts if part)

    # Changes -----------------------------------------------------------------

    def set_rows(self, entries: Iterable[Entry]) -> None:
        """Take a whole new list: another project was opened."""
        self.beginResetModel()
        self._clear()
        self.endResetModel()
        self._source = iter(entries)
        self._rearrange()

    def update_rows(self, entries: Mapping[SampleId, Entry | None]) -> None:
        """Change, add or (None) remove single rows."""
        self._append(list(self._source))
        self._source = iter(())
        touched = []
        new = []
        for sample_id, entry in entries.items():
            at = self._at.get(sample_id)
            if entry is None:
                if at is not None:
                    self._there[at] = False
                    del self._at[sample_id]
            elif at is None:
                new.append(entry)
            elif (self._samples[at], self._scores[at]) != entry:
                self._change(at, entry)
                touched.append(at)
        self._source = iter(new)
        self._rearrange()
        if places := self._place[[at for at in touched if at < len(self._place)]].tolist():
            first, last = min(place for place in places), max(places)
            if last >= 0:
                self.dataChanged.emit(self.index(max(first, 0), 0), self.index(last, self.columnCount() - 1))

    def set_limits(
        self, limits: Calibration | None, areas: Mapping[SampleId, float] | None = None, *, stale: bool = False
    ) -> None:
        """Apply other limits: rows come and go where the filter depends on them.

        `areas` are those of each picture's largest region, of use where regions decide; `stale` ones are of the pixel
        limit before.

        The rows in sight are to be repainted by the view; nothing is told of single rows.
        """
        before = _decisive(self._limits), self._areas
        self._limits = limits
        by_region = areas is not None and limits is not None and limits.decides != "score"
        self._areas = areas if areas is not None and by_region else {}
        self.stale = stale and by_region
        if before != (_decisive(limits), self._areas) and (
            self._choice.kinds & _BY_VERDICT or self._order is Order.MARGIN
        ):
            self._rearrange()

    def set_missing(self, missing: frozenset[SampleId]) -> None:
        """Mark pictures whose files are not where they were. The rows in sight are to be repainted by the view."""
        self._missing = missing

    def set_order(self, order: Order, descending: bool = False) -> None:
        """Sort by score (highest first) or by another fact (lowest first); `descending` turns it round."""
        if (order, descending) != (self._order, self._descending):
            if order is not self._order:
                self._rank = None
            self._order, self._descending = order, descending
            self._rearrange()

    def set_filter(self, choice: Choice) -> None:
        """Show only some pictures."""
        if choice != self._choice:
            self._choice = choice
            self._rearrange()

    # Inside: facts -----------------------------------------------------------

    def _append(self, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        samples, scores = zip(*entries, strict=True)
        self._at.update(zip([sample.id for sample in samples], count(len(self._samples)), strict=False))
        self._samples += samples
        self._scores += scores
        self._there = np.append(self._there, np.ones(len(entries), bool))
        self._raw = np.append(self._raw, [np.nan if score is None else score.score for score in scores])
        self._label = np.append(self._label, np.array([_LABEL_PLACES[s.label] for s in samples], np.int8))
        self._trouble = np.append(self._trouble, [sample.trouble != "" for sample in samples])
        self._rank = None

    def _change(self, at: int, entry: Entry) -> None:
        before, (sample, score) = self._samples[at], entry
        key = _KEYS.get(self._order)
        if key is not None and key(before) != key(sample):
            self._rank = None
        if at < len(self._folded):
            self._folded[at] = self._found_by(sample)
        self._samples[at], self._scores[at] = sample, score
        self._raw[at] = np.nan if score is None else score.score
        self._label[at] = _LABEL_PLACES[sample.label]
        self._trouble[at] = bool(sample.trouble)

    def _passing(self) -> npt.NDArray[np.bool_]:
        readable = ~self._trouble
        known = readable & ~np.isnan(self._raw)
        passed = over = judged = np.zeros_like(known)
        if (limits := self._limits) is not None:
            if limits.decides == "score":
                areas, judged = None, known
            else:
                areas = np.array([self._areas.get(sample.id, np.nan) for sample in self._samples])
                judged = known & ~np.isnan(areas)
            passed, over = limits.judged(self._raw, areas)
        good, defect = (self._label == _LABEL_PLACES[label] for label in (Label.GOOD, Label.DEFECT))
        passing = {
            Filter.NG: judged & over,
            Filter.REVIEW: judged & ~over & ~passed,
            Filter.OK: judged & passed,
            Filter.UNSCORED: readable & ~known,
            Filter.UNREADABLE: self._trouble,
            Filter.DISAGREE: judged & ((good & over) | (defect & passed)),
            Filter.LABELLED_GOOD: readable & good,
            Filter.LABELLED_DEFECT: readable & defect,
            Filter.UNLABELLED: readable & ~good & ~defect,
        }
        wanted: npt.NDArray[np.bool_] = self._there.copy()
        for group in _GROUPS:
            if chosen := group & self._choice.kinds:
                wanted &= np.logical_or.reduce([passing[kind] for kind in chosen])
        return wanted

    # Inside: what is shown ---------------------------------------------------

    def _rearrange(self) -> None:
        """Bring the rows on the screen to the wanted ones."""
        self._slices.run(self._wanted(), self._show)

    def _wanted(self) -> Generator[None, None, Places]:
        """Work out which positions are shown in which order, in slices."""
        while entries := list(islice(self._source, SLICE)):
            self._append(entries)
            if len(entries) == SLICE:
                yield
        choice, passing = self._choice, self._passing()
        if words := [_matcher(word) for word in choice.words.casefold().split()]:
            yield from self._fold()
        for first in range(0, len(passing) if words or choice.roles or choice.types else 0, SLICE):
            part = slice(first, first + SLICE)
            passing[part] &= [choice.suits(sample) for sample in self._samples[part]]
            if words:
                passing[part] &= [all(found(path) for found in words) for path in self._folded[part]]
            if first + SLICE < len(passing):
                yield
        positions = np.flatnonzero(passing)
        if self._order in (Order.SCORE, Order.MARGIN):
            # Highest score or nearest to the limit first, then (infinity) what was not inspected, then (NaN) what
            # cannot be read.
            limit = 0.0 if self._limits is None else self._limits.image.value
            key = -self._raw if self._order is Order.SCORE else np.abs(self._raw - limit)
            key = np.where(np.isnan(self._raw), np.inf, key)
            key[self._trouble] = np.nan
            positions = positions[np.argsort(key[positions], kind="stable")]
        elif self._order is not Order.ADDED:
            if self._rank is None:
                self._rank = yield from self._ranked(_KEYS[self._order])
            positions = positions[np.argsort(self._rank[positions])]
        return positions[::-1] if self._descending else positions

    def _found_by(self, sample: Sample) -> str:
        """Return what a picture is found by."""
        return f"{sample.file}\n{sample.defect_type}\n{role_text(sample.role)}".casefold()

    def _fold(self) -> Generator[None, None, None]:
        while (first := len(self._folded)) < len(self._samples):
            self._folded += [self._found_by(sample) for sample in self._samples[first : first + SLICE]]
            if len(self._folded) < len(self._samples):
                yield

    def _ranked(self, key: Callable[[Sample], Any]) -> Generator[None, None, Places]:
        """Return each position's rank: sorted slice by slice, then merged.

        Keys and positions are kept apart: 100,000 pairs of them would set off long searches for garbage.
        """
        keys: list[Any] = []
        parts = []
        for first in range(0, len(self._samples), SLICE):
            keys += map(key, self._samples[first : first + SLICE])
            parts.append(sorted(range(first, len(keys)), key=keys.__getitem__))
            if len(parts) > 1:
                yield
        merged = merge(*parts, key=keys.__getitem__)
        rank = np.zeros(len(keys), np.intp)
        for first in range(0, len(rank), SLICE):
            order = list(islice(merged, SLICE))
            rank[order] = np.arange(first, first + len(order))
            if first + SLICE < len(rank):
                yield
        return rank

    def _take(self, shown: Places) -> None:
        self._shown = shown
        self._place = np.full(len(self._samples), -1, np.intp)
        self._place[shown] = np.arange(len(shown))

    def _show(self, wanted: Places) -> None:
        if not np.array_equal(wanted, self._shown):
            self._tell(wanted)
        elif len(self._place) != len(self._samples):
            self._take(wanted)
        self.arranged.emit()

    def _tell(self, wanted: Places) -> None:
        """Change the rows on the screen with as little ado as there can be."""
        staying = np.zeros(len(self._samples), bool)
        staying[wanted] = True
        gone = np.flatnonzero(~staying[self._shown])
        if np.count_nonzero(np.diff(gone) > 1) >= RUNS_AT_MOST:
            self.beginResetModel()
            self._take(wanted)
            self.endResetModel()
            return
        for first, last in reversed(_runs(gone)):
            self.beginRemoveRows(QModelIndex(), first, last)
            self._take(np.delete(self._shown, np.s_[first : last + 1]))
            self.endRemoveRows()
        staying[self._shown] = False
        fresh = wanted[staying[wanted]]
        if len(fresh):
            # New rows come in at the end and then move with the others, so that one sorting does for both.
            first = len(self._shown)
            self.beginInsertRows(QModelIndex(), first, first + len(fresh) - 1)
            self._take(np.append(self._shown, fresh))
            self.endInsertRows()
        if not np.array_equal(wanted, self._shown):
            self._move(wanted)

    def _move(self, wanted: Places) -> None:
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        moved = [(int(self._shown[index.row()]), index.column()) for index in old]
        self._take(wanted)
        self.changePersistentIndexList(old, [self.index(int(self._place[at]), column) for at, column in moved])
        self.layoutChanged.emit()


def _runs(places: Places) -> list[tuple[int, int]]:
    """Return ascending numbers as runs (first, last) without gaps."""
    if not len(places):
        return []
    runs = np.split(places, np.flatnonzero(np.diff(places) > 1) + 1)
    return [(int(run[0]), int(run[-1])) for run in runs]
