"""Networks that are trained here, in contrast to the pretrained ones of `core.backbones.nets`."""
