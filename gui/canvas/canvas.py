"""The viewer: a photo at full resolution with its heat, the regions over the limit, and what lies under the pointer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import (
    QEvent,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    QThreadPool,
    QTimer,
    QVariantAnimation,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QPushButton, QSizePolicy, QWidget

from core.project.masks import NOTHING, Box, DrawnMask, Point
from core.scoring.regions import Region, regions
from gui import theme
from gui.canvas import view as looking
from gui.canvas.heat import CONTOUR, OUTSIDE, HeatLayer, colour_table
from gui.canvas.marks import HALO, MarkLayer
from gui.canvas.outlines import outside_path
from gui.canvas.pixels import Pyramid, Span, UInt8Image, closed_path, qimage
from gui.canvas.readout import limit_text, raw_text
from gui.canvas.tools import Tool, Wand
from gui.icons import icon

if TYPE_CHECKING:
    from core.images.area import Area
    from core.images.framing import Placement
    from core.scoring.thresholds import Calibration

FADE_MS = 120
PATIENCE_MS = 180
KEY_ZOOM = 1.25
WHEEL_NOTCH = 120
ARROW_STEP = 80
GAP = 12
SPLIT_STEP = 0.05
REACH = 8  # device-independent pixels: what counts as near
GUIDE = QColor("#ffffff")
SPOT = QColor("#5b93ff")
# From so many pixels on, the shrunk copies are made ahead in another thread: zooming must not wait for them.
LARGE = 8_000_000
CHIP = QColor(14, 15, 18, 235)
CHIP_TEXT = QColor("#f4f5f7")
WORDS = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)


@dataclass(frozen=True, slots=True)
class Hover:
    """What lies under the pointer: the photo's pixel, and the raw heat there where there is heat."""

    x: int
    y: int
    value: float | None


@dataclass(frozen=True, slots=True)
class Painted:
    """A stroke that has ended: what it is called in the undo menu, and where it changed the mask."""

    title: str
    touched: Box


class State(Enum):
    """What the canvas shows."""

    EMPTY = "empty"
    LOADING = "loading"
    ERROR = "error"
    PHOTO = "photo"


