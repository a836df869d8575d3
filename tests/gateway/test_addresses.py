"""Where a request goes: to Twilio and to nobody else, whatever an answer says comes next."""

import json
import ssl
import time

import pytest
import trustme

from helpers.core.errors import CannotRead
from helpers.gateway.addresses import is_at_twilio
from helpers.gateway.credentials import Connection
from helpers.gateway.gateway import Gateway
from helpers.gateway.transport import Transport
from tests.support.in_between import talker

SERVICES = "https://messaging.twilio.com/v1/Services"
MAIN, TOKEN = "AC" + "0" * 32, "1" * 32
ELSEWHERE = [
    "https://evil.example\\.twilio.com/v1/Services",
    "https://evil.example\\@messaging.twilio.com/v1/Services",
    "https://evil.example/\\.twilio.com/v1/Services",
    "https://evil.example%5c.twilio.com/v1/Services",
    "https://evil.example#.twilio.com/v1/Services",
    "https://evil.example?.twilio.com/v1/Services",
    "https://evil.example/.twilio.com/v1/Services",
    "https://evil.example;.twilio.com/v1/Services",
    "https://evil.example:443\\.twilio.com/v1/Services",
    "https://evil.example\t.twilio.com/v1/Services",
    "https://evil.example\n.twilio.com/v1/Services",
    "https://evil.example\x00.twilio.com/v1/Services",
    "https://evil.example .twilio.com/v1/Services",
    "https://evil.example\u3002twilio.com/v1/Services",
    "https://evil.example\uff0f.twilio.com/v1/Services",
    "https://evil.example\u2044.twilio.com/v1/Services",
    "https://messaging.twilio.com@evil.example/v1/Services",
    "https://user@messaging.twilio.com/v1/Services",
    "https://user:pass@messaging.twilio.com/v1/Services",
    "https://@messaging.twilio.com/v1/Services",
    "https://messaging.twilio.com:8443/v1/Services",
    "https://messaging.twilio.com:443/v1/Services",
    "https://messaging.twilio.com:@evil.example/v1/Services",
    "https://messaging.twilio.com.evil.example/v1/Services",
    "https://eviltwilio.com/v1/Services",
    "https://twilio.com/v1/Services",
    "https://.twilio.com/v1/Services",
    "https://messaging..twilio.com/v1/Services",
    "https://-.twilio.com/v1/Services",
    "https://messaging.twilio.com./v1/Services",
    "https://messaging.twilio.com",
    "https://messaging.twilio.com\\v1/Services",
    "https://messaging.twilio.com/v1\\Services",
    "https://messaging.twilio.com/v1/Services#1",
    "https://messaging.twilio.com/v1/Services?a= b",
    "https://messaging.twilio.com/v1/Services?a=\x7f",
    "https://messaging.twilio.com/v1/Services?a=\xe9",
    "https://messaging.twilio.com/v1/Services?a=1\n",
    "https://messaging.twilio.com/v1/../v2/Services",
    "https://xn--messaging-.twilio.com/v1/Services",
    "https://messaging.twilio.com%2f@evil.example/v1/Services",
    "https:////evil.example/.twilio.com/v1/Services",
    "https:///messaging.twilio.com/v1/Services",
    "https://[::1].twilio.com/v1/Services",
    " https://messaging.twilio.com/v1/Services",
    "HTTPS://messaging.twilio.com/v1/Services",
    "http://messaging.twilio.com/v1/Services",
    "//messaging.twilio.com/v1/Services",
    "ftp://messaging.twilio.com/v1/Services",
    "https:messaging.twilio.com/v1/Services",
]
AT_TWILIO = [
    f"{SERVICES}?PageSize=50&Page=1&PageToken=PAMG{'0' * 32}",
    "https://messaging.us1.twilio.com/v1/Services?PageToken=a%3D%3D",
    "https://api.twilio.com/2010-04-01/Accounts.json?DateSent%3E=2008-01-02&To=%2B14155550123&x=a.b_c-d~e,f:g;h+i",
    "https://conversations.twilio.com/v1/Configuration/Addresses?Page=1&PageToken=https://x@y/",
]


