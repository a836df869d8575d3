"""A row of a log belongs to the number at its own end: where that names nothing, nobody can call a number quiet."""

from collections import Counter
from datetime import timedelta
from threading import Event

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.core.reasons import Cause
from helpers.core.records import Verdict, Window
from helpers.evidence import account_traffic as sweeping
from helpers.evidence.account_traffic import fetch_company_traffic
from helpers.evidence.number_traffic import fetch_number_traffic
from helpers.evidence.tally import ANY, Tally, fold
from helpers.gateway.pages import once_each
from helpers.simulator import Fault
from tests.conftest import Clock
from tests.support.panel_tools import QUIET, named

OURS, OTHER = "+19175550156", "+14165550188"
WHEN = "Sun, 01 Mar 2026 08:00:00 +0000"
#: What a row says that came in, and one that went out.
IN, OUT = {"to": OURS, "from": OTHER}, {"to": OTHER, "from": OURS}
CALL = {"sid": f"CA{1:032x}", "status": "completed", "duration": "60", "start_time": WHEN, "date_created": WHEN}
TEXT = {"sid": f"SM{1:032x}", "status": "delivered", "date_sent": WHEN, "date_created": WHEN}
TEXT |= {"messaging_service_sid": None}
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


@pytest.fixture
def marketing(operator, monkeypatch):
    """An account whose logs have a few rows, as its look finds them: swept, or looked up number by number."""
    inventory = operator.inventory()
    accounts = {account.sid: account for account in inventory.accounts}
    numbers = [one for one in inventory.numbers if accounts[one.account_sid].friendly_name == "Acme Marketing"]
    rows, told = {"Calls": [], "Messages": []}, {}

    def log(account_sid, resource, filters, *, page_size=1000):
        """Twilio's filters look at the rows as they are; what is told of them may be something else."""
        if list(filters) == ["DateSent<"]:
            yield [], False
            return
        wanted = {name.lower(): value for name, value in filters.items() if name in {"To", "From"}}
        found = [row for row in rows[resource] if wanted.items() <= row.items()]
        yield [told.get(id(row), row) for row in found], False

    def look(*, sweeps):
        monkeypatch.setattr(sweeping, "WEIGHT", 0 if sweeps else 1)
        monkeypatch.setattr(operator.gateway, "log", log)
        monkeypatch.setattr(operator.gateway, "usage", lambda *_, **__: {} if sweeps else {"calls": 10**9})
        window = Window.of(90, until=operator.clock())
        how = {"stop": Event(), "progress": lambda done, whole: None}
        found = fetch_company_traffic(operator.gateway, numbers, accounts, window, **how)
        if not sweeps:
            for number in numbers:
                assert fetch_number_traffic(operator.gateway, number, window).tells == found[number.sid].tells
        return {number.phone_number: found[number.sid] for number in numbers}

    look.rows, look.told, look.account = rows, told, numbers[0].account_sid
    return look


def quiet(traffic):
    return (traffic.calls, traffic.messages) == (0, 0)


@pytest.mark.parametrize("sweeps", [True, False])
@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("field", FIELDS)
def test_whatever_is_damaged_a_number_in_use_is_never_quiet(marketing, use, field, sweeps):
    """Removed, or of another type: whichever field, whichever way its account is looked at, and nothing is raw."""
    log, row = USES[use]
    own = "to" if row["to"] == OURS else "from"
    for damage in DAMAGES:
        # An alphanumeric sender, and a withheld caller, are as good as another number: that row is another's.
        if log == "Messages" and (field, own, damage) == ("from", "from", "x") and sweeps:
            continue
        marketing.rows[log][:] = [row]
        marketing.told[id(row)] = damaged(row, field, damage)
        found = marketing(sweeps=sweeps)
        other = found["+19175550150"]

        assert not quiet(found[OURS]), damage
        if field != own:
            assert getattr(found[OURS], log.lower()) == 1, damage
            assert quiet(other), damage
        else:
            # In the one log alone, for every number of the account where the whole log was read.
            assert getattr(found[OURS], log.lower()) is None, damage
            assert (getattr(other, log.lower()) is None) == sweeps, damage
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
def test_an_own_end_of_no_known_kind_leaves_the_log_unread(log, own, address):
    """Texts that are no address of Twilio's; a name of up to eleven signs is one where a message is from."""
    row = {**(CALL if log == "Calls" else TEXT), "to": OTHER, "from": OTHER, own: address}
    row["direction"] = "inbound" if own == "to" else "outbound-api"
    nameless = set()
    fold({OURS: Tally()}, log, [row], until=Clock()(), nameless=nameless)

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
    fold({OURS: Tally()}, log, [row], until=Clock()(), nameless=nameless)

    assert nameless == set()


