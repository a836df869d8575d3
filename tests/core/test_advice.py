"""What happened is one thing, and what to do now another: one number and a plan are advised differently."""

from dataclasses import replace
from threading import Event

import pytest

from helpers.actions.outcome import settle
from helpers.core.advice import Advice, for_a_plan, for_one_number
from helpers.core.errors import AlreadyUsed, Drifted, KitError
from helpers.simulator import Fault
from tests.support.golden import as_read


@pytest.mark.parametrize("advice", Advice)
def test_each_advice_has_words_for_both(advice, snapshot):
    """Whoever adds one says it for a number chosen by itself, and for a number of a plan."""
    alone, planned = for_one_number("It happened.", advice), for_a_plan("It happened.", advice)

    assert as_read(alone) == snapshot
    assert as_read(planned) == snapshot
    assert alone != planned


def test_a_failure_as_text_ends_with_its_advice(snapshot):
    """What other callers show unchanged is still all of it, and what was said goes on without the advice."""
    failure = Drifted("It was changed. Nothing was sent.", advice=Advice.CHOOSE_AGAIN)

    assert as_read(str(failure)) == snapshot
    assert as_read(failure.message) == snapshot
    assert str(KitError("No advice.")) == "No advice."


def test_a_refusal_says_the_same_of_one_number_as_before(operator, quiet, snapshot):
    """Changed, or confirmed before: what to do is the last sentence."""
    confirmation = operator.confirm(quiet)
    operator.simulator.order(Fault.CHANGED, method="GET", path=quiet.sid)
    with pytest.raises(Drifted) as refused:
        operator.press(confirmation)
    assert as_read(str(refused.value)) == snapshot
    with pytest.raises(AlreadyUsed) as refused:
        operator.press(confirmation)
    assert as_read(str(refused.value)) == snapshot


def test_a_wait_is_said_with_the_advice(operator, quiet, snapshot):
    """A number that is still listed may go later: when to look again is told to the minute, and only as advice."""
    operator.simulator.order(Fault.REQUEST_LOST, method="DELETE")
    settled = settle(operator.press(operator.confirm(quiet)).entry, operator.session)

    assert settled.advice is Advice.LOOK_LATER
    assert settled.wait is not None
    assert "Look again" not in settled.message
    assert as_read(str(settled)) == snapshot


def test_an_address_of_a_plan_is_advised_about_as_a_part_of_it(planner, operator, snapshot):
    """Changed between the look and the request: there is nothing to choose again in a plan."""
    plan, path = planner.make("Shop Houston, pharmacy")
    told, really = [], operator.gateway.number

    def number(account_sid, sid):
        found = really(account_sid, sid)
        # The first look judges, the second is the last before the request.
        if operator.journal.entries():
            return replace(found, sent={**found.sent, "friendly_name": "changed"})
        return found

    operator.gateway.number = number
    planner.runs.unregister(plan, path, typed="unregister 1 emergency address", stop=Event(), on_message=told.append)

    assert as_read(told[0]) == snapshot
    assert operator.writes() == []
