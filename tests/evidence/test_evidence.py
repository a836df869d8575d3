"""Evidence of a whole company: taken, remembered with its age, and recalled without asking."""

import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from helpers.core.reasons import Cause
from helpers.core.records import Window
from helpers.evidence import memory as memory_module
from helpers.evidence.company_evidence import AccountEvidence
from helpers.evidence.memory import EvidenceMemory
from helpers.evidence.steps import Step
from helpers.evidence.wiring import PLACES, Surroundings
from helpers.simulator import Fault
from tests.support.evidence import take


@pytest.fixture
def look(operator, tmp_path):
    """Find out about every number of the company, and remember it."""

    def looked(*, days=90, stop=None, progress=lambda steps: None):
        inventory = operator.inventory()
        accounts = {account.sid: account for account in inventory.accounts}
        window, memory = Window.of(days, until=operator.clock()), EvidenceMemory(tmp_path / "memory", days)
        return take(operator.gateway, inventory.numbers, accounts, window, memory=memory, stop=stop, progress=progress)

    return looked


def test_what_was_found_out_is_recalled_without_a_request(operator, look, tmp_path):
    """A second look is as good as the first, costs nothing, and knows how old it is."""
    found = look()
    numbers = operator.inventory().numbers
    before = operator.gateway.requests
    recalled = EvidenceMemory(tmp_path / "memory", 90).recall(numbers)

    assert recalled == found
    assert len(recalled) == len(numbers)
    assert operator.gateway.requests == before
    assert {known.traffic.until for known in recalled.values()} == {operator.clock()}


def test_an_accounts_lists_are_asked_for_once_however_many_numbers_it_has(operator, look, simulator):
    """One request an account for its WhatsApp senders, its Proxy services and its SIP domains."""
    look()
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


def test_a_memory_of_another_window_is_not_used(operator, look, tmp_path):
    """Ninety quiet days say nothing about a year."""
    look()

    assert EvidenceMemory(tmp_path / "memory", 365).recall(operator.inventory().numbers) == {}


def test_a_spoilt_memory_is_no_memory(operator, look, tmp_path):
    """A file that was cut off, or is somebody else's, counts as not there."""
    look()
    file = tmp_path / "memory" / "evidence-90.parquet"
    for spoilt in (file.read_bytes()[:-9], b"PAR1", b'{"PN', b""):
        file.write_bytes(spoilt)

        assert EvidenceMemory(tmp_path / "memory", 90).recall(operator.inventory().numbers) == {}


def test_a_value_that_cannot_be_read_is_no_memory(operator, look, tmp_path):
    """A file that opens and holds no fact: unknown, and no failure at each look."""
    look()
    file, numbers = tmp_path / "memory" / "evidence-90.parquet", operator.inventory().numbers
    rows = pq.read_table(file)
    for name, value in (("unread", "{"), ("links", "[7]"), ("how", "by magic"), ("waiting", None), ("until", None)):
        field = rows.schema.get_field_index(name)
        damaged = pa.array([value, *rows[name].to_pylist()[1:]], rows.schema.field(name).type)
        pq.write_table(rows.set_column(field, rows.schema.field(name), damaged), file)

        assert EvidenceMemory(tmp_path / "memory", 90).recall(numbers) == {}, name


def test_a_file_that_cannot_be_read_for_a_moment_is_not_written_over(operator, look, tmp_path, monkeypatch):
    """Another program holds it open: what it knows of the other accounts is there afterwards, and what is new, too."""
    look()
    numbers, memory = operator.inventory().numbers, EvidenceMemory(tmp_path / "memory", 90)
    known = EvidenceMemory(tmp_path / "memory", 90).recall(numbers)
    first = next(iter(numbers))
    found = AccountEvidence(first.account_sid, [first], {first.sid: known[first.sid]}, Surroundings({}, ()))
    with monkeypatch.context() as held:
        held.setattr(Path, "read_bytes", refuse)
        memory.update(found)
        memory.save()

    assert EvidenceMemory(tmp_path / "memory", 90).recall(numbers) == known
    memory.save()
    others = [number for number in numbers if number.account_sid != first.account_sid]
    assert EvidenceMemory(tmp_path / "memory", 90).recall(numbers).keys() == {first.sid, *(one.sid for one in others)}


