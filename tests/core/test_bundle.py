"""A model file keeps a model exactly, and nothing that is put in its place gets through."""

import json
import os
import struct
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from core.detectors.settings import EfficientAdSettings, PadimSettings, PatchCoreSettings, SimpleNetSettings
from core.devices import choose_device
from core.errors import Problem
from core.images.framing import Framing
from core.images.reading import ValueRange
from core.inspection.inspector import Inspector
from core.models.bundle import FORMAT, METADATA_KEY, load_model, read_calibration, read_card, save_model
from core.progress import silent
from core.scoring.thresholds import Threshold
from core.training.recipe import Recipe
from core.training.run import train
from tests.textures import good_part, write_png

CPU = choose_device("cpu")


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")
    return [write_png(folder / f"{index}.png", good_part(index)) for index in range(5)]


@pytest.fixture(
    scope="module",
    params=[
        PadimSettings(channels=8),
        PatchCoreSettings(coreset=0.2),
        SimpleNetSettings(hidden=32),
        EfficientAdSettings(training_steps=3),
    ],
)
def model(request, photos):
    recipe = Recipe(request.param, Framing((64, 96), "letterbox"), value_range=ValueRange(0.0, 4095.0))
    return train(photos[:3], photos[3:], recipe, silent())


@pytest.fixture
def file(model, tmp_path):
    path = tmp_path / "检测 é.flawmodel"
    save_model(model, path)
    return path


def changed(path, change):
    """Write the file again with another record."""
    with path.open("rb") as stream:
        header = json.loads(stream.read(struct.unpack("<Q", stream.read(8))[0]))
    record = json.loads(header["__metadata__"][METADATA_KEY])
    change(record)
    save_file(load_file(path), path, metadata={METADATA_KEY: json.dumps(record)})


def test_a_loaded_model_gives_the_same_numbers(model, file, photos):
    loaded = load_model(file, CPU)
    one, other = (Inspector(each).inspect(photos[4], silent()) for each in (model, loaded))
    np.testing.assert_array_equal(one.heat, other.heat)
    assert one.score == other.score
    assert (loaded.card, loaded.calibration, loaded.framing, loaded.value_range) == (
        model.card,
        model.calibration,
        model.framing,
        model.value_range,
    )


def test_card_and_calibration_are_read_without_torch(model, file):
    code = (
        "import sys; from pathlib import Path; from core.models.bundle import read_card, read_calibration;"
        "path = Path(sys.argv[1]); sys.stdout.write(read_card(path).id + ' ' + repr(read_calibration(path).low));"
        "assert 'torch' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (f"{model.card.id} {model.calibration.low!r}", "")


@pytest.mark.parametrize("share", [0.0, 0.0001, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_refused(file, share):
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(Problem, match=r"incomplete|not a Flawsight model"):
        load_model(file, CPU)


@pytest.mark.parametrize(
    "content",
    [
        b"not a model",
        b"\x80\x04\x95" + b"pickle" * 10,
        struct.pack("<Q", 2**63) + b"{}",
        struct.pack("<Q", 2) + b"[]",
        struct.pack("<Q", 20000) + b"{" + b"[" * 19999,
        struct.pack("<Q", 30) + b'{"__metadata__":{"other":"1"}}',
        struct.pack("<Q", 36) + b'{"__metadata__":{"flawsight":"[]"}} ',
    ],
)
def test_what_is_no_model_is_refused(tmp_path, content):
    path = tmp_path / "hostile.flawmodel"
    path.write_bytes(content)
    for read in (read_card, read_calibration, lambda each: load_model(each, CPU)):
        with pytest.raises(Problem, match="not a Flawsight model"):
            read(path)


def test_a_missing_file_and_a_folder_are_told(tmp_path):
    with pytest.raises(Problem, match="no model file"):
        read_card(tmp_path / "missing.flawmodel")
    with pytest.raises(Problem, match=r"cannot be read|no model"):
        read_card(tmp_path)


def test_a_newer_version_is_named(file):
    changed(file, lambda record: record.update(format=FORMAT + 1))
    with pytest.raises(Problem, match="newer version"):
        load_model(file, CPU)


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record.pop("card"),
        lambda record: record["card"].pop("id"),
        lambda record: record["detector"].update(facts=7),
        lambda record: record["framing"].update(size=[64]),
        lambda record: record["calibration"]["image"].update(value="nan"),
        lambda record: record.update(calibration=None),
        lambda record: record["card"]["recipe"].pop("settings"),
        lambda record: record.update(arrays_sha256="0" * 64),
    ],
)
def test_a_record_that_makes_no_model_is_refused(file, change):
    changed(file, change)
    with pytest.raises(Problem, match="damaged"):
        load_model(file, CPU)


def test_an_unknown_algorithm_is_named(file):
    changed(file, lambda record: record["detector"].update(kind="oracle"))
    with pytest.raises(Problem, match="oracle"):
        load_model(file, CPU)


def test_other_weights_are_refused(file):
    changed(file, lambda record: record["card"].update(backbone_sha256="0" * 64))
    with pytest.raises(Problem, match="other weights"):
        load_model(file, CPU)


def test_a_flipped_bit_is_found(file):
    content = bytearray(file.read_bytes())
    content[-5] ^= 4
    file.write_bytes(content)
    with pytest.raises(Problem, match="damaged"):
        load_model(file, CPU)


def test_saving_over_a_model_leaves_no_other_files(model, file):
    save_model(model, file)
    assert os.listdir(file.parent) == [file.name]  # noqa: PTH208


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_a_model_can_be_read_by_those_who_can_read_other_new_files(model, tmp_path):
    save_model(model, tmp_path / "m.flawmodel")
    (tmp_path / "plain").touch()
    assert (tmp_path / "m.flawmodel").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_place_that_cannot_be_written_is_told(model, file):
    with pytest.raises(Problem, match="could not be written"):
        save_model(model, file / "below-a-file.flawmodel")
    folder = file.parent / "folder.flawmodel"
    folder.mkdir()
    with pytest.raises(Problem, match="could not be written"):
        save_model(model, folder)
    assert sorted(path.name for path in file.parent.iterdir()) == sorted([file.name, folder.name])


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are POSIX")
def test_a_full_disk_leaves_the_old_file(file):
    """A limit on file sizes stands in for the disk: writing ends in the same way."""
    code = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from core.devices import choose_device; from core.errors import Problem\n"
        "from core.models.bundle import load_model, save_model\n"
        "path = Path(sys.argv[1]); model = load_model(path, choose_device('cpu'))\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try:\n    save_model(model, path)\nexcept Problem as problem:\n    sys.stdout.write(str(problem))\n"
    )
    before = file.read_bytes()
    done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert "could not be written" in done.stdout
    assert file.read_bytes() == before
    assert os.listdir(file.parent) == [file.name]  # noqa: PTH208


@pytest.mark.parametrize(
    ("change", "version"),
    [({}, 1), ({"review": Threshold(0.0)}, 2), ({"decides": "both"}, 2), ({"min_area": 3.0}, 2)],
)
def test_versions_that_would_judge_otherwise_refuse_the_file(model, tmp_path, change, version):
    path = tmp_path / "judged.flawmodel"
    limits = replace(model.calibration, **change)
    save_model(model.with_calibration(limits), path)
    assert read_calibration(path) == limits
    with path.open("rb") as stream:
        header = json.loads(stream.read(int.from_bytes(stream.read(8), "little")))
    assert json.loads(header["__metadata__"][METADATA_KEY])["format"] == version
