"""Answers that would never end: they drip, they unfold, or nobody waits for them any more."""

import gzip
import socket
import ssl
import time
import tracemalloc
import zlib
from threading import Event, Timer

import pytest
import trustme

from helpers.core.errors import LookStopped, NoAnswer, NotSent
from helpers.core.failures import obstacle
from helpers.gateway.transport import DEADLINE, TIMEOUTS, Transport
from tests.support.golden import as_read
from tests.support.in_between import talker

OK = b"HTTP/1.1 200 OK\r\n"
#: What comes at once, and what comes again and again after it.
DRIPS = {
    "status": (b"", b"H"),
    "end of the status": (b"HTTP/1.1 200 ", b"O"),
    "continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "headers": (OK, b"X: y\r\n"),
    "one header": (OK + b"X: ", b"y"),
    "body": (OK + b"Content-Length: 99999\r\n\r\n", b" "),
    "body without a length": (OK + b"\r\n", b" "),
    "packed body": (OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"")[:-8], b""),
    "empty packed parts": (OK + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"")),
    "chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "a chunk's length": (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1"),
    "trailers": (OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n"),
    "redirect": (b"HTTP/1.1 302 Found\r\nLocation: https://localhost/\r\nContent-Length: 99999\r\n\r\n", b" "),
    "no content": (b"HTTP/1.1 204 No Content\r\nX: ", b"y"),
    "refusal": (b"HTTP/1.1 503 No\r\nContent-Length: 99999\r\n\r\n", b" "),
}


def dripping(begins, drop):
    def talk(connection):
        connection.sendall(begins)
        while True:
            connection.sendall(drop)
            time.sleep(0.02)

    return talk


def answering(body, *headers, status="200 OK"):
    head = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""]
    whole = "\r\n".join(head).encode() + body

    def talk(connection):
        connection.sendall(whole)

    return talk


@pytest.fixture
def to():
    """Make transports to somewhere, with a deadline of 0.6 seconds if nothing else is said."""
    made = []

    def transport(url, *, timeouts=(2.0, 0.3), sleep=lambda _: None):
        made.append(
            Transport(origin=url, clock=time.monotonic, sleep=sleep, jitter=lambda: 0.5, timeouts=timeouts),
        )
        return made[-1]

    yield transport
    for one in made:
        one.close()


def asked(transport, method="DELETE", *, url="https://api.twilio.com/2010-04-01/Accounts.json"):
    began = time.monotonic()
    answer = transport.request(method, url, auth=("AC", "hush"))
    return answer, time.monotonic() - began


def test_a_whole_request_may_take_twice_as_long_as_a_silence():
    """A minute, which whoever waits for the end of a request can rely on."""
    assert DEADLINE == 2 * TIMEOUTS[1] == 60


@pytest.mark.parametrize("drip", DRIPS)
def test_an_answer_that_drips_is_silence_when_the_deadline_is_over(to, drip, snapshot):
    """Whatever of it drips: a byte in time is no answer in time."""
    with talker(dripping(*DRIPS[drip])) as slow:
        answer, took = asked(to(slow.url))

    assert (answer.missing, slow.connections) == ("silence", 1)
    assert 0.25 < took < 1.6
    if drip != "packed body":
        assert as_read(obstacle(answer.obstacle, answer.limit)) == snapshot


def test_a_release_whose_answer_drips_is_open(connect, quiet, snapshot):
    """It may have been carried out: nothing is concluded, and nothing is sent again."""
    with talker(dripping(*DRIPS["body"])) as slow:
        gateway = connect(url=slow.url, timeouts=(2.0, 0.2))
        with pytest.raises(NoAnswer) as refused:
            gateway.delete_number(quiet.account_sid, quiet.sid)
        assert as_read(str(refused.value)) == snapshot

        assert slow.connections == 1


