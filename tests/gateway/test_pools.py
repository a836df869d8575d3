"""The kept connections: what leaves on them leaves once, the way that the environment says, and to whom it is meant."""

import ssl
import time
from base64 import b64encode

import pytest
import trustme

from helpers.core.reasons import Obstacle
from helpers.gateway.transport import Transport
from tests.support.in_between import talker

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
SETTINGS = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE")


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch):
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def to():
    made = []

    def transport(origin=None):
        made.append(
            Transport(
                origin=origin, clock=time.monotonic, sleep=lambda _: None, jitter=lambda: 0.5, timeouts=(2.0, 2.0)
            )
        )
        return made[-1]

    yield transport
    for one in made:
        one.close()


@pytest.fixture
def authority():
    return trustme.CA()


@pytest.fixture
def trusted(authority, tmp_path):
    """The file of whoever trusts the authority."""
    authority.cert_pem.write_to_path(tmp_path / "trusted.pem")
    return tmp_path / "trusted.pem"


def certified(authority, *names):
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(server)
    return server


def ask(transport, url, method="GET", **more):
    return transport.request(method, f"{url}/2010-04-01/Accounts.json", auth=("AC", "hush"), **more)


def in_turn(*answers):
    """Answer each request with the next of *answers*; an empty one ends the connection."""
    left = list(answers)

    def talk(connection):
        if not (answer := left.pop(0)):
            raise OSError
        connection.sendall(answer)

    return talk


@pytest.mark.parametrize("method", ["DELETE", "POST"])
def test_a_change_on_a_kept_connection_that_breaks_is_sent_once(to, method):
    """Nobody knows whether it was carried out: the connection was alive when it left."""
    with talker(in_turn(OK, b"", OK, OK)) as ends:
        transport = to(ends.url)
        ask(transport, "https://api.twilio.com")
        answer = ask(transport, "https://api.twilio.com", method, data={"a": "b"})

        assert answer.missing == "silence"
        assert [heard.split()[0] for heard in ends.heard] == [b"GET", method.encode()]
        assert ends.connections == 1


def test_a_change_takes_a_new_connection_where_the_kept_one_has_ended(to):
    """The server closed it while nothing was under way: nothing left on it."""

    def talk(connection):
        connection.sendall(OK)
        raise OSError

    with talker(talk) as ends:
        transport = to(ends.url)
        ask(transport, "https://api.twilio.com")
        time.sleep(0.1)
        answer = ask(transport, "https://api.twilio.com", "DELETE")

        assert answer.status_code == 200
        assert [heard.split()[0] for heard in ends.heard] == [b"GET", b"DELETE"]
        assert ends.connections == 2


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Again", "308 Again"])
@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
def test_a_redirect_is_an_answer(to, method, status):
    """Wherever it leads, nothing is sent there."""
    with talker(in_turn(OK)) as elsewhere:
        leads = f"HTTP/1.1 {status}\r\nLocation: {elsewhere.url}/\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"
        with talker(in_turn(leads.encode())) as here:
            answer = ask(to(here.url), "https://api.twilio.com", method)

            assert answer.status_code == int(status.split()[0])
            assert (len(here.heard), elsewhere.connections) == (1, 0)


def test_no_cookie_is_kept(to):
    """Each request stands for itself."""
    with talker(in_turn(OK.replace(b"\r\n\r\n", b"\r\nSet-Cookie: a=b; Path=/\r\n\r\n"), OK)) as sets:
        transport = to(sets.url)
        for _ in range(2):
            ask(transport, "https://api.twilio.com")

        assert [b"cookie" in heard.lower() for heard in sets.heard] == [False, False]


