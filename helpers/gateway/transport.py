"""
The HttpClient for twilio's SDK, with time-outs, a deadline and a limit on size.

A changing request is sent once.  A read is repeated if that can help.  No exception of the HTTP library leaves
this file, because it carries the credentials.
"""

import ssl
import threading
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import MAXYEAR, UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Literal, NamedTuple, TypedDict
from urllib.parse import urlencode, urlsplit, urlunsplit

from twilio.http import HttpClient
from twilio.http.response import Response
from urllib3 import Timeout
from urllib3.exceptions import (
    ConnectTimeoutError,
    LocationValueError,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from helpers.core.log import log_request
from helpers.core.reasons import Obstacle
from helpers.gateway.deadline import within
from helpers.gateway.limiter import Limiter
from helpers.gateway.pools import NoCertificatesError, Pools, SocksProxyError

#: Seconds to connect, and seconds of silence while waiting for an answer.
TIMEOUTS = (5.0, 30.0)
#: Seconds for a whole request, however slowly its answer arrives; after that it counts as silence.
DEADLINE = 2 * TIMEOUTS[1]
#: The maximum size of an unpacked answer in bytes; a page of a thousand records has two million.
LARGEST = 32 * 2**20
#: Bytes that are unpacked at a time: two megabytes of gzip can unfold to two gigabytes.
_PIECE = 2**18
#: The maximum count of concurrent requests where the operator asks for no other.  Twilio publishes no figure.
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
#: The longest wait in seconds after a 429, whatever its ``Retry-After`` asks for: a read ends within two minutes.
_LONGEST_WAIT = 10.0
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
        return _date_in(self.header("Date") or "")

    @property
    def retry_after(self) -> float:
        """The seconds after which Twilio wants to be asked again; 0 where it does not say that."""
        told, written_at = self.header("Retry-After") or "", self.written_at
        if told.isascii() and told.isdigit():
            return float(told)
        at = _date_in(told)
        # By the sender's own clock: this machine's may differ.
        return max(0.0, (at - written_at).total_seconds()) if at and written_at else 0.0


def _date_in(header: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(header)
        return at.astimezone(UTC) if at.tzinfo and at.year < MAXYEAR else None
    except (ValueError, OverflowError):
        return None


class _Request(TypedDict):
    """One request, as the HTTP library takes it."""

    method: str
    url: str
    body: str | None
    headers: dict[str, str]


class AtOnce(NamedTuple):
    """How many requests may be under way at once."""

    #: The maximum.
    most: int = CONNECTIONS
    #: How many Twilio accepted the last time; None where that is not known.
    known: int | None = None
    #: Takes each new count that Twilio accepts.  It must not raise.
    learn: Callable[[int], None] = lambda _: None


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
        at_once: How many requests may be under way.
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
        at_once: AtOnce = AtOnce(),  # noqa: B008  # it is immutable
    ) -> None:
        self._clock, self._wall, self._compared = clock, wall, float("-inf")
        #: The lead of Twilio's clock over this machine's; zero for a small difference.
        self.ahead = self._latest_ahead = timedelta()
        self._thread = threading.local()
        self._origin = urlsplit(origin) if origin else None
        self._sleep, self._jitter, self._timeouts = sleep, jitter, timeouts
        self.limiter, self._learn = Limiter(most=at_once.most, known=at_once.known), at_once.learn
        #: Seconds that a whole request may take.
        self.deadline = 2 * timeouts[1]
        # Proxy and CA settings of the environment must not apply to loopback.
        self._pools = Pools(most=at_once.most, from_environment=origin is None)
        self._counting, self._learning = threading.Lock(), threading.Lock()
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
        headers["Accept-Encoding"] = "gzip, deflate"
        if auth:
            # Whatever signs they have: an exception would show them.
            headers["Authorization"] = f"Basic {b64encode(':'.join(auth).encode(errors='replace')).decode()}"
        if params:
            url += f"{'&' if '?' in url else '?'}{urlencode(params)}"
        if self._origin is not None:
            parts = urlsplit(url)
            headers["Host"] = parts.netloc
            url = urlunsplit(parts._replace(scheme=self._origin.scheme, netloc=self._origin.netloc))
        call = _Request(method=method, url=url, body=urlencode(data) if data else None, headers=headers)
        before = self._time_if_due()
        answer, attempts = self._in_turn(call), 1
        while method == "GET" and attempts < self._attempts(answer):
            self._wait(self._pause_after(answer, attempts))
            answer, attempts = self._in_turn(call), attempts + 1
        self._compare_clocks(answer, before)
        return answer

    @property
    def sent_by_thread(self) -> int:
        """The count of requests that this thread sent."""
        return getattr(self._thread, "sent", 0)

    def _in_turn(self, call: _Request) -> Answer:
        """Wait for a place among the concurrent requests, then send."""
        others, status = self.limiter.take(), 0
        try:
            # Check only now, because the wait for a place may be long.
            answer = self._blocked_answer() or self._timed(call)
            status = answer.status_code
        finally:
            is_new = self.limiter.done(others, status=status)
        if is_new:
            # The limit is read inside, so that the last one to tell it tells the newest.
            with self._learning:
                self._learn(self.limiter.limit)
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
        if self._wall is None or before is None or answer.header("Twilio-Request-Id") is None:
            return
        theirs = answer.written_at
        if theirs is None:
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

    def _pause_after(self, answer: Answer, attempts: int) -> float:
        """Return the seconds to wait before the next attempt; others need not wait for it."""
        if answer.status_code == 429 and attempts == 1 and not answer.retry_after:
            # It waits for a place, and there is one fewer now.
            return 0.0
        told = min(_LONGEST_WAIT, answer.retry_after) if answer.status_code == 429 else 0.0
        return max(told, min(2.0, 0.1 * float(2**attempts)) * (0.5 + self._jitter() / 2))

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
        self._thread.sent = self.sent_by_thread + 1
        with within(self.deadline) as left:
            try:
                connect, read = self._timeouts
                response = self._pools.send(**call, timeout=Timeout(connect=connect, read=read))
                try:
                    pieces, size = list[bytes](), 0
                    # As it comes, in one piece: copies of long pages would take a tenth of the time.
                    packed = "Content-Encoding" in response.headers
                    while piece := response.read(_PIECE if packed else LARGEST + 1, decode_content=packed):
                        pieces.append(piece)
                        size += len(piece)
                        if size > LARGEST:
                            megabytes = str(LARGEST // 2**20)
                            too_large = Obstacle.TOO_LARGE
                            return Answer(0, b"", {}, missing="too large", obstacle=too_large, limit=megabytes)
                finally:
                    # A connection whose answer was not read to its end is not used again.
                    response.close()
                    response.release_conn()
                return Answer(response.status, b"".join(pieces), response.headers)
            except Exception as failure:  # noqa: BLE001  # whatever it is, it holds the credentials and must not get out
                answer = _no_answer(failure)
            if answer.missing == "silence" and left() <= 0:
                answer.obstacle, answer.limit = Obstacle.TOO_SLOW, f"{self.deadline:g}"
            return answer

    def close(self) -> None:
        """Close the connections."""
        self._pools.close()


def _no_answer(failure: Exception) -> Answer:
    missing: Missing = "silence"
    limit = ""
    if isinstance(failure, SocksProxyError):
        missing, obstacle = "not sent", Obstacle.SOCKS_PROXY
    elif isinstance(failure, LocationValueError):
        missing, obstacle = "not sent", Obstacle.PROXY_ADDRESS
    elif isinstance(failure, NoCertificatesError):
        missing, obstacle = "not sent", Obstacle.NO_CERTIFICATES
    elif isinstance(failure, ProxyError):
        obstacle = Obstacle.PROXY
    elif isinstance(failure, SSLError | ssl.SSLError):
        obstacle = Obstacle.CERTIFICATE
    elif isinstance(failure, NewConnectionError | ConnectTimeoutError):
        # The one failure of the network of which we know that nothing left.
        missing, obstacle = "not sent", Obstacle.NO_CONNECTION
    elif isinstance(failure, ReadTimeoutError):
        obstacle, limit = Obstacle.TIMEOUT, f"{TIMEOUTS[1]:.0f}"
    else:
        obstacle = Obstacle.BROKEN
    return Answer(0, b"", {}, missing=missing, obstacle=obstacle, limit=limit)
