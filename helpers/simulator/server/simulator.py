"""
The state of a practice Twilio while it is served: its world, fault orders, log and limits.

No sockets here: ``server.py`` listens and answers, and ``control.py`` steers.
"""

import asyncio
import secrets
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from helpers.simulator.resources.exchange import ApiResponse
from helpers.simulator.server.dispatch import HttpRequest, answer
from helpers.simulator.server.fault_orders import FaultOrder, number_in
from helpers.simulator.server.watch import ProcessWatch
from helpers.simulator.world.world_file import begin, new_world, save

#: How many requests the log remembers; the oldest are dropped first.
LOG_LENGTH = 100_000
#: Where the number is redirected to when somebody interferes.
SOMEBODY_ELSES = "https://somebody-else.acme.example/voice"


class Simulator:
    """A world that is served, with its fault orders, its request log and its limits."""

    def __init__(
        self,
        world: str = "acme",
        *,
        seed: str | None = None,
        latency: float = 0.0,
        concurrency: int | None = None,
        state: Path | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self.now = now or (lambda: datetime.now(UTC))
        #: How many seconds every answer takes, at least.
        self.latency = latency
        #: How many requests to one account may be under way at once; one more is answered with 429.
        self.concurrency = concurrency
        self.state = state
        self.orders: list[FaultOrder] = []
        self.log: deque[dict[str, Any]] = deque(maxlen=LOG_LENGTH)
        self.watch = ProcessWatch()
        self.world = begin(world, seed=seed, path=state, now=self.now)
        self.url = ""
        #: The secret that a control must bring; a new one for each server.
        self.control_token = secrets.token_hex(16)
        #: Set while it runs.
        self.loop: asyncio.AbstractEventLoop
        self.stopping: asyncio.Event
        self._count = 0
        #: The addresses of pages that were emptied by order: asked for once more, they are empty again.
        self.emptied: set[str] = set()
        self.late: list[tuple[datetime, HttpRequest, dict[str, Any]]] = []
        self._saved: tuple[str, int] | None = None
        self.save()

    def stop(self) -> None:
        """Stop serving, from whichever thread.  The world stays in its file."""
        # It may have stopped by itself already.
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self.stopping.set)

    def reset(self, name: str | None = None, seed: str | None = None) -> None:
        """
        Start a new world in place of this one.  Credentials for the old world stop working.

        Raises:
            ValueError: There is no such world.  The old one goes on.
        """
        self.world = new_world(name or self.world.scenario.name, seed=seed, now=self.now)
        self.orders.clear()
        self.late.clear()
        self.save()

    def save(self) -> None:
        """Write the world to its file, if it has a file and has changed."""
        version = (self.world.id, self.world.changes)
        if self.state is None or version == self._saved:
            return
        try:
            save(self.world, self.state)
            self._saved = version
        except OSError as trouble:
            print(  # noqa: T201  # this is the process's own log
                f"The practice world could not be saved to {self.state}: {trouble.strerror}. "
                "It goes on, but will not survive the end of this process.",
                file=sys.stderr,
                flush=True,
            )

    def advance(self, time: timedelta) -> datetime:
        """
        Move the world's clock forward, and carry out the late requests that are then due.

        Raises:
            ValueError: *time* is negative.  The clock stands where it stood.
        """
        now = self.world.advance(time)
        self.catch_up()
        self.save()
        return now

    def catch_up(self) -> None:
        """Carry out the requests whose connection was reset and which are due by the world's clock."""
        for late in [late for late in self.late if late[0] <= self.world.now()]:
            self.late.remove(late)
            self.carry_out(late[1], late[2])

    def carry_out(self, request: HttpRequest, entry: dict[str, Any], *, stale: bool = False) -> ApiResponse:
        """Carry a request out.  The world is on disk before the response is sent."""
        response = answer(self.world, request, stale=stale)
        entry["carried_out"] = response.status < 400
        self.save()
        return response

    def interfere(self, request: HttpRequest, *, move: bool) -> None:
        """Change or move a number, as another person could at this moment."""
        owner, sid = request.account_sid or "", number_in(request.path) or ""
        if owner not in self.world.accounts or self.world.number(owner, sid) is None:
            return
        if not move:
            # A new address each time, so that each call is a change.
            self.world.change(owner, sid, voice_url=f"{SOMEBODY_ELSES}/{self.world.changes}")
            self.world.record_event(owner, "phone-number.updated", sid, actor_sid=None)
            return
        others = (a.sid for a in self.world.accounts.values() if a.status == "active" and a.sid != owner)
        target = next(others, None)
        if target is not None:
            self.world.move(sid, source=owner, target=target)
            self.world.record_event(owner, "phone-number.updated", sid, actor_sid=None)

    def note(self, request: HttpRequest) -> dict[str, Any]:
        """Write a request into the log, and return its entry."""
        self._count += 1
        entry = {
            "n": self._count,
            "at": self.world.now().isoformat(),
            "method": request.method,
            "host": request.host,
            "path": request.path,
            "query": dict(request.query),
            "form": dict(request.form),
            "user": request.user,
            "status": None,
            "carried_out": False,
        }
        self.log.append(entry)
        return entry
