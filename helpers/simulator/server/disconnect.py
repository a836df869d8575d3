"""Ways of ending a connection that a server never chooses."""

import os
import struct
from socket import SO_LINGER, SOL_SOCKET

from aiohttp import web

from helpers.simulator.resources.exchange import ApiResponse

#: SO_LINGER on, for 0 seconds; Windows packs both values as shorts.
NO_LINGER = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)


def reset(incoming: web.BaseRequest) -> None:
    """Reset the connection, as a restarted router does."""
    transport = incoming.transport
    if transport is None:
        return
    # Lingering for no time is what turns closing into a reset.
    transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, NO_LINGER)
    transport.abort()


def cut(incoming: web.BaseRequest, response: ApiResponse) -> None:
    """Send the first half of an answer; one without a body breaks off in its first word."""
    transport = incoming.transport
    if transport is None:
        return
    body = (response.body or "").encode()
    head = (
        f"HTTP/1.1 {response.status} Cut\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    transport.write(head + body[: len(body) // 2] if body else head[:8])
    transport.close()


def hang_up(incoming: web.BaseRequest) -> None:
    """Close the connection without a response."""
    if incoming.transport is not None:
        incoming.transport.close()
