"""
The controls: they do what the real Twilio cannot, under addresses that it does not have.

They answer on loopback names only, to a request that brings the server's secret, and accept
only JSON.  Other users of the machine do not know the secret, and a web page from elsewhere
cannot send a header of its own or JSON without a preflight request, which the controls refuse.
"""

import asyncio
import json
import traceback
from collections.abc import Callable
from datetime import timedelta
from hmac import compare_digest
from re import fullmatch
from sys import float_info
from typing import Any, get_type_hints

import msgspec
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from helpers.simulator.resources.access import credentials
from helpers.simulator.server.fault_orders import FaultOrder
from helpers.simulator.server.faults import Fault
from helpers.simulator.server.simulator import Simulator

PREFIX = "/__practice/"
#: The header with the server's secret, without which no control is carried out.
HEADER = "Control-Token"
#: The seconds for which a body may be on its way; aiohttp would wait for ever for the rest of one that broke.
LONGEST_BODY = 5.0
#: What is answered where a bug of the simulator's own is in the way.
FAILED = "The practice Twilio failed at this control, which may be carried out in part."
Body = dict[str, Any]
#: The longest latency, in seconds.
LONGEST_LATENCY = 3600
#: The longest retention, in days: ten years.
LONGEST_RETENTION = 3650
#: No system has larger ids of processes.
LARGEST_PID = 2**31 - 1


class ControlConflict(Exception):
    """A control is well formed, but the state of the world forbids it (409)."""


async def respond(simulator: Simulator, incoming: web.BaseRequest) -> web.Response:
    """Carry out one control, or answer with a sentence that says why not."""
    # Bytes, because strings that are not ASCII cannot be compared this way.
    token = incoming.headers.get(HEADER, "").encode(errors="surrogateescape")
    if not compare_digest(token, simulator.control_token.encode()):
        return refuse(
            403,
            f"A control needs the header {HEADER} with the control_token of the server's first line. "
            "Nothing was changed.",
        )
    name = incoming.path.removeprefix(PREFIX)
    control = CONTROLS.get((incoming.method, name))
    if control is None:
        known = ", ".join(f"{method} {PREFIX}{path}" for method, path in CONTROLS)
        return refuse(404, f"There is no control {incoming.method} {PREFIX}{name}. There are: {known}.")
    try:
        return web.json_response(control(simulator, await _body_of(incoming)))
    except ControlConflict as conflict:
        return refuse(409, str(conflict))
    except ValueError as error:
        return refuse(400, str(error))
    except web.HTTPRequestEntityTooLarge:
        return refuse(413, "The body is larger than a control may be. Nothing was changed.")
    except Exception:  # noqa: BLE001  # shown where the simulator runs
        traceback.print_exc()
        return refuse(500, FAILED)


async def _body_of(incoming: web.BaseRequest) -> Body:
    """
    Read the fields of a control.

    Raises:
        ValueError: The body is no JSON object.
        web.HTTPRequestEntityTooLarge: It has over a megabyte, perhaps only when unpacked.
    """
    if incoming.method != "POST":
        return dict(incoming.query)
    if incoming.content_type != "application/json":
        raise ValueError("A control is given as JSON: send Content-Type: application/json.")
    try:
        async with asyncio.timeout(LONGEST_BODY):
            body: Any = json.loads(await incoming.text() or "{}")
    except (ValueError, LookupError, RecursionError, OSError, web.RequestPayloadError, HttpProcessingError):
        raise ValueError("The body is not JSON. Nothing was changed.") from None
    if not isinstance(body, dict):
        raise ValueError("The body must be a JSON object. Nothing was changed.")  # noqa: TRY004  # a 400 all the same
    return body


