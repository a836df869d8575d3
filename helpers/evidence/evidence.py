"""
What is known of every number: its traffic and its wiring, with their age.

Remembered in the kit's data folder, a file per account, so that a second look costs
nothing; a release never relies on it, and looks for itself.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

import msgspec

from helpers.core.atomic_file import put
from helpers.core.connections import OWN_KINDS, Place, Unseen, Wiring
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Account, Number, Traffic, TrafficMethod, Window
from helpers.evidence.account_traffic import by_account, sweep
from helpers.evidence.wiring import PLACES, Surroundings, look_around, of_its_own, wiring_of
from helpers.gateway.gateway import Gateway
from helpers.gateway.transport import CONNECTIONS


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found out about one number; ``traffic.until`` says when."""

    traffic: Traffic
    wiring: Wiring


#: Of what is remembered; a memory of another format is dropped, because one look makes it anew.
_FORMAT = 2
_STOPPED = Surroundings({}, (Unseen(Place.EVERYWHERE, Reason(Cause.STOPPED)),))


@dataclass(frozen=True, slots=True)
class _Memory:
    """What is remembered of an account's numbers, as it stands in a file."""

    format: int
    #: The places that were looked at.
    places: list[str]
    numbers: dict[str, Evidence]


def take_evidence(
    gateway: Gateway,
    numbers: Iterable[Number],
    accounts: Mapping[str, Account],
    window: Window,
    *,
    folder: Path | None,
    stop: Event,
    progress: Callable[[int, int], None],
) -> dict[str, Evidence]:
    """
    Find out about every number, and remember it in *folder*; with none, nothing is remembered.

    Where this look cannot tell quiet from in use, because it was stopped or something could not
    be read, what was found out before still counts, with its age and the reason.
    """
    theirs = by_account(numbers)
    ours = [number for group in theirs.values() for number in group]
    traffic = sweep(gateway, ours, accounts, window, stop=stop, progress=progress)
    around: dict[str, Surroundings] = {}

    def look(sid: str) -> None:
        with gateway.until(stop):
            around[sid] = _STOPPED if stop.is_set() else look_around(gateway, accounts[sid])

    with ThreadPoolExecutor(CONNECTIONS) as side_by_side:
        for done, _ in enumerate(side_by_side.map(look, theirs), start=1):
            progress(done, len(theirs))
    found: dict[str, Evidence] = {}
    for sid, group in theirs.items():
        new = {number.sid: Evidence(traffic[number.sid], wiring_of(number, around[sid])) for number in group}
        if folder is None:
            found |= new
            continue
        file = _file(folder, sid, window.days)
        old = _recall_all(file, group)
        best = {sid: _better(known, old.get(sid)) for sid, known in new.items()}
        # What was cut short must not pass for knowledge the next time.
        _remember(file, {sid: old.get(sid) if _cut_short(new[sid]) else known for sid, known in best.items()})
        found |= best
    return found


def remembered(numbers: Iterable[Number], *, folder: Path, days: int) -> dict[str, Evidence]:
    """
    Recall what was found out before about a window of so many days; numbers of which nothing is known are left out.

    What a number's own record says of its wiring is taken from the record at hand, not from memory.
    """
    found: dict[str, Evidence] = {}
    for sid, theirs in by_account(numbers).items():
        found |= _recall_all(_file(folder, sid, days), theirs)
    return found


def outweighed(
    found: Mapping[str, Evidence], numbers: Iterable[Number], *, folder: Path, days: int
) -> dict[str, Evidence]:
    """
    Let what is remembered as heard in the same days outweigh a silence; everything else stays as it was found.

    A number that is looked up by itself has no calls to a SIP address that contains it, and one whose account's
    whole log is read has.  Only the whole log shows records, too, that may be of the number and do not say so.
    """
    before = remembered(numbers, folder=folder, days=days)
    return {
        sid: replace(known, traffic=_louder(known.traffic, before[sid].traffic)) if sid in before else known
        for sid, known in found.items()
    }


