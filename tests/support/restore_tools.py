"""A number that was released, one that Twilio would not sell back, and the button that takes it back."""

import pytest

from helpers.actions.restore import RESERVED, restore
from helpers.core.errors import TwilioSaidNo


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
