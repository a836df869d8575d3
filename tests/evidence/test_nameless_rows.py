"""A row that names no number is seen by whoever reads the whole log, and by no look-up: what it left open stays so."""

import pytest

from helpers.core.records import TrafficMethod, Verdict
from tests.support.log_rows import CALL, OTHER, log_record
from tests.support.panel_tools import QUIET, named


def test_sweep_given_up_forgets_no_row(marketing):
    """A page that only told how long the log is had a row of nobody's: no look-up can hear that one."""
    marketing.rows["Calls"][:] = [{**CALL, "to": None, "from": OTHER, "direction": "inbound"}]
    marketing.longer = True
    found = marketing(sweeps=True)

    assert {traffic.way.how for traffic in found.values()} == {TrafficMethod.BEGUN}
    assert {(traffic.calls, traffic.messages) for traffic in found.values()} == {(None, 0)}


@pytest.fixture
def desk_with(desk, monkeypatch):
    """A desk whose number of the test has rows in its account's whole log that its own records are not asked out of."""
    number, read = named(desk, QUIET), desk.session.gateway.log
    rows = [log_record({**CALL, "to": None, "from": OTHER, "direction": "inbound"})]

    def log(account_sid, resource, filters, **how):
        whole = resource == "Calls" and account_sid == number.account_sid and not {"To", "From"} & set(filters)
        for page, follows in read(account_sid, resource, filters, **how):
            yield [*rows, *page] if whole else page, follows
            whole = False

    monkeypatch.setattr(desk.session.gateway, "log", log)
    desk.inventory_panel().looking.button.click()
    return desk, number, rows


def in_the_grid(desk, number):
    return desk.evidence().set_index("sid").verdict[number.sid]


def test_card_leaves_open_what_the_grid_does(desk_with):
    """A look-up is not shown the row that names nothing: what the whole log showed still counts, with its day."""
    here, number, _ = desk_with
    decision = here.decide(number)

    assert in_the_grid(here, number) == "unknown"
    assert decision.verdict is Verdict.UNKNOWN
    assert decision.traffic.unread["Calls"].details["found_at"] == "2026-03-02T09:30:00+00:00"
    assert decision.traffic.messages == 0


def test_next_whole_log_closes_the_number(desk_with, clock):
    """The row is out of the log, or of the days looked at: the number is quiet again, in the grid and on the card."""
    here, number, rows = desk_with
    rows.clear()
    clock.advance(days=1)
    here.inventory_panel().looking.button.click()

    assert in_the_grid(here, number) == "quiet"
    assert here.decide(number).verdict is Verdict.QUIET


def test_new_nameless_row_opens_a_quiet_number(desk_with, clock):
    """That is something that was found, and no look that failed."""
    here, number, rows = desk_with
    row = rows.pop()
    here.inventory_panel().looking.button.click()
    rows.append(row)
    clock.advance(days=1)
    here.inventory_panel().looking.button.click()

    assert in_the_grid(here, number) == "unknown"
    assert here.decide(number).verdict is Verdict.UNKNOWN
