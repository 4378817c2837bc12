"""The command line does the whole job, for people and for machines."""

import csv
import json
import subprocess
import sys

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from core.batch.table import COLUMNS
from core.cli.app import app
from core.models.bundle import read_card
from tests.textures import good_part, write_dataset, write_png

runner = CliRunner()
SMALL = ["--size", "64", "--set", "coreset=0.2"]


def ran(*arguments, code=0):
    """Run a command and return its result."""
    done = runner.invoke(app, [str(argument) for argument in arguments])
    assert done.exit_code == code, done.output
    return done


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_dataset(tmp_path_factory.mktemp("data"), train=8, good=4, defect=4, size=(80, 112))


@pytest.fixture(scope="module")
def model(data, tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "part.flawmodel"
    ran("train", data.root / "train" / "good", "--output", path, *SMALL)
    return path


def test_training_takes_a_data_set_too_and_answers_in_json(data, tmp_path):
    path = tmp_path / "new folder" / "padim.flawmodel"
    done = ran("--json", "train", data.root, "-a", "padim", "-o", path, "--size", "64x96", "--set", "channels=10", "-q")
    answer = json.loads(done.stdout)
    assert answer["training_images"] + answer["held_out_images"] == 8
    assert answer["kind"] == "padim"
    assert path.is_file()


def test_inspection_writes_a_row_a_heat_map_and_a_mask_for_each_image(model, data, tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"nothing")
    out = tmp_path / "检测"
    done = ran("inspect", model, data.root / "test", broken, "--output", out, "--json")
    with (out / "scores.csv").open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        rows = list(reader)
    assert tuple(reader.fieldnames) == COLUMNS
    assert json.loads(done.stdout) | {"scores": ""} == {
        "scores": "",
        "ok": sum(row["verdict"] == "OK" for row in rows),
        "review": 0,
        "ng": sum(row["verdict"] == "NG" for row in rows),
        "failed": 1,
        "earlier": 0,
    }
    assert len(rows) == 9
    failed = [row for row in rows if row["error"]]
    assert [row["path"] for row in failed] == [str(broken)]
    for row in rows:
        if not row["error"]:
            assert (row["verdict"] == "NG") == (float(row["score"]) >= float(row["image_threshold"]))
            assert (row["verdict"] == "NG") == (float(row["normalised_score"]) >= 0.5)
    for folder in ("heatmaps", "masks"):
        pictures = list((out / folder).rglob("*.png"))
        assert len(pictures) == 8
        assert {cv2.imdecode(np.fromfile(path, np.uint8), 0).shape for path in pictures} == {(80, 112)}


def test_tuning_changes_the_threshold_and_evaluation_tells_it(model, data, tmp_path):
    tuned, figures, report = tmp_path / "tuned.flawmodel", tmp_path / "figures.json", tmp_path / "report.html"
    before = model.read_bytes()
    ran("tune", model, data.root, "--rule", "best-f1", "--output", tuned)
    assert model.read_bytes() == before
    ran("evaluate", tuned, data.root, "--json", figures, "--report", report)
    found = json.loads(figures.read_text(encoding="utf-8"))
    assert found["counts"]["good"] == found["counts"]["defect"] == 4
    assert found["image_f1"] == 1.0
    assert sum(found["confusion"].values()) == 8
    assert "<html" in report.read_text(encoding="utf-8")
    ran("evaluate", tuned, data.root, "--report", report.with_suffix(".pdf"), "--json", figures)
    assert report.with_suffix(".pdf").read_bytes().startswith(b"%PDF-")
    ran("evaluate", tuned, data.root, "--report", report.with_suffix(".docx"), code=1)
    printed = json.loads(ran("evaluate", tuned, data.root, "--json", "-", "-q").stdout)
    assert printed["image_threshold"] == found["image_threshold"]


def test_tuning_by_a_rule_with_a_review_limit_decides_the_verdicts(model, data, tmp_path):
    tuned, out = tmp_path / "tuned.flawmodel", tmp_path / "out"
    answer = json.loads(
        ran("tune", model, data.root, "--rule", "no-escapes", "--review-from", "0.001", "-o", tuned, "--json").stdout
    )
    assert answer["review_threshold"] == 0.001
    counts = json.loads(ran("inspect", tuned, data.root / "test", "--output", out, "--no-pictures", "--json").stdout)
    with (out / "scores.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        assert row["verdict"] == ("NG" if float(row["score"]) >= answer["image_threshold"] else "REVIEW")
    assert counts["review"] == 8 - counts["ng"] > 0
    assert counts["ok"] == 0
    figures = json.loads(ran("evaluate", tuned, data.root, "--json", "-", "-q").stdout)
    confusion = figures["confusion"]
    assert figures["review_threshold"] == 0.001
    assert (confusion["fn"], confusion["tn"], confusion["tp"]) == (0, 0, 4)
    assert confusion["good_review"] + confusion["fp"] == 4
    assert "to review" in ran("inspect", tuned, data.root / "test", "--output", out, "--no-pictures").stdout
    # It stays until it is changed or taken off, and never lies above the limit.
    ran("tune", tuned, data.root, "--rule", "least-cost", "--cost-escape", "1000")
    assert json.loads(ran("evaluate", tuned, data.root, "--json", "-", "-q").stdout)["review_threshold"] == 0.001
    above = ran("tune", tuned, data.root, "--review-from", "1e6", "--json")
    answer = json.loads(above.stdout)
    assert answer["review_threshold"] == answer["image_threshold"]
    ran("tune", tuned, data.root, "--review-from", "off")
    assert json.loads(ran("evaluate", tuned, data.root, "--json", "-", "-q").stdout)["review_threshold"] is None
    ran("tune", tuned, data.root, "--review-from", "low", code=1)
    ran("tune", tuned, data.root, "--rule", "by-ear", code=1)
    ran("tune", tuned, data.root, "--rule", "target-precision", "--precision", "2", code=1)


def test_regions_decide_where_they_are_to(model, data, tmp_path):
    tuned, out = tmp_path / "tuned.flawmodel", tmp_path / "out"
    areas = {}
    for rule in ("region", "both"):
        ran("tune", model, data.root, "--verdict-by", rule, "--min-area", "30", "-o", tuned)
        ran("inspect", tuned, data.root / "test", "--output", out, "--no-pictures")
        with (out / "scores.csv").open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        counted = {"tp": 0, "fp": 0, "fn": 0, "tn": 0}
        for row in rows:
            area = float(row["largest_area"])
            areas[row["path"]] = area
            assert area == 0 or area >= 30
            over = float(row["score"]) >= float(row["image_threshold"])
            rejected = area > 0 and (rule == "region" or over)
            assert row["verdict"] == ("NG" if rejected else "OK")
            good = "good" in row["path"].split("test")[-1]
            counted[{(0, 0): "fn", (0, 1): "tp", (1, 0): "tn", (1, 1): "fp"}[good, rejected]] += 1
        figures = json.loads(ran("evaluate", tuned, data.root, "--json", "-", "-q").stdout)
        assert {name: figures["confusion"][name] for name in counted} == counted
        assert (figures["verdict_by"], figures["min_area"]) == (rule, 30.0)
    assert len(set(areas.values())) > 1
    report = tmp_path / "report.html"
    ran("evaluate", tuned, data.root, "--report", report)
    assert "at least 30 pixels reaches the pixel limit as well" in report.read_text(encoding="utf-8")
    ran("tune", tuned, data.root, "--verdict-by", "ear", code=1)
    ran("tune", tuned, data.root, "--min-area=-1", code=1)


def test_tuning_without_output_rewrites_the_model(model, data, tmp_path):
    copy = tmp_path / "copy.flawmodel"
    copy.write_bytes(model.read_bytes())
    answer = json.loads(ran("tune", copy, data.root, "--rule", "good-quantile", "--json").stdout)
    printed = json.loads(ran("evaluate", copy, data.root, "--json", "-", "-q").stdout)
    assert printed["image_threshold"] == answer["image_threshold"]


def test_export_writes_a_bundle(model, data, tmp_path):
    out = tmp_path / "bundle"
    answer = json.loads(ran("export", model, "--output", out, "--probes", data.root / "test", "--json", "-q").stdout)
    assert answer["certificate"]["passed"]
    assert (out / "model.onnx").stat().st_size == answer["files"]["model.onnx"]


def test_options_stand_before_or_behind_the_command(model, data, tmp_path):
    for arguments in (["--device", "cuda:99", "inspect"], ["inspect", "--device", "cuda:99"]):
        done = ran(*arguments, model, data.good[0], "--output", tmp_path / "out", code=1)
        assert "cuda:99" in done.stderr


def test_the_seed_decides_what_is_held_out(data, tmp_path):
    thresholds = set()
    for seed in (0, 0, 1):
        done = ran("train", data.root, "-o", tmp_path / "m.flawmodel", *SMALL, "--seed", seed, "--json", "-q")
        thresholds.add(json.loads(done.stdout)["image_threshold"])
    assert len(thresholds) == 2


def test_a_training_in_steps_ends_when_its_minutes_are_over(data, tmp_path):
    path = tmp_path / "m.flawmodel"
    options = ["-a", "simplenet", "--size", "64", "--max-minutes", "0"]
    assert "after 1 of" in ran("train", data.root, "-o", path, *options).stdout
    assert read_card(path).notes
    assert not read_card(path).notes[0].warning


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--algorithm", "magic"], "patchcore, padim"),
        (["--preset", "best"], "fast, balanced, accurate"),
        (["--set", "coreset"], "knob=value"),
        (["--set", "corset=1"], "coreset"),
        (["--set", "coreset=7"], "0.001"),
        (["--set", "coreset=much"], "0.001"),
        (["--size", "250"], "32"),
        (["--size", "big"], "256x320"),
        (["--fit", "crop"], "letterbox"),
        (["--held-out", "1"], "between 0 and 1"),
    ],
)
def test_a_wrong_value_is_told_with_the_right_ones(data, tmp_path, arguments, told):
    done = ran("train", data.root, "--output", tmp_path / "m.flawmodel", *arguments, code=1)
    assert told in done.stderr
    assert not list(tmp_path.iterdir())


