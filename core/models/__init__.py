"""A trained model in memory and as one file."""
