"""The mask editor of the Inspect page: its tools, their options, and the way from a stroke to the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.errors import phrase
from core.project.edits import SetMarks
from core.project.masks import DrawnMask, PackedMask
from core.project.model import Changes, Kind, Sample
from gui import icons
from gui.canvas.canvas import ImageCanvas, Painted
from gui.canvas.marks import NO_TYPE
from gui.canvas.tools import SMALLEST, Brush, Fill, Polygon, Tool, Wand
from gui.jobs.masks import LoadedMask, MaskLoader, MaskWish
from gui.panels.defect_types import type_colours
from gui.widgets import ElidedLabel, NumberSlider

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

    from core.inspection.result import Inspection
    from core.scoring.thresholds import Calibration
    from gui.session.session import Session

KEYS = {"look": "V", "brush": "P", "eraser": "E", "polygon": "L", "fill": "K", "wand": "W"}
ICONS = {"look": "pan", "brush": "brush", "eraser": "eraser", "polygon": "polygon", "fill": "fill", "wand": "wand"}
LOOK = "look"


class ToolRail(QFrame):
    """The tools, one beside the other down the edge of the viewer.

    Signals
    -------
    chosen
        Name of a tool, one of `KEYS`.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "side-left")
        self._tips = {
            "look": self.tr("Look: drag to pan"),
            "brush": self.tr("Brush: paint the defect"),
            "eraser": self.tr("Eraser: take marks away"),
            "polygon": self.tr("Polygon: click round the defect, Enter closes it"),
            "fill": self.tr("Fill: mark what an outline encloses"),
            "wand": self.tr("Wand: take the region of the heat map under the pointer"),
        }
        self.buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 8, 6, 8)
        column.setSpacing(4)
        for name, key in KEYS.items():
            button = QToolButton(self)
            button.setIcon(icons.icon(ICONS[name], "text", "accent_ink"))
            button.setIconSize(QSize(20, 20))
            button.setCheckable(True)
            button.setProperty("role", "flat")
            button.setAccessibleName(self._tips[name])
            button.setToolTip(f"{self._tips[name]} ({key})")
            self._group.addButton(button)
            self.buttons[name] = button
            column.addWidget(button)
            button.clicked.connect(lambda _checked=False, name=name: self.chosen.emit(name))
        column.addStretch(1)
        self.show_tool(LOOK)

    def show_tool(self, name: str) -> None:
        """Show which tool is in the hand."""
        self.buttons[name].setChecked(True)

    def set_locked(self, why: str) -> None:
        """Say why there is nothing to paint, or "" where there is."""
        for name, button in self.buttons.items():
            button.setEnabled(name == LOOK or not why)
            button.setToolTip(why if why and name != LOOK else f"{self._tips[name]} ({KEYS[name]})")


