"""Evidence in, verdict and blockers out: a table of cases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from helpers.core.connections import Link, LinkKind, Wiring
from helpers.core.number_facts import has_emergency_address
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Account, Number, Traffic, Verdict, Window
from helpers.core.typed_text import is_sentence
from helpers.decisions.decision import decide, refusal
from helpers.decisions.sentences import explain_verdict, warnings
from helpers.evidence.links_on_record import links_on_record
from helpers.evidence.number_traffic import fetch_number_traffic
from helpers.simulator import Fault

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ACME = Account("AC1", "Acme", "active", "Full", "AC1")


def number(**fields):
    sent = {"date_created": "Thu, 30 Jul 2015 23:19:04 +0000", "type": "local", "origin": "twilio", **fields}
    return Number("PN1", "AC1", "+14155550123", "old hotline", sent)


def heard(*, calls, messages):
    return Traffic(NOW - timedelta(days=90), NOW, calls=calls, messages=messages)


def judge(one, *, traffic=None, account=ACME, open_entry=None):
    wiring = Wiring(tuple(links_on_record(one)))
    return decide(
        one, account, traffic=traffic, wiring=wiring, price=None, open_entry=open_entry, protected=None, now=NOW
    )


@pytest.mark.parametrize(
    ("calls", "messages", "verdict"),
    [
        (0, 0, Verdict.QUIET),
        (1, 0, Verdict.IN_USE),
        (0, 1, Verdict.IN_USE),
        (5, None, Verdict.IN_USE),
        (None, 5, Verdict.IN_USE),
        (0, None, Verdict.UNKNOWN),
        (None, 0, Verdict.UNKNOWN),
        (None, None, Verdict.UNKNOWN),
    ],
)
def test_what_could_not_be_read_is_never_counted_as_silence(calls, messages, verdict):
    """A count proves use; only two zeros prove quiet."""
    assert judge(number(), traffic=heard(calls=calls, messages=messages)).verdict is verdict


@pytest.mark.parametrize(
    ("phone_number", "cautions"),
    [
        ("+18005550100", [Cause.TOLL_FREE]),
        ("+18885550100", [Cause.TOLL_FREE]),
        ("+14155550123", []),
        ("+448005550100", []),
    ],
)
def test_a_toll_free_number_is_cautioned_about(phone_number, cautions):
    """Its verification may not come back; in other countries nothing is verified."""
    decision = judge(replace(number(), phone_number=phone_number))

    assert [caution.code for caution in decision.cautions] == cautions


def test_nobody_looked_is_unknown():
    """Without a look there is no verdict but that."""
    assert judge(number()).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("status", "sid", "blocked"),
    [
        (None, None, False),
        ("", "", False),
        ("unregistered", None, False),
        ("unregistered", "AD1", False),
        (None, "AD1", True),
        ("registered", "AD1", True),
        ("pending-registration", "AD1", True),
        ("pending-unregistration", None, True),
        ("unregistration-failure", "AD1", True),
        ("something new", None, True),
    ],
)
def test_an_emergency_address_blocks_unless_it_is_clearly_unregistered(status, sid, blocked):
    """A status that nobody knows counts as registered; the old flag counts for nothing."""
    one = number(emergency_address_status=status, emergency_address_sid=sid, emergency_status="Inactive")

    assert has_emergency_address(one) is blocked


@pytest.mark.parametrize(
    ("one", "account", "open_entry", "blocker"),
    [
        (number(origin="hosted"), ACME, None, Cause.HOSTED),
        (number(), Account("AC1", "Acme", "closed", "Full", "AC0"), None, Cause.ACCOUNT_CLOSED),
        (number(), ACME, Reason(Cause.OPEN_ENTRY), Cause.OPEN_ENTRY),
        (number(emergency_address_sid="AD1"), ACME, None, Cause.EMERGENCY_ADDRESS),
    ],
)
def test_a_blocker_cannot_be_argued_away(one, account, open_entry, blocker):
    """Quiet, typed back and with a reason: a blocked number is refused all the same."""
    decision = judge(one, traffic=heard(calls=0, messages=0), account=account, open_entry=open_entry)

    assert [found.code for found in decision.blockers] == [blocker]
    assert refusal(decision, typed="+14155550123", why="because") is not None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"trunk_sid": "TK1"}, "SIP trunk TK1"),
        ({"voice_application_sid": "AP1"}, "application answers its calls"),
        ({"sms_url": "https://acme.example/sms"}, "address of yours answers its messages"),
        ({"bundle_sid": "BU1"}, "regulatory bundle"),
        ({"date_created": "Sun, 01 Mar 2026 08:00:00 +0000"}, "bought only 1 day ago"),
    ],
)
def test_what_hangs_on_a_number_is_said(fields, words):
    """A quiet number can still be wired; both are said."""
    decision = judge(number(**fields), traffic=heard(calls=0, messages=0))

    assert decision.verdict is Verdict.QUIET
    assert any(words in warning for warning in warnings(decision))


def test_demo_pages_are_not_wiring():
    """Numbers come with Twilio's demo pages; they say nothing."""
    decision = judge(number(voice_url="https://demo.twilio.com/welcome/voice/"), traffic=heard(calls=0, messages=0))

    assert not any("answers" in warning for warning in warnings(decision))


