"""Rows that this version would not write into a journal, and a database without room for some that it would."""

import hashlib
import json
from contextlib import contextmanager

from sqlalchemy import select

from helpers.journal.database import JOURNAL

_COLUMNS = ("entry", "act", "account_sid", "number_sid", "phone_number")


def add_row(journal, about, state, at):
    """
    Add a row as another version of the kit may have written it, whatever its state, with its place in the chain.

    Args:
        about: Entry, act, account sid, number sid and phone number.
    """

    def add(connection):
        last = connection.execute(select(JOURNAL).order_by(JOURNAL.c.n.desc()).limit(1)).mappings().first()
        n, previous = (last["n"] + 1, last["digest"]) if last else (1, "")
        row = dict(zip(_COLUMNS, map(str, about), strict=True))
        row |= {"n": n, "state": state, "at": at.isoformat(), "detail": "{}", "previous": previous}
        written = json.dumps(row, sort_keys=True, ensure_ascii=False)
        connection.execute(JOURNAL.insert(), row | {"digest": hashlib.sha256(written.encode()).hexdigest()})

    journal.database.write(add)


@contextmanager
def no_room_for(journal, state):
    """Let the database refuse rows of a state, as if the disk were full; every other row is written."""
    full = f"""
        CREATE TRIGGER full BEFORE INSERT ON journal WHEN NEW.state = '{state}'
        BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END
    """
    journal.database.write(lambda connection: connection.exec_driver_sql(full))
    yield
    journal.database.write(lambda connection: connection.exec_driver_sql("DROP TRIGGER full"))
