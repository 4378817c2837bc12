"""Problem, about, shortcuts, new project."""

from importlib import metadata

import pytest
from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from gui.dialogs.about import PARTS, AboutDialog
from gui.dialogs.new_project import NewProjectDialog, default_folder
from gui.dialogs.problem import ProblemDialog
from gui.dialogs.shortcuts import Keys, ShortcutsDialog
from gui.errors import Failure


def test_problem_says_what_and_what_to_do_and_hides_the_traceback(qtbot):
    dialog = ProblemDialog(Failure("It broke.", "Mend it.", "Traceback: line 1"))
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.message.text() == "It broke."
    assert dialog.hint.text() == "Mend it."
    assert dialog.details.isHidden()
    dialog.details_button.click()
    assert not dialog.details.isHidden()
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text() == "It broke.\n\nMend it.\n\nTraceback: line 1"


def test_enter_closes_a_problem(qtbot):
    dialog = ProblemDialog(Failure("It broke.", "Mend it.", "Traceback: line 1"))
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.focusWidget() is dialog.close_button
    assert dialog.close_button.isDefault()
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    assert not dialog.isVisible()


def test_what_a_person_can_mend_has_no_details(qtbot):
    dialog = ProblemDialog(Failure("No weights."))
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.details_button.isHidden()
    assert dialog.hint.isHidden()


def test_about_tells_the_installed_versions(qtbot):
    dialog = AboutDialog()
    qtbot.addWidget(dialog)
    shown = {dialog.table.item(row, 0).text(): dialog.table.item(row, 1).text() for row in range(len(PARTS))}
    assert shown["numpy"] == metadata.version("numpy")
    assert shown["PySide6-Essentials"] == metadata.version("PySide6-Essentials")


def test_shortcuts_are_all_listed(qtbot):
    dialog = ShortcutsDialog([("File", [Keys("New", "Ctrl+N")]), ("Pictures", [Keys("Good", "G")])])
    qtbot.addWidget(dialog)
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert texts == ["File", "Ctrl+N", "New", "Pictures", "G", "Good"] or {"Ctrl+N", "G"} <= set(texts)


@pytest.mark.parametrize(
    ("name", "fits"),
    [("Flange M8", True), ("检测 é", True), ("", False), ("a/b", False), ("a:b", False), ("  ", False)],
)
def test_new_project_takes_names_that_files_can_have(qtbot, tmp_path, name, fits):
    dialog = NewProjectDialog("", tmp_path)
    qtbot.addWidget(dialog)
    dialog.name.setText(name)
    assert dialog.create_button.isEnabled() is fits


def test_new_project_makes_a_path_and_never_takes_a_taken_one(qtbot, tmp_path):
    dialog = NewProjectDialog("Flange", tmp_path)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.path == tmp_path / "Flange.flawsight"
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    assert dialog.result() == NewProjectDialog.DialogCode.Accepted
    dialog.path.write_bytes(b"")
    again = NewProjectDialog("Flange", tmp_path)
    qtbot.addWidget(again)
    assert again.path == tmp_path / "Flange 2.flawsight"
    assert again.create_button.isEnabled()
    again.name.setText("Flange")
    assert not again.create_button.isEnabled()
    assert "already" in again.note.text()


def test_new_project_says_why_where_nobody_asked_for_one(qtbot, tmp_path):
    asked, unasked = NewProjectDialog("a", tmp_path), NewProjectDialog("a", tmp_path, reason="It is needed for <this>.")
    for dialog in (asked, unasked):
        qtbot.addWidget(dialog)
        dialog.show()
    assert not asked.reason.isVisible()
    assert unasked.reason.isVisible()
    assert unasked.reason.text() == "It is needed for <this>."


@pytest.mark.parametrize(
    ("name", "said"), [("a/b", "hold the sign /"), ("a:b", "hold the sign :"), ("a\tb", "U+0009"), ("a.", "full stop")]
)
def test_new_project_names_the_sign(qtbot, tmp_path, name, said):
    dialog = NewProjectDialog(name, tmp_path)
    qtbot.addWidget(dialog)
    assert said in dialog.note.text()


def test_new_project_begins_in_a_folder_that_is_there(qtbot, tmp_path, home, monkeypatch):
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _: str(home / "Documents"))
    assert default_folder() == home
    (home / "Documents").mkdir()
    assert default_folder() == home / "Documents"
    (home / "Documents" / "Flawsight").mkdir()
    dialog = NewProjectDialog("Flange", tmp_path / "gone")
    qtbot.addWidget(dialog)
    assert dialog.path.parent == home / "Documents" / "Flawsight"
