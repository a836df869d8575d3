"""
Take a released number back: the only file that buys a number.

The kit tries to buy the number inside the ten days.  Users report that Twilio often refuses this with error 21422; then
only its Console can do it (https://support.twilio.com/hc/en-us/articles/223183028).  Where Twilio refuses for another
reason, such as an invalid bundle, the number can be bought without its old settings.  An open outcome is settled by
reading, never by buying twice.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

import msgspec

from helpers.actions.locate import find_everywhere
from helpers.actions.outcome import LEASE, Settled, conclude, note, settle_after
from helpers.actions.send_once import never
from helpers.actions.settings import PARAMETERS, as_form, by_hand, differences, in_parts, summary, to_put_back
from helpers.core.advice import Advice
from helpers.core.dates import day_and_hour, readable
from helpers.core.errors import (
    CannotRead,
    KitError,
    NoAnswer,
    NothingChanged,
    NotRestorable,
    NotSent,
    ReclaimWindowClosed,
    Stopped,
    TwilioSaidNo,
)
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Number, Restoration
from helpers.core.typed_text import is_sentence, is_typed_back
from helpers.decisions.session import Session
from helpers.gateway.gateway import Gateway
from helpers.journal.entries import Entry
from helpers.journal.journal import Journal
from helpers.journal.states import LEFT, RestoreWay, State, in_words

#: "Not available": inside the ten days, Twilio reserves the number for its former owner's Console
#: (https://www.twilio.com/docs/api/errors/21422; reported by users, unverified).
RESERVED = 21422


def restore(
    entry: Entry,
    session: Session,
    *,
    typed: str,
    sentence: str | None = None,
    bare: bool = False,
    is_stopped: Callable[[], bool] = never,
) -> Restoration | Settled:
    """
    Buy a released number back with its old settings, and compare them.

    Args:
        sentence: The sentence that is typed for many numbers; None where the number itself is.

        bare: Whether to buy the number alone, and then put back each setting that Twilio accepts.

        is_stopped: Whether the operator stopped the run; asked at the last moment before the purchase is announced.

    Returns:
        The restored number with its differences; or, if the purchase was not answered, its entry and a sentence.

    Raises:
        NotRestorable: The entry does not allow it, what was to be typed was not, or the number is in another account of
            the company.  Nothing was sent.
        Stopped: The run was stopped.  Nothing was sent.
        ReclaimWindowClosed: The ten days are over.  Nothing was sent.
        NotSent: The accounts could not be searched first.  Nothing was sent.
        TwilioSaidNo: Twilio refused; with code 21422, only its Console can do it.  Nothing was bought.
        NothingChanged: The request was not sent, or not processed.  Nothing was bought.
        OutcomeUnknown: The request was sent, and its outcome could not be written down.  The entry stays open.
    """
    old = _require_restorable(entry, now=session.clock())
    if not (is_typed_back(typed, old) if sentence is None else is_sentence(typed, sentence)):
        number = f"{old.phone_number}. Type the whole number, with its country code"
        raise NotRestorable(f"Nothing was bought: what was typed is not {f'“{sentence}”' if sentence else number}.")
    current, elsewhere = _find_in_company(entry, session)
    if elsewhere:
        raise NotRestorable(f"Nothing was bought: {old.phone_number} {elsewhere}")
    if is_stopped():
        raise Stopped(f"{old.phone_number} was not bought. The run was stopped before its request left.")
    if current is not None:
        return _adopt(entry, old, current, session, how=RestoreWay.FOUND)
    how = RestoreWay.BARE_PURCHASE if bare else RestoreWay.PURCHASE
    form = {"PhoneNumber": old.phone_number, **({} if bare else as_form(old))}
    entry = session.journal.append(
        entry, State.RESTORING, at=session.clock(), detail={"restored_by": session.who, "how": how}
    )
    announced_at = entry.at
    try:
        # A laptop that is closed at this moment must not buy when it is opened tomorrow.
        with session.gateway.only_while(lambda: abs(session.clock() - announced_at) <= LEASE):
            bought = session.gateway.buy_number(old.account_sid, form)
    except NoAnswer as silence:
        entry = note(entry, State.RESTORE_UNKNOWN, session, silence.reason.detail)
        return settle_restoring(entry, session)
    except NothingChanged as refused:
        code = refused.code if isinstance(refused, TwilioSaidNo) else None
        if isinstance(refused, TwilioSaidNo) and _may_be_bought(old, session):
            entry = note(entry, State.RESTORE_UNKNOWN, session, {**refused.reason.detail, "code": code})
            return settle_restoring(entry, session)
        note(entry, State.RESTORE_REFUSED, session, {**refused.reason.detail, "code": code})
        raise
    return _adopt(entry, old, bought, session, how=how if _is_new(bought) else RestoreWay.ALREADY_THERE)


def refused_with(entry: Entry) -> int | None:
    """Return Twilio's error code for refusing to sell the number back; None where the entry's state is another."""
    code = entry.details.get("code")
    return code if entry.state == State.RESTORE_REFUSED and isinstance(code, int) else None


def find_reclaimed(entry: Entry, session: Session) -> Restoration | Settled:
    """
    Find a released number that is back, for example because somebody reclaimed it in the Console.

    If it is back, its empty settings are put back, and the entry is closed.
    """
    old = entry.number
    if old is None or entry.state not in LEFT:
        raise NotRestorable(f"{entry.phone_number} is not waiting to be taken back. Nothing was sent.")
    current, elsewhere = _find_in_company(entry, session)
    if current is None:
        place = elsewhere or "is not back in any account of yours that can be looked at."
        return Settled(entry, f"{entry.phone_number} {place}")
    return _adopt(entry, old, current, session, how=RestoreWay.CONSOLE)


def settle_restoring(entry: Entry, session: Session) -> Restoration | Settled:
    """Find out whether an unanswered purchase was carried out.  Buys nothing."""
    number = entry.phone_number
    try:
        current, elsewhere = _find_in_company(entry, session)
    except NotSent as failure:
        return Settled(entry, f"{number}: whether it was bought is still open. {failure}")
    if current is not None and entry.number is not None:
        return _adopt(entry, entry.number, current, session, how=RestoreWay.ANSWER_LOST)
    wait = settle_after(entry) - session.clock()
    if wait > timedelta():
        return Settled(
            entry,
            f"{number} is not back yet. The purchase may still be carried out, so nothing is concluded and nothing "
            "is sent again.",
            Advice.LOOK_LATER,
            wait,
        )
    message = f"{number} was not bought: it {elsewhere or 'is in none of your accounts. You can try again.'}"
    return conclude(entry, State.RESTORE_REFUSED, message, session, Reason(Cause.NOT_FOUND).detail)


def _require_restorable(entry: Entry, *, now: datetime) -> Number:
    number = entry.phone_number
    old = entry.number
    if old is None or entry.state not in LEFT:
        raise NotRestorable(f"{number} is not waiting to be taken back: {in_words(entry.state)}. Nothing was sent.")
    if entry.reclaim_end is None or now > entry.reclaim_end:
        closed = entry.reclaim_end or entry.at
        raise ReclaimWindowClosed(
            f"{number} was not bought: the ten days were over on {day_and_hour(closed)}. Nothing was sent. "
            "Only Twilio's support may still be able to help.",
            closed_at=closed,
        )
    return old


def _find_in_company(entry: Entry, session: Session) -> tuple[Number | None, str]:
    """
    Find the phone number in the account that it left; or name another account that holds it.

    Raises:
        NotSent: Its own account could not be read.
    """
    # The reach of this search: another window may read it anew meanwhile.
    reach = session.reach
    search = find_everywhere(session.gateway, reach, entry.phone_number, home=entry.account_sid)
    numbers = [number for number in search.numbers if not _left(entry, number, session)]
    back = next((number for number in numbers if number.account_sid == entry.account_sid), None)
    if back is not None:
        return back, ""
    if numbers:
        other = search.account_of(numbers[0])
        return None, f"is in another account of yours, {other}, with settings of its own. Nothing was written to it."
    # Credentials that do not see the whole company suffice: they see the account that the number left.
    if search.unread and (reach.whole_company or len(search.unread) > 1):
        raise NotSent(
            search.unread[0],
            f"Looking for {entry.phone_number} failed. {search.gap} Nothing was sent. Try again later.",
        )
    return None, ""


def _left(entry: Entry, listed: Number, session: Session) -> bool:
    """
    Tell whether a list shows the very number that was released, although a look at it says that it is gone.

    Raises:
        NotSent: The number could not be looked at.
    """
    if listed.sid != entry.number_sid:
        return False
    try:
        return session.gateway.number(listed.account_sid, listed.sid) is None
    except CannotRead as failure:
        raise NotSent(
            failure.reason, f"Looking at {entry.phone_number} failed. {failure} Nothing was sent. Try again later."
        ) from failure


def _may_be_bought(old: Number, session: Session) -> bool:
    """Tell whether a refused purchase may have been carried out: the number is there, or cannot be looked for."""
    try:
        matches = session.gateway.numbers(old.account_sid, phone_number=old.phone_number)
        return any(number.phone_number == old.phone_number for number in matches)
    except CannotRead:
        return True


def _is_new(bought: Number) -> bool:
    """
    Tell whether the number in the answer to a purchase was bought just now.

    A purchase of a number that the account has is answered 201 and changes the number, as users report
    (https://github.com/danielberkompas/ex_twilio/pull/116).  Then its change is later than its creation.
    """
    created, changed = readable(bought.get("date_created")), readable(bought.get("date_updated"))
    return created is None or changed is None or changed - created < timedelta(minutes=1)


def _adopt(entry: Entry, old: Number, current: Number, session: Session, *, how: RestoreWay) -> Restoration | Settled:
    """Put back the missing settings, read the number and close the entry; unless the journal cannot be written."""
    failures: tuple[Reason, ...] = ()
    missing = to_put_back(old, current)
    if missing:
        if entry.state in LEFT:
            entry = session.journal.append(entry, State.RESTORING, at=session.clock(), detail={"how": how})
        failures = tuple(_put_back(current, missing, session.gateway))
    try:
        current = session.gateway.number(current.account_sid, current.sid) or current
    except CannotRead as failure:
        failures = (*failures, failure.reason.with_cause(Cause.LAST_LOOK_FAILED, {}))
    try:
        address = _unregistered_address(session.journal, old)
    except KitError:
        # The number may just have been bought, and the operator has to know that.
        address = None
        failures = (*failures, Reason(Cause.ADDRESS_NOT_KNOWN))
    differing = differences(old, current)
    if unreadable := tuple(PARAMETERS[field] for field in old.unreadable if field in PARAMETERS):
        # Nobody can say what these were, so nobody can put them back.
        odd = Reason(Cause.FIELDS_UNREADABLE, {"fields": old.unreadable})
        failures = (*failures, odd.with_cause(Cause.NOT_PUT_BACK, {"parameters": unreadable}))
    by_a_person = (*failures, *by_hand(entry.details, emergency_address=address))
    closed = conclude(
        entry,
        State.RESTORED,
        f"{old.phone_number} is yours again. {summary(differing)}",
        session,
        {
            "how": how,
            "new_sid": current.sid,
            "new_account_sid": current.account_sid,
            "differences": {field: list(pair) for field, pair in differing.items()},
            "by_hand": msgspec.to_builtins(by_a_person),
        },
    )
    if closed.entry.state != State.RESTORED:
        return closed
    return Restoration(closed.entry.id, current, old.sid, differing, by_a_person)


def _put_back(current: Number, missing: Mapping[str, str], gateway: Gateway) -> Iterator[Reason]:
    """Write settings to a number, and yield a reason for each part that failed."""
    try:
        gateway.update_number(current.account_sid, current.sid, missing)
    except TwilioSaidNo as refused:
        parts = in_parts(missing)
        if len(parts) == 1:
            # It was sent alone already, and is not sent twice.
            yield refused.reason.with_cause(Cause.NOT_PUT_BACK, {"parameters": tuple(missing)})
            return
        # Twilio refuses all settings because of one, so each part is tried separately.
        for part in parts:
            try:
                gateway.update_number(current.account_sid, current.sid, part)
            except (NothingChanged, NoAnswer) as failure:
                yield failure.reason.with_cause(Cause.NOT_PUT_BACK, {"parameters": tuple(part)})
    except (NothingChanged, NoAnswer) as failure:
        yield failure.reason.with_cause(Cause.NOT_PUT_BACK, {"parameters": ()})


def _unregistered_address(journal: Journal, old: Number) -> str | None:
    for entry in journal.entries_of_number(old.sid):
        if entry.state == State.UNREGISTERED and entry.number:
            sid: str | None = entry.number.get("emergency_address_sid")
            return sid
    return None
