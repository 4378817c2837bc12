"""Another engine computes the same features as PyTorch, or is refused."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
import torchvision
from onnxruntime.capi.onnxruntime_pybind11_state import RuntimeException
from torch import nn

from core.backbones.catalog import CATALOG
from core.backbones.engines import OnnxFeatures, on_engine, refuse_others
from core.backbones.extractor import FeatureExtractor, build_extractor, extractor_with
from core.backbones.weights import Weights
from core.detectors.settings import KINDS, PRESETS, EfficientAdSettings
from core.devices import choose_device, halving_batches, slice_size
from core.errors import Problem
from core.images.framing import Framing
from core.images.reading import write_image
from core.inspection.inspector import Inspector
from core.models.bundle import load_model, save_model
from core.progress import silent
from core.training.recipe import Recipe
from core.training.run import train
from tests.fakes import TINY, good_frames, tiny_extractor
from tests.textures import good_part

CPU = torch.device("cpu")
LEVELS = ("s4", "s8", "s16")


def backbone(name: str) -> FeatureExtractor:
    """Return a backbone; the ResNets with made-up weights and statistics."""
    if name != "efficientnet_lite0":
        torch.manual_seed(5)
        net = getattr(torchvision.models, name)(weights=None)
        for module in net.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.running_mean.normal_(0, 0.1)
                module.running_var.uniform_(0.5, 1.5)
                nn.init.uniform_(module.weight, 0.5, 1.0)
                nn.init.normal_(module.bias, 0, 0.1)
        return extractor_with(Weights(net.state_dict(), "made up", "0" * 64), CATALOG[name], LEVELS)
    return build_extractor(name, LEVELS, silent())


@pytest.mark.parametrize("name", CATALOG)
def test_features_are_pytorchs(name):
    extractor = backbone(name)
    features = OnnxFeatures(extractor)
    assert (features.levels, features.channels, features.strides) == (
        extractor.levels,
        extractor.channels,
        extractor.strides,
    )
    for count, size in ((1, (64, 96)), (3, (64, 96)), (2, (32, 160))):
        frames = good_frames(count, size)
        for have, want in zip(features(frames), extractor(frames), strict=True):
            assert have.shape == want.shape
            assert have.dtype == torch.float32
            assert float((have - want).abs().max()) <= 1e-5 * float(want.abs().max())


def test_levels_may_be_left_out():
    extractor = build_extractor("efficientnet_lite0", ("s8", "s16"), silent())
    found = OnnxFeatures(extractor)(good_frames(1))
    assert [level.shape[1] for level in found] == [40, 112]


def test_same_bits_twice_and_from_several_threads():
    features = OnnxFeatures(build_extractor("efficientnet_lite0", LEVELS, silent()))
    frames = good_frames(2)
    want = features(frames)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(features, [frames] * 8):
            assert all(torch.equal(have, level) for have, level in zip(found, want, strict=True))


@pytest.fixture
def threads():
    """Sets PyTorch's number of threads for the length of a test."""
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_frame_has_the_same_features_in_a_batch_of_any_size(threads, count):
    threads(count)
    features = OnnxFeatures(build_extractor("efficientnet_lite0", LEVELS, silent()))
    frames = good_frames(7)
    alone = [features(frame) for frame in frames.split(1)]
    for size in (2, 3, 7):
        for have, want in zip(features(frames[:size]), zip(*alone[:size], strict=True), strict=True):
            assert torch.equal(have, torch.cat(want))


def test_many_frames_go_side_by_side_on_one_thread_each(threads):
    threads(3)
    features = OnnxFeatures(tiny_extractor())
    together = threading.Barrier(3)

    class Meeting:
        """A session that goes on when three frames are there at once."""

        def __init__(self, session):
            assert session.get_session_options().intra_op_num_threads == 1
            self.session = session

        def run(self, outputs, inputs):
            assert len(inputs["frames"]) == 1
            together.wait(timeout=20)
            return self.session.run(outputs, inputs)

    frames = good_frames(6)
    features._sessions[1] = Meeting(features._session(1))
    for have, want in zip(features(frames), tiny_extractor()(frames), strict=True):
        torch.testing.assert_close(have, want)
    few = features(frames[:2])  # would wait for a third for ever
    assert all(torch.equal(have, want[:2]) for have, want in zip(few, features(frames), strict=True))