@pytest.mark.parametrize(
    "word", ["anonymous", "ANONYMOUS", "Restricted", "unavailable", "unknown", "private", "blocked"]
)
def test_a_withheld_caller_is_one_where_a_call_comes_from(word):
    """On a leg that is passed on such a word is ordinary; where a call arrived, it names nothing."""
    open_ends = {}
    for own, direction in (("from", "outbound-dial"), ("to", "inbound")):
        row = {**CALL, "to": OTHER, "from": OTHER, own: word, "direction": direction}
        fold({OURS: Tally()}, "Calls", [row], until=Clock()(), nameless=open_ends.setdefault(own, set()))

    assert open_ends == {"from": set(), "to": {ANY}}


@pytest.mark.parametrize("odd", [None, "", 5, [], "?"])
@pytest.mark.parametrize(("log", "row"), [USES["a call that came in"], USES["a text that was sent"]])
def test_the_other_end_never_matters(log, row, odd):
    """A caller that cannot be read leaves nothing open; without a direction, either end may be the own one."""
    other = "from" if row["direction"] == "inbound" else "to"
    nameless, without, tally = set(), set(), Tally()
    fold({OURS: tally}, log, [{**row, other: odd}], until=Clock()(), nameless=nameless)
    fold({}, log, [{**row, other: odd, "direction": odd}], until=Clock()(), nameless=without)

    assert (nameless, without, tally.calls + tally.messages) == (set(), {ANY}, 1)


WHATEVER = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9)),
    *(st.lists(st.integers(), max_size=1), st.dictionaries(st.text(max_size=1), st.none(), max_size=1)),
    st.sampled_from([OURS, OTHER, WHEN, "inbound", f"MG{1:032x}", f"SM{1:032x}"]),
)
ROW = st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, WHATEVER))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(log=st.sampled_from(["Calls", "Messages"]), rows=st.lists(ROW, max_size=3))
def test_no_row_is_so_odd_that_it_stops_the_count(log, rows):
    """Whatever a row holds: it is counted, for the number it names or for nobody, and no error comes out."""
    tally = Tally()
    now = Clock()()
    new, _ = once_each(rows, frozenset())
    counted = fold({OURS: tally}, log, new, begin=now - timedelta(days=90), end=now, until=now)
    tally.traffic(Window.of(90, until=now), unread={})

    assert counted <= len(new) <= len(rows)
    assert [row for row in rows if not isinstance(row.get("sid"), str)] == [
        row for row in new if not isinstance(row.get("sid"), str)
    ]


def service_of(operator, account_sid):
    (service,) = operator.gateway.resources(account_sid, "https://messaging.twilio.com/v1/Services", "services")
    return service["sid"]


def waiting(service):
    """Make a text that waits in a messaging service: from which number it will be sent, nobody has chosen yet."""
    return {**TEXT, "to": OTHER, "from": None, "direction": "outbound-api", "messaging_service_sid": service}


MEMBERS = {"+18445550159", "+19175550160"}


def unread(found):
    return {number for number, traffic in found.items() if traffic.messages is None}


