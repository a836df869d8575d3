"""The panel that releases one number: choose it, read its card, type it back, press."""
