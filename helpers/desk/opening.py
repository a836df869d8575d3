"""How a desk is opened: on the practice Twilio or live, with the folders that it keeps its files in."""

import getpass
from datetime import UTC, datetime
from pathlib import Path

from platformdirs import user_data_path, user_state_path

from helpers.core.log import log_as_told
from helpers.core.permissions import ApiKey
from helpers.desk.desk import Desk
from helpers.gateway.credentials import (
    Ask,
    connect_live,
    connect_simulator,
    from_environment,
    typed_by,
    wants_live,
    working_folder,
)
from helpers.journal.journal import Journal, journal_file


def open_desk(*, live: bool | None = None, practice_key: ApiKey | None = None) -> Desk:
    """
    Open a desk on the practice Twilio, or on the real one.

    The desk is LIVE with ``live=True``, ``TWILIO_DESK=live`` in the environment, or ``python3 -m
    helpers --live``.  Live credentials come from the environment, from a file ``.env`` in the
    notebook's folder or beside the README, or from the keyboard; they are never stored.
    ``TWILIO_DESK_JOURNAL`` may name a PostgreSQL database that holds a team's live journal, ``TWILIO_DESK_LOG`` a
    file for a line about each request, ``TWILIO_DESK_KEYS`` one with an API key for each subaccount, and
    ``TWILIO_DESK_AT_ONCE`` the maximum count of concurrent requests.

    Args:
        practice_key: A key that ``desk.practice.make_key`` made, to practise with what it may do.

    Raises:
        CannotConnect: Twilio cannot be reached or refuses the credentials, or the notebook's folder is gone.
            Nothing was changed.
        JournalUnwritable: The journal cannot be written, so nothing could be released.
        JournalBroken: Somebody changed the journal.  In one of more than 20,000 rows, the first act is refused instead.
    """
    environment = from_environment()
    log_as_told(environment.get("TWILIO_DESK_LOG"))
    folder = user_data_path("twilio-number-kit", appauthor=False)
    # Not the journal's folder: a loss of one leaves the other.
    witness = user_state_path("twilio-number-kit", appauthor=False) / "journals"
    if wants_live(environment, live=live):
        folders = (working_folder(), Path(__file__).parents[2])
        connection = connect_live(environment, folders=folders, ask=Ask(typed_by(input), typed_by(getpass.getpass)))
        place = environment.get("TWILIO_DESK_JOURNAL") or journal_file(folder / "live" / "journal.db")
        memory = folder / "live" / f"evidence-{connection.account_sid}"
        journal = Journal(place, witness=witness)
        mine = folder / "live" / "journal.db"
        if environment.get("TWILIO_DESK_JOURNAL") and mine.exists():
            # What was protected here before a team shared its journal stays protected.
            journal.notes.adopt(Journal(journal_file(mine)).notes, at=datetime.now(UTC))
        return Desk(
            connection,
            journal,
            memory=memory,
            files=folder / "live",
            protected=folder / "live" / "protected.json",
            clock=lambda: datetime.now(UTC),
        )
    connection, simulator = connect_simulator(folder / "practice", practice_key)
    # Each practice world has its own journal, protections and evidence: a new world begins with none.
    world = simulator.about()["id"]
    journal = Journal(journal_file(folder / "practice" / f"journal-{world}.db"), witness=witness)
    return Desk(
        connection,
        journal,
        memory=folder / "practice" / f"evidence-{world}",
        files=folder / "practice",
        protected=folder / "practice" / f"protected-{world}.json",
        clock=simulator.now,
    )
