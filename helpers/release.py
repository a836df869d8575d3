"""
Give a number back to Twilio, and prove that it is gone.  The only file that releases.

::

    refuse?  ->  look  ->  note  ->  DELETE, once  ->  look again  ->  settle
"""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from helpers.decision import refusal
from helpers.entries import Entry
from helpers.errors import (
    CannotRead,
    Drifted,
    JournalUnwritable,
    NoAnswer,
    NotReleasable,
    NotSent,
    NotThere,
    OutcomeUnknown,
    TwilioBusy,
    TwilioSaidNo,
)
from helpers.gateway import Gateway
from helpers.inventory import find_everywhere
from helpers.journal import Journal
from helpers.records import Confirmation, Decision, Number, Reach
from helpers.settle import LEASE, Settled, settle

#: How often a DELETE is tried when Twilio answers 429, which it documents as never processed
#: (https://www.twilio.com/docs/api/errors/20429).
TRIES = 5


def release(
    confirmation: Confirmation,
    *,
    gateway: Gateway,
    reach: Reach,
    journal: Journal,
    clock: Callable[[], datetime],
    pause: Callable[[float], None],
) -> Settled:
    """
    Give one confirmed number back to Twilio, and look whether it is gone.

    The number's whole configuration is on disk before the request leaves.  An entry that
    comes back open has to be settled later: nothing is sent again.

    Raises:
        NotReleasable: The decision, or what was typed, does not allow it.  Nothing was sent.
        AlreadyUsed: This confirmation, or one for the same number, was acted on.  Nothing was sent.
        Drifted, NotThere: The number is not what was confirmed any more.  Nothing was sent.
        JournalUnwritable: What cannot be written down is not done.  Nothing was sent.
        NotSent, TwilioBusy, TwilioSaidNo: Twilio did not do it.  The number is still ours.
        OutcomeUnknown: It was sent, and the journal could not be written afterwards.
    """
    decision = confirmation.decision
    number = decision.number
    reason = refusal(decision, typed=confirmation.typed, why=confirmation.why)
    if reason is not None:
        raise NotReleasable(reason)
    entry = journal.confirm(confirmation.id, number, at=clock(), detail=_agreed(confirmation))
    for attempt in range(1, TRIES + 1):
        _look(entry, decision, gateway=gateway, reach=reach, journal=journal, clock=clock)
        entry = journal.append(entry.id, "intended", at=clock(), number=dict(number.sent), attempt=attempt)
        if clock() - entry.at > LEASE:
            journal.append(entry.id, "not_sent", at=clock(), why="too long between note and act")
            raise NotSent(
                f"{number.phone_number} was not released: this machine paused between writing it down and sending. "
                "Nothing was sent. Choose the number again."
            )
        try:
            sent = _send(entry, number, gateway=gateway, journal=journal, clock=clock)
        except TwilioBusy:
            if attempt == TRIES:
                journal.append(entry.id, "not_sent", at=clock(), why=f"429 on {TRIES} tries")
                raise
            pause(0.2 * 2**attempt)
            continue
        return settle(sent, gateway=gateway, reach=reach, journal=journal, clock=clock, pause=pause)
    raise AssertionError("the loop above returns or raises")


def _agreed(confirmation: Confirmation) -> dict[str, object]:
    decision = confirmation.decision
    return {
        "who": confirmation.who,
        "why": confirmation.why,
        "typed": confirmation.typed,
        "confirmed_at": confirmation.confirmed_at.isoformat(),
        "account_name": decision.account.friendly_name,
        "verdict": decision.verdict.value,
        "because": list(decision.because),
        "warnings": list(decision.warnings),
        "wiring": [asdict(link) for link in decision.wiring.links] if decision.wiring else None,
        "not_looked_at": list(decision.wiring.unseen) if decision.wiring else None,
        "price": f"{decision.price.currency} {decision.price.monthly}" if decision.price else None,
    }


