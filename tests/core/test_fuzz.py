"""A few broken files for each reader; `make fuzz` tries ten thousand. Nothing opens a connection by itself."""

import pickle
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from core.detectors import registry
from tests.fuzz import READERS, fuzz, watched
from tests.textures import write_dataset


@pytest.mark.filterwarnings("ignore")  # Pillow's, about what it finds in broken files
@pytest.mark.parametrize("reader", READERS)
def test_a_broken_file_is_a_result_or_a_problem(reader, tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "build_extractor", registry.build_extractor)  # put back afterwards
    fuzz(reader, 60 if reader == "models" else 150, tmp_path)


def connect():
    with socket.socket() as one:
        one.connect_ex(("127.0.0.1", 9))


@pytest.mark.parametrize(
    "misdeed",
    [
        lambda folder: (folder / "outside").write_text("x"),
        lambda folder: (folder / "more").unlink(),
        lambda folder: subprocess.run([sys.executable, "-c", ""], check=True),
        lambda folder: connect(),
        lambda folder: pickle.loads(pickle.dumps(Path)),
    ],
)
def test_the_watch_sees_misdeeds(misdeed, tmp_path):
    (tmp_path / "inside").mkdir()
    for name in ("there", "more"):
        (tmp_path / name).touch()
    with pytest.raises(AssertionError), watched(tmp_path / "inside"):
        misdeed(tmp_path)
    with watched(tmp_path / "inside"):
        (tmp_path / "inside" / "new").write_text("x")
        (tmp_path / "there").read_text()


# What a person does who has agreed to no download; a connection, an address looked up or a port opened ends it.
OFFLINE = """
import sys
EVENTS = {"socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"}

def hook(event, arguments):
    if event in EVENTS:
        raise BaseException(f"the network was used: {event} {arguments[1:]}")

sys.addaudithook(hook)
"""
COMMANDS = """
from core.cli.app import app
from typer.testing import CliRunner

good, defects, folder = sys.argv[1:]
model = f"{folder}/part.flawmodel"
for command in (
    ["train", good, "-o", model, "--size", "64"],
    ["inspect", model, defects, "-o", f"{folder}/results"],
    ["export", model, "--probes", defects, "-o", f"{folder}/bundle"],
    ["doctor"],
    ["train", good, "-o", f"{folder}/other.flawmodel", "--backbone", "resnet18"],
):
    done = CliRunner().invoke(app, command)
    assert isinstance(done.exception, SystemExit | None), done.exception
    print(command[0], done.exit_code)
"""
WINDOW = """
from PySide6.QtCore import QTimer
from gui.launch import open_window

app, window = open_window([])
QTimer.singleShot(2000, app.quit)
app.exec()
window.dispose()
assert not {"PySide6.QtNetwork", "http.server", "socketserver"} & set(sys.modules)
"""


def offline(code, *arguments):
    return subprocess.run(
        [sys.executable, "-c", OFFLINE + code, *map(str, arguments)], capture_output=True, text=True, check=False
    )


def test_nothing_uses_the_network_unasked(tmp_path):
    data = write_dataset(tmp_path / "data", train=4, good=1, defect=2)
    done = offline(COMMANDS, data.root / "train" / "good", data.root / "test" / "spot", tmp_path)
    assert done.returncode == 0, done.stderr
    # The last one asks for weights that are not here: it says so instead of fetching them.
    assert done.stdout.split() == ["train", "0", "inspect", "0", "export", "0", "doctor", "0", "train", "1"]


@pytest.mark.gui
def test_the_window_uses_no_network():
    done = offline(WINDOW)
    assert done.returncode == 0, done.stderr


def test_the_hook_sees_a_connection():
    done = offline("import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')")
    assert "the network was used" in done.stderr
