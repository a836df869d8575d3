"""
The memory of evidence: a file for each account in the kit's data folder, so that showing it again costs no request.

A release never relies on the memory, and fetches its own evidence.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import msgspec

from helpers.core.atomic_file import put
from helpers.core.connections import OWN_KINDS, Link, Place, Unseen
from helpers.core.records import Account, Number
from helpers.evidence.account_traffic import group_by_account
from helpers.evidence.evidence import Evidence, choose_evidence, choose_traffic
from helpers.evidence.numbers import Numbers
from helpers.evidence.wiring import PLACES, Surroundings, links_on_record

#: The kit drops a memory of another format, because one reading makes it again.
_FORMAT = 3
#: Where these could not be read, the leftovers are not known in full.
_PLACES_OF_LEFTOVERS = {Place.EVERYWHERE, Place.MESSAGING_SERVICES, Place.SERVICE_NUMBERS}


@dataclass(frozen=True, slots=True)
class _AccountMemory:
    """The content of a file without its numbers, which are nearly all of it."""

    format: int
    #: The places that were checked.
    places: list[str]
    #: What no number of the account needs any more.
    leftovers: tuple[Link, ...] = ()
    #: The places of leftovers that could not be read, for an account without numbers; with numbers, each tells it.
    leftovers_unseen: tuple[Unseen, ...] = ()


@dataclass(frozen=True, slots=True)
class _Memory(_AccountMemory):
    """The content of a file: the evidence about an account's numbers, and its leftovers."""

    numbers: dict[str, Evidence] = field(kw_only=True)


_Content = TypeVar("_Content", bound=_AccountMemory)


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What no number of an account needs any more.  No links mean "nothing" only if ``unseen`` is empty too."""

    links: tuple[Link, ...]
    #: The places that could not be read, for an account without numbers.
    unseen: tuple[Unseen, ...]


def recall(numbers: Iterable[Number], *, folder: Path, days: int) -> dict[str, Evidence]:
    """
    Recall the evidence about a window of so many days, by sid; without the numbers that the memory does not know.

    The links on a number's own record come from the record at hand, not from the memory.
    """
    evidence: dict[str, Evidence] = {}
    for account_sid, group in group_by_account(numbers).items():
        memory = _read(_file(folder, account_sid, days), _Memory)
        evidence |= _pick(memory, group)
    return evidence


def recall_company(numbers: Numbers, *, folder: Path, days: int) -> dict[str, Evidence]:
    """Recall the evidence about all numbers, as ``recall``; the numbers of accounts without a memory stay packed."""
    evidence: dict[str, Evidence] = {}
    for account_sid in numbers.columns["account_sid"].unique().to_pylist():
        memory = _read(_file(folder, account_sid, days), _Memory)
        if memory is not None:
            evidence |= _pick(memory, numbers.of_account(account_sid))
    return evidence


def recall_leftovers(accounts: Iterable[Account], *, folder: Path, days: int) -> dict[str, Leftovers]:
    """Recall what is or may be left over in accounts, by the sid of the account; without those where nothing is."""
    memories = ((account.sid, _read(_file(folder, account.sid, days), _AccountMemory)) for account in accounts)
    return {
        sid: Leftovers(memory.leftovers, memory.leftovers_unseen)
        for sid, memory in memories
        if memory and (memory.leftovers or memory.leftovers_unseen)
    }


def update(
    account_sid: str,
    numbers: Iterable[Number],
    new: Mapping[str, Evidence],
    surroundings: Surroundings,
    *,
    folder: Path,
    days: int,
) -> dict[str, Evidence]:
    """Remember the new evidence about an account's numbers, and return the better of new and old for each."""
    file = _file(folder, account_sid, days)
    memory = _read(file, _Memory)
    old = _pick(memory, numbers)
    chosen = {sid: choose_evidence(known, old.get(sid)) for sid, known in new.items()}
    leftovers = surroundings.leftovers
    unseen = tuple(gap for gap in surroundings.unseen if gap.place in _PLACES_OF_LEFTOVERS)
    if memory and unseen:
        # What was left over before may still be there.
        leftovers = tuple(dict.fromkeys((*leftovers, *memory.leftovers)))
    # Evidence that was stopped must not pass for complete the next time.
    kept = {sid: old.get(sid) if new[sid].stopped else known for sid, known in chosen.items()}
    # Of an account whose numbers could not be read, what is known stays.
    _write(file, kept or (memory.numbers if memory else {}), Leftovers(leftovers, () if new else unseen))
    return chosen


def prefer_remembered(
    evidence: Mapping[str, Evidence], numbers: Iterable[Number], *, folder: Path, days: int
) -> dict[str, Evidence]:
    """
    Prefer remembered traffic to a new silence in the same days; everything else stays new.

    Twilio's filters do not find calls to a SIP address that contains the number, nor records that name no number.
    Reading the account's whole log finds both.
    """
    remembered = recall(numbers, folder=folder, days=days)
    return {
        sid: replace(known, traffic=choose_traffic(known.traffic, remembered[sid].traffic))
        if sid in remembered
        else known
        for sid, known in evidence.items()
    }


def _file(folder: Path, account_sid: str, days: int) -> Path:
    return folder / f"{account_sid}-{days}.json"


def _write(file: Path, evidence: Mapping[str, Evidence | None], leftovers: Leftovers) -> None:
    # If this fails, the kit fetches the evidence again next time.
    with suppress(OSError):
        numbers = {sid: known for sid, known in evidence.items() if known is not None}
        memory = _Memory(_FORMAT, _places(), leftovers.links, leftovers.unseen, numbers=numbers)
        put(file, msgspec.json.encode(memory), private=True)


def _read(file: Path, content: type[_Content]) -> _Content | None:
    # A file that cannot be read, or is of another version, counts as missing.
    with suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
        memory = msgspec.json.decode(file.read_bytes(), type=content)
        # A memory of fewer places does not know the connections at the others.
        if (memory.format, memory.places) == (_FORMAT, _places()):
            return memory
    return None


def _pick(memory: _Memory | None, numbers: Iterable[Number]) -> dict[str, Evidence]:
    known = memory.numbers if memory else {}
    return {number.sid: _refresh(known[number.sid], number) for number in numbers if number.sid in known}


def _places() -> list[str]:
    return [place.value for place, _ in PLACES]


def _refresh(known: Evidence, number: Number) -> Evidence:
    """Replace the links of a number's own record by those on the record at hand."""
    elsewhere = (link for link in known.wiring.links if link.kind not in OWN_KINDS)
    links = (*links_on_record(number), *elsewhere)
    return replace(known, wiring=replace(known.wiring, links=links, region_seen=False))
