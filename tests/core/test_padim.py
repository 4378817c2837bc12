"""PaDiM against the paper's formulas, written plainly in double precision."""

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter
from torch.nn.functional import interpolate

from core.detectors.padim import Padim
from core.detectors.parts.channels import ChosenChannels, Level, choose_channels
from core.detectors.parts.gaussian import Moments
from core.detectors.settings import PadimSettings, PatchCoreSettings
from core.progress import Cancelled, Ticket, silent
from tests.fakes import Frames, good_frames, tiny_extractor, with_defect

SIZE = (64, 96)
CPU = torch.device("cpu")


def around(level):
    """(B, C, h, w) -> the mean over each cell and its eight neighbours, zeros outside."""
    padded = np.pad(level, ((0, 0), (0, 0), (1, 1), (1, 1)))
    rows, columns = level.shape[2:]
    return sum(padded[:, :, i : i + rows, j : j + columns] for i in range(3) for j in range(3)) / 9


def embeddings(frames, averaged=False):
    """(B, 3, h, w) -> (B, all channels, rows, columns) float64, deeper levels repeated."""
    levels = [level.double().numpy() for level in tiny_extractor()(frames)]
    if averaged:
        levels[-1] = around(levels[-1])
    steps = [levels[0].shape[2] // level.shape[2] for level in levels]
    return np.concatenate([lev.repeat(s, 2).repeat(s, 3) for lev, s in zip(levels, steps, strict=True)], axis=1)


def naive(train, test, indices, smoothing, averaged):
    good, asked = (embeddings(frames, averaged)[:, indices] for frames in (train, test))
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


@pytest.mark.parametrize("averaged", [False, True])
@pytest.mark.parametrize("count", [1, 2, 37])
def test_same_as_the_formulas(count, averaged):
    train = good_frames(count, SIZE)
    test = with_defect(good_frames(2, SIZE, seed=9), 20, 40)
    detector = Padim.build(PadimSettings(channels=20, averaged=averaged), tiny_extractor(), SIZE, CPU)
    detector.fit(Frames(train), 4, silent())
    want = naive(train, test, detector.state().arrays["channels"], 4.0, averaged)
    prediction = detector.predict(test)
    np.testing.assert_allclose(prediction.maps.numpy(), want, rtol=2e-4)
    np.testing.assert_allclose(prediction.scores.numpy(), want.max((1, 2)), rtol=2e-4)


@pytest.mark.parametrize("averaged", [False, True])
def test_the_explanation_shares_the_distance_out_level_by_level(averaged):
    """Coarse alone, middle and coarse together, all three: each share is what the next level adds."""
    train, test = good_frames(37, SIZE), with_defect(good_frames(1, SIZE, seed=9), 20, 40)
    detector = Padim.build(PadimSettings(channels=20, averaged=averaged), tiny_extractor(), SIZE, CPU)
    detector.fit(Frames(train), 4, silent())
    chosen = detector.state().arrays["channels"]
    row, column = 6, 11
    good, asked = (embeddings(frames, averaged)[:, chosen, row, column] for frames in (train, test))

    def squared(kept):
        covariance = np.cov(good[:, kept].T) + 0.01 * np.eye(kept.sum())
        delta = asked[0, kept] - good[:, kept].mean(0)
        return delta @ np.linalg.inv(covariance) @ delta

    totals = [squared(chosen >= first) for first in (20, 8, 0)]  # channels of the levels: 8, 12 and 16
    want = np.diff([0.0, *totals])[::-1] / totals[-1]
    found = detector.explain(test, row * 4 + 1.0, column * 4 + 3.0)
    assert [share.title for share in found.shares] == ["Fine structure", "Middle structure", "Coarse structure"]
    np.testing.assert_allclose([share.part for share in found.shares], want, rtol=1e-3)
    assert found.value == pytest.approx(np.sqrt(totals[-1]), rel=1e-4)
    assert found.place


# Widths of the levels, deepest first; each cell covers four of the next level.
DEEPEST = 6
NESTED = [(9,), (64,), (5, 1), (40, 20, 15)]


def levels_of(widths):
    return [Level(len(widths) - 1 - place, DEEPEST * 4**place, width) for place, width in enumerate(widths)]


def gaussians_of(vectors, batch=1000):
    """From one (cells, n, width) tensor a level, `batch` at a time."""
    moments = Moments(levels_of([level.shape[2] for level in vectors]), CPU)
    for parts in zip(*(torch.split(level, batch, dim=1) for level in vectors), strict=True):
        moments.add(parts, silent())
    return moments.gaussians(0.01, silent())


def drawn(widths, count, generator, spread=0.0):
    """Vectors of each level that vary together: a mixture of shared causes and the level's own."""
    causes = torch.randn(count, 8, generator=generator)
    found = []
    for level in levels_of(widths):
        scales = torch.logspace(0, -2, level.width)
        own = torch.randn(level.cells, count, level.width, generator=generator)
        mixing = torch.randn(level.cells, 8, level.width, generator=generator) / 8**0.5
        found.append((own + causes @ mixing) * scales / 2 + spread)
    return found


def whole(vectors):
    """(cells, n, width) a level -> (finest cells, n, d) float64: what each finest cell sees, deepest level first."""
    finest = len(vectors[-1])
    return np.concatenate([level.double().numpy().repeat(finest // len(level), 0) for level in vectors], axis=2)


def plain_distances(vectors, asked):
    """The same by NumPy's covariance and inverse of whole vectors, in float64."""
    good, asked = whole(vectors), whole(asked)
    distances = np.zeros(asked.shape[:2])
    for position in range(len(good)):
        inverse = np.linalg.inv(np.cov(good[position].T) + 0.01 * np.eye(good.shape[2]))
        delta = asked[position] - good[position].mean(0)
        distances[position] = np.sqrt(((delta @ inverse) * delta).sum(1))
    return distances


@pytest.mark.parametrize("widths", NESTED)
@pytest.mark.parametrize("count", [2, 50, 300])
def test_distances_are_those_of_the_formula(widths, count):
    generator = torch.Generator().manual_seed(len(widths))
    vectors, asked = drawn(widths, count, generator), drawn(widths, 3, generator)
    np.testing.assert_allclose(gaussians_of(vectors)(asked).numpy(), plain_distances(vectors, asked), rtol=2e-5)


@pytest.mark.parametrize("batch", [1, 7, 100])
@pytest.mark.parametrize("room", [1, 16, 64])
@pytest.mark.parametrize("offset", [0.0, 300.0])
def test_streaming_moments_are_numpys(monkeypatch, batch, room, offset):
    # An offset of 300 with a spread of 1: summed squares in float32 would be off by several hundredths.
    monkeypatch.setattr("core.detectors.parts.gaussian.MOST_GATHERED", room)
    generator = torch.Generator().manual_seed(1)
    vectors, asked = (drawn((5, 4), count, generator, offset) for count in (100, 3))
    gaussians = gaussians_of(vectors, batch)
    for index, level in enumerate(vectors):
        np.testing.assert_allclose(gaussians.arrays()[f"mean{index}"], level.double().mean(1), rtol=1e-6, atol=1e-6)
    # Rounding the vectors' own sixth digit is all that the offset may cost.
    np.testing.assert_allclose(gaussians(asked), plain_distances(vectors, asked), rtol=2e-4)


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


def test_chunks_of_cells_are_the_same(monkeypatch):
    vectors = drawn((20, 15, 9), 30, torch.Generator().manual_seed(1))
    whole = gaussians_of(vectors)
    monkeypatch.setattr("core.detectors.parts.gaussian.CPU_CHUNK_BYTES", 1)
    monkeypatch.setattr("core.detectors.parts.gaussian.CHUNKS", 2)
    some = gaussians_of(vectors)
    for name, values in whole.arrays().items():
        torch.testing.assert_close(values, some.arrays()[name], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("stage", ["gathering", "solving"])
def test_learning_can_be_stopped(stage):
    vectors = drawn((3, 2), 3, torch.Generator())
    moments = Moments(levels_of((3, 2)), CPU)
    moments.add(vectors, silent())
    ticket = Ticket()
    ticket.cancel()
    more = [level.repeat(1, 40, 1) for level in vectors]
    with pytest.raises(Cancelled):
        moments.add(more, ticket) if stage == "gathering" else moments.gaussians(0.01, ticket)


def test_inverses_in_16_bits_give_the_same_distances():
    # Features as they are: spreads from 1 to 1/1000, neighbours alike.
    generator = torch.Generator().manual_seed(3)
    good, asked = (
        [level.cumsum(2) * torch.logspace(0, -1, level.shape[2]) for level in drawn((20, 12, 8), count, generator)]
        for count in (60, 200)
    )
    gaussians = gaussians_of(good)
    rounded = gaussians.in_16_bits(silent())
    parts = [name for name in gaussians.arrays() if not name.startswith("mean")]
    assert len(parts) == 5
    for name in parts:
        want, have, step = gaussians.arrays()[name], rounded.arrays()[name].mT, rounded.arrays()[f"{name}_step"]
        assert have.dtype == torch.int16
        # Half a step is all that rounding may cost.
        assert bool(((have.double() * step.double() - want.double()).abs() <= 0.51 * step).all())
    np.testing.assert_allclose(rounded(asked), plain_distances(good, asked), rtol=3e-4)


def test_rounding_can_be_stopped():
    gaussians = gaussians_of(drawn((5, 3), 9, torch.Generator()))
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


GRIDS = [(8, 12), (4, 6), (2, 3)]


@pytest.mark.parametrize("averaged", [False, True])
@pytest.mark.parametrize("indices", [[0, 2], [1, 4, 9], [5, 12], [2, 3, 5, 8, 10, 14]])
def test_nested_vectors_are_the_chosen_channels_of_repeated_maps(indices, averaged):
    features = [torch.randn(2, width, *grid) for width, grid in zip((4, 6, 5), GRIDS, strict=True)]
    choice = ChosenChannels((4, 6, 5), GRIDS, torch.tensor(indices), averaged)
    vectors = choice(features)
    finest = choice.levels[-1].cells
    seen = torch.cat([level.repeat_interleave(finest // len(level), 0) for level in vectors], dim=2)
    have = torch.stack([choice.grid(seen[..., channel]) for channel in range(len(indices))], dim=1)
    if averaged:
        features[-1] = torch.from_numpy(around(features[-1].numpy()))
    large = torch.cat([interpolate(level, size=GRIDS[0], mode="nearest") for level in features], dim=1)
    # Deepest level first.
    order = [i for low, high in ((10, 15), (4, 10), (0, 4)) for i in indices if low <= i < high]
    torch.testing.assert_close(have, large[:, order], rtol=0, atol=1e-6 if averaged else 0)


def test_settings_of_another_kind_are_a_mistake_in_the_program():
    with pytest.raises(TypeError, match="PatchCoreSettings"):
        Padim.build(PatchCoreSettings(), tiny_extractor(), SIZE, CPU)
