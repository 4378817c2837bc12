"""Many images to files: a table, heat maps, masks and sorted copies; once over a folder, or as images arrive."""
