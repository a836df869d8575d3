"""Opens a desk: practice or live, with the real clock and the real chance."""

import getpass
from datetime import UTC, datetime
from pathlib import Path

from platformdirs import user_data_path

from helpers.connect import connect_live, connect_practice, from_environment, wants_live
from helpers.desk import Desk
from helpers.journal import Journal, journal_file
from helpers.protection import Protection


def open_desk(*, live: bool | None = None) -> Desk:
    """
    Open a desk: on the practice Twilio, unless told otherwise.

    Live with ``live=True``, ``TWILIO_DESK=live`` in the environment, or ``python3 -m helpers
    --live``.  Live credentials come from the environment, from a file ``.env`` in the notebook's
    folder or beside the README, or are typed in; they are never stored.  ``TWILIO_DESK_JOURNAL``
    may name a PostgreSQL database as the place of the live journal, for a team.

    Raises:
        CannotConnect: With its sentence.  Nothing was changed.
        JournalUnwritable: Nothing could be released without it.
        JournalBroken: Somebody changed the journal.
    """
    environment = from_environment()
    folder = user_data_path("twilio-number-kit", appauthor=False)
    if wants_live(environment, live=live):
        folders = (Path.cwd(), Path(__file__).parent.parent)
        connection = connect_live(environment, folders=folders, ask=_type_in)
        place = environment.get("TWILIO_DESK_JOURNAL") or journal_file(folder / "live" / "journal.db")
        memory = folder / "live" / f"evidence-{connection.account_sid}"
        # Whoever looks, with whichever credentials: what is protected is protected.
        protection = Protection(folder / "live" / "protected.json")
        return Desk(connection, Journal(place), memory=memory, protection=protection, clock=lambda: datetime.now(UTC))
    connection, practice = connect_practice(folder / "practice")
    # A journal and a memory belong to their world: a new world begins with empty ones.
    world = practice.about()["id"]
    journal = Journal(journal_file(folder / "practice" / f"journal-{world}.db"))
    protection = Protection(folder / "practice" / f"protected-{world}.json")
    memory = folder / "practice" / f"evidence-{world}"
    return Desk(connection, journal, memory=memory, protection=protection, clock=practice.now)


def _type_in(prompt: str) -> str:
    try:
        return getpass.getpass(prompt)
    except (NotImplementedError, EOFError):
        # A notebook that is run without anybody in front of it: nothing was typed.
        return ""
