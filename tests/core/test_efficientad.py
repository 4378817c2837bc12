"""EfficientAD against an independent restatement of the paper on fixed inputs."""

import json

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torchvision.transforms import functional as vision

from core.backbones.catalog import IMAGENET_MEAN, IMAGENET_STD
from core.detectors.efficientad import (
    MIXED,
    EfficientAd,
    Networks,
    Normalise,
    Scorer,
    hard_feature_loss,
    rate_at,
    scales_of,
)
from core.detectors.parts import checkpoint
from core.detectors.parts.checkpoint import Checkpoint
from core.detectors.parts.general import GREY, DeadLeaves, Photographs, dead_leaves, grey, jittered
from core.detectors.parts.learning import UNSTABLE
from core.detectors.settings import EfficientAdSettings
from core.devices import has_bfloat16
from core.errors import Problem
from core.images.framing import Framing
from core.images.reading import read_image
from core.images.resampling import to_frames
from core.progress import Progress, Ticket, silent
from tests.fakes import Frames, good_frames, tiny_for, with_defect
from tests.textures import write_png

SIZE = (64, 96)
SHORT = EfficientAdSettings(training_steps=6)


def build(settings=SHORT, size=SIZE):
    return EfficientAd.build(settings, tiny_for(settings), size, torch.device("cpu"))


