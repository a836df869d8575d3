"""The blockers and cautions of a number: the reasons against its release besides its traffic.  Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from helpers.core.connections import LinkKind, Wiring
from helpers.core.number_facts import has_emergency_address, is_toll_free
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Account, Number

#: A number bought more recently than this has had little time to be used.
NEW = timedelta(days=30)


def find_blockers(
    number: Number, account: Account, wiring: Wiring | None, open_entry: Reason | None, protected: Reason | None
) -> Iterator[Reason]:
    """
    List the reasons for which Twilio, or the kit, would refuse a release.

    Args:
        open_entry: The reason that an open journal entry gives; None if no entry for this number is open.

        protected: The reason that a protection gives; None if the number is not protected.
    """
    asks_for_ticket = protected is not None and protected.code is Cause.TICKET_REQUIRED
    yield from filter(None, (None if asks_for_ticket else protected, open_entry))
    if has_emergency_address(number):
        is_unreadable = "emergency_address_status" in number.unreadable
        status = number.get("emergency_address_status") or ("unreadable" if is_unreadable else "registered")
        yield Reason(Cause.EMERGENCY_ADDRESS, {"status": str(status)})
    if "origin" in number.unreadable:
        yield Reason(Cause.ORIGIN_UNREADABLE)
    elif str(number.get("origin")).lower() == "hosted":
        yield Reason(Cause.HOSTED)
    for link in wiring.links if wiring else ():
        if link.kind is LinkKind.HOSTED_ORDER:
            yield Reason(Cause.ORDER_UNDER_WAY, {"status": link.details["status"]})
    if account.status == "closed":
        yield Reason(Cause.ACCOUNT_CLOSED)
    # Last: a number of which this is the first blocker has no other one.
    if asks_for_ticket and protected is not None:
        yield protected


def find_cautions(number: Number, created: datetime | None, account: Account, now: datetime) -> Iterator[Reason]:
    """List the reasons why quiet traffic proves little, or more than the number is lost."""
    if created and now - created < NEW:
        yield Reason(Cause.NEW, {"days": max(0, (now - created).days)})
    if account.status == "suspended":
        yield Reason(Cause.SUSPENDED)
    if is_toll_free(number.phone_number):
        # Twilio's changelog of 2026-02-17: a verification takes a business registration number.
        yield Reason(Cause.TOLL_FREE)
