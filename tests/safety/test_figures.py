"""The figures count what they say, and every promise holds in a small run."""

from contextlib import suppress
from importlib import import_module

import pytest
import requests

from helpers.actions.restore import restore
from helpers.core.errors import KitError
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Number
from helpers.journal.states import Act, State
from tests.safety.figures import Figures
from tests.safety.main import PARTS, main
from tests.safety.rig import company, numbers_of, press


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("part", "tried", "runs"),
    [
        ("kills", 20, 20),
        # The other cases order a fault for a request that the act does not send.
        ("faults", 106, 60),
        ("kernels", 10, 10),
        ("take_backs", 9, 9),
        ("histories", 10, 10),
        ("odd_requests", 1006, 1006),
        # Up to a dozen requests to each world.
        ("any_requests", 120, 800),
        ("damaged_logs", 30, 30),
    ],
)
def test_no_promise_is_broken(part, tried, runs):
    """The command that prints the figures does the same with more runs."""
    assert part in PARTS
    figures = import_module(f"tests.safety.{part}").measure(tried)

    assert figures.runs >= runs
    assert figures.broken == 0, str(figures)


@pytest.mark.parametrize("arguments", [["nonsense"], ["kills", "x"], ["kills", "-1"], ["kills", "1", "2"]])
def test_a_part_that_there_is_not_is_a_sentence(arguments, capsys):
    """Nothing is measured, and the exit code is neither that of a promise kept nor of one broken."""
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)


@pytest.fixture
def rig():
    with company("2x5") as rig:
        yield rig


@pytest.fixture
def counted(rig):
    """Count after something was done behind the journal's back, beside one honest release."""

    def count(do):
        session = rig.session()
        numbers = numbers_of(session)
        accounts = session.accounts_by_sid
        released, other = list(numbers.values())[:2]
        press(rig.confirm(released, accounts[released.account_sid]), session)
        do(released, other, session)
        figures = Figures("planted")
        rig.count(figures, set(numbers), session)
        return figures.lost, figures.twice, figures.without_a_note, figures.untrue

    def delete(number: Number) -> None:
        with requests.Session() as session:
            session.trust_env = False
            session.auth = (rig.about["account_sid"], rig.about["auth_token"])
            path = f"2010-04-01/Accounts/{number.account_sid}/IncomingPhoneNumbers/{number.sid}.json"
            session.delete(f"{rig.simulator.url}/{path}", timeout=5)

    count.delete = delete
    return count


def test_an_honest_release_breaks_nothing(counted):
    """Every count is 0 where the kit alone was at work."""
    assert counted(lambda *_: None) == (0, 0, 0, 0)


def test_a_second_delete_is_counted(counted):
    """One note, two requests: the second has no note of its own either."""
    assert counted(lambda released, *_: counted.delete(released)) == (0, 1, 1, 0)


def test_a_delete_without_an_entry_is_counted(counted):
    """The number left, and the journal knows nothing of it."""
    assert counted(lambda _, other, __: counted.delete(other)) == (1, 0, 1, 0)


def test_a_second_purchase_is_counted(counted):
    """The journal knows one restore, and Twilio was asked for the number twice."""

    def buy(released, _, session):
        (entry,) = session.journal.entries()
        restore(entry, session, typed=released.phone_number)
        with suppress(KitError):
            session.gateway.buy_number(released.account_sid, {"PhoneNumber": released.phone_number})

    assert counted(buy) == (0, 1, 1, 0)


def test_a_move_without_an_entry_is_counted(counted):
    """The number is still the company's, and no entry tells of the request."""

    def hand_over(_, other, session):
        target = next(one for one in session.accounts if one.sid != other.account_sid and one.status == "active")
        session.gateway.update_number(other.account_sid, other.sid, {"AccountSid": target.sid})

    assert counted(hand_over) == (0, 0, 1, 0)


@pytest.mark.parametrize("state", [State.MOVED, State.KEPT])
def test_an_untrue_move_is_counted(counted, state):
    """The journal calls moved what is where it was, and kept what is elsewhere."""

    def lie(_, other, session):
        target = next(one for one in session.accounts if one.sid != other.account_sid and one.status == "active")
        detail = {"target": target.sid}
        entry = session.journal.confirm("one", other, at=session.clock(), act=Act.MOVE, detail=detail)
        entry = session.journal.append(entry, State.INTENDED, at=session.clock())
        if state is State.KEPT:
            session.gateway.update_number(other.account_sid, other.sid, {"AccountSid": target.sid})
        entry = session.journal.append(entry, State.UNKNOWN, at=session.clock())
        session.journal.append(entry, state, at=session.clock())

    assert counted(lie) == (0, 0, 0, 1)


def test_a_move_by_somebody_that_never_was_is_counted(counted):
    """The journal blames a colleague for a move, and the number is where it was."""

    def blame(_, other, session):
        entry = session.journal.confirm("one", other, at=session.clock())
        moved = Reason(Cause.MOVED_BY_SOMEBODY, {"account": "Lot"})
        session.journal.append(entry, State.KEPT, at=session.clock(), detail=moved.detail)

    assert counted(blame) == (0, 0, 0, 1)


def test_an_untrue_entry_is_counted(counted):
    """The journal calls kept what left, and released what is there."""

    def lie(released, other, session):
        (entry,) = session.journal.entries()
        session.journal.append(entry, State.RESTORING, at=session.clock())
        invented = session.journal.confirm("invented", other, at=session.clock())
        for state in (State.INTENDED, State.ACKNOWLEDGED, State.RELEASED):
            invented = session.journal.append(invented, state, at=session.clock())

    assert counted(lie) == (0, 0, 0, 1)
