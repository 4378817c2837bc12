"""The window: what its actions do, what it says of jobs, drops, languages, and how it closes."""

import sys
from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from core.progress import Progress
from core.project.edits import RemoveModel, SetLabels, SetTroubles
from core.project.model import Label
from core.project.storage import ProjectFile
from gui import theme
from gui.__main__ import main
from gui.app import Language
from gui.canvas.readout import time_left
from gui.dialogs.lighting import LightingDialog
from gui.dialogs.problem import ProblemDialog
from gui.errors import Failure
from gui.jobs.tasks import Trained
from gui.panels.start import RecentRow
from gui.session.events import Exported, Job
from gui.session.session import Session
from gui.settings import Preferences
from gui.system import display_trouble
from gui.widgets import RailState
from gui.window.actions import ROWS
from gui.window.dropping import Dropped, dropped
from gui.window.main_window import PAGES, MainWindow, first_size
from tests.textures import good_part, write_png
from tests.windows import MODEL, add_model, open_session


@pytest.fixture
def windows(qapp):
    """Makes windows and closes what they open. It keeps no window itself: see `tidy`."""
    closing = []

    def make(session=None):
        session = session or Session(Preferences())
        window = MainWindow(session, session.preferences, Language(qapp))
        window.show()
        closing.append(window)
        return window

    yield make
    while closing:
        window = closing.pop()
        window._jobs.clear()
        window.close()
        window.dispose()
        del window


def test_without_a_project_there_is_the_start_page(windows):
    window = windows()
    assert window.pages.currentWidget() is window.start
    assert window.rail.isHidden()
    enabled = {name for name, action in window.actions_by_name.items() if action.isEnabled()}
    assert enabled == {"new", "open", "demo", "unpack", "quit", "paste", "full_screen", "shortcuts", "about"}


def test_every_row_has_an_action_and_no_two_share_a_key(windows):
    window = windows()
    keys = [key for action in window.actions_by_name.values() for key in action.shortcuts()]
    assert len(keys) == len({key.toString() for key in keys})
    assert set(window.actions_by_name) == {row.name for row in ROWS}
    for name, key in (("new", "Ctrl+N"), ("undo", "Ctrl+Z"), ("redo", "Ctrl+Shift+Z"), ("page_tune", "Ctrl+4")):
        assert QKeySequence(key) in window.actions_by_name[name].shortcuts()


def test_pages_by_action_rail_and_memory(windows, qtbot, tmp_path):
    window = windows(open_session(tmp_path))
    for page in PAGES:
        window.actions_by_name[f"page_{page}"].trigger()
        assert window.pages.currentWidget() is window.by_name[page]
        assert window.rail.current() == page
    window.rail.button("train").click()
    assert window.pages.currentWidget() is window.train
    assert window.session.preferences.last_page() == "train"
    window.close_project()
    assert window.pages.currentWidget() is window.start
    window.open_project(tmp_path / "Flange.flawsight")
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.train, timeout=10_000)


def test_bars_say_what_is_open(windows, tmp_path):
    window = windows(open_session(tmp_path, train=3, defect=1))
    assert window.top_bar.name.text() == "Flange"
    assert window.top_bar.labelled_chip.text() == "4 labelled"
    assert window.top_bar.model_chip.text() == "No model yet"
    window.session.do(SetLabels([1], Label.UNDECIDED))
    assert window.top_bar.labelled_chip.text() == "3 labelled"
    add_model(window.session)
    assert window.top_bar.model_chip.text() == "PatchCore · balanced · 4 good parts"
    assert window.rail.button("tune").state() is RailState.ATTENTION  # provisional
    assert window.status.saved_label.text() == "All changes saved"


def test_undo_says_what_it_undoes(windows, tmp_path):
    window = windows(open_session(tmp_path, train=2))
    window.session.do(SetLabels([1], Label.DEFECT))
    undo = window.actions_by_name["undo"]
    assert undo.isEnabled()
    assert undo.text() != "Undo"
    undo.trigger()
    assert window.session.project.samples[1].label is Label.GOOD
    assert window.actions_by_name["redo"].isEnabled()