def test_traffic_is_found_in_each_log(operator):
    """Calls in and out, texts, and WhatsApp messages with their prefix each make a number busy."""
    for name in ("Hotline", "Support by text", "Support on WhatsApp", "PBX main trunk"):
        assert operator.decide(operator.number(name)).verdict is Verdict.IN_USE, name


def test_an_idle_number_is_quiet_and_its_look_costs_ten_requests(operator, quiet):
    """Last called a year ago. Six for the window, one for the log's reach, two for the bill, one for what waits."""
    before = operator.gateway.requests
    seen = fetch_number_traffic(operator.gateway, quiet, Window.of(90, until=operator.clock()))

    assert (seen.calls, seen.messages) == (0, 0)
    assert operator.gateway.requests - before == 10


@pytest.mark.parametrize("log", ["Calls", "Messages"])
def test_a_number_in_use_is_in_use_though_its_log_begins_with_empty_pages(operator, simulator, log):
    """Twilio's pages may be shorter than was asked for: silence is where no other page follows."""
    busy = operator.number("Hotline" if log == "Calls" else "Support by text")
    simulator.order(Fault.EMPTY_PAGE, path=f"/{log}.json", times=4)

    assert operator.decide(busy).verdict is Verdict.IN_USE


@pytest.mark.parametrize(("log", "field"), [("Calls", "calls"), ("Messages", "messages")])
def test_a_log_that_cannot_be_read_is_none(operator, simulator, quiet, log, field):
    """None is not 0, and the reason is kept."""
    simulator.order(Fault.FORBIDDEN, path=f"/{log}.json", after=1, times=9)
    seen = fetch_number_traffic(operator.gateway, quiet, Window.of(90, until=operator.clock()))

    assert getattr(seen, field) is None
    assert [log.lower() for log in seen.unread] == [field]


def test_what_was_found_out_some_time_ago_is_told_in_the_past():
    """Ninety quiet days before March say nothing of the forty days since."""
    decision = decide(
        number(),
        ACME,
        traffic=heard(calls=0, messages=0),
        wiring=None,
        price=None,
        open_entry=None,
        protected=None,
        now=NOW + timedelta(days=40),
    )

    assert explain_verdict(decision.traffic, decision.looked_at) == (
        "No calls and no messages in the 90 days before 2 March 2026.",
    )
    assert explain_verdict(heard(calls=0, messages=0), NOW) == ("No calls and no messages in the last 90 days.",)


def test_a_purchase_day_that_cannot_be_read_is_unknown():
    """One odd date of one number costs nobody the inventory."""
    assert judge(number(date_created="yesterday")).next_billing is None


def test_a_name_is_typed_back_however_a_keyboard_writes_its_accents():
    """An account called Zürich, in either of Unicode's forms, and nothing else."""
    assert is_sentence("Zürich live", "Zu\u0308rich live")
    assert is_sentence("Zu\u0308rich live", "Zürich live")
    assert not is_sentence("Zurich live", "Zürich live")


def test_a_number_with_an_order_to_host_it_under_way_is_blocked():
    """Whatever its own record says of its origin: it belongs to another carrier, and could not be bought back."""
    order = Link(LinkKind.HOSTED_ORDER, "HR1", {"status": "testing"})
    decision = decide(
        number(),
        ACME,
        traffic=heard(calls=0, messages=0),
        wiring=Wiring((order,)),
        price=None,
        open_entry=None,
        protected=None,
        now=NOW,
    )

    assert [blocker.code for blocker in decision.blockers] == [Cause.ORDER_UNDER_WAY]
    assert "order to host it under way" in refusal(decision, typed="+14155550123", why="")
