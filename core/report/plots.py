"""Plots of a report as inline SVG: numbers only, no text from outside."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from markupsafe import Markup

from core.scoring.metrics import Curve

_WIDTH, _HEIGHT = 460, 280
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 14, 30, 40
_BARS = 40
_POINTS = 400


def _x(share: float) -> float:
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _y(share: float) -> float:
    return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)


def _frame(title: str, across: str, x_ends: tuple[str, str], y_ends: tuple[str, str], body: str) -> Markup:
    left, right, low, high = _x(0), _x(1), _y(0), _y(1)
    return Markup(
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{title}">'
        f'<rect class="axes" x="{left}" y="{high}" width="{right - left}" height="{low - high}"/>'
        f'<text x="{left - 6}" y="{high + 4}" text-anchor="end">{y_ends[1]}</text>'
        f'<text x="{left - 6}" y="{low + 4}" text-anchor="end">{y_ends[0]}</text>'
        f'<text x="{left}" y="{low + 16}" text-anchor="middle">{x_ends[0]}</text>'
        f'<text x="{right}" y="{low + 16}" text-anchor="end">{x_ends[1]}</text>'
        f'<text x="{(left + right) / 2}" y="{low + 30}" text-anchor="middle">{across}</text>'
        f"{body}</svg>"
    )


def number(value: float) -> str:
    """Return a raw score for people."""
    return f"{value:.4g}"


def histogram(scores: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_], threshold: float) -> Markup:
    """Draw how many good and defective images have which score, and where the limit stands.

    Parameters
    ----------
    scores, truth
        (N,), at least one; True for a defect.
    threshold
        Raw image limit.
    """
    low, high = float(min(scores.min(), threshold)), float(max(scores.max(), threshold))
    if low == high:
        low, high = low - 0.5, high + 0.5
    edges = np.linspace(low, high, _BARS + 1)
    good, _ = np.histogram(scores[~truth], edges)
    defect, _ = np.histogram(scores[truth], edges)
    most = int(max(good.max(), defect.max(), 1))
    width = (_x(1) - _x(0)) / _BARS
    bars = []
    # Defects are hatched: they stay apart from the good ones on a black-and-white print, and where both overlap.
    for kind, counts in (("good", good), ("defect", defect)):
        for index in np.flatnonzero(counts):
            top = _y(counts[index] / most)
            bars.append(
                f'<rect class="bar {kind}" x="{_x(0) + index * width + 0.5:.1f}" y="{top:.1f}" '
                f'width="{width - 1:.1f}" height="{_y(0) - top:.1f}"/>'
            )
    share = (threshold - low) / (high - low)
    anchor = "end" if share > 0.6 else "start"
    body = (
        '<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect class="hatch-ground" width="5" height="5"/><rect class="hatch-line" width="2" height="5"/>'
        "</pattern></defs>"
        + "".join(bars)
        + f'<line class="limit" x1="{_x(share):.1f}" x2="{_x(share):.1f}" y1="{_y(1) - 6}" y2="{_y(0)}"/>'
        f'<text class="limit-text" x="{_x(share) + (-5 if anchor == "end" else 5):.1f}" y="{_y(1) - 10}" '
        f'text-anchor="{anchor}">NG from {number(threshold)}</text>'
    )
    return _frame("Histogram of image scores", "image score", (number(low), number(high)), ("0", str(most)), body)


def precision_recall_plot(curve: Curve, threshold: float, title: str) -> Markup:
    """Draw precision over recall with the operating point.

    Parameters
    ----------
    curve
        Over images or over pixels.
    threshold
        Raw limit in force.
    title
        For screen readers; plain letters.
    """
    kept = curve.thinned(_POINTS)
    line = " ".join(f"{_x(curve.recall[i]):.1f},{_y(curve.precision[i]):.1f}" for i in kept)
    point = curve.at(threshold)
    x, y = _x(point.recall), _y(point.precision)
    anchor = "end" if point.recall > 0.5 else "start"
    beside = -9 if anchor == "end" else 9
    below = 18 if point.precision > 0.5 else -12
    words = f"precision {point.precision:.1%} · recall {point.recall:.1%}".replace("%", " %")
    body = (
        f'<polyline class="curve" points="{line}"/><circle class="point" cx="{x:.1f}" cy="{y:.1f}" r="5"/>'
        f'<text class="point-text" x="{x + beside:.1f}" y="{y + below:.1f}" text-anchor="{anchor}">{words}</text>'
        f'<text x="{_x(0)}" y="{_y(1) - 10}">precision</text>'
    )
    return _frame(title, "recall", ("0", "1"), ("0", "1"), body)
