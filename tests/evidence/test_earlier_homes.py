"""A number that moved to another account is judged by what it did in the account before, too."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from threading import Event

import pytest

from helpers.actions.move import move
from helpers.core.connections import Wiring
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Confirmation, Traffic, Verdict, Window
from helpers.decisions.decision import verdict_of
from helpers.decisions.sentences import explain_verdict
from helpers.evidence.company_evidence import AccountEvidence
from helpers.evidence.earlier_homes import EarlierHome, add_earlier, find_homes, out_of_sight, where_now
from helpers.evidence.evidence import Evidence, choose_evidence
from helpers.evidence.evidence_rows import rows_of
from helpers.simulator import Fault
from tests.support.golden import as_read
from tests.support.panel_tools import QUIET, named

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
USED = "Head office"


def look(desk, *, days=90, stop=None):
    desk._evidence.find_out(days, progress=lambda steps: None, stop=stop or Event())


def in_the_grid(desk, number):
    return desk.evidence().set_index("sid").loc[number.sid]


def current(desk, number):
    """Read the number where it is now."""
    return next(iter(desk.inventory(again=True).numbers.get([number.sid])))


def account_to_move_to(desk):
    return next(each for each in desk.session.accounts if each.friendly_name == "Acme Logistics")


def move_by_hand(desk, number):
    """Move it as somebody does who does not use the kit."""
    target = account_to_move_to(desk)
    desk.session.gateway.update_number(number.account_sid, number.sid, {"AccountSid": target.sid})
    return current(desk, number)


def move_by_the_kit(desk, number):
    """Move it by the kit, which nobody let look at all numbers before."""
    confirmation = Confirmation("move-1", desk.decide(number), number.phone_number)
    move(confirmation, account_to_move_to(desk), desk.session)
    return current(desk, number)


def verdicts(desk, number):
    """The verdicts of the grid after a look, of the card, and of a plan: they must agree."""
    look(desk)
    card, (planned,) = (
        desk.decide(number),
        desk.plans._recheck.judge([number], progress=lambda *steps: None, stop=Event()),
    )
    return in_the_grid(desk, number).verdict, card.verdict.value, planned.verdict.value


def cut_off(simulator, account_sid):
    """Let Twilio refuse the logs of an account from now on."""
    for log in ("Calls", "Messages"):
        simulator.order(Fault.FORBIDDEN, path=f"/Accounts/{account_sid}/{log}", times=10_000)


def test_a_number_in_use_that_was_moved_by_hand_is_in_use(desk, snapshot):
    """By the log of its old account; the log of the new one is empty.  The sentence says where that was."""
    number = named(desk, USED)
    look(desk)
    before = in_the_grid(desk, number)
    moved = move_by_hand(desk, number)

    assert verdicts(desk, moved) == ("in use",) * 3
    assert in_the_grid(desk, moved).calls == before.calls > 5
    assert as_read(in_the_grid(desk, moved).because) == snapshot
    assert desk.decide(moved).traffic.later.code is Cause.USED_ELSEWHERE


def test_it_stays_in_use_for_as_long_as_its_last_call_is_in_the_window(desk, clock):
    """Each look replaces the evidence of its old account, and forgets nothing."""
    number = named(desk, USED)
    look(desk)
    moved = move_by_hand(desk, number)
    look(desk)
    clock.advance(days=40)
    assert verdicts(desk, moved) == ("in use",) * 3

    clock.advance(days=60)
    assert verdicts(desk, moved) == ("quiet",) * 3


def test_a_number_that_the_kit_moved_is_known_from_the_journal(desk):
    """Nobody had looked at all numbers before, so there is no evidence of its old account."""
    decisions = map(desk.decide, desk.inventory().numbers)
    used = next(each for each in decisions if each.verdict is Verdict.IN_USE and not each.blockers)
    moved = move_by_the_kit(desk, used.number)

    assert desk.decide(moved).verdict is Verdict.IN_USE
    assert verdicts(desk, moved) == ("in use",) * 3


def test_a_quiet_number_that_was_moved_stays_not_used(desk, simulator):
    """Its old account's log is asked once after the move; what becomes of that account then does not matter."""
    number = named(desk, QUIET)
    look(desk)
    moved = move_by_the_kit(desk, number)
    assert verdicts(desk, moved) == ("quiet",) * 3

    cut_off(simulator, number.account_sid)
    assert verdicts(desk, moved) == ("quiet",) * 3


@pytest.mark.parametrize("how", [move_by_hand, move_by_the_kit])
def test_a_silence_is_unknown_where_the_old_account_cannot_be_asked(how, desk, simulator, clock, snapshot):
    """What it did between the last look and the move is in that account's log; until that is out of the window."""
    number = named(desk, QUIET)
    look(desk)
    moved = how(desk, number)
    cut_off(simulator, number.account_sid)

    assert verdicts(desk, moved) == ("unknown",) * 3
    assert as_read(in_the_grid(desk, moved).because) == snapshot
    clock.advance(days=60)
    assert verdicts(desk, moved) == ("unknown",) * 3
    clock.advance(days=31)
    assert verdicts(desk, moved) == ("quiet",) * 3


