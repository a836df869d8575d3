"""A world to look at, a world to change, and Twilio's own library aimed at them."""

import pytest
from twilio.rest import Client

from helpers.simulator import serve
from tests.support.simulator_tools import Controls


@pytest.fixture(scope="module")
def lasting():
    """Serve a world to the tests that only look."""
    with serve(world="acme", seed="speaks") as simulator:
        yield simulator


@pytest.fixture
def simulator():
    """Serve a world to one test, which may change it."""
    with serve(world="acme", seed="speaks") as simulator:
        yield simulator


@pytest.fixture
def connect(monkeypatch):
    """Make clients of Twilio's library, and close them again."""
    monkeypatch.delenv("TWILIO_EDGE", raising=False)
    monkeypatch.delenv("TWILIO_REGION", raising=False)
    made = []

    def connect(simulator, user=None, password=None, account_sid=None):
        client = Client(user or simulator.account_sid, password or simulator.auth_token, account_sid)
        client.http_client.session.trust_env = False
        client.api.base_url = client.pricing.base_url = simulator.url
        made.append(client)
        return client

    yield connect
    for client in made:
        client.http_client.session.close()


@pytest.fixture
def controls(simulator):
    """The controls over HTTP, as anybody would use them."""
    controls = Controls(simulator)
    yield controls
    controls.session.close()
