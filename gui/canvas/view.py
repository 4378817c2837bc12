"""Where a picture lies on the screen: pure arithmetic, no toolkit.

Screen lengths here are device pixels (what the screen really has), so that 100 % is one picture pixel a screen pixel
on every display. Points are (x, y), sizes (height, width) as everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

HIGHEST_SCALE = 64.0
FIT_MARGIN = 0.045


@dataclass(frozen=True, slots=True)
class View:
    """One way of looking at a picture.

    Attributes
    ----------
    scale
        Device pixels per picture pixel.
    centre
        The point of the picture, (x, y) in its pixels, that lies in the middle of the pane.
    """

    scale: float
    centre: tuple[float, float]

    def to_screen(self, x: float, y: float, pane: tuple[int, int]) -> tuple[float, float]:
        """Return where a point of the picture lies in the pane, device pixels from its top left."""
        return (x - self.centre[0]) * self.scale + pane[1] / 2, (y - self.centre[1]) * self.scale + pane[0] / 2

    def to_image(self, x: float, y: float, pane: tuple[int, int]) -> tuple[float, float]:
        """Return the point of the picture under a point of the pane."""
        return (x - pane[1] / 2) / self.scale + self.centre[0], (y - pane[0] / 2) / self.scale + self.centre[1]


def fitting(image: tuple[int, int], pane: tuple[int, int]) -> View:
    """Return the view that shows the whole picture with a little air, small ones enlarged at most 8 times."""
    room = min(pane[0] / image[0], pane[1] / image[1]) * (1 - 2 * FIT_MARGIN)
    return View(max(min(room, 8.0), 1e-4), (image[1] / 2, image[0] / 2))


def lowest_scale(image: tuple[int, int], pane: tuple[int, int]) -> float:
    """Return how far one can zoom out: half the fitting size, but never above 100 %."""
    return min(fitting(image, pane).scale / 2, 1.0)


def _held(centre: float, length: int, visible: float) -> float:
    """Keep a picture that is larger than the pane from leaving it, and a smaller one in its middle."""
    if length <= visible:
        return length / 2
    # A tenth of the pane may show beyond the edge, so that a defect at the rim can be looked at freely.
    slack = visible * 0.1
    return min(max(centre, visible / 2 - slack), length - visible / 2 + slack)


def settled(view: View, image: tuple[int, int], pane: tuple[int, int]) -> View:
    """Return the nearest view that is allowed: scale within bounds, the picture in sight."""
    scale = min(max(view.scale, lowest_scale(image, pane)), HIGHEST_SCALE)
    return View(
        scale,
        (
            _held(view.centre[0], image[1], pane[1] / scale),
            _held(view.centre[1], image[0], pane[0] / scale),
        ),
    )


def zoomed(
    view: View, scale: float, anchor: tuple[float, float], image: tuple[int, int], pane: tuple[int, int]
) -> View:
    """Zoom to a scale so that the point of the picture under `anchor` (device pixels in the pane) stays where it is."""
    scale = min(max(scale, lowest_scale(image, pane)), HIGHEST_SCALE)
    x, y = view.to_image(*anchor, pane)
    centre = (x - (anchor[0] - pane[1] / 2) / scale, y - (anchor[1] - pane[0] / 2) / scale)
    return settled(View(scale, centre), image, pane)


def panned(view: View, dx: float, dy: float, image: tuple[int, int], pane: tuple[int, int]) -> View:
    """Move the picture by device pixels."""
    moved = replace(view, centre=(view.centre[0] - dx / view.scale, view.centre[1] - dy / view.scale))
    return settled(moved, image, pane)


def around(box: tuple[float, float, float, float], image: tuple[int, int], pane: tuple[int, int]) -> View:
    """Return the view that shows a box (x, y, width, height in picture pixels) with its surroundings.

    The box takes about a third of the pane, and is never enlarged beyond 800 %.
    """
    x, y, width, height = box
    scale = min(pane[0] / max(height, 1.0), pane[1] / max(width, 1.0)) / 3
    scale = max(min(scale, 8.0), fitting(image, pane).scale)
    return settled(View(scale, (x + width / 2, y + height / 2)), image, pane)


def overflows(view: View, image: tuple[int, int], pane: tuple[int, int]) -> bool:
    """Say whether part of the picture lies outside the pane, so that there is something to pan to."""
    return image[0] * view.scale > pane[0] + 0.5 or image[1] * view.scale > pane[1] + 0.5
