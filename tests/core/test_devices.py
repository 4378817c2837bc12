import random
import threading
from pathlib import Path

import numpy as np
import pytest
import torch

from core import devices
from core.devices import (
    choose_device,
    halving_batches,
    has_bfloat16,
    memory_as_problem,
    seed_everything,
    set_threads,
    side_by_side,
)
from core.errors import Problem


def test_cpu_is_named_with_its_threads():
    choice = choose_device("cpu")
    assert choice.device == torch.device("cpu")
    assert choice.text.startswith("CPU · ")
    assert str(torch.get_num_threads()) in choice.text


def test_float32_is_not_rounded_on_the_way_through_cuda():
    torch.backends.cudnn.allow_tf32 = True
    choose_device("cpu")
    assert not torch.backends.cudnn.allow_tf32
    assert not torch.backends.cuda.matmul.allow_tf32


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_auto_without_cuda_is_the_cpu():
    assert choose_device().device == torch.device("cpu")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
@pytest.mark.parametrize("asked", ["cuda", "cuda:0", "cuda:7"])
def test_absent_device_is_a_problem_not_the_cpu(asked):
    with pytest.raises(Problem, match="not available"):
        choose_device(asked)


@pytest.mark.parametrize("asked", ["", "gpu", "cuda:x", "cuda:-1", "cpu:0"])
def test_unknown_device_is_a_problem(asked):
    with pytest.raises(Problem, match="no device called"):
        choose_device(asked)


@pytest.mark.skipif(not Path("/proc/cpuinfo").is_file(), reason="nobody else to ask about the processor")
def test_a_processor_has_16_bits_where_the_system_says_so():
    flags = set(Path("/proc/cpuinfo").read_text().split())
    assert has_bfloat16(torch.device("cpu")) == bool(flags & {"avx512_bf16", "amx_bf16"})


def test_seed_reaches_all_three_generators():
    def drawn():
        seed_everything(7)
        return random.random(), float(np.random.rand()), float(torch.rand(()))  # noqa: NPY002

    assert drawn() == drawn()


def test_threads():
    before = torch.get_num_threads()
    try:
        set_threads(2)
        assert torch.get_num_threads() == 2
        set_threads(None)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
    with pytest.raises(Problem, match="0 threads"):
        set_threads(0)


class Limited:
    """Doubles its input, and runs out of memory above a number of frames."""

    def __init__(self, limit: int, error: Exception) -> None:
        self.limit, self.error, self.sizes = limit, error, []

    def __call__(self, frames: torch.Tensor) -> torch.Tensor:
        self.sizes.append(len(frames))
        if len(frames) > self.limit:
            raise self.error
        return frames * 2


LACKS = [
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB"),
    RuntimeError("[enforce fail at alloc_cpu.cpp:117] . DefaultCPUAllocator: not enough memory: you asked for 9"),
    RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
    MemoryError(),
]


@pytest.mark.parametrize("error", LACKS)
@pytest.mark.parametrize(("limit", "fits"), [(100, 16), (5, 4), (2, 2), (1, 1)])
def test_halves_until_it_fits_and_keeps_the_order(error, limit, fits):
    frames = torch.arange(33.0)
    results, size = halving_batches(Limited(limit, error), frames, 16)
    assert torch.equal(torch.cat(results), frames * 2)
    assert size == fits


def test_the_halved_size_is_not_raised_again():
    limited = Limited(4, LACKS[0])
    halving_batches(limited, torch.arange(32.0), 16)
    assert limited.sizes == [16, 8, *[4] * 8]


def test_real_allocation_that_cannot_succeed():
    def greedy(frames: torch.Tensor) -> torch.Tensor:
        return torch.empty(len(frames) << 50, dtype=torch.float64) if len(frames) > 3 else frames

    results, size = halving_batches(greedy, torch.arange(6.0), 6)
    assert [len(part) for part in results] == [3, 3]
    assert size == 3


@pytest.mark.parametrize("error", LACKS)
def test_not_even_one_is_a_problem_with_a_remedy(error):
    with pytest.raises(Problem, match="even one image") as caught:
        halving_batches(Limited(0, error), torch.arange(4.0), 4)
    assert caught.value.hint
    assert caught.value.__cause__ is error


def test_other_errors_pass_at_once():
    limited = Limited(0, RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    with pytest.raises(RuntimeError, match="shapes"):
        halving_batches(limited, torch.arange(4.0), 4)
    assert limited.sizes == [4]


def test_memory_as_problem():
    with pytest.raises(Problem, match="Close something"), memory_as_problem("Close something."):
        torch.empty(1 << 55)
    with pytest.raises(RuntimeError, match="other"), memory_as_problem("Close something."):
        raise RuntimeError("other")
    assert not devices.out_of_memory(ValueError("not enough memory"))


def test_side_by_side_works_on_several_items_with_one_thread_each():
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        together = threading.Barrier(3)
        seen = []

        def note(item):
            together.wait(timeout=20)
            seen.append((item, torch.get_num_threads()))

        with side_by_side(torch.device("cpu")) as for_each:
            for_each(note, range(6))
        assert sorted(seen) == [(item, 1) for item in range(6)]
        assert torch.get_num_threads() == 3
        later = []
        thread = threading.Thread(target=lambda: later.append(torch.get_num_threads()))
        thread.start()
        thread.join()
        assert later == [3]
    finally:
        torch.set_num_threads(before)


def test_side_by_side_lets_errors_through():
    with side_by_side(torch.device("cpu")) as for_each, pytest.raises(ZeroDivisionError):
        for_each(lambda item: 1 // item, [1, 0, 2])
