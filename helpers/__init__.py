"""
See what Twilio numbers you hold, and give the unneeded ones back safely.

``open_desk`` is all that is public.  It is imported when it is first used, so
that ``python3 -m helpers`` can start before anything is installed.
"""

__all__ = ["open_desk"]


def __getattr__(name: str) -> object:
    if name == "open_desk":
        from helpers.desk import open_desk  # late: nothing may be installed yet

        return open_desk
    raise AttributeError("module 'helpers' has no attribute " + repr(name))
