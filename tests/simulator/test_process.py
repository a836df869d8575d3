"""The practice Twilio as a process: its command, its file, and how it ends."""

import asyncio
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from socket import create_server

import pytest
import requests

from helpers.simulator import serve
from helpers.simulator.server.watch import ProcessWatch
from helpers.simulator.world.world_file import load
from tests.support.simulator_tools import BORN

ROOT = Path(__file__).parents[2]


class Server:
    """A running server, and its first line as a dictionary."""

    def __init__(self, process):
        self.process = process
        self.first_line = json.loads(process.stdout.readline())
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = (self.first_line["account_sid"], self.first_line["auth_token"])

    def numbers(self):
        return self._of("GET").json()["incoming_phone_numbers"]

    def release(self, sid):
        return self._of("DELETE", f"/{sid}").status_code

    def rename(self, sid, name):
        return self._of("POST", f"/{sid}", FriendlyName=name).status_code

    def control(self, name, body):
        url, secret = f"{self.first_line['url']}/__practice/{name}", {"Control-Token": self.first_line["control_token"]}
        return self.session.post(url, json=body, headers=secret, timeout=5).json()

    def _of(self, method, rest="", **form):
        account = f"{self.first_line['url']}/2010-04-01/Accounts/{self.first_line['account_sid']}"
        url = f"{account}/IncomingPhoneNumbers{rest}.json"
        return self.session.request(method, url, data=form, timeout=5)


def command(*arguments):
    return [sys.executable, "-W", "error", "-m", "helpers.simulator", *map(str, arguments)]