def _better(new: Evidence, old: Evidence | None) -> Evidence:
    """Choose what is shown: a look that tells counts, and one that does not leaves what was known before."""
    if old is None:
        return new
    wiring = new.wiring
    if wiring.unseen:
        # What was found before may still be there; what was not found may be there by now.
        wiring = Wiring(tuple(dict.fromkeys((*wiring.links, *old.wiring.links))), wiring.unseen)
    # That a record does not say whose it is was found, and is no look that failed.
    found = _nameless(new.traffic) and not (old.traffic.calls or old.traffic.messages)
    if new.traffic.tells or found or not (old.traffic.tells or _cut_short(new)):
        return Evidence(_louder(new.traffic, old.traffic), wiring)
    *_, why = (Reason(Cause.NOBODY_LOOKED), *new.traffic.unread.values())
    later = why.with_cause(Cause.LATER_UNREADABLE, {"at": new.traffic.until.isoformat()})
    return Evidence(replace(old.traffic, later=later), old.wiring if new.wiring.stopped else wiring)


def _louder(new: Traffic, old: Traffic) -> Traffic:
    """Choose what was heard before where a new look heard nothing at all, and may have missed it."""
    silent = (new.calls, new.messages) == (0, 0)
    in_its_days = old.last_used is None or old.last_used >= new.since
    whole = new.way is not None and new.way.how is TrafficMethod.READ_THROUGH
    if silent and not whole and old.until >= new.since and (nameless := _nameless(old)):
        return _left_open(new, nameless)
    if not (silent and (old.calls or old.messages) and in_its_days):
        return new
    return replace(old, later=Reason(Cause.SILENT_SINCE, {"at": new.until.isoformat()}))


def _nameless(traffic: Traffic) -> dict[str, Reason]:
    """Pick the logs with a row that may be of this number and does not say so."""
    found_at = traffic.until.isoformat()
    rows = {log: why for log, why in traffic.unread.items() if why.code is Cause.NAMELESS_ROW}
    return {log: replace(why, details={"found_at": found_at, **why.details}) for log, why in rows.items()}


def _left_open(new: Traffic, nameless: Mapping[str, Reason]) -> Traffic:
    """Leave open what a row left open that only a look at its account's whole log could show."""
    calls, messages = (None if log in nameless else 0 for log in ("Calls", "Messages"))
    return replace(new, calls=calls, messages=messages, active=None, more=True, unread=nameless)


def _cut_short(evidence: Evidence) -> bool:
    return evidence.traffic.stopped or evidence.wiring.stopped


def _file(folder: Path, account_sid: str, days: int) -> Path:
    return folder / f"{account_sid}-{days}.json"


def _remember(file: Path, evidence: Mapping[str, Evidence | None]) -> None:
    # A memory that cannot be written costs another look next time, and nothing else.
    with suppress(OSError):
        numbers = {sid: known for sid, known in evidence.items() if known is not None}
        put(file, msgspec.json.encode(_Memory(_FORMAT, _places(), numbers)), private=True)


def _recall_all(file: Path, numbers: Iterable[Number]) -> dict[str, Evidence]:
    # A memory that cannot be read is one that is not there, and so is one of another version.
    with suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
        memory = msgspec.json.decode(file.read_bytes(), type=_Memory)
        # Where fewer places were looked at, "nothing found" says less than it would now.
        if (memory.format, memory.places) == (_FORMAT, _places()):
            known = memory.numbers
            return {number.sid: _recalled(known[number.sid], number) for number in numbers if number.sid in known}
    return {}


def _places() -> list[str]:
    return [place.value for place, _ in PLACES]


def _recalled(known: Evidence, number: Number) -> Evidence:
    """Take what a number's own record says of its wiring from the record at hand."""
    elsewhere = (link for link in known.wiring.links if link.kind not in OWN_KINDS)
    return replace(known, wiring=replace(known.wiring, links=(*of_its_own(number), *elsewhere), region_seen=False))
