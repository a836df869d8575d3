"""The panel of all numbers."""
