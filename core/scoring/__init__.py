"""Numbers from scores and maps: limits, curves, regions, colours. Never imports torch."""
