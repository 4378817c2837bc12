"""The Tune page: one number bound everywhere, counts as they are, and what is missing is said."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QRadioButton

from core.progress import Progress
from core.project.edits import AddScores, SetLabels, SetRoles
from core.project.model import Label, Role
from core.scoring.metrics import confusion, precision_recall
from core.scoring.rates import more_to_prove
from core.scoring.thresholds import Calibration, Threshold, Verdict
from gui.canvas.pixels import qimage
from gui.panels.gallery_model import Choice, Filter, SampleListModel
from gui.panels.rules import RulesDialog
from gui.panels.tuning import Sorted, TunePage, places
from gui.session.evaluation import LiveEvaluation, first_review
from gui.session.events import Job
from gui.widgets import Card
from tests.windows import MODEL, add_model, open_session

GOOD = {5: 4.0, 6: 6.0, 7: 11.0}
DEFECT = {8: 9.0, 9: 14.0}


@pytest.fixture
def session(qapp, tmp_path):
    session = open_session(tmp_path, train=4, good=3, defect=2)
    yield session
    assert session.close(10_000)


def show(qtbot, session):
    # Not a fixture: pytest keeps what fixtures return until after the look for widgets left behind.
    add_model(session, GOOD | DEFECT)
    page = TunePage(session)
    qtbot.addWidget(page)
    page.resize(1290, 660)
    page.show()
    return page


def test_counts_at_every_limit_are_those_of_the_definition():
    rng = np.random.default_rng(3)
    scores = np.round(rng.normal(10, 2, 200), 1)  # ties
    truth = rng.random(200) < 0.3
    counted = Sorted(scores, truth)
    for limit in [*np.unique(scores), -1.0, 99.0]:
        assert counted.at(limit) == confusion(scores, truth, limit)
        for review in (limit - 1.5, limit):
            assert counted.at(limit, review) == confusion(scores, truth, limit, review)


def test_no_model_sends_to_training(qtbot, session):
    page = TunePage(session)
    qtbot.addWidget(page)
    assert page.stack.currentWidget() is page.empty
    assert any(
        label.text().startswith("Train a model first") and not label.isHidden()
        for label in page.empty.findChildren(QLabel)
    )
    with qtbot.waitSignal(page.page_wanted) as wanted:
        page.empty.button.click()
    assert wanted.args == ["train"]


def test_outcome_counts_escapes_and_false_rejects(qtbot, session):
    page = show(qtbot, session)
    assert page.outcome.matrix.counts() == (2, 1, 1, 1)  # tn, fp, fn, tp at 10
    assert [tile.sample_id for tile in page.escapes.tiles()] == [8]
    assert [tile.sample_id for tile in page.false_rejects.tiles()] == [7]
    assert not page.provisional.isHidden()
    assert "5" in page.outcome._subtitle.text()


def test_typing_a_limit_moves_everything_and_can_be_undone(qtbot, session):
    page = show(qtbot, session)
    field = page.image_limit.field
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "12")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert session.project.calibration.image.value == 12.0
    assert session.project.calibration.image.rule == "manual"
    assert page.histogram.threshold() == 12.0
    assert page.curve.threshold() == 12.0
    assert page.outcome.matrix.counts() == (3, 0, 1, 1)
    assert page.provisional.isHidden()
    qtbot.waitUntil(lambda: not page.false_rejects.tiles())
    session.undo()
    assert page.image_limit.value() == 10.0
    assert page.outcome.matrix.counts() == (2, 1, 1, 1)


@pytest.mark.parametrize(("text", "value"), [("100", 100.0), ("99999", 99999.0), ("30,5", 30.5), ("3e1", 30.0)])
def test_a_limit_beyond_all_scores_holds_and_ctrl_z_takes_it_back(qtbot, session, text, value):
    page = show(qtbot, session)
    undo = QShortcut(QKeySequence("Ctrl+Z"), page, session.undo)  # as in the window
    page.activateWindow()
    before = page.histogram.range_x(), page.image_limit.range()
    field = page.image_limit.field
    field.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is field)
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert session.project.calibration.image.value == value
    assert page.image_limit.value() == page.histogram.threshold() == page.curve.threshold() == value
    assert page.outcome.matrix.counts() == (3, 0, 2, 0)
    low, high = page.histogram.range_x()
    assert low <= value <= high
    page.refresh()
    assert page.image_limit.value() == value
    page.grab()
    QTest.keyClick(page.window().windowHandle(), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.project.calibration.image.value == page.image_limit.value() == 10.0
    assert field.value() == 10.0
    assert page.histogram.range_x() == pytest.approx(before[0])
    page.refresh()
    assert page.image_limit.range() == pytest.approx(before[1])
    undo.deleteLater()


def test_ctrl_z_while_typing_is_the_fields(qtbot, session):
    page = show(qtbot, session)
    undo = QShortcut(QKeySequence("Ctrl+Z"), page, session.undo)
    page.activateWindow()
    page.pixel_limit.set_value(8.0)
    steps = session.undo_stack.index()
    field = page.image_limit.field
    field.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is field)
    QTest.keyClicks(field, "3")
    QTest.keyClick(page.window().windowHandle(), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.undo_stack.index() == steps
    undo.deleteLater()


def test_a_half_typed_limit_outlives_new_scores_but_not_another_model(qtbot, session):
    page = show(qtbot, session)
    page.activateWindow()
    field = page.image_limit.field
    field.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is field)
    field.selectAll()
    QTest.keyClicks(field, "12.")
    session.do(SetLabels([5], Label.DEFECT))
    assert field.text() == "12."
    assert session.project.calibration.image.value == 10.0
    session.undo()
    assert field.text() == "12."
    session.undo()  # the scores
    session.undo()  # the model
    session.redo()
    assert float(field.text()) == 10.0


def test_a_drag_is_live_and_written_once(qtbot, session):
    page = show(qtbot, session)
    steps = session.undo_stack.count()
    for value in (10.5, 11.5, 13.0):
        page.histogram.moved.emit(value)
        assert session.calibration.image.value == value
        assert page.image_limit.value() == value
        assert session.project.calibration.image.value == 10.0  # not yet
    assert page.outcome.matrix.counts() == (3, 0, 1, 1)
    page.histogram.settled.emit(13.0)
    assert session.project.calibration.image.value == 13.0
    assert session.undo_stack.count() == steps + 1


def test_the_curve_moves_the_limit_of_its_own_level(qtbot, session):
    page = show(qtbot, session)
    page.curve.settled.emit(9.5)
    assert session.project.calibration.image.value == 9.5
    page.level.button("pixels").click()
    page.curve.settled.emit(3.5)
    assert session.project.calibration.pixel.value == 3.5
    assert session.project.calibration.image.value == 9.5


def test_review_is_switched_on_dragged_typed_and_undone(qtbot, session):
    page = show(qtbot, session)
    assert not page.review_limit.isEnabled()
    assert page.outcome.matrix.review() is None
    page.review_on.click()
    assert session.project.calibration.review.value == np.float32(7.5)  # under the defect with 9, over the good with 6
    assert page.outcome.matrix.counts() == (2, 1, 0, 1)
    assert page.outcome.matrix.review() == (0, 1)
    qtbot.waitUntil(lambda: not page.escapes.tiles())
    page.grab()
    plot = page.histogram
    start, stop = (QPoint(round(plot.to_pixels(x, 0).x()), round(plot.area().center().y())) for x in (7.5, 9.5))
    QTest.mousePress(plot.viewport(), Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(plot.viewport(), stop)
    assert session.calibration.review.value == page.review_limit.value() == pytest.approx(9.5, abs=0.1)
    assert session.project.calibration.review.value == 7.5  # not yet
    QTest.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton, pos=stop)
    assert session.project.calibration.review.value == pytest.approx(9.5, abs=0.1)
    assert session.project.calibration.image.value == 10.0
    field = page.review_limit.field
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "5")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert plot.review() == 5.0
    assert page.outcome.matrix.counts() == (1, 1, 0, 1)
    assert page.outcome.matrix.review() == (1, 1)
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert 5.0 < plot.review() < 6.0
    assert plot.threshold() == 10.0
    session.undo()
    assert plot.review() == 7.5  # what follows within a second is one step
    page.review_on.click()
    assert session.project.calibration.review is None
    assert plot.review() is None
    assert not page.review_limit.isEnabled()
    session.undo()
    assert page.review_on.isChecked()


def test_the_image_limit_pushes_the_review_limit_and_gives_it_back_within_the_drag(qtbot, session):
    page = show(qtbot, session)
    session.limits.set_review(8.0)
    for value, review in ((9.0, 8.0), (6.0, 6.0), (8.5, 8.0)):
        page.histogram.moved.emit(value)
        assert session.calibration.review.value == page.histogram.review() == review
    page.histogram.moved.emit(6.5)
    page.histogram.settled.emit(6.5)
    assert session.project.calibration.review.value == 6.5
    session.undo()
    assert session.project.calibration.review.value == 8.0
    page.review_limit.settled.emit(99.0)
    assert session.project.calibration.review.value == 10.0


def test_best_f1_rule_takes_the_provisional_mark_off(qtbot, session):
    page = show(qtbot, session)
    qtbot.waitUntil(lambda: not session.evaluation.pixels_pending, timeout=10_000)
    page.rules.button("best-f1").click()
    assert session.project.calibration.image.rule == "best-f1"
    assert page.provisional.isHidden()
    assert page.rules.current() == "best-f1"
    assert page.evidence.text()


def test_a_rule_is_lit_only_while_both_limits_come_from_it(qtbot, session):
    page = show(qtbot, session)
    assert page.rules.current() == ""  # the pixel limit was set by hand
    qtbot.waitUntil(lambda: not session.evaluation.pixels_pending, timeout=10_000)
    for rule in ("best-f1", "no-escapes"):
        page.rules.button(rule).click()
        assert page.rules.current() == rule
        page.pixel_limit.settled.emit(3.25)
        assert page.rules.current() == ""
        assert session.calibration.image.rule == rule
        assert "by hand" in page.evidence.text()
        session.undo()
        assert page.rules.current() == rule
        page.image_limit.settled.emit(9.25)
        assert page.rules.current() == ""


def test_limits_chosen_on_the_counted_pictures_say_so(qtbot, session):
    page = show(qtbot, session)
    qtbot.waitUntil(lambda: not session.evaluation.pixels_pending, timeout=10_000)
    page.rules.button("best-f1").click()
    assert "these same pictures" in page.outcome.claim.text()
    page.image_limit.settled.emit(9.25)
    assert "these same pictures" in page.outcome.claim.text()
    session.do(SetLabels(list(GOOD | DEFECT), Label.UNDECIDED))
    assert "these same pictures" not in page.outcome.claim.text()


def test_rates_are_of_today_and_old_ones_only_without_any(qtbot, session):
    page = show(qtbot, session)
    qtbot.waitUntil(lambda: not session.evaluation.pixels_pending, timeout=10_000)
    page.rules.button("best-f1").click()
    assert page.evidence.text() == "Chosen on 3 good parts and 2 defects"
    session.do(SetLabels([8], Label.GOOD))
    assert page.evidence.text() == "Chosen on 3 good parts and 2 defects"
    assert sum(page.outcome.matrix.counts()) == 5
    session.do(SetLabels(list(GOOD | DEFECT), Label.UNDECIDED))
    assert page.evidence.text().startswith("When chosen: ")
    assert "one-sided" in page.evidence.text()


def test_while_a_new_model_inspects_it_says_so_and_asks_for_no_labels(qtbot, session):
    add_model(session)  # no scores yet
    page = TunePage(session)
    qtbot.addWidget(page)
    page.resize(1290, 660)
    page.show()
    assert "Label at least one defect" in page.missing.text()
    assert page.inspected_bar.isHidden()
    session.job_changed.emit(Job("inspect", "Inspecting", progress=Progress("Images", 2, 5, 0.4, 1.0)))
    assert page.missing.text() == "Inspecting with this model: 2 of 5 so far"
    assert page.inspected_bar.isVisible()
    assert page.inspected_bar.value() == 400
    assert page.missing_button.isHidden()
    assert page.outcome._subtitle.text() == page.missing.text()
    assert page.escapes_note.text() == page.false_rejects_note.text() == "Not inspected yet"
    assert not page.outcome.claim.text()
    session.job_changed.emit(Job("inspect", "Inspecting", "done"))
    assert "Label at least one defect" in page.missing.text()
    assert page.inspected_bar.isHidden()
    assert "No labelled defects" in page.escapes_note.text()


def test_in_a_small_window_nothing_of_the_column_is_cut_off(qtbot, session):
    page = show(qtbot, session)
    page.resize(930, 540)
    column, bar = page.side.widget(), page.side.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    assert column.width() <= page.side.viewport().width()
    assert column.height() >= column.minimumSizeHint().height()
    for card in column.findChildren(Card):
        assert card.minimumSizeHint().width() <= card.width()
    page.resize(1290, 1200)
    qtbot.waitUntil(lambda: bar.maximum() == 0)


def test_limits_of_a_read_only_project_stay_and_it_says_why(qtbot, session, monkeypatch):
    monkeypatch.setattr(type(session), "why_read_only", "It is open in another window.")
    page = show(qtbot, session)
    session.project.read_only = True
    page.refresh()
    for part in (page.image_limit, page.review_on, page.pixel_limit, page.rules):
        assert not part.isEnabled()
        assert part.toolTip() == "It is open in another window."
    for plot in (page.histogram, page.curve):
        assert plot.toolTip() == "It is open in another window."
        before = plot.threshold()
        at = plot.to_pixels(before, plot.area().height() / 2)
        with qtbot.assertNotEmitted(plot.moved):
            QTest.keyClick(plot, Qt.Key.Key_Right)
            QTest.mousePress(plot.viewport(), Qt.MouseButton.LeftButton, pos=at.toPoint())
            QTest.mouseMove(plot.viewport(), at.toPoint() + QPoint(40, 0))
            QTest.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton)
        assert plot.threshold() == before
    session.project.read_only = False
    page.refresh()
    assert page.image_limit.isEnabled()
    assert page.image_limit.toolTip() == "A picture is NG from this score on"


def test_without_a_defect_it_says_what_is_missing(qtbot, session):
    page = show(qtbot, session)
    session.do(SetLabels([8, 9], Label.UNDECIDED))
    assert page.curve_stack.currentIndex() == 0
    assert "defect" in page.missing.text()
    with qtbot.waitSignal(page.page_wanted) as wanted:
        page.missing_button.click()
    assert wanted.args == ["inspect"]
    assert page.outcome.matrix.counts() == (2, 1, 0, 0)
    assert "escapes" in page.outcome.claim.text()


def test_a_wrong_picture_is_selected_by_a_click_and_opened_by_double_click_or_enter(qtbot, session):
    page = show(qtbot, session)
    strip = page.escapes
    where = strip.visualRect(strip.model().index(0, 0)).center()
    with qtbot.assertNotEmitted(page.picture_opened):
        QTest.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert strip.currentIndex().row() == 0
    opened = []
    page.picture_opened.connect(opened.append)
    QTest.mouseDClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert opened == [8]
    QTest.keyClick(strip, Qt.Key.Key_Return)
    assert opened == [8, 8]


def test_a_wrong_picture_is_shown_whole_and_sharp(qtbot, session):
    page = show(qtbot, session)
    strip = page.escapes
    wide = np.zeros((66, 264, 3), np.uint8)
    wide[:, :20], wide[:, -20:] = (255, 0, 0), (0, 0, 255)
    (tile,) = strip.tiles()
    assert tile.wish.side == round(132 * strip.devicePixelRatioF())
    strip._delegate._images[tile.wish] = qimage(wide)
    grabbed = strip.viewport().grab(strip.visualRect(strip.model().index(0, 0))).toImage()
    ratio, side = grabbed.devicePixelRatio(), strip._delegate.side
    middle = round(side / 2 * ratio)
    assert grabbed.pixelColor(round(3 * ratio), middle).red() > 200
    assert grabbed.pixelColor(round((side - 4) * ratio), middle).blue() > 200


@pytest.mark.parametrize(("low", "high", "shown"), [(2.0, 28.0, 2), (0.0, 1.0, 3), (0.0, 3000.0, 0), (0.0, 0.02, 5)])
def test_a_limit_is_shown_as_finely_as_it_can_matter(low, high, shown):
    assert places(low, high) == shown


def dialog_of(qtbot, page):
    page.more_rules.click()
    dialog = page.findChildren(RulesDialog)[-1]
    qtbot.waitUntil(dialog.isVisible)
    return dialog


def test_a_rule_with_a_number_is_seen_beforehand_and_set_by_mouse_and_keys(qtbot, session):
    page = show(qtbot, session)
    qtbot.waitUntil(lambda: not session.evaluation.pixels_pending, timeout=10_000)
    dialog = dialog_of(qtbot, page)
    button = dialog.pages.currentWidget().findChild(QRadioButton, "max-false-rejects")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(8, button.height() // 2))
    field = dialog.fields["false_rejects"]
    field.selectAll()
    QTest.keyClicks(field, "40")
    QTest.keyClick(field, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: dialog.preview.text().startswith("Limit 7.5"))
    assert "0 of 2 defects missed" in dialog.preview.text()
    assert session.project.calibration.image.value == 10.0  # not yet
    QTest.mouseClick(dialog.set_button, Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()
    assert session.project.calibration.image.value == 7.5
    assert session.project.calibration.image.rule == "max-false-rejects"
    assert session.project.calibration.pixel.value == 8.0  # the other limit stays
    assert page.rules.current() == ""
    assert page.evidence.text().startswith("Limited false rejects · Chosen on")
    session.undo()
    assert session.project.calibration.image.value == 10.0


def test_who_types_a_rules_number_means_that_rule(qtbot, session):
    page = show(qtbot, session)
    dialog = dialog_of(qtbot, page)
    chosen = dialog.pages.currentWidget().findChild(QRadioButton, "best-f1")
    assert chosen.isChecked()
    assert dialog.focusWidget() is chosen
    for name, rule in (("quantile", "good-quantile"), ("escape", "least-cost"), ("false_rejects", "max-false-rejects")):
        field = dialog.fields[name]
        field.selectAll()
        QTest.keyClicks(field, "5")
        assert dialog.rule() == rule
    dialog.choose("best-f1")
    field.selectAll()
    QTest.keyClicks(field, "5")  # the number that stood there
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert not dialog.isVisible()
    assert session.project.calibration.image.rule == "max-false-rejects"


def test_costs_are_kept_and_the_money_follows_the_limit(qtbot, session):
    page = show(qtbot, session)
    assert "cost" not in page.outcome.claim.text()
    dialog = dialog_of(qtbot, page)
    dialog.choose("least-cost")
    for name, value in (("escape", 50.0), ("false_reject", 2.0), ("defect_ppm", 1000.0)):
        dialog.fields[name].setValue(value)
    qtbot.waitUntil(lambda: "Mistakes cost" in dialog.preview.text())
    qtbot.waitUntil(lambda: not session.evaluation.pixels_pending, timeout=10_000)
    dialog.set_button.click()
    # At 14: one of two defects passes, none of the good parts is rejected.
    expected = 1000 * 0.001 * 0.5 * 50
    assert page.outcome.claim.text().startswith(f"Mistakes cost {expected:.2f} for each 1,000 parts")
    page.histogram.moved.emit(10.5)  # and one of three good parts
    assert page.outcome.claim.text().startswith(
        f"Mistakes cost {expected + 1000 * 0.999 * 2 / 3:,.2f} for each 1,000 parts"
    )
    page.histogram.settled.emit(10.5)
    again = dialog_of(qtbot, page)
    assert again.fields["escape"].value() == 50.0
    again.reject()


def test_a_rule_for_review_and_one_for_pixels(qtbot, session):
    page = show(qtbot, session)
    qtbot.waitUntil(lambda: not session.evaluation.pixels_pending, timeout=10_000)
    dialog = dialog_of(qtbot, page)
    dialog.level.button("review").click()
    dialog.choose("no-escapes")
    dialog.set_button.click()
    assert session.project.calibration.review.value == 7.5
    assert session.project.calibration.image.value == 10.0
    dialog = dialog_of(qtbot, page)
    dialog.level.button("pixel").click()
    assert dialog.rule() == "best-f1"
    assert not dialog.set_button.isEnabled()  # there are no masks
    assert "masks" in dialog.preview.text()
    dialog.choose("good-quantile")
    assert dialog.set_button.isEnabled()
    dialog.set_button.click()
    assert session.project.calibration.pixel.rule == "good-quantile"
    assert session.project.calibration.image.value == 10.0


def test_types_tell_what_is_found_of_each_as_the_limit_moves(qtbot, session):
    session.do(SetLabels([9], Label.DEFECT, "dent"))
    page = show(qtbot, session)
    page.outcome.view.button("types").click()
    table = page.outcome.types
    assert table.accessibleDescription() == "no type given 0 of 1 0.0 – 97.5 %; dent 1 of 1 2.5 – 100.0 %"
    page.histogram.moved.emit(8.0)
    assert table.accessibleDescription().startswith("dent 1 of 1 2.5 – 100.0 %; no type given 1 of 1")
    page.histogram.settled.emit(10.0)
    session.limits.set_review(8.5)  # what a person looks at is no escape
    assert "no type given 1 of 1" in table.accessibleDescription()
    session.do(SetLabels([8], Label.DEFECT, "dent"))
    assert table.accessibleDescription().startswith("dent 2 of 2")
    session.do(SetLabels([8, 9], Label.UNDECIDED))
    assert table.isHidden()
    assert page.outcome.no_types.text() == "No labelled defects yet"


def test_proof_says_how_many_more_parts_it_takes(qtbot, session):
    page = show(qtbot, session)
    page.outcome.view.button("proof").click()
    card = page.outcome
    # 1 of 2 escapes: as many more as bring the bound of 1 in all of them under 1 %.
    needed = more_to_prove(1, 2, 0.01)
    assert card.escapes_proof.text() == f"1 of 2: at most 97.5 % (95 % sure)\n{needed} more defects needed, " + (
        "with none of them passed as OK"
    )
    page.histogram.moved.emit(8.0)
    assert f"\n{more_to_prove(0, 2, 0.01)} more defects" in card.escapes_proof.text()
    field = card.escapes_aim
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "90")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert card.escapes_proof.text().endswith("Shown already")
    assert f"{more_to_prove(1, 3, 0.01)} more good parts" in card.rejects_proof.text()


def test_roc_is_on_a_switch_for_pictures_and_pixels(qtbot, session):
    page = show(qtbot, session)
    page.shape.button("roc").click()
    assert page.curve.point() == (1 / 3, 1 / 2)
    assert page.curve.label().startswith("recall 50.0 % (")
    page.curve.settled.emit(8.0)
    assert page.curve.point() == (1 / 3, 1.0)
    page.level.button("pixels").click()
    page.level.button("images").click()
    assert page.curve.point() == (1 / 3, 1.0)
    page.shape.button("pr").click()
    assert page.curve.point() == (1.0, 2 / 3)


def with_heat(session, area):
    """Give picture i a map with a square of `area[i]` pixels over the pixel limit (8)."""
    project = session.project
    scores = []
    for i, side in area.items():
        heat = np.full((64, 64), 4.0, np.float32)
        heat[10 : 10 + side, 20 : 20 + side] = 9.0
        path = project.heat_path(project.active_model, i)
        np.save(path, heat)
        scores.append(project.scores[project.active_model, i]._replace(heat_file=str(path)))
    session.do(AddScores(scores))


def test_a_least_area_tells_which_defects_it_loses_and_where_regions_disagree(qtbot, session):
    page = show(qtbot, session)
    with_heat(session, {5: 0, 6: 3, 7: 0, 8: 5, 9: 7})
    assert page.regions.isHidden()
    page.regions_button.click()
    qtbot.waitUntil(lambda: "loses" in page.regions.lost.text(), timeout=10_000)
    assert page.regions.lost.text() == "This area loses 0 of 2 defects; 0 have no region at all"
    # 6 and 8 have regions under the limit of 10, 7 has none over it.
    assert page.regions.disagree.text() == "Score and regions disagree on 3 pictures"
    page.regions.show_button.click()
    qtbot.waitUntil(lambda: [tile.sample_id for tile in page.escapes.tiles()] == [6, 8])
    assert [tile.sample_id for tile in page.false_rejects.tiles()] == [7]
    field = page.regions.area.field
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "26")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert session.project.calibration.min_area == 26
    assert page.regions.lost.text().startswith("This area loses 1 of 2 defects")
    assert page.regions.disagree.text().startswith("Score and regions disagree on 1 picture")
    qtbot.waitUntil(lambda: not page.escapes.tiles())
    assert page.outcome.matrix.counts() == (2, 1, 1, 1)  # the score still decides
    session.undo()
    assert session.project.calibration.min_area == 0.0
    page.regions_button.click()
    qtbot.waitUntil(lambda: [tile.sample_id for tile in page.escapes.tiles()] == [8])
    assert page.escapes_title.text() == "Escapes"


def test_regions_decide_in_all_that_is_counted(qtbot, session):
    page = show(qtbot, session)
    with_heat(session, {5: 0, 6: 3, 7: 0, 8: 5, 9: 7})
    page.regions_button.click()
    page.regions.decides.button("region").click()
    assert session.project.calibration.decides == "region"
    qtbot.waitUntil(lambda: page.outcome.matrix.counts() == (2, 1, 0, 2), timeout=10_000)  # 6, 8 and 9 are NG
    qtbot.waitUntil(lambda: [tile.sample_id for tile in page.false_rejects.tiles()] == [6])
    page.outcome.view.button("types").click()
    assert "no type given 2 of 2" in page.outcome.types.accessibleDescription()
    page.regions.decides.button("both").click()
    assert page.outcome.matrix.counts() == (3, 0, 1, 1)  # only 9 has both
    session.limits.set_pixel(9.5)  # over all there is: counted anew
    assert session.areas_stale
    assert page.outcome.matrix.counts() == (3, 0, 1, 1)  # until then as before, and said so
    assert "as before" in page.outcome._subtitle.text()
    qtbot.waitUntil(lambda: page.outcome.matrix.counts() == (3, 0, 2, 0), timeout=10_000)
    assert not session.areas_stale
    assert "as before" not in page.outcome._subtitle.text()
    session.undo()
    qtbot.waitUntil(lambda: page.outcome.matrix.counts() == (3, 0, 1, 1), timeout=10_000)
    gallery = SampleListModel()
    gallery.set_rows((session.project.samples[i], session.project.scores[MODEL, i]) for i in GOOD | DEFECT)
    gallery.set_limits(session.calibration, session.areas)
    said = {gallery.id_at(place): gallery.verdict(gallery.row_at(place)) for place in range(5)}
    assert said == {i: Verdict.NG if i == 9 else Verdict.OK for i in GOOD | DEFECT}
    gallery.set_filter(Choice(frozenset({Filter.NG})))
    assert [gallery.id_at(place) for place in range(gallery.rowCount())] == [9]
    gallery.set_limits(session.calibration, session.areas, stale=True)
    assert [gallery.spoken(gallery.row_at(0)).split(", ")[1:3]] == [["NG", "being counted anew"]]
    gallery.set_limits(session.calibration, {})  # not counted: no verdict, and none that is guessed
    assert gallery.rowCount() == 0
    session.undo()
    session.undo()
    assert session.project.calibration.decides == "score"
    assert page.outcome.matrix.counts() == (2, 1, 1, 1)


def test_held_out_pictures_are_told_apart_and_set_no_limit(qtbot, session):
    page = show(qtbot, session)
    assert page.role.isHidden()
    session.do(SetRoles([5, 9], Role.HOLD_OUT))
    assert page.role.isVisible()
    assert page.role.button(Role.TUNE).text() == "Tune 3"
    assert page.role.button(Role.HOLD_OUT).text() == "Hold-out 2"
    assert page.outcome.matrix.counts() == (1, 1, 1, 0)  # 6, 7 and 8
    page.role.button(Role.HOLD_OUT).click()
    assert page.outcome.matrix.counts() == (1, 0, 0, 1)  # 5 and 9
    assert "held-out" in page.outcome._subtitle.text()
    assert "these same pictures" not in page.outcome.claim.text()
    for part in (page.image_limit, page.review_on, page.pixel_limit, page.rules, page.more_rules):
        assert not part.isEnabled()
    assert "switch to them" in page.image_limit.toolTip()
    told = []
    session.problem.connect(told.append)
    assert not session.limits.apply_rule("best-f1", "review")
    assert "held-out" in told[0].message
    session.do(SetLabels([9], Label.UNDECIDED))
    assert page.outcome.matrix.counts() == (1, 0, 0, 0)
    page.role.button(Role.TUNE).click()
    assert page.outcome.matrix.counts() == (1, 1, 1, 0)
    assert page.image_limit.isEnabled()
    for _ in range(2):
        session.undo()
    assert page.role.isHidden()
    assert sum(page.outcome.matrix.counts()) == 5


def test_pixels_are_counted_of_the_pictures_in_sight(qtbot, session):
    page = show(qtbot, session)
    with_heat(session, {5: 0, 6: 3, 7: 0})
    session.do(SetRoles([5], Role.HOLD_OUT))
    qtbot.waitUntil(lambda: not session.evaluation.pixels_pending, timeout=10_000)
    assert session.evaluation.pixels.good_pixels == 2 * 64 * 64
    page.role.button(Role.HOLD_OUT).click()
    qtbot.waitUntil(lambda: not session.evaluation.pixels_pending, timeout=10_000)
    assert session.evaluation.pixels.good_pixels == 64 * 64
    page.role.button(Role.TUNE).click()
    qtbot.waitUntil(lambda: not session.evaluation.pixels_pending, timeout=10_000)
    assert session.evaluation.pixels.good_pixels == 2 * 64 * 64


@pytest.fixture
def good_only(qapp, tmp_path):
    session = open_session(tmp_path / "drift", train=2, good=30)
    yield session
    assert session.close(10_000)


def test_later_good_parts_that_score_higher_are_told_until_the_limit_is_set_anew(qtbot, good_only):
    session = good_only
    first, later = range(3, 18), range(18, 33)
    rng = np.random.default_rng(0)
    add_model(session, {i: float(rng.normal(8.0, 0.5)) for i in first})
    page = TunePage(session)
    qtbot.addWidget(page)
    page.show()
    session.limits.apply_rule("good-quantile", "image")
    assert session.project.calibration.image.evidence.good == 15
    assert not page.provisional.isHidden()
    assert page.drift.isHidden()
    project = session.project
    spare = project.scores[MODEL, 3]
    same = [spare._replace(sample=i, score=float(rng.normal(8.0, 0.5))) for i in later]
    session.do(AddScores(same))
    assert page.drift.isHidden()  # others of the same kind
    session.do(AddScores([score._replace(score=score.score + 1.0) for score in same]))
    assert page.drift.isVisible()
    assert page.drift.text().startswith("The 15 good parts that came later score higher than the 15 that the limit")
    session.do(AddScores([score._replace(score=score.score - 1.0) for score in same]))
    assert "score lower" in page.drift.text()
    session.limits.apply_rule("good-quantile", "image")
    assert page.drift.isHidden()  # it is set on all of them now
    session.undo()
    assert page.drift.isVisible()
    session.limits.set_image(9.0)
    assert page.drift.isHidden()


def test_review_begins_under_the_defects_but_not_with_everything():
    """Of the parts that a person has to look at at first, good ones are one in ten at most, or one."""
    random = np.random.default_rng(11)
    limits = Calibration(Threshold(10.0), Threshold(8.0), low=0.0, high=20.0)
    for defect, none_missed in ((9.7, True), (2.0, False)):
        scores = np.concatenate([random.uniform(0.0, 9.6, 40), [11.0, 12.0], [defect, 14.0, 15.0]])
        truth = np.arange(45) >= 42
        curve = precision_recall(scores, truth)
        found = LiveEvaluation(MODEL, Role.TUNE, np.arange(45), scores, truth, np.full(45, "", object), curve)
        first = first_review(limits, found)
        counts = confusion(scores, truth, 10.0, first)
        assert 0 < first < 10.0
        assert counts.good_review <= 4  # a tenth of 42
        assert (counts.fn == 0) is none_missed
        assert first_review(limits, replace(found, role=Role.HOLD_OUT)) == 9.0  # it says nothing about limits
    few = LiveEvaluation(
        MODEL, Role.TUNE, np.arange(3), np.array([9.9, 9.8, 2.0]), np.zeros(3, bool), np.array([]), None
    )
    assert confusion(few.scores, few.truth, 10.0, first_review(limits, few)).good_review == 1


def test_no_button_is_cut_in_the_smallest_window_and_nothing_scrolls_in_the_usual_one(qtbot, session):
    page = show(qtbot, session)
    page.resize(1294, 660)
    page.review_on.click()
    session.limits.set_review(5.0)  # no escapes: one more sentence
    qtbot.waitUntil(lambda: page.side.verticalScrollBar().maximum() == 0)
    page.resize(952, 560)
    cut = [
        (button.text(), button.width(), button.sizeHint().width())
        for control in (page.shape, page.level, page.rules, page.outcome.view)
        for button in control.findChildren(QPushButton)
        if button.width() < button.minimumSizeHint().width()
    ]
    assert cut == []
    page.curve.resize(200, 150)
    assert "–" in page.curve.label()
    assert "–" not in page.curve.label(intervals=False)
    page.curve.grab()


def test_limits_that_were_chosen_on_what_is_held_out_now_are_no_unseen_ones(qtbot, session):
    page = show(qtbot, session)
    page.rules.button("best-f1").click()
    qtbot.waitUntil(lambda: session.project.calibration.image.rule == "best-f1", timeout=10_000)
    session.do(SetRoles([5, 9], Role.HOLD_OUT))
    page.role.button(Role.HOLD_OUT).click()
    assert "unseen by training and limits" not in page.outcome._subtitle.text()
    assert "set them anew" in page.outcome.claim.text()
    assert "Drag" not in page._scores._subtitle.text()
    page.role.button(Role.TUNE).click()
    assert "set them anew" not in page.outcome.claim.text()
    assert "Drag" in page._scores._subtitle.text()
    page.rules.button("no-escapes").click()
    qtbot.waitUntil(lambda: session.project.calibration.image.rule == "no-escapes", timeout=10_000)
    page.role.button(Role.HOLD_OUT).click()
    assert "unseen by training and limits" in page.outcome._subtitle.text()
    assert "set them anew" not in page.outcome.claim.text()
