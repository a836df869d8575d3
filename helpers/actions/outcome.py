"""
Settle a release whose outcome is open, by reading the number at Twilio.

``released``: Twilio said yes, and the number answers 404.  ``released_unacknowledged``: no answer came, and the number
is in no account of the company.  A 404 alone may mean "moved".  A number that is still there counts as kept only after
a quarantine, because Twilio may carry out a DELETE late whose answer was lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from helpers.actions.locate import Search, find_everywhere
from helpers.core.advice import Advice, for_one_number
from helpers.core.dates import day_and_hour
from helpers.core.errors import CannotRead, EntryMovedOn, JournalBroken, JournalUnwritable, OutcomeUnknown
from helpers.core.reasons import Cause, Reason
from helpers.decisions.session import Session
from helpers.gateway.transport import DEADLINE, TIMEOUTS
from helpers.journal.entries import Entry
from helpers.journal.states import OVERTURNED, Act, Proof, State, in_words

#: How long after its journal row a request may leave: a suspended laptop must not send yesterday's DELETE.
LEASE = timedelta(seconds=20)
#: How long Twilio may still carry out a request after its last sign.  A guess: Twilio states nothing.
QUARANTINE = timedelta(seconds=60)
#: How long a number may stay listed after Twilio's yes before it counts as kept.  Also a guess.
AFTER_A_YES = timedelta(days=1)
#: Seconds between the two reads that prove "still there".
BETWEEN_READS = 2.0


@dataclass(frozen=True, slots=True)
class Settled:
    """The state of an entry after a read; as text, the message for the operator of a single number."""

    entry: Entry
    #: The result of the read, for the operator.
    message: str
    advice: Advice | None = None
    #: How long until another read can conclude something.
    wait: timedelta | None = None

    def __str__(self) -> str:
        return for_one_number(self.message, self.advice, self.wait)


def settle_after(entry: Entry) -> datetime:
    """Compute the moment from which a read may conclude that nothing happened."""
    if entry.state in {State.INTENDED, State.RESTORING}:
        # The process of the request may have died at once, or may still wait for an answer.
        return entry.at + LEASE + timedelta(seconds=TIMEOUTS[0] + DEADLINE) + QUARANTINE
    if entry.act == Act.RELEASE and entry.state == State.ACKNOWLEDGED:
        return entry.at + AFTER_A_YES
    return entry.at + QUARANTINE


def worth_waiting_for(entry: Entry) -> datetime:
    """Compute the moment until which a run waits for proof: never as long as a day."""
    return entry.at + QUARANTINE if entry.state == State.ACKNOWLEDGED else settle_after(entry)


def settle(entry: Entry, session: Session) -> Settled:
    """
    Find out whether a number was released, and write the result down.  Sends nothing but GETs.

    The entry stays open where nothing is proved yet; the sentence says why.
    """
    number = entry.phone_number
    if not entry.open:
        return Settled(entry, f"{number} is not open any more: {in_words(entry.state)}.")
    try:
        listed = session.gateway.number(entry.account_sid, entry.number_sid)
        if listed is not None:
            wait = settle_after(entry) - session.clock()
            if wait > timedelta():
                yes = "Twilio said yes, but " if entry.state == State.ACKNOWLEDGED else ""
                return _not_yet(entry, wait, f"{yes}{number} is still listed")
            session.pause(BETWEEN_READS)
            listed = session.gateway.number(entry.account_sid, entry.number_sid)
    except CannotRead as failure:
        return Settled(entry, f"{number}: what became of it is still open. {failure}", Advice.LOOK_LATER)
    if listed is not None:
        return conclude(
            entry,
            State.KEPT,
            f"{number} is still yours: two looks found it where it was. Nothing was released.",
            session,
            Reason(Cause.FOUND_WHERE_IT_WAS).detail,
        )
    # A number that stayed listed after the yes may have been moved since: then only a search proves the release.
    at_once = session.clock() - entry.at <= QUARANTINE
    if entry.state == State.ACKNOWLEDGED and (at_once or not session.reach.whole_company):
        return conclude(
            entry,
            State.RELEASED,
            f"{number} is released: Twilio said yes, and has no such number any more.",
            session,
            {"proof": Proof.NO_SUCH_NUMBER},
        )
    return search_everywhere(entry, session)


def note(entry: Entry, state: State, session: Session, detail: Mapping[str, object] | None = None) -> Entry:
    """
    Write down the outcome of a request; where another window has concluded something meanwhile, that stands.

    Raises:
        OutcomeUnknown: The journal could not be written.  The entry stays open.
    """
    try:
        return session.journal.append(entry, state, at=session.clock(), detail=detail)
    except EntryMovedOn:
        return session.journal.entry(entry.id)
    except (JournalUnwritable, JournalBroken) as unwritable:
        raise OutcomeUnknown(
            f"{entry.phone_number}: the request was sent, its outcome was “{in_words(state)}”, and that could "
            f"not be written down. {unwritable} The entry stays open; when the journal can be written again, check "
            "and close it in the journal notebook."
        ) from None


def conclude(
    entry: Entry, state: State, message: str, session: Session, detail: Mapping[str, object] | None = None
) -> Settled:
    """
    Close an entry with a proved state; where that cannot be written, the entry stays open and the message says so.

    Args:
        message: The proved outcome, for the operator.
    """
    try:
        return Settled(session.journal.append(entry, state, at=session.clock(), detail=detail), message)
    except EntryMovedOn:
        current = session.journal.entry(entry.id)
        now = in_words(current.state)
        if current.open:
            conflict = f"another window went on with it meanwhile ({now}), so nothing is concluded."
            return Settled(current, f"{entry.phone_number}: {conflict}", Advice.LOOK_LATER)
        return Settled(current, f"{entry.phone_number} was closed by another window: {now}.")
    except (JournalUnwritable, JournalBroken) as unwritable:
        return Settled(
            entry,
            f"{message} That could not be written down, so its journal entry stays open. {unwritable} Then look again.",
        )


def search_everywhere(entry: Entry, session: Session) -> Settled:
    """Search all accounts for a number that is not in its own any more, and write the result down."""
    number = entry.phone_number
    search = find_everywhere(session.gateway, session.reach, number, home=entry.account_sid)
    moved = search.by_sid(entry.number_sid)
    if moved is not None and moved.account_sid == entry.account_sid:
        return contradiction(entry)
    if moved is not None:
        wait = settle_after(entry) - session.clock()
        if entry.open and wait > timedelta():
            return _not_yet(entry, wait, f"{number} was moved to account {search.account_of(moved)}")
        if entry.state == State.KEPT and entry.details.get("found_in") == moved.account_sid:
            return Settled(entry, "")
        place = search.account_of(moved)
        message = f"{number} is still yours: somebody moved it to account {place}. Nothing was released."
        detail = {"found_in": moved.account_sid, **search.reason_of_move(moved).detail}
        return conclude(entry, State.KEPT, message, session, detail)
    if search.numbers and entry.last(State.ACKNOWLEDGED) is None:
        return kept_with_another_sid(entry, search, session)
    if search.unread:
        return Settled(
            entry,
            f"{number} is not in its account any more, and whether it was released or moved cannot be told yet: "
            f"{search.gap}",
            Advice.LOOK_LATER,
        )
    if entry.state in OVERTURNED and entry.last(State.ACKNOWLEDGED) is None:
        return _left_since(entry, session)
    if entry.state in {State.CONFIRMED, State.THROTTLED} or entry.details.get("answer") == 404:
        return conclude(
            entry,
            State.GONE,
            f"{number} was already gone before the kit's request was carried out: somebody else released it.",
            session,
            {"left_at": (entry.left_at or entry.rows[0].at).isoformat()},
        )
    if entry.last(State.ACKNOWLEDGED) is not None:
        return conclude(
            entry,
            State.RELEASED,
            f"{number} is released: Twilio said yes, and the number is in no account of the company any more.",
            session,
            {"proof": Proof.NO_SUCH_NUMBER},
        )
    return conclude(
        entry,
        State.RELEASED_UNACKNOWLEDGED,
        f"{number} is released: no clear answer came, and the number is in no account of the company any more.",
        session,
        {"left_at": (entry.sent_at or entry.at).isoformat(), "proof": Proof.IN_NO_ACCOUNT},
    )


def _left_since(entry: Entry, session: Session) -> Settled:
    """Close an entry whose number was found after the request, and is gone now: who released it is not known."""
    is_refused = entry.state == State.REFUSED
    answer = "Twilio refused to release it" if is_refused else "No clear answer came"
    message = (
        f"{entry.phone_number} is in no account of the company any more. {answer}, and it was still yours on "
        f"{day_and_hour(entry.at)}: the request was carried out after that, or somebody else released it."
    )
    why = Reason(Cause.LEFT_SINCE, {"at": entry.at.isoformat(), "refused": is_refused})
    left_at = (entry.sent_at or entry.rows[0].at).isoformat()
    # What Twilio clearly answered with no, the kit does not call its own release.
    is_answered = is_refused or entry.details.get("answer") == 404
    state = State.GONE if is_answered else State.RELEASED_UNACKNOWLEDGED
    return conclude(entry, state, message, session, {"left_at": left_at, "proof": Proof.IN_NO_ACCOUNT, **why.detail})


def kept_with_another_sid(entry: Entry, search: Search, session: Session) -> Settled:
    """Close an entry whose number the company has with another sid: it left its former sid for good."""
    another = search.numbers[0]
    message = (
        f"{entry.phone_number} is yours, with another SID, in account {search.account_of(another)}: it was released "
        "and taken back meanwhile."
    )
    detail = {"found_as": another.sid, **search.reason_of_another(another).detail}
    return conclude(entry, State.KEPT, message, session, detail)


def contradiction(entry: Entry) -> Settled:
    """Leave an entry as it is: its number answers 404, and the account lists it all the same."""
    if not entry.open:
        return Settled(entry, "")
    observation = "Twilio answers that there is no such number there, and the account lists it all the same."
    return Settled(entry, f"{entry.phone_number}: {observation} So nothing is concluded.", Advice.LOOK_LATER)


def _not_yet(entry: Entry, wait: timedelta, observation: str) -> Settled:
    cause = "The request may still be carried out" if entry.state != State.CONFIRMED else "Another window may be at it"
    message = f"{observation}. {cause}, so nothing is concluded and nothing is sent again."
    return Settled(entry, message, Advice.LOOK_LATER, wait)
