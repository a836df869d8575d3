"""A practice Twilio, a gateway to it, a journal, a clock; nothing clever."""

import itertools
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from helpers.actions.outcome import Settled
from helpers.actions.release import release
from helpers.core.records import Confirmation, Decision, Number, Reach, Window
from helpers.decisions.decision import decide
from helpers.decisions.protection import Protection
from helpers.decisions.session import Session, Sight
from helpers.evidence.inventory import Inventory, take_inventory
from helpers.evidence.number_traffic import fetch_number_traffic
from helpers.gateway.credentials import Connection
from helpers.gateway.gateway import Gateway
from helpers.gateway.simulator_client import SimulatorClient
from helpers.gateway.transport import TIMEOUTS, Transport
from helpers.gateway.visibility import find_reach
from helpers.journal.journal import Journal, journal_file
from helpers.simulator import serve
from tests.support.in_between import in_front_of

# A check says what it found in whichever of these files it stands.
pytest.register_assert_rewrite(
    "tests.support.browser",
    "tests.support.kit_in_browser",
    "tests.support.launcher_tools",
    "tests.support.log_rows",
    "tests.support.panel_tools",
    "tests.support.restore_panel_tools",
    "tests.support.restore_tools",
    "tests.support.stillness",
)

#: Their fixtures are there for every test.
pytest_plugins = (
    "tests.support.launcher_tools",
    "tests.support.log_rows",
    "tests.support.panel_tools",
    "tests.support.plan_panel_tools",
    "tests.support.plan_tools",
    "tests.support.protection_tools",
    "tests.support.restore_panel_tools",
    "tests.support.restore_tools",
)


class Clock:
    """A clock that moves when it is told to, or when somebody waits."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
        self.waits: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)

    def pause(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.advance(seconds=seconds)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def simulator(clock):
    """The company Acme on a practice Twilio, whose clock is the test's."""
    with serve(world="acme", seed="test", now=clock) as running:
        yield running


@pytest.fixture
def between(simulator):
    """Something that stands between the kit and Twilio, and answers in its place when told to."""
    with in_front_of(simulator) as standing:
        yield standing


@pytest.fixture
def controls(simulator):
    """The practice Twilio as the kit steers it."""
    return SimulatorClient(simulator.url, simulator.control_token)


@pytest.fixture
def connect(simulator, clock):
    """Make gateways for the credentials of somebody."""
    transports = []

    def connected(
        who: str = "main_token",
        *,
        timeouts: tuple[float, float] = (2.0, 2.0),
        url: str = simulator.url,
        sleep: Callable[[float], None] = lambda seconds: None,
        wall: Callable[[], datetime] | None = None,
    ) -> Gateway:
        username, secret = simulator.credentials[who]
        sid = username
        if username.startswith("SK"):
            sid = simulator.credentials["subaccount"][0] if who == "subaccount_key" else simulator.account_sid
        transport = Transport(
            origin=url,
            clock=lambda: clock().timestamp(),
            sleep=sleep,
            jitter=lambda: 0.5,
            timeouts=timeouts,
            wall=wall,
        )
        transports.append(transport)
        here = SimulatorClient(url, simulator.control_token)
        return Gateway(
            Connection(live=False, username=username, secret=secret, account_sid=sid, simulator=here), transport
        )

    yield connected
    for transport in transports:
        transport.close()


@pytest.fixture
def gateway(connect):
    return connect()


@pytest.fixture
def journal(tmp_path) -> Journal:
    return Journal(journal_file(tmp_path / "journal.db"))


@dataclass
class Operator:
    """Somebody at a desk: finds a number, judges it, confirms it, presses the button."""

    gateway: Gateway
    sight: Sight
    journal: Journal
    protection: Protection
    clock: Clock
    simulator: object
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def session(self) -> Session:
        return Session(
            *(self.gateway, self.journal, self.protection, self.sight, "pat@desk", self.clock, self.clock.pause),
            one_time_id=lambda: f"{next(self.ids):016x}",
        )

    @property
    def reach(self) -> Reach:
        return self.sight.reach

    def inventory(self) -> Inventory:
        reach, accounts = find_reach(self.gateway)
        return take_inventory(self.gateway, reach, accounts, seconds=lambda: 0.0)

    def number(self, name: str) -> Number:
        """Find a number by its friendly name."""
        (found,) = [number for number in self.inventory().numbers if number.friendly_name == name]
        return found

    def decide(self, number: Number) -> Decision:
        accounts = {account.sid: account for account in self.gateway.accounts()}
        now = self.clock()
        return decide(
            number,
            accounts[number.account_sid],
            traffic=fetch_number_traffic(self.gateway, number, Window.of(90, until=now)),
            wiring=None,
            price=None,
            open_entry=None,
            protected=None,
            now=now,
        )

    def confirm(self, number: Number, **otherwise: object) -> Confirmation:
        confirmation = Confirmation(
            id=f"confirmation-{next(self.ids)}",
            decision=self.decide(number),
            typed=number.phone_number,
        )
        return replace(confirmation, **otherwise)

    def press(self, confirmation: Confirmation) -> Settled:
        return release(confirmation, self.session)

    def deletes(self) -> list[dict[str, object]]:
        """List the DELETE requests that reached Twilio."""
        return [request for request in self.simulator.requests if request["method"] == "DELETE"]

    def writes(self) -> list[dict[str, object]]:
        """List the requests that could have changed something."""
        return [request for request in self.simulator.requests if request["method"] != "GET"]

    def is_ours(self, number: Number) -> bool:
        """Ask the world itself, not the kit, whether a number is still in the company."""
        return any(number.sid == other.sid for other in self.inventory().numbers)


@pytest.fixture
def operator(gateway, journal, clock, simulator, tmp_path) -> Operator:
    protection = Protection(tmp_path / "protected.json", journal.notes, clock)
    return Operator(gateway, Sight(gateway), journal, protection, clock, simulator)


@pytest.fixture
def quiet(operator) -> Number:
    """A number of Acme's that nobody needs."""
    return operator.number(QUIET)


@dataclass
class Company:
    """A generated company, and a gateway to it."""

    gateway: Gateway
    inventory: Inventory
    simulator: object
    stop: Event = field(default_factory=Event)


@pytest.fixture
def busy_company(clock):
    """Generate companies by the names that the practice Twilio gives them, like ``1x50+40000``."""
    with ExitStack() as stack:

        def made(world: str, *, timeouts: tuple[float, float] = TIMEOUTS) -> Company:
            running = stack.enter_context(serve(world=world, seed="test", now=clock))
            username, secret = running.credentials["main_token"]
            here = SimulatorClient(running.url, running.control_token)
            transport = Transport(
                origin=running.url,
                clock=time.monotonic,
                sleep=lambda seconds: None,
                jitter=lambda: 0.5,
                timeouts=timeouts,
            )
            stack.callback(transport.close)
            gateway = Gateway(Connection(False, username, secret, running.account_sid, here), transport)
            reach, accounts = find_reach(gateway)
            inventory = take_inventory(gateway, reach, accounts, seconds=lambda: 0.0)
            return Company(gateway, inventory, running)

        yield made


#: The friendly name of a number in the world ``acme`` without traffic, trunk or emergency address.
QUIET = "Old hotline"


@pytest.fixture
def hears_ctrl_c():
    """Let the processes that a test starts hear Ctrl-C: who was started with it ignored passes that on to them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """A person's home folder of its own."""
    for name in ("HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    return tmp_path / "home"
