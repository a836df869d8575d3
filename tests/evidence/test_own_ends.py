"""A row of a log belongs to the number at its own end: where that names nothing, nobody can call a number quiet."""

import itertools
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.core.reasons import Cause
from helpers.core.records import Window
from helpers.evidence.number_traffic import fetch_number_traffic
from helpers.evidence.tally import ANY, Tally, fold
from helpers.gateway.pages import once_each
from tests.conftest import Clock
from tests.support.log_rows import CALL, IN, OTHER, OURS, OUT, TEXT, WHEN, log_record

USES = {
    "a call that came in": ("Calls", {**CALL, **IN, "direction": "inbound"}),
    "a call from outside into a trunk": ("Calls", {**CALL, **IN, "direction": "trunking-originating"}),
    "a call that was made": ("Calls", {**CALL, **OUT, "direction": "outbound-api"}),
    "a call that was passed on": ("Calls", {**CALL, **OUT, "direction": "outbound-dial"}),
    "a call out of a trunk": ("Calls", {**CALL, **OUT, "direction": "trunking-terminating"}),
    "a text that came in": ("Messages", {**TEXT, **IN, "direction": "inbound"}),
    "a text that was sent": ("Messages", {**TEXT, **OUT, "direction": "outbound-api"}),
    "an answer to a text": ("Messages", {**TEXT, **OUT, "direction": "outbound-reply"}),
}
FIELDS = ("sid", "to", "from", "direction", "status", "duration", "start_time", "date_sent", "date_created")
FIELDS += ("messaging_service_sid",)
REMOVED = object()
DAMAGES = (REMOVED, None, "", 0, 7, 1.5, True, False, [], ["x"], {}, {"x": 1}, "x", "\x00", "Zoë ☎")


def damaged(row, field, damage):
    """Take a field out of a row, or put something else there."""
    kept = {name: value for name, value in row.items() if name != field}
    return kept if damage is REMOVED else {**kept, field: damage}


def quiet(traffic):
    return (traffic.calls, traffic.messages) == (0, 0)


@pytest.mark.parametrize("sweeps", [True, False])
@pytest.mark.parametrize("use", USES)
def test_damaged_row_leaves_no_number_quiet(marketing, use, sweeps):
    """Removed, or of another type: whichever field, whichever way its account is looked at, and nothing is raw."""
    log, row = USES[use]
    own = "to" if row["to"] == OURS else "from"
    for case in itertools.product(FIELDS, DAMAGES):
        field, damage = case
        # An alphanumeric sender, and a withheld caller, are as good as another number: that row is another's.
        if log == "Messages" and (field, own, damage) == ("from", "from", "x") and sweeps:
            continue
        marketing.rows[log][:] = [row]
        marketing.told[id(row)] = damaged(row, field, damage)
        found = marketing(sweeps=sweeps)
        other = found["+19175550150"]

        assert not quiet(found[OURS]), case
        if field != own:
            assert getattr(found[OURS], log.lower()) == 1, case
            assert quiet(other), case
        else:
            # In the one log alone, for every number of the account where the whole log was read.
            assert getattr(found[OURS], log.lower()) is None, case
            assert (getattr(other, log.lower()) is None) == sweeps, case
            assert {why.code for why in found[OURS].unread.values()} <= {Cause.NAMELESS_ROW, Cause.SOMETHING_ELSE}
        assert {one.calls if log == "Messages" else one.messages for one in found.values()} == {0}


UNREADABLE = (
    "415 555 0112",
    "14155550112",
    "+",
    "+1",
    "+1415555x112",
    "whatsapp:",
    "whatsapp:x",
    "client:",
    "sip:",
    "tel",
    "null",
    "Undefined",
)
UNREADABLE += (" ", "+" + "1" * 16, "x" * 12, "12", "+\uff11\uff14\uff11\uff15", "null\n", "+14155550112\n")


@pytest.mark.parametrize("log", ["Calls", "Messages"])
@pytest.mark.parametrize("own", ["to", "from"])
@pytest.mark.parametrize("address", UNREADABLE)
def test_unknown_own_end_leaves_log_unread(log, own, address):
    """Texts that are no address of Twilio's; a name of up to eleven signs is one where a message is from."""
    row = {**(CALL if log == "Calls" else TEXT), "to": OTHER, "from": OTHER, own: address}
    row["direction"] = "inbound" if own == "to" else "outbound-api"
    nameless = set()
    fold({OURS: Tally()}, log, [log_record(row)], until=Clock()(), nameless=nameless)

    assert nameless == (set() if (log, own, address) == ("Messages", "from", "tel") else {ANY})


