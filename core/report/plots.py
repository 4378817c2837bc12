"""Plots of a report as shapes, for every kind of file; roles say what a shape is, not its colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from markupsafe import Markup

from core.report.words import Say
from core.scoring.metrics import Curve, crosses

WIDTH, HEIGHT = 460, 280
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 14, 44, 40
_BARS = 40
_POINTS = 400
_ROW, _WIDE, _NARROW = 11, 11.0, 6.0  # a letter's height, and its width at most, in words of 11 pixels


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; `role` is "axes", "good" or "defect"."""

    role: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points; `role` is "limit" or "curve"."""

    role: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """The operating point."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Text:
    """Words whose base line begins, has its middle or ends at x, y; `strong` ones lie over what is drawn."""

    x: float
    y: float
    text: str
    anchor: Literal["start", "middle", "end"] = "start"
    strong: bool = False


Shape = Box | Line | Dot | Text


@dataclass(frozen=True, slots=True)
class Drawing:
    """A plot of `WIDTH` x `HEIGHT`, y downwards."""

    title: str
    shapes: tuple[Shape, ...]

    def svg(self) -> Markup:
        """Return the plot as inline SVG: numbers and escaped words, no text from outside."""
        hatch = any(isinstance(shape, Box) and shape.role == "defect" for shape in self.shapes)
        return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>').format(
            WIDTH, HEIGHT, self.title, _HATCH if hatch else "", Markup("").join(map(_svg, self.shapes))
        )


_HATCH = Markup(
    '<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="hatch-ground" width="5" height="5"/><rect class="hatch-line" width="2" height="5"/>'
    "</pattern></defs>"
)


def _svg(shape: Shape) -> Markup:
    match shape:
        case Box():
            role = shape.role if shape.role == "axes" else f"bar {shape.role}"
            text = Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>')
            return text.format(role, shape.x, shape.y, shape.width, shape.height)
        case Line():
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in shape.points)
            return Markup('<polyline class="{}" points="{}"/>').format(shape.role, points)
        case Dot():
            return Markup('<circle class="point" cx="{:.1f}" cy="{:.1f}" r="5"/>').format(shape.x, shape.y)
        case Text():
            text = Markup('<text class="{}" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>')
            return text.format("point-text" if shape.strong else "", shape.x, shape.y, shape.anchor, shape.text)


def _x(share: float) -> float:
    return _LEFT + share * (WIDTH - _LEFT - _RIGHT)


def _y(share: float) -> float:
    return HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM)


def _framed(title: str, across: str, x_ends: tuple[str, str], y_ends: tuple[str, str], *body: Shape) -> Drawing:
    left, right, low, high = _x(0), _x(1), _y(0), _y(1)
    frame: tuple[Shape, ...] = (
        Box("axes", left, high, right - left, low - high),
        Text(left - 6, high + 4, y_ends[1], "end"),
        Text(left - 6, low + 4, y_ends[0], "end"),
        Text(left, low + 16, x_ends[0], "middle"),
        Text(right, low + 16, x_ends[1], "end"),
        Text((left + right) / 2, low + 30, across, "middle"),
    )
    return Drawing(title, (*frame, *body))


def number(value: float) -> str:
    """Return a raw score for people."""
    return f"{value:.4g}"


def histogram(
    scores: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_], limit: float, review: float | None, say: Say
) -> Drawing:
    """Draw how many good and defective images have which score, and where the limits stand.

    Parameters
    ----------
    scores, truth
        (N,), at least one; True for a defect.
    limit, review
        Raw image limit, and the review limit if there is one.
    """
    limits = [limit] if review is None else [review, limit]
    low, high = float(min(scores.min(), *limits, limit)), float(max(scores.max(), limit))
    if low == high:
        low, high = low - 0.5, high + 0.5
    edges = np.linspace(low, high, _BARS + 1)
    good, _ = np.histogram(scores[~truth], edges)
    defect, _ = np.histogram(scores[truth], edges)
    most = int(max(good.max(), defect.max(), 1))
    width = (_x(1) - _x(0)) / _BARS
    shapes: list[Shape] = []
    # Defects are hatched: they stay apart from the good ones on a black-and-white print, and where both overlap.
    for kind, counts in (("good", good), ("defect", defect)):
        for index in np.flatnonzero(counts):
            top = _y(counts[index] / most)
            shapes.append(Box(kind, _x(0) + index * width + 0.5, top, width - 1, _y(0) - top))
    words = [say("NG from {limit}", limit=number(limit))]
    if review is not None:
        words.insert(0, say("review from {limit}", limit=number(review)))
    for value, text, up in zip(limits, words, (24, 10) if review is not None else (10,), strict=True):
        share = (value - low) / (high - low)
        at, end = _x(share), share > 0.6
        shapes.append(Line("limit", ((at, _y(1) - up + 4), (at, _y(0)))))
        shapes.append(Text(at + (-5 if end else 5), _y(1) - up + 7, text, "end" if end else "start", strong=True))
    title = say("Histogram of image scores")
    return _framed(title, say("image score"), (number(low), number(high)), ("0", str(most)), *shapes)


def precision_recall_plot(curve: Curve, limit: float, title: str, say: Say) -> Drawing:
    """Draw precision over recall with the operating point at a raw limit; the curve is over images or pixels."""
    line = tuple((_x(float(curve.recall[i])), _y(float(curve.precision[i]))) for i in curve.thinned(_POINTS))
    point = curve.at(limit)
    x, y = _x(point.recall), _y(point.precision)
    words = say(
        "precision {precision} · recall {recall}",
        precision=f"{point.precision * 100:.1f} %",
        recall=f"{point.recall * 100:.1f} %",
    )
    return _framed(
        title,
        say("recall"),
        ("0", "1"),
        ("0", "1"),
        Line("curve", line),
        Dot(x, y),
        _beside(x, y, words, line),
        Text(_x(0), _y(1) - 10, say("precision")),
    )


def _beside(x: float, y: float, words: str, line: tuple[tuple[float, float], ...]) -> Text:
    """Return words at the place nearest to a point where the line does not run through them."""
    width = sum(_WIDE if ord(letter) > 0x2E80 else _NARROW for letter in words)
    places: list[Text] = []
    for away in range(0, HEIGHT, 8):
        for base in (y + 18 + away, y - 12 - away):
            if not (_y(1) < base - _ROW and base + 4 < _y(0)):
                continue
            for ends in (x > WIDTH / 2, x <= WIDTH / 2):
                left = min(max(x - 9 - width if ends else x + 9, _x(0) + 3), _x(1) - 3 - width)
                right = left + width
                places.append(Text(right if ends else left, base, words, "end" if ends else "start", strong=True))
                if not crosses(np.array(line), (left, base - _ROW), (right, base + 4)):
                    return places[-1]
    return places[0]