def about(simulator: Simulator, body: Body | None = None) -> Body:
    """Describe the world: its name, clock, settings and credentials."""
    _only(body or {})
    world = simulator.world
    pairs = credentials(world)
    main = pairs["main_token"] or []
    return {
        "world": world.scenario.name,
        "id": world.id,
        "now": world.now().isoformat(),
        "account_sid": main[0],
        "auth_token": main[1],
        "credentials": pairs,
        "rebuy": world.rebuy,
        "emergency_refusal": world.emergency_refusal,
        "retention": world.retention,
        "latency": simulator.latency,
        "concurrency": simulator.concurrency,
        "state": None if simulator.state is None else str(simulator.state),
    }


def move_clock(simulator: Simulator, body: Body) -> Body:
    """Move the world's clock forward."""
    _only(body, "days", "hours", "seconds")
    time = {unit: _number(body, unit, 0) for unit in ("days", "hours", "seconds")}
    try:
        return {"now": simulator.advance(timedelta(**time)).isoformat()}
    except OverflowError:
        raise ValueError("That is further than a calendar goes. The clock was not moved.") from None


def order_fault(simulator: Simulator, body: Body) -> list[Body]:
    """Order a fault.  Returns all orders that are waiting."""
    descriptions = get_type_hints(FaultOrder, include_extras=True)
    _only(body, *descriptions)
    name = str(body.get("fault"))
    if name not in Fault.__members__:
        raise ValueError(f"There is no fault {name!r}. There are: {', '.join(Fault.__members__)}.")
    try:
        order = msgspec.convert(body | {"fault": Fault[name].value}, FaultOrder)
    except msgspec.ValidationError as error:
        # msgspec names the field last: "Expected `int` >= 1 - at `$.times`".
        field = str(error).rpartition("$.")[2].rstrip("`")
        raise ValueError(f"'{field}' must be {descriptions[field].__metadata__[0].description}.") from None
    simulator.orders.append(order)
    return faults(simulator)


def faults(simulator: Simulator, body: Body | None = None) -> list[Body]:
    """List the orders that are waiting."""
    _only(body or {})
    return [
        {
            "fault": order.fault.name,
            "means": order.fault.value,
            "method": order.method,
            "path": order.path,
            "times": order.times,
            "after": order.after,
            "every": order.every,
            "seconds": order.length,
        }
        for order in simulator.orders
    ]


def cancel_faults(simulator: Simulator, body: Body) -> list[Body]:
    """Cancel all orders."""
    _only(body)
    simulator.orders.clear()
    return faults(simulator)


def requests(simulator: Simulator, body: Body) -> list[Body]:
    """List the requests after number ``after``, oldest first."""
    _only(body, "after")
    text = str(body.get("after", "0"))
    if not fullmatch("[0-9]{1,18}", text):
        raise ValueError("'after' must be the number of a request.")
    return [entry for entry in simulator.log if entry["n"] > int(text)]


def reset(simulator: Simulator, body: Body) -> Body:
    """Start a new world, with sids and tokens of its own unless the seed is an old one."""
    _only(body, "world", "seed")
    simulator.reset(_text(body, "world"), _text(body, "seed"))
    return about(simulator)


def choose_rebuy(simulator: Simulator, body: Body) -> Body:
    """Choose whether a released number can be bought back by API."""
    _only(body, "mode")
    if body.get("mode") not in ("works", "refused"):
        raise ValueError("'mode' must be 'works' or 'refused'.")
    simulator.world.rebuy = body["mode"]
    simulator.world.changes += 1
    simulator.save()
    return about(simulator)


def reclaim(simulator: Simulator, body: Body) -> Body:
    """Take a released number back into the account that released it, as if in Twilio's Console."""
    _only(body, "phone_number")
    phone_number = _text(body, "phone_number")
    if not phone_number:
        raise ValueError("'phone_number' must name a number, like +12125550100.")
    world = simulator.world
    release = world.released.get(phone_number)
    if release is None:
        raise ControlConflict(f"{phone_number} is not among the released numbers. Nothing was changed.")
    if not world.reclaimable(release):
        raise ControlConflict(
            f"{phone_number} was released on {release.at:%d %B %Y}; its ten days are over. Nothing was changed."
        )
    number = world.add(release.account_sid, phone_number)
    world.record_event(release.account_sid, "phone-number.created", number.sid, actor_sid=None)
    simulator.save()
    return {"account_sid": release.account_sid, "sid": number.sid, "phone_number": phone_number}


