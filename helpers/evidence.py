"""
What is known of every number: its traffic and its wiring, with their age.

Remembered in the kit's data folder, a file per account, so that a second look costs
nothing; a release never relies on it, and looks for itself.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any

import orjson

from helpers.configuration import OWN_FIELDS
from helpers.gateway import Gateway
from helpers.records import Account, Link, Number, Traffic, Wiring
from helpers.sweep import STOPPED, sweep
from helpers.transport import AT_ONCE
from helpers.wiring import Surroundings, look_around, of_its_own, wiring_of


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

    After *stop* was set, what was not got to is unknown, and nothing of it is remembered.
    """
    ours = list(numbers)
    traffic = sweep(gateway, ours, accounts, since=since, until=until, stop=stop, progress=progress)
    sids = sorted({number.account_sid for number in ours})
    around: dict[str, Surroundings] = {}

    def look(sid: str) -> None:
        around[sid] = Surroundings({}, (STOPPED,)) if stop.is_set() else look_around(gateway, accounts[sid])

    with ThreadPoolExecutor(AT_ONCE) as side_by_side:
        for done, _ in enumerate(side_by_side.map(look, sids), start=1):
            progress(done, len(sids))
    found = {
        number.sid: Evidence(traffic[number.sid], wiring_of(number, around[number.account_sid])) for number in ours
    }
    if folder is not None and not stop.is_set():
        for sid in sids:
            _remember(folder, sid, {number.sid: found[number.sid] for number in ours if number.account_sid == sid})
    return found


def remembered(numbers: Iterable[Number], *, folder: Path, days: int) -> dict[str, Evidence]:
    """
    Recall what was found out before about a window of so many days; numbers of which nothing is known are left out.

    What a number's own record says of its wiring is taken from the record at hand, not from memory.
    """
    by_account: dict[str, list[Number]] = {}
    for number in numbers:
        by_account.setdefault(number.account_sid, []).append(number)
    found = {}
    for sid, theirs in by_account.items():
        # A memory that cannot be read is one that is not there.
        with suppress(OSError, ValueError, KeyError, TypeError):
            known = orjson.loads((folder / f"{sid}.json").read_bytes())
            for number in theirs:
                evidence = _recall(known[number.sid], number) if number.sid in known else None
                if evidence is not None and (evidence.traffic.until - evidence.traffic.since).days == days:
                    found[number.sid] = evidence
    return found


def _remember(folder: Path, account_sid: str, evidence: Mapping[str, Evidence]) -> None:
    # A memory that cannot be written costs another look next time, and nothing else.
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = folder / f"{account_sid}.new"
        new.write_bytes(orjson.dumps(evidence))
        new.chmod(0o600)
        new.replace(folder / f"{account_sid}.json")


_TIMES = {"since", "until", "last_call_in", "last_call_out", "last_message_in", "last_message_out"}


def _recall(known: Mapping[str, Any], number: Number) -> Evidence:
    told = {field.name: known["traffic"][field.name] for field in fields(Traffic)}
    told |= {name: datetime.fromisoformat(told[name]) for name in _TIMES if told[name]}
    own = tuple(of_its_own(number))
    elsewhere = tuple(Link(**link) for link in known["wiring"]["links"] if link["kind"] not in OWN_FIELDS)
    wiring = Wiring((*own, *elsewhere), tuple(known["wiring"]["unseen"]))
    return Evidence(Traffic(**{**told, "because": tuple(told["because"])}), wiring)
