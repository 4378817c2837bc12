import json
import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from core.errors import Problem
from core.scoring.metrics import confusion
from core.scoring.pixels import PixelCounts
from core.scoring.rates import Rate, more_to_prove
from core.scoring.thresholds import (
    Calibration,
    Evidence,
    Threshold,
    Verdict,
    best_f1,
    clopper_pearson,
    good_quantile,
    just_above,
    pixel_best_f1,
    pixel_good_quantile,
)


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.999])
@pytest.mark.parametrize(("count", "total"), [(0, 1), (1, 1), (0, 60), (3, 60), (60, 60), (17, 1000), (999, 1000)])
def test_clopper_pearson_is_scipys_exact_interval(count, total, confidence):
    expected = stats.binomtest(count, total).proportion_ci(confidence, method="exact")
    assert clopper_pearson(count, total, confidence) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_clopper_pearson_without_cases_and_with_nonsense():
    assert clopper_pearson(0, 0) == (0.0, 1.0)
    with pytest.raises(ValueError, match="share"):
        clopper_pearson(3, 2)
    with pytest.raises(ValueError, match="confidence"):
        clopper_pearson(1, 2, 1.0)


def test_none_of_sixty_missed_leaves_almost_five_percent():
    assert Rate(0, 60).at_most == pytest.approx(1 - 0.05 ** (1 / 60), abs=1e-12)
    assert f"{Rate(0, 60).at_most:.3f}" == "0.049"
    assert Rate(0, 10).at_most == pytest.approx(0.2589, abs=1e-4)
    assert Rate(0, 0).share is None


@pytest.mark.parametrize("below", [0.003, 0.01, 0.05, 0.5])
@pytest.mark.parametrize(("count", "total"), [(0, 0), (0, 60), (1, 60), (3, 40), (10, 10), (0, 5000)])
def test_more_to_prove_is_the_first_number_whose_bound_is_low_enough(count, total, below):
    more = more_to_prove(count, total, below)

    def bound(extra):
        return stats.binomtest(count, total + extra).proportion_ci(0.9, method="exact").high if total + extra else 1.0

    assert bound(more) <= below + 1e-12
    assert more == 0 or bound(more - 1) > below


def test_more_to_prove_of_the_textbook_and_of_nonsense():
    assert more_to_prove(0, 0, 0.01) == 299  # ln 0.05 / ln 0.99
    assert more_to_prove(0, 60, 0.01) == 239
    assert Rate(0, 60).more_to_prove(0.05) == 0
    for count, total, below in ((2, 1, 0.5), (0, 1, 0.0), (0, 1, 1.5)):
        with pytest.raises(ValueError, match=r"share|shown"):
            more_to_prove(count, total, below)


def test_best_f1_stands_half_way_to_the_next_lower_score_and_counts():
    scores, truth = [0.1, 0.2, 0.3, 0.6, 0.4, 0.7, 0.9], [False, False, False, False, True, True, True]
    chosen = best_f1(scores, truth)
    assert chosen.value == np.float32(0.35)  # 0.4 is rejected, 0.3 is not
    assert (chosen.rule, chosen.provisional) == ("best-f1", False)
    assert chosen.evidence == Evidence("images", good=4, defect=3, rejected=1, missed=0, images=7)
    assert confusion(scores, truth, chosen.value).fn == 0


def test_best_f1_prefers_recall_among_equals():
    # At 3: one of two found, none wrong: 2/3. At 1: both found, two wrong: 2/3.
    scores, truth = [3.0, 2.0, 2.0, 1.0], [True, False, False, True]
    assert best_f1(scores, truth).value == 1.0


def test_best_f1_between_neighbouring_numbers_is_the_upper_one():
    lower = np.float32(2.0)
    upper = np.nextafter(lower, np.float32(3.0))
    assert best_f1([lower, upper], [False, True]).value == upper


@pytest.mark.parametrize("truth", [[True, True], [False, False]])
def test_best_f1_of_one_class_is_a_problem(truth):
    with pytest.raises(Problem, match="good and defective"):
        best_f1([1.0, 2.0], truth)


