"""
The practice Twilio on 127.0.0.1: requests in, answers or ordered faults out, a log of both.

It listens on loopback only and never sends a request to anyone.
"""

import asyncio
import sys
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from socket import socket
from typing import Any

from aiohttp import web
from yarl import URL

from helpers.simulator import control
from helpers.simulator.ask import Answer, refusal
from helpers.simulator.breaking import cut, hang_up, reset
from helpers.simulator.faults import Fault, FaultOrder, number_in, take_fault
from helpers.simulator.paging import emptied
from helpers.simulator.records import made_sid
from helpers.simulator.refusals import Refused
from helpers.simulator.routes import LOOPBACK
from helpers.simulator.state import begin, new_world, save
from helpers.simulator.watch import Watch
from helpers.simulator.wire import Request, answer, host_name

#: How many requests the log remembers; the oldest are dropped first.
LOG_LENGTH = 100_000
#: Faults whose whole effect is a no in place of carrying the request out; None: the code that was ordered.
NOES: dict[Fault, int | None] = {
    Fault.BROKEN_BEFORE: 20500,
    Fault.UNAVAILABLE_BEFORE: 20503,
    Fault.THROTTLED: 20429,
    Fault.NOT_FOUND: 20404,
    Fault.UNAUTHORIZED: 20003,
    Fault.FORBIDDEN: 20403,
    Fault.WRONG_REGION: 22402,
    Fault.REFUSED: None,
}
#: Faults with which a request is not carried out, or not now, and there is no true answer.
NEVER_MIND = {Fault.REQUEST_LOST, Fault.SILENT_BEFORE, Fault.LATE, Fault.EMPTY_PROMISE}
#: What is answered, whatever there was to answer, once a request has been carried out.
SPOILT = {
    Fault.BROKEN_AFTER: refusal(Refused(20500)),
    Fault.UNAVAILABLE_AFTER: refusal(Refused(20503)),
    Fault.GARBLED: Answer(200, '{"sid": "PN'),
}
#: Where the number is redirected to when somebody interferes.
SOMEBODY_ELSES = "https://somebody-else.acme.example/voice"


