"""The panel that takes a number back."""
