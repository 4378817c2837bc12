"""Set the limits and see at once what they do: scores, curves, counts, and the pictures that go wrong."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.images.reading import ValueRange
from core.project.model import Changes, Kind, Label, Role
from core.scoring.metrics import Confusion
from core.scoring.rates import Rate
from gui import icons
from gui.canvas.plots import PrecisionRecallPlot, ScoreHistogram
from gui.canvas.readout import percent
from gui.errors import translated
from gui.jobs.thumbnails import Wish
from gui.panels.outcome import OutcomeCard
from gui.panels.region_rule import LABEL_WIDTH, RegionRule, disagreeing
from gui.panels.rules import RulesDialog, money_text, project_costs
from gui.panels.strip import Strip, Tile
from gui.widgets import Card, EmptyState, NumberSlider, SegmentedControl
from gui.widgets.layouts import across, lattice

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from core.progress import Progress
    from core.scoring.metrics import Curve
    from core.scoring.thresholds import Calibration, Threshold
    from gui.session.evaluation import LiveEvaluation
    from gui.session.events import Job
    from gui.session.session import Session

SIDE_WIDTH = 330
HISTOGRAM_WIDTH = 180
STRIP_PAUSE_MS = 80  # pictures follow a drag a little behind; numbers and lines at once
SHOWN_AT_MOST = 60
SHORT_RULES = ("best-f1", "no-escapes")  # with a button of their own
SCALE_MARGIN = 0.05
BAR_STEPS = 1000
BAR_WIDTH = 180
REDRAWN_BY = frozenset(Kind) - {Kind.CALIBRATION}


def places(low: float, high: float) -> int:
    """Return how many decimals a limit between these is shown with: a ten-thousandth of the range or finer."""
    return min(6, max(0, 3 - math.floor(math.log10(high - low))))


def reaching(low: float, high: float, limit: Threshold) -> tuple[float, float]:
    """Return a slider's range that reaches the limit, but not one typed so far off that nothing could be set."""
    room = high - low or math.inf
    value = limit.value if limit.rule != "manual" else min(max(limit.value, low - room), high + room)
    return min(low, value), max(high, value)


def rule_of(calibration: Calibration) -> str:
    """Return the rule that both limits come from; "" where one was set by hand or by another rule.

    The pixel limit is then one of best F1, or of good parts where no masks of defects are known.
    """
    image, pixel = calibration.image.rule, calibration.pixel.rule
    if image == "good-quantile":
        return image if pixel == image else ""
    return image if image != "manual" and pixel in ("best-f1", "good-quantile") else ""


class Sorted:
    """Scores of good parts and defects, sorted, so that counts at a limit take no time.

    Parameters
    ----------
    scores
        (N,) raw.
    truth
        (N,) True for a defect.
    """

    def __init__(self, scores: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_]) -> None:
        self.good = np.sort(scores[~truth])
        self.defect = np.sort(scores[truth])

    def at(self, limit: float, review: float | None = None) -> Confusion:
        """Count what a limit does; `score >= limit` is rejected, what reaches `review` only is to be looked at."""
        passed = limit if review is None else review
        (tn, good), (fn, defect) = (np.searchsorted(scores, (passed, limit)) for scores in (self.good, self.defect))
        return Confusion(
            tp=self.defect.size - int(defect),
            fp=self.good.size - int(good),
            fn=int(fn),
            tn=int(tn),
            good_review=int(good - tn),
            defect_review=int(defect - fn),
        )


