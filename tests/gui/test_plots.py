"""Plots: the numbers drawn, the limit dragged, and nothing that moves by accident."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QMenu
from scipy import stats
from sklearn.metrics import average_precision_score, roc_auc_score

from core.scoring.metrics import precision_recall
from gui import theme
from gui.canvas.plots import (
    GRAB_PIXELS,
    LossCurve,
    PrecisionRecallPlot,
    ScoreHistogram,
    column_extremes,
    figure,
    recall_steps,
)


@pytest.fixture(autouse=True, scope="module")
def dressed(qapp):
    theme.apply(qapp, "dark")
    yield qapp
    theme.apply(qapp, "system")


@pytest.fixture
def scores():
    rng = np.random.default_rng(5)
    return rng.gamma(9.0, 1.0, 300), rng.normal(16.0, 4.0, 60)


@pytest.fixture
def curve(scores):
    good, defect = scores
    return precision_recall(np.concatenate([good, defect]), np.arange(360) >= 300)


def shown(qtbot, plot, width=420, height=320):
    qtbot.addWidget(plot)
    plot.resize(width, height)
    plot.show()
    plot.grab()
    plot.heard = []
    plot.moved.connect(lambda value: plot.heard.append(("moved", value)))
    plot.settled.connect(lambda value: plot.heard.append(("settled", value)))
    return plot


@pytest.fixture
def histogram(qtbot, scores):
    plot = ScoreHistogram()
    plot.set_scores(*scores, 13.0)
    return shown(qtbot, plot)


@pytest.fixture
def precision(qtbot, curve):
    plot = PrecisionRecallPlot()
    plot.set_curve(curve, 13.0)
    return shown(qtbot, plot)


def drag(qtbot, plot, start: QPointF, *stops: QPointF):
    view = plot.viewport()
    left = Qt.MouseButton.LeftButton
    qtbot.mousePress(view, left, pos=start.toPoint())
    for stop in stops:
        qtbot.mouseMove(view, stop.toPoint())
    qtbot.mouseRelease(view, left, pos=(stops or (start,))[-1].toPoint())


def picture(plot):
    return plot.grab().toImage()


# ---- numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_column_extremes_draw_what_all_points_draw(seed):
    rng = np.random.default_rng(seed)
    columns = 50
    x = np.sort(rng.choice(np.linspace(0, 1, 3000), 20_000))
    y = np.cumsum(rng.normal(size=len(x)))
    kept = column_extremes(x, y, columns)
    assert len(kept) <= 4 * columns
    assert kept[0] == 0
    assert kept[-1] == len(x) - 1
    assert np.all(np.diff(kept) > 0)
    where = np.minimum(((x - x[0]) / (x[-1] - x[0]) * columns).astype(int), columns - 1)
    for column in range(columns):
        inside = kept[where[kept] == column]
        assert y[inside].min() == y[where == column].min()
        assert y[inside].max() == y[where == column].max()


def test_few_points_are_all_kept():
    x = np.linspace(0, 1, 40)
    assert column_extremes(x, x, 10).tolist() == list(range(40))


def test_points_on_one_spot_are_thinned_too():
    assert len(column_extremes(np.ones(1000), np.arange(1000.0), 5)) <= 4


def test_the_area_under_the_steps_is_the_average_precision(curve, scores):
    x, y = recall_steps(curve, np.arange(len(curve.thresholds)))
    area = sum((x[i + 1] - x[i]) * y[i] for i in range(len(x) - 1) if y[i + 1] == y[i])
    expected = average_precision_score(np.arange(360) >= 300, np.concatenate(scores))
    assert area == pytest.approx(expected, abs=1e-12)
    moves_in_both = (np.diff(x) != 0) & (np.diff(y) != 0)
    assert not moves_in_both.any()


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (21.8, "21.80"), (1284.3, "1,284"), (0.0123456, "0.01235"), (-3.5, "-3.500"), (2e-9, "2e-09")],
)
def test_figures(value, text):
    assert figure(value) == text


def test_histogram_counts_every_score_once(histogram, scores):
    edges, good, defect = histogram.counts()
    assert good.sum() == 300
    assert defect.sum() == 60
    assert edges[0] == min(map(np.min, scores))
    assert edges[-1] == max(map(np.max, scores))


def test_histogram_bars_are_shares_of_their_kind(histogram):
    heights = [np.asarray(bars.opts["height"]).sum() for bars in histogram._bars]
    assert heights == pytest.approx([100.0, 100.0])


@pytest.mark.parametrize(
    ("good", "defect"), [([1.0, 2.0, 3.0], []), ([], [4.0]), ([2.0, 2.0], [2.0]), ([1.0, np.nan, np.inf], [2.0])]
)
def test_histogram_of_odd_scores(qtbot, good, defect):
    plot = ScoreHistogram()
    shown(qtbot, plot)
    plot.set_scores(good, defect, 2.5)
    _, good_counts, defect_counts = plot.counts()
    assert good_counts.sum() == np.isfinite(good).sum()
    assert defect_counts.sum() == len(defect)
    plot.grab()


def test_histogram_without_scores_says_so(qtbot):
    plot = ScoreHistogram()
    shown(qtbot, plot)
    empty = picture(plot)
    plot.set_scores([1.0, 2.0], [3.0], 2.5)
    assert picture(plot) != empty
    plot.set_scores([], [], 2.5)
    assert picture(plot) == empty


# ---- the line ---------------------------------------------------------------------------------


def test_setting_the_limit_is_silent(histogram, precision):
    for plot in (histogram, precision):
        before = picture(plot)
        plot.set_threshold(15.0)
        assert plot.threshold() == 15.0
        assert plot.heard == []
        assert picture(plot) != before
        assert plot.accessibleDescription()


@pytest.mark.parametrize("miss", [-8, 0, 8])
def test_the_line_is_dragged_from_eight_pixels_away(qtbot, histogram, miss):
    area = histogram.area()
    line = histogram.to_pixels(13.0, 0).x()
    goal = QPointF(round(histogram.to_pixels(18.0, 0).x()), area.center().y())
    drag(qtbot, histogram, QPointF(line + miss, area.top() + 30), QPointF(line + 20, area.center().y()), goal)
    assert [kind for kind, _ in histogram.heard] == ["moved", "moved", "settled"]
    assert histogram.threshold() == pytest.approx(histogram.x_at(goal.x()))
    assert histogram.threshold() == pytest.approx(18.0, abs=0.1)


def test_a_press_elsewhere_moves_nothing(qtbot, histogram):
    start = QPointF(histogram.to_pixels(13.0, 0).x() + GRAB_PIXELS + 6, histogram.area().center().y())
    drag(qtbot, histogram, start, start + QPointF(50, 0))
    assert histogram.heard == []
    assert histogram.threshold() == 13.0


def test_the_line_cannot_be_dragged_out_of_the_plot(qtbot, histogram):
    area = histogram.area()
    for goal, end in ((QPointF(area.right() + 300, 0), 1), (QPointF(area.left() - 300, 900), 0)):
        start = QPointF(histogram.to_pixels(histogram.threshold(), 0).x(), area.center().y())
        drag(qtbot, histogram, start, goal)
        assert histogram.threshold() == pytest.approx(histogram.range_x()[end])
    assert histogram.grabs(QPointF(histogram.to_pixels(histogram.threshold(), 0).x(), area.center().y()))


def test_a_limit_beyond_the_scores_widens_the_axis(histogram):
    histogram.set_threshold(60.0)
    low, high = histogram.range_x()
    assert low < 60.0 < high
    histogram.set_threshold(float("inf"))
    assert histogram.threshold() == 60.0


def test_the_pointer_tells_where_to_grab(qtbot, histogram):
    area = histogram.area()
    qtbot.mouseMove(histogram.viewport(), QPointF(histogram.to_pixels(13.0, 0).x() + 7, area.center().y()).toPoint())
    assert histogram.viewport().cursor().shape() == Qt.CursorShape.SplitHCursor
    qtbot.mouseMove(histogram.viewport(), QPointF(area.left() + 5, area.center().y()).toPoint())
    assert histogram.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor


def test_keys_move_the_line(qtbot, histogram):
    qtbot.keyClick(histogram, Qt.Key.Key_Right)
    assert histogram.threshold() > 13.0
    assert [kind for kind, _ in histogram.heard] == ["moved", "settled"]
    qtbot.keyClick(histogram, Qt.Key.Key_Left)
    assert histogram.threshold() == pytest.approx(13.0)


# ---- the operating point ----------------------------------------------------------------------


def test_the_label_tells_the_point_in_force(precision, scores):
    good, defect = scores
    for limit in (9.0, 13.0, 17.5):
        precision.set_threshold(limit)
        found, wrong = (defect >= limit).sum(), (good >= limit).sum()
        expected = f"precision {100 * found / (found + wrong):.1f} % · recall {100 * found / 60:.1f} %"
        assert precision.label() == expected == precision.accessibleDescription()


def test_dragging_the_dot_follows_the_curve(qtbot, precision, curve):
    goal = curve.at(18.0)
    dot = precision.to_pixels(*precision.point())
    drag(qtbot, precision, dot, dot + QPointF(-10, -10), precision.to_pixels(goal.recall, goal.precision))
    assert precision.heard[-1][0] == "settled"
    assert precision.threshold() in curve.thresholds
    recall, height = precision.point()
    assert recall == pytest.approx(goal.recall, abs=0.02)
    assert height == pytest.approx(goal.precision, abs=0.02)


def test_the_dot_stays_on_finite_limits(qtbot, precision, curve):
    dot = precision.to_pixels(*precision.point())
    drag(qtbot, precision, dot, QPointF(-500, -500))
    assert np.isfinite(precision.threshold())
    qtbot.keyClick(precision, Qt.Key.Key_Left)
    assert precision.threshold() == curve.thresholds[1]
    precision.set_threshold(curve.thresholds[-1])
    qtbot.keyClick(precision, Qt.Key.Key_Right)
    assert precision.threshold() == curve.thresholds[-1]


@pytest.mark.parametrize("size", [(220, 150), (420, 320)])
def test_notes_never_leave_the_plot(qtbot, precision, curve, size):
    places = []
    paint = precision._paint_note
    precision._paint_note = lambda *args, **kwargs: places.append(paint(*args, **kwargs))
    precision.resize(*size)
    for limit in curve.thresholds[1::7]:
        precision.set_threshold(float(limit))
        precision.grab()
    assert len(places) > 40
    area = precision.area()
    assert all(area.contains(place) or place.width() > area.width() for place in places)


def test_a_million_points_are_thinned_to_the_screen(qtbot):
    rng = np.random.default_rng(0)
    scores = rng.normal(size=200_000)
    big = precision_recall(scores, scores + rng.normal(size=200_000) > 1)
    plot = PrecisionRecallPlot()
    plot.set_curve(big, 0.5)
    shown(qtbot, plot)
    x, _ = plot._line.getData()
    assert len(x) <= 8 * max(plot.screen_columns(), 200)
    expected = big.at(0.5)
    assert plot.point() == (expected.recall, expected.precision)


def test_the_words_at_the_dot_do_not_hide_the_curve(qtbot, monkeypatch):
    rng = np.random.default_rng(1)
    truth = rng.random(300) < 0.3
    plot = PrecisionRecallPlot()
    shown(qtbot, plot)
    places = []
    paint = plot._paint_note
    monkeypatch.setattr(plot, "_paint_note", lambda *args, **more: places.append(paint(*args, **more)) or places[-1])
    for shift in (0.5, 1.5, 3.0):
        plot.set_curve(precision_recall(rng.normal(size=300) + shift * truth, truth), shift / 2)
        plot.grab()
        x, y = plot._line.getData()
        assert places
        place = places[-1]
        for share in np.linspace(0, 1, 400):
            at = plot.to_pixels(float(share), float(np.interp(share, x, y)))
            assert not place.contains(at)


def test_no_curve_says_why(qtbot, curve):
    plot = PrecisionRecallPlot()
    shown(qtbot, plot)
    assert plot.label() == ""
    assert not plot.grabs(QPointF(100, 100))
    plot.set_curve(curve, 13.0)
    assert plot.label()
    plot.set_curve(None, 13.0, "No masks")
    assert plot.label() == ""
    plot.grab()


# ---- nothing by accident ----------------------------------------------------------------------


def test_wheel_double_click_and_right_click_change_nothing(qtbot, precision, histogram):
    for plot in (precision, histogram):
        before = plot._box.viewRange()
        middle = plot.area().center()
        spot = plot.viewport().mapToGlobal(middle)
        nothing = Qt.KeyboardModifier.NoModifier
        wheel = QWheelEvent(
            middle,
            spot,
            QPoint(),
            QPoint(0, 240),
            Qt.MouseButton.NoButton,
            nothing,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(plot.viewport(), wheel)
        qtbot.mouseDClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
        qtbot.mouseClick(plot.viewport(), Qt.MouseButton.RightButton, pos=middle.toPoint())
        qtbot.mouseClick(plot.viewport(), Qt.MouseButton.MiddleButton, pos=middle.toPoint())
        menu = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, middle.toPoint(), spot.toPoint())
        QApplication.sendEvent(plot.viewport(), menu)
        assert plot._box.viewRange() == before
        assert plot.heard == []
    assert not [menu for menu in QApplication.topLevelWidgets() if isinstance(menu, QMenu) and menu.isVisible()]


def test_moving_the_limit_redraws_no_curve(precision, monkeypatch):
    drawn = []
    scene = precision.scene()
    render = scene.render
    monkeypatch.setattr(scene, "render", lambda *args: drawn.append(render(*args)))
    for limit in np.linspace(8, 20, 10):
        precision.set_threshold(float(limit))
        precision.grab()
    assert drawn == []
    precision.resize(500, 300)
    precision.grab()
    assert drawn


def test_colours_follow_the_theme(dressed, histogram, precision):
    for mode in ("light", "dark"):
        theme.apply(dressed, mode)
        for plot in (histogram, precision):
            QApplication.processEvents()
            assert picture(plot).pixelColor(2, 2) == theme.current().surface
        dot = precision.to_pixels(*precision.point()).toPoint()
        assert picture(precision).pixelColor(dot) == theme.current().ng


# ---- loss -------------------------------------------------------------------------------------


def test_loss_curve(qtbot):
    plot = LossCurve()
    qtbot.addWidget(plot)
    plot.resize(300, 200)
    plot.show()
    empty = picture(plot)
    for step in range(50):
        plot.add_point(step, {"loss": 1.0 / (step + 1), "validation": 1.1 / (step + 1)})
    plot.add_point(50, {"loss": float("nan")})
    assert plot.names() == ("loss", "validation")
    assert plot.accessibleDescription() == "loss 0.02000, validation 0.02200"
    (left, right), (low, high) = plot._box.viewRange()
    assert (left, right, low) == (0.0, 49.0, 0.0)
    assert high > 1.1
    assert picture(plot) != empty
    plot.clear_points()
    assert plot.names() == ()
    QApplication.processEvents()
    assert picture(plot) == empty


def test_one_point_is_a_plot(qtbot):
    plot = LossCurve()
    qtbot.addWidget(plot)
    plot.add_point(0, {"loss": 0.0})
    plot.show()
    assert plot.grab().toImage().width() > 0


def test_the_figures_beside_the_dot_tell_their_intervals_where_wanted(precision, curve):
    assert "(" not in precision.label()
    precision.set_curve(curve, 13.0, intervals=True)
    counts = curve.at(13.0).confusion
    bounds = []
    for count, total in ((counts.tp, counts.tp + counts.fp), (counts.tp, 60)):
        found = stats.binomtest(count, total).proportion_ci(0.95, method="exact")
        bounds.append(f"{100 * count / total:.1f} % ({100 * found.low:.0f} – {100 * found.high:.0f})")
    assert precision.label() == f"precision {bounds[0]} · recall {bounds[1]}"


def test_the_roc_curve_has_the_area_of_its_definition_and_its_dot_is_dragged(qtbot, precision, curve, scores):
    precision.set_curve(curve, 13.0, intervals=True)
    precision.set_roc(True)
    x, y = precision._line.getData()
    truth = np.arange(360) >= 300
    assert np.trapezoid(y, x) == pytest.approx(roc_auc_score(truth, np.concatenate(scores)), abs=1e-12)
    counts = curve.at(13.0).confusion
    assert precision.point() == (counts.fp / 300, counts.tp / 60)
    assert precision.label().startswith(f"recall {100 * counts.tp / 60:.1f} % (")
    found = stats.binomtest(counts.fp, 300).proportion_ci(0.95, method="exact")
    assert precision.label().endswith(
        f"rejected {100 * counts.fp / 300:.1f} % ({100 * found.low:.0f} – {100 * found.high:.0f})"
    )
    index = int(np.argmax(curve.fp >= 60))
    drag(qtbot, precision, precision.to_pixels(*precision.point()), precision.to_pixels(0.2, curve.recall[index]))
    assert precision.heard[-1][0] == "settled"
    assert precision.point()[0] == pytest.approx(0.2, abs=0.03)
    precision.set_roc(False)
    assert "precision" in precision.label()