@pytest.mark.parametrize("written", ["both files", "one of them", "none"])
def test_what_a_full_disk_does_not_take_is_known_all_the_same(written, operator, tmp_path, monkeypatch):
    """To this desk: it has looked, and shows it."""
    room = {"both files": 2, "one of them": 1, "none": 0}[written]
    numbers, put = operator.inventory().numbers, memory_module.put

    def write(file, content, **how):
        if not room or (room == 1 and file.name.startswith("evidence")):
            raise OSError(28, "No space left on device")
        put(file, content, **how)

    monkeypatch.setattr(memory_module, "put", write)
    accounts = {account.sid: account for account in operator.inventory().accounts}
    memory = EvidenceMemory(tmp_path / "memory", 90)
    found = take(operator.gateway, numbers, accounts, Window.of(90, until=operator.clock()), memory=memory)

    assert memory.recall(numbers) == found
    assert found.keys() == {number.sid for number in numbers}
    assert not any(known.traffic.calls is None for known in found.values())


def refuse(file):
    raise PermissionError(13, "held by another program")


def test_what_another_desk_wrote_meanwhile_is_kept(operator, look, tmp_path, monkeypatch):
    """It saves between this one's reading and its writing: no old silence comes back over a call."""
    look()
    numbers = operator.inventory().numbers
    here, there = (EvidenceMemory(tmp_path / "memory", 90) for _ in range(2))
    known = here.recall(numbers)
    ours, theirs = (next(number for number in numbers if number.account_sid == sid) for sid in accounts_of(numbers)[:2])
    used = replace(known[theirs.sid], traffic=replace(known[theirs.sid].traffic, calls=7))

    def packed(rows, *, pack=memory_module._packed):
        monkeypatch.undo()
        there.update(AccountEvidence(theirs.account_sid, [theirs], {theirs.sid: used}, Surroundings({}, ())))
        there.save()
        return pack(rows)

    here.update(AccountEvidence(ours.account_sid, [ours], {ours.sid: known[ours.sid]}, Surroundings({}, ())))
    monkeypatch.setattr(memory_module, "_packed", packed)
    here.save()

    assert EvidenceMemory(tmp_path / "memory", 90).recall([theirs])[theirs.sid].traffic.calls == 7


def accounts_of(numbers):
    return list(dict.fromkeys(number.account_sid for number in numbers))


def test_a_memory_of_fewer_places_is_no_memory(operator, look, tmp_path, monkeypatch):
    """Somebody looked when the kit knew of fewer places: "nothing found" is no answer for the others."""
    with monkeypatch.context() as before:
        before.setattr("helpers.evidence.memory.PLACES", PLACES[1:])
        look()

    assert EvidenceMemory(tmp_path / "memory", 90).recall(operator.inventory().numbers) == {}


def test_a_stopped_look_is_not_remembered(operator, look, tmp_path):
    """What was cut short must not pass for knowledge next time."""
    stop = threading.Event()
    stop.set()
    found = look(stop=stop)

    assert all(known.wiring.stopped for known in found.values())
    assert EvidenceMemory(tmp_path / "memory", 90).recall(operator.inventory().numbers) == {}


def test_the_memory_is_its_owners_alone_and_holds_no_secret(operator, look, tmp_path, simulator):
    """It holds the company's numbers, and no token."""
    look()
    files = list((tmp_path / "memory").iterdir())
    secrets = [password for _, password in (pair for pair in simulator.credentials.values() if pair)]

    assert len(files) == 2
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert not [secret for secret in secrets for file in files if secret.encode() in file.read_bytes()]


