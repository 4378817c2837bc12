"""The Train page: what is chosen is what is trained, costs are said before, failures are sentences."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea

from core.detectors.estimate import Estimate, Pace
from core.detectors.settings import KINDS, PRESETS
from core.images.framing import Framing
from core.progress import Progress, Turn
from core.project.edits import AddModel, SampleFacts, SetFacts, SetLabels
from core.project.model import Label, ModelRecord
from core.scoring.thresholds import Calibration, Threshold
from core.training.recipe import Recipe
from gui.errors import Failure
from gui.panels.comparing import CompareDialog
from gui.panels.frame_size import smaller
from gui.panels.results import duration, megabytes
from gui.panels.training import TrainPage
from gui.session.events import Job
from gui.session.session import Session
from gui.settings import Preferences
from tests.windows import MODEL, add_model, open_session


@pytest.fixture
def session(qapp, tmp_path):
    session = open_session(tmp_path, train=4)
    yield session
    assert session.close(10_000)


def show(qtbot, session):
    # Not a fixture: pytest keeps what fixtures return until after the look for widgets left behind.
    page = TrainPage(session)
    qtbot.addWidget(page)
    page.resize(1290, 660)
    page.show()
    return page


def test_cards_presets_and_form_make_the_recipe(qtbot, session):
    page = show(qtbot, session)
    QTest.mouseClick(page.kind_cards["padim"], Qt.MouseButton.LeftButton)
    page.preset.button("fast").click()
    page.frame_size.set_size((128, 128))
    page.fit.button("letterbox").click()
    recipe = page.recipe
    assert recipe.settings == PRESETS["padim"]["fast"]
    assert recipe.framing == Framing((128, 128), "letterbox")
    page.forms[1].fields["smoothing"].setValue(2.0)
    assert page.recipe.settings.smoothing == 2.0
    assert page.preset.current() == ""
    page.forms[1].fields["smoothing"].setValue(PRESETS["padim"]["fast"].smoothing)
    assert page.preset.current() == "fast"


def test_every_algorithm_has_its_card_and_keyboard(qtbot, session):
    page = show(qtbot, session)
    assert list(page.kind_cards) == list(KINDS)
    for kind, card in page.kind_cards.items():
        QTest.keyClick(card, Qt.Key.Key_Space)
        assert page.recipe.settings.kind == kind
        assert card.accessibleDescription()


def test_costs_grow_with_the_frame_and_are_said(qtbot, session):
    page = show(qtbot, session)
    first = dict(page.estimate.texts())
    assert first["Good parts to learn"] == "4"
    page.frame_size.set_size((512, 512))
    assert dict(page.estimate.texts())["Memory"] != first["Memory"]


def test_too_large_is_refused_with_a_smaller_frame_to_choose(qtbot, session, monkeypatch):
    page = show(qtbot, session)
    monkeypatch.setattr(
        session.pacing, "estimate", lambda _settings, frame: Estimate(10**15 if frame[0] > 192 else 10**6, 10**6)
    )
    page.refresh()
    assert not page.start_button.isEnabled()
    assert "memory" in page.warning.text()
    page.reduce_button.click()
    assert page.framing.size == (192, 192)
    assert page.start_button.isEnabled()


def test_any_frame_can_be_typed_and_its_costs_follow(qtbot, session):
    page = show(qtbot, session)
    square = dict(page.estimate.texts())["Memory"]
    control = page.frame_size
    assert control.sides.isHidden()
    control.list.setCurrentIndex(control.list.count() - 1)  # "Other…"
    assert control.sides.isVisible()
    assert page.framing.size == (256, 256)
    for field, typed in ((control.width_field, "790"), (control.height_field, "5")):
        field.selectAll()
        QTest.keyClicks(field, typed)
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert page.recipe.framing == Framing((64, 800))  # the nearest that can be
    assert Recipe.from_json(page.recipe.to_json()).framing.size == (64, 800)
    QTest.keyClick(control.height_field, Qt.Key.Key_Up)
    assert page.framing.size == (96, 800)
    assert dict(page.estimate.texts())["Memory"] != square
    control.list.setCurrentIndex(0)
    assert control.sides.isHidden()
    assert page.framing.size == (128, 128)


@pytest.mark.parametrize(
    ("picture", "frame"),
    [((1024, 1024), None), ((1000, 1040), None), ((600, 2400), (128, 512)), ((3000, 2000), (320, 224))],
)
def test_a_frame_in_the_shape_of_the_pictures_is_suggested(qtbot, tmp_path, picture, frame):
    session = open_session(tmp_path / "p", train=3)
    session.do(SetFacts({i: SampleFacts(picture, str(i), "", "", 8) for i in (1, 2, 3)}))
    page = show(qtbot, session)
    items = [page.frame_size.list.itemText(i) for i in range(page.frame_size.list.count())]
    if frame is None:
        assert len(items) == 7
    else:
        assert items[-2] == f"{frame[1]} × {frame[0]}, like the pictures"
        page.frame_size.list.setCurrentIndex(len(items) - 2)
        assert page.framing.size == frame
        session.do(SetFacts({i: SampleFacts((9, 9), str(i), "", "", 8) for i in (1, 2, 3)}))
        assert page.framing.size == frame  # though it is no longer in the list
        assert page.frame_size.sides.isVisible()
    page.close()
    assert session.close(10_000)


def test_smaller_frames_keep_the_shape():
    assert smaller((384, 384)) == [(320, 320), (256, 256), (192, 192), (128, 128)]
    frames = smaller((128, 512))
    assert frames[0] == (96, 384)
    assert all(height * width < 128 * 512 for height, width in frames)


def test_a_read_only_project_says_why_nothing_can_be_trained(qtbot, session, monkeypatch):
    monkeypatch.setattr(type(session), "why_read_only", "It is open in another window.")
    session.project.read_only = True
    add = show(qtbot, session)
    assert not add.start_button.isEnabled()
    assert add.start_button.toolTip() == "It is open in another window."
    session.project.read_only = False


def test_without_good_parts_it_says_what_to_do(qtbot, session):
    page = show(qtbot, session)
    session.do(SetLabels([1, 2, 3, 4], Label.DEFECT))
    assert not page.start_button.isEnabled()
    assert "Data page" in page.warning.text()


def test_start_hands_the_recipe_to_the_session(qtbot, session, monkeypatch):
    page = show(qtbot, session)
    asked = []
    monkeypatch.setattr(session, "train", lambda recipe, preset: asked.append((recipe, preset)))
    page.start_button.click()
    assert asked == [(page.recipe, "balanced")]


def test_progress_cancel_and_failure(qtbot, session):
    page = show(qtbot, session)
    session.job_changed.emit(Job("train", "Training", progress=Progress("Coreset", 120, 400, 0.5, 10.0)))
    assert page.side.currentIndex() == 1
    assert page.stage.text() == "Coreset"
    assert page.count.text() == "120 of 400"
    assert page.bar.value() == 500
    assert "10 s" in page.left.text()
    assert page.curve.isHidden()
    session.job_changed.emit(Job("train", "Training", "stopping"))
    assert not page.cancel_button.isEnabled()
    assert page.cancel_button.text() == "Stopping…"
    page._still.setInterval(0)
    page._still.start()
    qtbot.waitUntil(lambda: page.cancel_button.text() == "Still stopping…")
    session.job_changed.emit(Job("train", "Training", "stopping"))  # a last report
    assert page.cancel_button.text() == "Still stopping…"
    session.job_changed.emit(Job("train", "Training", "failed", error=Failure("It broke.", "Mend it.", "Traceback")))
    assert page.side.currentIndex() == 0
    assert "It broke." in page.error.text()
    assert "Mend it." in page.error.text()
    with qtbot.waitSignal(session.problem) as told:
        page.details_button.click()
    assert told.args[0].details == "Traceback"


def test_a_loss_curve_only_where_there_is_one(qtbot, session):
    page = show(qtbot, session)
    for step in (1, 2, 3):
        progress = Progress("Training", step, 3, step / 3, float(step), {"loss": 1.0 / step})
        session.job_changed.emit(Job("train", "Training", progress=progress))
    assert not page.curve.isHidden()
    session.job_changed.emit(Job("train", "Training", "cancelled"))
    session.job_changed.emit(Job("train", "Training", progress=Progress("Coreset", 1, 2, 0.1, 1.0)))
    assert page.curve.isHidden()


def test_a_training_in_steps_can_be_ended_with_its_best_state(qtbot, session, monkeypatch):
    page = show(qtbot, session)
    asked = []
    monkeypatch.setattr(session, "stop_early", lambda: asked.append(True))

    def tell(stage, state="running", **curve):
        session.job_changed.emit(Job("train", "Training", state, progress=Progress(stage, 1, 3, 0.3, 1.0, curve)))

    tell("Reading good images")
    assert page.enough_button.isHidden()
    tell("Training", loss=1.0)
    assert not page.enough_button.isHidden()
    page.enough_button.click()
    assert asked == [True]
    tell("Training", loss=0.9)  # the step that was under way
    assert not page.enough_button.isEnabled()
    tell("Setting limits")
    assert page.enough_button.isHidden()
    tell("Training", loss=0.9)  # another training
    assert page.enough_button.isEnabled()
    tell("Training", "stopping", loss=0.9)
    assert page.enough_button.isHidden()


def test_models_are_listed_and_deleted_undoably(qtbot, session):
    page = show(qtbot, session)
    assert page.models.isHidden()
    add_model(session)
    table = page.models.table
    assert not page.models.isHidden()
    row = [table.item(0, column).text() for column in range(table.columnCount())]
    assert row[:10] == ["PatchCore", "PatchCore", "Balanced", "4", "–", "–", "–", "1 min 23 s", "–", "12.4 MB"]
    page.activateWindow()
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    table.selectRow(0)
    QTest.keyClick(table, Qt.Key.Key_Delete)
    assert MODEL not in session.project.models
    assert page.models.isHidden()
    session.undo()
    assert MODEL in session.project.models
    assert table.rowCount() == 1


def test_names_of_models_are_whole_and_take_the_room_that_is_left(qtbot, session):
    page = show(qtbot, session)
    add_model(session)
    table, header = page.models.table, page.models.table.horizontalHeader()
    for width in (700, 1900, 800):
        page.resize(width, 660)
        needed = max(table.sizeHintForColumn(0), header.sectionSizeHint(0))
        qtbot.waitUntil(lambda needed=needed: table.columnWidth(0) >= needed)
        qtbot.waitUntil(lambda: header.length() >= table.viewport().width())
    assert table.horizontalScrollBar().maximum() > 0


def test_a_low_page_scrolls_and_one_of_the_usual_height_does_not(qtbot, session):
    page = show(qtbot, session)
    add_model(session)
    area = next(area for area in page.findChildren(QScrollArea) if area.isAncestorOf(page.models))
    assert area.verticalScrollBar().maximum() == 0
    page.resize(900, 420)
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    button = page.preset.button("fast")
    assert button.height() >= button.minimumSizeHint().height()


def test_auroc_of_a_model_is_that_of_its_labelled_tuning_pictures(qtbot, tmp_path):
    session = open_session(tmp_path / "judged", train=2, good=2, defect=2)
    page = show(qtbot, session)
    add_model(session, {1: 99.0, 3: 4.0, 4: 12.0, 5: 9.0, 6: 14.0})  # picture 1 is for training: it does not count
    qtbot.waitUntil(lambda: page.models.table.item(0, 4).text() == "0.750")
    # At its best, from 9 on: both defects found, one good part of two rejected.
    assert page.models.table.item(0, 6).text() == "0.800"
    assert page.models.table.item(0, 8).text() == "100 ms"
    session.do(SetLabels([4], Label.UNDECIDED))
    qtbot.waitUntil(lambda: page.models.table.item(0, 4).text() == "1.000")
    assert session.close(10_000)


def record_of(number, **facts):
    return ModelRecord(
        f"{number:012}", f"Model {number}", "padim", Path("x.flawmodel"), f"2026-11-2{number}T05:00:00+00:00", facts
    )


def shown(page, column):
    table = page.models.table
    return [table.item(row, column).text() for row in range(table.rowCount())]


def test_any_column_orders_the_models_and_what_is_not_known_comes_last(qtbot, session):
    page = show(qtbot, session)
    limits = Calibration(Threshold(1.0), Threshold(1.0), 0.0, 2.0)
    for number, seconds in ((1, 200.0), (2, 3.0), (3, None)):
        session.do(AddModel(record_of(number, **({} if seconds is None else {"seconds": seconds})), limits))
    assert shown(page, 0) == ["Model 3", "Model 2", "Model 1"]  # the newest first
    header = page.models.table.horizontalHeader()
    header.sectionClicked.emit(7)
    assert shown(page, 7) == ["3 s", "3 min 20 s", ""]
    header.sectionClicked.emit(7)
    assert shown(page, 7) == ["3 min 20 s", "3 s", ""]
    page.models.table.selectRow(1)
    header.sectionClicked.emit(0)
    assert shown(page, 0) == ["Model 1", "Model 2", "Model 3"]
    assert page.models.table.currentRow() == 1  # it is still the second model


def test_a_click_or_enter_chooses_the_model_in_use(qtbot, session):
    page = show(qtbot, session)
    limits = Calibration(Threshold(1.0), Threshold(1.0), 0.0, 2.0)
    for number in (1, 2, 3):
        session.do(AddModel(record_of(number), limits, activate=number == 3))
    table = page.models.table
    table.cellClicked.emit(1, 0)
    assert session.active_model.name == "Model 2"
    page.activateWindow()
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    table.selectRow(2)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert session.active_model.name == "Model 1"


def test_notes_on_a_model_are_told_with_its_name(qtbot, session):
    page = show(qtbot, session)
    note = {"text": "Training was stopped after {done} steps.", "values": {"done": "12"}, "warning": False}
    session.do(AddModel(record_of(1, notes=[note]), Calibration(Threshold(1.0), Threshold(1.0), 0.0, 2.0)))
    assert "Training was stopped after 12 steps." in page.models.table.item(0, 0).toolTip()


def test_several_algorithms_are_ticked_and_trained_with_one_preset(qtbot, session, monkeypatch):
    page = show(qtbot, session)
    page.choose_kind("padim")
    page.choose_preset("fast")
    page.forms[1].fields["smoothing"].setValue(2.0)  # PaDiM as it is set here
    page.preset.set_current("fast")
    page.frame_size.set_size((128, 128))
    asked = []
    monkeypatch.setattr(session, "compare", asked.append)
    page.compare_button.click()
    dialog = page.findChild(CompareDialog)
    assert dialog.chosen() == ["patchcore", "padim", "simplenet"]  # EfficientAD takes many times as long
    for box in dialog.boxes.values():
        box.setChecked(False)
    assert not dialog.start_button.isEnabled()
    for kind in ("padim", "efficientad"):
        dialog.boxes[kind].setChecked(True)
    dialog.start_button.click()
    ((first, second),) = asked
    assert first == (page.recipe, "fast")
    assert second[0].settings == PRESETS["efficientad"]["fast"]
    assert second[0].framing == page.framing


def test_a_comparison_offers_only_what_can_be_trained(qtbot, session, monkeypatch):
    page = show(qtbot, session)
    monkeypatch.setattr(
        session.pacing,
        "estimate",
        lambda settings, _frame: Estimate(10**15 if settings.kind == "padim" else 10**6, 10**6),
    )
    page.compare_button.click()
    dialog = page.findChild(CompareDialog)
    assert not dialog.boxes["padim"].isEnabled()
    assert "padim" not in dialog.chosen()
    assert "1000000.0 GB" in dialog.boxes["padim"].accessibleDescription()
    dialog.reject()


def test_progress_says_which_of_several_is_trained_and_its_curve_is_its_own(qtbot, session):
    page = show(qtbot, session)

    def tell(turn, **curve):
        progress = Progress("Training", 3, 9, 0.3, 10.0, curve, turn)
        session.job_changed.emit(Job("train", "Training", progress=progress))

    tell(Turn("SimpleNet", 1, 2), loss=1.0)
    assert page.turn.text() == "SimpleNet, 1 of 2"
    assert page.curve.isVisible()
    tell(Turn("PatchCore", 2, 2))
    assert page.turn.text() == "PatchCore, 2 of 2"
    assert page.curve.isHidden()
    tell(None)
    assert page.turn.isHidden()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "1 s"),
        (48, "48 s"),
        (59.7, "1 min"),
        (60, "1 min"),
        (200, "3 min 20 s"),
        (1234, "21 min"),
        (3599, "1 h"),
        (3900, "1 h 5 min"),
        (7200, "2 h"),
    ],
)
def test_durations(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(("size", "text"), [(1500, "2 KB"), (12.4e6, "12.4 MB"), (250e6, "250 MB"), (3.2e9, "3.2 GB")])
def test_sizes(size, text):
    assert megabytes(size) == text


def test_efficientad_on_a_cpu_says_that_it_will_not_converge_and_offers_patchcore(qtbot, session, monkeypatch):
    page = show(qtbot, session)
    # Two seconds a step: 5 images, a brief training of one step, then 0.1 s to judge each.
    pace = Pace(images=5, begin=1.0, read=0.01, learn=0.1, finish=2.5, judge=0.1, device="cpu")
    monkeypatch.setattr(session.pacing, "known", lambda _recipe: pace)
    page.choose_kind("padim")
    assert page.switch_button.isHidden()
    page.choose_kind("efficientad")
    assert "10,000 steps are too few" in page.warning.text()
    assert "70,000: about 39 h on this CPU, at 0.5 steps a second" in page.warning.text()
    assert page.start_button.isEnabled()  # who wants to may
    page.choose_preset("accurate")
    assert page.switch_button.isHidden()
    assert page.warning.isHidden()
    page.choose_preset("fast")
    page.switch_button.click()
    assert page.recipe.settings == PRESETS["patchcore"]["balanced"]
    assert page.warning.isHidden()
    pace = replace(pace, device="cuda")
    page.choose_kind("efficientad")
    assert page.warning.isHidden()


def test_the_time_is_measured_again_when_missing_pictures_are_found(qtbot, tmp_path):
    session = open_session(tmp_path / "project", train=4)
    path = session.project.path
    session.do(SetFacts({i: SampleFacts((64, 64), "", "", "", 8) for i in (1, 2, 3, 4)}))  # read while they were there
    assert session.close(10_000)
    (tmp_path / "project" / "pictures").rename(tmp_path / "elsewhere")
    session = Session(Preferences())
    page = show(qtbot, session)
    page.choose_preset("fast")
    page.frame_size.set_size((64, 64))
    measured = []
    session.job_changed.connect(lambda job: measured.append(job.state) if job.kind == "pace" else None)
    session.open_project(path)
    qtbot.waitUntil(lambda: "failed" in measured and bool(session.missing), timeout=30_000)
    assert dict(page.estimate.texts())["Time"] == "not known"
    session.locate(tmp_path / "elsewhere")
    qtbot.waitUntil(lambda: "done" in measured, timeout=60_000)
    assert dict(page.estimate.texts())["Time"].startswith("about ")
    page.close()
    assert session.close(10_000)


def test_rounds_are_part_of_the_recipe_where_they_can_be(qtbot, session):
    page = TrainPage(session)
    qtbot.addWidget(page)
    page.choose_kind("padim")
    assert page.recipe.folds == 0
    QTest.mouseClick(page.rounds, Qt.MouseButton.LeftButton, pos=QPoint(8, page.rounds.height() // 2))
    assert page.recipe.folds == 5
    page.choose_kind("simplenet")
    assert not page.rounds.isEnabled()
    assert page.recipe.folds == 0
    page.choose_kind("patchcore")
    assert page.recipe.folds == 5
