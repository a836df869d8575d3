"""The restore panel, played: the countdown, the price, one purchase, and the way through Twilio's Console."""

# ruff: noqa: F401, F811  # a fixture is imported, and asked for by an argument of its name

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import requests

from helpers.entries import Entry, Row
from helpers.panels.outcome import time_left
from helpers.panels.restored import restored
from helpers.records import Restoration
from helpers.simulator import Fault
from tests.panel_tools import desk, everything_in, fields_in, loud, named, purchases, release_it, writes

pytestmark = pytest.mark.usefixtures("loud")

#: It answers by a server of its own, so there is something to put back.
NAME = "Billboard Times Square"


@pytest.fixture
def released(desk):
    """A number with settings of its own that was released."""
    return release_it(desk, NAME)


@pytest.fixture
def panel(desk, released):
    return desk.restore_panel()


@pytest.fixture
def armed(panel, released):
    """A panel in which the released number is chosen and typed back."""
    _choose_first(panel)
    panel.typed.value = released.phone_number

    assert panel.confirm.disabled is False
    return panel


def _choose_first(panel):
    panel.entry.value = panel.entry.options[1][1]


def _control(practice, name, **body):
    """Order something of the practice Twilio that the real one cannot do."""
    with requests.Session() as session:
        session.trust_env = False

        assert session.post(f"{practice.url}/__practice/{name}", json=body).status_code == 200


def test_showing_the_panel_chooses_nothing_and_sends_nothing(panel, released, practice):
    """The released number is listed with its time left, and nothing is chosen or sent."""
    before = len(writes(practice))

    assert (panel.entry.value, panel.entry.label) == (None, "Choose…")
    assert (panel.confirm.disabled, panel.look.disabled) == (True, True)
    assert released.phone_number in panel.released.value
    assert "9 days 14 hours left" in panel.released.value
    assert len(writes(practice)) == before


def test_nothing_to_take_back_is_said(desk):
    """An empty list says that it is empty."""
    assert "No released number waits here to be taken back." in desk.restore_panel().released.value


def test_a_number_is_bought_back_with_its_settings(armed, released, desk, practice):
    """One press buys it once, with its old configuration, and says that everything is as it was."""
    armed.confirm.click()
    (bought,) = purchases(practice)

    assert bought["form"]["VoiceUrl"] == released.get("voice_url")
    assert armed.said == f"{released.phone_number} is yours again, with every setting as it was."
    assert "every setting is as it was" in armed.result.value
    assert named(desk, NAME).phone_number == released.phone_number
    assert (armed.entry.value, armed.typed.value, armed.confirm.disabled) == (None, "", True)
    assert armed.entry.options == (("Choose…", None),)


def test_a_double_click_is_one_purchase(armed, practice):
    """A second press buys nothing."""

    async def double_click():
        armed.confirm.click()
        armed.confirm.click()
        await armed.ready()
        armed.confirm.click()
        await armed.ready()

    asyncio.run(double_click())

    assert len(purchases(practice)) == 1


def test_the_price_is_named_before_it_can_be_bought(panel, released):
    """What it costs, and that billing starts over, stands above the button."""
    _choose_first(panel)

    assert "USD 1.15 a month" in panel.card.value
    assert "buying it: USD 1.15 a month, charged again now, and its billing starts over" in panel._cost.value


def test_nothing_can_be_bought_before_its_price_was_asked(panel, released):
    """The number may be typed faster than Twilio answers; the button waits for both."""

    async def play():
        _choose_first(panel)
        panel.typed.value = released.phone_number

        assert panel.confirm.disabled is True
        await panel.ready()

    asyncio.run(play())

    assert panel.confirm.disabled is False


def test_an_unknown_price_is_said_to_be_unknown(desk, practice):
    """It is neither 0 nor left out."""
    practice.order(Fault.FORBIDDEN, path="/v1/PhoneNumbers", times=9)
    release_it(desk, NAME)
    panel = desk.restore_panel()
    _choose_first(panel)

    assert "<div>Costs</div><div>unknown</div>" in panel.card.value
    assert "which could not be found out" in panel._cost.value


def test_the_button_sleeps_until_the_number_is_typed_back(panel, released, practice):
    """A press before that buys nothing."""
    _choose_first(panel)
    panel.typed.value = released.phone_number[:-1]
    panel.confirm.click()

    assert panel.confirm.disabled is True
    assert purchases(practice) == []


def test_where_twilio_keeps_it_back_the_way_leads_through_its_console(armed, released, desk, practice):
    """21422: the panel names each step and the right subaccount; after it was reclaimed there, a look does the rest."""
    _control(practice, "rebuy", mode="refused")
    armed.confirm.click()

    assert "in Twilio's Console: the way is below" in armed.said
    assert "<bdi>Acme Marketing</bdi>" in armed.path.value
    assert released.account_sid in armed.path.value
    assert "https://support.twilio.com/hc/en-us/articles/223183028" in armed.path.value
    assert armed.typed.value == ""

    armed.look.click()

    assert "is not back in any account of yours" in armed.said
    assert armed.path.value != ""

    _control(practice, "reclaim", phone_number=released.phone_number)
    armed.look.click()

    assert armed.said == f"{released.phone_number} is yours again, with every setting as it was."
    assert named(desk, NAME).get("voice_url") == released.get("voice_url")
    assert len(purchases(practice)) == 1
    assert (armed.entry.value, armed.path.value) == (None, "")


@pytest.fixture
def stale(armed, practice):
    """A panel after Twilio refused to sell the number with its old settings."""
    practice.order(Fault.REFUSED, method="POST", path="IncomingPhoneNumbers.json", code=21649)
    armed.confirm.click()
    return armed


