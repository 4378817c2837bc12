"""Files that are gone, and files found again: by names and by what is in them."""

import hashlib

import pytest

from core.errors import Problem
from core.progress import silent
from core.project.relocation import missing_files, relocated


def write(folder, *names):
    files = {}
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(f"contents of {name}".encode())
        files[path] = hashlib.sha256(path.read_bytes()).hexdigest()
    return files


NAMES = ("train/good/0.png", "train/good/1.png", "test/bad/0.png", "test/bad/1.png", "检测/é.png")


@pytest.fixture
def moved(tmp_path):
    files = write(tmp_path / "old" / "set", *NAMES)
    (tmp_path / "old").rename(tmp_path / "new")
    return tmp_path, files


def test_what_is_gone_is_told(tmp_path):
    files = write(tmp_path, "a/1.png", "a/2.png")
    gone = tmp_path / "a" / "3.png", tmp_path / "b" / "1.png"
    assert missing_files(map(str, [*files, *gone]), silent()) == frozenset(map(str, gone))


@pytest.mark.parametrize("named", ["new", "new/set"])
def test_a_moved_folder_is_found_at_any_height(moved, named):
    root, files = moved
    found = relocated(files, root / named, silent())
    assert found == {path: root / "new" / path.relative_to(root / "old") for path in files}


def test_equal_names_in_two_folders_are_told_apart_by_their_contents(moved):
    root, files = moved
    found = relocated(files, root / "new" / "set" / "test" / "bad", silent())
    assert found == {root / f"old/set/test/bad/{n}.png": root / f"new/set/test/bad/{n}.png" for n in (0, 1)}


def test_files_that_are_not_there_stay_missing(moved):
    root, files = moved
    (root / "new" / "set" / "test" / "bad" / "1.png").unlink()
    found = relocated(files, root / "new" / "set", silent())
    assert set(files) - set(found) == {root / "old/set/test/bad/1.png"}


def test_files_of_the_same_names_that_are_others_are_refused(moved):
    root, files = moved
    for path in (root / "new").rglob("*.png"):
        path.write_bytes(b"another")
    with pytest.raises(Problem, match="are others"):
        relocated(files, root / "new" / "set", silent())
    assert len(relocated(dict.fromkeys(files, ""), root / "new" / "set", silent())) == len(files)


def test_a_folder_without_them_is_refused(moved):
    root, files = moved
    write(root / "elsewhere", "x.png")
    with pytest.raises(Problem, match="None of the missing files"):
        relocated(files, root / "elsewhere", silent())
