"""
Start, find and control the practice Twilio.

The practice Twilio runs in its own process, so it outlives a kernel.  It saves its world in
a file, so the world outlives JupyterLab.  It stops when the last JupyterLab that uses it ends.
"""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, cast

import requests

from helpers.core.atomic_file import put
from helpers.core.errors import SimulatorUnavailable
from helpers.core.redact import Secret

#: Seconds; the server answers within a few milliseconds, and loads a saved world in well under one.
PATIENCE = 15


@dataclass(frozen=True, slots=True)
class SimulatorClient:
    """Controls a running practice Twilio: moves its clock, orders faults, reads its log.  The repr omits the secret."""

    url: str
    #: The secret without which the practice Twilio carries out no control.
    control_token: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "control_token", Secret(self.control_token))

    def __repr__(self) -> str:
        return f"<practice Twilio at {self.url}>"

    def about(self) -> dict[str, Any]:
        """Read its world, clock, settings and credentials."""
        return cast("dict[str, Any]", self._control("GET", ""))

    def now(self) -> datetime:
        """Read the world's clock."""
        return datetime.fromisoformat(self.about()["now"]).astimezone(UTC)

    def advance(self, *, days: float = 0, hours: float = 0, seconds: float = 0) -> datetime:
        """Move the world's clock forward.  It cannot be moved back."""
        moved = self._control("POST", "clock", {"days": days, "hours": hours, "seconds": seconds})
        return datetime.fromisoformat(moved["now"]).astimezone(UTC)

    def fault(
        self,
        name: str,
        *,
        method: str | None = None,
        path: str | None = None,
        times: int = 1,
        after: int = 0,
        every: int = 1,
        seconds: float | None = None,
    ) -> None:
        """Order a fault for *times* requests that match, after the first *after*, then every *every*-th."""
        order = {"fault": name, "method": method, "path": path, "times": times, "after": after, "every": every}
        self._control("POST", "faults", {**order, "seconds": seconds})

    def requests(self, *, after: int = 0) -> list[dict[str, Any]]:
        """List the requests it received, oldest first, each with its status."""
        return cast("list[dict[str, Any]]", self._control("GET", f"requests?after={after}"))

    def rebuy(self, mode: str) -> None:
        """Choose whether a released number can be bought back by API: ``works`` or ``refused`` (21422)."""
        self._control("POST", "rebuy", {"mode": mode})

    def reclaim(self, phone_number: str) -> None:
        """Take a released number back as if it had been done in Twilio's Console."""
        self._control("POST", "reclaim", {"phone_number": phone_number})

    def reset(self, *, world: str | None = None) -> None:
        """Start a new world.  Credentials of the old world stop working."""
        self._control("POST", "reset", {"world": world} if world else {})

    def watch(self, pid: int) -> None:
        """Keep running for as long as the process *pid* does."""
        self._control("POST", "watch", {"pid": pid})

    def stop(self) -> None:
        """Stop the server.  Its world stays on disk."""
        self._control("POST", "stop", {})

    def _control(self, method: str, name: str, body: dict[str, Any] | None = None) -> Any:
        try:
            with requests.Session() as session:
                # Requests to loopback must not go through a proxy.
                session.trust_env = False
                response = session.request(
                    method,
                    f"{self.url}/__practice/{name}",
                    json=body,
                    headers={"Control-Token": self.control_token},
                    timeout=PATIENCE,
                )
        except requests.RequestException:
            raise SimulatorUnavailable(
                "The practice Twilio does not answer. Run the notebook's first cell again: it starts a new one, "
                "with the world as it was."
            ) from None
        if response.status_code >= 400:
            raise ValueError(response.json()["error"])
        return response.json()


def find_or_start(folder: Path) -> SimulatorClient:
    """
    Find the practice Twilio that uses *folder*, or start one.

    Two kernels that call this at the same moment get the same one.

    Raises:
        SimulatorUnavailable: It did not start.
    """
    try:
        return _find_or_start(folder)
    except (OSError, sqlite3.Error) as failure:
        raise SimulatorUnavailable(
            f"The practice Twilio cannot be started: {folder} cannot be written ({failure}). Nothing was changed. Make "
            "room on the disk, or set the folder's permissions right, then run the notebook again."
        ) from None


def _find_or_start(folder: Path) -> SimulatorClient:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # JPY_PARENT_PID is the Jupyter server, which outlives a restarted kernel.
    user = int(os.environ.get("JPY_PARENT_PID") or os.getpid())
    # Every system releases SQLite's lock when its holder dies.
    with closing(sqlite3.connect(folder / "starting.lock", timeout=PATIENCE * 2, isolation_level=None)) as lock:
        lock.execute("BEGIN IMMEDIATE")
        address = folder / "server.json"
        simulator = find_running(address)
        if simulator is None:
            simulator = _start(folder, user)
            # Another user of this machine could reset the world with the token.
            put(address, json.dumps(asdict(simulator)).encode(), private=True)
        else:
            simulator.watch(user)
    return simulator


def find_running(address: Path) -> SimulatorClient | None:
    """Find the practice Twilio whose address a file holds; None where it does not answer, or another program does."""
    try:
        fields = json.loads(address.read_text())
        # A server that an earlier version started, and that still runs, has no token and asks for none.
        simulator = SimulatorClient(fields["url"], fields.get("control_token", ""))
        # Another program may listen on the port by now, and answer with anything.
        its_own = simulator.about()["state"] == str(address.parent / "world.json")
    except (OSError, ValueError, LookupError, TypeError, AttributeError, SimulatorUnavailable):
        # The file may hold any JSON.
        return None
    return simulator if its_own else None


def _start(folder: Path, user: int) -> SimulatorClient:
    # A session of its own, so that interrupting or restarting a kernel does not stop the server.
    with (folder / "server.log").open("ab") as log:
        server = subprocess.Popen(  # noqa: S603  # our own module, by our own Python
            [
                *(sys.executable, "-m", "helpers.simulator", "--watch", str(user)),
                *("--state", str(folder / "world.json")),
            ],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    with cast("IO[bytes]", server.stdout) as output:
        first_line = output.readline()
    if not first_line:
        raise SimulatorUnavailable(
            f"The practice Twilio did not start. What it said is in {folder / 'server.log'}. Nothing was changed."
        )
    # The server outlives this process; a return code keeps Popen from warning about that.
    server.returncode = 0
    fields = json.loads(first_line)
    return SimulatorClient(fields["url"], fields["control_token"])
