"""Flawsight without a window: images, detectors, training, inspection, export."""

import os

# OpenMP reads this once, when torch brings it along, and torch is imported below this package only. By default its
# threads wait for their next work in a loop, and take the time of those of ONNX Runtime and of those that read ahead:
# twice the processor's work for an image, measured with `benchmarks/extraction.py`.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
