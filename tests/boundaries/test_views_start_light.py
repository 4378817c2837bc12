"""The window shows before torch is loaded."""

import subprocess
import sys

HEAVY = ("torch", "torchvision", "onnx", "onnxruntime", "faiss", "sklearn")


def test_importing_the_window_loads_nothing_heavy():
    probe = f"import sys, gui.window.main_window; print([name for name in {HEAVY!r} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == "[]"
