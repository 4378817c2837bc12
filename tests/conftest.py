"""What all tests share: settings and home of their own, no screen, and a look at what a test leaves behind."""

import gc
import os

import pytest

# Tests that run in several processes share the processor's cores out, instead of each taking all of them at once.
if workers := os.environ.get("PYTEST_XDIST_WORKER_COUNT"):
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // int(workers))))


def pytest_addoption(parser):
    parser.addoption("--headed", action="store_true", help="show the windows that tests open")


def pytest_configure(config):
    if not config.getoption("--headed"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"


def pytest_collection_modifyitems(items):
    for item in items:
        if {"qapp", "qtbot"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.gui)


@pytest.fixture(autouse=True)
def home(tmp_path_factory, monkeypatch):
    """A home folder of the test's own; nothing of the person who runs the tests is read or written."""
    folder = tmp_path_factory.mktemp("home")
    names = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")
    for name in names:
        monkeypatch.setenv(name, str(folder))
    return folder


@pytest.fixture(autouse=True)
def tidy(request):
    """For tests that use Qt: settings in the test's home; a thread or window left behind fails the test."""
    if not {"qapp", "qtbot"} & set(request.fixturenames):
        yield
        return
    from PySide6.QtCore import QCoreApplication, QEvent, QSettings
    from PySide6.QtGui import QGuiApplication
    from PySide6.QtWidgets import QApplication

    from gui.jobs.thread import JobThread

    home = request.getfixturevalue("home")
    request.getfixturevalue("qapp")
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(home))
    QCoreApplication.setOrganizationName("Flawsight")
    QCoreApplication.setApplicationName("Flawsight test")

    started = []

    def start(thread, *priority):
        started.append(thread)
        super(JobThread, thread).start(*priority)

    JobThread.start = start
    before = set(QApplication.topLevelWidgets())
    yield
    del JobThread.start
    # Qt destroys what lies on the clipboard after Python has ended: an object made in Python would crash there.
    QGuiApplication.clipboard().clear()

    running = [thread.key for thread in started if thread.isRunning()]
    for thread in started:
        thread.ticket.cancel()
        thread.wait()
    assert not running, f"left running: {running}"

    def left():
        return [widget for widget in QApplication.topLevelWidgets() if widget not in before]

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if left():
        gc.collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not left(), f"left open: {left()}"