class ImageCanvas(QWidget):
    """Shows one photo. It zooms with the wheel to the pointer, pans by dragging, and paints only what is in sight.

    With a tool, the left button paints on the mask, and the middle one or the space bar pans. A stroke paints anew no
    more than what it touched.

    Keys: F or 0 fit, 1 true size, Ctrl with + or - zooms, arrows pan when zoomed in, H shows or hides the heat, B hides
    it while held; comma and full stop move the line between photo and heat. With a tool: [ and ] or Ctrl and the wheel
    make it smaller and larger, Shift draws a straight line, Enter, Backspace and Esc end, shorten and drop an outline;
    Esc once more puts the tool away.

    Signals
    -------
    hovered
        `Hover` under the pointer, or None when it left the photo.
    view_changed
        Device pixels per photo pixel (1.0 is 100 %), after every change.
    regions_changed
        Tuple of `Region`: what is over the pixel limit now, highest peak first.
    heat_shown_changed
        Whether the heat is switched on.
    side_by_side_changed, swiping_changed
        Whether there are two panes, or a line to drag between photo and heat.
    remedy_wanted
        The person pressed the button below an error.
    painted
        `Painted`: a stroke has ended.
    tool_changed
        The tool has another size or limit.
    tool_left
        The person wants no tool any more.
    refused
        Why a tool painted nothing, translated.
    """

    hovered = Signal(object)
    view_changed = Signal(float)
    regions_changed = Signal(object)
    heat_shown_changed = Signal(bool)
    side_by_side_changed = Signal(bool)
    swiping_changed = Signal(bool)
    remedy_wanted = Signal()
    painted = Signal(object)
    tool_changed = Signal()
    tool_left = Signal()
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            parent,
            mouseTracking=True,
            focusPolicy=Qt.FocusPolicy.StrongFocus,
            accessibleName=self.tr("Picture viewer"),
        )
        self.setObjectName("imageCanvas")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 160)
        self.grabGesture(Qt.GestureType.PinchGesture)
        self._state = State.EMPTY
        self._title = self.tr("No picture selected")
        self._text = ""
        self._name = ""
        self.remedy = QPushButton(self)
        self.remedy.hide()
        self._pyramid: Pyramid | None = None
        self._drawn: dict[Pyramid, tuple[looking.View, tuple[int, int], QImage, Span]] = {}
        self._heat: HeatLayer | None = None
        self._partial: HeatLayer | None = None  # shown in its place
        self._spot = QPainterPath()
        self._regions: tuple[Region, ...] = ()
        self._contour_path = QPainterPath()
        self._outside = QPainterPath()  # what does not count, in pixels of the photo
        self.marks: MarkLayer | None = None
        self.tool: Tool | None = None
        self._touched = NOTHING  # by the stroke that has not ended
        self._guide = QPainterPath()
        self._spaced = False
        self._view = looking.View(1.0, (0.0, 0.0))
        self._fitted = True
        self._opacity = 0.75
        self.colours = "inferno"
        self.table = colour_table(self.colours, self._opacity)
        self._contours = True
        self._side_by_side = False
        self._swiping = False
        self._split = 0.5  # where the line stands, as a share of the width
        self._splitting = False
        self._other: tuple[Pyramid, str] | None = None  # a photo to compare with, and its name
        self._heat_on = True
        self._blinking = False
        self._drag: QPointF | None = None
        self._pointer: QPointF | None = None
        self._hover: Hover | None = None
        self._fade = QVariantAnimation(self, duration=FADE_MS, startValue=0.0, endValue=1.0)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._fade.valueChanged.connect(self.update)
        self._patience.timeout.connect(self._on_patience_ended)
        self.remedy.clicked.connect(self.remedy_wanted)
        theme.theme_events().changed.connect(self.update)

    # What is shown -----------------------------------------------------------

    def show_photo(self, pixels: UInt8Image, name: str = "") -> None:
        """Show a photo, (H, W, 3) RGB, which must not change afterwards. Its heat comes later by `show_heat`.

        A view that was zoomed in stays when the next photo has the same size, so that one place can be compared.
        """
        old = self._pyramid.size if self._pyramid is not None else None
        self._patience.stop()
        self._pyramid = self._layered(pixels)
        self._state = State.PHOTO
        self.remedy.hide()
        self._name = name
        self._forget_layers()
        if self._fitted or old != self._pyramid.size:
            self.fit()
        else:
            self._look(self._view)
        self._describe()

    def show_area(self, area: Area) -> None:
        """Darken what of the photo does not count, until there is heat: that has an area of its own."""
        if self._pyramid is not None:
            self._outside = outside_path(area, self._pyramid.size)
            self.update()

    def show_heat(self, heat: npt.NDArray[np.float32] | None, placement: Placement, calibration: Calibration) -> None:
        """Lay a raw heat map (h, w) over the photo, or take it away with None."""
        self._heat = None if heat is None else HeatLayer(heat, placement, calibration)
        self._outside = outside_path(placement.area, placement.image_size)
        if heat is not None:
            self._fade.stop()
            self._fade.start()
        self._find_regions()

    def show_partial(self, heat: npt.NDArray[np.float32] | None) -> None:
        """Colour another map of the same frame in place of the heat map, or again the heat map; regions stay."""
        whole = self._heat
        self._partial = None if heat is None or whole is None else HeatLayer(heat, whole.placement, whole.calibration)
        self._follow_pointer()
        self.update()

    def show_spot(self, box: tuple[float, float, float, float] | None) -> None:
        """Outline a rectangle (x, y, width, height) of the photo, or none."""
        self._spot = QPainterPath()
        if box is not None:
            self._spot.addRect(QRectF(*box))
        self.update()

    def set_calibration(self, calibration: Calibration) -> None:
        """Apply moved limits to the heat in sight."""
        if self._partial is not None:
            self._partial.set_calibration(calibration)
        if self._heat is not None and calibration != self._heat.calibration:
            self._heat.set_calibration(calibration)
            self._find_regions()

    def show_marks(self, drawn: DrawnMask | None, colour: QColor, filled: bool) -> None:
        """Show a mask of the photo's size, tinted or only outlined; None takes it away."""
        if drawn is None:
            self.marks = None
        else:
            if self.marks is None or self.marks.drawn is not drawn:
                self.marks = MarkLayer(drawn)
            self.marks.set_colour(colour, filled)
        self.update()

    def refresh_marks(self, touched: Box) -> None:
        """Follow a change of the mask's pixels."""
        if self.marks is not None:
            self._update_span(self.marks.refresh(touched))

    def set_tool(self, tool: Tool | None) -> None:
        """Give the left button to a tool, or back to panning; a stroke that has begun is ended."""
        self.end_stroke()
        if self.tool is not None and tool is not self.tool:
            self.tool.cancel()
        self.tool = tool
        self._show_cursor()
        self._follow_pointer()
        self.update()

    def end_stroke(self) -> None:
        """End a stroke that has begun where it has got to."""
        if self.tool is not None and self.tool.busy:
            self.tool.cancel()
            self._paint(NOTHING)

    def show_empty(self, title: str, text: str = "") -> None:
        """Show a sentence instead of a photo."""
        self._show_words(State.EMPTY, title, text)

    def show_error(self, title: str, text: str = "", remedy: str = "") -> None:
        """Say why there is no photo: what is wrong, and what to do; a button, if it has a text, does it."""
        self._show_words(State.ERROR, title, text, remedy)

    def show_loading(self, name: str) -> None:
        """Say that a photo is on its way. The old one stays for a moment, so that quick ones do not flicker."""
        self._name = name
        if self._state is State.PHOTO:
            self._forget_layers()
            self._patience.start()
        else:
            self._on_patience_ended()

    @property
    def state(self) -> State:
        """What is shown now."""
        return self._state

    @property
    def photo_size(self) -> tuple[int, int] | None:
        """(H, W) of the photo, or None without one."""
        return None if self._pyramid is None else self._pyramid.size

    @property
    def regions(self) -> tuple[Region, ...]:
        """The regions over the pixel limit, highest peak first."""
        return self._regions

    @property
    def pointed(self) -> tuple[float, float] | None:
        """The point (x, y) of the photo under the pointer, or None where it is elsewhere."""
        return None if self._hover is None else (self._hover.x + 0.5, self._hover.y + 0.5)

    @property
    def has_heat(self) -> bool:
        """Whether there is a heat map of this photo, shown or not."""
        return self._heat is not None

    # How it is shown ---------------------------------------------------------

    def set_opacity(self, opacity: float) -> None:
        """Set how strongly the heat covers the photo, 0 to 1."""
        self._opacity = min(max(opacity, 0.0), 1.0)
        self.table = colour_table(self.colours, self._opacity)
        self.update()

    def set_colours(self, name: str) -> None:
        """Choose the colour map by its name, one of `COLOUR_MAPS`."""
        self.table = colour_table(name, self._opacity)
        self.colours = name
        self.update()

    def set_contours(self, on: bool) -> None:
        """Draw the borders of the regions over the pixel limit, or not."""
        self._contours = on
        self.update()

    def set_side_by_side(self, on: bool) -> None:
        """Show the bare photo and the heat in two panes that move together, beside or below each other."""
        if on == self._side_by_side:
            return
        self._side_by_side = on
        if on:
            self.set_swiping(False)
            self._other = None
        self.side_by_side_changed.emit(on)
        self._resettle()

    def set_swiping(self, on: bool) -> None:
        """Show the bare photo left of a line that can be dragged, and the heat right of it."""
        if on != self._swiping:
            self._swiping = on
            if on:
                self.set_side_by_side(False)
            self.swiping_changed.emit(on)
            self._show_cursor()
            self.update()

    def show_other(self, pixels: UInt8Image | None, name: str = "") -> None:
        """Show another photo of the same size right of the line that can be dragged, or none.

        Parameters
        ----------
        pixels
            (H, W, 3) RGB, of the photo's size; must not change afterwards.
        """
        self._drawn.clear()
        self._other = None
        if pixels is not None:
            self.set_side_by_side(False)
            self._other = (self._layered(pixels), name)
        self._show_cursor()
        self.update()

    @property
    def split(self) -> float | None:
        """Where the line to drag stands, as a share of the width; None where there is none."""
        return self._split if (self._swiping or self._other is not None) and self._pyramid is not None else None

    def move_split(self, to: float) -> None:
        """Move the line to a share of the width."""
        self._split = min(max(to, 0.02), 0.98)
        self.update()

    def set_heat_shown(self, on: bool) -> None:
        """Show or hide the heat; contours are drawn without it, too."""
        if on != self._heat_on:
            self._heat_on = on
            self.heat_shown_changed.emit(on)
            self.update()

    @property
    def heat_shown(self) -> bool:
        """Whether the heat is switched on and not blinked away."""
        return self._heat_on and not self._blinking

    @property
    def zoom(self) -> float:
        """Device pixels per photo pixel; 1.0 is 100 %."""
        return self._view.scale

    @property
    def fitted(self) -> bool:
        """Whether the whole photo is shown and follows the size of the window."""
        return self._fitted

    def fit(self) -> None:
        """Show the whole photo, and keep doing so when the window changes its size."""
        if self._pyramid is not None:
            self._fitted = True
            self._look(looking.fitting(self._pyramid.size, self._pane_size()))

    def actual_size(self) -> None:
        """Show one photo pixel on one screen pixel."""
        self._zoom_to(1.0, None)

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom by a factor about a point of the widget, or about the middle."""
        self._zoom_to(self._view.scale * factor, at)

    def zoom_to_region(self, region: Region) -> None:
        """Bring a region into the middle, with its surroundings."""
        if self._pyramid is not None:
            x, y, width, height = region.box
            box = (float(x), float(y), float(width), float(height))
            self._fitted = False
            self._look(looking.around(box, self._pyramid.size, self._pane_size()))

    # Inside ------------------------------------------------------------------

    @staticmethod
    def _layered(pixels: UInt8Image) -> Pyramid:
        """Return a photo with its shrunk copies, which for a large one are made ahead."""
        pyramid = Pyramid(pixels)
        if pixels.shape[0] * pixels.shape[1] > LARGE:
            QThreadPool.globalInstance().start(pyramid.prepare)
        return pyramid

    def _forget_layers(self) -> None:
        self.end_stroke()
        if self.tool is not None:
            self.tool.forget()
        self._heat = self._partial = None
        self._other = None
        self._splitting = False
        self._spot = QPainterPath()
        self._outside = QPainterPath()
        self.marks = None
        self._drawn.clear()
        self._hover = None
        self._take_regions(())

    def _show_words(self, state: State, title: str, text: str, remedy: str = "") -> None:
        self._patience.stop()
        self._state, self._title, self._text = state, title, text
        self.remedy.setText(remedy)
        self.remedy.setVisible(bool(remedy))
        self._place_remedy()
        self._pyramid = None
        self._forget_layers()
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setAccessibleDescription(f"{title} {text}".strip())
        self.update()

    def _on_patience_ended(self) -> None:
        self._show_words(State.LOADING, self.tr("Reading {name}…").format(name=self._name), "")

    def _find_regions(self) -> None:
        layer = self._heat
        found: tuple[Region, ...] = ()
        if layer is not None:
            limits = layer.calibration
            found = regions(layer.heat, limits.pixel.value, layer.placement, limits.min_area)
        self._take_regions(found)
        self.update()

    def _take_regions(self, found: tuple[Region, ...]) -> None:
        self._regions = found
        lines = (line for region in found for line in (region.contour, *region.holes))
        self._contour_path = closed_path(tuple(np.asarray(line, np.float32) for line in lines))
        self._describe()
        self.regions_changed.emit(found)

    def _describe(self) -> None:
        if self._pyramid is None:
            return
        height, width = self._pyramid.size
        words = self.tr("{name}, {width} × {height} pixels").format(name=self._name, width=width, height=height)
        if self._heat is not None:
            words += ", " + self.tr("regions over the pixel limit: {count}").format(count=len(self._regions))
        self.setAccessibleDescription(words)

    def _panes(self) -> list[QRect]:
        """The rectangles that show the photo, in widget coordinates; the heat is in the last one.

        Two lie beside each other, or one above the other where that shows the whole photo larger.
        """
        whole = self.rect()
        if not self._side_by_side:
            return [whole]
        beside = QSize((whole.width() - GAP) // 2, whole.height())
        stacked = QSize(whole.width(), (whole.height() - GAP) // 2)
        size = max((beside, stacked), key=self._fitting_scale)
        last = QRect(QPoint(0, 0), size)
        last.moveBottomRight(whole.bottomRight())
        return [QRect(whole.topLeft(), size), last]

    def _fitting_scale(self, pane: QSize) -> float:
        if self._pyramid is None:
            return float(pane.height())  # beside each other, until there is a photo
        height, width = self._pyramid.size
        return min(pane.height() / height, pane.width() / width)

    def _pane_size(self) -> tuple[int, int]:
        """(height, width) of one pane in device pixels."""
        ratio = self.devicePixelRatioF()
        pane = self._panes()[0]
        return max(round(pane.height() * ratio), 1), max(round(pane.width() * ratio), 1)

    def _pane_point(self, at: QPointF) -> tuple[float, float]:
        """Return a point of the widget as device pixels within the pane under it."""
        ratio = self.devicePixelRatioF()
        panes = self._panes()
        pane = panes[-1] if at.x() >= panes[-1].left() and at.y() >= panes[-1].top() else panes[0]
        return (at.x() - pane.left()) * ratio, (at.y() - pane.top()) * ratio

    def _look(self, view: looking.View) -> None:
        if self._pyramid is None:
            return
        self._view = looking.settled(view, self._pyramid.size, self._pane_size())
        if self._drag is None:
            self._show_cursor()
        self._follow_pointer()
        self.view_changed.emit(self._view.scale)
        self.update()

    def _resettle(self) -> None:
        if self._fitted:
            self.fit()
        else:
            self._look(self._view)
        self.update()

    def _zoom_to(self, scale: float, at: QPointF | None) -> None:
        if self._pyramid is None:
            return
        pane = self._pane_size()
        anchor = (pane[1] / 2, pane[0] / 2) if at is None else self._pane_point(at)
        self._fitted = False
        self._look(looking.zoomed(self._view, scale, anchor, self._pyramid.size, pane))

    def _pan(self, dx: float, dy: float) -> None:
        if self._pyramid is not None:
            ratio = self.devicePixelRatioF()
            self._look(looking.panned(self._view, dx * ratio, dy * ratio, self._pyramid.size, self._pane_size()))

    def _can_pan(self) -> bool:
        return self._pyramid is not None and looking.overflows(self._view, self._pyramid.size, self._pane_size())

    def _show_cursor(self) -> None:
        if self.tool is not None and not self._spaced:
            self.setCursor(Qt.CursorShape.CrossCursor)
            return
        if self._near_split():
            self.setCursor(Qt.CursorShape.SplitHCursor)
            return
        self.setCursor(Qt.CursorShape.OpenHandCursor if self._can_pan() else Qt.CursorShape.CrossCursor)

    def _near_split(self) -> bool:
        """Whether the pointer is on the line to drag."""
        split, at = self.split, self._pointer
        return split is not None and at is not None and abs(at.x() - split * self.width()) <= REACH

    def _follow_pointer(self) -> None:
        """Work out anew what lies under the pointer; the photo may have moved under it."""
        hover = None
        if self._pyramid is not None and self._pointer is not None and self._drag is None:
            x, y = self._view.to_image(*self._pane_point(self._pointer), self._pane_size())
            height, width = self._pyramid.size
            if 0 <= x < width and 0 <= y < height:
                layer = self._partial or self._heat
                value = None if layer is None else layer.value_at(x, y)
                hover = Hover(int(x), int(y), value)
        if hover != self._hover:
            self._hover = hover
            self.hovered.emit(hover)
        if self.tool is None:
            self.update()
        else:
            self._follow_guide()

    # Tools -------------------------------------------------------------------

    def _point(self, at: QPointF) -> Point:
        """Return the point of the photo under a point of the widget."""
        return self._view.to_image(*self._pane_point(at), self._pane_size())

    def _paint(self, touched: Box) -> None:
        """Show what a tool has painted, and tell of it when the stroke has ended."""
        tool = self.tool
        if tool is None:
            return
        self.refresh_marks(touched)
        self._touched = self._touched.union(touched)
        if not tool.busy and self._touched.area:
            stroke, self._touched = Painted(tool.title, self._touched), NOTHING
            self.painted.emit(stroke)

    def _act_with_tool(self, event: QMouseEvent) -> bool:
        """Let the tool have the press of a button; False where it is no business of a tool's."""
        if self.tool is None or event.button() is not Qt.MouseButton.LeftButton or self._spaced:
            return False
        if self.marks is not None:
            straight = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            reach = REACH * self.devicePixelRatioF() / self._view.scale
            pixels = self.marks.drawn.pixels
            self._paint(self.tool.press(pixels, self._point(event.position()), straight, reach))
            self._follow_guide()
            if self.tool is not None and self.tool.refusal:
                self.refused.emit(self.tool.refusal)
        return True

    def _resize_tool(self, notches: float) -> None:
        if self.tool is not None:
            self.tool.resize(notches)
            self.tool_changed.emit()
            self._follow_guide()

    def _follow_guide(self) -> None:
        """Draw the tool's guide at the pointer, and where it was no more; nothing else changes."""
        at = None if self._pointer is None else self._point(self._pointer)
        if self.tool is None or self._pyramid is None:
            return
        before, self._guide = self._guide, self.tool.guide(at)
        for transform in self._placements():
            for path in (before, self._guide):
                if not path.isEmpty():
                    self.update(transform.mapRect(path.boundingRect()).toAlignedRect().adjusted(-4, -4, 4, 4))
        if isinstance(self.tool, Wand):
            self.update()  # its words move along

    def _placements(self) -> Iterator[QTransform]:
        """Yield how the photo's pixels come to the widget, for each pane."""
        for pane in self._panes():
            yield self._placement_in(pane)

    def _placement_in(self, pane: QRect) -> QTransform:
        ratio = self.devicePixelRatioF()
        scale = self._view.scale / ratio
        x, y = self._view.to_screen(0.0, 0.0, self._pane_size())
        return QTransform(scale, 0, 0, scale, pane.left() + x / ratio, pane.top() + y / ratio)

    def _update_span(self, part: QRect) -> None:
        """Paint a part of the panes anew, given in device pixels."""
        if part.isEmpty():
            return
        ratio = self.devicePixelRatioF()
        for pane in self._panes():
            place = QRectF(part.x() / ratio, part.y() / ratio, part.width() / ratio, part.height() / ratio)
            self.update(place.translated(QPointF(pane.topLeft())).toAlignedRect())

    # Events ------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Add pinching, on a trackpad and on a touch screen, to what widgets do."""
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom_by(1 + event.value(), event.position())
                return True
        elif isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self.zoom_by(pinch.scaleFactor(), QPointF(self.mapFromGlobal(pinch.hotSpot())))
                return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the photo fitted, or where it was."""
        super().resizeEvent(event)
        self._drawn.clear()
        self._place_remedy()
        self._resettle()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom to the pointer: a notch of a mouse wheel is a quarter, a trackpad goes as smoothly as it reports."""
        notches = event.angleDelta().y() / WHEEL_NOTCH
        if self.tool is not None and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._resize_tool(notches)
            event.accept()
        elif notches and self._pyramid is not None:
            self.zoom_by(KEY_ZOOM**notches, event.position())
            event.accept()
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to paint, or to pan."""
        if self._pyramid is not None and self._act_with_tool(event):
            return
        self._pointer = event.position()
        if event.button() is Qt.MouseButton.LeftButton and self._near_split():
            self._splitting = True
        elif event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton) and self._pyramid is not None:
            self._drag = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._follow_pointer()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Paint, pan, or tell what lies under the pointer."""
        self._pointer = event.position()
        if self.tool is not None and self.tool.busy and self.marks is not None:
            self._paint(self.tool.drag(self.marks.drawn.pixels, self._point(event.position())))
            self._follow_guide()
            return
        if self._splitting:
            self.move_split(event.position().x() / self.width())
            return
        if self._drag is None:
            if self.split is not None:
                self._show_cursor()
            self._follow_pointer()
            return
        step = event.position() - self._drag
        self._drag = event.position()
        self._fitted = self._fitted and not self._can_pan()
        self._pan(step.x(), step.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a stroke, or panning."""
        tool, left = self.tool, event.button() is Qt.MouseButton.LeftButton
        if tool is not None and tool.busy and left and self.marks is not None:
            self._paint(tool.release(self.marks.drawn.pixels, self._point(event.position())))
            self._follow_guide()
        elif self._splitting:
            self._splitting = False
            self._show_cursor()
        elif self._drag is not None and not event.buttons():
            self._drag = None
            self._show_cursor()
            self._follow_pointer()
        else:
            super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Go to true size at the pointer, or back to the whole photo; with a tool, end what has been begun."""
        if self._pyramid is not None and self._act_with_tool(event):
            if self.tool is not None and self.marks is not None:
                self._paint(self.tool.finish(self.marks.drawn.pixels))
                self._follow_guide()
        elif event.button() is not Qt.MouseButton.LeftButton:
            super().mouseDoubleClickEvent(event)
        elif self._fitted:
            self._zoom_to(1.0 if self._view.scale < 1 else KEY_ZOOM**6 * self._view.scale, event.position())
        else:
            self.fit()

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the pointer."""
        self._pointer = None
        self._follow_pointer()
        super().leaveEvent(event)

    def focusOutEvent(self, event: object) -> None:
        """End a blink, or a space bar's pan, whose key was let go elsewhere."""
        self._set_blinking(False)
        self._set_spaced(False)
        super().focusOutEvent(event)  # type: ignore[arg-type]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom, pan and blink; everything else goes on to the page."""
        if not self.act_on_key(event):
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """End a blink, or panning by the space bar."""
        if event.key() == Qt.Key.Key_B and not event.isAutoRepeat():
            self._set_blinking(False)
        elif event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._set_spaced(False)
        else:
            super().keyReleaseEvent(event)

    def _set_blinking(self, on: bool) -> None:
        if on != self._blinking:
            self._blinking = on
            self.update()

    def _set_spaced(self, on: bool) -> None:
        if on != self._spaced:
            self._spaced = on
            if self._drag is None:
                self._show_cursor()

    def _act_on_tool_key(self, key: int) -> bool:
        tool = self.tool
        if tool is None:
            return False
        if key == Qt.Key.Key_Space:
            self._set_spaced(True)
        elif key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
            self._resize_tool(1 if key == Qt.Key.Key_BracketRight else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.marks is not None:
            self._paint(tool.finish(self.marks.drawn.pixels))
        elif key == Qt.Key.Key_Backspace:
            tool.back()
        elif key == Qt.Key.Key_Escape:
            self._drop_or_leave(tool)
        else:
            return False
        self._follow_guide()
        return True

    def _drop_or_leave(self, tool: Tool) -> None:
        if tool.busy:
            self.end_stroke()
        elif not tool.cancel():
            self.tool_left.emit()

    def act_on_key(self, event: QKeyEvent) -> bool:
        """Do what a key asks for, wherever it was pressed; return whether it was one of the viewer's."""
        key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if self._pyramid is None:
            return False
        if held & Qt.KeyboardModifier.ControlModifier:
            factors = {Qt.Key.Key_Plus: KEY_ZOOM, Qt.Key.Key_Equal: KEY_ZOOM, Qt.Key.Key_Minus: 1 / KEY_ZOOM}
            if key in factors:
                self.zoom_by(factors[Qt.Key(key)])
            return key in factors
        arrows = {
            Qt.Key.Key_Left: (ARROW_STEP, 0),
            Qt.Key.Key_Right: (-ARROW_STEP, 0),
            Qt.Key.Key_Up: (0, ARROW_STEP),
            Qt.Key.Key_Down: (0, -ARROW_STEP),
        }
        if key in arrows:
            if held or not self._can_pan():
                return False
            self._fitted = False
            self._pan(*arrows[Qt.Key(key)])
            return True
        return not held and (self._act_on_tool_key(key) or self._act_on_letter(key))

    def _act_on_letter(self, key: int) -> bool:
        if key in (Qt.Key.Key_F, Qt.Key.Key_0):
            self.fit()
        elif key == Qt.Key.Key_1:
            self.actual_size()
        elif key == Qt.Key.Key_H:
            self.set_heat_shown(not self._heat_on)
        elif key == Qt.Key.Key_B:
            self._set_blinking(True)
        elif key in (Qt.Key.Key_Comma, Qt.Key.Key_Period) and self.split is not None:
            self.move_split(self._split + (SPLIT_STEP if key == Qt.Key.Key_Period else -SPLIT_STEP))
        else:
            return False
        return True

    # Painting ----------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the part in sight, from the photo up to the words under the pointer."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.current().well)
        if self._pyramid is None:
            self._paint_words(painter)
        else:
            panes = self._panes()
            if self.split is not None:
                self._paint_swipe(painter, self.split)
            else:
                for number, pane in enumerate(panes):
                    self._paint_pane(painter, pane, with_heat=number == len(panes) - 1)
            if len(panes) > 1:
                self._paint_pane_names(painter, panes, (self.tr("Photo"), self.tr("Heat")))
            if self.tool is None or isinstance(self.tool, Wand):
                self._paint_chip(painter)
        if self.hasFocus() and self.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange):
            painter.setPen(QPen(theme.current().accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()

    def _paint_swipe(self, painter: QPainter, split: float) -> None:
        """Paint the photo left of the line, what it is compared with right of it, and the line."""
        x = round(split * self.width())
        left, right = QRect(0, 0, x, self.height()), QRect(x, 0, self.width() - x, self.height())
        self._paint_pane(painter, self.rect(), with_heat=self._other is not None, clip=left)
        if self._other is None:
            self._paint_pane(painter, self.rect(), with_heat=True, clip=right)
            names = (self.tr("Photo"), self.tr("Heat"))
        else:
            self._paint_other(painter, self._other[0], right)
            names = (self.tr("This part"), self._other[1])
        for colour, width in ((HALO, 4.0), (GUIDE, 2.0)):
            painter.setPen(QPen(colour, width))
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        middle = QPointF(x, self.height() / 2)
        painter.setBrush(CHIP)
        painter.drawEllipse(middle, 9, 9)
        for way in (-1, 1):
            arrow = [middle + QPointF(way * across, down) for across, down in ((3, -3), (6, 0), (3, 3))]
            painter.drawPolyline(arrow)
        self._paint_pane_names(painter, [left, right], names)

    def _paint_other(self, painter: QPainter, other: Pyramid, clip: QRect) -> None:
        drawn = self._in_sight(other, self._pane_size())
        if drawn is not None:
            ratio = self.devicePixelRatioF()
            drawn[0].setDevicePixelRatio(ratio)
            painter.save()
            painter.setClipRect(clip)
            painter.drawImage(QPointF(drawn[1][0] / ratio, drawn[1][1] / ratio), drawn[0])
            self._stroke(painter, self.rect(), self._spot, SPOT, 1.5)
            painter.restore()

    def _paint_pane(self, painter: QPainter, pane: QRect, *, with_heat: bool, clip: QRect | None = None) -> None:
        size = self._pane_size()
        drawn = None if self._pyramid is None else self._in_sight(self._pyramid, size)
        if drawn is None:
            return
        photo, span = drawn
        ratio = self.devicePixelRatioF()
        corner = QPointF(pane.left() + span[0] / ratio, pane.top() + span[1] / ratio)
        painter.save()
        painter.setClipRect(pane if clip is None else clip)
        photo.setDevicePixelRatio(ratio)
        painter.drawImage(corner, photo)
        if with_heat and self._heat is not None and self.heat_shown:
            strength = self._fade.currentValue() if self._fade.state() is QVariantAnimation.State.Running else 1.0
            heat = (self._partial or self._heat).render(self._view, size, span, self.table)
            heat.setDevicePixelRatio(ratio)
            painter.setOpacity(float(strength))
            painter.drawImage(corner, heat)
            painter.setOpacity(1.0)
        if not self._outside.isEmpty():
            painter.fillPath(self._placement_in(pane).map(self._outside), OUTSIDE)
        if with_heat and self._contours and not self._blinking:
            self._stroke(painter, pane, self._contour_path, CONTOUR, 2.0)
        if self.marks is not None and not self._blinking:
            painter.drawImage(corner, self.marks.render(self._view, size, span, ratio))
        if self.tool is not None:
            self._stroke(painter, pane, self._guide, GUIDE, 1.0)
        elif not self._blinking:
            self._stroke(painter, pane, self._spot, SPOT, 1.5)
        painter.restore()

    def _in_sight(self, photo: Pyramid, pane: tuple[int, int]) -> tuple[QImage, Span] | None:
        kept = self._drawn.get(photo)
        if kept is None or kept[0] != self._view or kept[1] != pane:
            rendered = photo.render(self._view, pane)
            if rendered is None:
                return None
            kept = self._drawn[photo] = (self._view, pane, qimage(rendered[0]), rendered[1])
        return kept[2], kept[3]

    def _stroke(self, painter: QPainter, pane: QRect, path: QPainterPath, colour: QColor, width: float) -> None:
        """Draw a line of constant width on the screen, with a dark rim that keeps it readable on light metal."""
        if path.isEmpty():
            return
        placed = self._placement_in(pane).map(path)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for tone, thickness in ((HALO, width + 2.0), (colour, width)):
            join = Qt.PenJoinStyle.RoundJoin
            painter.setPen(QPen(tone, thickness, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, join))
            painter.drawPath(placed)

    def _paint_plate(self, painter: QPainter, text: str, corner: QPointF, font: QFont) -> None:
        box = self._plate_size(text, font)
        rect = QRectF(corner.x(), corner.y(), box.width(), box.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(CHIP)
        painter.drawRoundedRect(rect, 5, 5)
        painter.setPen(CHIP_TEXT)
        painter.setFont(font)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)

    @staticmethod
    def _plate_size(text: str, font: QFont) -> QRectF:
        metrics = QFontMetricsF(font)
        return QRectF(0, 0, metrics.horizontalAdvance(text) + 20, metrics.height() + 10)

    def _paint_pane_names(self, painter: QPainter, panes: list[QRect], names: tuple[str, str]) -> None:
        font = theme.sized(self.font(), theme.CAPTION_PIXELS)
        for pane, name in zip(panes, names, strict=True):
            if self._plate_size(name, font).width() + 24 <= pane.width():
                self._paint_plate(painter, name, QPointF(pane.left() + 12, pane.top() + 12), font)

    def hover_text(self) -> str:
        """Return the words under the pointer, or ""."""
        hover = self._hover
        if hover is None:
            return ""
        place = self.tr("x {x}, y {y}").format(x=hover.x, y=hover.y)
        if hover.value is None or self._heat is None:
            return place
        limit = self._heat.calibration.pixel.value
        if isinstance(self.tool, Wand) and self.tool.limit is not None:
            limit = self.tool.limit
        reading = self.tr("{value} (limit {limit})").format(
            value=raw_text(hover.value, limit), limit=limit_text(limit, hover.value)
        )
        return f"{place} · {reading}"

    def _paint_chip(self, painter: QPainter) -> None:
        text = self.hover_text()
        if not text or self._pointer is None:
            return
        font = theme.sized(self.font(), 12)
        box = self._plate_size(text, font)
        at = self._pointer + QPointF(16, 18)
        if at.x() + box.width() > self.width() - 8:
            at.setX(self._pointer.x() - 12 - box.width())
        if at.y() + box.height() > self.height() - 8:
            at.setY(self._pointer.y() - 12 - box.height())
        at = QPointF(max(round(at.x()), 8), max(round(at.y()), 8))
        self._paint_plate(painter, text, at, font)

    def _paint_words(self, painter: QPainter) -> None:
        colours = theme.current()
        middle = QRectF(self.rect()).center()
        symbols = {State.EMPTY: ("inspect", "muted"), State.ERROR: ("warning", "review")}
        if self._state in symbols:
            name, role = symbols[self._state]
            icon(name, role).paint(painter, QRect(int(middle.x()) - 20, int(middle.y()) - 70, 40, 40))
        else:
            self._paint_skeleton(painter)
        title, text = self._word_boxes()
        painter.setFont(self._title_font())
        painter.setPen(colours.muted if self._state is State.LOADING else colours.text)
        painter.drawText(title, WORDS, self._title)
        painter.setFont(theme.sized(self.font(), theme.BASE_PIXELS))
        painter.setPen(colours.muted)
        painter.drawText(text, WORDS, self._text)

    def _title_font(self) -> QFont:
        return theme.sized(self.font(), 15, bold=self._state is not State.LOADING)

    def _word_boxes(self) -> tuple[QRectF, QRectF]:
        """Return where the title and the text below it stand."""
        middle = QRectF(self.rect()).center()
        width = min(self.width() - 48.0, 460.0)
        room = QRectF(middle.x() - width / 2, middle.y() - 14, width, 200)
        title, text = QRectF(room), QRectF(room)
        title.setHeight(QFontMetricsF(self._title_font()).boundingRect(room, WORDS, self._title).height())
        small = QFontMetricsF(theme.sized(self.font(), theme.BASE_PIXELS))
        text.setHeight(small.boundingRect(room, WORDS, self._text).height())
        text.moveTop(title.bottom() + 8)
        return title, text

    def _place_remedy(self) -> None:
        self.remedy.resize(self.remedy.sizeHint())
        _, text = self._word_boxes()
        self.remedy.move(round(text.center().x()) - self.remedy.width() // 2, round(text.bottom()) + 16)

    def _paint_skeleton(self, painter: QPainter) -> None:
        """Paint the place where the photo will be."""
        side = min(self.width(), self.height()) * 0.8
        frame = QRectF(0, 0, side, side)
        frame.moveCenter(QRectF(self.rect()).center())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.current().background)
        painter.drawRoundedRect(frame, 10, 10)
