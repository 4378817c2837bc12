import itertools

import pytest
import torch

from core.backbones.catalog import CATALOG, TEACHERS
from core.backbones.nets.pdn import autoencoder, patch_description
from core.detectors.estimate import (
    BACKBONE_BYTES,
    BACKBONE_SECONDS,
    PROGRAM_BYTES,
    Pace,
    _autoencoder_weights,
    _fit_seconds,
    _student_weights,
    duration,
    estimate,
)
from core.detectors.parts.channels import ChosenChannels, choose_channels
from core.detectors.parts.gaussian import Moments
from core.detectors.registry import REGISTRY
from core.detectors.settings import PRESETS, EfficientAdSettings, PadimSettings, PatchCoreSettings, SimpleNetSettings
from core.progress import silent
from tests.fakes import TINY, Frames, good_frames, tiny_for

SIZE = (64, 96)


def test_every_backbone_is_measured():
    assert set(BACKBONE_BYTES) == set(BACKBONE_SECONDS) == {*CATALOG, *TEACHERS}


@pytest.mark.parametrize(
    "settings",
    [
        PadimSettings(channels=20),
        PatchCoreSettings(),
        PatchCoreSettings(max_patches=100),
        SimpleNetSettings(passes=1, least_steps=1, hidden=100),
        EfficientAdSettings(training_steps=1),
    ],
)
def test_model_size_is_that_of_a_real_fit(monkeypatch, settings):
    monkeypatch.setattr("core.detectors.estimate.CATALOG", {"efficientnet_lite0": TINY})
    monkeypatch.setattr("core.detectors.estimate.TEACHERS", {"pdn_small": TINY})
    detector = REGISTRY[settings.kind].detector_class.build(settings, tiny_for(settings), SIZE, torch.device("cpu"))
    detector.fit(Frames(good_frames(20, SIZE)), 0, silent())
    written = sum(array.nbytes for array in detector.state().arrays.values())
    error = 0.25 if settings.kind == "padim" else 0.01  # which channels PaDiM keeps is drawn
    assert estimate(settings, 20, SIZE).model_bytes == pytest.approx(written, rel=error)


