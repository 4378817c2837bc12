"""Images that arrive: complete ones are inspected once, and nothing but a stop ends the watch."""

import shutil
import threading
from collections import deque
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from core.batch import run
from core.batch import watch as watching
from core.batch.journal import Stamp
from core.batch.told import Outputs
from core.batch.watch import Arrivals, Pace, arriving, watch
from core.errors import Problem
from core.progress import Cancelled, Ticket, silent
from tests.core.test_batch import model as model
from tests.core.test_batch import read
from tests.textures import flawed_part, good_part, write_png

QUICK = Pace(turn=0.01, settle=0.05, give_up=60.0, table=0.0)
BARE = Outputs(pictures=False, workbook=False)


def workbook(out):
    """Return the paths in it."""
    return [row[0] for row in openpyxl.load_workbook(out / "scores.xlsx").active.iter_rows(2, values_only=True)]


def until(going, holds):
    """Go on until it holds; a watch that never gets there is stopped by the test's own time limit."""
    return next(watched for watched in going if holds(watched))


def test_a_file_is_ready_when_it_has_not_changed_for_a_while():
    arrivals, path = Arrivals(Pace(settle=2, give_up=30)), Path("a.png")
    arrivals.saw(path, Stamp(10, 1), 0)
    assert not arrivals.look(path, Stamp(10, 1), 1.9)
    assert not arrivals.look(path, Stamp(20, 1), 2.0)  # it grew
    assert not arrivals.look(path, Stamp(20, 2), 3.9)  # its time changed
    assert not arrivals.look(path, Stamp(20, 2), 5.8)
    assert arrivals.look(path, Stamp(20, 2), 5.9)
    assert not arrivals.look(path, None, 6.0)
    assert len(arrivals) == 0


def test_an_empty_file_and_one_that_cannot_be_read_are_given_up_late(tmp_path):
    arrivals, path = Arrivals(Pace(settle=2, give_up=30)), tmp_path / "a.png"
    path.touch()
    arrivals.saw(path, Stamp(0, 1), 0)
    assert not arrivals.look(path, Stamp(0, 1), 29)
    assert arrivals.look(path, Stamp(0, 1), 30)
    arrivals.over(path)
    arrivals.saw(path, Stamp(5, 1), 0)
    assert arrivals.look(path, Stamp(5, 1), 2)
    assert arrivals.again(path, 2)
    assert not arrivals.look(path, Stamp(5, 1), 3.9)
    assert arrivals.look(path, Stamp(5, 1), 4)
    assert not arrivals.again(path, 30)
    path.unlink()
    assert arrivals.again(path, 31)  # not there: not broken


def test_what_waits_is_bounded():
    arrivals = Arrivals(Pace())
    for number in range(5 * watching.MOST_WAITING):
        arrivals.saw(Path(f"{number}.png"), Stamp(1, 1), 0)
    assert len(arrivals) == watching.MOST_WAITING


def test_the_watch_tells_what_comes_and_writes_it(model, tmp_path, monkeypatch):
    monkeypatch.setattr(watching, "FILES_A_TURN", 2)  # as in a folder with many files
    folder, out = tmp_path / "in", tmp_path / "out"
    for number in range(3):
        write_png(folder / f"{number}.png", good_part(60 + number))
    going = watch(model, folder, out, silent(), replace(BARE, copies=True), QUICK)
    assert until(going, lambda watched: watched.tally.total == 3).tally.failed == 0
    write_png(folder / "later" / "flawed.png", flawed_part(70)[0])
    told = until(going, lambda watched: watched.tally.total == 4)
    assert (told.tally.last.path.name, told.tally.last.verdict) == ("flawed.png", "NG")
    # The same name comes again with other contents: the copy moves, the row is replaced.
    limit = model.calibration.image.value
    write_png(folder / "later" / "flawed.png", good_part(61))
    again = until(going, lambda watched: watched.tally.total == 5).tally.last
    assert again.score < told.tally.last.score
    going.close()
    rows = read(out)
    assert len(rows) == 4
    assert all((row["verdict"] == "NG") == (float(row["score"]) >= limit) for row in rows.values())
    assert len(list((out / "sorted").rglob("flawed.png"))) == 1


