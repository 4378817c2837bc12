"""Many images into a folder: nothing is computed twice, nothing is lost, memory stays where it is."""

import contextlib
import csv
import os
import shutil
import tracemalloc
from collections import deque
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest

from core.batch import listing, table
from core.batch.journal import Journal, place
from core.batch.listing import walk
from core.batch.run import inspect_into
from core.batch.table import COLUMNS, Row, write_csv, write_workbook
from core.batch.told import Outputs
from core.detectors.settings import PatchCoreSettings
from core.errors import Problem
from core.images.framing import Framing
from core.inspection.result import Failure
from core.progress import Cancelled, Ticket, silent
from core.project.discovery import image_paths
from core.scoring.thresholds import Threshold
from core.training.recipe import Recipe
from core.training.run import train
from tests.textures import flawed_part, good_part, write_png

BARE = Outputs(pictures=False, workbook=False)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("good")
    photos = [write_png(folder / f"{i}.png", good_part(i)) for i in range(8)]
    recipe = Recipe(PatchCoreSettings(coreset=0.2), Framing((64, 64)))
    return train(photos[:6], photos[6:], recipe, silent())


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "检测 in"
    for i in range(6):
        write_png(folder / "line 1" / f"part {i}.png", good_part(50 + i))
    for i in range(9, 12):
        write_png(folder / "line 2" / f"part {i}.png", flawed_part(50 + i)[0])
    (folder / "broken.png").write_bytes(b"nothing")
    return folder


def run(model, paths, out, wanted=BARE, ticket=None):
    """Inspect to the end; return the last tally."""
    going = inspect_into(model, paths if isinstance(paths, list) else [paths], out, ticket or silent(), wanted)
    return deque(going, maxlen=1)[0]


def read(out):
    """Return the rows of a table by path."""
    with (out / "scores.csv").open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        rows = list(reader)
    assert tuple(reader.fieldnames) == COLUMNS
    return {row["path"]: row for row in rows}


def without_seconds(rows):
    return {path: row | {"seconds": ""} for path, row in rows.items()}


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_tables_pictures_and_sorted_copies_tell_the_same(model, photos, tmp_path):
    out = tmp_path / "out"
    tally = run(model, photos, out, Outputs(copies=True))
    rows = read(out)
    assert (out / "scores.csv").read_bytes().startswith(b"\xef\xbb\xbfpath,")
    assert list(rows) == [str(path) for path in image_paths([photos])]  # natural order, each once
    assert (tally.ok + tally.ng, tally.failed, tally.total) == (9, 1, 10)
    assert tally.ng >= 3
    for path, row in rows.items():
        original = Path(path)
        if row["error"]:
            assert (original.name, row["verdict"], row["score"]) == ("broken.png", "", "")
            continue
        place = original.relative_to(photos)
        assert (out / "sorted" / row["verdict"] / place).read_bytes() == original.read_bytes()
        assert (out / "heatmaps" / place).is_file()
        assert (out / "masks" / place).is_file()
    assert len(files(out)) == 3 * 9 + 3  # and nothing else
    book = openpyxl.load_workbook(out / "scores.xlsx")
    cells = list(book.active.iter_rows(values_only=True))
    assert cells[0] == COLUMNS
    for line, row in zip(cells[1:], rows.values(), strict=True):
        for name, cell in zip(COLUMNS, line, strict=True):
            if isinstance(cell, str) or cell is None:
                assert (cell or "") == row[name]
            else:
                # XLSX holds 16 or 17 digits; the CSV file rounds some columns for people.
                assert cell == pytest.approx(float(row[name]), rel=1e-15 if "threshold" in name else 1e-3, abs=0.06)


def test_what_is_finished_is_not_computed_again(model, photos, tmp_path):
    out = tmp_path / "out"
    run(model, photos, out)
    before = read(out)
    again = run(model, photos, out)
    assert again.earlier == 9  # what failed is tried again
    assert again.total == 10
    assert read(out) == before  # seconds, too
    # More is wanted of the same images; a file has changed; another is new.
    assert run(model, photos, out, Outputs(workbook=False)).earlier == 0
    changed = photos / "line 1" / "part 3.png"
    write_png(changed, flawed_part(99)[0])
    write_png(photos / "new.png", good_part(70))
    assert run(model, photos, out).earlier == 8
    fresh = tmp_path / "fresh"
    run(model, photos, fresh)
    assert without_seconds(read(out)) == without_seconds(read(fresh))


