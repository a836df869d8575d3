"""A practice Twilio that begins on a fixed day, its controls over HTTP, and Twilio's own library aimed at it."""

import time
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import requests
from twilio.rest import Client

from helpers.gateway.transport import Transport
from helpers.simulator.resources.access import token_of
from helpers.simulator.world.belongings import BelongingSpec, belonging
from helpers.simulator.world.events import call_fields
from helpers.simulator.world.records import Record, made_sid, rfc2822
from helpers.simulator.world.traffic_log import ListedLog

BORN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class Controls:
    """The controls of a practice Twilio, over HTTP, as anybody would use them."""

    def __init__(self, simulator):
        self.url = simulator.url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Control-Token"] = simulator.control_token

    def __call__(self, method, name, body=None, **more):
        answer = self.session.request(method, f"{self.url}/__practice/{name}", json=body, timeout=5, **more)
        return answer.status_code, answer.json()

    def twilio(self, path, pair, method="GET", **form):
        return self.session.request(method, f"{self.url}{path}", auth=tuple(pair), data=form, timeout=5)


def control(simulator, name, body, *, method="POST"):
    """Send a control to a practice Twilio, which carries it out; return its answer."""
    controls = Controls(simulator)
    with controls.session:
        status, answer = controls(method, name, body)
    assert status == 200
    return answer


def set_latency(simulator, seconds):
    """Let every answer take so many seconds, at least."""
    control(simulator, "settings", {"latency": seconds})


@contextmanager
def named_hosts(simulator, user, password):
    """Make a client that asks every host of Twilio's by its name, and is answered by the practice Twilio."""
    transport = Transport(origin=simulator.url, clock=time.monotonic, sleep=lambda _: None, jitter=lambda: 0.5)
    yield Client(user, password, http_client=transport, environment={"TWILIO_REGION": ""})
    transport.close()


@contextmanager
def own_clients(simulator):
    """Make such clients for accounts by their names, each with the account's own token."""
    with ExitStack() as opened:

        def sign_in(name):
            account = next(a for a in simulator.world.accounts.values() if a.friendly_name == name)
            return opened.enter_context(named_hosts(simulator, account.sid, token_of(simulator.world, account.sid)))

        yield sign_in


def give_a_pool(world, account, phone_numbers):
    """Put numbers of an account into a Proxy service that it did not have before."""
    give(world, account, BelongingSpec("Proxy service", "Couriers", 30, phone_numbers, {"in_use": 2}))


def give(world, account, spec):
    """Give an account something that it did not have before, and return its sid."""
    given = belonging(spec, account=account, seed=world.scenario.seed, born=world.scenario.born)
    had = world.scenario.belongings
    world.scenario = replace(
        world.scenario, belongings=lambda one: [*had(one), *([given] if one.sid == account.sid else [])]
    )
    return given.sid


def account_named(client, name):
    return client.api.v2010.accounts(next(a.sid for a in client.api.v2010.accounts.list() if a.friendly_name == name))


def every_number_of(world):
    return {account.sid: world.numbers(account) for account in world.accounts}


def ring(world, *numbers, at):
    """Let each of these numbers be called once, at a moment after the world began."""
    had = world.scenario.calls
    new = {}
    for number in numbers:
        sid, when = made_sid("CA", number.sid, at), rfc2822(at)
        somebody, ours = "+14165550188", number.fields["phone_number"]
        fields = call_fields(
            sid,
            account_sid=number.fields["account_sid"],
            number_sid=number.sid,
            trunk_sid=number.fields["trunk_sid"],
            caller=somebody,
            called=ours,
            caller_shown=somebody,
            called_shown=ours,
            direction="inbound",
            forwarded_from=None,
            begin=when,
            end=when,
            seconds="60",
            price="-0.01700",
            status="completed",
        )
        times = dict.fromkeys(("date_created", "start_time", "end_time"), at)
        record = Record(-int(at.timestamp()), sid=sid, fields=fields, times=times)
        new.setdefault(number.fields["account_sid"], []).append(record)

    def calls(account):
        earlier = had(account)
        return ListedLog([*new[account.sid], *earlier], moment="start_time") if account.sid in new else earlier

    world.scenario = replace(world.scenario, calls=calls)
