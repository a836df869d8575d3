"""
The journal: the only file that writes its rows.

Rows are only added, and each carries the hash of the row before.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

from sqlalchemy import URL, Connection, func, select

from helpers.core.advice import Advice
from helpers.core.errors import (
    AlreadyUsed,
    EntryMovedOn,
    JournalBehind,
    JournalBroken,
    JournalUnwritable,
    KitError,
    NotReleasable,
)
from helpers.core.log import log_state
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Number
from helpers.core.typed_text import is_sentence
from helpers.journal.chain import Chain, digest_of
from helpers.journal.database import JOURNAL, Database
from helpers.journal.entries import Entry, StoredRow, fold
from helpers.journal.notes import Notes
from helpers.journal.reader import JournalReader, read_rows
from helpers.journal.states import LEFT, NAMED, YES, Act, State, in_words, may_follow
from helpers.journal.witness import NOTHING, Mark, Witness

#: The sentence that an operator types to accept a journal that is behind.
ACCEPTING = "go on with this journal"
#: The rows that are verified before a desk is shown; a longer journal is verified beside its opening.
VERIFIED_AT_ONCE = 20_000
#: The seconds after which that begins if no act waits for it: both together would show the desk later.
SHOWN_FIRST = 3.0
#: The states that announce a request.
BEGINNING = {State.INTENDED, State.RESTORING}
#: The states before a request, and the end of an entry whose request is not sent after all.
_ENDED_UNSENT = {
    State.CONFIRMED: State.NOT_SENT,
    State.INTENDED: State.NOT_SENT,
    State.RESTORING: State.RESTORE_REFUSED,
}


@dataclass(frozen=True, slots=True)
class Behind:
    """The known and the present number of rows; the known number is None where the witness cannot be read."""

    known: int | None
    present: int

    def __str__(self) -> str:
        now = "Put the newest copy back; or, where this one is meant, say so in the journal notebook."
        return f"{self.what_happened} {now}"

    @property
    def what_happened(self) -> str:
        """Say what is missing, and what that may mean."""
        rows = f"{self.present:,} row{'' if self.present == 1 else 's'}"
        if self.known is None:
            had = f"how long it was cannot be read, and it has {rows}"
        elif self.present < self.known:
            had = f"it had {self.known:,} rows, and it has {f'{self.present:,}' if self.present else 'none'} now"
        else:
            had = f"it has {rows}, and they are others"
        return (
            f"The journal is not the one that was here last: {had}. It was emptied, cut off or replaced by an older "
            "copy, so a number may have been sent for without a trace here. Nothing was sent."
        )


class Journal(JournalReader):
    """
    A durable list of announced actions and their outcomes.

    Args:
        url: An SQLAlchemy URL: ``sqlite:///file`` or ``postgresql+psycopg://...``.

        witness: A folder outside the journal's, which keeps the journal's length; None keeps no length.

    Raises:
        JournalUnwritable: The journal cannot be opened or written.
    """

    def __init__(self, url: str | URL, *, witness: Path | None = None) -> None:
        super().__init__(Database(url))
        #: The protections and the notes about numbers, in the same database.
        self.notes = Notes(self.database)
        self._witness = Witness(witness / f"{self._name}.json") if witness else None
        #: The rows that this window has verified.
        self._chain = self._new_chain()
        #: How the journal is behind its witness; None where it is not.
        self.behind: Behind | None = None
        #: The break that the verification found beside the opening; None where it found none, or has not ended.
        self.broken: JournalBroken | None = None
        self._verifying: Thread | None = None
        self._awaited = Event()

    def __repr__(self) -> str:
        return f"<Journal {self._place}>"

    @property
    def shared(self) -> bool:
        """Whether colleagues write to the same journal from their own computers."""
        return bool(self.database.engine.dialect.name == "postgresql")

    @property
    def _place(self) -> str:
        return str(self.database.engine.url.render_as_string(hide_password=True))

    @property
    def _name(self) -> str:
        """A file name made of the journal's place, without its password."""
        return hashlib.sha256(self._place.encode()).hexdigest()[:16]

    def confirm(
        self,
        entry: str,
        number: Number,
        *,
        at: datetime,
        act: Act = Act.RELEASE,
        detail: Mapping[str, object] | None = None,
    ) -> Entry:
        """
        Open an entry for a confirmed act on a number, with the number's whole configuration.

        Raises:
            AlreadyUsed: This one-time id was used before, the number has an open entry, or it was released already.
                Nothing was written.
            JournalBehind, JournalBroken, JournalTooNew: No action may begin.  Nothing was written.
            JournalUnwritable: The journal could not be written, or not its witness; then the entry is ``not_sent``.
        """

        def claim(connection: Connection) -> tuple[list[StoredRow], StoredRow]:
            self._refuse_to_begin(connection, number.sid)
            if read_rows(connection, JOURNAL.c.entry == entry):
                raise AlreadyUsed(
                    f"{number.phone_number}: this confirmation was used before. Nothing was sent.",
                    advice=Advice.LOOK_FIRST,
                )
            for other in fold(read_rows(connection, JOURNAL.c.number_sid == number.sid)):
                _refuse_second(other, number)
            about = (entry, act, number.account_sid, number.sid, number.phone_number)
            with_number = {**(detail or {}), "number": dict(number.sent)}
            return [], self._add(connection, about, State.CONFIRMED, at, with_number)

        self.require_verified()
        return self._write(claim)

    def append(self, entry: Entry, state: State, *, at: datetime, detail: Mapping[str, object] | None = None) -> Entry:
        """
        Write the next state of an entry; when this returns, the row is on disk.

        Where another window has written to the entry since *entry* was read, only a yes of Twilio's is accepted: every
        other state was concluded from an old entry, and that window may be sending a request now.

        Raises:
            EntryMovedOn: Another window wrote to the entry, or this state may not follow.  Nothing was written.
            JournalBehind: The state announces a request, which may not leave.  Nothing was written.
            JournalBroken: The same; or the rows of the entry are gone.  Nothing was written.
            JournalUnwritable, JournalTooNew: The journal could not be written.  Or the state announces a request, and
                the witness could not be written: the request may not leave, and the entry says that it did not.
        """

        def add_state(connection: Connection) -> tuple[list[StoredRow], StoredRow]:
            # The outcome of a request is written down even where earlier rows are broken.
            if state in BEGINNING:
                self._refuse_to_begin(connection, entry.number_sid)
            rows = read_rows(connection, JOURNAL.c.entry == entry.id)
            if not rows:
                raise self._chain.broken_at(entry.rows[0].n)
            (current,) = fold(rows)
            moved_on = current.rows[-1].n != entry.rows[-1].n and state not in YES
            if moved_on or not may_follow(current.act, current.state, state):
                raise EntryMovedOn(
                    f"{current.phone_number}: the journal entry is already “{in_words(current.state)}”, written "
                    f"by another notebook or window, so “{in_words(state)}” was not written. Look at "
                    "the journal before anything else."
                )
            about = (entry.id, current.act, current.account_sid, current.number_sid, current.phone_number)
            return rows, self._add(connection, about, state, at, detail)

        if state in BEGINNING:
            self.require_verified()
        return self._write(add_state)

    def record(self, entry: str, act: Act, state: State, *, at: datetime, detail: Mapping[str, object]) -> None:
        """
        Write an entry of one row, which concerns no number; when this returns, the row is on disk.

        Raises:
            JournalBehind, JournalBroken, JournalTooNew: Nothing may begin.  Nothing was written.
            JournalUnwritable: The journal could not be written.
        """

        def add(connection: Connection) -> tuple[list[StoredRow], StoredRow]:
            self._refuse_to_begin(connection, "")
            return [], self._add(connection, (entry, act, "", "", ""), state, at, detail)

        self.require_verified()
        self._write(add)

    def begin_verifying(self) -> None:
        """
        Verify the chain: that of a short journal now, that of a long one in a thread, for which every act waits.

        Raises:
            JournalBroken: A row of a short journal was changed, removed or inserted.
        """
        length = select(func.max(JOURNAL.c.n))
        if (self.database.read(lambda connection: connection.execute(length).scalar()) or 0) <= VERIFIED_AT_ONCE:
            self.verify()
            return
        self.behind = None if self._newer else self.database.read(self._compare_with_witness)
        self._verifying = Thread(target=self._verify_beside, daemon=True)
        self._verifying.start()

    @property
    def verifying(self) -> bool:
        """Whether the rows are still to be verified beside the opening, so that an act would wait."""
        return self._verifying is not None and self._verifying.is_alive()

    def wait_until_verified(self) -> None:
        """
        Wait for the verification beside the opening.

        Raises:
            JournalBroken: It found a row that was changed, removed or inserted.
        """
        if self._verifying is not None:
            self._verifying.join()
        if self.broken is not None:
            raise self._chain.broken_at(self.broken.row)

    def require_verified(self) -> None:
        """Begin the verification beside the opening at once, and ``wait_until_verified``."""
        self._awaited.set()
        self.wait_until_verified()

    def _verify_beside(self) -> None:
        self._awaited.wait(SHOWN_FIRST)
        try:
            self.verify()
        except JournalBroken as broken:
            self.broken = broken
        except JournalUnwritable:
            # The first act verifies what could not be read now.
            return

    def verify(self) -> str:
        """
        Check the chain of all rows, and return the hash of the last one.

        The rows themselves do not show a cut-off end: afterwards ``behind`` tells whether the witness knows more rows,
        or another row in the last place.  The rows of a newer version are not judged, because it may chain them
        otherwise; nothing is written to such a journal.  Then the hash is an empty text.

        Raises:
            JournalBroken: A row was changed, removed or inserted.
        """
        chain = self._new_chain()
        before = None
        while chain.end != before:
            before = chain.end
            rows = self.database.read(chain.read_on)
            if self._newer:
                self.behind = None
                return ""
            chain.extend_from_end(rows)
        self._chain, self.broken = chain, None
        self.behind = self.database.read(self._compare_with_witness)
        if self._witness and self.behind is None:
            self._witness.advance(self._chain.end)
        return self._chain.end.digest

    def accept(self, *, who: str, typed: str, at: datetime) -> None:
        """
        Accept a journal that is shorter than it was, or another one; the acceptance becomes a row.

        Raises:
            NotReleasable: The typed text is not *ACCEPTING*.  Nothing was written.
            JournalBroken, JournalUnwritable: The journal was not accepted.
        """
        self.verify()
        behind = self.behind
        if behind is None:
            return
        if not is_sentence(typed, ACCEPTING):
            raise NotReleasable(f"The journal was not accepted: what was typed is not “{ACCEPTING}”.")
        detail = {"who": who, "typed": typed, "known_rows": behind.known, "found_rows": behind.present}
        about = (f"accept-{at:%Y%m%dT%H%M%S%f}", Act.ACCEPT, "", "", "")
        self.database.write(lambda connection: self._add(connection, about, State.ACCEPTED, at, detail))
        self.database.read(self._chain.extend_to_end)
        if self._witness:
            self._witness.set(self._chain.end)
        self.behind = None

    def _write(self, work: Callable[[Connection], tuple[list[StoredRow], StoredRow]]) -> Entry:
        """Write the next row of an entry with *work*, which returns the earlier rows and the new one."""
        before, row = self.database.write(work)
        (entry,) = fold([*before, row])
        log_state(entry.id, entry.act, entry.state, number_sid=entry.number_sid, phone_number=entry.phone_number)
        if self._witness and self.behind is None:
            try:
                self._witness.advance(Mark(row.n, row.digest))
            except JournalUnwritable:
                # An older copy of the journal, without this row, would pass for the newest.
                if entry.state in _ENDED_UNSENT:
                    with suppress(KitError):
                        self.append(entry, _ENDED_UNSENT[entry.state], at=entry.at)
                    raise
                # Of an outcome, the row in the journal counts more.
        return entry

    def _compare_with_witness(self, connection: Connection) -> Behind | None:
        """Compare the rows with the witness; None where none is missing."""
        if self._witness is None:
            return None
        known: Mark | None = None
        with suppress(ValueError):
            known = self._witness.read() or NOTHING
            if known == NOTHING or read_rows(connection, JOURNAL.c.n == known.rows, JOURNAL.c.digest == known.digest):
                return None
        # Only here, because this runs before every act, and counting reads the whole table.
        present = connection.execute(select(func.count()).select_from(JOURNAL)).scalar_one()
        return Behind(known.rows if known else None, present)

    def _refuse_to_begin(self, connection: Connection, number_sid: str) -> None:
        """Raise where the journal is behind, its new rows are no valid chain, or a row of the number was changed."""
        # Another window may have accepted it since.
        self.behind = self._compare_with_witness(connection)
        if self.behind is not None:
            raise JournalBehind(str(self.behind))
        # Verified rows are not read again, but for the last of them and those of the number.
        self._chain.extend_to_end(connection)
        self._chain.require_rows_of(number_sid, read_rows(connection, JOURNAL.c.number_sid == number_sid))

    def _new_chain(self) -> Chain:
        return Chain(self.database.engine.url.database)

    def _add(
        self,
        connection: Connection,
        about: tuple[str, Act, str, str, str],
        state: State,
        at: datetime,
        detail: Mapping[str, object] | None,
    ) -> StoredRow:
        last = connection.execute(
            select(JOURNAL.c.n, JOURNAL.c.digest).order_by(JOURNAL.c.n.desc()).limit(1)
        ).one_or_none()
        entry, act, account_sid, number_sid, phone_number = about
        row = StoredRow(
            n=last.n + 1 if last else 1,
            entry=entry,
            act=str(act),
            state=str(state),
            at=at.isoformat(),
            account_sid=account_sid,
            number_sid=number_sid,
            phone_number=phone_number,
            detail=json.dumps(dict(detail or {}), sort_keys=True, ensure_ascii=False),
            previous=last.digest if last else "",
            digest="",
        )
        row = row._replace(digest=digest_of(row))
        connection.execute(JOURNAL.insert(), row._asdict())
        return row


def _refuse_second(other: Entry, number: Number) -> None:
    if other.open:
        raise AlreadyUsed(
            f"{number.phone_number}: another {NAMED[other.act]} is under way or not finished "
            f"(journal entry {other.id[:8]}: {in_words(other.state)}). Nothing was sent. Check and close it in "
            "the journal notebook first.",
            reason=other.as_blocker(),
        )
    if other.act == Act.RELEASE and other.state in LEFT:
        raise AlreadyUsed(
            f"{number.phone_number} was released already, on {other.at:%Y-%m-%d at %H:%M} UTC. Nothing was sent.",
            reason=Reason(Cause.RELEASED_ALREADY, {"at": other.at.isoformat()}),
        )


def journal_file(file: Path) -> URL:
    """Make the URL of a journal in a file."""
    return URL.create("sqlite", database=str(file))
