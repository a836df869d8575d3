"""
What releases left over that may be cancelled: messaging services without numbers, with the campaigns that they have.

The kit lists it and cancels nothing.  It is made from what the journal kept of each number's connections.
"""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from helpers.core.connections import LinkKind
from helpers.journal.entries import Entry
from helpers.journal.states import LEFT


class EmptyService(NamedTuple):
    """A messaging service whose last numbers were released."""

    sid: str
    name: str
    account: str
    #: Whether it has an A2P campaign; None if that could not be read.
    has_campaign: bool | None


def left_without_numbers(entries: Iterable[Entry]) -> list[EmptyService]:
    """
    List the messaging services that had no other numbers than those that these entries released.

    A service whose numbers could not all be read is not listed, nor is one of an entry that 0.1.0 wrote.
    """
    released: Counter[tuple[str, int]] = Counter()
    empty: dict[str, EmptyService] = {}
    for entry in entries:
        wiring = entry.details.get("wiring") if entry.state in LEFT else None
        for link in wiring["links"] if isinstance(wiring, dict) else ():
            details = link["details"]
            if link["kind"] != LinkKind.MESSAGING_SERVICE or details.get("numbers") is None:
                continue
            # The numbers of one look: a later one saw fewer, because some had gone already.
            sid, numbers = str(link["target"]), int(details["numbers"])
            released[sid, numbers] += 1
            if released[sid, numbers] >= numbers:
                account = str(entry.details.get("account_name") or entry.account_sid)
                empty[sid] = EmptyService(sid, str(details.get("name") or sid), account, details.get("campaign"))
    return list(empty.values())
