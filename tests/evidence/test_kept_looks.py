"""The looks that are kept: each finished one, for a year, for pandas and others to read."""

import re
import stat
from datetime import UTC, datetime, timedelta
from threading import Event

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from helpers.evidence import kept_looks
from helpers.evidence.kept_looks import LOOK_SCHEMA, extent_of, kept_long_enough, list_looks, make_look, read_look
from helpers.simulator import Fault
from tests.support.panel_tools import desk_at


@pytest.fixture
def folder(desk):
    return desk._memory


def look(desk, *, days=90, stop=None):
    return desk._evidence.find_out(days, progress=lambda *_: None, stop=stop or Event())


def test_every_finished_look_is_kept(desk, folder, clock):
    """With its moment and its accounts, beside the looks of other days; the newest does not replace the one before."""
    begun = clock()
    look(desk)
    clock.advance(days=30)
    look(desk)
    look(desk, days=30)
    kept = read_look(folder, 90, begun)

    assert list_looks(folder, 90) == [begun, begun + timedelta(days=30)]
    assert len(list_looks(folder, 30)) == 1
    assert kept.extent.at == begun
    assert kept.extent.all_read
    assert len(kept.extent.accounts) == 9
    assert len(kept.rows) == 59


def test_it_says_what_the_table_of_the_look_said(desk, folder, clock):
    """Verdict, last use and price of every number, the same cell by cell."""
    frame = look(desk).frame.set_index("sid")
    (file,) = folder.glob("looks/*.parquet")
    kept = pd.read_parquet(file).set_index("sid")

    assert kept["verdict"].to_dict() == frame["verdict"].astype(object).to_dict()
    assert kept["monthly"].dropna().astype(float).to_dict() == frame["monthly"].dropna().astype(float).to_dict()
    assert kept["last_used"].dropna().to_dict() == frame["last_used"].dropna().to_dict()
    assert set(kept["looked_at"]) == {pd.Timestamp(clock().replace(microsecond=0))}
    delivery = kept[kept["name"] == "Delivery alerts 1"].iloc[0]
    assert "messaging service" in delivery["links"]


def test_what_was_found_in_another_account_is_not_of_a_number_that_moved(desk):
    """Its connections there stayed behind."""
    table, inventory = look(desk), desk.inventory()
    judged = pa.Table.from_pandas(table.frame[["verdict", "last_used", "looked_at", "monthly", "currency"]])
    links = pa.array(['[{"kind":"Proxy","target":"KS1"}]'] * len(inventory.numbers), pa.string())
    sids = inventory.numbers.columns["sid"].combine_chunks()
    extent = extent_of(inventory.coverage, at=table.about.looked_at, days=90, whole_company=True)
    kept = {}
    for account in ("as it is", "AC0"):
        owners = inventory.numbers.columns["account_sid"].cast(pa.string()).combine_chunks()
        owners = owners if account == "as it is" else pa.array([account] * len(sids), pa.string())
        columns = {"sid": sids, "account_sid": owners, "links": links, "unseen": pa.nulls(len(sids), pa.string())}
        kept[account] = make_look(inventory, judged, pa.table(columns), extent).rows["links"].null_count

    assert kept == {"as it is": 0, "AC0": len(sids)}


def test_each_column_is_told_and_no_secret_is_in_it(desk, folder, simulator):
    """The columns that the file's description names are those that there are."""
    look(desk)
    (file,) = folder.glob("looks/*.parquet")
    text = pd.read_parquet(file).to_csv() + file.read_bytes().decode(errors="replace")

    assert pq.read_schema(file).names == LOOK_SCHEMA.names
    assert {name for name in LOOK_SCHEMA.names[-7:] if f"``{name}``" in kept_looks.__doc__} == set(
        LOOK_SCHEMA.names[-7:]
    )
    assert not re.search(r"://[^/\s]*:[^/\s]*@", text)
    assert all(token not in text for _, token in simulator.credentials.values())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_password_in_a_name_is_in_no_file_and_in_no_table(simulator, between, journal, clock):
    """Somebody named an account, a service, a bundle by a web address."""
    name = "Shop https://ann:hunter2@acme.example/?token=hunter2"

    def rename(path, content):
        records = [each for value in content.values() if isinstance(value, list) for each in value]
        for record in [content, *records] if "/Accounts/" in path or path.endswith("/Accounts.json") else records:
            for field in {"friendly_name", "unique_name", "domain_name"} & record.keys():
                record[field] = name

    between.changes.append(rename)
    desk = desk_at(simulator, journal, clock, url=between.url)
    table = look(desk)
    files = [file for file in desk._memory.rglob("*") if file.is_file()]
    frames = [
        table.frame,
        desk.numbers(),
        desk.accounts(),
        *(pd.read_parquet(f) for f in files if f.suffix == ".parquet"),
    ]
    metadata = [pq.read_schema(file).metadata for file in files if file.suffix == ".parquet"]

    assert {"inventory.parquet", "evidence-90.parquet"} <= {file.name for file in files}
    assert any("acme.example" in frame.to_csv() for frame in frames)
    assert not [frame for frame in frames if "hunter2" in frame.to_csv()]
    assert "hunter2" not in str(metadata)
    assert not [file for file in files if b"hunter2" in file.read_bytes()]


