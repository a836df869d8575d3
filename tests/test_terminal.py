"""The terminal in which the kit was started: an address, practice or live, and how to end it; errors, and no more."""

import asyncio
import logging
import os
import re
import signal
import subprocess
import sys
from contextlib import closing, contextmanager
from types import SimpleNamespace
from urllib.request import ProxyHandler, build_opener

import pytest
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.routing import Router

from helpers._install import CHECKOUT
from helpers.lab.terminal import OnlyErrors, _load_jupyter_server_extension, file_handler


@contextmanager
def started(home, *arguments):
    """Start the kit, wait until it has greeted, and give its process and its lines so far; leave nothing behind."""
    # Another command's settings must not decide.
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("TWILIO_", "JUPYTER_"))}
    command = [sys.executable, "-m", "helpers", "--no-browser", *arguments]
    clean |= {"HOME": str(home), "XDG_STATE_HOME": str(home / "state")}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=CHECKOUT, env=clean, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            said = []
            for line in process.stdout:
                said.append(line.strip())
                if line.endswith("jupyterlab.log\n"):
                    break
            yield process, said
        finally:
            process.kill()


def spoken_by(home, *arguments):
    """Start the kit, end it with Ctrl-C as soon as it has greeted, and return what stood on the terminal."""
    with started(home, *arguments) as (process, said):
        (address,) = [each for each in said if "://" in each]
        build_opener(ProxyHandler({})).open(address, timeout=30).close()
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=60)
    return [line for line in [*said, *map(str.strip, rest.splitlines())] if line], errors


@pytest.mark.parametrize(("arguments", "where"), [([], "PRACTICE"), (["--live"], "LIVE")])
def test_the_terminal_says_where_it_is_what_to_open_and_how_to_end_it(tmp_path, hears_ctrl_c, arguments, where):
    """One address, which answers at once; nothing of JupyterLab's own, which is in a file without its password."""
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


def test_a_ctrl_c_that_comes_while_a_request_is_answered_ends_it_too(hears_ctrl_c):
    """Tornado logs an exception that comes at that moment, and goes on."""

    class Interrupted(Router):
        def find_handler(self, request, **arguments):
            signal.raise_signal(signal.SIGINT)

    async def serve():
        stopped = asyncio.Event()

        def stop(*, from_signal):
            stopped.set()

        # Nobody listens for JupyterLab here, so it greets nobody.
        _load_jupyter_server_extension(
            SimpleNamespace(io_loop=SimpleNamespace(add_callback=lambda *_: None), stop=stop)
        )
        (socket,) = bind_sockets(0, "127.0.0.1")
        server = HTTPServer(Interrupted())
        server.add_socket(socket)
        _, browser = await asyncio.open_connection(*socket.getsockname())
        browser.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        try:
            await asyncio.wait_for(stopped.wait(), 20)
        finally:
            browser.close()
            await browser.wait_closed()
            server.stop()
            await server.close_all_connections()

    with closing(asyncio.new_event_loop()) as loop:
        loop.run_until_complete(serve())


def test_a_file_that_cannot_be_written_is_not_named_as_if_it_could(tmp_path, hears_ctrl_c):
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
