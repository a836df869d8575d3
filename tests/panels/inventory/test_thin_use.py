"""Numbers in use that carry little: found by a filter, told in the details, and unknown where not all was counted."""

import pytest

from helpers.core.records import Verdict
from tests.support.golden import as_read

pytestmark = pytest.mark.usefixtures("loud")


@pytest.fixture
def panel(desk):
    panel = desk.inventory_panel()
    panel.looking.button.click()
    return panel


def test_the_filter_leaves_numbers_in_use_with_a_few_events_a_month(panel):
    """None of them unused, unknown, or counted in part; with what its rent is for each event."""
    panel.filters.thin.value = "trickle"
    rows = panel.shown

    assert 0 < len(rows) < len(panel._table.frame)
    assert set(rows["verdict"]) == {Verdict.IN_USE}
    assert not rows["counts_at_least"].any()
    events = rows["calls"] + rows["messages"]
    assert events.min() >= 1
    assert events.max() <= 15
    assert (rows["cost_per_event"].astype(float) - rows["monthly"].astype(float) * 3 / events).abs().max() < 0.01


def test_inbound_only_has_no_call_and_no_message_that_went_out(panel):
    """By every record of the days that were checked."""
    panel.filters.thin.value = "inbound_only"
    rows = panel.shown

    assert len(rows) > 0
    assert rows["last_call_out"].isna().all()
    assert rows["last_message_out"].isna().all()


def test_the_details_tell_it_of_a_number_in_use_only(panel):
    """Of an unused one there is nothing to tell."""
    frame = panel._table.frame
    told = {}
    for verdict in (Verdict.IN_USE, Verdict.QUIET):
        rows = frame[(frame["verdict"] == verdict).to_numpy(dtype=bool)]
        known = rows["trickle"].notna() if verdict is Verdict.IN_USE else rows["sid"].notna()
        panel._on_open(rows[known.to_numpy(dtype=bool)]["sid"].iloc[0])
        told[verdict] = as_read(panel.drawer.details.value)

    assert "Rent per call or message" in told[Verdict.IN_USE]
    assert "Rent per call or message" not in told[Verdict.QUIET]
    assert "Only a few a month" not in told[Verdict.QUIET]
