"""The terminal in which the kit was started: an address, practice or live, and how to end it; errors, and no more."""

import logging
import os
import re
import signal
import subprocess
import sys
from urllib.request import ProxyHandler, build_opener

import pytest

from helpers._install import CHECKOUT
from helpers.lab.terminal import OnlyErrors, file_handler


def spoken_by(home, *arguments, environment=None):
    """Start the kit, end it with Ctrl-C as soon as it has greeted, and return what stood on the terminal."""
    # Another command's settings must not decide.
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("TWILIO_", "JUPYTER_"))}
    command = [sys.executable, "-m", "helpers", "--no-browser", *arguments]
    clean |= {"HOME": str(home), "XDG_STATE_HOME": str(home / "state"), **(environment or {})}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=CHECKOUT, env=clean, stdout=pipe, stderr=pipe, text=True) as process:
        said = []
        for line in process.stdout:
            said.append(line.rstrip("\n"))
            if line.endswith("jupyterlab.log\n"):
                # Whoever ends it before it has begun is told so by Python.
                (address,) = [each.strip() for each in said if "://" in each]
                build_opener(ProxyHandler({})).open(address, timeout=30).close()
                process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    return [line.strip() for line in said if line.strip()], errors


@pytest.mark.parametrize(("arguments", "where"), [([], "PRACTICE"), (["--live"], "LIVE")])
def test_the_terminal_says_where_it_is_what_to_open_and_how_to_end_it(tmp_path, arguments, where):
    """One address, which is a real one; nothing of JupyterLab's own, which is in a file without its password."""
    said, errors = spoken_by(tmp_path, *arguments)
    (address,) = [line for line in said if "://" in line]
    log = (tmp_path / "state" / "twilio-number-kit" / "log" / "jupyterlab.log").read_text()

    assert said[1].startswith(f"{where}: ")
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/lab/tree/00_start_here\.ipynb\?token=\w+", address)
    assert "Ctrl-C" in said[-2]
    assert errors == ""
    assert "is running at" in log
    assert address.partition("token=")[2] not in log


@pytest.mark.parametrize(
    ("level", "said", "shown"),
    [
        (logging.ERROR, "500 GET /api/contents", True),
        (logging.ERROR, "Uncaught exception GET /lab?token=1", True),
        (logging.ERROR, "Failed to shut down a kernel: write was interrupted", True),
        (logging.CRITICAL, "ERROR: the server could not be started because no available port could be found.", True),
        (logging.CRITICAL, "Or copy and paste one of these URLs: http://127.0.0.1:8888/lab?token=1", False),
        (logging.CRITICAL, "received signal 15, stopping", False),
        (logging.WARNING, "A deprecated setting is used.", False),
    ],
)
def test_an_error_is_on_the_terminal_and_a_greeting_is_not(level, said, shown):
    """JupyterLab calls its greeting critical."""
    assert OnlyErrors().filter(logging.LogRecord("ServerApp", level, "", 0, said, (), None)) is shown


def test_a_file_that_cannot_be_written_is_not_named_as_if_it_could(tmp_path):
    """JupyterLab starts all the same."""
    (tmp_path / "state").touch()
    said, errors = spoken_by(tmp_path)

    assert "its own messages are lost" in said[-2]
    assert errors == ""


@pytest.mark.parametrize("address", ["/lab?token=my-secret.pass", "/login?next=%2Flab%3Ftoken%3Dmy-secret.pass"])
def test_no_part_of_the_password_is_in_the_file(tmp_path, monkeypatch, address):
    """However it is written in an address."""
    monkeypatch.setattr("helpers.lab.terminal.user_log_path", lambda *_, **__: tmp_path)
    handler = file_handler()
    handler.handle(logging.LogRecord("ServerApp", logging.INFO, "", 0, f"GET {address}", (), None))
    handler.close()

    assert "secret" not in (tmp_path / "jupyterlab.log").read_text()
