"""
Send a request that changes something about a number, once: look, note, send, write down the answer.

Releasing, moving and unregistering differ in the request and in what proves it afterwards;
what stands between a confirmation and the one request is the same, and stands here.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from helpers.actions.locate import find_everywhere
from helpers.actions.outcome import LEASE, note
from helpers.core.advice import Advice
from helpers.core.errors import (
    CannotRead,
    Drifted,
    LookStopped,
    NoAnswer,
    NothingChanged,
    NotSent,
    NotThere,
    Stopped,
    TwilioBusy,
    TwilioSaidNo,
)
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Number, changed_fields
from helpers.decisions.session import Session
from helpers.journal.entries import Entry
from helpers.journal.states import Act, State

#: How often a request is tried when Twilio answers 429, which it documents as never processed
#: (https://www.twilio.com/docs/api/errors/20429).
TRIES = 5
_STOPPED = "The run was stopped before its request left."


def never() -> bool:
    """Say that nobody stopped it."""
    return False


def carry_out(
    entry: Entry,
    number: Number,
    request: Callable[[Entry], Mapping[str, object]],
    session: Session,
    *,
    done: str,
    looked_at: datetime,
    stopped: Callable[[], bool] = never,
) -> Entry:
    """
    Do what a confirmed entry says, with one request; only after a 429 is it sent again.

    Args:
        number: As the operator saw it; if it is different now, nothing is sent.

        request: Sends it, given the entry that notes it; returns what the journal is to keep of a yes.

        done: What is about to be done, for sentences: "released".

        looked_at: When the number was still ours for sure.

        stopped: Asked in the last moment before the request is noted: whether it is not to leave any more.

    Returns:
        The entry, ``acknowledged`` or ``unknown``: what it proves is for a look to say.

    Raises:
        Drifted, NotThere: The number is not what was confirmed any more.  Nothing was sent.
        Stopped: Somebody stopped it before the request was noted.  Nothing was sent.
        EntryMovedOn: Another window went on with this entry.  Nothing was sent.
        JournalUnwritable: What cannot be written down is not done.  Nothing was sent.
        NotSent, TwilioBusy, TwilioSaidNo: Twilio did not do it.
        OutcomeUnknown: It was sent, and the journal could not be written afterwards.
    """
    for attempt in range(1, TRIES + 1):
        with session.gateway.only_while(lambda: not stopped(), missing="stopped"):
            _look(entry, number, session, done=done, looked_at=looked_at)
        if stopped():
            session.journal.append(entry, State.NOT_SENT, at=session.clock(), detail=Reason(Cause.RUN_STOPPED).detail)
            raise Stopped(f"{entry.phone_number} was not {done}. {_STOPPED}")
        entry = session.journal.append(entry, State.INTENDED, at=session.clock(), detail={"attempt": attempt})
        try:
            return _send(entry, request, session)
        except (NotSent, TwilioSaidNo) as failure:
            raise _about(entry, failure, done) from None
        except TwilioBusy as busy:
            entry = note(entry, State.THROTTLED, session, busy.reason.detail)
            if attempt == TRIES:
                too_busy = Reason(Cause.TOO_BUSY, {"times": TRIES})
                session.journal.append(entry, State.NOT_SENT, at=session.clock(), detail=too_busy.detail)
                raise _about(entry, busy, done) from None
            session.pause(0.2 * 2**attempt)
    raise AssertionError("the loop above returns or raises")


def _about(entry: Entry, failure: NothingChanged, done: str) -> NothingChanged:
    """Name the number, which the gateway knows by its sid alone."""
    failure.args = (f"{entry.phone_number} was not {done}. {failure.message}",)
    return failure


def _look(entry: Entry, number: Number, session: Session, *, done: str, looked_at: datetime) -> None:
    """Refuse unless the number is, to the last field, what was confirmed."""
    try:
        seen = session.gateway.number(number.account_sid, number.sid)
    except LookStopped:
        session.journal.append(entry, State.NOT_SENT, at=session.clock(), detail=Reason(Cause.RUN_STOPPED).detail)
        raise Stopped(f"{number.phone_number} was not {done}. {_STOPPED}") from None
    except CannotRead as failure:
        session.journal.append(entry, State.NOT_SENT, at=session.clock(), detail=failure.reason.detail)
        sentence = f"{number.phone_number} was not {done}. {failure} Try again later."
        raise NotSent(failure.reason, sentence) from None
    if seen is None:
        raise _not_there(entry, number, session, done=done, looked_at=looked_at)
    if differing := changed_fields(number, seen):
        changed = ", ".join(differing)
        why = Reason(Cause.CHANGED_SINCE_CONFIRMED, {"fields": differing})
        session.journal.append(entry, State.KEPT, at=session.clock(), detail=why.detail)
        raise Drifted(
            f"{number.phone_number} was not {done}: it was changed since you looked at it "
            f"({changed}). Nothing was sent.",
            advice=Advice.CHOOSE_AGAIN,
        )


def _not_there(entry: Entry, number: Number, session: Session, *, done: str, looked_at: datetime) -> NotThere:
    search = find_everywhere(session.gateway, session.reach, number.phone_number, home=number.account_sid)
    moved = search.of(number.sid)
    if moved is not None:
        said = f"It was moved to account {search.account_of(moved)}."
        session.journal.append(entry, State.KEPT, at=session.clock(), detail=search.moved(moved).detail)
        return NotThere(f"{number.phone_number} was not {done}. {said} Nothing was sent.", advice=Advice.READ_AGAIN)
    if search.unread:
        unreadable = Reason(Cause.UNREADABLE, {"said": search.unread[0]})
        session.journal.append(entry, State.NOT_SENT, at=session.clock(), detail=unreadable.detail)
        return NotThere(
            f"{number.phone_number} is not in its account any more, and where it is cannot be told: "
            f"{search.unread[0]} Nothing was sent."
        )
    # It was still ours when it was looked at, so it cannot have left before that.  A release is told for taking back.
    left = {"left_at": looked_at.isoformat()} if entry.act == Act.RELEASE else {}
    session.journal.append(entry, State.GONE, at=session.clock(), detail=left)
    listed = " The restore notebook lists it, in case it is wanted back." if left else ""
    return NotThere(
        f"{number.phone_number} was gone before the kit asked: somebody else released it. Nothing was sent.{listed}"
    )


def _was_carried_out(entry: Entry, session: Session) -> bool:
    """Look whether a request that was refused may have been carried out all the same; unless a look rules it out."""
    try:
        seen = session.gateway.number(entry.account_sid, entry.number_sid)
    except CannotRead:
        return True
    if seen is None:
        return True
    return entry.act != Act.RELEASE and entry.number is not None and bool(changed_fields(entry.number, seen))


def _send(entry: Entry, request: Callable[[Entry], Mapping[str, object]], session: Session) -> Entry:
    """Send the one request and write down what came of it; a 429 is for who calls.  Raises what changed nothing."""
    try:
        # A laptop that was closed in this very moment must not send yesterday's request when it is opened.
        with session.gateway.only_while(lambda: abs(session.clock() - entry.at) <= LEASE):
            receipt = request(entry)
    except NotSent as lost:
        note(entry, State.NOT_SENT, session, lost.reason.detail)
        raise
    except NoAnswer as silence:
        return note(entry, State.UNKNOWN, session, silence.reason.detail)
    except TwilioSaidNo as refused:
        if refused.status == 404:
            # Not a refusal: it may have been moved or released in this very moment.
            reason = Reason(Cause.NOT_FOUND_THERE, refused.reason.details)
            return note(entry, State.UNKNOWN, session, {**reason.detail, "answer": 404})
        if _was_carried_out(entry, session):
            reason = refused.reason.with_cause(Cause.REFUSED_BUT_CHANGED, {})
            return note(entry, State.UNKNOWN, session, {**reason.detail, "answer": refused.status})
        note(entry, State.REFUSED, session, refused.reason.detail)
        raise
    return note(entry, State.ACKNOWLEDGED, session, receipt)
