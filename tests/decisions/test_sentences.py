"""Sentences are rendered last: other words change no verdict, no plan, no memory and no journal."""

import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import wraps
from inspect import isfunction, signature

import pytest

from helpers.actions.reconcile import settle_open
from helpers.actions.restore import restore
from helpers.core import advice, failures
from helpers.core.advice import Advice
from helpers.core.connections import OWN_KINDS, Link, LinkKind, Place, Unseen
from helpers.core.errors import KitError
from helpers.core.reasons import Cause, Obstacle, Reason, Request
from helpers.core.records import Coverage, Traffic, TrafficMethod, Window
from helpers.decisions import journal_sentences, reading_words, sentences
from helpers.decisions.journal_sentences import explain_journal_row
from helpers.decisions.protection import Protection
from helpers.decisions.sentences import connection, gaps, reason
from helpers.decisions.session import Sight
from helpers.evidence.memory import EvidenceMemory
from helpers.gateway.gateway import Gateway
from helpers.journal.journal import Journal, journal_file
from helpers.journal.states import Proof, RestoreWay
from helpers.simulator import Fault, serve
from helpers.tables import about, story
from tests.conftest import Clock, Operator
from tests.support.evidence import take
from tests.support.plan_tools import QUIET_NAMES, Planner
from tests.test_clocks import connect_to

#: The modules that turn codes into texts for the operator.
RENDERERS = (sentences, journal_sentences, reading_words, failures, advice, about, story)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
#: Of each reason, all details that any sentence may ask for.
DETAILS = {
    "said": "It failed.",
    "status": 403,
    "code": 20403,
    "log": "Calls",
    "service": "MG1",
    "number": "+14155550123",
    "billed": 5,
    "shown": 2,
    "day": "2026-03-02",
    "days": 90,
    "at": "2026-03-02T09:30:00+00:00",
    "since": "2026-03-02T09:30:00+00:00",
    "act": "release",
    "state": "unknown",
    "refused": True,
    "fields": ("voice_url",),
    "was": "Acme",
    "was_status": "active",
    "now": "Acme PROD",
    "now_status": "suspended",
    "target": "MG1",
    "place": Place.TRUST.value,
    "part": "",
    "cause": (Cause.STOPPED.value,),
    "sid": "AC1",
    "name": "Acme",
    "who": "pat@desk",
    "credential": "API key",
    "times": 5,
    "account": "Acme Support (AC1)",
    "former": "Acme Support (AC1)",
    "request": Request.RELEASE.value,
    "obstacle": Obstacle.TIMEOUT.value,
    "limit": "30",
    "words": "Forbidden",
    "request_id": "RQ1",
    "parameters": ("VoiceUrl",),
    "what": "the list of accounts",
    "error": "KeyError: sid",
    "reset": False,
    "problem": "The journal cannot be read.",
    "until": "2026-03-02",
    "note": "the fair",
}
#: What protects a number: its ``kind`` is another one than a connection's.
PROTECTED = {"number": "+14155550123", "kind": "name", "what": "hot*", "why": "", "who": "ann@desk", "since": "today"}


@pytest.mark.parametrize("code", Cause)
def test_every_reason_has_a_sentence(code):
    """Made of its details, with nothing left open."""
    details = (
        PROTECTED if code in {Cause.PROTECTED, Cause.TICKET_REQUIRED} else {**DETAILS, "kind": LinkKind.PROXY.value}
    )
    if code in {Cause.CONNECTED_SINCE, Cause.CONNECTION_LOST}:
        details = {name: value for name, value in details.items() if name != "said"}
    if code is Cause.REFUSED_BUT_CHANGED:
        details = {**details, "cause": (Cause.TWILIO_REFUSED.value,)}
    said = reason(Reason(code, details))

    assert said.endswith(".")
    assert "{" not in said


@pytest.mark.parametrize("kind", LinkKind)
def test_every_connection_has_a_sentence(kind):
    """Also where nothing is known of it but its kind."""
    assert connection(Link(kind, "XX1")).endswith(".")


def test_gaps_with_one_reason_are_one_sentence():
    """A suspended account is said once, with all that it hides."""
    inactive = Reason(Cause.INACTIVE, {"status": 403})
    stopped = Unseen(Place.TRUST, Reason(Cause.STOPPED))
    hidden, other = gaps([Unseen(Place.PROXY, inactive), stopped, Unseen(Place.CALLER_IDS, inactive)])

    assert hidden.endswith(f"{Place.PROXY}, {Place.CALLER_IDS}.")
    assert Place.TRUST in other


