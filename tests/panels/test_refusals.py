"""A refusal stands at the button that caused it, says what did not happen and what to do now; what was typed stays."""

from helpers.core.errors import JournalUnwritable
from helpers.decisions.protected import Kind
from helpers.panels.restore.panel import WHOLE
from helpers.plans import clearance
from tests.support.on_screen import is_seen
from tests.support.panel_tools import ALSO_QUIET, QUIET, deletes, named, writes
from tests.support.plan_panel_tools import from_list
from tests.support.plan_tools import QUIET_NAMES, Planner
from tests.support.restore_tools import purchases


def test_a_note_that_cannot_be_written_says_so_at_its_button_and_is_saved_by_the_next_press(desk, monkeypatch):
    """Nothing has to be typed again."""
    form, number = desk.protection_panel().note, named(desk, QUIET)
    form.number.value, form.note.value = number.phone_number, "on every van"
    really = desk.session.protection.write_note

    def full(*_, **__):
        raise JournalUnwritable("The journal has no room. Nothing was saved. Make room, and press again.")

    monkeypatch.setattr(desk.session.protection, "write_note", full)
    form.save.click()
    assert "Nothing was saved." in form.told.value
    assert is_seen(form, form.told)
    assert form.note.value == "on every van"
    assert desk.session.protection.note(number.phone_number) is None

    monkeypatch.setattr(desk.session.protection, "write_note", really)
    assert not form.save.disabled
    form.save.click()
    assert desk.session.protection.note(number.phone_number).note == "on every van"


def test_a_protection_is_taken_away_by_its_own_words_only(desk):
    """Until then the button sleeps, and says below it what it waits for."""
    panel = desk.protection_panel()
    panel.kind.value, panel.what.value, panel.why.value = Kind.NAME, "hotline", "printed on every van"
    panel.protect.click()
    panel.chosen.value = panel.chosen.options[1][1]
    for wrong in ("hot", "hotlines"):
        panel.typed.value = wrong
        panel.unprotect.click()
        assert panel.unprotect.disabled
        assert "It stays protected until this is typed: hotline" in panel.waits.value
        assert panel.typed.value == wrong
        assert [line.what for line in desk.session.protection.read()] == ["hotline"]
    panel.typed.value = "hotline"
    assert "It stays protected" not in panel.waits.value
    assert not panel.unprotect.disabled


def test_a_limit_is_not_raised_without_a_reason_and_the_button_says_what_is_missing(desk, loud, monkeypatch):
    """The plan stays as it was; with a reason the same press raises it."""
    monkeypatch.setattr(clearance, "allowance", lambda held: 1)
    panel = desk.plan_panel()
    from_list(panel, "\n".join(["phone_number", *(named(desk, name).phone_number for name in (QUIET, ALSO_QUIET))]))
    edit, before = panel.edit, panel.plan
    edit.limit_why.value = "  "
    edit.raise_limit.click()
    assert "The limit was not raised: write down why this plan may take more." in edit.limit_told.value
    assert is_seen(panel, edit.limit_told)
    assert panel.plan is before
    edit.limit_why.value = "Customer left"
    edit.raise_limit.click()
    assert panel.plan.limit_raised == "Customer left"


def test_an_address_that_twilio_keeps_is_told_beside_its_button_and_what_was_typed_stays(desk, loud, simulator):
    """Nothing is unregistered, the number does not go, and the next press tries again."""
    panel = desk.plan_panel()
    from_list(panel, "phone_number\n+17135550125\n")
    panel.edit.two.value = True
    typed = panel.edit.emergency_typed
    typed.value = sentence = "unregister 1 emergency address"
    panel.edit.emergency.click()

    assert "Nothing was sent." in panel.edit.told.value
    assert is_seen(panel, panel.edit.told)
    assert typed.value == sentence
    assert not panel.edit.emergency.disabled
    assert panel.plan.going == ()
    assert writes(simulator) == []


def test_a_sentence_that_is_typed_while_something_is_against_it_is_answered_with_that(
    desk, loud, simulator, monkeypatch
):
    """Never with the words that stand in the field already."""
    panel = desk.plan_panel()
    from_list(panel, f"phone_number\n{named(desk, QUIET).phone_number}\n")
    panel.run.check.click()
    monkeypatch.setattr(panel._runs, "refused", lambda *_, **__: "The journal cannot be read. Nothing was sent.")
    panel.run.typed.value = panel.checked.sentence
    assert panel.run.confirm.disabled
    assert "The journal cannot be read. Nothing was sent." in panel.run.waits.value
    assert "To confirm, type" not in panel.run.waits.value
    assert panel.run.typed.value == panel.checked.sentence
    assert deletes(simulator) == []


def test_prices_that_were_read_an_hour_ago_buy_nothing_and_the_way_on_is_said(desk, operator, tmp_path):
    """The plan has to be chosen again, which reads them again."""
    planner = Planner(operator, tmp_path)
    assert set(planner.run(*planner.make(*QUIET_NAMES))[0].values()) == {"released"}
    panel = desk.restore_panel()
    panel.mode.value = WHOLE
    whole = panel.whole
    whole.plan.value = whole.plan.options[1][1]
    whole.typed.value = whole.typed.placeholder
    operator.clock.advance(minutes=61)
    whole.confirm.click()

    assert "Nothing was bought: the prices are more than an hour old. Choose the plan again." in panel.said
    assert purchases(operator) == []
    whole.plan.value = whole.plan.options[1][1]
    assert not whole.typed.disabled
