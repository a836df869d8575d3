"""No secret in any repr, message, traceback, log, journal or table, whatever goes wrong."""

import gc
import logging
import signal
import threading
import traceback
from pathlib import Path

import pytest
from IPython.core.ultratb import VerboseTB

from helpers.actions.locate import find_everywhere
from helpers.core.errors import KitError
from helpers.core.records import Account
from helpers.evidence.wiring import fetch_surroundings
from helpers.gateway.visibility import find_reach
from helpers.simulator import Fault


@pytest.fixture
def secrets(simulator):
    """Every password there is in this world, those that /Accounts returns among them."""
    tokens = {account["auth_token"] for account in _accounts(simulator)}
    return (
        {password for _, password in (pair for pair in simulator.credentials.values() if pair)}
        | tokens
        | {simulator.control_token}
    )


def _accounts(simulator):
    import requests

    with requests.Session() as session:
        return session.get(
            f"{simulator.url}/2010-04-01/Accounts.json", auth=tuple(simulator.credentials["main_token"])
        ).json()["accounts"]


def as_shown(failure):
    """Show an exception as a notebook does under ``%xmode Verbose``, which prints every variable it can."""
    told = "".join(traceback.format_exception(failure))
    return told + VerboseTB().text(type(failure), failure, failure.__traceback__)


def shown_by(question, operator, number):
    """Ask, and show what comes of it; this frame is in the traceback, so it holds no secret itself."""
    try:
        return repr(question(operator, number))
    except (KitError, KeyboardInterrupt) as failure:
        return as_shown(failure)


#: Everything that asks Twilio something.
QUESTIONS = {
    "accounts": lambda operator, number: list(operator.gateway.accounts()),
    "numbers": lambda operator, number: list(operator.gateway.numbers(number.account_sid)),
    "number": lambda operator, number: operator.gateway.number(number.account_sid, number.sid),
    "calls": lambda operator, number: list(operator.gateway.log(number.account_sid, "Calls", {})),
    "reach": lambda operator, number: find_reach(operator.gateway),
    "delete": lambda operator, number: operator.gateway.delete_number(number.account_sid, number.sid),
    "buy": lambda operator, number: operator.gateway.buy_number(number.account_sid, {"PhoneNumber": "+12125550190"}),
    "update": lambda operator, number: operator.gateway.update_number(number.account_sid, number.sid, {"VoiceUrl": ""}),
    "around": lambda operator, number: fetch_surroundings(
        operator.gateway, Account(number.account_sid, "Acme Support", "active", "Full", operator.reach.account.sid)
    ),
    "everywhere": lambda operator, number: find_everywhere(
        operator.gateway, operator.reach, number.phone_number, home=number.account_sid
    ),
    "release": lambda operator, number: operator.press(operator.confirm(number)),
}
FAULTS = [
    *(Fault.REQUEST_LOST, Fault.ANSWER_CUT, Fault.BROKEN_AFTER, Fault.GARBLED),
    *(Fault.UNAUTHORIZED, Fault.FORBIDDEN, Fault.NOT_FOUND, Fault.THROTTLED),
]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("question", QUESTIONS)
def test_no_failure_shows_a_secret(operator, simulator, quiet, secrets, caplog, fault, question):
    """Not in its message, not in its traceback with every local variable, not in a log at DEBUG."""
    caplog.set_level(logging.DEBUG)
    simulator.order(fault, times=99)
    shown = shown_by(QUESTIONS[question], operator, quiet) + caplog.text

    assert shown != ""
    assert not [secret for secret in secrets if secret in shown]


def test_an_interrupted_look_shows_no_secret(operator, quiet, secrets, connect, between, hears_ctrl_c):
    """The operator presses Stop while a request is under way."""

    def interrupted(_):
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        return {}

    between.answers(f"{quiet.sid}.json", 200, interrupted)
    operator.gateway = connect(url=between.url)
    shown = shown_by(QUESTIONS["number"], operator, quiet)

    assert "_send" in shown
    assert not [secret for secret in secrets if secret in shown]


def test_reprs_show_no_secret(operator, simulator, quiet, secrets):
    """What a cell shows when its last line is one of our objects."""
    connection = operator.gateway.connection
    everything = [
        operator.gateway,
        connection,
        connection.simulator,
        operator.reach,
        operator.inventory(),
        quiet,
        simulator,
    ]

    assert not [secret for secret in secrets if secret in repr(everything)]


def test_vars_of_no_object_shows_a_secret(operator, quiet, secrets):
    """Neither of the gateway nor of anything that it holds, Twilio's own client and its session among them."""
    list(operator.gateway.accounts())
    shown, seen, ahead = [], set(), [operator.gateway, operator.session, operator.journal]
    while ahead:
        thing = ahead.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        inside = {**getattr(thing, "__dict__", {}), **{name: getattr(thing, name) for name in _slots(thing)}}
        shown.append(repr(inside))
        for value in inside.values():
            ahead += [each for each in (value, *_members(value)) if type(each).__module__.split(".")[0] in OURS]

    assert {"Client", "Connection", "Transport"} <= {type(thing).__name__ for thing in _alive(seen)}
    assert not [secret for secret in secrets if secret in "".join(shown)]


#: The packages whose objects are looked into.
OURS = {"helpers", "twilio", "requests", "urllib3"}


def _slots(thing):
    names = (name for base in type(thing).__mro__ for name in getattr(base, "__slots__", ()))
    return [name for name in names if hasattr(thing, name)]


def _members(value):
    return value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple | set) else ()


def _alive(ids):
    return [thing for thing in gc.get_objects() if id(thing) in ids]


def test_the_journal_holds_no_secret(operator, quiet, secrets):
    """A whole release is in there, and no password."""
    operator.press(operator.confirm(quiet))
    written = Path(operator.journal.database.engine.url.database).read_bytes()

    assert quiet.phone_number.encode() in written
    assert not [secret for secret in secrets if secret.encode() in written]


def test_the_way_secrets_are_looked_for_would_find_one(simulator, secrets):
    """A test of the test: a local variable that holds a token is seen in the traceback."""

    def careless(*_):
        token = simulator.auth_token
        raise KitError(f"A token of {len(token)} characters is in sight.")

    shown = shown_by(careless, None, None)

    assert any(secret in shown for secret in secrets)
