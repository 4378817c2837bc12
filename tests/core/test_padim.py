"""PaDiM against the paper's formulas, written plainly in double precision."""

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter
from torch.nn.functional import interpolate

from core.detectors.padim import Padim
from core.detectors.parts.channels import ChosenChannels, choose_channels
from core.detectors.parts.gaussian import Gaussians, Moments, places
from core.detectors.settings import PadimSettings, PatchCoreSettings
from core.progress import Cancelled, Ticket, silent
from tests.fakes import Frames, good_frames, tiny_extractor, with_defect

SIZE = (64, 96)
CPU = torch.device("cpu")


def embeddings(frames):
    """(B, 3, h, w) -> (B, all channels, rows, columns) float64, deeper levels repeated."""
    levels = [level.double().numpy() for level in tiny_extractor()(frames)]
    steps = [levels[0].shape[2] // level.shape[2] for level in levels]
    return np.concatenate([lev.repeat(s, 2).repeat(s, 3) for lev, s in zip(levels, steps, strict=True)], axis=1)


def naive(train, test, indices, smoothing):
    good, asked = embeddings(train)[:, indices], embeddings(test)[:, indices]
    rows, columns = good.shape[2:]
    distances = np.zeros((len(test), rows, columns))
    for row in range(rows):
        for column in range(columns):
            vectors = good[:, :, row, column]
            covariance = np.cov(vectors.T) if len(vectors) > 1 else np.zeros((len(indices),) * 2)
            inverse = np.linalg.inv(covariance + 0.01 * np.eye(len(indices)))
            for image in range(len(test)):
                delta = asked[image, :, row, column] - vectors.mean(0)
                distances[image, row, column] = np.sqrt(delta @ inverse @ delta)
    maps = interpolate(torch.from_numpy(distances)[:, None], size=SIZE, mode="bilinear", align_corners=False)[:, 0]
    return np.stack([gaussian_filter(each, smoothing * SIZE[0] / 256) for each in maps.numpy()])


@pytest.mark.parametrize("count", [1, 2, 37])
def test_same_as_the_formulas(count):
    train = good_frames(count, SIZE)
    test = with_defect(good_frames(2, SIZE, seed=9), 20, 40)
    detector = Padim.build(PadimSettings(channels=20), tiny_extractor(), SIZE, CPU)
    detector.fit(Frames(train), 4, silent())
    want = naive(train, test, detector.state().arrays["channels"], 4.0)
    prediction = detector.predict(test)
    np.testing.assert_allclose(prediction.maps.numpy(), want, rtol=2e-4)
    np.testing.assert_allclose(prediction.scores.numpy(), want.max((1, 2)), rtol=2e-4)


def gaussians_of(vectors, batch=1000):
    """From (positions, n, d) vectors, `batch` at a time."""
    moments = Moments(len(vectors), vectors.shape[2], CPU)
    for part in torch.split(vectors, batch, dim=1):
        moments.add(part, silent())
    return moments.gaussians(0.01, silent())


def plain_distances(vectors, asked):
    """The same by NumPy's covariance and inverse, in float64."""
    good, asked = vectors.double().numpy(), asked.double().numpy()
    distances = np.zeros((asked.shape[1], len(good)))
    for position in range(len(good)):
        inverse = np.linalg.inv(np.cov(good[position].T) + 0.01 * np.eye(good.shape[2]))
        delta = asked[position] - good[position].mean(0)
        distances[:, position] = np.sqrt(((delta @ inverse) * delta).sum(1))
    return distances


# Sizes of part of a band, a whole one, several, and several with part of one.
@pytest.mark.parametrize("size", [9, 32, 64, 75])
@pytest.mark.parametrize("count", [2, 50, 300])
def test_distances_are_those_of_the_formula(size, count):
    generator = torch.Generator().manual_seed(size)
    # Variances up to about 1; what float32 holds of a covariance ends 1e-7 below the largest.
    mixing = torch.randn(size, size, generator=generator) * torch.logspace(0, -2, size).unsqueeze(1) / size**0.5
    vectors, asked = (torch.randn(6, n, size, generator=generator) @ mixing for n in (count, 3))
    have = gaussians_of(vectors).distances(asked)
    np.testing.assert_allclose(have.numpy(), plain_distances(vectors, asked), rtol=1e-5)


@pytest.mark.parametrize("batch", [1, 7, 100])
@pytest.mark.parametrize("room", [1, 16, 64])
@pytest.mark.parametrize("offset", [0.0, 300.0])
def test_streaming_moments_are_numpys(monkeypatch, batch, room, offset):
    # An offset of 300 with a spread of 1: summed squares in float32 would be off by several hundredths.
    monkeypatch.setattr("core.detectors.parts.gaussian.MOST_GATHERED", room)
    vectors = torch.from_numpy(np.random.default_rng(0).normal(offset, 1, (6, 100, 9)).astype(np.float32))
    gaussians = gaussians_of(vectors, batch)
    np.testing.assert_allclose(gaussians.mean.numpy(), vectors.double().mean(1), rtol=1e-6, atol=1e-6)
    asked = vectors[:, :3] + torch.randn(6, 3, 9, generator=torch.Generator().manual_seed(1))
    # Rounding the vectors' own sixth digit is all that the offset may cost.
    np.testing.assert_allclose(gaussians.distances(asked), plain_distances(vectors, asked), rtol=1e-4)


def test_batches_of_any_size_give_the_same_detector():
    frames = good_frames(20, SIZE)

    class Odd(Frames):
        def batches(self, size):
            yield from torch.split(self.frames, 3)

    whole, odd = (Padim.build(PadimSettings(channels=20), tiny_extractor(), SIZE, CPU) for _ in range(2))
    whole.fit(Frames(frames), 0, silent())
    odd.fit(Odd(frames), 0, silent())
    test = good_frames(2, SIZE, seed=9)
    torch.testing.assert_close(whole.predict(test).maps, odd.predict(test).maps, rtol=1e-3, atol=1e-4)


def test_chunks_of_positions_are_the_same(monkeypatch):
    vectors = torch.randn(7, 30, 40, generator=torch.Generator().manual_seed(1))
    whole = gaussians_of(vectors)
    monkeypatch.setattr("core.detectors.parts.gaussian.CPU_CHUNK_BYTES", 40 * 40 * 8 * 2)
    monkeypatch.setattr("core.detectors.parts.gaussian.CHUNKS", 2)
    some = gaussians_of(vectors)
    for one, other in zip(whole.inverses, some.inverses, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-6)


def test_packing_is_lossless():
    gaussians = gaussians_of(torch.randn(4, 20, 70, generator=torch.Generator().manual_seed(2)))
    packed = gaussians.packed()
    assert packed.shape == (4, 70 * 71 // 2)
    again = Gaussians.unpacked(gaussians.mean, packed)
    for one, other in zip(gaussians.inverses, again.inverses, strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize("stage", ["gathering", "solving"])
def test_learning_can_be_stopped(stage):
    moments = Moments(4, 5, CPU)
    moments.add(torch.randn(4, 3, 5), silent())
    ticket = Ticket()
    ticket.cancel()
    with pytest.raises(Cancelled):
        moments.add(torch.randn(4, 100, 5), ticket) if stage == "gathering" else moments.gaussians(0.01, ticket)


def test_inverses_in_16_bits_give_the_same_distances():
    # Features as they are: spreads from 1 to 1/1000, neighbours alike.
    generator = torch.Generator().manual_seed(3)
    spread = torch.logspace(0, -3, 40)
    vectors = torch.randn(5, 50, 40, generator=generator).cumsum(2) * spread
    gaussians = gaussians_of(vectors)
    packed, steps = gaussians.in_16_bits(silent())
    assert packed.dtype == torch.int16
    assert packed.shape == (5, 40 * 41 // 2 + 1)
    inverse = packed[:, places(40)].double().view(5, 40, 40) * steps.double().unsqueeze(1)
    want = torch.zeros(5, 40, 40, dtype=torch.float64)
    want[:, *torch.tril_indices(40, 40)] = gaussians.packed().double()
    assert torch.equal(inverse.triu(1), torch.zeros_like(inverse))
    # Half a step is all that rounding may cost.
    assert bool(((inverse - want).abs() <= 0.51 * steps.unsqueeze(1)).all())
    assert float((steps * 32767).min()) > 0
    asked = torch.randn(5, 200, 40, generator=generator).cumsum(2) * spread
    deviations = (asked - gaussians.mean.unsqueeze(1)).double()
    distances = (inverse @ deviations.mT).square().sum(1).sqrt().T
    np.testing.assert_allclose(distances, plain_distances(vectors, asked), rtol=2e-4)


def test_rounding_can_be_stopped():
    gaussians = gaussians_of(torch.randn(4, 9, 5))
    ticket = Ticket()
    ticket.cancel()
    with pytest.raises(Cancelled):
        gaussians.in_16_bits(ticket)


def test_channel_choice():
    chosen = choose_channels(448, 100, seed=1)
    assert len(set(chosen.tolist())) == 100
    assert chosen.tolist() == sorted(chosen.tolist())
    assert torch.equal(chosen, choose_channels(448, 100, seed=1))
    assert not torch.equal(chosen, choose_channels(448, 100, seed=2))
    features = [torch.randn(1, 4, 4, 4), torch.randn(1, 6, 2, 2)]
    picked = ChosenChannels((4, 6), torch.tensor([1, 4, 9]))(features)
    assert torch.equal(picked[:, 0], features[0][:, 1])
    assert torch.equal(picked[:, 2], features[1][:, 5].repeat_interleave(2, 1).repeat_interleave(2, 2))


@pytest.mark.parametrize("indices", [[0, 2], [1, 4, 9], [2, 3, 5, 8, 10, 14]])
def test_vectors_are_the_chosen_channels_a_position_at_a_time(indices):
    features = [torch.randn(2, 4, 8, 12), torch.randn(2, 6, 4, 6), torch.randn(2, 5, 2, 3)]
    choice = ChosenChannels((4, 6, 5), torch.tensor(indices))
    assert torch.equal(choice.vectors(features), choice(features).flatten(2).permute(2, 0, 1))


def test_choice_may_miss_a_whole_level():
    features = [torch.randn(1, 4, 4, 4), torch.randn(1, 6, 2, 2)]
    assert ChosenChannels((4, 6), torch.tensor([0, 2]))(features).shape == (1, 2, 4, 4)


def test_settings_of_another_kind_are_a_mistake_in_the_program():
    with pytest.raises(TypeError, match="PatchCoreSettings"):
        Padim.build(PatchCoreSettings(), tiny_extractor(), SIZE, CPU)
