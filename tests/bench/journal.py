"""
How long a journal of 100,000 entries lets somebody wait, in SQLite and in PostgreSQL.

It is a journal of years: 600,000 rows, the newest ten entries of today.  A desk's opening is measured before the chain
is verified, as it would be; everything else after it.  The best of three, but for what can be done once.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL

from helpers.actions.reconcile import unproven_requests
from helpers.core.records import RECLAIM_WINDOW
from helpers.decisions.due import list_due
from helpers.journal.journal import Journal, journal_file
from helpers.journal.states import State
from helpers.panels.journal import SHOWN, JournalPanel
from helpers.panels.restore.panel import LISTED, RestorePanel
from helpers.panels.shared.html import BannerFacts
from helpers.tables.frames import journal_table, story_table
from tests.bench.evidence import clocked
from tests.support.long_journal import number_of, write_long_journal
from tests.support.panel_tools import ACCOUNT
from tests.support.postgres import postgres_url

ENTRIES = 100_000
#: Seconds that an opening, a panel or a table may take, and the whole chain, for which nobody waits but an early act.
OPENING, PANEL, TABLE, CHAIN = 1.0, 1.0, 2.0, 15.0


def main(arguments: list[str]) -> int:
    """Print a line per figure, for as many entries as are named; return 1 where a target was missed."""
    entries = int(arguments[0]) if arguments else ENTRIES
    print(f"{entries:,} entries; {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores were busy with other work before.")
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        for url in (journal_file(Path(folder) / "journal.db"), postgres_url()):
            write_long_journal(url, entries, until=datetime.now(UTC))
            missed += measure(url)
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB of memory at the most.")
    return 1 if missed else 0


def measure(url: str | URL) -> int:
    """Print the figures of one database, and count the missed targets."""
    now, missed = datetime.now(UTC), 0
    opened: list[Journal] = []

    def told(what: str, target: float, took: float) -> None:
        nonlocal missed
        missed += took > target
        verdict = "reached" if took <= target else "missed"
        print(
            f"{opened[0].database.engine.dialect.name:>10} {what:<42} {took:>7.2f}s {target:>6.1f}s {verdict}",
            flush=True,
        )

    def open_as_a_desk() -> None:
        journal = Journal(url)
        journal.begin_verifying()
        unproven_requests(journal.entries_since(now - RECLAIM_WINDOW), now=now)
        journal.open_entries()
        opened.append(journal)

    took = clocked(open_as_a_desk)
    told("opening, with its banner and late requests", OPENING, took)
    journal = opened[0]
    told("the first act, which waits for the chain", CHAIN, clocked(lambda: _act(journal, now)))
    told("an act after it: confirmed, announced, ended", PANEL, clocked(lambda: _act(journal, now)))
    told("the whole chain, as before a plan is run", CHAIN, clocked(journal.verify))
    for what, target, work in _reads(journal, now):
        told(what, target, min(clocked(work) for _ in range(3)))
    return missed


def _reads(journal: Journal, now: datetime) -> list[tuple[str, float, Callable[[], object]]]:
    place = BannerFacts(live=True, account=ACCOUNT, subaccounts=0, notes=(), open_entries=0)
    since = now - RECLAIM_WINDOW
    return [
        ("what blocks numbers: open entries", PANEL, journal.open_entries),
        ("desk.due()", PANEL, lambda: list_due([], journal.entries_since(since), now=now)),
        ("desk.story()", PANEL, lambda: story_table(journal.latest())),
        (
            "the journal panel",
            PANEL,
            lambda: _shown(
                JournalPanel(
                    place=lambda: place,
                    open_entries=journal.open_entries,
                    closed_entries=journal.closed_entries,
                    search=journal.search,
                    settle=_never,
                    behind=lambda: None,
                    accept=_never,
                    clock=lambda: now,
                ),
                lambda panel: panel.closed.value.count("<details") == SHOWN,
            ),
        ),
        (
            "the restore panel",
            PANEL,
            lambda: _shown(
                RestorePanel(
                    place=lambda: place,
                    left=lambda: journal.left(since=since, newest=LISTED),
                    about=journal.entries_about,
                    price=_never,
                    restore=_never,
                    look=_never,
                    settle=_never,
                    clock=lambda: now,
                ),
                lambda panel: len(panel.entry.options) > LISTED,
            ),
        ),
        ("a number's entries, by its phone number", PANEL, lambda: journal.entries_about("+14155550123")),
        ("desk.journal(), every entry", TABLE, lambda: journal_table(journal.each_entry(), now=now)),
    ]


def _shown(panel, is_read: Callable[[object], bool]) -> None:
    """Require that a panel has read the journal; without an event loop, it has when it is there."""
    assert is_read(panel)


def _act(journal: Journal, now: datetime) -> None:
    """Confirm a release, announce it, and end it without a request."""
    name = f"act-{time.monotonic_ns()}"
    entry = journal.confirm(name, number_of(10**9 + time.monotonic_ns() % 10**9), at=now)
    journal.append(journal.append(entry, State.INTENDED, at=now), State.NOT_SENT, at=now)


def _never(*_: object, **__: object) -> None:
    raise AssertionError


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