def test_a_look_that_was_stopped_is_not_kept(desk, folder):
    """Half of it would pass for what there was."""
    desk.inventory()
    stop = Event()
    desk._evidence.find_out(90, progress=lambda *_: stop.set(), stop=stop)

    assert list_looks(folder, 90) == []


def test_an_account_that_could_not_be_read_is_marked(desk, folder, simulator, quiet, clock):
    """So that its numbers are never said to be gone."""
    simulator.order(Fault.FORBIDDEN, path=f"{quiet.account_sid}/IncomingPhoneNumbers", times=10_000)
    look(desk)
    kept = read_look(folder, 90, clock())

    assert kept.extent.unread == {quiet.account_sid}
    assert not kept.extent.all_read


def test_a_look_that_cannot_be_written_is_no_obstacle(desk, folder):
    """What was found out is shown all the same."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "looks").write_text("in the way")

    assert len(look(desk).frame) == 59
    assert list_looks(folder, 90) == []


@pytest.mark.parametrize("content", [b"", b"PAR1 nonsense PAR1"])
def test_a_file_that_is_no_look_is_one_that_is_not_there(desk, folder, clock, content):
    """It is compared with nothing."""
    look(desk)
    (file,) = folder.glob("looks/*.parquet")
    file.write_bytes(content)

    assert read_look(folder, 90, clock()) is None


@pytest.mark.parametrize(("column", "value"), [("links", "[7]"), ("unseen", "{"), ("sid", None), ("read_at", None)])
def test_a_look_with_a_value_that_cannot_be_read_is_compared_with_nothing(desk, folder, clock, column, value):
    """The file opens; what it holds is no fact."""
    look(desk)
    (file,) = folder.glob("looks/*.parquet")
    rows = pq.read_table(file)
    place = rows.schema.get_field_index(column)
    damaged = pa.array([value, *rows[column].to_pylist()[1:]], rows.schema.field(column).type)
    pq.write_table(rows.set_column(place, rows.schema.field(column), damaged), file)

    assert read_look(folder, 90, clock()) is None


def daily(days, *, now):
    return [now - timedelta(days=ago) for ago in range(days)]


def test_a_year_of_daily_looks_is_thinned_to_one_a_week():
    """The last three months stay whole; of each week before, its last look; nothing of more than a year ago."""
    now = datetime(2026, 11, 29, 6, tzinfo=UTC)
    looks = daily(500, now=now)
    kept = sorted(set(looks) - kept_long_enough(looks, now=now))
    old = [at for at in kept if now - at > timedelta(days=92)]

    assert min(kept) >= now - timedelta(days=366)
    assert set(daily(93, now=now)) <= set(kept)
    assert len({at.isocalendar()[:2] for at in old}) == len(old)
    assert {at.isoweekday() for at in old[:-1]} == {7}


def test_thinning_day_by_day_keeps_the_same_as_thinning_once():
    """What is removed today is not what would be needed tomorrow."""
    now, kept = datetime(2025, 6, 1, 6, tzinfo=UTC), set()
    every = [now + timedelta(days=day) for day in range(500)]
    for at in every:
        kept.add(at)
        kept -= kept_long_enough(kept, now=at)

    assert kept == set(every) - kept_long_enough(every, now=every[-1])


def test_old_looks_are_removed_when_a_new_one_is_written(desk, folder, clock):
    """And none of another number of days."""
    look(desk, days=30)
    look(desk)
    clock.advance(days=400)
    look(desk)

    assert list_looks(folder, 90) == [clock()]
    assert len(list_looks(folder, 30)) == 1
