"""Flawsight without a window: images, detectors, training, inspection, export."""