@pytest.mark.parametrize("sender", [None, "", REMOVED])
def test_a_text_that_waits_in_a_messaging_service_leaves_its_numbers_open(marketing, operator, simulator, sender):
    """The service's numbers are asked for once, however many texts wait; the account's others are as quiet as ever."""
    service = service_of(operator, marketing.account)
    texts = [{**waiting(service), "sid": f"SM{place:032x}"} for place in range(5)]
    marketing.rows["Messages"][:] = [damaged(text, "from", sender) for text in texts]
    before = len(simulator.requests)
    found = marketing(sweeps=True)
    asked = [one["path"] for one in simulator.requests[before:]]

    assert unread(found) == MEMBERS
    assert {traffic.calls for traffic in found.values()} == {0}
    assert asked.count(f"/v1/Services/{service}/PhoneNumbers") == 1
    assert found["+18445550159"].unread["Messages"].details["service"] == service


@pytest.mark.parametrize(
    "said",
    [
        {"phone_numbers": [{"sid": "PN1", "phone_number": None}, {"friendly_name": "?"}]},
        {"phone_numbers": [{"sid": "XE1"}]},
        {"phone_numbers": [[]]},
        {"numbers": []},
    ],
)
def test_a_messaging_service_whose_numbers_cannot_be_read_leaves_all_open(marketing, operator, between, connect, said):
    """A member that names no number could be any; so could those of a list that is none."""
    service = service_of(operator, marketing.account)
    operator.gateway = None
    gateway = connect(url=between.url)
    list(gateway.accounts())
    between.answers("/PhoneNumbers", 200, {**said, "meta": {"next_page_url": None}})
    plan = sweeping._Plan(next(one for one in gateway.accounts() if one.sid == marketing.account), [], {})
    plan.nameless["Messages"].add(service)
    sweeping._fetch_members(gateway, plan)

    assert plan.members == {}
    assert service in plan.unread


def test_a_messaging_service_that_may_not_be_looked_at_leaves_all_open(marketing, operator, simulator):
    """The reason says so; calls are as they were."""
    marketing.rows["Messages"][:] = [waiting(service_of(operator, marketing.account))]
    simulator.order(Fault.FORBIDDEN, path="/PhoneNumbers", times=9)
    found = marketing(sweeps=True)

    assert unread(found) == set(found)
    assert {traffic.calls for traffic in found.values()} == {0}
    why = found[OURS].unread["Messages"]
    assert (why.cause.code, why.details["status"]) == (Cause.READ_REFUSED, 403)
    assert str(why.details["what"]).startswith("messaging.twilio.com")


def test_a_message_of_a_deleted_service_leaves_nothing_open(marketing):
    """It was never sent, and the service has no numbers any more: Twilio says that there is none of that sid."""
    marketing.rows["Messages"][:] = [waiting(f"MG{'1' * 32}")]
    found = marketing(sweeps=True)

    assert unread(found) == set()


@pytest.mark.parametrize("service", ["", "MG1", f"MG{'0' * 31}/", f"MG{'0' * 32}?x=", f"AC{'0' * 32}", 5, ["x"], None])
def test_a_service_that_is_none_stands_in_no_address(marketing, simulator, service):
    """A text that names neither a number nor a service may be of any number."""
    marketing.rows["Messages"][:] = [waiting(service)]
    found = marketing(sweeps=True)

    assert unread(found) == set(found)
    assert not [one for one in simulator.requests if one["host"] == "messaging.twilio.com"]


@pytest.mark.parametrize("log", ["Calls", "Messages"])
@pytest.mark.parametrize("side", ["To", "From"])
def test_an_answer_about_other_numbers_is_no_answer(operator, monkeypatch, log, side):
    """A server that takes no notice of what was asked for makes no number quiet; none of the others' rows counts."""
    number = operator.number("Landing page test 1")
    row = {**CALL, **TEXT, "to": OTHER, "from": OTHER, "direction": "inbound"}

    def ignores(account_sid, resource, filters, *, page_size=1000):
        yield ([row] if resource == log and side in filters else []), False

    monkeypatch.setattr(operator.gateway, "log", ignores)
    found = fetch_number_traffic(operator.gateway, number, Window.of(90, until=operator.clock()))

    assert getattr(found, log.lower()) is None
    assert Cause.SOMETHING_ELSE in {why.code for why in found.unread.values()}


