"""The table of what can be done: menus, shortcuts and the shortcuts dialog are made from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from gui import icons

Needs = Literal["nothing", "project", "writable", "model"]


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:
    """Mark a text for translation; PySide's own function says that it returns an object."""
    return text


@dataclass(frozen=True, slots=True)
class Row:
    """One thing a person can do from the menus.

    Attributes
    ----------
    name
        Which slot it calls.
    menu
        Which menu it stands in; "" keeps it out of the menus.
    text
        English text, translated when the menus are made.
    keys
        Shortcuts in Qt's portable form; the first is shown.
    needs
        What has to be there for it to make sense.
    group
        A line is drawn between two groups of one menu.
    """

    name: str
    menu: str
    text: str
    icon: str = ""
    keys: tuple[str, ...] = ()
    needs: Needs = "nothing"
    group: int = 0
    checkable: bool = False


MENUS = {
    "file": QT_TRANSLATE_NOOP("Actions", "&File"),
    "edit": QT_TRANSLATE_NOOP("Actions", "&Edit"),
    "view": QT_TRANSLATE_NOOP("Actions", "&View"),
    "help": QT_TRANSLATE_NOOP("Actions", "&Help"),
}

ROWS = (
    Row("new", "file", QT_TRANSLATE_NOOP("Actions", "New project…"), "new", ("Ctrl+N",)),
    Row("open", "file", QT_TRANSLATE_NOOP("Actions", "Open…"), "open", ("Ctrl+O",)),
    Row("demo", "file", QT_TRANSLATE_NOOP("Actions", "Open the demo"), "demo"),
    Row("close", "file", QT_TRANSLATE_NOOP("Actions", "Close project"), "", ("Ctrl+W",), "project"),
    Row("pack", "file", QT_TRANSLATE_NOOP("Actions", "Pack project…"), "", (), "project"),
    Row("unpack", "file", QT_TRANSLATE_NOOP("Actions", "Unpack a project…")),
    Row(
        "add_folder",
        "file",
        QT_TRANSLATE_NOOP("Actions", "Add a folder…"),
        "data",
        ("Ctrl+Shift+O",),
        "writable",
        1,
    ),
    Row("add_files", "file", QT_TRANSLATE_NOOP("Actions", "Add pictures to inspect…"), "inspect", (), "project", 1),
    Row("inspect_folder", "file", QT_TRANSLATE_NOOP("Actions", "Inspect a folder to files…"), "", (), "model", 1),
    Row("watch_folder", "file", QT_TRANSLATE_NOOP("Actions", "Watch a folder to files…"), "", (), "model", 1),
    Row(
        "watch_arrivals",
        "file",
        QT_TRANSLATE_NOOP("Actions", "Watch for new pictures…"),
        "",
        ("Ctrl+Shift+W",),
        "model",
        1,
    ),
    Row("import_labels", "file", QT_TRANSLATE_NOOP("Actions", "Import labels…"), "", (), "writable", 1),
    Row("export_labels", "file", QT_TRANSLATE_NOOP("Actions", "Export labels…"), "", (), "project", 1),
    Row("compare_lighting", "file", QT_TRANSLATE_NOOP("Actions", "Compare lighting…"), "", (), "model", 2),
    Row("save_model", "file", QT_TRANSLATE_NOOP("Actions", "Save model file…"), "download", (), "model", 2),
    Row("save_report", "file", QT_TRANSLATE_NOOP("Actions", "Save report…"), "", (), "model", 2),
    Row("export", "file", QT_TRANSLATE_NOOP("Actions", "Export…"), "export", ("Ctrl+E",), "model", 2),
    Row("quit", "file", QT_TRANSLATE_NOOP("Actions", "Quit"), "", ("Ctrl+Q",), "nothing", 3),
    Row("undo", "edit", QT_TRANSLATE_NOOP("Actions", "Undo"), "undo", ("Ctrl+Z",), "writable"),
    Row("redo", "edit", QT_TRANSLATE_NOOP("Actions", "Redo"), "redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "writable"),
    Row("paste", "edit", QT_TRANSLATE_NOOP("Actions", "Paste pictures"), "", ("Ctrl+V",), "nothing", 1),
    Row("page_data", "view", QT_TRANSLATE_NOOP("Actions", "Data"), "data", ("Ctrl+1",), "project"),
    Row("page_train", "view", QT_TRANSLATE_NOOP("Actions", "Train"), "train", ("Ctrl+2",), "project"),
    Row("page_inspect", "view", QT_TRANSLATE_NOOP("Actions", "Inspect"), "inspect", ("Ctrl+3",), "project"),
    Row("page_tune", "view", QT_TRANSLATE_NOOP("Actions", "Tune"), "tune", ("Ctrl+4",), "project"),
    Row("page_export", "view", QT_TRANSLATE_NOOP("Actions", "Export"), "export", ("Ctrl+5",), "project"),
    Row("full_screen", "view", QT_TRANSLATE_NOOP("Actions", "Full screen"), "", ("F11",), "nothing", 1, True),
    Row("shortcuts", "help", QT_TRANSLATE_NOOP("Actions", "Keyboard shortcuts"), "", ("F1", "Ctrl+/")),
    Row("about", "help", QT_TRANSLATE_NOOP("Actions", "About Flawsight"), "info"),
)


def words(text: str) -> str:
    """Return a text of the table in the language in force."""
    return QCoreApplication.translate("Actions", text)


def build_actions(parent: QWidget, slots: Mapping[str, Callable[[], None]]) -> dict[str, QAction]:
    """Make an action of each row.

    Raises
    ------
    KeyError
        A row without a slot: a mistake in the program.
    """
    actions = {}
    for row in ROWS:
        action = QAction(words(row.text), parent)
        action.setObjectName(f"action_{row.name}")
        if row.icon:
            action.setIcon(icons.icon(row.icon))
        action.setShortcuts([QKeySequence(key) for key in row.keys])
        action.setCheckable(row.checkable)
        # Without the checked state that Qt sends along: no slot takes it.
        action.triggered.connect(lambda _checked=False, slot=slots[row.name]: slot())
        actions[row.name] = action
    return actions


def fill_menus(bar: QMenuBar, actions: Mapping[str, QAction]) -> dict[str, QMenu]:
    """Fill the menu bar from the table, with lines between the groups."""
    bar.clear()
    menus = {}
    for key, title in MENUS.items():
        menu = bar.addMenu(words(title))
        group = 0
        for row in ROWS:
            if row.menu != key:
                continue
            if row.group != group:
                menu.addSeparator()
                group = row.group
            menu.addAction(actions[row.name])
        menus[key] = menu
    return menus


def enable(actions: Mapping[str, QAction], *, project: bool, writable: bool, model: bool) -> None:
    """Grey out what makes no sense now."""
    there = {"nothing": True, "project": project, "writable": writable, "model": model}
    for row in ROWS:
        actions[row.name].setEnabled(there[row.needs])
