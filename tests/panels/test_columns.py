"""The cells of the grid: unknown is neither none nor no, and prices, times and numbers are written as people do."""

from decimal import Decimal

import pytest

from helpers.panels.shared.columns import NOTED, USUAL, list_columns, write_cells
from tests.support.golden import as_read
from tests.support.grid_tools import frame_of, number, unknown, used

#: What a cell says of a place that nobody could look at, and why nobody could.
UNSEEN, MISSED = "could not look", "Could not look at X."


def cells(row):
    frame = frame_of([row])
    columns = list_columns(frame, days=90)
    return dict(zip([column.key for column in columns], write_cells(frame, columns)[0], strict=True))


def test_unknown_is_not_shown_as_none_or_no():
    """What nobody could look at says so, in each column."""
    nothing = ("monthly", "currency", "next_billing", "days_to_billing", "country", "created")
    texts = {key: cell["text"] for key, cell in cells(unknown(1, **dict.fromkeys(nothing))).items()}

    assert {key for key in texts if texts[key] == UNSEEN} == {"calls", "messages", "last_call_in", "wired", "wiring"}
    unknowns = ("idle_days", "last_used", "active", "monthly", "next_billing")
    assert {texts[key] for key in unknowns} == {"unknown"}
    assert texts["country"] == "-"


def test_quiet_is_told_apart_from_unknown_and_says_for_how_long_at_least():
    """A number without a trace was idle for all the days that were looked at, maybe longer."""
    told = cells(number(1))

    assert (told["idle_days"]["text"], told["last_used"]["text"]) == ("90+ days", "none seen")
    assert (told["verdict"]["text"], told["calls"]["text"]) == ("○ Not used", "0")
    assert told["monthly"]["text"] == "USD 1.15"


def test_a_number_is_shown_as_people_write_it_beside_its_full_form():
    """Both are needed: one to read out, one to type back."""
    told = cells(number(1, phone_number="+442079460123"))["phone_number"]

    assert (told["text"], told["aside"]) == ("+442079460123", "020 7946 0123")


def test_times_have_utc_at_hand(snapshot):
    """The cell is in the operator's zone; what Twilio wrote is beside it."""
    assert as_read(cells(used(1, 2))["last_used"]["title"]) == snapshot


def test_a_column_that_the_kit_does_not_know_can_be_shown_as_text():
    """Whatever else the table holds is there to be chosen."""
    frame = frame_of([number(1)]).assign(voice_url="https://ann:secret@acme.example/ivr")
    column = list_columns(frame, days=90)[-1]

    assert column.label == "Voice URL"
    assert write_cells(frame, [column]) == [[{"text": "https://acme.example/ivr"}]]


@pytest.mark.parametrize("key", ["wired", "wiring"])
def test_none_found_is_not_could_not_look(key):
    """Where a place could not be looked at, the cell says so and which; "none found" says what no look covers."""
    looked, missed = cells(number(1)), cells(number(1, wired=None, wiring=None, not_looked_at=MISSED))

    assert looked[key]["text"] == "none found"
    assert "RCS senders" in looked[key]["title"]
    assert (missed[key]["text"], missed[key]["title"]) == (UNSEEN, MISSED)


def test_what_was_missed_is_told_beside_what_was_found():
    """One connection is no proof that it is the only one."""
    told = cells(number(1, wired=True, wiring=(trunk := "It is on a trunk."), not_looked_at=MISSED))

    assert (told["wired"]["text"], "aside" in told["wired"]) == ("yes", True)
    assert "aside" not in cells(number(1, wired=True, wiring=trunk))["wired"]
    assert told["wired"]["title"] == told["wiring"]["text"] == f"{trunk} {MISSED}"


def test_what_was_heard_before_a_log_failed_is_the_earliest_that_it_was_used(snapshot):
    """The cell says "or later", and not for how long it is idle."""
    told = cells(used(1, 2, idle_days=None, last_used_at_least=True))

    assert as_read(told["last_used"]["text"]) == snapshot
    assert told["idle_days"]["text"] == "unknown"
    assert as_read(told["last_call_in"]["text"]) == snapshot
    assert cells(used(1, 2))["last_call_in"]["text"] == "none seen"


def test_a_warning_has_a_mark_and_its_sentence():
    """Bought last week, or in a suspended account: silence says little."""
    told = cells(number(1, warnings=(new := "It was bought only 3 days ago.")))["warnings"]

    assert (told["text"], told["title"]) == ("⚠", new)
    assert cells(number(1))["warnings"]["text"] == ""


def test_a_price_is_written_with_all_its_digits():
    """Fractions of a penny are not rounded away, and pennies are written as such."""
    prices = ("1.15", "1.06375", "2", "0.00475")
    told = [cells(number(1, monthly=Decimal(price)))["monthly"]["text"] for price in prices]

    assert told == ["USD 1.15", "USD 1.06375", "USD 2.00", "USD 0.00475"]


def test_the_usual_columns_fit_on_a_small_screen():
    """At 1280 pixels JupyterLab leaves about 810 of them to the grid; no column may need to be scrolled to."""
    usual = [column for column in list_columns(frame_of([]), days=90) if column.key in USUAL]

    assert {column.key for column in usual} == set(USUAL) - set(NOTED)
    assert 40 + sum(column.least for column in usual) <= 810
