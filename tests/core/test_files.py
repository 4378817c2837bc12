"""A file is the old one or the whole new one, whatever happens in between."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core import files
from core.errors import Problem
from core.files import check_writable, write_text, writing, writing_folder

POSIX = pytest.mark.skipif(os.name != "posix", reason="rights and links as POSIX has them")


@pytest.fixture
def umask():
    before = os.umask(0o027)
    yield 0o027
    os.umask(before)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("durable", [True, False])
def test_the_new_file_appears_at_the_end(tmp_path, durable):
    path = tmp_path / "new" / "folder" / "Prüfling \udcff.txt"
    with writing(path, durable=durable) as part:
        part.write_bytes(b"whole")
        assert part.parent == path.parent
        assert not path.exists()
    assert path.read_bytes() == b"whole"
    with writing(path, durable=durable) as part:
        part.write_bytes(b"newer")
        assert path.read_bytes() == b"whole"
    assert path.read_bytes() == b"newer"
    assert names(path.parent) == [path.name]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, Problem])
def test_a_block_that_fails_leaves_the_old_file_alone(tmp_path, error):
    path = tmp_path / "a.txt"
    write_text(path, "old")

    def write():
        with writing(path) as part:
            part.write_bytes(b"half")
            raise error("stop")

    with pytest.raises(error):
        write()
    assert path.read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_a_program_killed_in_between_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.txt"
    write_text(path, "old")
    code = (
        "import os, signal, sys; from pathlib import Path; from core.files import writing\n"
        "with writing(Path(sys.argv[1])) as part:\n"
        "    part.write_bytes(b'half')\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert done.returncode == (-signal.SIGTERM if os.name == "posix" else signal.SIGTERM)
    assert path.read_text() == "old"
    # What is left bears the mark by which leftovers are found and deleted.
    assert [name for name in names(tmp_path) if not name.endswith(".part")] == ["a.txt"]


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EROFS, "may write to"),
        (errno.EACCES, "may write to"),
        (errno.ENOENT, "not there any more"),
        (errno.EIO, "Check the drive"),
    ],
)
@pytest.mark.parametrize("step", ["touch", "write", "fsync", "replace"])
def test_an_error_of_the_drive_is_told_with_its_remedy(tmp_path, monkeypatch, code, remedy, step):
    path = tmp_path / "a.txt"
    write_text(path, "old")

    def fail(*_args, **_more):
        raise OSError(code, os.strerror(code))

    owner = {"touch": Path, "replace": Path, "fsync": os}.get(step)
    if owner is not None:
        monkeypatch.setattr(owner, step, fail)

    def write():
        with writing(path) as part:
            part.write_bytes(b"half")
            if step == "write":
                fail()

    with pytest.raises(Problem, match="could not be written") as told:
        write()
    monkeypatch.undo()
    assert remedy in told.value.hint
    assert os.strerror(code) in str(told.value)
    assert path.read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_a_full_device_is_told_as_one():
    with pytest.raises(OSError, match="space") as raised:
        Path("/dev/full").write_bytes(b"x" * 100_000)
    assert "disk is full" in str(files.unwritable(Path("/dev/full"), raised.value))


@POSIX
def test_a_new_file_has_the_rights_of_any_new_file(tmp_path, umask):
    plain = tmp_path / "plain"
    plain.touch()
    write_text(tmp_path / "ours", "text")
    assert (tmp_path / "ours").stat().st_mode == plain.stat().st_mode
    assert plain.stat().st_mode & 0o777 == 0o666 & ~umask


@POSIX
@pytest.mark.parametrize("mode", [0o600, 0o664, 0o755])
def test_a_replaced_file_keeps_its_rights(tmp_path, umask, mode):
    path = tmp_path / "a.txt"
    path.touch()
    path.chmod(mode)
    write_text(path, "new")
    assert path.stat().st_mode & 0o7777 == mode
    assert path.read_text() == "new"


@POSIX
def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    path = tmp_path / "link.txt"
    path.symlink_to(tmp_path / "elsewhere" / "real.txt")
    write_text(path, "text")
    assert path.is_symlink()
    assert (tmp_path / "elsewhere" / "real.txt").read_text() == "text"
    assert names(tmp_path / "elsewhere") == ["real.txt"]


def test_what_is_no_file_is_not_replaced(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    for path in [folder, *([Path(os.devnull)] if os.name == "posix" else [])]:
        with pytest.raises(Problem, match="not an ordinary file"):
            write_text(path, "text")
    assert folder.is_dir()
    assert not Path(os.devnull).is_file()
    assert names(tmp_path) == ["folder"]


def test_a_file_that_may_not_be_changed_is_not_replaced(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    write_text(path, "old")
    real = os.access
    # An administrator may write anything, and tests may run as one.
    monkeypatch.setattr(os, "access", lambda place, mode: mode != os.W_OK and real(place, mode))
    with pytest.raises(Problem, match="could not be written"):
        write_text(path, "new")
    assert path.read_text() == "old"


def test_signs_that_are_no_text_are_escaped(tmp_path):
    write_text(tmp_path / "a.txt", "ä\udcff\n")
    assert (tmp_path / "a.txt").read_bytes() == "ä\\udcff\n".encode()


def test_a_folder_is_made_and_tried(tmp_path):
    check_writable(tmp_path / "a" / "b")
    assert names(tmp_path / "a" / "b") == []
    (tmp_path / "file").touch()
    with pytest.raises(Problem, match="could not be written"):
        check_writable(tmp_path / "file" / "below")


@pytest.mark.parametrize("durable", [True, False])
def test_a_folder_appears_with_all_that_is_in_it(tmp_path, durable):
    folder = tmp_path / "new" / "bundle"
    for content in ("first", "second"):
        with writing_folder(folder, durable=durable) as part:
            (part / "below").mkdir()
            (part / "below" / content).write_text(content)
            assert folder.exists() == (content == "second")
        assert names(folder / "below") == [content]
    assert names(folder.parent) == ["bundle"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, Problem, OSError])
def test_a_folder_that_fails_leaves_the_old_one(tmp_path, error):
    def write(content):
        with writing_folder(tmp_path / "bundle") as part:
            (part / content).write_text(content)
            if content == "half":
                raise error("stop")

    write("old")
    with pytest.raises(Problem if error is OSError else error):
        write("half")
    assert names(tmp_path) == ["bundle"]
    assert names(tmp_path / "bundle") == ["old"]


def test_a_folder_that_cannot_be_put_in_place_leaves_the_old_one(tmp_path, monkeypatch):
    real = Path.rename

    def rename(path, target):
        if path.suffix == ".part":
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))
        return real(path, target)

    def write(content):
        with writing_folder(tmp_path / "bundle") as part:
            (part / content).write_text(content)

    write("old")
    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(Problem, match="could not be written"):
        write("new")
    assert names(tmp_path) == ["bundle"]
    assert names(tmp_path / "bundle") == ["old"]
