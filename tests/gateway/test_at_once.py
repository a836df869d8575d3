"""How many requests may be under way at once: remembered from desk to desk, or what the operator says."""

from datetime import UTC, datetime, timedelta

import pytest

from helpers.core.errors import CannotConnect
from helpers.desk.opening import open_desk
from helpers.gateway.at_once import recall_at_once
from helpers.gateway.limiter import Limiter
from helpers.gateway.transport import CONNECTIONS
from tests.support.golden import as_read

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def recalled(file, *, now=NOW, told=""):
    return recall_at_once(file, {"TWILIO_DESK_AT_ONCE": told}, now=lambda: now)


def test_a_cap_is_remembered_for_the_next_desk(tmp_path):
    """As it was within a day, less a tenth after it; a file that is none counts for nothing."""
    file = tmp_path / "folder" / "at_once.json"
    assert recalled(file).known is None
    recalled(file).learn(40)

    assert recalled(file, now=NOW + timedelta(hours=23)).known == 40
    assert recalled(file, now=NOW + timedelta(hours=25)).known == 36
    assert recalled(file, now=NOW - timedelta(days=300)).known == 36
    for spoilt in (
        b"",
        b"{}",
        b'{"at_once": "40", "at": "2026-03-02T12:00:00Z"}',
        b'{"at_once": 4, "at": "2026-03-02"}',
        b'{"at_once": 4, "at": "2026-03-02T12:00:00"}',
        b'{"more": ' + b"[" * 5_000,
    ):
        file.write_bytes(spoilt)
        assert recalled(file).known is None
    for few in (1, 0, -4):
        recalled(file).learn(few)
        assert Limiter(most=32, known=recalled(file, now=NOW + timedelta(days=2)).known).limit == 1


def test_a_disk_that_refuses_keeps_nobody_from_reading(tmp_path):
    """What cannot be remembered is learned anew."""
    (tmp_path / "file").write_text("")
    recalled(tmp_path / "file" / "at_once.json").learn(40)

    assert recalled(tmp_path / "file" / "at_once.json").known is None


def test_a_desk_begins_where_the_last_one_ended(home):
    """The second opening of a desk sends as many at once as the first one learned."""
    first = open_desk()
    first.practice.fault("THROTTLED", path="IncomingPhoneNumbers", times=5)
    first.inventory()
    second = open_desk()
    second.practice.stop()
    limits = [desk.session.gateway.transport.limiter.limit for desk in (first, second)]

    assert limits[0] == limits[1] != Limiter(most=CONNECTIONS).limit


def test_a_count_that_is_none_opens_no_desk(home, monkeypatch, tmp_path, snapshot):
    """The operator meant something; a guess would be something else."""
    for told in ("0", "101", "-1", "3.5", "\xb2", "9" * 5_000, "many"):
        with pytest.raises(CannotConnect) as refused:
            recalled(tmp_path / "at_once.json", told=told)
    assert as_read(str(refused.value)) == snapshot

    monkeypatch.setenv("TWILIO_DESK_AT_ONCE", "many")
    with pytest.raises(CannotConnect, match="TWILIO_DESK_AT_ONCE"):
        open_desk()


def test_the_operator_may_allow_up_to_a_hundred(tmp_path):
    """Nothing said is the kit's own figure."""
    told = {" 1 ": 1, "100": 100, "": CONNECTIONS, " ": CONNECTIONS}

    assert {text: recalled(tmp_path / "at_once.json", told=text).most for text in told} == told