class Practice:
    """A world, served: what is asked of it, what is ordered to go wrong, and how it is limited."""

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
        self.watch = Watch()
        self.world = begin(world, seed=seed, path=state, now=self.now)
        self.url = ""
        #: Set while it runs.
        self.loop: asyncio.AbstractEventLoop
        self._stopping: asyncio.Event
        self._count = 0
        self._emptied: set[str] = set()
        self._under_way: Counter[str] = Counter()
        self._late: list[tuple[datetime, Request, dict[str, Any]]] = []
        self._saved: tuple[str, int] | None = None
        self.save()

    async def run(self, listener: socket, *, ready: Callable[[], None]) -> None:
        """Answer on *listener* until ``stop`` is called, or nobody is left who is watched for."""
        self._stopping = asyncio.Event()
        self.loop = asyncio.get_running_loop()
        app = web.Application()
        app.router.add_route("*", "/{everything:.*}", self._dispatch)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        try:
            await web.SockSite(runner, listener).start()
            self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            watching = asyncio.create_task(self.watch.wait())
            stopping = asyncio.create_task(self._stopping.wait())
            ready()
            await asyncio.wait((watching, stopping), return_when=asyncio.FIRST_COMPLETED)
            # Those that are being silent can be silent no longer.
            self._stopping.set()
            watching.cancel()
        finally:
            await runner.cleanup()

    def stop(self) -> None:
        """Stop serving, from whichever thread.  The world stays in its file."""
        # It may have stopped by itself already.
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self._stopping.set)

    def reset(self, name: str | None = None, seed: str | None = None) -> None:
        """
        Start a new world in place of this one.  Credentials for the old one are no good any more.

        Raises:
            ValueError: There is no such world.  The old one goes on.
        """
        self.world = new_world(name or self.world.scenario.name, seed=seed, now=self.now)
        self.orders.clear()
        self._late.clear()
        self.save()

    def save(self) -> None:
        """Write the world to its file, if it has one and there is anything new."""
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
        Move the world's clock forward, and let what is due by then happen.

        Raises:
            ValueError: *time* is negative.  The clock stands where it stood.
        """
        now = self.world.advance(time)
        self.catch_up()
        self.save()
        return now

    def catch_up(self) -> None:
        """Carry out the requests whose connection was reset and which are due by the world's clock."""
        for late in [late for late in self._late if late[0] <= self.world.now()]:
            self._late.remove(late)
            self._carry_out(late[1], late[2])

    async def _dispatch(self, incoming: web.Request) -> web.StreamResponse:
        if incoming.path.startswith("/__practice/") and host_name(incoming.host) in LOOPBACK:
            return await control.respond(self, incoming)
        self.catch_up()
        form = await incoming.post() if incoming.method in ("POST", "PUT") else {}
        request = Request(
            method=incoming.method,
            host=incoming.host,
            path=incoming.path,
            query=dict(incoming.query),
            form={name: str(value) for name, value in form.items()},
            authorization=incoming.headers.get("Authorization"),
        )
        entry = self._note(request)
        began = time.monotonic()
        whose = request.account_sid or request.user or ""
        if self.concurrency is not None and self._under_way[whose] >= self.concurrency:
            return self._reply(refusal(Refused(20429)), entry, began, whose)
        self._under_way[whose] += 1
        try:
            # What only looks is answered at once and handed out when its time has come, so that
            # putting a page together is part of the latency, not on top of it.
            looks = request.method == "GET"
            if self.latency and not looks:
                await self._pause(self.latency)
            answered = await self._answer(request, incoming, entry)
            if self.latency and looks:
                await self._pause(began + self.latency - time.monotonic())
            if answered is None:
                # Nothing of it gets through: the connection is closed by now.
                return web.Response()
            return self._reply(answered, entry, began, whose)
        finally:
            self._under_way[whose] -= 1

    async def _answer(self, request: Request, incoming: web.Request, entry: dict[str, Any]) -> Answer | None:
        # A page that was empty comes with its records when it is asked for again.
        again = Fault.EMPTY_PAGE if str(incoming.rel_url) in self._emptied else None
        order = take_fault(self.orders, request.method, f"{request.host}{request.path}", spared=again)
        if order is None:
            return self._carry_out(request, entry)
        if order.fault in NOES:
            return refusal(Refused(NOES[order.fault] or order.code, request.path))
        if order.fault in NEVER_MIND:
            return await self._leave(order, request, incoming, entry)
        if order.fault in (Fault.MOVED, Fault.CHANGED):
            self._interfere(request, move=order.fault is Fault.MOVED)
        answered = self._carry_out(request, entry, stale=order.fault is Fault.STALE)
        return await self._spoil(order, answered, incoming)

    async def _leave(
        self, order: FaultOrder, request: Request, incoming: web.Request, entry: dict[str, Any]
    ) -> Answer | None:
        """Do not carry a request out, or not now, and leave the caller without a true answer."""
        if order.fault is Fault.EMPTY_PROMISE:
            return Answer(204)
        if order.fault is Fault.SILENT_BEFORE:
            await self._pause(order.length)
            hang_up(incoming)
            return None
        if order.fault is Fault.LATE:
            self._late.append((self.world.now() + timedelta(seconds=order.length), request, entry))
            # A little later, so that the world's clock has surely got there.
            self.loop.call_later(order.length + 0.01, self.catch_up)
        reset(incoming)
        return None

    async def _spoil(self, order: FaultOrder, answered: Answer, incoming: web.Request) -> Answer | None:
        """Do what was ordered to the answer of a request that was carried out."""
        if order.fault in SPOILT:
            return SPOILT[order.fault]
        if order.fault is Fault.EMPTY_PAGE and answered.body is not None:
            body, address = emptied(answered.body)
            self._emptied.add(str(URL(address).relative() if "://" in address else URL(address)))
            return Answer(answered.status, body)
        if order.fault in (Fault.SLOW, Fault.SILENT_AFTER):
            await self._pause(order.length)
        if order.fault is Fault.SILENT_AFTER:
            hang_up(incoming)
        elif order.fault is Fault.ANSWER_LOST:
            reset(incoming)
        elif order.fault is Fault.ANSWER_CUT:
            cut(incoming, answered)
        else:
            return answered
        return None

    def _carry_out(self, request: Request, entry: dict[str, Any], *, stale: bool = False) -> Answer:
        answered = answer(self.world, request, stale=stale)
        entry["carried_out"] = answered.status < 400
        # On disk before anyone hears of it.
        self.save()
        return answered

    def _interfere(self, request: Request, *, move: bool) -> None:
        owner, sid = request.account_sid or "", number_in(request.path) or ""
        if owner not in self.world.accounts or self.world.number(owner, sid) is None:
            return
        if not move:
            # Another one each time, so that it is a change each time.
            self.world.change(owner, sid, voice_url=f"{SOMEBODY_ELSES}/{self.world.changes}")
            return
        others = (a.sid for a in self.world.accounts.values() if a.status == "active" and a.sid != owner)
        target = next(others, None)
        if target is not None:
            self.world.move(sid, source=owner, target=target)

    def _note(self, request: Request) -> dict[str, Any]:
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

    def _reply(self, answered: Answer, entry: dict[str, Any], began: float, whose: str) -> web.Response:
        entry["status"] = answered.status
        headers = {
            "Date": format_datetime(self.world.now().astimezone(UTC), usegmt=True),
            "Twilio-Request-Id": made_sid("RQ", self.world.id, entry["n"]),
            "Twilio-Concurrent-Requests": str(max(1, self._under_way[whose])),
            "Twilio-Request-Duration": f"{time.monotonic() - began:.3f}",
        }
        if answered.body is None:
            return web.Response(status=answered.status, headers=headers)
        headers["Content-Type"] = "application/json; charset=utf-8"
        return web.Response(status=answered.status, headers=headers, body=answered.body.encode())

    async def _pause(self, seconds: float) -> None:
        if seconds <= 0:
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
