"""Time painting on a mask over a photo of 24 megapixels: from a mouse event to the paint on the screen, and saving.

Run from the root: ``QT_QPA_PLATFORM=offscreen python -m benchmarks.stroke``. It waits neither for a screen's refresh
nor for the system's queue; a screen of 60 Hz leaves 16.7 ms for all of it. Times are given by the clock, and as
computing time of the window's thread, which other programs hardly lengthen.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from core.images.framing import Framing
from core.project.edits import AddSamples, SetMarks
from core.project.masks import DrawnMask, PackedMask, fill_enclosed, paint_stroke
from core.project.model import Sample
from core.project.storage import ProjectFile
from gui import theme
from gui.canvas.canvas import ImageCanvas, Painted
from gui.canvas.marks import type_colour
from gui.canvas.tools import Brush
from tests.fakes_gui import CALIBRATION, draw_flange, draw_heat

SIZE = (4472, 5367)
VIEW = (1100, 800)
EVENTS = 240


Times = tuple[float, float]  # ms: by the clock, computing


def report(what: str, times: list[Times]) -> None:
    parts = []
    for kind, each in zip(("clock", "computing"), zip(*times, strict=True), strict=True):
        ordered = sorted(each)
        worst = ordered[int(len(ordered) * 0.95)]
        parts.append(f"{kind}: median {statistics.median(ordered):6.2f}, 95 % {worst:6.2f}, most {ordered[-1]:7.2f} ms")
    print(f"{what:<54} {'   '.join(parts)}")


def timed(step: Callable[[], object]) -> Times:
    start, begun = time.perf_counter(), time.thread_time()
    step()
    return (time.perf_counter() - start) * 1000, (time.thread_time() - begun) * 1000


class Easel:
    """A viewer with a photo, its heat, and a mask to paint on."""

    def __init__(self, app: QApplication) -> None:
        self.app = app
        small = draw_flange((1024, 1228), scratch=True)
        photo = np.ascontiguousarray(cv2.resize(small, SIZE[::-1], interpolation=cv2.INTER_LINEAR))
        self.canvas = ImageCanvas()
        self.canvas.resize(*VIEW)
        self.canvas.show()
        self.canvas.show_photo(photo, "part.png")
        self.canvas.show_heat(draw_heat(True, size=(1024, 1228)), Framing().place(SIZE), CALIBRATION)
        self.drawn = DrawnMask(np.zeros(SIZE, np.uint8))
        self.canvas.show_marks(self.drawn, type_colour(0), filled=True)
        self.packed = PackedMask(SIZE)
        self.strokes: list[Painted] = []
        self.canvas.painted.connect(self.strokes.append)
        self.wait(0.6)

    def wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.app.processEvents()

    def send(self, kind: QEvent.Type, at: QPointF) -> None:
        button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        event = QMouseEvent(kind, at, at, button, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        self.app.sendEvent(self.canvas, event)
        self.app.processEvents()

    def stroke(self, what: str, diameter: float, step: float) -> None:
        """Paint along a spiral, about so many screen pixels between two events, and time each event with its paint."""
        self.canvas.set_tool(Brush("Brush stroke", 1, diameter))
        self.app.processEvents()
        points = []
        angle = 0.0
        while len(points) < EVENTS:
            radius = 60 + 4 * angle
            points.append(QPointF(550 + radius * np.cos(angle), 400 + radius * np.sin(angle)))
            angle += step / radius
        self.send(QEvent.Type.MouseButtonPress, points[0])
        times = [timed(lambda at=at: self.send(QEvent.Type.MouseMove, at)) for at in points]
        self.send(QEvent.Type.MouseButtonRelease, points[-1])
        report(what, times)


def saving(easel: Easel, folder: Path) -> None:
    """Time what the end of a stroke does: packing what it touched, and beside the window one transaction."""
    file = ProjectFile.create(folder / "p.flawsight", "P")
    file.do(AddSamples([Sample(1, str(folder / "1.png"), size=SIZE)]))
    packed = PackedMask.of(easel.drawn.pixels)
    file.do(SetMarks({1: packed}, "Brush stroke"))
    rng = np.random.default_rng(0)
    packing, making, writing = [], [], []
    for _ in range(60):
        start = rng.uniform(500, 4000, 2)
        end = start + rng.uniform(-400, 400, 2)
        box = paint_stroke(easel.drawn.pixels, tuple(start), tuple(end), 40, int(rng.integers(0, 2)))
        before = packed
        packing.append(timed(lambda before=before, box=box: before.painted(easel.drawn.pixels, box)))
        packed = before.painted(easel.drawn.pixels, box)
        edit, made = SetMarks({1: packed}, "Brush stroke"), []
        making.append(timed(lambda edit=edit, made=made: made.append(file.later(edit.apply, edit.undo))))
        writing.append(timed(lambda made=made: file.save(made)))
    file.close()
    report("pack a stroke of up to 400 x 400 pixels", packing)
    report("make the change", making)
    report("save it (another thread): one transaction, on the disk", writing)
    kept = sum(map(len, packed.tiles.values()))
    print(f"{'the whole mask, packed':<54} {len(packed.tiles)} squares, {kept:,} bytes")


def main() -> None:
    app = QApplication(sys.argv)
    theme.apply(app, "dark")
    easel = Easel(app)
    canvas = easel.canvas
    print(f"{SIZE[1]} x {SIZE[0]} pixels, {VIEW[0]} x {VIEW[1]} view")
    easel.stroke("whole photo in sight, brush of 24 pixels", 24, 8)
    easel.stroke("whole photo in sight, brush of 200 pixels, fast", 200, 40)
    canvas.actual_size()
    easel.wait(0.1)
    easel.stroke("at 100 %, brush of 24 pixels", 24, 8)
    easel.stroke("at 100 %, brush of 200 pixels, fast", 200, 40)
    easel.stroke("at 100 %, brush of 600 pixels, fast", 600, 40)
    canvas.zoom_by(8)
    easel.wait(0.1)
    easel.stroke("at 800 %, brush of 24 pixels", 24, 8)
    canvas.set_side_by_side(True)
    canvas.fit()
    easel.wait(0.1)
    easel.stroke("side by side, brush of 100 pixels", 100, 8)
    with tempfile.TemporaryDirectory() as name:
        saving(easel, Path(name))
    ring = np.zeros(SIZE, np.uint8)
    cv2.circle(ring, (2600, 2200), 900, 1, 9)
    copies = iter([ring.copy() for _ in range(5)])
    report("fill a circle of 1,800 pixels", [timed(lambda: fill_enclosed(next(copies), 2600, 2200)) for _ in range(5)])
    report("refuse to fill the background", [timed(lambda: fill_enclosed(ring, 5, 5))])
    report("make a mask ready to be painted on (another thread)", [timed(lambda: DrawnMask(ring))])


if __name__ == "__main__":
    main()
