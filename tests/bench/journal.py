"""
How long a journal of 100,000 entries lets somebody wait, in SQLite and in PostgreSQL.

It is a journal of years: 600,000 rows, the newest ten entries of today.  A desk's opening is measured before the chain
is verified, as it would be; everything else after it.  The best of three, but for what can be done once.
"""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

from sqlalchemy import URL, NullPool, create_engine, make_url, text

from helpers.actions.reconcile import unproven_requests
from helpers.core.records import RECLAIM_WINDOW
from helpers.decisions.due import list_due
from helpers.journal.journal import Journal, journal_file
from helpers.journal.states import State
from helpers.panels.journal import SHOWN, JournalPanel
from helpers.panels.restore.panel import LISTED, RestorePanel
from helpers.panels.shared.html import BannerFacts
from helpers.tables.frames import journal_table, story_table
from tests.bench.figure import Figure
from tests.bench.practice import clocked
from tests.support.long_journal import number_of, write_long_journal
from tests.support.panel_tools import ACCOUNT
from tests.support.postgres import postgres_url

ENTRIES = 100_000
#: Seconds that an opening, a panel or a table may take, and the whole chain, for which nobody waits but an early act.
OPENING, PANEL, TABLE, CHAIN = 1.0, 1.0, 2.0, 15.0


def measure(entries: Sequence[str]) -> Iterator[Figure]:
    """Measure a journal of so many entries in each database."""
    for count in map(int, entries or [ENTRIES]):
        with tempfile.TemporaryDirectory() as folder:
            for url in (journal_file(Path(folder) / "journal.db"), postgres_url()):
                write_long_journal(url, count, until=datetime.now(UTC))
                name = make_url(url).get_backend_name()
                if name == "postgresql":
                    _vacuum(url)
                for what, target, seconds in _measure(url):
                    yield Figure(f"{name}: {what}", seconds, "s", target)


def _vacuum(url: str) -> None:
    """Do at once what PostgreSQL does by itself, some time after so many rows were written."""
    with create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _measure(url: str | URL) -> Iterator[tuple[str, float, float]]:
    now, opened = datetime.now(UTC), list[Journal]()

    def open_as_a_desk() -> None:
        journal = Journal(url)
        journal.begin_verifying()
        unproven_requests(journal.entries_since(now - RECLAIM_WINDOW), now=now)
        journal.open_entries()
        opened.append(journal)

    yield "opening, banner, late requests", OPENING, clocked(open_as_a_desk)
    journal = opened[0]
    yield "first act, waits for the chain", CHAIN, clocked(lambda: _act(journal, now))
    yield "an act after it", PANEL, clocked(lambda: _act(journal, now))
    yield "the whole chain, as before a plan", CHAIN, clocked(journal.verify)
    for what, target, work in _reads(journal, now):
        yield what, target, min(clocked(work) for _ in range(3))


def _reads(journal: Journal, now: datetime) -> list[tuple[str, float, Callable[[], object]]]:
    place = BannerFacts(live=True, account=ACCOUNT, subaccounts=0, notes=(), open_entries=0)
    since = now - RECLAIM_WINDOW
    return [
        ("what blocks: open entries", PANEL, journal.open_entries),
        ("desk.due()", PANEL, lambda: list_due([], journal.entries_since(since), [], now=now)),
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
                    take_handed_over=str,
                    take_back=SimpleNamespace(list_plans=lambda entries, now: ()),
                    folder=Path(),
                    clock=lambda: now,
                ),
                lambda panel: len(panel.entry.options) > LISTED,
            ),
        ),
        ("a number's entries", PANEL, lambda: journal.entries_about("+14155550123")),
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
