import numpy as np
import pytest
import torch

from core.detectors.parts import coreset
from core.detectors.parts.coreset import directions, farthest_first, greedy_coreset, project
from core.progress import Cancelled, Progress, Ticket, silent

CPU = torch.device("cpu")


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def cloud(count, width, seed=0):
    """Clusters of very different density, as patches have."""
    drawn = np.random.default_rng(seed)
    centres = drawn.normal(0, 5, (12, width))
    points = centres[drawn.integers(0, 12, count)] + drawn.normal(0, drawn.gamma(1, 1, (count, 1)), (count, width))
    return torch.from_numpy(points - points.mean(0)).float()


def far_pairs(count, width):
    """Points so far from the mean that squared distances between neighbours drown in float32's rounding."""
    drawn = np.random.default_rng(1)
    points = drawn.normal(0, 1, (count, width)) + 3000 * drawn.choice([-1, 1], (count, 1))
    return torch.from_numpy(points).float()


def plain_greedy(points, bounds, count):
    """The loop as the paper has it, in float64; the indices, and the radius that is left."""
    points, bounds = points.numpy().astype(np.float64), bounds.numpy().astype(np.float64)
    chosen = []
    for _ in range(count):
        best = int(bounds.argmax())
        chosen.append(best)
        bounds = np.minimum(bounds, ((points - points[best]) ** 2).sum(1))
        bounds[best] = -np.inf
    return chosen, np.sqrt(max(bounds.max(), 0))


@pytest.fixture(params=[(1, 512, 1 << 20), (100, 3, 1 << 20), (300, 512, 1), (4096, 512, 1 << 20), (4096, 7, 1)])
def sizes(request, monkeypatch):
    """Every way in which points, candidates and centres can be cut into blocks."""
    pool, ready, values = request.param
    monkeypatch.setattr(coreset, "POOL", pool)
    monkeypatch.setattr(coreset, "POOL_SHARE", 10_000)
    monkeypatch.setattr(coreset, "READY", ready)
    monkeypatch.setattr(coreset, "BLOCK_VALUES", values)


@pytest.mark.usefixtures("sizes")
@pytest.mark.parametrize("points", [cloud(1500, 10), cloud(1500, 200, seed=7), far_pairs(1500, 10)])
def test_same_choice_as_the_plain_loop_in_float64(points):
    bounds = torch.from_numpy(np.random.default_rng(2).random(1500) * 100).float()
    chosen = farthest_first(points, bounds, 150, silent())
    indices, radius = plain_greedy(points, bounds, 150)
    assert chosen.indices.tolist() == indices
    assert chosen.radius >= radius * (1 - 1e-9)


def test_products_in_float32_alone_would_choose_otherwise():
    points = far_pairs(1500, 10)
    bounds = torch.full((1500,), 100.0)
    squares = points.square().sum(1)
    indices = []
    for _ in range(150):
        indices.append(int(bounds.argmax()))
        best = points[indices[-1]]
        bounds = torch.minimum(bounds, torch.addmv(squares + best.square().sum(), points, best, alpha=-2))
        bounds[indices[-1]] = -torch.inf
    assert indices != plain_greedy(points, torch.full((1500,), 100.0), 150)[0]


def test_begins_with_the_point_drawn():
    points = cloud(800, 40, seed=3)
    first = int(torch.randint(800, (1,), generator=generator(5)))
    bounds = (points - points[first]).double().square().sum(1)
    bounds[first] = -torch.inf
    indices, radius = plain_greedy(points, bounds, 59)
    chosen = greedy_coreset(points, 60, generator(5), silent())
    assert chosen.indices.tolist() == [first, *indices]
    covered = torch.cdist(points.double(), points[chosen.indices].double()).amin(1).max()
    assert radius == pytest.approx(float(covered), rel=1e-6)
    assert chosen.radius >= radius * (1 - 1e-9)


def test_chosen_points_are_apart_by_the_radius_that_is_left():
    # So no choice of as many centres, wherever they lie, has less than half the radius.
    points = cloud(3000, 8, seed=4)
    indices = greedy_coreset(points, 100, generator(), silent()).indices
    covered = torch.cdist(points.double(), points[indices].double()).amin(1).max()
    assert torch.pdist(points[indices].double()).min() >= covered


@pytest.mark.parametrize("count", [1, 30, 31, 1000])
def test_takes_each_vector_once_even_when_all_are_alike(count):
    points = torch.zeros(30, 4)
    points[15:] = 1
    indices = greedy_coreset(points - points.mean(0), count, generator(), silent()).indices.tolist()
    assert len(indices) == len(set(indices)) == min(count, 30)


def test_projection_keeps_distances_roughly():
    vectors = cloud(60, 400, seed=6)
    projected = project(vectors, directions(400, generator()), CPU)
    assert projected.shape == (60, 128)
    assert projected.mean(0).abs().max() < 1e-4
    ratio = torch.pdist(projected) / torch.pdist(vectors)
    assert 0.7 < float(ratio.min()) < float(ratio.max()) < 1.3


def test_narrow_vectors_are_not_projected():
    vectors = cloud(60, 128)
    onto = directions(128, torch.Generator())
    assert onto is None
    assert torch.equal(project(vectors, onto, CPU), vectors - vectors.mean(0))


def test_progress_never_falls_and_cancel_is_heard(monkeypatch):
    monkeypatch.setattr(coreset, "READY", 16)
    reports = []

    def stop(progress: Progress):
        reports.append(progress.fraction)
        if progress.fraction > 0.5:
            ticket.cancel()

    ticket = Ticket(stop)
    with pytest.raises(Cancelled):
        farthest_first(cloud(20_000, 32), torch.full((20_000,), 1e6), 20_000, ticket)
    assert reports == sorted(reports)
    assert 0.5 < reports[-1] < 1


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_same_choice_on_the_gpu():
    points = cloud(20_000, 128, seed=5)
    there, here = (greedy_coreset(each, 500, generator(), silent()).indices for each in (points.cuda(), points))
    assert torch.equal(there.cpu(), here)
