"""Where the arithmetic runs: choosing a device, seeds, threads, and batches that fit into memory."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar, get_args

import numpy as np
import torch
from torch import Tensor

from core.errors import Problem

T = TypeVar("T")
Engine = Literal["auto", "torch", "onnxruntime"]
ENGINES: tuple[Engine, ...] = get_args(Engine)


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """A device that is there.

    Attributes
    ----------
    asked
        What was asked for, such as ``"auto"``.
    device
        Where tensors go.
    text
        For people, such as ``"CPU · 2 threads"``.
    engine
        What is to compute a backbone's features there, as `core.backbones.engines.on_engine` takes it.
    """

    asked: str
    device: torch.device
    text: str
    engine: Engine


def choose_device(asked: str = "auto", engine: str = "auto") -> DeviceChoice:
    """Return the device asked for: ``auto``, ``cpu``, ``cuda``, ``cuda:N`` or ``mps``, with an engine.

    `auto` takes CUDA where there is one, and the CPU otherwise: on Apple's GPU scores have not been compared, so it is
    used only when asked for by name.

    Raises
    ------
    Problem
        What was asked for is not there. It never falls back by itself.
    """
    device, text = _device(asked)
    # CUDA's convolutions round to ten bits (TF32) unless told otherwise: scores would move by 2e-3.
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cuda.matmul.allow_tf32 = False
    if engine not in ENGINES:
        raise Problem(
            "There is no engine called {name}.", "Choose one of {names}.", name=repr(engine), names=", ".join(ENGINES)
        )
    return DeviceChoice(asked, device, text, engine)


def _device(asked: str) -> tuple[torch.device, str]:
    name, _, number = asked.partition(":")
    if asked == "cpu" or (asked == "auto" and not torch.cuda.is_available()):
        return torch.device("cpu"), f"CPU · {_threads_text()}"
    if asked in ("auto", "cuda") or (name == "cuda" and number.isdigit()):
        index = int(number or 0)
        if torch.cuda.is_available() and index < torch.cuda.device_count():
            return torch.device("cuda", index), f"{torch.cuda.get_device_name(index)} · CUDA"
        raise _absent(asked)
    if asked == "mps":
        if torch.backends.mps.is_available():
            return torch.device("mps"), "Apple GPU · Metal"
        raise _absent(asked)
    raise Problem(
        "There is no device called {asked}.", "Choose auto, cpu, cuda, cuda:0 and so on, or mps.", asked=repr(asked)
    )


def _absent(asked: str) -> Problem:
    return Problem(
        "The device {asked} is not available on this computer.",
        "Choose auto or cpu, or install a driver and a PyTorch build for it.",
        asked=asked,
    )


def _threads_text() -> str:
    count = torch.get_num_threads()
    return f"{count} thread" if count == 1 else f"{count} threads"


def has_bfloat16(device: torch.device) -> bool:
    """Return whether a device computes in bfloat16 itself, faster than in float32; emulated, it would be slower."""
    if device.type == "cpu":
        abilities = torch.cpu.get_capabilities()
        return any(abilities.get(name, False) for name in ("avx512_bf16", "amx_bf16"))
    return device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)


def moved(frames: Tensor, device: torch.device) -> Tensor:
    """Return frames on a device; to CUDA by pinned memory, so that the copy runs beside what is still computing."""
    if device.type == "cuda" and frames.device.type == "cpu":
        return frames.pin_memory().to(device, non_blocking=True)
    return frames.to(device)


def seed_everything(seed: int) -> None:
    """Seed Python's, NumPy's and PyTorch's global generators. The detectors here use generators of their own."""
    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002 - the global generator is the one to seed
    torch.manual_seed(seed)


def set_threads(count: int | None) -> None:
    """Set how many CPU threads PyTorch uses; None leaves its own choice.

    Raises
    ------
    Problem
        Fewer than one.
    """
    if count is None:
        return
    if count < 1:
        raise Problem("{count} threads cannot work.", "Choose at least one.", count=count)
    torch.set_num_threads(count)


