"""A number that was released, one that Twilio would not sell back, and the button that takes it back."""

import pytest

from helpers.actions.restore import RESERVED, restore
from helpers.core.errors import TwilioSaidNo
from helpers.simulator import Fault
from tests.support.panel_tools import desk_at


@pytest.fixture
def released(operator, quiet):
    """The journal entry of a number that was released a moment ago."""
    return operator.press(operator.confirm(quiet)).entry


@pytest.fixture
def take_back(operator):
    """Type the number and press the button."""

    def pressed(entry, *, typed=None):
        typed = entry.phone_number if typed is None else typed
        return restore(entry, operator.session, typed=typed)

    return pressed


def purchases(operator):
    return [
        request
        for request in operator.simulator.requests
        if request["method"] == "POST" and request["path"].endswith("/IncomingPhoneNumbers.json")
    ]


def ours(operator, phone_number):
    return [number for number in operator.inventory().numbers if number.phone_number == phone_number]


@pytest.fixture
def refused(controls, operator, released, take_back):
    """An entry whose number Twilio would not sell back."""
    controls.rebuy("refused")
    with pytest.raises(TwilioSaidNo) as no:
        take_back(released)
    assert no.value.code == RESERVED
    return operator.journal.entry(released.id)


@pytest.fixture
def reopened(simulator, journal, clock):
    """Open the desk once more, and wait until it has looked at what came to nothing."""
    opened = []

    def at_work():
        here = desk_at(simulator, journal, clock)
        opened.append(here)
        here._late.thread.join(10)
        return here

    yield at_work
    for here in opened:
        here.session.gateway.transport.close()


def lost(operator, quiet, seconds):
    """Press the button; the connection breaks, and the request is carried out later."""
    operator.simulator.order(Fault.LATE, method="DELETE", seconds=seconds)
    return operator.press(operator.confirm(quiet)).entry
