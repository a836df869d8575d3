"""
Live mode, end to end, without Twilio: through a proxy that ends TLS for ``*.twilio.com``.

The kit is opened live, with live-looking credentials, and takes proxy and CA from the
environment as every program that uses ``requests`` does.
"""

import contextlib
import socket
import ssl
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme
from twilio.rest import Client

from helpers.core.errors import CredentialsRefused, NoNetwork, NotSent
from helpers.core.number_note import NumberNote
from helpers.core.records import Confirmation
from helpers.desk import opening
from helpers.desk.desk import Desk
from helpers.gateway.credentials import connect_live
from helpers.gateway.gateway import Gateway
from helpers.gateway.transport import Transport
from helpers.journal.journal import Journal, journal_file
from tests.support.golden import as_read
from tests.support.postgres import postgres_url


class EndsTls:
    """A proxy that answers CONNECT for twilio.com itself and passes the plain text on."""

    def __init__(self, target: str, authority: trustme.CA) -> None:
        self._target = urlsplit(target)
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("*.twilio.com", "twilio.com").configure_cert(self._context)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.asked_for: set[str] = set()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection):
        with connection, contextlib.suppress(OSError):
            request = b""
            while b"\r\n\r\n" not in request:
                request += connection.recv(4096)
            self.asked_for.add(request.split()[1].decode())
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with (
                self._context.wrap_socket(connection, server_side=True) as plain,
                socket.create_connection((self._target.hostname, self._target.port)) as twilio,
            ):
                back = threading.Thread(target=pass_on, args=(twilio, plain), daemon=True)
                back.start()
                pass_on(plain, twilio)
                back.join()

    def close(self):
        # A listener that is only closed does not wake the thread that waits at it.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)


def pass_on(source, target):
    with contextlib.suppress(OSError):
        while received := source.recv(65536):
            target.sendall(received)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@pytest.fixture
def proxy(simulator, tmp_path, monkeypatch):
    """The way out of this machine leads through a proxy; what is behind it passes for Twilio."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    running = EndsTls(simulator.url, authority)
    monkeypatch.setenv("HTTPS_PROXY", running.url)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    for name in ("https_proxy", "NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    yield running
    running.close()


def open_there(connection, folder, clock):
    journal, protected = Journal(journal_file(folder / "journal.db")), folder / "protected.json"
    return Desk(connection, journal, memory=folder, files=folder, protected=protected, clock=clock, pause=clock.pause)


@pytest.fixture
def live_desk(proxy, simulator, tmp_path, clock):
    """A desk that was opened live."""
    sid, token = simulator.credentials["main_token"]
    connection = connect_live({"TWILIO_ACCOUNT_SID": sid, "TWILIO_AUTH_TOKEN": token})
    desk = open_there(connection, tmp_path, clock)
    yield desk
    desk.session.gateway.transport.close()


def test_the_whole_story_live_through_a_proxy(live_desk, proxy, simulator):
    """Opened live: seen, judged, released, proved, and taken back, over TLS to api.twilio.com."""
    (number,) = [number for number in live_desk.inventory().numbers if number.friendly_name == "Old hotline"]
    decision = live_desk.decide(number)
    released = live_desk.acts.release(Confirmation("one", decision, number.phone_number))
    back = live_desk.acts.restore(released.entry, typed=number.phone_number)

    assert released.entry.state == "released"
    assert back.differences == {}
    assert {host.removesuffix(".twilio.com:443") for host in proxy.asked_for} >= {"api", "pricing", "messaging"}
    assert all(host.endswith(".twilio.com:443") for host in proxy.asked_for)
    assert len([request for request in simulator.requests if request["method"] == "DELETE"]) == 1
    assert "LIVE" in live_desk._repr_html_()
    assert "ractice" not in live_desk._repr_html_()


def test_a_report_is_made_live_and_sends_nothing_but_looks(live_desk, simulator, tmp_path):
    """Over the same way; and nothing in it says that it is practice."""
    before = len(simulator.requests)
    report = live_desk.report(folder=tmp_path / "reports")
    page = next(file for file in report.files if file.suffix == ".html").read_text()

    assert '"mode":"live"' in report.line
    assert "PRACTICE" not in report.text + page
    assert {request["method"] for request in simulator.requests[before:]} == {"GET"}
    assert len(simulator.requests) - before > 50


def test_the_plain_sdk_takes_the_same_way(proxy, simulator):
    """The practice Twilio passes for Twilio to the unmodified SDK, host names and all."""
    client = Client(*simulator.credentials["main_token"])
    client.http_client.session.trust_env = True
    accounts = client.api.accounts.list()

    assert {account.friendly_name for account in accounts} >= {"Acme", "Acme Support"}
    client.http_client.session.close()


def test_a_live_desk_offers_nothing_to_try_out(live_desk, capsys, snapshot):
    """The first notebook ends with a rehearsal; on real numbers it names the notebook that is about them."""
    assert live_desk.rehearsal() is None
    assert as_read(capsys.readouterr().out) == snapshot


def test_a_live_desk_has_no_practice_controls(live_desk):
    """Nobody moves the real Twilio's clock."""
    with pytest.raises(AttributeError, match="LIVE"):
        live_desk.practice  # noqa: B018  # asking is the test


