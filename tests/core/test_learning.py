"""The training loop, on a network of one number."""

import itertools
import math

import pytest
import torch
from torch import nn

from core.detectors.parts.learning import Course, learn
from core.progress import Cancelled, Ticket, silent


class Counter(nn.Module):
    """Its state is how many steps it took."""

    def __init__(self):
        super().__init__()
        self.register_buffer("steps", torch.zeros(1))


def run(losses, judged=None, *, images=4, batch=2, passes=None, patience=100, seed=0, ticket=None):
    """Train with a given loss for each pass; return network, history and the images of each step."""
    network, seen = Counter(), []
    per_pass = math.ceil(images / batch)
    values = iter(judged or [])

    def step(numbers):
        seen.append(numbers.tolist())
        network.steps += 1
        return losses[(len(seen) - 1) // per_pass]

    history = learn(
        network,
        step,
        (lambda: next(values)) if judged else None,
        Course(torch.arange(images) + 10, batch, passes or len(losses), patience),
        torch.Generator().manual_seed(seed),
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
    assert history.losses == losses
    assert history.judged == (judged or losses)


def test_it_ends_when_nothing_gets_better():
    network, history, seen = run([5.0, 4.0, 4.5, 4.0, 1.0], patience=2)
    assert (history.ended, history.kept, int(network.steps), len(seen)) == ("settled", 2, 4, 8)


@pytest.mark.parametrize("bad", [math.nan, math.inf, 31.0])
def test_a_diverging_loss_ends_in_the_last_good_state(bad):
    network, history, _ = run([3.0, 2.0, bad, 1.0])
    assert (history.ended, history.kept, int(network.steps)) == ("diverged", 2, 4)
    assert history.losses == [3.0, 2.0]


def test_progress_and_cancel():
    told = []
    run([3.0, 2.0], ticket=Ticket(told.append))
    assert told[-1].fraction == 1
    assert told[-1].curve == {"loss": 2.0}

    def stop(progress):
        ticket.cancel()

    ticket = Ticket(stop)
    with pytest.raises(Cancelled):
        run([3.0, 2.0], ticket=ticket)