class ToolOptions(QFrame):
    """What the tool in the hand can be told: its size or limit, and the mask as a whole.

    Signals
    -------
    size_moved, limit_moved
        The person wants another.
    clear_wanted, file_wanted
        No mark at all, or those of the picture's mask file again.
    """

    size_moved = Signal(float)
    limit_moved = Signal(float)
    clear_wanted = Signal()
    file_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "toolbar")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.caption = QLabel(self)
        self.width_slider = NumberSlider(
            self.tr("Size of the brush"), SMALLEST, 200, decimals=0, suffix=self.tr(" px"), parent=self
        )
        self.width_slider.setToolTip(self.tr("Width of the line in picture pixels ([ and ], or Ctrl and the wheel)"))
        self.limit_slider = NumberSlider(self.tr("Limit of the wand"), 0.0, 1.0, parent=self)
        self.limit_slider.setToolTip(self.tr("A lower limit takes a larger region ([ and ], or Ctrl and the wheel)"))
        self.hint = ElidedLabel("", self)
        self.hint.setProperty("role", "muted")
        self.hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.more_button = QToolButton(self)
        self.more_button.setIcon(icons.icon("more"))
        self.more_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more_button.setAccessibleName(self.tr("The mask as a whole"))
        self.more_button.setToolTip(self.tr("The mask as a whole: clear it, or go back to the picture's mask file"))
        menu = QMenu(self.more_button)
        self.clear_action = menu.addAction(self.tr("Clear the mask"))
        self.file_action = menu.addAction(self.tr("Back to the mask file"))
        self.more_button.setMenu(menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 16, 6)
        row.setSpacing(8)
        for widget, stretch in (
            (self.caption, 0),
            (self.width_slider, 2),
            (self.limit_slider, 2),
            (self.hint, 3),
            (self.more_button, 0),
        ):
            row.addWidget(widget, stretch)
        self.hide()
        self.width_slider.moved.connect(self.size_moved)
        self.limit_slider.moved.connect(self.limit_moved)
        self.clear_action.triggered.connect(lambda: self.clear_wanted.emit())
        self.file_action.triggered.connect(lambda: self.file_wanted.emit())

    def show_tool(self, tool: Tool | None) -> None:
        """Show the options of a tool; None hides everything."""
        self.setVisible(tool is not None)
        brush, wand = isinstance(tool, Brush), isinstance(tool, Wand)
        self.width_slider.setVisible(brush)
        self.limit_slider.setVisible(wand)
        self.caption.setText(self.tr("Size") if brush else self.tr("Limit") if wand else "")
        self.caption.setVisible(brush or wand)
        self.hint.setText(self._hint(tool))
        self.hint.setToolTip(self.hint.text())
        if isinstance(tool, Brush):
            self.width_slider.set_value(tool.diameter)
        if isinstance(tool, Wand):
            self.limit_slider.setEnabled(tool.limit is not None)
            if tool.limit is not None:
                self.limit_slider.set_value(tool.limit)

    def _hint(self, tool: Tool | None) -> str:
        if isinstance(tool, Brush):
            return self.tr("Shift: straight line · Space: pan")
        if isinstance(tool, Polygon):
            return self.tr("Enter closes · Backspace takes the last point back · Esc drops it")
        if isinstance(tool, Fill):
            return self.tr("Click inside a closed outline")
        return self.tr("Click a region to take it")

    def show_mask(self, sample: Sample | None, marked: bool, painted: bool) -> None:
        """Show what can be done to the picture's mask.

        Parameters
        ----------
        marked, painted
            Whether there is a mark, and whether the mask is the project's own.
        """
        self.clear_action.setEnabled(marked)
        self.file_action.setVisible(sample is not None and sample.mask is not None)
        self.file_action.setEnabled(painted)
        self.more_button.setEnabled(marked or painted)


