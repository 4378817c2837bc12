"""Labels and masks from and for other programs."""
