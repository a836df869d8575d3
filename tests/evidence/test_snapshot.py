"""The newest inventory on disk: shown with its age while the accounts are read anew, and never acted on."""

import re
import stat
from dataclasses import replace
from random import Random
from threading import Event, Thread

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from helpers.core.errors import Stopped
from helpers.decisions.inventory_keeper import InventoryKeeper
from helpers.decisions.judge import Judge
from helpers.evidence.evidence_rows import SCHEMA
from helpers.evidence.snapshot import read_snapshot, write_snapshot
from helpers.simulator import Fault
from helpers.tables.frames import evidence_table, number_table
from helpers.tables.judged_numbers import judge_numbers
from tests.support.number_tools import numbers_of
from tests.support.simulator_tools import control


def table_of(judge, inventory, now):
    numbers = number_table(inventory)
    return evidence_table(numbers, judge_numbers(judge, inventory, numbers, SCHEMA.empty_table(), now=now).columns)


@pytest.fixture
def keeper(operator, tmp_path):
    return InventoryKeeper(operator.session, folder=tmp_path)


@pytest.fixture
def held_back(operator, monkeypatch):
    """Hold every list of numbers back; return the event that a reading has begun, and the one that lets it go on."""

    def hold():
        began, go_on, pages = Event(), Event(), operator.gateway.number_pages

        def slow(account_sid, **how):
            began.set()
            go_on.wait(5)
            return pages(account_sid, **how)

        monkeypatch.setattr(operator.gateway, "number_pages", slow)
        return began, go_on

    return hold


@pytest.mark.parametrize("world", ["acme", "hostile", "3x40"])
def test_a_snapshot_shows_the_table_that_was_read(world, busy_company, operator, clock, tmp_path):
    """Every cell of it, also of a number whose record is odd."""
    company = busy_company(world)
    first, *others = list(company.inventory.numbers)
    odd = replace(first, sent={**first.sent, "emergency_address_status": [1], "voice_url": 5})
    inventory = replace(company.inventory, numbers=numbers_of([odd, *others]))
    file, judge = tmp_path / "inventory.parquet", Judge(replace(operator.session, gateway=company.gateway))
    write_snapshot(file, inventory.numbers, inventory.accounts, read_at=clock())
    snapshot = read_snapshot(file)
    again = replace(inventory, numbers=snapshot.numbers)

    pd.testing.assert_frame_equal(table_of(judge, again, clock()), table_of(judge, inventory, clock()))
    assert snapshot.read_at == clock().replace(microsecond=0)
    assert again.numbers.unreadable == inventory.numbers.unreadable
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_others_read_it_as_it_is_and_find_no_secret(keeper, operator, tmp_path, simulator):
    """With pandas alone: documented columns, and of a web address with a password only the address."""
    keeper.inventory()
    table = pd.read_parquet(tmp_path / "inventory.parquet")
    text = table.to_csv() + (tmp_path / "inventory.parquet").read_bytes().decode(errors="replace")

    assert {"sid", "phone_number", "name", "account", "account_sid", "read_at", "created"} <= set(table.columns)
    assert len(table) == len(keeper.latest.numbers)
    assert not re.search(r"://[^/\s]*:[^/\s]*@", text)
    assert all(token not in text for _, token in simulator.credentials.values())


@pytest.mark.parametrize("content", [b"", b"PAR1 nonsense PAR1", b"PAR1"])
def test_a_file_that_is_no_snapshot_is_one_that_is_not_there(content, keeper, tmp_path):
    """It is written anew."""
    (tmp_path / "inventory.parquet").write_bytes(content)

    assert read_snapshot(tmp_path / "inventory.parquet") is None
    assert keeper.inventory() is not None
    assert read_snapshot(tmp_path / "inventory.parquet") is not None


def damaged(file, change):
    """Change the columns of a file, and write them as another program would."""
    table = pq.read_table(file)
    columns = change({name: table[name].to_pylist() for name in table.column_names})
    types = {name: table.schema.field(name).type for name in table.column_names}
    pq.write_table(
        pa.table({name: pa.array(v, types[name]) if type(v) is list else v for name, v in columns.items()}), file
    )


FAR = 10**12


