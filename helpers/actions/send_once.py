"""
Send a request that changes a number, once: read the number, announce the request, send it, write the answer down.

Releasing, moving and unregistering share these steps from the confirmation to the answer.  They differ in the
request, and in the proof of the outcome.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from helpers.actions.locate import find_everywhere
from helpers.actions.outcome import LEASE, note
from helpers.core.advice import Advice
from helpers.core.errors import (
    AlreadyUsed,
    CannotRead,
    Drifted,
    LookStopped,
    NoAnswer,
    NothingChanged,
    NotReleasable,
    NotSent,
    NotThere,
    Stopped,
    TwilioBusy,
    TwilioSaidNo,
)
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Confirmation, Number, PlanAct, changed_fields
from helpers.decisions import protection
from helpers.decisions.decision import TOO_OLD, why_too_old
from helpers.decisions.session import Session
from helpers.journal.entries import Entry
from helpers.journal.states import NAMED, Act, State, in_words

#: How often a request is sent when Twilio answers 429, which it documents as never processed
#: (https://www.twilio.com/docs/api/errors/20429).
TRIES = 5
#: The participle of each act, for sentences.
_DONE = {Act.RELEASE: "released", Act.MOVE: "moved", Act.UNREGISTER: "changed"}
_STOPPED = "The run was stopped before its request left."


def never() -> bool:
    """Return False: nobody can stop this run."""
    return False


def require_allowed(confirmation: Confirmation, act: Act, session: Session) -> None:
    """
    Require that a number is as free to go as when it was confirmed; sends nothing, and reads only what is protected.

    Raises:
        NotReleasable: It was looked at too long ago by now, or somebody has protected it since.
    """
    decision, grounds = confirmation.decision, confirmation.grounds
    number = decision.number
    kept = "keeps its emergency address" if act == Act.UNREGISTER else f"was not {_DONE[act]}"
    if too_old := why_too_old(decision, session.clock()):
        raise NotReleasable(
            f"{number.phone_number} {kept}: {TOO_OLD} Nothing was sent.", advice=Advice.LOOK_FIRST, reason=too_old
        )
    # A protected number may not leave; a parked number may always come back.
    back = act == Act.MOVE and confirmation.plan.get("plan_act") == PlanAct.BRING_BACK
    protected = None if back else session.protection.find(number, decision.account)
    if protected is not None and not grounds.answers(protected):
        # The refusal names the number.
        stays = f"{number.phone_number} {kept}, and nothing" if act == Act.UNREGISTER else "Nothing"
        raise NotReleasable(f"{stays} was sent: {protection.refusal(number, protected)}", reason=protected)


def carry_out(
    confirmation: Confirmation,
    request: Callable[[Entry], Mapping[str, object]],
    session: Session,
    *,
    act: Act,
    facts: Mapping[str, object],
    begun: Entry | None = None,
    is_stopped: Callable[[], bool] = never,
) -> Entry:
    """
    Write a confirmation down and carry it out with one request, which is sent again only after a 429.

    If the number is different from the confirmed one, or may not go any more, nothing is sent.

    Args:
        request: Sends the request, given the entry that announces it; returns the details of a yes for the journal.

        facts: Who confirmed it, why, and what else the journal keeps beside the number's configuration.

        begun: The entry of this confirmation, if it was written and then nothing was sent.  Its next announcement
            keeps the present facts: as after a crash, days and an approval may lie between.

        is_stopped: Whether the operator stopped the run; asked at the last moment before the request is announced.

    Returns:
        The entry, ``acknowledged`` or ``unknown``; only another read proves the outcome.

    Raises:
        AlreadyUsed: This confirmation, or another one for the number, was used before, or *begun* is the entry of
            another act.  Nothing was sent.
        NotReleasable: Somebody protected the number meanwhile, or it was looked at too long ago.  Nothing was sent.
        Drifted, NotThere: The number is different from the confirmed one, or gone.  Nothing was sent.
        Stopped: The run was stopped before the request was announced.  Nothing was sent.
        EntryMovedOn: Another window has continued this entry.  Nothing was sent.
        JournalUnwritable: The journal could not be written.  Nothing was sent.
        NotSent, TwilioBusy, TwilioSaidNo: Twilio did not carry out the request.
        OutcomeUnknown: The request was sent, and the journal could not be written afterwards.
    """
    decision, done = confirmation.decision, _DONE[act]
    number, looked_at = decision.number, decision.looked_at
    if begun is None:
        entry, news = session.journal.confirm(confirmation.id, number, at=session.clock(), act=act, detail=facts), {}
    else:
        _require_same_act(begun, number, act, facts)
        entry, news = begun, _news(begun, number, facts)
    for attempt in range(1, TRIES + 1):
        with session.gateway.only_while(lambda: not is_stopped(), missing="stopped"):
            _require_unchanged(entry, number, session, done=done, looked_at=looked_at)
        if is_stopped():
            session.journal.append(entry, State.NOT_SENT, at=session.clock(), detail=Reason(Cause.RUN_STOPPED).detail)
            raise Stopped(f"{entry.phone_number} was not {done}. {_STOPPED}")
        try:
            # The look and the wait after a 429 take time, and a laptop may be closed meanwhile.
            require_allowed(confirmation, act, session)
        except NotReleasable as refused:
            why = refused.reason.detail if refused.reason else {}
            session.journal.append(entry, State.NOT_SENT, at=session.clock(), detail=why)
            raise
        entry = session.journal.append(entry, State.INTENDED, at=session.clock(), detail={**news, "attempt": attempt})
        news = {}
        try:
            return _send(entry, request, session)
        except (NotSent, TwilioSaidNo) as failure:
            raise _naming_number(entry, failure, done) from None
        except TwilioBusy as busy:
            entry = note(entry, State.THROTTLED, session, busy.reason.detail)
            if attempt == TRIES:
                too_busy = Reason(Cause.TOO_BUSY, {"times": TRIES})
                session.journal.append(entry, State.NOT_SENT, at=session.clock(), detail=too_busy.detail)
                raise _naming_number(entry, busy, done) from None
            session.pause(0.2 * 2**attempt)
    raise AssertionError("the loop above returns or raises")


def _require_same_act(begun: Entry, number: Number, act: Act, facts: Mapping[str, object]) -> None:
    """Raise where an entry is of another act than the present one: a plan's file may have been edited since."""
    was = begun.act, begun.number_sid, begun.account_sid, begun.details.get("target")
    if was == (act, number.sid, number.account_sid, facts.get("target")):
        return
    raise AlreadyUsed(
        f"{number.phone_number} was not {_DONE[act]}: its journal entry {begun.id[:8]} is of another act "
        f"({NAMED[begun.act]}: {in_words(begun.state)}). Nothing was sent. Check and close it in the journal notebook "
        "first.",
        reason=begun.as_blocker(),
    )


