"""From good images to a calibrated model, and from labelled images to figures."""
