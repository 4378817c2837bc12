"""Small widgets: what is shown, what is told, and what screen readers hear."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QTableWidget, QTableWidgetItem, QWidget

from gui import theme
from gui.widgets import (
    Badge,
    Card,
    Chip,
    ConfusionMatrix,
    DropOverlay,
    ElidedLabel,
    EmptyState,
    FlowLayout,
    NavigationRail,
    NumberSlider,
    RailState,
    SegmentedControl,
    StatRow,
    StatTable,
    VerdictBar,
)
from gui.widgets.rows import PADDING, list_rows


@pytest.fixture(autouse=True, scope="module")
def dressed(qapp):
    theme.apply(qapp, "dark")
    yield qapp
    theme.apply(qapp, "system")


@pytest.fixture
def number(qtbot):
    widget = NumberSlider("NG", 2.0, 28.0, decimals=2)
    qtbot.addWidget(widget)
    widget.resize(300, 40)
    widget.show()
    widget.heard = []
    widget.moved.connect(lambda value: widget.heard.append(("moved", value)))
    widget.settled.connect(lambda value: widget.heard.append(("settled", value)))
    return widget


def test_setting_a_number_is_silent_and_exact(number):
    number.set_value(14.98765)
    assert number.value() == 14.98765
    assert number.field.value() == 14.99
    assert number.slider.value() == round((14.98765 - 2) / 26 * 1000)
    assert number.heard == []


def test_dragging_tells_moves_and_one_end(number):
    number.slider.setSliderDown(True)
    for position in (100, 250, 500):
        number.slider.setSliderPosition(position)
    number.slider.setSliderDown(False)
    kinds = [kind for kind, _ in number.heard]
    assert kinds == ["moved", "moved", "moved", "settled"]
    assert number.heard[-1][1] == number.heard[-2][1] == pytest.approx(15.0)
    assert number.field.value() == pytest.approx(15.0)


def test_the_program_may_answer_a_drag_with_another_number(number):
    number.moved.connect(lambda value: number.set_value(value + 0.001))
    number.slider.setSliderDown(True)
    number.slider.setSliderPosition(500)
    assert [kind for kind, _ in number.heard] == ["moved"]
    assert number.value() == pytest.approx(15.001)
    assert number.slider.sliderPosition() == 500


def test_typing_tells_when_finished(number, qtbot):
    number.field.setFocus()
    number.field.selectAll()
    qtbot.keyClicks(number.field, "17.25")
    assert number.heard == []
    qtbot.keyClick(number.field, Qt.Key.Key_Return)
    assert number.heard == [("moved", 17.25), ("settled", 17.25)]
    assert number.slider.value() == round((17.25 - 2) / 26 * 1000)


def test_keys_step_the_slider_and_settle(number, qtbot):
    number.set_value(15.0)
    qtbot.keyClick(number.slider, Qt.Key.Key_Right)
    assert [kind for kind, _ in number.heard] == ["moved", "settled"]
    assert number.value() > 15.0
    qtbot.keyClick(number.slider, Qt.Key.Key_Home)
    assert number.value() == 2.0
    qtbot.keyClick(number.slider, Qt.Key.Key_End)
    assert number.value() == 28.0


def test_a_click_on_the_groove_goes_there(number, qtbot):
    width = number.slider.width()
    qtbot.mouseClick(number.slider, Qt.MouseButton.LeftButton, pos=QPoint(width // 2, number.slider.height() // 2))
    assert number.value() == pytest.approx(15.0, abs=0.3)
    assert [kind for kind, _ in number.heard] == ["moved", "settled"]


def test_the_wheel_over_an_unfocused_slider_changes_nothing(number):
    number.set_value(15.0)
    number.field.setFocus()
    middle = QPointF(number.slider.rect().center())
    event = QWheelEvent(
        middle,
        number.slider.mapToGlobal(middle),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(number.slider, event)
    assert number.heard == []
    assert number.value() == 15.0


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-3.5, 1200.0), (0.00012, 0.00034), (1e6, 2e6)])
def test_any_range(number, low, high):
    number.set_range(low, high)
    middle = (low + high) / 2
    number.set_value(middle)
    assert number.field.value() == pytest.approx(middle, abs=(high - low) / 100)
    assert number.slider.value() == 500
    assert number.heard == []


def test_a_number_outside_the_range_is_shown_and_the_handle_stands_at_the_end(number):
    for value, position in ((40.0, 1000), (0.5, 0)):
        number.set_value(value)
        assert number.value() == value
        assert number.field.value() == value
        assert number.slider.value() == position
        assert number.range() == (2.0, 28.0)
    assert number.heard == []


def type_number(qtbot, field, text):
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    assert field.lineEdit().text() == text  # no key is swallowed
    qtbot.keyClick(field, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [
        ("100", 100.0, "100.00"),
        ("99999", 99999.0, "99999.00"),
        ("0", 0.0, "0.00"),
        ("30,5", 30.5, "30.50"),
        ("7,25", 7.25, "7.25"),
        ("3e1", 30.0, "30.00"),
        ("1E-3", 0.001, "0.001"),
        (".5", 0.5, "0.50"),
        ("12.34567", 12.34567, "12.34567"),
        ("1e300", 1e300, "1e+300"),
        (" 9 ", 9.0, "9.00"),
    ],
)
def test_what_is_typed_is_what_counts(number, qtbot, text, value, shown):
    number.set_value(15.0)
    type_number(qtbot, number.field, text)
    assert number.value() == value
    assert number.heard == [("moved", value), ("settled", value)]
    assert number.field.text() == shown
    number.slider.setFocus()  # leaving the field takes over nothing else
    assert number.value() == value
    assert len(number.heard) == 2


@pytest.mark.parametrize("text", ["", "abc", "-5", "1.2.3", "1,234.5", "inf", "nan", "1e999", "12x"])
def test_what_is_no_number_leaves_the_one_in_force(number, qtbot, text):
    number.set_value(14.98765)
    number.field.setFocus()
    number.field.selectAll()
    qtbot.keyClick(number.field, Qt.Key.Key_Delete)
    type_number(qtbot, number.field, text)
    assert number.value() == 14.98765
    assert number.field.text() == "14.99"
    assert number.heard == []


def test_wide_digits_of_an_east_asian_keyboard_count(number, qtbot):
    number.field.lineEdit().setText("３０．５")
    qtbot.keyClick(number.field, Qt.Key.Key_Return)
    assert number.value() == 30.5


def test_arrow_keys_in_the_field_step(number, qtbot):
    number.set_value(15.0)
    for _ in range(3):
        qtbot.keyClick(number.field, Qt.Key.Key_Up)
    assert number.value() == 15.39
    assert number.field.text() == "15.39"


def test_a_unit_stays_behind_the_number(qtbot):
    widget = NumberSlider("Size", 0.0, 50.0, decimals=1, suffix=" px")
    qtbot.addWidget(widget)
    widget.show()
    widget.field.selectAll()
    qtbot.keyClicks(widget.field, "80,5")
    qtbot.keyClick(widget.field, Qt.Key.Key_Return)
    assert widget.value() == 80.5
    assert widget.field.text() == "80.5 px"


def test_what_is_typed_outlives_what_the_program_sets_until_it_is_taken_over(number, qtbot):
    number.activateWindow()
    number.field.setFocus()
    qtbot.waitUntil(number.field.hasFocus)
    number.field.selectAll()
    qtbot.keyClicks(number.field, "17.")
    number.set_value(5.0)
    number.set_range(1.0, 40.0, 3)
    assert number.field.text() == "17."
    assert number.value() == 5.0
    assert number.heard == []
    qtbot.keyClicks(number.field, "5")
    qtbot.keyClick(number.field, Qt.Key.Key_Return)
    assert number.heard == [("moved", 17.5), ("settled", 17.5)]
    assert number.field.text() == "17.500"


def test_escape_drops_what_is_typed_for_the_number_in_force(number, qtbot):
    number.activateWindow()
    number.field.setFocus()
    qtbot.waitUntil(number.field.hasFocus)
    number.field.selectAll()
    qtbot.keyClicks(number.field, "17.")
    number.set_value(5.0)
    qtbot.keyClick(number.field, Qt.Key.Key_Escape)
    assert number.field.text() == "5.00"
    qtbot.keyClick(number.field, Qt.Key.Key_Return)
    assert number.heard == []
    assert number.value() == 5.0


def test_undo_is_the_fields_only_while_typing(number, qtbot):
    def taken():
        event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        event.ignore()
        QApplication.sendEvent(number.field, event)
        return event.isAccepted()

    number.field.setFocus()
    assert not taken()
    number.field.selectAll()
    qtbot.keyClicks(number.field, "12")
    assert taken()
    qtbot.keyClick(number.field, Qt.Key.Key_Return)
    assert not taken()


@pytest.mark.parametrize("bad", [(1.0, 1.0), (2.0, 1.0), (float("nan"), 1.0), (0.0, float("inf"))])
def test_empty_ranges_are_refused(number, bad):
    with pytest.raises(ValueError, match="not a range"):
        number.set_range(*bad)


def test_number_names_for_screen_readers(number):
    assert number.slider.accessibleName() == number.field.accessibleName() == "NG"


def test_segments_are_exclusive_and_silent_when_set(qtbot):
    control = SegmentedControl("Level", [("images", "Images"), ("pixels", "Pixels")])
    qtbot.addWidget(control)
    heard = []
    control.chosen.connect(heard.append)
    control.set_current("images")
    assert heard == []
    assert control.current() == "images"
    control.button("pixels").click()
    assert heard == ["pixels"]
    assert not control.button("images").isChecked()
    control.set_current("")
    assert heard == ["pixels"]
    assert not control.button("pixels").isChecked()
    control.button("pixels").click()
    assert heard == ["pixels", "pixels"]


def test_rail(qtbot):
    rail = NavigationRail()
    qtbot.addWidget(rail)
    heard = []
    rail.chosen.connect(heard.append)
    for key in ("data", "train", "inspect"):
        rail.add_page(key, key.title(), key)
    rail.set_current("data")
    assert heard == []
    rail.button("inspect").click()
    assert heard == ["inspect"]
    assert rail.current() == "inspect"
    before = rail.button("train").grab().toImage()
    rail.set_state("train", RailState.RUNNING)
    assert rail.button("train").accessibleDescription() == "running"
    assert rail.button("train").grab().toImage() != before


def test_chip_and_badge(qtbot):
    chip = Chip("CPU · 2 threads", dot="ok")
    badge = Badge("NG")
    qtbot.addWidget(chip)
    qtbot.addWidget(badge)
    assert chip.accessibleName() == "CPU · 2 threads"
    assert badge.text() == badge.accessibleName() == "NG"
    chip.resize(chip.sizeHint())
    picture = chip.grab().toImage()
    colours = [picture.pixelColor(x, chip.height() // 2) for x in range(8, 22)]
    assert theme.current().ok in colours
    badge.resize(badge.sizeHint())
    assert badge.grab().toImage().pixelColor(3, 9) == theme.current().ng_fill
    badge.set_verdict("review")
    assert badge.text() == "Review"
    badge.set_verdict("")
    assert badge.sizeHint().width() == 0


def test_empty_state_offers_its_act(qtbot):
    empty = EmptyState("data", "Drop a folder of good parts here", "Open folder")
    qtbot.addWidget(empty)
    with qtbot.waitSignal(empty.clicked):
        empty.button.click()
    empty.set_text("Nothing to tune yet")
    assert [label.text() for label in empty.findChildren(QLabel) if label.text() and not label.isHidden()] == [
        "Nothing to tune yet"
    ]
    assert empty.accessibleName() == "Nothing to tune yet"
    assert empty.button.isHidden()


def test_card_hides_what_it_has_not(qtbot):
    card = Card("Scores")
    qtbot.addWidget(card)
    card.body.addWidget(QLabel("contents"))
    assert card.accessibleName() == "Scores"
    without = card.sizeHint().height()
    card.set_subtitle("Drag the line")
    assert card.sizeHint().height() > without


@pytest.mark.parametrize(("score", "share"), [(2.0, 0.0), (15.0, 0.5), (28.0, 1.0), (100.0, 1.0), (-5.0, 0.0)])
def test_verdict_bar_marks_the_score(qtbot, score, share):
    bar = VerdictBar()
    qtbot.addWidget(bar)
    bar.resize(200, 18)
    bar.set_values(score, 15.0, 2.0, 28.0)
    assert bar.position(score) == pytest.approx(200 * share)
    row = [bar.grab().toImage().pixelColor(x, 2) for x in range(200)]
    marked = [x for x, colour in enumerate(row) if colour == theme.current().text]
    assert marked
    assert abs(sum(marked) / len(marked) - min(max(200 * share, 2), 198)) <= 2


def test_verdict_bar_changes_colour_at_the_limit(qtbot):
    bar = VerdictBar()
    qtbot.addWidget(bar)
    bar.resize(200, 18)
    bar.set_values(None, 15.0, 2.0, 28.0, review=12.4)
    picture = bar.grab().toImage()
    colours = theme.current()
    assert [picture.pixelColor(x, 9) for x in (50, 90, 150)] == [colours.ok, colours.review, colours.ng]


def test_confusion_matrix(qtbot):
    matrix = ConfusionMatrix()
    qtbot.addWidget(matrix)
    matrix.resize(300, matrix.sizeHint().height())
    matrix.set_counts(847, 53, 30, 1110)
    assert matrix.counts() == (847, 53, 30, 1110)
    assert "53 good parts rejected (false rejects)" in matrix.accessibleDescription()
    assert "1,110 defects rejected" in matrix.accessibleDescription()
    picture = matrix.grab().toImage()
    corner = [picture.pixelColor((matrix.cell(i).topLeft() + QPointF(8, 8)).toPoint()) for i in range(4)]
    colours = theme.current()
    assert corner == [colours.ok_tint, colours.ng_tint, colours.ng_tint, colours.ok_tint]
    matrix.clear()
    assert matrix.counts() is None
    assert matrix.accessibleDescription() == ""


def test_stat_table_reuses_its_lines(qtbot):
    table = StatTable()
    qtbot.addWidget(table)
    table.set_rows([StatRow("Escapes", "21.4 %", "14.9 – 29.2"), StatRow("To review", "4.1 %")])
    labels = len(table.findChildren(QLabel))
    table.set_rows([StatRow("Escapes", "20.0 %", "13.7 – 27.6")])
    assert len(table.findChildren(QLabel)) == labels
    shown = [label.text() for label in table.findChildren(QLabel) if not label.isHidden()]
    assert shown == ["rate", "95 % interval", "Escapes", "20.0 %", "13.7 – 27.6"]


def test_elided_label_shortens_the_middle(qtbot):
    label = ElidedLabel("IMG_0412_station-7_检测_2026-11-21.png")
    qtbot.addWidget(label)
    label.resize(120, 20)
    assert label.shown().startswith("IMG")
    assert label.shown().endswith("png")
    assert "…" in label.shown()
    assert label.toolTip() == label.text()
    assert label.minimumSizeHint().width() <= 48
    label.resize(600, 20)
    assert label.shown() == label.text()


def test_drop_overlay_covers_its_parent(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(400, 300)
    parent.show()
    overlay = DropOverlay(parent)
    assert overlay.isHidden()
    overlay.invite("Drop to inspect 12 images")
    assert overlay.geometry() == parent.rect()
    parent.resize(500, 200)
    QApplication.sendPostedEvents(None, QEvent.Type.None_)
    assert overlay.geometry() == parent.rect()
    assert overlay.accessibleName() == "Drop to inspect 12 images"
    overlay.dismiss()
    assert overlay.isHidden()


def test_flow_layout_breaks_at_the_edge(qtbot):
    holder = QWidget()
    qtbot.addWidget(holder)
    layout = FlowLayout(holder, spacing=5)
    buttons = [QPushButton(holder) for _ in range(5)]
    for button in buttons:
        button.setFixedSize(80, 30)
        layout.addWidget(button)
    layout.setGeometry(QRect(0, 0, 260, 200))
    assert [(b.x(), b.y()) for b in buttons] == [(0, 0), (85, 0), (170, 0), (0, 35), (85, 35)]
    assert layout.heightForWidth(260) == 65
    assert layout.heightForWidth(1000) == 30
    buttons[1].hide()
    layout.setGeometry(QRect(0, 0, 260, 200))
    assert (buttons[2].x(), buttons[2].y()) == (85, 0)


def test_a_wrapped_text_of_a_table_has_all_its_lines(qtbot):
    table = QTableWidget(1, 1)
    qtbot.addWidget(table)
    list_rows(table)
    table.setWordWrap(True)
    words = "so many words that they stand in one line only just"
    table.setItem(0, 0, QTableWidgetItem(words))
    needed = table.fontMetrics().horizontalAdvance(words) + 2 * 3  # and Qt's own margin
    heights = []
    for width in (needed + 2 * PADDING + 2, needed + 2 * PADDING - 4):
        table.setColumnWidth(0, width)
        table.resizeRowsToContents()
        heights.append(table.rowHeight(0))
    one, two = heights
    assert two >= 2 * table.fontMetrics().lineSpacing() + 8  # and its padding
    assert one < two
