"""
The accounts in which a number was before, for as long as what it did there is among the days looked at.

A number that moves keeps its sid, and each account's log has that account's records only
(https://www.twilio.com/docs/iam/api/subaccounts#exchanging-phone-numbers-between-subaccounts).  So the log of its new
account is silent about it, whoever used it before.

The kit knows of a move from its journal, and from evidence that it remembers under another account.  A look replaces
that evidence, so it first writes into ``moved.json`` what has left where: number, account, and by when it had left.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from helpers.core.atomic_file import put
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Account, Number, Traffic, TrafficMethod, Window
from helpers.core.redact import without_secrets
from helpers.evidence.columns import TEXT
from helpers.evidence.evidence import choose_traffic
from helpers.evidence.evidence_rows import SCHEMA, traffic_of
from helpers.evidence.inventory import Inventory
from helpers.evidence.retention import LONGEST
from helpers.journal.entries import Entry
from helpers.journal.states import Act, State

_FILE = "moved.json"
_LONGEST_WINDOW = timedelta(days=LONGEST)
#: The columns ``sid`` and ``account_sid`` of numbers.
WhereNow: TypeAlias = pa.Table
#: Sid of a number -> sid of an account -> the moment by which it had left it.
_Left = dict[str, dict[str, datetime]]


@dataclass(frozen=True, slots=True)
class EarlierHome:
    """An account in which a number was before."""

    account_sid: str
    #: None where it is not in sight.
    account: Account | None
    #: What is remembered of the number's traffic there.
    remembered: tuple[Traffic, ...] = ()

    @property
    def name(self) -> str:
        """Its name and sid, for the operator."""
        return f"{without_secrets(self.account.label) if self.account else 'without a name'} ({self.account_sid})"


#: Sid of a number -> the accounts in which it was before; most numbers were in none.
EarlierHomes = Mapping[str, tuple[EarlierHome, ...]]


def note_left(folder: Path, rows: pa.Table, inventory: Inventory, *, at: datetime) -> None:
    """
    Note which numbers are not any more in the account of which there is evidence about them.

    Args:
        rows: The remembered evidence, with the columns of ``evidence_rows.SCHEMA``.

        at: The moment after the inventory was read.
    """
    noted, numbers = _read(folder), inventory.numbers.columns
    read = pa.array([each.account.sid for each in inventory.coverage.readings if each.complete], TEXT)
    # Of a number that is nowhere: its new account may not have been read.
    nowhere = pc.and_(_home(rows, numbers).is_null(), pc.is_in(rows["account_sid"], read))
    left = pa.concat_tables([_elsewhere(rows, numbers), rows.filter(nowhere)])
    kept = {
        sid: {account: moment for account, moment in accounts.items() if moment >= at - _LONGEST_WINDOW}
        for sid, accounts in noted.items()
    }
    for row in left.select(["sid", "account_sid", "until"]).to_pylist():
        known = noted.get(row["sid"], {}).get(row["account_sid"])
        moment = known if known and known >= row["until"] else at
        kept.setdefault(row["sid"], {})[row["account_sid"]] = moment
    kept = {sid: accounts for sid, accounts in kept.items() if accounts}
    if kept != noted:
        with suppress(OSError):
            put(folder / _FILE, msgspec.json.encode(kept), private=True)


def where_now(numbers: Iterable[Number]) -> WhereNow:
    """Make the columns of the sids of numbers and of their accounts."""
    rows = [{"sid": number.sid, "account_sid": number.account_sid} for number in numbers]
    return pa.Table.from_pylist(rows, pa.schema({"sid": TEXT, "account_sid": TEXT}))


def find_homes(
    numbers: WhereNow,
    window: Window,
    *,
    memories: Mapping[int, pa.Table],
    folder: Path | None,
    moves: Iterable[Entry],
    accounts: Mapping[str, Account],
) -> EarlierHomes:
    """
    Find the accounts in which numbers were before, within a window.

    An account that a look at the new one has asked since, with a result, is not among them: nothing more comes there.

    Args:
        memories: Days -> the remembered evidence of so many days.

        folder: Where ``note_left`` writes; None if nothing is remembered.

        moves: The journal's moves since the window began.
    """
    left: dict[tuple[str, str], datetime] = {}
    remembered: dict[tuple[str, str], list[Traffic]] = {}
    for sid, noted in (_read(folder) if folder else {}).items():
        left |= {(sid, account): moment for account, moment in noted.items()}
    for row in (row for rows in memories.values() for row in _elsewhere(rows, numbers).to_pylist()):
        key = row["sid"], row["account_sid"]
        if key not in left or left[key] < row["until"]:
            # It was there at the last look, and left at an unknown moment since.
            left[key] = window.until
        remembered.setdefault(key, []).append(traffic_of(row))
    for sid, account, moment in _moved(moves, window):
        left[sid, account] = max(moment, left.get((sid, account), moment))
    named = numbers.filter(pc.is_in(numbers["sid"], pa.array([sid for sid, _ in left], TEXT)))
    home = dict(zip(named["sid"].to_pylist(), named["account_sid"].to_pylist(), strict=True))
    own = memories.get(window.days, SCHEMA.empty_table())
    rows = own.filter(pc.is_in(own["sid"], pa.array(home, TEXT))).to_pylist()
    known = {row["sid"]: traffic_of(row) for row in rows if row["account_sid"] == home[row["sid"]]}
    homes: dict[str, tuple[EarlierHome, ...]] = {}
    for (sid, account), moment in left.items():
        settled = sid in known and known[sid].tells and known[sid].until >= moment
        if home.get(sid, account) != account and moment >= window.since and not settled:
            if sid in known and _is_of_home(known[sid]):
                # What an earlier look found there counts here, whatever can be read now.
                remembered.setdefault((sid, account), []).append(known[sid])
            before = EarlierHome(account, accounts.get(account), tuple(remembered.get((sid, account), ())))
            homes[sid] = (*homes.get(sid, ()), before)
    return homes


def out_of_sight(home: EarlierHome, window: Window) -> Traffic:
    """Make the traffic in an account that is not in sight: nothing is known of it."""
    why = Reason(Cause.ACCOUNT_OUT_OF_SIGHT, {"account": home.account_sid})
    return Traffic(window.since, window.until, None, None, unread={"Calls": why, "Messages": why})


def add_earlier(here: Traffic, there: Traffic, home: EarlierHome) -> Traffic:
    """
    Add the traffic of a number in an account in which it was before: it is quiet only if it was quiet in both.

    Where only the earlier account knows of use, the traffic is that account's, and ``later`` says so.

    Args:
        there: As it was fetched now; remembered traffic counts instead if that is silent, or could not be fetched.
    """
    for old in home.remembered:
        there = _prefer_use(there, old)
    base = here if here.used or not there.used else there
    other = there if base is here else here
    unread = {log: _of_home(why, home) for log, why in there.unread.items()} | dict(here.unread)
    read_through = there.way is not None and there.way.how is TrafficMethod.READ_THROUGH
    return replace(
        base,
        last_call_in=_latest(here.last_call_in, there.last_call_in),
        last_call_out=_latest(here.last_call_out, there.last_call_out),
        last_message_in=_latest(here.last_message_in, there.last_message_in),
        last_message_out=_latest(here.last_message_out, there.last_message_out),
        calls=base.calls or (None if None in (base.calls, other.calls) else 0),
        messages=base.messages or (None if None in (base.messages, other.messages) else 0),
        active=base.active or (False if (here.active, there.active) == (False, False) else None),
        more=here.more or there.more or other.used or bool(unread),
        unread=unread,
        kept_short=here.kept_short or there.kept_short,
        oldest_message=here.oldest_message,
        # The way that shows less counts: it does not show what no look-up finds.
        way=here.way if read_through else there.way,
        later=base.later if base is here else Reason(Cause.USED_ELSEWHERE, {"former": home.name}),
    )


def _is_of_home(traffic: Traffic) -> bool:
    return traffic.later is not None and traffic.later.code is Cause.USED_ELSEWHERE


def _prefer_use(new: Traffic, old: Traffic) -> Traffic:
    in_window = old.last_used is None or old.last_used >= new.since
    return old if not new.tells and (old.calls or old.messages) and in_window else choose_traffic(new, old)


def _latest(*moments: datetime | None) -> datetime | None:
    return max(filter(None, moments), default=None)


def _of_home(why: Reason, home: EarlierHome) -> Reason:
    # Elsewhere the kit asks for these two codes: the one is no failure, the other is made up for by the next look.
    if why.code in {Cause.STOPPED, Cause.NAMELESS_ROW}:
        return why
    return why.with_cause(Cause.WAS_ELSEWHERE, {"former": home.name})


def _moved(moves: Iterable[Entry], window: Window) -> Iterable[tuple[str, str, datetime]]:
    """Name the number and the account of each end of a move, and the moment by which the number had left it."""
    for entry in moves:
        if entry.act == Act.MOVE and entry.at >= window.since:
            moved = entry.state == State.MOVED
            yield entry.number_sid, entry.account_sid, entry.at if moved else window.until
            if moved:
                # Where it is not there any more, it left at an unknown moment since.
                yield entry.number_sid, str(entry.details["target"]), window.until


def _home(rows: pa.Table, numbers: WhereNow) -> pa.Array:
    """Return the account in which the number of each row is now; missing where it is in none."""
    place = pc.index_in(rows["sid"], value_set=numbers["sid"].combine_chunks()).combine_chunks()
    return numbers["account_sid"].cast(TEXT).combine_chunks().take(place)


def _elsewhere(rows: pa.Table, numbers: WhereNow) -> pa.Table:
    """Return the rows of numbers that are in another account now."""
    return rows.filter(pc.fill_null(pc.not_equal(_home(rows, numbers), rows["account_sid"]), fill_value=False))


def _read(folder: Path) -> _Left:
    with suppress(OSError, ValueError):
        return msgspec.json.decode((folder / _FILE).read_bytes(), type=_Left)
    return {}
