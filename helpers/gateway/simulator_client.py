"""
The practice Twilio, from outside: start it, find it again, steer it.

It runs in a process of its own, so that it outlives a kernel, keeps its world in
a file, so that it outlives JupyterLab, and stops by itself when the JupyterLabs
that use it are gone.
"""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, cast

import requests

from helpers.core.errors import SimulatorUnavailable

#: Seconds; the server answers within a few milliseconds, and loads a saved world in well under one.
PATIENCE = 15


class SimulatorClient:
    """A running practice Twilio.  What the real one cannot do is done here: move the clock, order faults."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __repr__(self) -> str:
        return f"<practice Twilio at {self.url}>"

    def about(self) -> dict[str, Any]:
        """Tell which world it holds, its clock, and its credentials."""
        answer: dict[str, Any] = self._ask("GET", "")
        return answer

    def now(self) -> datetime:
        """Read the world's clock."""
        return datetime.fromisoformat(self.about()["now"]).astimezone(UTC)

    def advance(self, *, days: float = 0, hours: float = 0, seconds: float = 0) -> datetime:
        """Move the world's clock forward.  It cannot be moved back."""
        moved = self._ask("POST", "clock", {"days": days, "hours": hours, "seconds": seconds})
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
        """Order a way of failing for *times* requests that match, after *after* of them, and then every nth."""
        order = {"fault": name, "method": method, "path": path, "times": times, "after": after, "every": every}
        self._ask("POST", "faults", {**order, "seconds": seconds})

    def requests(self, *, after: int = 0) -> list[dict[str, Any]]:
        """List the requests it got, oldest first, each with what became of it."""
        answer: list[dict[str, Any]] = self._ask("GET", f"requests?after={after}")
        return answer

    def rebuy(self, mode: str) -> None:
        """Choose whether a released number can be bought back by API: ``works`` or ``refused`` (21422)."""
        self._ask("POST", "rebuy", {"mode": mode})

    def reclaim(self, phone_number: str) -> None:
        """Take a released number back as if it had been done in Twilio's Console."""
        self._ask("POST", "reclaim", {"phone_number": phone_number})

    def reset(self, *, world: str | None = None) -> None:
        """Start a new world.  Desks that are open on the old one are turned away from then on."""
        self._ask("POST", "reset", {"world": world} if world else {})

    def watch(self, pid: int) -> None:
        """Keep running for as long as the process *pid* does."""
        self._ask("POST", "watch", {"pid": pid})

    def stop(self) -> None:
        """Stop the server.  Its world stays on disk."""
        self._ask("POST", "stop", {})

    def _ask(self, method: str, what: str, body: dict[str, Any] | None = None) -> Any:
        try:
            with requests.Session() as session:
                # A proxy meant for the internet must not get between us and loopback.
                session.trust_env = False
                answer = session.request(method, f"{self.url}/__practice/{what}", json=body, timeout=PATIENCE)
        except requests.RequestException:
            raise SimulatorUnavailable(
                "The practice Twilio does not answer. Run the notebook's first cell again: it starts a new one, "
                "with the world as it was."
            ) from None
        if answer.status_code >= 400:
            raise ValueError(answer.json()["error"])
        return answer.json()


def find_or_start(folder: Path) -> SimulatorClient:
    """
    Find the practice Twilio that uses *folder*, or start one.

    Two kernels that come here at the same moment get the same one.

    Raises:
        SimulatorUnavailable: It did not start.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # JPY_PARENT_PID is the Jupyter server: a restarted kernel is not the end of the rehearsal.
    user = int(os.environ.get("JPY_PARENT_PID") or os.getpid())
    # SQLite's lock is released by the system when its holder dies, on every system.
    with closing(sqlite3.connect(folder / "starting.lock", timeout=PATIENCE * 2, isolation_level=None)) as lock:
        lock.execute("BEGIN IMMEDIATE")
        address = folder / "server.json"
        simulator = _running(address)
        if simulator is None:
            simulator = _start(folder, user)
            address.write_text(json.dumps({"url": simulator.url}))
        else:
            simulator.watch(user)
    return simulator


def _running(address: Path) -> SimulatorClient | None:
    try:
        simulator = SimulatorClient(json.loads(address.read_text())["url"])
        known = simulator.about()
    except (OSError, ValueError, KeyError, SimulatorUnavailable):
        return None
    # Another program may listen on the port by now.
    return simulator if known.get("state") == str(address.parent / "world.json") else None


def _start(folder: Path, user: int) -> SimulatorClient:
    # A session of its own: interrupting or restarting a kernel must not end the world.
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
    with cast("IO[bytes]", server.stdout) as says:
        first_line = says.readline()
    if not first_line:
        raise SimulatorUnavailable(
            f"The practice Twilio did not start. What it said is in {folder / 'server.log'}. Nothing was changed."
        )
    # It runs on without us; what is left to do is not to complain about it.
    server.returncode = 0
    return SimulatorClient(json.loads(first_line)["url"])
