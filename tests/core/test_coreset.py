import numpy as np
import pytest
import torch

from core.detectors.parts import coreset
from core.detectors.parts.coreset import farthest_first, greedy_coreset, project
from core.progress import Cancelled, Progress, Ticket, silent


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def cloud(count, width, seed=0):
    """Clusters of very different density, as patches have."""
    drawn = np.random.default_rng(seed)
    centres = drawn.normal(0, 5, (12, width))
    points = centres[drawn.integers(0, 12, count)] + drawn.normal(0, drawn.gamma(1, 1, (count, 1)), (count, width))
    return torch.from_numpy(points - points.mean(0)).float()


def plain_greedy(points, bounds, count):
    """The loop as the paper has it, in float64."""
    points, bounds = points.numpy().astype(np.float64), bounds.numpy().astype(np.float64)
    chosen = []
    for _ in range(count):
        best = int(bounds.argmax())
        chosen.append(best)
        bounds = np.minimum(bounds, ((points - points[best]) ** 2).sum(1))
        bounds[best] = -np.inf
    return chosen


@pytest.mark.parametrize("pool", [1, 16, 200, 5000])
@pytest.mark.parametrize("centres", [7, 1024])
def test_same_choice_as_the_plain_loop(monkeypatch, pool, centres):
    monkeypatch.setattr(coreset, "POOL", pool)
    monkeypatch.setattr(coreset, "CENTRES", centres)
    points = cloud(1500, 10)
    bounds = torch.from_numpy(np.random.default_rng(2).random(1500) * 100).float()
    chosen = farthest_first(points, bounds, 150, silent())
    assert chosen.tolist() == plain_greedy(points, bounds, 150)


def test_whole_selection_follows_the_published_start():
    vectors = cloud(800, 40, seed=3)
    chosen = greedy_coreset(vectors, 60, generator(5), silent())
    starts = vectors[torch.randperm(800, generator=generator(5))[:10]].double()
    bounds = torch.cdist(vectors.double(), starts).mean(1).square()
    assert chosen.tolist() == plain_greedy(vectors - vectors.mean(0), bounds, 60)


def test_covers_within_twice_the_best_radius_of_a_random_choice():
    points = cloud(3000, 8, seed=4)
    chosen = greedy_coreset(points, 100, generator(), silent())
    picked = torch.randperm(3000, generator=generator(1))[:100]
    assert torch.cdist(points, points[chosen]).amin(1).max() < torch.cdist(points, points[picked]).amin(1).max()


@pytest.mark.parametrize("count", [30, 31, 1000])
def test_takes_each_vector_once_even_when_all_are_alike(count):
    vectors = torch.zeros(30, 4)
    vectors[15:] = 1
    assert sorted(greedy_coreset(vectors, count, generator(), silent()).tolist()) == list(range(30))


def test_projection_keeps_distances_roughly():
    vectors = cloud(60, 400, seed=6)
    projected = project(vectors, generator())
    assert projected.shape == (60, 128)
    ratio = torch.pdist(projected) / torch.pdist(vectors)
    assert 0.7 < float(ratio.min()) < float(ratio.max()) < 1.3


def test_narrow_vectors_are_not_projected():
    vectors = cloud(60, 128)
    assert torch.equal(project(vectors, generator()), vectors - vectors.mean(0))


def test_seed_decides():
    vectors = cloud(500, 200)
    first = greedy_coreset(vectors, 50, generator(1), silent())
    assert torch.equal(first, greedy_coreset(vectors, 50, generator(1), silent()))
    assert not torch.equal(first, greedy_coreset(vectors, 50, generator(2), silent()))


def test_cancel_is_heard_while_choosing(monkeypatch):
    monkeypatch.setattr(coreset, "POOL", 16)
    reports = []

    def stop(progress: Progress):
        reports.append(progress.done)
        if progress.done > 0:
            ticket.cancel()

    ticket = Ticket(stop)
    with pytest.raises(Cancelled):
        farthest_first(cloud(20_000, 32), torch.full((20_000,), 1e6), 20_000, ticket)
    assert 0 < reports[-1] < 20_000
