"""What the limits do: counts with their rates, each type of defect by itself, and what it takes to be sure."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QFrame, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from core.scoring.metrics import Confusion
from core.scoring.rates import Rate
from gui.canvas.readout import percent
from gui.widgets import Card, ConfusionMatrix, SegmentedControl, StatRow, StatTable
from gui.widgets.layouts import across, down

AIM = 1.0
VIEWS = ("counts", "types", "proof")


def interval(rate: Rate) -> str:
    """Say the 95 % interval of a rate, e.g. "14.9 – 29.2 %"."""
    if not rate.total:
        return ""
    low, high = rate.interval
    return f"{100 * low:.1f} – {percent(high)}"


class OutcomeCard(Card):
    """One card with three views of the same counts.

    Signals
    -------
    view_changed
        Another view is in sight: what it shows is to be given anew.
    """

    view_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "", parent)
        self.set_title(self.tr("Outcome"))
        self._counts = Confusion(0, 0, 0, 0)
        self.view = SegmentedControl(
            self.tr("What is shown of the outcome"),
            [("counts", self.tr("Counts")), ("types", self.tr("Types")), ("proof", self.tr("Proof"))],
            parent=self,
        )
        self.view.button("types").setToolTip(self.tr("How many defects of each type are found"))
        self.view.button("proof").setToolTip(self.tr("How many more parts it takes to be sure of a rate"))
        self.view.set_current("counts")
        self.matrix = ConfusionMatrix(self)
        self.rates = StatTable(parent=self)
        self.claim = QLabel(self, wordWrap=True)
        self.claim.setProperty("role", "caption")
        self.claim.setTextFormat(Qt.TextFormat.PlainText)
        self.types = StatTable((self.tr("found"), self.tr("95 % interval")), self)
        self.no_types = QLabel(self, wordWrap=True)
        self.no_types.setProperty("role", "muted")
        self.escapes_aim, self.rejects_aim = (
            self._aim(self.tr("Escapes under")),
            self._aim(self.tr("False rejects under")),
        )
        self.escapes_proof, self.rejects_proof = self._answer(), self._answer()
        self.stack = QStackedWidget(self)
        for page in (self._counts_page(), self._types_page(), self._proof_page()):
            self.stack.addWidget(page)
        self.body.setContentsMargins(0, 4, 0, 0)
        self.header.setSpacing(4)
        self.header.addWidget(self.view)
        self.body.addWidget(self.stack)
        self.view.chosen.connect(self._on_view)
        for field in (self.escapes_aim, self.rejects_aim):
            field.valueChanged.connect(self._show_proof)

    def show_counts(self, counts: Confusion, review: bool, claims: list[str]) -> None:
        """Show counts; cheap enough to call while a limit is dragged.

        Parameters
        ----------
        review
            Whether there is a review limit.
        claims
            Sentences that belong to them; empty ones are left out.
        """
        self._counts = counts
        between = (counts.good_review, counts.defect_review) if review else None
        self.matrix.set_counts(counts.tn, counts.fp, counts.fn, counts.tp, between)
        rates = [(self.tr("Escapes"), counts.escapes), (self.tr("False rejects"), counts.false_rejects)]
        if review:
            rates.append((self.tr("To review"), counts.review))
        self.rates.set_rows([StatRow(name, percent(rate.share), interval(rate)) for name, rate in rates])
        self.claim.setText("\n".join(filter(None, claims)))
        if self.view.current() == "proof":
            self._show_proof()

    def show_types(self, found: Mapping[str, Rate]) -> None:
        """Show how many defects of each type are not passed as OK, the worst first; "" is the type of the others."""
        worst_first = sorted(found.items(), key=lambda item: (item[1].share or 0.0, not item[0], item[0].casefold()))
        self.types.set_rows(
            [
                StatRow(
                    name or self.tr("no type given"),
                    self.tr("{0} of {1}").format(f"{rate.count:,}", f"{rate.total:,}"),
                    interval(rate),
                    self.tr("{0} found").format(percent(rate.share)),
                )
                for name, rate in worst_first
            ]
        )
        self.types.setVisible(bool(found))
        self.no_types.setVisible(not found)
        self.no_types.setText(self.tr("No labelled defects yet"))

    def _counts_page(self) -> QWidget:
        page, column = self._page()
        column.addWidget(self.matrix, 100)  # all that is left, up to its usual height
        column.addWidget(self.rates)
        column.addStretch(1)
        column.addWidget(self.claim)
        return page

    def _types_page(self) -> QWidget:
        page, column = self._page()
        inner, rows = self._page()
        rows.addWidget(self.types)
        rows.addWidget(self.no_types)
        rows.addStretch(1)
        area = QScrollArea(page, widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        column.addWidget(area)
        return page

    def _proof_page(self) -> QWidget:
        page, column = self._page()
        for field, answer in ((self.escapes_aim, self.escapes_proof), (self.rejects_aim, self.rejects_proof)):
            row = across(12)
            row.addWidget(QLabel(field.accessibleName(), page), 1)
            row.addWidget(field)
            column.addLayout(row)
            column.addWidget(answer)
            column.addSpacing(8)
        column.addStretch(1)
        return page

    def _page(self) -> tuple[QWidget, QVBoxLayout]:
        page = QWidget(self)
        column = down(8)
        page.setLayout(column)
        return page, column

    def _aim(self, name: str) -> QDoubleSpinBox:
        field = QDoubleSpinBox(self, decimals=2, minimum=0.01, maximum=99.0, singleStep=0.1, value=AIM)
        field.setLocale(QLocale.c())
        field.setSuffix(self.tr(" %"))
        field.setAccessibleName(name)
        field.setFixedWidth(110)
        field.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return field

    def _answer(self) -> QLabel:
        answer = QLabel(self, wordWrap=True)
        answer.setProperty("role", "muted")
        return answer

    def _show_proof(self) -> None:
        escapes, rejects = self._counts.escapes, self._counts.false_rejects
        needed = escapes.more_to_prove(self.escapes_aim.value() / 100)
        more = self.tr("{0} more defects needed, with none of them passed as OK", None, needed)
        self.escapes_proof.setText(self._proof(escapes, needed, more))
        needed = rejects.more_to_prove(self.rejects_aim.value() / 100)
        more = self.tr("{0} more good parts needed, with none of them rejected", None, needed)
        self.rejects_proof.setText(self._proof(rejects, needed, more))

    def _proof(self, rate: Rate, needed: int, more: str) -> str:
        """Say what is known by now, and what is missing to know as much as is wanted."""
        known = self.tr("{0} of {1}: at most {2} (95 % sure)").format(
            f"{rate.count:,}", f"{rate.total:,}", percent(rate.at_most)
        )
        missing = more.format(f"{needed:,}") if needed else self.tr("Shown already")
        return f"{known}\n{missing}"

    def _on_view(self, view: str) -> None:
        self.stack.setCurrentIndex(VIEWS.index(view))
        if view == "proof":
            self._show_proof()
        self.view_changed.emit()
