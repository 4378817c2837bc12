"""Masks for the viewer, read or unpacked off the window's thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from core.errors import Problem
from core.project.masks import DrawnMask, PackedMask, mask_pixels
from core.project.model import SampleId
from gui.errors import said


@dataclass(frozen=True, slots=True)
class MaskWish:
    """A mask somebody wants to see: painted, in a file, or none yet.

    Attributes
    ----------
    size
        (H, W) of the picture.
    """

    sample: SampleId
    mask: PackedMask | Path | None
    size: tuple[int, int]


@dataclass(frozen=True, eq=False, slots=True)
class LoadedMask:
    """A mask to look at and to paint on.

    Attributes
    ----------
    packed
        Equal to `drawn`.
    trouble
        Why the mask that was wanted cannot be shown, translated, or ""; then there is no mark in `drawn`.
    """

    wish: MaskWish
    drawn: DrawnMask
    packed: PackedMask
    trouble: str


def load_mask(wish: MaskWish) -> LoadedMask:
    """Read or unpack a mask."""
    trouble, packed = "", PackedMask(wish.size)
    pixels = np.zeros(wish.size, np.uint8)
    if wish.mask is not None:
        try:
            pixels = mask_pixels(wish.mask, wish.size).view(np.uint8)
            packed = wish.mask if isinstance(wish.mask, PackedMask) else PackedMask.of(pixels)
        except Problem as problem:
            trouble = said(problem)
    return LoadedMask(wish, DrawnMask(pixels), packed, trouble)


class _Bell(QObject):
    rang = Signal(object)


class _Work(QRunnable):
    def __init__(self, wish: MaskWish, bell: _Bell) -> None:
        super().__init__()
        self._wish, self._bell = wish, bell

    def run(self) -> None:
        self._bell.rang.emit(load_mask(self._wish))


class MaskLoader(QObject):
    """Loads masks, one at a time.

    Signals
    -------
    ready
        `LoadedMask`, for every request that was not dropped.
    """

    ready = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bell = _Bell()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._bell.rang.connect(self.ready)

    def request(self, wish: MaskWish) -> None:
        """Load a mask; whatever still waits is dropped."""
        self._pool.clear()
        self._pool.start(_Work(wish, self._bell))
