import errno
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import Problem
from core.images.area import Area
from core.project import edits, storage
from core.project.masks import PackedMask, paint_stroke
from core.project.model import Label, Role
from core.project.storage import ProjectFile, clean_leftovers, delete_model_files
from tests.projects import CALIBRATION, contents, record, sample, score


@pytest.fixture
def opened(tmp_path):
    """A project with a bit of everything, open."""
    file = ProjectFile.create(tmp_path / "place" / "flange.flawsight", "Flange")
    fill(file)
    yield file
    file.close()


def fill(file):
    project = file.project
    folder = project.path.parent / "pictures"
    samples = [
        sample(1, Label.GOOD, Role.TRAIN, folder),
        sample(2, Label.DEFECT, folder=folder, defect_type="scratch", mask=folder / "2_mask.png"),
        sample(3, folder=folder, size=(48, 80), content_hash="ab", note="first of 3 pages"),
        sample(4, folder=folder / "检测" / "Prüfung é", trouble="empty file"),
    ]
    file.do(edits.AddSamples(samples))
    file.do(edits.AddModel(record(project), CALIBRATION))
    file.do(edits.AddScores([score(project, 2, 0.1 + 0.2), score(project, 3, 1e-9)]))
    file.do(edits.SetSettings({"frame": "256"}))
    file.do(edits.SetMarks({2: painted((10, 10), (70, 30))}, "Brush stroke"))


def painted(start, end, size=(300, 700)):
    mask = np.zeros(size, np.uint8)
    paint_stroke(mask, start, end, 8, 1)
    return PackedMask.of(mask)


def reopened(path):
    file = ProjectFile.open(path)
    file.close()
    return file.project


def test_everything_comes_back(opened):
    opened.close()
    assert contents(reopened(opened.project.path)) == contents(opened.project)


EDITS = {
    "remove": lambda p: edits.RemoveSamples([2, 3]),
    "label": lambda p: edits.SetLabels([1, 3], Label.DEFECT, "dent"),
    "roles": lambda p: edits.SetRoles([1, 2], Role.TUNE),
    "held out": lambda p: edits.SetRoles([1, 2], Role.HOLD_OUT),
    "good": lambda p: edits.SetLabels([1, 2], Label.GOOD),
    "paint": lambda p: edits.SetMarks({1: painted((5, 5), (600, 200)), 2: painted((10, 10), (600, 290))}, "Stroke"),
    "erase": lambda p: edits.SetMarks({2: painted((-50, -50), (-40, -40))}, "Eraser stroke"),
    "facts": lambda p: edits.SetFacts({1: edits.SampleFacts((48, 80), "cd", "", "", 8)}),
    "scores": lambda p: edits.AddScores([score(p, 1, 9.0), score(p, 3, 8.0)]),
    "model": lambda p: edits.AddModel(record(p, "m2", "2026-03-01T00:00:00+00:00"), CALIBRATION),
    "remove model": lambda p: edits.RemoveModel("m1"),
    "limits": lambda p: edits.SetCalibration("m1", replace(CALIBRATION, high=20.0)),
    "settings": lambda p: edits.SetSettings({"frame": "512", "seed": "1"}),
    "area": lambda p: edits.SetArea(Area((((0.1, 0.2), (0.9, 0.3), (0.4, 0.95)),))),
}


@pytest.mark.parametrize("make", EDITS.values(), ids=EDITS.keys())
def test_the_file_follows_every_edit_and_its_undoing(opened, make):
    edit = make(opened.project)
    for step in (opened.do, opened.undo, opened.do):
        step(edit)
        copy = opened.project.path.with_name("copy.flawsight")
        shutil.copy(opened.project.path, copy)
        shutil.copytree(opened.project.files, copy.with_name("copy.files"), dirs_exist_ok=True)
        found = reopened(copy)
        assert [found.samples, found.scores.keys(), found.calibrations, found.settings, found.active_model] == [
            opened.project.samples,
            opened.project.scores.keys(),
            opened.project.calibrations,
            opened.project.settings,
            opened.project.active_model,
        ]
        assert [s.score for s in found.scores.values()] == [s.score for _, s in sorted(opened.project.scores.items())]


def test_many_edits_one_transaction_each(opened, monkeypatch):
    """What one edit writes is there at once or not at all."""
    seen = []
    connection = opened._connection
    connection.set_trace_callback(lambda text: seen.append(text.split(" ")[0]))
    opened.do(edits.SetLabels([1, 2, 3], Label.GOOD))
    connection.set_trace_callback(None)
    assert seen[0] == "BEGIN"
    assert seen[-1] == "COMMIT"
    assert seen.count("BEGIN") == 1


