"""The kit in fresh environments: each way to install it, and each Jupyter that people start."""