@pytest.mark.parametrize("seed", range(5))
def test_padims_memory_and_size_are_about_what_its_moments_hold(seed):
    channels, size = (24, 40, 112), (256, 256)
    grids = [(256 // stride, 256 // stride) for stride in (4, 8, 16)]
    moments = Moments(
        ChosenChannels(channels, grids, choose_channels(176, 100, seed), True).levels, torch.device("cpu")
    )
    rows = sum(tensor.nbytes for tensor in (*moments.own, *moments.across))
    told, most = estimate(PadimSettings(), 240, size), estimate(PadimSettings(), 10**6, size)
    assert told == most
    assert told.model_bytes == pytest.approx(rows, rel=0.25)
    held = told.memory_bytes - PROGRAM_BYTES - BACKBONE_BYTES["efficientnet_lite0"]
    assert rows + sum(tensor.nbytes for tensor in moments.gathered) < 1.25 * held


@pytest.mark.parametrize("kind", PRESETS)
def test_presets_grow_from_fast_to_accurate(kind):
    names = ("fast", "balanced", "accurate")
    sizes = [estimate(PRESETS[kind][name], 300, (256, 256)).model_bytes for name in names]
    if kind in ("simplenet", "efficientad"):  # balanced and accurate differ in how long they train
        pace = Pace(images=10, begin=1.0, read=0.01, learn=0.1, finish=2.0, judge=0.15)
        sizes = [duration(pace, PRESETS[kind][name], 300, 0, (256, 256)) for name in names]
    for smaller, larger in itertools.pairwise(sizes):
        assert smaller < larger


def test_time_grows_by_the_laws_of_its_parts():
    pace = Pace(images=10, begin=1.0, read=0.01, learn=0.1, finish=2.0, judge=0.15)
    size = (256, 256)  # 32 x 32 patches an image
    # A tenth of 10,240 patches was chosen; from 30 images three times as many, out of three times more.
    thirty = 1.0 + (30 + 2 * 10) * 0.01 + 30 * 0.1 + 2.0 * 3 * 3**0.6 + 10 * (0.1 + 0.05 * 3)
    assert duration(pace, PatchCoreSettings(), 30, 10, size) == pytest.approx(thirty, rel=1e-3)
    # At most 4,000 are kept, out of as many as there is room for.
    told = duration(pace, PatchCoreSettings(), 200, 0, size)
    assert told == pytest.approx(1.0 + 2.0 + 20.0 + 2.0 * 20 * (4_000 / 1_024) ** 0.6, rel=1e-3)
    # Solving PaDiM's covariances does not depend on the images.
    assert duration(pace, PadimSettings(), 40, 10, size) == pytest.approx(1.0 + 0.6 + 4.0 + 2.0 + 10 * 0.15)


def test_time_grows_with_rounds_that_are_fits_of_their_own():
    pace = Pace(images=10, begin=1.0, read=0.01, learn=0.1, finish=2.0, judge=0.15)
    plain, checked = (duration(pace, PadimSettings(), 40, 10, (256, 256), folds) for folds in (0, 5))
    assert checked - plain == pytest.approx(5 * (32 * 0.1 + 2.0) + 40 * (0.01 + 0.15))


def test_time_of_a_long_training_grows_with_its_steps():
    pace = Pace(images=10, begin=1.0, read=0.01, learn=0.1, finish=2.0, judge=0.1)
    # A brief training on ten images learns from nine of them, in three steps; 200 images make 45 steps a pass.
    told = duration(pace, SimpleNetSettings(passes=11), 200, 0, (256, 256))
    assert told == pytest.approx(1.0 + 2.0 + 20.0 + 2.0 * 11 * 45 / 3)


def test_only_moved_patches_go_through_simplenets_adaptor_by_themselves():
    moved, still = (_fit_seconds(SimpleNetSettings(shaped=by), 200, (256, 256))[1] for by in (2.0, 0.0))
    # A step's good patches and as many made-up ones through linear layers of 152 x 152, 152 x 1024 and 1024 x 1 values.
    both, middle = 2 * 152 * 152, 2 * (152 * 1024 + 1024)
    assert still / moved == pytest.approx((both / 2 + middle) / (both + middle))


def test_time_of_efficientad_grows_with_its_steps():
    pace = Pace(images=10, begin=1.0, read=0.01, learn=0.1, finish=3.0, judge=0.1)
    # Of the 3 s, 1 s went into a look at the ten images. 200 images make 180 steps a pass: 2 passes for 200 steps.
    told = duration(pace, EfficientAdSettings(training_steps=200), 200, 0, (256, 256))
    assert told == pytest.approx(1.0 + 2.0 + 20.0 + 2.0 * 360)


def test_weights_of_efficientads_networks_are_counted():
    for size in ("small", "medium"):
        count = sum(tensor.numel() for tensor in patch_description(size, 768).parameters())
        assert _student_weights(size, 768) == count
    for frame in ((256, 256), (64, 160)):
        count = sum(tensor.numel() for tensor in autoencoder(frame).parameters())
        assert _autoencoder_weights(frame, 384) == count


def test_features_beyond_a_quarter_of_the_memory_are_not_counted(monkeypatch):
    settings = SimpleNetSettings()
    held = estimate(settings, 100, (256, 256)).memory_bytes
    monkeypatch.setattr("core.detectors.estimate.cache_bytes", lambda: 0)
    assert held - estimate(settings, 100, (256, 256)).memory_bytes == 100 * 1024 * 152 * 4


def test_memory_of_many_images_is_bounded():
    thousand, million = (estimate(PatchCoreSettings(), count, (256, 256)) for count in (10_000, 100_000))
    assert million.memory_bytes == pytest.approx(thousand.memory_bytes, rel=0.05)
    assert thousand.memory_bytes < 4e9
