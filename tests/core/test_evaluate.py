"""Figures against scikit-learn on the same scores, and what is left out and told."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from core.detectors.settings import PatchCoreSettings
from core.errors import Problem
from core.images.framing import Framing
from core.inspection.inspector import Inspector
from core.progress import silent
from core.project.model import Label
from core.training.evaluate import LEAKED, Labelled, evaluate, tuned
from core.training.recipe import Recipe
from core.training.run import train
from tests.textures import write_dataset, write_png

KEYS = [
    "image_auroc",
    "image_average_precision",
    "image_f1",
    "pixel_auroc",
    "pixel_f1",
    "au_pro",
    "image_threshold",
    "pixel_threshold",
    "review_threshold",
    "verdict_by",
    "min_area",
    "counts",
    "confusion",
    "timings",
    "model",
]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_dataset(tmp_path_factory.mktemp("data"), train=8, good=5, defect=5, size=(80, 112))


@pytest.fixture(scope="module")
def model(data):
    recipe = Recipe(PatchCoreSettings(coreset=0.2), Framing((64, 64), "letterbox"))
    return train(data.train[:6], data.train[6:], recipe, silent())


@pytest.fixture
def samples(data):
    good = [Labelled(path, Label.GOOD) for path in data.good]
    bad = [Labelled(path, Label.DEFECT, mask, "spot") for path, mask in zip(data.defect, data.masks, strict=True)]
    return [*good, *bad]


def test_figures_are_those_of_independent_programs(model, samples):
    evaluation = evaluate(model, samples, silent())
    figures = evaluation.metrics(model)
    truth = np.array([sample.label is Label.DEFECT for sample in samples])
    scores = np.array([row.score for row in evaluation.rows])
    assert list(figures) == KEYS
    assert figures["image_auroc"] == pytest.approx(roc_auc_score(truth, scores))
    assert figures["image_average_precision"] == pytest.approx(average_precision_score(truth, scores))
    assert figures["image_f1"] == pytest.approx(f1_score(truth, scores >= model.calibration.image.value))
    heats, masks = [], []
    for sample in samples:
        seen = Inspector(model).inspect(sample.path, silent())
        drawn = np.zeros(seen.size, bool)
        if sample.mask is not None:
            import cv2

            drawn = cv2.imread(str(sample.mask), cv2.IMREAD_UNCHANGED) > 0
        inside = seen.placement.inside()
        heats.append(seen.heat[inside])
        masks.append(seen.placement.mask_to_frame(drawn)[inside])
    pixel_truth, pixel_scores = np.concatenate(masks), np.concatenate(heats)
    assert figures["pixel_auroc"] == pytest.approx(roc_auc_score(pixel_truth, pixel_scores), abs=1e-3)
    assert figures["counts"]["defect_with_mask"] == 5
    assert 0.0 < figures["au_pro"] <= 1.0


def test_training_images_are_left_out_by_content(model, samples, data, tmp_path):
    copy = tmp_path / "renamed.png"
    copy.write_bytes(data.train[0].read_bytes())
    evaluation = evaluate(model, [*samples, Labelled(copy, Label.GOOD)], silent())
    assert evaluation.leaked == 1
    assert evaluation.rows[-1].trouble == LEAKED
    assert len(evaluation.scores) == len(samples)


def test_only_training_images_are_no_evaluation(model, data):
    with pytest.raises(Problem, match="trained on all"):
        evaluate(model, [Labelled(path, Label.GOOD) for path in data.train[:6]], silent())


def test_a_mask_of_another_size_is_told_and_the_rest_goes_on(model, samples, tmp_path):
    wrong = write_png(tmp_path / "mask.png", np.ones((10, 12), bool))
    samples[-1] = Labelled(samples[-1].path, Label.DEFECT, wrong)
    evaluation = evaluate(model, samples, silent())
    assert [row.path for row in evaluation.troubles] == [samples[-1].path]
    assert evaluation.rows[-1].score is not None
    assert evaluation.without_mask == 1
    assert evaluation.pixels.defect_images == 4


def test_broken_and_undecided_images_are_told(model, samples, tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"nothing")
    more = [Labelled(broken, Label.GOOD), Labelled(samples[0].path, Label.UNDECIDED)]
    evaluation = evaluate(model, [*samples[1:], *more], silent())
    assert [row.path for row in evaluation.troubles] == [each.path for each in more]
    assert evaluation.metrics(model)["counts"]["left_out"] == 2


def test_without_masks_and_with_one_class_figures_are_null(model, samples):
    unmasked = [Labelled(each.path, each.label) for each in samples]
    figures = evaluate(model, unmasked, silent()).metrics(model)
    assert (figures["pixel_auroc"], figures["pixel_f1"], figures["au_pro"]) == (None, None, None)
    assert figures["image_auroc"] is not None
    figures = evaluate(model, samples[:5], silent()).metrics(model)
    assert (figures["image_auroc"], figures["image_average_precision"], figures["image_f1"]) == (None, None, None)


def test_the_best_f1_rule_is_at_least_as_good_as_every_other_limit(model, samples):
    evaluation = evaluate(model, samples, silent())
    calibration = tuned(evaluation, "best-f1")
    best = f1_score(evaluation.truth, evaluation.scores >= calibration.image.value)
    assert best >= max(f1_score(evaluation.truth, evaluation.scores >= limit) for limit in evaluation.scores)
    assert evaluation.metrics(model.with_calibration(calibration))["image_f1"] == pytest.approx(best)
    assert not calibration.pixel.provisional


def test_the_good_rule_rejects_no_good_image(model, samples):
    evaluation = evaluate(model, samples, silent())
    calibration = tuned(evaluation, "good-quantile")
    assert calibration.image.provisional
    assert not (evaluation.scores[~evaluation.truth] >= calibration.image.value).any()


def test_rules_that_cannot_work_are_refused(model, samples):
    evaluation = evaluate(model, samples[:5], silent())
    with pytest.raises(Problem, match="good and defective"):
        tuned(evaluation, "best-f1")
    with pytest.raises(Problem, match="no rule"):
        tuned(evaluation, "by-ear")
