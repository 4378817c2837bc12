"""The report of a model on labelled images, as one file."""
