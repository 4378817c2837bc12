"""The file from which a training that was broken off goes on."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from core.files import writing

PAUSE_SECONDS = 60.0
KEY = "flawsight"


class Checkpoint:
    """Arrays and a record in one file, of one run.

    Parameters
    ----------
    path
        Of the file, which need not be there.
    identity
        Of all that decides the run's result. The file of another run counts as none and is written over.
    """

    def __init__(self, path: Path, identity: str) -> None:
        self.path = path
        self._identity = identity
        self._written = time.monotonic()

    @property
    def due(self) -> bool:
        """Whether the last writing, or the beginning, is a minute ago."""
        return time.monotonic() - self._written >= PAUSE_SECONDS

    def write(self, arrays: Mapping[str, Tensor], record: Mapping[str, Any]) -> None:
        """Write the arrays, from any device, and the JSON-able record.

        Raises
        ------
        Problem
            It cannot be written.
        """
        kept = {name: tensor.cpu().contiguous() for name, tensor in arrays.items()}
        words = {KEY: json.dumps({"identity": self._identity, "record": record})}
        with writing(self.path, durable=False) as part:
            try:
                save_file(kept, part, metadata=words)
            except SafetensorError as error:  # how it tells of a full disk
                raise OSError(str(error)) from error
        self._written = time.monotonic()

    def read(self) -> tuple[dict[str, Tensor], dict[str, Any]] | None:
        """Return arrays and record, or None where there is no whole file of this run."""
        try:
            with safe_open(self.path, "pt") as file:
                found = json.loads((file.metadata() or {})[KEY])
                if found["identity"] != self._identity:
                    return None
                arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no mapping
        except (OSError, SafetensorError, KeyError, TypeError, ValueError):
            return None
        return arrays, found["record"]

    def remove(self) -> None:
        """Remove the file, if it is there: the run is over."""
        self.path.unlink(missing_ok=True)
