"""The command line compares algorithms: one row each, whatever becomes of the others."""

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from core.cli.app import app
from core.progress import Ticket, Turn
from tests.textures import write_dataset

runner = CliRunner()


def ran(*arguments, code=0):
    """Run a command and return its result."""
    done = runner.invoke(app, [str(argument) for argument in arguments])
    assert done.exit_code == code, done.output
    return done


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_dataset(tmp_path_factory.mktemp("data"), train=8, good=4, defect=4, size=(80, 112)).root


def test_a_row_says_what_train_and_evaluate_say(data, tmp_path):
    figures, models = tmp_path / "figures.json", tmp_path / "models"
    ran("compare", data, "-a", "padim", "-a", "patchcore", "-a", "padim", "--size", 64, "--json", figures, "-o", models)
    rows = json.loads(figures.read_text("utf-8"))["rows"]
    assert [row["algorithm"] for row in rows] == ["padim", "patchcore"]
    assert sorted(path.name for path in models.iterdir()) == ["padim.flawmodel", "patchcore.flawmodel"]
    same = tmp_path / "same.flawmodel"
    ran("train", data, "-a", "patchcore", "--size", 64, "-o", same)
    for file in (same, models / "patchcore.flawmodel"):
        alone = json.loads(ran("evaluate", file, data, "--json", "-", "-q").stdout)
        for key in ("image_auroc", "pixel_auroc", "au_pro", "image_f1", "image_threshold", "counts", "confusion"):
            assert rows[1][key] == alone[key]
    assert rows[1]["size_bytes"] == (models / "patchcore.flawmodel").stat().st_size
    assert rows[0]["model"]["training_seconds"] > 0


def test_one_that_fails_is_a_row_with_its_reason_and_the_rest_goes_on(data):
    done = ran("compare", data, "-a", "efficientad", "-a", "padim", "--size", "32", "--json", "-")
    failed, other = json.loads(done.stdout)["rows"]
    assert "64 pixels" in failed["error"]
    assert other["error"] is None
    assert other["image_auroc"] is not None
    assert other["file"] is None  # nobody asked for the models
    table = ran("compare", data, "-a", "efficientad", "-a", "padim", "--size", "32")
    assert "64 pixels" in table.stderr
    assert "PaDiM" in table.stdout


def test_the_exit_code_is_1_where_all_failed(data, tmp_path):
    done = ran("compare", data, "-a", "efficientad", "--size", "32", code=1)
    assert "64 pixels" in done.stderr
    assert "magic" in ran("compare", data, "-a", "magic", code=1).stderr
    assert "no-such-folder" in ran("compare", tmp_path / "no-such-folder", code=1).stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_control_c_keeps_what_is_finished(data, tmp_path):
    code = (
        "import os, signal, sys; import core.cli.console as console\n"
        "told = console.Job._progressed\n"
        "def stop(job, progress):\n"
        "    if progress.turn and progress.turn.number == 2: os.kill(os.getpid(), signal.SIGINT)\n"
        "    told(job, progress)\n"
        "console.Job._progressed = stop\n"
        "from core.__main__ import main; sys.argv[0] = 'flawsight-cli'; main()\n"
    )
    figures = tmp_path / "figures.json"
    options = ["-a", "padim", "-a", "patchcore", "--size", "64", "--json", str(figures), "-o", str(tmp_path / "models")]
    command = [sys.executable, "-c", code, "compare", str(data), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 130
    assert done.stderr.strip().endswith("Stopped.")
    assert "PaDiM" in done.stdout
    assert "PatchCore" not in done.stdout
    assert [row["algorithm"] for row in json.loads(figures.read_text("utf-8"))["rows"]] == ["padim"]
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["padim.flawmodel"]


def test_every_stage_of_a_turn_says_whose_it_is():
    seen = []
    ticket = Ticket(lambda progress: seen.append((progress.stage, progress.turn, progress.fraction)))
    first, second = Turn("A", 1, 2), Turn("B", 2, 2)
    ticket.turn(first, 0.25).stage("learn", 0.5).stage("look", 1.0)
    ticket.turn(second, 0.75).stage("learn", 1.0)
    ticket.stage("end", 0.0)
    assert seen == [("learn", first, 0.0), ("look", first, 0.0), ("learn", second, 0.25), ("end", None, 1.0)]
