"""EfficientAD's networks against an independent restatement, layer by layer with functions."""

import pytest
import torch
import torch.nn.functional as F

from core.backbones.nets.pdn import autoencoder, grid_of, patch_description


def frames(height=256, width=256, count=1):
    return torch.randn(count, 3, height, width, generator=torch.Generator().manual_seed(0))


def parameters(network):
    return sum(parameter.numel() for parameter in network.parameters())


def weights_of(network):
    """(weight, bias) of each convolution in order."""
    values = list(network.state_dict().values())
    return list(zip(values[::2], values[1::2], strict=True))


def conv_count(inputs, outputs, side):
    return inputs * outputs * side * side + outputs


@pytest.mark.parametrize("outputs", [384, 768])
def test_small_has_the_papers_parameters(outputs):
    expected = conv_count(3, 128, 4) + conv_count(128, 256, 4) + conv_count(256, 256, 3) + conv_count(256, outputs, 4)
    assert parameters(patch_description("small", outputs)) == expected
    assert outputs != 384 or expected == 2_694_144


def test_medium_has_the_papers_parameters():
    expected = [(3, 256, 4), (256, 512, 4), (512, 512, 1), (512, 512, 3), (512, 384, 4), (384, 384, 1)]
    assert parameters(patch_description("medium")) == sum(conv_count(*each) for each in expected)


@pytest.mark.parametrize("padding", [False, True])
@torch.no_grad()
def test_small_computes_what_the_paper_says(padding):
    network = patch_description("small", padding=padding)
    x = frames(64, 96)
    one, two, three, four = weights_of(network)
    pad = 1 if padding else 0
    y = F.avg_pool2d(F.relu(F.conv2d(x, *one, padding=3 * pad)), 2, 2, pad)
    y = F.avg_pool2d(F.relu(F.conv2d(y, *two, padding=3 * pad)), 2, 2, pad)
    y = F.conv2d(F.relu(F.conv2d(y, *three, padding=pad)), *four)
    assert y.shape[-2:] == ((16, 24) if padding else (8, 16))
    torch.testing.assert_close(network(x), y, rtol=0, atol=1e-6)


@torch.no_grad()
def test_medium_computes_what_the_paper_says():
    network = patch_description("medium")
    x = frames(64, 64)
    one, two, three, four, five, six = weights_of(network)
    y = F.avg_pool2d(F.relu(F.conv2d(x, *one)), 2)
    y = F.avg_pool2d(F.relu(F.conv2d(y, *two)), 2)
    y = F.relu(F.conv2d(F.relu(F.conv2d(y, *three)), *four))
    y = F.conv2d(F.relu(F.conv2d(y, *five)), *six)
    torch.testing.assert_close(network(x), y, rtol=0, atol=1e-6)


@pytest.mark.parametrize("size", ["small", "medium"])
@pytest.mark.parametrize("side", [(256, 256), (64, 96), (320, 128)])
@torch.no_grad()
def test_grid_is_what_comes_out(size, side):
    out = patch_description(size)(frames(*side))
    assert out.shape == (1, 384, *grid_of(side))
    assert grid_of(side) == (side[0] // 4 - 8, side[1] // 4 - 8)


@torch.no_grad()
def test_padding_only_adds_a_rim_of_four():
    bare, padded = patch_description("small"), patch_description("small", padding=True)
    padded.load_state_dict(bare.state_dict())
    x = frames(128, 96)
    torch.testing.assert_close(padded(x)[:, :, 4:-4, 4:-4], bare(x), rtol=0, atol=1e-5)


@torch.no_grad()
def test_each_output_sees_33_pixels_and_the_next_four_further():
    network = patch_description("small")
    x = frames(64, 64)
    y = x.clone()
    y[:, :, 20 + 33 :, :] += 1.0  # below what row 5 sees: pixels 20 to 52
    y[:, :, :20, :] += 1.0
    changed = (network(x) - network(y)).abs().amax(dim=(0, 1, 3))
    assert changed[5] == 0
    assert (changed[[4, 6]] > 0).all()


@torch.no_grad()
def test_autoencoder_computes_what_the_paper_says():
    network = autoencoder((256, 256)).eval()
    assert parameters(network) == (
        conv_count(3, 32, 4)
        + conv_count(32, 32, 4)
        + conv_count(32, 64, 4)
        + 2 * conv_count(64, 64, 4)
        + conv_count(64, 64, 8)
        + 6 * conv_count(64, 64, 4)
        + conv_count(64, 64, 3)
        + conv_count(64, 384, 3)
    )
    weights = weights_of(network)
    y = frames()
    for each in weights[:5]:
        y = F.relu(F.conv2d(y, *each, stride=2, padding=1))
    y = F.conv2d(y, *weights[5])
    assert y.shape == (1, 64, 1, 1)
    for each, side in zip(weights[6:12], (3, 8, 15, 32, 63, 127), strict=True):
        y = F.relu(F.conv2d(F.interpolate(y, (side, side), mode="bilinear"), *each, padding=2))
        assert y.shape[-1] == side + 1
    y = F.relu(F.conv2d(F.interpolate(y, (56, 56), mode="bilinear"), *weights[12], padding=1))
    y = F.conv2d(y, *weights[13], padding=1)
    torch.testing.assert_close(network(frames()), y, rtol=0, atol=1e-6)


@pytest.mark.parametrize("side", [(64, 64), (96, 160), (320, 256), (512, 512)])
@torch.no_grad()
def test_autoencoder_fits_the_networks_at_every_frame_size(side):
    network = autoencoder(side)
    assert network(frames(*side)).shape == (1, 384, *grid_of(side))
    assert sum(isinstance(layer, torch.nn.Dropout) and layer.p == 0.2 for layer in network) == 6