def test_a_reason_of_a_reason_of_a_reason_is_said_whole():
    """A later look could not tell, because a row names nobody, because a service could not be read."""
    first = Reason(Cause.UNREADABLE, {"said": "HTTP 503."})
    row = first.with_cause(Cause.NAMELESS_ROW, {"log": "Messages", "service": "MG1"})
    later = row.with_cause(Cause.LATER_UNREADABLE, {"at": "2026-03-02T09:30:00+00:00"})

    assert (later.cause.code, later.cause.cause.code) == (Cause.NAMELESS_ROW, Cause.UNREADABLE)
    assert reason(later).endswith("HTTP 503.")


@pytest.mark.parametrize("kind", LinkKind)
def test_two_looks_at_one_connection_are_one_connection(kind):
    """Counts, names and states change, and it stays the same; another target is another one."""
    before, now = Link(kind, "KS1", {"sessions": 2, "status": "online"}), Link(kind, "KS1", {"sessions": 1})

    assert (before == now, before == Link(kind, "KS2"), len({before, now})) == (True, False, 1)
    assert kind in OWN_KINDS or connection(now)


@pytest.mark.parametrize("code", Obstacle)
def test_every_obstacle_has_a_sentence(code):
    """Also the ones of which no answer tells a limit."""
    assert failures.obstacle(code.value, "30").endswith(".")


def in_other_words(rendered):
    """Replace what a renderer returned: one text, or several."""
    if isinstance(rendered, str):
        return f"Other words, {len(rendered)}."
    return tuple(map(in_other_words, rendered))


def other_renderer(function):
    """Wrap a function, so that it renders other words."""
    return wraps(function)(lambda *given, **named: in_other_words(function(*given, **named)))


def tables_of_texts():
    """List the tables of texts of the modules that render sentences: the module, the name of the table, the table."""
    for module in RENDERERS:
        for name, value in vars(module).items():
            if name.strip("_").isupper() and isinstance(value, dict) and {str} == {*map(type, value.values())}:
                yield module, name, value


def renderers():
    """List the functions of these modules that return one text, or several."""
    for module in RENDERERS:
        for function in vars(module).values():
            if isfunction(function) and function.__module__ == module.__name__:
                returned = signature(function).return_annotation
                if returned in {str, tuple[str, ...], Iterator[str]}:
                    yield function


def reword(patch):
    """Put other words into every table of texts, every function that renders one, and every exception."""
    for module, name, table in tuple(tables_of_texts()):
        patch.setattr(module, name, {code: f"Other words, {len(code)}." for code in table})
    others = {function: other_renderer(function) for function in renderers()}
    # A module that imported a function by its name has a reference of its own.
    for module in [module for name, module in sys.modules.items() if name.partition(".")[0] == "helpers"]:
        for name, value in tuple(vars(module).items()):
            if isfunction(value) and value in others:
                patch.setattr(module, name, others[value])
    patch.setattr(KitError, "message", property(lambda failure: f"Other words, {type(failure).__name__}."))


def every_sentence():
    """Render one sentence of each kind, and every text of every table that has no placeholder, through its function."""
    hidden = [Unseen(Place.EVERYWHERE, Reason(Cause.NOBODY_LOOKED)), Unseen(Place.TRUST, Reason(Cause.STOPPED))]
    return [
        *(story.restore_way(way) for way in RestoreWay),
        *(journal_sentences.proof(proof) for proof in Proof),
        *(reading_words.describe_method(method) for method in TrafficMethod),
        *(sentences.name_first_step(Reason(code)) for code in (Cause.HOSTED, Cause.EMERGENCY_ADDRESS)),
        *sentences.explain_verdict(None, NOON),
        *sentences.explain_verdict(Traffic(since=NOON, until=NOON, calls=0, messages=0), NOON),
        *sentences.describe_wiring(None),
        *sentences.gaps(hidden),
        *(wording("It failed.", code) for wording in (advice.for_one_number, advice.for_a_plan) for code in Advice),
        *(failures.obstacle(code, "30") for code in Obstacle),
        failures.failure(Reason(Cause.READ_ENDLESS, {"what": "the list"})),
        failures.answered({"status": 403, "words": "Forbidden"}),
        about.describe_coverage(Coverage((), 0)),
        KitError("It was not released.").message,
    ]


def test_rewording_leaves_no_sentence_as_it_is(monkeypatch):
    """Otherwise the test below would not notice that one of them is saved or compared."""
    before = every_sentence()
    with monkeypatch.context() as patch:
        reword(patch)
        after = every_sentence()

    assert [one for one, other in zip(before, after, strict=True) if one == other] == []


