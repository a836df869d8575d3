"""
The protections and the notes about numbers: two tables of the journal's database, shared by all who share it.

Rows are only added, so the tables tell who changed what, and when.  This file writes them.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Table, func, select

from helpers.core.errors import JournalUnwritable, ProtectionRefused
from helpers.core.number_note import NumberNote
from helpers.journal.database import FORMAT, NOTES, PROTECTIONS, Database

_T = TypeVar("_T")
#: The columns of a protection.
_LINE = ("kind", "what", "why", "who", "since", "rule")
_PROTECTED, _UNPROTECTED = "protected", "unprotected"


class Notes:
    """Reads and writes the protections and the notes in a journal's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def protections(self) -> list[dict[str, str]]:
        """
        Read the protections that hold, oldest first: their texts, as in ``_LINE``.

        Raises:
            JournalUnwritable: They cannot be read.
        """
        return self._read(_in_force)

    def protect(self, lines: Iterable[Mapping[str, str]], *, at: datetime) -> int:
        """
        Write the protections that do not hold yet, and return how many these are: all of them, or none.

        Raises:
            JournalUnwritable: Nothing was written.
        """

        def add(connection: Connection) -> int:
            held = {(line["kind"], line["what"]) for line in _in_force(connection)}
            new = {(line["kind"], line["what"]): line for line in lines}
            for key, line in new.items():
                if key not in held:
                    _add_protection(connection, line, at)
            return len(new.keys() - held)

        return self._database.write(add)

    def unprotect(self, line: Mapping[str, str], *, by: str, at: datetime) -> bool:
        """
        Write that a protection holds no more; tell whether it held until now.

        Raises:
            JournalUnwritable: Nothing was written.
        """

        def add(connection: Connection) -> bool:
            if line not in _in_force(connection):
                return False
            _add(connection, PROTECTIONS, {**line, "state": _UNPROTECTED, "changed_by": by, "at": at.isoformat()})
            return True

        return self._database.write(add)

    def adopt(self, other: "Notes", *, at: datetime) -> None:
        """
        Write the protections of another journal that this one never had, and its notes of numbers without one here.

        Raises:
            JournalUnwritable: One of the two cannot be read, or this one not be written.  Nothing was written.
        """
        lines, notes = other.protections(), other.notes()
        # Tells it in a sentence where the tables are not there yet.
        self.protections()

        def add(connection: Connection) -> None:
            # What was unprotected here stays so.
            had = set(map(tuple, connection.execute(select(*(PROTECTIONS.c[name] for name in _LINE)))))
            for line in lines:
                if tuple(line[name] for name in _LINE) not in had:
                    _add_protection(connection, line, at)
            for phone_number in notes.keys() - _notes(connection).keys():
                _add_note(connection, notes[phone_number])

        self._database.write(add)

    def notes(self) -> dict[str, NumberNote]:
        """
        Read the notes of all phone numbers, by number.

        Raises:
            JournalUnwritable: They cannot be read.
        """
        return self._read(_notes)

    def note(self, phone_number: str) -> NumberNote | None:
        """
        Read the note of one phone number.

        Raises:
            JournalUnwritable: It cannot be read.
        """
        return self._read(lambda connection: _note(connection, phone_number))

    def write(self, note: NumberNote, *, before: NumberNote | None) -> None:
        """
        Write the note of a phone number over the one *before*.

        Raises:
            ProtectionRefused: Somebody has changed it since *before*.  Nothing was written.
            JournalUnwritable: Nothing was written.
        """

        def add(connection: Connection) -> None:
            now = _note(connection, note.phone_number)
            if now is not None and now != before:
                raise ProtectionRefused(
                    f"{now.who} changed the note of {note.phone_number} meanwhile, so yours was not written. Read "
                    "what stands there now, then save yours again."
                )
            _add_note(connection, note)

        self._database.write(add)

    def _read(self, work: Callable[[Connection], _T]) -> _T:
        def read(connection: Connection) -> _T:
            if self._database.format < FORMAT:
                raise JournalUnwritable(
                    "The journal's database cannot hold protections as this version writes them yet, and this user may "
                    "not bring it forward. Have its owner open a desk with this version once."
                )
            try:
                return work(connection)
            except ValueError as odd:
                raise JournalUnwritable(f"A row of the notes is not as the kit writes it: {odd}.") from None

        return self._database.read(read)


def _in_force(connection: Connection) -> list[dict[str, str]]:
    each = PROTECTIONS.c
    newest = select(func.max(each.n)).group_by(each.kind, each.what)
    # What a newer version calls otherwise holds.
    rows = select(*(each[name] for name in _LINE)).where(each.n.in_(newest), each.state != _UNPROTECTED)
    return [dict(zip(_LINE, row, strict=True)) for row in connection.execute(rows.order_by(each.n))]


def _notes(connection: Connection) -> dict[str, NumberNote]:
    newest = select(func.max(NOTES.c.n)).group_by(NOTES.c.phone_number)
    rows = connection.execute(select(NOTES).where(NOTES.c.n.in_(newest)).order_by(NOTES.c.n))
    return {note.phone_number: note for note in map(_number_note, rows)}


def _note(connection: Connection, phone_number: str) -> NumberNote | None:
    rows = select(NOTES).where(NOTES.c.phone_number == phone_number).order_by(NOTES.c.n.desc()).limit(1)
    row = connection.execute(rows).one_or_none()
    return _number_note(row) if row else None


def _number_note(row: Row[Any]) -> NumberNote:
    # By place, because there may be a hundred thousand.
    _, phone_number, note, owner, keep_until, who, at = tuple(row)
    day = date.fromisoformat(keep_until) if keep_until is not None else None
    return NumberNote(phone_number, note, owner, day, who, datetime.fromisoformat(at))


def _add_protection(connection: Connection, line: Mapping[str, str], at: datetime) -> None:
    row = {**line, "state": _PROTECTED, "changed_by": line["who"], "at": at.isoformat()}
    _add(connection, PROTECTIONS, row)


def _add_note(connection: Connection, note: NumberNote) -> None:
    day = note.keep_until.isoformat() if note.keep_until else None
    texts = {"phone_number": note.phone_number, "note": note.note, "owner": note.owner, "who": note.who}
    _add(connection, NOTES, {**texts, "keep_until": day, "at": note.at.isoformat()})


def _add(connection: Connection, table: Table, row: Mapping[str, str | None]) -> None:
    last = connection.execute(select(func.max(table.c.n))).scalar() or 0
    connection.execute(table.insert(), {"n": last + 1, **row})