@pytest.mark.parametrize("quantile", [0.5, 0.9, 0.95, 0.99, 1.0])
@pytest.mark.parametrize("count", [1, 2, 10, 99, 100, 199, 1000])
def test_good_quantile_rejects_at_most_its_share(count, quantile):
    scores = np.random.default_rng(count).gamma(2.0, size=count).astype(np.float32)
    chosen = good_quantile(scores, quantile)
    rejected = int(np.count_nonzero(scores >= chosen.value))
    assert rejected == chosen.evidence.rejected == count - min(math.ceil((count + 1) * quantile - 1e-9), count)
    assert rejected <= (1 - quantile) * count
    assert (chosen.rule, chosen.provisional, chosen.evidence.good) == ("good-quantile", True, count)
    # A little above one of the scores, half-way to the next at most: nothing is so near that rounding could turn it.
    ordered = np.sort(scores).astype(np.float64)
    kept = count - rejected
    score = ordered[kept - 1]
    half_way = (score + ordered[kept]) / 2 if rejected else math.inf
    assert chosen.value == pytest.approx(min(score * 1.001, half_way), rel=1e-6)
    assert np.float32(chosen.value) == chosen.value


def test_good_quantile_keeps_its_promise_for_parts_not_yet_seen():
    """Over many draws, the next good part is rejected no more often than promised."""
    rng = np.random.default_rng(11)
    rejected = 0
    for _ in range(2000):
        scores = rng.normal(size=20)
        rejected += rng.normal() >= good_quantile(scores[:19], 0.9).value
    assert rejected / 2000 == pytest.approx(0.1, abs=0.02)


def test_few_good_images_put_the_limit_above_all_of_them_and_say_so():
    chosen = good_quantile([1.0, 3.0, 2.0, 1.0, 1.5, 1.0, 1.0, 1.0, 1.0, 1.0], 0.99)
    assert chosen.value == pytest.approx(3.003, rel=1e-6)
    assert str(chosen.evidence) == (
        "0 of 10 held-out good parts rejected: up to 25.9 % may be rejected (95 % sure, one-sided)"
    )


def test_good_quantile_with_all_scores_equal_rejects_none():
    assert good_quantile([2.0] * 200, 0.5).evidence.rejected == 0


def test_good_quantile_refuses():
    with pytest.raises(Problem, match="no good image"):
        good_quantile([])
    with pytest.raises(ValueError, match="quantile"):
        good_quantile([1.0], 0.0)
    with pytest.raises(ValueError, match="finite"):
        good_quantile([1.0, math.nan])


@pytest.mark.parametrize("score", [0.0, 0.1, 1.0, -0.1, 1e-30, 123456.789, float(np.float32(0.1))])
def test_just_above_is_the_next_float32(score):
    above = just_above(score)
    assert above > score
    assert np.float32(above) == above
    assert float(np.nextafter(np.float32(above), np.float32(-np.inf))) <= score


def pixel_images():
    rng = np.random.default_rng(9)
    mask = np.zeros((32, 32), dtype=bool)
    mask[5:12, 8:20] = True
    counts = PixelCounts()
    for defect in (None, mask, None):
        heat = rng.random((32, 32)).astype(np.float32)
        counts.add(heat if defect is None else heat + defect.astype(np.float32), defect)
    return counts


def test_pixel_rules():
    counts = pixel_images()
    best = pixel_best_f1(counts)
    assert best.evidence.images == 3
    assert best.evidence.defect == 7 * 12
    assert 0.9 < best.value < 1.1
    assert "of the defective area missed" in str(best.evidence)
    calm = pixel_good_quantile(counts, 1.0)
    assert calm.provisional
    assert calm.evidence.rejected == 0
    assert calm.value > 0.99
    assert str(calm.evidence) == "3 good images: 0.0 % of their area marked"


def test_pixel_rules_refuse():
    with pytest.raises(Problem, match="masks"):
        pixel_best_f1(PixelCounts())
    with pytest.raises(Problem, match="no good image"):
        pixel_good_quantile(PixelCounts())


def calibration(image=3.0, pixel=2.5, low=0.5, high=8.5):
    return Calibration(Threshold(image), Threshold(pixel), low, high)


def test_units_follow_the_formula():
    both = calibration()
    assert both.image_unit(3.0) == 0.5
    assert both.image_unit(4.0) == 1 / 8 + 0.5
    assert (both.image_unit(100.0), both.image_unit(-100.0)) == (1.0, 0.0)
    heat = np.array([[2.5, 3.5], [0.5, 99.0]], np.float32)
    np.testing.assert_array_equal(both.pixel_unit(heat), np.array([[0.5, 0.625], [0.25, 1.0]], np.float32))
    assert both.pixel_unit(3.5) == 0.625


def test_a_hair_under_the_limit_stays_under_a_half():
    both = calibration(image=3.0, pixel=3.0, low=0.0, high=1e6)
    hair = np.nextafter(np.float32(3.0), np.float32(0.0))
    heat = np.array([hair, 3.0], np.float32)
    assert (both.pixel_unit(heat) >= 0.5).tolist() == [False, True]
    assert both.image_unit(float(np.nextafter(3.0, 0.0))) < 0.5


