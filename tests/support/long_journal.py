"""A journal of many entries, written as fast as the database takes it: what years of releasing leave behind."""

import itertools
import json
from datetime import timedelta

from helpers.core.records import Number
from helpers.journal.chain import digest_of
from helpers.journal.database import JOURNAL
from helpers.journal.entries import StoredRow
from helpers.journal.journal import Journal

#: The states of a release that Twilio was too busy for at first, as the kit writes them.
STATES = ("confirmed", "intended", "throttled", "intended", "acknowledged", "released")
_URL = "https://voice.example.com/answer"


def write_long_journal(url, entries, *, until, last=()):
    """
    Write released entries, the newest ten at *until* and the others an hour apart before.

    Args:
        last: The states of an entry that is added at the end, as of the number ``PN`` with all its digits 9.
    """
    journal = Journal(url)
    rows = _chained(entries, until=until, last=last)
    for many in iter(lambda: list(itertools.islice(rows, 6_000)), []):
        journal.database.write(lambda connection, many=many: connection.execute(JOURNAL.insert(), many))


def number_of(i):
    """Make the number of the entry with an index: every field that Twilio sends."""
    sid, account = f"PN{i:032x}", f"AC{i % 200:032x}"
    sent = {
        "sid": sid,
        "account_sid": account,
        "phone_number": f"+1415555{i % 10_000:04d}",
        "friendly_name": f"Campaign line {i}",
        "api_version": "2010-04-01",
        "beta": False,
        "capabilities": {"voice": True, "sms": True, "mms": True, "fax": False},
        "date_created": "Mon, 16 Aug 2021 23:00:00 +0000",
        "date_updated": "Mon, 16 Aug 2021 23:00:00 +0000",
        "emergency_address_sid": None,
        "emergency_address_status": "unregistered",
        "emergency_status": "Inactive",
        "identity_sid": None,
        "origin": "twilio",
        "status": "in-use",
        "trunk_sid": None,
        "type": "local",
        "uri": f"/2010-04-01/Accounts/{account}/IncomingPhoneNumbers/{sid}.json",
        **{f"{kind}_application_sid": None for kind in ("voice", "sms")},
        **{f"{kind}_method": "POST" for kind in ("voice", "voice_fallback", "sms", "sms_fallback", "status_callback")},
        **{f"{kind}_url": f"{_URL}/{kind}/{i}" for kind in ("voice", "voice_fallback", "sms", "sms_fallback")},
        "status_callback": f"{_URL}/status/{i}",
        "subresource_uris": {"assigned_add_ons": f"/2010-04-01/Accounts/{account}/IncomingPhoneNumbers/{sid}/AddOns"},
    }
    return Number(sid, account, sent["phone_number"], sent["friendly_name"], sent)


def _chained(entries, *, until, last):
    n, digest = 0, ""
    for i in range(entries):
        at = until - timedelta(hours=max(0, entries - 10 - i))
        about = number_of(i)
        for state in STATES:
            n += 1
            row = _row(n, f"{i:064x}", about, state, at, digest)
            digest = row["digest"]
            yield row
    about = number_of(16**32 - 1)
    for state in last:
        n += 1
        row = _row(n, "last", about, state, until, digest)
        digest = row["digest"]
        yield row


def _row(n, entry, number, state, at, previous):
    row = {
        "n": n,
        "entry": entry,
        "act": "release",
        "state": state,
        "at": at.isoformat(),
        "account_sid": number.account_sid,
        "number_sid": number.sid,
        "phone_number": number.phone_number,
        "detail": json.dumps(_detail(state, number, at), sort_keys=True, ensure_ascii=False),
        "previous": previous,
    }
    return row | {"digest": digest_of(StoredRow(**row, digest=""))}


def _detail(state, number, at):
    if state == "acknowledged":
        return {"answer": 204, "request_id": f"RQ{number.sid[2:]}", "left_at": at.isoformat()}
    if state != "confirmed":
        return {"attempt": 1} if state == "intended" else {}
    quiet = dict.fromkeys(("last_call_in", "last_call_out", "last_message_in", "last_message_out"))
    looked = {"since": (at - timedelta(days=90)).isoformat(), "until": at.isoformat(), "calls": 0, "messages": 0}
    return {
        "who": "pat@desk",
        "why": "the campaign is over",
        "reason_code": "campaign over",
        "ticket": f"OPS-{at:%j}",
        "typed": number.phone_number,
        "confirmed_at": at.isoformat(),
        "account_name": f"Customer {number.account_sid[-3:]}",
        "verdict": "quiet",
        "traffic": {**looked, **quiet, "unread": {}},
        "wiring": {"links": [], "unseen": []},
        "cautions": [],
        "price": "USD 1.15",
        "number": dict(number.sent),
    }
