"""PatchCore against its published program's steps, written plainly."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy.ndimage import gaussian_filter
from scipy.special import softmax

from core.detectors import patchcore
from core.detectors.parts.neighbourhoods import PatchDescriptions
from core.detectors.patchcore import PatchCore
from core.detectors.protocol import Origin
from core.detectors.settings import PadimSettings, PatchCoreSettings
from core.progress import Ticket, silent
from tests.fakes import Frames, good_frames, tiny_extractor, with_defect

SIZE = (64, 96)
CPU = torch.device("cpu")
LEVELS = ("s8", "s16")


def published_description(features, widths, outputs):
    """Unfold, flatten, pool; bring to the finest grid; stack, flatten, pool: as amazon-science/patchcore-inspection."""
    grid = features[0].shape[-2:]
    levels = []
    for level, width in zip(features, widths, strict=True):
        batch, channels, rows, columns = level.shape
        patches = F.unfold(level.double(), 3, padding=1).view(batch, channels * 9, rows, columns)
        patches = F.interpolate(patches, size=grid, mode="bilinear", align_corners=False)
        flat = patches.permute(0, 2, 3, 1).reshape(-1, 1, channels * 9)
        levels.append(F.adaptive_avg_pool1d(flat, width).squeeze(1))
    if sum(widths) == outputs:
        joined = torch.cat(levels, 1)
    else:
        joined = F.adaptive_avg_pool1d(torch.stack(levels, 1).reshape(len(levels[0]), 1, -1), outputs).squeeze(1)
    return joined.view(len(features[0]), *grid, outputs)


@pytest.mark.parametrize(
    ("channels", "widths", "outputs"),
    [((12, 16), (12, 16), 28), ((12, 16), (24, 24), 24), ((12, 16), (10, 10), 10), ((5, 7), (64, 64), 64)],
)
def test_description_is_the_published_programs(channels, widths, outputs):
    generator = torch.Generator().manual_seed(0)
    features = [
        torch.randn(2, channels[0], 8, 12, generator=generator),
        torch.randn(2, channels[1], 4, 6, generator=generator),
    ]
    have = PatchDescriptions(channels, widths, outputs)(features)
    want = published_description(features, widths, outputs)
    torch.testing.assert_close(have.double(), want, rtol=1e-5, atol=1e-6)


def test_levels_count_as_if_each_were_pooled_to_one_width():
    generator = torch.Generator().manual_seed(0)
    features = [torch.randn(2, 12, 8, 12, generator=generator), torch.randn(2, 16, 4, 6, generator=generator)]
    have = PatchDescriptions((12, 16), (12, 16), 28, alike=True)(features).flatten(0, 2).double()
    own = published_description(features, (12, 16), 28).flatten(0, 2)
    # 12 values told four times each and 16 told three times each are 48 both.
    wide = torch.cat([own[:, :12].repeat_interleave(4, 1), own[:, 12:].repeat_interleave(3, 1)], 1)
    ratio = torch.cdist(have, have)[0, 1:] / torch.cdist(wide, wide)[0, 1:]
    torch.testing.assert_close(ratio, torch.full_like(ratio, (28 / 96) ** 0.5), rtol=1e-5, atol=0)


def build(settings, size=SIZE):
    return PatchCore.build(settings, tiny_extractor(LEVELS), size, CPU)


def described(frames):
    """Both levels counting alike: their shares of the mean width of 14."""
    alike = np.repeat([np.sqrt(14 / 12), np.sqrt(14 / 16)], [12, 16])
    return published_description(tiny_extractor(LEVELS)(frames), (12, 16), 28).numpy() * alike


@pytest.mark.parametrize("neighbours", [1, 4])
def test_same_as_the_plain_computation(neighbours):
    test = with_defect(good_frames(2, SIZE, seed=9), 20, 40)
    detector = build(PatchCoreSettings(neighbours=neighbours))
    detector.fit(Frames(good_frames(20, SIZE)), 0, silent())
    bank = detector.state().arrays["bank"].astype(np.float64)
    distances = np.sqrt(((described(test)[:, :, :, None] - bank) ** 2).sum(-1))
    patches = np.sort(distances, -1)[..., :neighbours].mean(-1)
    large = F.interpolate(torch.from_numpy(patches)[:, None], size=SIZE, mode="bilinear", align_corners=False)[:, 0]
    want = np.stack([gaussian_filter(each, 4 * SIZE[0] / 256) for each in large.numpy()])
    prediction = detector.predict(test)
    np.testing.assert_allclose(prediction.maps.numpy(), want, rtol=1e-4)
    np.testing.assert_allclose(prediction.scores.numpy(), patches.max((1, 2)), rtol=1e-4)


def test_weighing_is_the_papers_equation_7():
    test = with_defect(good_frames(3, SIZE, seed=9), 20, 40)
    plain, weighed = build(PatchCoreSettings()), build(PatchCoreSettings(reweight=True))
    for detector in (plain, weighed):
        detector.fit(Frames(good_frames(20, SIZE)), 0, silent())
    bank = plain.state().arrays["bank"].astype(np.float64)
    want = []
    for image in described(test).reshape(3, -1, 28):
        distances = np.sqrt(((image[:, None] - bank) ** 2).sum(-1))
        strangest = distances.min(1).argmax()
        nearest = distances[strangest].argmin()
        support = np.sqrt(((bank - bank[nearest]) ** 2).sum(1)).argsort()[:9]
        share = softmax(distances[strangest][support])[list(support).index(nearest)]
        want.append((1 - share) * distances[strangest].min())
    np.testing.assert_allclose(weighed.predict(test).scores.numpy(), want, rtol=1e-4)
    assert torch.equal(plain.predict(test).maps, weighed.predict(test).maps)


@pytest.mark.parametrize(("share", "cap", "kept"), [(0.1, 12_000, 192), (1.0, 12_000, 1920), (0.5, 100, 100)])
def test_size_of_the_memory(share, cap, kept):
    detector = build(PatchCoreSettings(coreset=share, max_patches=cap))
    detector.fit(Frames(good_frames(20, SIZE)), 0, silent())
    assert detector.state().arrays["bank"].shape == (kept, 28)


def test_origins_lead_back_to_the_patches():
    frames = good_frames(20, SIZE)
    detector = build(PatchCoreSettings())
    detector.fit(Frames(frames), 0, silent())
    state = detector.state()
    images, rows, columns = state.arrays["origins"].T
    np.testing.assert_allclose(state.arrays["bank"], described(frames)[images, rows, columns], rtol=1e-4, atol=1e-5)


def test_a_remembered_patch_is_explained_by_itself():
    frames = good_frames(20, SIZE)
    detector = build(PatchCoreSettings())
    detector.fit(Frames(frames), 0, silent())
    for image, row, column in detector.state().arrays["origins"][:5].tolist():
        found = detector.explain(frames[image : image + 1], row * 8 + 3.0, column * 8 + 5.0)
        assert found.origin == Origin(image, row * 8 + 4, column * 8 + 4)
        assert (found.row, found.col) == (row * 8 + 4, column * 8 + 4)
        assert found.value == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("neighbours", [1, 3])
def test_the_explanation_is_the_nearest_of_all_good_patches(neighbours):
    frames, test = good_frames(5, SIZE), with_defect(good_frames(1, SIZE, seed=9), 20, 40)
    detector = build(PatchCoreSettings(coreset=1.0, neighbours=neighbours))
    detector.fit(Frames(frames), 0, silent())
    good, asked = described(frames), described(test)[0]
    for row, column in [(0, 0), (2, 5), (7, 11)]:
        distances = np.sqrt(((good - asked[row, column]) ** 2).sum(-1))
        image, good_row, good_column = np.unravel_index(distances.argmin(), distances.shape)
        found = detector.explain(test, row * 8 + 1.0, column * 8 + 7.0)
        assert found.origin == Origin(image, good_row * 8 + 4, good_column * 8 + 4)
        assert found.value == pytest.approx(np.sort(distances, axis=None)[:neighbours].mean(), rel=1e-4)


def test_more_patches_than_the_budget_holds_keep_their_origins(monkeypatch):
    frames = good_frames(20, SIZE)
    told = []
    ticket = Ticket(lambda progress: told.append((progress.stage, progress.fraction)))
    monkeypatch.setattr(patchcore, "candidate_bytes", lambda: 0)
    detector = build(PatchCoreSettings(max_patches=100))
    detector.fit(Frames(frames), 0, ticket)
    state = detector.state()
    images, rows, columns = state.arrays["origins"].T
    assert len(state.arrays["bank"]) == 100
    assert len(set(zip(images.tolist(), rows.tolist(), columns.tolist(), strict=True))) == 100
    np.testing.assert_allclose(state.arrays["bank"], described(frames)[images, rows, columns], rtol=1e-4, atol=1e-5)
    # 592 patches are held at a time: the choice began before all images were read.
    stages = [stage for stage, _ in told]
    assert "Learning good images" in stages[stages.index("Choosing patches to remember") :]
    fractions = [fraction for _, fraction in told]
    assert fractions == sorted(fractions)


def test_the_budget_does_not_change_what_fits(monkeypatch):
    states = []
    for budget in (2**30, 2**40):
        monkeypatch.setattr(patchcore, "candidate_bytes", lambda budget=budget: budget)
        detector = build(PatchCoreSettings())
        detector.fit(Frames(good_frames(20, SIZE)), 0, silent())
        states.append(detector.state().arrays)
    np.testing.assert_array_equal(states[0]["bank"], states[1]["bank"])
    np.testing.assert_array_equal(states[0]["origins"], states[1]["origins"])


def test_settings_of_another_kind_are_a_mistake_in_the_program():
    with pytest.raises(TypeError, match="PadimSettings"):
        build(PadimSettings())
