"""Choose the algorithms to be trained one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QDialog, QLabel, QPushButton, QVBoxLayout, QWidget

from core.backbones.catalog import CATALOG, TEACHERS
from core.backbones.places import present
from core.detectors.settings import KINDS
from gui.errors import translated
from gui.panels.results import megabytes
from gui.widgets.layouts import across

if TYPE_CHECKING:
    from core.training.recipe import Recipe
    from gui.session.session import Session

WIDTH = 520
# An algorithm that takes so many times as long as the quickest is not ticked from the start: EfficientAD, 180 and more;
# SimpleNet comes to 40 with ten good images.
SLOW = 100.0


class CompareDialog(QDialog):
    """One check box an algorithm, with what it needs. Those whose weights are missing cannot be ticked.

    Parameters
    ----------
    recipes
        By algorithm, what would be trained.
    free
        Bytes of memory that a training may take.
    explanation
        What all of them have in common.
    """

    def __init__(
        self,
        recipes: Mapping[str, Recipe],
        session: Session,
        free: float,
        explanation: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Compare algorithms"))
        self.setMinimumWidth(WIDTH)
        self.boxes: dict[str, QCheckBox] = {}
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 24, 24, 16)
        whole.setSpacing(4)
        common = QLabel(explanation, self, wordWrap=True)
        common.setProperty("role", "muted")
        whole.addWidget(common)
        whole.addSpacing(8)
        quickest = min(session.pacing.rough_seconds(recipe) for recipe in recipes.values())
        for kind, recipe in recipes.items():
            box = QCheckBox(KINDS[kind].title, self)
            box.setObjectName(f"compare_{kind}")
            memory = session.pacing.estimate(recipe.settings, recipe.framing.size).memory_bytes
            backbone = recipe.settings.backbone
            spec = TEACHERS.get(backbone) or CATALOG[backbone]
            if present(spec) is None:
                trouble = self.tr("The weights of {0} are missing: choose it on the page to see how to get them")
                trouble = trouble.format(translated(spec.title))
            else:
                trouble = self.tr("It needs {0} of memory, more than is free now") if memory > free else ""
                trouble = trouble.format(megabytes(memory))
            about = QLabel(trouble or translated(KINDS[kind].sentence), self, wordWrap=True)
            about.setProperty("role", "review" if trouble else "muted")
            about.setContentsMargins(26, 0, 0, 8)
            box.setAccessibleDescription(about.text())
            box.setEnabled(not trouble)
            box.setChecked(not trouble and session.pacing.rough_seconds(recipe) < SLOW * quickest)
            box.toggled.connect(self._check)
            self.boxes[kind] = box
            whole.addWidget(box)
            whole.addWidget(about)
        self.start_button = QPushButton(self.tr("Train them"), self)
        self.start_button.setObjectName("start_comparison")
        self.start_button.setProperty("role", "primary")
        self.start_button.setDefault(True)
        cancel = QPushButton(self.tr("Cancel"), self)
        buttons = across(8)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.start_button)
        whole.addSpacing(8)
        whole.addLayout(buttons)
        self.start_button.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        self._check()

    def chosen(self) -> list[str]:
        """Return the ticked algorithms."""
        return [kind for kind, box in self.boxes.items() if box.isChecked()]

    def _check(self) -> None:
        self.start_button.setEnabled(bool(self.chosen()))
