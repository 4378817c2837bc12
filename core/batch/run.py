"""Images in, files out: inspect many images into a folder, and go on there after a stop."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from core.batch.journal import Journal, Kept, Stamp
from core.batch.listing import HEATMAPS, MASKS, SORTED, walk
from core.batch.places import check_places
from core.batch.table import Row, write_csv, write_workbook
from core.batch.told import COPY, Outputs, Tally
from core.errors import Problem, phrase
from core.files import writing
from core.images.in_order import in_order
from core.images.reading import read_image, write_image
from core.inspection.inspector import Inspector
from core.inspection.result import Failure, Inspection
from core.models.trained import TrainedModel
from core.progress import Cancelled, Ticket, silent
from core.scoring.colours import heat_unit, overlay
from core.scoring.regions import regions
from core.scoring.thresholds import Verdict

SCORES, WORKBOOK = "scores.csv", "scores.xlsx"
FOLDERS = {Verdict.OK: "OK", Verdict.REVIEW: "Review", Verdict.NG: "NG"}

# Pictures drawn and written at a time while the next ones are computed. Each may have 100 megapixels.
WRITERS = 2
BATCH = 4  # small, so that a stop does not wait long
_COPIED_AT_ONCE = 2**20


@dataclass(frozen=True, slots=True)
class _Claim:
    """An image on its way, by what its file was before it was read, and how its results are called."""

    stamp: Stamp | None
    name: str


class Results:
    """A folder of results that grows by inspecting. Use it in one thread.

    Memory is bounded by what is read and written ahead, whatever the number of images.

    Raises
    ------
    Problem
        On entering, as `Journal`.
    """

    def __init__(self, model: TrainedModel, folder: Path, wanted: Outputs) -> None:
        self.model = model
        self.folder = folder
        self.wanted = wanted
        self.journal = Journal(folder)
        self._inspector = Inspector(model)
        self._claims: dict[Path, _Claim] = {}
        decided_by = json.dumps([model.card.id, model.calibration.to_json()], sort_keys=True)
        self._made_by = hashlib.sha256(decided_by.encode()).hexdigest()

    def __enter__(self) -> Results:
        self.journal.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.journal.__exit__(kind, error, where)

    def finished(self, path: Path, stamp: Stamp | None, *, failed: bool = False) -> Row | None:
        """Return the row of an image that need not be inspected again: its file, the model and the limits are as then.

        Parameters
        ----------
        failed
            Whether one that failed is finished, too; otherwise it is tried again.
        """
        kept = self.journal.kept(path)
        if kept is None or stamp is None or kept.stamp != stamp:
            return None
        if kept.row.error:
            return kept.row if failed else None
        done = kept.made_by == self._made_by and kept.extras & self.wanted.extras == self.wanted.extras
        return kept.row if done else None

    def inspect(
        self,
        paths: Iterable[Path],
        root: Path | None,
        ticket: Ticket,
        total: int | None = None,
        again: Callable[[Path], bool] | None = None,
    ) -> Iterator[Row]:
        """Inspect images, write what is wanted and keep a row of each; yield the rows in order.

        Parameters
        ----------
        root
            Results are named after the place of an image under it; None names them after the file alone.
        total
            How many there are, for the progress.
        again
            Says of an image that failed whether to leave it for another time: no row then.

        Raises
        ------
        Problem
            The results cannot be written.
        Cancelled
            Through the ticket.
        """
        self._claims.clear()

        def claimed() -> Iterator[Path]:
            for path in paths:
                self._claims[path] = _Claim(stamp_of(path), self.journal.name(path, _wanted_name(path, root)))
                yield path

        found = self._inspector.inspect_many(claimed(), ticket, BATCH, total)
        for row in in_order(self._written, found, ticket, WRITERS):
            claim = self._claims.pop(row.path)
            if row.error and again is not None and again(row.path):
                continue
            self._keep(row, claim)
            yield row

    def fail(self, failure: Failure) -> Row:
        """Keep what could not even be looked at."""
        row = self._failed(failure.path, str(failure.problem))
        self.journal.name(failure.path, str(failure.path))
        self.journal.keep(failure.path, Kept(row, None, "", 0))
        return row

    def write_table(self, ticket: Ticket) -> None:
        """Write the rows so far as CSV."""
        self.journal.commit()
        write_csv(self.folder / SCORES, self.journal.rows(), ticket)

    def write_workbook(self, ticket: Ticket) -> None:
        """Write the rows so far for Excel, if that is wanted; after `write_table`."""
        if self.wanted.workbook:
            write_workbook(self.folder / WORKBOOK, self.journal.rows(), ticket)

    def drop_workbook(self) -> None:
        """Remove the workbook of an earlier run, which would not tell what is in the table now."""
        with contextlib.suppress(OSError):
            (self.folder / WORKBOOK).unlink(missing_ok=True)

    def _keep(self, row: Row, claim: _Claim) -> None:
        before = self.journal.kept(row.path)
        extras = 0 if row.error else self.wanted.extras
        kept = Kept(row, claim.stamp, "" if row.error else self._made_by, extras)
        self.journal.keep(row.path, kept)
        if before is not None and before.extras & COPY and before.row.verdict != (row.verdict if extras & COPY else ""):
            with contextlib.suppress(OSError):
                self._copy_of(row.path, claim.name, before.row.verdict).unlink(missing_ok=True)

    def _written(self, result: Inspection | Failure) -> Row:
        """Write an image's pictures; return its row. Runs in a thread of its own."""
        if isinstance(result, Failure):
            return self._failed(result.path, str(result.problem))
        calibration = self.model.calibration
        name = self._claims[result.path].name
        found = regions(result.heat, calibration.pixel.value, result.placement, calibration.min_area)
        verdict = str(result.verdict(calibration))
        try:
            if self.wanted.pictures:
                self._draw(result, name)
            if self.wanted.copies:
                _copy(result.path, self._copy_of(result.path, name, verdict))
        except _Unreadable as error:
            return self._failed(result.path, str(error))
        return Row(
            path=result.path,
            image_threshold=calibration.image.value,
            score=result.score,
            normalised_score=calibration.image_unit(result.score),
            verdict=verdict,
            regions=len(found),
            largest_area=max((region.area for region in found), default=0.0),
            seconds=result.seconds,
        )

    def _failed(self, path: Path, reason: str) -> Row:
        return Row(path, self.model.calibration.image.value, error=reason)

    def _draw(self, result: Inspection, name: str) -> None:
        """Write the photo with its heat, and the mask, both in the photo's own pixels."""
        try:
            photo = read_image(result.path, self.model.value_range).pixels
        except Problem as problem:
            raise _Unreadable(str(problem)) from problem
        heat = result.placement.heat_to_image(result.heat)
        for folder, pixels in (
            (HEATMAPS, overlay(photo, heat_unit(heat, self.model.calibration))),
            (MASKS, heat >= self.model.calibration.pixel.value),
        ):
            write_image(self.folder / folder / f"{name}.png", pixels)

    def _copy_of(self, path: Path, name: str, verdict: str) -> Path:
        return self.folder / SORTED / FOLDERS[Verdict(verdict)] / f"{name}{path.suffix}"


