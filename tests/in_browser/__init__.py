"""The notebooks in a real browser; each file's name ends in ``_in_browser``."""
