"""What changed between two looks: facts about what both of them read, and nothing about what one of them did not."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from threading import Event

import pyarrow.compute as pc
import pytest

from helpers.core.records import Confirmation
from helpers.decisions.comparison import compare
from helpers.evidence.changes import ChangeKind, find_changes
from helpers.evidence.kept_looks import read_look
from helpers.journal.entries import Entry, Row
from helpers.journal.states import Act, State
from helpers.simulator import Fault
from tests.support.panel_tools import QUIET, named
from tests.support.simulator_tools import account_named, named_hosts, ring

LANDING = "Landing page test 2"


@pytest.fixture
def other(simulator):
    """Somebody else at the company, with another program."""
    with named_hosts(simulator, *simulator.credentials["main_token"]) as client:
        yield client


@pytest.fixture
def month(desk, simulator, clock):
    """Look, let something happen, let a month pass in which what was in use is used, and look again."""

    def passed(happens=lambda: None, *, faults=lambda: None, silent=None):
        first = look(desk)
        in_use = set(first.frame["sid"][first.frame["verdict"] == "in use"])
        happens()
        clock.advance(days=30)
        world = simulator.world
        numbers = [number for account in world.accounts for number in world.numbers(account)]
        ring(world, *(number for number in numbers if number.sid in in_use - {silent}), at=clock() - timedelta(days=5))
        faults()
        look(desk)
        comparison = compare(desk._memory, desk.session.journal, days=90, since=clock())
        return comparison.changes

    return passed


def look(desk):
    return desk._evidence.find_out(90, progress=lambda *_: None, stop=Event())


def set_to(rows, name, values):
    return rows.set_column(rows.schema.get_field_index(name), name, values)


def kinds(changes):
    return [(change.kind, change.phone_number) for change in changes]


def fetched(other, number):
    return other.api.v2010.accounts(number.account_sid).incoming_phone_numbers(number.sid)


def test_where_nothing_happened_nothing_changed(month):
    """Fifty-nine numbers, a month later."""
    assert month() == ()


def test_a_number_that_this_journal_released_is_told_from_one_that_somebody_else_did(desk, other, month):
    """And each with what it cost."""
    ours, theirs = named(desk, QUIET), named(desk, LANDING)

    def happens():
        desk.acts.release(Confirmation("one", desk.decide(ours), ours.phone_number))
        fetched(other, theirs).delete()

    released, gone = month(happens)

    assert (released.kind, released.phone_number, released.entry) == (ChangeKind.RELEASED, ours.phone_number, "one")
    assert (gone.kind, gone.phone_number, gone.entry) == (ChangeKind.GONE, theirs.phone_number, None)
    assert (released.monthly, gone.monthly, gone.currency) == (Decimal("-1.15"), Decimal("-1.15"), "USD")


def test_a_number_that_came_is_new(desk, other, month):
    """With what it costs now."""

    def happens():
        account_named(other, "Acme Shops").incoming_phone_numbers.create(phone_number="+12125550190")

    (new,) = month(happens)

    assert (new.kind, new.phone_number, new.account) == (ChangeKind.NEW, "+12125550190", "Acme Shops")
    assert new.monthly == Decimal("1.15")


def test_a_number_that_moved_is_neither_new_nor_gone_nor_unused(desk, other, month):
    """The log of its new account shows nothing of what it did before, so nothing is said about its use."""
    hotline = named(desk, "Hotline")
    shops = account_named(other, "Acme Shops").fetch().sid
    (moved,) = month(lambda: fetched(other, hotline).update(account_sid=shops), silent=hotline.sid)

    assert (moved.kind, moved.before, moved.now) == (ChangeKind.MOVED, ("Acme Support",), ("Acme Shops",))
    assert moved.entry is None


def test_a_new_name_and_another_connection_are_two_changes(desk, other, month):
    """The address without its password."""
    number = named(desk, QUIET)
    url = "https://ann:hunter2@voice.acme.example/new?token=secret"
    renamed, connected = month(lambda: fetched(other, number).update(friendly_name="Fair", voice_url=url))

    assert (renamed.kind, renamed.before, renamed.now) == (ChangeKind.RENAMED, (QUIET,), ("Fair",))
    assert connected.kind == ChangeKind.CONNECTED_DIFFERENTLY
    assert connected.now == ("voice_url: https://voice.acme.example/new?token=…",)
    assert "hunter2" not in repr(connected)


def test_use_that_began_and_use_that_ended(desk, simulator, clock, month):
    """One was silent for months and is called; the other is called no more, and its ninety days are over."""
    number = named(desk, QUIET)
    record = simulator.world.number(number.account_sid, number.sid)
    changes = month(lambda: ring(simulator.world, record, at=clock() + timedelta(days=10)))

    assert kinds(changes) == [(ChangeKind.IN_USE_AGAIN, number.phone_number)]
    clock.advance(days=100)
    look(desk)
    ended = compare(desk._memory, desk.session.journal, days=90, since=clock()).changes

    assert (ChangeKind.NOT_USED_ANY_MORE, number.phone_number) in kinds(ended)
    assert {change.kind for change in ended} == {ChangeKind.NOT_USED_ANY_MORE}


def test_a_move_and_a_return_of_this_kit_name_their_entry(desk, clock):
    """And those of somebody else name none."""
    number = named(desk, QUIET)
    look(desk)
    then = read_look(desk._memory, 90, clock())
    elsewhere = pc.if_else(
        pc.equal(then.rows["sid"], number.sid).combine_chunks(), "AC0", then.rows["account_sid"].combine_chunks()
    )
    now = replace(then, rows=set_to(then.rows, "account_sid", elsewhere))
    rows = (Row(1, State.CONFIRMED, clock(), {}), Row(2, State.MOVED, clock(), {}))
    entry = Entry("one", Act.MOVE, number.account_sid, number.sid, number.phone_number, rows)
    kept = replace(entry, rows=(rows[0], Row(2, State.KEPT, clock(), {})))

    assert [change.entry for change in find_changes(then, now, [entry])] == ["one"]
    assert [change.entry for change in find_changes(then, now, [kept])] == [None]


@pytest.mark.parametrize(("state", "named_entry"), [(State.RESTORED, "one"), (State.RELEASED, None)])
def test_a_return_that_this_kit_did_not_make_names_no_entry(desk, clock, state, named_entry):
    """It released the number, and somebody else bought it again."""
    number = named(desk, QUIET)
    look(desk)
    then = read_look(desk._memory, 90, clock())
    ours = pc.equal(then.rows["sid"], number.sid).combine_chunks()
    now = replace(then, rows=set_to(then.rows, "sid", pc.if_else(ours, "PN0", then.rows["sid"].combine_chunks())))
    rows = (Row(1, State.CONFIRMED, clock(), {}), Row(2, State.INTENDED, clock(), {}), Row(3, state, clock(), {}))
    entry = Entry("one", Act.RELEASE, number.account_sid, number.sid, number.phone_number, rows)
    (change,) = find_changes(then, now, [entry])

    assert (change.kind, change.entry) == (ChangeKind.BACK, named_entry)


@pytest.mark.parametrize(
    ("states", "kind"),
    [
        ((State.INTENDED, State.RELEASED), ChangeKind.RELEASED),
        ((State.INTENDED, State.UNKNOWN), ChangeKind.NOT_SETTLED),
        ((State.INTENDED, State.ACKNOWLEDGED), ChangeKind.NOT_SETTLED),
        # Twilio may have carried it out late.
        ((State.INTENDED, State.UNKNOWN, State.KEPT), ChangeKind.NOT_SETTLED),
        ((State.INTENDED, State.UNKNOWN, State.GONE), ChangeKind.GONE),
        ((State.INTENDED, State.THROTTLED, State.NOT_SENT), ChangeKind.GONE),
        ((), ChangeKind.GONE),
    ],
)
def test_who_released_a_number_that_is_gone_is_what_the_journal_proves(desk, clock, states, kind):
    """Where a request of this kit left, and what became of it is open, nobody else is blamed."""
    number = named(desk, QUIET)
    look(desk)
    then = read_look(desk._memory, 90, clock())
    now = replace(then, rows=then.rows.filter(pc.not_equal(then.rows["sid"], number.sid)))
    rows = tuple(Row(n, state, clock(), {}) for n, state in enumerate((State.CONFIRMED, *states), 1))
    entry = Entry("one", Act.RELEASE, number.account_sid, number.sid, number.phone_number, rows)
    (change,) = find_changes(then, now, [entry])

    assert change.kind == kind
    assert (change.entry == "one") is (kind != ChangeKind.GONE)


def test_a_number_that_was_taken_back_is_back_under_another_sid(desk, month):
    """Neither new nor gone: the company pays for it as before."""
    number = named(desk, QUIET)

    def happens():
        released = desk.acts.release(Confirmation("one", desk.decide(number), number.phone_number))
        desk.acts.restore(released.entry, typed=number.phone_number)

    (back,) = month(happens)

    assert (back.kind, back.before, back.entry) == (ChangeKind.BACK, (number.sid,), "one")
    assert back.now != back.before
    assert back.monthly is None


def test_a_number_of_an_account_that_was_not_read_is_not_gone(desk, simulator, month, quiet):
    """Whether it is there is not known, and it is said once for each."""

    def unreadable():
        simulator.order(Fault.FORBIDDEN, path=f"{quiet.account_sid}/IncomingPhoneNumbers", times=10_000)

    changes = month(faults=unreadable)

    assert {change.kind for change in changes} == {ChangeKind.NOT_READ_NOW}
    assert {change.account for change in changes} == {"Acme Support"}
    assert quiet.phone_number in {change.phone_number for change in changes}


def test_a_number_that_left_its_account_is_not_gone_while_another_account_is_unread(
    desk, other, simulator, month, quiet
):
    """It may have moved there."""
    number = named(desk, QUIET)

    def unreadable():
        simulator.order(Fault.FORBIDDEN, path=f"{quiet.account_sid}/IncomingPhoneNumbers", times=10_000)

    changes = month(lambda: fetched(other, number).delete(), faults=unreadable)

    assert (ChangeKind.LEFT_ITS_ACCOUNT, number.phone_number) in kinds(changes)
    assert ChangeKind.GONE not in {change.kind for change in changes}


def test_a_number_that_this_journal_released_is_gone_whatever_could_be_read(desk, simulator, month, quiet):
    """The journal proves it."""
    number = named(desk, QUIET)

    def happens():
        desk.acts.release(Confirmation("one", desk.decide(number), number.phone_number))

    def unreadable():
        simulator.order(Fault.FORBIDDEN, path=f"{quiet.account_sid}/IncomingPhoneNumbers", times=10_000)

    changes = month(happens, faults=unreadable)

    assert (ChangeKind.RELEASED, number.phone_number) in kinds(changes)


def test_numbers_of_an_account_that_was_not_read_before_are_not_new(desk, simulator, clock, quiet, other):
    """Only one whose purchase Twilio dates after the earlier look is."""
    simulator.order(Fault.FORBIDDEN, path=f"{quiet.account_sid}/IncomingPhoneNumbers", times=1)
    look(desk)
    clock.advance(days=30)
    other.api.v2010.accounts(quiet.account_sid).incoming_phone_numbers.create(phone_number="+12125550190")
    look(desk)
    changes = compare(desk._memory, desk.session.journal, days=90, since=clock()).changes
    came = {change.kind: change for change in changes if change.kind in {ChangeKind.NEW, ChangeKind.NOT_READ_THEN}}

    assert came[ChangeKind.NEW].phone_number == "+12125550190"
    assert quiet.phone_number in {each.phone_number for each in changes if each.kind == ChangeKind.NOT_READ_THEN}
    assert len([change for change in changes if change.kind == ChangeKind.NEW]) == 1


def test_logs_that_could_not_be_read_end_no_use(desk, simulator, clock, quiet):
    """Nor do they begin one: nobody looked."""
    look(desk)
    clock.advance(days=120)
    for log in ("Calls", "Messages"):
        simulator.order(Fault.FORBIDDEN, path=f"{quiet.account_sid}/{log}", times=10_000)
    look(desk)
    changes = compare(desk._memory, desk.session.journal, days=90, since=clock()).changes
    accounts = {change.account for change in changes if change.kind == ChangeKind.NOT_USED_ANY_MORE}

    assert "Acme Shops" in accounts
    assert "Acme Support" not in accounts
