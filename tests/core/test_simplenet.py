"""SimpleNet against the paper's equations, written plainly in NumPy and float64."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.detectors import simplenet
from core.detectors.parts import cache
from core.detectors.settings import PatchCoreSettings, SimpleNetSettings
from core.detectors.simplenet import (
    Network,
    SimpleNet,
    averaged_over_steps,
    folded,
    made_up,
    optimizer_of,
    truncated_loss,
)
from core.errors import Problem
from core.progress import Cancelled, Progress, Ticket, silent
from tests.fakes import Frames, good_frames, tiny_extractor, with_defect

SIZE = (64, 96)
WIDTH, HIDDEN, COUNT = 6, 11, 3
QUICK = SimpleNetSettings(passes=2, least_steps=1, hidden=64, discriminators=COUNT)


def build(settings=QUICK):
    return SimpleNet.build(settings, tiny_extractor(("s8", "s16")), SIZE, torch.device("cpu"))


def trained_network():
    """A network whose batch norm has seen something, in float64."""
    generator = torch.Generator().manual_seed(1)
    network = Network(WIDTH, HIDDEN, COUNT, generator).double()
    with torch.no_grad():
        network.norm.weight.uniform_(0.5, 2.0, generator=generator)
        network.norm.bias.normal_(generator=generator)
        network.norm.running_mean.normal_(generator=generator)
        network.norm.running_var.uniform_(0.2, 3.0, generator=generator)
    return network


def arrays(network):
    return {name: tensor.detach().numpy().copy() for name, tensor in network.state_dict().items()}


def plain_adapted(parts, patches):
    return patches @ parts["adaptor.weight"].T + parts["adaptor.bias"]


def plain_discriminated(parts, adapted, *, training):
    """Linear, batch norm, leaky ReLU; then each discriminator adds up the part of it that is its own."""
    middle = adapted @ parts["hidden.weight"].T + parts["hidden.bias"]
    mean = middle.mean(0) if training else parts["norm.running_mean"]
    variance = ((middle - mean) ** 2).mean(0) if training else parts["norm.running_var"]
    normed = (middle - mean) / np.sqrt(variance + 1e-5) * parts["norm.weight"] + parts["norm.bias"]
    middle = np.where(normed > 0, normed, 0.2 * normed)
    return np.stack([middle[:, k::COUNT] @ parts["readout"][k::COUNT] for k in range(COUNT)], axis=1)


def plain_loss(parts, patches, moved, noise, *, training=True):
    both = np.concatenate([plain_adapted(parts, patches), plain_adapted(parts, moved) + noise])
    judged = plain_discriminated(parts, both, training=training)
    good, noisy = judged[: len(patches)], judged[len(patches) :]
    return np.maximum(0, 0.5 - good).mean() + np.maximum(0, 0.5 + noisy).mean()


def drawn(seed=0, count=12):
    """Patches, where they are moved to, and noise."""
    return np.random.default_rng(seed).normal(size=(3, count, WIDTH))


def test_levels_count_alike_unless_the_settings_say_otherwise():
    frames = good_frames(2, SIZE)
    alike, own = (build(SimpleNetSettings(alike=each))._describe(frames, silent()) for each in (True, False))
    scales = torch.tensor([14 / 12] * 12 + [14 / 16] * 16).sqrt()  # 12 and 16 values, 14 in the mean
    torch.testing.assert_close(alike, own * scales)


@pytest.mark.parametrize("training", [True, False])
def test_forward_and_loss_are_the_papers(training):
    network = trained_network().train(training)
    all_drawn = drawn()
    patches = all_drawn[0]
    parts = arrays(network)
    with torch.no_grad():
        adapted = network.adaptor(torch.from_numpy(patches))
        have = network.discriminate(adapted)
        loss = truncated_loss(*network.judged(*torch.from_numpy(all_drawn)))
    np.testing.assert_allclose(adapted.numpy(), plain_adapted(parts, patches), rtol=1e-12)
    want = plain_discriminated(parts, plain_adapted(parts, patches), training=training)
    np.testing.assert_allclose(have.numpy(), want, rtol=1e-9, atol=1e-12)
    # Batch norm's running values moved in between, which only the evaluation reads.
    np.testing.assert_allclose(float(loss), plain_loss(parts, *all_drawn, training=training), rtol=1e-9)


def test_gradient_is_that_of_finite_differences():
    network = trained_network().train()
    all_drawn = drawn(3)
    parts = arrays(network)
    truncated_loss(*network.judged(*torch.from_numpy(all_drawn))).backward()
    for name, parameter in network.named_parameters():
        for place in [0, parameter.numel() // 2, parameter.numel() - 1]:
            sides = []
            for shift in (1e-6, -1e-6):
                shifted = {key: array.copy() for key, array in parts.items()}
                shifted[name].reshape(-1)[place] += shift
                sides.append(plain_loss(shifted, *all_drawn))
            want = (sides[0] - sides[1]) / 2e-6
            assert float(parameter.grad.reshape(-1)[place]) == pytest.approx(want, rel=1e-4, abs=1e-7), name


def test_first_step_is_adams():
    network = trained_network().train()
    before = arrays(network)
    optimizer = optimizer_of(network)
    truncated_loss(*network.judged(*torch.from_numpy(drawn(3)))).backward()
    optimizer.step()
    for name, parameter in network.named_parameters():
        gradient = parameter.grad.numpy() + 1e-5 * before[name]
        rate = 2e-4 if name.startswith("adaptor") else 1e-3
        # In Adam's first step both averages are the gradient itself, and its square.
        want = before[name] - rate * gradient / (np.abs(gradient) + 1e-8)
        np.testing.assert_allclose(parameter.detach().numpy(), want, rtol=1e-10, atol=1e-14, err_msg=name)


def test_folding_changes_nothing():
    network = trained_network().eval()
    patches, *_ = drawn(5)
    mean, spread = np.linspace(-1, 1, WIDTH), np.linspace(0.5, 2, WIDTH)
    parts = arrays(network)
    want = plain_discriminated(parts, plain_adapted(parts, (patches - mean) / spread), training=False).mean(1)
    scorer = folded(network, torch.from_numpy(mean), torch.from_numpy(spread))
    have = scorer.judge(torch.from_numpy(patches).float())[:, 0]
    np.testing.assert_allclose(have.numpy(), want, rtol=1e-4, atol=1e-5)
    scorer.ceiling += 0.3
    np.testing.assert_allclose(
        scorer(torch.from_numpy(patches).float())[:, 0].numpy(), np.maximum(0, 0.3 - want), rtol=1e-4, atol=2e-5
    )


def test_initial_values_are_xaviers():
    network = Network(200, 300, 2, torch.Generator().manual_seed(0))
    for layer, variance in ((network.adaptor, 2 / 400), (network.hidden, 2 / 500)):
        assert float(layer.weight.detach().var()) == pytest.approx(variance, rel=0.2)
    assert float(network.readout.detach().var()) == pytest.approx(2 / 151, rel=0.3)


def test_discriminators_learn_each_by_itself():
    network = trained_network().train()
    good, noisy = network.judged(*torch.from_numpy(drawn()))
    truncated_loss(good[:, :1], noisy[:, :1]).backward()
    for gradient in (network.hidden.weight.grad.abs().sum(1), network.readout.grad.abs()):
        assert bool((gradient[::COUNT] > 0).any())
        assert all(not bool(gradient[k::COUNT].any()) for k in range(1, COUNT))


def noises_of(monkeypatch, settings, seed=0):
    seen = []

    def remember(self, patches, moved, noise):
        seen.append((patches.clone(), moved.clone(), noise.clone()))
        return judged(self, patches, moved, noise)

    judged = Network.judged
    with monkeypatch.context() as patched:
        patched.setattr(Network, "judged", remember)
        build(settings).fit(Frames(good_frames(4, SIZE)), seed, silent())
    return seen


def test_noise_is_gaussian_and_new_in_each_step(monkeypatch):
    papers = SimpleNetSettings(passes=6, least_steps=1, hidden=16, noise=0.7, share=1.0, shaped=0.0)
    seen = noises_of(monkeypatch, papers)
    assert all(torch.equal(patches, moved) for patches, moved, _ in seen)
    noise = torch.stack([noise for _, _, noise in seen])
    count = noise.numel()
    assert float(noise.mean()) == pytest.approx(0, abs=4 * 0.7 / count**0.5)
    assert float(noise.std()) == pytest.approx(0.7, rel=4 / (2 * count) ** 0.5)
    assert float((noise / 0.7).pow(4).mean()) == pytest.approx(3, abs=0.15)
    assert abs(float((noise[0] * noise[1]).mean())) < 4 * 0.49 / noise[0].numel() ** 0.5


def test_made_up_defects_are_even_noise_or_the_difference_of_two_good_patches():
    generator = torch.Generator().manual_seed(3)
    mixing = torch.randn(4, 4, generator=generator, dtype=torch.float64)
    patches = torch.randn(60_000, 4, generator=generator, dtype=torch.float64) @ mixing + 5
    moved, noise = made_up(patches, 0.7, 1.5, generator)
    shaped = (moved != patches).any(1)
    assert float(shaped.double().mean()) == pytest.approx(0.5, abs=4 * 0.5 / len(patches) ** 0.5)
    # Each is one of the two, never both.
    assert torch.equal(shaped, (noise == 0).all(1))
    even = noise[~shaped]
    assert float(even.std()) == pytest.approx(0.7, rel=0.02)
    # The differences have the covariance of the patches themselves, and 0 as their mean.
    differences = (moved - patches)[shaped]
    want = 1.5**2 * np.cov(patches.T.numpy())
    np.testing.assert_allclose(np.cov(differences.T.numpy()), want, atol=0.05 * want.max())
    np.testing.assert_allclose(differences.mean(0), 0, atol=5 * np.sqrt(want.max() / len(differences)))
    # Of three patches there are six differences, and each comes up.
    three = torch.tensor([[0.0, 1.0], [4.0, 0.0], [0.0, 9.0]])
    seen = set()
    for _ in range(100):
        moved, noise = made_up(three, 0.7, 2**0.5, generator)
        seen |= {
            tuple(row.tolist())
            for row, still in zip((moved - three).round(decimals=4), noise, strict=True)
            if not still.any()
        }
    assert seen == {tuple((a - b).tolist()) for a in three for b in three if not torch.equal(a, b)}
    # Where good patches do not differ, there is noise alone.
    moved, noise = made_up(torch.ones(50, 2), 0.7, 2.0, generator)
    assert torch.equal(moved, torch.ones(50, 2))
    assert bool(noise.all())


@pytest.mark.parametrize("dimension", [0, 8])  # the levels side by side, or averages of two values
def test_levels_apart_score_as_joined_patches_do(monkeypatch, dimension):
    detector = build(replace(QUICK, dimension=dimension, alike=True))
    detector.fit(Frames(good_frames(20, SIZE)), 0, silent())
    test = with_defect(good_frames(3, SIZE, seed=9), 20, 40)
    have = detector.predict(test)
    patches = torch.stack([detector._fitted(each) for each in detector._describe(test, silent())])[..., 0]
    assert float(patches.max()) > 0
    torch.testing.assert_close(have.scores, patches.amax(1), rtol=1e-5, atol=5e-6)
    torch.testing.assert_close(have.maps, detector.maps(patches.view(3, *detector.grid)), rtol=1e-5, atol=5e-6)
    # Several frames at once, as on a GPU, and a few of the middles at a time.
    levels = detector.describe.pooled(detector._features(test))
    for most in (1, 5_000, 1_000_000):
        monkeypatch.setattr(simplenet, "MOST_MIDDLES", most)
        together = detector._fitted.over(*levels, detector._of_levels).view(3, -1)
        torch.testing.assert_close(together, patches, rtol=1e-5, atol=5e-6)


def test_features_are_standardised_or_divided_by_one_number(monkeypatch):
    everything = SimpleNetSettings(passes=1, least_steps=1, hidden=16, share=1.0, standardise=True)
    (patches, _, _), *_ = noises_of(monkeypatch, everything)
    torch.testing.assert_close(patches.mean(0), torch.zeros(28), atol=1e-4, rtol=0)
    spread = patches.std(0, correction=0)  # the tiny backbone has channels that are always 0
    torch.testing.assert_close(spread, (spread > 0).float(), atol=1e-3, rtol=0)
    assert int((spread > 0).sum()) > 20
    raw = SimpleNetSettings(passes=1, least_steps=1, hidden=16, share=1.0)
    (patches, _, _), *_ = noises_of(monkeypatch, raw)
    found = build(raw)._describe(good_frames(4, SIZE), silent()).flatten(0, 1)
    centred = found - found.mean(0)
    want = centred / centred.square().mean().sqrt()
    torch.testing.assert_close(patches.sort(0).values, want.sort(0).values, atol=1e-4, rtol=1e-4)


def test_scores_are_the_networks_on_the_test_patches(monkeypatch):
    kept = []

    def remember(network, mean, spread):
        kept.append((arrays(network), mean.numpy(), spread.numpy()))
        return folding(network, mean, spread)

    folding = simplenet.folded
    monkeypatch.setattr(simplenet, "folded", remember)
    detector = build()
    good, test = good_frames(20, SIZE), with_defect(good_frames(3, SIZE, seed=9), 20, 40)
    detector.fit(Frames(good), 0, silent())
    parts, mean, spread = kept[0]

    def judged(frames):
        patches = detector._describe(frames, silent()).double().flatten(0, 1).numpy()
        return plain_discriminated(parts, plain_adapted(parts, (patches - mean) / spread), training=False).mean(1)

    want = np.maximum(0, judged(good).max() - judged(test)).reshape(3, -1).max(1)
    np.testing.assert_allclose(detector.predict(test).scores.numpy(), want, rtol=1e-4)


def test_a_file_for_the_features_changes_nothing(monkeypatch):
    frames = Frames(good_frames(12, SIZE))
    states, files = [], []

    def remember(*args, **others):
        files.append(make(*args, **others))
        return files[-1]

    make = cache.tempfile.TemporaryFile
    monkeypatch.setattr(cache.tempfile, "TemporaryFile", remember)
    for budget in (1 << 30, 0):
        monkeypatch.setattr(simplenet, "cache_bytes", lambda budget=budget: budget)
        detector = build()
        detector.fit(frames, 0, silent())
        states.append(detector.state().arrays)
    assert len(files) == 1
    assert files[0].closed
    assert all(np.array_equal(states[0][name], states[1][name]) for name in states[0])


@pytest.mark.parametrize("stage", ["Learning good images", "Training the discriminator"])
def test_the_file_is_closed_after_a_cancel(monkeypatch, stage):
    files = []
    make = cache.tempfile.TemporaryFile
    monkeypatch.setattr(cache.tempfile, "TemporaryFile", lambda: files.append(make()) or files[-1])
    monkeypatch.setattr(simplenet, "cache_bytes", lambda: 0)

    def stop(progress: Progress) -> None:
        if progress.stage == stage and progress.done:
            ticket.cancel()

    ticket = Ticket(stop)
    with pytest.raises(Cancelled):
        build().fit(Frames(good_frames(20, SIZE)), 0, ticket)
    assert [file.closed for file in files] == [True]


def test_state_tells_how_the_training_went():
    detector = build(SimpleNetSettings(passes=3, least_steps=1, hidden=64))
    detector.fit(Frames(good_frames(12, SIZE)), 0, silent())
    facts = detector.state().facts
    assert set(facts["curves"]) == {"loss", "good told", "noise told"}
    assert {len(values) for values in facts["curves"].values()} == {len(facts["judged"])} == {3}
    assert all(0 <= share <= 1 for name in ("good told", "noise told") for share in facts["curves"][name])
    assert facts["kept"] in (1, 2, 3)
    assert facts["ended"] == "finished"
    other = build(SimpleNetSettings(passes=3, least_steps=1, hidden=64))
    other.restore(detector.state())
    assert other.state().facts == facts


def test_a_loss_that_is_never_a_number_is_a_problem(monkeypatch):
    monkeypatch.setattr(Network, "judged", lambda self, patches, *_: (self.adaptor(patches) * np.nan, patches))
    detector = build()
    with pytest.raises(Problem, match="not a number"):
        detector.fit(Frames(good_frames(4, SIZE)), 0, silent())
    with pytest.raises(Problem, match="not learned"):
        detector.state()


def test_smaller_steps_where_memory_runs_out_and_told(monkeypatch):
    sizes = []

    def scarce(self, patches, moved, noise):
        if torch.is_grad_enabled():
            sizes.append(len(patches))
            if len(patches) > 20:
                raise torch.OutOfMemoryError("not enough")
        return judged(self, patches, moved, noise)

    judged = Network.judged
    monkeypatch.setattr(Network, "judged", scarce)
    detector = build()
    detector.fit(Frames(good_frames(20, SIZE)), 0, silent())
    assert detector.notes == (simplenet.SMALLER_STEPS,)
    fitting = [size for size in sizes if size <= 20]
    assert sizes[:3] == [48, 24, 12]  # an eighth of four images' patches, and halves of it
    assert len(sizes) == len(fitting) + 2  # what fits is remembered
    assert detector.state().facts["kept"] > 0
    monkeypatch.setattr(Network, "judged", judged)
    detector.fit(Frames(good_frames(20, SIZE)), 0, silent())
    assert detector.notes == ()


def test_constant_images():
    detector = build()
    detector.fit(Frames(torch.full((6, 3, *SIZE), 0.5)), 0, silent())
    assert bool(torch.isfinite(detector.predict(good_frames(2, SIZE)).maps).all())


def test_steps_told_are_the_steps_made():
    settings = SimpleNetSettings(passes=2, least_steps=7, hidden=16)
    for count in (1, 3, 9, 10, 23):
        seen = []
        ticket = Ticket(seen.append)
        build(settings).fit(Frames(good_frames(count, SIZE)), 0, ticket)
        totals = {progress.total for progress in seen if progress.stage.startswith("Training") and progress.total}
        assert totals == {settings.steps(count)}


def test_other_settings_are_refused():
    with pytest.raises(TypeError):
        build(PatchCoreSettings())


def test_the_training_goes_on_to_the_loss_that_is_asked_for():
    def facts(enough):
        settings = SimpleNetSettings(passes=40, least_steps=1, hidden=64, share=1.0, noise=4.0, enough=enough)
        detector = build(settings)
        detector.fit(Frames(good_frames(4, SIZE)), 0, silent())
        return detector.state().facts

    curve = facts(0.0)["curves"]["loss"]
    for enough in (curve[10], curve[20]):
        found = facts(enough)
        assert found["ended"] == "settled"
        assert found["steps"] == 1 + next(number for number, loss in enumerate(curve) if loss <= enough)


def test_the_explanation_is_the_map_before_smoothing():
    detector = build()
    detector.fit(Frames(good_frames(20, SIZE)), 0, silent())
    test = with_defect(good_frames(1, SIZE, seed=9), 20, 40)
    found = detector.explain(test, 26.0, 46.0)
    single = found.maps[0].heat
    assert all(np.ptp(single[row : row + 8, column : column + 8]) == 0 for row in (0, 24) for column in (0, 40))
    assert single.max() == pytest.approx(float(detector.predict(test).scores))
    assert found.value == single[26, 46]
    smoothed = detector.maps(torch.from_numpy(single[::8, ::8]).unsqueeze(0))
    np.testing.assert_allclose(smoothed, detector.predict(test).maps, rtol=1e-4, atol=1e-6)


def test_what_is_kept_is_the_mean_of_the_last_states():
    network = Network(3, 4, 2, torch.Generator().manual_seed(0))
    averaged = averaged_over_steps(network)
    values = np.random.default_rng(0).normal(size=80)
    for number, value in enumerate(values, 1):
        with torch.no_grad():
            network.readout.fill_(value)
            network.norm.running_var.fill_(value + 10)
        averaged.update_parameters(network)
        # The first 50 count alike, and together 0.98 less with each that follows.
        weights = 0.02 * 0.98 ** np.arange(number - 1, -1, -1)
        weights[:50] = 0.98 ** max(number - 50, 0) / min(number, 50)
        expected = weights @ values[:number]
        assert averaged.module.readout.detach().numpy() == pytest.approx(expected, abs=1e-5)
        assert averaged.module.norm.running_var.numpy() == pytest.approx(expected + 10, abs=1e-4)
