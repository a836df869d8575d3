"""A wrong clock, and a time that nobody can read: neither ends the ten days in which a number can be taken back."""

from datetime import UTC, datetime, timedelta

import pytest

from helpers.actions.outcome import QUARANTINE
from helpers.actions.reconcile import settle_open
from helpers.actions.restore import restore
from tests.support.journal_rows import add_row
from tests.support.restore_tools import lost


@pytest.mark.parametrize(
    "date",
    [
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Thu, 19 Feb 2026 09:30:00 GMT",
        "Mon, 02 Mar 2099 09:30:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "soon",
    ],
)
def test_a_wrong_date_in_twilios_yes_ends_nobodys_ten_days(operator, quiet, between, connect, reopened, date):
    """The time of the answer counts between the note and now: the window is ten days, and the desk opens."""
    between.answers(quiet.sid, 204, "", method="DELETE", carried_out=True, headers={"Date": date})
    operator.gateway = connect(url=between.url)
    entry = operator.press(operator.confirm(quiet)).entry

    assert entry.state == "released"
    assert entry.left_at == operator.clock()
    operator.clock.advance(days=9)
    reopened()
    assert restore(entry, operator.session, typed=quiet.phone_number).differences == {}


@pytest.mark.parametrize("left_at", ["1970-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00"])
def test_what_an_earlier_version_called_expired_can_be_taken_back_in_the_real_window(
    operator, quiet, journal, reopened, left_at
):
    """It wrote the date of the answer as it came, and that the ten days were over; neither is believed."""
    at = operator.clock()
    entry = journal.confirm("one", quiet, at=at)
    for state, detail in (("intended", {}), ("acknowledged", {"left_at": left_at}), ("released", {})):
        entry = journal.append(entry, state, at=at, detail=detail)
    about = (entry.id, entry.act, entry.account_sid, entry.number_sid, entry.phone_number)
    add_row(journal, about, "expired", at)
    operator.gateway.delete_number(quiet.account_sid, quiet.sid)
    old = journal.entry("one")
    assert (old.rows[-1].state, old.state, old.left_at) == ("expired", "released", at)

    operator.clock.advance(days=9)
    assert old.id in [value for _, value in reopened().restore_panel().entry.options]
    assert restore(old, operator.session, typed=quiet.phone_number).differences == {}


@pytest.mark.parametrize(
    "left_at",
    [
        "2026-03-02T09:30:00",
        "2026-03-02",
        "9999-12-31T23:59:59",
        "0001-01-01T00:00:00+23:59",
        "soon",
        5,
        True,
        "",
        None,
    ],
)
def test_what_cannot_be_read_of_when_a_number_left_costs_nobody_the_ten_days(
    operator, quiet, journal, reopened, left_at
):
    """A time without its zone, no time at all: it left when its request was noted, and it is on the list."""
    at = operator.clock()
    entry = journal.confirm("one", quiet, at=at)
    for state, detail in (("intended", {}), ("acknowledged", {"left_at": left_at}), ("released", {})):
        entry = journal.append(entry, state, at=at, detail=detail)
    operator.gateway.delete_number(quiet.account_sid, quiet.sid)
    operator.clock.advance(days=9)

    assert journal.entry("one").left_at == at
    assert entry.id in [value for _, value in reopened().restore_panel().entry.options]
    assert restore(entry, operator.session, typed=quiet.phone_number).differences == {}


@pytest.mark.parametrize("years", [-56, 73])
def test_a_desk_opened_while_its_clock_is_wrong_ends_nobodys_ten_days(operator, quiet, journal, reopened, years):
    """What it finds and writes then counts from the note of the request all the same."""
    entry = lost(operator, quiet, 70)
    operator.clock.now += QUARANTINE
    settle_open(entry, operator.session)
    operator.simulator.advance(seconds=70)
    right = operator.clock.now
    operator.clock.now = right.replace(year=right.year + years)
    reopened()
    operator.clock.now = right
    reopened()

    late = journal.entry(entry.id)
    assert (late.state, late.left_at) == ("released_unacknowledged", late.last("intended").at)
    assert entry.id in [value for _, value in reopened().restore_panel().entry.options]


def test_a_clock_that_was_set_back_during_the_request_ends_nobodys_ten_days(operator, quiet, journal):
    """The answer was written down in 1970, by a clock that was wrong: the note of the request counts."""
    at = operator.clock()
    entry = journal.confirm("one", quiet, at=at)
    entry = journal.append(entry, "intended", at=at)
    long_ago = at.replace(year=1970)
    entry = journal.append(entry, "acknowledged", at=long_ago, detail={"left_at": at.isoformat()})

    assert journal.append(entry, "released", at=long_ago).left_at == at


@pytest.mark.parametrize("left_at", ["1970-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00"])
@pytest.mark.parametrize("state", ["gone", "released_unacknowledged"])
def test_a_wrong_time_in_any_row_ends_nobodys_ten_days(operator, quiet, journal, reopened, state, left_at):
    """Whatever row tells when a number left: it did so around the time of its own entry."""
    at = operator.clock()
    entry = journal.confirm("one", quiet, at=at)
    for which, detail in (("intended", {}), ("unknown", {}), (state, {"left_at": left_at})):
        entry = journal.append(entry, which, at=at, detail=detail)
    operator.gateway.delete_number(quiet.account_sid, quiet.sid)
    operator.clock.advance(days=8)

    assert abs(journal.entry("one").left_at - at) <= timedelta(days=1)
    assert entry.id in [value for _, value in reopened().restore_panel().entry.options]
    assert restore(entry, operator.session, typed=quiet.phone_number).differences == {}


def test_a_journal_that_was_written_at_the_end_of_the_calendar_can_be_read(operator, quiet, journal, reopened):
    """A clock was wrong when it was released: the desk shows it, and it can be taken back."""
    at = datetime(9999, 12, 25, tzinfo=UTC)
    entry = journal.confirm("one", quiet, at=at)
    for state in ("intended", "acknowledged", "released"):
        entry = journal.append(entry, state, at=at)
    operator.gateway.delete_number(quiet.account_sid, quiet.sid)
    desk = reopened()

    assert len(desk.journal()) == 1
    assert quiet.phone_number not in set(desk.due().phone_number)
    assert restore(entry, operator.session, typed=quiet.phone_number).differences == {}