ORDINARY = (OTHER, "+266696687", "whatsapp:+14165550188", "messenger:1234", "rcs:acme_agent", "client:anna", "sim:DE1")
ORDINARY += ("sip:anna@pbx.acme.example", "sips:9@acme.example;transport=tls", "anna@acme.example", "12345", "911")


@pytest.mark.parametrize("log", ["Calls", "Messages"])
@pytest.mark.parametrize("direction", ["inbound", "outbound-api", None, "sideways"])
@pytest.mark.parametrize("address", ORDINARY)
def test_ordinary_addresses_leave_nothing_open(log, direction, address):
    """Clients, SIP addresses, short codes, channels and numbers that are not the account's, at either end."""
    row = {**(CALL if log == "Calls" else TEXT), "to": address, "from": address, "direction": direction}
    nameless = set()
    fold({OURS: Tally()}, log, [log_record(row)], until=Clock()(), nameless=nameless)

    assert nameless == set()


@pytest.mark.parametrize(
    "word", ["anonymous", "ANONYMOUS", "Restricted", "unavailable", "unknown", "private", "blocked"]
)
def test_withheld_caller_names_no_callee(word):
    """On a leg that is passed on such a word is ordinary; where a call arrived, it names nothing."""
    open_ends = {}
    for own, direction in (("from", "outbound-dial"), ("to", "inbound")):
        row = {**CALL, "to": OTHER, "from": OTHER, own: word, "direction": direction}
        fold({OURS: Tally()}, "Calls", [log_record(row)], until=Clock()(), nameless=open_ends.setdefault(own, set()))

    assert open_ends == {"from": set(), "to": {ANY}}


@pytest.mark.parametrize("odd", [None, "", 5, [], "?"])
@pytest.mark.parametrize(("log", "row"), [USES["a call that came in"], USES["a text that was sent"]])
def test_other_end_never_matters(log, row, odd):
    """A caller that cannot be read leaves nothing open; without a direction, either end may be the own one."""
    other = "from" if row["direction"] == "inbound" else "to"
    nameless, without, tally = set(), set(), Tally()
    fold({OURS: tally}, log, [log_record({**row, other: odd})], until=Clock()(), nameless=nameless)
    fold({}, log, [log_record({**row, other: odd, "direction": odd})], until=Clock()(), nameless=without)

    assert (nameless, without, tally.calls + tally.messages) == (set(), {ANY}, 1)


WHATEVER = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9)),
    *(st.lists(st.integers(), max_size=1), st.dictionaries(st.text(max_size=1), st.none(), max_size=1)),
    st.sampled_from([OURS, OTHER, WHEN, "inbound", f"MG{1:032x}", f"SM{1:032x}"]),
)
ROW = st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, WHATEVER))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(log=st.sampled_from(["Calls", "Messages"]), rows=st.lists(ROW, max_size=3))
def test_no_odd_row_stops_the_count(log, rows):
    """Whatever a row holds: it is counted, for the number it names or for nobody, and no error comes out."""
    tally = Tally()
    now = Clock()()
    rows = [log_record(row) for row in rows]
    new, _ = once_each(rows, frozenset())
    counted = fold({OURS: tally}, log, new, begin=now - timedelta(days=90), end=now, until=now)
    tally.traffic(Window.of(90, until=now), unread={})

    assert counted <= len(new) <= len(rows)
    assert [row for row in rows if not isinstance(row.sid, str)] == [row for row in new if not isinstance(row.sid, str)]


@pytest.mark.parametrize("log", ["Calls", "Messages"])
@pytest.mark.parametrize("side", ["To", "From"])
def test_rows_of_other_numbers_are_no_answer(operator, monkeypatch, log, side):
    """A server that takes no notice of what was asked for makes no number quiet; none of the others' rows counts."""
    number = operator.number("Landing page test 1")
    row = log_record({**CALL, **TEXT, "to": OTHER, "from": OTHER, "direction": "inbound"})

    def ignores(account_sid, resource, filters, *, page_size=1000):
        yield ([row] if resource == log and side in filters else []), False

    monkeypatch.setattr(operator.gateway, "log", ignores)
    found = fetch_number_traffic(operator.gateway, number, Window.of(90, until=operator.clock()))

    assert getattr(found, log.lower()) is None
    assert Cause.SOMETHING_ELSE in {why.code for why in found.unread.values()}