@contextmanager
def running(*arguments):
    """Run the command, and leave nothing behind."""
    with subprocess.Popen(
        command(*arguments), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        server = None
        try:
            server = Server(process)
            yield server
        finally:
            process.kill()
            if server:
                server.session.close()


def refuse(*arguments):
    """Run a command that is to give up, and tell how it did."""
    ended = subprocess.run(command(*arguments), cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
    return ended.returncode, ended.stdout, ended.stderr


def test_the_first_line_says_how_to_connect():
    """It is one JSON object with url, account_sid, auth_token and control_token, and they work at once."""
    with running("--world", "2x3") as server:
        assert {"url", "account_sid", "auth_token", "control_token"} <= set(server.first_line)
        assert server.first_line["url"].startswith("http://127.0.0.1:")
        assert server.numbers() == []


@pytest.fixture
def bare_checkout(tmp_path):
    """The kit as it is after a download, and a Python that has nothing installed."""
    shutil.copytree(ROOT / "helpers", tmp_path / "helpers", ignore=shutil.ignore_patterns("__pycache__"))

    def start(*arguments, venv=None):
        if venv is not None:
            (tmp_path / ".venv" / "bin").mkdir(parents=True)
            (tmp_path / ".venv" / "bin" / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" {venv} "$@"\n')
            (tmp_path / ".venv" / "bin" / "python").chmod(0o755)
        # -S: without the folder in which packages are.
        bare = [sys.executable, "-S", "-m", "helpers.simulator", *arguments]
        return subprocess.Popen(bare, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    return start


def test_with_a_python_that_has_nothing_it_starts_in_the_venv(bare_checkout):
    """``python3 -m helpers.simulator`` is what one types first; what it needs is in ``.venv``."""
    with bare_checkout("--world", "empty", venv="") as process:
        server = Server(process)
        assert {"url", "account_sid"} <= set(server.first_line)
        server.control("stop", {})
        server.session.close()

        assert process.wait(10) == 0


@pytest.mark.parametrize("venv", [None, "-S"])
def test_missing_packages_are_named_once(bare_checkout, snapshot, venv):
    """The command says in a sentence what is missing, and starts again at most once."""
    with bare_checkout("--world", "empty", venv=venv) as process:
        out, err = process.communicate(timeout=20)

    assert (process.returncode, out) == (2, "")
    assert re.sub(r"package \w+", "package NAME", err) == snapshot


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_peace_when_it_is_interrupted(sent, hears_ctrl_c):
    """Exit code 0, and nothing is said about it."""
    with running("--world", "empty") as server:
        server.process.send_signal(sent)

        assert server.process.wait(10) == 0
        assert server.process.stderr.read() == ""


def test_it_ends_when_it_is_told_to():
    """The control is answered first."""
    with running("--world", "empty") as server:
        assert server.control("stop", {})["world"] == "empty"
        assert server.process.wait(10) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("--world", "nowhere"),
        ("--world", "9999x9999"),
        ("--port", "99999"),
        ("--port", "x"),
        ("--latency", "-1"),
        ("--latency", "inf"),
        ("--latency", "nan"),
        ("--concurrency", "0"),
        ("--colour", "red"),
        ("--state", "/"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(arguments):
    """One line on stderr, nothing on stdout, exit code 2."""
    code, out, err = refuse(*arguments)

    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert err.endswith(".\n")
    assert "Traceback" not in err


def test_a_taken_port_is_refused(snapshot):
    """The command names the port and ends with exit code 2."""
    with create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, _, err = refuse("--port", port)

    assert code == 2
    assert err.replace(str(port), "PORT") == snapshot


def test_a_world_survives_the_killing_of_its_server(tmp_path):
    """What was released, changed and moved forward in time is so after a kill -9, to the last answer."""
    file = tmp_path / "world.json"
    with running("--state", file) as server:
        numbers = server.numbers()
        server.control("clock", {"days": 2})
        server.control("rebuy", {"mode": "refused"})
        assert server.rename(numbers[5]["sid"], "renamed") == 200
        assert server.release(numbers[6]["sid"]) == 204
        server.process.send_signal(signal.SIGKILL)
        server.process.wait(10)
    with running("--state", file, "--world", "empty") as again:
        listed = again.numbers()
        reclaimed = again.control("reclaim", {"phone_number": numbers[6]["phone_number"]})

        assert [again.first_line[name] for name in ("world", "id", "account_sid", "auth_token", "rebuy")] == [
            *(server.first_line[name] for name in ("world", "id", "account_sid", "auth_token")),
            "refused",
        ]
        assert again.first_line["now"][:10] > server.first_line["now"][:10]
        assert [n["sid"] for n in listed] == [n["sid"] for n in numbers if n["sid"] != numbers[6]["sid"]]
        assert listed[5]["friendly_name"] == "renamed"
        assert reclaimed["account_sid"] == server.first_line["account_sid"]


def test_the_file_holds_the_whole_world(tmp_path):
    """The file brings back numbers that came, went, changed, moved or are being unregistered."""
    file = tmp_path / "world.json"
    with serve(seed="file", state=file, now=lambda: BORN) as simulator:
        world, main = simulator.world, simulator.account_sid
        numbers, target = world.numbers(main), world.scenario.accounts[6].sid
        world.change(main, numbers[0].sid, emergency_address_sid=None)
        world.settle(main, numbers[0].sid)
        world.change(main, numbers[1].sid, friendly_name="ünï ☎")
        world.move(numbers[2].sid, source=main, target=target)
        world.release(main, numbers[3].sid)
        bought = world.add(main, "+12125550190", voice_url="https://example.com/")
        simulator.advance(hours=5)
        kept = load(file, now=lambda: BORN)

        for account in world.accounts:
            assert [n.fields for n in kept.numbers(account)] == [n.fields for n in world.numbers(account)]
        assert kept.settling == world.settling == {numbers[0].sid: 1}
        assert kept.offset == world.offset
        assert kept.released.keys() == world.released.keys()
        assert not kept.for_sale("+12125550190", account_sid=main)
        # What comes next must not get a sid that was given away before.
        assert kept.add(main, "+12125550191").sid != bought.sid
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_a_huge_world_takes_a_small_file(tmp_path):
    """What is written is what changed, so that each change is quick."""
    file = tmp_path / "world.json"
    with serve(world="1x20000", state=file) as simulator:
        number = simulator.world.numbers(simulator.account_sid)[777]
        simulator.world.release(simulator.account_sid, number.sid)
        simulator.advance(seconds=1)
    with serve(state=file) as again:
        assert len(again.world.numbers(again.account_sid)) == 19_999
        assert again.world.number(again.account_sid, number.sid) is None
    assert file.stat().st_size < 5_000


@pytest.mark.parametrize("content", ["", "{", "[]", '{"what": "my shopping"}', "\x00\x01", '{"what": 1, "version": 2}'])
def test_a_strange_file_is_set_aside(tmp_path, capsys, content):
    """The file gets another name, which is printed, and a new world begins."""
    file = tmp_path / "world.json"
    file.write_text(content)
    (tmp_path / "world.json.set-aside-1").write_text("older")
    with serve(state=file) as simulator:
        assert simulator.world.scenario.name == "acme"
    assert (tmp_path / "world.json.set-aside-1").read_text() == "older"
    assert (tmp_path / "world.json.set-aside-2").read_text() == content
    assert "world.json.set-aside-2" in capsys.readouterr().err


def test_an_unsaved_world_goes_on(tmp_path, capsys, snapshot):
    """The server prints at every change that it cannot save, and answers as before."""
    with serve(state=tmp_path / "no such folder" / "world.json") as simulator:
        simulator.advance(seconds=1)

        assert simulator.world.numbers(simulator.account_sid) != []
    assert capsys.readouterr().err.replace(str(tmp_path), "FOLDER") == snapshot


def test_it_goes_when_everyone_it_is_there_for_has_gone():
    """It stays for the second process when the first has ended, and ends after the second."""
    sleeping = [sys.executable, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen(sleeping) as first, subprocess.Popen(sleeping) as second:
        try:
            with running("--world", "empty", "--watch", first.pid) as server:
                server.control("watch", {"pid": second.pid})
                first.kill()
                # Not waited for: a process whose parent has not looked yet has ended all the same.
                time.sleep(1.5)
                stays = server.process.poll() is None
                second.kill()
                code = server.process.wait(10)
        finally:
            first.kill()
            second.kill()

    assert stays
    assert code == 0


def test_it_goes_when_whom_it_is_there_for_is_gone_already():
    """A JupyterLab that died at once leaves nothing behind."""
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    with running("--world", "empty", "--watch", int(gone.stdout)) as server:
        assert server.process.wait(10) == 0


def test_a_process_that_there_is_not_ends_no_server():
    """The control answers that there is none; the server goes on."""
    watch = ProcessWatch()

    assert watch.add(2**30) is False
    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(watch.wait(), 0.01))


def test_a_connection_left_open_does_not_keep_it_running(tmp_path):
    """Nor does it leave half a file behind."""
    with running("--world", "empty", "--state", tmp_path / "w.json", "--watch", os.getpid()) as server:
        server.numbers()
        server.process.send_signal(signal.SIGTERM)

        assert server.process.wait(5) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["w.json"]