def test_a_file_that_is_still_written_is_waited_for(model, tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out"
    whole = write_png(tmp_path / "whole.png", good_part(1)).read_bytes()
    folder.mkdir()
    (folder / "half.png").write_bytes(whole[: len(whole) // 2])
    going = watch(model, folder, out, silent(), BARE, QUICK)
    until(going, lambda watched: watched.arriving == 1)
    write_png(folder / "other.png", good_part(2))
    first = until(going, lambda watched: watched.tally.total == 1)
    assert first.tally.last.path.name == "other.png"
    (folder / "half.png").write_bytes(whole)
    assert until(going, lambda watched: watched.tally.total == 2).tally.failed == 0
    going.close()


def test_a_broken_file_is_a_row_once(model, tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    (folder / "broken.png").write_bytes(b"nothing")
    going = watch(model, folder, out, silent(), BARE, replace(QUICK, give_up=0.1))
    assert until(going, lambda watched: watched.tally.total == 1).tally.failed == 1
    write_png(folder / "good.png", good_part(1))
    assert until(going, lambda watched: watched.tally.total == 2).tally.failed == 1
    going.close()
    assert read(out)[str(folder / "broken.png")]["error"]


def test_a_folder_that_goes_away_is_waited_for(model, tmp_path):
    folder, gone, out = tmp_path / "in", tmp_path / "gone", tmp_path / "out"
    write_png(folder / "a.png", good_part(1))
    going = watch(model, folder, out, silent(), BARE, QUICK)
    until(going, lambda watched: watched.tally.total == 1)
    folder.rename(gone)
    assert until(going, lambda watched: watched.away).tally.total == 1
    write_png(gone / "b.png", good_part(2))
    gone.rename(folder)
    back = until(going, lambda watched: watched.tally.total == 2)  # a.png is not looked at again
    assert not back.away
    assert back.tally.failed == 0
    going.close()
    assert len(read(out)) == 2
    shutil.rmtree(folder)
    with pytest.raises(Problem, match="no folder"):
        next(watch(model, folder, out, silent()))


def test_the_workbook_has_what_the_table_has(model, tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out"
    write_png(folder / "a.png", good_part(1))
    going = watch(model, folder, out, silent(), replace(BARE, workbook=True), QUICK)
    until(going, lambda watched: watched.tally.total == 1)
    write_png(folder / "b.png", good_part(2))
    until(going, lambda watched: watched.tally.total == 2)
    going.close()
    assert workbook(out) == list(read(out)) == [str(folder / "a.png"), str(folder / "b.png")]


def test_a_workbook_that_is_locked_is_written_later(model, tmp_path, monkeypatch):
    folder, out = tmp_path / "in", tmp_path / "out"
    write_png(folder / "a.png", good_part(1))
    locked = [True]
    write = run.write_workbook

    def refusing(path, rows, ticket):
        if locked[0]:
            raise Problem("locked")
        write(path, rows, ticket)

    monkeypatch.setattr(run, "write_workbook", refusing)
    going = watch(model, folder, out, silent(), replace(BARE, workbook=True), QUICK)
    until(going, lambda watched: watched.tally.total == 1)
    write_png(folder / "b.png", good_part(2))
    until(going, lambda watched: watched.tally.total == 2)
    assert list(read(out)) == [str(folder / "a.png")]
    assert not (out / "scores.xlsx").exists()
    locked.clear()
    locked.append(False)
    going.close()
    assert workbook(out) == list(read(out)) == [str(folder / "a.png"), str(folder / "b.png")]


def test_it_stops_while_it_waits(model, tmp_path):
    ticket = Ticket()
    (tmp_path / "in").mkdir()
    going = watch(model, tmp_path / "in", tmp_path / "out", ticket, BARE, replace(QUICK, turn=10_000.0))
    next(going)
    threading.Timer(0.2, ticket.cancel).start()
    with pytest.raises(Cancelled):
        deque(going)


def test_arriving_images_are_told_once_when_they_are_complete(tmp_path):
    here, whole = tmp_path / "line", tmp_path / "whole.png"
    write_png(whole, good_part(0))
    known = write_png(here / "known.png", good_part(1))
    first = write_png(here / "first.png", good_part(2))
    going = arriving(here, [known], silent(), QUICK)
    assert next(told for told in going if told.paths).paths == (first,)
    part = here / "deeper" / "part.png"
    part.parent.mkdir()
    part.write_bytes(whole.read_bytes()[:200])  # a copy that stalls
    assert next(told for told in going if told.waiting).paths == ()
    part.write_bytes(whole.read_bytes())
    assert next(told for told in going if told.paths).paths == (part,)
    here.rename(tmp_path / "away")
    assert next(going).away
    (tmp_path / "away").rename(here)
    assert not next(going).away


def test_what_never_becomes_an_image_is_told_in_the_end(tmp_path):
    (tmp_path / "broken.png").write_bytes(b"nothing")
    going = arriving(tmp_path, [], silent(), replace(QUICK, give_up=0.1))
    assert next(told for told in going if told.paths).paths == (tmp_path / "broken.png",)


def test_arriving_is_stopped(tmp_path):
    ticket = Ticket()
    write_png(tmp_path / "a.png", good_part(0))
    going = arriving(tmp_path, [], ticket, QUICK)
    next(going)
    ticket.cancel()
    with pytest.raises(Cancelled):
        list(going)
    with pytest.raises(Problem, match="no folder"):
        next(arriving(tmp_path / "none", [], silent()))
