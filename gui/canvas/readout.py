"""How raw numbers are written: as many decimals as the model's scale needs, everywhere the same."""

from __future__ import annotations

from math import floor, isfinite, log10

from PySide6.QtCore import QCoreApplication, QLocale

MOST_DECIMALS = 12


def decimals_for(reference: float) -> int:
    """Return the decimals that give three figures at the size of `reference` (a limit), 0 to 6."""
    if not isfinite(reference) or reference == 0:
        return 2
    return min(max(2 - floor(log10(abs(reference))), 0), 6)


def raw_text(value: float, limit: float) -> str:
    """Write a raw score or heat value with the decimals that tell it from the limit it is compared with."""
    return f"{value:,.{_decimals_between(value, limit)}f}"


def limit_text(limit: float, value: float) -> str:
    """Write a limit beside `raw_text(value, limit)`: with as many decimals, so that both read in their true order."""
    return f"{limit:,.{_decimals_between(value, limit)}f}"


def _decimals_between(value: float, limit: float) -> int:
    decimals = decimals_for(limit)
    while value != limit and decimals < MOST_DECIMALS and f"{value:.{decimals}f}" == f"{limit:.{decimals}f}":
        decimals += 1
    return decimals


def figure(value: float) -> str:
    """Write a number with four figures, without exponent where it can be avoided. Halves are rounded as fields do."""
    if value == 0:
        return "0"
    digits = max(0, 3 - floor(log10(abs(value))))
    if digits > 7:
        return f"{value:.3g}"
    return QLocale("en_US").toString(value, "f", digits)


def percent(share: float | None) -> str:
    """Write a share, 0 to 1, with one decimal as the language does, e.g. "21.4 %"; None is a dash."""
    return "–" if share is None else QCoreApplication.translate("Readout", "{0} %").format(f"{100 * share:.1f}")


def count_text(value: float) -> str:
    """Write a whole number with group separators, such as an area in pixels. Both languages group alike."""
    return f"{round(value):,}"


def time_left(seconds: float) -> str:
    """Say a remaining time as a person would: coarser the longer it is."""
    if seconds < 8:
        return QCoreApplication.translate("StatusBar", "a few seconds left")
    if seconds < 55:
        return QCoreApplication.translate("StatusBar", "about {} s left").format(max(10, 5 * round(seconds / 5)))
    if seconds < 90 * 60:
        return QCoreApplication.translate("StatusBar", "about {} min left").format(max(1, round(seconds / 60)))
    return QCoreApplication.translate("StatusBar", "about {} h left").format(round(seconds / 3600))
