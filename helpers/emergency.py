"""
Unregister the emergency address that keeps a number from being released.

A step of its own, confirmed on its own: whoever calls the emergency services from the
number afterwards is not located by it.  The procedure is Twilio's: set the address to
nothing, then wait until its status is ``unregistered``
(https://www.twilio.com/docs/voice/sip/api/emergency-calling-api).
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from helpers.decision import has_emergency_address, is_typed_back
from helpers.entries import Entry
from helpers.errors import (
    CannotRead,
    Drifted,
    NoAnswer,
    NothingChanged,
    NotReleasable,
    NotSent,
    TwilioBusy,
)
from helpers.gateway import Gateway
from helpers.journal import Journal
from helpers.records import Number
from helpers.settle import LEASE, Settled, settle_after
from helpers.states import UNREGISTER

#: How often, and seconds between: Twilio unregisters in its own time.
LOOKS, BETWEEN = 10, 2.0


def unregister(
    number: Number,
    *,
    confirmation: str,
    typed: str,
    who: str,
    gateway: Gateway,
    journal: Journal,
    clock: Callable[[], datetime],
    pause: Callable[[float], None],
) -> Settled:
    """
    Unregister a number's emergency address, and wait for Twilio to have done it.

    Args:
        confirmation: A one-time id.

    Raises:
        NotReleasable: It was not typed back, or there is no such address.  Nothing was sent.
        AlreadyUsed, Drifted, JournalUnwritable: Nothing was sent.
        NothingChanged: Twilio did not do it.
    """
    if not is_typed_back(typed, number):
        raise NotReleasable(f"Nothing was sent: what was typed is not {number.phone_number}.")
    if not has_emergency_address(number):
        raise NotReleasable(f"{number.phone_number} has no emergency address. Nothing was sent.")
    entry = journal.confirm(confirmation, number, at=clock(), act=UNREGISTER, detail={"who": who, "typed": typed})
    try:
        seen = gateway.number(number.account_sid, number.sid)
    except CannotRead as failure:
        journal.append(entry.id, "not_sent", at=clock(), why=str(failure))
        raise NotSent(f"Nothing was sent. {failure} Try again later.") from None
    if seen != number:
        journal.append(entry.id, "kept", at=clock(), why="changed since it was confirmed")
        raise Drifted(f"{number.phone_number} was changed since you looked at it. Nothing was sent. Choose it again.")
    entry = journal.append(entry.id, "intended", at=clock(), number=dict(number.sent))
    if clock() - entry.at > LEASE:
        journal.append(entry.id, "not_sent", at=clock(), why="too long between note and act")
        raise NotSent("This machine paused between writing it down and sending. Nothing was sent. Try again.")
    entry = _send(entry, gateway=gateway, journal=journal, clock=clock)
    for _ in range(LOOKS):
        settled = settle_unregistering(entry, gateway=gateway, journal=journal, clock=clock)
        if not settled.entry.open:
            break
        pause(BETWEEN)
    return settled


def _send(entry: Entry, *, gateway: Gateway, journal: Journal, clock: Callable[[], datetime]) -> Entry:
    try:
        gateway.update_number(entry.account_sid, entry.number_sid, {"EmergencyAddressSid": ""})
    except TwilioBusy as busy:
        # Never processed; the operator can press again, which is a confirmation of its own.
        journal.append(entry.id, "not_sent", at=clock(), said=str(busy))
        raise
    except NotSent as lost:
        journal.append(entry.id, "not_sent", at=clock(), said=str(lost))
        raise
    except NothingChanged as refused:
        journal.append(entry.id, "refused", at=clock(), said=str(refused))
        raise
    except NoAnswer as silence:
        return journal.append(entry.id, "unknown", at=clock(), said=str(silence))
    return journal.append(entry.id, "acknowledged", at=clock())


def settle_unregistering(entry: Entry, *, gateway: Gateway, journal: Journal, clock: Callable[[], datetime]) -> Settled:
    """Look whether an emergency address is unregistered by now, and write it down.  Sends nothing but a GET."""
    number = entry.phone_number
    try:
        seen = gateway.number(entry.account_sid, entry.number_sid)
    except CannotRead as failure:
        return Settled(entry, f"{number}: whether its emergency address is unregistered is open. {failure}")
    if seen is None:
        kept = journal.append(entry.id, "kept", at=clock(), why="the number is not in this account any more")
        return Settled(kept, f"{number} is not in its account any more. Its emergency address was not looked at.")
    status = seen.get("emergency_address_status")
    if not has_emergency_address(seen):
        done = journal.append(entry.id, "unregistered", at=clock())
        return Settled(done, f"The emergency address of {number} is unregistered.")
    if status == "unregistration-failure":
        kept = journal.append(entry.id, "kept", at=clock(), why=status)
        return Settled(kept, f"Twilio could not unregister the emergency address of {number}. Ask Twilio's support.")
    if status != "pending-unregistration" and entry.state != "acknowledged" and clock() > settle_after(entry):
        kept = journal.append(entry.id, "kept", at=clock(), why=f"still {status}")
        return Settled(kept, f"The emergency address of {number} is still {status}: the request was not carried out.")
    if entry.state == "acknowledged" and clock() - entry.at > timedelta(days=1):
        kept = journal.append(entry.id, "kept", at=clock(), why=f"still {status} after a day")
        return Settled(kept, f"The emergency address of {number} is still {status} after a day. Ask Twilio's support.")
    return Settled(
        entry, f"Twilio is still unregistering the emergency address of {number} ({status}). Look again soon."
    )