def _look(
    entry: Entry,
    decision: Decision,
    *,
    gateway: Gateway,
    reach: Reach,
    journal: Journal,
    clock: Callable[[], datetime],
) -> None:
    """Refuse unless the number is, to the last field, what was confirmed."""
    number = decision.number
    try:
        seen = gateway.number(number.account_sid, number.sid)
    except CannotRead as failure:
        journal.append(entry.id, "not_sent", at=clock(), why=str(failure))
        raise NotSent(f"{number.phone_number} was not released. {failure} Try again later.") from None
    if seen is None:
        raise _not_there(entry, decision, gateway=gateway, reach=reach, journal=journal, clock=clock)
    if seen != number:
        changed = sorted(name for name in {*seen.sent, *number.sent} if seen.sent.get(name) != number.sent.get(name))
        journal.append(entry.id, "kept", at=clock(), why=f"changed since it was confirmed: {', '.join(changed)}")
        raise Drifted(
            f"{number.phone_number} was not released: it was changed since you looked at it "
            f"({', '.join(changed)}). Nothing was sent. Choose it again to see it as it is now."
        )


def _not_there(
    entry: Entry,
    decision: Decision,
    *,
    gateway: Gateway,
    reach: Reach,
    journal: Journal,
    clock: Callable[[], datetime],
) -> NotThere:
    number = decision.number
    search = find_everywhere(gateway, reach, number.phone_number)
    moved = next((found for found in search.found if found.sid == number.sid), None)
    if moved is not None:
        journal.append(entry.id, "kept", at=clock(), why=f"moved to {moved.account_sid}")
        return NotThere(
            f"{number.phone_number} was not released: somebody moved it to account {moved.account_sid}. "
            "Nothing was sent. Read the inventory again and look at it there."
        )
    if search.unread:
        journal.append(entry.id, "not_sent", at=clock(), why=search.unread[0])
        return NotThere(
            f"{number.phone_number} is not in its account any more, and where it is cannot be told: "
            f"{search.unread[0]} Nothing was sent."
        )
    # It was still ours when the decision was made, so it cannot have left before that.
    journal.append(entry.id, "gone", at=clock(), number=dict(number.sent), left_at=decision.looked_at.isoformat())
    return NotThere(
        f"{number.phone_number} was gone before the kit asked: somebody else released it. Nothing was sent. "
        "The restore notebook lists it, in case it is wanted back."
    )


def _send(entry: Entry, number: Number, *, gateway: Gateway, journal: Journal, clock: Callable[[], datetime]) -> Entry:
    """Send the one DELETE and write down what came of it.  Raises what says that nothing was changed."""
    try:
        receipt = gateway.delete_number(number.account_sid, number.sid)
    except TwilioBusy as busy:
        _after(journal, entry, "throttled", at=clock(), said=str(busy))
        raise
    except NotSent as lost:
        _after(journal, entry, "not_sent", at=clock(), said=str(lost))
        raise
    except NoAnswer as silence:
        return _after(journal, entry, "unknown", at=clock(), said=str(silence))
    except TwilioSaidNo as refused:
        if refused.status == 404:
            # Not a refusal: it may have been moved or released in this very moment.
            return _after(journal, entry, "unknown", at=clock(), said=str(refused), answer=404)
        _after(journal, entry, "refused", at=clock(), said=str(refused), request_id=refused.request_id)
        raise
    # Our clock may be wrong; Twilio's is the one that counts the ten days.
    left_at = receipt.at or entry.at
    return _after(
        journal,
        entry,
        "acknowledged",
        at=clock(),
        answer=receipt.status,
        request_id=receipt.request_id,
        left_at=left_at.isoformat(),
    )


def _after(journal: Journal, entry: Entry, state: str, *, at: datetime, **detail: object) -> Entry:
    try:
        return journal.append(entry.id, state, at=at, **detail)
    except JournalUnwritable as unwritable:
        raise OutcomeUnknown(
            f"{entry.phone_number}: the request was sent, its outcome was {state!r}, and that could not be written "
            f"down. {unwritable} The entry stays open; when the journal can be written again, settle it in the "
            "journal notebook."
        ) from None
