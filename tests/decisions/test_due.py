"""What is due this week: advice to look at a number, by a look that is not old; never an order to release one."""

from datetime import date, timedelta

from helpers.decisions.due import WEEK, Task
from helpers.simulator import Fault
from helpers.tables.frames import numbers_at_risk
from tests.support.golden import as_read
from tests.support.panel_tools import release_it


def look(desk):
    """Find out about every number; return what is known, by phone number."""
    desk.inventory_panel().looking.button.click()
    return desk.evidence().set_index("phone_number")


def billed(due):
    """The rows about numbers that are billed: not those that Twilio may take back, and none to take back."""
    return due[due.what.isin([Task.UNWIRED, Task.NOT_WHOLLY_SEEN])]


def month_of(desk, clock):
    """Look and read what is due, again and again for a month: every number is billed once in it."""
    for _ in range(6):
        yield look(desk), billed(desk.due())
        clock.advance(days=6)


def test_only_numbers_that_are_quiet_and_connected_to_nothing_are_due(desk, clock):
    """Whoever is quiet and wired is somebody's: a fax machine that rings twice a year is not on the list."""
    listed, wired = set(), set()
    for known, due in month_of(desk, clock):
        listed |= set(due.phone_number)
        wired |= set(known.index[(known.verdict == "quiet") & known.wired.fillna(value=False)])
        seen = known.loc[list(due.phone_number)]
        assert set(seen.verdict) <= {"quiet"}
        assert list(due.what == Task.UNWIRED) == list(seen.wired.notna())
        assert list(due.looked_at) == list(seen.looked_at)

    assert len(listed) > 5
    assert len(wired) > 5
    assert not listed & wired
    assert "release" not in Task.UNWIRED + Task.NOT_WHOLLY_SEEN


def test_what_could_not_all_be_looked_at_is_not_called_unwired(desk, clock, simulator):
    """One place of many answers 403: the number is still worth a look, and the list says what it does not know."""
    simulator.order(Fault.FORBIDDEN, path="/Configuration/Addresses", times=9999)
    whats = {what for _, due in month_of(desk, clock) for what in due.what}

    assert whats == {Task.NOT_WHOLLY_SEEN}


def test_a_look_that_is_older_than_a_week_lists_nobody(desk, clock, capsys, snapshot):
    """Seventy days after the only look nothing is known to be quiet, and that is said, with the day of the look."""
    look(desk)
    listed, left_out = set(), ""
    for _ in range(70):
        capsys.readouterr()
        due = billed(desk.due())
        out = " ".join(capsys.readouterr().out.split())
        assert all(clock() - at <= WEEK for at in due.looked_at.dropna())
        listed |= set(due.phone_number)
        left_out = out if "not listed" in out else left_out
        clock.advance(days=1)

    assert listed
    assert len(due) == 0
    assert as_read(left_out) == snapshot


def test_what_was_looked_at_in_vain_was_looked_at(desk, simulator, capsys, snapshot):
    """Before a look nobody has looked; after one that could read no log, nothing could be judged, and that is said."""
    desk.due()
    before = " ".join(capsys.readouterr().out.split())
    for log in ("/Calls", "/Messages", "/Usage"):
        simulator.order(Fault.FORBIDDEN, path=log, times=100_000)
    known = look(desk)
    capsys.readouterr()
    desk.due()
    after = " ".join(capsys.readouterr().out.split())

    assert set(known.verdict) == {"unknown"}
    assert as_read(before) == snapshot
    assert "Nobody has looked" not in after
    assert as_read(after) == snapshot


def test_a_released_number_is_due_before_it_is_lost(desk, clock):
    """From a week before its ten days are over until they are."""
    number, days = release_it(desk, "Landing page test 1"), []
    for day in range(12):
        due = desk.due()
        if number.phone_number in set(due.phone_number[due.what == Task.TAKE_BACK]):
            days.append(day)
        clock.advance(days=1)

    assert days == [3, 4, 5, 6, 7, 8, 9]


def test_numbers_that_twilio_may_take_back_are_due_with_the_reason(desk, clock):
    """A suspended account's have no day, because Twilio tells none; a bundle's have one, until it is rejected."""
    known = look(desk)
    numbers = {account: set(known.index[known.account == account]) for account in ("Acme Test Lab", "Acme Berlin")}
    days = {}
    for _ in range(2):
        due = desk.due()
        at_risk = due[due.what.isin([Task.SUSPENDED, Task.BUNDLE_ENDS, Task.BUNDLE_REJECTED])]
        for what, rows in at_risk.groupby("what", observed=True):
            days[what] = set(rows.last_good_day.dropna())
            assert set(rows.phone_number) == numbers["Acme Test Lab" if what == Task.SUSPENDED else "Acme Berlin"]
        clock.advance(days=22)
        look(desk)

    assert days == {Task.SUSPENDED: set(), Task.BUNDLE_ENDS: {date(2026, 3, 22)}, Task.BUNDLE_REJECTED: set()}


def test_a_bundle_that_runs_out_much_later_is_not_due(desk, clock):
    """It is told two months before: a renewal takes days, and the operator comes once a month."""
    look(desk)
    frame = desk.evidence().full
    early, late = (numbers_at_risk(frame, now=clock() - timedelta(days=days)) for days in (40, 39))

    assert {number.is_suspended for number in early} == {True}
    assert {number.bundle_ends for number in late if not number.is_suspended} == {date(2026, 3, 23)}


def test_bundles_that_could_not_be_read_are_a_gap_of_the_numbers_in_one(desk, simulator):
    """Never "it runs out", never "it does not"; of a number in no bundle, its own record tells all."""
    simulator.order(Fault.FORBIDDEN, path="/RegulatoryCompliance/Bundles", times=100)
    known = look(desk)

    in_one = known.bundle_sid.notna()
    assert in_one.sum() == 4
    assert known.not_looked_at[in_one].str.contains("regulatory bundles").all()
    active = known.account_status == "active"
    assert not known.not_looked_at[active & ~in_one].fillna("").str.contains("regulatory bundles").any()
    assert Task.BUNDLE_ENDS not in set(desk.due().what)
