"""What the regions have to say in a verdict: from which area on they count, and whether they decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from core.scoring.thresholds import DECIDES
from gui.widgets import NumberSlider, SegmentedControl
from gui.widgets.layouts import across, down

if TYPE_CHECKING:
    from core.scoring.thresholds import Calibration
    from gui.session.session import Session

MOST_AREA = 1000.0  # of the slider while no areas are known
LABEL_WIDTH = 77

Mask = npt.NDArray[np.bool_]


def disagreeing(
    calibration: Calibration, scores: npt.NDArray[np.float64], areas: npt.NDArray[np.float64]
) -> tuple[Mask, Mask]:
    """Return which pictures have a region but a score under the limit, and which a score over it but no region.

    Parameters
    ----------
    scores, areas
        (N,) raw scores, and areas of the largest regions in image pixels; NaN, unknown, disagrees with nothing.
    """
    over = scores >= calibration.image.value
    found = (areas > 0.0) & (areas >= calibration.min_area)
    return ~over & found, over & ~found & ~np.isnan(areas)


class RegionRule(QWidget):
    """Fields for the least area and for what decides, with what they do to the labelled pictures.

    Signals
    -------
    show_toggled
        Whether the pictures on which score and regions disagree are to be seen.
    """

    show_toggled = Signal(bool)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.area = NumberSlider(self.tr("Least area of a region"), 0.0, MOST_AREA, decimals=0, parent=self)
        self.area.field.setSuffix(self.tr(" px"))
        self.area.setToolTip(self.tr("Smaller regions do not count; in pixels of the picture"))
        self.decides = SegmentedControl(
            self.tr("What makes a picture NG"),
            [("score", self.tr("Score")), ("region", self.tr("Region")), ("both", self.tr("Both"))],
            parent=self,
        )
        for key, tip in (
            ("score", self.tr("NG where the image score reaches the limit")),
            ("region", self.tr("NG where a region over the pixel limit is large enough")),
            ("both", self.tr("NG only where score and region say so")),
        ):
            self.decides.button(key).setToolTip(tip)
        self.lost, self.disagree = QLabel(self, wordWrap=True), QLabel(self, wordWrap=True)
        for label in (self.lost, self.disagree):
            label.setProperty("role", "caption")
        self.show_button = QPushButton(self.tr("Show"), self)
        self.show_button.setCheckable(True)
        self.show_button.setProperty("role", "segment")
        column = down(8)
        self.setLayout(column)
        for text, field in ((self.tr("Area"), self.area), (self.tr("NG by"), self.decides)):
            row = across(12)
            label = QLabel(text, self)
            label.setMinimumWidth(LABEL_WIDTH)
            row.addWidget(label)
            row.addWidget(field, 1)
            column.addLayout(row)
        column.addWidget(self.lost)
        row = across(8)
        row.addWidget(self.disagree, 1)
        row.addWidget(self.show_button)
        column.addLayout(row)
        self.area.moved.connect(lambda value: session.limits.set_min_area(value, settled=False))
        self.area.settled.connect(session.limits.set_min_area)
        self.decides.chosen.connect(self._on_decides)
        self.show_button.toggled.connect(self.show_toggled)

    def _on_decides(self, what: str) -> None:
        self._session.limits.set_decides(next(known for known in DECIDES if known == what))

    def set_areas(self, areas: npt.NDArray[np.float64]) -> None:
        """Fit the slider to the areas that there are, (N,)."""
        some = areas[areas > 0.0]
        most = float(np.quantile(some, 0.9)) if some.size else MOST_AREA
        self.area.set_range(0.0, max(most, 1.0), 0)

    def show_effect(
        self,
        calibration: Calibration,
        scores: npt.NDArray[np.float64],
        truth: Mask,
        areas: npt.NDArray[np.float64],
        pending: bool,
    ) -> None:
        """Show what the fields do to N labelled pictures; cheap enough to call while one is dragged.

        Parameters
        ----------
        scores, truth, areas
            (N,) as in `disagreeing`; True for a defect.
        pending
            Whether areas are still being counted.
        """
        self.area.set_value(calibration.min_area)
        self.decides.set_current(calibration.decides)
        if pending:
            self.lost.setText(self.tr("Counting regions…"))
            self.disagree.setText("")
            self.show_button.setEnabled(False)
            return
        known = areas[truth & ~np.isnan(areas)]
        none = int(np.count_nonzero(known == 0.0))
        small = int(np.count_nonzero((known > 0.0) & (known < calibration.min_area)))
        words = self.tr("This area loses {0} of {1} defects; {2} have no region at all")
        self.lost.setText(words.format(f"{small:,}", f"{known.size:,}", f"{none:,}"))
        number = sum(int(np.count_nonzero(mask)) for mask in disagreeing(calibration, scores, areas))
        words = self.tr("Score and regions disagree on {0} pictures", None, number)
        self.disagree.setText(words.format(f"{number:,}"))
        self.show_button.setEnabled(bool(number) or self.show_button.isChecked())
