import itertools

import numpy as np
import pytest
from scipy import ndimage
from sklearn import metrics as reference

from core.scoring.metrics import confusion
from core.scoring.pixels import PixelCounts


def draw(seed, defects=2, size=(48, 64), shift=0.0):
    """A smooth map with stronger spots, and the mask of the spots."""
    rng = np.random.default_rng(seed)
    heat = ndimage.gaussian_filter(rng.random(size), 2.0)
    mask = np.zeros(size, dtype=bool)
    for _ in range(defects):
        top, left = rng.integers(0, size[0] - 10), rng.integers(0, size[1] - 10)
        mask[top : top + rng.integers(2, 10), left : left + rng.integers(2, 10)] = True
    heat = heat + 0.05 * ndimage.gaussian_filter(mask.astype(float), 1.5) + shift
    return heat.astype(np.float32), mask


def pictures(count=6, **more):
    return [draw(seed, defects=seed % 4, **more) for seed in range(count)]


def counted(images):
    counts = PixelCounts()
    for heat, mask in images:
        counts.add(heat, mask if mask.any() else None)
    return counts


def all_pixels(images):
    return np.concatenate([h.ravel() for h, _ in images]), np.concatenate([m.ravel() for _, m in images])


def naive_au_pro(images, max_fpr):
    """Threshold by threshold, region by region, as the definition says."""
    regions = []
    for heat, mask in images:
        labels, found = ndimage.label(mask, structure=np.ones((3, 3)))
        regions += [heat[labels == label] for label in range(1, found + 1)]
    good = np.concatenate([heat[~mask] for heat, mask in images])
    points = [(0.0, 0.0)]
    for threshold in np.unique(np.concatenate([good, *regions]))[::-1]:
        overlap = np.mean([np.mean(region >= threshold) for region in regions])
        points.append((np.mean(good >= threshold), overlap))
    area = 0.0
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        if x1 <= max_fpr:
            area += (x1 - x0) * (y0 + y1) / 2
        elif x0 < max_fpr:
            middle = y0 + (y1 - y0) * (max_fpr - x0) / (x1 - x0)
            area += (max_fpr - x0) * (y0 + middle) / 2
    return area / max_fpr


@pytest.mark.parametrize("shift", [0.0, -0.5, 40.0])
def test_area_and_curve_agree_with_all_pixels(shift):
    images = pictures(shift=shift)
    scores, truth = all_pixels(images)
    counts = counted(images)
    # Bins are 2**-11 of a value wide: far from 0 more pixels share one.
    assert counts.auroc() == pytest.approx(reference.roc_auc_score(truth, scores), abs=2e-3 if shift > 1 else 2e-4)
    curve = counts.curve()
    for index in range(1, len(curve.thresholds), 97):
        exact = confusion(scores, truth, curve.thresholds[index])
        assert curve.at(curve.thresholds[index]).confusion == exact
    assert np.all(np.diff(curve.thresholds) < 0)
    assert curve.positives == truth.sum()


def test_best_f1_is_within_a_bin_of_the_best_of_all():
    images = pictures()
    scores, truth = all_pixels(images)
    precision, recall, _ = reference.precision_recall_curve(truth, scores)
    best = np.max(2 * precision * recall / np.maximum(precision + recall, 1e-12))
    assert counted(images).curve().best_f1().f1 == pytest.approx(best, abs=1e-3)
    assert counted(images).curve().best_f1().f1 <= best + 1e-12
    area = reference.average_precision_score(truth, scores)
    assert counted(images).curve().average_precision() == pytest.approx(area, abs=1e-3)


@pytest.mark.parametrize("max_fpr", [0.05, 0.3, 1.0])
def test_au_pro_agrees_with_the_definition(max_fpr):
    images = [draw(seed, defects=seed, size=(24, 30)) for seed in range(4)]
    assert counted(images).au_pro(max_fpr) == pytest.approx(naive_au_pro(images, max_fpr), abs=1e-3)


def test_au_pro_with_ties_is_exact():
    """Scores of few values that are bins of their own leave no room for a tolerance."""
    rng = np.random.default_rng(4)
    images = []
    for seed in range(4):
        _, mask = draw(seed, defects=3, size=(20, 20))
        images.append((rng.integers(0, 6, (20, 20)).astype(np.float32) + 2 * mask, mask))
    images = [(heat.astype(np.float32), mask) for heat, mask in images]
    assert counted(images).au_pro() == pytest.approx(naive_au_pro(images, 0.3), abs=1e-11)
    scores, truth = all_pixels(images)
    assert counted(images).auroc() == pytest.approx(reference.roc_auc_score(truth, scores), abs=1e-13)


def test_regions_touching_at_a_corner_are_one():
    counts = PixelCounts()
    counts.add(np.zeros((3, 3), np.float32), np.eye(3, dtype=bool))
    assert counts.regions == 1