def test_a_running_job_is_shown_and_cancelled(qtbot, windows, tmp_path):
    window = windows(open_session(tmp_path))
    window.session.job_changed.emit(Job("train", "Training", progress=Progress("Coreset", 120, 400, 0.5, 60.0)))
    assert window.status.job_label.text() == "Training · Coreset 120 / 400"
    assert window.status.bar.value() == 500
    assert window.status.left_label.text() == "about 1 min left"
    assert window.rail.button("train").state() is RailState.RUNNING
    with qtbot.waitSignal(window.status.cancel_requested) as asked:
        window.status.cancel_button.click()
    assert asked.args == ["train"]
    window.session.job_changed.emit(Job("train", "Training", "stopping"))
    assert window.status.job_label.text() == "Training: stopping…"
    window.session.job_changed.emit(Job("train", "Training", "cancelled"))
    assert window.status.bar.isHidden()
    assert window.rail.button("train").state() is RailState.NONE


def test_a_model_that_waits_is_told_and_used_by_one_button(windows, tmp_path):
    window = windows(open_session(tmp_path))
    session = window.session
    add_model(session)
    first = session.active_model
    sights = []
    for page in PAGES:
        window.show_page(page)
        sights.append(session.model_in_sight)
    assert sights == [False, False, True, True, True]
    path = session.project.models_folder / "second.flawmodel"
    second = Trained(replace(first, id="second", name="PaDiM 2", path=path), session.calibration, "CPU")
    session._on_trained(session._document.generation, first.id, second)
    assert session.active_model == first
    notice = window.top_bar.notice
    assert notice.isVisible()
    assert notice.text.text() == "Model PaDiM 2 is ready"
    notice.button.click()
    assert session.active_model == second.record
    assert notice.isHidden()
    assert "PatchCore" in window.top_bar.model_chip.text()


def test_a_failure_leaves_the_status_bar(qtbot, windows, tmp_path):
    window = windows(open_session(tmp_path))
    status = window.status

    def fail():
        window.session.job_changed.emit(Job("export", "Exporting", "failed", error=Failure("No space left.")))
        assert status.job_label.text() == "No space left."

    window.show_page("data")
    fail()
    window.show_page("data")
    assert status.job_label.isVisible()
    window.show_page("train")
    assert status.job_label.isHidden()
    fail()
    add_model(window.session)
    assert status.job_label.isHidden()
    fail()
    window.session.job_changed.emit(Job("train", "Training"))
    window.show_page("data")
    assert status.job_label.text() == "Training"
    assert status.job_label.isVisible()
    window.session.job_changed.emit(Job("train", "Training", "cancelled"))
    status._said.setInterval(20)
    fail()
    qtbot.waitUntil(status.job_label.isHidden)


def test_the_export_mark_is_about_what_is_in_use(windows, tmp_path):
    session = open_session(tmp_path)
    window = windows(session)
    add_model(session)
    mark = window.rail.button("export").state
    session._export_asked = session._exported = Exported(session.active_model, session.calibration)
    session.job_changed.emit(Job("export", "Exporting", "done"))
    assert mark() is RailState.DONE
    session.limits.set_image(12.0)
    assert mark() is RailState.ATTENTION
    session.limits.set_image(10.0)
    assert mark() is RailState.DONE
    session.do(RemoveModel(MODEL))
    assert mark() is RailState.NONE
    session.undo()
    session.job_changed.emit(Job("export", "Exporting", "failed", error=Failure("No space left.")))
    assert mark() is RailState.ATTENTION
    session.do(RemoveModel(MODEL))
    assert mark() is RailState.NONE


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(3, "a few seconds left"), (22, "about 20 s left"), (130, "about 2 min left"), (2 * 3600, "about 2 h left")],
)
def test_time_left(qapp, seconds, text):
    assert time_left(seconds) == text


def test_read_only_has_a_banner(windows, qtbot, tmp_path):
    session = open_session(tmp_path)
    assert session.close(10_000)
    other = ProjectFile.open(tmp_path / "Flange.flawsight")
    window = windows()
    window.open_project(tmp_path / "Flange.flawsight")
    assert window.status.job_label.text() == "Opening Flange"
    qtbot.waitUntil(lambda: window.session.project is not None, timeout=10_000)
    assert window.session.project.read_only
    assert window.banner.isVisible()
    assert window.banner.text()
    assert not window.actions_by_name["add_folder"].isEnabled()
    other.close()


def test_files_from_outside_are_sorted(tmp_path):
    project, folder, picture, text = (tmp_path / n for n in ("a.flawsight", "good", "检测 é.PNG", "notes.txt"))
    folder.mkdir()
    mime = QMimeData()
    urls = [QUrl.fromLocalFile(str(path)) for path in (project, folder, picture, text)]
    mime.setUrls([*urls, QUrl("https://example.org/x.png")])
    assert dropped(mime) == Dropped((project,), (), (folder,), (picture,), (text,))
    assert not dropped(QMimeData())
    mime.setUrls([QUrl.fromLocalFile(str(text))])
    assert not dropped(mime)


