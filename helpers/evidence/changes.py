"""
What changed between two looks, as facts.  Pure.

A change is stated only where both looks read what it is about.  What one of them did not read is "not known": a number
of an account that could not be read is not gone, and one whose log nobody read is not unused.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from helpers.core.connections import Link, LinkKind, Place
from helpers.core.records import Verdict
from helpers.evidence.evidence_rows import links_in, unseen_in
from helpers.evidence.kept_looks import KeptLook
from helpers.journal.entries import Entry
from helpers.journal.states import OPEN, OVERTURNED, Act, State


class ChangeKind(StrEnum):
    """A kind of change.  Files contain the values."""

    NEW = "new"
    #: This journal proves that it was released.
    RELEASED = "released"
    #: In no account any more, and whether by this journal's request is not settled yet.
    NOT_SETTLED = "gone, and not settled"
    #: In no account any more, and this journal did not release it.
    GONE = "gone"
    #: The same phone number under another sid: taken back, or bought again.
    BACK = "back under another sid"
    MOVED = "moved"
    RENAMED = "renamed"
    IN_USE_AGAIN = "in use again"
    NOT_USED_ANY_MORE = "not used any more"
    PRICE_CHANGED = "price changed"
    CONNECTED_DIFFERENTLY = "connected differently"
    #: Its account was not read now, so whether it is still there is not known.
    NOT_READ_NOW = "not read now"
    #: It left its account, and not every account was read now, so it may have moved there.
    LEFT_ITS_ACCOUNT = "left its account"
    #: It was not seen then, and not every account was read then, so it may have been there.
    NOT_READ_THEN = "not read then"


#: The kinds that say only that something is not known.
NOT_KNOWN = frozenset({ChangeKind.NOT_READ_NOW, ChangeKind.LEFT_ITS_ACCOUNT, ChangeKind.NOT_READ_THEN})


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one number."""

    kind: ChangeKind
    sid: str
    phone_number: str
    name: str | None
    account: str | None
    #: What it was and what it is: names, accounts, prices, or connections.
    before: tuple[str, ...] = ()
    now: tuple[str, ...] = ()
    #: By how much the company pays more a month, or less; None where that is not known, or nothing changed.
    monthly: Decimal | None = None
    currency: str | None = None
    #: The id of the journal entry of this kit's own act, if it was one.
    entry: str | None = None


#: The fields of a number's own record that connect it.
_OWN = (
    *("voice_url", "voice_fallback_url", "voice_application_sid", "sms_url", "sms_fallback_url"),
    *("sms_application_sid", "status_callback", "trunk_sid", "bundle_sid", "address_sid", "identity_sid"),
    *("emergency_address_sid", "voice_receive_mode"),
)
_SERVICES, _PROXY = {LinkKind.MESSAGING_SERVICE}, {LinkKind.PROXY}
_TRUST, _PROFILE = {LinkKind.TRUST_PRODUCT}, {LinkKind.BUSINESS_PROFILE}
#: The kinds of connections that are found at a place.  Where it could not be read, nothing is known of them.
_FOUND_AT: Mapping[Place, set[LinkKind]] = {
    # Without its campaigns, a service is known all the same; and three kinds are never compared.
    **{place: set() for place in (Place.CAMPAIGNS, Place.APPLICATION_NAMES, Place.REGION, Place.ADD_ONS)},
    **dict.fromkeys((Place.MESSAGING_SERVICES, Place.SERVICE_NUMBERS), _SERVICES),
    Place.TOLL_FREE_VERIFICATIONS: {LinkKind.TOLL_FREE_VERIFICATION},
    Place.TRUST: _TRUST | _PROFILE,
    **dict.fromkeys((Place.TRUST_PRODUCTS, Place.TRUST_PRODUCT), _TRUST),
    **dict.fromkeys((Place.BUSINESS_PROFILES, Place.BUSINESS_PROFILE), _PROFILE),
    Place.CONVERSATIONS: {LinkKind.CONVERSATIONS},
    Place.WHATSAPP_SENDERS: {LinkKind.WHATSAPP_SENDER},
    **dict.fromkeys((Place.PROXY, Place.PROXY_NUMBERS), _PROXY),
    Place.SIP_DOMAINS: {LinkKind.SIP_DOMAIN},
    Place.CALLER_IDS: {LinkKind.CALLER_ID},
    Place.HOSTED_ORDERS: {LinkKind.HOSTED_ORDER},
    Place.BUNDLES: {LinkKind.BUNDLE_AT_RISK},
}
#: Names, whose absence may be a failure, and places that no look at a company reads.
_NEVER_COMPARED = {LinkKind.APPLICATION_NAME, LinkKind.REGION, LinkKind.ADD_ON}