@pytest.mark.parametrize(
    "change",
    [
        lambda columns: {**columns, "phone_number": [None, *columns["phone_number"][1:]]},
        lambda columns: {**columns, "sid": [None, *columns["sid"][1:]]},
        lambda columns: {**columns, "account_sid": [*columns["account_sid"][:-1], None]},
        lambda columns: {**columns, "read_at": [None] * len(columns["read_at"])},
        lambda columns: {**columns, "read_at": [*columns["read_at"][:-1], None]},
        lambda columns: {**columns, "read_at": pa.array([FAR] * len(columns["sid"])).cast(pa.timestamp("s", tz="UTC"))},
        lambda columns: {**columns, "read_at": pa.array(["yesterday"] * len(columns["sid"]))},
        lambda columns: {**columns, "created": pa.array([FAR] * len(columns["sid"])).cast(pa.timestamp("s", tz="UTC"))},
        lambda columns: {**columns, "voice": pa.array([["yes"]] * len(columns["sid"]))},
        lambda columns: {**columns, "name": pa.array([b"\xff"] * len(columns["sid"])).cast(pa.string(), safe=False)},
        lambda columns: {name: values for name, values in columns.items() if name != "unreadable"},
        lambda columns: {name: values for name, values in columns.items() if name != "origin"},
    ],
)
def test_a_value_that_cannot_be_read_is_no_snapshot(change, keeper, operator, tmp_path):
    """The file opens, and no opening of a desk fails because of it: it is written anew."""
    file, numbers = tmp_path / "inventory.parquet", len(keeper.inventory().numbers)
    damaged(file, change)

    assert read_snapshot(file) is None
    assert len(InventoryKeeper(operator.session, folder=tmp_path).inventory().numbers) == numbers
    assert len(read_snapshot(file).numbers) == numbers


