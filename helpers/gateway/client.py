"""
Send requests to Twilio and read the answers; ``gateway.py`` has the single requests.

Credentials stay in this file: no variable of a frame that a traceback could show holds them.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar, cast

from twilio.rest import Client as TwilioClient

from helpers.core.errors import CannotRead, LookStopped, NoAnswer, NotSent, WrongAnswer
from helpers.core.reasons import MISSING_PERMISSION, Cause, Detail, Reason, Request
from helpers.core.redact import Secret
from helpers.gateway.addresses import is_at_twilio
from helpers.gateway.credentials import Connection
from helpers.gateway.pages import Pages
from helpers.gateway.responses import (
    Reader,
    as_json,
    extract,
    facts_of,
    mark,
    next_page_in,
    records_in,
    refusal,
)
from helpers.gateway.transport import Answer, Transport

API = "https://api.twilio.com"
#: Twilio's code for "not found"; a 404 without it does not come from Twilio.
NO_SUCH_THING = 20404

_T = TypeVar("_T")


#: The account in an address of api.twilio.com.
_ACCOUNT = re.compile(rf"{API}/2010-04-01/Accounts/(AC[0-9a-fA-F]{{32}})[./]")


def _account_in(url: str) -> str | None:
    match = _ACCOUNT.match(url)
    return match[1] if match else None


class Client:
    """Sends requests to Twilio; returns the content of an answer, or raises one of ``core/errors.py``."""

    def __init__(self, connection: Connection, transport: Transport) -> None:
        self._connection = connection
        #: Each account's own token, in memory only.  /Accounts shows it to the main account's token.
        self._tokens: dict[str, Secret] = {}
        # The SDK would read region and edge from the environment; numbers are released through US1 only.
        self._twilio = TwilioClient(
            connection.username,
            connection.secret,
            connection.account_sid,
            http_client=transport,
            environment={"TWILIO_REGION": ""},
        )

    def __repr__(self) -> str:
        return f"<Client of {self._connection!r}>"

    def _send(
        self, method: str, url: str, *, account_sid: str | None = None, form: Mapping[str, str] | None = None
    ) -> Answer:
        account_sid = account_sid or _account_in(url)
        another = account_sid is not None and self._has_own(account_sid, url)
        if another and not self._knows(account_sid):
            raise CannotRead(Reason(Cause.READ_NO_CREDENTIALS, {"account": account_sid}))
        try:
            # No variable holds the token, because a traceback can show variables.
            if another:
                return cast("Answer", self._twilio.request(method, url, data=form, auth=self._sign_in(account_sid)))
            return cast("Answer", self._twilio.request(method, url, data=form))
        except KeyboardInterrupt:
            # A new exception, because the old traceback has frames that hold the credentials.
            raise KeyboardInterrupt from None

    def learn_token(self, account_sid: str, token: str) -> None:
        """Remember an account's own token: hosts other than api.twilio.com accept no other account's token."""
        self._tokens[account_sid] = Secret(token)

    def _has_own(self, account_sid: str, url: str) -> bool:
        """Check whether a request about an account takes that account's own credentials."""
        if account_sid == self._connection.account_sid:
            return False
        return account_sid in self._connection.account_keys or not url.startswith(f"{API}/")

    def _knows(self, account_sid: str | None) -> bool:
        return account_sid in self._connection.account_keys or bool(self._tokens.get(account_sid or ""))

    def _sign_in(self, account_sid: str | None) -> tuple[str, str]:
        key = self._connection.account_keys.get(account_sid or "")
        return (key.sid, key.secret) if key else (account_sid or "", self._tokens[account_sid or ""])

    def read(
        self, url: str, take: Callable[[Any], _T], *, what: str, account_sid: str | None = None, read: Reader = as_json
    ) -> _T | None:
        """Read one resource and return what *take* makes of it; None if Twilio answers that it does not exist."""
        answer = self._send("GET", url, account_sid=account_sid)
        if answer.missing == "stopped":
            raise LookStopped
        if answer.missing:
            lost: dict[str, Detail] = {"what": what, "obstacle": answer.obstacle, "limit": answer.limit}
            raise CannotRead(Reason(Cause.READ_NOT_ANSWERED, lost))
        if answer.status_code == 200:
            result = extract(answer, take, read=read)
            if result is None:
                raise CannotRead(Reason(Cause.READ_ODD_ANSWER, {"what": what, "status": 200}))
            return result
        facts = facts_of(answer)
        if answer.status_code == 404 and facts["code"] == NO_SUCH_THING:
            return None
        # A key that lacks a permission is one of this world.
        reset = answer.status_code == 401 and facts["code"] != MISSING_PERMISSION and not self._connection.live
        raise CannotRead(Reason(Cause.READ_REFUSED, {**facts, "what": what, "reset": reset}))

    def pages(
        self,
        url: str,
        key: str,
        make: Callable[[dict[str, Any]], _T],
        *,
        what: str,
        account_sid: str | None = None,
        read: Reader = as_json,
    ) -> Iterator[tuple[list[_T], bool]]:
        """
        Read a list to its end; yield the converted records of each page, and whether another page follows.

        Only the link shows that: a page in the middle of a list may be short or empty.
        A record may occur twice, on one page or on two; the caller removes the duplicates.

        Raises:
            CannotRead: The list cannot be read, leads away from Twilio, or never ends.
        """

        def take(page: Any, host: str) -> tuple[list[_T], list[str | int], str | None]:
            records = records_in(page, key)
            return [make(record) for record in records], list(map(mark, records)), next_page_in(page, host)

        return self.whole_pages(url, take, what=what, account_sid=account_sid, read=read)

    def whole_pages(
        self,
        url: str,
        take: Callable[[Any, str], tuple[_T, list[str | int], str | None]],
        *,
        what: str,
        account_sid: str | None = None,
        read: Reader = as_json,
    ) -> Iterator[tuple[_T, bool]]:
        """
        Read a list to its end; yield the content of each page, and whether another page follows.

        Args:
            take: Returns what it makes of a page, the marks of its records, and the address of the next page.  It
                gets the page and the prefix for that address, see ``next_page_in``.

        Raises:
            CannotRead: The list cannot be read, leads away from Twilio, or never ends.
        """
        # Only Twilio's own link is a cursor; Twilio refuses page numbers (error 20001).
        host = API if url.startswith(f"{API}/") else ""
        pages = Pages(what)
        following: str | None = url
        while following:
            # Credentials go to Twilio only, whatever link a page has.
            if not is_at_twilio(following):
                raise WrongAnswer(Reason(Cause.READ_OTHER_HOST, {"what": what}))
            pages.ask(following)
            page = self.read(following, lambda page: take(page, host), what=what, account_sid=account_sid, read=read)
            if page is None:
                raise list_missing(what)
            content, marks, following, page = *page, None
            pages.take(marks, follows=bool(following))
            yield content, bool(following)
            del content  # a page takes megabytes: free it before the next one arrives

    def send_change(self, method: str, url: str, form: Mapping[str, str], *, request: Request) -> Answer:
        """
        Send a changing request once.

        Raises:
            NotSent, TwilioBusy, TwilioSaidNo: Nothing changed.
            NoAnswer: Twilio may have carried it out.
        """
        answer = self._send(method, url, form=dict(form))
        facts: dict[str, Detail] = {"request": request.value, "number": form.get("PhoneNumber")}
        if answer.missing:
            lost = {**facts, "obstacle": answer.obstacle, "limit": answer.limit}
            if answer.missing in {"not sent", "stopped"}:
                raise NotSent(Reason(Cause.DID_NOT_LEAVE, lost))
            raise NoAnswer(Reason(Cause.NO_ANSWER, lost))
        if 200 <= answer.status_code < 300:
            return answer
        raise refusal(answer, facts)


def wrong_subject(what: str) -> WrongAnswer:
    """Make the error for an answer, or a record of it, about another resource than the requested one."""
    return WrongAnswer(Reason(Cause.READ_OTHER_SUBJECT, {"what": what}))


def list_missing(what: str) -> CannotRead:
    """Make the error for a list that does not exist at Twilio."""
    return CannotRead(Reason(Cause.READ_LIST_MISSING, {"what": what, "status": 404, "code": NO_SUCH_THING}))
