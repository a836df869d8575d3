"""A desk to play at, and callbacks that fail a test instead of writing to a log."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import ipywidgets
import ipywidgets.widgets.widget
import pytest

from helpers.core.errors import KitError
from helpers.core.records import Account, Coverage, Decision, Number, Reading, Traffic, Verdict
from helpers.desk.desk import Desk
from helpers.evidence.inventory import Inventory
from helpers.gateway.credentials import Connection
from helpers.gateway.simulator_client import SimulatorClient
from helpers.panels.plan import numbers as plan_numbers
from helpers.panels.release import chooser
from helpers.panels.release import panel as release
from helpers.panels.release.panel import ReleasePanel
from helpers.panels.shared import panel as every_panel
from helpers.panels.shared.html import BannerFacts
from tests.support.number_tools import numbers_of

#: Numbers of Acme's that nobody calls, texts, or has connected to anything.
QUIET, ALSO_QUIET = "Landing page test 1", "Landing page test 2"

ACCOUNT = Account("AC1", "Acme", "active", "Full", "AC1")
NUMBER = Number("PN1", "AC1", "+14155550123", "old hotline", {"sid": "PN1"})
OTHER = Number("PN2", "AC1", "+14155550124", "older hotline", {"sid": "PN2"})


@pytest.fixture
def desk(simulator, journal, clock):
    """Acme's main account at a desk of its own; whoever waits moves the clock."""
    desk = desk_at(simulator, journal, clock)
    yield desk
    desk.session.gateway.transport.close()


async def click_thrice(panel):
    """Press a panel's red button twice before it can be put to sleep, and once more after that."""
    panel.confirm.click()
    panel.confirm.click()
    await panel.ready()
    panel.confirm.click()
    await panel.ready()


def desk_at(simulator, journal, clock, *, pause=None, url=None, key=None, account_keys=None):
    sid, token = simulator.credentials["main_token"]
    username, secret = (key.sid, key.secret) if key else (sid, token)
    here = SimulatorClient(url or simulator.url, simulator.control_token)
    connection = Connection(
        live=False,
        username=username,
        secret=secret,
        account_sid=sid,
        simulator=here,
        account_keys=account_keys or {},
    )
    folder = Path(journal.database.engine.url.database).parent
    return Desk(
        connection,
        journal,
        memory=folder / "memory",
        files=folder,
        protected=folder / "protected.json",
        clock=clock,
        pause=pause or clock.pause,
    )


@pytest.fixture
def loud(monkeypatch):
    """Let a bug in a callback or a task fail the test: ipywidgets logs the one, and a panel tells the other."""
    bugs = []

    def call(dispatcher, *args, **named):
        for callback in dispatcher.callbacks:
            callback(*args, **named)

    def in_words(failure):
        if not isinstance(failure, KitError):
            bugs.append(failure)
        return in_kit_words(failure)

    in_kit_words = every_panel.in_words
    monkeypatch.setattr(ipywidgets.widgets.widget.CallbackDispatcher, "__call__", call)
    for module in (every_panel, release, chooser, plan_numbers):
        monkeypatch.setattr(module, "in_words", in_words)
    yield
    if bugs:
        raise bugs[0]


def named(desk, name):
    """Find a number by its friendly name."""
    (found,) = [number for number in desk.inventory().numbers if number.friendly_name == name]
    return found


def choose(release_panel, number):
    release_panel.subaccount.value = number.account_sid
    release_panel.number.value = number.sid


def release_it(desk, name):
    """Release a number through the panel, as an operator does; return it as it was."""
    played, number = desk.release_panel(), named(desk, name)
    choose(played, number)
    played.why.value = "not needed any more"
    played.typed.value = number.phone_number
    played.confirm.click()

    assert "is released" in played.said
    return number


def everything_in(widget):
    """List all that a panel, with every widget in it, has sent to the browser."""
    texts = [repr(widget.get_state())]
    for child in getattr(widget, "children", ()):
        texts += everything_in(child)
    return texts


def told(panel):
    """Join it all: whatever the operator may read stands somewhere in it."""
    return " ".join(everything_in(panel))


def fields_in(widget):
    """List everything in a panel that can be touched."""
    touched = (ipywidgets.Text, ipywidgets.Dropdown, ipywidgets.Button)
    found = [widget] if isinstance(widget, touched) else []
    for child in getattr(widget, "children", ()):
        found += fields_in(child)
    return found


def deletes(simulator):
    return [request for request in simulator.requests if request["method"] == "DELETE"]


def writes(simulator):
    """List the requests that could have changed something."""
    return [request for request in simulator.requests if request["method"] != "GET"]


def purchases(simulator):
    """List the requests that bought a number."""
    return [request for request in writes(simulator) if request["path"].endswith("/IncomingPhoneNumbers.json")]


@pytest.fixture
def release_panel(desk):
    return desk.release_panel()


@pytest.fixture
def armed_release(desk, release_panel):
    """A panel in which a quiet number is chosen and typed back."""
    number = named(desk, QUIET)
    choose(release_panel, number)
    release_panel.typed.value = number.phone_number

    assert release_panel.confirm.disabled is False
    return release_panel


NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def decision_about(number):
    return Decision(
        number=number,
        account=ACCOUNT,
        verdict=Verdict.QUIET,
        blockers=(),
        looked_at=NOW,
        traffic=Traffic(NOW - timedelta(days=90), NOW, calls=0, messages=0),
    )


@pytest.fixture
def plain_panel(clock):
    """Make a panel whose functions are a test's own; an exception given for one is raised by it."""

    def made(*, release=None, read=None, decide=decision_about, numbers=(NUMBER, OTHER)):
        reading = Reading(ACCOUNT, None, len(numbers))
        inventory = Inventory((ACCOUNT,), numbers_of(numbers), Coverage((reading,), len(numbers)))

        readings = iter([None, read])

        def take_inventory(**_):
            if (failure := next(readings, None)) is not None:
                raise failure
            return inventory

        def act(*_, **__):
            raise release

        return ReleasePanel(
            place=lambda: BannerFacts(live=False, account=ACCOUNT, subaccounts=0, notes=(), open_entries=0),
            inventory=take_inventory,
            read_selection=frozenset,
            take_handed_over=str,
            decide=decide,
            release=act,
            unregister=act,
            settle=act,
            clock=clock,
            one_time_id=lambda: "once",
        )

    return made
