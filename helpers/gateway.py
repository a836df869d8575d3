"""
Ask Twilio, return records, and turn every failure into one of ``errors.py``.

The requests that change something are sent once each, and each has one caller
elsewhere: releasing in ``release.py``, buying in ``restore.py``, updating in
``restore.py`` and ``emergency.py``.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from twilio.rest import Client

from helpers.answers import Receipt, code_in, content_of, receipt_of, refusal, said_by
from helpers.connect import Connection
from helpers.errors import CannotRead, NoAnswer, NotSent
from helpers.records import Account, Number
from helpers.transport import Answer, Transport

API = "https://api.twilio.com"
PRICING = "https://pricing.twilio.com"
#: Twilio's largest page (https://www.twilio.com/docs/usage/twilios-response#pagination).
PAGE = 1000


class Gateway:
    """Twilio, as far as the kit uses it."""

    def __init__(self, connection: Connection, transport: Transport) -> None:
        self.connection = connection
        self._transport = transport
        #: Each account's own token, as /Accounts tells it to the main account's; in memory only.
        self._tokens: dict[str, str] = {}
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

    @contextmanager
    def only_while(self, still: Callable[[], bool]) -> Iterator[None]:
        """Send what this thread asks for only while *still* says yes; see ``Transport.only_while``."""
        with self._transport.only_while(still):
            yield

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
            for item in page["accounts"]:
                # Other hosts than api.twilio.com take no credentials but an account's own.
                self._tokens[item["sid"]] = item.pop("auth_token", None) or ""
                yield _account(item)

    def numbers(self, account_sid: str, *, phone_number: str | None = None) -> Iterator[Number]:
        """
        Read all numbers of an account, or those that match *phone_number*.

        Twilio matches parts of numbers: who looks for one must compare.  The listing is
        not a snapshot, so a number may come twice; it is passed on once.
        """
        url = f"{API}/2010-04-01/Accounts/{account_sid}/IncomingPhoneNumbers.json?PageSize={PAGE}"
        if phone_number is not None:
            url += f"&{urlencode({'PhoneNumber': phone_number})}"
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

    def log(
        self, account_sid: str, resource: str, filters: Mapping[str, str], *, page_size: int = PAGE
    ) -> Iterator[list[dict[str, Any]]]:
        """Read an account's Calls or Messages that match *filters*, a page at a time, newest first."""
        url = f"{API}/2010-04-01/Accounts/{account_sid}/{resource}.json?"
        url += urlencode({**filters, "PageSize": page_size})
        for page in self._pages(url, what=f"the {resource.lower()} of {account_sid}"):
            yield page[resource.lower()]

    def usage(self, account_sid: str, *, since: date, until: date) -> dict[str, int]:
        """
        Read how many calls, messages and the like an account was billed for, by category.

        It lags behind and knows no numbers: good for planning, and for doubting a log, never as evidence
        (https://www.twilio.com/docs/usage/api/usage-record).
        """
        # Twilio would add the subaccounts' usage by itself.
        asked = {"StartDate": since, "EndDate": until, "IncludeSubaccounts": "false", "PageSize": PAGE}
        url = f"{API}/2010-04-01/Accounts/{account_sid}/Usage/Records.json?{urlencode(asked)}"
        pages = self._pages(url, what=f"the usage of {account_sid}")
        return {record["category"]: int(record["count"] or 0) for page in pages for record in page["usage_records"]}

    def prices(self, iso_country: str) -> dict[str, Any] | None:
        """Read Twilio's number prices for a country; None when it has none."""
        return self._read(f"{PRICING}/v1/PhoneNumbers/Countries/{iso_country}", what=f"number prices of {iso_country}")

    def caller_ids(self, account_sid: str) -> Iterator[dict[str, Any]]:
        """Read the phone numbers that an account has verified as caller ids."""
        url = f"{API}/2010-04-01/Accounts/{account_sid}/OutgoingCallerIds.json?PageSize={PAGE}"
        for page in self._pages(url, what=f"the caller ids of {account_sid}"):
            yield from page["outgoing_caller_ids"]

    def resources(self, account_sid: str, url: str, key: str, *, page_size: int = PAGE) -> Iterator[dict[str, Any]]:
        """
        Read a list on another host than api.twilio.com, signed in as the account itself.

        Raises:
            CannotRead: It failed, or the account's own credentials are not known: they come
                with the list of accounts, to the main account's auth token only.
        """
        following: str | None = f"{url}?PageSize={page_size}"
        while following:
            # Credentials go to Twilio only, whatever a page says comes next.
            if not (urlsplit(following).hostname or "").endswith(".twilio.com"):
                raise CannotRead(f"Reading {url} failed: the next page is not at Twilio. Nothing was changed.")
            page = self._read(following, what=url.removeprefix("https://"), account_sid=account_sid)
            if page is None:
                raise CannotRead(f"Reading {url} failed: Twilio answers that there is no such list.", status=404)
            yield from page[key]
            following = page["meta"].get("next_page_url")

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
        return receipt_of(answer)

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

    def _send(self, method: str, url: str, *, account_sid: str | None = None, **what: Any) -> Answer:
        another = account_sid not in {None, self.connection.account_sid}
        if another and not self._tokens.get(account_sid or ""):
            raise CannotRead(
                f"{account_sid} could not be looked at there: that takes its own credentials, which Twilio tells only "
                "to the main account's auth token. Nothing was changed."
            )
        try:
            # The token stands in no variable: a traceback can show those.
            if another:
                return cast("Answer", self._client.request(method, url, auth=self._own(account_sid), **what))
            return cast("Answer", self._client.request(method, url, **what))
        except KeyboardInterrupt:
            # A new one: the old traceback runs through frames that hold the credentials.
            raise KeyboardInterrupt from None

    def _own(self, account_sid: str | None) -> tuple[str, str]:
        return account_sid or "", self._tokens[account_sid or ""]

    def _read(self, url: str, *, what: str, account_sid: str | None = None) -> dict[str, Any] | None:
        answer = self._send("GET", url, account_sid=account_sid)
        if answer.missing:
            raise CannotRead(f"Reading {what} failed. {answer.trouble} Nothing was changed.")
        if answer.status_code == 404:
            return None
        content = content_of(answer)
        if answer.status_code != 200 or content is None:
            reset = answer.status_code == 401 and not self.connection.live
            hint = " If the practice world was reset, run the notebook's first cell again." if reset else ""
            raise CannotRead(
                f"Reading {what} failed: {said_by(answer, content)} Nothing was changed.{hint}",
                status=answer.status_code,
                code=code_in(content),
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
        raise refusal(answer, what)

    def _number_from(self, answer: Answer) -> Number:
        content = content_of(answer)
        if content is None or not content.get("sid"):
            raise NoAnswer("Twilio said yes, and what it said about the number could not be read.")
        return _number(content)


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
