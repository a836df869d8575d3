"""The release panel's first two steps, played: accounts, numbers, and the card of the chosen one."""

import asyncio
import html
import threading
from dataclasses import replace

import pytest

from helpers.panels.inventory.selection import hand_over, read_selection
from helpers.simulator import Fault, serve
from tests.support.failures import cannot_read
from tests.support.golden import as_read
from tests.support.on_screen import beside, part
from tests.support.panel_tools import (
    ACCOUNT,
    NUMBER,
    OTHER,
    QUIET,
    choose,
    decision_about,
    deletes,
    desk_at,
    everything_in,
    fields_in,
    named,
    writes,
)

pytestmark = pytest.mark.usefixtures("loud")


def test_nothing_is_preselected(panel, simulator):
    """Nothing is preselected, the button sleeps, and only GETs were sent."""
    assert (panel.subaccount.value, panel.subaccount.label) == (None, "All accounts")
    assert (panel.number.value, panel.number.label) == (None, "Choose…")
    assert panel.confirm.disabled is True
    assert writes(simulator) == []


def test_choosing_a_subaccount_chooses_no_number(panel, desk):
    """A drop-down whose options are replaced chooses the first by itself; this one does not."""
    for account in ("Acme Marketing", "Acme Support"):
        panel.subaccount.value = next(each.sid for each in desk.inventory().accounts if each.friendly_name == account)

        assert (panel.number.value, panel.number.label) == (None, "Choose…")


@pytest.mark.parametrize("typed", ["landing TEST", "917 555-0156", "(917) 555-0156", "+19175550156", "PN"])
def test_a_number_is_found_however_it_is_written(panel, desk, typed):
    """Digits with or without punctuation, parts of its name in any order, or its SID."""
    number = named(desk, QUIET)
    panel.subaccount.value = number.account_sid
    panel.filter.value = typed

    assert number.sid in [sid for _, sid in panel.number.options]


def test_the_last_digits_find_a_number_in_all_accounts_and_it_names_its_account(panel, desk):
    """No account is chosen first, and nothing is chosen for the operator."""
    number = named(desk, QUIET)
    panel.filter.value = number.phone_number[-4:]
    labels = {sid: label for label, sid in panel.number.options}

    assert panel.subaccount.value is None
    assert "Acme Marketing" in labels[number.sid]
    assert (panel.number.value, panel.confirm.disabled) == (None, True)

    panel.number.value = number.sid

    assert number.phone_number in panel.card.value
    assert "is not used" in panel.said


@pytest.mark.parametrize("typed", ["marketing landing", "MARKETING 0156"])
def test_the_name_of_the_account_is_searched_too(panel, desk, typed):
    """Six hundred customers: one knows the customer, and a part of the number."""
    panel.filter.value = typed

    assert named(desk, QUIET).sid in [sid for _, sid in panel.number.options]


def test_every_number_of_every_account_can_be_found_and_how_many_are_listed_is_said(plain_panel):
    """A hundred thousand are not drawn; how many there are, and in how many accounts, stands beside."""
    many = [replace(NUMBER, sid=f"PN{n}", phone_number=f"+44207946{n:04d}") for n in range(1000)]
    played = plain_panel(numbers=many)

    assert len(played.number.options) == 201
    assert "1,000 numbers in 1 account; the first 200 are listed." in beside(played, played.look).value

    for number in many[::97]:
        played.filter.value = number.phone_number[-4:]

        assert [sid for _, sid in played.number.options if sid == number.sid]


def test_a_number_handed_over_from_the_inventory_is_offered_first_and_once(desk):
    """It is not chosen: the operator chooses it, reads about it, and types it."""
    number = named(desk, QUIET)
    hand_over(desk._memory, number.sid)
    panel, later = desk.release_panel(), desk.release_panel()

    assert panel.number.options[1][1] == number.sid
    assert panel.number.options[1][0].endswith("from the inventory")
    assert (panel.number.value, panel.typed.value, panel.confirm.disabled) == (None, "", True)
    assert len([sid for _, sid in panel.number.options if sid == number.sid]) == 1
    assert not [label for label, _ in later.number.options if label.endswith("from the inventory")]


def test_a_number_handed_over_to_an_open_panel_waits_for_the_choice_that_is_made(desk):
    """Whoever is about to release another number is not disturbed."""
    panel, number, other = desk.release_panel(), named(desk, QUIET), named(desk, "Training room")
    choose(panel, other)
    hand_over(desk._memory, number.sid)
    panel._tick(desk.session.clock())

    assert panel.number.value == other.sid

    panel.number.value = None
    panel._tick(desk.session.clock())

    assert panel.number.options[1][1] == number.sid
    assert panel.number.value is None


