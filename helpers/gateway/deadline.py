"""
HTTP connections on which a whole answer has a deadline, however slowly it drips.

A time-out of the libraries' begins anew with every byte, so an answer of a byte a second would
never end: its status line, its headers, its chunks, what a proxy says before it.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPResponse
from io import BufferedReader, RawIOBase
from math import inf
from socket import socket
from threading import local
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError


class _Running(local):
    """What this thread is asking for right now."""

    left: Callable[[], float] = staticmethod(lambda: inf)


_running = _Running()


@contextmanager
def within(seconds: float, *, clock: Callable[[], float] = time.monotonic) -> Iterator[Callable[[], float]]:
    """
    Let what this thread asks for take so many seconds in all; the value tells how many are left.

    Args:
        clock: Real seconds, whatever the time is in a test or in a practice world.
    """
    end = clock() + seconds
    _running.left = lambda: end - clock()
    try:
        yield _running.left
    finally:
        del _running.left


class _Timed(RawIOBase):
    """The bytes of an answer as they come, each wait for more no longer than what is left."""

    def __init__(self, sock: socket, raw: RawIOBase) -> None:
        self._sock, self._raw, self._silence = sock, raw, sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = _running.left()
        if left <= 0:
            raise TimeoutError("The answer was not complete in time.")
        self._sock.settimeout(min(left, inf if self._silence is None else self._silence))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(HTTPResponse):
    def __init__(self, sock: socket, debuglevel: int = 0, method: str | None = None, url: str | None = None) -> None:
        super().__init__(sock, debuglevel, method, url)
        self.fp = BufferedReader(_Timed(sock, self.fp.detach()))


def _in_time(connection: HTTPConnection) -> None:
    """Send nothing after the deadline: looking up a name has no time-out at all."""
    if _running.left() <= 0:
        connection.close()
        raise ConnectTimeoutError(connection, "No connection was made in time.")


class _Connection(HTTPConnection):
    response_class = _Answer

    def connect(self) -> None:
        super().connect()
        _in_time(self)


class _SecureConnection(HTTPSConnection):
    response_class = _Answer

    def connect(self) -> None:
        super().connect()
        _in_time(self)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


#: What urllib3 is to make its connections of.
POOLS: dict[str, type[HTTPConnectionPool]] = {"http": _Pool, "https": _SecurePool}
