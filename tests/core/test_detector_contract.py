"""What every detector has to keep, whatever it computes."""

import json
import math

import numpy as np
import pytest
import torch

from core.detectors.protocol import Detector, DetectorState
from core.detectors.registry import REGISTRY
from core.detectors.settings import (
    KINDS,
    PRESETS,
    DetectorSettings,
    EfficientAdSettings,
    PadimSettings,
    PatchCoreSettings,
    SimpleNetSettings,
)
from core.errors import Problem
from core.progress import Cancelled, Progress, Ticket, silent
from tests.fakes import Frames, good_frames, tiny_for, with_defect

SIZE = (64, 96)
CPU = torch.device("cpu")
SHORT = {
    "simplenet": SimpleNetSettings(hidden=128, least_steps=200),
    "efficientad": EfficientAdSettings(training_steps=4),
}
CASES = [
    *[pytest.param(SHORT.get(kind, entry.settings_type()), id=kind) for kind, entry in REGISTRY.items()],
    pytest.param(PadimSettings(channels=20), id="padim-20"),
    pytest.param(PatchCoreSettings(neighbours=3, reweight=True, dimension=32), id="patchcore-weighed"),
]


def build(settings: DetectorSettings) -> Detector:
    entry = REGISTRY[settings.kind]
    return entry.detector_class.build(settings, tiny_for(settings), SIZE, CPU)


def fitted(settings: DetectorSettings, seed: int = 0, count: int = 20) -> Detector:
    detector = build(settings)
    detector.fit(Frames(good_frames(count, SIZE)), seed, silent())
    return detector


def test_registry_kinds_and_presets_agree():
    assert set(REGISTRY) == set(KINDS) == set(PRESETS)
    for kind, entry in REGISTRY.items():
        assert entry.detector_class.kind == kind == entry.settings_type.kind
        assert KINDS[kind].settings_type is entry.settings_type


@pytest.mark.parametrize("settings", CASES)
def test_shapes_types_and_range(settings):
    prediction = fitted(settings).predict(good_frames(3, SIZE, seed=5))
    assert prediction.maps.shape == (3, *SIZE)
    assert prediction.scores.shape == (3,)
    assert prediction.maps.dtype == prediction.scores.dtype == torch.float32
    assert float(prediction.maps.min()) >= 0
    assert float(prediction.scores.min()) > 0


@pytest.mark.parametrize("settings", CASES)
@pytest.mark.parametrize("count", [1, 2])
def test_works_with_very_few_images(settings, count):
    detector = fitted(settings, count=count)
    frames = good_frames(1, SIZE, seed=5)
    assert float(detector.predict(with_defect(frames, 20, 40)).scores) > float(detector.predict(frames).scores)


@pytest.mark.parametrize("settings", CASES)
def test_same_seed_same_detector(settings):
    first, second = fitted(settings, seed=3).state(), fitted(settings, seed=3).state()
    assert all(np.array_equal(first.arrays[name], second.arrays[name]) for name in first.arrays)


@pytest.mark.parametrize(
    "settings",
    [PadimSettings(channels=20), PatchCoreSettings(), *SHORT.values()],
    ids=["padim", "patchcore", "simplenet", "efficientad"],
)
def test_the_seed_matters(settings):
    first, second = fitted(settings, seed=3).state(), fitted(settings, seed=4).state()
    assert not all(np.array_equal(first.arrays[name], second.arrays[name]) for name in first.arrays)


@pytest.mark.parametrize("settings", CASES)
def test_unfitted_says_so(settings):
    detector = build(settings)
    frame = good_frames(1, SIZE)
    asked = (
        lambda: detector.predict(frame),
        lambda: detector.explain(frame, 5.0, 5.0),
        detector.state,
        lambda: detector.graph(silent()),
    )
    for ask in asked:
        with pytest.raises(Problem, match="not learned"):
            ask()


@pytest.mark.parametrize("settings", CASES)
def test_explains_the_patch_under_a_point(settings):
    detector, frame = fitted(settings), with_defect(good_frames(1, SIZE, seed=5), 20, 40)
    calm, strange = detector.explain(frame, 58.0, 8.0), detector.explain(frame, 26.0, 46.0)
    assert strange.value > calm.value >= 0
    assert abs(strange.row - 26) <= strange.side / 2
    assert abs(strange.col - 46) <= strange.side / 2
    assert str(strange.text)
    if strange.shares:
        assert math.fsum(share.part for share in strange.shares) == pytest.approx(1)
        assert all(share.part >= 0 for share in strange.shares)
    for part in strange.maps:
        assert part.heat.shape == SIZE
        assert part.heat.dtype == np.float32


@pytest.mark.parametrize("settings", CASES)
@pytest.mark.parametrize(("row", "column"), [(-5.0, -5.0), (64.0, 96.0), (1e6, 1e6)])
def test_explains_the_outermost_patch_for_a_point_outside(settings, row, column):
    found = fitted(settings).explain(good_frames(1, SIZE, seed=4), row, column)
    assert 0 <= found.row < SIZE[0]
    assert 0 <= found.col < SIZE[1]


