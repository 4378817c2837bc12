"""Tooltips that wrap."""

from html import escape


def tip(text: str) -> str:
    """Return plain text as a tooltip of several lines: Qt wraps rich text only."""
    return f"<qt>{escape(text)}</qt>"
