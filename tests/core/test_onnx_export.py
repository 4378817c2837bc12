"""The exported file gives the program's own numbers, or it does not appear."""

import json
import sys
from dataclasses import replace

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper

from core.detectors.settings import EfficientAdSettings, PadimSettings, PatchCoreSettings, SimpleNetSettings
from core.errors import Problem
from core.export import graph
from core.export.comparison import compare
from core.export.graph import OUTPUTS, _Nodes, _resize, as_float32_limit
from core.export.onnx import export_bundle
from core.images.area import Area
from core.images.framing import Framing
from core.images.reading import content_hash
from core.images.resampling import to_frames
from core.inspection.inspector import Inspector
from core.progress import Cancelled, Ticket, silent
from core.scoring.thresholds import Threshold
from core.training.recipe import Recipe
from core.training.run import train
from tests.textures import flawed_part, good_part, write_png


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")
    sizes = [(96, 96), (131, 77), (200, 320), (64, 96), (97, 411)]
    good = [write_png(folder / f"good-{i}.png", good_part(i, sizes[i % 5])) for i in range(8)]
    bad = [write_png(folder / f"bad-{i}.png", flawed_part(90 + i, sizes[i])[0]) for i in range(5)]
    return good, bad


@pytest.fixture(scope="module")
def exported(photos, tmp_path_factory):
    good, bad = photos
    recipe = Recipe(PatchCoreSettings(coreset=0.2, reweight=True), Framing((64, 96), "letterbox"))
    model = train(good[:6], good[6:], recipe, silent())
    folder = tmp_path_factory.mktemp("export") / "bundle"
    return model, folder, export_bundle(model, folder, [*bad, *good], silent())


@pytest.mark.parametrize("area", [Area(), Area((((0.1, 0.2), (0.9, 0.3), (0.4, 0.95)),))])
@pytest.mark.parametrize("fit", ["stretch", "letterbox"])
@pytest.mark.parametrize("size", [(320, 320), (97, 411), (640, 480), (33, 32), (64, 96), (45, 700)])
def test_the_graph_resizes_as_the_program_does(area, fit, size):
    framing = Framing((64, 96), fit, area)
    nodes = _Nodes()
    _resize(nodes, framing)
    graph = helper.make_graph(
        nodes.nodes,
        "resize",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["N", 3, "H", "W"])],
        [helper.make_tensor_value_info("frames", TensorProto.FLOAT, ["N", 3, 64, 96])],
        [onnx.numpy_helper.from_array(array, name) for name, array in nodes.constants.items()],
    )
    file = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    session = onnxruntime.InferenceSession(file.SerializeToString(), providers=["CPUExecutionProvider"])
    photo = np.random.default_rng(0).integers(0, 256, (*size, 3), dtype=np.uint8)
    planes = np.ascontiguousarray(photo.transpose(2, 0, 1)[None]).astype(np.float32) / np.float32(255)
    found = session.run(None, {"input": planes})[0]
    np.testing.assert_allclose(found, to_frames([photo], framing).numpy(), atol=3e-5)


def test_the_bundle_is_complete_and_agrees(exported):
    model, folder, report = exported
    certificate = report.certificate
    assert certificate.passed
    assert certificate.images == 13
    assert certificate.normalised_difference < 1e-4
    examples = {"example.py", "example.cpp", "example.cs"}
    assert set(report.files) == {"model.onnx", "metadata.json", "certificate.json"} | examples
    metadata = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))
    assert {"task", "transform", "image_threshold", "pixel_threshold", "min", "max", "flawsight"} == set(metadata)
    # For who reads the first output, which is on the scale of 0 to 1 already; raw limits stand elsewhere.
    assert [metadata[key] for key in ("image_threshold", "pixel_threshold", "min", "max")] == [0.5, 0.5, 0.0, 1.0]
    assert metadata["flawsight"]["calibration"]["image"]["value"] == model.calibration.image.value
    file = onnx.load(folder / "model.onnx")
    assert file.opset_import[0].version >= 18
    assert [each.name for each in file.graph.output] == list(OUTPUTS)
    assert {each.key: each.value for each in file.metadata_props}["image_threshold"] == repr(
        model.calibration.image.value
    )


def test_outputs_follow_from_the_raw_ones(exported, photos):
    model, folder, _ = exported
    session = onnxruntime.InferenceSession((folder / "model.onnx").read_bytes(), providers=["CPUExecutionProvider"])
    batch = np.stack([good_part(1), flawed_part(2)[0]]).transpose(0, 3, 1, 2).astype(np.float32) / 255
    out = dict(zip(OUTPUTS, session.run(list(OUTPUTS), {"input": batch}), strict=True))
    calibration = model.calibration
    assert out["raw_map"].shape == out["anomaly_map"].shape == out["pred_mask"].shape == (2, 1, 64, 96)
    for raw, unit, verdict, threshold in (
        ("raw_score", "pred_score", "pred_label", calibration.image.value),
        ("raw_map", "anomaly_map", "pred_mask", calibration.pixel.value),
    ):
        expected = np.clip((out[raw].astype(np.float64) - threshold) / calibration.span + 0.5, 0, 1)
        np.testing.assert_allclose(out[unit], expected, atol=1e-6)
        np.testing.assert_array_equal(out[verdict], out[raw] >= threshold)
        np.testing.assert_array_equal(out[unit] >= 0.5, out[verdict])
    assert out["pred_label"].tolist() == [False, True]


