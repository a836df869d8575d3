"""
The practice Twilio on 127.0.0.1: requests in, answers or ordered faults out, a log of both.

It listens on loopback only and never sends a request to anyone.
"""

import asyncio
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, timedelta
from email.utils import format_datetime
from re import match
from socket import socket
from typing import Any
from urllib.parse import unquote_to_bytes

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from helpers.simulator.resources.exchange import ApiResponse, refusal
from helpers.simulator.resources.paging import emptied
from helpers.simulator.server import control
from helpers.simulator.server.disconnect import cut, hang_up, reset
from helpers.simulator.server.dispatch import HttpRequest, host_name, is_known
from helpers.simulator.server.fault_orders import FaultOrder, take_fault
from helpers.simulator.server.faults import Fault
from helpers.simulator.server.routes import LOOPBACK
from helpers.simulator.server.simulator import Simulator
from helpers.simulator.world.records import made_sid
from helpers.simulator.world.refusals import Refused

#: Fault -> the code of the refusal that replaces carrying the request out; None: the code in the order.
REFUSALS: dict[Fault, int | None] = {
    Fault.BROKEN_BEFORE: 20500,
    Fault.UNAVAILABLE_BEFORE: 20503,
    Fault.THROTTLED: 20429,
    Fault.NOT_FOUND: 20404,
    Fault.UNAUTHORIZED: 20003,
    Fault.FORBIDDEN: 20403,
    Fault.WRONG_REGION: 22402,
    Fault.REFUSED: None,
}
#: Faults that leave a request undone, or postpone it, and give no true answer.
NOT_CARRIED_OUT = {Fault.REQUEST_LOST, Fault.SILENT_BEFORE, Fault.LATE, Fault.EMPTY_PROMISE}
#: Fault -> the response that replaces the true one after the request is carried out.
SPOILT = {
    Fault.BROKEN_AFTER: refusal(Refused(20500)),
    Fault.UNAVAILABLE_AFTER: refusal(Refused(20503)),
    Fault.GARBLED: ApiResponse(200, '{"sid": "PN'),
}
_NO_CONTROL = "The request is not HTTP, or it names a coding that cannot be read here. Nothing was changed."