def random(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture(scope="module")
def networks():
    torch.manual_seed(0)
    return Networks(SHORT, 8, SIZE).eval()


@pytest.mark.parametrize("shape", [(1, 8, 14, 14), (1, 3, 7, 9), (1, 5, 20, 10), (2, 4, 25, 10)])
def test_hard_feature_loss_is_the_papers(shape):
    teacher, student = random(*shape), random(*shape, seed=1)
    distance = (teacher - student) ** 2
    hard = torch.quantile(distance, q=0.999)
    assert float(hard_feature_loss(teacher, student)) == pytest.approx(float(distance[distance >= hard].mean()))


def test_the_loss_of_a_step_is_the_papers(networks):
    good, other, general = (random(1, 3, *SIZE, seed=seed) for seed in range(3))
    taught, taught_other = (random(1, 8, 8, 16, seed=seed) for seed in (3, 4))
    with torch.no_grad():
        losses = networks.losses(good, taught, other, taught_other, general)
        distance = (taught - networks.student(good)[:, :8]) ** 2
        hard = distance[distance >= torch.quantile(distance, 0.999)].mean()
        penalty = torch.mean(networks.student(general)[:, :8] ** 2)
        rebuilt = networks.autoencoder(other)
        want = [
            hard,
            penalty,
            torch.mean((taught_other - rebuilt) ** 2),
            torch.mean((rebuilt - networks.student(other)[:, 8:]) ** 2),
        ]
    torch.testing.assert_close(list(losses), want)


def test_without_a_general_image_there_is_no_penalty(networks):
    good, taught = random(1, 3, *SIZE), random(1, 8, 8, 16)
    assert float(networks.losses(good, taught, good, taught, None).penalty) == 0


def test_maps_are_the_papers_but_for_a_constant(networks):
    frames, features = torch.rand(2, 3, *SIZE, generator=torch.Generator().manual_seed(0)), random(2, 8, 8, 16)
    mean, spread = random(8, seed=5), random(8, seed=6).abs() + 0.5
    held_near, held_far = random(4, 8, 16, seed=7).square(), 3 * random(4, 8, 16, seed=8).square()
    scorer = Scorer(networks, Normalise(mean, spread), scales_of(held_near, held_far))
    with torch.no_grad():
        maps, scores = scorer(features, frames)
        # As the published program has it.
        image = vision.normalize(frames, IMAGENET_MEAN, IMAGENET_STD)
        teacher = (features - mean.view(1, -1, 1, 1)) / spread.view(1, -1, 1, 1)
        student, rebuilt = networks.student(image), networks.autoencoder(image)
        near = torch.mean((teacher - student[:, :8]) ** 2, dim=1)
        far = torch.mean((rebuilt - student[:, 8:]) ** 2, dim=1)
    normalised = []
    for one, held in ((near, held_near), (far, held_far)):
        low, high = torch.quantile(held, 0.9), torch.quantile(held, 0.995)
        normalised.append(0.1 * (one - low) / (high - low))
    want = F.pad(0.5 * normalised[0] + 0.5 * normalised[1], (4, 4, 4, 4))
    assert maps.shape == want.shape == (2, 16, 24)
    assert float(maps.min()) >= 0
    torch.testing.assert_close(maps - scorer.rim, want, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(scores - scorer.rim, want[:, 4:-4, 4:-4].amax((1, 2)), rtol=1e-4, atol=1e-4)


def test_the_teachers_channels_are_normalised_over_the_images_learned_from():
    detector, frames = build(), good_frames(20, SIZE)
    detector.fit(Frames(frames), 3, silent())
    order = torch.randperm(20, generator=torch.Generator().manual_seed(3))
    values = detector.extractor(frames[order[2:]])[0].double().permute(1, 0, 2, 3).flatten(1)
    state = detector.state().arrays
    np.testing.assert_allclose(state["taught.mean"].ravel(), values.mean(1), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(state["taught.spread"].ravel(), values.std(1, correction=0), rtol=1e-4)


def test_scales_come_from_images_that_no_step_has_seen():
    detector, frames = build(), good_frames(20, SIZE)
    detector.fit(Frames(frames), 3, silent())
    held_out = frames[torch.randperm(20, generator=torch.Generator().manual_seed(3))[:2]]
    scorer = detector._fitted
    with torch.no_grad():
        near, far = scorer.both(detector.extractor(held_out)[0], held_out)
    np.testing.assert_allclose([scorer.near, scorer.far, scorer.rim], scales_of(near, far), rtol=1e-5)
    both = scorer.near * near + scorer.far * far
    # 0.95 of the one and 0.05 of the other: what lies over the rim is the tenth or so that is strange for good parts.
    assert 0.03 < float((both > scorer.rim).float().mean()) < 0.25


def test_light_is_changed_as_in_torchvision():
    frames = torch.rand(2, 3, 16, 12, generator=torch.Generator().manual_seed(0))
    seen = set()
    for seed in range(30):
        found = jittered(frames, np.random.default_rng(seed))
        again = np.random.default_rng(seed)
        factor, kind = again.uniform(0.8, 1.2), int(again.integers(3))
        change = (vision.adjust_brightness, vision.adjust_contrast, vision.adjust_saturation)[kind]
        # torchvision's grey rounds its weights to four places.
        torch.testing.assert_close(found, change(frames, factor), rtol=0, atol=1e-4)
        seen.add(kind)
    assert seen == {0, 1, 2}


def test_general_pictures_are_full_of_edges_and_some_are_grey():
    pictures = [dead_leaves((64, 96), np.random.default_rng(seed)) for seed in range(40)]
    assert all(picture.shape == (3, 64, 96) and picture.dtype == torch.float32 for picture in pictures)
    assert all(float(picture.min()) >= 0 and float(picture.max()) <= 1 for picture in pictures)
    assert min(float(picture.std()) for picture in pictures) > 0.1
    colourless = [torch.equal(picture[0], picture[2]) for picture in pictures]
    assert 4 <= sum(colourless) <= 20
    assert torch.equal(pictures[7], dead_leaves((64, 96), np.random.default_rng(7)))
    torch.testing.assert_close(grey(pictures[0])[0], vision.rgb_to_grayscale(pictures[0])[0], rtol=0, atol=1e-3)


def test_general_photographs_are_parts_of_the_files_at_twice_the_size(tmp_path):
    path = write_png(tmp_path / "a.png", np.random.default_rng(0).integers(0, 256, (50, 70, 3)).astype(np.uint8))
    whole = to_frames([read_image(path).pixels], Framing((128, 192)))[0]
    parts = whole.unfold(1, 64, 1).unfold(2, 96, 1)  # (3, rows, columns, 64, 96): every part of that size
    photographs = Photographs(tmp_path, SIZE)
    places, greys = set(), 0
    for seed in range(60):
        part = photographs.picture(np.random.default_rng(seed))
        assert part.shape == (3, *SIZE)
        colourless = torch.equal(part[0], part[1])
        greys += colourless
        corner = grey(whole)[0] if colourless else whole[0]
        row, column = (int(each) for each in (corner == part[0, 0, 0]).nonzero()[0])
        want = parts[:, row, column]
        torch.testing.assert_close(part, grey(want).expand(3, -1, -1) if colourless else want)
        places.add((row, column))
    assert len(places) > 50
    assert greys / 60 == pytest.approx(GREY, abs=0.15)
    (note,) = photographs.notes
    assert "1 files" in str(note)
    assert str(tmp_path) in str(note)


def test_general_files_that_cannot_be_read_are_told_and_left_out(tmp_path):
    for name in "abc":
        (tmp_path / f"{name}.png").write_bytes(b"no image")
    with pytest.raises(Problem, match="None of the general pictures"):
        Photographs(tmp_path, SIZE).picture(np.random.default_rng(0))
    write_png(tmp_path / "b.png", np.full((40, 40, 3), (255, 0, 0), np.uint8))
    photographs = Photographs(tmp_path, SIZE)
    seen = [photographs.picture(np.random.default_rng(seed)) for seed in range(8)]
    again = [Photographs(tmp_path, SIZE).picture(np.random.default_rng(seed)) for seed in range(8)]  # of a resumed run
    assert all(torch.equal(one, other) for one, other in zip(seen, again, strict=True))
    _, unread = photographs.notes
    assert unread.warning
    assert unread.values["unread"] == "2"
    for folder in (tmp_path / "gone", tmp_path / "a.png"):
        with pytest.raises(Problem, match="no general pictures"):
            Photographs(folder, SIZE)


def test_the_penalty_is_on_the_photographs_of_the_folder(tmp_path, monkeypatch):
    def looked_at(self, *arguments):
        seen.append(arguments[-1])
        return losses(self, *arguments)

    seen, losses = [], Networks.losses
    monkeypatch.setattr(Networks, "losses", looked_at)
    write_png(tmp_path / "grey.png", np.full((40, 40, 3), 51, np.uint8))
    detector = build(EfficientAdSettings(training_steps=1, penalty_folder=str(tmp_path)))
    detector.fit(Frames(good_frames(2, SIZE)), 0, silent())
    want = (0.2 - torch.tensor([0.485, 0.456, 0.406])) / torch.tensor([0.229, 0.224, 0.225])
    torch.testing.assert_close(seen[0], want.view(1, 3, 1, 1).expand(1, 3, *SIZE), atol=1e-5, rtol=0)
    assert any(str(tmp_path) in str(note) for note in detector.notes)


def test_training_brings_the_loss_down():
    detector = build(EfficientAdSettings(training_steps=36))
    detector.fit(Frames(good_frames(20, SIZE)), 0, silent())
    facts = detector.state().facts
    assert facts["judged"][-1] < 0.95 * facts["judged"][0]
    assert facts["kept"] == 1 + int(np.argmin(facts["judged"]))


CURVES = ["loss", "student to teacher", "autoencoder to teacher", "student to autoencoder"]


def test_progress_shows_the_losses():
    seen: list[Progress] = []
    detector = build()
    detector.fit(Frames(good_frames(3, SIZE)), 0, Ticket(seen.append))
    shown = [progress.curve for progress in seen if progress.curve]
    assert shown
    assert all(list(curve) == CURVES for curve in shown)
    assert all(curve["loss"] == pytest.approx(sum(curve[name] for name in CURVES[1:])) for curve in shown)
    assert list(detector.state().facts["curves"]) == CURVES


def test_the_rate_is_a_tenth_in_the_last_twentieth_of_the_steps(monkeypatch):
    rates = []

    def remember(self, closure=None):
        rates.append(self.param_groups[0]["lr"])
        return step(self, closure)

    step = torch.optim.Adam.step
    monkeypatch.setattr(torch.optim.Adam, "step", remember)
    size = (64, 64)
    build(EfficientAdSettings(training_steps=20), size).fit(Frames(good_frames(2, size)), 0, silent())
    assert rates == [1e-3] * 19 + [1e-4]


@pytest.mark.parametrize(
    ("steps", "rate"), [(70_000, 1e-4), (200_000, 1e-4), (35_000, 2e-4), (10_000, 7e-4), (7_000, 1e-3), (100, 1e-3)]
)
def test_a_shorter_training_takes_larger_steps(steps, rate):
    assert [rate_at(step, steps) for step in (0, steps * 94 // 100)] == pytest.approx([rate] * 2)
    assert [rate_at(step, steps) for step in (steps * 95 // 100, steps - 1)] == pytest.approx([rate / 10] * 2)


class Broken(Exception):
    """A crash."""


def test_a_training_that_was_broken_off_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoint, "PAUSE_SECONDS", 0.0)
    settings, frames = EfficientAdSettings(training_steps=27), Frames(good_frames(10, SIZE))
    whole = build(settings)
    whole.fit(frames, 4, silent())
    assert len(whole.state().facts["judged"]) == 3

    def crash(self, *arguments):
        count.append(1)
        if len(count) == 9 + 1 + 9 + 1 + 4:  # two passes and their judging, and a part of the third
            raise Broken
        return losses(self, *arguments)

    count, losses = [], Networks.losses
    broken = build(settings)
    broken.checkpoint = Checkpoint(tmp_path / "kept", "this run")
    with monkeypatch.context() as patched:
        patched.setattr(Networks, "losses", crash)
        with pytest.raises(Broken):
            broken.fit(frames, 4, silent())
    resumed = build(settings)
    resumed.checkpoint = Checkpoint(tmp_path / "kept", "this run")
    resumed.fit(frames, 4, silent())
    want, have = whole.state(), resumed.state()
    assert have.facts == want.facts
    for name, array in want.arrays.items():
        np.testing.assert_array_equal(have.arrays[name], array)


def test_a_training_that_becomes_unstable_keeps_its_last_good_state(monkeypatch):
    def exploding(self, *arguments):
        count.append(1)
        found = losses(self, *arguments)
        return found if len(count) <= 9 + 1 + 9 + 1 else found._replace(autoencoder=found.autoencoder * float("inf"))

    count, losses = [], Networks.losses
    monkeypatch.setattr(Networks, "losses", exploding)
    detector = build(EfficientAdSettings(training_steps=45))
    detector.fit(Frames(good_frames(10, SIZE)), 0, silent())
    assert [note for note in detector.notes if note != MIXED] == [UNSTABLE, *DeadLeaves.notes]
    assert detector.state().facts["ended"] == "diverged"
    assert detector.state().facts["kept"] in (1, 2)
    assert bool(torch.isfinite(detector.predict(good_frames(1, SIZE)).maps).all())


def test_steps_in_16_bits_are_those_in_32_but_for_rounding(monkeypatch):
    def looked_at(self, *arguments):
        types.add((self.student[0].weight.dtype, torch.is_autocast_enabled("cpu"), torch.is_grad_enabled()))
        found = losses(self, *arguments)
        assert all(part.dtype == torch.float32 for part in found)
        return found

    def convolved(module, arguments, output):
        if isinstance(module, torch.nn.Conv2d) and output.requires_grad:  # not the teacher
            computed.add(output.dtype)

    losses, told = Networks.losses, {}
    monkeypatch.setattr(Networks, "losses", looked_at)
    for mixed in (False, True):
        types, computed = set(), set()
        detector = build(EfficientAdSettings(training_steps=9))
        assert detector.mixed == has_bfloat16(torch.device("cpu"))
        detector.mixed = mixed
        with torch.nn.modules.module.register_module_forward_hook(convolved):
            detector.fit(Frames(good_frames(10, SIZE)), 0, silent())
        assert types == {(torch.float32, mixed, True), (torch.float32, False, False)}  # steps, and judging them
        assert computed == {torch.bfloat16 if mixed else torch.float32}
        assert (MIXED in detector.notes) == mixed
        told[mixed] = detector.state()
        scores = detector.predict(good_frames(2, SIZE)).maps
        assert scores.dtype == torch.float32
    for name in ("loss", "autoencoder to teacher"):
        exact, rounded = (told[mixed].facts["curves"][name] for mixed in (False, True))
        assert rounded == pytest.approx(exact, rel=0.03)
        assert rounded != exact
    assert all(array.dtype == np.float32 for array in told[True].arrays.values())


def test_equal_frames_without_any_structure_are_learned():
    flat = torch.full((4, 3, *SIZE), 0.5)
    detector = build()
    detector.fit(Frames(flat), 0, silent())
    json.dumps(detector.state().facts, allow_nan=False)
    good, flawed = detector.predict(flat[:1]), detector.predict(with_defect(flat[:1], 20, 40))
    assert bool(torch.isfinite(flawed.maps).all())
    assert float(flawed.scores) > float(good.scores)


def test_a_teacher_that_is_not_finite_is_a_problem():
    detector = build()
    with torch.no_grad():
        next(iter(detector.extractor.stages.values())).weight.fill_(torch.nan)
    with pytest.raises(Problem, match="not a number"):
        detector.fit(Frames(good_frames(4, SIZE)), 0, silent())
    with pytest.raises(Problem, match="not learned"):
        detector.predict(good_frames(1, SIZE))


def test_frames_that_are_too_small_are_refused():
    with pytest.raises(Problem, match="too small"):
        build(size=(32, 64))


def test_steps_are_whole_passes():
    settings = EfficientAdSettings(training_steps=100)
    assert settings.steps(40) == 3 * 36
    assert settings.steps(1) == 100
    assert settings.steps(1000) == 100  # a part of the images
    assert settings.briefly().steps(1000) == 1


def test_the_global_generator_is_left_alone():
    detector = build()
    torch.manual_seed(5)
    want = torch.rand(3)
    torch.manual_seed(5)
    detector.fit(Frames(good_frames(2, SIZE)), 0, silent())
    assert torch.equal(torch.rand(3), want)


def test_the_explanations_maps_add_up_to_the_heat_map():
    detector = build()
    detector.fit(Frames(good_frames(6, SIZE)), 0, silent())
    test = with_defect(good_frames(1, SIZE, seed=9), 20, 40)
    found = detector.explain(test, 26.0, 46.0)
    local, far = (part.heat for part in found.maps)
    np.testing.assert_allclose(local + far, detector.predict(test).maps[0].numpy(), rtol=1e-4, atol=1e-6)
    scorer = detector._needed()
    with torch.no_grad():
        near, _ = scorer.both(detector.extractor(test)[0], test)
    row, column = (26 - 16) // 4, (46 - 16) // 4
    assert found.shares[0].part * found.value == pytest.approx(scorer.near * float(near[0, row, column]), rel=1e-4)
    assert (found.row, found.col) == (26, 46)
