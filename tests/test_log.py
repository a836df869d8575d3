"""A log of requests and states, where somebody asks for one: enough to find what went wrong, and nothing to hide."""

import logging
import re
import stat
from pathlib import Path

import pytest

from helpers import open_desk
from helpers.core.errors import CannotConnect
from helpers.core.log import log_to, stop_log
from helpers.simulator import Fault
from helpers.simulator.resources.access import token_of
from tests.support.missing import do_without


@pytest.fixture
def log(tmp_path):
    """A log that is written during one test."""
    log_to(tmp_path / "new folder" / "desk.log")
    yield tmp_path / "new folder" / "desk.log"
    stop_log()


def test_a_release_can_be_followed_request_by_request(log, operator, quiet):
    """The states of the journal stand between the requests, in their order; Twilio's id finds each at Twilio."""
    operator.press(operator.confirm(quiet))
    lines = log.read_text().splitlines()
    announced, deleted, proved = (
        next(at for at, line in enumerate(lines) if words in line)
        for words in (" release intended ", " DELETE ", " release released ")
    )

    assert announced < deleted < proved
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \d+ DELETE api\.twilio\.com/2010-04-01/Accounts/"
        rf"{quiet.account_sid}/IncomingPhoneNumbers/{quiet.sid}\.json 204 RQ\w+ \d+ ms",
        lines[deleted],
    )
    assert lines[proved].endswith(f" {quiet.sid} …{quiet.phone_number[-4:]}")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_request_without_an_answer_says_why(log, operator, quiet):
    """There is no status and no id then."""
    operator.simulator.order(Fault.ANSWER_LOST, method="DELETE")
    operator.press(operator.confirm(quiet))

    assert re.search(rf" DELETE \S+{quiet.sid}\.json silence - \d+ ms$", log.read_text(), re.MULTILINE)


def test_the_log_holds_no_secret_and_no_whole_phone_number(log, operator, quiet):
    """Neither those that requests look for, nor those that answers hold, nor any token of the company."""
    numbers = operator.inventory().numbers
    operator.press(operator.confirm(quiet))
    text = log.read_text()
    secrets = {secret for _, secret in operator.simulator.credentials.values()}
    world = operator.simulator.world
    tokens = {token_of(world, account_sid) for account_sid in world.accounts}

    assert "IncomingPhoneNumbers" in text
    assert not [one for one in {*secrets, *tokens} if one in text]
    assert not [number for number in numbers if number.phone_number[1:] in text]


def test_a_log_that_cannot_be_written_is_told_before_anything_is_read(tmp_path, monkeypatch):
    """Whoever asked for a log relies on it."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("TWILIO_DESK_LOG", str(tmp_path / "file" / "desk.log"))

    with pytest.raises(CannotConnect, match="TWILIO_DESK_LOG") as refused:
        open_desk(live=False)
    assert str(Path("file", "desk.log")) in str(refused.value)


@pytest.mark.usefixtures("log")
def test_a_line_that_cannot_be_written_stops_nothing(operator, quiet, capsys):
    """The disk is full: the release goes on, and no frame with credentials is printed."""
    full = Path("/dev/full")
    if not full.exists():
        do_without("This system has no device that is always full.")
    log_to(full)

    assert operator.press(operator.confirm(quiet)).entry.state == "released"
    stop_log()
    assert capsys.readouterr() == ("", "")


def test_a_log_that_was_stopped_is_not_opened_again(log, operator, quiet):
    """A thread may write its line after that: where the folder is gone, a new file would raise in a request."""
    handlers = logging.getLogger("twilio_number_kit").handlers
    (lines,) = [each for each in handlers if type(each).__module__ == log_to.__module__]
    stop_log()
    log.unlink()
    log.parent.rmdir()
    lines.handle(logging.LogRecord("x", logging.INFO, "", 0, "GET", (), None))

    assert not log.parent.exists()


def test_a_desk_that_is_opened_without_a_log_writes_none(log, monkeypatch, home):
    """Whoever unsets the variable and runs the cell again has done with it."""
    monkeypatch.delenv("TWILIO_DESK_LOG", raising=False)
    before = log.read_text()
    desk = open_desk(live=False)
    desk.practice.stop()

    assert log.read_text() == before
