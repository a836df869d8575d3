"""The panel of the first notebook."""
