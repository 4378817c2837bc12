"""A session for tests of panels: a real project in memory, the session's signals, and a list of what was asked for."""

import cv2
import numpy as np
from PySide6.QtCore import QObject, Signal

from core.images.framing import Framing
from core.project.edits import meet_types
from core.project.model import Changes, Kind, Label, ModelRecord, Project, Sample, Score
from core.scoring.thresholds import Calibration, Threshold
from gui.session.counting import Tally
from gui.settings import Preferences

CALIBRATION = Calibration(image=Threshold(15.0), pixel=Threshold(14.2), low=2.0, high=28.0)


def draw_flange(size=(512, 612), seed=0, scratch=False):
    """Return a drawn flange (H, W, 3) with six bores; with `scratch` a light line across its ring."""
    rng = np.random.default_rng(seed)
    height, width = size
    radius = 0.42 * min(size)
    centre = (width / 2, height / 2)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    distance = np.hypot(columns - centre[0], rows - centre[1])
    grey = np.full(size, 58.0, np.float32)
    ring = (distance < radius) & (distance > radius * 0.37)
    grey[ring] = 158 + 14 * np.cos(distance[ring] / radius * 70)
    grey[np.abs(distance - radius) < radius * 0.012] = 212
    grey[np.abs(distance - radius * 0.37) < radius * 0.012] = 212
    turn = float(rng.uniform(0, 0.2))
    for number in range(6):
        angle = turn + number * np.pi / 3
        bore = np.hypot(
            columns - centre[0] - 0.7 * radius * np.cos(angle), rows - centre[1] - 0.7 * radius * np.sin(angle)
        )
        grey[bore < radius * 0.12] = 44
        grey[np.abs(bore - radius * 0.12) < radius * 0.012] = 208
    grey += rng.normal(0, 2.5, size)
    picture = np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[..., None], 3, axis=2)
    if scratch:
        a = (round(centre[0] + radius * 0.5), round(centre[1] - radius * 0.55))
        b = (round(centre[0] + radius * 0.75), round(centre[1] - radius * 0.2))
        cv2.line(picture, a, b, (226, 226, 222), max(round(radius * 0.03), 1), cv2.LINE_AA)
    return picture


def draw_heat(scratch, seed=0, frame=(256, 256), size=(512, 612)):
    """Return the heat (h, w) that suits `draw_flange`: calm, or hot along the scratch."""
    rng = np.random.default_rng(seed)
    calm = cv2.GaussianBlur(rng.normal(0, 1, frame).astype(np.float32), (0, 0), 6)
    heat = 6.0 + 12.0 * calm
    if scratch:
        radius = 0.42 * min(size)
        across, down = frame[1] / size[1], frame[0] / size[0]
        a = (round((size[1] / 2 + radius * 0.5) * across), round((size[0] / 2 - radius * 0.55) * down))
        b = (round((size[1] / 2 + radius * 0.75) * across), round((size[0] / 2 - radius * 0.2) * down))
        line = np.zeros(frame, np.float32)
        cv2.line(line, a, b, 1.0, 6)
        line = cv2.GaussianBlur(line, (0, 0), 3.5)
        heat = heat + 19.0 * line / line.max()
    return heat.astype(np.float32)


class FakeWatcher(QObject):
    """Watches nothing."""

    changed = Signal()
    folder = None

    def concerned(self, changes):
        return False


class FakeSession(QObject):
    """Holds a project; every intent is written down in `asked` and, where simple, carried out."""

    changed = Signal(object)
    selected_changed = Signal(object)
    inspected = Signal(object)
    explained = Signal(object)
    likened = Signal(object)
    job_changed = Signal(object)
    problem = Signal(object)
    device_changed = Signal(str)
    saved_changed = Signal(str)
    missing_changed = Signal()

    def __init__(self, project=None):
        super().__init__()
        self.project = project
        self.preferences = Preferences()
        self.watcher = FakeWatcher(self)
        self.selected = None
        self.asked = []
        self.missing = frozenset()
        self.why_read_only = ""
        self.tally = Tally(project)
        self.undone = []
        self.meet_types()

    def meet_types(self):
        if self.project is not None and (edit := meet_types(self.project, self.tally.types)):
            edit.apply(self.project)

    @property
    def active_model(self):
        project = self.project
        return None if project is None or project.active_model is None else project.models[project.active_model]

    @property
    def calibration(self):
        return None if self.project is None else self.project.calibration

    @property
    def areas(self):
        return {}

    areas_stale = False
    learnt_from = frozenset()

    def learnt(self, sample):
        return sample in self.learnt_from

    def select(self, sample):
        self.asked.append(("select", sample))
        self.selected = sample
        self.selected_changed.emit(sample)

    def set_label(self, samples, label, defect_type=None):
        self.asked.append(("set_label", frozenset(samples), label))
        for sample in samples:
            now = self.project.samples[sample]
            kept = now.defect_type if defect_type is None else defect_type
            self.project.samples[sample] = now._replace(label=label, defect_type=kept)
        self.announce(Changes(frozenset(samples), frozenset({Kind.LABELS})))

    def do(self, edit):
        self.asked.append(("do", edit.title))
        self.undone = [*self.undone, edit]
        self.announce(edit.apply(self.project))
        return True

    def undo(self):
        self.announce(self.undone.pop().undo(self.project))

    def announce(self, changes):
        self.tally.update(self.project, changes.samples)
        self.meet_types()
        self.changed.emit(changes)

    def look_ahead(self, sample):
        self.ahead = sample

    def explain(self, spot):
        self.asked.append(("explain", spot))

    def liken(self):
        self.asked.append(("liken",))

    def inspect_all(self, ids=None):
        self.asked.append(("inspect_all", ids))

    def add_files(self, paths):
        self.asked.append(("add_files", list(paths)))

    def add_folder(self, path):
        self.asked.append(("add_folder", path))

    def tell(self, samples, *kinds):
        self.changed.emit(Changes(frozenset(samples), frozenset(kinds)))

    def set_limits(self, image=15.0, pixel=14.2):
        limits = Calibration(Threshold(image), Threshold(pixel), 2.0, 28.0)
        self.project.calibrations["m1"] = limits
        self.tell((), Kind.CALIBRATION)

    def set_score(self, sample, score):
        old = self.project.scores.get(("m1", sample))
        placement = Framing().place((512, 612)) if old is None else old.placement
        heat_file = f"/nowhere/{sample}.npy" if old is None else old.heat_file
        self.project.scores["m1", sample] = Score(sample, "m1", score, heat_file, 0.1, placement)
        self.tell((sample,), Kind.SCORES)


def project_in_memory(folder, scores, *, labels=None, troubles=None, model=True):
    """Return a project of len(scores) samples called IMG_0001.png and so on; ids from 1; None is not inspected."""
    project = Project(folder / "Flange M8.flawsight", "Flange M8")
    for number, score in enumerate(scores, start=1):
        project.samples[number] = Sample(
            number,
            str(folder / f"IMG_{number:04d}.png"),
            label=(labels or {}).get(number, Label.UNDECIDED),
            trouble=(troubles or {}).get(number, ""),
            size=(512, 612),
        )
        if model and score is not None:
            project.scores["m1", number] = Score(
                number, "m1", score, str(folder / f"{number}.npy"), 0.1, Framing().place((512, 612))
            )
    if model:
        project.models["m1"] = ModelRecord("m1", "PatchCore 1", "patchcore", folder / "m1.flawmodel", "2026-01-01")
        project.calibrations["m1"] = CALIBRATION
        project.active_model = "m1"
    return project
