"""
Pages of lists, as Twilio's APIs answer them.

Each page names the address of the next one.  The token in that address names the last
record of the page, not a position.  So a number that comes or goes meanwhile makes no
other number appear twice or go missing.
"""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from operator import attrgetter
from urllib.parse import urlencode

from helpers.simulator.world.records import Record
from helpers.simulator.world.refusals import Refused

DEFAULT_SIZE = 50
LARGEST_SIZE = 1000
#: The most digits of a page's number or size.
DIGITS = 18
PAGING = ("PageSize", "Page", "PageToken")
#: Makes orders positive, so that they can be written without a sign.
FROM_BELOW = 1 << 47


@dataclass(frozen=True)
class Listing:
    """A list of one world: its address and its filters."""

    world_id: str
    path: str
    query: Mapping[str, str]

    @property
    def filters(self) -> dict[str, str]:
        """The parameters of the request that do not choose a page."""
        return {name: value for name, value in self.query.items() if name not in PAGING}

    def address(self, size: int, page: int, token: str | None = None) -> str:
        """Write the address of one page of it, relative to the host."""
        paging = {"PageSize": size, "Page": page} | ({"PageToken": token} if token else {})
        return f"{self.path}?{urlencode({**self.filters, **paging})}"

    def token(self, kind: str, order: int) -> str:
        """Make the token for the records after (``PA``) or before (``PB``) *order*."""
        about = repr((self.world_id, self.path, sorted(self.filters.items()), kind, order))
        return f"{kind}{order + FROM_BELOW:012x}{blake2b(about.encode(), digest_size=10).hexdigest()}"

    def place(self, token: str) -> tuple[str, int]:
        """
        Read a token made by ``token``.

        Raises:
            Refused: It was not made for this listing (21481).
        """
        kind, digits = token[:2], token[2:14]
        try:
            order = int(digits, 16) - FROM_BELOW
        except ValueError:
            raise Refused(21481) from None
        if token != self.token(kind, order):
            raise Refused(21481)
        return kind, order


@dataclass(frozen=True)
class Page:
    """Consecutive records of a list, with the addresses of this page and its neighbours."""

    records: Sequence[Record]
    number: int
    size: int
    address: str
    first: str
    previous: str | None
    next: str | None

    def envelope(self, key: str, texts: Sequence[str]) -> str:
        """Write the page as the 2010 API does: *texts*, the records' JSON by one or by many, under *key*."""
        start = self.number * self.size
        around = {
            "first_page_uri": self.first,
            "end": start + max(0, len(self.records) - 1),
            "previous_page_uri": self.previous,
            "uri": self.address,
            "page_size": self.size,
            "start": start,
            "next_page_uri": self.next,
            "page": self.number,
        }
        return f'{json.dumps(around)[:-1]}, "{key}": [{", ".join(texts)}]}}'

    def meta_envelope(self, key: str, texts: Sequence[str], *, host: str) -> str:
        """Write the page as the newer APIs do, with absolute addresses."""
        meta = {
            "page": self.number,
            "page_size": self.size,
            "first_page_url": host + self.first,
            "previous_page_url": self.previous and host + self.previous,
            "url": host + self.address,
            "next_page_url": self.next and host + self.next,
            "key": key,
        }
        return f'{{"{key}": [{", ".join(texts)}], "meta": {json.dumps(meta)}}}'


def turn_to_page(listing: Listing, records: Sequence[Record], *, largest: int = LARGEST_SIZE) -> Page:
    """
    Return the page that the request asks for; *records* are in order.

    Raises:
        Refused: PageSize over the largest (20007; whether Twilio refuses or trims is unverified), a page
            number without a token (20001), or a token from elsewhere (21481).
    """
    size = _whole(listing.query, "PageSize", DEFAULT_SIZE)
    number = _whole(listing.query, "Page", 0)
    token = listing.query.get("PageToken")
    if size > largest:
        raise Refused(20007, f"the maximum is {largest}")
    if size < 1:
        raise Refused(20001, "PageSize must be at least 1")
    if number > 0 and not token:
        raise Refused(20001, "PageToken is required for paging")

    start, end = 0, size
    if token:
        kind, order = listing.place(token)
        if kind == "PA":
            start = bisect_right(records, order, key=attrgetter("order"))
            end = start + size
        else:
            end = bisect_left(records, order, key=attrgetter("order"))
            start = max(0, end - size)
    shown = records[start:end]
    following = preceding = None
    if shown and end < len(records):
        following = listing.address(size, number + 1, listing.token("PA", shown[-1].order))
    if shown and start > 0 and number > 0:
        preceding = listing.address(size, number - 1, listing.token("PB", shown[0].order))
    return Page(
        records=shown,
        number=number,
        size=size,
        address=listing.address(size, number, token),
        first=listing.address(size, 0),
        previous=preceding,
        next=following,
    )


def emptied(body: str) -> tuple[str, str]:
    """
    Remove the records of a page, and make the page its own next one; return it and its address.

    >>> emptied('{"uri": "/a", "next_page_uri": null, "calls": [{"sid": "CA1"}]}')
    ('{"uri": "/a", "next_page_uri": "/a", "calls": []}', '/a')
    """
    page = json.loads(body)
    around, address = page.get("meta", page), ""
    for name in ("uri", "url"):
        if name in around and f"next_page_{name}" in around:
            address = around[f"next_page_{name}"] = around[name]
    return json.dumps({name: [] if isinstance(value, list) else value for name, value in page.items()}), address


def _whole(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    # Python refuses to read numbers of thousands of digits.
    if not text.isdecimal() or len(text) > DIGITS:
        raise Refused(20001, f"{name} must be a whole number")
    return int(text)
