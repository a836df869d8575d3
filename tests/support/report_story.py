"""A story over four months: what happens to Acme's numbers between two reports, and the reports that tell of it."""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import msgspec
import pytest

from helpers.core.records import Confirmation
from helpers.evidence.changes import ChangeKind
from helpers.journal.journal import Journal, journal_file
from helpers.simulator import Fault, serve
from helpers.simulator.resources import prices
from helpers.tables.report.files import ReportWritten
from tests.support.panel_tools import desk_at, named
from tests.support.simulator_tools import account_named, give_a_pool, named_hosts, ring

#: It is called for the last time a week before the story begins, and then no more.
SILENCED = "Shop Denver"


@dataclass(frozen=True)
class Told:
    """A report, the changes that were planted before it, and the requests that it sent."""

    written: ReportWritten
    planted: set[tuple[ChangeKind, str]]
    requests: list[dict[str, object]]

    @property
    def line(self):
        return msgspec.json.decode(self.written.line)

    def file(self, form):
        (found,) = [file for file in self.written.files if file.suffix == f".{form}"]
        return found


class Story:
    """Acme, an operator with this kit, and others with other programs."""

    def __init__(self, desk, simulator, clock, other, patch):
        self.desk, self.simulator, self.clock, self.other, self.patch = desk, simulator, clock, other, patch
        #: The names of the numbers, by their phone numbers, as the story began.
        self.names = {number.friendly_name: number for number in desk.inventory().numbers}
        self.lives: set[str] = set()

    def report(self, folder, planted=()):
        """Make a report, as the command does."""
        before = len(self.simulator.requests)
        written = self.desk.report(folder=folder)
        if not self.lives:
            frame = self.desk.evidence()
            used = frame[(frame["verdict"] == "in use") & (frame["name"] != SILENCED)]
            self.lives = set(used["phone_number"])
        number_of = {name: number.phone_number for name, number in self.names.items()}
        told = {(kind, number_of.get(name, name)) for kind, name in planted}
        return Told(written, told, self.simulator.requests[before:])

    def month(self, *happen):
        """Let something happen, and a month pass in which whatever was in use is called."""
        self.clock.advance(days=3)
        for each in happen:
            each()
        self.clock.advance(days=27)
        world = self.simulator.world
        numbers = [number for account in world.accounts for number in world.numbers(account)]
        alive = [number for number in numbers if number.fields["phone_number"] in self.lives]
        ring(world, *alive, at=self.clock() - timedelta(days=4))

    def record(self, name):
        number = self.names[name]
        return self.other.api.v2010.accounts(number.account_sid).incoming_phone_numbers(number.sid)

    def release(self, name):
        number = named(self.desk, name)
        return self.desk.acts.release(Confirmation(name, self.desk.decide(number), number.phone_number))

    def call(self, name):
        number = self.names[name]
        ring(self.simulator.world, self.simulator.world.number(number.account_sid, number.sid), at=self.clock())

    def buy(self, phone_number, account):
        account_named(self.other, account).incoming_phone_numbers.create(phone_number=phone_number)

    def move(self, name, account):
        self.record(name).update(account_sid=account_named(self.other, account).fetch().sid)

    def take_back(self, name):
        self.desk.acts.restore(self.release(name).entry, typed=self.names[name].phone_number)

    def pool(self, name):
        number = self.names[name]
        account = self.simulator.world.accounts[number.account_sid]
        give_a_pool(self.simulator.world, account, (number.phone_number,))

    def price(self, country, **prices_of):
        name, had = prices.PRICES[country]
        self.patch.setitem(prices.PRICES, country, (name, had | prices_of))


@contextmanager
def story(folder, clock):
    """Open the desk of the story."""
    journal = Journal(journal_file(folder / "journal.db"))
    with (
        serve(world="acme", seed="test", now=clock) as simulator,
        named_hosts(simulator, *simulator.credentials["main_token"]) as other,
        pytest.MonkeyPatch.context() as patch,
    ):
        desk = desk_at(simulator, journal, clock)
        yield Story(desk, simulator, clock, other, patch)
        desk.session.gateway.transport.close()


def four_months(played, folder):
    """Play the story, and yield a report at its beginning and one after each month."""
    kind = ChangeKind
    yield played.report(folder)
    played.month(
        lambda: played.release("Landing page test 1"),
        lambda: played.record("Landing page test 2").delete(),
        lambda: played.buy("+12125550190", "Acme Shops"),
        lambda: played.record("Board room").update(friendly_name="Board room, 3rd floor"),
        lambda: played.record("Training room").update(voice_url="https://ann:hunter2@voice.acme.example/new"),
    )
    yield played.report(
        folder,
        [
            (kind.RELEASED, "Landing page test 1"),
            (kind.GONE, "Landing page test 2"),
            (kind.NEW, "+12125550190"),
            (kind.RENAMED, "Board room"),
            (kind.CONNECTED_DIFFERENTLY, "Training room"),
        ],
    )
    played.month(
        lambda: played.move("Shop Miami pop-up", "Acme Marketing"),
        lambda: played.call("Old hotline"),
        lambda: played.take_back("Landing page test 3"),
        lambda: played.price("GB", local="1.65"),
        lambda: played.pool("Chat pilot 2023"),
    )
    yield played.report(
        folder,
        [
            (kind.MOVED, "Shop Miami pop-up"),
            (kind.IN_USE_AGAIN, "Old hotline"),
            (kind.BACK, "Landing page test 3"),
            (kind.PRICE_CHANGED, "Shop London"),
            (kind.PRICE_CHANGED, "Shop London (never opened)"),
            (kind.CONNECTED_DIFFERENTLY, "Chat pilot 2023"),
        ],
    )
    played.month()
    yield played.report(folder)
    played.month()
    berlin = {name: number for name, number in played.names.items() if number.phone_number.startswith("+4930")}
    sid = next(iter(berlin.values())).account_sid
    played.simulator.order(Fault.FORBIDDEN, path=f"{sid}/IncomingPhoneNumbers", times=10_000)
    yield played.report(folder, {(kind.NOT_READ_NOW, name) for name in berlin})
