"""Time a frame of the viewer: pan, zoom, opacity and a moved limit over a large photo; and a gallery of 10,000 rows.

Run from the root: ``QT_QPA_PLATFORM=offscreen python -m benchmarks.canvas_frames``.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from core.images.framing import Framing
from core.project.model import Kind
from core.scoring.thresholds import Calibration, Threshold
from gui import theme
from gui.canvas.canvas import ImageCanvas
from gui.jobs.thumbnails import ThumbnailLoader
from gui.panels.gallery import GalleryPanel
from gui.panels.gallery_model import Filter
from tests.fakes_gui import CALIBRATION, FakeSession, draw_flange, draw_heat, project_in_memory

VIEW = (1100, 800)
FRAMES = 60


def limits(pixel: float) -> Calibration:
    return Calibration(CALIBRATION.image, Threshold(pixel), CALIBRATION.low, CALIBRATION.high)


def timed(what: str, widget: QWidget, step: Callable[[int], object]) -> None:
    """Print median and 95th percentile of one step with the paint that follows it."""
    target = QImage(widget.size(), QImage.Format.Format_RGB32)
    times = []
    for number in range(FRAMES):
        start = time.perf_counter()
        step(number)
        widget.render(target, QPoint())
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    print(f"{what:<44} median {statistics.median(times):7.2f} ms   95 % {times[int(FRAMES * 0.95)]:7.2f} ms")


def viewer(megapixels: float) -> None:
    width = round((megapixels * 1e6 * 1.2) ** 0.5)
    size = (round(megapixels * 1e6 / width), width)
    small = draw_flange((1024, 1228), scratch=True)
    photo = np.ascontiguousarray(cv2.resize(small, (size[1], size[0]), interpolation=cv2.INTER_LINEAR))
    canvas = ImageCanvas()
    canvas.resize(*VIEW)
    start = time.perf_counter()
    canvas.show_photo(photo, "part.png")
    canvas.render(QImage(canvas.size(), QImage.Format.Format_RGB32), QPoint())
    print(f"\n{megapixels:g} megapixels, {VIEW[0]} x {VIEW[1]} view")
    print(f"{'first frame of a photo':<44} {(time.perf_counter() - start) * 1000:.1f} ms")
    canvas.show_heat(draw_heat(True, size=(1024, 1228)), Framing().place(size), CALIBRATION)
    canvas._fade.stop()
    layer = canvas._heat
    assert layer is not None
    start = time.perf_counter()
    for number in range(FRAMES):
        layer.set_calibration(limits(14 + number * 0.01))
    print(f"{'requantise the map':<44} {(time.perf_counter() - start) / FRAMES * 1000:.2f} ms")
    start = time.perf_counter()
    for number in range(FRAMES):
        canvas.set_calibration(limits(15 + number * 0.01))
    print(f"{'moved limit, without painting':<44} {(time.perf_counter() - start) / FRAMES * 1000:.2f} ms")
    timed("moved limit, fitted", canvas, lambda n: canvas.set_calibration(limits(13 + n * 0.02)))
    timed("opacity", canvas, lambda n: canvas.set_opacity(n / FRAMES))
    timed("pointer over the heat", canvas, lambda n: canvas.update())
    timed("zoom", canvas, lambda n: canvas.zoom_by(1.06, QPointF(640, 300)))
    canvas.actual_size()
    timed("pan at 100 %", canvas, lambda n: canvas._pan(7 if n % 2 else -9, 5))
    canvas.fit()
    canvas.zoom_by(2.3)
    timed("pan, shrunk", canvas, lambda n: canvas._pan(7 if n % 2 else -9, 5))
    canvas.zoom_by(100)
    timed("pan at 6400 %", canvas, lambda n: canvas._pan(7 if n % 2 else -9, 5))
    canvas.set_side_by_side(True)
    canvas.fit()
    canvas.zoom_by(1.5)
    timed("pan, side by side", canvas, lambda n: canvas._pan(7 if n % 2 else -9, 5))


def gallery(count: int) -> None:
    rng = np.random.default_rng(0)
    project = project_in_memory(Path("/nowhere"), rng.normal(12, 4, count).tolist())
    session = FakeSession(project)
    loader = ThumbnailLoader(None)
    start = time.perf_counter()
    panel = GalleryPanel(session, thumbnails=loader)
    panel.resize(250, 900)
    panel.show()
    print(f"\n{count:,} rows\n{'open':<44} {(time.perf_counter() - start) * 1000:.1f} ms")
    session.select(5)
    timed("moved limit", panel, lambda n: session.set_limits(image=12 + n * 0.01))
    bar = panel.view.verticalScrollBar()
    timed("scroll", panel, lambda n: bar.setValue(n * 900))

    def scores(number: int) -> None:
        for sample in rng.integers(1, count, 8).tolist():
            session.set_score(sample, float(rng.normal(12, 4)))
        panel._on_gathered()

    timed("8 new scores, sorted in", panel, scores)
    panel.show_only(Filter.NG)
    timed("moved limit with the NG filter", panel, lambda n: session.set_limits(image=12 + n * 0.01))
    session.tell((), Kind.CALIBRATION)
    loader.close()


if __name__ == "__main__":
    app = QApplication(sys.argv)
    theme.apply(app, "dark")
    viewer(24)
    viewer(100)
    gallery(10_000)
