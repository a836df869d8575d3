"""
The evidence about one number, its traffic and its wiring, and the choice between old and new evidence.  Pure.

The kit shows old evidence where new evidence is incomplete.  A release never relies on it, and fetches its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from helpers.core.connections import Wiring
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Traffic, TrafficMethod

#: A record that names no number and may be of this one; fewer messages than were billed.
_FOUND_IN_WHOLE = {Cause.NAMELESS_ROW, Cause.NOT_ALL_KEPT}


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence about one number; ``traffic.until`` is its date."""

    traffic: Traffic
    wiring: Wiring

    @property
    def stopped(self) -> bool:
        """Whether the operator stopped the kit before the evidence was complete."""
        return self.traffic.stopped or self.wiring.stopped


def choose_evidence(new: Evidence, old: Evidence | None) -> Evidence:
    """Choose the evidence to show: new evidence that gives a verdict, or else the old one."""
    if old is None:
        return new
    wiring = new.wiring
    if wiring.unseen:
        # An old connection may still be there; a place that could not be checked may have new ones.
        wiring = Wiring(tuple(dict.fromkeys((*wiring.links, *old.wiring.links))), wiring.unseen)
    # A record that names no number, or that is missing, is a finding, not a failure; and of the account in which the
    # number was since, old evidence knows nothing.
    elsewhere = any(why.code is Cause.WAS_ELSEWHERE for why in new.traffic.unread.values())
    found = (elsewhere or _doubts(new.traffic)) and not old.traffic.used
    if new.traffic.tells or found or not (old.traffic.tells or new.stopped):
        return Evidence(choose_traffic(new.traffic, old.traffic), wiring)
    *_, why = (Reason(Cause.NOBODY_LOOKED), *new.traffic.unread.values())
    later = why.with_cause(Cause.LATER_UNREADABLE, {"at": new.traffic.until.isoformat()})
    return Evidence(replace(old.traffic, later=later), old.wiring if new.wiring.stopped else wiring)


def choose_traffic(new: Traffic, old: Traffic) -> Traffic:
    """
    Choose the old traffic where the new one is silent and may have missed calls or messages.

    Old records that name no number, and old gaps in a log, make a new silence unknown, unless the new method would show
    them as well.
    """
    silent = (new.calls, new.messages, new.waiting) == (0, 0, 0)
    in_window = old.last_used is None or old.last_used >= new.since
    read_through = new.way is not None and new.way.how is TrafficMethod.READ_THROUGH
    if silent and not read_through and old.until >= new.since and (doubts := _doubts(old)):
        calls, messages = (None if log in doubts else 0 for log in ("Calls", "Messages"))
        return replace(new, calls=calls, messages=messages, active=None, more=True, unread=doubts)
    if not (silent and (old.calls or old.messages) and in_window):
        return new
    if old.later is not None and old.later.code is Cause.USED_ELSEWHERE:
        # No look at its account could hear that.
        return old
    return replace(old, later=Reason(Cause.SILENT_SINCE, {"at": new.until.isoformat()}))


def _doubts(traffic: Traffic) -> Mapping[str, Reason]:
    """Pick the logs that only a whole reading finds wanting, each with the reason."""
    found_at = traffic.until.isoformat()
    reasons = {log: why for log, why in traffic.unread.items() if why.code in _FOUND_IN_WHOLE}
    return {log: replace(why, details={"found_at": found_at, **why.details}) for log, why in reasons.items()}