@pytest.mark.parametrize("url", ELSEWHERE)
def test_an_address_that_anybody_could_read_otherwise_is_not_twilios(url):
    """It is matched as a whole text: no name before the host, no port, no odd sign."""
    assert not is_at_twilio(url)


@pytest.mark.parametrize("url", AT_TWILIO)
def test_twilios_own_addresses_are_twilios(url):
    """With every sign that its pages have been seen to have."""
    assert is_at_twilio(url)


class Everybody:
    """A proxy behind which every host answers, under a certificate that is trusted: nothing stops a token there."""

    def __init__(self, server, following):
        self.server, self.pages, self.hosts, self.tokens = server, [following, None], [], []

    def __call__(self, connection):
        self.hosts.append(self.proxy.heard[-1].split()[1].decode())
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with self.server.wrap_socket(connection, server_side=True) as inside:
            while heard := self.proxy.request_of(inside):
                self.tokens.append(b"Authorization: Basic" in heard)
                page = {"services": [], "meta": {"next_page_url": self.pages.pop(0)}}
                body = json.dumps(page).encode()
                inside.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


@pytest.fixture
def read(tmp_path, monkeypatch):
    """Read a list whose first page says what comes next; the value is which hosts were spoken to."""
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("*.twilio.com", "*.us1.twilio.com", "evil.example").configure_cert(server)
    authority.cert_pem.write_to_path(tmp_path / "trusted.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "trusted.pem"))
    for name in ("NO_PROXY", "no_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)

    def reading(following):
        everybody = Everybody(server, following)
        with talker(everybody) as everybody.proxy:
            monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{everybody.proxy.port}")
            transport = Transport(
                origin=None, clock=time.monotonic, sleep=lambda _: None, jitter=lambda: 0.5, timeouts=(2.0, 2.0)
            )
            gateway = Gateway(Connection(True, MAIN, TOKEN, MAIN, None), transport)
            try:
                list(gateway.resources(MAIN, SERVICES, "services"))
                failure = None
            except CannotRead as failed:
                failure = failed
            transport.close()
        return failure, everybody

    return reading


@pytest.mark.parametrize("url", ELSEWHERE)
def test_no_token_goes_anywhere_but_to_twilio(read, url):
    """The page is not followed, and nobody else is so much as connected to."""
    failure, everybody = read(url)

    assert isinstance(failure, CannotRead)
    assert everybody.hosts == ["messaging.twilio.com:443"]
    assert everybody.tokens == [True]


@pytest.mark.parametrize("url", AT_TWILIO)
def test_what_comes_next_at_twilio_is_read(read, url):
    """On the same host or on another one of Twilio's."""
    failure, everybody = read(url)

    assert failure is None
    assert everybody.tokens == [True, True]
    assert {host.partition(":")[0].endswith(".twilio.com") for host in everybody.hosts} == {True}


@pytest.mark.parametrize(
    "uri",
    [
        *("//evil.example/2010-04-01/Accounts.json", "/\\evil.example/", "\\/evil.example/", "/a b", "/a#b", "/a\n"),
        *(
            "@evil.example/",
            ".evil.example/",
            ":8443/",
            "https://evil.example/",
            "/../../x",
            "/\xe9",
            "/a\x00",
            "/a\\b",
        ),
    ],
)
def test_a_relative_address_begins_with_one_slash(connect, between, simulator, uri):
    """On api.twilio.com a page names no host: whatever would make one of it is not followed."""
    between.answers("/Calls.json", 200, {"calls": [], "next_page_uri": uri})
    gateway = connect(url=between.url)
    asked = len(simulator.requests)

    with pytest.raises(CannotRead):
        list(gateway.log(gateway.connection.account_sid, "Calls", {}))
    assert (len(simulator.requests), len(between.answered)) == (asked, 1)