def _news(begun: Entry, number: Number, facts: Mapping[str, object]) -> dict[str, object]:
    """
    Make the details with which an entry goes on: each fact as it is now, and None for one that does not hold any more.

    The configuration is on disk; it is written anew only where the number was changed and confirmed so.
    """
    before = {name: None for name in begun.confirmed if name != "number"}
    changed = begun.number is None or changed_fields(begun.number, number)
    return {**before, **facts, **({"number": dict(number.sent)} if changed else {})}


def _naming_number(entry: Entry, failure: NothingChanged, done: str) -> NothingChanged:
    """Put the phone number into a message of the gateway, which knows only the sid."""
    failure.args = (f"{entry.phone_number} was not {done}. {failure.message}",)
    return failure


def _require_unchanged(entry: Entry, number: Number, session: Session, *, done: str, looked_at: datetime) -> None:
    """Raise unless every field of the number is as it was confirmed."""
    try:
        current = session.gateway.number(number.account_sid, number.sid)
    except LookStopped:
        session.journal.append(entry, State.NOT_SENT, at=session.clock(), detail=Reason(Cause.RUN_STOPPED).detail)
        raise Stopped(f"{number.phone_number} was not {done}. {_STOPPED}") from None
    except CannotRead as failure:
        session.journal.append(entry, State.NOT_SENT, at=session.clock(), detail=failure.reason.detail)
        sentence = f"{number.phone_number} was not {done}. {failure} Try again later."
        raise NotSent(failure.reason, sentence) from None
    if current is None:
        raise _not_there(entry, number, session, done=done, looked_at=looked_at)
    if differing := changed_fields(number, current):
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
    moved = search.by_sid(number.sid)
    if moved is not None and moved.account_sid == number.account_sid:
        why = Reason(Cause.LISTED_BUT_NOT_FOUND)
        session.journal.append(entry, State.NOT_SENT, at=session.clock(), detail=why.detail)
        return NotThere(
            f"{number.phone_number} was not {done}: Twilio answered that there is no such number, and its account "
            "listed it right after. Nothing was sent.",
            advice=Advice.CHOOSE_AGAIN,
        )
    if moved is not None:
        place = f"It was moved to account {search.account_of(moved)}."
        session.journal.append(entry, State.KEPT, at=session.clock(), detail=search.reason_of_move(moved).detail)
        return NotThere(f"{number.phone_number} was not {done}. {place} Nothing was sent.", advice=Advice.READ_AGAIN)
    if search.numbers:
        another = search.numbers[0]
        detail = search.reason_of_another(another).detail
        session.journal.append(entry, State.NOT_SENT, at=session.clock(), detail=detail)
        return NotThere(
            f"{number.phone_number} was not {done}: it has another SID now, as after a release that was taken back. It "
            f"is in account {search.account_of(another)}. Nothing was sent.",
            advice=Advice.READ_AGAIN,
        )
    if search.unread:
        session.journal.append(entry, State.NOT_SENT, at=session.clock(), detail=search.unread[0].detail)
        return NotThere(
            f"{number.phone_number} is not in its account any more, and where it is cannot be told: "
            f"{search.gap} Nothing was sent."
        )
    # The number left after the last read that found it.  Only a release may be taken back.
    left = {"left_at": looked_at.isoformat()} if entry.act == Act.RELEASE else {}
    session.journal.append(entry, State.GONE, at=session.clock(), detail=left)
    listed = " The restore notebook lists it, in case it is wanted back." if left else ""
    return NotThere(
        f"{number.phone_number} was already gone before the kit asked: somebody else released it. Nothing was sent."
        f"{listed}"
    )


