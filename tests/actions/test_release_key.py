"""Looking with one key and releasing with another: the second is of the same account, and only sends the DELETE."""

import gc
import logging
from dataclasses import replace
from pathlib import Path

import pytest
from IPython.core.ultratb import VerboseTB

from helpers.actions.release import release
from helpers.core.errors import NotReleasable, TwilioSaidNo
from helpers.core.permissions import LOOK, RELEASE, ApiKey
from helpers.decisions.session import Sight
from helpers.gateway.gateway import Gateway
from helpers.simulator import Fault
from tests.support.golden import as_read
from tests.test_secrets import shown_by

FAX = "Head office fax"


@pytest.fixture
def looking(operator, controls):
    """An operator whose own key may only look."""
    key = controls.make_key(LOOK)
    connection = replace(operator.gateway.connection, username=key.sid, secret=key.secret)
    gateway = Gateway(connection, operator.gateway.transport)
    operator.gateway, operator.sight = gateway, Sight(gateway)
    return operator


@pytest.fixture
def fax(looking):
    return looking.number(FAX)


def test_the_key_of_the_act_sends_the_one_delete_and_the_desks_looks(looking, fax, controls):
    """Noted before, sent once by the typed key, and looked at afterwards by the desk's own."""
    key = controls.make_key(RELEASE)
    settled = release(looking.confirm(fax), looking.session, key=key)
    (sent,) = looking.deletes()
    after = [each for each in looking.simulator.requests if each["n"] > sent["n"]]

    assert settled.entry.state == "released"
    assert sent["user"] == key.sid
    assert {each["user"] for each in after} == {looking.gateway.connection.username}
    assert not looking.is_ours(fax)


def test_the_entry_is_on_disk_before_the_typed_keys_request(looking, fax, controls, monkeypatch):
    """As with the desk's own credentials."""
    states = []
    really = Gateway.delete_number

    def watched(gateway, account_sid, sid):
        states.extend(entry.state for entry in looking.journal.entries())
        return really(gateway, account_sid, sid)

    monkeypatch.setattr(Gateway, "delete_number", watched)
    release(looking.confirm(fax), looking.session, key=controls.make_key(RELEASE))

    assert states == ["intended"]


def foreign_key(controls, simulator):
    """Make a key of a subaccount, which may release there."""
    support = simulator.credentials["subaccount"][0]
    return controls.make_key(RELEASE, account_sid=support)


REFUSED = {
    "of another account": foreign_key,
    "that may only delete": lambda controls, _: controls.make_key(RELEASE[1:]),
    "that may nothing": lambda controls, _: controls.make_key(()),
    "with a wrong secret": lambda controls, _: ApiKey(controls.make_key(RELEASE).sid, "hush" * 8),
    "that nobody has": lambda *_: ApiKey("SK" + "0" * 32, "hush" * 8),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_key_that_does_not_see_the_number_sends_no_delete(looking, fax, controls, simulator, kind, snapshot):
    """In doubt it is refused in a sentence: nothing is noted, nothing is sent, and the number stays."""
    key = REFUSED[kind](controls, simulator)
    confirmation = looking.confirm(fax)
    with pytest.raises(NotReleasable) as refused:
        release(confirmation, looking.session, key=key)

    assert as_read(str(refused.value).replace(key.sid, "SK…")) == snapshot
    assert (looking.deletes(), looking.journal.entries()) == ([], [])
    assert looking.is_ours(fax)
    assert key.secret not in VerboseTB().text(refused.type, refused.value, refused.tb)


def test_a_key_of_another_account_releases_nothing_there_either(looking, controls, simulator):
    """Its own account has a number of the same kind: nothing there is touched."""
    key = foreign_key(controls, simulator)
    confirmation = looking.confirm(looking.number(FAX))
    before = {number.sid for number in simulator.world.numbers(simulator.credentials["subaccount"][0])}
    with pytest.raises(NotReleasable):
        release(confirmation, looking.session, key=key)

    assert {number.sid for number in simulator.world.numbers(simulator.credentials["subaccount"][0])} == before


def test_a_key_that_may_not_delete_is_told_by_the_missing_permission(looking, fax, controls, snapshot):
    """It sees the number and lacks one permission: Twilio's definite no, which is written down."""
    with pytest.raises(TwilioSaidNo) as refused:
        release(looking.confirm(fax), looking.session, key=controls.make_key(LOOK))
    (entry,) = looking.journal.entries()

    assert as_read(str(refused.value)) == snapshot
    assert entry.state == "refused"
    assert looking.is_ours(fax)


def test_without_a_typed_key_the_desks_own_is_refused(looking, fax):
    """Nobody else's credentials take its place."""
    with pytest.raises(TwilioSaidNo, match="70051"):
        release(looking.confirm(fax), looking.session)

    assert looking.is_ours(fax)


def test_nothing_keeps_the_key_after_the_act(looking, fax, controls):
    """No object of this process holds it any more, and neither does the journal."""
    key = controls.make_key(RELEASE)
    sid, secret = key.sid, str(key.secret)
    release(looking.confirm(fax), looking.session, key=key)
    del key
    gc.collect()

    assert [each for each in gc.get_objects() if isinstance(each, ApiKey) and each.sid == sid] == []
    assert sid not in repr(vars(looking)) + repr(vars(looking.gateway))
    assert secret.encode() not in Path(looking.journal.database.engine.url.database).read_bytes()


FAULTS = [
    *(Fault.REQUEST_LOST, Fault.ANSWER_CUT, Fault.BROKEN_AFTER, Fault.GARBLED),
    *(Fault.UNAUTHORIZED, Fault.FORBIDDEN, Fault.NOT_FOUND, Fault.THROTTLED),
]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_no_failure_shows_the_typed_key(looking, fax, controls, caplog, fault, method):
    """Not in its message, not in its traceback with every variable, not in a log at DEBUG; and it is sent for once."""
    caplog.set_level(logging.DEBUG)
    key, confirmation = controls.make_key(RELEASE), looking.confirm(fax)
    looking.simulator.order(fault, method=method, times=99)
    shown = shown_by(lambda operator, _: release(confirmation, operator.session, key=key), looking, fax) + caplog.text

    assert shown != ""
    assert key.secret not in shown
    assert fault is Fault.THROTTLED or len(looking.deletes()) == (method == "DELETE")