def test_power_cuts_lose_nothing_saved(tmp_path):
    """A process killed right after an edit leaves that edit in the file."""
    path = tmp_path / "p.flawsight"
    script = f"""
import os, signal
from pathlib import Path
from core.project.storage import ProjectFile
from core.project.edits import AddSamples, SetLabels
from core.project.model import Label, Sample
file = ProjectFile.create(Path({str(path)!r}), "P")
file.do(AddSamples([Sample(i, f"/pictures/{{i}}.png") for i in range(1, 50)]))
file.do(SetLabels(range(1, 50), Label.GOOD))
file._connection.execute("BEGIN IMMEDIATE")
file._connection.execute("DELETE FROM samples")
os.kill(os.getpid(), signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
"""
    subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[2], check=False)
    file = ProjectFile.open(path)
    assert file.why_read_only == ""  # the lock died with the process
    assert len(file.project.samples) == 49
    assert all(s.label is Label.GOOD for s in file.project.samples.values())
    file.close()


def test_the_second_opener_reads_only(opened):
    second = ProjectFile.open(opened.project.path)
    assert second.project.read_only
    assert "another window" in second.why_read_only
    assert contents(second.project) == contents(opened.project)
    with pytest.raises(Problem, match="reading only"):
        second.do(edits.SetLabels([1], Label.DEFECT))
    assert second.project.samples[1].label is Label.GOOD
    opened.do(edits.SetLabels([1], Label.DEFECT))  # the first goes on
    second.close()
    opened.close()
    third = ProjectFile.open(opened.project.path)
    assert not third.project.read_only
    third.close()


