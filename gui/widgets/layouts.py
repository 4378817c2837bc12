"""Layouts without margins, with their spacing said at once."""

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout


def across(spacing: int) -> QHBoxLayout:
    """Return a row."""
    layout = QHBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    return layout


def down(spacing: int) -> QVBoxLayout:
    """Return a column."""
    layout = QVBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    return layout


def lattice(horizontal: int, vertical: int) -> QGridLayout:
    """Return a grid with its spacing between columns and between rows."""
    layout = QGridLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setHorizontalSpacing(horizontal)
    layout.setVerticalSpacing(vertical)
    return layout
