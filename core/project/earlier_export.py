"""Which model an exported folder is of, read without anything heavy."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

METADATA = "metadata.json"
MAX_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class EarlierExport:
    """The model in a folder that this program has written."""

    model: str
    name: str


def earlier_export(folder: Path) -> EarlierExport | None:
    """Return what an earlier export left in a folder; None where there is none, or none that can be read."""
    path = folder / METADATA
    try:
        if path.stat().st_size > MAX_BYTES:
            return None
        card = json.loads(path.read_text(encoding="utf-8"))["flawsight"]["card"]
        return EarlierExport(str(card["id"]), str(card["name"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def export_date(folder: Path) -> str:
    """Return when an export was written into a folder, as local day and time; "" where there is none."""
    try:
        written = (folder / METADATA).stat().st_mtime
    except (OSError, ValueError):
        return ""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(written))
