"""The practice Twilio as a process of its own: found again, shared, kept on disk, and gone when nobody needs it."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from helpers.core.errors import SimulatorUnavailable
from helpers.gateway.credentials import connect_simulator
from helpers.gateway.simulator_client import find_or_start, find_running
from tests.support.golden import as_read
from tests.support.in_between import in_front_of

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path):
    """A folder for a practice world; what was started in it is stopped at the end."""
    yield tmp_path / "practice"
    for server in servers(tmp_path / "practice"):
        server.kill()


def servers(folder):
    world = str(folder / "world.json")
    return [process for process in psutil.process_iter(["cmdline"]) if world in (process.info["cmdline"] or [])]


def gone(process, seconds=10):
    deadline = time.monotonic() + seconds
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
        time.sleep(0.05)
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_everybody_gets_the_same_world(folder):
    """Four kernels that start at the same moment share one server."""
    found = []
    kernels = [threading.Thread(target=lambda: found.append(find_or_start(folder).url)) for _ in range(4)]
    for kernel in kernels:
        kernel.start()
    for kernel in kernels:
        kernel.join()

    assert len(found) == 4
    assert len(set(found)) == 1
    assert len(servers(folder)) == 1


def test_a_killed_server_comes_back_with_the_world_as_it_was(folder):
    """What was released stays released, and the journal still fits the world."""
    simulator = find_or_start(folder)
    simulator.advance(days=3)
    before = simulator.about()
    for server in servers(folder):
        server.kill()
        server.wait()
    again = find_or_start(folder).about()

    assert (again["id"], again["account_sid"], again["auth_token"]) == (
        before["id"],
        before["account_sid"],
        before["auth_token"],
    )
    assert again["now"] >= before["now"]


def test_only_this_user_can_read_how_it_is_steered(folder):
    """The secret of the controls lies beside the address, for the owner alone, and in no repr."""
    simulator = find_or_start(folder)
    address = folder / "server.json"

    assert json.loads(address.read_text()) == {"url": simulator.url, "control_token": simulator.control_token}
    assert address.stat().st_mode & 0o077 == 0
    assert simulator.control_token not in repr(simulator)
    assert not hasattr(simulator, "__dict__")


def test_a_server_of_an_earlier_version_is_steered_on(folder):
    """It knows no secret and asks for none: a second one beside it would write the same world."""
    simulator = find_or_start(folder)
    address = folder / "server.json"
    with in_front_of(simulator) as old:
        old.answers("/__practice/", 200, simulator.about())
        address.write_text(json.dumps({"url": old.url}))

        assert find_or_start(folder).url == old.url


@pytest.mark.parametrize(
    "content",
    ["[]", "null", '"x"', "5", "{}", "", '{"url": null}', '{"url": ["x"]}', '{"url": "x", "control_token": 5}'],
)
def test_a_damaged_address_file_is_no_running_server(tmp_path, content):
    """Any JSON may stand in it; the desk then starts a server instead of ending with a traceback."""
    address = tmp_path / "server.json"
    address.write_text(content)

    assert find_running(address) is None


@pytest.mark.parametrize("body", [[], None, "x", {}, {"state": []}])
def test_another_program_on_its_port_is_no_running_server(tmp_path, between, body):
    """It may answer anything."""
    between.answers("/__practice/", 200, body)
    address = tmp_path / "server.json"
    address.write_text(json.dumps({"url": between.url}))

    assert find_running(address) is None


def test_it_ends_with_the_last_program_that_used_it(folder):
    """A JupyterLab that closes leaves no process behind."""
    program = (
        "import pathlib, sys; from helpers.gateway.simulator_client import find_or_start;"
        "print(find_or_start(pathlib.Path(sys.argv[1])).url, flush=True); sys.stdin.read()"
    )
    environment = {name: value for name, value in os.environ.items() if name != "JPY_PARENT_PID"}
    user = subprocess.Popen(
        [sys.executable, "-c", program, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=environment,
    )
    user.stdout.readline()
    (server,) = servers(folder)
    assert server.is_running()
    user.kill()
    user.wait()
    user.stdin.close()
    user.stdout.close()

    assert gone(server)


def test_a_new_world_turns_old_desks_away(folder):
    """After a reset the old credentials are refused, so that no old desk acts on the new world."""
    from helpers.core.errors import CannotRead
    from helpers.gateway.gateway import Gateway
    from helpers.gateway.transport import Transport

    connection, simulator = connect_simulator(folder)
    transport = Transport(origin=simulator.url, clock=time.monotonic, sleep=lambda _: None, jitter=lambda: 0.5)
    old = Gateway(connection, transport)
    assert old.account(connection.account_sid).friendly_name == "Acme"
    simulator.reset()

    with pytest.raises(CannotRead, match="practice world was reset"):
        old.account(connection.account_sid)
    transport.close()


def test_orders_that_make_no_sense_are_refused_in_a_sentence(controls):
    """A misspelt fault is told so, and nothing is ordered."""
    with pytest.raises(ValueError, match="ANSWER_LOSST"):
        controls.fault("ANSWER_LOSST")
    with pytest.raises(ValueError, match="not less than 0"):
        controls.advance(days=-1)


def test_a_server_that_went_away_is_told_in_a_sentence(folder, snapshot):
    """Whoever holds its address is told to run the first cell again."""
    simulator = find_or_start(folder)
    (server,) = servers(folder)
    simulator.stop()
    assert gone(server)

    with pytest.raises(SimulatorUnavailable) as refused:
        simulator.now()
    assert as_read(str(refused.value)) == snapshot