def test_a_range_of_nothing_is_not_divided_by():
    both = calibration(low=2.0, high=2.0)
    assert both.span == 1.0
    assert both.image_unit(3.25) == 0.75


def test_json_keeps_every_bit():
    rng = np.random.default_rng(0)
    for _ in range(200):
        low, middle, high = np.sort(rng.standard_cauchy(3))
        kept = Calibration(
            Threshold(middle * math.pi, "best-f1", Evidence("images", 80, 12, 1, 2, 92)),
            Threshold(float(np.float32(middle)), "good-quantile", Evidence("pixels", 10**9, 0, 3, 0, 4), True),
            low,
            high,
            Threshold(min(low, middle * math.pi)),
            "both",
            high**2,
        )
        assert Calibration.from_json(json.loads(json.dumps(kept.to_json()))) == kept


def test_json_of_the_first_versions_has_no_review():
    values = calibration().to_json()
    for name in ("review", "decides", "min_area"):
        del values[name]
    assert Calibration.from_json(values) == calibration()


def test_verdicts_lie_between_the_limits():
    both = replace(calibration(image=3.0), review=Threshold(2.0))
    said = {1.9: Verdict.OK, 2.0: Verdict.REVIEW, 2.99: Verdict.REVIEW, 3.0: Verdict.NG}
    assert {score: both.verdict(score) for score in said} == said
    assert calibration(image=3.0).verdict(2.99) is Verdict.OK
    assert both.with_image(Threshold(1.5)).review == Threshold(1.5)
    assert both.with_image(Threshold(1.5)).verdict(1.49) is Verdict.OK
    with pytest.raises(ValueError, match="above the limit"):
        replace(both, image=Threshold(1.0))


@pytest.mark.parametrize("broken", [{}, {"image": {}}, {"image": None, "pixel": None, "low": 0, "high": 1}])
def test_json_of_something_else_is_refused(broken):
    with pytest.raises(ValueError, match="not a"):
        Calibration.from_json(broken)


def test_refuses_nonsense():
    with pytest.raises(ValueError, match="limit"):
        Threshold(math.inf)
    with pytest.raises(ValueError, match="rule"):
        Threshold(1.0, "guess")
    with pytest.raises(ValueError, match="range"):
        calibration(low=2.0, high=1.0)


def test_a_limit_set_by_hand_says_so():
    assert str(Threshold(1.0).evidence) == "set by hand"


def test_verdicts_by_regions_are_those_of_the_table():
    """What is NG by each rule, written out: score over or under the limit; no region, a small one, a large one."""
    base = replace(calibration(image=3.0), min_area=50.0)
    cases = [(score, area) for score in (2.0, 4.0) for area in (0.0, 49.9, 50.0)]
    expected = {
        "score": [False, False, False, True, True, True],
        "region": [False, False, True, False, False, True],
        "both": [False, False, False, False, False, True],
    }
    truth = np.array([True, False, True, False, True, False])
    scores, areas = (np.array(column) for column in zip(*cases, strict=True))
    for rule, rejected in expected.items():
        limits = replace(base, decides=rule)
        assert [limits.verdict(*case) is Verdict.NG for case in cases] == rejected
        assert Verdict.REVIEW not in [limits.verdict(*case) for case in cases]
        counts = limits.count(scores, truth, areas)
        assert counts.tp == sum(ng and defect for ng, defect in zip(rejected, truth, strict=True))
        assert counts.fn == sum(not ng and defect for ng, defect in zip(rejected, truth, strict=True))
        band = replace(limits, review=Threshold(3.0))
        wanted = [
            Verdict.NG if ng else Verdict.REVIEW if case[0] >= 3 else Verdict.OK
            for ng, case in zip(rejected, cases, strict=True)
        ]
        assert [band.verdict(*case) for case in cases] == wanted
    with pytest.raises(ValueError, match="areas are not known"):
        replace(base, decides="region").count(scores, truth)
    assert base.count(scores, truth) == confusion(scores, truth, 3.0)
    for wrong in ({"decides": "ear"}, {"min_area": -1.0}, {"min_area": math.nan}):
        with pytest.raises(ValueError, match=r"decide|area"):
            replace(base, **wrong)
    assert replace(base, decides="region", min_area=0.0).verdict(0.0, 0.0) is Verdict.OK  # nothing is no region
