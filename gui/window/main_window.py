"""The window: composes the bars and pages, and does what the actions say. Everything else lives in its parts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import (
    QActionGroup,
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
)
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QLabel,
    QMainWindow,
    QMenu,
    QMessageBox,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.project.model import Changes, Kind, Label
from core.project.packing import Packed
from gui import theme
from gui.app import LANGUAGES, system_language
from gui.dialogs.about import AboutDialog
from gui.dialogs.folder import FolderDialog
from gui.dialogs.labels import ExportLabelsDialog, ImportLabelsDialog
from gui.dialogs.lighting import LightingDialog
from gui.dialogs.new_project import NewProjectDialog, default_folder
from gui.dialogs.problem import ProblemDialog
from gui.dialogs.shortcuts import Keys, ShortcutsDialog
from gui.errors import joined
from gui.panels.data import DataPage, already_there
from gui.panels.export import ExportPage
from gui.panels.inspection import InspectionPanel
from gui.panels.marking import KEYS as TOOL_KEYS
from gui.panels.start import StartPage
from gui.panels.training import TrainPage
from gui.panels.tuning import TunePage
from gui.session.events import Added
from gui.settings import present_folder
from gui.widgets import DropOverlay, NavigationRail, Notice, RailState
from gui.widgets.beside import in_front
from gui.widgets.layouts import across
from gui.widgets.question import Question
from gui.window.actions import MENUS, ROWS, build_actions, enable, fill_menus, words
from gui.window.dropping import MODEL_SUFFIX, PROJECT_SUFFIX, Dropped, dropped
from gui.window.status_bar import StatusBar
from gui.window.top_bar import TopBar

if TYPE_CHECKING:
    from core.project.model import ModelRecord
    from gui.app import Language
    from gui.errors import Failure
    from gui.session.events import Job
    from gui.session.session import Session
    from gui.settings import Preferences

PAGES = {"data": "data", "train": "train", "inspect": "inspect", "tune": "tune", "export": "export"}  # page -> icon
ABOUT_THE_MODEL = ("inspect", "tune", "export")  # pages on which another model would change what is being judged
FIRST_SIZE = (1366, 768)
SMALLEST_SIZE = (1024, 640)
TITLE_BAR = 38  # of the system, at most: known only once the window is shown
STOPPING_POLL_MS = 100
STILL_MS = 1500  # closing that takes longer is told to take long
MNEMONIC = re.compile(r"\(&.\)|&")  # Chinese puts the letter in brackets behind the word
QUIET_JOBS = ("device", "evaluate", "areas", "find", "pace", "standings")  # short, and shown where they matter
DEVICE_PAUSE_MS = 600  # first the page, then torch
NATIVE = QKeySequence.SequenceFormat.NativeText


def first_size(screen: QSize) -> QSize:
    """Return the size of a window that nobody has sized yet: as large as the screen's free room lets it be seen whole.

    On one that is smaller than the smallest window, the usual size.
    """
    room = screen - QSize(0, TITLE_BAR)
    smallest, usual = QSize(*SMALLEST_SIZE), QSize(*FIRST_SIZE)
    return usual.boundedTo(room) if room.expandedTo(smallest) == room else usual


class MainWindow(QMainWindow):
    """The program's one window."""

    def __init__(self, session: Session, preferences: Preferences, language: Language) -> None:
        super().__init__()
        self.session = session
        self._preferences = preferences
        self._language = language
        self._jobs: dict[str, Job] = {}
        self._closing = False
        self._closed = False
        self._dialog: ProblemDialog | None = None
        self.setWindowTitle("Flawsight")
        self.setMinimumSize(*SMALLEST_SIZE)
        self.setAcceptDrops(True)
        self.actions_by_name = build_actions(self, self._slots())
        self.addActions(list(self.actions_by_name.values()))
        self._stopping = QTimer(self, interval=STOPPING_POLL_MS)
        self._stopping.timeout.connect(self._close_when_stopped)
        self._build()
        geometry = preferences.window_state("geometry")
        if geometry.isEmpty() or not self.restoreGeometry(geometry):
            self.resize(first_size(self.screen().availableSize()))
        session.changed.connect(self._on_changed)
        session.job_changed.connect(self._on_job)
        session.problem.connect(self.show_problem)
        session.device_changed.connect(self._on_device)
        session.saved_changed.connect(self._on_saved)
        session.ready_changed.connect(self._on_ready)
        session.missing_changed.connect(self._on_missing)
        session.undo_stack.indexChanged.connect(self._refresh_undo)
        self._refresh()
        self.show_page(preferences.last_page() or "data")

    # What is in the window

    def _build(self) -> None:
        """Make all parts anew, in the language in force."""
        self.top_bar = TopBar(self)
        self.banner = QLabel(self, wordWrap=True)
        self.banner.setObjectName("banner")
        self.banner.setProperty("role", "banner")
        self.banner.setContentsMargins(16, 6, 16, 6)
        self.banner.hide()
        self.missing = Notice(self.tr("Locate folder…"), self)
        self.rail = NavigationRail(self)
        for key, icon in PAGES.items():
            button = self.rail.add_page(key, words(self._row_text(f"page_{key}")), icon)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip(
                self.actions_by_name[f"page_{key}"].shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            )
        self.start = StartPage(self.session, self._preferences, self)
        self.data = DataPage(self.session, self)
        self.train = TrainPage(self.session, self)
        self.inspect = InspectionPanel(self.session, parent=self)
        self.tune = TunePage(self.session, self)
        self.export = ExportPage(self.session, self)
        self.pages = QStackedWidget(self)
        self.by_name: dict[str, QWidget] = {
            "start": self.start,
            "data": self.data,
            "train": self.train,
            "inspect": self.inspect,
            "tune": self.tune,
            "export": self.export,
        }
        for page in self.by_name.values():
            self.pages.addWidget(page)
        self.status = StatusBar(self)
        middle = across(0)
        middle.addWidget(self.rail)
        middle.addWidget(self.pages, 1)
        central = QWidget(self)
        whole = QVBoxLayout(central)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.top_bar)
        whole.addWidget(self.banner)
        whole.addWidget(self.missing)
        whole.addLayout(middle, 1)
        whole.addWidget(self.status)
        for each in central.findChildren(QPushButton):
            each.setAutoDefault(True)  # Enter presses the one that has the keyboard, as in a dialog
        self.setCentralWidget(central)
        self.overlay = DropOverlay(central)
        self.menus = fill_menus(self.menuBar(), self.actions_by_name)
        self._add_choices(self.menus["view"])
        self._restore_splitters()
        self.rail.chosen.connect(self.show_page)
        self.top_bar.model_chosen.connect(self._on_model_chosen)
        self.top_bar.notice.accepted.connect(self._on_use_ready)
        self.top_bar.notice.dismissed.connect(self.session.dismiss_ready)
        self.status.cancel_requested.connect(self.session.cancel)
        self.start.new_requested.connect(self._on_new)
        self.start.open_requested.connect(self.choose_project)
        self.start.demo_requested.connect(self.open_demo)
        self.start.recent_chosen.connect(self.open_project)
        self.data.picture_opened.connect(self.show_picture)
        self.missing.accepted.connect(self.locate_folder)
        self.missing.dismissed.connect(self.missing.hide)
        self.train.picture_opened.connect(self.show_picture)
        self.tune.picture_opened.connect(self.show_picture)
        self.tune.page_wanted.connect(self.show_page)
        self.inspect.page_requested.connect(self.show_page)
        self.inspect.locate_requested.connect(self.locate_folder)
        self.inspect.told.connect(self.status.say)

    def _row_text(self, name: str) -> str:
        return next(row.text for row in ROWS if row.name == name)

    def _add_choices(self, menu: QMenu) -> None:
        """Add theme and language, which are one of several."""
        menu.addSeparator()
        themes = {"system": self.tr("Like the system"), "dark": self.tr("Dark"), "light": self.tr("Light")}
        self._add_choice(menu.addMenu(self.tr("Theme")), themes, self._preferences.text("theme"), self.set_theme)
        own = {"system": self.tr("Like the system"), **LANGUAGES}
        self._add_choice(menu.addMenu(self.tr("Language")), own, self._preferences.text("language"), self.set_language)

    def _add_choice(self, menu: QMenu, texts: dict[str, str], now: str, choose: Callable[[str], None]) -> None:
        group = QActionGroup(menu)
        for key, text in texts.items():
            action = group.addAction(text)
            action.setCheckable(True)
            action.setChecked(key == now)
            action.setData(key)
        menu.addActions(group.actions())
        group.triggered.connect(lambda action: choose(str(action.data())))

    def _slots(self) -> dict[str, Callable[[], None]]:
        slots: dict[str, Callable[[], None]] = {
            "new": self._on_new,
            "open": self.choose_project,
            "demo": self.open_demo,
            "close": self.close_project,
            "add_folder": lambda: self.data.choose_folder(),
            "add_files": lambda: self.data.choose_files(),
            "inspect_folder": lambda: self._show_folder(watch=False),
            "watch_folder": lambda: self._show_folder(watch=True),
            "compare_lighting": self._compare_lighting,
            "watch_arrivals": self._watch_arrivals,
            "import_labels": lambda: self._show_once(ImportLabelsDialog(self.session, self)),
            "export_labels": lambda: self._show_once(ExportLabelsDialog(self.session, self)),
            "pack": self.pack_project,
            "unpack": self.unpack_project,
            "save_report": lambda: self.export.choose_report(),
            "save_model": lambda: self.export.choose_model_file(),
            "export": lambda: self.show_page("export"),
            "quit": self.quit,
            "undo": self.session.undo,
            "redo": self.session.redo,
            "paste": self.paste,
            "full_screen": self.toggle_full_screen,
            "shortcuts": self.show_shortcuts,
            "about": self.show_about,
        }
        for page in PAGES:
            slots[f"page_{page}"] = lambda page=page: self.show_page(page)  # type: ignore[misc]
        return slots

    # What the actions do

    def show_page(self, name: str) -> None:
        """Show a page; without a project there is only the start page."""
        there = self.session.project is not None
        shown = name if there and name in PAGES else "start"
        self.session.model_in_sight = shown in ABOUT_THE_MODEL
        if self.pages.currentWidget() is not self.by_name[shown]:
            self.status.forget()
        self.pages.setCurrentWidget(self.by_name[shown])
        self._focus(shown)
        if shown != "start":
            self.rail.set_current(shown)
            self._preferences.set_last_page(shown)

    def _focus(self, shown: str) -> None:
        """Give the keyboard to what a page's keys are about, unless somebody walks along the rail."""
        focused = self.focusWidget()
        if focused is not None and self.rail.isAncestorOf(focused):
            return
        target = {"inspect": self.inspect.canvas, "data": self.data.view}.get(shown, self.by_name[shown])
        (target if target.isVisibleTo(self) else self.by_name[shown]).setFocus()

    def show_picture(self, sample: int) -> None:
        """Show one picture on the Inspect page."""
        self.session.select(sample)
        self.show_page("inspect")

    def new_project(self, name: str = "", folder: Path | None = None, reason: str = "") -> bool:
        """Ask for name and place and make a project; return whether there is one now. See `NewProjectDialog`."""
        dialog = NewProjectDialog(name, folder, self, reason)
        accepted = dialog.exec() == NewProjectDialog.DialogCode.Accepted
        path, title = dialog.path, dialog.name.text().strip()
        dialog.deleteLater()
        if not accepted:
            return False
        self.session.new_project(path, title)
        self.show_page("data")
        return self.session.project is not None and self.session.project.path == path

    def _on_new(self) -> None:
        self.new_project()

    def choose_project(self) -> None:
        """Ask for a project file and open it."""
        recent = self._preferences.recent()
        name, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Open a project or a model"),
            str(present_folder(*(path.parent for path in recent), default_folder())),
            self.tr("Projects and models (*{0} *{1})").format(PROJECT_SUFFIX, MODEL_SUFFIX),
        )
        if name:
            self.open_file(Path(name))

    def open_file(self, path: Path) -> None:
        """Open a project file, or use a model file."""
        if path.suffix.lower() == MODEL_SUFFIX:
            self.open_model(path)
        else:
            self.open_project(path)

    def open_model(self, path: Path) -> None:
        """Use a model file in the open project, or else in a new one, where its results have a place."""
        reason = self.tr(
            "A model inspects pictures in a project, which keeps its limits and results. "
            "This makes a new one with a copy of “{0}”; the model file stays as it is."
        ).format(path.name)
        if self.session.project is not None or self.new_project(path.stem, None, reason):
            self.session.open_model(path)
            self.show_page("inspect")

    def open_project(self, path: Path) -> None:
        """Open a project file."""
        self.session.open_project(path)

    def open_demo(self) -> None:
        """Draw the demo parts, if they are not there yet, and open them as a project."""
        self.pages.setCurrentWidget(self.start)
        self.session.open_demo()

    def close_project(self) -> None:
        """Go back to the start page."""
        self.session.close_project()
        self.start.refresh()
        self.show_page("start")

    def pack_project(self) -> None:
        """Ask with what and where to, and write the project into one file."""
        project = self.session.project
        if project is None:
            return
        images = self._ask_for_images()
        if images is None:
            return
        name, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Pack project"),
            str(project.path.with_suffix(".zip")),
            self.tr("Packed projects (*.zip)"),
        )
        if name:
            self.session.pack(Path(name), images=images)

    def _ask_for_images(self) -> bool | None:
        """Ask whether to pack the pictures; None where the person thinks better of it."""
        box = Question(
            self.tr("Pack the pictures and masks, too?"),
            self.tr("Without them the file is smaller; the project then looks for the pictures where they are now."),
            self,
        )
        with_them = box.addButton(self.tr("With pictures"), QMessageBox.ButtonRole.AcceptRole)
        without = box.addButton(self.tr("Without pictures"), QMessageBox.ButtonRole.ActionRole)
        cancel = box.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        chosen = box.ask(default=with_them, escape=cancel)
        return True if chosen is with_them else False if chosen is without else None

    def unpack_project(self) -> None:
        """Ask for a packed project and a place, make a project of it there and open it."""
        begin = self._preferences.folder(None)
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("Unpack a project"), str(begin), self.tr("Packed projects (*.zip)")
        )
        if not name:
            return
        source = Path(name)
        place = QFileDialog.getExistingDirectory(self, self.tr("Make the folder of the project in"), str(source.parent))
        if place:
            self.session.unpack(source, Path(place) / source.stem)

    def locate_folder(self) -> None:
        """Ask where the folder of the missing pictures is now."""
        project = self.session.project
        folder = QFileDialog.getExistingDirectory(
            self,
            self.tr("Where is the folder of the missing pictures now?"),
            str(self._preferences.folder(None if project is None else project.path.parent)),
        )
        if folder:
            self._preferences.set_folder(Path(folder).parent)
            self.session.locate(Path(folder))

    def paste(self) -> None:
        """Take files from the clipboard as if they were dropped."""
        found = dropped(QGuiApplication.clipboard().mimeData())
        if found:
            self.take(found)
        else:
            self.status.say(self.tr("There are no pictures in the clipboard"))

    def take(self, found: Dropped) -> None:
        """Do what is meant by dropping these files here."""
        if not found:
            text = self.tr("“{0}” is no picture, folder, project or model: nothing was added")
            self.status.say(text.format(found.others[0].name))
            return
        if found.projects:
            self.open_project(found.projects[0])
            return
        if found.models:
            self.open_model(found.models[0])
            return
        if self.session.project is None:
            first = (found.folders or found.pictures)[0]
            if not self.new_project(first.name if found.folders else first.parent.name):
                return
        project = self.session.project
        on_data = self.pages.currentWidget() is self.data or self.session.active_model is None
        if on_data and project is not None and not project.read_only:
            for folder in found.folders:
                self.session.add_folder(folder)
            if found.pictures:
                self.session.add_files(list(found.pictures))
            self.show_page("data")
            return
        self.session.add_files([*found.folders, *found.pictures])
        self.show_page("inspect")

    def toggle_full_screen(self) -> None:
        """Fill the screen, or go back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def set_theme(self, mode: str) -> None:
        """Put on another dress, and remember it."""
        self._preferences.set("theme", mode)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, "dark" if mode == "dark" else "light" if mode == "light" else "system")

    def set_language(self, code: str) -> None:
        """Speak another language, and remember it. The parts are made anew when Qt tells of it."""
        self._preferences.set("language", code)
        before = self._language.code
        self._language.use(system_language() if code == "system" else code)
        if self._language.code != before:
            self._rebuild()

    def show_shortcuts(self) -> None:
        """Show all keys on one sheet."""
        groups = []
        for key, title in MENUS.items():
            lines = [
                Keys(action.text().rstrip("…"), action.shortcut().toString(NATIVE))
                for row in ROWS
                if row.menu == key and not (action := self.actions_by_name[row.name]).shortcut().isEmpty()
            ]
            groups.append((MNEMONIC.sub("", words(title)), lines))
        pictures = [
            Keys(self.tr("Good"), "G"),
            Keys(self.tr("Defect"), "D"),
            Keys(self.tr("Undecided"), "U"),
            Keys(self.tr("Type of the defect"), QKeySequence("Shift+D").toString(NATIVE)),
            Keys(self.tr("Next picture"), self.tr("Down")),
            Keys(self.tr("Previous picture"), self.tr("Up")),
            Keys(self.tr("Use to train"), "T"),
            Keys(self.tr("Use to tune"), "N"),
            Keys(self.tr("Hold out"), "H"),
            Keys(self.tr("Remove"), "Del"),
            Keys(self.tr("Show all again"), "Esc"),
        ]
        viewer = [
            Keys(self.tr("Why is it strange"), "Y"),
            Keys(self.tr("Photo while held"), "B"),
            Keys(self.tr("Side by side"), "S"),
            Keys(self.tr("Line between photo and heat"), "X"),
            Keys(self.tr("The same with a good photo"), QKeySequence("Shift+X").toString(NATIVE)),
            Keys(self.tr("Move that line"), ",  ."),
        ]
        groups[2][1].extend(viewer)
        groups = [*groups[:3], (self.tr("Pictures"), pictures), (self.tr("Masks"), self._mask_keys())]
        self._show_once(ShortcutsDialog(groups, self))

    def _mask_keys(self) -> list[Keys]:
        names = {
            "look": self.tr("Look"),
            "brush": self.tr("Brush"),
            "eraser": self.tr("Eraser"),
            "polygon": self.tr("Polygon"),
            "fill": self.tr("Fill"),
            "wand": self.tr("Wand"),
        }
        return [
            *(Keys(name, TOOL_KEYS[tool]) for tool, name in names.items()),
            Keys(self.tr("Smaller, larger"), "[  ]"),
            Keys(self.tr("Pan while painting"), self.tr("Space")),
        ]

    def show_about(self) -> None:
        """Show versions and licences."""
        self._show_once(AboutDialog(self))

    def show_problem(self, failure: Failure) -> None:
        """Show a failure. While one is shown, another of the same words is not piled on it."""
        if self._dialog is not None and self._dialog.isVisible() and self._dialog.failure == failure:
            return
        self._dialog = ProblemDialog(failure, self)
        self._show_once(self._dialog)

    def _show_folder(self, *, watch: bool) -> None:
        """Show the dialog of a run into a folder beside the window, which goes on being used meanwhile."""
        dialog = FolderDialog(self.session, watch=watch, parent=self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def _compare_lighting(self) -> None:
        """Show the dialog beside the window, which goes on being used meanwhile."""
        if in_front(LightingDialog, self):
            return
        dialog = LightingDialog(self.session, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def _watch_arrivals(self) -> None:
        """Ask for a folder, and inspect on the Inspect page what comes into it."""
        self.show_page("inspect")
        self.inspect.choose_watched()

    def _show_once(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if isinstance(dialog, ProblemDialog):
            dialog.destroyed.connect(self._on_problem_closed)
        dialog.open()

    def _on_problem_closed(self) -> None:
        self._dialog = None

    # What the session tells

    def _on_changed(self, changes: Changes) -> None:
        if Kind.PROJECT in changes.kinds:
            self._refresh()
            project = self.session.project
            if project is None:
                self.show_page("start")
            elif self.pages.currentWidget() is self.start:
                self.show_page(self._preferences.last_page() or "data")
            if project is not None and not self.session.device:
                QTimer.singleShot(DEVICE_PAUSE_MS, self, self.session.detect_device)
            return
        if Kind.ACTIVE_MODEL in changes.kinds:
            self.status.forget()
        if changes.kinds & {Kind.SAMPLES, Kind.LABELS, Kind.MODELS, Kind.ACTIVE_MODEL}:
            self._show_project()
        self._refresh_states()

    def _on_job(self, job: Job) -> None:
        self._jobs[job.kind] = job
        if job.kind in QUIET_JOBS and job.state != "failed":
            return
        running = [other for kind, other in self._jobs.items() if other.active and kind not in QUIET_JOBS]
        self.status.show_job(job if job.active or not running else running[0])
        self._refresh_states()
        if job.kind == "train" and job.state == "done" and isinstance(job.result, list):
            self.status.say(self.tr("The models are trained: choose one on the Train page"))
        elif job.kind == "train" and job.state == "done" and self.session.ready is None:
            self.status.say(self.tr("{0} is trained and in use").format(job.result.name))
        if job.kind == "report" and job.state == "done":
            self.status.say(self.tr("Report written to {0}").format(job.result))
        if job.kind == "pack" and isinstance(job.result, Packed):
            self.status.say(self._packed(job.result))
        if job.kind == "adopt" and job.state == "done" and job.result is not None:
            self.status.say(self.tr("{0} is in use").format(job.result.name))
        if job.kind == "discover" and job.state == "done" and isinstance(job.result, Added) and not job.result.samples:
            self.status.say(already_there(job.result))

    def _packed(self, packed: Packed) -> str:
        if packed.missing:
            return self.tr("Packed into {0}; not there: {1}").format(packed.target, len(packed.missing))
        return self.tr("Packed into {0}").format(packed.target)

    def _on_missing(self) -> None:
        """Say once how many pictures are not where they were."""
        project, missing = self.session.project, self.session.missing
        if project is None or not missing:
            self.missing.show_text("")
            return
        folders = Counter(project.samples[sample].path.parent for sample in missing)
        folder = folders.most_common(1)[0][0]
        text = self.tr("{0} of {1} pictures are not where they were: {2}", None, len(missing))
        self.missing.show_text(text.format(f"{len(missing):,}", f"{len(project.samples):,}", folder))
        self.missing.button.setEnabled(not project.read_only)

    def _on_device(self, text: str) -> None:
        self.top_bar.show_device(text)

    def _on_saved(self, text: str) -> None:
        self.status.show_saved(text)

    def _on_model_chosen(self, model: str) -> None:
        self.session.use_model(model)

    def _on_ready(self, record: ModelRecord | None) -> None:
        text = "" if record is None else self.tr("Model {0} is ready").format(record.name)
        self.top_bar.notice.show_text(text)

    def _on_use_ready(self) -> None:
        if self.session.ready is not None:
            self.session.use_model(self.session.ready.id)

    def _show_project(self) -> None:
        self.top_bar.show_project(self.session.project, self.session.tally.of(Label.GOOD, Label.DEFECT))

    def _refresh(self) -> None:
        project = self.session.project
        self._on_ready(self.session.ready)
        self.setWindowTitle(f"{project.name} – Flawsight" if project is not None else "Flawsight")
        self._show_project()
        self.top_bar.show_device(self.session.device)
        self.status.show_saved(self.session.saved)
        self.rail.setVisible(project is not None)
        read_only = project is not None and project.read_only
        self.banner.setVisible(read_only)
        if read_only:
            why = self.session.why_read_only or self.tr("This project is open elsewhere: read-only here")
            kept = self.tr(
                "New pictures can be inspected; they and their results are kept until the project is closed."
            )
            self.banner.setText(joined(why, kept))
        self._refresh_states()
        self._refresh_undo()

    def _refresh_states(self) -> None:
        project = self.session.project
        calibration = self.session.calibration
        model = self.session.active_model is not None
        enable(
            self.actions_by_name,
            project=project is not None,
            writable=project is not None and not project.read_only,
            model=model,
        )
        self._refresh_undo()
        if project is None:
            return
        states = {
            "data": self._state(self.session.tally.of(Label.GOOD) > 0, "discover"),
            "train": self._state(model, "train"),
            "inspect": self._state(False, "inspect"),
            "tune": RailState.NONE,
            "export": self._export_state(),
        }
        if calibration is not None:
            provisional = calibration.image.provisional
            states["tune"] = RailState.ATTENTION if provisional else RailState.DONE
        for page, state in states.items():
            self.rail.set_state(page, state)

    def _state(self, done: bool, job: str) -> RailState:
        known = self._jobs.get(job)
        if known is not None and known.active:
            return RailState.RUNNING
        if known is not None and known.state == "failed":
            return RailState.ATTENTION
        return RailState.DONE if done else RailState.NONE

    def _export_state(self) -> RailState:
        """Say how the last export stands to the model and the limits in use now."""
        state = self._state(False, "export")
        model, calibration = self.session.active_model, self.session.calibration
        asked, exported = self.session.export_asked, self.session.exported
        if state is RailState.RUNNING:
            return state
        if state is RailState.ATTENTION and asked is not None and asked.standing(model, calibration) != "model":
            return state
        if exported is None:
            return RailState.NONE
        return {"current": RailState.DONE, "limits": RailState.ATTENTION, "model": RailState.NONE}[
            exported.standing(model, calibration)
        ]

    def _refresh_undo(self) -> None:
        if self._closed:
            return
        stack = self.session.undo_stack
        for name, can, text in (
            ("undo", stack.canUndo(), stack.undoText()),
            ("redo", stack.canRedo(), stack.redoText()),
        ):
            action = self.actions_by_name[name]
            action.setEnabled(can)
            title = words(self._row_text(name))
            action.setText(f"{title}: {text}" if text else title)

    # Language, drops, closing

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.actions_by_name["full_screen"].setChecked(self.isFullScreen())
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.session.look_for_missing()

    def _rebuild(self) -> None:
        shown = next(name for name, page in self.by_name.items() if page is self.pages.currentWidget())
        self._save_splitters()
        for row in ROWS:
            self.actions_by_name[row.name].setText(words(row.text))
        old = self.takeCentralWidget()
        if old is not None:
            old.deleteLater()
        self._build()
        self._refresh()
        self._on_missing()
        self.session.select(self.session.selected)  # the new page has not been told what there is to see
        self.show_page(shown)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        found = dropped(event.mimeData())
        if found or found.others:
            _accept_copy(event)
            self.overlay.invite(self._invitation(found))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        _accept_copy(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.overlay.dismiss()

    def dropEvent(self, event: QDropEvent) -> None:
        self.overlay.dismiss()
        found = dropped(event.mimeData())
        if found or found.others:
            _accept_copy(event)
            # Not inside the drop: a dialog would hold up the program that the files come from.
            QTimer.singleShot(0, self, lambda: self.take(found))

    def _invitation(self, found: Dropped) -> str:
        if not found:
            return self.tr("Only pictures, folders, projects and models can be used")
        if found.projects:
            return self.tr("Drop to open the project")
        if found.models:
            return self.tr("Drop to use the model")
        if self.session.project is None:
            return self.tr("Drop to make a project of these pictures")
        if self.pages.currentWidget() is self.data or self.session.active_model is None:
            return self.tr("Drop to add to the project")
        return self.tr("Drop to inspect")

    def quit(self) -> None:
        """Close the window, and with it the program."""
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._save_splitters()
        self._preferences.set_window_state("geometry", self.saveGeometry())
        training = self._jobs.get("train")
        exporting = self._jobs.get("export")
        lost = [job for job in (training, exporting) if job is not None and job.active]
        if lost and not self._closing and not self._may_stop(lost[0]):
            event.ignore()
            return
        self._closing = True
        if self.session.close(0):
            self._stopping.stop()
            event.accept()
            return
        self._stopping.start()
        QTimer.singleShot(STILL_MS, self, self._say_still_stopping)
        event.ignore()

    def _may_stop(self, job: Job) -> bool:
        box = Question(
            self.tr("{0} is still running.").format(job.title),
            self.tr("Closing stops it, and what it has done so far is lost."),
            self,
        )
        stop = box.addButton(self.tr("Stop and close"), QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton(self.tr("Keep running"), QMessageBox.ButtonRole.RejectRole)
        over = self.session.job_changed.connect(
            lambda now: box.reject() if now.kind == job.kind and not now.active else None
        )
        chosen = box.ask(default=stay, escape=stay)
        self.session.job_changed.disconnect(over)
        return chosen is stop or self._jobs[job.kind].state in ("done", "cancelled")  # nothing runs any more

    def _say_still_stopping(self) -> None:
        if self._stopping.isActive():
            self.status.say(self.tr("Still stopping…"))

    def _close_when_stopped(self) -> None:
        if self.session.close(0):
            self._stopping.stop()
            self.close()

    def dispose(self) -> None:
        """Let go of everything after the event loop has ended."""
        self._closed = True
        self.session.close(30_000)
        self.deleteLater()

    def _splitters(self) -> list[QSplitter]:
        return [s for s in self.findChildren(QSplitter) if s.objectName()]

    def _save_splitters(self) -> None:
        for splitter in self._splitters():
            self._preferences.set_window_state(splitter.objectName(), splitter.saveState())

    def _restore_splitters(self) -> None:
        for splitter in self._splitters():
            state = self._preferences.window_state(splitter.objectName())
            if not state.isEmpty():
                splitter.restoreState(state)


def _accept_copy(event: QDropEvent) -> None:
    """Take a drop as a copy whatever was proposed: of a move, the source may delete its files."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()