def inspect_into(
    model: TrainedModel, paths: Sequence[Path], output: Path, ticket: Ticket, wanted: Outputs | None = None
) -> Iterator[Tally]:
    """Inspect images and folders of them into a folder; yield the tally after each image.

    What was finished there earlier, by the same model with the same limits and of files that have not changed since,
    is not computed again. A file that cannot be inspected is a row with the reason. The folder's tables have a row for
    every image that was ever inspected into it; they are written at the end, and after a stop the CSV file is, too.

    Raises
    ------
    Problem
        There is no image, or as `check_places`, or the output cannot be written; rows so far are kept.
    Cancelled
        Through the ticket.
    """
    absolute = [Path(os.path.abspath(path)) for path in paths]  # noqa: PTH100
    root = _shared(absolute)
    check_places(absolute, output)
    if next(_found(absolute), None) is None:
        raise Problem("There are no images to inspect.", "Name image files, or folders that hold some.")
    with Results(model, output, wanted or Outputs()) as results:
        journal, tally = results.journal, Tally()
        listing = ticket.stage("Looking for pictures", 0.03)
        try:
            for failure in _enlisted(journal, absolute, listing):
                tally = tally.plus(results.fail(failure))
                yield tally
            for path in journal.listed():
                listing.check()
                row = results.finished(path, stamp_of(path))
                if row is not None:
                    journal.strike(path)
                    tally = replace(tally.plus(row), earlier=tally.earlier + 1)
            yield tally
            left = journal.count()
            inspecting = ticket.stage("Inspecting", 0.92)
            if left:
                results.drop_workbook()
            for row in results.inspect(journal.listed(), root, inspecting, left):
                tally = tally.plus(row)
                yield tally
            tables = ticket.stage("Writing the tables", 0.05)
            results.write_table(tables)
            results.write_workbook(tables)
        except (Cancelled, GeneratorExit):
            results.write_table(silent())
            raise
        except Problem as problem:
            raise kept_so_far(results, tally, problem) from problem


