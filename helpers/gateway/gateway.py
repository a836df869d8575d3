"""
Send the kit's requests to Twilio, return records, and turn every failure into one of ``core/errors.py``.

Each changing request is sent once, and few places call for one: ``actions/release.py`` releases, ``restore.py`` there
buys and updates, ``move.py`` and ``emergency_address.py`` update.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from threading import Event
from typing import Any, TypeVar
from urllib.parse import urlencode

from helpers.core.errors import CannotRead, NoAnswer, NotSent, RecordsUnreadable, WrongAnswer
from helpers.core.log_record import LogRecord
from helpers.core.number_record import OddRecord, make_number
from helpers.core.permissions import ApiKey, Policy
from helpers.core.reasons import Cause, Detail, Reason, Request
from helpers.core.records import Account, Number
from helpers.gateway.addresses import is_list_url, is_sid, sids_in
from helpers.gateway.client import API, NO_SUCH_THING, Client, list_missing, wrong_subject
from helpers.gateway.credentials import Connection
from helpers.gateway.log_page import are_of_account, as_log, log_page_in
from helpers.gateway.number_page import NumberPage, numbers_in, read_page, take_page
from helpers.gateway.pages import PAGE, once_each
from helpers.gateway.responses import (
    Receipt,
    account_in,
    are_about,
    mark,
    number_from,
    object_in,
    policy_in,
    receipt_of,
    unchanged,
    usage_in,
)
from helpers.gateway.transport import CONNECTIONS, Missing, Transport

PRICING = "https://pricing.twilio.com"
#: The fields of a record that name the owner of its list.
_PARENTS = ("service_sid", "messaging_service_sid", "trust_product_sid", "customer_profile_sid")
#: The most unreadable records of a list that a sentence describes; it counts the others.
_DESCRIBED = 5
_T = TypeVar("_T")


class Gateway:
    """The requests of the kit to Twilio."""

    def __init__(self, connection: Connection, transport: Transport) -> None:
        self.connection = connection
        self.transport = transport
        self.client = Client(connection, transport)

    def __repr__(self) -> str:
        return f"<Gateway to {self.connection!r}>"

    def signed_in_with(self, key: ApiKey) -> "Gateway":
        """Return a gateway that sends everything as another API key of the same account, by the same connections."""
        return Gateway(replace(self.connection, username=key.sid, secret=key.secret, account_keys={}), self.transport)

    @property
    def requests(self) -> int:
        """The count of requests sent so far."""
        return self.transport.sent

    @property
    def threads(self) -> int:
        """The count of threads that read side by side; never so few that jobs wait for one another."""
        return max(CONNECTIONS, self.transport.limiter.most)

    @contextmanager
    def only_while(self, condition: Callable[[], bool], *, missing: Missing = "not sent") -> Iterator[None]:
        """Send this thread's requests only while *condition* returns True; see ``Transport.only_while``."""
        with self.transport.only_while(condition, missing=missing):
            yield

    @contextmanager
    def until(self, stop: Event) -> Iterator[None]:
        """Stop this thread's requests, pages and retries once *stop* is set; reading then raises ``LookStopped``."""
        with self.transport.only_while(lambda: not stop.is_set(), missing="stopped"):
            yield

    # -- reading ---------------------------------------------------------------------------------

    def account(self, sid: str) -> Account:
        """Fetch one account.  The record omits its auth token."""
        what = f"account {sid}"
        account = self.client.read(f"{_account_url(sid)}.json", account_in, what=what)
        if account is None:
            missing: dict[str, Detail] = {"account": sid, "status": 404, "code": NO_SUCH_THING}
            raise CannotRead(Reason(Cause.READ_ACCOUNT_MISSING, missing))
        if account.sid != sid:
            raise wrong_subject(what)
        return account

    def accounts(self) -> Iterator[Account]:
        """Read all accounts in reach, with the main account and closed ones."""
        what, seen = "the list of accounts", set()
        url = f"{API}/2010-04-01/Accounts.json?PageSize={PAGE}"
        for page, _ in self.client.pages(url, "accounts", self._learn_account, what=what):
            for account in page:
                if account.sid not in seen:
                    seen.add(account.sid)
                    yield account
        # The list always contains the requesting account; otherwise it is another account's, or incomplete.
        if self.connection.account_sid not in seen:
            raise wrong_subject(what)

    def policy(self, account_sid: str) -> Policy | None:
        """
        Read what the API key that signs in for an account may do; None for a key without limits of its own.

        Raises:
            CannotRead: The key may not read that, or reading failed.  What it may do is not known.
        """
        own, what = account_sid == self.connection.account_sid, "the policy of this API key"
        sid = self.connection.username if own else self.connection.account_keys[account_sid].sid
        url = f"https://iam.twilio.com/v1/Keys/{_require_sid(sid)}?AccountSid={_require_sid(account_sid)}"
        answer = self.client.read(url, lambda of: (of["sid"] == sid, policy_in(of)), what=what, account_sid=account_sid)
        return _about_ours(answer, what)

    def numbers(self, account_sid: str, *, phone_number: str | None = None) -> Iterator[Number]:
        """
        Read all numbers of an account, or those that match *phone_number*.

        Twilio matches parts of numbers, so the caller must compare.  The listing is
        not a snapshot and may repeat a number; each is returned once.

        Raises:
            RecordsUnreadable: Some records lack a sid or a phone number.  It comes after the last number, so a caller
                that takes them all knows that they are not all.
            CannotRead: The list was not read to its end.
        """
        sids: set[str] = set()
        for page in self.number_pages(account_sid, phone_number=phone_number):
            for number in page.with_care or numbers_in(page.body, account_sid=account_sid):
                if number.sid not in sids:
                    sids.add(number.sid)
                    yield number

    def number_pages(self, account_sid: str, *, phone_number: str | None = None) -> Iterator[NumberPage]:
        """
        Read all numbers of an account, or those that match *phone_number*, a page at a time.

        The listing is not a snapshot and may repeat a number.

        Raises:
            RecordsUnreadable, CannotRead: As ``numbers``.
        """
        what, odd, before = f"the numbers of {account_sid}", list[str](), 0
        url = f"{_account_url(account_sid)}/IncomingPhoneNumbers.json?PageSize={PAGE}"
        if phone_number is not None:
            url += f"&{urlencode({'PhoneNumber': phone_number})}"
        take = partial(take_page, account_sid=account_sid)
        for page, _ in self.client.whole_pages(url, take, what=what, read=read_page):
            owners = {record.account_sid for record in page.records} | {each.account_sid for _, each in page.odd}
            if owners - {account_sid}:
                raise wrong_subject(what)
            odd += [_described(each, before + place + 1) for place, each in page.odd]
            before += len(page.records) + len(page.odd)
            yield page
        if odd:
            more = f"; and {len(odd) - _DESCRIBED:,} more" if len(odd) > _DESCRIBED else ""
            which = {"what": f"{len(odd):,} of {what}", "error": "; ".join(odd[:_DESCRIBED]) + more}
            raise RecordsUnreadable(Reason(Cause.READ_ODD_CONTENT, which))

    def number(self, account_sid: str, sid: str) -> Number | None:
        """
        Read one number; None if it is not in that account.

        None may mean: released, moved to another account, or out of reach of these credentials.
        """
        what = f"number {sid}"
        make = partial(make_number, account_sid=account_sid)
        number = self.client.read(_number_url(account_sid, sid), make, what=what)
        if number is not None and (number.account_sid, number.sid) != (account_sid, sid):
            raise wrong_subject(what)
        return number

    def log(
        self, account_sid: str, resource: str, filters: Mapping[str, str], *, page_size: int = PAGE
    ) -> Iterator[tuple[list[LogRecord], bool]]:
        """
        Read an account's Calls or Messages that match *filters*, a page at a time, newest first.

        A page tells whether another follows, whatever its length; a record that occurs twice is returned once.
        """
        url = f"{_account_url(account_sid)}/{resource}.json?{urlencode({**filters, 'PageSize': page_size})}"
        what, before = f"the {resource.lower()} of {account_sid}", frozenset[str]()
        for page, follows in self.client.whole_pages(url, partial(log_page_in, resource), what=what, read=as_log):
            if not are_of_account(page, account_sid):
                raise wrong_subject(what)
            new, before = once_each(page, before)
            yield new, follows
            del page, new

    def listing(self, account_sid: str, resource: str, key: str) -> Iterator[dict[str, Any]]:
        """
        Read a list of an account's resources, like its Applications; each record is returned once.

        Args:
            key: The name of the records in a page.
        """
        url = f"{_account_url(account_sid)}/{resource}.json?PageSize={PAGE}"
        what = f"the {key.replace('_', ' ')} of {account_sid}"
        asked = dict(zip(("account_sid", "resource_sid"), (account_sid, *sids_in(resource)), strict=False))
        yield from _each_once(self.client.pages(url, key, unchanged, what=what), asked, what=what)

    def usage(self, account_sid: str, *, since: date, until: date) -> dict[str, int | None]:
        """
        Read the billed counts of an account, like its calls and messages, by category; None is a count not stated.

        The counts lag behind and name no numbers: use them for planning and for doubting a log, never as evidence
        (https://www.twilio.com/docs/usage/api/usage-record).
        """
        # Twilio would add the subaccounts' usage by itself.
        asked = {"StartDate": since, "EndDate": until, "IncludeSubaccounts": "false", "PageSize": PAGE}
        url = f"{_account_url(account_sid)}/Usage/Records.json?{urlencode(asked)}"
        what = f"the usage of {account_sid}"
        counts: dict[str, int | None] = {}

        def count_in(record: dict[str, Any]) -> tuple[bool, tuple[str, int | None]]:
            return are_about([record], "account_sid", account_sid), usage_in(record)

        for page, _ in self.client.pages(url, "usage_records", count_in, what=what):
            if not all(ours for ours, _ in page):
                raise wrong_subject(what)
            counts |= dict(count for _, count in page)
        return counts

    def prices(self, iso_country: str) -> dict[str, Any] | None:
        """Read Twilio's number prices for a country; None if it has none."""
        what = f"number prices of {iso_country}"
        prices = self.client.read(f"{PRICING}/v1/PhoneNumbers/Countries/{iso_country}", object_in, what=what)
        if prices is not None and not are_about([prices], "iso_country", iso_country):
            raise wrong_subject(what)
        return prices

    def resources(
        self, account_sid: str, url: str, key: str, *, filters: Mapping[str, str] | None = None, page_size: int = PAGE
    ) -> Iterator[dict[str, Any]]:
        """
        Read a list on a host other than api.twilio.com as the account itself; each record is returned once.

        Args:
            filters: Query parameters besides the page size.

        Raises:
            CannotRead: Reading failed, or the account's own credentials are not known: Twilio sends them
                with the list of accounts, to the main account's auth token only.
        """
        what = url.removeprefix("https://")
        if not is_list_url(url):
            raise WrongAnswer(Reason(Cause.READ_NO_LIST_ADDRESS, {"what": f"{what!a:.200}"}))
        first = f"{url}?{urlencode({**(filters or {}), 'PageSize': page_size})}"
        pages = self.client.pages(first, key, unchanged, what=what, account_sid=account_sid)
        # Twilio has answered a subaccount with the main account's records (twilio-python#785).
        asked = {"account_sid": account_sid} | {name: sid for sid in sids_in(url) for name in _PARENTS}
        yield from _each_once(pages, asked, what=what)

    def region(self, account_sid: str, sid: str, *, phone_number: str) -> str:
        """
        Read the region that takes a number's calls, as the account itself.

        Raises:
            CannotRead: As ``resources``.
        """
        what = f"the route of {sid}"

        def region_in(route: dict[str, Any]) -> tuple[bool, str]:
            asked = {"account_sid": account_sid, "phone_number": phone_number}
            return all(are_about([route], *each) for each in asked.items()), str(route["voice_region"])

        url = f"https://routes.twilio.com/v2/PhoneNumbers/{_require_sid(sid)}"
        return _about_ours(self.client.read(url, region_in, what=what, account_sid=account_sid), what)

    # -- changing: each sent once ----------------------------------------------------------------

    def delete_number(self, account_sid: str, sid: str) -> Receipt:
        """
        Release a number: one DELETE.

        A receipt proves that Twilio answered 204, not that the number is gone.

        Raises:
            NotSent: The request never left.  Nothing changed.
            TwilioBusy: Twilio answered 429.  Nothing changed.
            TwilioSaidNo: Twilio refused.  Nothing changed; status 404: no such number.
            NoAnswer: Twilio may have released the number.
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

    def _learn_account(self, record: dict[str, Any]) -> Account:
        account = account_in(record)
        token = record.get("auth_token")
        self.client.learn_token(account.sid, token if isinstance(token, str) else "")
        return account


def _require_sid(sid: str, *, changing: bool = False) -> str:
    """
    Return a valid sid unchanged.

    Raises:
        WrongAnswer: It is none, and would lead somewhere else.
        NotSent: The same, of a request that changes something.
    """
    if not is_sid(sid):
        why = Reason(Cause.NO_SID, {"sid": sid[:50]})
        raise NotSent(why) if changing else WrongAnswer(why)
    return sid


def _account_url(sid: str, *, changing: bool = False) -> str:
    return f"{API}/2010-04-01/Accounts/{_require_sid(sid, changing=changing)}"


def _number_url(account_sid: str, sid: str, *, changing: bool = False) -> str:
    number = _require_sid(sid, changing=changing)
    return f"{_account_url(account_sid, changing=changing)}/IncomingPhoneNumbers/{number}.json"


def _described(odd: OddRecord, place: int) -> str:
    """Describe a record so that a person can find it in Twilio's Console."""
    known = "".join(f", {name.replace('_', ' ')} {text}" for name, text in odd.known.items())
    return f"place {place:,} of the list{known}, has no readable {' and '.join(odd.missing).replace('_', ' ')}"


def _about_ours(answer: tuple[bool, _T] | None, what: str) -> _T:
    """Return the content of an answer; the first value of the pair tells whether it is about what was asked for."""
    if answer is None:
        raise list_missing(what)
    is_ours, content = answer
    if not is_ours:
        raise wrong_subject(what)
    return content


def _about_another() -> NoAnswer:
    return NoAnswer(Reason(Cause.YES_TO_ANOTHER))


def _each_once(
    pages: Iterable[tuple[list[dict[str, Any]], bool]], asked: Mapping[str, str], *, what: str
) -> Iterator[dict[str, Any]]:
    """
    Yield each record once, even if several pages contain it.

    Args:
        asked: The expected value of each field that identifies the list.

    Raises:
        WrongAnswer: A record belongs to another account or to another list.
    """
    seen = set()
    for page, _ in pages:
        if not all(are_about(page, *each) for each in asked.items()):
            raise wrong_subject(what)
        for record in page:
            if (key := mark(record)) not in seen:
                seen.add(key)
                yield record
