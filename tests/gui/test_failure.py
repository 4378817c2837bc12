import sys

import pytest

from core.errors import Problem
from gui.errors import Failure, failure, install_hook

pytestmark = pytest.mark.usefixtures("qapp")


def test_a_problem_keeps_its_words_and_has_no_details():
    found = failure(Problem("{n} images are missing.", "Add {n} images.", n=3))
    assert found == Failure("3 images are missing.", "Add 3 images.", "")


def test_a_fault_carries_its_traceback():
    try:
        raise ZeroDivisionError("oh")
    except ZeroDivisionError as error:
        found = failure(error)
    assert "ZeroDivisionError: oh" in found.details
    assert found.hint


def test_a_traceback_from_another_thread_is_used():
    assert failure(ValueError("x"), "Traceback of the thread").details == "Traceback of the thread"


def test_uncaught_exceptions_are_told(monkeypatch, caplog):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    told = []
    install_hook(told.append)
    error = RuntimeError("surprise")
    sys.excepthook(RuntimeError, error, None)
    assert "surprise" in told[0].details
    assert "uncaught" in caplog.text


def test_a_keyboard_interrupt_is_not_told(monkeypatch):
    passed = []
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(sys, "__excepthook__", lambda *args: passed.append(args))
    told = []
    install_hook(told.append)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert not told
    assert passed
