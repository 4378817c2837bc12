"""Pretrained feature networks: the catalogue, the weights and the extractor."""