class Marking(QObject):
    """Keeps the mask in the viewer equal to the project's, and makes an edit of each stroke.

    Signals
    -------
    told
        A sentence for the person.
    offered
        Whether there is a mask to show, or a tool to make one.
    """

    told = Signal(str)
    offered = Signal(bool)

    def __init__(self, session: Session, canvas: ImageCanvas, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._canvas = canvas
        self._sample: Sample | None = None
        self._shown = False
        self._loaded: LoadedMask | None = None
        self._packed = PackedMask((1, 1))  # equal to what is drawn, where a mask is loaded
        self._wish: MaskWish | None = None
        self._locked = ""
        self.rail = ToolRail(parent)
        self.options = ToolOptions(parent)
        self.brush = Brush(phrase("Brush stroke"), 1)
        self.eraser = Brush(phrase("Eraser stroke"), 0)
        self.wand = Wand()
        self.tools: dict[str, Tool | None] = {
            LOOK: None,
            "brush": self.brush,
            "eraser": self.eraser,
            "polygon": Polygon(),
            "fill": Fill(),
            "wand": self.wand,
        }
        self._loader = MaskLoader(self)
        self._loader.ready.connect(self._on_loaded)
        self.rail.chosen.connect(self.choose)
        self.options.size_moved.connect(self._on_size)
        self.options.limit_moved.connect(self._on_limit)
        self.options.clear_wanted.connect(self._on_clear)
        self.options.file_wanted.connect(self._on_file)
        canvas.painted.connect(self._on_painted)
        canvas.tool_changed.connect(self._show_options)
        canvas.tool_left.connect(lambda: self.choose(LOOK))
        canvas.refused.connect(self.told)

    # What is shown -----------------------------------------------------------

    @property
    def tool(self) -> Tool | None:
        """The tool in the hand; None while the person only looks."""
        return self._canvas.tool

    def choose(self, name: str) -> None:
        """Take a tool into the hand."""
        if self._locked and name != LOOK:
            self.told.emit(self._locked)
            name = LOOK
        self._canvas.set_tool(self.tools[name])
        if self.tool is not None:
            self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)  # the tool's keys are the viewer's
        self.rail.show_tool(name)
        self._show_options()
        self._offer()
        self._show()

    def set_locked(self, why: str) -> None:
        """Say why nothing can be painted, or "" where it can."""
        self._locked = why
        self.rail.set_locked(why)
        if why and self.tool is not None:
            self.choose(LOOK)

    def set_shown(self, on: bool) -> None:
        """Show masks, or hide them; without them there is nothing to paint on."""
        self._shown = on
        if not on and self.tool is not None:
            self.choose(LOOK)
        self._show()

    def leave(self) -> None:
        """Another picture is about to be shown: end what has been begun on this one."""
        self._canvas.end_stroke()
        self._sample = self._loaded = self._wish = None

    def show_sample(self, sample: Sample | None) -> None:
        """Show the mask of a picture as soon as its photo is there; call it again when the photo has come."""
        self._sample = sample
        self._offer()
        self._show()
        self._show_options()

    def show_heat(self, found: Inspection, limits: Calibration) -> None:
        """Let the wand take regions of the picture's heat map."""
        self.wand.set_heat(found.heat, found.placement, limits.pixel.value)
        low, high = float(found.heat.min()), float(found.heat.max())
        self.options.limit_slider.set_range(low, max(high, low + 1e-6))
        self._show_options()

    def refresh(self, changes: Changes) -> None:
        """Follow changes of the project, such as an undone stroke."""
        project = self._session.project
        if self._sample is None or project is None or self._sample.id not in changes.samples & project.samples.keys():
            return
        if changes.kinds & {Kind.MASKS, Kind.LABELS, Kind.PATHS}:
            self._sample = project.samples[self._sample.id]
            self._offer()
            self._follow()
            self._show_options()

    def _offer(self) -> None:
        self.offered.emit(self._marked() or self.tool is not None)

    def _marked(self) -> bool:
        project, sample = self._session.project, self._sample
        return project is not None and sample is not None and project.mask_of(sample.id) is not None

    def _wanted(self) -> MaskWish | None:
        project, size = self._session.project, self._canvas.photo_size
        if project is None or self._sample is None or size is None:
            return None
        return MaskWish(self._sample.id, project.mask_of(self._sample.id), size)

    def _show(self) -> None:
        """Show the mask if it is wanted, as soon as it is loaded."""
        drawn: DrawnMask | None = None
        if self._shown:
            wish = self._wanted()
            if self._loaded is not None and wish is not None and self._loaded.drawn.size == wish.size:
                drawn = self._loaded.drawn
            elif wish is not None and wish != self._wish:
                self._wish = wish
                self._loader.request(wish)
        self._canvas.show_marks(drawn, self._colour(), filled=self.tool is not None)

    def _follow(self) -> None:
        """Make what is drawn equal to the project's mask: by what differs alone, or else loaded anew."""
        loaded, wish = self._loaded, self._wanted()
        if loaded is not None and wish is not None:
            now = PackedMask(wish.size) if wish.mask is None else wish.mask
            if wish.mask == loaded.wish.mask:
                now = loaded.packed  # of a file, too
            if isinstance(now, PackedMask) and now.size == self._packed.size:
                touched = now.restore(loaded.drawn.pixels, self._packed)
                self._packed = now
                self._canvas.refresh_marks(touched)
            else:
                self._loaded = self._wish = None
        self._show()

    def _on_loaded(self, loaded: LoadedMask) -> None:
        if loaded.wish != self._wish:
            return
        self._loaded, self._packed = loaded, loaded.packed
        if loaded.trouble:
            self.told.emit(loaded.trouble)
        self._show()
        self._show_options()

    def _colour(self) -> QColor:
        name = "" if self._sample is None else self._sample.defect_type
        return type_colours(self._session).get(name, NO_TYPE)

    def _show_options(self) -> None:
        self.options.show_tool(self.tool)
        if self.tool is None:
            return
        project, sample = self._session.project, self._sample
        painted = None if project is None or sample is None else project.masks.get(sample.id)
        self.options.show_mask(sample, self._marked(), painted is not None)

    # What a person does ------------------------------------------------------

    def _on_painted(self, stroke: Painted) -> None:
        if self._loaded is None or self._sample is None:
            return
        after = self._packed.painted(self._loaded.drawn.pixels, stroke.touched)
        if after == self._packed:
            return
        self._packed = after
        if not self._session.do(SetMarks({self._sample.id: after}, stroke.title)):
            self._follow()

    def _on_size(self, diameter: float) -> None:
        if isinstance(self.tool, Brush):
            self.tool.set_diameter(diameter)

    def _on_limit(self, limit: float) -> None:
        self.wand.set_limit(limit)

    def _on_clear(self) -> None:
        size = self._canvas.photo_size
        if self._sample is not None and size is not None:
            self._session.do(SetMarks({self._sample.id: PackedMask(size)}, phrase("Clear the mask")))

    def _on_file(self) -> None:
        if self._sample is not None:
            self._session.do(SetMarks({self._sample.id: None}, phrase("Back to the mask file")))
