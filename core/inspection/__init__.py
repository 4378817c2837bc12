"""A trained model looks at images."""