def test_remembered_use_counts_where_the_old_account_cannot_be_asked(desk, simulator, clock):
    """With its age."""
    number = named(desk, USED)
    look(desk)
    moved = move_by_hand(desk, number)
    cut_off(simulator, number.account_sid)
    clock.advance(days=3)

    assert verdicts(desk, moved) == ("in use",) * 3
    assert "in the 90 days before" in in_the_grid(desk, moved).because


def test_a_stopped_look_forgets_no_move(desk, monkeypatch):
    """Its old account was looked at, and the look was stopped before its new one: the next look knows."""
    number = named(desk, USED)
    look(desk)
    moved = move_by_hand(desk, number)
    update, memory = type(desk._evidence._memory(90)).update, desk._evidence._memory(90)

    def update_all_but_the_new_one(found: AccountEvidence):
        if found.account_sid != moved.account_sid:
            update(memory, found)

    with monkeypatch.context() as stopped:
        stopped.setattr(memory, "update", update_all_but_the_new_one)
        look(desk)
    assert in_the_grid(desk, moved).verdict == "unknown"
    assert moved.sid not in memory.recall([number])

    assert verdicts(desk, moved) == ("in use",) * 3


def test_a_new_account_that_could_not_be_read_at_first_hides_no_move(desk, simulator):
    """The number was nowhere, and is in another account at the next look."""
    number = named(desk, USED)
    look(desk)
    target = account_to_move_to(desk)
    desk.session.gateway.update_number(number.account_sid, number.sid, {"AccountSid": target.sid})
    simulator.order(Fault.FORBIDDEN, path=f"/Accounts/{target.sid}/IncomingPhoneNumbers", times=1)
    look(desk)
    assert number.sid not in set(desk.inventory().numbers.columns["sid"].to_pylist())

    assert verdicts(desk, current(desk, number)) == ("in use",) * 3


def test_an_account_out_of_sight_leaves_it_unknown(desk):
    """Remembered evidence tells that it was there, silent; the account cannot be asked, and its sid is said."""
    number, now = named(desk, QUIET), desk.session.clock()
    window = Window.of(90, until=now)
    silent = Traffic(window.since, now - timedelta(days=5), 0, 0)
    rows = rows_of("AC7", {number.sid: Evidence(silent, Wiring((), ()))})
    how = {"memories": {90: rows}, "folder": None, "moves": (), "accounts": {}}
    (home,) = find_homes(where_now([number]), window, **how)[number.sid]
    found = add_earlier(replace(silent, until=now), out_of_sight(home, window), home)

    assert verdict_of(found) is Verdict.UNKNOWN
    assert "AC7" in " ".join(explain_verdict(found, now))


def test_of_two_accounts_one_call_proves_use_and_two_silences_are_needed_for_quiet():
    """Whatever is known of each: used, silent, or not read."""
    kinds = {
        "in use": Traffic(NOON - timedelta(days=90), NOON, 3, 0, last_call_in=NOON - timedelta(days=5)),
        "quiet": Traffic(NOON - timedelta(days=90), NOON, 0, 0),
        "unknown": Traffic(NOON - timedelta(days=90), NOON, 0, None, unread={"Messages": Reason(Cause.GIVEN_UP)}),
    }
    for (here, at_home), (there, elsewhere) in product(kinds.items(), kinds.items()):
        found = add_earlier(at_home, elsewhere, EarlierHome("AC7", None))
        both = {here, there}

        assert verdict_of(found).value == next(kind for kind in ("in use", "unknown", "quiet") if kind in both)
        # A count is whole only where both logs are known, and not both have something.
        assert found.more == ("unknown" in both or both == {"in use"})


def test_remembered_use_that_no_look_up_finds_counts_as_well():
    """Calls to a SIP address, which only the whole log shows, were read before the move."""
    silent = Traffic(NOON - timedelta(days=90), NOON, 0, 0)
    heard = replace(silent, until=NOON - timedelta(days=9), calls=2, last_call_in=NOON - timedelta(days=10))
    found = add_earlier(silent, silent, EarlierHome("AC7", None, (heard,)))

    assert (verdict_of(found), found.calls, found.until) == (Verdict.IN_USE, 2, heard.until)


def test_an_older_silence_in_its_account_counts_for_nothing_where_it_was_elsewhere_since():
    """It went away and came back: what it did meanwhile cannot be read, so the silence of before proves nothing."""
    silent = Traffic(NOON - timedelta(days=90), NOON, 0, 0)
    unread = {"Calls": Reason(Cause.WAS_ELSEWHERE, {"former": "Acme (AC7)"})}
    old, new = replace(silent, until=NOON - timedelta(days=9)), replace(silent, calls=None, unread=unread)
    chosen = choose_evidence(Evidence(new, Wiring((), ())), Evidence(old, Wiring((), ())))

    assert verdict_of(chosen.traffic) is Verdict.UNKNOWN