def test_what_cannot_be_used_is_told_when_it_is_dropped(qtbot, windows, tmp_path):
    window = windows(open_session(tmp_path))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "notes.txt"))])
    rest = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    for event in (QDragEnterEvent(QPoint(9, 9), *rest), QDropEvent(QPointF(9, 9), *rest)):
        QApplication.sendEvent(window, event)
        assert event.isAccepted()
    qtbot.waitUntil(lambda: "“notes.txt” is no picture" in window.status.job_label.text())


def test_a_picture_that_is_there_already_and_cannot_be_read_is_told_to_be_so(qtbot, windows, tmp_path):
    window = windows(open_session(tmp_path, train=3))
    session = window.session
    paths = [session.project.samples[i].path for i in (1, 2, 3)]
    session.do(SetTroubles({1: "It is empty."}))
    for given, told in (
        (paths[:1], "This picture is in the project already, and cannot be read"),
        (paths[1:2], "This picture is in the project already"),
        (paths, "All 3 pictures are in the project already; unreadable: 1"),
    ):
        session.add_files(given)
        qtbot.waitUntil(lambda told=told: window.status.job_label.text() == told)


def test_pasted_pictures_are_taken(qtbot, windows, tmp_path):
    window = windows(open_session(tmp_path))
    path = write_png(tmp_path / "new.png", good_part(1, (64, 64)))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    QGuiApplication.clipboard().setMimeData(mime)
    window.actions_by_name["paste"].trigger()
    qtbot.waitUntil(lambda: len(window.session.project.samples) == 5, timeout=10_000)


def test_files_are_never_moved_out_of_their_folder(qtbot, windows, tmp_path):
    window = windows(open_session(tmp_path))
    path = write_png(tmp_path / "new.png", good_part(1, (64, 64)))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    offered = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
    rest = (offered, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    for event in (
        QDragEnterEvent(QPoint(9, 9), *rest),
        QDragMoveEvent(QPoint(9, 9), *rest),
        QDropEvent(QPointF(9, 9), *rest),
    ):
        event.setDropAction(Qt.DropAction.MoveAction)
        event.ignore()
        QApplication.sendEvent(window, event)
        assert event.isAccepted()
        assert event.dropAction() == Qt.DropAction.CopyAction
    qtbot.waitUntil(lambda: len(window.session.project.samples) == 5, timeout=10_000)


def test_the_same_failure_is_not_piled_up(qtbot, windows):
    window = windows()
    for _ in range(3):
        window.show_problem(Failure("It broke."))
    shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, ProblemDialog) and w.isVisible()]
    assert len(shown) == 1
    shown[0].close()
    qtbot.wait(10)


def test_another_language_builds_the_window_anew(windows, tmp_path):
    window = windows(open_session(tmp_path, train=2))
    window.show_page("train")
    before = window.data
    window.set_language("zh_CN")
    assert window.data is not before
    assert window.pages.currentWidget() is window.train
    assert window.data.model.rowCount() == 2
    window.set_theme("light")
    window.set_theme("dark")
    window.set_language("en")
    assert window.top_bar.model_chip.text() == "No model yet"


def test_another_language_shows_the_same_picture_again(qtbot, windows, tmp_path):
    session = open_session(tmp_path, train=2, good=1)
    add_model(session, {3: 4.0})
    window = windows(session)
    window.show_picture(3)
    qtbot.waitUntil(lambda: window.inspect.canvas.has_heat, timeout=10_000)
    window.set_language("zh_CN")
    qtbot.waitUntil(lambda: window.inspect.canvas.has_heat, timeout=10_000)
    window.set_language("en")


def test_closing_while_training_asks_and_waits(qtbot, windows, tmp_path, monkeypatch):
    window = windows(open_session(tmp_path))
    window.session.job_changed.emit(Job("train", "Training"))

    def answer(role):
        (box,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible()]
        next(button for button in box.buttons() if box.buttonRole(button) is role).click()

    QTimer.singleShot(0, lambda: answer(QMessageBox.ButtonRole.RejectRole))
    assert not window.close()
    assert window.isVisible()

    stopped = []
    really = window.session.close
    monkeypatch.setattr(window.session, "close", lambda timeout=0: bool(stopped) and really(timeout))
    QTimer.singleShot(0, lambda: answer(QMessageBox.ButtonRole.DestructiveRole))
    monkeypatch.setattr("gui.window.main_window.STILL_MS", 50)
    assert not window.close()
    assert "stopping" not in window.status.job_label.text()
    qtbot.waitUntil(lambda: "stopping" in window.status.job_label.text())
    stopped.append(True)
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)


