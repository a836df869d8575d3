"""What changed, as a table for people who write their own lines."""

from datetime import timedelta
from threading import Event

import pytest

from helpers.evidence.changes import ChangeKind
from tests.support.panel_tools import QUIET, named


def look(desk):
    desk._evidence.find_out(90, progress=lambda *_: None, stop=Event())


@pytest.fixture
def said(capsys):
    """Everything that the desk says beside its tables."""
    return lambda: " ".join(capsys.readouterr().out.split())


def test_before_there_are_two_checks_it_is_empty_and_says_why(desk, said):
    """With the columns that it will have."""
    look(desk)
    frame = desk.changes()

    assert len(frame) == 0
    assert {"change", "phone_number", "before", "now", "monthly", "entry"} <= set(frame.columns)
    assert "Nothing to compare with yet." in said()


def test_it_compares_with_any_earlier_check_and_asks_twilio_for_nothing(desk, simulator, clock, said):
    """A month ago unless told otherwise; since a day, the newest check until then counts."""
    number = named(desk, QUIET)
    begun = clock()
    for name in ("First name", "Second name", "Third name"):
        desk.session.gateway.update_number(number.account_sid, number.sid, {"FriendlyName": name})
        look(desk)
        clock.advance(days=30)
    asked = len(simulator.requests)

    def renamed(**since):
        frame = desk.changes(**since)
        (row,) = frame[frame["change"] == ChangeKind.RENAMED].to_dict("records")
        return row["before"], row["now"]

    assert renamed() == ("Second name", "Third name")
    assert renamed(since=begun + timedelta(days=1)) == ("First name", "Third name")
    assert renamed(since=begun - timedelta(days=9)) == ("First name", "Third name")
    assert "compared with that of 2 March 2026, 09:30 UTC" in said()
    assert len(simulator.requests) == asked
    assert len(desk.changes(days=30)) == 0


def test_a_check_of_the_same_day_is_not_last_month(desk, clock, said):
    """Whoever checks twice still sees what changed since the visit before."""
    look(desk)
    clock.advance(days=30)
    look(desk)
    clock.advance(hours=1)
    look(desk)
    desk.changes()

    assert "compared with that of 2 March 2026, 09:30 UTC" in said()
