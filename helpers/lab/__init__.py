"""
JupyterLab's settings for the kit, and the server extension that keeps what was seen off the disk.

``python3 -m helpers`` finds the settings beside this file through ``JUPYTER_CONFIG_PATH``. What lies in ``shared/`` is
installed with the kit, for a JupyterLab that somebody starts by another way, and may use for other work, too.
"""

from typing import Any

from helpers.lab.scrub import scrub_ours


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "helpers.lab"}]


def _link_jupyter_server_extension(server: Any) -> None:
    """
    Set what may not be left to chance, before anything is made of the settings; what somebody set themselves stays.

    Only from here. Of the files in ``jupyter_server_config.d`` nothing is read but which extensions there are; a hook
    that is registered later is lost where another extension puts its own manager in place, as jupytext does. And a
    hook that a settings file names would keep a server from starting whose Python does not have the kit.
    """
    server.config.FileContentsManager.setdefault("pre_save_hook", scrub_ours)
    # Collaboration keeps what is shown in a database of its own, and the page asks the database for it.
    server.config.YDocExtension.setdefault("disable_rtc", True)


def _load_jupyter_server_extension(server: Any) -> None:
    """Scrub beside the hook of somebody else."""
    manager = server.contents_manager
    if manager.pre_save_hook is not scrub_ours:
        manager.register_pre_save_hook(scrub_ours)