def change_settings(simulator: Simulator, body: Body) -> Body:
    """
    Set the latency, the concurrency, the code of an emergency refusal, and the retention.

    Retention is the days for which accounts keep their messages: ``{"retention": {"AC...": 7}}``;
    null means as long as Twilio keeps them.
    """
    _only(body, "latency", "concurrency", "emergency_refusal", "retention")
    latency = _number(body, "latency", simulator.latency, most=LONGEST_LATENCY)
    concurrency = simulator.concurrency
    if "concurrency" in body:
        concurrency = None if body["concurrency"] is None else _whole(body, "concurrency", 1, least=1)
    refusal = _whole(body, "emergency_refusal", simulator.world.emergency_refusal, least=1)
    retention = _retention(simulator, body.get("retention", {}))
    simulator.latency, simulator.concurrency = latency, concurrency
    simulator.world.emergency_refusal, simulator.world.retention = refusal, retention
    simulator.world.changes += 1
    simulator.save()
    return about(simulator)


def _retention(simulator: Simulator, days_by_sid: Any) -> dict[str, int]:
    if not isinstance(days_by_sid, dict) or not days_by_sid.keys() <= simulator.world.accounts.keys():
        raise ValueError("'retention' must name accounts of this world, each with a number of days or null.")
    days = {
        sid: _whole(days_by_sid, sid, 1, least=1, most=LONGEST_RETENTION)
        for sid in days_by_sid
        if days_by_sid[sid] is not None
    }
    return {sid: kept for sid, kept in simulator.world.retention.items() if sid not in days_by_sid} | days


def watch(simulator: Simulator, body: Body) -> Body:
    """Keep running for as long as one more process does."""
    _only(body, "pid")
    pid = _whole(body, "pid", 0, least=1, most=LARGEST_PID)
    if not simulator.watch.add(pid):
        raise ValueError(f"There is no process {pid}.")
    return about(simulator)


def stop(simulator: Simulator, body: Body) -> Body:
    """Stop the server after this answer."""
    _only(body)
    simulator.stop()
    return about(simulator)


CONTROLS: dict[tuple[str, str], Callable[[Simulator, Body], Any]] = {
    ("GET", ""): about,
    ("POST", "clock"): move_clock,
    ("GET", "faults"): faults,
    ("POST", "faults"): order_fault,
    ("DELETE", "faults"): cancel_faults,
    ("GET", "requests"): requests,
    ("POST", "reset"): reset,
    ("POST", "rebuy"): choose_rebuy,
    ("POST", "reclaim"): reclaim,
    ("POST", "settings"): change_settings,
    ("POST", "watch"): watch,
    ("POST", "stop"): stop,
}


def refuse(status: int, sentence: str) -> web.Response:
    """Answer with a sentence, and close the connection."""
    response = web.json_response({"error": sentence}, status=status)
    # Perhaps the body cannot be read, and its rest cannot be told from a next request.
    response.force_close()
    return response


def _only(body: Body, *known: str) -> None:
    unknown = sorted(set(body) - set(known))
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not known here. Known: {', '.join(known) or 'nothing'}.")


def _number(body: Body, name: str, default: float, *, most: float = float_info.max) -> float:
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise ValueError(f"'{name}' must be a number{_range(0, most)}.")
    return value


def _whole(body: Body, name: str, default: int, *, least: int, most: float = float_info.max) -> int:
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"'{name}' must be a whole number{_range(least, most)}.")
    return value


def _range(least: int, most: float) -> str:
    return f", not less than {least}" if most == float_info.max else f" from {least} to {most}"


def _text(body: Body, name: str) -> str | None:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"'{name}' must be a text.")
    return value
