"""A report as one HTML file that needs nothing beside it: no script, no font, no picture from elsewhere."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import jinja2
from markupsafe import Markup

from core.files import write_text
from core.report.content import ReportContent, page_of
from core.report.words import LANGUAGES, speaker
from resources import locate

_END = 12  # letters of a name that stay together: its ending and some before


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
    environment.filters["breaking"] = _breaking
    return environment.get_template("report.html.j2").render(
        page=page_of(content, say), say=say, language=LANGUAGES[language]
    )


def _data_url(jpeg: bytes) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")


def _breaking(name: str) -> Markup:
    """Return a file's name that breaks where its parts end, and whose own end stays together."""
    parts = re.split(r"(?<=[_ -])|(?=[.(])", name[:-_END])
    return Markup('{}<wbr><span class="end">{}</span>').format(Markup("<wbr>").join(parts), name[-_END:])
