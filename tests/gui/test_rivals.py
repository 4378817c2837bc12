"""Models side by side: the figures are those of the pictures all of them know, and disagreements are shown."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from core.images.framing import Framing
from core.project.edits import AddModel, AddScores, SetCalibration
from core.project.model import ModelRecord, Score
from core.scoring.thresholds import Calibration, Threshold
from gui.panels.rivals import RivalsDialog
from gui.panels.training import TrainPage
from gui.session.side_by_side import mcnemar, side_by_side
from tests.windows import SIZE, open_session

LIMITS = {"a": 10.0, "b": 20.0}


@pytest.fixture
def session(qapp, tmp_path):
    """Two models on six good parts and six defects; model b has not seen the last picture and has learned another."""
    session = open_session(tmp_path, train=2, good=6, defect=6)
    project = session.project
    for i in project.samples:
        project.samples[i] = project.samples[i]._replace(content_hash=f"{i:02}" + "0" * 62)
    placement = Framing(SIZE).place(SIZE)
    heat = tmp_path / "heat.npy"
    np.save(heat, np.full(SIZE, 4.0, np.float32))
    random = np.random.default_rng(4)
    tuned = [i for i in project.samples if i > 2]
    for name, limit in LIMITS.items():
        facts = {"preset": "fast", "images": 2, "seconds": 3.0, "size_bytes": 1000}
        if name == "b":
            facts["trained_on"] = ["03" + "0" * 14]
        record = ModelRecord(
            name, f"Model {name}", "patchcore", project.models_folder / name, "2026-11-21T05:00:00+00:00", facts
        )
        session.do(AddModel(record, Calibration(Threshold(limit), Threshold(8.0), 0.0, 2 * limit)))
        seen = tuned if name == "a" else tuned[:-1]
        scores = {i: limit + (3 if i > 8 else -3) + random.normal(0, 4) for i in seen}
        session.do(AddScores([Score(i, name, score, str(heat), 0.1, placement) for i, score in scores.items()]))
    yield session
    assert session.close(10_000)


def test_only_pictures_count_that_all_know_and_none_has_learned(session):
    project = session.project
    found = side_by_side(project, ["a", "b"])
    assert found.ids.tolist() == list(range(4, 14))
    from sklearn.metrics import roc_auc_score

    for rival, name in zip(found.rivals, "ab", strict=True):
        scores = np.array([project.scores[name, i].score for i in found.ids])
        np.testing.assert_array_equal(rival.scores, scores)
        assert rival.curve.auroc() == pytest.approx(roc_auc_score(found.truth, scores))
        assert rival.confusion.tp == int(((scores >= LIMITS[name]) & found.truth).sum())
    differ = found.rivals[0].rejects != found.rivals[1].rejects
    assert found.disagreements.tolist() == np.flatnonzero(differ).tolist()
    assert 0 < len(found.disagreements) < 10
    assert side_by_side(project, ["a"]).ids.tolist() == list(range(3, 15))
    assert not len(side_by_side(project, []).ids)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 60), st.integers(0, 60))
def test_the_test_is_that_of_the_binomial(one, other):
    from scipy.stats import binomtest

    if one + other == 0:
        assert mcnemar(one, other) == 1.0
    else:
        assert mcnemar(one, other) == pytest.approx(binomtest(one, one + other, 0.5).pvalue)


def test_the_dialog_shows_both_and_follows_the_ticks(qtbot, session):
    dialog = RivalsDialog(session)
    qtbot.addWidget(dialog)
    dialog.show()
    found = side_by_side(session.project, ["a", "b"])
    assert dialog.chosen() == ["a", "b"]
    assert dialog.pictures.rowCount() == len(found.disagreements)
    assert dialog.table.item(0, 1).text() == f"{found.rivals[0].curve.auroc():.3f}"
    assert "p = " in dialog.about.text()
    first = int(found.ids[found.disagreements[0]])
    qtbot.waitUntil(lambda: not dialog.pictures.item(0, 1).icon().isNull(), timeout=20_000)
    verdicts = {dialog.pictures.item(0, column).text()[2:4] for column in (1, 2)}
    assert verdicts == {"NG", "OK"}
    with qtbot.waitSignal(dialog.picture_wanted) as wanted:
        dialog.pictures.cellDoubleClicked.emit(0, 0)
    assert wanted.args == [first]
    dialog.table.item(1, 0).setCheckState(Qt.CheckState.Unchecked)
    assert dialog.chosen() == ["a"]
    assert dialog.pictures.isHidden()
    assert dialog.table.item(1, 1).text() == ""


def test_limits_that_nobody_has_tuned_yet_are_named(qtbot, session):
    dialog = RivalsDialog(session)
    qtbot.addWidget(dialog)
    assert "provisional" not in dialog.about.text()
    limits = session.project.calibrations["b"]
    session.do(SetCalibration("b", replace(limits, image=replace(limits.image, provisional=True))))
    qtbot.waitUntil(lambda: "provisional: Model b." in dialog.about.text())


def test_two_clicks_show_one_dialog(qtbot, session):
    page = TrainPage(session)
    qtbot.addWidget(page)
    page.show()
    page.rivals_button.click()
    page.rivals_button.click()
    (dialog,) = page.findChildren(RivalsDialog)
    dialog.close()
    page.rivals_button.click()
    assert [one.isVisible() for one in page.findChildren(RivalsDialog)].count(True) == 1