def kept_so_far(results: Results, tally: Tally, problem: Problem) -> Problem:
    """Save what can be saved after a failed run; return the problem, saying that the rows so far are kept."""
    done = tally.total - tally.failed
    if not done:
        return problem
    with contextlib.suppress(Problem):  # the drive may be the problem
        results.write_table(silent())
    return Problem(
        problem.message,
        phrase("Up to {kept} finished pictures are kept: put it right and start again, and it goes on from there."),
        **problem.values | {"kept": done},
    )


def stamp_of(path: Path) -> Stamp | None:
    """Return by what a change of a file is known; None where it cannot be looked at."""
    try:
        status = path.stat()
    except OSError:
        return None
    return Stamp(status.st_size, status.st_mtime_ns)


def _enlisted(journal: Journal, paths: Sequence[Path], ticket: Ticket) -> Iterator[Failure]:
    """Put all images on the list; yield folders that cannot be read. Named files are taken whatever their suffix."""
    for count, found in enumerate(_found(paths)):
        ticket.report(count)
        if isinstance(found, Failure):
            yield found
        else:
            journal.enlist(found)


def _found(paths: Sequence[Path]) -> Iterator[Path | Failure]:
    for path in paths:
        yield from walk(path) if path.is_dir() else [path]


def _shared(paths: Sequence[Path]) -> Path | None:
    """Return the folder that all lie in; None where they lie on different drives."""
    try:
        return Path(os.path.commonpath([path if path.is_dir() else path.parent for path in paths]))
    except ValueError:
        return None


def _wanted_name(path: Path, root: Path | None) -> str:
    inside = root is not None and path.is_relative_to(root)
    return (path.relative_to(root) if inside and root is not None else Path(path.name)).with_suffix("").as_posix()


class _Unreadable(Exception):
    """The photo cannot be read any more, now that its pictures are to be written."""


def _copy(source: Path, target: Path) -> None:
    """Copy a file; trouble with reading it is told from trouble with writing."""
    try:
        stream = source.open("rb")
    except OSError as error:
        raise _Unreadable(str(error)) from error
    with stream, writing(target, durable=False) as part:
        with part.open("wb") as copy:
            while block := _read(stream):
                copy.write(block)
        stamp = os.fstat(stream.fileno())
        os.utime(part, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))


def _read(stream: BinaryIO) -> bytes:
    try:
        return stream.read(_COPIED_AT_ONCE)
    except OSError as error:
        raise _Unreadable(str(error)) from error
