"""Rules against a look at every limit there could be."""

import json
import math

import numpy as np
import pytest

from core.errors import Problem
from core.scoring.metrics import confusion
from core.scoring.pixels import PixelCounts
from core.scoring.rules import (
    IMAGE_RULES,
    PIXEL_RULES,
    USUAL,
    Costs,
    Wanted,
    image_limit,
    least_cost,
    max_false_rejects,
    no_escapes,
    pixel_limit,
    pixel_rule_for,
    target_precision,
)


def drawn(seed):
    """Scores with ties, of which some are apart by one bit only."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(4, 40))
    truth = rng.random(count) < rng.uniform(0.2, 0.8)
    truth[:2] = True, False
    scores = np.round(rng.normal(10, 2, count) + 2 * truth, int(rng.integers(0, 3)))
    return scores, truth


def every_limit(scores):
    """One limit for each way to divide the scores."""
    known = np.unique(scores)
    return [known[0], *((known[:-1] + known[1:]) / 2), known[-1] + 1.0]


def brute(scores, truth, better):
    """Return the counts at the limit that `better` puts first; None where it refuses all of them."""
    counts = [confusion(scores, truth, limit) for limit in every_limit(scores)]
    keyed = [(better(each), each) for each in counts]
    allowed = [(key, each) for key, each in keyed if key is not None]
    return max(allowed, key=lambda pair: pair[0])[1] if allowed else None


def check(chosen, scores, truth, expected, rule):
    counts = confusion(scores, truth, chosen.value)
    assert counts == expected
    assert (chosen.evidence.rejected, chosen.evidence.missed) == (counts.fp, counts.fn)
    assert (chosen.evidence.good, chosen.evidence.defect) == (counts.good, counts.defect)
    assert (chosen.rule, chosen.provisional) == (rule, False)
    assert np.float32(chosen.value) == chosen.value
    if 0 < counts.tp + counts.fp < len(scores):
        assert chosen.value not in scores  # ADR 8


@pytest.mark.parametrize("seed", range(60))
def test_rules_choose_as_a_look_at_every_limit_does(seed):
    scores, truth = drawn(seed)
    rng = np.random.default_rng(1000 + seed)
    check(no_escapes(scores, truth), scores, truth, brute(scores, truth, lambda c: (c.fn == 0, -c.fp)), "no-escapes")
    share = float(rng.choice([0.0, 0.1, 0.25, 1.0]))
    expected = brute(scores, truth, lambda c: (c.tp, -c.fp) if c.fp <= share * c.good else None)
    check(max_false_rejects(scores, truth, share), scores, truth, expected, "max-false-rejects")
    costs = Costs(float(rng.integers(1, 50)), float(rng.integers(1, 50)), float(rng.integers(1, 999_999)))
    expected = brute(scores, truth, lambda c: (round(-costs.expected(c), 9), c.tp, -c.fp))
    found = confusion(scores, truth, least_cost(scores, truth, costs).value)
    assert costs.expected(found) == pytest.approx(costs.expected(expected), rel=1e-12)
    assert found.tp == expected.tp
    precision = float(rng.choice([0.5, 0.8, 1.0]))
    expected = brute(scores, truth, lambda c: (c.tp, -c.fp) if c.tp and c.tp / (c.tp + c.fp) >= precision else None)
    if expected is None:
        with pytest.raises(Problem, match="the highest is"):
            target_precision(scores, truth, precision)
    else:
        check(target_precision(scores, truth, precision), scores, truth, expected, "target-precision")


def test_costs_are_counted_for_each_part():
    # 1 of 4 defects escapes, 1 of 10 good parts is rejected; 2 % of the parts are defects.
    counts = confusion([1.0] * 9 + [5.0] + [1.0, 5.0, 5.0, 5.0], [False] * 10 + [True] * 4, 3.0)
    costs = Costs(escape=200.0, false_reject=3.0, defect_ppm=20_000.0)
    assert costs.expected(counts) == pytest.approx(0.02 * 0.25 * 200 + 0.98 * 0.1 * 3, rel=1e-12)
    assert costs.expected(confusion([1.0], [True], 3.0)) is None
    assert Costs.from_json(json.loads(json.dumps(costs.to_json()))) == costs
    for broken in ({}, None, {"escape": "x", "false_reject": 1, "defect_ppm": 1}, costs.to_json() | {"escape": -1}):
        with pytest.raises(ValueError, match="not costs"):
            Costs.from_json(broken)


@pytest.mark.parametrize(
    ("rule", "tp", "fp"),
    [("no-escapes", 2, 1), ("max-false-rejects", 1, 0), ("least-cost", 2, 1), ("target-precision", 1, 0)],
)
def test_each_rule_reads_its_own_number(rule, tp, fp):
    scores, truth = [1.0, 2.0, 3.0, 2.5, 9.0], [False, False, False, True, True]
    wanted = Wanted(false_rejects=0.0, precision=1.0, costs=Costs(100, 1, 500_000))
    counts = confusion(scores, truth, image_limit(rule, wanted, scores, truth).value)
    assert (counts.tp, counts.fp) == (tp, fp)


def test_nothing_may_be_rejected_and_nothing_is():
    chosen = max_false_rejects([1.0, 5.0], [True, False], 0.0)
    assert chosen.value == pytest.approx(5.005, rel=1e-6)
    assert chosen.evidence.missed == 1


@pytest.mark.parametrize("rule", [rule for rule in IMAGE_RULES if rule != "good-quantile"])
def test_rules_refuse_one_class(rule):
    with pytest.raises(Problem, match="good and defective"):
        image_limit(rule, USUAL, [1.0, 2.0], [True, True])


def test_nonsense_is_refused():
    with pytest.raises(Problem, match="no rule by-ear"):
        image_limit("by-ear", USUAL, [1.0], [True])
    for wrong in ({"false_rejects": -0.1}, {"precision": 0.0}, {"quantile": 1.1}, {"area": math.nan}):
        with pytest.raises(Problem, match="between 0 and 1"):
            Wanted(**wrong)
    for costs in ((-1, 1, 1), (1, 1, 2e6), (0, 0, 1), (math.inf, 1, 1)):
        with pytest.raises(Problem):
            Costs(*costs)


def pixels(seed, masks=True):
    rng = np.random.default_rng(seed)
    counts = PixelCounts()
    maps, truths = [], []
    for number in range(4):
        mask = np.zeros((16, 16), bool)
        if masks and number % 2:
            mask[3:9, 4:12] = True
        heat = (rng.normal(5, 1, (16, 16)) + 2 * mask).astype(np.float32)
        counts.add(heat, mask if mask.any() else None)
        maps.append(heat.ravel())
        truths.append(mask.ravel())
    return counts, np.concatenate(maps).astype(np.float64), np.concatenate(truths)


@pytest.mark.parametrize("seed", range(5))
def test_pixel_rules_choose_as_a_look_at_every_limit_does(seed):
    counts, scores, truth = pixels(seed)
    # All pixels on every tenth limit: the counts know limits 0.05 % apart, so the best may be a pixel or two off.
    limits = np.unique(scores)[::3]
    seen = [confusion(scores, truth, limit) for limit in limits]
    chosen = confusion(scores, truth, pixel_limit("target-precision", Wanted(precision=0.8), counts).value)
    assert chosen.precision >= 0.8
    assert chosen.tp >= max(each.tp for each in seen if each.tp and each.precision >= 0.8) - 3
    chosen = confusion(scores, truth, pixel_limit("max-false-rejects", Wanted(area=0.02), counts).value)
    assert chosen.fp <= 0.02 * chosen.good
    assert chosen.tp >= max(each.tp for each in seen if each.fp <= 0.02 * each.good) - 3
    nothing = confusion(scores, truth, pixel_limit("max-false-rejects", Wanted(area=0.0), counts).value)
    assert nothing.fp == 0


def test_pixel_rules_without_masks():
    counts, scores, _ = pixels(0, masks=False)
    limit = pixel_limit("max-false-rejects", Wanted(area=0.01), counts)
    assert 0 < np.count_nonzero(scores >= limit.value) <= 0.01 * len(scores)
    assert limit.provisional
    assert limit.rule == "max-false-rejects"
    with pytest.raises(Problem, match="masks"):
        pixel_limit("target-precision", USUAL, counts)
    with pytest.raises(Problem, match="no rule"):
        pixel_limit("least-cost", USUAL, counts)
    assert [pixel_rule_for(rule, counts) for rule in IMAGE_RULES] == ["good-quantile"] * len(IMAGE_RULES)
    both, _, _ = pixels(0)
    assert pixel_rule_for("least-cost", both) == "best-f1"
    assert set(PIXEL_RULES) >= {pixel_rule_for(rule, both) for rule in IMAGE_RULES}