def _may_be_carried_out(entry: Entry, session: Session) -> bool:
    """Tell whether a refused request may have been carried out all the same: unless a read rules it out."""
    try:
        current = session.gateway.number(entry.account_sid, entry.number_sid)
    except CannotRead:
        return True
    if current is None:
        return True
    return entry.act != Act.RELEASE and entry.number is not None and bool(changed_fields(entry.number, current))


def _send(entry: Entry, request: Callable[[Entry], Mapping[str, object]], session: Session) -> Entry:
    """
    Send the one request, and write its outcome down.

    Raises:
        NotSent, TwilioSaidNo: Nothing changed, and that is written down.
        TwilioBusy: Nothing changed; the caller writes that down.
        OutcomeUnknown: The request was sent, and the journal could not be written.
    """
    try:
        # A laptop that is closed at this moment must not send yesterday's request when it is opened.
        with session.gateway.only_while(lambda: abs(session.clock() - entry.at) <= LEASE):
            receipt = request(entry)
    except NotSent as lost:
        note(entry, State.NOT_SENT, session, lost.reason.detail)
        raise
    except NoAnswer as silence:
        return note(entry, State.UNKNOWN, session, silence.reason.detail)
    except TwilioSaidNo as refused:
        if refused.status == 404:
            # A 404 is not a refusal: somebody may have moved or released the number at this moment.
            reason = Reason(Cause.NOT_FOUND_THERE, refused.reason.details)
            return note(entry, State.UNKNOWN, session, {**reason.detail, "answer": 404})
        if _may_be_carried_out(entry, session):
            reason = refused.reason.with_cause(Cause.REFUSED_BUT_CHANGED, {})
            return note(entry, State.UNKNOWN, session, {**reason.detail, "answer": refused.status})
        note(entry, State.REFUSED, session, refused.reason.detail)
        raise
    return note(entry, State.ACKNOWLEDGED, session, receipt)
