"""Whatever is handed in: a sentence with a remedy, exit code 1, nothing half-written."""

import json
import struct
import subprocess
import sys

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from typer.testing import CliRunner

from core.cli.app import app
from tests.textures import good_part, write_dataset, write_png

runner = CliRunner()


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_dataset(tmp_path_factory.mktemp("data"), train=6, good=3, defect=3)


@pytest.fixture(scope="module")
def model(data, tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "part.flawmodel"
    done = runner.invoke(app, ["train", str(data.root), "-o", str(path), "--size", "64"])
    assert done.exit_code == 0, done.output
    return path


def refused(*arguments):
    """Run a command that has to fail, and return what it says."""
    done = runner.invoke(app, [str(argument) for argument in arguments])
    assert done.exit_code == 1, done.output
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("Error: ")
    # A sentence, and what to do about it.
    assert last.count(". ") >= 1
    assert last.endswith(".")
    assert "Traceback" not in done.output
    return done.stderr


def train(folder, target, *more):
    return ["train", folder, "--output", target, "--size", "64", *more]


def test_no_images(tmp_path):
    (tmp_path / "empty").mkdir()
    assert "no pictures" in refused(*train(tmp_path / "empty", tmp_path / "m.flawmodel"))
    assert "not there" in refused(*train(tmp_path / "nowhere", tmp_path / "m.flawmodel"))
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_a_folder_that_is_missing_is_said_to_be_missing(model, tmp_path):
    for arguments in (
        ("compare", tmp_path / "nowhere"),
        ("check", tmp_path / "nowhere"),
        ("robustness", model, tmp_path / "nowhere"),
        ("distill", tmp_path / "nowhere", "--output", tmp_path / "teacher.safetensors"),
        ("evaluate", model, tmp_path / "nowhere"),
    ):
        assert "“nowhere” is not there" in refused(*arguments)
    assert not any(tmp_path.iterdir())


def test_no_images_to_inspect(model, tmp_path):
    (tmp_path / "empty").mkdir()
    assert "no images to inspect" in refused("inspect", model, tmp_path / "empty", "--output", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_one_image(tmp_path):
    write_png(tmp_path / "good" / "only.png", good_part(0))
    assert "only one usable good image" in refused(*train(tmp_path / "good", tmp_path / "m.flawmodel"))
    assert [path.name for path in tmp_path.iterdir()] == ["good"]


def test_two_images_work_with_a_warning(tmp_path):
    for index in range(2):
        write_png(tmp_path / "good" / f"{index}.png", good_part(index))
    done = runner.invoke(app, [str(each) for each in train(tmp_path / "good", tmp_path / "m.flawmodel")])
    assert done.exit_code == 0, done.output
    assert "rest on 1 held-out good image:" in done.stderr


def test_all_images_broken(tmp_path):
    whole = write_png(tmp_path / "whole.png", good_part(0)).read_bytes()
    folder = tmp_path / "good"
    folder.mkdir()
    for name, content in (("empty.png", b""), ("text.jpg", b"hello"), ("cut.png", whole[: len(whole) // 2])):
        (folder / name).write_bytes(content)
    assert "None of the 3 files" in refused(*train(folder, tmp_path / "m.flawmodel"))
    assert not (tmp_path / "m.flawmodel").exists()


def test_all_images_to_inspect_broken(model, tmp_path):
    (tmp_path / "text.jpg").write_bytes(b"hello")
    told = refused("inspect", model, tmp_path / "text.jpg", "--output", tmp_path / "out")
    assert "text.jpg" in told
    assert "None of the 1 files" in told
    assert "text.jpg" in (tmp_path / "out" / "scores.csv").read_text(encoding="utf-8")


def test_images_of_different_sizes_work(tmp_path):
    for index, size in enumerate([(96, 96), (64, 200), (33, 41), (150, 70)]):
        write_png(tmp_path / "good" / f"{index}.png", good_part(index, size))
    done = runner.invoke(app, [str(each) for each in train(tmp_path / "good", tmp_path / "m.flawmodel")])
    assert done.exit_code == 0, done.output


def test_a_defect_folder_given_as_good_is_warned_of(data, tmp_path):
    done = runner.invoke(app, [str(each) for each in train(data.root / "test" / "spot", tmp_path / "m.flawmodel")])
    assert done.exit_code == 0, done.output
    assert [line for line in done.stderr.splitlines() if line.startswith("Warning:") and "spot" in line]


def test_a_mask_of_another_size_is_told_and_the_rest_goes_on(model, tmp_path):
    data = write_dataset(tmp_path / "data", train=2, good=2, defect=2, seed=9)
    write_png(data.masks[0], np.ones((5, 7), bool))
    done = runner.invoke(app, ["evaluate", str(model), str(data.root), "--json", "-", "-q"])
    assert done.exit_code == 0, done.output
    assert "7 × 5" in done.stderr
    counts = json.loads(done.stdout)["counts"]
    assert (counts["defect_with_mask"], counts["defect_without_mask"]) == (1, 1)


def test_no_weights(data, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    told = refused(*train(data.root, tmp_path / "m.flawmodel", "--backbone", "resnet18"))
    assert "not on this computer" in told
    assert "https://" in told
    told = refused(*train(data.root, tmp_path / "m.flawmodel", "--weights", tmp_path / "none.pth"))
    assert "none.pth" in told
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["train", "inspect", "evaluate", "tune", "export"])
def test_a_folder_that_cannot_be_written(command, data, model, tmp_path):
    """A path below a file: no permission makes that a folder, not even an administrator's."""
    (tmp_path / "file").write_text("in the way")
    below = tmp_path / "file" / "below" / "result"
    arguments = {
        "train": train(data.root, below),
        "inspect": ["inspect", model, data.good[0], "--output", below],
        "evaluate": ["evaluate", model, data.root, "--json", below],
        "tune": ["tune", model, data.root, "--output", below],
        "export": ["export", model, "--probes", data.good[0], "--output", below],
    }[command]
    assert "written" in refused(*arguments)
    assert (tmp_path / "file").read_text() == "in the way"


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are POSIX")
def test_a_full_disk(data, model, tmp_path):
    """A limit on file sizes stands in for the disk: writing ends in the same way, in the middle of a file."""
    mine = tmp_path / "mine.flawmodel"
    mine.write_bytes(model.read_bytes())
    commands = [
        train(data.root, mine),
        ["inspect", mine, data.good[0], "--output", tmp_path / "out"],
        ["tune", mine, data.root],
        ["export", mine, "--probes", data.good[0], "--output", tmp_path / "out"],
    ]
    code = (
        "import json, resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048))\n"
        "from core.__main__ import main\n"
        "for command in json.loads(sys.argv[1]):\n"
        "    sys.argv[:] = ['flawsight-cli', *command]\n"
        "    try: main()\n"
        "    except SystemExit as ended: print('ended with', ended.code, file=sys.stderr)\n"
    )
    given = json.dumps([[str(each) for each in command] for command in commands])
    done = subprocess.run([sys.executable, "-c", code, given], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    *told, rest = done.stderr.split("ended with 1\n")
    assert len(told) == len(commands), done.stderr
    assert all("Error: " in each for each in told)
    assert not rest
    assert mine.read_bytes() == model.read_bytes()
    left = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {"mine.flawmodel"}


def test_a_model_from_a_newer_version(model, data, tmp_path):
    with model.open("rb") as stream:
        header = json.loads(stream.read(struct.unpack("<Q", stream.read(8))[0]))
    record = json.loads(header["__metadata__"]["flawsight"]) | {"format": 99}
    newer = tmp_path / "newer.flawmodel"
    save_file(load_file(model), newer, metadata={"flawsight": json.dumps(record)})
    assert "newer version" in refused("inspect", newer, data.good[0], "--output", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_truncated_model(model, data, tmp_path, share):
    content = model.read_bytes()
    cut = tmp_path / "cut.flawmodel"
    cut.write_bytes(content[: int(len(content) * share)])
    refused("tune", cut, data.root)
    assert cut.read_bytes() == content[: int(len(content) * share)]
    assert [path.name for path in tmp_path.iterdir()] == ["cut.flawmodel"]
