"""
Take a released number back: the only file that buys a number.

Buying is tried inside the ten days; users report that Twilio often refuses it with
error 21422, and then only its Console can (https://support.twilio.com/hc/en-us/articles/223183028).
Where it refuses for another reason, as for a bundle that is not valid any more, the number
can be bought without its old settings.  What is unclear is settled by looking, never by buying twice.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import msgspec

from helpers.actions.locate import find_everywhere
from helpers.actions.outcome import LEASE, Settled, conclude, note, settle_after
from helpers.actions.settings import as_form, by_hand, differences, in_parts, summary, to_put_back
from helpers.core.advice import Advice
from helpers.core.dates import day_and_hour
from helpers.core.errors import (
    CannotRead,
    KitError,
    NoAnswer,
    NothingChanged,
    NotRestorable,
    NotSent,
    ReclaimWindowClosed,
    TwilioSaidNo,
)
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Number, Restoration
from helpers.core.typed_text import is_typed_back
from helpers.decisions.session import Session
from helpers.gateway.gateway import Gateway
from helpers.journal.entries import Entry
from helpers.journal.journal import Journal
from helpers.journal.states import LEFT, State

#: "Not available": in the window, that it is kept for its former owner's Console
#: (https://www.twilio.com/docs/api/errors/21422; reported by users, unverified).
RESERVED = 21422


def restore(entry: Entry, session: Session, *, typed: str, bare: bool = False) -> Restoration | Settled:
    """
    Buy a released number back with its old configuration, and compare.

    Args:
        bare: Buy the number alone, and put back afterwards whatever of its configuration Twilio takes.

    Returns:
        What was taken back and what is different; or, when the answer to the purchase
        stayed out, the open entry and a sentence.

    Raises:
        NotRestorable: The entry does not allow it, it was not typed back, or the number is in another account of
            the company.  Nothing was sent.
        ReclaimWindowClosed: The ten days are over.  Nothing was sent.
        NotSent: It could not be looked for first.  Nothing was sent.
        TwilioSaidNo: Twilio refused; with code 21422 the only way leads through its Console.  Nothing was bought.
        NothingChanged: It was not sent, or not processed.  Nothing was bought.
        OutcomeUnknown: It was sent, and what came of it could not be written down.  The entry stays open.
    """
    old = _restorable(entry, typed=typed, now=session.clock())
    found, elsewhere = _ours(entry, session)
    if elsewhere:
        raise NotRestorable(f"Nothing was bought: {old.phone_number} {elsewhere}")
    if found is not None:
        return _adopt(entry, old, found, session, how="found in the account")
    how = "purchase without its old settings" if bare else "purchase"
    form = {"PhoneNumber": old.phone_number, **({} if bare else as_form(old))}
    entry = session.journal.append(
        entry, State.RESTORING, at=session.clock(), detail={"restored_by": session.who, "how": how}
    )
    noted = entry
    try:
        # A laptop that was closed in this very moment must not buy tomorrow what was wanted today.
        with session.gateway.only_while(lambda: abs(session.clock() - noted.at) <= LEASE):
            bought = session.gateway.buy_number(old.account_sid, form)
    except NoAnswer as silence:
        entry = note(entry, State.RESTORE_UNKNOWN, session, silence.reason.detail)
        return settle_restoring(entry, session)
    except NothingChanged as refused:
        code = refused.code if isinstance(refused, TwilioSaidNo) else None
        note(entry, State.RESTORE_REFUSED, session, {**refused.reason.detail, "code": code})
        raise
    return _adopt(entry, old, bought, session, how=how)


def look_for_reclaimed(entry: Entry, session: Session) -> Restoration | Settled:
    """
    Look whether a released number is back, as after reclaiming it in the Console.

    If it is, its configuration is put back where it has none, and the entry is closed.
    """
    old = entry.number
    if old is None or entry.state not in LEFT:
        raise NotRestorable(f"{entry.phone_number} is not waiting to be taken back. Nothing was sent.")
    found, elsewhere = _ours(entry, session)
    if found is None:
        said = elsewhere or "is not back in any account of yours that can be looked at."
        return Settled(entry, f"{entry.phone_number} {said}")
    return _adopt(entry, old, found, session, how="reclaimed in the Console")


def settle_restoring(entry: Entry, session: Session) -> Restoration | Settled:
    """Look what became of a purchase whose answer never came.  Never buys."""
    number = entry.phone_number
    try:
        found, elsewhere = _ours(entry, session)
    except NotSent as failure:
        return Settled(entry, f"{number}: whether it was bought is still open. {failure}")
    if found is not None and entry.number is not None:
        return _adopt(entry, entry.number, found, session, how="purchase, answer lost")
    wait = settle_after(entry) - session.clock()
    if wait > timedelta():
        return Settled(
            entry,
            f"{number} is not back yet. The purchase may still be carried out, so nothing is concluded and nothing "
            "is sent again.",
            Advice.LOOK_LATER,
            wait,
        )
    said = f"{number} was not bought: it {elsewhere or 'is in none of your accounts. You can try again.'}"
    return conclude(entry, State.RESTORE_REFUSED, said, session, Reason(Cause.NOT_FOUND).detail)


def _restorable(entry: Entry, *, typed: str, now: datetime) -> Number:
    number = entry.phone_number
    old = entry.number
    if old is None or entry.state not in LEFT:
        raise NotRestorable(
            f"{number} is not waiting to be taken back: its entry is {entry.state.replace('_', ' ')}. Nothing was sent."
        )
    if not is_typed_back(typed, old):
        raise NotRestorable(
            f"Nothing was bought: what was typed is not {number}. Type the whole number, with its country code."
        )
    if entry.reclaim_end is None or now > entry.reclaim_end:
        closed = entry.reclaim_end or entry.at
        raise ReclaimWindowClosed(
            f"{number} was not bought: the ten days were over on {day_and_hour(closed)}. Nothing was sent. "
            "Only Twilio's support may still be able to help.",
            closed_at=closed,
        )
    return old


def _ours(entry: Entry, session: Session) -> tuple[Number | None, str]:
    """
    Find the number in the account that it left; or say that it is in another one, where somebody has a use for it.

    Raises:
        NotSent: Its own account could not be looked at.
    """
    # What was in sight when it was searched: another window may ask anew meanwhile.
    reach = session.reach
    search = find_everywhere(session.gateway, reach, entry.phone_number, home=entry.account_sid)
    here = next((found for found in search.found if found.account_sid == entry.account_sid), None)
    if here is not None:
        return here, ""
    if search.found:
        other = search.account_of(search.found[0])
        return None, f"is in another account of yours, {other}, with settings of its own. Nothing was written to it."
    # That these credentials do not see the whole company is no failure: it left an account that they see.
    if search.unread and (reach.whole_company or len(search.unread) > 1):
        raise NotSent(
            Reason(Cause.UNREADABLE, {"said": search.unread[0]}),
            f"Looking for {entry.phone_number} failed. {search.unread[0]} Nothing was sent. Try again later.",
        )
    return None, ""


def _adopt(entry: Entry, old: Number, found: Number, session: Session, *, how: str) -> Restoration | Settled:
    """Put back what the number lacks, look, and close the entry; it stays open where that cannot be written down."""
    trouble: tuple[Reason, ...] = ()
    missing = to_put_back(old, found)
    if missing:
        if entry.state in LEFT:
            entry = session.journal.append(entry, State.RESTORING, at=session.clock(), detail={"how": how})
        trouble = tuple(_put_back(found, missing, session.gateway))
    try:
        found = session.gateway.number(found.account_sid, found.sid) or found
    except CannotRead as failure:
        trouble = (*trouble, failure.reason.with_cause(Cause.LAST_LOOK_FAILED, {}))
    try:
        unregistered = _unregistered(session.journal, old)
    except KitError as failure:
        # It may just have been bought, and that has to be told.
        unregistered = None
        said = f"Whether its emergency address was unregistered here could not be looked up. {failure}"
        trouble = (*trouble, Reason(Cause.SETTINGS_REFUSED, {"said": said}))
    differing = differences(old, found)
    by_a_person = (*trouble, *by_hand(entry.details, emergency_address=unregistered))
    closed = conclude(
        entry,
        State.RESTORED,
        f"{old.phone_number} is yours again. {summary(differing)}",
        session,
        {
            "how": how,
            "new_sid": found.sid,
            "new_account_sid": found.account_sid,
            "differences": {field: list(pair) for field, pair in differing.items()},
            "by_hand": msgspec.to_builtins(by_a_person),
        },
    )
    if closed.entry.state != State.RESTORED:
        return closed
    return Restoration(closed.entry.id, found, old.sid, differing, by_a_person)


def _put_back(found: Number, missing: Mapping[str, str], gateway: Gateway) -> Iterator[Reason]:
    """Write settings to a number; say what of it failed."""
    try:
        gateway.update_number(found.account_sid, found.sid, missing)
    except TwilioSaidNo:
        # One setting that Twilio does not take any more keeps the others away, so they are tried by themselves.
        for part in in_parts(missing):
            try:
                gateway.update_number(found.account_sid, found.sid, part)
            except (NothingChanged, NoAnswer) as failure:
                yield failure.reason.with_cause(Cause.NOT_PUT_BACK, {"parameters": tuple(part)})
    except (NothingChanged, NoAnswer) as failure:
        yield failure.reason.with_cause(Cause.NOT_PUT_BACK, {"parameters": ()})


def _unregistered(journal: Journal, old: Number) -> str | None:
    for entry in journal.entries():
        if entry.number_sid == old.sid and entry.state == State.UNREGISTERED and entry.number:
            sid: str | None = entry.number.get("emergency_address_sid")
            return sid
    return None
