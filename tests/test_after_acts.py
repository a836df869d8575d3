"""After an act every table shows what is there, and nothing is sent by a check that grew old meanwhile."""

import pytest

from helpers.core.errors import KitError, NotReleasable
from helpers.core.records import Confirmation
from helpers.decisions.protected import Kind, Protected
from tests.support.panel_tools import QUIET, named


@pytest.fixture
def confirmed(desk):
    """A number that may be released, and the operator's agreement to it."""
    number = named(desk, QUIET)
    decision = desk.decide(number)
    account = decision.account.friendly_name
    return number, Confirmation("once", decision, number.phone_number, account_typed=account)


def sids(desk):
    return set(desk.inventory().numbers.columns["sid"].to_pylist())


def deletes(simulator):
    return [request for request in simulator.requests if request["method"] == "DELETE"]


def test_after_a_release_its_account_alone_is_read_anew(desk, confirmed, simulator):
    """The look, the DELETE, the proof, and one list: not the whole company."""
    number, confirmation = confirmed
    before, asked = sids(desk), len(simulator.requests)
    desk.acts.release(confirmation)

    assert before - sids(desk) == {number.sid}
    assert len(simulator.requests) - asked <= 10


def test_a_number_that_somebody_moved_is_found_where_it_is(desk, confirmed):
    """The release refuses; the number has not vanished from the company's tables."""
    number, confirmation = confirmed
    before = sids(desk)
    target = next(
        account
        for account in desk.inventory().accounts
        if account.status == "active" and account.sid != number.account_sid and not account.is_main
    )
    desk.session.gateway.update_number(number.account_sid, number.sid, {"AccountSid": target.sid})
    with pytest.raises(KitError):
        desk.acts.release(confirmation)

    assert sids(desk) == before
    assert next(desk.inventory().numbers.get([number.sid])).account_sid == target.sid


def test_what_was_protected_while_the_journal_was_verified_is_not_released(desk, confirmed, simulator, monkeypatch):
    """Nothing is checked before the wait, so no check is older than it."""
    number, confirmation = confirmed

    def slowly():
        line = Protected(Kind.NUMBER, number.phone_number, "", "a colleague", "2026-03-02")
        desk.session.protection.protect(line)

    monkeypatch.setattr(desk.session.journal, "require_verified", slowly)
    with pytest.raises(NotReleasable, match="is protected"):
        desk.acts.release(confirmation)

    assert deletes(simulator) == []
    assert number.sid in sids(desk)
