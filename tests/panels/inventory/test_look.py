"""The look of the inventory's panel: what it replaces, what it claims, and that it can be stopped."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest

from helpers.core.errors import SimulatorUnavailable
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Reading
from helpers.evidence import inventory as reading_inventories
from helpers.evidence.steps import Step
from helpers.panels.inventory.summary import summarise_so_far
from helpers.simulator import Fault, serve
from helpers.tables.about import Look, TableSoFar
from tests.support.failures import cannot_read
from tests.support.golden import as_read
from tests.support.grid_tools import ACME, NOW, ROWS, frame_of, many, panel_of, table_of
from tests.support.on_screen import as_seen, part
from tests.support.panel_tools import desk_at, told

#: More than are read before somebody sees the first ones.
ACCOUNTS = 150

pytestmark = pytest.mark.usefixtures("loud")


def test_a_look_replaces_the_table_and_keeps_filters_and_selection(tmp_path, snapshot):
    """The operator finds everything as it was, with verdicts."""
    before, after = many(50, looked=False), table_of(many(50), looked_at=NOW - timedelta(minutes=5))
    panel = panel_of(before, folder=tmp_path, evidence=lambda **_: after)
    panel.filters.search.value = "sales"
    panel.grid.select([before["sid"][7]])
    panel.looking.button.click()

    assert panel.selected == (before["sid"][7],)
    assert panel.filters.search.value == "sales"
    assert set(panel.shown["verdict"]) >= {"quiet", "in use"}
    assert "not used for 90 days" in told(panel)
    assert panel.looking.button.description == "Check now"
    assert as_seen(panel.looking) == snapshot


@pytest.mark.parametrize(
    ("rows", "unread", "said"),
    [
        (ROWS[:4], 0, "Done. Every number is checked."),
        (ROWS, 0, "Done. Each “Unknown” says why."),
        (
            ROWS,
            2,
            ("2 accounts could not be read, and their numbers were not checked. Each “Unknown” says why."),
        ),
        (
            ROWS[:4],
            1,
            "1 account could not be read, and its numbers were not checked. Every other number is checked.",
        ),
        ([], 1, "1 account could not be read, and its numbers were not checked. There was no number to check."),
    ],
)
def test_a_look_claims_no_number_that_was_never_listed(tmp_path, rows, unread, said):
    """An account that answers 403 hides its numbers: what is told after the look does not speak of every number."""
    found = table_of(frame_of(rows), looked_at=NOW, unread=["Beta"] * unread)
    panel = panel_of(frame_of(ROWS), folder=tmp_path, evidence=lambda **_: found)
    panel.looking.button.click()

    assert panel.said == said
    assert ('desk-good" role="status"><span>Done.' in told(panel)) is not unread
    assert ("<b>2 of 5" in told(panel) and "1 could not be checked." in part(panel, "desk-sentence")) is (rows is ROWS)


def test_a_stopped_look_says_too_which_accounts_hid_their_numbers(tmp_path, snapshot):
    """Both are missing, for two reasons."""

    def evidence(*, days, progress, stop):
        stop.set()
        return table_of(frame_of(ROWS), unread=["Beta"], look=Look(8, 3))

    panel = panel_of(frame_of(ROWS), folder=tmp_path, evidence=evidence)
    panel.looking.button.click()

    assert panel.said.startswith("You stopped: 3 of 8 accounts")
    assert as_read(panel.said) == snapshot


def test_a_look_is_told_its_progress_and_when_to_stop(tmp_path):
    """Stop sets the event that the look was given; what was found until then is shown."""
    seen = {}

    def evidence(*, days, progress, stop):
        progress({Step.CALLS: (26, 80), Step.MESSAGES: (0, 10), Step.ACCOUNTS: (4, 10)})
        seen["bar"], seen["told"] = panel.looking.bar.value, as_read(panel.looking.told.value)
        seen["before"] = stop.is_set()
        panel.looking.stop.click()
        seen["after"] = stop.is_set()
        return table_of(many(20), look=Look(8, 3))

    panel = panel_of(many(20, looked=False), folder=tmp_path, evidence=evidence)
    panel.looking.button.click()

    told = "Call logs: 26 of 80, Message logs: 0 of 10, Accounts: 4 of 10."
    assert seen == {"bar": 30, "told": told, "before": False, "after": True}
    assert panel.said.startswith("You stopped: 3 of 8 accounts")
    assert panel.looking.button.disabled is False


def test_a_look_that_fails_leaves_what_was_known(tmp_path, snapshot):
    """The sentence of the failure is shown, and one can look again."""

    def evidence(**_):
        raise cannot_read("Twilio did not answer. Nothing was changed; look again later.")

    panel = panel_of(frame_of(ROWS), folder=tmp_path, evidence=evidence)
    panel.looking.button.click()

    assert as_read(panel.said) == snapshot
    assert len(panel.shown) == 5
    assert panel.looking.button.disabled is False


@pytest.mark.parametrize("found", [many(20), cannot_read("Twilio did not answer.")], ids=["through", "failed"])
def test_a_look_is_over_even_where_nobody_can_tell_the_time(tmp_path, found):
    """Its result is told and the button is back, although the clock cannot be read any more."""
    gone = Event()

    def clock():
        if gone.is_set():
            raise SimulatorUnavailable("The practice Twilio went away.")
        return NOW

    def evidence(**_):
        gone.set()
        if isinstance(found, Exception):
            raise found
        return found

    panel = panel_of(many(20, looked=False), folder=tmp_path, evidence=evidence, clock=clock)
    panel.looking.button.click()

    idle, stop_bar = panel.looking.children
    assert (panel.looking.button in idle.children[0].children, idle.layout.display) == (True, None)
    assert (panel.looking.stop in stop_bar.children, stop_bar.layout.display) == (True, "none")
    assert panel.looking.button.disabled is False
    through = "Done. Each “Unknown” says why."
    assert panel.said.startswith(str(found) if isinstance(found, Exception) else through)


def stop_reading(desk):
    """Press Stop as soon as there are numbers; return the panel, and what it showed before."""

    async def played():
        panel = desk.inventory_panel()
        for _ in range(500):
            await asyncio.sleep(0.01)
            if panel._table is not None:
                break
        before = panel.shown, panel._sentence.value, panel.looking._idle.layout.display
        panel.looking.stop.click()
        await panel.ready()
        return panel, *before

    return asyncio.run(played())


_ANEW = "5 numbers as of 2 March 2026, 09:30 UTC: 2 of 7 accounts read anew since, 1 could not be read."


@pytest.mark.parametrize(
    ("before", "unknown", "said"),
    [
        (None, 0, "So far 5 numbers: 2 of 7 accounts read, 1 could not be read. The others are being read."),
        (NOW, 0, _ANEW),
        (NOW, 3, f"{_ANEW} The numbers of 3 accounts are not known yet."),
    ],
)
def test_while_it_reads_nothing_passes_for_read_that_is_not(before, unknown, said):
    """An account that was refused is through, and its numbers are not there; nor are those that nobody read before."""
    being_read = [Reading(replace(ACME, sid=f"AC{n}"), Reason(Cause.BEING_READ)) for n in range(4)]
    table = table_of(frame_of(ROWS), read=2, unread=["Shop"])
    coverage = table.about.coverage
    about = replace(table.about, coverage=replace(coverage, readings=(*coverage.readings, *being_read)))

    assert summarise_so_far(TableSoFar(replace(table, about=about), before, unknown)) == said


def test_a_reading_that_is_stopped_says_what_is_there_and_what_is_not(desk, simulator):
    """In the sentence, beside the button and in the coverage: they were not read, and not that they could not be."""
    # The first accounts have numbers at once; Stop is pressed long before the others are through.
    simulator.order(Fault.SLOW, path="IncomingPhoneNumbers", after=3, times=20, seconds=3)
    limiter = desk.session.gateway.transport.limiter
    limiter.limit = limiter.most = 2
    panel, shown, sentence, hint = stop_reading(desk)
    unread = panel._table.about.coverage.unread

    assert 0 < len(shown) < 59
    assert "of 8 accounts read. The others are being read." in sentence
    assert (hint, panel.looking._idle.layout.display) == ("none", None)
    assert 1 < unread < 8
    assert f"You stopped the reading: {8 - unread} of 8 accounts are read." in panel.said
    assert f"{unread} accounts were not read, and their numbers are left out." in panel._sentence.value
    assert f"{unread} accounts were not read, because you stopped the reading." in panel._remembered.value
    assert "could not" not in panel._sentence.value + panel._remembered.value
    assert 0 < len(panel.shown) < 59


def test_a_reading_goes_on_when_its_first_rows_are_on_the_screen(journal, clock, monkeypatch):
    """Until then it waits, so that they are there soon; it would wait a minute for a panel that drew nothing."""
    monkeypatch.setattr(reading_inventories, "_MOMENT", 60)
    drawn = []

    async def played(desk):
        panel = desk.inventory_panel()
        panel.grid.observe(lambda _: drawn.append(panel.grid.total), "rev")
        await panel.ready()

    with serve(world=f"{ACCOUNTS}x1", seed="test", now=clock) as simulator:
        desk, began = desk_at(simulator, journal, clock), time.monotonic()
        asyncio.run(played(desk))
        desk.session.gateway.transport.close()

    assert 0 < drawn[0] < drawn[-1] == ACCOUNTS
    assert time.monotonic() - began < 30


def test_the_first_screen_which_shows_no_rows_lets_nothing_wait(journal, clock, monkeypatch):
    """It can stop a reading, too; to wait for rows that nobody draws would be lost time."""
    monkeypatch.setattr(reading_inventories, "_MOMENT", 60)
    with serve(world=f"{ACCOUNTS}x1", seed="test", now=clock) as simulator:
        desk, began = desk_at(simulator, journal, clock), time.monotonic()
        asyncio.run(desk.home_panel().ready())
        desk.session.gateway.transport.close()

    assert time.monotonic() - began < 30


def test_a_stop_that_comes_too_late_leaves_nothing_out_and_says_nothing(desk, simulator):
    """All was on its way already: there are no others to speak of."""
    (account,) = [account for account in desk.session.accounts if account.friendly_name == "Acme Support"]
    simulator.order(Fault.SLOW, path=f"{account.sid}/IncomingPhoneNumbers", times=1, seconds=1)
    panel, shown, *_ = stop_reading(desk)

    assert len(shown) < 59
    assert "You stopped" not in panel.said
    assert len(panel.shown) == 59


def watch_a_look(desk, *, until):
    """Begin a look, and return the panel and what it showed at each step until a condition holds."""

    async def played():
        panel, seen = desk.inventory_panel(), []
        await panel.ready()
        panel.looking.button.click()
        for _ in range(1000):
            await asyncio.sleep(0.01)
            verdicts = panel.shown.groupby("account")["verdict"].apply(set).to_dict()
            if not seen or seen[-1][1] != verdicts:
                seen.append((panel._sentence.value, verdicts))
            if until(verdicts):
                break
        panel.looking.stop.click()
        await panel.ready()
        return panel, seen

    return asyncio.run(played())


def test_verdicts_appear_account_by_account_and_stop_keeps_them(desk, simulator):
    """The others are judged while the use of one is read; the next desk knows them too."""
    (slow,) = (account for account in desk.session.accounts if account.friendly_name == "Acme Marketing")
    simulator.order(Fault.SLOW, path=f"{slow.sid}/Usage/Records", times=99, seconds=10)
    panel, seen = watch_a_look(desk, until=lambda verdicts: sum(each != {"unknown"} for each in verdicts.values()) >= 2)
    frame = panel.shown
    known = frame[frame["looked_at"].notna()]
    sentence, verdicts = seen[-1]

    assert [each for each in seen[0][1].values() if each != {"unknown"}] == []
    assert 0 < len(known) < len(frame)
    assert set(known["verdict"]) >= {"quiet", "in use"}
    assert "Acme Marketing" not in set(known["account"])
    assert set(frame[frame["looked_at"].isna()]["verdict"]) == {"unknown"}
    assert {name for name, each in verdicts.items() if each != {"unknown"}} <= set(known["account"])
    assert " of 7 accounts checked." in sentence
    assert "You stopped: " in panel.said
    assert f"{len(frame) - len(known)} are not checked yet" in panel._sentence.value
    again = desk.evidence()
    assert again[again["looked_at"].notna()]["sid"].tolist() == known["sid"].tolist()


def test_a_look_that_breaks_off_leaves_a_whole_table_of_what_was_found(desk, monkeypatch):
    """It can be exported, and looked at again."""

    def broken(*args, **how):
        raise cannot_read("Twilio went away.")

    async def played():
        panel = desk.inventory_panel()
        await panel.ready()
        monkeypatch.setattr("helpers.tables.evidence_view.take_evidence", broken)
        panel.looking.button.click()
        await panel.ready()
        return panel

    panel = asyncio.run(played())

    assert "Twilio went away." in panel.said
    assert panel._whole
    assert {button.disabled for button in panel.exports.values()} == {False}
    assert panel.looking.button.disabled is False
