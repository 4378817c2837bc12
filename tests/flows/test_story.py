"""The whole hour of an engineer, through `main()`, with mouse, keyboard, drops and the real algorithms."""

import json
import sys

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.project.model import Label, Role
from gui.__main__ import main
from gui.dialogs.new_project import NewProjectDialog
from gui.dialogs.problem import ProblemDialog
from gui.window.main_window import MainWindow
from tests.textures import flawed_part, good_part, write_dataset, write_png

SIZE = (96, 96)
LONG = 60_000


@pytest.fixture(autouse=True)
def hook(monkeypatch):
    """The program takes over the last resort for exceptions; give it back."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)


def run_story(story, arguments):
    """Run `main` with a story that drives its window, and tell what went wrong inside it."""
    outcome = []

    def begin():
        (window,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible()]
        try:
            story(window)
            outcome.append(None)
        except BaseException as error:  # noqa: BLE001 - carried out of the event loop
            outcome.append(error)
        finally:
            window.close()

    QTimer.singleShot(0, begin)
    status = main(arguments)
    assert outcome, "the story did not run"
    if outcome[0] is not None:
        raise outcome[0]
    return status


def drop(window, *paths):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(300, 300), Qt.DropAction.CopyAction, mime, buttons, keys)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    assert window.overlay.isVisible()
    QApplication.sendEvent(window, QDropEvent(QPointF(300, 300), Qt.DropAction.CopyAction, mime, buttons, keys))
    assert not window.overlay.isVisible()


def click(widget):
    assert widget.isVisible()
    assert widget.isEnabled()
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_from_a_folder_of_parts_to_the_exported_model(qtbot, qapp, tmp_path):
    layout = write_dataset(tmp_path / "parts", train=8, good=3, defect=2, size=SIZE)
    dropped = [
        write_png(tmp_path / "new" / "looks_fine.png", good_part(901, SIZE)),
        write_png(tmp_path / "new" / "looks_bad.png", flawed_part(902, SIZE)[0]),
    ]
    place = tmp_path / "projects"
    seen = {}

    def new_project_dialog():
        (dialog,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, NewProjectDialog) and w.isVisible()]
        dialog.folder.setText(str(place))
        QTest.keyClicks(dialog.name, "Disc")
        click(dialog.create_button)

    def story(window):
        session = window.session
        assert window.pages.currentWidget() is window.start
        QTimer.singleShot(0, new_project_dialog)
        click(window.start.new_button)
        assert session.project.name == "Disc"
        assert window.pages.currentWidget() is window.data

        drop(window, layout.root)
        qtbot.waitUntil(lambda: window.data.model.rowCount() == 13, timeout=LONG)

        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
        assert window.pages.currentWidget() is window.train
        QTest.mouseClick(window.train.kind_cards["padim"], Qt.MouseButton.LeftButton)
        click(window.train.preset.button("fast"))
        window.train.frame_size.set_size((128, 128))
        qtbot.waitUntil(window.train.start_button.isEnabled, timeout=LONG)
        click(window.train.start_button)
        assert window.train.cancel_button.isVisible()
        qtbot.waitUntil(lambda: session.active_model is not None, timeout=LONG)
        qtbot.waitUntil(lambda: len(session.project.scores) == 5, timeout=LONG)

        window.show_page("inspect")
        drop(window, *dropped)
        qtbot.waitUntil(lambda: len(session.project.scores) == 7, timeout=LONG)
        by_name = {sample.path.name: sample for sample in session.project.samples.values()}
        fine, bad = by_name["looks_fine.png"].id, by_name["looks_bad.png"].id
        assert session.project.samples[bad].label is Label.UNDECIDED
        assert session.project.samples[bad].role is Role.TUNE
        for sample, key in ((fine, Qt.Key.Key_G), (bad, Qt.Key.Key_D)):
            session.select(sample)
            QTest.keyClick(window.inspect.canvas, key)
        assert session.project.samples[fine].label is Label.GOOD
        assert session.project.samples[bad].label is Label.DEFECT

        window.show_page("tune")
        qtbot.waitUntil(lambda: not session.evaluation.pixels_pending, timeout=LONG)
        click(window.tune.rules.button("best-f1"))
        assert session.project.calibration.image.rule == "best-f1"
        assert window.tune.outcome.matrix.counts() == (4, 0, 0, 3)
        field = window.tune.image_limit.field
        limit = round(session.project.calibration.image.value * 0.999, field.decimals())
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, f"{limit:.{field.decimals()}f}")
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert session.project.calibration.image.value == pytest.approx(limit)

        window.show_page("export")
        window.export.folder.setText(str(tmp_path / "line"))
        click(window.export.export_button)
        qtbot.waitUntil(lambda: session.export_report is not None, timeout=LONG)
        qtbot.waitUntil(lambda: window.export.right.currentIndex() == 2)
        assert window.export.verdict.text() == "Exported and checked"
        assert not [w for w in QApplication.topLevelWidgets() if isinstance(w, ProblemDialog) and w.isVisible()]
        seen["limit"] = session.project.calibration.image.value

    assert run_story(story, []) == 0
    facts = json.loads((tmp_path / "line" / "metadata.json").read_text())
    assert facts["flawsight"]["calibration"]["image"]["value"] == pytest.approx(seen["limit"])
    assert (tmp_path / "line" / "model.onnx").stat().st_size > 100_000

    def later(window):
        qtbot.waitUntil(lambda: window.session.project is not None)
        project = window.session.project
        assert project.name == "Disc"
        assert project.calibration.image.value == pytest.approx(seen["limit"])
        labels = {sample.path.name: sample.label for sample in project.samples.values()}
        assert labels["looks_bad.png"] is Label.DEFECT
        assert len(project.scores) == 7
        assert window.pages.currentWidget() is window.export
        window.show_page("tune")
        assert window.tune.image_limit.value() == pytest.approx(seen["limit"])
        assert window.tune.outcome.matrix.counts() == (4, 0, 0, 3)

    assert run_story(later, [str(place / "Disc.flawsight")]) == 0
