"""The panels, played without a browser."""