def test_another_process_is_kept_out(opened):
    script = f"""
from pathlib import Path
from core.project.storage import ProjectFile
print(ProjectFile.open(Path({str(opened.project.path)!r})).project.read_only)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=Path(__file__).parents[2], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "True"


def test_a_moved_project_finds_its_pictures(opened, tmp_path):
    pictures = opened.project.path.parent / "pictures"
    pictures.mkdir()
    for name in ("0001.png", "0002.png", "2_mask.png"):
        (pictures / name).touch()
    opened.close()
    moved = tmp_path / "elsewhere"
    shutil.move(tmp_path / "place", moved)
    project = reopened(moved / "flange.flawsight")
    assert project.samples[1].path == moved / "pictures" / "0001.png"
    assert project.samples[2].mask == moved / "pictures" / "2_mask.png"
    assert project.models["m1"].path == moved / "flange.files" / "models" / "m1.flawmodel"
    assert project.scores["m1", 2].heat_path == moved / "flange.files" / "maps" / "m1" / "2.npy"
    # and the file says so: the next move starts from here
    assert contents(reopened(moved / "flange.flawsight")) == contents(project)


def test_the_relative_places_are_those_that_lead_from_the_project_s_folder(opened):
    here = opened.project.path.parent
    places = [
        here / "a.png",
        here / "deep" / "er" / "b.png",
        here.parent / "beside" / "c.png",
        Path("/d.png").absolute(),
    ]
    opened.do(edits.AddSamples([sample(10 + n)._replace(file=str(path), mask=path) for n, path in enumerate(places)]))
    found = opened._connection.execute(
        "SELECT path, mask, home_path FROM samples WHERE id >= 10 ORDER BY id"
    ).fetchall()
    for path, (relative, mask, home) in zip(places, found, strict=True):
        assert mask == relative
        assert os.path.normpath(relative) == os.path.relpath(path, here)
        assert home == str(path)


def test_a_project_moved_without_its_pictures_keeps_the_old_places(opened, tmp_path):
    pictures = opened.project.path.parent / "pictures"
    pictures.mkdir()
    (pictures / "0001.png").touch()
    opened.close()
    far = tmp_path / "far"
    far.mkdir()
    shutil.move(opened.project.path, far / "flange.flawsight")
    assert reopened(far / "flange.flawsight").samples[1].path == pictures / "0001.png"


@pytest.mark.skipif(sys.platform == "win32", reason="names are Unicode there")
def test_names_that_are_no_unicode_survive(tmp_path):
    file = ProjectFile.create(tmp_path / "p", "P")
    odd = Path(os.fsdecode(b"/pictures/caf\xe9.png"))
    file.do(edits.AddSamples([sample(1)._replace(file=str(odd))]))
    file.close()
    assert reopened(tmp_path / "p.flawsight").samples[1].path == odd


def assert_refused(path, words):
    before = path.read_bytes()
    beside = sorted(path.parent.iterdir())
    with pytest.raises(Problem, match=words) as caught:
        ProjectFile.open(path)
    assert str(caught.value)  # the template can be filled in
    assert caught.value.hint
    assert path.read_bytes() == before
    return beside


def test_a_newer_file_is_left_alone(opened):
    path = opened.project.path
    opened.close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version={storage.SCHEMA_VERSION + 1}")
    connection.close()
    assert_refused(path, "newer version")


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.9])
def test_a_truncated_file_is_left_alone(opened, share):
    path = opened.project.path
    opened.close()
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert_refused(path, "damaged|not a Flawsight project")


def test_garbage_inside_is_left_alone(opened):
    path = opened.project.path
    opened.close()
    data = bytearray(path.read_bytes())
    data[5000:9000] = os.urandom(4000)
    path.write_bytes(bytes(data))
    assert_refused(path, "damaged")


@pytest.mark.parametrize("content", [b"", b"hello", b"\x89PNG" + bytes(500), b"SQLite format 3\0" + bytes(500)])
def test_something_else_is_left_alone(tmp_path, content):
    path = tmp_path / "p.flawsight"
    path.write_bytes(content)
    beside = assert_refused(path, "not a Flawsight project")
    assert sorted(tmp_path.iterdir()) == beside  # no lock, no folder


def test_a_database_of_another_program_is_left_alone(tmp_path):
    path = tmp_path / "p.flawsight"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE photos (id INTEGER)")
    connection.close()
    assert_refused(path, "not a Flawsight project")


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE samples SET label = 'banana' WHERE id = 1",
        "UPDATE models SET calibration = '{}'",
        "UPDATE models SET file = '../../../etc/passwd'",
        "UPDATE scores SET placement = '[1, 2]'",
        "DELETE FROM project WHERE name = 'name'",
        "DROP TABLE scores",
    ],
)
def test_contents_that_make_no_sense_are_damage(opened, damage):
    path = opened.project.path
    opened.close()
    with sqlite3.connect(path) as connection:
        connection.execute(damage)
    connection.close()
    assert_refused(path, "damaged")
    # nothing keeps the next one out
    lock, why = storage._take_lock(path)
    assert why == ""
    storage._release(lock)


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(Problem, match="no project"):
        ProjectFile.open(tmp_path / "p.flawsight")


def test_nothing_is_overwritten(opened):
    before = opened.project.path.read_bytes()
    with pytest.raises(Problem, match="already"):
        ProjectFile.create(opened.project.path, "Other")
    assert opened.project.path.read_bytes() == before


def test_a_full_disk_changes_nothing(opened):
    connection = opened._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count={pages}")
    before = contents(opened.project)
    many = edits.AddSamples([sample(i) for i in range(5, 2000)])
    with pytest.raises(Problem, match="disk is full"):
        opened.do(many)
    assert contents(opened.project)[:-1] == before[:-1]
    connection.execute("PRAGMA max_page_count=1000000")
    opened.do(edits.SetLabels([1], Label.DEFECT))  # it goes on as if nothing had been
    opened.do(many)
    opened.close()
    assert contents(reopened(opened.project.path)) == contents(opened.project)


def test_undoing_on_a_full_disk_changes_nothing(opened):
    opened.do(edits.AddSamples([sample(i, note="x" * 200) for i in range(5, 300)]))
    remove = edits.RemoveSamples(range(5, 300))
    opened.do(remove)
    connection = opened._connection
    connection.execute("VACUUM")
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count={pages}")
    before = contents(opened.project)
    with pytest.raises(Problem, match="disk is full"):
        opened.undo(remove)
    assert contents(opened.project) == before
    connection.execute("PRAGMA max_page_count=1000000")
    opened.undo(remove)
    assert len(opened.project.samples) == 299


def test_a_locked_database_is_told(opened, monkeypatch):
    monkeypatch.setattr(storage, "BUSY_SECONDS", 0.05)
    opened.close()
    file = ProjectFile.open(opened.project.path)
    other = sqlite3.connect(opened.project.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Problem, match="Another program"):
        file.do(edits.SetLabels([1], Label.DEFECT))
    assert file.project.samples[1].label is Label.GOOD
    other.close()
    file.do(edits.SetLabels([1], Label.DEFECT))
    file.close()


@pytest.fixture
def read_only_folder(opened):
    """The project's folder as on read-only media; checked through the rights where the tests run as root."""
    folder = opened.project.path.parent
    opened.close()
    folder.chmod(0o555)
    opened.project.path.chmod(0o444)
    yield folder
    folder.chmod(0o755)


def deny_writing(monkeypatch):
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: False if mode == os.W_OK else real(path, mode))


