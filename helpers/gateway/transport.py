"""
The HttpClient under twilio's SDK: time-outs and a deadline, a limit on size, one sending.

A request that changes something leaves once.  Reads are repeated when that can
help.  No exception of the HTTP library gets out of here, because those carry the
credentials.
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

from helpers.core.failures import Obstacle
from helpers.core.failures import obstacle as obstacle_sentence
from helpers.gateway.deadline import POOLS, within
from helpers.gateway.limiter import Limiter

#: Seconds to connect, and seconds of silence while waiting for an answer.
TIMEOUTS = (5.0, 30.0)
#: Seconds that a whole request may take, however its answer drips; after that it is silence.
DEADLINE = 2 * TIMEOUTS[1]
#: Bytes of an answer, unpacked, at the most: a page of a thousand records has two million.
LARGEST = 32 * 2**20
#: Bytes that are unpacked at a time: two megabytes of gzip can unfold to two gigabytes.
_PIECE = 2**18
#: How many requests may be under way at once, at the most.  Twilio publishes no figure.
CONNECTIONS = 32
#: How several questions are asked: ``map``, one after the other, or an executor's ``map``, side by side.
Each = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
#: How often a read is tried when the answer is a 5xx, garbage or silence.
READS = 3
#: By how much this machine's clock and Twilio's may differ before it is said and made up for.
#: Far less than ``outcome.QUARANTINE``: two machines may look at one journal, and a clock may be set right in between.
FORGIVEN = timedelta(seconds=5)
#: By how much they may differ at all: beyond, it is the date of the answers that is wrong.
BELIEVED = timedelta(days=1000)
#: Seconds between two looks at how much they differ.
COMPARE_EVERY = 10.0
#: How often a read is tried when the answer is 429, which says "later", not "no".
PATIENT_READS = 12
#: Seconds between two questions whether a wait is still worth it.
_SLICE = 0.2

#: Why there is no answer.
Missing = Literal["not sent", "silence", "too large", "stopped"]


class Answer(Response):  # type: ignore[misc]  # twilio has no types
    """An answer of Twilio's, or the lack of one.  Its body, which may hold tokens, is in no repr."""

    #: The body as it came: reading JSON from bytes spares decoding a tenth of a megabyte a page.
    body: bytes
    #: Why there is no answer; it may have arrived where there was silence, or too much of one.
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
    def trouble(self) -> str:
        """One sentence on what was in the way, for the operator."""
        return obstacle_sentence(self.obstacle, self.limit)

    @property
    def text(self) -> str:
        """The body as text, for the SDK."""
        return self.body.decode(errors="replace")

    def __repr__(self) -> str:
        return f"<Answer {self.missing or self.status_code}>"

    def header(self, name: str) -> str | None:
        """Read a header by its name, whatever its case."""
        headers: Mapping[str, str] = self.headers or {}
        return headers.get(name)

    @property
    def written_at(self) -> datetime | None:
        """
        When it was written, by the clock of whoever wrote it, UTC.

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
        """Lead nowhere: requests would read where a redirect leads, and all of its body, though it is not followed."""


class _Asked(TypedDict):
    """One request, as the HTTP library takes it."""

    method: str
    url: str
    params: dict[str, str] | None
    data: dict[str, str] | None
    headers: dict[str, str]
    auth: tuple[str, str] | None


class Transport(HttpClient):  # type: ignore[misc]  # twilio has no types
    """
    Carry requests to Twilio, or to what stands in for it.

    Args:
        origin: Scheme and host to send everything to instead, with the real name in
            the ``Host`` header; None for the real hosts.
        clock: Monotonic seconds.
        sleep: Waits so many seconds.
        jitter: A number between 0 and 1, so that the waiting do not come back in step.
        wall: The time of day by this machine, to compare with Twilio's; None for no comparing.
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
        #: What to add to this machine's clock to get Twilio's; nothing where they differ by little.
        self.ahead = self._said_ahead = timedelta()
        self._mine = threading.local()
        self._origin = urlsplit(origin) if origin else None
        self._sleep, self._jitter, self._timeouts = sleep, jitter, timeouts
        self._limiter = Limiter(clock, most=CONNECTIONS)
        #: Seconds that a whole request may take.
        self.deadline = 2 * timeouts[1]
        self._session = _Session()
        # Proxy and CA settings of the environment are for the way out, not for loopback.
        self._session.trust_env = origin is None
        # max_retries=0: anything more would send a DELETE again after a lost connection.
        adapter = _Adapter(pool_connections=CONNECTIONS, pool_maxsize=CONNECTIONS, max_retries=0)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)
        self._counting = threading.Lock()
        #: How many requests have been sent, for saying what a look cost.
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
        Send one request and return what came back, or why nothing did.

        Only GET is ever sent again.  Nothing is raised: the caller's frames hold no
        credentials, this one does.
        """
        headers = {name: value for name, value in (headers or {}).items() if value is not None}
        if self._origin is not None:
            parts = urlsplit(url)
            headers["Host"] = parts.netloc
            url = urlunsplit(parts._replace(scheme=self._origin.scheme, netloc=self._origin.netloc))
        ask: _Asked = {"method": method, "url": url, "params": params, "data": data, "headers": headers, "auth": auth}
        before = self._time_of_day()
        with self._limiter:
            # Here and not before: who waits for a place may wait for long.
            answer = self._held() or self._once(ask)
            tried = 1
            while method == "GET" and tried < self._tries(answer):
                if answer.status_code == 429:
                    self._limiter.refused()
                self._rest(min(2.0, 0.1 * 2**tried) * (0.5 + self._jitter() / 2))
                answer = self._held() or self._once(ask)
                tried += 1
        if answer.status_code == 429:
            self._limiter.refused()
        self._compare(answer, before)
        return answer

    @contextmanager
    def only_while(self, still: Callable[[], bool], *, missing: Missing = "not sent") -> Iterator[None]:
        """Let what this thread asks for leave, and be tried again, only while *still* says yes; else say *missing*."""
        before = getattr(self._mine, "condition", None)
        self._mine.condition = still, missing
        try:
            yield
        finally:
            self._mine.condition = before

    def _held(self) -> Answer | None:
        """Tell why this thread's request is not to leave any more; None where it may."""
        still, missing = getattr(self._mine, "condition", None) or (lambda: True, None)
        obstacle = Obstacle.STOPPED if missing == "stopped" else Obstacle.PAUSED
        return None if still() else Answer(0, b"", {}, missing=missing, obstacle=obstacle)

    def _rest(self, seconds: float) -> None:
        while seconds > 0 and not self._held():
            self._sleep(min(seconds, _SLICE))
            seconds -= _SLICE

    def _time_of_day(self) -> datetime | None:
        """Read this machine's clock, where it is time to compare it with Twilio's."""
        if self._wall is None or self._clock() - self._compared < COMPARE_EVERY:
            return None
        self._compared = self._clock()
        return self._wall()

    def _compare(self, answer: Answer, before: datetime | None) -> None:
        """Take note of what Twilio's clock says: only Twilio names its requests, and a proxy's clock is nobody's."""
        theirs = answer.written_at
        if self._wall is None or before is None or theirs is None or answer.header("Twilio-Request-Id") is None:
            return
        after = self._wall()
        # The answer was written between the two, if the clocks agree.
        differ = theirs < before - FORGIVEN or theirs > after + FORGIVEN
        ahead, said_before = theirs - after if differ else timedelta(), self._said_ahead
        self._said_ahead = ahead
        if abs(ahead) > BELIEVED:
            # No certificate would be valid by a clock of this machine that is so wrong: the answers' dates are.
            return
        if abs(ahead - said_before) <= FORGIVEN:
            self.ahead = ahead
        else:
            # One answer may have a wrong date, and by it every number would be quiet: the next one has to agree.
            self._compared = float("-inf")

    @staticmethod
    def _tries(answer: Answer) -> int:
        if answer.status_code == 429:
            return PATIENT_READS
        return READS if answer.missing == "silence" or answer.status_code >= 500 else 1

    def _once(self, ask: _Asked) -> Answer:
        with self._counting:
            self.sent += 1
        with within(self.deadline) as left:
            try:
                got = self._session.request(**ask, timeout=self._timeouts, allow_redirects=False, stream=True)
                with got:
                    body = bytearray()
                    while piece := got.raw.read(_PIECE, decode_content=True):
                        body += piece
                        if len(body) > LARGEST:
                            megabytes = str(LARGEST // 2**20)
                            too_large = Obstacle.TOO_LARGE
                            return Answer(0, b"", {}, missing="too large", obstacle=too_large, limit=megabytes)
                return Answer(got.status_code, bytes(body), got.headers)
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