def test_a_damaged_disk_shows_no_other_numbers_than_there_were(keeper, tmp_path):
    """Wherever a bit of the file flips: what is shown is what was read, or nothing is shown."""
    file, chance = tmp_path / "inventory.parquet", Random(1)
    keeper.inventory()
    whole, content = read_snapshot(file), file.read_bytes()
    refused = 0
    for _ in range(300):
        spoilt = bytearray(content)
        # The end of the file describes the columns, and has no checksum of its own.
        spoilt[chance.randrange(len(content) * 9 // 10)] ^= 1 << chance.randrange(8)
        file.write_bytes(spoilt)
        snapshot = read_snapshot(file)
        refused += snapshot is None

        assert snapshot is None or snapshot.numbers.columns.equals(whole.numbers.columns)
    assert refused > 200


def test_numbers_of_an_account_that_cannot_be_read_now_stay_as_they_were(keeper, operator, quiet, simulator, tmp_path):
    """With the time at which they were read: after a bad day at Twilio, the next opening shows every number."""
    sids = {number.sid for number in keeper.inventory().numbers}
    before = operator.clock().replace(microsecond=0)
    file = tmp_path / "inventory.parquet"
    for path in (f"{quiet.account_sid}/IncomingPhoneNumbers", "IncomingPhoneNumbers"):
        operator.clock.advance(days=1)
        simulator.order(Fault.FORBIDDEN, path=path, times=100)
        assert len(InventoryKeeper(operator.session, folder=tmp_path).inventory().numbers) < len(sids)
        control(simulator, "faults", {}, method="DELETE")
        table = pd.read_parquet(file)

        assert {number.sid for number in read_snapshot(file).numbers} == sids
        assert read_snapshot(file).read_at == before
        assert table.loc[table.account_sid == quiet.account_sid, "read_at"].unique().tolist() == [before]
    # All but those were read in between.
    assert set(table.loc[table.account_sid != quiet.account_sid, "read_at"]) == {before + pd.Timedelta(days=1)}


def begun(keeper, simulator):
    """Begin a slow reading; return what there is to see of it at first, and its thread."""
    simulator.order(Fault.SLOW, path="IncomingPhoneNumbers", times=10, seconds=1)
    reading = Thread(target=keeper.inventory)
    reading.start()
    while (so_far := keeper.so_far()) is None:
        pass
    return so_far, reading


def test_of_an_account_that_was_never_read_it_is_said(operator, quiet, simulator, tmp_path):
    """Until it is read: a list without its numbers would pass for the whole."""
    simulator.order(Fault.FORBIDDEN, path=f"{quiet.account_sid}/IncomingPhoneNumbers", times=100)
    InventoryKeeper(operator.session, folder=tmp_path).inventory()
    control(simulator, "faults", {}, method="DELETE")
    so_far, reading = begun(InventoryKeeper(operator.session, folder=tmp_path), simulator)
    reading.join()

    assert so_far.unknown == 1
    assert read_snapshot(tmp_path / "inventory.parquet").accounts == {
        account.sid for account in operator.session.accounts
    }


def test_until_an_account_is_read_anew_its_numbers_are_those_of_before(keeper, operator, quiet, simulator, tmp_path):
    """A number that went meanwhile stands there until its account is read, with the age beside it; and then no more."""
    before = keeper.inventory()
    operator.gateway.delete_number(quiet.account_sid, quiet.sid)
    operator.clock.advance(hours=5)
    second = InventoryKeeper(operator.session, folder=tmp_path)
    so_far, reading = begun(second, simulator)

    assert so_far.before == operator.clock().replace(microsecond=0) - pd.Timedelta(hours=5)
    assert {number.sid for number in so_far.inventory.numbers} == {number.sid for number in before.numbers}
    assert so_far.inventory.coverage.done < so_far.inventory.coverage.asked
    reading.join()
    assert second.so_far() is None
    assert {number.sid for number in before.numbers} - {number.sid for number in second.latest.numbers} == {quiet.sid}
    assert all(reading.complete for reading in second.latest.coverage.readings)


def test_whoever_asks_meanwhile_gets_the_reading_under_way(keeper, operator, simulator):
    """Six cells and a panel are one reading."""
    threads = [Thread(target=keeper.inventory) for _ in range(6)]
    before = operator.gateway.requests
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert operator.gateway.requests - before == sum(not reading.closed for reading in keeper.latest.coverage.readings)


def test_after_a_change_its_account_alone_is_read_anew(keeper, operator, quiet):
    """One request; the others stay as they were read."""
    before = keeper.inventory()
    operator.gateway.delete_number(quiet.account_sid, quiet.sid)
    keeper.changed([quiet.account_sid])
    asked = operator.gateway.requests
    after = keeper.inventory()

    assert operator.gateway.requests - asked == 1
    assert {number.sid for number in before.numbers} - {number.sid for number in after.numbers} == {quiet.sid}
    assert len(after.coverage.readings) == len(before.coverage.readings)
    assert keeper.inventory() is after


def test_a_change_during_a_reading_is_read_once_more(keeper, operator, quiet, held_back):
    """That reading may have seen the account before the change."""
    keeper.inventory()
    began, go_on = held_back()
    thread = Thread(target=lambda: keeper.inventory(again=True))
    thread.start()
    began.wait(5)
    keeper.changed([quiet.account_sid])
    go_on.set()
    thread.join()
    asked = operator.gateway.requests
    keeper.inventory()

    assert operator.gateway.requests - asked == 1


def test_a_change_of_everything_during_the_first_reading_is_read_once_more(keeper, operator, held_back):
    """Whoever cannot say which account it was, says all; there is no inventory yet that would name them."""
    began, go_on = held_back()
    thread = Thread(target=keeper.inventory)
    thread.start()
    began.wait(5)
    keeper.changed(None)
    go_on.set()
    thread.join()
    asked = operator.gateway.requests
    keeper.inventory()

    assert operator.gateway.requests - asked >= len(operator.session.accounts) - 1


def test_a_first_reading_that_is_stopped_is_read_on_by_whoever_asks_next(keeper, operator):
    """What was read stays; the others are marked until they are read."""
    stop = Event()
    stop.set()
    stopped = keeper.inventory(stop=stop)
    assert not any(reading.complete and not reading.closed for reading in stopped.coverage.readings)
    after = keeper.inventory()

    assert all(reading.complete for reading in after.coverage.readings)
    assert len(after.numbers) == 59


def test_a_stop_forgets_no_change(keeper, operator, quiet):
    """A number that went is not shown as there because a reading of everything was stopped after its account."""
    keeper.inventory()
    operator.gateway.delete_number(quiet.account_sid, quiet.sid)
    keeper.changed([quiet.account_sid])
    stop, pages = Event(), operator.gateway.number_pages

    def stopping(account_sid, **how):
        yield from pages(account_sid, **how)
        stop.set()

    operator.gateway.transport.limiter.limit = 1
    operator.gateway.number_pages = stopping
    with pytest.raises(Stopped):
        keeper.inventory(again=True, stop=stop)
    operator.gateway.number_pages = pages

    assert quiet.sid not in {number.sid for number in keeper.inventory().numbers}


def test_an_account_that_is_new_is_read_with_all_the_others(keeper, operator, simulator):
    """The accounts in sight are asked for by plans, too: what they find is not left out, and breaks nothing."""
    first, *others = operator.session.sight.accounts
    operator.session.sight.accounts = (*others[:-1], first)
    keeper.inventory()
    operator.session.sight.accounts = (first, *others)
    keeper.changed([others[-1].sid])
    after = keeper.inventory()

    assert {account.sid for account in after.accounts} == {first.sid, *(other.sid for other in others)}
    assert len(after.numbers) == 59


def test_whoever_wants_everything_anew_is_not_served_with_one_account(keeper, operator, quiet, held_back):
    """Somebody else reads one changed account meanwhile."""
    keeper.inventory()
    keeper.changed([quiet.account_sid])
    began, go_on = held_back()
    one = Thread(target=keeper.inventory)
    one.start()
    began.wait(5)
    asked = operator.gateway.requests
    whole = Thread(target=lambda: keeper.inventory(again=True))
    whole.start()
    go_on.set()
    one.join()
    whole.join()

    assert operator.gateway.requests - asked > len(keeper.latest.accounts)


def test_a_snapshot_is_as_old_as_the_oldest_of_it(keeper, operator, quiet, tmp_path):
    """One account that was read anew makes the others no younger."""
    keeper.inventory()
    whole = read_snapshot(tmp_path / "inventory.parquet").read_at
    operator.clock.advance(days=3)
    keeper.changed([quiet.account_sid])
    keeper.inventory()

    assert read_snapshot(tmp_path / "inventory.parquet").read_at == whole
