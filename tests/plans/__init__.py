"""Many numbers by a plan."""
