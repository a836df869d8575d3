"""The table of what was found out: it says what was read, what not, and how old it is."""

import html
import json
from datetime import timedelta
from decimal import Decimal
from threading import Event

import pytest

from helpers._install import CHECKOUT
from helpers.core.errors import Stopped
from helpers.decisions.judge import Judge
from helpers.desk import desk as desks
from helpers.panels.inventory.summary import summarise
from helpers.simulator import Fault
from helpers.tables.about import describe
from helpers.tables.evidence_view import EvidenceView
from tests.support.golden import as_read
from tests.support.panel_tools import desk_at


@pytest.fixture
def said(monkeypatch):
    """Everything that the desk says beside its tables."""
    sentences = []
    monkeypatch.setattr(desks, "_say", sentences.append)
    return sentences


def view_of(desk):
    """Make the view of a desk's evidence, as it was remembered until now."""
    memory = desk.session.protection.file.parent / "memory"
    return EvidenceView(desk.session, Judge(desk.session, memory=memory), desk._inventories, memory=memory)


def known(desk, *, days=90):
    return view_of(desk).known(days)


def find_out(desk, *, days=90, stop=None):
    return view_of(desk).find_out(days, progress=lambda steps: None, stop=stop or Event())


def test_a_table_of_evidence_says_what_was_not_read(desk, simulator, said, quiet, snapshot):
    """One account answers 401: its numbers are missing, and the reader is told, in the panel as well."""
    simulator.order(Fault.UNAUTHORIZED, path=quiet.account_sid, times=10_000)
    frame = desk.evidence()

    assert quiet.sid not in set(frame["sid"])
    assert as_read(said[0]) == snapshot
    assert as_read(" ".join(summarise(known(desk)))) == snapshot
    assert known(desk).about.coverage.unread == 1


def test_a_look_does_not_speak_of_every_number_where_two_accounts_hid_theirs(desk, simulator, quiet, snapshot):
    """One answers 403 and one 500 when its numbers are listed: they were never looked at, and it is said first."""
    other = next(each.sid for each in desk.inventory().accounts if each.friendly_name == "Acme Marketing")
    simulator.order(Fault.FORBIDDEN, path=f"{quiet.account_sid}/IncomingPhoneNumbers", times=10_000)
    simulator.order(Fault.BROKEN_BEFORE, path=f"{other}/IncomingPhoneNumbers", times=10_000)
    panel = desk.inventory_panel()
    panel.looking.button.click()

    assert not {quiet.account_sid, other} & set(panel.shown["account_sid"])
    assert as_read(panel.said) == snapshot


def test_before_anybody_looked_no_number_is_said_to_have_been_tried(desk, said, snapshot):
    """Fifty-eight numbers that nobody looked at are none that could not be judged."""
    desk.evidence()

    assert as_read(said[0]) == snapshot
    assert as_read(" ".join(summarise(known(desk)))) == snapshot


def test_numbers_that_came_since_the_look_are_counted_apart(desk, simulator, said, quiet, snapshot):
    """They could be judged, if somebody looked; the others could not."""
    simulator.order(Fault.UNAUTHORIZED, path=f"{quiet.account_sid}/IncomingPhoneNumbers", times=1)
    hidden = find_out(desk).frame
    desk.inventory(again=True)
    frame = desk.evidence()

    new = len(frame) - len(hidden)
    assert new > 1
    assert as_read(said[0]) == snapshot
    assert as_read(" ".join(summarise(known(desk)))) == snapshot


def test_one_request_is_one_request(desk, monkeypatch, snapshot):
    """And not "1 requests"."""
    # Before and after the look.
    sent = iter((7, 8))
    monkeypatch.setattr(type(desk.session.gateway), "requests", property(lambda _: next(sent)))

    assert as_read(describe(find_out(desk).about)) == snapshot


def test_a_table_of_evidence_says_how_old_it_is(desk, said, clock, snapshot):
    """Forty days later it is what was known then, in the past tense."""
    find_out(desk)
    clock.advance(days=40)
    frame = desk.evidence()
    quiet = frame[frame["verdict"] == "quiet"]

    assert as_read(said[0]) == snapshot
    (because,) = set(quiet["because"])
    assert because == snapshot