def test_a_change_that_was_stopped_before_it_left_changed_nothing(connect, simulator, quiet, snapshot):
    """It is not open what became of it: nobody at Twilio ever heard of it."""
    gateway, stop = connect(), Event()
    stop.set()
    with (
        gateway.until(stop),
        pytest.raises(NotSent) as refused,
    ):
        gateway.delete_number(quiet.account_sid, quiet.sid)
    assert as_read(str(refused.value)) == snapshot

    assert [request for request in simulator.requests if request["method"] == "DELETE"] == []


@pytest.mark.parametrize("drip", ["status", "body", "refusal"])
def test_a_stopped_read_ends_with_the_answer_that_is_under_way(connect, quiet, drip):
    """Nothing is asked for again, and no time is waited for that."""
    stop = Event()
    with talker(dripping(*DRIPS[drip])) as slow:
        gateway = connect(url=slow.url, timeouts=(2.0, 0.3))
        Timer(0.2, stop.set).start()
        began = time.monotonic()
        with gateway.until(stop), pytest.raises(LookStopped):
            gateway.number(quiet.account_sid, quiet.sid)

    assert time.monotonic() - began < 1.6
    assert slow.connections == 1


def test_a_wait_for_another_try_ends_when_it_is_stopped(to):
    """It comes in short pieces: a second after the last answer would be too late."""
    waits, stop = [], Event()

    def sleep(seconds):
        waits.append(seconds)
        if len(waits) == 20:
            stop.set()

    busy = b'{"code": 20429, "message": "Too Many Requests"}'
    with talker(answering(busy, status="429 Too Many Requests")) as throttling:
        transport = to(throttling.url, sleep=sleep)
        with transport.only_while(lambda: not stop.is_set(), missing="stopped"):
            answer, _ = asked(transport, "GET")

    assert (answer.missing, len(waits)) == ("stopped", 20)
    assert max(waits) <= 0.2


@pytest.fixture
def certificates(tmp_path):
    """A certificate for localhost and for Twilio's host, and the file of whoever trusts it."""
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "api.twilio.com").configure_cert(server)
    trusted = tmp_path / "trusted.pem"
    authority.cert_pem.write_to_path(trusted)
    return server, str(trusted)


@pytest.mark.parametrize("drip", ["status", "headers", "body", "chunks"])
def test_it_drips_under_tls_as_well(to, certificates, monkeypatch, drip, snapshot):
    """The real Twilio speaks nothing else."""
    server, trusted = certificates
    with talker(dripping(*DRIPS[drip]), tls=server) as slow:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", trusted)
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.delenv(name, raising=False)
        answer, took = asked(to(None), url=f"{slow.url}/2010-04-01/Accounts.json")

    assert (answer.missing, took < 1.6) == ("silence", True)
    assert as_read(obstacle(answer.obstacle, answer.limit)) == snapshot


@pytest.mark.parametrize("drip", ["status", "headers", "body"])
@pytest.mark.parametrize("where", ["in its own answer", "behind it"])
def test_it_drips_through_a_proxy_as_well(to, certificates, monkeypatch, drip, where):
    """A proxy that drips before it lets anybody through, and one behind which Twilio drips."""
    server, trusted = certificates

    def tunnel(connection):
        if where == "in its own answer":
            dripping(*DRIPS[drip])(connection)
        connection.sendall(OK + b"\r\n")
        with server.wrap_socket(connection, server_side=True) as inside:
            proxy.request_of(inside)
            dripping(*DRIPS[drip])(inside)

    with talker(tunnel) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", trusted)
        for name in ("NO_PROXY", "no_proxy", "https_proxy"):
            monkeypatch.delenv(name, raising=False)
        answer, took = asked(to(None))

    # A proxy's "200" is whole before its body, so there what drips is the handshake, which is cut short at once.
    assert answer.missing == "silence"
    assert took < 2.6
    assert proxy.heard[0].startswith(b"CONNECT api.twilio.com:443")


