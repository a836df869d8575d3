"""The gateway of this folder's tests: its way to Twilio leads through a place where answers can be replaced."""

import pytest


@pytest.fixture
def gateway(connect, between):
    """Connect through what stands in between, which passes on whatever it is not told to replace."""
    return connect(url=between.url)


@pytest.fixture
def main(gateway):
    """The sid of the company's main account."""
    return gateway.connection.account_sid
