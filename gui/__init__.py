"""Flawsight's window: one way to drive `core`."""
