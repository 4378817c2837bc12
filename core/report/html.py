"""A report as one HTML file that needs nothing beside it: no script, no font, no picture from elsewhere."""

from __future__ import annotations

import base64
from pathlib import Path

import jinja2

from core.files import write_text
from core.report.content import ReportContent, page_of
from core.report.words import LANGUAGES, speaker
from resources import locate


def write_report(path: Path, content: ReportContent, language: str = "en") -> None:
    """Write a report; the file is there whole or not at all.

    Parameters
    ----------
    path
        The HTML file; an older one is replaced.
    content
        What to show. At least one image.
    language
        ``"en"`` or ``"zh"``.

    Raises
    ------
    Problem
        There is no labelled image, or the file cannot be written.
    ValueError
        A score is not finite, or lengths differ.
    """
    write_text(path, render_report(content, language))


def render_report(content: ReportContent, language: str = "en") -> str:
    """Return the HTML of a report; see `write_report`."""
    say = speaker(language)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(locate("report")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["data_url"] = _data_url
    return environment.get_template("report.html.j2").render(
        page=page_of(content, say), say=say, language=LANGUAGES[language]
    )


def _data_url(jpeg: bytes) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")