def test_no_other_credentials_are_sent(to, authority, trusted, tmp_path, monkeypatch):
    """A ``.netrc`` that knows the host is for other programs."""
    (tmp_path / "netrc").write_text("machine localhost login somebody password else\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
    with talker(in_turn(OK), tls=certified(authority, "localhost")) as server:
        to().request("GET", f"{server.url}/2010-04-01/Accounts.json")

        assert b"authorization" not in server.heard[0].lower()


@pytest.mark.parametrize("setting", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_environment_says_whose_certificates_are_trusted(to, authority, trusted, monkeypatch, setting):
    """As for every program that uses requests; without it, this authority is unknown."""
    with talker(in_turn(OK), tls=certified(authority, "localhost")) as server:
        strange = ask(to(), server.url)
        monkeypatch.setenv(setting, str(trusted))
        known = ask(to(), server.url)

        assert (strange.obstacle, known.status_code) == (Obstacle.CERTIFICATE, 200)
        assert len(server.heard) == 1


def test_a_certificate_of_another_host_is_not_trusted(to, authority, trusted, monkeypatch):
    """It is genuine, and somebody else's."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
    with talker(in_turn(OK), tls=certified(authority, "api.twilio.com")) as server:
        answer = ask(to(), server.url)

        assert answer.obstacle == Obstacle.CERTIFICATE
        assert server.heard == []


def test_a_file_without_certificates_lets_nothing_out(to, authority, tmp_path, monkeypatch):
    """It is not taken for the usual ones."""
    (tmp_path / "empty.pem").write_text("nothing\n")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "empty.pem"))
    with talker(in_turn(OK), tls=certified(authority, "localhost")) as server:
        answer = ask(to(), server.url)

        assert answer.obstacle == Obstacle.CERTIFICATE
        assert server.heard == []


@pytest.mark.parametrize("scheme", ["http", "https", ""])
def test_a_proxy_is_told_its_own_password_and_nothing_else(to, authority, trusted, monkeypatch, scheme):
    """By HTTP or by TLS: it hears where to, and who asks the proxy; what is said to Twilio goes through it unread."""
    server = certified(authority, "localhost", "api.twilio.com")

    def tunnel(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        inside = ssl.MemoryBIO(), ssl.MemoryBIO()
        twilio = server.wrap_bio(*inside, server_side=True)

        def pump(step):
            while True:
                try:
                    done = step()
                except ssl.SSLWantReadError:
                    connection.sendall(inside[1].read())
                    inside[0].write(connection.recv(65_536))
                else:
                    connection.sendall(inside[1].read())
                    return done

        pump(twilio.do_handshake)
        proxy.heard.append(pump(lambda: twilio.read(65_536)))
        pump(lambda: twilio.write(OK))

    with talker(tunnel, tls=server if scheme == "https" else None) as proxy:
        address = f"ann:p%40ss@localhost:{proxy.port}"
        monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://{address}" if scheme else address)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
        answer = ask(to(), "https://api.twilio.com")
        told, inside = (heard.lower() for heard in proxy.heard)

    assert answer.status_code == 200
    assert told.startswith(b"connect api.twilio.com:443")
    assert b"proxy-authorization: basic " + b64encode(b"ann:p@ss").lower() in told
    assert b"\r\nauthorization" not in told
    assert b"proxy-authorization" not in inside
    assert b"\r\nauthorization: basic" in inside


@pytest.mark.parametrize("spared", ["localhost", "example.com, .localhost", "*"])
def test_a_host_that_needs_no_proxy_is_asked_directly(to, authority, trusted, monkeypatch, spared):
    """NO_PROXY names it; nothing listens where the proxy should be."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", spared)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
    with talker(in_turn(OK), tls=certified(authority, "localhost")) as server:
        assert ask(to(), server.url).status_code == 200


def test_nothing_of_the_environment_applies_to_the_practice_twilio(to, monkeypatch):
    """It is on this machine, whatever the way out of it is."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    with talker(in_turn(OK)) as here:
        assert ask(to(here.url), "https://api.twilio.com").status_code == 200


def test_a_secret_with_any_signs_is_sent_and_shown_in_no_exception(to):
    """A paste may bring some along; Twilio answers that it is wrong, and no traceback shows it."""
    with talker(in_turn(OK)) as ends:
        secret = "secret\u2026\ud800hunter2"
        answer = to(ends.url).request("GET", "https://api.twilio.com/x", auth=("SK1", secret))

        assert answer.status_code == 200
        assert b"Authorization: Basic " in ends.heard[0]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_an_answer_may_take_longer_than_a_connection(method):
    """To connect takes seconds at the most; an answer is waited for as long as Twilio may think."""

    def slowly(connection):
        time.sleep(0.6)
        connection.sendall(OK)

    with talker(slowly) as ends:
        transport = Transport(
            origin=ends.url, clock=time.monotonic, sleep=lambda _: None, jitter=lambda: 0.5, timeouts=(0.2, 3.0)
        )
        answer = ask(transport, "https://api.twilio.com", method)
        transport.close()

        assert answer.status_code == 200
        assert len(ends.heard) == 1
