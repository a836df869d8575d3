"""
Ask Twilio, return records, and turn every failure into one of ``errors.py``.

The requests that change something are sent once each, and each has one caller
elsewhere: releasing in ``release.py``, buying in ``restore.py``, updating in
``restore.py`` and ``emergency.py``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, cast

import orjson
from twilio.rest import Client

from helpers.connect import Connection
from helpers.errors import CannotRead, KitError, NoAnswer, NotSent, TwilioBusy, TwilioSaidNo
from helpers.records import Account, Number
from helpers.transport import Answer, Transport

API = "https://api.twilio.com"
PRICING = "https://pricing.twilio.com"
#: Twilio's largest page (https://www.twilio.com/docs/usage/twilios-response#pagination).
PAGE = 1000


@dataclass(frozen=True, slots=True)
class Receipt:
    """What Twilio handed out for a request that it carried out."""

    status: int
    #: Twilio's clock at the answer; None when it sent none.
    at: datetime | None
    request_id: str | None


class Gateway:
    """Twilio, as far as the kit uses it."""

    def __init__(self, connection: Connection, transport: Transport) -> None:
        self.connection = connection
        self._transport = transport
        # The SDK would read region and edge from the environment; numbers are released through US1 only.
        self._client = Client(
            connection.username,
            connection.secret,
            connection.account_sid,
            http_client=transport,
            environment={"TWILIO_REGION": ""},
        )

    def __repr__(self) -> str:
        return f"<Gateway to {self.connection!r}>"

    @property
    def requests(self) -> int:
        """How many requests were sent so far."""
        return self._transport.sent

    # -- looking ---------------------------------------------------------------------------------

    def account(self, sid: str) -> Account:
        """Fetch one account.  Its auth token stays behind."""
        page = self._read(f"{API}/2010-04-01/Accounts/{sid}.json", what=f"account {sid}")
        if page is None:
            raise CannotRead(f"Twilio knows no account {sid} with these credentials.", status=404, code=20404)
        return _account(page)

    def accounts(self) -> Iterator[Account]:
        """Read all accounts in reach, the main account among them, closed ones too."""
        url = f"{API}/2010-04-01/Accounts.json?PageSize={PAGE}"
        for page in self._pages(url, what="the list of accounts"):
            yield from (_account(item) for item in page["accounts"])

    def numbers(self, account_sid: str, *, phone_number: str | None = None) -> Iterator[Number]:
        """
        Read all numbers of an account, or those that match *phone_number*.

        Twilio matches parts of numbers: who looks for one must compare.  The listing is
        not a snapshot, so a number may come twice; it is passed on once.
        """
        url = f"{API}/2010-04-01/Accounts/{account_sid}/IncomingPhoneNumbers.json?PageSize={PAGE}"
        if phone_number is not None:
            url += f"&PhoneNumber={phone_number.replace('+', '%2B')}"
        seen: set[str] = set()
        for page in self._pages(url, what=f"the numbers of {account_sid}"):
            for item in page["incoming_phone_numbers"]:
                if item["sid"] not in seen:
                    seen.add(item["sid"])
                    yield _number(item)

    def number(self, account_sid: str, sid: str) -> Number | None:
        """
        Look at one number; None when it is not in that account.

        None may mean released, moved to another account, or out of these credentials' reach.
        """
        item = self._read(_number_url(account_sid, sid), what=f"number {sid}")
        return None if item is None else _number(item)

    def log(self, account_sid: str, resource: str, filters: Mapping[str, str]) -> dict[str, Any]:
        """Read the first page of an account's Calls or Messages that match *filters*."""
        page = self._read(
            f"{API}/2010-04-01/Accounts/{account_sid}/{resource}.json",
            what=f"the {resource.lower()} of {account_sid}",
            params={**filters, "PageSize": PAGE},
        )
        if page is None:
            raise CannotRead(f"Twilio has no {resource.lower()} log for {account_sid}.", status=404)
        return page

    def prices(self, iso_country: str) -> dict[str, Any] | None:
        """Read Twilio's number prices for a country; None when it has none."""
        return self._read(f"{PRICING}/v1/PhoneNumbers/Countries/{iso_country}", what=f"number prices of {iso_country}")

    # -- changing: each sent once ----------------------------------------------------------------

    def delete_number(self, account_sid: str, sid: str) -> Receipt:
        """
        Release a number: one DELETE.

        A receipt proves that Twilio answered 2xx, not that the number is gone.

        Raises:
            NotSent: It never left.  Nothing changed.
            TwilioBusy: Twilio answered 429.  Nothing changed.
            TwilioSaidNo: Twilio refused.  Nothing changed; status 404: there was nothing there.
            NoAnswer: It may have been carried out.
        """
        answer = self._change("DELETE", _number_url(account_sid, sid), {}, what=f"release {sid}")
        return _receipt(answer)

    def buy_number(self, account_sid: str, form: Mapping[str, str]) -> Number:
        """
        Buy a number, with its configuration in the same request: one POST.

        Raises:
            As ``delete_number``; ``TwilioSaidNo`` with code 21422: not for sale to this account.
        """
        url = f"{API}/2010-04-01/Accounts/{account_sid}/IncomingPhoneNumbers.json"
        return self._number_from(self._change("POST", url, form, what=f"buy {form.get('PhoneNumber')}"))

    def update_number(self, account_sid: str, sid: str, form: Mapping[str, str]) -> Number:
        """
        Change fields of a number: one POST.

        Raises:
            As ``delete_number``.
        """
        return self._number_from(self._change("POST", _number_url(account_sid, sid), form, what=f"change {sid}"))

    # -- how it is done --------------------------------------------------------------------------

    def _send(self, method: str, url: str, **what: Any) -> Answer:
        try:
            return cast("Answer", self._client.request(method, url, **what))
        except KeyboardInterrupt:
            # A new one: the old traceback runs through frames that hold the credentials.
            raise KeyboardInterrupt from None

    def _read(self, url: str, *, what: str, params: dict[str, object] | None = None) -> dict[str, Any] | None:
        answer = self._send("GET", url, params=params)
        if answer.missing:
            raise CannotRead(f"Reading {what} failed. {answer.trouble} Nothing was changed.")
        if answer.status_code == 404:
            return None
        content = _content(answer)
        if answer.status_code != 200 or content is None:
            reset = answer.status_code == 401 and not self.connection.live
            hint = " If the practice world was reset, run the notebook's first cell again." if reset else ""
            raise CannotRead(
                f"Reading {what} failed: {_said(answer, content)} Nothing was changed.{hint}",
                status=answer.status_code,
                code=_code(content),
            )
        return content

    def _pages(self, url: str, *, what: str) -> Iterator[dict[str, Any]]:
        page = self._read(url, what=what)
        while page is not None:
            yield page
            following = page.get("next_page_uri")
            if not following:
                return
            # Only Twilio's own link is a cursor; counting pages up by hand is refused (error 20001).
            page = self._read(f"{API}{following}", what=what)
        raise CannotRead(f"Reading {what} failed: Twilio answers that there is no such list.", status=404, code=20404)

    def _change(self, method: str, url: str, form: Mapping[str, str], *, what: str) -> Answer:
        answer = self._send(method, url, data=dict(form))
        if answer.missing == "not sent":
            raise NotSent(f"The request to {what} did not leave. {answer.trouble} Nothing was changed.")
        if answer.missing:
            raise NoAnswer(f"The request to {what} was sent, and no answer came. {answer.trouble}")
        if 200 <= answer.status_code < 300:
            return answer
        raise _refusal(answer, what)

    def _number_from(self, answer: Answer) -> Number:
        content = _content(answer)
        if content is None or not content.get("sid"):
            raise NoAnswer("Twilio said yes, and what it said about the number could not be read.")
        return _number(content)


