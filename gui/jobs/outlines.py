"""Outlines of labelled defects, read from their mask pictures off the window's thread."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from core.errors import Problem
from core.images.reading import read_mask

_log = logging.getLogger(__name__)

Lines = tuple[npt.NDArray[np.float32], ...]


@dataclass(frozen=True, eq=False, slots=True)
class Outlines:
    """The outlines in one mask.

    Attributes
    ----------
    path
        The mask's file.
    lines
        Closed lines, each (n, 2) points (x, y) in picture pixels; empty where the mask cannot be read.
    """

    path: Path
    lines: Lines


class _Bell(QObject):
    rang = Signal(object)


class _Work(QRunnable):
    def __init__(self, path: Path, size: tuple[int, int], bell: _Bell) -> None:
        super().__init__()
        self._path, self._size, self._bell = path, size, bell

    def run(self) -> None:
        try:
            lines = outlines(read_mask(self._path, self._size))
        except Problem as problem:
            # The mask is an extra line over the photo; the pages that need it tell what is wrong with it.
            _log.info("no outlines: %s", problem)
            lines = ()
        self._bell.rang.emit(Outlines(self._path, lines))


def outlines(mask: npt.NDArray[np.bool_]) -> Lines:
    """Return the outlines of a mask (H, W) as closed lines, each (n, 2) points (x, y) in picture pixels."""
    found, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    return tuple(np.asarray(line.reshape(-1, 2), dtype=np.float32) + np.float32(0.5) for line in found)


class OutlineLoader(QObject):
    """Reads masks, one at a time.

    Signals
    -------
    ready
        `Outlines`, for every request.
    """

    ready = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bell = _Bell()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._bell.rang.connect(self.ready)

    def request(self, path: Path, size: tuple[int, int]) -> None:
        """Read the mask of a picture of (H, W) pixels; whatever still waits is dropped."""
        self._pool.clear()
        self._pool.start(_Work(path, size, self._bell))
