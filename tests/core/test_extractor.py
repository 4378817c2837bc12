"""The real backbone on a drawn picture, and what holds for every extractor."""

from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision
from PIL import Image
from torch import nn

from core.backbones import weights
from core.backbones.catalog import CATALOG
from core.backbones.extractor import FeatureExtractor, build_extractor
from core.backbones.nets.efficientnet_lite import EfficientNetLite0, SameConv2d, from_published
from core.backbones.weights import load_weights
from core.errors import Problem
from core.progress import silent
from tests import real_data
from tests.fakes import TINY, tiny_extractor
from tests.real_data import needs_real_data

LEVELS = ("s4", "s8", "s16")


def drawn() -> torch.Tensor:
    """A (1, 3, 64, 96) picture from a formula."""
    rows, columns = torch.arange(64.0).view(-1, 1), torch.arange(96.0).view(1, -1)
    red = 0.5 + 0.4 * torch.sin(rows / 7) * torch.cos(columns / 11)
    green = ((rows - 30) ** 2 + (columns - 50) ** 2 < 400).float().expand(64, 96)
    blue = ((rows + columns) / 158).expand(64, 96)
    return torch.stack([red, green, blue])[None]


@pytest.fixture(scope="module")
def lite() -> FeatureExtractor:
    return build_extractor("efficientnet_lite0", LEVELS, silent())


# A level each: mean, spread, largest, and three single values.
STORED = [
    [0.2225686, 10.09155, 48.35815, 1.42373, -1.851841, 5.602503],
    [0.821822, 9.769899, 44.45988, -3.541723, -5.074725, 3.412858],
    [0.3021756, 5.738159, 24.92011, 4.472499, 7.850643, 2.168668],
]


def test_levels_have_the_catalogues_channels_and_strides(lite):
    features = lite(drawn())
    assert [tuple(level.shape) for level in features] == [(1, 24, 16, 24), (1, 40, 8, 12), (1, 112, 4, 6)]
    assert lite.channels == (24, 40, 112)
    assert lite.strides == (4, 8, 16)
    assert lite.weights_origin.startswith("package:")
    assert lite.weights_sha256 == CATALOG["efficientnet_lite0"].sources[0].sha256


def test_features_are_those_once_computed(lite):
    # Written down from this code on 64-bit Linux after the photographs below were named rightly.
    for level, stored in zip(lite(drawn()), STORED, strict=True):
        have = [level.mean(), level.std(), level.abs().max(), level[0, 3, 2, 3], level[0, 20, 1, 5], level[0, 11, 3, 0]]
        np.testing.assert_allclose([float(value) for value in have], stored, rtol=1e-4, atol=1e-4)


def test_same_bits_twice(lite):
    again = build_extractor("efficientnet_lite0", LEVELS, silent())
    for first, second, third in zip(lite(drawn()), lite(drawn()), again(drawn()), strict=True):
        assert torch.equal(first, second)
        assert torch.equal(first, third)


def test_stops_at_the_deepest_level_asked_for():
    shallow = build_extractor("efficientnet_lite0", ("s4",), silent())
    assert list(shallow.stages) == ["s4"]
    assert len(shallow(drawn())) == 1


def test_levels_may_be_left_out(lite):
    some = build_extractor("efficientnet_lite0", ("s8", "s16"), silent())
    for have, want in zip(some(drawn()), lite(drawn())[1:], strict=True):
        assert torch.equal(have, want)


def test_frozen_and_in_evaluation_mode_whatever_is_asked(lite):
    nn.Sequential(lite).train()
    assert not any(module.training for module in lite.modules())
    assert not any(parameter.requires_grad for parameter in lite.parameters())


def test_normalisation_is_inside():
    extractor = tiny_extractor()
    frames = drawn()
    mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (TINY.mean, TINY.std))
    assert torch.equal(extractor(frames)[0], extractor.stages["s4"]((frames - mean) / std))


def test_module_is_a_copy():
    extractor = tiny_extractor()
    copy = extractor.module()
    want = extractor(drawn())
    with torch.no_grad():
        for parameter in copy.parameters():
            parameter.zero_()
    for have, before in zip(extractor(drawn()), want, strict=True):
        assert torch.equal(have, before)


def test_same_padding_is_tensorflows():
    # Side 8, kernel 3, stride 2: TensorFlow pads 0 before and 1 after, so the last output sees the spare zero.
    conv = SameConv2d(1, 1, 3, 2)
    nn.init.ones_(conv.weight)
    rows = conv(torch.arange(8.0).view(1, 1, 1, 8).repeat(1, 1, 8, 1))[0, 0, 0] / 3
    assert rows.tolist() == [0 + 1 + 2, 2 + 3 + 4, 4 + 5 + 6, 6 + 7]


def test_weights_of_another_network_are_a_problem(monkeypatch, tmp_path):
    path = tmp_path / "other.pth"
    torch.save(torchvision.models.resnet18(weights=None).state_dict(), path)
    monkeypatch.setattr("core.backbones.extractor.load_weights", lambda *_args, **_more: other_weights(path))
    with pytest.raises(Problem, match="does not fit"):
        build_extractor("efficientnet_lite0", LEVELS, silent())


def other_weights(path: Path) -> weights.Weights:
    return weights.Weights(torch.load(path, weights_only=True), "file:other.pth", "0" * 64)


@pytest.mark.parametrize("name", ["resnet18", "wide_resnet50_2"])
def test_resnet_stages_are_torchvisions_layers(monkeypatch, name):
    net = getattr(torchvision.models, name)(weights=None).eval()
    made_up = weights.Weights(net.state_dict(), "made up", "0" * 64)
    monkeypatch.setattr("core.backbones.extractor.load_weights", lambda *_args, **_more: made_up)
    extractor = build_extractor(name, LEVELS, silent())
    seen = []
    for layer in (net.layer1, net.layer2, net.layer3):
        layer.register_forward_hook(lambda _module, _inputs, output: seen.append(output))
    frames = drawn()
    with torch.no_grad():
        net(torchvision.transforms.functional.normalize(frames, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))
    for have, want, channels in zip(extractor(frames), seen, extractor.channels, strict=True):
        assert have.shape[1] == channels
        torch.testing.assert_close(have, want, rtol=1e-4, atol=1e-4)


PHOTOGRAPHS = [
    ("caltech101_00258.jpg", {"monarch"}),
    ("caltech101_01554.jpg", {"trilobite"}),
    ("caltech101_00116.jpg", {"barrel"}),
]


@pytest.mark.slow
@needs_real_data
@pytest.mark.parametrize(("name", "words"), PHOTOGRAPHS)
def test_photographs_are_named_rightly(name, words):
    net = EfficientNetLite0()
    net.load_state_dict(from_published(load_weights(CATALOG["efficientnet_lite0"], silent()).state_dict))
    net.eval()
    image = Image.open(real_data.FOLDER / "natural" / name).convert("RGB")
    image = image.resize((round(image.width * 256 / min(image.size)), round(image.height * 256 / min(image.size))))
    left, top = (image.width - 224) // 2, (image.height - 224) // 2
    pixels = np.asarray(image.crop((left, top, left + 224, top + 224)))
    frames = torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None] / 255
    with torch.no_grad():
        best = int(net((frames - 0.5) / 0.5).argmax())
    assert torchvision.models.ResNet18_Weights.IMAGENET1K_V1.meta["categories"][best] in words
