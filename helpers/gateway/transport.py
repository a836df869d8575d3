"""
The HttpClient for twilio's SDK, with time-outs, a deadline and a limit on size.

A changing request is sent once.  A read is repeated if that can help.  No exception of the HTTP library leaves
this file, because it carries the credentials.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import MAXYEAR, UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Literal, TypedDict
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from twilio.http import HttpClient
from twilio.http.response import Response
from urllib3 import PoolManager
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProxyError

from helpers.core.log import log_request
from helpers.core.reasons import Obstacle
from helpers.gateway.deadline import POOLS, within
from helpers.gateway.limiter import Limiter

#: Seconds to connect, and seconds of silence while waiting for an answer.
TIMEOUTS = (5.0, 30.0)
#: Seconds for a whole request, however slowly its answer arrives; after that it counts as silence.
DEADLINE = 2 * TIMEOUTS[1]
#: The maximum size of an unpacked answer in bytes; a page of a thousand records has two million.
LARGEST = 32 * 2**20
#: Bytes that are unpacked at a time: two megabytes of gzip can unfold to two gigabytes.
_PIECE = 2**18
#: The maximum count of concurrent requests.  Twilio publishes no figure.
CONNECTIONS = 32
#: Runs several reads: ``map`` in sequence, or an executor's ``map`` in parallel.
Each = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
#: The maximum count of attempts for a read after a 5xx or silence.
READS = 3
#: The difference between this machine's clock and Twilio's that the kit neither reports nor corrects.
#: Far less than ``outcome.QUARANTINE``: two machines may use one journal, and a clock may be corrected in between.
FORGIVEN = timedelta(seconds=5)
#: By how much they may differ at all: beyond, it is the date of the answers that is wrong.
BELIEVED = timedelta(days=1000)
#: Seconds between two looks at how much they differ.
COMPARE_EVERY = 10.0
#: The maximum count of attempts for a read after a 429, which means "later", not "no".
PATIENT_READS = 12
#: Seconds between two checks whether a wait must end.
_SLICE = 0.2

#: The reason for a missing answer.
Missing = Literal["not sent", "silence", "too large", "stopped"]


class Answer(Response):  # type: ignore[misc]  # twilio has no types
    """An answer, or the lack of one.  The repr omits the body, which may hold tokens."""

    #: The raw body: parsing JSON from bytes saves decoding the text of each page.
    body: bytes
    #: The reason for a missing answer.  After "silence" or "too large" the request may have arrived.
    missing: Missing | None
    #: What was in the way.
    obstacle: Obstacle | None
    #: The seconds or megabytes that the answer exceeded; empty where it did not.
    limit: str

    def __init__(
        self,
        status: int,
        body: bytes,
        headers: Mapping[str, str],
        *,
        missing: Missing | None = None,
        obstacle: Obstacle | None = None,
        limit: str = "",
    ) -> None:
        super().__init__(status, "", headers)
        self.body, self.missing, self.obstacle, self.limit = body, missing, obstacle, limit

    @property
    def text(self) -> str:
        """The body as text, for the SDK."""
        return self.body.decode(errors="replace")

    def __repr__(self) -> str:
        return f"<Answer {self.missing or self.status_code}>"

    def header(self, name: str) -> str | None:
        """Return a header by its name, in any case of letters."""
        headers: Mapping[str, str] = self.headers or {}
        return headers.get(name)

    @property
    def written_at(self) -> datetime | None:
        """
        The date of the answer by the sender's clock, UTC; None if it is missing or malformed.

        None for a date without its zone, too: its end may have been cut off, and the seconds with it.  And for one
        of the last year that a calendar has: nothing could be reckoned after it.
        """
        try:
            at = parsedate_to_datetime(self.header("Date") or "")
            return at.astimezone(UTC) if at.tzinfo and at.year < MAXYEAR else None
        except (ValueError, OverflowError):
            return None


class _Adapter(HTTPAdapter):
    """Connections with a deadline, to Twilio and to the proxy on the way."""

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:  # noqa: FBT001, FBT002  # requests' signature
        super().init_poolmanager(connections, maxsize, block, **options)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy: str, **options: Any) -> PoolManager:
        manager: PoolManager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = POOLS
        return manager


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return no target: otherwise requests reads the whole body of a redirect, even one that it does not follow."""