def test_read_only_media_open_for_reading(opened, read_only_folder, monkeypatch):
    deny_writing(monkeypatch)
    file = ProjectFile.open(opened.project.path)
    assert file.project.read_only
    assert "cannot be written" in file.why_read_only
    assert contents(file.project) == contents(opened.project)
    file.close()


def test_a_folder_that_cannot_be_written_gets_no_project(tmp_path, monkeypatch):
    def refuse(*_args, **_more):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(Problem, match="cannot be written"):
        ProjectFile.create(tmp_path / "p", "P")
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []


def test_an_older_file_is_migrated(opened, monkeypatch):
    path = opened.project.path
    opened.close()
    before = contents(opened.project)
    monkeypatch.setattr(storage, "MIGRATIONS", (*storage.MIGRATIONS, "CREATE TABLE later (id INTEGER)"))
    monkeypatch.setattr(storage, "SCHEMA_VERSION", len(storage.MIGRATIONS))
    assert contents(reopened(path)) == before
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (storage.SCHEMA_VERSION,)
        assert connection.execute("SELECT count(*) FROM later").fetchone() == (0,)
    connection.close()


def test_a_file_of_version_1_opens_with_everything(opened):
    path = opened.project.path
    opened.do(edits.SetMarks({2: None}, "Back to the file"))
    opened.close()
    before = contents(opened.project)
    with sqlite3.connect(path) as connection:
        connection.executescript("ALTER TABLE samples DROP COLUMN bits; DROP TABLE masks; DROP TABLE mask_tiles")
        connection.execute("PRAGMA user_version=1")
    connection.close()
    assert contents(reopened(path)) == before


def test_a_file_of_version_2_opens_with_everything_and_takes_masks(opened):
    path = opened.project.path
    opened.do(edits.SetMarks({2: None}, "Back to the file"))  # version 2 had no place for them
    opened.close()
    before = contents(opened.project)
    with sqlite3.connect(path) as connection:
        connection.executescript("DROP TABLE masks; DROP TABLE mask_tiles; PRAGMA user_version=2")
    connection.close()
    assert contents(reopened(path)) == before
    file = ProjectFile.open(path)
    file.do(edits.SetMarks({1: painted((5, 5), (90, 90))}, "Stroke"))
    file.close()
    assert reopened(path).masks == {1: painted((5, 5), (90, 90))}


@pytest.mark.parametrize("types", ["[", "7", '{"scratch": 1}', '["scratch", 2]'])
def test_defect_types_that_are_no_list_of_names_are_a_damaged_project(opened, types):
    path = opened.project.path
    opened.close()
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO settings VALUES ('defect-types', ?)", (types,))
    connection.close()
    assert_refused(path, "damaged")


@pytest.mark.parametrize(
    "harm", ["UPDATE masks SET height = -1", "UPDATE masks SET width = 1000000000", "DELETE FROM masks"]
)
def test_a_mask_that_cannot_be_is_a_damaged_project(opened, harm):
    path = opened.project.path
    opened.close()
    with sqlite3.connect(path) as connection:
        connection.execute(harm)
    connection.close()
    assert_refused(path, "damaged")


def test_a_migration_that_fails_changes_nothing(opened, monkeypatch):
    path = opened.project.path
    opened.close()
    monkeypatch.setattr(storage, "MIGRATIONS", (*storage.MIGRATIONS, "CREATE TABLE later (id INTEGER); NONSENSE"))
    monkeypatch.setattr(storage, "SCHEMA_VERSION", len(storage.MIGRATIONS))
    assert_refused(path, "damaged")


def test_leftovers_of_a_crash_go_and_finished_models_stay(opened):
    project = opened.project
    half = project.models_folder / ".x-abc.part"
    finished = project.models_folder / "unknown.flawmodel"
    kept = project.heat_path("m1", 2)
    orphan = project.heat_path("gone", 2)
    half_map = project.maps_folder("m1") / "3.npy.77.part"
    for path in (half, finished, kept, orphan, half_map):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    clean_leftovers(project)
    assert [p.exists() for p in (half, finished, kept, orphan, half_map)] == [False, True, True, False, False]


def test_a_dropped_models_files_are_deleted_and_no_others(opened, tmp_path):
    project = opened.project
    own, heat = project.models["m1"].path, project.heat_path("m1", 2)
    strange = tmp_path / "precious.txt"
    for path in (own, heat, strange):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    delete_model_files(project, project.models["m1"])
    delete_model_files(project, replace(project.models["m1"], path=strange))
    assert [p.exists() for p in (own, heat, strange)] == [False, False, True]
