"""
What is known of every number: its traffic and its wiring, with their age.

Remembered in the kit's data folder, a file per account, so that a second look costs
nothing; a release never relies on it, and looks for itself.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any

import orjson

from helpers.dates import day_and_hour
from helpers.files import put
from helpers.gateway import Gateway
from helpers.records import Account, Link, Number, Traffic, Wiring
from helpers.sweep import STOPPED, sweep
from helpers.transport import AT_ONCE
from helpers.wiring import OWN_KINDS, PLACES, Surroundings, look_around, of_its_own, wiring_of


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found out about one number; ``traffic.until`` says when."""

    traffic: Traffic
    wiring: Wiring


def take_evidence(
    gateway: Gateway,
    numbers: Iterable[Number],
    accounts: Mapping[str, Account],
    *,
    since: datetime,
    until: datetime,
    folder: Path | None,
    stop: Event,
    progress: Callable[[int, int], None],
) -> dict[str, Evidence]:
    """
    Find out about every number, and remember it in *folder*; with none, nothing is remembered.

    Where this look cannot tell quiet from in use, because it was stopped or something could not
    be read, what was found out before still counts, with its age and the reason.
    """
    theirs = _by_account(numbers)
    ours = [number for group in theirs.values() for number in group]
    traffic = sweep(gateway, ours, accounts, since=since, until=until, stop=stop, progress=progress)
    around: dict[str, Surroundings] = {}

    def look(sid: str) -> None:
        around[sid] = Surroundings({}, (STOPPED,)) if stop.is_set() else look_around(gateway, accounts[sid])

    with ThreadPoolExecutor(AT_ONCE) as side_by_side:
        for done, _ in enumerate(side_by_side.map(look, theirs), start=1):
            progress(done, len(theirs))
    found: dict[str, Evidence] = {}
    for sid, group in theirs.items():
        new = {number.sid: Evidence(traffic[number.sid], wiring_of(number, around[sid])) for number in group}
        if folder is None:
            found |= new
            continue
        file = _file(folder, sid, (until - since).days)
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
    for sid, theirs in _by_account(numbers).items():
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


def ways(evidence: Mapping[str, Evidence]) -> str:
    """Say how many numbers were looked at in which way."""
    counted = Counter(known.traffic.way.partition(" (")[0] for known in evidence.values() if known.traffic.way)
    return "; ".join(
        f"{how_many:,} number{'s' if how_many != 1 else ''}: {way[0].lower()}{way[1:]}"
        for way, how_many in counted.most_common()
    )


def _better(new: Evidence, old: Evidence | None) -> Evidence:
    """Choose what is shown: a look that tells counts, and one that does not leaves what was known before."""
    if old is None:
        return new
    wiring = new.wiring
    if wiring.unseen:
        # What was found before may still be there; what was not found may be there by now.
        wiring = Wiring(tuple(dict.fromkeys((*wiring.links, *old.wiring.links))), wiring.unseen)
    # That a record does not say whose it is was found, and is no look that failed.
    found = new.traffic.nameless and not (old.traffic.calls or old.traffic.messages)
    if new.traffic.tells or found or not (old.traffic.tells or _cut_short(new)):
        return Evidence(_louder(new.traffic, old.traffic), wiring)
    why = new.traffic.because[-1] if new.traffic.because else "It could not be read."
    later = f"A look on {day_and_hour(new.traffic.until)} could not tell: {why}"
    stopped = wiring.unseen == (STOPPED,)
    return Evidence(replace(old.traffic, later=later), old.wiring if stopped else wiring)


def _louder(new: Traffic, old: Traffic) -> Traffic:
    """Choose what was heard before where a new look heard nothing at all, and may have missed it."""
    silent = (new.calls, new.messages) == (0, 0)
    in_its_days = old.last_used is None or old.last_used >= new.since
    if silent and new.nameless is None and old.nameless and old.until >= new.since:
        return _left_open(new, old, old.nameless)
    if not (silent and (old.calls or old.messages) and in_its_days):
        return new
    later = (
        f"A look on {day_and_hour(new.until)} heard nothing of that; calls to a SIP address that contains the number "
        "are heard only where its account's whole log is read."
    )
    return replace(old, later=later)


def _left_open(new: Traffic, old: Traffic, logs: tuple[str, ...]) -> Traffic:
    """Leave open what a record left open that only a look at its account's whole log could show."""
    whys = dict(zip(old.unread, old.because, strict=False))
    when = f"Found on {day_and_hour(old.until)}, where its account's whole log was read:"
    because = tuple(f"{when} {whys[log]}" for log in logs if log in whys)
    calls, messages = (None if log in logs else 0 for log in ("Calls", "Messages"))
    return replace(
        new, calls=calls, messages=messages, active=None, more=True, unread=logs, because=because, nameless=logs
    )


def _cut_short(evidence: Evidence) -> bool:
    return STOPPED in evidence.traffic.because or STOPPED in evidence.wiring.unseen


def _by_account(numbers: Iterable[Number]) -> dict[str, list[Number]]:
    by_account: dict[str, list[Number]] = {}
    for number in numbers:
        by_account.setdefault(number.account_sid, []).append(number)
    return by_account


def _file(folder: Path, account_sid: str, days: int) -> Path:
    return folder / f"{account_sid}-{days}.json"


def _remember(file: Path, evidence: Mapping[str, Evidence | None]) -> None:
    # A memory that cannot be written costs another look next time, and nothing else.
    with suppress(OSError):
        numbers = {sid: known for sid, known in evidence.items() if known is not None}
        put(file, orjson.dumps({"places": _places(), "numbers": numbers}), private=True)


def _recall_all(file: Path, numbers: Iterable[Number]) -> dict[str, Evidence]:
    # A memory that cannot be read is one that is not there.
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        memory = orjson.loads(file.read_bytes())
        known = memory["numbers"]
        # Where fewer places were looked at, "nothing found" says less than it would now.
        if memory["places"] == _places():
            return {number.sid: _recall(known[number.sid], number) for number in numbers if number.sid in known}
    return {}


def _places() -> list[str]:
    return [what for what, _ in PLACES]


_TIMES = {"since", "until", "oldest_message", "last_call_in", "last_call_out", "last_message_in", "last_message_out"}


def _recall(known: Mapping[str, Any], number: Number) -> Evidence:
    # A memory of version 0.1.0 does not know of records that name nothing.
    traffic = {"nameless": None, **known["traffic"]}
    told = {field.name: traffic[field.name] for field in fields(Traffic)}
    told |= {name: datetime.fromisoformat(told[name]) for name in _TIMES if told[name]}
    own = tuple(of_its_own(number))
    elsewhere = tuple(Link(**link) for link in known["wiring"]["links"] if link["kind"] not in OWN_KINDS)
    wiring = Wiring((*own, *elsewhere), tuple(known["wiring"]["unseen"]))
    told |= {name: tuple(told[name]) for name in ("because", "unread", "nameless") if told[name] is not None}
    return Evidence(Traffic(**told), wiring)
