"""A release panel at a desk that signs in with an API key: no button that cannot work, and a key for one release."""

from dataclasses import replace

import ipywidgets.widgets.widget as every_widget
import pytest

from helpers.core.permissions import LOOK, RELEASE
from helpers.core.reasons import Cause, Reason
from helpers.panels.release.emergency_address import EmergencyStep
from tests.support.golden import as_read
from tests.support.panel_tools import NUMBER, choose, decision_about, deletes, desk_at, everything_in, named, writes

pytestmark = pytest.mark.usefixtures("loud")
FAX = "Head office fax"
SECRET = "Hush" * 8
BLIND = tuple(name for name in LOOK if "api-keys" not in name)


@pytest.fixture
def open_with(simulator, journal, clock, controls):
    """Open desks that sign in with a new key."""
    desks = []

    def opened(allow, account_keys=None):
        key = controls.make_key(allow)
        desks.append(desk_at(simulator, journal, clock, key=key, account_keys=account_keys))
        return desks[-1]

    yield opened
    for desk in desks:
        desk.session.gateway.transport.close()


@pytest.fixture
def looking(open_with):
    return open_with(LOOK)


def typed_back(desk, name=FAX):
    panel, number = desk.release_panel(), named(desk, name)
    choose(panel, number)
    panel.typed.value = number.phone_number
    return panel


def type_key(panel, key):
    panel.key.sid.value, panel.key.secret.value = key.sid, str(key.secret)


def heard(monkeypatch):
    """Hear every message of every widget to the browser from now on."""
    sent = []
    monkeypatch.setattr(every_widget.Widget, "_send", lambda widget, msg, buffers=None: sent.append(repr(msg)))
    monkeypatch.setattr(every_widget.Widget, "comm", True)
    return sent


def is_shown(widget):
    return widget.layout.display != "none"


def test_a_desk_that_may_not_release_shows_no_button(looking, simulator, snapshot):
    """Whatever is typed back: the box says why, and the button comes with a key that may."""
    panel = typed_back(looking)
    panel.confirm.click()

    assert (is_shown(panel.confirm), is_shown(panel.key)) == (False, True)
    assert as_read(panel._reason.value) == snapshot
    assert [request["path"] for request in writes(simulator)] == ["/v1/Keys"]


def test_a_key_that_deletes_and_cannot_look_shows_no_button(open_with):
    """The look before the release would be refused, and so would the one after it."""
    numbers = "/twilio/phone-numbers/active-numbers"
    panel = typed_back(open_with((*(name for name in LOOK if name != f"{numbers}/read"), f"{numbers}/delete")))

    assert (is_shown(panel.confirm), is_shown(panel.key)) == (False, True)


def test_the_typed_key_releases_once_and_is_forgotten(looking, simulator, controls, monkeypatch):
    """Two presses are one DELETE, by that key; after it no field, message, repr or log of widgets has its secret."""
    key, panel = controls.make_key(RELEASE), typed_back(looking)
    type_key(panel, key)
    assert (is_shown(panel.confirm), panel.confirm.disabled) == (True, False)
    sent = []
    really = every_widget.Widget._send
    monkeypatch.setattr(
        every_widget.Widget, "_send", lambda *of, **named: (sent.append(repr(of)), really(*of, **named))
    )
    panel.confirm.click()
    panel.confirm.click()

    assert "is released" in panel.said
    assert [request["user"] for request in deletes(simulator)] == [key.sid]
    assert (panel.key.sid.value, panel.key.secret.value) == ("", "")
    assert key.secret not in "".join([*sent, *everything_in(panel), repr(panel.key.secret)])
    assert not is_shown(panel.confirm)


def test_a_pasted_key_is_taken_without_what_surrounds_it(looking, simulator, controls):
    """Quotes, blanks and invisible signs come with a paste."""
    key, panel = controls.make_key(RELEASE), typed_back(looking)
    panel.key.sid.value, panel.key.secret.value = f' "{key.sid}"', f"\u2066{key.secret}\u200b "
    panel.confirm.click()

    assert [request["user"] for request in deletes(simulator)] == [key.sid]


def test_the_kernel_never_sends_a_typed_secret_back(looking, controls, monkeypatch):
    """Ipywidgets repeats what a browser sends; this field it does not repeat."""
    key, panel = controls.make_key(RELEASE), typed_back(looking)
    sent = heard(monkeypatch)
    panel.key.sid.set_state({"value": key.sid})
    panel.key.secret.set_state({"value": str(key.secret)})

    assert key.sid in "".join(sent)
    assert key.secret not in "".join(sent)
    assert panel.key.secret.value == key.secret


@pytest.mark.parametrize(
    ("sid", "secret"),
    [
        ("", SECRET),
        ("SK" + "2" * 32, ""),
        ("SK123", SECRET),
        ("AC" + "2" * 32, SECRET),
        (" ", " "),
        ("SK" + "2" * 32, "hush"),
        ("SK" + "2" * 32, "SK" + "2" * 32),
        ("SK" + "2" * 32, "2" * 32),
    ],
)
def test_a_key_that_is_not_whole_arms_nothing(looking, sid, secret):
    """Its SID and its secret, both; an account's SID is no key's, and a SID or an auth token is no secret."""
    panel = typed_back(looking)
    panel.key.sid.value, panel.key.secret.value = sid, secret

    assert not is_shown(panel.confirm)
    assert panel.confirm.disabled


