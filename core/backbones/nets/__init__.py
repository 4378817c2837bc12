"""Networks written here as plain modules."""
