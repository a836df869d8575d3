"""
Ask Twilio, return records, and turn every failure into one of ``core/errors.py``.

The requests that change something are sent once each, and asked for in few places:
releasing in ``actions/release.py``, buying in ``actions/restore.py``, updating in ``actions/restore.py``,
``actions/move.py`` and ``actions/emergency_address.py``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from threading import Event
from typing import Any
from urllib.parse import urlencode

from helpers.core.errors import CannotRead, NoAnswer, NotSent, WrongAnswer
from helpers.core.failures import Request, failure
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Account, Number
from helpers.gateway.addresses import is_list, is_sid, sids_in
from helpers.gateway.client import API, NO_SUCH_THING, Client, no_list, something_else
from helpers.gateway.credentials import Connection
from helpers.gateway.pages import once_each
from helpers.gateway.responses import (
    Receipt,
    account_in,
    as_it_came,
    as_log,
    concern,
    mark,
    number_from,
    number_in,
    object_in,
    receipt_of,
    usage_in,
)
from helpers.gateway.transport import Missing, Transport

PRICING = "https://pricing.twilio.com"
#: Twilio's largest page (https://www.twilio.com/docs/usage/twilios-response#pagination).
PAGE = 1000
#: The fields in which a record names the thing in whose list it stands.
_PARENTS = ("service_sid", "messaging_service_sid", "trust_product_sid", "customer_profile_sid")


class Gateway:
    """Twilio, as far as the kit uses it."""

    def __init__(self, connection: Connection, transport: Transport) -> None:
        self.connection = connection
        self.transport = transport
        self.client = Client(connection, transport)

    def __repr__(self) -> str:
        return f"<Gateway to {self.connection!r}>"

    @property
    def requests(self) -> int:
        """How many requests were sent so far."""
        return self.transport.sent

    @contextmanager
    def only_while(self, still: Callable[[], bool], *, missing: Missing = "not sent") -> Iterator[None]:
        """Send what this thread asks for only while *still* says yes; see ``Transport.only_while``."""
        with self.transport.only_while(still, missing=missing):
            yield

    @contextmanager
    def until(self, stop: Event) -> Iterator[None]:
        """Ask for nothing in this thread once *stop* is set: no next page, and nothing again, but ``LookStopped``."""
        with self.transport.only_while(lambda: not stop.is_set(), missing="stopped"):
            yield

    # -- looking ---------------------------------------------------------------------------------

    def account(self, sid: str) -> Account:
        """Fetch one account.  Its auth token stays behind."""
        what = f"account {sid}"
        account = self.client.read(f"{_account_url(sid)}.json", account_in, what=what)
        if account is None:
            raise CannotRead(f"Twilio knows no account {sid} with these credentials.", status=404, code=NO_SUCH_THING)
        if account.sid != sid:
            raise something_else(what)
        return account

    def accounts(self) -> Iterator[Account]:
        """Read all accounts in reach, the main account among them, closed ones too."""
        what, seen = "the list of accounts", set()
        url = f"{API}/2010-04-01/Accounts.json?PageSize={PAGE}"
        for page, _ in self.client.pages(url, "accounts", self._known, what=what):
            for account in page:
                if account.sid not in seen:
                    seen.add(account.sid)
                    yield account
        # Whoever asks is always in it: this is another's, or a part.
        if self.connection.account_sid not in seen:
            raise something_else(what)

    def numbers(self, account_sid: str, *, phone_number: str | None = None) -> Iterator[Number]:
        """
        Read all numbers of an account, or those that match *phone_number*.

        Twilio matches parts of numbers: who looks for one must compare.  The listing is
        not a snapshot, so a number may come twice; it is passed on once.
        """
        what, seen = f"the numbers of {account_sid}", set()
        url = f"{_account_url(account_sid)}/IncomingPhoneNumbers.json?PageSize={PAGE}"
        if phone_number is not None:
            url += f"&{urlencode({'PhoneNumber': phone_number})}"
        for page, _ in self.client.pages(url, "incoming_phone_numbers", number_in, what=what):
            for number in page:
                if number.account_sid != account_sid:
                    raise something_else(what)
                if number.sid not in seen:
                    seen.add(number.sid)
                    yield number

    def number(self, account_sid: str, sid: str) -> Number | None:
        """
        Look at one number; None when it is not in that account.

        None may mean released, moved to another account, or out of these credentials' reach.
        """
        what = f"number {sid}"
        number = self.client.read(_number_url(account_sid, sid), number_in, what=what)
        if number is not None and (number.account_sid, number.sid) != (account_sid, sid):
            raise something_else(what)
        return number

    def log(
        self, account_sid: str, resource: str, filters: Mapping[str, str], *, page_size: int = PAGE
    ) -> Iterator[tuple[list[dict[str, Any]], bool]]:
        """
        Read an account's Calls or Messages that match *filters*, a page at a time, newest first.

        With each page comes whether another follows; one that is short, or empty, may not be the last.  A record
        that comes twice, on one page or on two neighbouring ones, is passed on once.
        """
        url = f"{_account_url(account_sid)}/{resource}.json?{urlencode({**filters, 'PageSize': page_size})}"
        what, before = f"the {resource.lower()} of {account_sid}", frozenset[str]()
        for page, follows in self.client.pages(url, resource.lower(), as_it_came, what=what, read=as_log):
            if not concern(page, "account_sid", account_sid):
                raise something_else(what)
            new, before = once_each(page, before)
            yield new, follows
            del page, new

    def listing(self, account_sid: str, resource: str, key: str) -> Iterator[dict[str, Any]]:
        """
        Read a list of what an account has, like its Applications; each thing comes once.

        Args:
            key: What a page calls its records.
        """
        url = f"{_account_url(account_sid)}/{resource}.json?PageSize={PAGE}"
        what = f"the {key.replace('_', ' ')} of {account_sid}"
        asked = {"account_sid": account_sid}
        yield from _each_once(self.client.pages(url, key, as_it_came, what=what), asked, what=what)

    def usage(self, account_sid: str, *, since: date, until: date) -> dict[str, int]:
        """
        Read how many calls, messages and the like an account was billed for, by category.

        It lags behind and knows no numbers: good for planning, and for doubting a log, never as evidence
        (https://www.twilio.com/docs/usage/api/usage-record).
        """
        # Twilio would add the subaccounts' usage by itself.
        asked = {"StartDate": since, "EndDate": until, "IncludeSubaccounts": "false", "PageSize": PAGE}
        url = f"{_account_url(account_sid)}/Usage/Records.json?{urlencode(asked)}"
        what = f"the usage of {account_sid}"
        found: dict[str, int] = {}

        def counted(record: dict[str, Any]) -> tuple[bool, tuple[str, int]]:
            return concern([record], "account_sid", account_sid), usage_in(record)

        for page, _ in self.client.pages(url, "usage_records", counted, what=what):
            if not all(ours for ours, _ in page):
                raise something_else(what)
            found |= dict(count for _, count in page)
        return found

    def prices(self, iso_country: str) -> dict[str, Any] | None:
        """Read Twilio's number prices for a country; None when it has none."""
        what = f"number prices of {iso_country}"
        stated = self.client.read(f"{PRICING}/v1/PhoneNumbers/Countries/{iso_country}", object_in, what=what)
        if stated is not None and not concern([stated], "iso_country", iso_country):
            raise something_else(what)
        return stated

    def resources(
        self, account_sid: str, url: str, key: str, *, filters: Mapping[str, str] | None = None, page_size: int = PAGE
    ) -> Iterator[dict[str, Any]]:
        """
        Read a list on another host than api.twilio.com, signed in as the account itself; each thing comes once.

        Args:
            filters: What the list is asked for besides its pages.

        Raises:
            CannotRead: It failed, or the account's own credentials are not known: they come
                with the list of accounts, to the main account's auth token only.
        """
        what = url.removeprefix("https://")
        if not is_list(url):
            raise WrongAnswer(f"Reading {what!a:.200} failed: that is no list of Twilio's. Nothing was changed.")
        first = f"{url}?{urlencode({**(filters or {}), 'PageSize': page_size})}"
        pages = self.client.pages(first, key, as_it_came, what=what, account_sid=account_sid)
        # Twilio has been seen to answer a subaccount with the main account's things (twilio-python#785).
        asked = {"account_sid": account_sid} | {name: sid for sid in sids_in(url) for name in _PARENTS}
        yield from _each_once(pages, asked, what=what)

    def region(self, account_sid: str, sid: str, *, phone_number: str) -> str:
        """
        Read in which region a number's calls are taken, signed in as the account itself.

        Raises:
            CannotRead: As ``resources``.
        """
        what = f"the route of {sid}"

        def taken(route: dict[str, Any]) -> tuple[bool, str]:
            asked = {"account_sid": account_sid, "phone_number": phone_number}
            return all(concern([route], *each) for each in asked.items()), str(route["voice_region"])

        url = f"https://routes.twilio.com/v2/PhoneNumbers/{_checked(sid)}"
        region = self.client.read(url, taken, what=what, account_sid=account_sid)
        if region is None:
            raise no_list(what)
        ours, where = region
        if not ours:
            raise something_else(what)
        return where

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
        url = _number_url(account_sid, sid, changing=True)
        receipt = receipt_of(self.client.send_change("DELETE", url, {}, request=Request.RELEASE))
        if receipt.status != 204:
            # The one yes that Twilio documents.  A login page in between says 200.
            facts = {"status": receipt.status, "request_id": receipt.request_id}
            raise NoAnswer(Reason(Cause.ODD_YES, {"request": Request.RELEASE.value, **facts}))
        return receipt

    def buy_number(self, account_sid: str, form: Mapping[str, str]) -> Number:
        """
        Buy a number, with its configuration in the same request: one POST.

        Raises:
            As ``delete_number``; ``TwilioSaidNo`` with code 21422: not for sale to this account.
        """
        url = f"{_account_url(account_sid, changing=True)}/IncomingPhoneNumbers.json"
        bought = number_from(self.client.send_change("POST", url, form, request=Request.BUY))
        if (bought.account_sid, bought.phone_number) != (account_sid, form.get("PhoneNumber", bought.phone_number)):
            raise _about_another()
        return bought

    def update_number(self, account_sid: str, sid: str, form: Mapping[str, str]) -> Number:
        """
        Change fields of a number: one POST.

        Raises:
            As ``delete_number``.
        """
        url = _number_url(account_sid, sid, changing=True)
        changed = number_from(self.client.send_change("POST", url, form, request=Request.CHANGE))
        # Another account is where it may have been moved to just now.
        if (changed.account_sid, changed.sid) != (form.get("AccountSid", account_sid), sid):
            raise _about_another()
        return changed

    def _known(self, record: dict[str, Any]) -> Account:
        account = account_in(record)
        self.client.learn_token(account.sid, record.get("auth_token") or "")
        return account


def _checked(sid: str, *, changing: bool = False) -> str:
    """
    Pass on a sid that may stand in an address.

    Raises:
        WrongAnswer: It is none, and would lead somewhere else.
        NotSent: The same, of a request that changes something.
    """
    if not is_sid(sid):
        why = Reason(Cause.NO_SID, {"sid": sid[:50]})
        raise NotSent(why) if changing else WrongAnswer(failure(why))
    return sid


def _account_url(sid: str, *, changing: bool = False) -> str:
    return f"{API}/2010-04-01/Accounts/{_checked(sid, changing=changing)}"


def _number_url(account_sid: str, sid: str, *, changing: bool = False) -> str:
    return (
        f"{_account_url(account_sid, changing=changing)}/IncomingPhoneNumbers/{_checked(sid, changing=changing)}.json"
    )


def _about_another() -> NoAnswer:
    return NoAnswer(Reason(Cause.YES_TO_ANOTHER))


def _each_once(
    pages: Iterable[tuple[list[dict[str, Any]], bool]], asked: Mapping[str, str], *, what: str
) -> Iterator[dict[str, Any]]:
    """
    Pass on each record once, though it come on several pages.

    Args:
        asked: Fields, each with what it says where a record is about what was asked.

    Raises:
        WrongAnswer: One is another account's, or stands in another thing's list.
    """
    seen = set()
    for page, _ in pages:
        if not all(concern(page, *each) for each in asked.items()):
            raise something_else(what)
        for record in page:
            if (which := mark(record)) not in seen:
                seen.add(which)
                yield record