class _Request(TypedDict):
    """One request, as the HTTP library takes it."""

    method: str
    url: str
    params: dict[str, str] | None
    data: dict[str, str] | None
    headers: dict[str, str]
    auth: tuple[str, str] | None


class Transport(HttpClient):  # type: ignore[misc]  # twilio has no types
    """
    Sends requests to Twilio, or to the practice Twilio.

    Args:
        origin: Scheme and host to send everything to instead, with the real name in
            the ``Host`` header; None for the real hosts.
        clock: Monotonic seconds.
        sleep: Waits so many seconds.
        jitter: Returns a number between 0 and 1, so that waiting requests do not retry at the same moment.
        wall: This machine's time of day, to compare with Twilio's; None for no comparison.
    """

    def __init__(
        self,
        *,
        origin: str | None,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        jitter: Callable[[], float],
        timeouts: tuple[float, float] = TIMEOUTS,
        wall: Callable[[], datetime] | None = None,
    ) -> None:
        self._clock, self._wall, self._compared = clock, wall, float("-inf")
        #: The lead of Twilio's clock over this machine's; zero for a small difference.
        self.ahead = self._latest_ahead = timedelta()
        self._thread = threading.local()
        self._origin = urlsplit(origin) if origin else None
        self._sleep, self._jitter, self._timeouts = sleep, jitter, timeouts
        self.limiter = Limiter(clock, most=CONNECTIONS)
        #: Seconds that a whole request may take.
        self.deadline = 2 * timeouts[1]
        self._session = _Session()
        # Proxy and CA settings of the environment must not apply to loopback.
        self._session.trust_env = origin is None
        # max_retries=0, because a retry would repeat a DELETE after a lost connection.
        adapter = _Adapter(pool_connections=CONNECTIONS, pool_maxsize=CONNECTIONS, max_retries=0)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)
        self._counting = threading.Lock()
        #: The count of sent requests, for the cost of a reading.
        self.sent = 0

    def request(  # noqa: PLR0917  # the SDK's signature
        self,
        method: str,
        url: str,
        params: dict[str, str] | None = None,
        data: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002  # the SDK's; ours are finite
        allow_redirects: bool = False,  # noqa: ARG002, FBT001, FBT002  # never: a redirect would send it again
    ) -> Answer:
        """
        Send one request and return the answer, or the reason for its absence.

        Only GET is repeated.  No failure raises an exception, because this frame holds the credentials.
        """
        headers = {name: value for name, value in (headers or {}).items() if value is not None}
        if self._origin is not None:
            parts = urlsplit(url)
            headers["Host"] = parts.netloc
            url = urlunsplit(parts._replace(scheme=self._origin.scheme, netloc=self._origin.netloc))
        call = _Request(method=method, url=url, params=params, data=data, headers=headers, auth=auth)
        before = self._time_if_due()
        with self.limiter:
            # Check only now, because the wait for a place may be long.
            answer = self._blocked_answer() or self._timed(call)
            attempts = 1
            while method == "GET" and attempts < self._attempts(answer):
                if answer.status_code == 429:
                    self.limiter.record_refusal()
                self._wait(min(2.0, 0.1 * 2**attempts) * (0.5 + self._jitter() / 2))
                answer = self._blocked_answer() or self._timed(call)
                attempts += 1
        if answer.status_code == 429:
            self.limiter.record_refusal()
        self._compare_clocks(answer, before)
        return answer

    @contextmanager
    def only_while(self, condition: Callable[[], bool], *, missing: Missing = "not sent") -> Iterator[None]:
        """Send and repeat this thread's requests only while *condition* is true; otherwise answer *missing*."""
        before = getattr(self._thread, "condition", None)
        self._thread.condition = condition, missing
        try:
            yield
        finally:
            self._thread.condition = before

    def _blocked_answer(self) -> Answer | None:
        """Answer a request of this thread that may not leave any more; None where it may."""
        still, missing = getattr(self._thread, "condition", None) or (lambda: True, None)
        obstacle = Obstacle.STOPPED if missing == "stopped" else Obstacle.PAUSED
        return None if still() else Answer(0, b"", {}, missing=missing, obstacle=obstacle)

    def _wait(self, seconds: float) -> None:
        while seconds > 0 and not self._blocked_answer():
            self._sleep(min(seconds, _SLICE))
            seconds -= _SLICE

    def _time_if_due(self) -> datetime | None:
        """Return this machine's time if a comparison with Twilio's clock is due, otherwise None."""
        if self._wall is None or self._clock() - self._compared < COMPARE_EVERY:
            return None
        self._compared = self._clock()
        return self._wall()

    def _compare_clocks(self, answer: Answer, before: datetime | None) -> None:
        """Compare the clocks by one answer of Twilio's: only its answers have a request id, a proxy's do not."""
        theirs = answer.written_at
        if self._wall is None or before is None or theirs is None or answer.header("Twilio-Request-Id") is None:
            return
        after = self._wall()
        # If the clocks agree, the answer's date is between the two times.
        differ = theirs < before - FORGIVEN or theirs > after + FORGIVEN
        ahead, previous = theirs - after if differ else timedelta(), self._latest_ahead
        self._latest_ahead = ahead
        if abs(ahead) > BELIEVED:
            # No certificate would be valid by a clock of this machine that is so wrong: the answers' dates are.
            return
        if abs(ahead - previous) <= FORGIVEN:
            self.ahead = ahead
        else:
            # One wrong date could make every number look quiet, so the next answer has to confirm it.
            self._compared = float("-inf")

    @staticmethod
    def _attempts(answer: Answer) -> int:
        if answer.status_code == 429:
            return PATIENT_READS
        return READS if answer.missing == "silence" or answer.status_code >= 500 else 1

    def _timed(self, call: _Request) -> Answer:
        began = self._clock()
        answer = self._once(call)
        address = urlsplit(call["url"])
        log_request(
            call["method"],
            call["headers"].get("Host", address.netloc),
            address.path,
            outcome=answer.missing or str(answer.status_code),
            request_id=answer.header("Twilio-Request-Id"),
            milliseconds=1000 * (self._clock() - began),
        )
        return answer

    def _once(self, call: _Request) -> Answer:
        with self._counting:
            self.sent += 1
        with within(self.deadline) as left:
            try:
                response = self._session.request(**call, timeout=self._timeouts, allow_redirects=False, stream=True)
                with response:
                    body = bytearray()
                    while piece := response.raw.read(_PIECE, decode_content=True):
                        body += piece
                        if len(body) > LARGEST:
                            megabytes = str(LARGEST // 2**20)
                            too_large = Obstacle.TOO_LARGE
                            return Answer(0, b"", {}, missing="too large", obstacle=too_large, limit=megabytes)
                return Answer(response.status_code, bytes(body), response.headers)
            except Exception as failure:  # noqa: BLE001  # whatever it is, it holds the credentials and must not get out
                answer = _no_answer(failure)
            if answer.missing == "silence" and left() <= 0:
                answer.obstacle, answer.limit = Obstacle.TOO_SLOW, f"{self.deadline:g}"
            return answer

    def close(self) -> None:
        """Close the connections."""
        self._session.close()


def _no_answer(failure: Exception) -> Answer:
    reason = getattr(failure.args[0], "reason", None) if failure.args else None
    missing: Missing = "silence"
    limit = ""
    if isinstance(failure, requests.exceptions.InvalidSchema):
        missing, obstacle = "not sent", Obstacle.SOCKS_PROXY
    elif isinstance(failure, requests.exceptions.InvalidURL):
        missing, obstacle = "not sent", Obstacle.PROXY_ADDRESS
    elif type(failure) is OSError and "certificate bundle" in str(failure):
        missing, obstacle = "not sent", Obstacle.NO_CERTIFICATES
    elif isinstance(failure, requests.exceptions.ProxyError) or isinstance(reason, ProxyError):
        obstacle = Obstacle.PROXY
    elif isinstance(failure, requests.exceptions.SSLError):
        obstacle = Obstacle.CERTIFICATE
    elif isinstance(reason, NewConnectionError | ConnectTimeoutError):
        # The one failure of the network of which we know that nothing left.
        missing, obstacle = "not sent", Obstacle.NO_CONNECTION
    elif isinstance(failure, requests.exceptions.Timeout):
        obstacle, limit = Obstacle.TIMEOUT, f"{TIMEOUTS[1]:.0f}"
    else:
        obstacle = Obstacle.BROKEN
    return Answer(0, b"", {}, missing=missing, obstacle=obstacle, limit=limit)
