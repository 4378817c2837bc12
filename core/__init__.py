"""Flawsight without a window: images, detectors, training, inspection, export."""

import os

__version__ = "0.1.0"  # the one place: the build, the window, the command line and the models read it here

# OpenMP reads this once, when torch brings it along, and torch is imported below this package only. By default its
# threads wait for their next work in a loop, and take the time of those of ONNX Runtime and of those that read ahead:
# twice the processor's work for an image, measured with `benchmarks/extraction.py`.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
