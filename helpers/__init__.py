"""
See what Twilio numbers you hold, and give the unneeded ones back safely.

``open_desk`` is all that is public.  It is imported when it is first used, so
that ``python3 -m helpers`` can start before anything is installed.

Each package imports only packages below it; ``journal`` and ``gateway`` do not know each other::

    desk > panels > tables > plans > actions > decisions > evidence > {journal, gateway} > core

Apart stand the command (``__main__``, ``_install``), JupyterLab's settings (``lab``)
and the practice Twilio itself (``simulator``), which know nothing of the rest.
"""

__all__ = ["open_desk"]
__version__ = "0.2.0"


def __getattr__(name: str) -> object:
    if name == "open_desk":
        from helpers.desk.opening import open_desk  # late: nothing may be installed yet

        return open_desk
    raise AttributeError("module 'helpers' has no attribute " + repr(name))