def test_every_refusal_leaves_the_way_through_the_console(stale, released, desk):
    """Whatever Twilio said no with: the steps are shown, and again when the entry is chosen another day."""
    another_day = desk.restore_panel()
    _choose_first(another_day)

    for panel in (stale, another_day):
        assert "<b>Phone Numbers &gt; Manage &gt; Released numbers</b>" in panel.path.value
        assert "may give it back in its Console" in panel.path.value
        assert released.account_sid in panel.path.value
        assert panel._without.layout.display is None
    assert "Twilio error 21649" in stale.said
    assert "both ways are below" in stale.said


def test_without_its_old_settings_it_is_another_step_with_its_own_typing(stale, released, desk, practice):
    """Nothing is armed after the refusal; typed back once more and pressed once, it is bought once, and put right."""
    assert (stale.typed.value, stale.typed_bare.value) == ("", "")
    assert (stale.confirm.disabled, stale.bare.disabled) == (True, True)
    stale.bare.click()
    assert len(purchases(practice)) == 1

    stale.typed_bare.value = released.phone_number
    assert (stale.confirm.disabled, stale.bare.disabled) == (True, False)
    stale.bare.click()
    stale.bare.click()
    stale.confirm.click()

    assert [request["form"].get("VoiceUrl") for request in purchases(practice)] == [released.get("voice_url"), None]
    assert stale.said == f"{released.phone_number} is yours again, with every setting as it was."
    assert named(desk, NAME).get("voice_url") == released.get("voice_url")
    assert (stale.entry.value, stale.typed_bare.value, stale.bare.disabled) == (None, "", True)
    assert stale._without.layout.display == "none"


def test_two_buttons_pressed_at_once_are_one_purchase(stale, released, practice):
    """Both are typed for, and both are pressed: the first counts."""

    async def both():
        stale.typed.value = stale.typed_bare.value = released.phone_number
        stale.confirm.click()
        stale.bare.click()
        await stale.ready()

    asyncio.run(both())

    assert len(purchases(practice)) == 2
    assert "VoiceUrl" in purchases(practice)[-1]["form"]


def test_without_old_settings_is_offered_only_where_those_were_refused(armed, practice, released):
    """Not before, not where Twilio keeps the number for its Console, and not where it was merely busy."""
    assert armed._without.layout.display == "none"
    practice.order(Fault.THROTTLED, method="POST", path="IncomingPhoneNumbers.json")
    armed.confirm.click()
    assert (armed._without.layout.display, armed.path.value) == ("none", "")

    _control(practice, "rebuy", mode="refused")
    armed.typed.value = released.phone_number
    armed.confirm.click()
    assert "gives it back in its Console only" in armed.path.value
    armed.typed_bare.value = released.phone_number

    assert (armed._without.layout.display, armed.bare.disabled) == ("none", True)


def test_an_answer_that_was_lost_is_found_by_looking(armed, released, desk, practice):
    """It was bought, nobody said so: a look finds it, and nothing is bought twice."""
    practice.order(Fault.ANSWER_LOST, method="POST", path="IncomingPhoneNumbers.json")
    armed.confirm.click()

    assert "is yours again" in armed.said
    assert len(purchases(practice)) == 1


def test_an_open_purchase_is_settled_by_looking(armed, released, practice, clock):
    """Nobody knows whether it was bought: the button sleeps, the countdown runs, and a look settles it."""
    practice.order(Fault.BROKEN_BEFORE, method="POST", path="IncomingPhoneNumbers.json")
    armed.confirm.click()

    assert "nothing is concluded and nothing is sent again" in armed.said
    assert "a look can conclude that nothing happened" in armed._countdown.value

    armed.typed.value = released.phone_number

    assert armed.confirm.disabled is True

    clock.advance(minutes=2)
    armed.look.click()

    assert "was not bought" in armed.said
    assert len(purchases(practice)) == 1
    assert armed.entry.value is not None


def test_what_differs_is_listed_field_by_field(armed, released, practice):
    """A setting that did not come back is shown as it was and as it is."""
    practice.order(Fault.CHANGED, method="GET", path="IncomingPhoneNumbers/PN")
    armed.confirm.click()

    assert "some settings are not as they were" in armed.said
    assert f"<td>voice url</td><td><code>{released.get('voice_url')}</code></td>" in armed.result.value


def test_what_a_person_has_to_see_to_is_listed(released):
    """What cannot be put back through the number stands below what was compared, each in its sentence."""
    shown = restored(Restoration("1", released, "PN0", differences={}, by_hand=("Register <it>.", "Tell the shop.")))

    assert "every setting is as it was" in shown
    assert "<p>Register &lt;it&gt;.</p><p>Tell the shop.</p>" in shown


def test_the_countdown_follows_the_clock(panel, clock):
    """What is left is shown anew at every tick, and urged before the end."""
    panel._tick(clock() + timedelta(days=8))

    assert '<span class="desk-left desk-warning">1 day 14 hours left</span>' in panel.released.value


def test_an_expired_number_is_shown_as_over(desk, released, clock, journal):
    """After the last reading of "10 days" nothing can be bought; a look is still possible."""
    from helpers.recover import expire

    clock.advance(days=11)
    expire(journal, now=clock())
    played = desk.restore_panel()
    _choose_first(played)
    played.typed.value = released.phone_number

    assert "The ten days are over." in played.released.value
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


def test_no_secret_is_in_any_widget(armed, practice):
    """No auth token, before or after."""
    shown = everything_in(armed)
    armed.confirm.click()
    shown = "".join([*shown, *everything_in(armed)])

    assert [pair[-1] for pair in practice.credentials.values() if pair and pair[-1] in shown] == []


def test_every_field_has_a_label(panel):
    """A field without a description has no name for a screen reader."""
    assert [field for field in fields_in(panel) if not field.description] == []
