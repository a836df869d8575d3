"""Between the confirmation and the request are a look and, after a 429, a wait: who protects a number then is heard."""

from dataclasses import replace

import pytest

from helpers.actions.emergency_address import unregister
from helpers.actions.move import move
from helpers.actions.release import release
from helpers.core.errors import NotReleasable
from helpers.core.reasons import Cause, reason_in
from helpers.core.records import PlanAct
from helpers.decisions.decision import VALID_FOR
from helpers.decisions.protected import Kind, Protected
from helpers.simulator import Fault
from tests.support.plan_tools import QUIET_NAMES


def _move(confirmation, session):
    target = next(account for account in session.accounts if account.friendly_name == "Acme Logistics")
    return move(confirmation, target, session)


ACTS = {
    "release": (release, QUIET_NAMES[0]),
    "move": (_move, QUIET_NAMES[0]),
    "unregister": (unregister, "Shop Houston, pharmacy"),
}


@pytest.fixture(params=ACTS)
def act(request, operator):
    """Do an act on a number of its kind, in a session where *meanwhile* happens while the kit waits after a 429."""
    do, name = ACTS[request.param]
    number = operator.number(name)
    confirmation = operator.confirm(number)

    def done(meanwhile):
        def pause(seconds):
            meanwhile(number)
            operator.clock.pause(seconds)

        operator.simulator.order(Fault.THROTTLED, path=number.sid, method="DELETE", times=1)
        operator.simulator.order(Fault.THROTTLED, path=number.sid, method="POST", times=1)
        return do(confirmation, replace(operator.session, pause=pause))

    return done


def protect(operator):
    def by_ann(number):
        line = Protected(Kind.NUMBER, number.phone_number, "vip", "ann@desk", "2026-03-02")
        if not operator.protection.read():
            operator.protection.protect(line)

    return by_ann


def sent(operator):
    """List the requests that Twilio carried out."""
    return [request for request in operator.writes() if request["status"] != 429]


def test_a_number_that_is_protected_while_the_kit_waits_stays(operator, act):
    """Twilio was too busy; before the next try somebody protects the number: it is not sent for again."""
    with pytest.raises(NotReleasable, match="protected") as refused:
        act(protect(operator))

    assert refused.value.reason.code is Cause.PROTECTED
    assert sent(operator) == []
    (entry,) = operator.journal.entries()
    assert [row.state for row in entry.rows] == ["confirmed", "intended", "throttled", "not_sent"]
    assert reason_in(entry.latest.detail).code is Cause.PROTECTED


def test_a_laptop_that_is_closed_while_the_kit_waits_sends_nothing_when_it_is_opened(operator, act):
    """Hours later nobody knows any more whether the number is used."""
    with pytest.raises(NotReleasable, match="more than an hour"):
        act(lambda _: operator.clock.advance(seconds=VALID_FOR.total_seconds()))

    assert sent(operator) == []
    assert operator.journal.entries()[0].state == "not_sent"


def test_a_number_that_is_protected_during_the_last_look_stays(operator, quiet, monkeypatch):
    """The protection is read after the look, which may take long."""
    confirmation, look = operator.confirm(quiet), operator.gateway.number

    def slowly(*of):
        protect(operator)(quiet)
        return look(*of)

    monkeypatch.setattr(operator.gateway, "number", slowly)
    with pytest.raises(NotReleasable):
        operator.press(confirmation)
    assert operator.writes() == []


def test_a_number_that_is_brought_back_may_be_protected_meanwhile(operator, quiet):
    """It comes home: a protection is against leaving."""
    confirmation = operator.confirm(quiet, plan={"plan_act": PlanAct.BRING_BACK})
    protect(operator)(quiet)

    assert _move(confirmation, operator.session).entry.state == "moved"
