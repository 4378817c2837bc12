"""What went wrong, in the words of the window."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QLocale

from core.errors import Problem

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """Something to tell a person.

    Attributes
    ----------
    message
        One sentence: what is wrong.
    hint
        One sentence: the remedy, or "".
    details
        The traceback of a fault of the program, or "" for what a person can put right.
    """

    message: str
    hint: str = ""
    details: str = ""

    def __str__(self) -> str:
        return joined(self.message, self.hint)


def joined(*sentences: str) -> str:
    """Put sentences one behind the other; Chinese has no space between them."""
    return ("" if _chinese() else " ").join(filter(None, sentences))


def _chinese() -> bool:
    return QLocale().language() == QLocale.Language.Chinese


def translated(template: str, **values: object) -> str:
    """Translate a text of the core and fill it in; a problem among the values is said in the same language."""
    if not template:
        return ""
    words = {name: said(value) if isinstance(value, Problem) else value for name, value in values.items()}
    text = QCoreApplication.translate("core", template).format(**words)
    return text.replace(" %", "%") if _chinese() else text


def said(problem: Problem) -> str:
    """Say a problem in one line, in the language of the window."""
    return joined(translated(problem.message, **problem.values), translated(problem.hint, **problem.values))


def told(trouble: str) -> str:
    """Say what `Problem.to_text` kept, as `said`; "" stays "", and a plain sentence as it is."""
    return said(Problem.from_text(trouble)) if trouble else ""


def failure(error: BaseException, details: str = "") -> Failure:
    """Put an exception into words.

    Parameters
    ----------
    details
        Its traceback, where it has already been formatted in another thread.
    """
    if isinstance(error, Problem):
        return Failure(translated(error.message, **error.values), translated(error.hint, **error.values))
    return Failure(
        QCoreApplication.translate("Failure", "Something unexpected went wrong in Flawsight."),
        QCoreApplication.translate("Failure", "Your work is saved. Please report the details."),
        details or "".join(traceback.format_exception(error)),
    )


def install_hook(tell: Callable[[Failure], None]) -> None:
    """Lead exceptions that nobody caught to the log and to `tell` instead of the terminal."""

    def hook(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, where)
            return
        _log.critical("uncaught", exc_info=(kind, error, where))
        tell(failure(error, "".join(traceback.format_exception(kind, error, where))))

    sys.excepthook = hook
