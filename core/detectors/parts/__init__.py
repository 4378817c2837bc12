"""Pieces the detectors are put together from."""