def _refusal(answer: Answer, what: str) -> KitError:
    content = _content(answer)
    said = _said(answer, content)
    if answer.status_code == 429:
        return TwilioBusy(f"Twilio was too busy for the request to {what} and did not process it. {said}")
    if answer.status_code >= 500 or content is None:
        # A 5xx is not a refusal: it may come after the work was done.
        return NoAnswer(f"The request to {what} was answered with an error that leaves open what became of it: {said}")
    return TwilioSaidNo(
        f"Twilio refused to {what}: {said} Nothing was changed.",
        status=answer.status_code,
        code=_code(content),
        request_id=answer.header("Twilio-Request-Id"),
    )


def _content(answer: Answer) -> dict[str, Any] | None:
    try:
        content = orjson.loads(answer.body)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def _code(content: dict[str, Any] | None) -> int | None:
    code = (content or {}).get("code")
    return code if isinstance(code, int) else None


def _said(answer: Answer, content: dict[str, Any] | None) -> str:
    message = str((content or {}).get("message") or "no message").rstrip(".")
    code = _code(content)
    return f"HTTP {answer.status_code}{f', Twilio error {code}' if code else ''}: {message}."


def _receipt(answer: Answer) -> Receipt:
    date = answer.header("Date")
    try:
        at = parsedate_to_datetime(date).astimezone(UTC) if date else None
    except ValueError:
        at = None
    return Receipt(answer.status_code, at, answer.header("Twilio-Request-Id"))


def _number_url(account_sid: str, sid: str) -> str:
    return f"{API}/2010-04-01/Accounts/{account_sid}/IncomingPhoneNumbers/{sid}.json"


def _account(item: dict[str, Any]) -> Account:
    return Account(
        sid=item["sid"],
        friendly_name=item.get("friendly_name") or item["sid"],
        status=item.get("status") or "unknown",
        type=item.get("type") or "unknown",
        owner_account_sid=item.get("owner_account_sid") or item["sid"],
        date_created=item.get("date_created"),
    )


def _number(item: dict[str, Any]) -> Number:
    return Number(item["sid"], item["account_sid"], item["phone_number"], item.get("friendly_name") or "", item)
