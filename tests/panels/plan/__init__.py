"""The panel of a plan."""
