"""Dialogs that stand beside the window while it goes on being used: one of each kind at most."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QWidget


def in_front(kind: type[QDialog], window: QWidget) -> bool:
    """Bring the window's open dialog of a kind to the front; False where there is none."""
    for dialog in window.findChildren(kind):
        if dialog.isVisible():
            dialog.raise_()
            dialog.activateWindow()
            return True
    return False
