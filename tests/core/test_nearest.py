import numpy as np
import pytest
import torch
from sklearn.neighbors import NearestNeighbors

from core.detectors.parts.nearest import Bank, closest, distances_to


def draw(count, width=24, seed=0, offset=0.0):
    return torch.from_numpy(np.random.default_rng(seed).normal(offset, 1, (count, width))).float()


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize("offset", [0.0, 1000.0])
def test_same_as_brute_force_in_double(count, offset):
    # Far from the origin the squared lengths are a million times the distances: centring has to save the digits.
    vectors, queries = draw(500, offset=offset), draw(60, seed=1, offset=offset)
    reference = NearestNeighbors(n_neighbors=count, algorithm="brute").fit(vectors.double().numpy())
    want_distances, want_indices = reference.kneighbors(queries.double().numpy())
    distances, indices = Bank(vectors).search(queries, count)
    np.testing.assert_array_equal(indices.numpy(), want_indices)
    np.testing.assert_allclose(distances.numpy(), want_distances, rtol=1e-3 if offset else 1e-6)


@pytest.mark.parametrize("count", [1, 4])
def test_matrix_product_finds_the_same(count):
    vectors, queries = draw(500), draw(60, seed=1)
    bank = Bank(vectors)
    indices = closest(queries - bank.centre, bank.vectors, bank.squares, count)
    distances, found = bank.search(queries, count)
    assert torch.equal(indices, found)
    assert torch.equal(distances_to(queries - bank.centre, bank.vectors, indices), distances)


def test_a_member_is_at_distance_zero_and_found():
    vectors = draw(500, offset=50)
    distances, indices = Bank(vectors).search(vectors[[3, 77]], 1)
    assert indices[:, 0].tolist() == [3, 77]
    assert float(distances.max()) == 0


def test_fewer_members_than_neighbours():
    distances, indices = Bank(draw(2)).search(draw(5, seed=1), 9)
    assert distances.shape == indices.shape == (5, 2)


def test_around_contains_the_member_itself():
    bank = Bank(draw(100))
    around = bank.around(torch.tensor([5, 50]), 9)
    assert around.shape == (2, 9)
    assert around[:, 0].tolist() == [5, 50]