def test_a_window_can_be_chosen_and_has_a_memory_of_its_own(desk, said):
    """A year back knows of more use than a month back; neither costs the other what is known."""
    year, month = find_out(desk, days=365).frame, find_out(desk, days=30).frame

    assert (year["verdict"] == "in use").sum() > (month["verdict"] == "in use").sum()
    assert desk.evidence(days=365)["verdict"].tolist() == year["verdict"].tolist()
    assert desk.evidence(days=30)["verdict"].tolist() == month["verdict"].tolist()
    assert set(desk.evidence()["verdict"]) == {"unknown"}


def test_longer_than_twilio_keeps_anything_nobody_can_look(desk, said, snapshot):
    """Asked for 500 days, 400 are looked at, and it is said."""
    table = find_out(desk, days=500)

    assert as_read(describe(table.about)) == snapshot
    assert int(table.frame["idle_days"].max()) == 400


def test_the_oldest_answer_is_the_age_of_the_whole(desk, simulator, clock, quiet):
    """One account could not be looked at today: what is shown of it is of yesterday, and so is the table."""
    find_out(desk)
    clock.advance(days=1)
    for log in ("Calls", "Messages"):
        simulator.order(Fault.FORBIDDEN, path=f"{quiet.account_sid}/{log}", times=10_000)
    table = find_out(desk)

    assert table.about.looked_at == clock() - timedelta(days=1)
    assert set(table.frame["looked_at"].dt.day) == {2, 3}


def test_what_nobody_could_look_at_is_missing_and_what_was_looked_at_is_empty(desk, simulator, snapshot):
    """A table for pandas tells "nothing found" from "could not look" as well."""
    looked = find_out(desk).frame.set_index("name")["wiring"]["Landing page test 1"]
    simulator.order(Fault.FORBIDDEN, path="/v1/Services", times=10_000)
    missed = find_out(desk).frame.set_index("name").loc["Landing page test 1"]

    assert looked == ""
    assert missed[["wired", "wiring"]].isna().all()
    assert as_read(missed["not_looked_at"]) == snapshot


def test_how_it_was_looked_at_and_what_that_cost_is_said(desk, snapshot):
    """In all for the company, and for each account in a column."""
    table = find_out(desk)

    assert as_read(describe(table.about)) == snapshot
    assert table.frame["how_looked"].str.contains(r"\d+ requests").all()


def test_unread_prices_are_said_once(desk, simulator):
    """A sum that lacks them says why."""
    simulator.order(Fault.FORBIDDEN, path="PhoneNumbers/Countries", times=10_000)
    table = find_out(desk)

    assert sorted(table.about.unpriced) == ["AU", "DE", "GB", "US"]
    assert describe(table.about).count("HTTP 403") == 1


def test_a_look_is_drawn_as_soon_as_an_account_is_done_and_not_before(desk):
    """Until then there is nothing to see, and a table of 100,000 numbers would make the first verdict wait."""
    view, drawn = view_of(desk), []
    view.find_out(90, progress=lambda steps: drawn.append(view.so_far(90)), stop=Event())
    tables = [one.table for one in drawn if one is not None]
    looks = sorted(tables, key=lambda table: table.about.look.done)

    assert drawn[0] is None
    assert 1 <= looks[0].about.look.done < looks[-1].about.look.asked
    assert (looks[-1].frame["verdict"] != "unknown").any()


def test_a_stopped_look_shows_what_was_known_with_its_age(desk, clock, snapshot):
    """Stop after an hour of looking costs nothing that was known, and passes nothing off as fresh."""
    before = find_out(desk)
    clock.advance(days=2)
    stop = Event()
    stop.set()
    table = find_out(desk, stop=stop)

    assert table.frame["verdict"].tolist() == before.frame["verdict"].tolist()
    assert table.about.looked_at == before.about.looked_at
    assert as_read(table.frame["because"][0]) == snapshot


def test_a_look_that_is_stopped_while_it_reads_the_numbers_keeps_those_read_before(simulator, journal, clock):
    """It begins with all numbers of all accounts: half of these would look like a company with fewer."""
    stop = Event()
    desk = desk_at(simulator, journal, clock, pause=lambda _: stop.set())
    before = find_out(desk)
    simulator.order(Fault.UNAVAILABLE_BEFORE, path="/IncomingPhoneNumbers", times=10_000)
    table = find_out(desk, stop=stop)
    desk.session.gateway.transport.close()

    assert table.frame["sid"].tolist() == before.frame["sid"].tolist()
    assert table.about.coverage == before.about.coverage


def test_a_look_that_is_stopped_before_any_number_was_read_shows_none(desk, snapshot):
    """An empty inventory would be one of a company without numbers."""
    stop = Event()
    stop.set()

    with pytest.raises(Stopped) as refused:
        find_out(desk, stop=stop)
    assert as_read(str(refused.value)) == snapshot