def fail_in_every_way(operator, clock):
    """Let releases and purchases of one number fail, each otherwise; take it back at last, without its settings."""
    number = operator.number(QUIET_NAMES[2])

    def attempt(act, fault, method, path=None, times=1):
        operator.simulator.order(fault, method=method, path=path, times=times)
        with suppress(KitError):
            act()
        clock.advance(minutes=5)
        for entry in operator.journal.entries():
            if entry.open:
                settle_open(entry, operator.session)

    def take_back():
        restore(operator.journal.entries()[-1], operator.session, typed=number.phone_number, bare=True)

    for fault in (Fault.FORBIDDEN, Fault.REQUEST_LOST, Fault.BROKEN_BEFORE, Fault.NOT_FOUND, Fault.THROTTLED):
        attempt(lambda: operator.press(operator.confirm(number)), fault, "DELETE")
    for fault in (Fault.FORBIDDEN, Fault.REQUEST_LOST):
        attempt(take_back, fault, "POST")
    attempt(take_back, Fault.REFUSED, "POST", "/IncomingPhoneNumbers/PN", 99)


def played(folder, monkeypatch, *, reworded):
    """Look at everything, make, check and run a plan, release a number; tell all that was saved and decided."""
    clock = Clock()
    with serve(world="acme", seed="test", now=clock) as simulator, monkeypatch.context() as patch:
        if reworded:
            reword(patch)
        gateway: Gateway = connect_to(simulator, clock)
        journal = Journal(journal_file(folder / "journal.db"))
        protection = Protection(folder / "protected.json", journal.notes, clock)
        operator = Operator(gateway, Sight(gateway), journal, protection, clock, simulator)
        inventory, now = operator.inventory(), clock()
        accounts = {account.sid: account for account in inventory.accounts}
        window, memory = Window.of(90, until=now), EvidenceMemory(folder / "memory", 90)
        # What cannot be read is saved, too.
        (berlin,) = (account.sid for account in inventory.accounts if account.friendly_name == "Acme Berlin")
        for path in ("/v2/Channels/Senders", "/Compliance/Usa2p", f"{berlin}/Calls"):
            simulator.order(Fault.FORBIDDEN, path=path, times=10_000)
        for _ in range(2):
            found = take(gateway, inventory.numbers, accounts, window, memory=memory)
        planner = Planner(operator, folder)
        plan, path = planner.make(*QUIET_NAMES[:2], "Hotline", "Delivery alerts 3 (spare)", "Shop Houston, pharmacy")
        checked = planner.runs.check(plan, path)
        ended, _ = planner.run(plan, path, checked=checked)
        fail_in_every_way(operator, clock)
        gateway.transport.close()
        return {
            "found": found,
            "fingerprint": plan.fingerprint,
            "aside": [(item.sid, item.aside, item.reason) for item in (*plan.aside, *checked.aside)],
            "ended": ended,
            "files": {file.name: file.read_bytes() for file in sorted(folder.rglob("*.json"))},
            "rows": memory.rows().sort_by("sid").to_pylist(),
            "journal": [
                (entry.act, row.state, row.detail) for entry in operator.journal.entries() for row in entry.rows
            ],
        }


def test_other_words_change_nothing_that_is_decided_or_saved(tmp_path, monkeypatch):
    """The same company, looked at and acted on once with these sentences and once with others."""
    told = [played(tmp_path / name, monkeypatch, reworded=name == "others") for name in ("these", "others")]

    for name in told[0]:
        assert told[0][name] == told[1][name], name
    rows = told[0]["journal"]
    assert all("said" not in detail for _, _, detail in rows)
    assert not [name for name, file in told[0]["files"].items() if b'"said":' in file]
    assert any(Cause.READ_REFUSED.encode() in file for file in told[0]["files"].values())
    assert {str(state) for _, state, _ in rows} >= {
        *("refused", "unknown", "throttled", "kept", "released"),
        *("restore_refused", "restore_unknown", "restored"),
    }


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        (Reason(Cause.TOO_BUSY, {"times": 5}).detail, "Twilio was too busy, 5 times."),
        ({"said": "Twilio refused."}, "Twilio refused."),
        ({"why": "Two looks found it where it was."}, "Two looks found it where it was."),
        ({}, ""),
    ],
)
def test_what_the_journal_keeps_of_a_reason_is_said(detail, said):
    """A code with its details; earlier versions kept a sentence, which is shown as it is."""
    assert explain_journal_row(json.loads(json.dumps(detail))) == said


@pytest.mark.parametrize("code", [*Proof, "Twilio has no such number any more"])
def test_what_proved_an_outcome_is_said(code):
    """A code; earlier versions kept a text, which is shown as it is."""
    assert journal_sentences.proof(code) == "Twilio has no such number any more" or code in set(Proof)
    assert " " in journal_sentences.proof(str(code))