@pytest.mark.parametrize(("state", "closed"), [("cancelled", True), ("failed", False)])
def test_the_question_goes_when_the_training_has_ended(windows, tmp_path, qtbot, state, closed):
    window = windows(open_session(tmp_path))
    window.session.job_changed.emit(Job("train", "Training"))
    QTimer.singleShot(0, lambda: window.session.job_changed.emit(Job("inspect", "Inspecting", "done")))
    QTimer.singleShot(50, lambda: window.session.job_changed.emit(Job("train", "Training", state)))
    at_once = window.close()
    if closed:
        qtbot.waitUntil(lambda: not window.isVisible())  # at once, or when what still reads in the session has stopped
    else:
        assert not at_once
        assert not window._closing  # a failure is to be read


def test_comparing_lighting_twice_shows_one_dialog(windows, tmp_path):
    window = windows(open_session(tmp_path, train=2, good=2))
    add_model(window.session)
    for _ in range(2):
        window.actions_by_name["compare_lighting"].trigger()
    assert len([dialog for dialog in window.findChildren(LightingDialog) if dialog.isVisible()]) == 1


def test_enter_presses_the_button_that_has_the_keyboard(windows, tmp_path, monkeypatch):
    there = open_session(tmp_path / "project", train=2)
    path = there.project.path
    assert there.close(5000)
    Preferences().remember(path)
    window = windows()
    pressed = []
    monkeypatch.setattr(window.session, "open_demo", lambda: pressed.append("demo"))
    monkeypatch.setattr(window.session, "open_project", pressed.append)
    (row,) = window.start.findChildren(RecentRow)
    for button in (window.start.demo_button, row):
        button.setFocus()
        QTest.keyClick(button, Qt.Key.Key_Return)
    assert pressed == ["demo", path]


def test_enter_presses_the_button_that_has_the_keyboard_on_other_pages_and_no_other_one(windows, tmp_path, qtbot):
    there = open_session(tmp_path / "project", train=2, good=1)
    path = there.project.path
    assert there.close(5000)
    window = windows()
    window.open_project(path)
    qtbot.waitUntil(lambda: window.session.project is not None)
    window.show_page("data")
    button = window.data.view_control.button("list")
    before = window.data.view
    button.setFocus()
    QTest.keyClick(window.data, Qt.Key.Key_Return)  # what another widget has passed on
    assert window.data.view is before
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert window.data.view is not before
    window.show_page("inspect")
    contours = window.inspect.strip.contours_button
    window.inspect.canvas.setFocus()
    QTest.mouseClick(contours, Qt.MouseButton.LeftButton)
    assert not contours.isChecked()
    assert window.inspect.canvas.hasFocus()  # or Enter would not close a polygon
    contours.setFocus()
    QTest.keyClick(contours, Qt.Key.Key_Enter)
    assert contours.isChecked()


@pytest.mark.parametrize(
    ("screen", "size"),
    [
        ((1920, 1080), (1366, 768)),
        ((1366, 768), (1366, 730)),
        ((1366, 720), (1366, 682)),
        ((1280, 1000), (1280, 768)),
        ((800, 800), (1366, 768)),  # smaller than any window
    ],
)
def test_the_first_window_is_seen_whole(screen, size):
    assert first_size(QSize(*screen)) == QSize(*size)


@pytest.mark.parametrize("mode", ["dark", "light"])
def test_the_button_that_has_the_keyboard_has_a_ring_and_no_box_in_it(windows, qtbot, qapp, mode):
    theme.apply(qapp, mode)
    window = windows()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    button = window.start.open_button
    window.start.new_button.setFocus()
    QTest.keyClick(window.start.new_button, Qt.Key.Key_Tab)
    assert button.hasFocus()
    shown = button.grab().toImage()
    ratio = shown.devicePixelRatio()
    column = round(20 * ratio)  # left of icon and words, inside the ring
    inside = {shown.pixelColor(column, y).name() for y in range(round(4 * ratio), shown.height() - round(4 * ratio))}
    assert inside == {theme.current().surface.name()}


