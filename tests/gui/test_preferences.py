from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings

from core.devices import ENGINES
from gui.settings import RECENT_PROJECTS, SETTINGS, Preferences

pytestmark = pytest.mark.usefixtures("qapp")


def test_defaults():
    preferences = Preferences()
    assert {name: preferences.value(name) for name in SETTINGS} == {
        "theme": "system",
        "language": "system",
        "device": "auto",
        "engine": "auto",
        "threads": 0,
        "heat_colours": "inferno",
        "data_view": "gallery",
        "heat_opacity": 0.6,
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "dark"),
        ("language", "zh_CN"),
        ("device", "cuda:1"),
        ("engine", "torch"),
        ("threads", 3),
        ("heat_colours", "grey"),
        ("heat_opacity", 0.35),
    ],
)
def test_values_are_kept_and_told_once(qtbot, name, value):
    preferences = Preferences()
    told = []
    preferences.changed.connect(told.append)
    preferences.set(name, value)
    preferences.set(name, value)
    assert told == [name]
    QSettings().sync()
    assert Preferences().value(name) == value


@pytest.mark.parametrize(
    ("name", "broken", "shown"),
    [
        ("theme", "pink", "system"),
        ("engine", "steam", "auto"),
        ("threads", "many", 0),
        ("threads", "-4", 0),
        ("threads", "100000", 256),
        ("heat_opacity", "nan", 0.6),
        ("heat_opacity", "7", 1.0),
    ],
)
def test_what_makes_no_sense_in_the_file_does_no_harm(name, broken, shown):
    QSettings().setValue(f"preferences/{name}", broken)
    assert Preferences().value(name) == shown


def test_recent_projects_newest_first_without_repeats():
    preferences = Preferences()
    assert preferences.recent() == []
    paths = [Path(f"/p/检测 {i}.flawsight") for i in range(RECENT_PROJECTS + 3)]
    for path in paths:
        preferences.remember(path)
    preferences.remember(paths[5])
    assert preferences.recent()[:2] == [paths[5], paths[-1]]
    assert len(preferences.recent()) == RECENT_PROJECTS
    preferences.forget(paths[5])
    assert paths[5] not in Preferences().recent()


def test_one_recent_project_is_a_list_of_one():
    Preferences().remember(Path("/only.flawsight"))
    QSettings().sync()
    assert Preferences().recent() == [Path("/only.flawsight")]


def test_window_state():
    preferences = Preferences()
    assert preferences.window_state("main").isEmpty()
    assert preferences.last_page() == ""
    preferences.set_window_state("main", QByteArray(b"\x00\x01\xff"))
    preferences.set_last_page("tune")
    assert Preferences().window_state("main") == QByteArray(b"\x00\x01\xff")
    assert Preferences().last_page() == "tune"


def test_engines_are_the_cores():
    assert SETTINGS["engine"].choices == ENGINES
