"""Which pictures a gallery shows, ticked in one menu."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QComboBox, QLabel, QMenu, QPushButton, QWidget, QWidgetAction

from core.project.model import Role
from gui.panels.defect_types import swatch, types_in_use
from gui.panels.gallery_model import Choice, Filter, role_text

if TYPE_CHECKING:
    from gui.session.session import Session


class TickMenu(QMenu):
    """A menu that stays open while things are ticked in it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pressed = False  # in here: the click that opened it ticks nothing

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = True
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        action = self.actionAt(event.position().toPoint())
        if not self._tick(action if self._pressed else None):
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() not in keys or not self._tick(self.activeAction()):
            super().keyPressEvent(event)

    @staticmethod
    def _tick(action: QAction | None) -> bool:
        if action is None or not action.isCheckable() or not action.isEnabled():
            return False
        action.trigger()
        return True


class FilterBox(QComboBox):
    """Says which pictures are shown; pressed, it opens a menu in which everything that is wanted is ticked.

    Parameters
    ----------
    session
        Knows the defect types.
    kinds
        What is offered beside role and defect type.

    Signals
    -------
    picked
        `choice` is another one now.
    """

    picked = Signal()

    def __init__(self, session: Session, kinds: Collection[Filter], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._kinds = kinds
        self.choice = Choice()
        self.menu = TickMenu(self)
        self.setAccessibleName(self.tr("Which pictures"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.addItem("")
        self._show()

    def pick(self, choice: Choice) -> None:
        """Tick something else."""
        self.choice = choice
        self._show()
        self.picked.emit()

    def showPopup(self) -> None:
        """Open the menu instead of a list."""
        self.menu.clear()
        self._add_group(self.tr("LABEL"), (Filter.LABELLED_GOOD, Filter.LABELLED_DEFECT, Filter.UNLABELLED))
        self._add_group(self.tr("VERDICT"), (Filter.OK, Filter.REVIEW, Filter.NG, Filter.UNSCORED, Filter.DISAGREE))
        self._add_heading(self.tr("USED TO"))
        for role in Role:
            self._add(role_text(role), role in self.choice.roles, partial(self._toggle_role, role))
        if types := types_in_use(self._session):
            self._add_heading(self.tr("DEFECT TYPE"))
            for name in (*types, ""):
                text = (name or self.tr("No type")).replace("&", "&&")
                action = self._add(text, name in self.choice.types, partial(self._toggle_type, name))
                if name:
                    action.setIcon(swatch(types[name], self.devicePixelRatioF()))
        self.menu.addSeparator()
        self._add_group("", (Filter.UNREADABLE,))
        self.menu.setMinimumWidth(self.width())
        self.menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    def _add_group(self, heading: str, kinds: tuple[Filter, ...]) -> None:
        offered = [kind for kind in kinds if kind in self._kinds]
        if offered and heading:
            self._add_heading(heading)
        for kind in offered:
            self._add(self._text(kind), kind in self.choice.kinds, partial(self._toggle_kind, kind))

    def _add_heading(self, text: str) -> None:
        label = QLabel(text, self.menu)
        label.setProperty("role", "section")
        label.setContentsMargins(12, 8, 12, 2)
        heading = QWidgetAction(self.menu)
        heading.setDefaultWidget(label)
        heading.setEnabled(False)
        self.menu.addAction(heading)

    def _add(self, text: str, ticked: bool, toggle: partial[None]) -> QAction:
        action = self.menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(ticked)
        action.triggered.connect(lambda _checked: toggle())
        return action

    def _toggle_kind(self, kind: Filter) -> None:
        self.pick(replace(self.choice, kinds=self.choice.kinds ^ {kind}))

    def _toggle_role(self, role: Role) -> None:
        self.pick(replace(self.choice, roles=self.choice.roles ^ {role}))

    def _toggle_type(self, name: str) -> None:
        self.pick(replace(self.choice, types=self.choice.types ^ {name}))

    def _text(self, kind: Filter) -> str:
        return {
            Filter.NG: self.tr("NG"),
            Filter.REVIEW: self.tr("Review"),
            Filter.OK: self.tr("OK"),
            Filter.UNSCORED: self.tr("Not inspected"),
            Filter.DISAGREE: self.tr("Wrong: verdict against label"),
            Filter.LABELLED_DEFECT: self.tr("Labelled defect"),
            Filter.LABELLED_GOOD: self.tr("Labelled good"),
            Filter.UNLABELLED: self.tr("Without label"),
            Filter.UNREADABLE: self.tr("Cannot be read"),
        }[kind]

    def _ticked(self) -> Iterator[str]:
        yield from (self._text(kind) for kind in Filter if kind in self.choice.kinds)
        yield from (role_text(role) for role in Role if role in self.choice.roles)
        yield from (name or self.tr("No type") for name in sorted(self.choice.types))

    def _show(self) -> None:
        words = " · ".join(self._ticked())
        self.setItemText(0, words or self.tr("All"))
        self.setToolTip(words)  # the box may be too narrow for its words

    def changeEvent(self, event: QEvent) -> None:
        """Write the words again in another language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._show()


def all_button(parent: QWidget) -> QPushButton:
    """Return the button that ends a filter."""
    button = QPushButton(QCoreApplication.translate("FilterBox", "Show all"), parent)
    button.setProperty("role", "link")
    button.setToolTip(QCoreApplication.translate("FilterBox", "Show all pictures (Esc)"))
    button.hide()
    return button
