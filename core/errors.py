"""The one exception for what a person can put right, and how sentences for people are found for translation."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field


def phrase(text: str) -> str:
    """Return `text` as it is; marks a text for people that the window translates.

    Arguments of `Problem`, `Ticket.stage` and `knob` need no mark. See `packaging/translations.py`.
    """
    return text


# What comes of taking a file's contents for what they should be. RecursionError: lists within lists within lists.
DAMAGE = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError)


# A template with nothing but names to fill in: a file's must not ask for a gigabyte of blanks.
_PLAIN = re.compile(r"([^{}]|\{\w+\})*")


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth knowing about a result.

    Attributes
    ----------
    text
        One or two plain sentences: a template in the manner of `str.format`, see `Problem`.
    values
        What the template names.
    warning
        Whether a person should be told without asking.
    """

    text: str
    values: Mapping[str, str] = field(default_factory=dict)
    warning: bool = False

    def __str__(self) -> str:
        return self.text.format(**self.values)


class Problem(Exception):
    """Something a person can act on: what happened, and what to do about it.

    Both texts are templates in the manner of `str.format`, so that the window can translate
    the template and fill it in afterwards.

    Parameters
    ----------
    message
        One plain sentence: what is wrong.
    hint
        One plain sentence: the remedy. Empty only where the message says it all.
    values
        What the templates name.
    """

    def __init__(self, message: str, hint: str = "", **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.values = values

    def __str__(self) -> str:
        text = self.message.format(**self.values)
        return f"{text} {self.hint.format(**self.values)}".strip()

    def to_text(self) -> str:
        """Return it as JSON, to be kept in a file and told later in the language that is in force then."""
        values = {name: value if isinstance(value, int | float) else str(value) for name, value in self.values.items()}
        return json.dumps([self.message, self.hint, values], ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> Problem:
        """Return what `to_text` wrote; any other text is the message of a problem without a hint."""
        try:
            message, hint, values = json.loads(text)
            if not (_PLAIN.fullmatch(message) and _PLAIN.fullmatch(hint)):
                raise ValueError("not a plain template")
            problem = cls(message, hint, **values)
            str(problem)
        except DAMAGE:
            return cls("{text}", text=text)
        return problem
