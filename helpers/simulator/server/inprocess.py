"""The practice Twilio in a thread of this process, for tests."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from socket import create_server
from threading import Event, Thread
from typing import Any, ParamSpec

from helpers.simulator.resources.access import credentials
from helpers.simulator.server.fault_orders import FaultOrder
from helpers.simulator.server.server import Server
from helpers.simulator.server.simulator import Simulator
from helpers.simulator.world.world import World

Arguments = ParamSpec("Arguments")


def _appending(make: Callable[Arguments, FaultOrder], orders: list[FaultOrder]) -> Callable[Arguments, None]:
    def append(*arguments: Arguments.args, **named: Arguments.kwargs) -> None:
        orders.append(make(*arguments, **named))

    return append


class RunningSimulator:
    """A practice Twilio that is being served, with the controls for tests."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        #: Order a fault; takes the arguments of ``FaultOrder``.
        self.order = _appending(FaultOrder, simulator.orders)

    def __repr__(self) -> str:
        return f"<practice Twilio at {self.url}>"

    @property
    def url(self) -> str:
        """Where it listens."""
        return self._simulator.url

    @property
    def control_token(self) -> str:
        """The secret that a control over HTTP must bring."""
        return self._simulator.control_token

    @property
    def world(self) -> World:
        """The world itself."""
        return self._simulator.world

    @property
    def credentials(self) -> dict[str, list[str] | None]:
        """A user name and a password of each kind there is."""
        return credentials(self.world)

    @property
    def account_sid(self) -> str:
        """The main account."""
        return self.world.main.sid

    @property
    def auth_token(self) -> str:
        """The main account's token."""
        return (self.credentials["main_token"] or [""])[-1]

    @property
    def requests(self) -> list[dict[str, Any]]:
        """The requests it got, oldest first."""
        return list(self._simulator.log)

    def now(self) -> datetime:
        """Read the world's clock."""
        return self.world.now()

    def advance(self, *, days: float = 0, hours: float = 0, seconds: float = 0) -> datetime:
        """Move the world's clock forward, and carry out the late requests that are then due."""
        return self._simulator.advance(timedelta(days=days, hours=hours, seconds=seconds))


@contextmanager
def serve(
    *,
    world: str = "acme",
    seed: str | None = None,
    latency: float = 0.0,
    concurrency: int | None = None,
    state: Path | None = None,
    now: Callable[[], datetime] | None = None,
) -> Iterator[RunningSimulator]:
    """
    Serve a world on a free port of 127.0.0.1 for as long as the block lasts.

    Args:
        world: One of ``acme``, ``hostile``, ``empty``, or a size like ``200x50`` or
            ``200x50+2000000``.

        seed: What sids and tokens are made from; a random one unless given.

        latency: How many seconds every answer takes, at least.

        concurrency: How many requests to one account may be under way at once.

        state: The file in which the world is kept from one time to the next.

        now: The clock that the world's is ahead of; the machine's unless given.

    Raises:
        ValueError: There is no such world.
    """
    simulator = Simulator(world, seed=seed, latency=latency, concurrency=concurrency, state=state, now=now)
    ready = Event()
    listener = create_server(("127.0.0.1", 0))

    def run() -> None:
        try:
            asyncio.run(Server(simulator).run(listener, ready=ready.set))
        finally:
            # Also when the server fails to start: the caller must not wait for ever.
            ready.set()

    thread = Thread(target=run, name="practice Twilio", daemon=True)
    thread.start()
    ready.wait()
    try:
        yield RunningSimulator(simulator)
    finally:
        simulator.stop()
        thread.join()
