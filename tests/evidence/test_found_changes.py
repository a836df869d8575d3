"""Changes are found in the rows of two looks: only in what both of them read."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from helpers.core.connections import LinkKind, Place
from helpers.evidence.changes import _FOUND_AT, _NEVER_COMPARED, ChangeKind, find_changes
from helpers.evidence.kept_looks import read_look
from tests.evidence.test_changes import look, set_to
from tests.support.panel_tools import QUIET


@pytest.fixture
def two_looks(desk, clock):
    """Two looks at the same company, whose rows a test can set."""
    look(desk)
    clock.advance(days=30)
    look(desk)
    before, after = clock() - timedelta(days=30), clock()
    then, now = (read_look(desk._memory, 90, at) for at in (before, after))

    def compared(name, old, new, *, column):
        rows = []
        for each, value in ((then, old), (now, new)):
            chosen = pc.equal(each.rows["name"], name).combine_chunks()
            column_type = each.rows.schema.field(column).type
            values = pc.if_else(chosen, pa.scalar(value, column_type), each.rows[column].combine_chunks())
            place = each.rows.schema.get_field_index(column)
            rows.append(replace(each, rows=each.rows.set_column(place, column, values)))
        return [change for change in find_changes(*rows, []) if change.name == name]

    return compared


def test_a_price_that_changed_says_by_how_much(two_looks):
    """A price that is not known, then or now, did not change."""
    (changed,) = two_looks(QUIET, Decimal("1.15"), Decimal("1.50"), column="monthly")

    assert (changed.kind, changed.before, changed.now) == (ChangeKind.PRICE_CHANGED, ("USD 1.15",), ("USD 1.5",))
    assert changed.monthly == Decimal("0.35")
    assert two_looks(QUIET, None, Decimal("1.50"), column="monthly") == []
    assert two_looks(QUIET, Decimal("1.15"), None, column="monthly") == []


SERVICE = '[{"kind":"messaging service","target":"MG1","details":{"name":"Alerts"}}]'


def gap(place):
    return f'[{{"place":"{place}","why":{{"code":"stopped","details":{{}}}},"part":""}}]'


def test_a_connection_at_another_place_came_or_went(two_looks):
    """By its name."""
    (came,) = two_looks(QUIET, None, SERVICE, column="links")
    (went,) = two_looks(QUIET, SERVICE, None, column="links")

    assert (came.kind, came.before, came.now) == (
        ChangeKind.CONNECTED_DIFFERENTLY,
        (),
        ("messaging service: Alerts",),
    )
    assert (went.before, went.now) == (("messaging service: Alerts",), ())


@pytest.mark.parametrize(
    ("place", "is_told"),
    [
        (Place.MESSAGING_SERVICES, False),
        (Place.SERVICE_NUMBERS, False),
        (Place.EVERYWHERE, False),
        (Place.PROXY, True),
        (Place.CAMPAIGNS, True),
        # Of its own record, a field could not be read.
        (Place.RECORD, True),
    ],
)
@pytest.mark.parametrize("unread", ["then", "now"])
def test_what_could_not_be_looked_at_did_not_change(desk, clock, place, is_told, unread):
    """A place that was not read, then or now, says nothing about the connections that are found there."""
    look(desk)
    then = read_look(desk._memory, 90, clock())
    at = clock() + timedelta(days=30)
    looked_at = pa.array([at] * len(then.rows), pa.timestamp("s", tz="UTC"))
    now = replace(then, rows=set_to(then.rows, "looked_at", looked_at))
    unseen = pa.array([gap(place)] * len(then.rows), pa.string())
    links = pa.array([SERVICE] * len(then.rows), pa.string())
    now = replace(now, rows=set_to(now.rows, "links", links))
    if unread == "then":
        then = replace(then, rows=set_to(then.rows, "unseen", unseen))
    else:
        now = replace(now, rows=set_to(now.rows, "unseen", unseen))
    told = [change for change in find_changes(then, now, []) if "messaging service: Alerts" in change.now]

    assert bool(told) is is_told


@pytest.mark.parametrize("days", [0, 30])
def test_what_nobody_looked_at_since_was_neither_begun_nor_ended(desk, clock, days):
    """Evidence that is as old as the earlier look says nothing of what came after."""
    look(desk)
    then = read_look(desk._memory, 90, clock())
    at = clock() + timedelta(days=days)
    looked_at = pa.array([at] * len(then.rows), pa.timestamp("s", tz="UTC"))
    used, unused = (pa.array([verdict] * len(then.rows), pa.string()) for verdict in ("in use", "quiet"))
    now = replace(then, rows=set_to(set_to(then.rows, "verdict", unused), "looked_at", looked_at))
    then = replace(then, rows=set_to(then.rows, "verdict", used))

    assert len(find_changes(then, now, [])) == (len(then.rows) if days else 0)
    assert len(find_changes(now, then, [])) == 0


def test_an_account_that_is_out_of_sight_was_not_read(desk, clock, quiet):
    """With other credentials, its numbers are not gone."""
    look(desk)
    then = read_look(desk._memory, 90, clock())
    others = tuple(account for account in then.extent.accounts if account.sid != quiet.account_sid)
    rows = then.rows.filter(pc.not_equal(then.rows["account_sid"], quiet.account_sid))
    extent = msgspec.structs.replace(then.extent, accounts=others, whole_company=False)
    changes = find_changes(then, replace(then, rows=rows, extent=extent), [])
    whole = msgspec.structs.replace(extent, whole_company=True)

    assert {change.kind for change in changes} == {ChangeKind.NOT_READ_NOW}
    assert len(changes) == 10
    # An account that the company itself does not list any more has no numbers.
    gone = find_changes(then, replace(then, rows=rows, extent=whole), [])
    assert {change.kind for change in gone} == {ChangeKind.GONE}


def test_a_number_that_is_not_there_may_be_out_of_sight(desk, clock, quiet):
    """Where the credentials do not see the whole company, it may have moved."""
    look(desk)
    then = read_look(desk._memory, 90, clock())
    extent = msgspec.structs.replace(then.extent, whole_company=False)
    rows = then.rows.filter(pc.not_equal(then.rows["sid"], quiet.sid))
    (change,) = find_changes(then, replace(then, rows=rows, extent=extent), [])

    assert change.kind == ChangeKind.LEFT_ITS_ACCOUNT


def test_a_field_that_could_not_be_read_did_not_change(desk, clock):
    """Then or now: what stands in its column is nothing."""
    look(desk)
    then = read_look(desk._memory, 90, clock())
    urls = pa.array(["https://acme.example/other"] * len(then.rows), pa.string())
    odd = pa.array(["voice_url"] * len(then.rows), pa.string())
    now = replace(then, rows=set_to(then.rows, "voice_url", urls))
    unread = replace(now, rows=set_to(now.rows, "unreadable", odd))

    assert len(find_changes(then, now, [])) == len(then.rows)
    assert find_changes(then, unread, []) == []
    assert find_changes(unread, then, []) == []


def test_every_place_says_which_connections_are_found_there():
    """A place that is added later is one of which nothing is known where it could not be read."""
    found = set.union(*map(set, _FOUND_AT.values()))
    elsewhere = set(LinkKind) - set.union(
        {LinkKind.EMPTY_SERVICE},
        {LinkKind.SIP_TRUNK, LinkKind.FAX, LinkKind.APPLICATION, LinkKind.STUDIO_FLOW, LinkKind.FUNCTION},
        {LinkKind.WEBHOOK, LinkKind.REGULATORY, LinkKind.EMERGENCY_ADDRESS},
    )

    assert found | _NEVER_COMPARED == elsewhere
    assert set(Place) - _FOUND_AT.keys() == {Place.EVERYWHERE, Place.RECORD}