def test_splitters_are_remembered(windows, qtbot, tmp_path):
    window = windows(open_session(tmp_path, train=2))
    window.show_page("data")
    window.data.splitter.setSizes([500, 400])
    QApplication.processEvents()
    side = window.data.splitter.sizes()[1]
    window.close()
    again = windows()
    again.open_project(tmp_path / "Flange.flawsight")
    qtbot.waitUntil(lambda: again.session.project is not None, timeout=10_000)
    again.show_page("data")
    QApplication.processEvents()
    assert again.data.splitter.sizes()[1] == side


def test_missing_libraries_and_displays_are_named():
    def all_but(library):
        return lambda name: name != library

    x11 = {"DISPLAY": ":0"}
    assert display_trouble("linux", x11, lambda _name: True) == ""
    assert "apt-get install libxcb-cursor0" in display_trouble("linux", x11, all_but("libxcb-cursor.so.0"))
    assert "libegl1" in display_trouble("linux", {"QT_QPA_PLATFORM": "offscreen"}, all_but("libEGL.so.1"))
    assert display_trouble("linux", {"WAYLAND_DISPLAY": "w"}, all_but("libxcb-cursor.so.0")) == ""
    assert "no display" in display_trouble("linux", {}, lambda _name: True)
    assert display_trouble("win32", {}, lambda _name: False) == ""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux leaves the display to the environment")
def test_no_display_is_an_exit_status_not_an_abort(monkeypatch, capsys):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main([]) == 1
    assert "flawsight: error:" in capsys.readouterr().err


def test_a_wrong_command_line(capsys):
    assert main(["a", "b"]) == 2
    assert "usage" in capsys.readouterr().err


def test_unreadable_pictures_are_not_labelled_ones(windows, tmp_path):
    window = windows(open_session(tmp_path, train=4))
    assert window.top_bar.labelled_chip.text() == "4 labelled"
    window.session.do(SetTroubles({1: "It is cut short."}))
    assert window.top_bar.labelled_chip.text() == "3 labelled"


def test_a_folder_added_twice_is_told(windows, tmp_path, qtbot):
    window = windows(open_session(tmp_path, train=4))
    window.session.add_folder(tmp_path / "pictures")
    said = "All 4 pictures are in the project already"
    qtbot.waitUntil(lambda: window.status.job_label.text() == said, timeout=10_000)


def test_missing_pictures_are_told_and_located_from_the_window(windows, qtbot, tmp_path, monkeypatch):
    session = open_session(tmp_path / "project", train=3)
    path = session.project.path
    assert session.close(10_000)
    (tmp_path / "project" / "pictures").rename(tmp_path / "elsewhere")
    window = windows()
    window.open_project(path)
    qtbot.waitUntil(window.missing.isVisible, timeout=10_000)
    assert window.missing.text.text().startswith("3 of 3 pictures are not where they were")
    monkeypatch.setattr(
        "gui.window.main_window.QFileDialog.getExistingDirectory", lambda *_: str(tmp_path / "elsewhere")
    )
    window.missing.button.click()
    qtbot.waitUntil(lambda: not window.missing.isVisible(), timeout=10_000)
    assert not window.session.missing


def test_files_that_are_back_are_noticed_when_the_window_is(windows, qtbot, tmp_path):
    session = open_session(tmp_path / "project", train=3)
    path = session.project.path
    assert session.close(10_000)
    (tmp_path / "project" / "pictures").rename(tmp_path / "elsewhere")
    window = windows()
    window.open_project(path)
    qtbot.waitUntil(window.missing.isVisible, timeout=10_000)
    (tmp_path / "elsewhere").rename(tmp_path / "project" / "pictures")
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: not window.isActiveWindow())
    window.activateWindow()
    qtbot.waitUntil(lambda: not window.missing.isVisible(), timeout=10_000)
    assert not window.session.missing


def test_a_model_file_opens_in_a_project(windows, tmp_path, monkeypatch):
    asked = []
    window = windows(open_session(tmp_path))
    model = tmp_path / "part.FlawModel"
    model.write_bytes(b"no model")
    monkeypatch.setattr(window.session, "open_model", asked.append)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(model))])
    window.take(dropped(mime))
    monkeypatch.setattr("gui.window.main_window.QFileDialog.getOpenFileName", lambda *_: (str(model), ""))
    window.actions_by_name["open"].trigger()
    assert asked == [model, model]
    assert window.pages.currentWidget() is window.inspect
    window.close_project()
    monkeypatch.setattr(window, "new_project", lambda *wish: asked.append(wish))
    window.open_file(model)
    ((name, folder, reason),) = asked[2:]
    assert (name, folder) == ("part", None)
    assert "“part.FlawModel”" in reason