def test_what_was_seen_before_a_sweep_got_too_long_is_not_forgotten(marketing, monkeypatch):
    """A page that only told how long the log is had a row of nobody's: no look-up can hear that one."""
    marketing.rows["Calls"][:] = [{**CALL, "to": None, "from": OTHER, "direction": "inbound"}]
    monkeypatch.setattr(sweeping._Plan, "worth_it", property(lambda plan: not plan.estimated))
    monkeypatch.setattr(sweeping, "estimate_size", lambda *_, **__: 10**9)
    looked = sweeping._begin

    def longer(gateway, *how):
        read = gateway.log
        monkeypatch.setattr(gateway, "log", lambda *a, **k: ((page, True) for page, _ in read(*a, **k)))
        looked(gateway, *how)
        monkeypatch.setattr(gateway, "log", read)

    monkeypatch.setattr(sweeping, "_begin", longer)
    found = marketing(sweeps=True)

    assert {(traffic.calls, traffic.messages) for traffic in found.values()} == {(None, 0)}


def test_a_list_that_repeats_rows_counts_them_once(operator, monkeypatch):
    """Each page repeats the one before it: counts and bills are those of the log."""
    read, window = operator.gateway.client.pages, Window.of(90, until=operator.clock())
    inventory = operator.inventory()
    accounts = {account.sid: account for account in inventory.accounts}

    def counts():
        how = {"stop": Event(), "progress": lambda done, whole: None}
        found = fetch_company_traffic(operator.gateway, inventory.numbers, accounts, window, **how)
        return Counter({sid: (one.calls, one.messages) for sid, one in found.items()})

    def repeated(url, key, make, **how):
        before = []
        for page, follows in read(url.replace("PageSize=1000", "PageSize=9"), key, make, **how):
            yield before + page, follows
            before = page if key in {"calls", "messages"} else []

    monkeypatch.setattr(sweeping, "WEIGHT", 0)
    true = counts()
    monkeypatch.setattr(operator.gateway.client, "pages", repeated)

    assert counts() == true


@pytest.fixture
def desk_with(desk, monkeypatch):
    """A desk whose number of the test has rows in its account's whole log that its own records are not asked out of."""
    number, read = named(desk, QUIET), desk.session.gateway.log
    rows = [{**CALL, "to": None, "from": OTHER, "direction": "inbound"}]

    def log(account_sid, resource, filters, **how):
        whole = resource == "Calls" and account_sid == number.account_sid and not {"To", "From"} & set(filters)
        for page, follows in read(account_sid, resource, filters, **how):
            yield [*rows, *page] if whole else page, follows
            whole = False

    monkeypatch.setattr(desk.session.gateway, "log", log)
    desk.inventory_panel().looking.button.click()
    return desk, number, rows


def in_the_grid(desk, number):
    return desk.evidence().set_index("sid").verdict[number.sid]


def test_the_release_card_never_says_quiet_of_what_the_grid_leaves_open(desk_with):
    """A look-up is not shown the row that names nothing: what the whole log showed still counts, with its day."""
    here, number, _ = desk_with
    decision = here.decide(number)

    assert in_the_grid(here, number) == "unknown"
    assert decision.verdict is Verdict.UNKNOWN
    assert decision.traffic.unread["Calls"].details["found_at"] == "2026-03-02T09:30:00+00:00"
    assert decision.traffic.messages == 0


def test_a_look_at_the_whole_log_closes_what_one_left_open(desk_with, clock):
    """The row is out of the log, or of the days looked at: the number is quiet again, in the grid and on the card."""
    here, number, rows = desk_with
    rows.clear()
    clock.advance(days=1)
    here.inventory_panel().looking.button.click()

    assert in_the_grid(here, number) == "quiet"
    assert here.decide(number).verdict is Verdict.QUIET


def test_what_was_quiet_yesterday_is_open_where_a_row_names_nothing_today(desk_with, clock):
    """That is something that was found, and no look that failed."""
    here, number, rows = desk_with
    row = rows.pop()
    here.inventory_panel().looking.button.click()
    rows.append(row)
    clock.advance(days=1)
    here.inventory_panel().looking.button.click()

    assert in_the_grid(here, number) == "unknown"
    assert here.decide(number).verdict is Verdict.UNKNOWN
