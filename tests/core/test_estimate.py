import itertools

import pytest
import torch

from core.backbones.catalog import CATALOG
from core.detectors.estimate import BACKBONE_BYTES, BACKBONE_SECONDS, estimate
from core.detectors.padim import Padim
from core.detectors.patchcore import PatchCore
from core.detectors.settings import PRESETS, PadimSettings, PatchCoreSettings
from core.progress import silent
from tests.fakes import TINY, Frames, good_frames, tiny_extractor

SIZE = (64, 96)


def test_every_backbone_is_measured():
    assert set(BACKBONE_SECONDS) == set(BACKBONE_BYTES) == set(CATALOG)


@pytest.mark.parametrize(
    "settings", [PadimSettings(channels=20), PatchCoreSettings(), PatchCoreSettings(max_patches=100)]
)
def test_model_size_is_that_of_a_real_fit(monkeypatch, settings):
    monkeypatch.setattr("core.detectors.estimate.CATALOG", {"efficientnet_lite0": TINY})
    kind = Padim if settings.kind == "padim" else PatchCore
    levels = ("s4", "s8", "s16") if kind is Padim else ("s8", "s16")
    detector = kind.build(settings, tiny_extractor(levels), SIZE, torch.device("cpu"))
    detector.fit(Frames(good_frames(20, SIZE)), 0, silent())
    written = sum(array.nbytes for array in detector.state().arrays.values())
    assert estimate(settings, 20, SIZE, 1).model_bytes == pytest.approx(written, rel=0.01)


def test_default_padim_at_256_holds_a_matrix_a_position():
    told = estimate(PadimSettings(), 240, (256, 256), 1)
    assert told.memory_bytes > 64 * 64 * 100 * 100 * 4
    assert told.model_bytes == 64 * 64 * (100 + 5050) * 4


@pytest.mark.parametrize("presets", PRESETS.values(), ids=PRESETS)
def test_presets_grow_from_fast_to_accurate(presets):
    told = [estimate(presets[name], 300, (256, 256), 2) for name in ("fast", "balanced", "accurate")]
    for smaller, larger in itertools.pairwise(told):
        assert smaller.seconds < larger.seconds
        assert smaller.model_bytes < larger.model_bytes


def test_more_work_takes_longer_and_more_threads_less():
    base = estimate(PatchCoreSettings(), 100, (256, 256), 1)
    assert estimate(PatchCoreSettings(), 200, (256, 256), 1).seconds > base.seconds
    assert estimate(PatchCoreSettings(), 100, (512, 256), 1).seconds > base.seconds
    assert estimate(PatchCoreSettings(backbone="wide_resnet50_2"), 100, (256, 256), 1).seconds > base.seconds
    assert estimate(PatchCoreSettings(), 100, (256, 256), 4).seconds < base.seconds


def test_memory_of_many_images_is_bounded():
    thousand, million = (estimate(PatchCoreSettings(), count, (256, 256), 1) for count in (10_000, 100_000))
    assert million.memory_bytes == pytest.approx(thousand.memory_bytes, rel=0.05)
    assert thousand.memory_bytes < 4e9
