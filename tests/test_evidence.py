"""Evidence of a whole company: taken, remembered with its age, and recalled without asking."""

import threading
from datetime import timedelta

import pytest

from helpers.evidence import remembered, take_evidence
from helpers.simulator import Fault
from helpers.sweep import STOPPED


@pytest.fixture
def take(operator, tmp_path):
    """Find out about every number of the company, and remember it."""

    def taken(*, stop=None):
        inventory = operator.inventory()
        return take_evidence(
            operator.gateway,
            inventory.numbers,
            {account.sid: account for account in inventory.accounts},
            since=operator.clock() - timedelta(days=90),
            until=operator.clock(),
            folder=tmp_path / "memory",
            stop=stop or threading.Event(),
            progress=lambda done, whole: None,
        )

    return taken


def test_what_was_found_out_is_recalled_without_a_request(operator, take, tmp_path):
    """A second look is as good as the first, costs nothing, and knows how old it is."""
    found = take()
    numbers = operator.inventory().numbers
    before = operator.gateway.requests
    recalled = remembered(numbers, folder=tmp_path / "memory", days=90)

    assert recalled == found
    assert len(recalled) == len(numbers)
    assert operator.gateway.requests == before
    assert {known.traffic.until for known in recalled.values()} == {operator.clock()}


def test_a_memory_of_another_window_is_not_used(operator, take, tmp_path):
    """Ninety quiet days say nothing about a year."""
    take()

    assert remembered(operator.inventory().numbers, folder=tmp_path / "memory", days=365) == {}


def test_a_spoilt_memory_is_no_memory(operator, take, tmp_path, quiet):
    """A file that was cut off, or is somebody else's, counts as not there; the other accounts' still do."""
    take()
    (tmp_path / "memory" / f"{quiet.account_sid}.json").write_text('{"PN')
    recalled = remembered(operator.inventory().numbers, folder=tmp_path / "memory", days=90)

    assert quiet.sid not in recalled
    assert len(recalled) > 40


def test_a_stopped_look_is_not_remembered(operator, take, tmp_path):
    """What was cut short must not pass for knowledge next time."""
    stop = threading.Event()
    stop.set()
    found = take(stop=stop)

    assert {known.wiring.unseen for known in found.values()} == {(STOPPED,)}
    assert remembered(operator.inventory().numbers, folder=tmp_path / "memory", days=90) == {}


def test_the_memory_is_its_owners_alone_and_holds_no_secret(operator, take, tmp_path, practice):
    """It holds the company's numbers, and no token."""
    take()
    files = list((tmp_path / "memory").iterdir())
    secrets = [password for _, password in (pair for pair in practice.credentials.values() if pair)]

    assert len(files) >= 6
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert not [secret for secret in secrets for file in files if secret in file.read_text()]


def test_one_account_that_cannot_be_read_leaves_the_others_alone(operator, take, practice, quiet):
    """A 401 on one account of many: its numbers are unknown, each with the reason; nothing else is lost."""
    inventory = operator.inventory()
    practice.order(Fault.UNAUTHORIZED, path=f"{quiet.account_sid}/Calls", times=99)
    practice.order(Fault.UNAUTHORIZED, path=f"{quiet.account_sid}/Messages", times=99)
    found = take()

    assert found[quiet.sid].traffic.calls is None
    others = [number for number in inventory.numbers if number.account_sid != quiet.account_sid]
    assert all(found[number.sid].traffic.calls is not None for number in others)
