"""Calls of a SIP trunk stand in the log under a SIP address, which no look-up by number finds: that is no silence."""

from threading import Event

import pytest

from helpers.core.number_record import make_number
from helpers.core.reasons import Cause
from helpers.core.records import TrafficMethod, Verdict, Window
from helpers.decisions.decision import verdict_of
from helpers.decisions.sentences import reason
from helpers.evidence.number_traffic import fetch_number_traffic
from helpers.evidence.tally import Tally, bare_number, fold
from helpers.evidence.trunk_calls import fetch_trunk_calls
from helpers.simulator import Fault
from tests.conftest import Clock
from tests.support.evidence import take_traffic
from tests.support.golden import as_read
from tests.support.log_rows import CALL, OTHER, OURS, log_record

TRUNK = "TK" + "1" * 32


@pytest.fixture
def look(connect, between, operator, monkeypatch):
    """Look at a number of Acme's by itself, or at its whole account number by number; no call that it made is shown."""

    def without_calls_made(path, content):
        if "From=" in path and "calls" in content:
            content["calls"] = []

    between.changes.append(without_calls_made)
    gateway = connect(url=between.url)
    monkeypatch.setattr("helpers.evidence.account_traffic._Plan.worth_it", None)

    def looked(number, *, alone):
        window = Window.of(90, until=operator.clock())
        if alone:
            return fetch_number_traffic(gateway, number, window)
        accounts = {account.sid: account for account in operator.gateway.accounts()}
        numbers = [one for one in operator.inventory().numbers if one.account_sid == number.account_sid]
        found = take_traffic(gateway, numbers, accounts, window)
        assert found[number.sid].way.how is TrafficMethod.LOOKED_UP
        return found[number.sid]

    looked.gateway = gateway
    return looked


@pytest.mark.parametrize("alone", [True, False])
def test_number_that_is_called_over_a_trunk_is_in_use(operator, look, alone):
    """Its calls are found in the whole log, be it looked at by itself or with its account."""
    found = look(operator.number("PBX main trunk"), alone=alone)

    assert verdict_of(found) is Verdict.IN_USE
    assert found.calls > 40
    assert found.last_call_in is not None


@pytest.mark.parametrize("alone", [True, False])
def test_number_that_nobody_calls_over_its_trunk_is_not_used(operator, look, alone):
    """The whole log proves the silence, as of any other number; that costs a request where it fits on a page."""
    begun = look.gateway.requests
    look(operator.number("Board room"), alone=alone)
    before = look.gateway.requests
    found = look(operator.number("PBX overflow trunk"), alone=alone)

    assert verdict_of(found) is Verdict.QUIET
    assert found.unread == {}
    assert not alone or look.gateway.requests - before == before - begun + 1


@pytest.mark.parametrize("alone", [True, False])
def test_log_that_cannot_be_read_through_leaves_it_unknown(operator, look, simulator, alone):
    """All that was asked by number was answered: that alone is no silence."""
    number = operator.number("PBX overflow trunk")
    read, path = look.gateway.log, f"/{number.account_sid}/Calls"

    def log(account_sid, resource, filters, **how):
        if resource == "Calls" and not {"To", "From"} & filters.keys():
            simulator.order(Fault.FORBIDDEN, path=path, times=1)
        return read(account_sid, resource, filters, **how)

    look.gateway.log = log
    found = look(number, alone=alone)

    assert (found.calls, found.messages) == (None, 0)
    assert found.unread["Calls"].code is Cause.READ_REFUSED


@pytest.mark.parametrize("alone", [True, False])
def test_row_that_names_no_number_leaves_it_unknown(operator, look, between, alone):
    """Whoever reads the whole log sees such a row, and it may be of this number."""

    def with_nameless_row(path, content):
        if "calls" in content and "To=" not in path and "From=" not in path:
            for row in content["calls"]:
                row.update(to=None, phone_number_sid=None)

    between.changes.append(with_nameless_row)
    found = look(operator.number("PBX overflow trunk"), alone=alone)

    assert (found.calls, found.messages) == (None, 0)
    assert found.unread["Calls"].code is Cause.NAMELESS_ROW


@pytest.mark.parametrize("way", ["alone", "looked up", "read through"])
def test_call_that_names_the_number_by_its_sid_alone_is_found(operator, look, between, monkeypatch, way):
    """A telephone system may be called by a name; whichever way the whole log is read."""
    number = operator.number("PBX overflow trunk")
    row = {**CALL, "account_sid": number.account_sid, "from": OTHER, "to": "sip:reception@pbx.acme.example"}
    row |= {"direction": "trunking-originating", "phone_number_sid": number.sid}
    between.changes.append(
        lambda path, content: (
            content["calls"].append(row)
            if f"{number.account_sid}/Calls" in path and "To=" not in path and "From=" not in path
            else None
        )
    )
    if way == "read through":
        monkeypatch.setattr("helpers.evidence.account_traffic._Plan.worth_it", True)
        window = Window.of(90, until=operator.clock())
        accounts = {account.sid: account for account in operator.gateway.accounts()}
        found = take_traffic(look.gateway, [number], accounts, window)[number.sid]
        assert found.way.how is TrafficMethod.READ_THROUGH
    else:
        found = look(number, alone=way == "alone")

    assert (found.calls, verdict_of(found)) == (1, Verdict.IN_USE)


def read_for_trunks(company, number, clock, *, run=lambda jobs: [job() for _, job in jobs]):
    window = Window.of(90, until=clock())
    _, why, pages = fetch_trunk_calls(company.gateway, [number], window, nameless=set(), stop=Event(), run=run)
    return why and why.code, pages