def test_perfect_and_hopeless_maps():
    mask = np.zeros((16, 16), dtype=bool)
    mask[4:9, 4:9] = True
    perfect, hopeless = PixelCounts(), PixelCounts()
    perfect.add(mask.astype(np.float32), mask)
    hopeless.add(1.0 - mask.astype(np.float32), mask)
    assert (perfect.auroc(), perfect.au_pro()) == (1.0, 1.0)
    assert (hopeless.auroc(), hopeless.au_pro()) == (0.0, 0.0)


def test_taking_out_what_was_put_in_leaves_nothing_behind():
    counts = PixelCounts()
    images = pictures(8, shift=3.0)
    order = np.random.default_rng(0).permutation(8)
    for heat, mask in images:
        counts.add(heat, mask)
    one = PixelCounts()
    one.add(*images[order[-1]])
    for index in order[:-1]:
        counts.subtract(*images[index])
    assert counts == one
    counts.subtract(*images[order[-1]])
    assert counts == PixelCounts()
    assert (counts.good_images, counts.defect_images, counts.regions) == (0, 0, 0)


def test_a_changed_label_is_the_same_as_counting_anew():
    images = pictures(4)
    counts = counted(images)
    heat, mask = images[3]
    counts.subtract(heat, mask)
    counts.add(heat, None)
    assert counts == counted([*images[:3], (heat, np.zeros_like(mask))])


def test_merging_is_counting_together():
    images = pictures(6)
    left, right = counted(images[:2]), counted(images[2:])
    kept = left.copy()
    left.merge(right)
    assert left == counted(images)
    assert kept == counted(images[:2])


def test_a_region_weighs_one_whatever_its_size():
    rng = np.random.default_rng(1)
    for side in (1, 3, 7, 50):
        mask = np.zeros((60, 60), dtype=bool)
        mask[:side, :side] = True
        counts = PixelCounts()
        counts.add(rng.random((60, 60)).astype(np.float32), mask)
        assert counts._overlap.sum() == 1 << 42


def test_letterbox_padding_is_not_counted():
    heat, mask = draw(3, defects=2)
    inside = np.zeros(heat.shape, dtype=bool)
    inside[8:40] = True
    spoiled = np.where(inside, heat, np.nan).astype(np.float32)
    padded, cropped = PixelCounts(), PixelCounts()
    padded.add(spoiled, mask, inside)
    cropped.add(heat[8:40], mask[8:40])
    assert padded == cropped
    padded.subtract(spoiled, mask, inside)
    assert padded == PixelCounts()


def test_low_and_high_enclose_the_scores():
    rng = np.random.default_rng(2)
    for scale, shift in [(1.0, 0.0), (100.0, -50.0), (1e-6, 0.0), (1.0, -3.0)]:
        heat = (scale * rng.random((20, 20)) + shift).astype(np.float32)
        counts = PixelCounts()
        counts.add(heat, None)
        low, high = float(heat.min()), float(heat.max())
        assert low - abs(low) * 2**-11 <= counts.low <= low
        assert high <= counts.high <= high + abs(high) * 2**-11


def test_negative_zero_is_zero():
    counts = PixelCounts()
    counts.add(np.array([[0.0, -0.0]], np.float32), None)
    assert counts.low == 0.0


def test_one_class_gives_none():
    counts = PixelCounts()
    assert (counts.curve(), counts.auroc(), counts.au_pro()) == (None, None, None)
    counts.add(np.ones((4, 4), np.float32), None)
    assert (counts.curve(), counts.auroc(), counts.au_pro()) == (None, None, None)
    with pytest.raises(ValueError, match="no pixel"):
        _ = PixelCounts().low


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_refuses_what_is_not_finite_and_stays_as_it_was(bad):
    counts = PixelCounts()
    heat = np.ones((4, 4), np.float32)
    heat[1, 2] = bad
    with pytest.raises(ValueError, match="finite"):
        counts.add(heat, None)
    assert counts == PixelCounts()


def test_refuses_what_does_not_fit():
    counts = PixelCounts()
    heat = np.ones((4, 4), np.float32)
    with pytest.raises(ValueError, match="size"):
        counts.add(heat, np.zeros((4, 5), bool))
    with pytest.raises(ValueError, match="not counted"):
        counts.subtract(heat, None)
    with pytest.raises(ValueError, match="rate"):
        counts.au_pro(0.0)


@pytest.mark.parametrize("quantile", [0.5, 0.9, 0.99, 0.999, 1.0])
def test_good_limit(quantile):
    images = pictures(4)
    counts = counted(images)
    good = np.concatenate([heat[~mask] for heat, mask in images])
    limit, reaching = counts.good_limit(quantile)
    assert np.count_nonzero(good >= limit) == reaching
    assert reaching <= (1 - quantile) * good.size
    assert np.float32(limit) == limit
    # No lower edge of a bin would do.
    lower = limit * (1 - 2**-11)
    assert np.count_nonzero(good >= lower) > (1 - quantile) * good.size
