"""Preferences, recent projects and window state: what the program remembers outside of projects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

RECENT_PROJECTS = 10

Value = str | int | float


@dataclass(frozen=True, slots=True)
class Setting:
    """One preference.

    Attributes
    ----------
    choices
        What it can be, or () where `low` and `high` bound a number or any text will do.
    """

    name: str
    default: Value
    choices: tuple[Value, ...] = ()
    low: float | None = None
    high: float | None = None

    def accept(self, value: object) -> Value:
        """Return `value` as this preference's type and within its bounds; the default where it makes no sense."""
        try:
            known = type(self.default)(str(value))
        except ValueError:
            return self.default
        if self.choices and known not in self.choices:
            return self.default
        if isinstance(known, (int, float)):
            if known != known:  # not a number
                return self.default
            if self.low is not None:
                known = max(known, type(self.default)(self.low))
            if self.high is not None:
                known = min(known, type(self.default)(self.high))
        return known


SETTINGS: Mapping[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting("theme", "system", ("system", "dark", "light")),
        Setting("language", "system", ("system", "en", "zh_CN")),
        Setting("device", "auto"),
        Setting("engine", "auto", ("auto", "torch", "onnxruntime")),
        Setting("threads", 0, low=0, high=256),  # 0: as many as the computer has cores
        Setting("heat_colours", "inferno", ("inferno", "viridis", "turbo", "grey")),
        Setting("data_view", "gallery", ("gallery", "list")),
        Setting("heat_opacity", 0.6, low=0.0, high=1.0),
    )
}


def present_folder(*wanted: Path) -> Path:
    """Return the first of these folders that is there now, else the home folder."""
    return next((folder for folder in wanted if folder.is_absolute() and folder.is_dir()), Path.home())


class Preferences(QObject):
    """What a person chose for the program as a whole. Every change is kept and told at once.

    Needs the application's and the organisation's name to be set, as `QSettings` does.
    """

    changed = Signal(str)  # the setting's name

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = QSettings()

    def value(self, name: str) -> Value:
        """Return a preference."""
        setting = SETTINGS[name]
        return setting.accept(self._store.value(f"preferences/{name}", setting.default))

    def text(self, name: str) -> str:
        """Return a preference that is a text."""
        return str(self.value(name))

    @property
    def threads(self) -> int:
        """How many threads work takes; 0 for as many as the computer has cores."""
        return int(self.value("threads"))

    def set(self, name: str, value: Value) -> None:
        """Change a preference."""
        known = SETTINGS[name].accept(value)
        if known != self.value(name):
            self._store.setValue(f"preferences/{name}", str(known))
            self.changed.emit(name)

    def recent(self) -> list[Path]:
        """Return the projects opened last, newest first; also those whose drive is away."""
        # As one text: QSettings cannot tell a list of one from a text, nor an empty list from none.
        return [Path(line) for line in str(self._store.value("recent", "")).split("\n") if line]

    def remember(self, project: Path) -> None:
        """Put a project at the head of the recent ones."""
        self._keep([project, *(path for path in self.recent() if path != project)])

    def forget(self, project: Path) -> None:
        """Take a project off the recent ones."""
        self._keep([path for path in self.recent() if path != project])

    def folder(self, otherwise: Path | None = None) -> Path:
        """Return where a file dialog begins: the folder used last, else `otherwise`, else the home folder."""
        last = str(self._store.value("folder", ""))
        return present_folder(*([Path(last)] if last else []), *([otherwise] if otherwise is not None else []))

    def set_folder(self, folder: Path) -> None:
        """Remember the folder of a file dialog."""
        self._store.setValue("folder", str(folder))

    def last_page(self) -> str:
        """Return the name of the page that was open last, or ""."""
        return str(self._store.value("window/page", ""))

    def set_last_page(self, name: str) -> None:
        """Remember the open page."""
        self._store.setValue("window/page", name)

    def window_state(self, part: str) -> QByteArray:
        """Return what `set_window_state` kept for a window or splitter, empty at first."""
        state = self._store.value(f"window/{part}")
        return state if isinstance(state, QByteArray) else QByteArray()

    def set_window_state(self, part: str, state: QByteArray) -> None:
        """Remember geometry: `saveGeometry()` of a window, `saveState()` of a splitter."""
        self._store.setValue(f"window/{part}", state)

    def _keep(self, projects: list[Path]) -> None:
        self._store.setValue("recent", "\n".join(str(path) for path in projects[:RECENT_PROJECTS]))
