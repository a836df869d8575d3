"""The gate: how many requests are under way at once, learned from what Twilio refuses."""

import heapq
import threading
import time
from dataclasses import dataclass, field
from itertools import count
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from helpers.gateway.limiter import Limiter
from helpers.gateway.transport import Answer, AtOnce, Transport
from tests.support.in_between import talker


@dataclass
class Twilio:
    """Accepts *cap* requests at once, 80 ms each, of which others hold some; time is only counted."""

    cap: int
    others: int = 0
    seed: int = 0
    #: The milliseconds until a refusal arrives.
    refuses_after: float = 1.0
    sent: int = 0
    refused: int = 0
    took: float = 0.0
    most: int = 0
    #: The limit after each answer.
    limits: list[int] = field(default_factory=list)

    def read(self, limiter, requests=1_003):
        """Send so many requests as soon as the gate lets them, and the refused ones again."""
        chance, order, waiting, ours, events = Random(self.seed), count(), requests, 0, []
        under_way = 0

        def later(milliseconds, what, others):
            heapq.heappush(events, (self.took + milliseconds, next(order), what, others))

        while waiting or events:
            while waiting and under_way < limiter.limit:
                waiting, under_way, self.sent = waiting - 1, under_way + 1, self.sent + 1
                self.most = max(self.most, under_way)
                later(chance.random(), "arrives", limiter.take())
            self.took, _, what, others = heapq.heappop(events)
            if what == "arrives" and ours + self.others < self.cap:
                ours += 1
                later(chance.uniform(60, 100), "answered", others)
            elif what == "arrives":
                later(self.refuses_after, "refused", others)
            else:
                ours, under_way = ours - (what == "answered"), under_way - 1
                waiting, self.refused = waiting + (what == "refused"), self.refused + (what == "refused")
                limiter.done(others, status=200 if what == "answered" else 429)
                self.limits.append(limiter.limit)

    @property
    def ratio(self):
        """The time as a multiple of what it would take if the cap were known."""
        return self.took / (80 * -(-1_003 // (self.cap - self.others)))


@pytest.mark.parametrize("refuses_after", [1.0, 20.0, 60.0])
@pytest.mark.parametrize("cap", [4, 8, 16, 32, 100])
def test_an_unknown_cap_is_found_and_kept(cap, refuses_after):
    """Near what it would take with the cap known, and next to nothing refused."""
    twilio, limiter = Twilio(cap, refuses_after=refuses_after), Limiter(most=max(32, cap))
    twilio.read(limiter)

    assert abs(limiter.limit - cap) <= 1
    assert twilio.ratio < 1.3
    assert twilio.refused < 0.02 * twilio.sent


@pytest.mark.parametrize("cap", [4, 8, 16, 32, 100])
def test_a_known_cap_is_kept_from_the_first_request_on(cap):
    """The second reading begins where the first one ended."""
    twilio = Twilio(cap)
    twilio.read(Limiter(most=100, known=cap))

    assert twilio.ratio < 1.1
    assert twilio.refused < 0.01 * twilio.sent


@pytest.mark.parametrize("cap", [8, 16, 32, 64])
def test_what_others_use_is_left_to_them(cap):
    """Half of the cap is taken by other programs of the company: the gate settles on the other half."""
    twilio, limiter = Twilio(cap, others=cap // 2), Limiter(most=100)
    twilio.read(limiter)

    assert abs(limiter.limit - cap // 2) <= 1
    assert twilio.ratio < 1.15
    assert twilio.refused < 0.02 * twilio.sent


def test_what_others_leave_is_found_again():
    """They took most of it while the limit was learned; it is not low for ever."""
    limiter = Limiter(most=100, known=4)
    Twilio(100).read(limiter)

    assert limiter.limit == 100


@given(
    cap=some.integers(1, 120),
    most=some.integers(1, 100),
    known=some.none() | some.integers(1, 100),
    refuses_after=some.floats(0.1, 60),
    seed=some.integers(0, 1_000),
)
def test_whatever_twilio_accepts_everything_is_read(cap, most, known, refuses_after, seed):
    """The limit is at least one, never above what is allowed, and ends at the cap if there is one below."""
    twilio, limiter = Twilio(cap, seed=seed, refuses_after=refuses_after), Limiter(most=most, known=known)
    twilio.read(limiter)

    assert {1 <= limit <= most for limit in twilio.limits} == {True}
    assert twilio.most <= most
    assert twilio.sent - twilio.refused == 1_003
    if cap <= limiter.limit:
        assert limiter.limit <= cap + 1


def test_a_burst_of_refusals_leaves_what_was_accepted():
    """Sixteen leave at once and eleven are refused: five may be under way, in whatever order they were refused."""
    limiter = Limiter(most=32)
    places = [limiter.take() for _ in range(16)]
    Random(7).shuffle(places)
    for place in places[:11]:
        limiter.done(place, status=429)

    assert limiter.limit == 5


def test_a_refusal_tells_how_many_others_were_under_way():
    """Three of us and a refusal: two are accepted, however many the gate would let through."""
    limiter = Limiter(most=32)
    places = [limiter.take() for _ in range(3)]

    assert limiter.done(places[2], status=429)
    assert limiter.limit == 2


def test_no_answer_says_nothing_about_the_limit():
    """A lost connection is neither a yes nor a no."""
    limiter = Limiter(most=32)
    for _ in range(1_000):
        assert not limiter.done(limiter.take(), status=0)

    assert limiter.limit == 16


def test_no_more_are_under_way_than_the_limit_allows():
    """Forty threads at the gate, some of them refused: never more inside than the limit said, and all get through."""
    limiter, counting, inside, too_many, through = Limiter(most=8), threading.Lock(), 0, [], []

    def pass_through(number):
        nonlocal inside
        for turn in range(20):
            place = limiter.take()
            with counting:
                inside += 1
                # The limit may have fallen since; then it lets nobody in until so many have left.
                too_many.append(inside > 8)
            time.sleep(0.0005)
            with counting:
                inside -= 1
            limiter.done(place, status=429 if (number + turn) % 9 == 0 else 200)
        through.append(number)

    crowd = [threading.Thread(target=pass_through, args=(number,), daemon=True) for number in range(40)]
    for one in crowd:
        one.start()
    # Who is not woken looks by itself once a second, which for all of them would take much longer.
    until = time.monotonic() + 10
    for one in crowd:
        one.join(max(0, until - time.monotonic()))

    assert sorted(through) == list(range(40))
    assert not any(too_many)


def test_only_as_many_are_woken_as_can_enter():
    """To wake all that wait costs more than the requests."""
    limiter, woken = Limiter(most=32), []
    limiter._turn.notify = woken.append
    places = [limiter.take() for _ in range(16)]
    for place in places[:4]:
        limiter.done(place, status=429)
    limiter.done(places[4], status=200)

    assert woken == [0, 0, 0, 0, 1]


def test_a_free_place_is_found_although_nobody_was_told():
    """Whoever was told of it was interrupted at that moment: the next one does not wait for ever."""
    limiter, entered = Limiter(most=1), threading.Event()
    place = limiter.take()
    waits = threading.Thread(target=lambda: (limiter.take(), entered.set()), daemon=True)
    waits.start()
    limiter._turn.notify = lambda _: None
    limiter.done(place, status=200)

    assert entered.wait(5)


class Told:
    """A server that gives the answers of a list, one to a request, then yes to everything."""

    def __init__(self, *answers):
        self.answers, self.asked, self.lock = list(answers), [], threading.Lock()

    def __call__(self, connection):
        with self.lock:
            self.asked.append(connection)
            head = self.answers.pop(0) if self.answers else "200 OK"
        connection.sendall(f"HTTP/1.1 {head}\r\nContent-Length: 2\r\n\r\n{{}}".encode())


@pytest.fixture
def to():
    """Make transports to somewhere that note how long they would wait."""
    made = []

    def transport(url, **options):
        waits = []
        made.append(
            Transport(origin=url, clock=time.monotonic, sleep=waits.append, jitter=lambda: 1.0, **options),
        )
        return made[-1], waits

    yield transport
    for one in made:
        one.close()


DATE = "Date: Mon, 02 Mar 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ("", 0),
        ("Retry-After: 3", 3),
        (f"Retry-After: Mon, 02 Mar 2026 12:00:04 GMT\r\n{DATE}", 4),
        (f"Retry-After: Mon, 02 Mar 2026 11:00:00 GMT\r\n{DATE}", 0),
        ("Retry-After: Mon, 02 Mar 2026 12:00:04 GMT", 0),
        (f"Retry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n{DATE}", 0),
        (f"Retry-After: Thu, 02 Mar 2028 12:00:04 GMT\r\n{DATE}", 10),
        ("Retry-After: 86400", 10),
        (f"Retry-After: {'9' * 400}", 10),
        ("Retry-After: -5", 0),
        ("Retry-After: soon", 0),
        ("Retry-After: \xb2", 0),
    ],
)
def test_a_refused_read_waits_as_long_as_it_is_told_to_within_reason(to, headers, seconds):
    """In seconds or as a date by the sender's own clock; nobody is made to wait for hours."""
    told = Told("429 Too Many Requests" + (f"\r\n{headers}" if headers else ""))
    with talker(told) as busy:
        transport, waits = to(busy.url)
        answer = transport.request("GET", "https://api.twilio.com/x")

    assert answer.status_code == 200
    assert sum(waits) == pytest.approx(seconds)


def test_a_server_that_always_wants_more_time_is_asked_for_two_minutes():
    """Twelve times at the most, ten seconds apart; the answer is Twilio's refusal then."""
    with talker(Told(*["429 Too Many Requests\r\nRetry-After: 99999"] * 99)) as busy:
        waits = []
        transport = Transport(origin=busy.url, clock=time.monotonic, sleep=waits.append, jitter=lambda: 1.0)
        answer = transport.request("GET", "https://api.twilio.com/x")
        transport.close()

    assert (answer.status_code, transport.sent) == (429, 12)
    assert sum(waits) == pytest.approx(110)


@pytest.mark.parametrize("status", ["429 Too Many Requests\r\nRetry-After: 5", "503 Unavailable"])
def test_a_wait_keeps_nobody_else_from_reading(to, status):
    """It gives its place back: with room for one, another read gets through meanwhile."""
    with talker(Told(status)) as busy:
        transport, waits = to(busy.url, at_once=AtOnce(most=1))
        others = []

        def sleep(seconds):
            waits.append(seconds)
            if len(waits) == 1:
                one = threading.Thread(
                    target=lambda: others.append(transport.request("GET", "https://api.twilio.com/y"))
                )
                one.start()
                one.join(5)

        transport._sleep = sleep
        answer = transport.request("GET", "https://api.twilio.com/x")

    assert [other.status_code for other in others] == [answer.status_code] == [200]


@pytest.mark.parametrize("method", ["DELETE", "POST"])
def test_a_change_that_is_refused_is_sent_once_and_not_waited_with(to, method):
    """Who asked for it decides whether it is sent again; the gate only counts the refusal."""
    told = Told(*["429 Too Many Requests\r\nRetry-After: 5"] * 9)
    with talker(told) as busy:
        transport, waits = to(busy.url)
        answer = transport.request(method, "https://api.twilio.com/x", data={"a": "b"})

    assert (answer.status_code, len(told.asked), waits) == (429, 1, [])
    assert transport.limiter.limit < 16


def test_what_is_learned_is_told_once_it_changes(to):
    """Each new limit, and only a new one."""
    learned = []
    with talker(Told("200 OK", "429 Too Many Requests")) as busy:
        transport, _ = to(busy.url, at_once=AtOnce(learn=learned.append))
        for _ in range(3):
            transport.request("GET", "https://api.twilio.com/x")

    assert learned == [15]


def test_an_answer_without_a_wait_asks_for_none():
    """Most refusals carry no such header."""
    assert Answer(429, b"", {}).retry_after == 0
