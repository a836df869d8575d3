"""Two accounts of one name are told apart wherever one of them is chosen, filtered or typed."""

from dataclasses import replace

import pytest

from helpers.core.records import PlanAct
from helpers.panels.plan.criteria import LIST
from tests.support.panel_tools import QUIET, choose, deletes, named
from tests.support.plan_panel_tools import from_list

pytestmark = pytest.mark.usefixtures("loud")


@pytest.fixture
def namesakes(desk, simulator):
    """Give the account of a quiet number, and another one, one name that looks like production."""
    number = named(desk, QUIET)
    other = next(one for one in desk.session.accounts if not one.is_main and one.sid != number.account_sid)
    return rename(desk, simulator, "Acme PROD", number.account_sid, other.sid)


def rename(desk, simulator, name, *sids):
    for sid in sids:
        simulator.world.accounts[sid] = replace(simulator.world.accounts[sid], friendly_name=name)
    desk.inventory(again=True)
    return sids


def labels(dropdown, sids):
    return [label for label, value in dropdown.options if value in sids]


def test_each_list_of_accounts_tells_namesakes_apart(desk, namesakes):
    """By the end of the sid beside the name."""
    release, plan, inventory = desk.release_panel(), desk.plan_panel(), desk.inventory_panel()
    ends = {sid[-6:] for sid in namesakes}
    lists = (release.subaccount, plan.source.account, plan.source.target, inventory.filters.account)

    for offered in lists:
        shown = labels(offered, namesakes)
        assert {end for end in ends for label in shown if f"Acme PROD ({end})" in label} == ends
    assert {name for name in inventory.shown["account"] if "PROD" in name} == {f"Acme PROD ({end})" for end in ends}


def test_the_name_alone_confirms_neither_of_them(desk, simulator, namesakes):
    """What is typed says which of them is meant."""
    panel, number = desk.release_panel(), named(desk, QUIET)
    choose(panel, number)
    panel.typed.value = number.phone_number
    wanted = f"Acme PROD ({number.account_sid[-6:]})"
    for typed, asleep in (("Acme PROD", True), (f"Acme PROD ({namesakes[1][-6:]})", True), (wanted, False)):
        panel.account_typed.value = typed
        assert panel.confirm.disabled is asleep

    panel.confirm.click()
    assert len(deletes(simulator)) == 1


def test_a_plan_names_the_one_to_park_in(desk, simulator, namesakes):
    """In the sentence that is typed; and production accounts by what tells them apart."""
    panel = desk.plan_panel()
    panel.source.act.value = PlanAct.PARK
    panel.source.source.value = LIST
    panel.source.target.value = namesakes[1]
    from_list(panel, f"phone_number\n{named(desk, QUIET).phone_number}\n")
    panel.run.check.click()

    assert (
        panel.checked.sentence == f"move 1 number of Acme PROD ({namesakes[0][-6:]}) to Acme PROD ({namesakes[1][-6:]})"
    )
    assert panel.checked.production == (f"Acme PROD ({namesakes[0][-6:]})",)


def test_a_name_of_pictures_is_confirmed_by_the_end_of_the_sid(desk, simulator):
    """Nobody can type it."""
    number = named(desk, QUIET)
    rename(desk, simulator, "\U0001f525 LIVE", number.account_sid)
    panel = desk.release_panel()
    choose(panel, named(desk, QUIET))
    panel.typed.value, panel.account_typed.value = number.phone_number, number.account_sid[-6:]

    assert panel.account_typed.placeholder.startswith(number.account_sid[-6:])
    assert panel.confirm.disabled is False


def test_a_number_to_take_back_is_listed_with_its_account(desk, namesakes):
    """One number may have been released from two accounts."""
    number = named(desk, QUIET)
    panel = desk.release_panel()
    choose(panel, number)
    panel.typed.value = number.phone_number
    panel.account_typed.value = f"Acme PROD ({number.account_sid[-6:]})"
    panel.confirm.click()
    restore = desk.restore_panel()

    assert f"Acme PROD ({number.account_sid[-6:]})" in restore.entry.options[1][0]
