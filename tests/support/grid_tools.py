"""Tables of numbers of any size, as the inventory shows them."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pandas as pd
import pyarrow as pa

from helpers.core.records import Account, Coverage, Reading
from helpers.panels.inventory.panel import InventoryPanel
from helpers.panels.shared.html import BannerFacts
from helpers.tables.about import About, EvidenceTable
from tests.support.failures import cannot_read

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
#: Days of calls and messages that were looked at.
WINDOW = 90
ACME = Account("AC" + "0" * 32, "Acme", "active", "Full", "AC" + "0" * 32)

_TEXT, _CHOICE, _YES_NO = pa.string(), pa.dictionary(pa.int32(), pa.string()), pa.bool_()
_TIME = pa.timestamp("s", tz="UTC")
_TYPES = {
    **dict.fromkeys(("phone_number", "name", "wiring", "not_looked_at", "warnings", "because", "sid"), _TEXT),
    **dict.fromkeys(
        ("account", "account_status", "country", "type", "verdict", "currency", "account_sid", "emergency_address"),
        _CHOICE,
    ),
    **dict.fromkeys(("voice", "sms", "mms", "fax", "active", "wired", "idle_at_least", "last_used_at_least"), _YES_NO),
    **dict.fromkeys(("idle_days", "calls", "messages", "days_to_billing"), pa.int64()),
    **dict.fromkeys(("last_used", "last_call_in", "oldest_message", "looked_at", "created"), _TIME),
    "monthly": pa.decimal128(38, 10),
    "next_billing": pa.date32(),
}
#: Type, price and how many of a hundred; as a company has them.
_KINDS = (("local", "1.15", 78), ("toll free", "2.15", 14), ("mobile", "4.50", 6), ("national", "3.00", 2))


def number(place=0, **otherwise):
    """Describe one number of Acme's that nobody uses, told otherwise where a test needs it."""
    return {
        "phone_number": f"+1415555{100 + place % 100:04d}",
        "name": f"line {place}",
        "account": "Acme",
        "account_status": "active",
        "country": "US",
        "type": "local",
        **dict.fromkeys(("voice", "sms", "mms"), True),
        "fax": False,
        "verdict": "quiet",
        "last_used": None,
        "last_call_in": None,
        "oldest_message": NOW - timedelta(days=200),
        "last_used_at_least": False,
        "looked_at": NOW,
        "idle_days": WINDOW,
        "idle_at_least": True,
        "calls": 0,
        "messages": 0,
        "active": False,
        "monthly": Decimal("1.15"),
        "currency": "USD",
        "next_billing": NOW.date() + timedelta(days=5),
        "days_to_billing": 5,
        "wired": False,
        "wiring": "",
        "not_looked_at": None,
        "warnings": None,
        "because": f"No calls and no messages in the last {WINDOW} days.",
        "created": NOW - timedelta(days=400),
        "emergency_address": None,
        "account_sid": "AC" + "0" * 32,
        "sid": f"PN{place:032x}",
        **otherwise,
    }


def used(place, days, **otherwise):
    """Describe a number that was last used so many days ago."""
    return number(
        place,
        **{
            "verdict": "in use",
            "last_used": NOW - timedelta(days=days),
            "idle_days": days,
            "idle_at_least": False,
            "calls": 12,
            "active": True,
            "because": f"12 calls in the last {WINDOW} days.",
            **otherwise,
        },
    )


def unknown(place, **otherwise):
    """Describe a number whose logs could not be read."""
    nothing = ("last_used", "idle_days", "idle_at_least", "calls", "messages", "active", "wired", "wiring")
    return number(
        place,
        **{
            **dict.fromkeys(nothing),
            "last_used_at_least": True,
            "verdict": "unknown",
            "because": "The call log could not be read.",
            **otherwise,
        },
    )


def frame_of(rows):
    """Make a table with the columns and types that the kit's own have."""
    arrays = [pa.array([row[name] for row in rows], kind) for name, kind in _TYPES.items()]
    known = {_YES_NO: pd.BooleanDtype(), pa.int64(): pd.Int64Dtype(), _TEXT: pd.StringDtype("pyarrow")}
    return pa.table(arrays, names=list(_TYPES)).to_pandas(types_mapper=known.get)


