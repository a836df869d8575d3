"""What colleagues noted about a number is written in one form, and told wherever the number may go."""

from datetime import date

import pytest

from helpers.core.number_note import NumberNote
from helpers.decisions.protected import Kind
from helpers.journal.states import Act
from helpers.panels.plan.criteria import SELECTED
from helpers.tables.frames import report_table
from tests.support.failures import cannot_read
from tests.support.golden import as_read
from tests.support.grid_tools import rows_of
from tests.support.panel_tools import ALSO_QUIET, QUIET, choose, named
from tests.support.plan_panel_tools import check_and_type, make


@pytest.fixture
def form(desk, loud):
    return desk.protection_panel().note


def write(desk, name, **what):
    """Note something about a number, as a colleague does at another desk."""
    number = named(desk, name) if isinstance(name, str) else name
    parts = {"note": "", "owner": "", "keep_until": None} | what
    note = NumberNote(number.phone_number, **parts, who="ann@desk", at=desk.session.clock())
    desk.session.protection.write_note(note, before=desk.session.protection.note(number.phone_number))
    return number


def noted(desk, name):
    return desk.session.protection.note(named(desk, name).phone_number)


def fill(form, number, **fields):
    form.number.value = number.phone_number
    for name, value in fields.items():
        getattr(form, name).value = value


def test_a_note_is_saved_with_one_press_and_shown_to_the_next_who_types_the_number(desk, loud, form, clock, snapshot):
    """With the person and the time; the list above tells it as well."""
    fill(form, named(desk, QUIET), note="on every van", owner="Ann", keep_until=date(2027, 1, 31))
    form.save.click()

    note = noted(desk, QUIET)
    assert (note.note, note.owner, note.keep_until) == ("on every van", "Ann", date(2027, 1, 31))
    assert (note.who, note.at) == (desk.session.who, clock())
    assert as_read(form.said.replace(note.who, "pat@desk")) == snapshot
    panel = desk.protection_panel()
    fill(panel.note, named(desk, QUIET))
    assert (panel.note.note.value, panel.note.owner.value) == ("on every van", "Ann")
    assert panel.note.keep_until.value == date(2027, 1, 31)
    assert "on every van" in panel.noted.value


def test_one_search_finds_a_number_of_any_account_for_a_protection_and_for_a_note(desk, loud, simulator):
    """Its option names its account; to choose it writes it into the fields, and saves nothing."""
    panel, number = desk.protection_panel(), named(desk, QUIET)
    panel.picker.filter.value = number.phone_number[-4:]
    (label,) = [label for label, sid in panel.picker.number.options if sid == number.sid]
    account = next(each for each in desk.session.accounts if each.sid == number.account_sid)
    assert account.label in label
    assert len(panel.picker._accounts) == len(desk.session.accounts)
    panel.kind.value = Kind.NAME
    panel.picker.number.value = number.sid

    assert (panel.kind.value, panel.what.value) == (Kind.NUMBER, number.phone_number)
    assert panel.note.number.value == number.phone_number
    assert not panel.note.note.disabled
    assert desk.session.protection.read() == ()
    assert desk.session.protection.notes() == {}
    panel.protect.click()
    assert [line.what for line in desk.session.protection.read()] == [number.phone_number]
    assert panel.picker.number.value is None


def test_where_the_inventory_cannot_be_read_a_number_is_typed(desk, loud, monkeypatch):
    """The search says why it is empty; the fields below are awake."""
    panel = desk.protection_panel()

    def fail():
        raise cannot_read("Twilio is down.")

    monkeypatch.setattr(panel, "_inventory", fail)
    panel._spawn(panel._offer())
    assert "Twilio is down." in panel.picker.hint.value
    assert "can be typed below" in panel.picker.hint.value
    fill(panel.note, named(desk, QUIET), note="on every van")
    assert not panel.note.save.disabled


def test_nothing_can_be_written_before_a_whole_number_is_typed(form, desk, snapshot):
    """And nothing is guessed: a part of a number, or one without its country code, is none."""
    for typed in ("", "+1415", "4155550112", "hotline"):
        form.number.value = typed
        assert all(field.disabled for field in (form.note, form.owner, form.keep_until, form.save))
    assert as_read(form.said) == snapshot
    fill(form, named(desk, QUIET))
    assert form.save.disabled
    form.owner.value = "Ann"
    assert not form.save.disabled


def test_another_number_begins_with_its_own_note(form, desk):
    """What was typed for the number before is not written to the next."""
    fill(form, named(desk, QUIET), owner="Ann", keep_until=date(2027, 1, 31))
    fill(form, named(desk, ALSO_QUIET))

    assert (form.owner.value, form.keep_until.value, form.save.disabled) == ("", None, True)


def test_a_note_that_a_colleague_changed_meanwhile_is_told_at_the_button(form, desk):
    """Theirs stays."""
    fill(form, number := named(desk, QUIET), note="printed")
    write(desk, QUIET, keep_until=date(2027, 1, 31))
    form.save.click()

    assert form.said.startswith("ann@desk changed the note of")
    assert noted(desk, QUIET).keep_until == date(2027, 1, 31)
    form.number.value = ""
    fill(form, number)
    assert form.keep_until.value == date(2027, 1, 31)


def test_notes_are_shown_as_text(form, desk):
    """Whatever somebody wrote, the page does not run it."""
    write(desk, QUIET, note="<b>x</b>", owner="<b>x</b>")

    shown = desk.protection_panel().noted.value
    assert "<b>x" not in shown
    assert shown.count("&lt;b&gt;x") == 2