def test_wrong_credentials_live_are_a_sentence(proxy, tmp_path, clock, snapshot):
    """A revoked token is told from a broken network."""
    connection = connect_live({"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "1" * 32})

    with pytest.raises(CredentialsRefused) as refused:
        open_there(connection, tmp_path, clock)
    assert as_read(str(refused.value)) == snapshot


def test_an_inspecting_proxy_with_an_unknown_certificate_is_a_sentence(proxy, tmp_path, clock, monkeypatch):
    """The certificate is not trusted: said so, with the name of the setting that mends it."""
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "other.pem"))
    connection = connect_live({"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "1" * 32})

    with pytest.raises(NoNetwork, match="REQUESTS_CA_BUNDLE"):
        open_there(connection, tmp_path, clock)


def test_a_proxy_that_is_not_there_is_a_sentence(tmp_path, clock, monkeypatch):
    """Nothing listens where HTTPS_PROXY points."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    connection = connect_live({"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "1" * 32})

    with pytest.raises(NoNetwork, match="proxy"):
        open_there(connection, tmp_path, clock)


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem", "REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names is not there"),
        ("HTTPS_PROXY", "http:///8080", "HTTPS_PROXY or ALL_PROXY is not the address of a proxy"),
        ("HTTPS_PROXY", "ftp://127.0.0.1:1", "HTTPS_PROXY or ALL_PROXY is not the address of a proxy"),
        ("HTTPS_PROXY", "http://ann:hunter2@127.0.0.1:port", "HTTPS_PROXY or ALL_PROXY is not the address of a proxy"),
        ("HTTPS_PROXY", "socks5://ann:hunter2@127.0.0.1:1", "asks for a SOCKS proxy"),
        ("ALL_PROXY", "socks5h://127.0.0.1:1", "asks for a SOCKS proxy"),
    ],
)
def test_a_setting_that_lets_nothing_out_is_named(proxy, tmp_path, clock, monkeypatch, setting, value, sentence):
    """Nothing left, which is certain, so a release is told so; and the sentence says what to correct."""
    if setting == "ALL_PROXY":
        monkeypatch.delenv("HTTPS_PROXY")
    monkeypatch.setenv(setting, value)
    connection = connect_live({"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "1" * 32})
    with pytest.raises(NoNetwork, match=sentence) as said:
        open_there(connection, tmp_path, clock)
    gateway = Gateway(connection, Transport(origin=None, clock=lambda: 0, sleep=lambda _: None, jitter=lambda: 0.5))
    with pytest.raises(NotSent, match=sentence):
        gateway.delete_number("AC" + "0" * 32, "PN" + "0" * 32)
    gateway.transport.close()

    assert "hunter2" not in str(said.value)
    assert proxy.asked_for == set()


def test_what_was_protected_before_a_team_shared_a_journal_stays_protected(home, monkeypatch, clock):
    """It is taken over once: what a colleague unprotects afterwards stays unprotected."""
    journals = []
    monkeypatch.setattr(opening, "Desk", lambda _, journal, **__: journals.append(journal))
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "0" * 32)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "1" * 32)
    opening.open_desk(live=True)
    kept = {**dict.fromkeys(("why", "who", "since"), "x"), "kind": "name", "rule": ""}
    lines = [{**kept, "what": what} for what in ("a", "b")]
    note = NumberNote("+14155550112", "", "Ann", date(2027, 1, 31), "ann@desk", clock())
    journals[-1].notes.protect(lines, at=clock())
    journals[-1].notes.write(note, before=None)

    monkeypatch.setenv("TWILIO_DESK_JOURNAL", postgres_url())
    opening.open_desk(live=True)
    assert journals[-1].shared
    assert journals[-1].notes.protections() == lines
    assert journals[-1].notes.notes() == {note.phone_number: note}
    journals[-1].notes.unprotect(lines[0], by="bob@desk", at=clock())
    journals[-1].notes.write(later := replace(note, keep_until=None), before=note)
    opening.open_desk(live=True)
    assert journals[-1].notes.protections() == lines[1:]
    assert journals[-1].notes.notes() == {note.phone_number: later}


def test_live_and_practice_share_no_file(home, monkeypatch):
    """Each has a journal, plans and exports of its own, in folders of their own, wherever the notebook lies."""
    places, witnesses, others = [], set(), []

    def journal(place, *, witness):
        places.append(Path(place.database))
        witnesses.add(witness)

    monkeypatch.setattr(opening, "Journal", journal)
    monkeypatch.setattr(opening, "Desk", lambda *_, files, **__: others.append(files))
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "0" * 32)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "1" * 32)
    for live in (True, False):
        opening.open_desk(live=live)
    opening.connect_simulator(places[1].parent)[1].stop()

    assert [place.parent.name for place in places] == ["live", "practice"]
    assert others == [place.parent for place in places]
    # How long they are is kept where neither of them lies.
    assert not any(
        place.is_relative_to(witness) or witness.is_relative_to(place.parent)
        for place in places
        for witness in witnesses
    )
