"""The words of a report, in the language of its reader: one catalogue with the window's."""

from __future__ import annotations

import functools
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping

from core.errors import Problem
from resources import locate

Say = Callable[..., str]
"""Says a template in the manner of `str.format`; names that it is given are filled in."""

LANGUAGES = {"en": "en", "zh": "zh-CN", "zh_CN": "zh-CN", "zh-CN": "zh-CN"}


def speaker(language: str) -> Say:
    """Return what says English templates in a language, ``"en"`` or ``"zh"``.

    Raises
    ------
    Problem
        The language is not known.
    """
    if language not in LANGUAGES:
        raise Problem("There is no report in the language {language}.", "Choose en or zh.", language=language)
    known = _chinese() if chinese(language) else {}

    def say(template: str, **values: object) -> str:
        text = known.get(template, template).format(**values)
        return re.sub(r"[ \u00a0]%", "%" if known else "\u00a0%", text)  # in one line with its number

    return say


def chinese(language: str) -> bool:
    """Whether a language is written in Chinese signs."""
    return LANGUAGES.get(language) == "zh-CN"


@functools.cache
def _chinese() -> Mapping[str, str]:
    """Read the catalogue that the window's translators keep; what is missing there stays English."""
    catalogue = ElementTree.parse(locate("i18n/flawsight_zh_CN.ts"))
    core = next(context for context in catalogue.iter("context") if context.findtext("name") == "core")
    return {
        entry.findtext("source", ""): text
        for entry in core.iter("message")
        if (text := entry.findtext("translation", ""))
    }