@pytest.mark.parametrize("kept", [b"", b"null", b"\xff", b"[]", b'"PN0"'])
def test_what_was_handed_over_and_is_no_number_is_offered_nowhere(desk, kept):
    """Whatever became of the file, it takes nothing down."""
    hand_over(desk._memory, "PN1")
    (desk._memory / "handed_over.json").write_bytes(kept)

    assert not [label for label, _ in desk.release_panel().number.options if "inventory" in label]


def test_a_long_list_is_cut_and_says_so(plain_panel, snapshot):
    """200 numbers are listed at a time; the filter finds every other one."""
    many = [replace(NUMBER, sid=f"PN{n}", phone_number=f"+442079460{n:03d}") for n in range(257)]
    played = plain_panel(numbers=many)
    played.subaccount.value = ACCOUNT.sid

    assert len(played.number.options) == 201
    assert as_read(beside(played, played.look).value) == snapshot

    played.filter.value = "0256"

    assert many[256].sid in [sid for _, sid in played.number.options]
    assert as_read(beside(played, played.look).value) == snapshot


def test_an_account_that_could_not_be_read_is_said(desk, simulator, snapshot):
    """What is missing from the lists is named above them."""
    number = named(desk, QUIET)
    simulator.order(Fault.FORBIDDEN, path=f"{number.account_sid}/IncomingPhoneNumbers", times=9)
    desk.inventory(again=True)
    played = desk.release_panel()

    assert as_read(played.reading.value) == snapshot
    assert as_read([label for label, _ in played.subaccount.options]) == snapshot


def test_reading_again_forgets_the_choice(armed, simulator):
    """The lists are new, so what was chosen from the old ones is chosen no more."""
    armed.read_again.click()

    assert (armed.number.value, armed.typed.value, armed.confirm.disabled) == (None, "", True)
    assert deletes(simulator) == []


@pytest.mark.parametrize("between", [0.05, None], ids=["while it is looked at", "at once"])
def test_a_late_answer_about_an_earlier_choice_is_dropped(plain_panel, between, snapshot):
    """The card shows the number that is chosen, whichever answer comes last."""
    slow, asked = threading.Event(), []

    def decide(number):
        asked.append(number.sid)
        if number is NUMBER:
            slow.wait(5)
        return decision_about(number)

    async def play():
        played = plain_panel(decide=decide)
        await played.ready()
        choose(played, NUMBER)

        assert as_read(played.said) == snapshot
        assert NUMBER.phone_number in played.card.value
        assert as_read(played.card.value) == snapshot

        if between:
            await asyncio.sleep(between)
        played.number.value = OTHER.sid
        await asyncio.sleep(0.05)
        slow.set()
        await played.ready()
        return played

    played = asyncio.run(play())

    assert asked == [NUMBER.sid, OTHER.sid]
    assert OTHER.phone_number in played.card.value
    assert NUMBER.phone_number not in played.card.value


def test_a_number_nobody_could_look_at_cannot_be_released(panel, desk, simulator, snapshot):
    """What could not be read is not quiet: the button sleeps, and the panel says why."""
    number = named(desk, QUIET)
    simulator.order(Fault.FORBIDDEN, path="Calls", times=50)
    choose(panel, number)
    panel.typed.value = number.phone_number
    panel.confirm.click()

    assert as_read(panel.said) == snapshot
    assert panel.confirm.disabled is True
    assert deletes(simulator) == []


def test_a_number_can_be_looked_at_again_and_is_then_released(panel, desk, simulator, snapshot):
    """Its calls could not be read, and then they can: one button, and nothing has to be chosen anew."""
    number = named(desk, QUIET)
    simulator.order(Fault.FORBIDDEN, path="Calls")
    choose(panel, number)

    assert as_read(part(panel, "desk-reason")) == snapshot
    assert panel.look.description == "Look again"

    panel.look.click()

    assert as_read(panel.said) == snapshot
    assert panel.number.value == number.sid

    panel.typed.value = number.phone_number
    panel.confirm.click()

    assert "is released" in panel.said
    assert len(deletes(simulator)) == 1


def test_looking_again_forgets_what_was_typed_about_the_look_before(armed):
    """What is confirmed is what was just seen."""
    chosen = armed.number.value
    armed.look.click()

    assert (armed.number.value, armed.typed.value, armed.confirm.disabled) == (chosen, "", True)


def test_a_look_that_failed_can_be_made_again(plain_panel, snapshot):
    """Where no card could be shown at all, the button is awake."""
    failures = [cannot_read("Twilio did not answer.")]

    def decide(number):
        if failures:
            raise failures.pop()
        return decision_about(number)

    played = plain_panel(decide=decide)
    choose(played, NUMBER)
    assert as_read(played.said) == snapshot

    played.look.click()
    assert "is not used" in played.said


