"""A reading of the whole company that somebody watches: its first numbers are seen early, and nobody else waits."""

import time
from threading import Thread

import pytest

from helpers.evidence import inventory as reading_inventories
from helpers.evidence.inventory import InventoryReading
from helpers.gateway.visibility import find_reach

ACCOUNTS = 150


def reading_of(company, *, watched):
    reach, accounts = find_reach(company.gateway)
    return InventoryReading(company.gateway, reach, accounts, seconds=time.monotonic, watched=watched)


def test_a_watched_reading_lets_its_first_numbers_be_seen(busy_company, monkeypatch):
    """Whoever is slow to look still sees them while most accounts are not read."""
    monkeypatch.setattr(reading_inventories, "_MOMENT", 60)
    reading = reading_of(busy_company(f"{ACCOUNTS}x1"), watched=True)
    thread = Thread(target=reading.run)
    thread.start()
    time.sleep(2)
    first = reading.so_far().coverage
    reading.seen.set()
    thread.join(60)

    assert 0 < first.numbers <= first.done < ACCOUNTS / 2
    assert reading.so_far().coverage.done == ACCOUNTS + 1


@pytest.mark.parametrize(("watched", "moment"), [(True, 0.2), (False, 60)])
def test_a_reading_waits_a_moment_for_those_who_watch_and_for_nobody_else(busy_company, monkeypatch, watched, moment):
    """All is read although nobody looks."""
    monkeypatch.setattr(reading_inventories, "_MOMENT", moment)
    reading = reading_of(busy_company(f"{ACCOUNTS}x1"), watched=watched)
    began = time.monotonic()

    assert reading.run().coverage.done == ACCOUNTS + 1
    assert time.monotonic() - began < 30