def table_of(frame, *, read=1, unread=(), looked_at=None, **otherwise):
    """
    Put beside a table what it says of itself: by default what its rows say, and that every account was read.

    Args:
        read: How many accounts were read.

        unread: The names of accounts that could not be read.
    """
    readings = [Reading(ACME, None)] * read
    readings += [
        Reading(replace(ACME, friendly_name=name), cannot_read("Nobody may read it.").reason) for name in unread
    ]
    looks = frame["looked_at"].dropna()
    return EvidenceTable(
        frame,
        About(
            Coverage(tuple(readings), len(frame), requests=read, seconds=0.5),
            looked_at=looked_at or (looks.min().to_pydatetime() if len(looks) else None),
            **{
                "days_asked": WINDOW,
                "days": WINDOW,
                "without_evidence": int(frame["looked_at"].isna().sum()),
                **otherwise,
            },
        ),
    )


def many(how_many, *, seed=1, looked=True):
    """Make a table of a company of any size: a third in use, the rest quiet, some unknown."""
    chance = random.Random(seed)
    accounts = max(1, min(400, how_many // 50))
    rows = []
    for place in range(how_many):
        account = int(accounts * chance.random() ** 1.7)
        kind, price, _ = chance.choices(_KINDS, weights=[kind[2] for kind in _KINDS])[0]
        ahead = chance.randrange(31)
        about = {
            "phone_number": f"+1{chance.randrange(201, 990)}555{100 + place % 100:04d}",
            "name": f"{chance.choice(('Hotline', 'Sales', 'Support', 'Campaign', 'Test line'))} {place}",
            "account": f"Client {account:03d}",
            "account_sid": f"AC{account:032x}",
            "type": kind,
            "monthly": Decimal(price) if chance.random() < 0.98 else None,
            "next_billing": NOW.date() + timedelta(days=ahead),
            "days_to_billing": ahead,
            "wired": chance.random() < 0.4,
            "looked_at": NOW - timedelta(hours=3) if looked else None,
        }
        fate = chance.random() if looked else 1
        if fate < 0.33:
            rows.append(used(place, int(WINDOW * chance.random() ** 2), **about))
        elif fate < 0.96:
            rows.append(number(place, **about))
        else:
            rows.append(unknown(place, **{**about, "wired": None}))
    return frame_of(rows)


def panel_of(table, *, folder, evidence=None, clock=lambda: NOW):
    """
    Show a table in the inventory's panel.

    Args:
        table: What is shown: a frame, one with what it says of itself, or a function that returns either.

        evidence: What a look returns, likewise; the function is given the panel's own arguments.
    """

    def reader(table):
        def read(days, **asked):
            found = table(days=days, **asked) if callable(table) else table
            return found if isinstance(found, EvidenceTable) else table_of(found)

        return read

    return InventoryPanel(
        place=lambda: BannerFacts(live=False, account=ACME, subaccounts=7, notes=(), open_entries=0),
        look_back=WINDOW,
        table=reader(table),
        so_far=lambda days: None,
        compare=lambda days, since=None: None,
        looks=lambda days: [],
        evidence=reader(table if evidence is None else evidence),
        history=lambda phone_number: [],
        protection=None,
        who="ann@desk",
        memory=folder / "memory",
        folder=folder,
        clock=clock,
    )


#: Five numbers of two accounts, of every verdict.
ROWS = [
    number(0, name="quiet", wired=False, days_to_billing=1),
    number(
        1,
        name="quiet mobile",
        type="mobile",
        account="Beta",
        account_sid="AC1",
        wired=True,
        days_to_billing=20,
        warnings="New.",
    ),
    used(2, 40, name="forty days", country="GB", sms=False, days_to_billing=3),
    used(3, 2, name="busy", wired=True, days_to_billing=30),
    unknown(4, name="unread", account="Beta", account_sid="AC1", days_to_billing=None, next_billing=None),
]


def say(grid, **message):
    """Send a grid what its browser's side would."""
    content = {"rev": grid.rev, **message}
    grid.comm.handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": []})


def rows_of(grid):
    """Ask a grid for its first rows, as its browser's side does."""
    sent, really = [], grid.send
    grid.send = sent.append
    say(grid, type="rows", start=0, count=100)
    grid.send = really
    return sent[0]["rows"]


def texts_of(grid):
    """Read the texts of a grid's first rows."""
    return [[cell["text"] for cell in cells] for _, _, *cells in rows_of(grid)]
