"""Ways of ending a connection that no server means to end it in."""

import os
import struct
from socket import SO_LINGER, SOL_SOCKET

from aiohttp import web

from helpers.simulator.resources.exchange import Answer

#: On, and for no time at all, as the system writes it: Windows in half the space.
_RESET = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)


def reset(incoming: web.Request) -> None:
    """Reset the connection, as a router does that has lost its memory."""
    transport = incoming.transport
    if transport is None:
        return
    # Lingering for no time is what turns closing into a reset.
    transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, _RESET)
    transport.abort()


def cut(incoming: web.Request, answered: Answer) -> None:
    """Send the first half of an answer; one without a body breaks off in its first word."""
    transport = incoming.transport
    if transport is None:
        return
    body = (answered.body or "").encode()
    head = (
        f"HTTP/1.1 {answered.status} Cut\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    transport.write(head + body[: len(body) // 2] if body else head[:8])
    transport.close()


def hang_up(incoming: web.Request) -> None:
    """Close the connection without a word."""
    if incoming.transport is not None:
        incoming.transport.close()
