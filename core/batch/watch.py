"""A folder into which images arrive: each is inspected once it is complete, until somebody stops it.

The folder is looked through again and again, a bounded number of files at a time, since no notification works on all
drives of a network. Memory is bounded, too: files that wait are at most `MOST_WAITING`, the rest waits on its drive.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.batch.journal import Stamp
from core.batch.listing import walk
from core.batch.places import check_places
from core.batch.run import Results, kept_so_far, stamp_of
from core.batch.told import Arrived, Outputs, Tally, Watched
from core.errors import Problem
from core.images.reading import read_image
from core.inspection.result import Failure
from core.models.trained import TrainedModel
from core.progress import Cancelled, Ticket, silent

FILES_A_TURN = 2000
MOST_WAITING = 1000


@dataclass(frozen=True, slots=True)
class Pace:
    """How often is looked, in seconds.

    Attributes
    ----------
    turn
        Between two looks.
    settle
        A file whose size and time have not changed for so long is tried.
    give_up
        A file that cannot be read for so long though it does not change is a row with the reason.
    table
        Between two writings of the table; more where writing takes long.
    """

    turn: float = 1.0
    settle: float = 2.0
    give_up: float = 30.0
    table: float = 5.0


@dataclass(slots=True)
class _Arrival:
    stamp: Stamp
    since: float
    after: float


class Arrivals:
    """Files on their way. Times are seconds of any clock that does not go back."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._waiting: dict[Path, _Arrival] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def saw(self, path: Path, stamp: Stamp, now: float) -> None:
        """Take note of a file that is not finished; while too many wait, it is left for later."""
        if path not in self._waiting and len(self._waiting) < MOST_WAITING:
            self._waiting[path] = _Arrival(stamp, now, now + self._pace.settle)

    def look(self, path: Path, stamp: Stamp | None, now: float) -> bool:
        """Say whether a waiting file may be complete; one that is gone is forgotten."""
        if stamp is None:
            del self._waiting[path]
            return False
        arrival = self._waiting[path]
        if stamp != arrival.stamp:
            self._waiting[path] = _Arrival(stamp, now, now + self._pace.settle)
            return False
        # An empty file is one that is about to be written.
        return now >= arrival.after and (stamp.size > 0 or now >= arrival.since + self._pace.give_up)

    def ready(self, now: float) -> list[Path]:
        """Look at all waiting files; return those that may be complete."""
        return [path for path in list(self._waiting) if self.look(path, stamp_of(path), now)]

    def again(self, path: Path, now: float) -> bool:
        """Say whether a file that could not be read is to be tried again later."""
        arrival = self._waiting.get(path)
        if arrival is None or not path.exists():
            return True  # it went away meanwhile: no reason to say that it is broken
        arrival.after = now + self._pace.settle
        return now < arrival.since + self._pace.give_up

    def over(self, path: Path) -> None:
        """Forget a file."""
        self._waiting.pop(path, None)


def watch(
    model: TrainedModel,
    folder: Path,
    output: Path,
    ticket: Ticket,
    wanted: Outputs | None = None,
    pace: Pace | None = None,
) -> Iterator[Watched]:
    """Inspect what is and what comes into a folder; yield how it stands after each image, and when that changes.

    What is finished is as in `core.batch.run.inspect_into`; a file that appears again with other contents is inspected
    again. While the folder is away, the watch waits. The tables are written anew while images come, and at the end. It
    ends only through the ticket, or by closing the iterator.

    Raises
    ------
    Problem
        The folder is not there at first, or as `check_places`, or the results cannot be written.
    Cancelled
        Through the ticket.
    """
    folder, pace = Path(os.path.abspath(folder)), pace or Pace()  # noqa: PTH100
    if not folder.is_dir():
        raise Problem("There is no folder {folder} to watch.", "Choose a folder that is there.", folder=folder)
    check_places([folder], output)
    tally = Tally()
    with Results(model, output, wanted or Outputs()) as results:
        watching = ticket.stage("Watching", 1.0)
        arrivals, found, before = Arrivals(pace), walk(folder), None
        table = _Table(results, pace.table)
        try:
            while True:
                away, found = _look(folder, found, lambda p, s: results.finished(p, s, failed=True) is None, arrivals)
                now = Watched(tally, away, len(arrivals))
                if now != before:
                    yield now
                for row in results.inspect(
                    iter(arrivals.ready(time.monotonic())),
                    folder,
                    watching,
                    again=lambda path: arrivals.again(path, time.monotonic()),
                ):
                    arrivals.over(row.path)
                    tally = tally.plus(row)
                    table.stale()
                    yield Watched(tally, away, len(arrivals))
                before = Watched(tally, away, len(arrivals))
                table.renew()
                watching.wait(pace.turn)
        except (Cancelled, GeneratorExit):
            with contextlib.suppress(Problem):  # it is in the journal
                table.finish()
            raise
        except Problem as problem:
            raise kept_so_far(results, tally, problem) from problem


