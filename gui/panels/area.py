"""Where the area to look at is drawn, once for all pictures of a project."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLabel, QMessageBox, QPushButton, QToolButton, QVBoxLayout, QWidget

from core.errors import Problem
from core.images.area import Area
from gui import icons
from gui.canvas.outlines import Kind, OutlineEditor, Shape
from gui.errors import said
from gui.jobs.thumbnails import ThumbnailLoader, Wish, cache_folder
from gui.widgets import ElidedLabel, SegmentedControl
from gui.widgets.layouts import across
from gui.widgets.question import Question

if TYPE_CHECKING:
    from core.images.reading import ValueRange

SIDE = 1400  # pixels of the picture that is drawn on


class AreaDialog(QDialog):
    """Asks for the area to look at; `area` is what was drawn.

    Parameters
    ----------
    pictures
        To draw on, and to leaf through: what is drawn has to fit them all.
    trained
        Whether there are models, which keep the area they were trained with.
    """

    def __init__(
        self,
        area: Area,
        pictures: Sequence[Path],
        value_range: ValueRange | None,
        *,
        trained: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Area to look at"))
        self._pictures = list(pictures)
        self._value_range = value_range
        self._place = 0
        # Its own: what lists in the window scroll past is dropped from the shared one.
        self._thumbnails = ThumbnailLoader(cache_folder(), self)
        self.editor = OutlineEditor(area, self)
        self._begun = list(self.editor.outlines)
        explanation = QLabel(
            self.tr(
                "Drag a rectangle, or click the corners of a polygon, around what counts, or around what is to be "
                "ignored. The rest is grey to every algorithm, in training and in inspection."
            ),
            self,
            wordWrap=True,
        )
        self.kind = SegmentedControl(
            self.tr("What the outline is for"),
            [("include", self.tr("Look inside")), ("ignore", self.tr("Ignore"))],
            parent=self,
        )
        self.kind.set_current("include")
        self.shape = SegmentedControl(
            self.tr("Shape of the outline"),
            [("rectangle", self.tr("Rectangle")), ("polygon", self.tr("Polygon"))],
            parent=self,
        )
        self.shape.set_current("rectangle")
        self.undo_button = self._tool("undo", self.tr("Take the last change back (Ctrl+Z)"))
        self.remove_button = QPushButton(self.tr("Remove"), self)
        self.remove_button.setToolTip(self.tr("Take the chosen outline away (Del)"))
        self.clear_button = QPushButton(self.tr("Whole picture"), self)
        self.clear_button.setToolTip(self.tr("Take all outlines away"))
        self.back_button = self._tool("chevron-left", self.tr("The picture before"))
        self.next_button = self._tool("chevron-right", self.tr("The next picture"))
        self.name = ElidedLabel("", self)
        self.name.setProperty("role", "muted")
        self.summary = QLabel(self)
        self.note = QLabel(
            self.tr("Models trained before keep the area they were trained with: train again to use this one.")
            if trained
            else "",
            self,
            wordWrap=True,
        )
        self.note.setProperty("role", "muted")
        self.note.setVisible(trained)
        self.use_button = QPushButton(self.tr("Use this area"), self)
        self.use_button.setProperty("role", "primary")
        self.use_button.setAutoDefault(False)  # Enter ends a polygon
        cancel = QPushButton(self.tr("Cancel"), self)
        cancel.setAutoDefault(False)
        self.remove_button.setAutoDefault(False)
        self.clear_button.setAutoDefault(False)

        bar = across(8)
        for choice in (self.kind, self.shape):
            bar.addWidget(choice)
            bar.addSpacing(8)
        bar.addStretch(1)
        for button in (self.undo_button, self.remove_button, self.clear_button):
            bar.addWidget(button)
        leaf = across(8)
        leaf.addWidget(self.back_button)
        leaf.addWidget(self.next_button)
        leaf.addWidget(self.name, 1)
        leaf.addWidget(self.summary)
        buttons = across(8)
        buttons.addWidget(self.note, 1)
        buttons.addStretch(0)
        buttons.addWidget(cancel)
        buttons.addWidget(self.use_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 20, 16)
        whole.setSpacing(12)
        whole.addWidget(explanation)
        whole.addLayout(bar)
        whole.addWidget(self.editor, 1)
        whole.addLayout(leaf)
        whole.addLayout(buttons)

        self.kind.chosen.connect(lambda key: self.editor.set_kind(cast(Kind, key)))
        self.shape.chosen.connect(self._on_shape)
        self.undo_button.clicked.connect(self.editor.undo)
        self.remove_button.clicked.connect(self.editor.remove_chosen)
        self.clear_button.clicked.connect(self.editor.clear)
        self.back_button.clicked.connect(lambda: self._leaf(-1))
        self.next_button.clicked.connect(lambda: self._leaf(1))
        self.editor.changed.connect(self._show_state)
        self.use_button.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        self._thumbnails.ready.connect(self._on_thumbnail)
        self._show_picture()
        self._show_state()
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def area(self) -> Area:
        """What was drawn."""
        return self.editor.area()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Wherever the keyboard is, Esc first lets go of what is being drawn or chosen.
        if event.key() != Qt.Key.Key_Escape or not self.editor.let_go():
            super().keyPressEvent(event)

    def reject(self) -> None:
        """Leave without using what was drawn, after a question if anything was."""
        if self.editor.outlines == self._begun or self._may_discard():
            super().reject()

    def _may_discard(self) -> bool:
        box = Question(
            self.tr("What was drawn has not been used yet."), self.tr("Leaving without using it takes it away."), self
        )
        discard = box.addButton(self.tr("Discard"), QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton(self.tr("Keep drawing"), QMessageBox.ButtonRole.RejectRole)
        return box.ask(default=stay, escape=stay) is discard

    def _tool(self, icon: str, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icons.icon(icon))
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.setProperty("role", "flat")
        return button

    def _on_shape(self, key: str) -> None:
        self.editor.set_shape(cast(Shape, key))
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leaf(self, step: int) -> None:
        self._place = (self._place + step) % len(self._pictures)
        self._show_picture()

    def _wish(self) -> Wish:
        return Wish(str(self._pictures[self._place]), value_range=self._value_range, side=SIDE)

    def _show_picture(self) -> None:
        several = len(self._pictures) > 1
        self.back_button.setEnabled(several)
        self.next_button.setEnabled(several)
        if not self._pictures:
            self.editor.show_photo(None, self.tr("There is no picture yet"))
            return
        path = self._pictures[self._place]
        self.name.setText(f"{path.name}  ({self._place + 1:,} / {len(self._pictures):,})")
        found = self._thumbnails.get(self._wish())
        if found is None:
            self.editor.show_photo(None, self.tr("Reading the picture…"))
        else:
            self.editor.show_photo(found.pixels, found.trouble)

    def _on_thumbnail(self, wish: Wish) -> None:
        if self._pictures and wish == self._wish():
            self._show_picture()

    def _show_state(self) -> None:
        editor = self.editor
        self.kind.set_current(editor.kind)
        self.undo_button.setEnabled(editor.can_undo)
        self.remove_button.setEnabled(editor.chosen is not None)
        self.clear_button.setEnabled(bool(editor.outlines))
        try:
            editor.area()
        except Problem as problem:
            self.use_button.setEnabled(False)
            self.summary.setText(said(problem))
            return
        self.use_button.setEnabled(True)
        if editor.outlines:
            self.summary.setText(self.tr("Looks at {0} % of the picture").format(round(100 * editor.share())))
        else:
            self.summary.setText(self.tr("Looks at the whole picture"))