def test_other_limits_are_judged_anew_and_the_copy_moves(model, photos, tmp_path):
    out = tmp_path / "out"
    run(model, photos, out, Outputs(pictures=False, copies=True))
    stricter = model.with_calibration(replace(model.calibration, image=Threshold(0.0)))
    tally = run(stricter, photos, out, Outputs(pictures=False, copies=True))
    assert (tally.ng, tally.earlier) == (9, 0)
    assert {name.split("/")[1] for name in files(out) if name.startswith("sorted/")} == {"NG"}
    assert {row["verdict"] for row in read(out).values()} == {"NG", ""}
    assert len(files(photos)) == 10  # copied, never moved


def as_it_is(source, target):
    """Copy a file of a folder that is being written to; what goes meanwhile is gone."""
    with contextlib.suppress(FileNotFoundError):
        shutil.copy2(source, target)


@pytest.mark.parametrize("after", [1, 4, 8])
def test_a_crash_is_gone_on_from(model, photos, tmp_path, after):
    whole, crashed = tmp_path / "whole", tmp_path / "crashed"
    going = inspect_into(model, [photos], whole, silent(), Outputs(copies=True))
    for tally in going:
        if tally.total == after:
            shutil.copytree(whole, crashed, copy_function=as_it_is)  # what a cut of power leaves
    tally = run(model, photos, crashed, Outputs(copies=True))
    assert tally.total == 10
    assert without_seconds(read(crashed)) == without_seconds(read(whole))
    assert {name for name in files(crashed) if ".part" not in name} == files(whole)


def test_a_stop_keeps_the_rows_so_far(model, photos, tmp_path):
    out, ticket = tmp_path / "out", Ticket()
    (out).mkdir()
    (out / "scores.xlsx").write_text("old")
    going = inspect_into(model, [photos], out, ticket, Outputs(pictures=False))
    next(tally for tally in going if tally.total == 3)
    ticket.cancel()
    with pytest.raises(Cancelled):
        deque(going)
    assert len(read(out)) >= 3
    assert not (out / "scores.xlsx").exists()  # it would not tell what is in the table
    assert run(model, photos, out, Outputs(pictures=False)).earlier >= 2
    assert len(read(out)) == 10
    assert (out / "scores.xlsx").exists()


def test_where_nothing_can_be_written_any_more_the_rows_so_far_are_kept(model, photos, tmp_path):
    out = tmp_path / "out"
    in_the_way = out / "masks" / "line 1" / "part 4.png"
    in_the_way.mkdir(parents=True)
    with pytest.raises(Problem, match=r"could not be written .* Up to \d finished pictures are kept") as told:
        run(model, photos, out, Outputs(workbook=False))
    assert len(read(out)) >= 4  # with the broken one
    in_the_way.rmdir()
    tally = run(model, photos, out, Outputs(workbook=False))
    assert tally.earlier == told.value.values["kept"] >= 3
    assert len(read(out)) == 10


def test_names_are_kept_apart(model, tmp_path):
    paths = [
        write_png(tmp_path / "one" / "part.png", good_part(1)),
        write_png(tmp_path / "two" / "part.png", good_part(2)),
        write_png(tmp_path / "two" / "Part.png", good_part(3)),
        write_png(tmp_path / "two" / "=1+1.png", good_part(4)),
        Path(shutil.copy(tmp_path / "two" / "part.png", tmp_path / "two" / "part.bmp")),
    ]
    out = tmp_path / "out"
    run(model, [*paths, tmp_path / "two"], out, Outputs(copies=True))
    copies = [name for name in files(out) if name.startswith("sorted")]
    assert len({name.casefold() for name in copies}) == len(read(out)) == 5
    assert {(out / name).read_bytes() for name in copies} == {path.read_bytes() for path in paths}
    values = openpyxl.load_workbook(out / "scores.xlsx").active
    assert all(cell.data_type == "s" for cell in values["A"])  # a name is no formula


def test_results_inside_the_folder_are_no_pictures(model, photos):
    first = run(model, photos, photos / "results", Outputs(copies=True))
    assert run(model, photos, photos / "results", Outputs(copies=True)).total == first.total == 10
    run(model, photos / "line 1", photos, Outputs(copies=True))  # beside what the results are called
    assert run(model, photos, photos / "results").total == first.total


def test_places_that_cannot_be_are_refused_before_anything_is_written(model, photos, tmp_path):
    out = tmp_path / "out"
    among = out / "Sorted" / "line"
    write_png(among / "a.png", good_part(1))
    before = sorted(tmp_path.rglob("*"))
    for paths, output, told in (
        ([tmp_path / "nowhere"], tmp_path / "new", "no file or folder"),
        ([photos, tmp_path / "nowhere.png"], tmp_path / "new", "no file or folder"),
        ([photos], photos, "among the pictures"),
        ([among], out, "among the pictures"),
    ):
        with pytest.raises(Problem, match=told):
            run(model, paths, output)
        assert sorted(tmp_path.rglob("*")) == before