def arriving(folder: Path, known: Iterable[Path], ticket: Ticket, pace: Pace | None = None) -> Iterator[Arrived]:
    """Yield what is and what comes into a folder, without inspecting it, whenever there is something new to tell.

    An image is complete when it has not changed for a while and can be read; one that cannot is told of after
    `Pace.give_up`. A file that is written over later is not told of again. Memory: the paths of all images told of, and
    those that wait.

    Parameters
    ----------
    known
        Images that are not wanted.

    Raises
    ------
    Problem
        The folder is not there at first.
    Cancelled
        Through the ticket; nothing else ends it.
    """
    folder, pace = Path(os.path.abspath(folder)), pace or Pace()  # noqa: PTH100
    if not folder.is_dir():
        raise Problem("There is no folder {folder} to watch.", "Choose a folder that is there.", folder=folder)
    told = set(known)
    arrivals, found, before = Arrivals(pace), walk(folder), (False, 0)
    while True:
        away, found = _look(folder, found, lambda path, _: path not in told, arrivals)
        complete = []
        for path in sorted(arrivals.ready(time.monotonic()), key=_age):
            ticket.check()
            if _readable(path) or not arrivals.again(path, time.monotonic()):
                complete.append(path)
                arrivals.over(path)
        told.update(complete)
        if complete or (away, len(arrivals)) != before:
            before = (away, len(arrivals))
            yield Arrived(tuple(complete), *before)
        ticket.wait(pace.turn)


def _age(path: Path) -> tuple[int, str]:
    """Return what sorts files in the order in which they were written."""
    stamp = stamp_of(path)
    return (0 if stamp is None else stamp.changed), path.name


def _readable(path: Path) -> bool:
    try:
        read_image(path)
    except Problem:
        return False
    return True


def _look(
    folder: Path, found: Iterator[Path | Failure], is_new: Callable[[Path, Stamp], bool], arrivals: Arrivals
) -> tuple[bool, Iterator[Path | Failure]]:
    """Look at some more files; return whether the folder is away, and where to go on."""
    for _ in range(FILES_A_TURN):
        path = next(found, None)
        if path is None:
            found = walk(folder)
            break
        if isinstance(path, Path):
            stamp = stamp_of(path)
            if stamp is not None and is_new(path, stamp):
                arrivals.saw(path, stamp, time.monotonic())
    return not folder.is_dir(), found


class _Table:
    """The tables, written anew at a pace that leaves the computer to the images however long they have become."""

    def __init__(self, results: Results, pause: float) -> None:
        self._results = results
        self._pause = pause
        self._next = 0.0
        self._stale = False

    def stale(self) -> None:
        if not self._stale:
            self._results.drop_workbook()
        self._stale = True

    def renew(self) -> None:
        begun = time.monotonic()
        if self._stale and begun >= self._next:
            self.finish()
            ended = time.monotonic()
            self._next = ended + max(self._pause, 20 * (ended - begun))

    def finish(self) -> None:
        """Write what has come since; while Excel has the workbook open and locks it, it is tried again next time."""
        if self._stale:
            self._results.write_table(silent())
            with contextlib.suppress(Problem):
                self._results.write_workbook(silent())
                self._stale = False
