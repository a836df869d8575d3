"""A message that is scheduled and not sent yet is use of the number that will send it: no log of the past has it."""

from threading import Event
from urllib.parse import parse_qs, urlsplit

import pytest

from helpers.core.connections import NOT_LOOKED_AT
from helpers.core.reasons import Cause
from helpers.core.records import Verdict, Window
from helpers.decisions.decision import verdict_of
from helpers.decisions.sentences import explain_verdict
from helpers.evidence import account_traffic
from helpers.evidence.evidence import Evidence, choose_evidence
from helpers.evidence.number_traffic import fetch_number_traffic
from helpers.simulator import Fault
from tests.support.evidence import take_traffic
from tests.support.golden import as_read

OURS, MEMBERS, THEIRS = "+19175550156", {"+18445550159", "+19175550160"}, "+14165550188"
MADE = "Sun, 01 Mar 2026 08:00:00 +0000"
SCHEDULED = {
    "sid": f"SM{1:032x}",
    "status": "scheduled",
    "direction": "outbound-api",
    "to": THEIRS,
    "from": None,
    "date_sent": None,
    "date_created": MADE,
    "messaging_service_sid": f"MG{'2' * 32}",
}


@pytest.fixture
def marketing(operator, connect, between, monkeypatch):
    """An account with waiting messages, which Twilio's filters by date leave out; its look, both ways."""
    inventory = operator.inventory()
    accounts = {account.sid: account for account in inventory.accounts}
    home = next(one.account_sid for one in inventory.numbers if one.phone_number == OURS)
    numbers = [one for one in inventory.numbers if one.account_sid == home]
    gateway = connect(url=between.url)
    list(gateway.accounts())
    rows = []

    def add_rows(path, content):
        query = parse_qs(urlsplit(path).query)
        wanted = {side.lower(): query[side][0] for side in ("To", "From") if side in query}
        if f"{home}/Messages.json" in path and not any(name.startswith("DateSent") for name in query):
            content["messages"] = [row for row in rows if wanted.items() <= row.items()] + content["messages"]

    between.changes.append(add_rows)
    window = Window.of(90, until=operator.clock())

    def look(*added, weight=0):
        rows[:] = [{"account_sid": home, **row} for row in added]
        monkeypatch.setattr(account_traffic, "WEIGHT", weight)
        how = {"stop": look.stop}
        found = take_traffic(gateway, numbers, accounts, window, **how)
        return {number.phone_number: found[number.sid] for number in numbers}

    look.alone = lambda: {one.phone_number: fetch_number_traffic(gateway, one, window) for one in numbers}
    look.stop, look.gateway, look.home = Event(), gateway, home
    return look


def in_use(found):
    return {number for number, traffic in found.items() if verdict_of(traffic) is Verdict.IN_USE}


def service_of(look):
    (service,) = look.gateway.resources(look.home, "https://messaging.twilio.com/v1/Services", "services")
    return service["sid"]


@pytest.mark.parametrize("status", ["scheduled", "accepted", "queued", "sending"])
@pytest.mark.parametrize("sender", [OURS, f"whatsapp:{OURS}"])
def test_a_number_with_a_waiting_message_is_in_use(marketing, status, sender):
    """Together and by itself, whichever way its account is read; no other number is."""
    before = in_use(marketing())
    for weight in (0, 10**9):
        found = marketing({**SCHEDULED, "status": status, "from": sender}, weight=weight)

        assert in_use(found) == before | {OURS}
        assert found[OURS].waiting == 1
    assert in_use(marketing.alone()) == before | {OURS}


@pytest.mark.parametrize("sender", [None, ""])
def test_the_numbers_of_a_service_with_a_scheduled_message_are_in_use(marketing, sender):
    """Twilio chooses one of them when it sends: none of them is quiet until then."""
    before = in_use(marketing())
    rows = [
        {**SCHEDULED, "sid": f"SM{n:032x}", "from": sender, "messaging_service_sid": service_of(marketing)}
        for n in range(3)
    ]
    found = marketing(*rows)

    assert in_use(found) == in_use(marketing.alone()) == before | MEMBERS
    assert {found[member].waiting for member in MEMBERS} == {3}


@pytest.mark.parametrize("status", ["canceled", "delivered", "failed", "received", None, [], "Scheduled "])
def test_a_message_that_does_not_wait_says_nothing_of_the_future(marketing, status):
    """One that was cancelled is never sent; one that was sent stands in the log of its day."""
    before = marketing()
    found = marketing({**SCHEDULED, "status": status, "from": OURS})

    assert in_use(found) == in_use(before)
    assert {one: (traffic.calls, traffic.messages) for one, traffic in found.items()} == {
        one: (traffic.calls, traffic.messages) for one, traffic in before.items()
    }


@pytest.mark.parametrize(
    ("row", "fault"),
    [({"messaging_service_sid": None}, None), ({"from": 5}, None), ({}, Fault.FORBIDDEN)],
)
def test_a_waiting_message_of_nobody_known_leaves_all_numbers_open(marketing, simulator, row, fault):
    """It names no service, or a service whose numbers cannot be read: it may be of any number."""
    before = in_use(marketing())
    if fault:
        simulator.order(fault, path="/PhoneNumbers", times=99)
    found, alone = marketing({**SCHEDULED, "messaging_service_sid": f"MG{'3' * 32}", **row}), marketing.alone()

    for looked in (found, alone):
        assert in_use(looked) == before
        assert {verdict_of(looked[one]) for one in looked.keys() - before} == {Verdict.UNKNOWN}
        assert {why.code for one in looked.values() for why in one.unread.values()} == {Cause.NAMELESS_ROW}


def test_waiting_messages_that_cannot_be_read_make_no_number_quiet(marketing, between):
    """The log of the past could be read: it says nothing of the future."""
    before = in_use(marketing())
    between.answers("/Messages.json?PageSize=1000", 500, {"code": 20500, "message": "Later."})
    for looked in (marketing(), marketing.alone()):
        assert {verdict_of(looked[one]) for one in looked.keys() - before} == {Verdict.UNKNOWN}


def test_a_look_that_was_stopped_knows_of_no_waiting_message(marketing):
    """Its numbers are unknown."""
    marketing.stop.set()

    assert {traffic.tells for traffic in marketing().values()} == {False}


def test_a_new_silence_with_a_waiting_message_is_none(marketing):
    """What was remembered of the number does not replace it, and a remembered silence neither."""
    old = Evidence(marketing()[OURS], NOT_LOOKED_AT)
    new = Evidence(marketing({**SCHEDULED, "from": OURS})[OURS], NOT_LOOKED_AT)

    assert [verdict_of(choose_evidence(new, known).traffic) for known in (None, old)] == [Verdict.IN_USE] * 2


def test_the_operator_reads_that_a_message_waits(marketing, operator, snapshot):
    """In the words of the card and the grid."""
    one = marketing({**SCHEDULED, "from": OURS})[OURS]
    two = marketing(*({**SCHEDULED, "sid": f"SM{n:032x}", "from": OURS} for n in range(2)))[OURS]

    assert [as_read(" ".join(explain_verdict(each, operator.clock()))) for each in (one, two)] == snapshot