def test_images_of_one_name_do_not_overwrite_each_other(model, tmp_path):
    folder = tmp_path / "in"
    write_png(folder / "a.png", good_part(1))
    (folder / "a.bmp").write_bytes(cv2.imencode(".bmp", good_part(2))[1].tobytes())
    write_png(folder / "b" / "a.png", good_part(3))
    ran("inspect", model, folder, "--output", tmp_path / "out")
    assert len(list((tmp_path / "out" / "masks").rglob("*.png"))) == 3


def test_doctor_finds_this_installation_well():
    done = ran("doctor", "--json", "--device", "cpu")
    answer = json.loads(done.stdout)
    assert answer["self_test"] == "passed"
    begun = {line.split()[-1]: line.split()[0] for line in done.stderr.splitlines() if "Testing " in line}
    assert begun == {"patchcore": "10%", "padim": "32%", "simplenet": "55%", "efficientad": "78%"}
    assert answer["weights"]["efficientnet_lite0"].startswith("found: package:")


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_control_c_stops_with_its_own_exit_code(data, tmp_path):
    code = (
        "import os, signal, sys; import core.cli.console as console\n"
        "told = console.Job._progressed\n"
        "def stop(job, progress):\n"
        "    if progress.stage == 'Reading good images': os.kill(os.getpid(), signal.SIGINT)\n"
        "    told(job, progress)\n"
        "console.Job._progressed = stop\n"
        "from core.__main__ import main; sys.argv[0] = 'flawsight-cli'; main()\n"
    )
    target = tmp_path / "m.flawmodel"
    command = [sys.executable, "-c", code, "train", str(data.root), "-o", str(target), "--size", "64"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 130
    assert done.stderr.strip().endswith("Stopped.")
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
@pytest.mark.parametrize(("work", "waits"), [("", False), ("job.ticket.report(0)", True)])
def test_control_c_waits_for_nothing_before_the_work_has_begun(work, waits):
    code = (
        "import os, signal\nfrom core.cli.console import Options, running\n"
        f"with running(Options()) as job:\n    {work}\n    os.kill(os.getpid(), signal.SIGINT)\n"
        "    print('went on')\n    job.ticket.check()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == ("went on" if waits else "")
    assert "Stopped." in done.stderr


@pytest.mark.slow
def test_the_demo_goes_from_drawing_to_report(tmp_path):
    answer = json.loads(ran("demo", "--output", tmp_path, "--json", "-q").stdout)
    assert answer["evaluation"]["image_auroc"] > 0.85
    for name in ("report", "model", "table", "figures"):
        assert (tmp_path / answer[name]).is_file()
    assert (tmp_path / answer["export"] / "certificate.json").is_file()


def test_check_lists_odd_pictures(tmp_path):
    data = write_dataset(tmp_path / "set", train=6, good=2, defect=1, size=(80, 112))
    first = sorted((data.root / "train" / "good").iterdir())[0]
    leaked = data.root / "test" / "good" / "leaked.png"
    leaked.write_bytes(first.read_bytes())
    found = json.loads(ran("check", data.root, "--json", "--quiet").stdout)
    assert found["pictures"] == 10
    assert [(row["oddity"], row["path"], row["like"]) for row in found["findings"]] == [
        ("leak", str(leaked), str(first))
    ]
    assert "is learned from" in ran("check", data.root).stdout


def test_training_with_an_area_and_rounds(data, tmp_path):
    area = tmp_path / "area.json"
    area.write_text('{"include": [[[0, 0], [1, 0], [1, 0.5], [0, 0.5]]], "ignore": []}', encoding="utf-8")
    file = tmp_path / "part.flawmodel"
    trained = ran("train", data.root, "-o", file, *SMALL, "--area", area, "--folds", "2", "--json", "--quiet")
    told = json.loads(trained.stdout)
    assert len(told["left_out"]) == told["training_images"]
    assert read_card(file).recipe["area"]["include"] == [[[0, 0], [1, 0], [1, 0.5], [0, 0.5]]]
    for text in ("no json", '{"include": 3}', '{"include": [[[0, 0]]], "ignore": []}'):
        area.write_text(text, encoding="utf-8")
        assert "Error" in ran("train", data.root, "-o", file, *SMALL, "--area", area, code=1).output


def test_robustness_tells_where_good_parts_are_rejected(model, data, tmp_path):
    table = tmp_path / "changes.csv"
    folder = data.root / "train" / "good"
    found = json.loads(ran("robustness", model, folder, "--limit", "0.1", "--csv", table, "--json", "--quiet").stdout)
    for change in found["changes"]:
        over = [step for step, rate in zip(change["steps"], change["rates"], strict=True) if rate > 0.1]
        assert change["passes_limit_at"] == (over[0] if over else None)
    assert len(table.read_text(encoding="utf-8").splitlines()) == 34
    assert "good parts are rejected" in ran("robustness", model, folder).stdout
    assert ran("robustness", model, folder, "--limit", "2", code=1).stderr