def test_nothing_leaves_after_the_deadline(connect, simulator, quiet, monkeypatch):
    """Looking up a name has no time-out: a request that comes to its turn too late stays here."""
    really = socket.getaddrinfo
    gateway = connect(timeouts=(2.0, 0.1))

    def slowly(*args, **named):
        time.sleep(0.3)
        return really(*args, **named)

    monkeypatch.setattr(socket, "getaddrinfo", slowly)
    with pytest.raises(NotSent):
        gateway.delete_number(quiet.account_sid, quiet.sid)
    assert [request for request in simulator.requests if request["method"] == "DELETE"] == []


def unfolding(wbits):
    """Pack two gigabytes of zeros in two megabytes: so many that nobody has the memory for them."""
    zeros, packed = bytes(2**24), zlib.compressobj(9, wbits=wbits)
    begin, again = (packed.compress(zeros) + packed.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return begin + again * 127


@pytest.fixture(scope="module")
def bomb():
    return unfolding(wbits=31)


#: How a body is packed, and what its header says of that.
BOMBS = {
    "gzip": (lambda bomb: bomb, "gzip"),
    "gzip in gzip": (gzip.compress, "gzip, gzip"),
    "gzip in gzip in gzip": (lambda bomb: gzip.compress(gzip.compress(bomb)), "gzip,gzip,gzip"),
    "many parts": (lambda bomb: gzip.compress(bytes(2**24)) * 128, "gzip"),
    "deflate": (lambda bomb: unfolding(wbits=15), "deflate"),
    "plain": (lambda bomb: bytes(2**25 + 1), "identity"),
}


@pytest.mark.parametrize("status", ["200 OK", "302 Found", "404 Not Found"])
@pytest.mark.parametrize("kind", BOMBS)
def test_an_answer_that_unfolds_without_end_is_not_unfolded(to, bomb, kind, status, snapshot):
    """It counts as no answer, takes no memory, and is asked for once."""
    pack, says = BOMBS[kind]
    headers = (f"Content-Encoding: {says}", "Location: https://localhost/")
    with talker(answering(pack(bomb), *headers, status=status)) as large:
        transport = to(large.url, timeouts=(5.0, 20.0))
        tracemalloc.start()
        answer, _ = asked(transport, "GET")
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert (answer.missing, large.connections, transport.sent) == ("too large", 1, 1)
    assert as_read(obstacle(answer.obstacle, answer.limit)) == snapshot
    assert most < 50 * 2**20


def test_a_large_answer_is_read_whole(to):
    """Up to the limit, however it is packed."""
    body = bytes(range(256)) * 2**16
    once = gzip.compress(body)
    for packed, says in ((body, "identity"), (once, "gzip"), (gzip.compress(once), "gzip, gzip"), (once * 2, "gzip")):
        with talker(answering(packed, f"Content-Encoding: {says}")) as large:
            answer, _ = asked(to(large.url, timeouts=(5.0, 20.0)), "GET")
        assert answer.status_code == 200
        assert answer.body == body * (2 if packed == once * 2 else 1)


@pytest.mark.parametrize("body", [b"", b"{}", bytes(2**20)])
@pytest.mark.parametrize("packed", [False, True])
def test_a_connection_is_used_again(to, body, packed):
    """A thousand pages are not a thousand handshakes."""
    told = (gzip.compress(body), "Content-Encoding: gzip") if packed else (body,)
    with talker(answering(*told)) as usual:
        transport = to(usual.url, timeouts=(5.0, 20.0))
        answers = [asked(transport, "GET")[0] for _ in range(5)]

    assert [answer.body for answer in answers] == [body] * 5
    assert usual.connections == 1


def test_each_request_has_a_deadline_of_its_own(to):
    """What is left of one is not all that the next one on the same connection has."""

    def late(connection):
        time.sleep(0.2)
        answering(b"{}")(connection)

    with talker(late) as usual:
        transport = to(usual.url)
        answers = [asked(transport)[0] for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200] * 5
    assert usual.connections == 1
