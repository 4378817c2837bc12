"""Large libraries, imported in a lane's thread so that the window waits for them as little as possible."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import gc
import os
import sys
import threading
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

# Package -> where in it the machine code lies that brings all the rest along.
MACHINE_CODE = {
    "torch": "lib/*torch_python.*",
    "scipy": "special/_ufuncs.*",
    "faiss": "_swigfaiss.*",
    "onnxruntime": "capi/onnxruntime_pybind11_state.*",
}

# A second thread would wait for the system's loader, with Python's lock in its hand.
_ONE_LOADS = threading.Lock()


@contextlib.contextmanager
def for_good() -> Iterator[None]:
    """Make or import inside what will stay: it is not searched for garbage, now or later.

    Such a search holds up all threads, for a tenth of a second among 100,000 pictures or the modules of torch.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def load_torch() -> None:
    """Import torch: seconds, of which the window waits for a fraction of one."""
    for package in ("torch", "faiss", "onnxruntime"):
        load_machine_code(package)
    with for_good():
        import_module("torch")


def load_statistics() -> None:
    """Import what the figures of a model need (`core.scoring.rates`)."""
    load_machine_code("scipy")
    import_module("scipy.special")


@functools.cache
def load_machine_code(package: str) -> list[Path]:
    """Load a package's machine code ahead of its import, and return the files.

    Python keeps its lock while an import loads a library, a second for torch's, and the window would stand still;
    here the system is asked directly, by a call that lets go of the lock. What cannot be loaded is left to the import,
    which says why.
    """
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return []
    with _ONE_LOADS:
        return [path for path in Path(spec.origin).parent.glob(MACHINE_CODE[package]) if _load(path)]


def _load(path: Path) -> bool:
    """Load a library and keep it; `ctypes.CDLL` would do so with Python's lock in its hand."""
    if sys.platform == "win32":
        load = ctypes.windll.kernel32.LoadLibraryExW
        load.argtypes, load.restype = (ctypes.c_wchar_p, ctypes.c_void_p, ctypes.c_uint32), ctypes.c_void_p
        beside_it_and_default = 0x1100  # where its own libraries are looked for
        return bool(load(str(path), None, beside_it_and_default))
    load = ctypes.CDLL(None).dlopen
    load.argtypes, load.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
    return bool(load(os.fsencode(path), os.RTLD_NOW))
