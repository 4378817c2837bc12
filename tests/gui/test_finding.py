"""A project whose pictures have moved: told once with the number, found again, undone, saved."""

import pytest

from core.project.edits import SetTroubles
from core.project.model import Label
from gui.session.session import Session
from gui.settings import Preferences
from tests.textures import write_dataset
from tests.windows import open_session


@pytest.fixture
def moved(qtbot, tmp_path):
    """A closed project whose data set lies elsewhere now."""
    session = open_session(tmp_path / "project", train=0)
    layout = write_dataset(tmp_path / "set", train=3, good=2, defect=1, size=(48, 64))
    session.add_folder(layout.root)
    qtbot.waitUntil(lambda: len(session.project.samples) == 6, timeout=10_000)
    qtbot.waitUntil(lambda: all(s.content_hash for s in session.project.samples.values()), timeout=10_000)
    path = session.project.path
    assert session.close(10_000)
    (tmp_path / "set").rename(tmp_path / "moved")
    return path


def test_moved_pictures_are_counted_found_undone_and_saved(qtbot, tmp_path, moved):
    session = Session(Preferences())
    session.open_project(moved)
    qtbot.waitUntil(lambda: len(session.missing) == 6, timeout=10_000)
    session.do(SetTroubles({1: "It is not there."}))
    before = dict(session.project.samples)
    assert session.locate(tmp_path / "moved")
    qtbot.waitUntil(lambda: not session.missing, timeout=10_000)
    samples = session.project.samples
    assert all(sample.path.exists() for sample in samples.values())
    defect = next(sample for sample in samples.values() if sample.label is Label.DEFECT)
    assert defect.mask.is_relative_to(tmp_path / "moved")
    assert defect.mask.exists()
    assert samples[1].trouble == ""
    session.undo()
    assert session.project.samples == before
    qtbot.waitUntil(lambda: len(session.missing) == 6, timeout=10_000)
    session.redo()
    qtbot.waitUntil(lambda: not session.missing, timeout=10_000)
    assert session.close(10_000)
    again = Session(Preferences())
    again.open_project(moved)
    qtbot.waitUntil(lambda: again.job("find") is not None and not again.job("find").active, timeout=10_000)
    assert again.missing == frozenset()
    assert all(sample.path.is_relative_to(tmp_path / "moved") for sample in again.project.samples.values())
    assert again.close(10_000)


def test_looking_at_a_missing_picture_takes_nothing_from_it(qtbot, moved):
    session = Session(Preferences())
    session.open_project(moved)
    qtbot.waitUntil(lambda: len(session.missing) == 6, timeout=10_000)
    before, uses = dict(session.project.samples), session.tally.uses.copy()
    for sample in before:
        with qtbot.waitSignal(session.inspected, timeout=10_000) as shown:
            session.select(sample)
        assert shown.args[0].photo is None
    session._live.flush()
    assert session.project.samples == before
    assert session.tally.uses == uses
    assert session.close(10_000)


def test_a_wrong_folder_changes_nothing(qtbot, tmp_path, moved):
    session = Session(Preferences())
    session.open_project(moved)
    qtbot.waitUntil(lambda: len(session.missing) == 6, timeout=10_000)
    (tmp_path / "empty").mkdir()
    with qtbot.waitSignal(session.problem, timeout=10_000) as told:
        session.locate(tmp_path / "empty")
    assert "None of the missing files" in told.args[0].message
    assert len(session.missing) == 6
    assert not session.undo_stack.canUndo()
    assert session.close(10_000)


def test_pictures_added_again_meanwhile_are_not_doubled(qtbot, tmp_path, moved):
    session = Session(Preferences())
    session.open_project(moved)
    qtbot.waitUntil(lambda: len(session.missing) == 6, timeout=10_000)
    twin = next((tmp_path / "moved").rglob("train/good/*.png"))
    session.add_files([twin])
    qtbot.waitUntil(lambda: len(session.project.samples) == 7, timeout=10_000)
    session.locate(tmp_path / "moved")
    qtbot.waitUntil(lambda: len(session.missing) == 1, timeout=10_000)
    paths = [sample.path for sample in session.project.samples.values()]
    assert len(set(paths)) == 7
    assert session.close(10_000)
