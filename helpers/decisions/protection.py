"""
The protected numbers, accounts and names, which are never released, and the numbers that are kept until a day.

They are tables of the journal's database, see ``journal/notes.py``.  Earlier versions kept a file of protections: what
it holds is taken over, and it counts as long as it is there.  Protecting takes one click; to unprotect, the operator
types the entry back.  What cannot be read protects every number.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import partial
from pathlib import Path

from helpers.core.dates import day
from helpers.core.errors import JournalUnwritable, ProtectionRefused, ProtectionUnreadable
from helpers.core.number_note import NumberNote
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Account, Number
from helpers.decisions.protected import Kind, Protected, Rule, is_typed, parse, require_shape, texts_of
from helpers.decisions.protection_file import ProtectionFile
from helpers.journal.notes import Notes

#: Finds what protects a number; None if nothing does.
Find = Callable[[Number, Account], Reason | None]


class Protection:
    """
    What is protected and noted, read again each time because another notebook may have changed it.

    Args:
        file: The file of protections of earlier versions, where there is one.

        notes: The tables of the journal's database.

        clock: Returns the current time, by Twilio's clock.
    """

    def __init__(self, file: Path, notes: Notes, clock: Callable[[], datetime]) -> None:
        self.file, self._notes, self._clock = file, notes, clock
        self._earlier = ProtectionFile(file)

    def read(self) -> tuple[Protected, ...]:
        """
        Read all protections.

        Raises:
            ProtectionUnreadable: The database, or a file that exists, cannot be read.
        """
        # The file first: what another window takes over meanwhile is in the database before the file is set aside.
        earlier, kept = self._earlier.read() or (), self._in_database()
        names = {(line.kind, line.what) for line in kept}
        return (*kept, *(line for line in earlier if (line.kind, line.what) not in names))

    def find(self, number: Number, account: Account) -> Reason | None:
        """Find what protects a number; None if nothing does."""
        find, _ = self.finder(number.phone_number)
        return find(number, account) if find else None

    def finder(self, phone_number: str | None = None) -> tuple[Find | None, Mapping[str, NumberNote]]:
        """
        Read everything once, or what concerns one phone number.

        Returns:
            A function that finds what protects a number, None if there is nothing; and the notes, by phone number.
        """
        try:
            lines = self.read()
            notes = self.notes() if phone_number is None else _by_number(self.note(phone_number))
        except ProtectionUnreadable as unreadable:
            everything = unreadable.reason
            return (lambda number, account: everything), {}  # noqa: ARG005  # every number is protected
        now = self._clock()
        kept = {note.phone_number: note for note in notes.values() if note.keeps(now)}
        return partial(_find_covering, lines, kept) if lines or kept else None, notes

    def notes(self) -> Mapping[str, NumberNote]:
        """
        Read the notes of all phone numbers, by number.

        Raises:
            ProtectionUnreadable: They cannot be read.
        """
        try:
            return self._notes.notes()
        except JournalUnwritable as failure:
            raise _unreadable(failure) from None

    def note(self, phone_number: str) -> NumberNote | None:
        """
        Read the note of one phone number.

        Raises:
            ProtectionUnreadable: It cannot be read.
        """
        try:
            return self._notes.note(phone_number)
        except JournalUnwritable as failure:
            raise _unreadable(failure) from None

    def write_note(self, note: NumberNote, *, before: NumberNote | None) -> None:
        """
        Write the note of a phone number over the one *before*; a day in it keeps the number until that day is over.

        Raises:
            ProtectionRefused: The number is not written as one, or somebody changed its note since *before*.
            JournalUnwritable: Nothing was written.
        """
        require_shape(Kind.NUMBER, note.phone_number)
        self._notes.write(note, before=before)

    def protect(self, line: Protected) -> None:
        """
        Add a protection.

        Raises:
            ProtectionRefused: It does not have the shape of its kind, or exists already.
            ProtectionUnreadable: The protections cannot be read.  Nothing was written.
            JournalUnwritable: Nothing was written.
        """
        require_shape(line.kind, line.what)
        self.take_over()
        if not self._notes.protect([texts_of(line)], at=self._clock()):
            raise ProtectionRefused(f"{line.what} is protected already. Nothing was changed.")

    def unprotect(self, line: Protected, *, typed: str, by: str) -> None:
        """
        Remove a protection.

        Args:
            typed: The text that the operator typed to confirm.

            by: The operator, as ``user@machine``.

        Raises:
            ProtectionRefused: It was not typed back, or does not exist any more.
            ProtectionUnreadable: The protections cannot be read.  Nothing was changed.
            JournalUnwritable: Nothing was changed.
        """
        # Else the line in the file would hold on.
        self.take_over()
        if line not in self._in_database():
            raise ProtectionRefused(f"{line.what} is not protected any more. Nothing was changed.")
        if not is_typed(typed, line):
            raise ProtectionRefused(f"Nothing was changed: what was typed is not {line.what}.")
        self._notes.unprotect(texts_of(line), by=by, at=self._clock())

    def take_over(self) -> None:
        """
        Write what the file of an earlier version protects into the database, then set the file aside.

        The file keeps its name until all of it is in the database, and counts as long as it has that name.

        Raises:
            ProtectionRefused: The file cannot be set aside.  It still counts.
            ProtectionUnreadable: The file cannot be read, and protects everything.
            JournalUnwritable: The database cannot be written.  The file still counts.
        """
        if self._earlier.read() is None:
            return
        with self._earlier.alone():
            if (lines := self._earlier.read()) is not None:
                self._notes.protect(map(texts_of, lines), at=self._clock())
                self._earlier.set_aside()

    def _in_database(self) -> tuple[Protected, ...]:
        try:
            lines = self._notes.protections()
            return tuple(parse(place, line) for place, line in enumerate(lines, start=1))
        except (JournalUnwritable, ValueError) as failure:
            raise _unreadable(failure) from None


def _unreadable(failure: JournalUnwritable | ValueError) -> ProtectionUnreadable:
    problem = str(failure) if isinstance(failure, JournalUnwritable) else f"In the journal's database, {failure}."
    return ProtectionUnreadable(Reason(Cause.PROTECTIONS_UNREADABLE, {"problem": problem}))


def _by_number(note: NumberNote | None) -> dict[str, NumberNote]:
    return {note.phone_number: note} if note else {}


def _find_covering(
    lines: Iterable[Protected], kept: Mapping[str, NumberNote], number: Number, account: Account
) -> Reason | None:
    """Find the strictest of *lines* that covers a number, or the note that keeps it; None if there is neither."""
    covering = [line for line in lines if line.covers(number, account)]
    line = next((line for line in covering if line.rule is Rule.NEVER), None)
    note = kept.get(number.phone_number)
    if line is None and note is not None and note.keep_until is not None:
        details = {"until": note.keep_until.isoformat(), "who": note.who, "since": note.at.date().isoformat()}
        return Reason(Cause.KEPT, {"number": number.phone_number, **details, "note": note.note})
    if not covering:
        return None
    line = line or covering[0]
    cause = Cause.PROTECTED if line.rule is Rule.NEVER else Cause.TICKET_REQUIRED
    details = {"kind": line.kind.value, "what": line.what, "why": line.why, "who": line.who, "since": line.since}
    return Reason(cause, {"number": number.phone_number, **details})


def refusal(number: Number, why: Reason) -> str:
    """Say that a protection covers a number, and how to remove it; for an error message."""
    details = why.details
    if "problem" in details:
        return str(ProtectionUnreadable(why))
    if why.code is Cause.KEPT:
        return (
            f"{number.phone_number} is kept until {day(date.fromisoformat(str(details['until'])))}, by "
            f"{details['who']}. Change that day first, in the protection panel of the release-many notebook."
        )
    if why.code is Cause.TICKET_REQUIRED:
        return (
            f"{number.phone_number} is protected: {details['kind']} {details['what']}, by {details['who']}. It goes "
            "with a reason code and a ticket only: give both."
        )
    return (
        f"{number.phone_number} is protected: {details['kind']} {details['what']}, by {details['who']}. Unprotect it "
        "first, in the protection panel of the release-many notebook."
    )