def test_a_key_is_typed_for_one_number(looking, controls):
    """Another choice forgets it."""
    panel = typed_back(looking)
    type_key(panel, controls.make_key(RELEASE))
    choose(panel, named(looking, "Board room"))

    assert (panel.key.sid.value, panel.key.secret.value) == ("", "")


def test_a_key_of_another_account_sends_no_delete(looking, simulator, controls, snapshot):
    """The panel says so, and what was typed is gone."""
    panel = typed_back(looking)
    key = controls.make_key(RELEASE, account_sid=simulator.credentials["subaccount"][0])
    type_key(panel, key)
    panel.confirm.click()

    assert as_read(panel.said.replace(key.sid, "SK…")) == snapshot
    assert deletes(simulator) == []
    assert panel.key.secret.value == ""


def test_a_desk_whose_key_is_not_known_keeps_its_buttons(open_with, simulator, snapshot):
    """It may not read its policy: the button is there, and Twilio's refusal names the permission."""
    panel = typed_back(open_with(BLIND))
    assert (is_shown(panel.confirm), panel.confirm.disabled, is_shown(panel.key)) == (True, False, True)
    panel.confirm.click()

    assert as_read(panel.said) == snapshot
    assert [request["status"] for request in deletes(simulator)] == [401]


def test_a_desk_with_a_token_asks_for_no_key(desk):
    """It may all, so there is nothing to type."""
    panel = desk.release_panel()

    assert (is_shown(panel.key), is_shown(panel.confirm)) == (False, True)


def number_of(desk, account_sid):
    return next(number for number in desk.inventory().numbers if number.account_sid == account_sid)


@pytest.mark.parametrize(
    ("own", "subs", "is_needed"),
    [
        (LOOK, (*LOOK, *RELEASE), False),
        ((*LOOK, *RELEASE), LOOK, True),
        (LOOK, BLIND, False),
    ],
    ids=["its key may", "its key may not", "its key is not known"],
)
def test_the_key_of_a_numbers_account_decides_whether_there_is_a_button(
    open_with, simulator, controls, own, subs, is_needed
):
    """In a subaccount with a key of its own, the desk's key of the main account says nothing."""
    support = simulator.credentials["subaccount"][0]
    desk = open_with(own, {support: controls.make_key(subs, account_sid=support)})
    panel = desk.release_panel()
    assert is_shown(panel.confirm) is (own != LOOK)
    choose(panel, number_of(desk, support))

    assert is_shown(panel.confirm) is not is_needed
    assert ("may not release. Type in one" in panel.key.children[0].value) is is_needed
    choose(panel, number_of(desk, desk.reach.account.sid))
    assert is_shown(panel.confirm) is (own != LOOK)


def test_what_is_changed_or_bought_back_takes_the_key_of_its_account(open_with, simulator, controls):
    """A number is released and offered back in a subaccount whose key may, at a desk whose own may only look."""
    support = simulator.credentials["subaccount"][0]
    may = controls.make_key((*LOOK, "/twilio/phone-numbers/active-numbers/*"), account_sid=support)
    desk = open_with(LOOK, {support: may})
    panel = typed_back(desk, "Chat pilot 2023")
    panel.confirm.click()
    back = desk.restore_panel()
    assert not is_shown(back.confirm)
    back.entry.value = back.entry.options[1][1]

    assert [request["user"] for request in deletes(simulator)] == [may.sid]
    assert is_shown(back.confirm)
    allowed = [panel.emergency._is_allowed(account) for account in (support, desk.reach.account.sid)]
    assert allowed == [True, False]


@pytest.mark.parametrize("is_allowed", [True, False])
def test_an_emergency_address_has_no_button_where_the_key_may_not_change(is_allowed, snapshot):
    """The step says so, and where else it can be done."""
    blockers = (Reason(Cause.EMERGENCY_ADDRESS, {"status": "registered"}),)
    step = EmergencyStep(
        is_allowed=lambda _: is_allowed, one_time_id=lambda: "once", on_confirm=print, on_failure=print
    )
    step.show_decision(replace(decision_about(NUMBER), blockers=blockers))

    assert is_shown(step)
    assert is_shown(step._act) is is_allowed
    assert as_read(step._said.value) == snapshot


def test_nothing_can_be_bought_back_by_a_key_that_may_not_buy(looking, controls, snapshot):
    """After a release by another key: the way back is named, and no button is shown."""
    panel = typed_back(looking)
    type_key(panel, controls.make_key(RELEASE))
    panel.confirm.click()
    back = looking.restore_panel()
    back.entry.value = back.entry.options[1][1]
    back.typed.value = "+12125550101"

    assert (is_shown(back.confirm), is_shown(back.bare_step), back.confirm.disabled) == (False, False, True)
    assert as_read(back._cost.value) == snapshot


def test_a_page_that_asks_for_all_state_is_not_told_the_secret(open_with, controls):
    """Loaded again, or saved: what is typed is in the kernel, and leaves it to Twilio alone."""
    panel = open_with(LOOK).release_panel()
    key = controls.make_key(RELEASE)
    type_key(panel, key)
    states = repr([each.get_state() for each in panel.key.children])

    assert panel.key.secret.value == str(key.secret)
    assert str(key.secret) not in states
