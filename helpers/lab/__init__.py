"""JupyterLab's settings for the kit, found through ``JUPYTER_CONFIG_PATH``."""
