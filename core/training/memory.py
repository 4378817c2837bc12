"""How much memory a piece of work needed at most."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

import psutil
import torch

SAMPLES_PER_SECOND = 20


class PeakMemory:
    """Context manager that watches the process while the work runs.

    Attributes
    ----------
    peak_bytes
        Most resident memory seen, in bytes, plus the peak that torch allocated on the CUDA device, if one is used.
        Sampled 20 times a second: a shorter peak may be missed.
    """

    def __init__(self, device: torch.device) -> None:
        self.peak_bytes = 0
        self._device = device
        self._process = psutil.Process()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="peak-memory", daemon=True)

    def __enter__(self) -> Self:
        if self._device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(self._device)
        self._sample()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
        self._sample()
        if self._device.type == "cuda":
            self.peak_bytes += torch.cuda.max_memory_allocated(self._device)

    def _watch(self) -> None:
        while not self._ended.wait(1 / SAMPLES_PER_SECOND):
            self._sample()

    def _sample(self) -> None:
        self.peak_bytes = max(self.peak_bytes, int(self._process.memory_info().rss))