def find_changes(then: KeptLook, now: KeptLook, entries: Iterable[Entry]) -> list[Change]:
    """
    List what changed between two looks, by kind and phone number.

    Args:
        entries: The journal's entries since the earlier look.
    """
    acts = {(entry.number_sid, entry.act): entry for entry in entries}
    place = pc.index_in(now.rows["sid"], then.rows["sid"].combine_chunks())
    both = now.rows.filter(place.is_valid())
    before = then.rows.take(place.drop_null())
    came = now.rows.filter(place.is_null())
    went = then.rows.filter(pc.invert(pc.is_in(then.rows["sid"], now.rows["sid"].combine_chunks())))
    changes = [*_changed(before, both, then, acts), *_came_and_went(went, came, then, now, acts)]
    kinds = list(ChangeKind)
    return sorted(changes, key=lambda change: (kinds.index(change.kind), change.phone_number))


_Acts = Mapping[tuple[str, Act], Entry]
_Row = Mapping[str, Any]


def _came_and_went(went: pa.Table, came: pa.Table, then: KeptLook, now: KeptLook, acts: _Acts) -> Iterable[Change]:
    new = came.to_pylist()
    by_phone_number, matched = {row["phone_number"]: row for row in new}, set[str]()
    for row in went.to_pylist():
        again = by_phone_number.pop(row["phone_number"], None)
        entry = acts.get((row["sid"], Act.RELEASE))
        if again is not None:
            own = entry.id if entry and entry.state == State.RESTORED else None
            matched.add(again["sid"])
            yield _change(ChangeKind.BACK, again, before=(row["sid"],), now=(again["sid"],), entry=own)
        else:
            yield _gone(row, now, entry)
    for row in new:
        if row["sid"] in matched:
            continue
        # Twilio's own date proves more than an account that could not be read.
        is_new = then.extent.all_read or (row["created"] and row["created"] > then.extent.at)
        kind = ChangeKind.NEW if is_new else ChangeKind.NOT_READ_THEN
        yield _change(kind, row, monthly=row["monthly"] if is_new else None)


def _gone(row: _Row, now: KeptLook, entry: Entry | None) -> Change:
    saves = -row["monthly"] if row["monthly"] is not None else None
    if entry and entry.released:
        return _change(ChangeKind.RELEASED, row, monthly=saves, entry=entry.id)
    seen = {account.sid for account in now.extent.accounts}
    out_of_sight = row["account_sid"] not in seen and not now.extent.whole_company
    if row["account_sid"] in now.extent.unread or out_of_sight:
        return _change(ChangeKind.NOT_READ_NOW, row)
    if not now.extent.all_read:
        return _change(ChangeKind.LEFT_ITS_ACCOUNT, row)
    if entry and entry.sent_at is not None and entry.state in OPEN | OVERTURNED:
        return _change(ChangeKind.NOT_SETTLED, row, monthly=saves, entry=entry.id)
    return _change(ChangeKind.GONE, row, monthly=saves)


