import numpy as np
import pytest
from sklearn import metrics as reference

from core.scoring.metrics import auroc, average_precision, confusion, precision_recall


def cases():
    rng = np.random.default_rng(7)
    for index in range(60):
        count = int(rng.integers(2, 80))
        scores = rng.normal(size=count)
        if index % 2:
            scores = np.round(scores, 1)  # ties, also across the classes
        truth = rng.random(count) < rng.uniform(0.1, 0.9)
        truth[0], truth[1] = True, False
        yield pytest.param(scores, truth, id=f"{index}")


@pytest.mark.parametrize(("scores", "truth"), list(cases()))
def test_agrees_with_scikit_learn(scores, truth):
    curve = precision_recall(scores, truth)
    precision, recall, thresholds = reference.precision_recall_curve(truth, scores)
    np.testing.assert_allclose(curve.precision[1:], precision[:-1][::-1], rtol=1e-14)
    np.testing.assert_allclose(curve.recall[1:], recall[:-1][::-1], rtol=1e-14)
    np.testing.assert_array_equal(curve.thresholds[1:], thresholds[::-1])
    assert auroc(scores, truth) == pytest.approx(reference.roc_auc_score(truth, scores), abs=1e-13)
    assert average_precision(scores, truth) == pytest.approx(
        reference.average_precision_score(truth, scores), abs=1e-13
    )


@pytest.mark.parametrize(("scores", "truth"), list(cases()))
def test_every_point_is_what_its_threshold_counts(scores, truth):
    curve = precision_recall(scores, truth)
    between = (curve.thresholds[1:-1] + curve.thresholds[2:]) / 2
    for threshold in [*curve.thresholds, *between, scores.min() - 1]:
        point = curve.at(threshold)
        counted = confusion(scores, truth, threshold)
        assert point.confusion == counted
        tn, fp, fn, tp = reference.confusion_matrix(truth, scores >= threshold).ravel()
        assert (counted.tp, counted.fp, counted.fn, counted.tn) == (tp, fp, fn, tn)
        assert point.f1 == pytest.approx(reference.f1_score(truth, scores >= threshold, zero_division=0), abs=1e-14)
        assert counted.f1 == pytest.approx(point.f1, abs=1e-15)
    assert (curve.fn + curve.tp == curve.positives).all()
    assert (curve.tn + curve.fp == curve.negatives).all()


@pytest.mark.parametrize(("scores", "truth"), list(cases()))
def test_best_f1_is_the_best_of_all_and_prefers_recall(scores, truth):
    curve = precision_recall(scores, truth)
    all_f1 = [confusion(scores, truth, value).f1 for value in np.unique(scores)]
    best = max(all_f1)
    assert curve.best_f1().f1 == pytest.approx(best, abs=1e-15)
    lowest = np.unique(scores)[next(i for i, value in enumerate(all_f1) if value >= best - 1e-15)]
    assert curve.best_f1().threshold == lowest


def test_the_curve_starts_at_recall_0_precision_1_and_ends_at_recall_1():
    curve = precision_recall([3.0, 2.0, 2.0, 1.0], [False, True, False, True])
    assert curve.thresholds.tolist() == [np.inf, 3.0, 2.0, 1.0]
    assert curve.recall.tolist() == [0.0, 0.0, 0.5, 1.0]
    assert curve.precision.tolist() == [1.0, 0.0, 1 / 3, 0.5]


@pytest.mark.parametrize("truth", [[True, True], [False, False]])
def test_one_class_has_no_curve_but_counts(truth):
    scores = [1.0, 2.0]
    assert precision_recall(scores, truth) is None
    assert auroc(scores, truth) is None
    assert average_precision(scores, truth) is None
    counted = confusion(scores, truth, 2.0)
    assert (counted.tp, counted.fp, counted.fn, counted.tn) == ((1, 0, 1, 0) if truth[0] else (0, 1, 0, 1))


def test_no_case_at_all():
    assert precision_recall([], []) is None
    assert confusion([], [], 1.0).escapes.share is None


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_refuses_what_is_not_finite(bad):
    for figure in (precision_recall, auroc, average_precision):
        with pytest.raises(ValueError, match="finite"):
            figure([1.0, bad], [True, False])
    with pytest.raises(ValueError, match="finite"):
        confusion([1.0, bad], [True, False], 0.5)


def test_refuses_lists_of_different_lengths():
    with pytest.raises(ValueError, match="length"):
        precision_recall([1.0, 2.0], [True])


def test_order_and_monotone_changes_of_scale_do_not_matter():
    rng = np.random.default_rng(3)
    scores, truth = rng.random(200).round(2), rng.random(200) < 0.3
    order = rng.permutation(200)
    assert auroc(scores[order], truth[order]) == auroc(scores, truth)
    assert auroc(np.exp(scores), truth) == auroc(scores, truth)
    assert average_precision(scores**3, truth) == average_precision(scores, truth)
    assert auroc(-scores, truth) == pytest.approx(1 - auroc(scores, truth), abs=1e-13)


def test_a_thinned_curve_keeps_its_shape():
    rng = np.random.default_rng(5)
    truth = rng.random(50_000) < 0.02
    scores = rng.normal(size=50_000) + 2.0 * truth
    curve = precision_recall(scores, truth)
    kept = curve.thinned(300)
    assert len(kept) <= 303
    assert kept[0] == 0
    assert kept[-1] == len(curve.thresholds) - 1
    assert curve.best_f1().index in kept
    drawn = np.interp(np.arange(len(curve.recall)), kept, curve.precision[kept])
    # The first few rejected images jump; after that a drawn line and the curve cannot be told apart.
    assert np.abs(drawn - curve.precision)[50:].max() < 0.02
