"""The panel that releases one number."""
