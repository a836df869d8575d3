"""Twilio's Monitor on the practice Twilio: who changed which number, and when."""

from datetime import timedelta

import pytest
from twilio.base.exceptions import TwilioException

from helpers.simulator import Fault, serve
from tests.support.simulator_tools import control, own_clients


@pytest.fixture
def sign_in(simulator):
    """Make clients of accounts that ask Twilio's hosts by name."""
    with own_clients(simulator) as sign_in:
        yield sign_in


def told(client, **wanted):
    return [(event.event_type, event.resource_sid) for event in client.monitor.v1.events.list(**wanted)]


def test_a_number_leaves_a_trail_that_names_its_sid_alone(simulator, sign_in):
    """Bought, changed and released, newest first, in its own account; the main account's list has none of it."""
    main, own = sign_in("Acme"), sign_in("Acme Support")
    numbers = main.api.v2010.accounts(own.account_sid).incoming_phone_numbers
    number = numbers.create(phone_number="+14155550190")
    numbers(number.sid).update(voice_url="https://acme.example/new")
    numbers(number.sid).delete()
    deleted, updated, created = own.monitor.v1.events.list()

    assert [one.event_type for one in (deleted, updated, created)] == [
        "phone-number.deleted",
        "phone-number.updated",
        "phone-number.created",
    ]
    assert {(one.resource_sid, one.actor_type, one.actor_sid, one.source) for one in (deleted, updated, created)} == {
        (number.sid, "account", main.account_sid, "api")
    }
    assert updated.event_data == {
        "resource_properties": {"voice_url": {"previous": None, "updated": "https://acme.example/new"}}
    }
    assert "+14155550190" not in str([vars(one) for one in (deleted, created)])
    assert own.monitor.v1.events(deleted.sid).fetch().resource_sid == number.sid
    assert told(main) == []


def test_events_are_asked_for_by_one_field_and_by_days(simulator, sign_in):
    """Two fields at once are refused; after thirty days nothing is kept."""
    own = sign_in("Acme Support")
    first, second, *_ = own.incoming_phone_numbers.list()
    own.incoming_phone_numbers(first.sid).delete()
    simulator.advance(days=2)
    own.incoming_phone_numbers(second.sid).update(friendly_name="x")
    yesterday = simulator.now() - timedelta(days=1)
    with pytest.raises(TwilioException):
        told(own, event_type="phone-number.deleted", resource_sid=first.sid)

    assert told(own, event_type="phone-number.deleted") == [("phone-number.deleted", first.sid)]
    assert told(own, resource_sid=second.sid) == [("phone-number.updated", second.sid)]
    assert told(own, start_date=yesterday) == [("phone-number.updated", second.sid)]
    assert told(own, end_date=yesterday) == [("phone-number.deleted", first.sid)]
    simulator.advance(days=29)
    assert told(own) == [("phone-number.updated", second.sid)]


def test_what_somebody_else_does_is_a_persons_doing(simulator, sign_in):
    """A number that is reclaimed in the Console, and one that a colleague changes meanwhile."""
    own = sign_in("Acme Support")
    first, second, *_ = own.incoming_phone_numbers.list()
    own.incoming_phone_numbers(first.sid).delete()
    control(simulator, "reclaim", {"phone_number": first.phone_number})
    simulator.order(Fault.CHANGED)
    own.incoming_phone_numbers(second.sid).fetch()
    changed, reclaimed, _ = own.monitor.v1.events.list()

    assert (changed.event_type, changed.actor_type, changed.source) == ("phone-number.updated", "user", "web")
    assert (reclaimed.event_type, reclaimed.actor_type, reclaimed.source) == ("phone-number.created", "user", "web")
    assert changed.actor_sid.startswith("US")


def test_the_trail_outlasts_the_process(tmp_path):
    """It is in the world's file."""
    kept = []
    for _ in range(2):
        path = tmp_path / "world.json"
        with serve(world="acme", seed="trail", state=path) as simulator, own_clients(simulator) as sign_in:
            own = sign_in("Acme Support")
            if not kept:
                own.incoming_phone_numbers(own.incoming_phone_numbers.list()[0].sid).update(friendly_name="x")
            events = own.monitor.v1.events.list()
            kept.append([(event.sid, event.event_date, event.event_data) for event in events])

    assert kept[0] == kept[1] != []