def test_one_account_that_cannot_be_read_leaves_the_others_alone(operator, look, simulator, quiet):
    """A 401 on one account of many: its numbers are unknown, each with the reason; nothing else is lost."""
    inventory = operator.inventory()
    simulator.order(Fault.UNAUTHORIZED, path=f"{quiet.account_sid}/Calls", times=99)
    simulator.order(Fault.UNAUTHORIZED, path=f"{quiet.account_sid}/Messages", times=99)
    found = look()

    assert found[quiet.sid].traffic.calls is None
    others = [number for number in inventory.numbers if number.account_sid != quiet.account_sid]
    assert all(found[number.sid].traffic.calls is not None for number in others)


def test_a_look_that_failed_leaves_what_was_known(operator, look, tmp_path, simulator, quiet):
    """What a 401 hides from today's look was found out yesterday: it still counts, with its age and the reason."""
    before = look()
    operator.clock.advance(days=1)
    for log in ("Calls", "Messages"):
        simulator.order(Fault.UNAUTHORIZED, path=f"{quiet.account_sid}/{log}", times=99)
    found = look()
    traffic = found[quiet.sid].traffic

    assert (traffic.calls, traffic.messages, traffic.until) == (0, 0, before[quiet.sid].traffic.until)
    assert traffic.later.code is Cause.LATER_UNREADABLE
    assert EvidenceMemory(tmp_path / "memory", 90).recall(operator.inventory().numbers) == found


def test_a_stopped_look_leaves_what_was_known(operator, look, tmp_path):
    """Stop costs nothing that was there: every number is as it was, and says how old that is."""
    before = look()
    operator.clock.advance(hours=5)
    stop = threading.Event()
    stop.set()
    found = look(stop=stop)

    assert {sid: known.traffic.until for sid, known in found.items()} == {
        sid: known.traffic.until for sid, known in before.items()
    }
    assert all(known.traffic.tells == before[sid].traffic.tells for sid, known in found.items())
    assert {sid: known.wiring for sid, known in found.items()} == {sid: known.wiring for sid, known in before.items()}
    assert EvidenceMemory(tmp_path / "memory", 90).recall(operator.inventory().numbers) == before


def test_what_was_found_before_stop_is_remembered(operator, look, tmp_path, simulator, quiet):
    """Accounts that were looked at to their end are known the next time; nothing is known of the others."""
    simulator.order(Fault.SLOW, path=f"{quiet.account_sid}/Usage/Records", times=99, seconds=3)
    stop = threading.Event()

    def progress(steps):
        # All accounts but the slow one, which has not read a log yet.
        done, whole = steps[Step.ACCOUNTS]
        if done == whole - 1:
            stop.set()

    found = look(stop=stop, progress=progress)
    recalled = EvidenceMemory(tmp_path / "memory", 90).recall(operator.inventory().numbers)
    slow = {number.sid for number in operator.inventory().numbers if number.account_sid == quiet.account_sid}

    assert stop.is_set()
    assert {sid for sid, known in found.items() if known.stopped} == slow
    assert set(found) - slow == set(recalled)


def test_each_window_has_a_memory_of_its_own(operator, look, tmp_path):
    """Looking 30 days back does not cost what is known of 90."""
    look(days=90)
    look(days=30)
    numbers = operator.inventory().numbers

    for days in (30, 90):
        recalled = EvidenceMemory(tmp_path / "memory", days).recall(numbers)
        assert {(known.traffic.until - known.traffic.since).days for known in recalled.values()} == {days}
        assert len(recalled) == len(numbers)


def test_a_number_that_is_found_in_use_is_in_use_whatever_was_known(operator, look, simulator, quiet):
    """An old silence never outweighs a call that was heard since."""
    look()
    busy = operator.number("Hotline")
    simulator.order(Fault.UNAUTHORIZED, path=f"{busy.account_sid}/Messages", times=99)
    operator.clock.advance(days=1)
    traffic = look()[busy.sid].traffic

    assert traffic.calls > 0
    assert (traffic.until, traffic.later) == (operator.clock(), None)