def test_no_fact_is_noted_on_a_table(desk):
    """Pandas copies its notes along, or loses them, and writes them into files: a table is its rows and columns."""
    find_out(desk)
    panel = desk.inventory_panel()
    tables = (desk.accounts(), desk.numbers(), desk.evidence(), desk.due(), desk.journal(), desk.story(), panel.shown)

    assert [table.attrs for table in tables] == [{}] * len(tables)


def test_a_price_is_a_decimal_of_python_in_every_table_that_is_handed_out(desk):
    """Pandas multiplies, describes and adds up those; with Arrow's, which the panel draws faster, it cannot."""
    panel = desk.inventory_panel()
    for table in (desk.evidence(), panel.shown):
        assert set(map(type, table["monthly"])) == {Decimal}
        assert (12 * table["monthly"]).sum() == 12 * sum(table["monthly"])
        assert table["monthly"].describe()["count"] == table["monthly"].cumsum().count() == 59


def test_what_a_table_says_of_itself_is_facts(desk, simulator, quiet, said):
    """Programs read numbers, times and reasons; the sentences are made of these, and the desk shows them."""
    simulator.order(Fault.UNAUTHORIZED, path=f"{quiet.account_sid}/IncomingPhoneNumbers", times=1)
    simulator.order(Fault.FORBIDDEN, path="Countries/DE", times=10_000)
    table, about = find_out(desk, days=500), known(desk, days=500).about
    made = table.about

    assert (made.coverage.unread, made.coverage.numbers) == (1, len(table.frame))
    assert (about.days_asked, about.days, about.looked_at) == (500, 400, made.looked_at)
    assert sum(made.unjudged.values()) == (table.frame["verdict"] == "unknown").sum() > 0
    assert (made.requests > 50, about.requests) == (True, None)
    assert sum(made.methods.values()) == len(table.frame)
    assert list(made.unpriced) == ["DE"]

    desk.evidence(days=500)

    assert said[-1] == describe(about)


def test_new_and_suspended_numbers_carry_a_warning(desk):
    """Their silence says little; the others carry none."""
    frame = desk.evidence()
    warned = frame[frame["warnings"].notna()]

    assert 0 < len(warned) < len(frame)
    assert set(warned.loc[warned["account_status"] == "suspended", "warnings"].str.contains("suspended")) == {True}
    assert len(frame[(frame["account_status"] == "suspended") & frame["warnings"].isna()]) == 0


def test_the_last_call_and_message_each_way_are_columns(desk):
    """A number that only ever calls out is told apart from one that is called."""
    frame = find_out(desk).frame.set_index("name")

    for column in ("last_call_in", "last_call_out", "last_message_in", "last_message_out", "oldest_message"):
        assert 0 < frame[column].notna().sum() < len(frame) + 1, column
    used = frame[frame["last_used"].notna()]
    latest = used[["last_call_in", "last_call_out", "last_message_in", "last_message_out"]].max(axis=1)
    assert (latest == used["last_used"]).all()


@pytest.mark.parametrize("looked", [False, True])
def test_whatever_pandas_writes_for_nothing_is_explained_above_the_table(desk, looked):
    """Whoever reads <NA> for "no" releases a number that could not be looked at."""
    if looked:
        find_out(desk)
    shown = desk.evidence().to_html()
    written = {sign for sign in ("<NA>", "NaT", "NaN", "None") if f"<td>{html.escape(sign)}</td>" in shown}
    notebook = json.loads((CHECKOUT / "notebooks" / "06_pandas.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"]]
    (table,) = [
        place for place, cell in enumerate(cells) if cell.endswith("numbers = desk.evidence(days=days)\nnumbers")
    ]

    assert {"<NA>", "NaT"} <= written
    assert [sign for sign in written if f"`{sign}`" not in cells[table - 1]] == []


def test_the_notebook_calls_nothing_good_news_that_nobody_looked_at(snapshot):
    """What could not be looked at is in its table of quiet numbers, and the table is read anew before it is used."""
    notebook = json.loads((CHECKOUT / "notebooks" / "06_pandas.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"]]
    (wired,) = [cell for cell in cells if 'quiet["wired"]' in cell]

    assert not [cell for cell in cells if "good news" in cell]
    assert as_read(wired) == snapshot
    assert "fillna(value=True)" in wired
    assert as_read(cells[-1]) == snapshot