def test_reading_ends_where_the_log_is_too_long(busy_company, clock, monkeypatch):
    """After one page if that shows it, or after some hundred, where the log is longer than its first page shows."""
    company = busy_company("1x3+20000")
    number = next(iter(company.inventory.numbers))
    whole = read_for_trunks(company, number, clock)
    monkeypatch.setattr("helpers.evidence.trunk_calls.MOST_PAGES", 5)
    at_once = read_for_trunks(company, number, clock)
    monkeypatch.setattr("helpers.evidence.trunk_calls.estimate_size", lambda *_, since: 3000)
    later = read_for_trunks(company, number, clock)

    assert (whole[0], whole[1] > 10) == (None, True)
    assert (at_once, later) == ((Cause.ON_TRUNK, 1), (Cause.ON_TRUNK, 5))


def test_log_that_was_not_read_because_of_a_stop_is_no_silence(busy_company, clock):
    """Stopped before the first page, or before the rest."""
    company = busy_company("1x3+20000")
    number = next(iter(company.inventory.numbers))
    first_only = iter([1, 0])

    def run(jobs):
        for _, job in jobs[: next(first_only)]:
            job()

    assert read_for_trunks(company, number, clock, run=lambda jobs: None) == (Cause.STOPPED, 0)
    assert read_for_trunks(company, number, clock, run=run) == (Cause.STOPPED, 1)


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("most", [300, 3])
def test_log_that_is_too_long_leaves_it_unknown(busy_company, clock, monkeypatch, snapshot, most, alone):
    """Up to some hundred pages are read side by side; beyond, the number is unknown, and the reason says what to do."""
    monkeypatch.setattr("helpers.evidence.trunk_calls.MOST_PAGES", most)
    company = busy_company("1x3+20000")
    first, window = next(iter(company.inventory.numbers)), Window.of(90, until=clock())
    number = make_number({**first.sent, "sid": "PN" + "f" * 32, "phone_number": OURS, "trunk_sid": TRUNK})
    accounts = {account.sid: account for account in company.inventory.accounts}
    found = (
        fetch_number_traffic(company.gateway, number, window)
        if alone
        else take_traffic(company.gateway, [number], accounts, window)[number.sid]
    )

    if most == 300:
        assert (found.calls, verdict_of(found)) == (0, Verdict.QUIET)
    else:
        assert (found.calls, verdict_of(found)) == (None, Verdict.UNKNOWN)
        assert as_read(reason(found.unread["Calls"])) == snapshot


def test_whole_logs_are_read_where_a_look_up_could_not_tell(busy_company, clock):
    """Ten pages for three numbers: each is looked up, unless one is on a trunk, whose log is read through anyway."""
    company = busy_company("1x3+20000")
    accounts = {account.sid: account for account in company.inventory.accounts}
    usage, log = company.gateway.usage, company.gateway.log
    company.gateway.usage = lambda *args, **how: {**usage(*args, **how), "sms": 0, "mms": 0}
    company.gateway.log = lambda sid, kind, *args, **how: iter(
        [([], False)] if kind == "Messages" else log(sid, kind, *args, **how)
    )
    ways = []
    for trunk in (None, TRUNK):
        numbers = [make_number({**number.sent, "trunk_sid": trunk}) for number in company.inventory.numbers]
        found = take_traffic(company.gateway, numbers, accounts, Window.of(90, until=clock()))
        ways.append({traffic.way.how for traffic in found.values()})

    assert ways[0] == {TrafficMethod.LOOKED_UP}
    assert TrafficMethod.LOOKED_UP not in ways[1]


SID = "PN" + "5" * 32


def counted(**row):
    """Count a call for the number of the test: to it, and from it."""
    tally, nameless = Tally(), set()
    record = log_record({**CALL, "to": OTHER, "from": OTHER, "direction": "inbound", **row})
    fold({OURS: tally, SID: tally}, "Calls", [record], until=Clock()(), nameless=nameless)
    assert nameless == set()
    return tally.calls, {side for _, side in tally.last}


@pytest.mark.parametrize("to", ["sip:reception@pbx.acme.example", "client:anna", "+19175550199", None])
@pytest.mark.parametrize("direction", ["inbound", "trunking-originating"])
def test_call_that_states_the_sid_of_its_receiver_is_counted(to, direction):
    """Whatever the address says: Twilio documents the sid as that of the number that received the call."""
    assert counted(to=to, direction=direction, phone_number_sid=SID) == (1, {"to"})


@pytest.mark.parametrize("direction", ["outbound-api", "outbound-dial", "trunking-terminating"])
def test_sid_of_a_call_that_was_made_is_no_receiver(direction):
    """There it is the sid of the caller id, and the call is counted where it is from."""
    assert counted(direction=direction, phone_number_sid=SID) == (0, set())
    assert counted(direction=direction, phone_number_sid=SID, **{"from": OURS}) == (1, {"from"})


@pytest.mark.parametrize(
    "form", ["sip:{}@pbx.acme.example", "sips:{}@pbx", "{}@pbx.acme.example", "sip:%2B{}@pbx:5060"]
)
@pytest.mark.parametrize(("own", "direction"), [("to", "trunking-originating"), ("from", "trunking-terminating")])
def test_sip_address_without_a_plus_names_the_number(form, own, direction):
    """Telephone systems write numbers with and without it."""
    assert counted(direction=direction, **{own: form.format(OURS[1:])}) == (1, {own})


@pytest.mark.parametrize(
    "address", ["sip:1001@pbx", "sip:12345678@pbx", "1001@pbx", f"sip:{'1' * 16}@pbx", "sip:a@19175550156"]
)
def test_extension_is_no_number(address):
    """A short name, a longer one, and digits elsewhere in an address."""
    assert bare_number(address) is None
