"""The algorithms that learn from good images."""
