"""Evidence of a whole company: taken, remembered with its age, and recalled without asking."""

import threading
from collections import Counter

import pytest

from helpers.core.reasons import Cause
from helpers.core.records import Window
from helpers.evidence.company_evidence import take_evidence
from helpers.evidence.memory import recall
from helpers.evidence.wiring import PLACES
from helpers.simulator import Fault


@pytest.fixture
def take(operator, tmp_path):
    """Find out about every number of the company, and remember it."""

    def taken(*, days=90, stop=None, progress=lambda done, whole: None):
        inventory = operator.inventory()
        return take_evidence(
            operator.gateway,
            inventory.numbers,
            {account.sid: account for account in inventory.accounts},
            Window.of(days, until=operator.clock()),
            folder=tmp_path / "memory",
            stop=stop or threading.Event(),
            progress=progress,
        )

    return taken


def test_what_was_found_out_is_recalled_without_a_request(operator, take, tmp_path):
    """A second look is as good as the first, costs nothing, and knows how old it is."""
    found = take()
    numbers = operator.inventory().numbers
    before = operator.gateway.requests
    recalled = recall(numbers, folder=tmp_path / "memory", days=90)

    assert recalled == found
    assert len(recalled) == len(numbers)
    assert operator.gateway.requests == before
    assert {known.traffic.until for known in recalled.values()} == {operator.clock()}


def test_an_accounts_lists_are_asked_for_once_however_many_numbers_it_has(operator, take, simulator):
    """One request an account for its WhatsApp senders, its Proxy services and its SIP domains."""
    take()
    asked = Counter(
        (request["user"], request["path"])
        for request in simulator.requests
        if request["host"] == "proxy.twilio.com" or request["path"].endswith(("/Channels/Senders", "/SIP/Domains.json"))
    )

    # Seven of the nine accounts have numbers.
    assert Counter(path.rpartition("/")[2] for _, path in asked) == {
        "Senders": 7,
        "Services": 7,
        "Domains.json": 7,
        "PhoneNumbers": 1,
    }
    assert set(asked.values()) == {1}


def test_a_memory_of_another_window_is_not_used(operator, take, tmp_path):
    """Ninety quiet days say nothing about a year."""
    take()

    assert recall(operator.inventory().numbers, folder=tmp_path / "memory", days=365) == {}


def test_a_spoilt_memory_is_no_memory(operator, take, tmp_path, quiet):
    """A file that was cut off, or is somebody else's, counts as not there; the other accounts' still do."""
    take()
    (tmp_path / "memory" / f"{quiet.account_sid}-90.json").write_text('{"PN')
    recalled = recall(operator.inventory().numbers, folder=tmp_path / "memory", days=90)

    assert quiet.sid not in recalled
    assert len(recalled) > 40


def test_a_memory_of_fewer_places_is_no_memory(operator, take, tmp_path, monkeypatch):
    """Somebody looked when the kit knew of fewer places: "nothing found" is no answer for the others."""
    with monkeypatch.context() as before:
        before.setattr("helpers.evidence.memory.PLACES", PLACES[1:])
        take()

    assert recall(operator.inventory().numbers, folder=tmp_path / "memory", days=90) == {}


def test_a_stopped_look_is_not_remembered(operator, take, tmp_path):
    """What was cut short must not pass for knowledge next time."""
    stop = threading.Event()
    stop.set()
    found = take(stop=stop)

    assert all(known.wiring.stopped for known in found.values())
    assert recall(operator.inventory().numbers, folder=tmp_path / "memory", days=90) == {}


def test_the_memory_is_its_owners_alone_and_holds_no_secret(operator, take, tmp_path, simulator):
    """It holds the company's numbers, and no token."""
    take()
    files = list((tmp_path / "memory").iterdir())
    secrets = [password for _, password in (pair for pair in simulator.credentials.values() if pair)]

    assert len(files) >= 6
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert not [secret for secret in secrets for file in files if secret in file.read_text()]


def test_one_account_that_cannot_be_read_leaves_the_others_alone(operator, take, simulator, quiet):
    """A 401 on one account of many: its numbers are unknown, each with the reason; nothing else is lost."""
    inventory = operator.inventory()
    simulator.order(Fault.UNAUTHORIZED, path=f"{quiet.account_sid}/Calls", times=99)
    simulator.order(Fault.UNAUTHORIZED, path=f"{quiet.account_sid}/Messages", times=99)
    found = take()

    assert found[quiet.sid].traffic.calls is None
    others = [number for number in inventory.numbers if number.account_sid != quiet.account_sid]
    assert all(found[number.sid].traffic.calls is not None for number in others)


def test_a_look_that_failed_leaves_what_was_known(operator, take, tmp_path, simulator, quiet):
    """What a 401 hides from today's look was found out yesterday: it still counts, with its age and the reason."""
    before = take()
    operator.clock.advance(days=1)
    for log in ("Calls", "Messages"):
        simulator.order(Fault.UNAUTHORIZED, path=f"{quiet.account_sid}/{log}", times=99)
    found = take()
    traffic = found[quiet.sid].traffic

    assert (traffic.calls, traffic.messages, traffic.until) == (0, 0, before[quiet.sid].traffic.until)
    assert traffic.later.code is Cause.LATER_UNREADABLE
    assert recall(operator.inventory().numbers, folder=tmp_path / "memory", days=90) == found


def test_a_stopped_look_leaves_what_was_known(operator, take, tmp_path):
    """Stop costs nothing that was there: every number is as it was, and says how old that is."""
    before = take()
    operator.clock.advance(hours=5)
    stop = threading.Event()
    stop.set()
    found = take(stop=stop)

    assert {sid: known.traffic.until for sid, known in found.items()} == {
        sid: known.traffic.until for sid, known in before.items()
    }
    assert all(known.traffic.tells == before[sid].traffic.tells for sid, known in found.items())
    assert {sid: known.wiring for sid, known in found.items()} == {sid: known.wiring for sid, known in before.items()}
    assert recall(operator.inventory().numbers, folder=tmp_path / "memory", days=90) == before


def test_what_was_found_before_stop_is_remembered(operator, take, tmp_path):
    """Accounts that were looked at to their end are known the next time; nothing is known of the others."""
    stop = threading.Event()

    def progress(done, whole):
        # The last part goes through the accounts for their wiring.
        if progress.parts[-1:] != [whole]:
            progress.parts.append(whole)
        if len(progress.parts) > 2 and done == 1:
            stop.set()

    progress.parts = []
    found = take(stop=stop, progress=progress)
    recalled = recall(operator.inventory().numbers, folder=tmp_path / "memory", days=90)

    assert {sid for sid, known in found.items() if not known.wiring.stopped} == set(recalled)


def test_each_window_has_a_memory_of_its_own(operator, take, tmp_path):
    """Looking 30 days back does not cost what is known of 90."""
    take(days=90)
    take(days=30)
    numbers = operator.inventory().numbers

    for days in (30, 90):
        recalled = recall(numbers, folder=tmp_path / "memory", days=days)
        assert {(known.traffic.until - known.traffic.since).days for known in recalled.values()} == {days}
        assert len(recalled) == len(numbers)


def test_a_number_that_is_found_in_use_is_in_use_whatever_was_known(operator, take, simulator, quiet):
    """An old silence never outweighs a call that was heard since."""
    take()
    busy = operator.number("Hotline")
    simulator.order(Fault.UNAUTHORIZED, path=f"{busy.account_sid}/Messages", times=99)
    operator.clock.advance(days=1)
    traffic = take()[busy.sid].traffic

    assert traffic.calls > 0
    assert (traffic.until, traffic.later) == (operator.clock(), None)