def test_two_runs_into_one_folder_are_refused(model, photos, tmp_path):
    out = tmp_path / "out"
    going = inspect_into(model, [photos], out, silent(), BARE)
    next(going)
    with pytest.raises(Problem, match="Another inspection writes into"):
        run(model, photos, out)
    going.close()
    assert run(model, photos, out).total == 10


def test_a_file_that_is_no_journal_is_left_alone(model, photos, tmp_path):
    (tmp_path / "inspection.sqlite").write_bytes(b"something else" * 100)
    with pytest.raises(Problem, match="damaged or of another version"):
        run(model, photos, tmp_path)
    assert (tmp_path / "inspection.sqlite").read_bytes() == b"something else" * 100


def test_walking_finds_what_the_window_finds(photos, tmp_path):
    write_png(photos / "masks" / "part 1.png", good_part(1))
    write_png(photos / "line 1" / "part 1_mask.png", good_part(1))
    write_png(photos / ".hidden" / "a.png", good_part(1))
    write_png(photos / "project.files" / "a.png", good_part(1))
    (photos / "project.flawsight").touch()
    (photos / "line 2" / "up").symlink_to(photos, target_is_directory=True)
    (photos / "self.d").symlink_to(photos / "self.d")
    found = list(walk(photos))
    assert sorted(found) == sorted(image_paths([photos]))
    gone = list(walk(tmp_path / "gone"))
    assert [type(each) for each in gone] == [Failure]


def test_a_large_folder_does_not_fill_memory(tmp_path, monkeypatch):
    count = 100_000

    class Endless:
        def __enter__(self):
            return (
                SimpleNamespace(name=f"{i}.png", path=f"{tmp_path}/{i}.png", is_dir=lambda: False) for i in range(count)
            )

        def __exit__(self, *_):
            pass

    monkeypatch.setattr(listing.os, "scandir", lambda path: Endless())
    assert sum(1 for _ in walk(tmp_path)) == count  # Python's table of interned names has grown by now
    tracemalloc.start()
    assert sum(1 for _ in walk(tmp_path)) == count
    with Journal(tmp_path / "out") as journal:
        for number, path in enumerate(walk(tmp_path)):
            if number == 10_000:
                break
            journal.enlist(path)
        listed = journal.listed()
        assert [next(listed).name for _ in range(11)][-2:] == ["9.png", "10.png"]
        assert sum(1 for _ in listed) == 10_000 - 11
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 25e6  # Python's table of interned names, which may grow once more; a list of the paths takes 50e6


def test_tables_stream_and_go_on_to_the_next_sheet(tmp_path, monkeypatch):
    monkeypatch.setattr(table, "SHEET_ROWS", 1000)

    def rows(count):
        for i in range(count):
            yield Row(Path(f"/{'long ' * 20}/{i}.png"), 1.0, i / 3, 0.5, "NG", 1, 2.0, 0.1)

    def peak(count):
        tracemalloc.start()
        write_workbook(tmp_path / "scores.xlsx", rows(count), silent())
        write_csv(tmp_path / "scores.csv", rows(count), silent())
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    few, many = peak(500), peak(2500)
    assert many < few + 200_000
    book = openpyxl.load_workbook(tmp_path / "scores.xlsx", read_only=True)
    sheets = [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]
    assert [len(sheet) for sheet in sheets] == [1000, 1000, 503]
    assert all(sheet[0] == COLUMNS for sheet in sheets)
    assert [line[1] for sheet in sheets for line in sheet[1:]] == [pytest.approx(i / 3) for i in range(2500)]
    book.close()
    assert files(tmp_path) == {"scores.csv", "scores.xlsx"}


def test_names_that_are_no_text(tmp_path):
    path = Path(os.fsdecode(b"/\xff.png"))
    with Journal(tmp_path) as journal:
        assert journal.name(path, path.stem) == r"\udcff"
        journal.enlist(path)
        assert list(journal.listed()) == [path]
    write_workbook(tmp_path / "a.xlsx", [Row(path, 1.0, error="x" * 40_000)], silent())
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").active["A2"].value == r"/\udcff.png"


def test_natural_order():
    names = ["b 1", "a 2", "a 10", "a 1", "A 3", "a"]
    assert sorted(names, key=lambda name: place(Path(name))) == ["a", "a 1", "a 2", "A 3", "a 10", "b 1"]
