"""The gallery: order, filters, selection, and what the list tells its view."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, QPersistentModelIndex, QPoint, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QStyleOptionViewItem, QTableView

from core.images.framing import Framing
from core.project.model import Changes, Kind, Label, Role, Sample, Score
from core.scoring.thresholds import Calibration, Threshold, Verdict
from gui import theme
from gui.jobs.thumbnails import ThumbnailLoader
from gui.panels.gallery import ROW_HEIGHT, GalleryPanel, RowDelegate
from gui.panels.gallery_model import SLICE, Choice, Filter, Order, SampleListModel
from gui.panels.sample_table import SampleDelegate, SampleTable, TileDelegate
from tests.fakes_gui import FakeSession, project_in_memory

SCORES = [9.0, 21.5, None, 15.0, 14.9, 30.0, None]


@pytest.fixture
def session(tmp_path):
    return FakeSession(project_in_memory(tmp_path, SCORES, troubles={7: "It is cut short."}))


@pytest.fixture
def loader():
    made = ThumbnailLoader(None)
    yield made
    made.close()


@pytest.fixture
def panel(qtbot, session, loader):
    widget = GalleryPanel(session, thumbnails=loader)
    qtbot.addWidget(widget)
    widget.resize(250, 500)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def calibration(image, review=None):
    lower = None if review is None else Threshold(review)
    return Calibration(Threshold(image), Threshold(1.0), 0.0, 30.0, lower)


def only(*kinds):
    return Choice(frozenset(kinds))


def order(model):
    return [model.id_at(place) for place in range(model.rowCount())]


def rows(tmp_path, names, scores):
    return [
        entry(number, tmp_path / name, score) for number, (name, score) in enumerate(zip(names, scores, strict=True), 1)
    ]


def entry(number, path, score=None):
    placement = Framing().place((64, 64))
    known = None if score is None else Score(number, "m1", score, str(path.with_suffix(".npy")), 0.1, placement)
    return Sample(number, str(path)), known


def score_of(new):
    return None if new[1] is None else new[1].score


# The model


def test_sorted_by_score_then_uninspected_then_unreadable(panel):
    assert order(panel.model) == [6, 2, 4, 5, 1, 3, 7]


def test_names_sort_as_people_count(tmp_path):
    model = SampleListModel()
    model.set_order(Order.NAME)
    model.set_rows(rows(tmp_path, ["b2.png", "B10.png", "a.png", "b1.png"], [1.0, 2.0, 3.0, 4.0]))
    assert [Path(model.row_at(place).file).name for place in range(4)] == ["a.png", "b1.png", "b2.png", "B10.png"]


def test_a_score_at_the_limit_is_ng(panel):
    model = panel.model
    assert model.verdict(model.row_of(4)) is Verdict.NG
    assert model.verdict(model.row_of(5)) is Verdict.OK
    assert model.verdict(model.row_of(3)) is None


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        (Filter.NG, [6, 2, 4]),
        (Filter.OK, [5, 1]),
        (Filter.UNSCORED, [3]),
        (Filter.UNREADABLE, [7]),
        (Filter.LABELLED_GOOD, [6]),
        (Filter.LABELLED_DEFECT, [4]),
        (Filter.DISAGREE, [6]),
        (Filter.UNLABELLED, [2, 5, 1, 3]),
    ],
)
def test_filters(panel, session, which, expected):
    session.set_label({6}, Label.GOOD)
    session.set_label({4}, Label.DEFECT)
    panel.model.set_filter(only(which))
    assert order(panel.model) == expected


def test_words_filter_names_and_folders(panel, tmp_path):
    panel.model.set_filter(Choice(words="img 0004"))
    assert order(panel.model) == [4]
    panel.model.set_filter(Choice(words=tmp_path.name))
    assert panel.model.rowCount() == 7
    for pattern, ids in (("img*4.png", [4]), ("img_000?.PNG", 7), ("img?4", 0), ("img*[", 0), ("undecided*", 0)):
        panel.model.set_filter(Choice(words=pattern))
        assert (order(panel.model) if isinstance(ids, list) else panel.model.rowCount()) == ids


def test_the_model_keeps_qts_rules_through_random_changes(tmp_path, qtbot):
    model = SampleListModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    rng = np.random.default_rng(0)
    table = {}
    for step in range(60):
        changed = {}
        for sample in rng.integers(1, 40, 6).tolist():
            gone = rng.random() < 0.3
            score = None if rng.random() < 0.2 else float(rng.uniform(0, 30))
            changed[sample] = None if gone else entry(sample, tmp_path / f"{sample}.png", score)
        table.update({i: None if new is None else (i, score_of(new)) for i, new in changed.items()})
        model.update_rows(changed)
        limits = sorted(rng.uniform(0, 30, 2).tolist())
        model.set_limits(calibration(*limits[::-1]))
        shown = (None, Filter.NG, Filter.OK, Filter.REVIEW)[step % 4]
        model.set_filter(Choice() if shown is None else only(shown))
        kept = [row for row in table.values() if row is not None and row[1] is not None]
        expected = {
            None: {row[0] for row in table.values() if row is not None},
            Filter.NG: {i for i, score in kept if score >= limits[1]},
            Filter.REVIEW: {i for i, score in kept if limits[0] <= score < limits[1]},
            Filter.OK: {i for i, score in kept if score < limits[0]},
        }[shown]
        assert set(order(model)) == expected
        assert all(model.place_of(sample) == place for place, sample in enumerate(order(model)))
        scores = [model.row_at(place).score for place in range(model.rowCount())]
        known = [score for score in scores if score is not None]
        assert known == sorted(known, reverse=True)
        assert scores[: len(known)] == known
    del tester


def test_long_lists_come_in_slices_and_in_the_same_order(tmp_path, qtbot):
    rng = np.random.default_rng(1)
    numbers = rng.permutation(3 * SLICE + 7)
    names = [f"IMG_{number}.png" for number in numbers]
    model = SampleListModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_order(Order.NAME)
    with qtbot.waitSignal(model.arranged):
        model.set_rows(rows(tmp_path, names, rng.uniform(0, 9, len(names))))
        assert model.busy
    assert order(model) == (np.argsort(numbers) + 1).tolist()
    with qtbot.waitSignal(model.arranged):
        model.set_filter(Choice(words="img_1"))
    wanted = [f"{number}" for number in sorted(numbers) if str(number)[0] == "1"]
    assert [Path(model.row_at(place).file).stem[4:] for place in range(model.rowCount())] == wanted
    model.set_filter(Choice())
    with qtbot.waitSignal(model.arranged):
        model.update_rows(
            {1: None, 2: entry(2, tmp_path / "IMG_99999.png", 1.0), 9999: entry(9999, tmp_path / "a.png")}
        )
    qtbot.waitUntil(lambda: not model.busy)
    assert order(model)[0] == 9999
    assert order(model)[-1] == 2
    assert model.place_of(1) is None
    assert model.total == len(names)
    del tester


def test_pictures_that_come_while_the_list_fills_are_kept(tmp_path, qtbot):
    count = 2 * SLICE
    model = SampleListModel(None, Order.ADDED)
    model.set_rows(rows(tmp_path, [f"{n}.png" for n in range(count)], [1.0] * count))
    assert model.busy
    model.update_rows({count: None, count + 1: entry(count + 1, tmp_path / "new.png", 2.0)})
    qtbot.waitUntil(lambda: not model.busy)
    assert order(model) == [*range(1, count), count + 1]


def test_persistent_rows_move_with_their_pictures(tmp_path, qtbot):
    model = SampleListModel()
    model.set_rows(rows(tmp_path, ["a", "b", "c"], [3.0, 2.0, 1.0]))
    kept = QPersistentModelIndex(model.index(2, 0))
    model.update_rows({3: entry(3, tmp_path / "c", 9.0)})
    assert order(model) == [3, 1, 2]
    assert kept.row() == 0


def test_many_scattered_changes_come_as_one_reset(tmp_path, qtbot):
    model = SampleListModel()
    model.set_order(Order.NAME)
    count = 300
    model.set_rows(rows(tmp_path, [f"{n}.png" for n in range(count)], [float(n % 2) for n in range(count)]))
    model.set_limits(calibration(0.5))
    with qtbot.waitSignal(model.modelReset):
        model.set_filter(only(Filter.NG))
    assert model.rowCount() == count // 2


def test_a_moved_limit_tells_nothing_about_rows(tmp_path, qtbot):
    model = SampleListModel()
    model.set_rows(rows(tmp_path, ["a", "b"], [3.0, 2.0]))
    told = []
    for signal in (model.dataChanged, model.layoutChanged, model.modelReset, model.rowsInserted):
        signal.connect(lambda *_: told.append(1))
    model.set_limits(calibration(2.5))
    assert told == []
    assert model.verdict(model.row_at(0)) is Verdict.NG


def test_rows_are_spoken(panel, session):
    session.set_label({6}, Label.GOOD)
    folder = Path(panel.model.row_of(6).file).parent.name
    assert panel.model.spoken(panel.model.row_of(6)) == f"{folder}/IMG_0006.png, NG, score 30.0, labelled Good"
    assert "cut short" in panel.model.spoken(panel.model.row_of(7))
    assert "cut short" in panel.model.index(6, 0).data(Qt.ItemDataRole.ToolTipRole)


# The panel


def test_choosing_a_row_selects_it_in_the_session(panel, session, qtbot):
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, ROW_HEIGHT * 2 + 20))
    assert session.asked == [("select", 4)]
    qtbot.keyClick(panel.view, Qt.Key.Key_Down)
    qtbot.keyClick(panel.view, Qt.Key.Key_End)
    qtbot.keyClick(panel.view, Qt.Key.Key_Home)
    assert [sample for _, sample in session.asked] == [4, 5, 7, 6]


def test_ctrl_and_shift_select_several(panel, session, qtbot):
    def click(place, held=Qt.KeyboardModifier.NoModifier):
        at = QPoint(60, ROW_HEIGHT * place + 20)
        qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, held, at)

    click(0)
    click(2, Qt.KeyboardModifier.ControlModifier)
    assert panel.selected() == {6, 4}
    click(4, Qt.KeyboardModifier.ShiftModifier)
    # Qt's rule: the range grows from the last click, and what was picked one by one stays.
    assert panel.selected() == {6, 4, 5, 1}
    click(1)
    assert panel.selected() == {2}
    assert session.selected == 2


def test_the_session_selects_a_row(panel, session):
    session.select(1)
    assert panel.selected() == {1}
    assert panel.view.currentIndex().row() == 4
    session.select(None)
    assert panel.selected() == frozenset()


def test_several_rows_stay_selected_when_scores_come_in(panel, session, qtbot):
    flags = QItemSelectionModel.SelectionFlag
    session.select(2)
    panel.view.selectionModel().select(panel.model.index(panel.model.place_of(5), 0), flags.Select)
    session.set_score(5, 50.0)
    qtbot.waitUntil(lambda: panel.model.place_of(5) == 0)
    assert panel.selected() == {2, 5}
    assert session.selected == 2
    assert panel.model.id_at(panel.view.currentIndex().row()) == 2


def test_the_selection_survives_a_filter(panel, session):
    session.select(4)
    panel.which.pick(only(Filter.NG))
    assert order(panel.model) == [6, 2, 4]
    assert panel.selected() == {4}
    panel.which.pick(Choice())
    assert panel.selected() == {4}


def test_a_label_and_a_scroll_repaint_no_more_than_what_changed(panel, session, loader, qtbot):
    panel.resize(250, 5 * ROW_HEIGHT)
    session.select(6)
    qtbot.wait(50)
    qtbot.waitUntil(lambda: not loader.waiting)  # every thumbnail that comes repaints its row
    qtbot.wait(50)
    painted, paint = [], panel.delegate.paint
    panel.delegate.paint = lambda painter, option, index: (painted.append(index.row()), paint(painter, option, index))
    session.set_label({6}, Label.GOOD)
    session.select(2)
    qtbot.wait(50)
    assert set(painted) == {0, 1}
    painted.clear()
    bar = panel.view.verticalScrollBar()
    assert bar.maximum() > ROW_HEIGHT
    bar.setValue(ROW_HEIGHT)
    last = panel.view.places_in_sight()[-1]
    qtbot.wait(50)
    assert painted
    assert set(painted) <= {last - 1, last}


def test_a_moved_limit_filters_anew(panel, session):
    panel.which.pick(only(Filter.NG))
    session.set_limits(image=22.0)
    assert order(panel.model) == [6]
    session.set_limits(image=10.0)
    assert order(panel.model) == [6, 2, 4, 5]


def test_training_pictures_stay_out_until_inspected(panel, session, tmp_path, qtbot):
    session.project.samples[8] = Sample(8, str(tmp_path / "good.png"), role=Role.TRAIN)
    session.project.samples[9] = Sample(9, str(tmp_path / "test.png"), role=Role.TUNE)
    session.tell((8, 9), Kind.SAMPLES)
    qtbot.waitUntil(lambda: 9 in order(panel.model))
    assert 8 not in order(panel.model)
    session.set_score(8, 12.0)
    qtbot.waitUntil(lambda: 8 in order(panel.model))


def test_removed_pictures_go(panel, session, qtbot):
    del session.project.samples[2]
    session.tell((2,), Kind.SAMPLES)
    qtbot.waitUntil(lambda: 2 not in order(panel.model))
    assert panel.count.text().startswith("6 pictures")


def test_the_count_offers_to_inspect_the_rest(panel, session, qtbot):
    assert "1 not inspected" in panel.count.text()
    qtbot.mouseClick(panel.inspect_button, Qt.MouseButton.LeftButton)
    assert session.asked == [("inspect_all", None)]


def test_stepping_and_the_next_without_label(panel, session):
    panel.step(1)
    assert session.selected == 6
    panel.step(1)
    assert session.selected == 2
    panel.step(-9)
    assert session.selected == 6
    session.set_label({2, 4}, Label.GOOD)
    assert panel.next_unlabelled(frozenset({6})) == 5
    session.set_label({1, 3, 5, 6}, Label.DEFECT)
    assert panel.next_unlabelled(frozenset()) is None


def test_letters_go_on_to_the_page(panel, session, qtbot):
    session.select(6)
    qtbot.keyClick(panel.view, Qt.Key.Key_I)
    assert session.selected == 6
    assert panel.model.rowCount() == 7


def test_rows_are_painted(panel, session):
    session.select(6)
    panel.view.viewport().repaint()
    image = panel.view.viewport().grab().toImage()
    badge = {image.pixelColor(x, ROW_HEIGHT // 2 + 9).name() for x in range(image.width() - 60, image.width() - 8)}
    accent = image.pixelColor(1, 30)
    assert len(badge) > 3
    assert accent != image.pixelColor(1, 30 + ROW_HEIGHT)


def painted(delegate, index, size):
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    option = QStyleOptionViewItem()
    option.rect = image.rect()
    option.widget = delegate.parent()
    option.fontMetrics = option.widget.fontMetrics()
    painter = QPainter(image)
    delegate.paint(painter, option, index)
    painter.end()
    return image


@pytest.mark.parametrize(
    ("made", "size"), [(RowDelegate, (225, ROW_HEIGHT)), (TileDelegate, (132, 158)), (SampleDelegate, (200, 44))]
)
def test_names_that_begin_alike_are_told_apart(qtbot, loader, tmp_path, made, size):
    widget = QTableView()
    qtbot.addWidget(widget)
    model = SampleListModel(widget) if made is RowDelegate else SampleTable(widget)
    names = [f"Flange_M8_2026-05-11_camera-left_{batch}-00001.png" for batch in (417, 418)]
    model.set_rows([entry(1, tmp_path / names[0]), entry(2, tmp_path / names[1])])
    delegate = made(model, loader, widget)
    first, second = (painted(delegate, model.index(place, 0), size) for place in range(2))
    assert first != second
    assert names[0] in model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)


def test_a_missing_file_is_no_black_tile_and_keeps_its_score(panel, session, tmp_path):
    cv2.imwrite(str(tmp_path / "IMG_0002.png"), np.zeros((32, 32, 3), np.uint8))
    index = panel.model.index(panel.model.place_of(2), 0)
    before = painted(panel.delegate, index, (225, ROW_HEIGHT))
    session.missing = frozenset({2})
    session.missing_changed.emit()
    after = painted(panel.delegate, index, (225, ROW_HEIGHT))
    place = after.copy(12, 7, 52, 52)
    assert place != before.copy(12, 7, 52, 52)
    colours = {place.pixelColor(x, y).name() for x in range(52) for y in range(52)}
    assert theme.current().raised.name() in colours  # the ground of the placeholder
    assert panel.model.score_text(panel.model.row_of(2)) == "21.5 · file is missing"
    assert panel.model.score_text(panel.model.row_of(2), short=True) == "21.5"  # in a narrow list
    assert "not where it was" in index.data(Qt.ItemDataRole.ToolTipRole)
    session.missing = frozenset()
    session.missing_changed.emit()
    assert panel.model.score_text(panel.model.row_of(2)) == "score 21.5"


def test_the_selected_picture_stays_in_sight_when_scores_come(panel, session, tmp_path, qtbot):
    for number in range(100, 160):
        session.project.samples[number] = Sample(number, str(tmp_path / f"{number}.png"))
        session.project.scores[session.project.active_model, number] = session.project.scores[
            session.project.active_model, 2
        ]._replace(sample=number, score=50.0)
    session.project.samples[200] = Sample(200, str(tmp_path / "200.png"))
    session.tell((*range(100, 160), 200), Kind.SAMPLES)
    qtbot.waitUntil(lambda: panel.model.place_of(200) is not None)
    session.select(200)
    in_sight = lambda: panel.model.place_of(200) in panel.view.places_in_sight()  # noqa: E731
    assert in_sight()
    session.project.scores[session.project.active_model, 200] = session.project.scores[
        session.project.active_model, 2
    ]._replace(sample=200, score=99.0)
    session.tell((200,), Kind.SCORES)
    qtbot.waitUntil(lambda: panel.model.place_of(200) == 0)
    assert in_sight()
    panel.view.scrollToBottom()  # who has scrolled away is left there
    session.project.scores[session.project.active_model, 200] = session.project.scores[
        session.project.active_model, 2
    ]._replace(sample=200, score=45.0)
    session.tell((200,), Kind.SCORES)
    qtbot.waitUntil(lambda: panel.model.place_of(200) > 0)
    assert panel.view.verticalScrollBar().value() == panel.view.verticalScrollBar().maximum()


def tick(panel, text):
    """Open the menu of filters by the keyboard and tick one, whatever else is ticked."""
    panel.which.setFocus()
    QTest.keyClick(panel.which, Qt.Key.Key_Space)
    menu = panel.which.menu
    action = next(action for action in menu.actions() if action.text() == text)
    menu.setActiveAction(action)
    QTest.keyClick(menu, Qt.Key.Key_Space)
    assert menu.isVisible()
    menu.hide()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # popups, offscreen
def test_filters_of_several_groups_are_ticked_by_keys_and_ended_at_once(panel, session):
    session.set_label({6, 2}, Label.GOOD)
    session.set_label({4, 5}, Label.DEFECT, "scratch & dent")
    session.set_label({1}, Label.DEFECT, "hole")
    session.project.samples[2] = session.project.samples[2]._replace(role=Role.HOLD_OUT)
    panel.refresh(Changes(frozenset({2}), frozenset({Kind.PROJECT})))
    for text, expected in (
        ("scratch && dent", [4, 5]),
        ("hole", [4, 5, 1]),
        ("OK", [5, 1]),
        ("Wrong: verdict against label", [5, 1]),
        ("hole", [5]),
        ("scratch && dent", [5, 1]),
        ("NG", [6, 2, 5, 1]),
        ("Hold-out", [2]),
    ):
        tick(panel, text)
        assert order(panel.model) == expected
    assert panel.count.text().startswith("1 of 7")
    assert panel.which.currentText() == "NG · OK · Wrong: verdict against label · Hold-out"
    panel.words.setText("img")
    assert panel.show_all()
    assert len(order(panel.model)) == 7
    assert panel.words.text() == ""
    assert panel.which.currentText() == "All"
    assert panel.all_button.isHidden()
    assert not panel.show_all()


def test_a_defect_without_a_type_is_found_and_a_good_part_is_none(tmp_path):
    samples = [Sample(1, str(tmp_path / "a"), Label.DEFECT), Sample(2, str(tmp_path / "b"), Label.GOOD)]
    samples.append(Sample(3, str(tmp_path / "c"), Label.DEFECT, defect_type="dent"))
    model = SampleListModel(None, Order.ADDED)
    model.set_rows((sample, None) for sample in samples)
    model.set_filter(Choice(types=frozenset({""})))
    assert order(model) == [1]


def test_filters_by_use_come_in_slices_too(tmp_path, qtbot):
    count = 3 * SLICE
    model = SampleListModel(None, Order.ADDED)
    entries = rows(tmp_path, [f"{n}.png" for n in range(count)], [1.0] * count)
    model.set_rows((s._replace(role=Role.TRAIN if s.id % 7 == 0 else Role.TUNE), score) for s, score in entries)
    qtbot.waitUntil(lambda: not model.busy)
    model.set_filter(Choice(roles=frozenset({Role.TRAIN}), words="2.png"))
    assert model.busy
    qtbot.waitUntil(lambda: not model.busy)
    assert order(model) == [n for n in range(7, count + 1, 7) if n % 10 == 3]


def test_no_project_is_an_empty_list(qtbot, loader):
    widget = GalleryPanel(FakeSession(None), thumbnails=loader)
    qtbot.addWidget(widget)
    assert widget.model.rowCount() == 0


def test_nearest_to_the_limit_first_whatever_the_limit(tmp_path):
    model = SampleListModel(None, Order.MARGIN)
    model.set_limits(calibration(10.0))
    model.set_rows(rows(tmp_path, "abcde", [2.0, 9.5, 30.0, None, 12.0]))
    assert order(model) == [2, 5, 1, 3, 4]
    model.set_limits(calibration(29.0))
    assert order(model) == [3, 5, 2, 1, 4]


def test_found_by_type_and_use(tmp_path):
    samples = [
        Sample(1, str(tmp_path / "a.png"), Label.DEFECT, Role.TUNE, defect_type="Deep crack"),
        Sample(2, str(tmp_path / "b.png"), Label.GOOD, Role.TRAIN),
    ]
    model = SampleListModel(None, Order.ADDED)
    model.set_rows((sample, None) for sample in samples)
    model.set_filter(Choice(words="crack"))
    assert order(model) == [1]
    model.set_filter(Choice(words="train"))
    assert order(model) == [2]