class TunePage(QWidget):
    """The page on which the limits are set."""

    picture_opened = Signal(int)  # sample id
    page_wanted = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._sorted = Sorted(np.zeros(0), np.zeros(0, np.bool_))
        self._by_type: dict[str, npt.NDArray[np.float64]] = {}  # scores of the defects of each type, sorted
        self._evaluation: LiveEvaluation | None = None
        self._stale = False  # something changed while the page was out of sight
        self._inspecting: Progress | None = None  # of the active model, while its scores are still coming in
        self._level: Literal["images", "pixels"] = "images"
        self._areas_seen: Mapping[int, float] | None = None
        self._areas = np.zeros(0)  # of the largest regions of the labelled pictures, NaN where unknown
        self._strips_due = QTimer(self, singleShot=True, interval=STRIP_PAUSE_MS)

        self.empty = EmptyState("tune", "", "", parent=self)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self._filled())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.stack)

        self.empty.clicked.connect(self._on_empty)
        self.histogram.moved.connect(self._on_image_moved)
        self.histogram.settled.connect(self._on_image_settled)
        self.curve.moved.connect(self._on_curve_moved)
        self.curve.settled.connect(self._on_curve_settled)
        self.image_limit.moved.connect(self._on_image_moved)
        self.image_limit.settled.connect(self._on_image_settled)
        self.histogram.review_moved.connect(self._on_review_moved)
        self.histogram.review_settled.connect(self._on_review_settled)
        self.review_limit.moved.connect(self._on_review_moved)
        self.review_limit.settled.connect(self._on_review_settled)
        self.review_on.clicked.connect(session.limits.switch_review)
        self.pixel_limit.moved.connect(self._on_pixel_moved)
        self.pixel_limit.settled.connect(self._on_pixel_settled)
        self.level.chosen.connect(self._on_level)
        self.role.chosen.connect(lambda role: session.evaluate_on(Role(role)))
        self.shape.chosen.connect(self._on_shape)
        self.rules.chosen.connect(self._on_rule)
        self.more_rules.clicked.connect(self._on_more_rules)
        self.outcome.view_changed.connect(self._on_outcome_view)
        self.regions_button.toggled.connect(self._on_regions)
        self.regions.show_toggled.connect(self._show_strips)
        self.missing_button.clicked.connect(self._on_label_some)
        self._strips_due.timeout.connect(self._show_strips)
        for strip in (self.escapes, self.false_rejects):
            strip.opened.connect(self.picture_opened)
        session.changed.connect(self._on_changed)
        session.switching.connect(self._on_switching)
        session.job_changed.connect(self._on_job)
        if (job := session.job("inspect")) is not None:
            self._on_job(job)
        self.refresh()

    def refresh(self) -> None:
        """Read the evaluation anew."""
        self._stale = False
        evaluation = self._session.evaluation
        calibration = self._session.calibration
        other_model = evaluation is None or self._evaluation is None or evaluation.model != self._evaluation.model
        if other_model:
            for limit in self._limits:
                limit.field.drop_typed()  # it was meant for another model
        self._evaluation = evaluation
        if calibration is None or evaluation is None:
            self._say_empty()
            return
        self.stack.setCurrentIndex(1)
        self._show_roles()
        self._allow()
        self._sorted = Sorted(evaluation.scores, evaluation.truth)
        self._by_type = evaluation.by_type()
        self._areas_seen = None
        if other_model:
            self.regions_button.setChecked(calibration.decides != "score" or calibration.min_area > 0)
        self._set_ranges(calibration, evaluation)
        self.histogram.set_scores(self._sorted.good, self._sorted.defect, calibration.image.value)
        self._show_curve()
        self._say_missing(evaluation)
        self._show_limits(calibration)
        self._say_drift()
        self._show_strips()

    # Layout

    def _filled(self) -> QWidget:
        page = QWidget(self)
        left = QSplitter(Qt.Orientation.Vertical, page)
        left.setObjectName("tune_rows")
        plots = QSplitter(Qt.Orientation.Horizontal, left)
        plots.setObjectName("tune_plots")
        plots.addWidget(self._scores_card())
        plots.addWidget(self._curve_card())
        plots.setSizes([500, 500])
        left.addWidget(plots)
        left.addWidget(self._strips_card())
        left.setSizes([300, 340])
        for splitter in (left, plots):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(12)
        side = QWidget(page)
        self.side = QScrollArea(page, widgetResizable=True)
        self.side.setFrameShape(QFrame.Shape.NoFrame)
        self.side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.side.setFixedWidth(SIDE_WIDTH + self.side.verticalScrollBar().sizeHint().width())
        self.side.setWidget(side)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._limits_card())
        self.outcome = OutcomeCard(side)
        column.addWidget(self.outcome, 1)
        row = QHBoxLayout(page)
        row.setContentsMargins(12, 12, 12, 12)
        row.setSpacing(12)
        row.addWidget(left, 1)
        row.addWidget(self.side)
        return page

    def _scores_card(self) -> Card:
        card = self._scores = Card(self.tr("Scores"), self.tr("Drag a line to set the limit"), self)
        self.role = SegmentedControl(
            self.tr("Which pictures"), [(Role.TUNE, self.tr("Tune")), (Role.HOLD_OUT, self.tr("Hold-out"))], parent=card
        )
        self.role.button(Role.TUNE).setToolTip(self.tr("The pictures that limits are set on"))
        self.role.button(Role.HOLD_OUT).setToolTip(
            self.tr("Pictures that neither training nor limits have seen: what they say is to be believed")
        )
        self.role.set_current(Role.TUNE)
        card.header.addWidget(self.role)
        self.histogram = ScoreHistogram(parent=card)
        self.histogram.setMinimumWidth(HISTOGRAM_WIDTH)
        card.body.addWidget(self.histogram, 1)
        return card

    def _curve_card(self) -> Card:
        card = Card(self.tr("Precision and recall"), "", self)
        self.shape = SegmentedControl(
            self.tr("Which curve"), [("pr", self.tr("PR")), ("roc", self.tr("ROC"))], parent=card
        )
        self.shape.button("pr").setToolTip(self.tr("Precision against recall: of use where defects are rare"))
        self.shape.button("roc").setToolTip(self.tr("Recall against the share of good ones that is rejected"))
        self.shape.set_current("pr")
        self.level = SegmentedControl(
            self.tr("What is counted"), [("images", self.tr("Pictures")), ("pixels", self.tr("Pixels"))], parent=card
        )
        self.level.set_current("images")
        self.curve = PrecisionRecallPlot(parent=card)
        self.missing = QLabel(card, wordWrap=True)
        self.missing.setProperty("role", "muted")
        self.missing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.missing_button = QPushButton(icons.icon("inspect"), self.tr("Label pictures"), card)
        self.inspected_bar = QProgressBar(card, textVisible=False, maximum=BAR_STEPS)
        self.inspected_bar.setFixedSize(BAR_WIDTH, 4)
        self.inspected_bar.setAccessibleName(self.tr("Progress of the inspection"))
        without = QWidget(card)
        column = QVBoxLayout(without)
        column.addStretch(1)
        column.addWidget(self.missing)
        column.addWidget(self.inspected_bar, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.missing_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.curve_stack = QStackedWidget(card)
        self.curve_stack.addWidget(without)
        self.curve_stack.addWidget(self.curve)
        card.header.addWidget(self.shape)
        card.header.addSpacing(4)
        card.header.addWidget(self.level)
        card.body.addWidget(self.curve_stack, 1)
        self._curves = card
        return card

    def _limits_card(self) -> Card:
        card = Card(self.tr("Limits"), self.tr("Raw scores; the same in the export"), self)
        self.image_limit = NumberSlider(self.tr("NG limit"), parent=card)
        self.image_limit.setObjectName("image_limit")
        self.review_limit = NumberSlider(self.tr("Review limit"), parent=card)
        self.review_limit.setObjectName("review_limit")
        self.review_on = QCheckBox(self.tr("Review"), card)
        self.review_on.setProperty("role", "review")
        self.pixel_limit = NumberSlider(self.tr("Pixel limit"), parent=card)
        self.pixel_limit.setObjectName("pixel_limit")
        self._limits = (self.image_limit, self.review_limit, self.pixel_limit)
        self._limit_tips = (
            self.tr("A picture is NG from this score on"),
            self.tr("From this score on a person looks at what is not NG"),
            self.tr("A spot counts as a region from this value on; it decides OK or NG only where regions do"),
        )
        grid = lattice(12, 8)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH)  # as in the lines about regions below
        ng, pixel = QLabel(self.tr("NG from"), card), QLabel(self.tr("Pixel"), card)
        ng.setProperty("role", "ng")
        for line, (label, field) in enumerate(zip((ng, self.review_on, pixel), self._limits, strict=True)):
            grid.addWidget(label, line, 0)
            grid.addWidget(field, line, 1)
        self.rules = SegmentedControl(
            self.tr("Set by rule"),
            [
                ("best-f1", self.tr("Best F1")),
                ("no-escapes", self.tr("No escapes")),
            ],
            parent=card,
        )
        self.rules.button("no-escapes").setToolTip(self.tr("The highest limits at which every labelled defect is NG"))
        self.rules.button("best-f1").setToolTip(
            self.tr("The limits with the best balance of found defects and false rejects on the labelled pictures")
        )
        self.more_rules = QPushButton(self.tr("More rules…"), card)
        self.more_rules.setProperty("role", "segment")
        self.more_rules.setToolTip(
            self.tr("Limited false rejects, least cost, target precision, good parts only; for each limit by itself")
        )
        rules = across(6)
        rules.addWidget(self.rules)
        rules.addWidget(self.more_rules)
        rules.addStretch(1)
        heading = QLabel(self.tr("SET BY RULE"), card)
        heading.setProperty("role", "section")
        self.evidence = QLabel(card, wordWrap=True)
        self.evidence.setProperty("role", "caption")
        self.drift = QLabel(card, wordWrap=True)
        self.drift.setProperty("role", "review")
        self.provisional = QLabel(self.tr("provisional"), card)
        self.provisional.setProperty("role", "review")
        self.provisional.setToolTip(
            self.tr("Set without any labelled defect: label some, then choose the limits on them")
        )
        head = across(8)
        head.addWidget(heading)
        head.addStretch(1)
        head.addWidget(self.provisional)
        self.regions_button = QPushButton(self.tr("Regions"), card)
        self.regions_button.setCheckable(True)
        self.regions_button.setProperty("role", "segment")
        self.regions_button.setToolTip(self.tr("From which area on regions count, and whether they decide"))
        card.header.addWidget(self.regions_button)
        self.regions = RegionRule(self._session, card)
        self.regions.hide()
        card.body.addLayout(grid)
        card.body.addWidget(self.regions)
        card.body.addSpacing(4)
        card.body.addLayout(head)
        card.body.addLayout(rules)
        card.body.addWidget(self.evidence)
        card.body.addWidget(self.drift)
        return card

    def _strips_card(self) -> Card:
        card = Card("", "", self)
        self.escapes_count, self.false_rejects_count = QLabel(card), QLabel(card)
        self.escapes = Strip(self.tr("Escapes"), card)
        self.false_rejects = Strip(self.tr("False rejects"), card)
        self.escapes_note, self.false_rejects_note = QLabel(card), QLabel(card)
        self.escapes_title, self.false_rejects_title = QLabel(card), QLabel(card)
        for title, count, strip, note in (
            (self.escapes_title, self.escapes_count, self.escapes, self.escapes_note),
            (self.false_rejects_title, self.false_rejects_count, self.false_rejects, self.false_rejects_note),
        ):
            title.setProperty("role", "title")
            count.setProperty("role", "muted")
            head = across(8)
            head.addWidget(title)
            head.addWidget(count)
            head.addStretch(1)
            note.setProperty("role", "muted")
            note.setAlignment(Qt.AlignmentFlag.AlignTop)
            card.body.addLayout(head)
            card.body.addWidget(strip, 1)
            card.body.addWidget(note, 1)
        return card

    # What is shown

    def _allow(self) -> None:
        """Let the limits be moved, unless the project is open for reading only: then say why not."""
        project = self._session.project
        why = self._session.why_read_only if project is not None and project.read_only else ""
        if not why and self._held_out:
            why = self.tr("Limits are set on the tune pictures: switch to them to move a limit")
        for limit, tip in zip(self._limits, self._limit_tips, strict=True):
            limit.setEnabled(not why)
            limit.setToolTip(why or tip)
        self.review_on.setEnabled(not why)
        self.review_on.setToolTip(why or self._limit_tips[1])
        self.regions.setEnabled(not why)
        self.rules.setEnabled(not why)
        self.rules.setToolTip(why)
        self.more_rules.setEnabled(not why)
        self.review_limit.setEnabled(not why and self.review_on.isChecked())
        for plot in (self.histogram, self.curve):
            plot.set_movable(not why)
            plot.setToolTip(why)
        self._scores.set_subtitle(why or self.tr("Drag a line to set the limit"))

    @property
    def _held_out(self) -> bool:
        """Whether the page shows the pictures that are held out."""
        return self._evaluation is not None and self._evaluation.role is Role.HOLD_OUT

    def _show_roles(self) -> None:
        """Offer the switch where pictures are held out, with how many labelled ones each side has."""
        uses = self._session.tally.uses
        numbers = {
            role: sum(uses[label, role] for label in (Label.GOOD, Label.DEFECT)) for role in (Role.TUNE, Role.HOLD_OUT)
        }
        self.role.button(Role.TUNE).setText(self.tr("Tune {0}").format(f"{numbers[Role.TUNE]:,}"))
        self.role.button(Role.HOLD_OUT).setText(self.tr("Hold-out {0}").format(f"{numbers[Role.HOLD_OUT]:,}"))
        self.role.setVisible(bool(numbers[Role.HOLD_OUT]) or self._held_out)
        self.role.set_current(Role.HOLD_OUT if self._held_out else Role.TUNE)

    def _say_empty(self) -> None:
        self.stack.setCurrentIndex(0)
        if self._session.active_model is None:
            self.empty.set_text(self.tr("Train a model first: limits belong to a model"), self.tr("Go to Train"))
        else:
            self.empty.set_text(self.tr("Inspect pictures to see their scores here"), self.tr("Go to Inspect"))

    def _set_ranges(self, calibration: Calibration, evaluation: LiveEvaluation) -> None:
        scores = evaluation.scores if evaluation.scores.size else np.array([calibration.low, calibration.high])
        low, high = reaching(float(scores.min()), float(scores.max()), calibration.image)
        if calibration.review is not None:
            low, high = reaching(low, high, calibration.review)
        if high - low < 1e-9:
            low, high = calibration.low, calibration.high
        margin = SCALE_MARGIN * (high - low)
        least, most = max(0.0, low - margin), high + margin
        for limit in (self.image_limit, self.review_limit):
            limit.set_range(least, most, places(least, most))
        pixels = evaluation.pixels
        least = min(calibration.low, pixels.low if pixels is not None else calibration.low)
        most = max(calibration.high, pixels.high if pixels is not None else calibration.high)
        least, most = reaching(least, most, calibration.pixel)
        least, most = max(0.0, least), most * (1 + SCALE_MARGIN)
        self.pixel_limit.set_range(least, most, places(least, most))

    def _curve_now(self) -> Curve | None:
        if self._evaluation is None:
            return None
        return self._evaluation.image_curve if self._level == "images" else self._evaluation.pixel_curve

    def _limit(self, calibration: Calibration) -> Threshold:
        return calibration.image if self._level == "images" else calibration.pixel

    def _show_curve(self) -> None:
        curve = self._curve_now()
        self.curve_stack.setCurrentIndex(0 if curve is None else 1)
        calibration = self._session.calibration
        if curve is not None and calibration is not None:
            self.curve.set_curve(curve, self._limit(calibration).value, intervals=self._level == "images")
        moved = self._evaluation is not None and self._evaluation.area_moved and self._level == "pixels"
        words = self.tr("In the area as drawn now; scores follow at the next training")
        self._curves.set_subtitle(words if moved else "")

    def _say_missing(self, evaluation: LiveEvaluation) -> None:
        defects = int(np.count_nonzero(evaluation.truth))
        good = evaluation.truth.size - defects
        pending = self._level == "pixels" and evaluation.pixels_pending
        inspecting = self._inspecting is not None and not (defects and good)
        if inspecting:
            text = self._inspected_so_far()
        elif pending:
            text = self.tr("Counting pixels…")
        elif self._level == "pixels" and defects:
            text = self.tr("Pixel figures need masks of the defects: add them with a data set that has them")
        elif not defects:
            text = self.tr("Label at least one defect to see precision and recall")
        elif not good:
            text = self.tr("Label at least one good part to see precision and recall")
        else:
            text = ""
        self.missing.setText(text)
        self.inspected_bar.setVisible(inspecting)
        if self._inspecting is not None:
            self.inspected_bar.setValue(round(self._inspecting.fraction * BAR_STEPS))
        by_label = self._level == "images" or not defects
        self.missing_button.setVisible(by_label and not pending and not inspecting)

    def _show_limits(self, calibration: Calibration) -> None:
        """Draw everything that depends on the limits: cheap, called at every step of a drag."""
        review = None if calibration.review is None else calibration.review.value
        self.histogram.set_review(review)
        self.histogram.set_threshold(calibration.image.value)
        self.image_limit.set_value(calibration.image.value)
        self.review_on.setChecked(review is not None)
        self.review_limit.setEnabled(review is not None and self.review_on.isEnabled())
        self.review_limit.set_value(calibration.passing)
        self.pixel_limit.set_value(calibration.pixel.value)
        self.curve.set_threshold(self._limit(calibration).value)
        self._say_rule(calibration)
        counts = self._counts(calibration)
        number = counts.good + counts.defect
        if self._inspecting is not None:
            self.outcome.set_subtitle(self._inspected_so_far())
        elif calibration.decides != "score" and self._session.areas_stale:
            self.outcome.set_subtitle(self.tr("Counting regions; until then as before"))
        elif number:
            if self._held_out and self._chosen_on_more(calibration):
                words = self.tr("On {0} held-out pictures, unseen by training", None, number)
            elif self._held_out:
                words = self.tr("On {0} held-out pictures, unseen by training and limits", None, number)
            else:
                words = self.tr("On {0} tune pictures, none used in training", None, number)
            self.outcome.set_subtitle(words.format(f"{number:,}"))
        else:
            self.outcome.set_subtitle(self.tr("Label pictures good or defect to count them"))
        escapes = counts.escapes
        claims = [money_text(project_costs(self._session.project), counts), self._claim(escapes)]
        if number and not self._held_out:
            claims.append(self.tr("Limits chosen on these same pictures: expect more errors on new ones"))
        if number and self._held_out and self._chosen_on_more(calibration):
            claims.append(
                self.tr("Limits were chosen on more pictures than there are to tune now, maybe on these: set them anew")
            )
        self.outcome.show_counts(counts, review is not None, claims)
        self._show_types(calibration)
        self._show_regions(calibration)
        if not self.regions.show_button.isChecked():
            passed = self.tr("{0} · defects passed as good", None, counts.fn)
            rejected = self.tr("{0} · good parts rejected", None, counts.fp)
            self.escapes_count.setText(passed.format(f"{counts.fn:,}"))
            self.false_rejects_count.setText(rejected.format(f"{counts.fp:,}"))

    def _chosen_on_more(self, calibration: Calibration) -> bool:
        """Whether a rule has seen more pictures than there are to tune: some may have been held out since.

        What good parts alone gave is left aside: it may stand on parts that training judged in rounds.
        """
        seen, uses = calibration.image.evidence, self._session.tally.uses
        good, defects = uses[Label.GOOD, Role.TUNE], uses[Label.DEFECT, Role.TUNE]
        return bool(seen.defect) and (seen.good > good or seen.defect > defects)

    def _known_areas(self) -> npt.NDArray[np.float64]:
        """Return the areas of the labelled pictures' largest regions, (N,); NaN where they are not known (yet)."""
        evaluation, areas = self._evaluation, self._session.areas
        if evaluation is not None and areas is not self._areas_seen:
            self._areas_seen = areas
            self._areas = np.array([areas.get(i, np.nan) for i in evaluation.ids.tolist()], np.float64)
            self.regions.set_areas(self._areas)
        return self._areas

    def _counts(self, calibration: Calibration) -> Confusion:
        """Count verdicts; where regions decide, of those pictures whose regions are known."""
        evaluation = self._evaluation
        if evaluation is None or calibration.decides == "score":
            return self._sorted.at(calibration.image.value, calibration.passing)
        areas = self._known_areas()
        known = ~np.isnan(areas)
        return calibration.count(evaluation.scores[known], evaluation.truth[known], areas[known])

    def _show_regions(self, calibration: Calibration) -> None:
        if self.regions_button.isChecked() and self._evaluation is not None:
            areas, evaluation = self._known_areas(), self._evaluation
            pending = self._session.areas_pending
            self.regions.show_effect(calibration, evaluation.scores, evaluation.truth, areas, pending)

    def _show_types(self, calibration: Calibration) -> None:
        evaluation = self._evaluation
        if self.outcome.view.current() != "types" or evaluation is None:
            return
        if calibration.decides == "score":
            escapes = {
                name: Rate(int(np.searchsorted(scores, calibration.passing)), scores.size)
                for name, scores in self._by_type.items()
            }
        else:
            areas = self._known_areas()
            known = evaluation.truth & ~np.isnan(areas)
            passed, _ = calibration.judged(evaluation.scores, areas)
            of_type = {name: known & (evaluation.types == name) for name in self._by_type}
            escapes = {
                name: Rate(int(np.count_nonzero(passed & mask)), int(np.count_nonzero(mask)))
                for name, mask in of_type.items()
            }
        self.outcome.show_types({name: Rate(rate.total - rate.count, rate.total) for name, rate in escapes.items()})

    def _inspected_so_far(self) -> str:
        if self._inspecting is None:
            return ""
        done, total = self._inspecting.done, self._inspecting.total
        return self.tr("Inspecting with this model: {0} of {1} so far").format(f"{done:,}", f"{total:,}")

    def _claim(self, escapes: Rate) -> str:
        if not escapes.total:
            if self._inspecting is not None:
                return ""
            return self.tr("Without a labelled defect nothing can be said about escapes")
        if escapes.count:
            return ""
        return self.tr("0 of {0} missed: up to {1} may escape (95 % sure, one-sided)").format(
            f"{escapes.total:,}", percent(escapes.at_most)
        )

    def _say_rule(self, calibration: Calibration) -> None:
        limit, pixel = calibration.image, calibration.pixel
        self.provisional.setVisible(limit.provisional)
        rule = rule_of(calibration)
        self.rules.set_current(rule if rule in SHORT_RULES else "")
        by_hand = pixel.rule == "manual" and limit.rule != "manual"
        parts = [
            self._rule_name(limit.rule),
            self._chosen_on(limit),
            self.tr("Pixel limit set by hand") if by_hand else "",
        ]
        self.evidence.setText(" · ".join(filter(None, parts)))

    def _chosen_on(self, limit: Threshold) -> str:
        """Say what a limit comes from; what it did then only where there are no figures of today to say it."""
        seen = limit.evidence
        if limit.rule == "manual":
            return self.tr("Set by hand")
        if not (self._sorted.good.size or self._sorted.defect.size):
            template, values = seen.template()
            return self.tr("When chosen: {0}").format(translated(template, **values))
        good = self.tr("{0} good parts", None, seen.good).format(f"{seen.good:,}")
        if not seen.defect:
            return self.tr("Chosen on {0}").format(good)
        defects = self.tr("{0} defects", None, seen.defect).format(f"{seen.defect:,}")
        return self.tr("Chosen on {0} and {1}").format(good, defects)

    def _say_drift(self) -> None:
        """Say where later good parts are no longer like those that the limit was set on."""
        found = self._session.drift()
        self.drift.setVisible(found is not None and found.matters)
        if found is None:
            return
        if found.higher > 0.5:
            words = self.tr(
                "The {0} good parts that came later score higher than the {1} that the limit was set on: more of them"
                " will be rejected. See what has changed, then set the limits anew or train again"
            )
        else:
            words = self.tr(
                "The {0} good parts that came later score lower than the {1} that the limit was set on: defects may"
                " pass more easily. See what has changed, then set the limits anew or train again"
            )
        self.drift.setText(words.format(f"{found.after:,}", f"{found.before:,}"))

    def _rule_name(self, rule: str) -> str:
        return {
            "max-false-rejects": self.tr("Limited false rejects"),
            "least-cost": self.tr("Least cost"),
            "target-precision": self.tr("Target precision"),
            "good-quantile": self.tr("Good parts only"),
        }.get(rule, "")

    def _show_strips(self) -> None:
        evaluation, calibration = self._evaluation, self._session.calibration
        project = self._session.project
        if evaluation is None or calibration is None or project is None:
            return
        above, below = self._wrong(evaluation, calibration)
        colours = self._session.preferences.text("heat_colours")
        for strip, note, mask, worst_first in (
            (self.escapes, self.escapes_note, above, False),
            (self.false_rejects, self.false_rejects_note, below, True),
        ):
            rows = np.flatnonzero(mask)
            order = np.argsort(evaluation.scores[rows], kind="stable")
            rows = rows[order[::-1] if worst_first else order][:SHOWN_AT_MOST]
            strip.show_tiles([self._tile(int(evaluation.ids[row])) for row in rows], calibration, colours)
            strip.setVisible(bool(rows.size))
            note.setVisible(not rows.size)
        self.escapes_note.setText(self._none_wrong(Label.DEFECT))
        self.false_rejects_note.setText(self._none_wrong(Label.GOOD))

    def _wrong(
        self, evaluation: LiveEvaluation, calibration: Calibration
    ) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Return which pictures the two lists show: what went wrong, or where score and regions disagree; name them."""
        disagree = self.regions_button.isChecked() and self.regions.show_button.isChecked()
        areas = self._known_areas() if disagree or calibration.decides != "score" else None
        if disagree and areas is not None:
            above, below = disagreeing(calibration, evaluation.scores, areas)
            self.escapes_title.setText(self.tr("A region, but a score under the limit"))
            self.false_rejects_title.setText(self.tr("A score over the limit, but no region"))
            self.escapes_count.setText(f"{np.count_nonzero(above):,}")
            self.false_rejects_count.setText(f"{np.count_nonzero(below):,}")
            return above, below
        self.escapes_title.setText(self.tr("Escapes"))
        self.false_rejects_title.setText(self.tr("False rejects"))
        passed, rejected = calibration.judged(evaluation.scores, areas)
        if areas is not None:
            passed, rejected = passed & ~np.isnan(areas), rejected & ~np.isnan(areas)
        return evaluation.truth & passed, ~evaluation.truth & rejected

    def _none_wrong(self, label: Label) -> str:
        there = self._sorted.defect.size if label is Label.DEFECT else self._sorted.good.size
        if not there and self._inspecting is not None:
            return self.tr("Not inspected yet")
        if not there:
            return (
                self.tr("No labelled defects yet") if label is Label.DEFECT else self.tr("No labelled good parts yet")
            )
        return self.tr("None at this limit")

    def _tile(self, sample_id: int) -> Tile:
        project = self._session.project
        if project is None or project.active_model is None:
            raise RuntimeError("an evaluation without its project")
        sample = project.samples[sample_id]
        score = project.scores[project.active_model, sample_id]
        span = project.models[project.active_model].facts.get("value_range")
        wish = Wish(
            sample.file,
            score.heat_file,
            score.placement,
            score.score,
            None if span is None else ValueRange(*span),
            self.escapes.wish_side(),
        )
        return Tile(sample_id, f"{sample.path.parent.name}/{sample.path.stem} · {score.score:.3g}", wish)

    # What people do

    def _on_image_moved(self, value: float) -> None:
        self._session.limits.set_image(value, settled=False)

    def _on_image_settled(self, value: float) -> None:
        self._session.limits.set_image(value, settled=True)

    def _on_review_moved(self, value: float) -> None:
        self._session.limits.set_review(value, settled=False)

    def _on_review_settled(self, value: float) -> None:
        self._session.limits.set_review(value, settled=True)

    def _on_pixel_moved(self, value: float) -> None:
        self._session.limits.set_pixel(value, settled=False)

    def _on_pixel_settled(self, value: float) -> None:
        self._session.limits.set_pixel(value, settled=True)

    def _on_curve_moved(self, value: float) -> None:
        self._set_from_curve(value, settled=False)

    def _on_curve_settled(self, value: float) -> None:
        self._set_from_curve(value, settled=True)

    def _set_from_curve(self, value: float, *, settled: bool) -> None:
        if self._level == "images":
            self._session.limits.set_image(value, settled)
        else:
            self._session.limits.set_pixel(value, settled)

    def _on_switching(self) -> None:
        """Take over what is being typed, while it still goes to the model that it was meant for."""
        for limit in (*self._limits, self.regions.area):
            limit.field.interpretText()

    def _on_regions(self, on: bool) -> None:
        self.regions.setVisible(on)
        if not on:
            self.regions.show_button.setChecked(False)
        self._session.watch_areas(on)
        calibration = self._session.calibration
        if calibration is not None:
            self._show_limits(calibration)

    def _on_outcome_view(self) -> None:
        calibration = self._session.calibration
        if calibration is not None:
            self._show_types(calibration)

    def _on_shape(self, shape: str) -> None:
        self.curve.set_roc(shape == "roc")
        self._curves.set_title(self.tr("ROC curve") if shape == "roc" else self.tr("Precision and recall"))

    def _on_level(self, level: str) -> None:
        self._level = "pixels" if level == "pixels" else "images"
        if self._evaluation is not None:
            self._show_curve()
            self._say_missing(self._evaluation)
        calibration = self._session.calibration
        if calibration is not None and self._evaluation is not None:
            self._show_limits(calibration)

    def _on_rule(self, rule: str) -> None:
        self._on_switching()  # or what is typed would be taken over after the rule
        self._session.limits.apply_rule(rule)

    def _on_more_rules(self) -> None:
        self._on_switching()
        RulesDialog(self._session, self).open()

    def _on_empty(self) -> None:
        self.page_wanted.emit("train" if self._session.active_model is None else "inspect")

    def _on_label_some(self) -> None:
        self.page_wanted.emit("inspect")

    def _on_job(self, job: Job) -> None:
        if job.kind != "inspect":
            return
        before, self._inspecting = self._inspecting, job.progress if job.active else None
        if not self.isVisible():
            self._stale = True
            return
        calibration = self._session.calibration
        if self._evaluation is None or calibration is None:
            return
        self._say_missing(self._evaluation)
        self._show_limits(calibration)
        if (before is None) is not (self._inspecting is None):
            self._show_strips()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def _on_changed(self, changes: Changes) -> None:
        if not self.isVisible():
            self._stale = True
            return
        if changes.kinds & REDRAWN_BY:
            self.refresh()
        elif Kind.CALIBRATION in changes.kinds:
            calibration = self._session.calibration
            if calibration is None or self._evaluation is None:
                self.refresh()
                return
            self._show_limits(calibration)
            project = self._session.project
            if project is not None and calibration is project.calibration:  # not in the middle of a drag
                self._say_drift()
            if not self._strips_due.isActive():
                self._strips_due.start()