def test_a_kept_number_is_refused_with_its_day_and_goes_when_that_is_over(desk, loud, simulator, clock, snapshot):
    """The panel says it beside the button, and how to change it."""
    number = write(desk, QUIET, note="the fair", keep_until=date(2026, 3, 4))
    panel = desk.release_panel()
    choose(panel, number)
    panel.typed.value = number.phone_number
    assert panel.confirm.disabled
    assert as_read(panel._reason.value) == snapshot

    clock.advance(days=4)
    panel = desk.release_panel()
    choose(panel, number)
    panel.typed.value = number.phone_number
    assert not panel.confirm.disabled


def test_a_number_that_is_kept_after_it_was_confirmed_is_not_released(desk, armed_release, simulator):
    """The last look at what is kept is the one before the request."""
    write(desk, QUIET, keep_until=date(2026, 3, 4))
    armed_release.confirm.click()

    assert "is kept until 4 March 2026" in armed_release.said
    assert [each for each in simulator.requests if each["method"] == "DELETE"] == []


def test_the_owner_stands_beside_the_button_and_in_the_journal(desk, loud, snapshot):
    """An owner keeps nothing."""
    number = write(desk, QUIET, note="on every van", owner="Ann")
    panel = desk.release_panel()
    choose(panel, number)
    panel.typed.value = number.phone_number
    assert "Its owner is Ann. The button releases" in panel._reason.value
    assert "Its owner is Ann. Note: on every van. (ann@desk, 2 March 2026.)" in panel.card.value
    panel.confirm.click()

    entry = desk.session.journal.latest()
    assert entry.details["owner"] == "Ann"
    assert [each.id for each in desk.session.journal.search("ann", 5)[0]] == [entry.id]
    assert as_read(desk.journal_panel().closed.value) == snapshot


def test_the_grid_has_the_columns_of_notes_only_where_there_are_some(desk):
    """An empty column is noise."""
    assert not {"owner", "keep_until", "note"} & set(desk.evidence().columns)
    number = write(desk, QUIET, owner="Ann", keep_until=date(2027, 1, 31))

    frame = desk.evidence()
    assert {"owner", "keep_until", "note"} & set(frame.columns) == {"owner", "keep_until"}
    row = frame[frame["sid"] == number.sid].iloc[0]
    assert (row["owner"], row["keep_until"]) == ("Ann", date(2027, 1, 31))
    assert frame["owner"].notna().sum() == 1
    shown = [column["key"] for column in desk.inventory_panel().grid.columns]
    assert shown[-2:] == ["owner", "keep_until"]


@pytest.fixture
def owned(desk, loud):
    """A plan of two numbers: one of Ann's, one of Bob's."""
    inventory = desk.inventory_panel()
    inventory.looking.button.click()
    inventory.grid.select([named(desk, name).sid for name in (QUIET, ALSO_QUIET)], on=True)
    write(desk, QUIET, owner="Ann")
    write(desk, ALSO_QUIET, owner="Bob", note="the pop-up")
    panel = desk.plan_panel()
    make(panel, SELECTED)
    return panel


def entries(desk, act):
    return [entry for entry in desk.session.journal.entries() if entry.act is act]


def test_a_plan_asks_once_for_each_owner_and_writes_the_answer_down(desk, owned, snapshot):
    """Who said so and when is an entry of its own, and stands in the entry of each number of theirs."""
    check_and_type(owned)
    ask = owned.run.owners
    assert {name: box.description for name, box in ask.boxes.items()} == {
        "Ann": "Ann agreed (1 number)",
        "Bob": "Bob agreed (1 number)",
    }
    assert entries(desk, Act.AGREE) == []
    ask.boxes["Ann"].value = True
    assert not owned.run.confirm.disabled
    owned.run.confirm.click()

    (agreed,) = entries(desk, Act.AGREE)
    assert (agreed.details["owner"], agreed.details["who"]) == ("Ann", desk.session.who)
    assert agreed.details["plan_fingerprint"] == owned.plan.fingerprint
    released = {entry.details["owner"]: entry for entry in entries(desk, Act.RELEASE)}
    assert released["Ann"].details["owner_agreed_by"] == desk.session.who
    assert released["Ann"].details["owner_agreed_at"] == agreed.at.isoformat()
    assert "owner_agreed_by" not in released["Bob"].details
    told = [row[-1]["title"].replace(desk.session.who, "pat@desk") for row in rows_of(owned.report.listing.grid)]
    assert told == snapshot


def test_the_report_has_owners_and_notes(desk, owned):
    """As they were when the number was confirmed, whatever is noted later."""
    number = named(desk, ALSO_QUIET)
    check_and_type(owned)
    owned.run.owners.boxes["Ann"].value = True
    owned.run.confirm.click()
    write(desk, number, owner="Cyd", note="the pop-up")

    table = report_table(desk.plan_runs.report(owned.plan, owned.path))
    assert sorted(table["owner"]) == ["Ann", "Bob"]
    assert set(table["note"].dropna()) == {"the pop-up"}
    (said,) = table["owner_agreed"].dropna()
    assert said.startswith(desk.session.who)


def test_no_tick_is_left_from_the_check_before(desk, owned):
    """And nothing is written down before the plan runs."""
    check_and_type(owned)
    owned.run.owners.boxes["Ann"].value = True
    owned.run.check.click()

    assert owned.run.owners.agreed == frozenset()
    assert entries(desk, Act.AGREE) == []


def test_without_owners_nothing_is_asked(desk, loud):
    """The screen is as it was."""
    inventory = desk.inventory_panel()
    inventory.looking.button.click()
    inventory.grid.select([named(desk, QUIET).sid], on=True)
    panel = desk.plan_panel()
    make(panel, SELECTED)
    check_and_type(panel)

    assert panel.run.owners.layout.display == "none"
    assert panel.run.owners.children == ()
    assert not {"owner", "note"} & {column["key"] for column in panel.numbers.going.grid.columns}
