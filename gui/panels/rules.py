"""Choose a rule that sets a limit, with what it aims at, and see beforehand what it would do."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale, Qt, QTimer
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDoubleSpinBox,
    QLabel,
    QPushButton,
    QRadioButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.errors import Problem
from core.project.edits import SetSettings
from core.project.model import Project
from core.scoring.metrics import Confusion
from core.scoring.rules import MILLION, Costs, Wanted
from gui.canvas.readout import figure
from gui.errors import failure, translated
from gui.widgets import SegmentedControl
from gui.widgets.layouts import across, down
from gui.widgets.tips import tip

if TYPE_CHECKING:
    from core.scoring.thresholds import Calibration, Threshold
    from gui.session.evaluation import Level
    from gui.session.session import Session

COSTS = "costs"  # the project setting
PAUSE_MS = 120  # a number that is being turned is counted once
MOST_MONEY = 1e9
LEAST_MONEY = 0.1  # for 1,000 parts; less is told for a million


def project_costs(project: Project | None) -> Costs | None:
    """Return what mistakes cost in this project; None where nobody has said so, or not in numbers."""
    if project is None or COSTS not in project.settings:
        return None
    try:
        return Costs.from_json(json.loads(project.settings[COSTS]))
    except ValueError:
        return None


def money_text(costs: Costs | None, counts: Confusion) -> str:
    """Say what mistakes cost at these rates; "" where nobody has said what each costs, or a class is missing."""
    each = None if costs is None else costs.expected(counts)
    if each is None:
        return ""
    if 1000 * each >= LEAST_MONEY or each == 0:
        words = QCoreApplication.translate("RulesDialog", "Mistakes cost {0} for each 1,000 parts")
        return words.format(f"{1000 * each:,.2f}")
    words = QCoreApplication.translate("RulesDialog", "Mistakes cost {0} for each million parts")
    return words.format(f"{MILLION * each:,.2f}")


@dataclass(frozen=True, slots=True)
class _Choice:
    """A rule on the screen.

    Attributes
    ----------
    fields
        Names of the numbers that it reads.
    """

    rule: str
    text: str
    tip: str
    fields: tuple[str, ...] = ()


class RulesDialog(QDialog):
    """All rules, for the image limit, the review limit and the pixel limit."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Set a limit by rule"))
        usual = Wanted(costs=project_costs(session.project) or Costs())
        self.fields = {
            "false_rejects": self._share(self.tr("False rejects at most"), usual.false_rejects),
            "precision": self._share(self.tr("Precision at least"), usual.precision),
            "quantile": self._share(self.tr("Good parts that pass"), usual.quantile),
            "area_precision": self._share(self.tr("Precision at least"), usual.precision),
            "area": self._share(self.tr("Good area marked at most"), usual.area),
            "escape": self._number(self.tr("Cost of an escape"), usual.costs.escape, MOST_MONEY, 2),
            "false_reject": self._number(self.tr("Cost of a false reject"), usual.costs.false_reject, MOST_MONEY, 2),
            "defect_ppm": self._number(self.tr("Defects in a million parts"), usual.costs.defect_ppm, MILLION, 0),
        }
        self.level = SegmentedControl(
            self.tr("Which limit"),
            [("image", self.tr("NG limit")), ("review", self.tr("Review limit")), ("pixel", self.tr("Pixel limit"))],
            parent=self,
        )
        self.level.set_current("image")
        self._groups: dict[str, QButtonGroup] = {}
        self.pages = QStackedWidget(self)
        self.pages.addWidget(self._page("image", self._image_choices()))
        self.pages.addWidget(self._page("pixel", self._pixel_choices()))
        self.preview = QLabel(self, wordWrap=True)
        self.preview.setTextFormat(Qt.TextFormat.PlainText)
        self.preview.setProperty("role", "muted")
        self.preview.setMinimumHeight(4 * self.preview.fontMetrics().lineSpacing())
        self.preview.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.set_button = QPushButton(self.tr("Set the limit"), self)
        self.set_button.setProperty("role", "primary")
        self.set_button.setDefault(True)
        close = QPushButton(self.tr("Close"), self)
        buttons = across(8)
        buttons.addStretch(1)
        buttons.addWidget(close)
        buttons.addWidget(self.set_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 24, 24, 16)
        whole.setSpacing(12)
        for part in (self.level, self.pages, self.preview):
            whole.addWidget(part)
        whole.addLayout(buttons)
        self.setMinimumWidth(440)
        self._due = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._due.timeout.connect(self._show_preview)
        self.level.chosen.connect(self._on_level)
        for field in self.fields.values():
            field.valueChanged.connect(self._due.start)
        for group in self._groups.values():
            group.buttonToggled.connect(lambda _button, on: self._show_preview() if on else None)
        self.set_button.clicked.connect(self._on_set)
        close.clicked.connect(self.reject)
        self._groups["image"].buttons()[0].setFocus()
        self._show_preview()

    # Layout

    def _image_choices(self) -> list[_Choice]:
        return [
            _Choice("best-f1", self.tr("Best F1"), self.tr("The best balance of found defects and false rejects")),
            _Choice("no-escapes", self.tr("No escapes"), self.tr("The highest limit that every defect reaches")),
            _Choice(
                "max-false-rejects",
                self.tr("False rejects at most"),
                self.tr("Finds most defects with so many good parts rejected at most"),
                ("false_rejects",),
            ),
            _Choice(
                "target-precision",
                self.tr("Precision at least"),
                self.tr("Finds most defects with so many of the rejected parts being defects at least"),
                ("precision",),
            ),
            _Choice(
                "good-quantile",
                self.tr("Good parts that pass"),
                self.tr("From good parts alone; no defect is needed"),
                ("quantile",),
            ),
            _Choice(
                "least-cost",
                self.tr("Least cost"),
                self.tr("The mistakes cost least with so many defects among the parts"),
                ("escape", "false_reject", "defect_ppm"),
            ),
        ]

    def _pixel_choices(self) -> list[_Choice]:
        return [
            _Choice("best-f1", self.tr("Best F1"), self.tr("Marks the drawn defects best")),
            _Choice(
                "target-precision",
                self.tr("Precision at least"),
                self.tr("Finds most of the drawn area with so much of the marked area being drawn at least"),
                ("area_precision",),
            ),
            _Choice(
                "max-false-rejects",
                self.tr("Good area marked at most"),
                self.tr("Finds most of the drawn area with so much of the good area marked at most"),
                ("area",),
            ),
            _Choice("good-quantile", self.tr("Good parts only"), self.tr("Marks 1 in 10,000 good pixels")),
        ]

    def _page(self, level: str, choices: list[_Choice]) -> QWidget:
        page = QWidget(self)
        column = down(8)
        page.setLayout(column)
        group = QButtonGroup(page)
        self._groups[level] = group
        for choice in choices:
            button = QRadioButton(choice.text, page)
            button.setObjectName(choice.rule)
            button.setToolTip(tip(choice.tip))
            group.addButton(button)
            row = across(12)
            row.addWidget(button, 1)
            if len(choice.fields) == 1:
                row.addWidget(self.fields[choice.fields[0]])
            column.addLayout(row)
            for name in choice.fields:  # who changes a rule's number means that rule
                self.fields[name].valueChanged.connect(lambda _value, button=button: button.setChecked(True))
                self.fields[name].lineEdit().textEdited.connect(lambda _text, button=button: button.setChecked(True))
            for name in choice.fields if len(choice.fields) > 1 else ():
                below = across(12)
                below.setContentsMargins(28, 0, 0, 0)
                label = QLabel(self.fields[name].accessibleName(), page)
                label.setProperty("role", "muted")
                below.addWidget(label, 1)
                below.addWidget(self.fields[name])
                column.addLayout(below)
        column.addStretch(1)
        group.buttons()[0].setChecked(True)
        return page

    def _share(self, name: str, share: float) -> QDoubleSpinBox:
        field = self._number(name, 100 * share, 100.0, 2)
        field.setSuffix(self.tr(" %"))
        field.setSingleStep(0.1)
        return field

    def _number(self, name: str, value: float, most: float, decimals: int) -> QDoubleSpinBox:
        field = QDoubleSpinBox(self, decimals=decimals, maximum=most, value=value)
        field.setLocale(QLocale.c())
        field.setGroupSeparatorShown(True)
        field.setAccessibleName(name)
        field.setFixedWidth(140)
        field.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return field

    # What is chosen

    def rule(self) -> str:
        """Return the name of the chosen rule."""
        chosen = self._groups[self._page_name()].checkedButton()
        return "" if chosen is None else chosen.objectName()

    def choose(self, rule: str) -> None:
        """Choose a rule of the level in sight."""
        next(b for b in self._groups[self._page_name()].buttons() if b.objectName() == rule).setChecked(True)

    def wanted(self) -> Wanted:
        """Return what the rules aim at; raises a `Problem` where a number cannot be."""
        number = {name: field.value() for name, field in self.fields.items()}
        return Wanted(
            quantile=number["quantile"] / 100,
            false_rejects=number["false_rejects"] / 100,
            area=number["area"] / 100,
            precision=number["area_precision" if self._level == "pixel" else "precision"] / 100,
            costs=Costs(number["escape"], number["false_reject"], number["defect_ppm"]),
        )

    def _page_name(self) -> str:
        return "pixel" if self.level.current() == "pixel" else "image"

    @property
    def _level(self) -> Level:
        level = self.level.current()
        return "pixel" if level == "pixel" else "review" if level == "review" else "image"

    def _on_level(self, _level: str) -> None:
        self.pages.setCurrentIndex(1 if self._page_name() == "pixel" else 0)
        self._show_preview()

    def _show_preview(self) -> None:
        """Say what the rule would do, or why it cannot."""
        self._due.stop()
        try:
            limits = self._session.limits.by_rule(self.rule(), self._level, self.wanted())
        except Problem as problem:
            why = failure(problem)
            self.preview.setText(f"{why.message} {why.hint}".strip())
            self.set_button.setEnabled(False)
            return
        self.set_button.setEnabled(True)
        limit = self._threshold(limits)
        template, values = limit.evidence.template()
        said = [self.tr("Limit {0}: {1}").format(figure(limit.value), translated(template, **values))]
        if self.rule() == "least-cost":
            seen = limit.evidence
            counts = Confusion(seen.defect - seen.missed, seen.rejected, seen.missed, seen.good - seen.rejected)
            said.append(money_text(self.wanted().costs, counts))
        self.preview.setText("\n".join(said))

    def _threshold(self, limits: Calibration) -> Threshold:
        if self._level == "pixel":
            return limits.pixel
        return limits.review if self._level == "review" and limits.review is not None else limits.image

    def _on_set(self) -> None:
        wanted = self.wanted()
        rule = self.rule()
        if rule == "least-cost" and wanted.costs != project_costs(self._session.project):
            self._session.do(SetSettings({COSTS: json.dumps(wanted.costs.to_json())}))
        if self._session.limits.apply_rule(rule, self._level, wanted):
            self.accept()
