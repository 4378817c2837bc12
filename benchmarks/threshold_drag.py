"""Time from a moved limit to the repainted plots, with 10,000 images. Run: python -m benchmarks.threshold_drag."""

import argparse
import os
import time

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from core.scoring.metrics import precision_recall
from gui import theme
from gui.canvas.plots import PrecisionRecallPlot, ScoreHistogram
from gui.widgets import ConfusionMatrix, NumberSlider

BUDGET_MS = 16.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--steps", type=int, default=500)
    arguments = parser.parse_args()
    app = QApplication([])
    theme.apply(app, "dark")
    rng = np.random.default_rng(0)
    defects = arguments.images // 8
    good = rng.gamma(9.0, 1.0, arguments.images - defects)
    defect = rng.normal(17.0, 4.0, defects)
    curve = precision_recall(np.concatenate([good, defect]), np.arange(arguments.images) >= len(good))
    assert curve is not None

    window = QWidget()
    layout = QHBoxLayout(window)
    histogram, precision, matrix = ScoreHistogram(), PrecisionRecallPlot(), ConfusionMatrix()
    number = NumberSlider("NG", 0.0, 30.0)
    for widget in (histogram, precision, matrix, number):
        layout.addWidget(widget)
    window.resize(1440, 480)
    window.show()
    histogram.set_scores(good, defect, 15.0)
    precision.set_curve(curve, 15.0)
    for _ in range(5):
        app.processEvents()

    times = []
    for value in np.linspace(5.0, 25.0, arguments.steps):
        start = time.perf_counter()
        histogram.set_threshold(float(value))
        precision.set_threshold(float(value))
        number.set_value(float(value))
        counts = curve.at(float(value)).confusion
        matrix.set_counts(counts.tn, counts.fp, counts.fn, counts.tp)
        app.processEvents()  # one paint of all that changed, as in the program
        times.append(1000 * (time.perf_counter() - start))
    median, p95, worst = np.percentile(times, [50, 95, 100])
    ratio = window.devicePixelRatioF()
    print(f"{arguments.images} images, {arguments.steps} steps, {window.width()} x {window.height()} at {ratio:g} x")
    print(f"median {median:.2f} ms, 95 % under {p95:.2f} ms, longest {worst:.2f} ms, budget {BUDGET_MS:g} ms")


if __name__ == "__main__":
    main()
