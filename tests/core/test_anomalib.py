"""Anomalib's own inferencers on an export, in environments of their own: 6 GB each, so only where a folder is given.

FLAWSIGHT_ANOMALIB=/some/folder python -m pytest -m slow tests/core/test_anomalib.py      # with the extra openvino
"""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import numpy as np
import pytest

from core.detectors.settings import PatchCoreSettings
from core.export.onnx import export_bundle
from core.images.framing import Framing
from core.inspection.inspector import Inspector
from core.progress import silent
from core.training.recipe import Recipe
from core.training.run import train
from tests.textures import flawed_part, good_part, write_png

FOLDER = os.environ.get("FLAWSIGHT_ANOMALIB")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FOLDER, reason="FLAWSIGHT_ANOMALIB names no folder for Anomalib's environments (12 GB)"),
]

# On processors with bfloat16 OpenVINO would compute in that.
CONSUMER = """
import json, sys
import numpy as np
from anomalib.deploy import OpenVINOInferencer
more = json.loads(sys.argv[2])
inferencer = OpenVINOInferencer(sys.argv[1], device="CPU", config={"INFERENCE_PRECISION_HINT": "f32"}, **more)
found = [inferencer.predict(path) for path in sys.argv[3:]]
maps = [None if each.anomaly_map is None else np.squeeze(each.anomaly_map).tolist() for each in found]
scores = [float(np.squeeze(each.pred_score)) for each in found]
print(json.dumps({"scores": scores, "labels": [bool(np.squeeze(each.pred_label)) for each in found], "maps": maps}))
"""
# The last ones without what they ask for: 0.7 wants a timm that does not start on Python 3.11.
PACKAGES = {
    "2.7.0": (["anomalib==2.7.0", "openvino"], []),
    "0.7.0": (
        ["anomalib==0.7.0", "albumentations==1.3.1", "numpy<2", "scikit-learn", "setuptools<70", "requests", "ftfy"],
        ["timm==0.9.16", "openvino==2025.2.0", "regex", "safetensors", "huggingface_hub"],
    ),
}


def python_with(version):
    """Return the Python of an environment with Anomalib; make it where it is missing."""
    folder = Path(FOLDER) / f"anomalib-{version}"
    python, done = folder / "bin" / "python", folder / "complete"
    if not done.exists():
        venv.create(folder, with_pip=True, clear=True)
        whole, bare = PACKAGES[version]
        subprocess.run([python, "-m", "pip", "install", "-q", *whole], check=True)
        if bare:
            subprocess.run([python, "-m", "pip", "install", "-q", "--no-deps", *bare], check=True)
        done.touch()
    return python


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    pytest.importorskip("openvino", reason="needs the extra openvino")
    folder = tmp_path_factory.mktemp("photos")
    good = [write_png(folder / f"good-{i}.png", good_part(i, (90, 120))) for i in range(14)]
    bad = [write_png(folder / f"bad-{i}.png", flawed_part(40 + i, (90, 120))[0]) for i in range(6)]
    recipe = Recipe(PatchCoreSettings(coreset=0.2, reweight=True), Framing((64, 96), "letterbox"))
    model = train(good[:8], good[8:], recipe, silent())
    photos = [*good[6:], *bad]
    export_bundle(model, folder / "bundle", photos, silent(), ["openvino"])
    return model, folder / "bundle", photos


@pytest.mark.parametrize(
    ("version", "file", "metadata"), [("2.7.0", "model.xml", ""), ("0.7.0", "model.onnx", "metadata.json")]
)
def test_its_inferencer_gives_the_programs_scores(bundle, tmp_path, version, file, metadata):
    model, folder, photos = bundle
    more = {"metadata": str(folder / metadata)} if metadata else {}
    command = [python_with(version), "-W", "ignore", "-c", CONSUMER, folder / file, json.dumps(more), *photos]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    theirs = json.loads(done.stdout.splitlines()[-1])
    own = [Inspector(model).inspect(path, silent()) for path in photos]
    calibration = model.calibration
    differences = np.abs(np.array(theirs["scores"]) - [calibration.image_unit(each.score) for each in own])
    sys.stdout.write(f"Anomalib {version} on {file}: {len(photos)} photos, differ by at most {differences.max():.1e}\n")
    assert differences.max() < 1e-4
    assert theirs["labels"] == [each.score >= calibration.image.value for each in own]
    assert set(theirs["labels"]) == {True, False}
    for each, heat in zip(own, theirs["maps"], strict=True):
        if version == "2.7.0":
            np.testing.assert_allclose(heat, calibration.pixel_unit(each.heat), atol=1e-4)
        else:  # the first output is a score, so it makes no map
            assert heat is None