@pytest.mark.parametrize("settings", CASES)
def test_no_frames_is_a_problem(settings):
    with pytest.raises(Problem, match="no good images"):
        build(settings).fit(Frames(good_frames(1, SIZE)[:0]), 0, silent())


def stages_of(settings: DetectorSettings) -> list[str]:
    seen: list[Progress] = []
    detector = build(settings)
    detector.fit(Frames(good_frames(20, SIZE)), 0, Ticket(seen.append))
    return list(dict.fromkeys(progress.stage for progress in seen))


def ticket_cancelled_in(stage: str) -> Ticket:
    def stop(progress: Progress) -> None:
        if progress.stage == stage:
            ticket.cancel()

    ticket = Ticket(stop)
    return ticket


@pytest.mark.parametrize("settings", CASES)
def test_cancel_in_any_stage_leaves_it_unfitted(settings):
    for stage in stages_of(settings):
        detector = fitted(settings)  # fitted before: the old state has to go as well
        with pytest.raises(Cancelled):
            detector.fit(Frames(good_frames(20, SIZE)), 0, ticket_cancelled_in(stage))
        with pytest.raises(Problem, match="not learned"):
            detector.predict(good_frames(1, SIZE))


@pytest.mark.parametrize("settings", CASES)
def test_progress_never_falls_and_ends_full(settings):
    seen: list[Progress] = []
    build(settings).fit(Frames(good_frames(20, SIZE)), 0, Ticket(seen.append))
    fractions = [progress.fraction for progress in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(1)


@pytest.mark.parametrize("settings", CASES)
def test_state_restores_to_the_bit(settings):
    detector = fitted(settings)
    state = detector.state()
    json.dumps(state.facts, allow_nan=False)
    assert {array.dtype for array in state.arrays.values()} <= {np.dtype(np.float32), np.dtype(np.int32)}
    other = build(settings)
    other.restore(DetectorState({name: array.copy() for name, array in state.arrays.items()}, state.facts))
    frames = with_defect(good_frames(3, SIZE, seed=5), 20, 40)
    want, have = detector.predict(frames), other.predict(frames)
    assert torch.equal(want.maps, have.maps)
    assert torch.equal(want.scores, have.scores)


@pytest.mark.parametrize("settings", CASES)
def test_damaged_state_is_refused(settings):
    state = fitted(settings).state()
    for name, array in state.arrays.items():
        short = array[..., :-1]
        for damaged in ({}, {name: short}, {name: array.astype(np.float64)}):
            arrays = {key: value for key, value in state.arrays.items() if key != name} | damaged
            detector = build(settings)
            with pytest.raises(Problem, match=name):
                detector.restore(DetectorState(arrays))
            with pytest.raises(Problem, match="not learned"):
                detector.predict(good_frames(1, SIZE))


@pytest.mark.parametrize("settings", CASES)
def test_graph_agrees_with_predict(settings):
    detector = fitted(settings)
    frames = torch.cat([good_frames(3, SIZE, seed=5), with_defect(good_frames(2, SIZE, seed=6), 20, 40)])
    want = detector.predict(frames)
    with torch.no_grad():
        maps, scores = detector.graph(silent())(frames)
    torch.testing.assert_close(maps, want.maps, rtol=1e-4, atol=1e-4 * float(want.maps.max()))
    torch.testing.assert_close(scores, want.scores, rtol=1e-4, atol=0)


@pytest.mark.parametrize("settings", CASES)
def test_graph_does_not_share_the_detector(settings):
    detector = fitted(settings)
    frames = good_frames(1, SIZE, seed=5)
    before = detector.predict(frames).maps.clone()
    graph = detector.graph(silent())
    with torch.no_grad():
        for tensor in graph.extractor.state_dict().values():
            tensor.zero_()
    assert torch.equal(detector.predict(frames).maps, before)


@pytest.mark.parametrize("settings", CASES)
def test_planted_defect_stands_out_where_it_is(settings):
    detector = fitted(settings)
    good = good_frames(12, SIZE, seed=5)
    bad = with_defect(good, 32, 64)
    assert float(detector.predict(bad).scores.min()) > float(detector.predict(good).scores.max())
    peaks = detector.predict(bad).maps.flatten(1).argmax(1)
    rows, columns = peaks // SIZE[1], peaks % SIZE[1]
    assert bool(((rows - 38).abs() < 12).all())
    assert bool(((columns - 70).abs() < 12).all())


@pytest.mark.parametrize("settings", CASES)
def test_batching_does_not_change_results(settings):
    detector = fitted(settings)
    frames = with_defect(good_frames(5, SIZE, seed=5), 20, 40)
    together = detector.predict(frames)
    for index in range(len(frames)):
        alone = detector.predict(frames[index : index + 1])
        torch.testing.assert_close(alone.maps[0], together.maps[index], rtol=1e-5, atol=1e-5)
        torch.testing.assert_close(alone.scores[0], together.scores[index], rtol=1e-5, atol=0)


@pytest.mark.parametrize("settings", CASES)
def test_predict_can_be_edited_and_needs_no_gradient(settings):
    prediction = fitted(settings).predict(good_frames(1, SIZE))
    assert not prediction.maps.requires_grad
    prediction.maps.add_(1)
    prediction.scores.add_(1)
