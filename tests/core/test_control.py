"""The EWMA chart against published values and the formula in a plain loop."""

import math

import numpy as np
import pytest

from core.scoring.control import Baseline, averages, baseline, spread, wandered

# NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.4: weight 0.3, mean 50, deviation 2.0539.
DATA = [52.0, 47.0, 53.0, 49.3, 50.1, 47.0, 51.0, 50.1, 51.2, 50.5]
DATA += [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
EWMA = [50.60, 49.52, 50.56]


def test_averages_and_limits_are_the_published_ones():
    np.testing.assert_allclose(averages(np.array(DATA), 50.0, 0.3), plain(DATA, 50.0, 0.3), rtol=1e-12)
    assert averages(np.array(DATA), 50.0, 0.3)[:3] == pytest.approx(EWMA, abs=0.005)
    assert 50 + spread(200, 2.0539, 0.3)[-1] == pytest.approx(52.5884, abs=1e-4)
    assert 50 - spread(200, 2.0539, 0.3)[-1] == pytest.approx(47.4115, abs=2e-4)


def plain(scores, start, weight):
    found, now = [], start
    for score in scores:
        now = weight * score + (1 - weight) * now
        found.append(now)
    return found


def test_the_spread_is_that_of_simulated_averages():
    runs = np.random.default_rng(0).normal(0, 2, (20_000, 6))
    seen = np.array([plain(run, 0.0, 0.2) for run in runs]).std(0)
    np.testing.assert_allclose(spread(6, 2.0) / 3, seen, rtol=0.02)


def test_a_small_shift_is_found_and_from_where():
    random = np.random.default_rng(1)
    good = Baseline(10.0, 1.0, 50)
    calm = random.normal(10, 1, 60)
    assert wandered(calm, good) is None
    since = wandered(np.concatenate([calm, random.normal(12, 1, 40)]), good)
    assert 60 <= since <= 75
    assert wandered(np.concatenate([calm, np.full(40, 13.0), np.full(40, 10.0)]), good) is None  # it is over
    assert wandered(np.array([]), good) is None
    assert wandered(np.full(30, 5.0), good) == 0


def test_false_warnings_are_rare():
    random = np.random.default_rng(2)
    limits = spread(1000, 1.0)
    lengths = [np.argmax(np.abs(averages(random.normal(0, 1, 1000), 0.0)) > limits) for _ in range(300)]
    assert np.median([length or 1000 for length in lengths]) > 250


def test_the_baseline_needs_enough_parts_that_differ():
    scores = [1.0, 2.0, 4.0, 3.0, 2.5, 2.5, 1.5, 3.5]
    good = baseline(scores)
    assert (good.mean, good.count) == (2.5, 8)
    assert good.deviation == pytest.approx(math.sqrt(sum((score - 2.5) ** 2 for score in scores) / 7))
    assert good.limits == pytest.approx((2.5 - 3 * good.deviation, 2.5 + 3 * good.deviation))
    assert baseline(scores[:7]) is None
    assert baseline([2.0] * 20) is None