def _changed(before: pa.Table, both: pa.Table, then: KeptLook, acts: _Acts) -> Iterable[Change]:
    """Find what changed in the numbers that both looks saw; only rows that differ are taken out of the columns."""
    compared = (*_OWN, "account_sid", "name", "verdict", "monthly", "currency", "links")
    differs = pa.array([False] * len(both), pa.bool_())
    for name in compared:
        same = pc.equal(before[name], both[name])
        neither = pc.and_(before[name].is_null(), both[name].is_null())
        differs = pc.or_(differs, pc.invert(pc.or_(pc.fill_null(same, fill_value=False), neither)))
    olds, news = before.filter(differs).to_pylist(), both.filter(differs).to_pylist()
    for old, new in zip(olds, news, strict=True):
        moved = old["account_sid"] != new["account_sid"]
        if moved:
            entry = acts.get((new["sid"], Act.MOVE))
            own = entry.id if entry and entry.state == State.MOVED else None
            yield _change(ChangeKind.MOVED, new, before=(old["account"],), now=(new["account"],), entry=own)
        if old["name"] != new["name"]:
            yield _change(ChangeKind.RENAMED, new, before=_some(old["name"]), now=_some(new["name"]))
        if None not in (old["monthly"], new["monthly"]):
            yield from _price_changed(old, new)
        looked_since = new["looked_at"] is not None and new["looked_at"] > then.extent.at
        # The log of the account in which it is now shows nothing of what it did in another one.
        if looked_since and not moved:
            yield from _used_otherwise(old, new)
        gone, came = _own_connections(old, new)
        if looked_since and old["looked_at"] is not None:
            elsewhere = _connections_elsewhere(old, new)
            gone, came = gone + elsewhere[0], came + elsewhere[1]
        if gone or came:
            yield _change(ChangeKind.CONNECTED_DIFFERENTLY, new, before=gone, now=came)


def _price_changed(old: _Row, new: _Row) -> Iterable[Change]:
    if old["currency"] == new["currency"] and old["monthly"] != new["monthly"]:
        prices = (_price(row) for row in (old, new))
        yield _change(
            ChangeKind.PRICE_CHANGED,
            new,
            before=(next(prices),),
            now=(next(prices),),
            monthly=new["monthly"] - old["monthly"],
        )
    elif old["currency"] != new["currency"]:
        # What that costs more or less is not known.
        yield _change(ChangeKind.PRICE_CHANGED, new, before=(_price(old),), now=(_price(new),))


def _used_otherwise(old: _Row, new: _Row) -> Iterable[Change]:
    verdicts = (old["verdict"], new["verdict"])
    if verdicts == (Verdict.QUIET, Verdict.IN_USE):
        yield _change(ChangeKind.IN_USE_AGAIN, new)
    elif verdicts == (Verdict.IN_USE, Verdict.QUIET):
        yield _change(ChangeKind.NOT_USED_ANY_MORE, new)


def _own_connections(old: _Row, new: _Row) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name the fields of the record that connected it then and do not now, and the other way round, with values."""
    odd = {*(old["unreadable"] or "").split(), *(new["unreadable"] or "").split()}
    fields = [name for name in _OWN if old[name] != new[name] and name not in odd]
    gone, came = (tuple(f"{name}: {row[name]}" for name in fields if row[name]) for row in (old, new))
    return gone, came


def _connections_elsewhere(old: _Row, new: _Row) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name the connections at other places that were there then and are not now, and the other way round."""
    unseen = {gap.place for row in (old, new) for gap in unseen_in(row["unseen"])}
    unseen.discard(Place.RECORD)
    if unseen - _FOUND_AT.keys():
        return (), ()
    unknown = _NEVER_COMPARED.union(*(_FOUND_AT[place] for place in unseen))
    had, has = ({link: None for link in links_in(row["links"]) if link.kind not in unknown} for row in (old, new))
    return tuple(_text(link) for link in had if link not in has), tuple(_text(link) for link in has if link not in had)


def _text(link: Link) -> str:
    return f"{link.kind}: {link.details.get('name') or link.target}"


def _change(
    kind: ChangeKind,
    row: _Row,
    *,
    before: tuple[str, ...] = (),
    now: tuple[str, ...] = (),
    monthly: Decimal | None = None,
    entry: str | None = None,
) -> Change:
    return Change(
        *(kind, row["sid"], row["phone_number"], row["name"], row["account"], before, now),
        monthly=None if monthly is None else monthly.normalize(),
        currency=row["currency"] if monthly is not None else None,
        entry=entry,
    )


def _price(row: _Row) -> str:
    return f"{row['currency'] or ''} {row['monthly'].normalize():f}".strip()


def _some(text: str | None) -> tuple[str, ...]:
    return (text,) if text else ()
