"""The panel that takes a released number back."""