def test_a_file_that_gives_other_scores_leaves_nothing(exported, photos, tmp_path):
    model, folder, _ = exported
    file = onnx.load(folder / "model.onnx")
    for each in file.graph.initializer:
        if each.name == "flawsight_half_real":
            each.CopyFrom(onnx.numpy_helper.from_array(np.float64(0.0), each.name))
    # Without rounding up, the letterboxed photo of 131 x 77 is one column narrower.
    (tmp_path / "changed.onnx").write_bytes(file.SerializeToString())
    assert not compare(model, tmp_path / "changed.onnx", photos[0], silent()).passed


class Louder(torch.nn.Module):
    """A graph that is one percent off."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, frames):
        maps, scores = self.inner(frames)
        return maps * 1.01, scores


class WithAnotherGraph:
    """A detector whose graph is not what it predicts."""

    def __init__(self, detector):
        self.predict = detector.predict
        self.kind = detector.kind
        self.graph = lambda ticket: Louder(detector.graph(ticket))


def test_a_failed_comparison_is_a_failed_export(exported, photos, tmp_path):
    model = exported[0]
    with pytest.raises(Problem, match="does not give"):
        export_bundle(replace(model, detector=WithAnotherGraph(model.detector)), tmp_path / "b", photos[1], silent())
    assert list(tmp_path.iterdir()) == []


def test_a_threshold_that_is_an_images_own_score_passes(photos, tmp_path):
    good, bad = photos
    model = train(good[:6], good[6:], Recipe(PadimSettings(channels=12), Framing((64, 64))), silent())
    own = Inspector(model).inspect(bad[0], silent()).score
    tuned = model.with_calibration(replace(model.calibration, image=Threshold(own, "best-f1")))
    report = export_bundle(tuned, tmp_path / "bundle", bad, silent())
    assert report.certificate.passed
    assert report.certificate.verdict_flips == report.certificate.flips_at_the_limit


def test_a_review_limit_stands_beside_the_graph_and_changes_no_output(exported, photos, tmp_path):
    model, folder, _ = exported
    tuned = model.with_calibration(replace(model.calibration, review=Threshold(model.calibration.image.value / 2)))
    assert export_bundle(tuned, tmp_path / "bundle", photos[0][:2], silent()).certificate.passed
    metadata = json.loads((tmp_path / "bundle" / "metadata.json").read_text(encoding="utf-8"))
    assert metadata["flawsight"]["calibration"]["review"]["value"] == tuned.calibration.review.value
    files = [onnx.load(each / "model.onnx") for each in (folder, tmp_path / "bundle")]
    before, after = ({each.key: each.value for each in file.metadata_props} for file in files)
    assert after == before | {"review_threshold": repr(tuned.calibration.review.value)}
    assert files[0].graph == files[1].graph
    by_regions = model.with_calibration(replace(model.calibration, decides="region", min_area=12.5))
    assert export_bundle(by_regions, tmp_path / "regions", photos[0][:2], silent()).certificate.passed
    file = onnx.load(tmp_path / "regions" / "model.onnx")
    assert {each.key: each.value for each in file.metadata_props} == before | {
        "verdict_by": "region",
        "min_area": "12.5",
    }
    assert file.graph == files[0].graph  # pred_label is of the score, as ever


@pytest.mark.parametrize(
    "settings", [SimpleNetSettings(hidden=64, least_steps=80), EfficientAdSettings(training_steps=12)]
)
def test_trained_networks_agree(photos, tmp_path, settings):
    good, bad = photos
    model = train(good[:6], good[6:], Recipe(settings, Framing((64, 64))), silent())
    certificate = export_bundle(model, tmp_path / "bundle", [*bad, *good], silent()).certificate
    assert certificate.passed
    assert certificate.verdict_flips == 0


def test_a_program_of_torch_export_agrees(photos, tmp_path):
    """All that it does itself: a frame that keeps proportions, an area, several photos at once."""
    good, bad = photos
    area = Area(ignore=(((0.0, 0.0), (0.3, 0.0), (0.3, 0.2)),))
    recipe = Recipe(PadimSettings(channels=12), Framing((64, 96), "letterbox", area))
    model = train(good[:6], good[6:], recipe, silent())
    report = export_bundle(model, tmp_path / "bundle", [*bad, *good], silent(), ["torch"])
    assert report.extras["torch"].passed
    assert report.extras["torch"].images == 13
    assert "model.pt2" in report.files
    said = json.loads((tmp_path / "bundle" / "certificate.json").read_text(encoding="utf-8"))
    assert said["extras"]["torch"]["model_sha256"] == content_hash(tmp_path / "bundle" / "model.pt2")
    photo = np.random.default_rng(0).random((3, 3, 70, 41), np.float32)
    session = onnxruntime.InferenceSession(tmp_path / "bundle" / "model.onnx", providers=["CPUExecutionProvider"])
    program = torch.export.load(tmp_path / "bundle" / "model.pt2").module()
    theirs = program(torch.from_numpy(photo))
    assert list(theirs) == list(OUTPUTS)
    for name, expected in zip(OUTPUTS, session.run(list(OUTPUTS), {"input": photo}), strict=True):
        np.testing.assert_allclose(theirs[name].numpy(), expected, rtol=1e-4, atol=1e-4)
    # An export without it takes it away.
    assert "model.pt2" not in export_bundle(model, tmp_path / "bundle", bad, silent()).files
    assert not (tmp_path / "bundle" / "model.pt2").exists()


def test_openvino_agrees(exported, photos, tmp_path):
    openvino = pytest.importorskip("openvino", reason="needs the extra openvino")
    report = export_bundle(exported[0], tmp_path / "bundle", photos[0], silent(), ["openvino"])
    assert report.extras["openvino"].passed
    model = openvino.Core().read_model(tmp_path / "bundle" / "model.xml")
    assert [output.names for output in model.outputs] == [{name} for name in OUTPUTS[:4]]


def test_without_openvino_its_format_is_refused_before_anything_is_written(exported, photos, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "openvino", None)
    monkeypatch.setattr("core.export.openvino_ir.find_spec", lambda name: None)
    with pytest.raises(Problem, match="not installed") as told:
        export_bundle(exported[0], tmp_path / "bundle", photos[0], silent(), ["onnx", "openvino"])
    assert "flawsight[openvino]" in told.value.hint.format(**told.value.values)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(Problem, match="no export format"):
        export_bundle(exported[0], tmp_path / "bundle", photos[0], silent(), ["tensorrt"])


def test_without_images_there_is_no_export(exported, tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no image")
    with pytest.raises(Problem, match="no image to compare"):
        export_bundle(exported[0], tmp_path / "bundle", [broken], silent())
    assert [path.name for path in tmp_path.iterdir()] == ["broken.png"]


def test_a_folder_with_other_files_is_refused(exported, photos, tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(Problem, match="other files"):
        export_bundle(exported[0], tmp_path, photos[1], silent())
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize("value", [0.1, 1 / 3, 16777217.0, 1.5])
def test_the_float32_limit_keeps_every_score_on_its_side(value):
    limit = as_float32_limit(value)
    assert float(limit) >= value > float(np.nextafter(limit, np.float32(-np.inf)))


def test_large_arrays_go_into_a_second_file(photos, tmp_path, monkeypatch):
    good, bad = photos
    model = train(good[:6], good[6:], Recipe(PadimSettings(channels=24), Framing((64, 64))), silent())
    small = export_bundle(model, tmp_path / "small", bad, silent())
    monkeypatch.setattr(graph, "INLINE_BYTES", 100_000)
    monkeypatch.setattr(graph, "CHUNK_BYTES", 10_000)
    large = export_bundle(model, tmp_path / "large", bad, silent())
    assert set(large.files) - set(small.files) == {"model.onnx.data"}
    assert large.files["model.onnx"] < 0.6 * small.files["model.onnx"]
    outputs = []
    for report in (small, large):
        assert report.certificate.passed
        # As another program would open it, from anywhere.
        session = onnxruntime.InferenceSession(report.folder / "model.onnx", providers=["CPUExecutionProvider"])
        outputs.append(session.run(None, {"input": np.full((1, 3, 50, 70), 0.5, np.float32)}))
    for one, other in zip(*outputs, strict=True):
        np.testing.assert_array_equal(one, other)
    export_bundle(model, tmp_path / "large", bad, silent())
    monkeypatch.undo()
    assert "model.onnx.data" not in export_bundle(model, tmp_path / "large", bad, silent()).files
    assert not (tmp_path / "large" / "model.onnx.data").exists()


@pytest.mark.parametrize("stage", ["Preparing the graph", "Writing the graph", "Comparing"])
def test_an_export_can_be_stopped_anywhere(exported, photos, tmp_path, stage):
    ticket = Ticket(lambda progress: ticket.cancel() if progress.stage == stage else None)
    with pytest.raises(Cancelled):
        export_bundle(exported[0], tmp_path / "bundle", photos[1], ticket)
    assert list(tmp_path.iterdir()) == []
