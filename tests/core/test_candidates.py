"""Patches that stream into a bounded room, against one choice among all of them."""

import numpy as np
import pytest
import torch

from core.detectors.parts.candidates import Candidates, patch_bytes
from core.progress import silent

CPU = torch.device("cpu")
WIDTH = 10
MEMBERS = 20
LARGEST = 50


def stream(count, seed=0):
    drawn = np.random.default_rng(seed)
    centres = drawn.normal(0, 5, (12, WIDTH))
    spread = drawn.gamma(1, 1, (count, 1))
    return torch.from_numpy(centres[drawn.integers(0, 12, count)] + drawn.normal(0, spread, (count, WIDTH))).float()


def selected(patches, room, width=WIDTH):
    """Let patches flow in by fifties; return what is remembered, and how many reductions there were."""
    generator = torch.Generator().manual_seed(0)
    budget = room * patch_bytes(width)
    candidates = Candidates(len(patches), width, MEMBERS, LARGEST, budget, generator, CPU)
    reductions = 0
    for part in patches.split(LARGEST):
        if len(part) > candidates.free:
            candidates.reduce(silent())
            reductions += 1
        candidates.add(part)
    return candidates.choose(silent()), reductions


def covering_radius(patches, remembered):
    return float(torch.cdist(patches.double(), remembered.double()).amin(1).max())


def test_the_budget_does_not_matter_where_all_fit():
    patches = stream(2000)
    tight, loose = selected(patches, 2000)[0], selected(patches, 10**6)[0]
    assert torch.equal(tight.numbers, loose.numbers)
    assert torch.equal(tight.vectors, loose.vectors)


@pytest.mark.parametrize("room", [2000, 1000, 300, 180])
def test_covers_within_the_promised_radius(room):
    patches = stream(2000)
    once = selected(patches, len(patches))[0]
    remembered, reductions = selected(patches, room)
    assert (reductions > 0) == (room < 2000)
    radius = covering_radius(patches, remembered.vectors)
    assert radius <= remembered.radius * (1 + 1e-5)
    # 2 L OPT, and OPT is no more than what one choice among all reaches.
    merges = reductions * MEMBERS // (room // 2)
    assert radius <= 2 * (2 + merges) * covering_radius(patches, once.vectors)


@pytest.mark.parametrize("room", [2000, 300])
def test_numbers_are_places_in_the_stream(room):
    patches = stream(2000)
    remembered = selected(patches, room)[0]
    assert len(set(remembered.numbers.tolist())) == MEMBERS
    assert torch.equal(remembered.vectors, patches[remembered.numbers])


def test_a_rare_patch_is_remembered_however_early_it_came():
    patches = stream(2000)
    patches[7] += 100
    assert 7 in selected(patches, 180)[0].numbers.tolist()


def test_memory_is_the_budgets_or_what_the_members_need():
    generator = torch.Generator()
    assert Candidates(10**6, WIDTH, MEMBERS, LARGEST, 1000 * patch_bytes(WIDTH), generator, CPU).room == 1000
    assert Candidates(10**6, WIDTH, MEMBERS, LARGEST, 0, generator, CPU).room == 4 * MEMBERS + 2 * LARGEST
    assert Candidates(500, WIDTH, MEMBERS, LARGEST, 10**9, generator, CPU).room == 500


def test_wide_patches_are_projected_the_same_way_each_time():
    drawn = torch.Generator().manual_seed(3)
    base = torch.randn(40, 300, generator=drawn)
    # Every part of the stream holds the same forty patches: one reduction more must not change which are far apart.
    patches = base.repeat(10, 1)
    remembered = selected(patches, 180, width=300)[0]
    assert len(set((remembered.numbers % 40).tolist())) == MEMBERS