class ForEach(Protocol):
    """Calls a function with each item, and returns when all calls have; their order is not promised."""

    def __call__(self, function: Callable[[T], object], items: Iterable[T]) -> None: ...


@contextmanager
def side_by_side(device: torch.device) -> Iterator[ForEach]:
    """Lend a loop that works on as many items at once as PyTorch has CPU threads, on each item with one thread.

    Many small operations waste the threads of each, the more so on a busy computer; whole items do not. Meanwhile the
    calling thread works on one thread, too. On other devices it is a plain loop.
    """
    if device.type != "cpu":
        yield _one_by_one
        return
    threads = torch.get_num_threads()
    begun = threading.Barrier(threads + 1)

    def begin() -> None:
        torch.get_num_threads()  # a thread's first look takes over the common setting, and would undo what is set
        torch.set_num_threads(1)
        begun.wait()

    def for_each(function: Callable[[T], object], items: Iterable[T]) -> None:
        for _ in pool.map(function, items):
            pass

    with ThreadPoolExecutor(threads, "side-by-side", begin) as pool:
        for _ in range(threads):
            pool.submit(int)
        begun.wait()
        torch.set_num_threads(1)
        # That is this thread's setting, and the common one, which a thread of its own sets back.
        common = threading.Thread(target=torch.set_num_threads, args=(threads,))
        common.start()
        common.join()
        try:
            yield for_each
        finally:
            torch.set_num_threads(threads)


def _one_by_one(function: Callable[[T], object], items: Iterable[T]) -> None:
    for item in items:
        function(item)


def slice_size(device: torch.device) -> int:
    """Return how many frames to send through a backbone at once.

    On a CPU, where each thread takes frames of its own, three for each: enough that none waits long for the others, and
    few enough that a stop is heard soon (Wide-ResNet-50-2 takes a quarter of a second a frame on one thread).
    """
    return min(3 * torch.get_num_threads(), 16) if device.type == "cpu" else 16


def halving_batches(function: Callable[[Tensor], T], frames: Tensor, size: int) -> tuple[list[T], int]:
    """Run a function over slices of a batch, with half the slice whenever memory runs out.

    Parameters
    ----------
    function
        Takes (b, ...) and keeps nothing of it: after a failure it sees the same frames again, in smaller slices.
    frames
        (B, ...).
    size
        Largest slice to try, at least 1.

    Returns
    -------
    The results of the slices in order, and the slice size that fitted: start the next batch with it.

    Raises
    ------
    Problem
        Not even a single frame fits. Every other error passes through.
    """
    results: list[T] = []
    start = 0
    while start < len(frames):
        try:
            results.append(function(frames[start : start + size]))
        except (RuntimeError, MemoryError) as error:
            if not out_of_memory(error):
                raise
            if size == 1:
                raise Problem(
                    "There is not enough memory for even one image.",
                    "Close other programs, choose smaller frames, a smaller backbone or another device.",
                ) from error
        else:
            start += size
            continue
        # Outside the except block: the error's traceback holds the failed slice's tensors until here.
        size = max(1, min(size, len(frames) - start) // 2)
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
    return results, size


@contextmanager
def memory_as_problem(remedy: str) -> Iterator[None]:
    """Turn a lack of memory in the block into a `Problem` with this remedy; other errors pass through."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not out_of_memory(error):
            raise
        raise Problem("There is not enough memory.", remedy) from error


def out_of_memory(error: BaseException) -> bool:
    """Tell whether an error is a lack of memory, on the GPU or from PyTorch's or NumPy's CPU allocator."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    # The CPU allocator raises a plain RuntimeError: "DefaultCPUAllocator: not enough memory", "... can't allocate ..."
    text = str(error).lower()
    return isinstance(error, RuntimeError) and ("not enough memory" in text or "can't allocate memory" in text)