def test_a_changed_number_of_threads_is_taken_up(threads):
    threads(2)
    features = OnnxFeatures(tiny_extractor())
    want = features(good_frames(1))
    assert set(features._sessions) == {2}
    features(good_frames(2))
    threads(3)
    found = features(good_frames(1))
    assert set(features._sessions) == {1, 3}
    for count, session in features._sessions.items():
        assert session.get_session_options().intra_op_num_threads == count
    for have, level in zip(found, want, strict=True):
        torch.testing.assert_close(have, level)


def test_where_frames_side_by_side_are_too_many_they_go_one_by_one(threads):
    threads(2)
    features = OnnxFeatures(tiny_extractor())
    frames = good_frames(5)
    want = features(frames)

    class Short:
        def run(self, outputs, inputs):
            raise RuntimeException("[ONNXRuntimeError] : 6 : Failed to allocate memory for requested buffer of size 9")

    features._sessions[1] = Short()
    parts, size = halving_batches(features, frames, slice_size(CPU))
    assert size == 1
    for have, level in zip(map(torch.cat, zip(*parts, strict=True)), want, strict=True):
        assert torch.equal(have, level)


def test_auto_is_onnx_runtime_on_a_cpu_and_a_name_is_taken_at_its_word():
    extractor = tiny_extractor()
    assert on_engine(extractor, "auto", CPU).engine == "ONNX Runtime"
    assert on_engine(extractor, "onnxruntime", CPU).engine == "ONNX Runtime"
    assert on_engine(extractor, "torch", CPU) is extractor
    assert extractor.engine == "PyTorch"


def test_onnx_runtime_is_for_the_cpu():
    with pytest.raises(Problem, match="not on cuda"):
        on_engine(tiny_extractor(), "onnxruntime", torch.device("cuda"))
    with pytest.raises(Problem, match="not on meta"):
        OnnxFeatures(tiny_extractor()).to(torch.device("meta"))


def unwritable() -> FeatureExtractor:
    """An extractor with an operation that has no ONNX form here."""
    stages = {
        name: nn.Sequential(nn.Conv2d(before, level.channels, level.stride // step, level.stride // step), nn.GELU())
        for (name, level), before, step in zip(TINY.levels.items(), (3, 8, 12), (1, 4, 8), strict=True)
    }
    return FeatureExtractor(TINY, LEVELS, stages, weights_origin="made up for tests", weights_sha256="0" * 64)


def test_what_cannot_run_is_a_problem_by_name_and_pytorch_with_a_reason_by_auto():
    extractor = unwritable()
    with pytest.raises(Problem, match=r"gelu> cannot be written as ONNX here\. Choose the engine torch"):
        on_engine(extractor, "onnxruntime", CPU)
    chosen = on_engine(extractor, "auto", CPU)
    assert chosen is extractor
    assert chosen.engine == "PyTorch"
    assert "gelu" in chosen.engine_note


def test_other_features_are_refused():
    with pytest.raises(Problem, match="computes other features than PyTorch"):
        refuse_others(OnnxFeatures(tiny_extractor(seed=1)), tiny_extractor(seed=0))


def test_an_unknown_engine_is_a_problem():
    with pytest.raises(Problem, match="no engine called 'tensorrt'"):
        choose_device("cpu", "tensorrt")


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_scores_the_same_on_another_engine(kind, tmp_path):
    paths = []
    for index in range(8):
        paths.append(tmp_path / f"{index}.png")
        write_image(paths[-1], good_part(index, (80, 100)))
    settings = EfficientAdSettings(training_steps=4) if kind == "efficientad" else PRESETS[kind]["fast"]
    recipe = Recipe(settings, Framing((96, 96)), engine="onnxruntime")
    model, again = (train(paths[:6], paths[6:], recipe, silent()) for _ in range(2))
    assert model.card.device.endswith("ONNX Runtime")
    for name, array in model.detector.state().arrays.items():
        np.testing.assert_array_equal(array, again.detector.state().arrays[name])
    save_model(model, tmp_path / "model.flawmodel")
    looks = []
    for engine in ("onnxruntime", "torch"):
        loaded = load_model(tmp_path / "model.flawmodel", choose_device("cpu", engine))
        looks.append([Inspector(loaded).inspect(path, silent()) for path in paths])
    for have, want in zip(*looks, strict=True):
        assert have.score == pytest.approx(want.score, rel=1e-3)
        np.testing.assert_allclose(have.heat, want.heat, atol=1e-3 * want.heat.max())
