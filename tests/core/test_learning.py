"""The training loop, on a network of one number."""

import itertools
import math

import pytest
import torch
from torch import nn

from core import progress
from core.detectors.parts import checkpoint, learning
from core.detectors.parts.checkpoint import Checkpoint
from core.detectors.parts.learning import Course, learn
from core.progress import Cancelled, Ticket, silent


class Counter(nn.Module):
    """Its state is how many steps it took."""

    def __init__(self):
        super().__init__()
        self.register_buffer("steps", torch.zeros(1))


def run(losses, judged=None, *, images=4, batch=2, passes=None, patience=100, enough=0.0, seed=0, ticket=None):
    """Train with a given loss for each pass; return network, history and the images of each step."""
    network, seen = Counter(), []
    per_pass = math.ceil(images / batch)
    values = iter(judged or [])

    def step(numbers):
        seen.append(numbers.tolist())
        network.steps += 1
        return {"loss": losses[(len(seen) - 1) // per_pass], "steps": float(network.steps)}

    history = learn(
        network,
        torch.optim.SGD([torch.zeros(1)]),
        step,
        (lambda: next(values)) if judged else None,
        Course(torch.arange(images) + 10, batch, passes or len(losses), patience, enough),
        [torch.Generator().manual_seed(seed)],
        ticket or silent(),
    )
    return network, history, seen


def test_every_pass_sees_every_image_once_in_a_new_order():
    _, _, seen = run([3.0, 2.0, 1.0], images=7, batch=3)
    assert [len(batch) for batch in seen] == [3, 3, 1] * 3
    passes = [list(itertools.chain(*seen[start : start + 3])) for start in (0, 3, 6)]
    assert all(sorted(each) == list(range(10, 17)) for each in passes)
    assert passes[0] != passes[1]


def test_the_seed_decides_the_order():
    assert run([1.0], images=20, seed=1)[2] == run([1.0], images=20, seed=1)[2]
    assert run([1.0], images=20, seed=1)[2] != run([1.0], images=20, seed=2)[2]


@pytest.mark.parametrize(
    ("losses", "judged", "kept"),
    [([3.0, 1.0, 2.0], None, 2), ([3.0, 2.0, 1.0], [5.0, 6.0, 7.0], 1), ([3.0, 2.0, 1.0], None, 3)],
)
def test_the_best_state_is_kept(losses, judged, kept):
    network, history, _ = run(losses, judged)
    assert history.kept == kept
    assert int(network.steps) == 2 * kept
    assert history.ended == "finished"
    assert history.curves["loss"] == losses
    assert history.judged == (judged or losses)
    assert history.notes == ()


def test_it_ends_when_nothing_gets_better():
    network, history, seen = run([5.0, 4.0, 4.5, 4.0, 1.0], patience=2)
    assert (history.ended, history.kept, int(network.steps), len(seen)) == ("settled", 2, 4, 8)


def test_it_ends_when_the_loss_is_small_enough():
    _, history, seen = run([5.0, 0.5, 0.4], [3.0, 4.0, 5.0], enough=0.5)
    assert (history.ended, history.kept, len(seen)) == ("settled", 1, 4)


@pytest.mark.parametrize("bad", [math.nan, math.inf, 31.0])
def test_a_diverging_loss_ends_in_the_last_good_state(bad):
    network, history, _ = run([3.0, 2.0, bad, 1.0])
    assert (history.ended, history.kept, int(network.steps)) == ("diverged", 2, 4)
    assert history.notes == (learning.UNSTABLE,)
    assert history.curves["loss"] == [3.0, 2.0]


@pytest.mark.parametrize(
    ("stop_at", "judged", "kept_steps", "value"),
    [
        (1, None, 1, 5.0),  # in the first pass: what there is
        (6, None, 6, 3.0),
        (5, [4.0, 2.0, 3.0], 4, 3.0),  # the pass that was broken off is judged, and was not better
        (5, [4.0, 2.0, 1.0], 5, 1.0),
    ],
)
def test_stopping_early_keeps_the_best_state_so_far(stop_at, judged, kept_steps, value):
    losses = [5.0, 4.0, 3.0, 2.0, 1.0]
    ticket = Ticket(lambda progress: ticket.stop_early() if progress.done == stop_at else None)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(progress, "REPORTS_PER_SECOND", 1e9)
        network, history, seen = run(losses, judged, ticket=ticket)
    assert len(seen) == stop_at
    assert int(network.steps) == kept_steps
    assert (history.ended, history.steps, history.most) == ("stopped", stop_at, 10)
    assert history.judged[-1] == value
    assert history.curves["loss"] == losses[: math.ceil(stop_at / 2)]
    (note,) = history.notes
    assert f"{stop_at} of 10 steps" in str(note)
    assert not note.warning


def test_stopping_early_at_the_last_step_is_no_news():
    ticket = silent()
    ticket.stop_early()
    network, history, _ = run([1.0], images=2, ticket=ticket)
    assert (history.ended, history.notes, int(network.steps)) == ("finished", (), 1)


def test_the_wish_to_stop_is_for_one_training_only():
    ticket = silent()
    ticket.stage("first", 0.5).stop_early()
    assert ticket.stopping_early
    ticket.begin_training()
    assert run([2.0, 1.0], ticket=ticket.stage("second", 0.5))[1].ended == "finished"


def test_progress_and_cancel():
    told = []
    run([3.0, 2.0], ticket=Ticket(told.append))
    assert told[-1].fraction == 1
    assert told[-1].curve == {"loss": 2.0, "steps": 3.5}

    def stop(progress):
        ticket.cancel()

    ticket = Ticket(stop)
    with pytest.raises(Cancelled):
        run([3.0, 2.0], ticket=ticket)


class Line:
    """Fits a line by Adam: a real training that draws its noise from a generator of its own."""

    def __init__(self, stop_after=None):
        torch.manual_seed(0)
        self.network = nn.Linear(3, 1)
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=0.05)
        self.noises = torch.Generator().manual_seed(5)
        self.ticket = Ticket()
        self.stop_after, self.steps = stop_after, 0
        self.inputs = torch.randn(8, 3, generator=torch.Generator().manual_seed(1))

    def step(self, numbers):
        self.steps += 1
        if self.steps == self.stop_after:
            self.ticket.cancel()
        wanted = self.inputs[numbers].sum(1, keepdim=True) + torch.randn(len(numbers), 1, generator=self.noises)
        loss = (self.network(self.inputs[numbers]) - wanted).square().mean()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return {"loss": loss.item()}

    def run(self, kept):
        course = Course(torch.arange(8), 3, 6, 100)
        generators = (torch.Generator().manual_seed(2), self.noises)
        return learn(self.network, self.optimizer, self.step, None, course, generators, self.ticket, kept)


def test_a_training_that_was_broken_off_goes_on_to_the_same_state(monkeypatch, tmp_path):
    monkeypatch.setattr(checkpoint, "PAUSE_SECONDS", 0.0)
    whole = Line()
    history = whole.run(None)
    path = tmp_path / "training.checkpoint"
    broken = Line(stop_after=11)  # in the fourth pass
    with pytest.raises(Cancelled):
        broken.run(Checkpoint(path, "one"))
    assert path.is_file()
    resumed = Line()
    assert resumed.run(Checkpoint(path, "one")) == history
    assert resumed.steps == whole.steps - 9
    assert all(torch.equal(a, b) for a, b in zip(whole.network.parameters(), resumed.network.parameters(), strict=True))


@pytest.mark.parametrize("damage", ["other", "cut", "foreign"])
def test_a_checkpoint_that_does_not_fit_is_none(tmp_path, damage):
    kept = Checkpoint(tmp_path / "c", "one")
    assert kept.read() is None
    kept.write({"a": torch.arange(3)}, {"b": 1})
    arrays, record = kept.read()
    assert (arrays["a"].tolist(), record) == ([0, 1, 2], {"b": 1})
    if damage == "other":
        kept = Checkpoint(tmp_path / "c", "two")
    else:
        kept.path.write_bytes(kept.path.read_bytes()[:20] if damage == "cut" else b"a picture")
    assert kept.read() is None
    kept.remove()
    kept.remove()
    assert not kept.path.exists()
