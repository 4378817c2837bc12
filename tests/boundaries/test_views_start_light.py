"""The window shows before torch is loaded, and torch works without torchvision where no ResNet is used."""

import subprocess
import sys

HEAVY = ("torch", "torchvision", "onnx", "onnxruntime", "faiss", "sklearn")


def loaded_by(importing: str, names: tuple[str, ...]) -> str:
    probe = f"import sys, {importing}; print([name for name in {names!r} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def test_importing_the_window_loads_nothing_heavy():
    assert loaded_by("gui.window.main_window", HEAVY) == "[]"


def test_training_loads_torchvision_for_resnets_only():
    assert loaded_by("core.training.run", ("torch", "torchvision")) == "['torch']"