class Server:
    """Listens on loopback, and answers requests or carries out ordered faults."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._under_way: Counter[str] = Counter()

    async def run(self, listener: socket, *, ready: Callable[[], None]) -> None:
        """Answer on *listener* until ``stop`` is called or the last watched process ends."""
        self._simulator.stopping = asyncio.Event()
        self._simulator.loop = asyncio.get_running_loop()
        runner = web.ServerRunner(_Listener(self._dispatch, access_log=None), shutdown_timeout=0.5)
        await runner.setup()
        try:
            await web.SockSite(runner, listener).start()
            self._simulator.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            watching = asyncio.create_task(self._simulator.watch.wait())
            stopping = asyncio.create_task(self._simulator.stopping.wait())
            ready()
            await asyncio.wait((watching, stopping), return_when=asyncio.FIRST_COMPLETED)
            # Silent answers end now.
            self._simulator.stopping.set()
            watching.cancel()
        finally:
            await runner.cleanup()

    async def _dispatch(self, incoming: web.BaseRequest) -> web.StreamResponse:
        if incoming.path.startswith(control.PREFIX) and host_name(incoming.host) in LOOPBACK:
            return await control.respond(self._simulator, incoming)
        began = time.monotonic()
        request = HttpRequest(
            method=incoming.method,
            host=incoming.host,
            path=incoming.path,
            query=dict(incoming.query),
            form={},
            authorization=incoming.headers.get("Authorization"),
        )
        # Before the body is read, so that a request whose body fails is in the log too.
        entry = self._simulator.note(request)
        try:
            self._simulator.catch_up()
            form = await _form_of(incoming)
            if form is None:
                unreadable = refusal(Refused(20001, "The request body cannot be read as a form"))
                response = self._reply(unreadable, entry, began, "")
                # The rest of such a body cannot be told from a next request.
                response.force_close()
                return response
            entry["form"] = form
            return await self._respond(replace(request, form=form), incoming, entry, began)
        except Exception:  # noqa: BLE001  # shown where the simulator runs
            # A bug of the simulator's own is answered as Twilio answers its own.
            traceback.print_exc()
            return self._reply(refusal(Refused(20500)), entry, began, "")

    async def _respond(
        self, request: HttpRequest, incoming: web.BaseRequest, entry: dict[str, Any], began: float
    ) -> web.StreamResponse:
        account = request.account_sid or request.user or ""
        if self._simulator.concurrency is not None and self._under_way[account] >= self._simulator.concurrency:
            return self._reply(refusal(Refused(20429)), entry, began, account)
        self._under_way[account] += 1
        try:
            # The answer to a GET is made first and sent after the latency, so that making a page
            # is part of the latency.
            reads = request.method == "GET"
            if self._simulator.latency and not reads:
                await self._pause(self._simulator.latency)
            response = await self._answer(request, incoming, entry)
            if self._simulator.latency and reads:
                await self._pause(began + self._simulator.latency - time.monotonic())
            if response is None:
                # The connection is closed: nothing of this response is sent.
                return web.Response()
            return self._reply(response, entry, began, account)
        finally:
            self._under_way[account] -= 1

    async def _answer(
        self, request: HttpRequest, incoming: web.BaseRequest, entry: dict[str, Any]
    ) -> ApiResponse | None:
        # A page that was emptied has its records when it is requested again.
        again = Fault.EMPTY_PAGE if str(incoming.rel_url) in self._simulator.emptied else None
        # Whatever else a browser asks for, like its icon, or by OPTIONS, uses up no order.
        orders = self._simulator.orders
        if orders and not is_known(request):
            orders = []
        order = take_fault(orders, request.method, f"{request.host}{request.path}", spared=again)
        if order is None:
            return self._simulator.carry_out(request, entry)
        if order.fault in REFUSALS:
            return refusal(Refused(REFUSALS[order.fault] or order.code, request.path))
        if order.fault in NOT_CARRIED_OUT:
            return await self._leave_undone(order, request, incoming, entry)
        if order.fault in (Fault.MOVED, Fault.CHANGED):
            self._simulator.interfere(request, move=order.fault is Fault.MOVED)
        response = self._simulator.carry_out(request, entry, stale=order.fault is Fault.STALE)
        return await self._spoil(order, response, incoming)

    async def _leave_undone(
        self, order: FaultOrder, request: HttpRequest, incoming: web.BaseRequest, entry: dict[str, Any]
    ) -> ApiResponse | None:
        """Leave a request undone, or postpone it, and give no true answer."""
        if order.fault is Fault.EMPTY_PROMISE:
            return ApiResponse(204)
        if order.fault is Fault.SILENT_BEFORE:
            await self._pause(order.length)
            hang_up(incoming)
            return None
        if order.fault is Fault.LATE:
            self._simulator.late.append((self._simulator.world.now() + timedelta(seconds=order.length), request, entry))
            # A little later, so that the world's clock has certainly reached that moment.
            self._simulator.loop.call_later(order.length + 0.01, self._simulator.catch_up)
        reset(incoming)
        return None

    async def _spoil(self, order: FaultOrder, response: ApiResponse, incoming: web.BaseRequest) -> ApiResponse | None:
        """Spoil the response of a request that was carried out, as ordered."""
        if order.fault in SPOILT:
            return SPOILT[order.fault]
        if order.fault is Fault.EMPTY_PAGE and response.body is not None:
            body, address = emptied(response.body)
            self._simulator.emptied.add(str(URL(address).relative() if "://" in address else URL(address)))
            return ApiResponse(response.status, body)
        if order.fault in (Fault.SLOW, Fault.SILENT_AFTER):
            await self._pause(order.length)
        if order.fault is Fault.SILENT_AFTER:
            hang_up(incoming)
        elif order.fault is Fault.ANSWER_LOST:
            reset(incoming)
        elif order.fault is Fault.ANSWER_CUT:
            cut(incoming, response)
        else:
            return response
        return None

    def _reply(self, response: ApiResponse, entry: dict[str, Any], began: float, account: str) -> web.Response:
        entry["status"] = response.status
        headers = {
            "Date": format_datetime(self._simulator.world.now().astimezone(UTC), usegmt=True),
            "Twilio-Request-Id": made_sid("RQ", self._simulator.world.id, entry["n"]),
            "Twilio-Concurrent-Requests": str(max(1, self._under_way[account])),
            "Twilio-Request-Duration": f"{time.monotonic() - began:.3f}",
        }
        if response.status == 401:
            headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
        if response.body is None:
            return web.Response(status=response.status, headers=headers)
        headers["Content-Type"] = "application/json; charset=utf-8"
        return web.Response(status=response.status, headers=headers, body=response.body.encode())

    async def _pause(self, seconds: float) -> None:
        if seconds <= 0:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._simulator.stopping.wait()


class _Handler(web.RequestHandler):
    """Answers what fails before a request is understood in Twilio's JSON or the controls' own, instead of text."""

    #: The address of the last request that began; a request that cannot be parsed has none.
    _address = ""

    def data_received(self, data: bytes) -> None:
        """Remember the address before the data is parsed."""
        if start := match(rb"[^ ]{1,20} (?:https?://[^/ ]*)?(/[^ ?]*+)[^\r\n]* HTTP/", data):
            self._address = unquote_to_bytes(start[1]).decode(errors="replace")
        super().data_received(data)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Refuse the request and close its connection."""
        if is_bug := status >= 500:
            # It shows the failure, and raises where a part of the answer has left.
            super().handle_error(request, status, exc, message)
        if self._address.startswith(control.PREFIX):
            return control.refuse(status, control.FAILED if is_bug else _NO_CONTROL)
        answer = refusal(Refused(20500) if is_bug else Refused(20001, "The request is not HTTP"))
        response = web.Response(status=answer.status, text=answer.body, content_type="application/json")
        response.force_close()
        return response


class _Listener(web.Server):
    """Makes a handler of the simulator's own for each connection."""

    def __call__(self) -> web.RequestHandler:
        """Make the handler."""
        return _Handler(self, loop=self._loop, **self._kwargs)


async def _form_of(incoming: web.BaseRequest) -> dict[str, str] | None:
    """Read the form in the body of a request; None where its body is none, too large, or breaks off."""
    if incoming.method not in {"POST", "PUT"}:
        return {}
    try:
        async with asyncio.timeout(control.LONGEST_BODY):
            return {name: str(value) for name, value in (await incoming.post()).items()}
    except (web.HTTPException, web.RequestPayloadError, HttpProcessingError, OSError, ValueError, LookupError):
        return None
    except RuntimeError:
        # So aiohttp calls a part with an unknown transfer encoding or character set.
        return None
