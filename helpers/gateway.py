"""
Ask Twilio, return records, and turn every failure into one of ``errors.py``.

The requests that change something are sent once each, and asked for in few places:
releasing in ``release.py``, buying in ``restore.py``, updating in ``restore.py``,
``move.py`` and ``emergency.py``.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode, urlsplit

from helpers.answers import (
    Receipt,
    account_in,
    as_it_came,
    as_log,
    following_in,
    listed,
    number_from,
    number_in,
    object_in,
    receipt_of,
    usage_in,
)
from helpers.asking import API, NO_SUCH_THING, Asking, no_list
from helpers.errors import CannotRead, NoAnswer
from helpers.records import Account, Number

PRICING = "https://pricing.twilio.com"
#: Twilio's largest page (https://www.twilio.com/docs/usage/twilios-response#pagination).
PAGE = 1000


class Gateway(Asking):
    """Twilio, as far as the kit uses it."""

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
        for page, _ in self._pages(url, "accounts", self._known, what="the list of accounts"):
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
        for page, _ in self._pages(url, "incoming_phone_numbers", number_in, what=f"the numbers of {account_sid}"):
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
    ) -> Iterator[tuple[list[dict[str, Any]], bool]]:
        """
        Read an account's Calls or Messages that match *filters*, a page at a time, newest first.

        With each page comes whether another follows; one that is short, or empty, may not be the last.
        """
        url = f"{API}/2010-04-01/Accounts/{account_sid}/{resource}.json?{urlencode({**filters, 'PageSize': page_size})}"
        what = f"the {resource.lower()} of {account_sid}"
        yield from self._pages(url, resource.lower(), as_it_came, what=what, read=as_log)

    def listing(self, account_sid: str, resource: str, key: str) -> Iterator[dict[str, Any]]:
        """
        Read a list of what an account has, like its Applications.

        Args:
            key: What a page calls its records.
        """
        url = f"{API}/2010-04-01/Accounts/{account_sid}/{resource}.json?PageSize={PAGE}"
        for page, _ in self._pages(url, key, as_it_came, what=f"the {key.replace('_', ' ')} of {account_sid}"):
            yield from page

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
        return {category: count for page, _ in pages for category, count in page}

    def prices(self, iso_country: str) -> dict[str, Any] | None:
        """Read Twilio's number prices for a country; None when it has none."""
        url = f"{PRICING}/v1/PhoneNumbers/Countries/{iso_country}"
        return self._read(url, object_in, what=f"number prices of {iso_country}")

    def resources(
        self, account_sid: str, url: str, key: str, *, filters: Mapping[str, str] | None = None, page_size: int = PAGE
    ) -> Iterator[dict[str, Any]]:
        """
        Read a list on another host than api.twilio.com, signed in as the account itself.

        Args:
            filters: What the list is asked for besides its pages.

        Raises:
            CannotRead: It failed, or the account's own credentials are not known: they come
                with the list of accounts, to the main account's auth token only.
        """
        what = url.removeprefix("https://")

        def take(page: Any) -> tuple[list[dict[str, Any]], str | None]:
            return listed(page, key), following_in(page["meta"], "next_page_url", "https://")

        following: str | None = f"{url}?{urlencode({**(filters or {}), 'PageSize': page_size})}"
        while following:
            # Credentials go to Twilio only, whatever a page says comes next.
            if not (urlsplit(following).hostname or "").endswith(".twilio.com"):
                raise CannotRead(f"Reading {what} failed: the next page is not at Twilio. Nothing was changed.")
            page = self._read(following, take, what=what, account_sid=account_sid)
            if page is None:
                raise no_list(what)
            records, following = page
            yield from records

    def region(self, account_sid: str, sid: str) -> str:
        """
        Read in which region a number's calls are taken, signed in as the account itself.

        Raises:
            CannotRead: As ``resources``.
        """
        url = f"https://routes.twilio.com/v2/PhoneNumbers/{sid}"
        what = f"the route of {sid}"
        region = self._read(url, lambda route: str(route["voice_region"]), what=what, account_sid=account_sid)
        if region is None:
            raise no_list(what)
        return region

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
        answer = self._change("DELETE", _number_url(account_sid, sid), {}, what="release it")
        if answer.status_code != 204:
            # The one yes that Twilio documents.  A login page in between says 200.
            raise NoAnswer(
                f"The request to release it was answered with HTTP {answer.status_code}, which is not how Twilio "
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
        return number_from(self._change("POST", _number_url(account_sid, sid), form, what="change it"))

    def _known(self, record: dict[str, Any]) -> Account:
        account = account_in(record)
        # Other hosts than api.twilio.com take no credentials but an account's own.
        self._tokens[account.sid] = record.get("auth_token") or ""
        return account


def _number_url(account_sid: str, sid: str) -> str:
    return f"{API}/2010-04-01/Accounts/{account_sid}/IncomingPhoneNumbers/{sid}.json"
