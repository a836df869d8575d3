"""The restore panel, played: the countdown, the price, one purchase, and what came back differently."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from helpers.core.reasons import Cause, Reason
from helpers.core.records import Restoration
from helpers.journal.entries import Entry, Row
from helpers.journal.journal import Journal, journal_file
from helpers.panels.restore.panel import LISTED
from helpers.panels.restore.text import show_restored
from helpers.panels.shared.outcome import time_left
from helpers.simulator import Fault
from tests.support.golden import as_read
from tests.support.long_journal import write_long_journal
from tests.support.on_screen import part, show_until_it_changes, shown
from tests.support.panel_tools import (
    click_thrice,
    desk_at,
    everything_in,
    fields_in,
    named,
    purchases,
    release_it,
    writes,
)
from tests.support.restore_panel_tools import NAME, choose_first

pytestmark = pytest.mark.usefixtures("loud")


def test_showing_the_panel_chooses_nothing_and_sends_nothing(panel, released, simulator, snapshot):
    """The released number is listed with its time left, and nothing is chosen or sent."""
    before = len(writes(simulator))

    assert (panel.entry.value, panel.entry.label) == (None, "Choose…")
    assert (panel.confirm.disabled, panel.look.disabled) == (True, True)
    assert released.phone_number in panel.released.value
    assert as_read(panel.released.value) == snapshot
    assert len(writes(simulator)) == before


def test_one_search_finds_a_released_number_of_any_account_and_it_names_its_account(desk, panel, released):
    """By its last digits, its name or its account; nothing is chosen, and a new search lets go of the choice."""
    other = release_it(desk, "Shop Miami pop-up")
    panel = desk.restore_panel()
    assert len(panel.entry.options) == 3
    for search in (other.phone_number[-4:], "(305) 555-0130", "miami POP", "Acme Shops pop-up"):
        panel.filter.value = search
        (_, (label, _)) = panel.entry.options
        assert other.phone_number in label
        assert "Acme Shops" in label
        assert panel.entry.value is None

    panel.entry.value = panel.entry.options[1][1]
    panel.typed.value = other.phone_number
    assert not panel.confirm.disabled
    panel.filter.value = released.phone_number[-4:]
    assert (panel.entry.value, panel.typed.value, panel.confirm.disabled) == (None, "", True)
    assert [released.phone_number in label for label, _ in panel.entry.options[1:]] == [True]
    # However long its name is, the end of its time is whole: it comes before it.
    assert panel.entry.options[1][0].startswith(f"{released.phone_number}   until 12 March 2026, 00:00 UTC   ")
    panel.filter.value = "0000000"
    assert len(panel.entry.options) == 1
    panel.filter.value = ""
    assert len(panel.entry.options) == 3


def test_nothing_to_take_back_is_said(desk, snapshot):
    """An empty list says that it is empty."""
    assert as_read(desk.restore_panel().released.value) == snapshot


def test_a_number_is_bought_back_with_its_settings(armed, released, desk, simulator, snapshot):
    """One press buys it once, with its old configuration, and says that everything is as it was."""
    armed.confirm.click()
    (bought,) = purchases(simulator)

    assert bought["form"]["VoiceUrl"] == released.get("voice_url")
    assert as_read(armed.said) == snapshot
    assert as_read(armed.result.value) == snapshot
    assert named(desk, NAME).phone_number == released.phone_number
    assert (armed.entry.value, armed.typed.value, armed.confirm.disabled) == (None, "", True)
    assert armed.entry.options == (("Choose…", None),)


def test_a_double_click_is_one_purchase(armed, simulator):
    """A second press buys nothing."""
    asyncio.run(click_thrice(armed))

    assert len(purchases(simulator)) == 1


def test_the_price_is_named_before_it_can_be_bought(panel, released, snapshot):
    """What it costs, and that billing starts over, stands above the button."""
    choose_first(panel)

    assert as_read(panel.card.value) == snapshot
    assert as_read(part(panel, "desk-reason")) == snapshot


def test_nothing_can_be_bought_before_its_price_was_asked(panel, released):
    """The number may be typed faster than Twilio answers; the button waits for both."""

    async def play():
        choose_first(panel)
        panel.typed.value = released.phone_number

        assert panel.confirm.disabled is True
        await panel.ready()

    asyncio.run(play())

    assert panel.confirm.disabled is False


def test_an_unknown_price_is_said_to_be_unknown(desk, simulator, snapshot):
    """It is neither 0 nor left out."""
    simulator.order(Fault.FORBIDDEN, path="/v1/PhoneNumbers", times=9)
    release_it(desk, NAME)
    panel = desk.restore_panel()
    choose_first(panel)

    assert "<div>Costs</div><div>unknown</div>" in panel.card.value
    assert as_read(part(panel, "desk-reason")) == snapshot


def test_the_button_sleeps_until_the_number_is_typed_back(panel, released, simulator):
    """A press before that buys nothing."""
    choose_first(panel)
    panel.typed.value = released.phone_number[:-1]
    panel.confirm.click()

    assert panel.confirm.disabled is True
    assert purchases(simulator) == []


def test_what_differs_is_listed_field_by_field(armed, released, simulator, snapshot):
    """A setting that did not come back is shown as it was and as it is."""
    simulator.order(Fault.CHANGED, method="GET", path="IncomingPhoneNumbers/PN")
    armed.confirm.click()

    assert as_read(armed.said) == snapshot
    assert f"<td>voice url</td><td><code>{released.get('voice_url')}</code></td>" in armed.result.value


def test_what_a_person_has_to_see_to_is_listed(released, snapshot):
    """What cannot be put back through the number stands below what was compared, each in its sentence."""
    shown = show_restored(
        Restoration(
            "1",
            released,
            "PN0",
            differences={},
            by_hand=(Reason(Cause.ADDRESS_UNREGISTERED, {"sid": "<AD1>"}), Reason(Cause.CONNECTIONS_UNKNOWN)),
        )
    )

    assert "<AD1>" not in shown
    assert as_read(shown) == snapshot


def test_what_will_not_come_back_is_told_before_it_is_bought(desk, snapshot):
    """The number alone may not be what somebody wants back."""
    release_it(desk, "Board room")
    panel = desk.restore_panel()
    choose_first(panel)

    assert as_read(panel.card.value) == snapshot


def test_the_countdown_follows_the_clock(panel, clock, snapshot):
    """What is left is shown anew at every tick, and urged before the end."""
    clock.advance(days=8)
    show_until_it_changes(panel, panel.released)

    assert as_read(panel.released.value) == snapshot


def test_an_expired_number_is_shown_as_over(desk, released, clock, journal, snapshot):
    """After the last reading of "10 days" nothing can be bought; a look is still possible."""
    clock.advance(days=11)
    played = desk.restore_panel()
    choose_first(played)
    played.typed.value = released.phone_number

    assert as_read(played.released.value) == snapshot
    assert (played.confirm.disabled, played.look.disabled) == (True, False)


@pytest.mark.parametrize(
    ("hours_after", "said", "kind"),
    [
        (0, "9 days 14 hours left", "good"),
        (24 * 7, "2 days 14 hours left", "good"),
        (24 * 8, "1 day 14 hours left", "warning"),
        (24 * 9 + 14.4, "6 minutes left", "warning"),
        (24 * 9 + 14.6, "It may still work: hurry.", "bad"),
        (24 * 10 - 0.1, "It may still work: hurry.", "bad"),
        (24 * 10 + 0.1, "The ten days are over.", "over"),
    ],
)
def test_ten_days_are_counted_by_the_earlier_reading(hours_after, said, kind):
    """Twilio states no cut-off: the countdown ends at the earlier one, and only the later one ends hope."""
    left_at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    row = Row(1, "released", left_at, {"left_at": left_at.isoformat()})
    entry = Entry("1", "release", "AC1", "PN1", "+14155550123", (row,))

    assert time_left(entry, left_at + timedelta(hours=hours_after)) == (said, kind)


def test_no_secret_is_in_any_widget(armed, simulator):
    """No auth token, before or after."""
    shown = everything_in(armed)
    armed.confirm.click()
    shown = "".join([*shown, *everything_in(armed)])

    assert [pair[-1] for pair in simulator.credentials.values() if pair and pair[-1] in shown] == []


def test_every_field_has_a_label(panel):
    """A field without a description has no name for a screen reader."""
    assert [field for field in fields_in(panel) if not field.description] == []


def test_of_many_numbers_whose_time_is_over_the_newest_are_listed(simulator, clock, tmp_path):
    """Another one is listed when it is typed, however it is written; a short journal lists all and asks for none."""
    url = journal_file(tmp_path / "journal.db")
    write_long_journal(url, LISTED + 30, until=clock() - timedelta(days=20))
    desk = desk_at(simulator, Journal(url), clock)
    panel = desk.restore_panel()
    listed = {option[1] for option in panel.entry.options[1:]}
    newest = [entry.id for entry in desk.entries()][-LISTED:]
    oldest = desk.entries()[0]

    assert listed == set(newest)
    assert panel.older in shown(panel)
    panel.older.value = f"{oldest.phone_number[:2]} {oldest.phone_number[2:5]}-{oldest.phone_number[5:]}"
    assert {option[1] for option in panel.entry.options[1:]} == {*newest, oldest.id}
    panel.entry.value = oldest.id
    assert oldest.number.sid in panel.card.value
    desk.session.gateway.transport.close()


def test_a_number_that_can_still_be_taken_back_is_always_listed(simulator, clock, tmp_path):
    """However many left after it, and however long the journal is."""
    url = journal_file(tmp_path / "journal.db")
    write_long_journal(url, 2 * LISTED, until=clock())
    desk = desk_at(simulator, Journal(url), clock)
    panel = desk.restore_panel()
    back = {entry.id for entry in desk.entries() if not entry.over(clock())}

    assert len(back) > LISTED
    assert back <= {option[1] for option in panel.entry.options[1:]}
    desk.session.gateway.transport.close()


def test_a_short_journal_has_no_field_for_older_numbers(panel):
    """All are listed."""
    assert panel.older not in shown(panel)
