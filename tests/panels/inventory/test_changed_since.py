"""What changed since an earlier look, in the inventory: a filter, a column, and a list of the numbers without a row."""

import pandas as pd
import pytest

from helpers.core.records import Confirmation
from helpers.evidence.changes import ChangeKind
from helpers.simulator import Fault
from tests.support.golden import as_read
from tests.support.panel_tools import QUIET, named

pytestmark = pytest.mark.usefixtures("loud")


def rename(desk, number, name):
    desk.session.gateway.update_number(number.account_sid, number.sid, {"FriendlyName": name})


@pytest.fixture
def months(desk, clock):
    """Three looks, a month apart, and the panel: renamed twice, one of them released, and one sold by somebody else."""
    desk.report(forms=[])
    ours, theirs, other = (named(desk, name) for name in (QUIET, "Landing page test 2", "Landing page test 3"))
    desk.acts.release(Confirmation("one", desk.decide(ours), ours.phone_number))
    rename(desk, other, "Third page")
    clock.advance(days=30)
    desk.report(forms=[])
    desk.session.gateway.delete_number(theirs.account_sid, theirs.sid)
    rename(desk, other, "Third page, again")
    clock.advance(days=30)
    panel = desk.inventory_panel()
    panel.looking.button.click()
    return panel


def shown(panel):
    return dict(zip(panel.shown["name"], panel.shown["changed"], strict=True))


def since(panel, place):
    """Choose an earlier look: 1 is the newest one."""
    panel.filters.since.value = panel.filters.since.options[place][1]


def test_the_filter_offers_each_earlier_look_and_shows_what_changed_since(months):
    """Not the last look itself; the newest first."""
    labels = [label for label, _ in months.filters.since.options]
    since(months, 1)

    assert labels == ["Any", "1 April 2026", "2 March 2026"]
    assert shown(months)["Third page, again"] == ChangeKind.RENAMED
    changed = set(shown(months).values())
    assert None not in changed
    assert not any(pd.isna(list(changed)))


def test_another_look_is_another_comparison(months):
    """Renamed since both; what it was then is beside it."""
    told = []
    for place in (1, 2):
        since(months, place)
        row = months.shown[months.shown["name"] == "Third page, again"].iloc[0]
        told.append(row["before_and_now"])

    assert told == ["Third page → Third page, again", "Landing page test 3 → Third page, again"]


def test_numbers_that_are_gone_are_listed_with_what_became_of_them(months):
    """They can be no rows; those of an earlier look with them."""
    since(months, 1)
    newest = as_read(months._missing.value)
    since(months, 2)
    oldest = as_read(months._missing.value)

    assert "1 number that was there then has no row now" in newest
    assert "Landing page test 2, Acme Marketing: Gone, not with this kit" in newest
    assert "2 numbers that were there then have no row now" in oldest
    assert "Landing page test 1, Acme Marketing: Released with this kit" in oldest
    months.filters.clear.click()
    assert months._missing.value == ""


def test_the_column_comes_with_the_filter_and_names_the_look(months):
    """It can be chosen without it, too; a file has what it was and what it is beside it."""
    assert "changed" not in [column["key"] for column in months.grid.columns]
    since(months, 1)
    (column,) = [column for column in months.grid.columns if column["key"] == "changed"]

    assert column["name"] == "Changed: Since 1 April"
    assert list(months._content().frame.columns).count("before_and_now") == 1
    assert "Changed since: 1 April 2026" in months._content().note

    months.filters.clear.click()
    assert "changed" not in [column["key"] for column in months.grid.columns]


def test_what_may_only_not_have_been_read_then_is_no_change(desk, simulator, clock, quiet):
    """An account that could not be read at the earlier look: nobody knows whether its numbers are new."""
    simulator.order(Fault.FORBIDDEN, path=f"{quiet.account_sid}/IncomingPhoneNumbers", times=1)
    desk.report(forms=[])
    clock.advance(days=30)
    panel = desk.inventory_panel()
    panel.looking.button.click()
    since(panel, 1)

    assert quiet.sid not in set(panel.shown["sid"])
    assert "may be new, or could not be read then, and are not shown." in as_read(panel._status.value)


def test_before_there_is_an_earlier_look_nothing_is_offered(desk):
    """Neither the filter nor the column."""
    panel = desk.inventory_panel()
    panel.looking.button.click()

    assert panel.filters.since.layout.display == "none"
    assert "changed" not in panel.columns


def test_a_look_that_is_gone_meanwhile_changes_nothing_and_says_so(months, desk):
    """Somebody cleared the folder: no row passes for changed."""
    for file in desk._memory.glob("looks/*.parquet"):
        file.write_bytes(b"spoilt")
    since(months, 1)

    assert len(months.shown) == 0
    assert "That check cannot be read any more" in as_read(months._status.value)


def test_the_details_of_a_number_tell_what_changed(months):
    """Since about a month ago, where no other look is chosen."""
    sid = months._table.frame.set_index("name").loc["Third page, again", "sid"]
    months._on_open(sid)

    assert "Renamed" in as_read(months.drawer.details.value)
    assert "Third page → Third page, again" in as_read(months.drawer.details.value)
