import numpy as np
import pytest
from scipy import stats

from core.scoring.drift import drift


@pytest.mark.parametrize("seed", range(30))
def test_it_is_scipys_test(seed):
    rng = np.random.default_rng(seed)
    digits = int(rng.integers(0, 3))  # ties
    before = np.round(rng.gamma(9.0, 1.0, int(rng.integers(1, 60))), digits)
    after = np.round(rng.gamma(9.0, 1.0, int(rng.integers(1, 60))) + rng.uniform(-3, 3), digits)
    found = drift(before, after)
    expected = stats.mannwhitneyu(after, before, alternative="two-sided", method="asymptotic")
    assert found.chance == pytest.approx(expected.pvalue, rel=1e-9)
    assert found.higher == pytest.approx(expected.statistic / (len(before) * len(after)), rel=1e-12)
    assert (found.before, found.after) == (len(before), len(after))


def test_what_matters():
    rng = np.random.default_rng(1)
    before = rng.normal(10, 1, 60)
    assert not drift(before, rng.normal(10, 1, 60)).matters
    assert drift(before, rng.normal(11, 1, 30)).matters
    assert drift(before, rng.normal(9, 1, 30)).matters
    assert not drift(before, before[:5] + 5).matters  # too few
    many = rng.normal(10, 1, 20_000)
    assert drift(many, many + 0.05).chance < 0.01
    assert not drift(many, many + 0.05).matters  # certain, and of no weight
    assert drift([3.0] * 9, [3.0] * 9).chance == 1.0


def test_the_same_kind_is_told_apart_as_rarely_as_promised():
    rng = np.random.default_rng(2)
    found = [drift(rng.gamma(9, 1, 30), rng.gamma(9, 1, 20)).chance for _ in range(2000)]
    assert np.mean(np.array(found) < 0.05) == pytest.approx(0.05, abs=0.02)


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="nothing"):
        drift([], [1.0])
    with pytest.raises(ValueError, match="finite"):
        drift([1.0], [np.nan])
