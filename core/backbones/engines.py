"""Which program computes a backbone's features, and the proof that they are the same ones.

PyTorch is the reference. On a CPU ONNX Runtime computes the same features, within 1e-5, in a fraction of PyTorch's time
(`docs/performance.md`), so `auto` takes it there, and PyTorch on every other device.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from core.backbones.extractor import FeatureExtractor, Features
from core.devices import DeviceChoice, Engine
from core.errors import Problem

# Largest difference from PyTorch's features that is let pass, as a share of a level's largest feature.
TOLERANCE = 1e-3
PROBE_SIZE = (96, 128)  # not square, so that rows and columns cannot be mixed up unnoticed


def on_engine(extractor: FeatureExtractor, engine: Engine, device: torch.device) -> Features:
    """Return a backbone's features as an engine computes them on a device.

    Where `auto` cannot use ONNX Runtime on a CPU it takes PyTorch; `Features.engine_note` then says why.

    Raises
    ------
    Problem
        The engine asked for by name does not work with this device or on this computer.
    """
    if engine == "torch" or (engine == "auto" and device.type != "cpu"):
        return extractor.to(device)
    if device.type != "cpu":
        raise _cpu_only(device)
    try:
        features = OnnxFeatures(extractor)
        refuse_others(features, extractor)
    except Problem as problem:
        if engine != "auto":
            raise
        extractor.engine_note = problem.message.format(**problem.values)
        return extractor
    return features


def where_computed(device: DeviceChoice, features: Features) -> str:
    """Say for people what computes, such as ``"CPU · 2 threads · ONNX Runtime"``."""
    return " · ".join(filter(None, (device.text, features.engine, features.engine_note)))


class OnnxFeatures:
    """A backbone's features by ONNX Runtime on the CPU, on as many threads as PyTorch uses.

    On a frame by itself all threads work together, so that it is soon done. As many frames as threads, or more, go side
    by side on one thread each, which is less work. Either way a frame's features are the same bits, whatever the batch.

    Memory: the weights twice, PyTorch's and ONNX Runtime's, and once more from the first frames side by side on, since
    two sessions share none; the working space of as many frames as threads.

    Raises
    ------
    Problem
        ONNX Runtime cannot be loaded, or it or `onnx_graph` does not know an operation of the backbone.
    """

    engine = "ONNX Runtime"
    engine_note = ""

    def __init__(self, extractor: FeatureExtractor) -> None:
        self._extractor = extractor
        self.levels = extractor.levels
        self.channels = extractor.channels
        self.strides = extractor.strides
        self.weights_origin = extractor.weights_origin
        self.weights_sha256 = extractor.weights_sha256
        self._lock = threading.Lock()
        self._sessions: dict[int, Any] = {}  # by their threads
        self._session(torch.get_num_threads())

    def __call__(self, frames: Tensor) -> tuple[Tensor, ...]:
        """(B, 3, H, W) float32 in 0..1 on the CPU -> one (B, C_i, H / s_i, W / s_i) a level. For any thread."""
        threads = torch.get_num_threads()
        single = np.split(frames.contiguous().numpy(), len(frames))
        if 1 < threads <= len(single):
            run = partial(_run, self._session(1))
            with ThreadPoolExecutor(threads, "frames") as pool:
                found = list(pool.map(run, single))
        else:
            found = [_run(self._session(threads), frame) for frame in single]
        levels = found[0] if len(found) == 1 else map(np.concatenate, zip(*found, strict=True))
        return tuple(map(torch.from_numpy, levels))

    def to(self, device: torch.device) -> Self:
        """Stay on the CPU.

        Raises
        ------
        Problem
            Another device is asked for.
        """
        if device.type != "cpu":
            raise _cpu_only(device)
        return self

    def module(self) -> nn.Module:
        """Return PyTorch's form of the same computation."""
        return self._extractor.module()

    def _session(self, threads: int) -> Any:
        """Return the session with this number of threads; one that was made for another number than 1 goes."""
        with self._lock:
            if threads not in self._sessions:
                kept = {count: session for count, session in self._sessions.items() if 1 in (count, threads)}
                self._sessions = {**kept, threads: _new_session(self._extractor, threads)}
            return self._sessions[threads]


def refuse_others(features: Features, reference: Features) -> None:
    """Compare features with the reference's on one noisy frame, both on the CPU.

    Raises
    ------
    Problem
        They differ by more than `TOLERANCE`.
    """
    probe = torch.rand(1, 3, *PROBE_SIZE, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        pairs = list(zip(features(probe), reference(probe), strict=True))
    difference = max(float((have - want).abs().max() / want.abs().max()) for have, want in pairs)
    if not difference <= TOLERANCE:
        raise Problem(
            "{engine} computes other features than PyTorch on this computer: they differ by {difference:.2g} "
            "of the largest one, and {tolerance:g} is allowed.",
            "Choose the engine torch.",
            engine=features.engine,
            difference=difference,
            tolerance=TOLERANCE,
        )


def _run(session: Any, frame: npt.NDArray[np.float32]) -> list[npt.NDArray[np.float32]]:
    with _lack_of_memory():
        levels: list[npt.NDArray[np.float32]] = session.run(None, {"frames": frame})
    return levels


@contextmanager
def _lack_of_memory() -> Iterator[None]:
    """Raise a `MemoryError` for a lack of memory that ONNX Runtime reports."""
    from onnxruntime.capi.onnxruntime_pybind11_state import Fail, RuntimeException

    try:
        yield
    except (Fail, RuntimeException) as error:
        if "allocate memory" in str(error):
            raise MemoryError(str(error)) from error
        raise


def _new_session(extractor: FeatureExtractor, threads: int) -> Any:
    try:
        import onnxruntime
        from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidGraph
        from onnxruntime.capi.onnxruntime_pybind11_state import NotImplemented as Unknown

        from core.backbones.onnx_graph import onnx_graph
    except ImportError as error:  # a damaged installation, or a system library that is missing
        raise _unusable(error) from error
    try:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        # Threads that wait in a loop for the next frame would take the time of those that decode it.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 4  # errors come as exceptions
        graph = onnx_graph(extractor, extractor.levels)
        with _lack_of_memory():
            return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except (NotImplementedError, Fail, InvalidGraph, Unknown) as error:
        raise _unusable(error) from error


def _unusable(error: Exception) -> Problem:
    return Problem("ONNX Runtime cannot run this backbone here: {reason}.", "Choose the engine torch.", reason=error)


def _cpu_only(device: torch.device) -> Problem:
    return Problem(
        "ONNX Runtime computes on the CPU here, not on {device}.",
        "Choose the engine auto or torch, or the device cpu.",
        device=device,
    )
