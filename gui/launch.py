"""From the command line to the open window, and the order in which things are made."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from gui import icons, theme
from gui.app import Language, build_application, system_language
from gui.errors import install_hook
from gui.session.session import Session
from gui.settings import Preferences
from gui.window.dropping import MODEL_SUFFIX
from gui.window.main_window import MainWindow

SWITCH_SECONDS = 0.001
AHEAD_MS = 300  # first the window


def open_window(arguments: Sequence[str]) -> tuple[QApplication, MainWindow]:
    """Make the application and show its window; torch is loaded by the first job, not here.

    Parameters
    ----------
    arguments
        At most one file to open: a project or a model.
    """
    # Threads that compute in Python hand over to the window five times as often as by default (5 ms): a turn of the
    # event loop takes Python's lock a dozen times.
    sys.setswitchinterval(SWITCH_SECONDS)
    app = build_application(list(arguments))
    preferences = Preferences(app)
    language = Language(app)
    asked = preferences.text("language")
    language.use(system_language() if asked == "system" else asked)
    mode = preferences.text("theme")
    theme.apply(app, "dark" if mode == "dark" else "light" if mode == "light" else "system")
    app.setWindowIcon(icons.app_icon())
    session = Session(preferences)
    window = MainWindow(session, preferences, language)
    install_hook(window.show_problem)
    window.show()
    if arguments:
        path = Path(arguments[0]).absolute()
        if path.suffix.lower() == MODEL_SUFFIX:  # once events are handled: it asks for the place of a project
            QTimer.singleShot(0, window, lambda: window.open_model(path))
        else:
            window.open_project(path)
    else:
        QTimer.singleShot(AHEAD_MS, session, session.load_ahead)
    return app, window


def run(arguments: Sequence[str]) -> int:
    """Open the window and run until it is closed; return the exit status."""
    app, window = open_window(arguments)
    status = app.exec()
    window.dispose()
    return status
