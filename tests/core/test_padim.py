"""PaDiM against the paper's formulas, written plainly in double precision."""

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter
from torch.nn.functional import interpolate

from core.detectors.padim import Padim
from core.detectors.parts.channels import ChosenChannels, choose_channels
from core.detectors.parts.gaussian import Moments, inverses, mahalanobis, pack, places, unpack
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


@pytest.mark.parametrize("batch", [1, 7, 100])
@pytest.mark.parametrize("offset", [0.0, 300.0])
def test_streaming_moments_are_numpys(batch, offset):
    # An offset of 300 with a spread of 1: summed squares in float32 would be off by several hundredths.
    vectors = np.random.default_rng(0).normal(offset, 1, (100, 6, 9)).astype(np.float32)
    moments = Moments(6, 9, CPU)
    for first in range(0, 100, batch):
        moments.add(torch.from_numpy(vectors[first : first + batch]), silent())
    np.testing.assert_allclose(moments.mean.numpy(), vectors.astype(np.float64).mean(0), rtol=1e-6, atol=1e-6)
    want = np.stack([np.cov(vectors[:, position].astype(np.float64).T) for position in range(6)])
    factors = moments.factors(0.01, silent()).double().numpy()
    np.testing.assert_allclose(factors @ factors.transpose(0, 2, 1), want + 0.01 * np.eye(9), atol=2e-4)


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


def test_factors_in_chunks_are_the_same(monkeypatch):
    def made():
        moments = Moments(7, 5, CPU)
        moments.add(torch.randn(30, 7, 5, generator=torch.Generator().manual_seed(1)), silent())
        return moments.factors(0.01, silent())

    whole = made()
    monkeypatch.setattr("core.detectors.parts.gaussian.CHUNK_BYTES", 5 * 5 * 8 * 2)
    assert torch.equal(made(), whole)


def test_mahalanobis_of_a_known_case():
    factors = torch.linalg.cholesky(torch.tensor([[[4.0, 0.0], [0.0, 9.0]]]))
    assert mahalanobis(torch.tensor([[[2.0], [3.0]]]), factors).item() == pytest.approx(2**0.5)


def test_packing_is_lossless():
    factors = torch.randn(4, 6, 6).tril()
    assert pack(factors).shape == (4, 21)
    assert torch.equal(unpack(pack(factors), 6), factors)


def factors_of(positions, size):
    """Factors of covariances as features have them: spreads from 1 to 1/1000, neighbours alike."""
    generator = torch.Generator().manual_seed(3)
    spread = torch.logspace(0, -3, size, dtype=torch.float64)
    mixed = torch.randn(positions, 40, size, generator=generator, dtype=torch.float64).cumsum(2) * spread
    return torch.linalg.cholesky(mixed.mT @ mixed / 40 + 1e-4 * torch.eye(size, dtype=torch.float64))


def test_inverses_in_16_bits_give_the_same_distances():
    factors = factors_of(5, 30)
    packed, steps = inverses(factors.float(), silent())
    assert packed.dtype == torch.int16
    assert packed.shape == (5, 30 * 31 // 2 + 1)
    inverse = packed[:, places(30)].double().view(5, 30, 30) * steps.double().unsqueeze(1)
    want = torch.linalg.inv(factors)
    assert torch.equal(inverse.triu(1), torch.zeros_like(inverse))
    # Half a step is all that rounding may cost.
    assert bool(((inverse - want).abs() <= 0.51 * steps.unsqueeze(1)).all())
    assert float((steps * 32767).min()) > 0
    deviations = factors @ torch.randn(5, 30, 200, generator=torch.Generator().manual_seed(4), dtype=torch.float64)
    distances = (inverse @ deviations).square().sum(1).sqrt()
    torch.testing.assert_close(distances, (want @ deviations).square().sum(1).sqrt(), rtol=2e-4, atol=0)


def test_making_inverses_can_be_stopped():
    ticket = Ticket()
    ticket.cancel()
    with pytest.raises(Cancelled):
        inverses(factors_of(5, 30).float(), ticket)


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


def test_choice_may_miss_a_whole_level():
    features = [torch.randn(1, 4, 4, 4), torch.randn(1, 6, 2, 2)]
    assert ChosenChannels((4, 6), torch.tensor([0, 2]))(features).shape == (1, 2, 4, 4)


def test_settings_of_another_kind_are_a_mistake_in_the_program():
    with pytest.raises(TypeError, match="PatchCoreSettings"):
        Padim.build(PatchCoreSettings(), tiny_extractor(), SIZE, CPU)
