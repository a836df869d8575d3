"""
HTTP connections with a deadline for a whole answer, however slowly it arrives.

A time-out of the libraries restarts with every byte, so an answer of one byte a second would never end.
The deadline covers the status line, the headers, the chunks and a proxy's reply.
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
    """The remaining time of this thread's current request."""

    left: Callable[[], float] = staticmethod(lambda: inf)


_running = _Running()


@contextmanager
def within(seconds: float, *, clock: Callable[[], float] = time.monotonic) -> Iterator[Callable[[], float]]:
    """
    Limit this thread's request to so many seconds in all; yield a function that returns the seconds left.

    Args:
        clock: Real seconds, also in a test or in a practice world.
    """
    end = clock() + seconds
    _running.left = lambda: end - clock()
    try:
        yield _running.left
    finally:
        del _running.left


class _Timed(RawIOBase):
    """The raw bytes of an answer; no wait is longer than the remaining time."""

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
    """Send nothing after the deadline: a name lookup has no time-out of its own."""
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


#: The pool classes for urllib3, by scheme.
POOLS: dict[str, type[HTTPConnectionPool]] = {"http": _Pool, "https": _SecurePool}
