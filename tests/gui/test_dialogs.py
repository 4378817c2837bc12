"""Problem, about, shortcuts, new project."""

from importlib import metadata

import pytest
from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from core import __version__
from gui.dialogs.about import AboutDialog
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


def test_about_tells_the_installed_versions_and_the_licence_of_the_chosen_part(qtbot):
    dialog = AboutDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.copy_button.isEnabled()
    qtbot.waitUntil(dialog.copy_button.isEnabled)
    rows = {dialog.table.item(row, 0).text(): row for row in range(dialog.table.rowCount())}
    assert dialog.table.item(rows["Flawsight"], 1).text() == __version__
    for part in ("numpy", "PySide6_Essentials"):
        assert dialog.table.item(rows[part], 1).text() == metadata.version(part)
    assert "Apache License" in dialog.text.toPlainText()
    item = dialog.table.item(rows["PySide6_Essentials"], 0)
    dialog.table.scrollToItem(item)
    QTest.mouseClick(dialog.table.viewport(), Qt.MouseButton.LeftButton, pos=dialog.table.visualItemRect(item).center())
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in dialog.text.toPlainText()


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
