"""Every list that the kit reads, and pages of them that are not Twilio's."""

import itertools

import msgspec

SERVICES = "https://messaging.twilio.com/v1/Services"


def sent(one):
    """Return the fields that a record of a log was sent with."""
    return {name: value for name, value in msgspec.to_builtins(one).items() if value is not None}


#: Every list, by the key under which its records stand, and how it is read.
LISTS = {
    "accounts": lambda gateway, sid: list(gateway.accounts()),
    "incoming_phone_numbers": lambda gateway, sid: list(gateway.numbers(sid)),
    "calls": lambda gateway, sid: [sent(one) for page, _ in gateway.log(sid, "Calls", {}) for one in page],
    "messages": lambda gateway, sid: [sent(one) for page, _ in gateway.log(sid, "Messages", {}) for one in page],
    "usage_records": lambda gateway, sid: gateway.usage(sid, since="2026-01-01", until="2026-03-01"),
    "outgoing_caller_ids": lambda gateway, sid: list(gateway.listing(sid, "OutgoingCallerIds", "outgoing_caller_ids")),
    "services": lambda gateway, sid: list(gateway.resources(sid, SERVICES, "services")),
}
LOGS, WHOLE = ("calls", "messages"), ("accounts", "incoming_phone_numbers", "outgoing_caller_ids", "services")


def sid(n, kind="AC"):
    return f"{kind}{n:032x}"


def record(key, n, home, **also):
    """Make a record as it stands in a list; the account's own is the first of all accounts."""
    number = f"+1415555{n % 10_000:04d}"
    own = home if n == 0 else sid(n)
    made = {
        "accounts": {"sid": own, "friendly_name": "Acme", "status": "active", "owner_account_sid": home},
        "incoming_phone_numbers": {"sid": sid(n, "PN"), "account_sid": home, "phone_number": number},
        "usage_records": {"category": f"calls-{n}", "count": "1", "account_sid": home},
    }
    return made.get(key, {"sid": sid(n, "XX"), "account_sid": home, "to": number, "from": number}) | also


def page(key, records, following):
    """Make a page with *following* for the end of the address of the next one; None for the last."""
    uri = following and f"/2010-04-01/Things.json?{following}"
    return {key: records, "next_page_uri": uri, "meta": {"next_page_url": following and f"{SERVICES}?{following}"}}


def answers_in_turn(between, *pages):
    """Answer with one page after the other, and from the last one on with that."""
    turn = itertools.chain(pages, itertools.repeat(pages[-1]))
    between.answers("", 200, lambda _: next(turn))
