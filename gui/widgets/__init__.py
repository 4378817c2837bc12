"""Small widgets that every page is made of."""

from gui.widgets.card import Card
from gui.widgets.chips import Badge, Chip
from gui.widgets.confusion_matrix import ConfusionMatrix
from gui.widgets.drop_overlay import DropOverlay
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.empty_state import EmptyState
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.icon_label import IconLabel
from gui.widgets.navigation import NavigationRail, RailButton, RailState
from gui.widgets.notice import Notice
from gui.widgets.number_slider import NumberSlider
from gui.widgets.segmented import SegmentedControl
from gui.widgets.stat_table import StatRow, StatTable
from gui.widgets.verdict_bar import VerdictBar

__all__ = [
    "Badge",
    "Card",
    "Chip",
    "ConfusionMatrix",
    "DropOverlay",
    "ElidedLabel",
    "EmptyState",
    "FlowLayout",
    "IconLabel",
    "NavigationRail",
    "Notice",
    "NumberSlider",
    "RailButton",
    "RailState",
    "SegmentedControl",
    "StatRow",
    "StatTable",
    "VerdictBar",
]
