"""A request that no parser accepts has no address any more: its answer is in the form of where it was sent."""

import json
import socket
from contextlib import suppress
from http.client import HTTPResponse
from urllib.parse import urlsplit

import pytest

from helpers.simulator import serve
from helpers.simulator.server import control
from helpers.simulator.server.simulator import Simulator
from tests.support.simulator_tools import BORN

CONTROL, TWILIO = "/__practice/clock", "/2010-04-01/Accounts.json"
BODY = b'{"days": 1}'


@pytest.fixture(scope="module")
def simulator():
    """Serve a world whose clock stands still."""
    with serve(world="acme", seed="unparsable", now=lambda: BORN) as simulator:
        yield simulator


def ask(simulator, start, headers=b"", body=b"", *, later=b""):
    """Send bytes as they are, what comes *later* by itself; return the status and the content of the answer."""
    where = urlsplit(simulator.url)
    head = f"{start}\r\nHost: 127.0.0.1\r\nControl-Token: {simulator.control_token}\r\nConnection: close\r\n"
    with socket.create_connection((where.hostname, where.port), timeout=5) as line:
        line.sendall(head.encode("latin-1") + headers + b"\r\n" + body)
        if later:
            line.settimeout(0.2)
            with suppress(TimeoutError):
                # The server has read what came before, and waits.
                line.recv(1, socket.MSG_PEEK)
            line.settimeout(5)
            line.sendall(later)
        with HTTPResponse(line) as answer:
            answer.begin()
            return answer.status, json.loads(answer.read())


UNREADABLE = {
    "coding br": b"Content-Type: application/json\r\nContent-Encoding: br\r\nContent-Length: 11\r\n",
    "coding zstd": b"Content-Type: application/json\r\nContent-Encoding: zstd\r\nContent-Length: 11\r\n",
    "NUL in charset": b"Content-Type: application/json; charset=u\0tf\r\nContent-Length: 11\r\n",
    "no colon": b"nothing\r\n",
    "no length": b"Content-Length: x\r\n",
    "unknown transfer": b"Transfer-Encoding: x\r\n",
    "a long header": b"X: " + b"x" * 20_000 + b"\r\n",
}


@pytest.mark.parametrize("headers", UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("address", [CONTROL, f"http://127.0.0.1{CONTROL}", "/%5f_practice/clock"])
def test_a_control_that_cannot_be_parsed_is_answered_as_controls_are(simulator, controls, address, headers):
    """One key, "error", and nothing was changed."""
    before = controls("GET", "")
    status, answer = ask(simulator, f"POST {address} HTTP/1.1", headers, BODY)

    assert (status, list(answer)) == (400, ["error"])
    assert controls("GET", "") == before


@pytest.mark.parametrize("headers", UNREADABLE.values(), ids=UNREADABLE)
def test_elsewhere_the_answer_is_twilios(simulator, headers):
    """Its own address has Twilio's four fields; a control's name further on makes it none."""
    for address in (TWILIO, f"{TWILIO}?a=/__practice/", "/a/__practice/clock"):
        status, answer = ask(simulator, f"POST {address} HTTP/1.1", headers, BODY)

        assert (status, answer["code"], answer["status"]) == (400, 20001, 400)


@pytest.mark.parametrize("start", ["\x16\x03\x01", "POST", f"P\0ST {CONTROL} HTTP/1.1", f"POST {CONTROL} HTTP/9.9", ""])
def test_bytes_that_are_no_request_are_answered_all_the_same(simulator, start):
    """Also those of a browser that tries TLS."""
    status, answer = ask(simulator, start)

    assert status == 400
    assert "error" in answer or answer["code"] == 20001


@pytest.mark.parametrize(
    ("address", "content"), [(CONTROL, b"application/json"), (TWILIO, b"application/x-www-form-urlencoded")]
)
def test_a_body_that_breaks_later_is_answered_in_the_same_form(simulator, monkeypatch, address, content):
    """The first part of the request was read already; nobody waits for ever for a rest that never comes."""
    monkeypatch.setattr(control, "LONGEST_BODY", 0.5)
    headers = b"Content-Type: " + content + b"\r\nTransfer-Encoding: chunked\r\n"
    status, answer = ask(simulator, f"POST {address} HTTP/1.1", headers, later=b"zz\r\n")

    assert status == 400
    assert list(answer) == ["error"] if address == CONTROL else answer["code"] == 20001


@pytest.mark.parametrize("after", ["9" * 5000, "1" * 30, "\u00b2", "-1", ""])
def test_an_absurd_number_of_a_request_is_a_sentence(controls, after):
    """In the words of the controls, not of Python."""
    assert controls("GET", f"requests?after={after}") == (400, {"error": "'after' must be the number of a request."})


@pytest.mark.parametrize("address", [CONTROL, TWILIO])
def test_a_bug_outside_of_everything_is_no_bare_500(simulator, monkeypatch, address):
    """Whatever fails before a request is understood is answered in the form of its address."""

    def fail(*_):
        raise RuntimeError("planted")

    monkeypatch.setattr(control, "respond", fail)
    monkeypatch.setattr(Simulator, "note", fail)
    status, answer = ask(simulator, f"GET {address} HTTP/1.1")

    assert status == 500
    assert list(answer) == ["error"] if address == CONTROL else answer["code"] == 20500