def test_look_again_sleeps_while_there_is_nothing_to_look_at(plain_panel):
    """With nothing chosen, and while something is under way, a first look included."""
    asleep = []

    def decide(number):
        asleep.append(played.look.disabled)
        return decision_about(number)

    async def play():
        nonlocal played
        played = plain_panel(decide=decide)
        await played.ready()
        asleep.append(played.look.disabled)
        choose(played, NUMBER)
        await played.ready()
        assert played.look.disabled is False
        played.look.click()
        played.look.click()
        await played.ready()
        assert played.look.disabled is False
        played.subaccount.value = None

    played = None
    asyncio.run(play())

    assert asleep == [True, True, True]
    assert played.look.disabled is True


def test_a_number_that_left_meanwhile_is_said_to_be_gone(panel, desk, simulator, operator, snapshot):
    """The list is as old as its reading; the look is not."""
    number = named(desk, QUIET)
    operator.press(operator.confirm(number))
    choose(panel, number)

    assert as_read(panel.said) == snapshot
    assert panel.said in panel.card.value
    assert panel.confirm.disabled is True


def test_names_that_were_made_to_do_harm_are_text(clock, journal):
    """A name at Twilio is whatever somebody typed; here it is shown, and does nothing."""
    with serve(world="hostile", seed="test", now=clock) as simulator:
        hostile = desk_at(simulator, journal, clock)
        played = hostile.release_panel()
        account = next(each for each in hostile.inventory().accounts if each.friendly_name.startswith("<img"))
        labels = [label for label, sid in played.subaccount.options if sid == account.sid]
        played.subaccount.value = account.sid
        cards = []
        for _, sid in played.number.options[1:]:
            played.number.value = sid
            cards.append(played.card.value)
        hostile.session.gateway.transport.close()

    assert [label.startswith(account.friendly_name) for label in labels] == [True]
    assert all(html.escape(account.friendly_name) in card for card in cards)
    assert not any(tag in card for card in cards for tag in ("<img", "<script", "\u202e", "\n", "\t"))


def test_no_secret_is_in_any_widget(panel, desk, simulator, operator):
    """No auth token, and no password that somebody wrote into a web address, before the release or after it."""
    number = named(desk, QUIET)
    url = "https://ann:pass-word@acme.example/ivr"
    operator.gateway.update_number(number.account_sid, number.sid, {"VoiceUrl": url, "SmsUrl": url})
    choose(panel, number)
    shown = everything_in(panel)
    panel.typed.value = number.phone_number
    panel.confirm.click()
    shown = "".join([*shown, *everything_in(panel)])
    secrets = {pair[-1] for pair in simulator.credentials.values() if pair} | {"pass-word"}

    assert "<code>https://acme.example/ivr</code>" in shown
    assert "is released" in panel.said
    assert [secret for secret in secrets if secret in shown] == []


def test_every_field_has_a_label(panel):
    """A field without a description has no name for a screen reader."""
    assert [field for field in fields_in(panel) if not field.description] == []


@pytest.mark.parametrize("kept", [b"", b"null", b"\xff", b'["PN1", 7]', b"[" * 5000])
def test_a_kept_choice_that_cannot_be_read_is_none(tmp_path, kept):
    """Whatever became of the file, it takes nothing down; nothing was kept in a new folder either."""
    (tmp_path / "ticked.json").write_bytes(kept)

    assert read_selection(tmp_path) == frozenset()
    assert read_selection(tmp_path / "new") == frozenset()


def test_what_was_ticked_in_the_inventory_is_offered_together_and_not_chosen(desk, loud, snapshot):
    """The next notebook lists those numbers, over all accounts; the operator still chooses, and types."""
    inventory, ticked = desk.inventory_panel(), [named(desk, QUIET), named(desk, "Training room")]
    inventory.grid.select([number.sid for number in ticked])
    panel = desk.release_panel()
    (label, value), *_ = panel.subaccount.options[1:]
    assert as_read(label) == snapshot
    assert panel.subaccount.value is None

    panel.subaccount.value = value
    assert {sid for _, sid in panel.number.options if sid} == {number.sid for number in ticked}
    assert panel.number.value is None
    assert panel.confirm.disabled


def test_nothing_ticked_is_nothing_offered(desk, loud):
    """A ticked number that is gone by now, or an empty selection, makes no row."""
    panel = desk.inventory_panel()
    panel.grid.select(["PN" + "0" * 32])

    assert "Ticked" not in str(desk.release_panel().subaccount.options)


def test_a_number_of_an_account_that_nobody_read_is_not_judged_by_another_accounts_name(
    panel, desk, simulator, snapshot
):
    """The main account's name and protections do not hold for it: nothing is asked, and the way out is said."""
    number = named(desk, QUIET)
    sight = desk.session.sight
    sight.accounts = tuple(account for account in sight.accounts if account.sid != number.account_sid)
    asked = len(simulator.requests)
    choose(panel, number)

    assert as_read(panel.said) == snapshot
    assert panel.confirm.disabled
    assert len(simulator.requests) == asked
