"""A text that waits in a messaging service names no sender yet: each number of that service may be the one."""

import pytest

from helpers.core.reasons import Cause
from helpers.simulator import Fault
from tests.support.log_rows import OTHER, OURS, TEXT

MEMBERS = {"+18445550159", "+19175550160"}


def service_of(operator, account_sid):
    (service,) = operator.gateway.resources(account_sid, "https://messaging.twilio.com/v1/Services", "services")
    return service["sid"]


def waiting(service):
    """Make a text that waits in a messaging service: from which number it will be sent, nobody has chosen yet."""
    return {**TEXT, "to": OTHER, "from": None, "direction": "outbound-api", "messaging_service_sid": service}


def unread(found):
    return {number for number, traffic in found.items() if traffic.messages is None}


@pytest.mark.parametrize("sender", [{"from": None}, {"from": ""}, {}])
def test_waiting_text_leaves_its_service_open(marketing, operator, simulator, sender):
    """The service's numbers are asked for once, however many texts wait; the account's others are as quiet as ever."""
    service = service_of(operator, marketing.account)
    texts = [{**waiting(service), "sid": f"SM{place:032x}"} for place in range(5)]
    marketing.rows["Messages"][:] = [{name: text[name] for name in text if name != "from"} | sender for text in texts]
    before = len(simulator.requests)
    found = marketing(sweeps=True)
    asked = [one["path"] for one in simulator.requests[before:]]

    assert unread(found) == MEMBERS
    assert {traffic.calls for traffic in found.values()} == {0}
    assert asked.count(f"/v1/Services/{service}/PhoneNumbers") == 1
    assert found["+18445550159"].unread["Messages"].details["service"] == service


@pytest.mark.parametrize(
    "said",
    [
        {"phone_numbers": [{"sid": "PN1", "phone_number": None}, {"friendly_name": "?"}]},
        {"phone_numbers": [{"sid": "XE1"}]},
        {"phone_numbers": [[]]},
        {"numbers": []},
    ],
)
def test_unreadable_members_leave_every_number_open(marketing, operator, between, connect, said):
    """A member that names no number could be any; so could those of a list that is none."""
    service = service_of(operator, marketing.account)
    between.answers(f"/{service}/PhoneNumbers", 200, {**said, "meta": {"next_page_url": None}})
    operator.gateway = connect(url=between.url)
    list(operator.gateway.accounts())
    marketing.rows["Messages"][:] = [waiting(service)]
    found = marketing(sweeps=True)

    assert between.answered != []
    assert unread(found) == set(found)


def test_forbidden_service_leaves_every_number_open(marketing, operator, simulator):
    """The reason says so; calls are as they were."""
    marketing.rows["Messages"][:] = [waiting(service_of(operator, marketing.account))]
    simulator.order(Fault.FORBIDDEN, path="/PhoneNumbers", times=9)
    found = marketing(sweeps=True)

    assert unread(found) == set(found)
    assert {traffic.calls for traffic in found.values()} == {0}
    why = found[OURS].unread["Messages"]
    assert (why.cause.code, why.details["status"]) == (Cause.READ_REFUSED, 403)
    assert str(why.details["what"]).startswith("messaging.twilio.com")


def test_deleted_service_leaves_nothing_open(marketing):
    """It was never sent, and the service has no numbers any more: Twilio says that there is none of that sid."""
    marketing.rows["Messages"][:] = [waiting(f"MG{'1' * 32}")]
    found = marketing(sweeps=True)

    assert unread(found) == set()


@pytest.mark.parametrize("service", ["", "MG1", f"MG{'0' * 31}/", f"MG{'0' * 32}?x=", f"AC{'0' * 32}", 5, ["x"], None])
def test_odd_service_sid_is_never_asked(marketing, simulator, service):
    """A text that names neither a number nor a service may be of any number."""
    marketing.rows["Messages"][:] = [waiting(service)]
    found = marketing(sweeps=True)

    assert unread(found) == set(found)
    assert not [one for one in simulator.requests if one["host"] == "messaging.twilio.com"]
