"""Requests that no client of Twilio's would send: the practice Twilio answers each in Twilio's words."""

import base64
import gzip
import http.client
import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from tests.safety.figures import Figures
from tests.safety.rig import Rig, company

FORM = "application/x-www-form-urlencoded"
LONG = "9" * 5000


@dataclass
class Odd:
    """One request, as it goes over the line."""

    method: str
    path: str
    body: bytes = b""
    headers: dict[str, str | bytes] = field(default_factory=dict)


def measure(runs: int) -> Figures:
    """Send every odd request; an answer that is no JSON of Twilio's, or none, is untrue."""
    figures = Figures("odd requests")
    with company("acme") as rig:
        login = rig.about["account_sid"], rig.about["auth_token"]
        for odd in list(odd_requests(rig))[:runs]:
            figures.runs += 1
            figures.untrue += (wrong := answered_wrongly(rig.simulator.url, login, odd)) is not None
            if wrong is not None:
                print(f"  {odd.method} {odd.path[:80]} {str(odd.headers)[:80]}: {wrong}")
    return figures


def answered_wrongly(url: str, login: Sequence[str], odd: Odd) -> str | None:
    """Say what is wrong with the answer to a request; None where nothing is."""
    where = urlsplit(url)
    token = base64.b64encode(":".join(login).encode()).decode()
    headers = {"Authorization": f"Basic {token}", "Content-Length": str(len(odd.body)), **odd.headers}
    with closing(http.client.HTTPConnection(where.hostname or "", where.port, timeout=10)) as connection:
        try:
            connection.putrequest(odd.method, odd.path, skip_host="Host" in odd.headers, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders(odd.body)
            answer = connection.getresponse()
            body = answer.read()
        except (http.client.HTTPException, OSError) as failure:
            return repr(failure)
    if odd.method == "HEAD" or answer.status in {204, 304}:
        return None
    try:
        told = json.loads(body)
    except ValueError:
        return f"{answer.status} {body[:60]!r}"
    if answer.status < 300:
        return None
    ours = odd.path.startswith("/__practice/")
    fits = "error" in told if ours else isinstance(told.get("code"), int) and told.get("status") == answer.status
    if answer.status >= 500:
        # Nobody ordered a fault: it is a bug of the simulator's own.
        return f"{answer.status}: {body[:60]!r}"
    return None if fits else f"{answer.status} {body[:60]!r}"


def odd_requests(rig: Rig) -> Iterator[Odd]:
    """Make the requests."""
    account = f"/2010-04-01/Accounts/{rig.about['account_sid']}"
    numbers = f"{account}/IncomingPhoneNumbers.json"
    number = f"{account}/IncomingPhoneNumbers/PN{'0' * 32}.json"
    lists = [numbers, "/2010-04-01/Accounts.json", f"{account}/Calls.json", f"{account}/Messages.json"]
    lists += [f"{account}/Applications.json", f"{account}/Usage/Records.json", f"{account}/OutgoingCallerIds.json"]
    lists += [f"{account}/Keys.json", f"{account}/AvailablePhoneNumbers/US/Local.json", "/v1/Events", "/v1/Keys"]
    yield from _bodies(numbers, number, f"{account}.json", "/2010-04-01/Accounts.json", f"{account}/Messages.json")
    yield from _bodies(f"{account}/Keys.json", "/v1/Keys")
    yield from _parts(numbers, number)
    yield from _policies(rig.about["account_sid"])
    yield from _queries(lists)
    yield from _headers(numbers, number)
    yield from _paths(account)
    yield from _methods(numbers, number)
    yield from _controls(rig.about["control_token"])


def _bodies(*paths: str) -> Iterator[Odd]:
    odd = [
        (b"--x--", {"Content-Type": "multipart/form-data"}),
        (b"--x\r\n", {"Content-Type": "multipart/form-data; boundary=x"}),
        (b"a", {"Content-Type": "multipart/form-data; boundary="}),
        (b"VoiceUrl=x", {"Content-Type": f"{FORM}; charset=klingon"}),
        (b"VoiceUrl=x", {"Content-Type": f"{FORM}; charset=utf-7"}),
        (b"VoiceUrl=\xff\xfe", {"Content-Type": FORM}),
        (b"VoiceUrl=%ff%fe", {"Content-Type": FORM}),
        (b"VoiceUrl=%00", {"Content-Type": FORM}),
        (b"\xff=\xff&=&&==", {"Content-Type": FORM}),
        (b"not gzip", {"Content-Type": FORM, "Content-Encoding": "gzip"}),
        (b"not deflate", {"Content-Type": FORM, "Content-Encoding": "deflate"}),
        (b"not brotli", {"Content-Type": FORM, "Content-Encoding": "br"}),
        (b"VoiceUrl=x", {"Content-Type": FORM, "Content-Encoding": "sdch"}),
        (b"{}", {"Content-Type": "application/json"}),
        (b"[" * 100_000, {"Content-Type": "application/json"}),
        (b"x", {"Content-Type": "\xe9"}),
        (b"x", {"Content-Type": ";;;"}),
        (b"VoiceUrl=" + b"x" * 1_200_000, {"Content-Type": FORM}),
        (b"a=1&" * 5_000, {"Content-Type": FORM}),
        (b"PhoneNumber=+1&PhoneNumber=+2&AccountSid=AC", {"Content-Type": FORM}),
        (b"", {}),
    ]
    for path in paths:
        for body, headers in odd:
            yield Odd("POST", path, body, dict(headers))


def _parts(*paths: str) -> Iterator[Odd]:
    """Make multipart forms with a part that cannot be read."""
    named = b'Content-Disposition: form-data; name="VoiceUrl"\r\n'
    charset = b'Content-Disposition: form-data; name="_charset_"\r\n\r\n'
    parts = [
        named + b"Content-Transfer-Encoding: x\r\n\r\nx",
        named + b"Content-Type: text/plain; charset=klingon\r\n\r\nx",
        charset + b"klingon",
        charset + b"x" * 40,
        b"no colon\r\n\r\nx",
        named + b"X: " + b"x" * 10_000 + b"\r\n\r\nx",
        named + b"X: \xff\xfe\r\n\r\nx",
        named + b"X: x\r\n" * 500 + b"\r\nx",
        named + b"Content-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\n--y--",
        b"\r\nx",
    ]
    for path in paths:
        for part in parts:
            body = b"--x\r\n" + part + b"\r\n--x\r\n" + named + b"\r\nx\r\n--x--\r\n"
            yield Odd("POST", path, body, {"Content-Type": "multipart/form-data; boundary=x"})


def _queries(lists: list[str]) -> Iterator[Odd]:
    values = [LONG, "-1", "0", "abc", "%EF%BC%91%EF%BC%90", "1e3", "%ff", "%00", "", "1" * 30]
    for path in lists:
        for name in ("PageSize", "Page", "PageToken"):
            yield from (Odd("GET", f"{path}?{name}={value}") for value in values)
    dates = ["0001-01-01", "9999-12-31", "99999-01-01", "0000-00-00", "-1", "2026-02-30", "%ff", LONG, "", "2026-W01"]
    dates += ["2026-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00%2B23:59"]
    days = ["StartDate", "EndDate"]
    fields = {"Calls": ["StartTime", "EndTime"], "Messages": ["DateSent"], "Usage/Records": days, "/v1/Events": days}
    for path in lists:
        for resource, names in fields.items():
            if path.removesuffix(".json").endswith(resource):
                for name in names:
                    for mark in ("", "%3E", "%3C"):
                        yield from (Odd("GET", f"{path}?{name}{mark}={date}") for date in dates)


def _policies(account_sid: str) -> Iterator[Odd]:
    odd = ["[" * 100_000, "null", "[]", '{"allow": {}}', '{"allow": [1]}', '{"allow": ["\\u0000"]}', LONG, '"\\ud800"']
    for policy in odd:
        body = urlencode({"AccountSid": account_sid, "KeyType": "restricted", "Policy": policy})
        yield Odd("POST", "/v1/Keys", body.encode(), {"Content-Type": FORM})


def _headers(*paths: str) -> Iterator[Odd]:
    names = [b"Basic \xff\xfe", b"Basic", b"Basic !!!", b"Bearer x", b"", b"Basic /w==", b"Basic " + b"QQ" * 3000]
    for path in paths:
        yield from (Odd("GET", path, headers={"Authorization": name}) for name in names)
        yield Odd("GET", path, headers={"Host": "\xe9"})
        yield Odd("GET", path, headers={"Host": "api.twilio.com:99999"})
        yield Odd("GET", path, headers={"Accept-Encoding": "nonsense;q=9"})
        yield Odd("GET", path, headers={"If-Modified-Since": "yesterday"})
    yield from (Odd("GET", "/__practice/", headers={"Control-Token": token}) for token in (b"\xff", b"", b"Q" * 7000))


def _paths(account: str) -> Iterator[Odd]:
    for odd in ("%0a", "%00", "%ff", "%2e%2e", ";x=y", "%", "%zz", "x" * 7000, "%E2%80%AE", "PN%0a", "..", "*"):
        yield Odd("GET", f"{account}/IncomingPhoneNumbers/{odd}.json")
        yield Odd("GET", f"/{odd}")
        yield Odd("DELETE", f"{account}/IncomingPhoneNumbers/{odd}.json")
    yield Odd("GET", f"{account}//IncomingPhoneNumbers.json")


def _methods(*paths: str) -> Iterator[Odd]:
    for path in paths:
        yield from (Odd(method, path) for method in ("PUT", "PATCH", "OPTIONS", "HEAD", "TRACE", "BREW"))


def _controls(token: str) -> Iterator[Odd]:
    ours: dict[str, str | bytes] = {"Content-Type": "application/json", "Control-Token": token}
    for name in ("faults", "clock", "reset", "rebuy", "reclaim", "watch", "nothing"):
        for body in (
            *(b"", b"[]", b"null", b"{", b"\xff", b'{"days": 1e999}', b'{"days": NaN}', b"[" * 100_000, b'"x"'),
            b'{"seconds": ' + b"9" * 5000 + b"}",
            b'{"days": 99999999999}',
            b'{"fault": [], "times": 1e400}',
            b'{"pid": -1}',
        ):
            yield Odd("POST", f"/__practice/{name}", body, dict(ours))
        for body, headers in (
            *((b"no", {"Content-Encoding": coding}) for coding in ("gzip", "deflate", "sdch", "br", "zstd")),
            (gzip.compress(b" " * 50_000_000), {"Content-Encoding": "gzip"}),
            (b" " * 1_200_000, {}),
            (b"{}", {"Content-Type": "application/json; charset=klingon"}),
            (b"{}", {"Content-Type": "application/json; charset=u\0tf"}),
        ):
            yield Odd("POST", f"/__practice/{name}", body, ours | headers)
