"""
Ask Twilio, return records, and turn every failure into one of ``errors.py``.

The requests that change something are sent once each, and each has one caller
elsewhere: releasing in ``release.py``, buying in ``restore.py``, updating in
``restore.py`` and ``emergency.py``.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar, cast
from urllib.parse import urlencode, urlsplit

from twilio.rest import Client

from helpers.answers import (
    Reader,
    Receipt,
    account_in,
    as_it_came,
    as_json,
    as_log,
    code_in,
    content_of,
    following_in,
    listed,
    number_from,
    number_in,
    object_in,
    receipt_of,
    refusal,
    said_by,
    taken_from,
    usage_in,
)
from helpers.connect import Connection
from helpers.errors import CannotRead, NoAnswer, NotSent
from helpers.records import Account, Number
from helpers.transport import Answer, Transport

API = "https://api.twilio.com"
PRICING = "https://pricing.twilio.com"
#: Twilio's largest page (https://www.twilio.com/docs/usage/twilios-response#pagination).
PAGE = 1000
#: Twilio's code for "there is no such thing"; a 404 without it is somebody else's.
NO_SUCH_THING = 20404

_T = TypeVar("_T")


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
        account = self._read(f"{API}/2010-04-01/Accounts/{sid}.json", account_in, what=f"account {sid}")
        if account is None:
            raise CannotRead(f"Twilio knows no account {sid} with these credentials.", status=404, code=NO_SUCH_THING)
        return account

    def accounts(self) -> Iterator[Account]:
        """Read all accounts in reach, the main account among them, closed ones too."""
        url = f"{API}/2010-04-01/Accounts.json?PageSize={PAGE}"
        for page in self._pages(url, "accounts", self._known, what="the list of accounts"):
            yield from page

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
        for page in self._pages(url, "incoming_phone_numbers", number_in, what=f"the numbers of {account_sid}"):
            for number in page:
                if number.sid not in seen:
                    seen.add(number.sid)
                    yield number

    def number(self, account_sid: str, sid: str) -> Number | None:
        """
        Look at one number; None when it is not in that account.

        None may mean released, moved to another account, or out of these credentials' reach.
        """
        return self._read(_number_url(account_sid, sid), number_in, what=f"number {sid}")

    def log(
        self, account_sid: str, resource: str, filters: Mapping[str, str], *, page_size: int = PAGE
    ) -> Iterator[list[dict[str, Any]]]:
        """Read an account's Calls or Messages that match *filters*, a page at a time, newest first."""
        url = f"{API}/2010-04-01/Accounts/{account_sid}/{resource}.json?{urlencode({**filters, 'PageSize': page_size})}"
        what = f"the {resource.lower()} of {account_sid}"
        yield from self._pages(url, resource.lower(), as_it_came, what=what, read=as_log)

    def usage(self, account_sid: str, *, since: date, until: date) -> dict[str, int]:
        """
        Read how many calls, messages and the like an account was billed for, by category.

        It lags behind and knows no numbers: good for planning, and for doubting a log, never as evidence
        (https://www.twilio.com/docs/usage/api/usage-record).
        """
        # Twilio would add the subaccounts' usage by itself.
        asked = {"StartDate": since, "EndDate": until, "IncludeSubaccounts": "false", "PageSize": PAGE}
        url = f"{API}/2010-04-01/Accounts/{account_sid}/Usage/Records.json?{urlencode(asked)}"
        pages = self._pages(url, "usage_records", usage_in, what=f"the usage of {account_sid}")
        return {category: count for page in pages for category, count in page}

    def prices(self, iso_country: str) -> dict[str, Any] | None:
        """Read Twilio's number prices for a country; None when it has none."""
        url = f"{PRICING}/v1/PhoneNumbers/Countries/{iso_country}"
        return self._read(url, object_in, what=f"number prices of {iso_country}")

    def caller_ids(self, account_sid: str) -> Iterator[dict[str, Any]]:
        """Read the phone numbers that an account has verified as caller ids."""
        url = f"{API}/2010-04-01/Accounts/{account_sid}/OutgoingCallerIds.json?PageSize={PAGE}"
        for page in self._pages(url, "outgoing_caller_ids", as_it_came, what=f"the caller ids of {account_sid}"):
            yield from page

    def resources(self, account_sid: str, url: str, key: str, *, page_size: int = PAGE) -> Iterator[dict[str, Any]]:
        """
        Read a list on another host than api.twilio.com, signed in as the account itself.

        Raises:
            CannotRead: It failed, or the account's own credentials are not known: they come
                with the list of accounts, to the main account's auth token only.
        """
        what = url.removeprefix("https://")

        def take(page: Any) -> tuple[list[dict[str, Any]], str | None]:
            return listed(page, key), following_in(page["meta"], "next_page_url", "https://")

        following: str | None = f"{url}?PageSize={page_size}"
        while following:
            # Credentials go to Twilio only, whatever a page says comes next.
            if not (urlsplit(following).hostname or "").endswith(".twilio.com"):
                raise CannotRead(f"Reading {what} failed: the next page is not at Twilio. Nothing was changed.")
            page = self._read(following, take, what=what, account_sid=account_sid)
            if page is None:
                raise _no_list(what)
            records, following = page
            yield from records

    # -- changing: each sent once ----------------------------------------------------------------

    def delete_number(self, account_sid: str, sid: str) -> Receipt:
        """
        Release a number: one DELETE.

        A receipt proves that Twilio answered 204, not that the number is gone.

        Raises:
            NotSent: It never left.  Nothing changed.
            TwilioBusy: Twilio answered 429.  Nothing changed.
            TwilioSaidNo: Twilio refused.  Nothing changed; status 404: there was nothing there.
            NoAnswer: It may have been carried out.
        """
        answer = self._change("DELETE", _number_url(account_sid, sid), {}, what=f"release {sid}")
        if answer.status_code != 204:
            # The one yes that Twilio documents.  A login page in between says 200.
            raise NoAnswer(
                f"The request to release {sid} was answered with HTTP {answer.status_code}, which is not how Twilio "
                "says yes, so what became of it is open."
            )
        return receipt_of(answer)

    def buy_number(self, account_sid: str, form: Mapping[str, str]) -> Number:
        """
        Buy a number, with its configuration in the same request: one POST.

        Raises:
            As ``delete_number``; ``TwilioSaidNo`` with code 21422: not for sale to this account.
        """
        url = f"{API}/2010-04-01/Accounts/{account_sid}/IncomingPhoneNumbers.json"
        return number_from(self._change("POST", url, form, what=f"buy {form.get('PhoneNumber')}"))

    def update_number(self, account_sid: str, sid: str, form: Mapping[str, str]) -> Number:
        """
        Change fields of a number: one POST.

        Raises:
            As ``delete_number``.
        """
        return number_from(self._change("POST", _number_url(account_sid, sid), form, what=f"change {sid}"))

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

    def _read(
        self, url: str, take: Callable[[Any], _T], *, what: str, account_sid: str | None = None, read: Reader = as_json
    ) -> _T | None:
        """Take something out of what Twilio answers; None where Twilio says that there is no such thing."""
        answer = self._send("GET", url, account_sid=account_sid)
        if answer.missing:
            raise CannotRead(f"Reading {what} failed. {answer.trouble} Nothing was changed.")
        if answer.status_code == 200:
            taken = taken_from(answer, take, read=read)
            if taken is None:
                raise CannotRead(
                    f"Reading {what} failed: what came back is not what Twilio sends. Nothing was changed.", status=200
                )
            return taken
        content = content_of(answer)
        code = code_in(content)
        if answer.status_code == 404 and code == NO_SUCH_THING:
            return None
        reset = answer.status_code == 401 and not self.connection.live
        hint = " If the practice world was reset, run the notebook's first cell again." if reset else ""
        raise CannotRead(
            f"Reading {what} failed: {said_by(answer, content)} Nothing was changed.{hint}",
            status=answer.status_code,
            code=code,
        )

    def _pages(
        self, url: str, key: str, make: Callable[[dict[str, Any]], _T], *, what: str, read: Reader = as_json
    ) -> Iterator[list[_T]]:
        """Read a list to its end, a page at a time, each record made into something."""

        def take(page: Any) -> tuple[list[_T], str | None]:
            # Only Twilio's own link is a cursor; counting pages up by hand is refused (error 20001).
            return [make(record) for record in listed(page, key)], following_in(page, "next_page_uri", "/")

        following: str | None = url.removeprefix(API)
        while following:
            page = self._read(f"{API}{following}", take, what=what, read=read)
            if page is None:
                raise _no_list(what)
            made, following, page = *page, None
            yield made
            del made  # a page takes megabytes: none is kept while the next is on its way

    def _change(self, method: str, url: str, form: Mapping[str, str], *, what: str) -> Answer:
        answer = self._send(method, url, data=dict(form))
        if answer.missing == "not sent":
            raise NotSent(f"The request to {what} did not leave. {answer.trouble} Nothing was changed.")
        if answer.missing:
            raise NoAnswer(f"The request to {what} was sent, and no answer came. {answer.trouble}")
        if 200 <= answer.status_code < 300:
            return answer
        raise refusal(answer, what)

    def _known(self, record: dict[str, Any]) -> Account:
        account = account_in(record)
        # Other hosts than api.twilio.com take no credentials but an account's own.
        self._tokens[account.sid] = record.get("auth_token") or ""
        return account


def _number_url(account_sid: str, sid: str) -> str:
    return f"{API}/2010-04-01/Accounts/{account_sid}/IncomingPhoneNumbers/{sid}.json"


def _no_list(what: str) -> CannotRead:
    return CannotRead(
        f"Reading {what} failed: Twilio answers that there is no such list.", status=404, code=NO_SUCH_THING
    )
