"""A journal whose file goes away in the middle of things, as with a network drive, and may come back."""

from pathlib import Path


def lose(journal):
    """Take a journal's file away: from here on it can neither be read nor written."""
    file = Path(journal.database.engine.url.database)
    file.rename(file.with_suffix(".lost"))


def lost_after(journal, gateway, method):
    """Lose a journal as soon as a request has been carried out, once."""
    really = getattr(gateway, method)

    def carried_out(*args):
        setattr(gateway, method, really)
        try:
            return really(*args)
        finally:
            lose(journal)

    setattr(gateway, method, carried_out)
