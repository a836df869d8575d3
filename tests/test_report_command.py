"""``python3 -m helpers report``: for a timer, which reads its exit code and its one line, and for whom it writes."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import __main__ as command
from helpers._install import CHECKOUT
from helpers.core.errors import CannotConnect
from helpers.tables.report.files import FORMS

#: No way out of this machine, and nobody's credentials.
NOBODY = {
    **dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"), "http://127.0.0.1:9"),
    **dict.fromkeys(("https_proxy", "http_proxy", "all_proxy"), "http://127.0.0.1:9"),
    **dict.fromkeys(("NO_PROXY", "no_proxy"), "127.0.0.1,localhost"),
}


def run(home, *arguments, **environment):
    """Type the command, without a keyboard, in an empty folder."""
    folder = home / "elsewhere"
    folder.mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TWILIO_")}
    return subprocess.run(
        [sys.executable, "-m", "helpers", "report", *arguments],
        cwd=folder,
        env={**kept, **NOBODY, "PYTHONPATH": str(CHECKOUT), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def test_it_writes_a_report_of_the_practice_company_and_says_so_in_one_line(home):
    """Three files for this user alone; the text for a mail is beside them, on the other stream."""
    ended = run(home, "--out", "reports")
    (line,) = ended.stdout.splitlines()
    told = json.loads(line)

    assert (ended.returncode, told["result"], told["mode"]) == (1, 1, "practice")
    files = [Path(file) for file in told["files"]]
    assert [file.suffix for file in files] == [".xlsx", ".html", ".json"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert sorted((home / "elsewhere" / "reports").iterdir()) == sorted(files)
    assert ended.stderr.startswith(told["text"])
    assert "can be saved a year" in told["text"]


def test_without_credentials_it_says_what_is_missing_and_ends_with_two(home):
    """A timer has no keyboard: nothing waits, and standard output is JSON all the same."""
    ended = run(home, "--live")
    (line,) = ended.stdout.splitlines()

    assert ended.returncode == 2
    assert json.loads(line)["result"] == 2
    assert "TWILIO_ACCOUNT_SID" in json.loads(line)["error"]
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["--format", "pdf"], "'pdf' is not a list of xlsx, html, json"),
        (["--format", ""], "'' is not a list of xlsx, html, json"),
        (["--days", "0"], "'0' is not a number of days"),
        (["--days", "-3"], "'-3' is not a number of days"),
        (["--liv"], "unrecognized arguments: --liv"),
        (["now"], "unrecognized arguments: now"),
    ],
)
def test_a_command_line_that_makes_no_sense_looks_at_nothing(arguments, what, capsys, monkeypatch):
    """One sentence, one line of JSON, and the code for "not read"."""
    monkeypatch.setattr(command, "_make_report", lambda wish: pytest.fail(f"{wish} was carried out"))
    code = command.main(["report", *arguments])
    said = capsys.readouterr()

    assert code == 2
    assert what in json.loads(said.out)["error"]
    assert what in said.err


def test_the_forms_of_the_command_are_those_that_there_are():
    """The command knows them before anything is installed."""
    assert tuple(FORMS) == command.FORMS


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (CannotConnect("Twilio cannot be reached."), "Twilio cannot be reached."),
        (OSError(28, "No space left on device"), "No space left on device"),
        (ZeroDivisionError("a bug"), "ZeroDivisionError"),
    ],
)
def test_whatever_goes_wrong_does_not_pass_for_something_to_look_at(failure, said, capsys, monkeypatch):
    """Python ends with 1 where nobody catches a failure, and 1 has a meaning here."""

    def fail(**_):
        raise failure

    monkeypatch.setattr("helpers.desk.open_desk", fail)
    code = command.main(["report"])

    assert code == 2
    assert said in json.loads(capsys.readouterr().out)["error"]


def test_its_help_shows_how_a_timer_calls_it(capsys):
    """Codes, the line and four ways to run it by itself."""
    with pytest.raises(SystemExit) as ended:
        command.main(["report", "--help"])
    said = capsys.readouterr()

    assert ended.value.code == 0
    for word in ("exit code", "cron", "systemd", "GitHub Actions", "--days", "--out", "--format", "--live"):
        assert word in said.out
