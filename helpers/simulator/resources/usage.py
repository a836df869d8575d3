"""
Usage Records: the bill of an account by category and days.

https://www.twilio.com/docs/usage/api/usage-record.  They count all traffic,
also messages that the account no longer keeps.  Messages over WhatsApp are in none of
these categories; numbers are those held now, with one American price for each thirty
days begun, which is a simplification.
"""

from datetime import UTC, date, datetime, time, timedelta
from re import fullmatch

from helpers.simulator.resources.access import admit
from helpers.simulator.resources.exchange import ApiRequest, ApiResponse
from helpers.simulator.resources.lists import answer_list
from helpers.simulator.world.records import VERSION, WorldAccount
from helpers.simulator.world.refusals import Refused
from helpers.simulator.world.traffic_log import Bill
from helpers.simulator.world.world import World

PRICE_OF_A_NUMBER = 1.15
#: Category -> its description, the unit of its count, and the unit of its usage.
CATEGORIES = {
    "calls": ("Voice Minutes", "calls", "minutes"),
    "calls-inbound": ("Inbound Voice Minutes", "calls", "minutes"),
    "calls-outbound": ("Outbound Voice Minutes", "calls", "minutes"),
    "sms": ("SMS", "messages", "segments"),
    "sms-inbound": ("Inbound SMS", "messages", "segments"),
    "sms-outbound": ("Outbound SMS", "messages", "segments"),
    "mms": ("MMS", "messages", "messages"),
    "mms-inbound": ("Inbound MMS", "messages", "messages"),
    "mms-outbound": ("Outbound MMS", "messages", "messages"),
    "phonenumbers": ("Phone Numbers", "numbers", "numbers"),
    "totalprice": ("Total Price", "", "usd"),
}
#: The lists for other periods, which the simulator does not have.
LISTS = {
    "all_time": "AllTime",
    "daily": "Daily",
    "last_month": "LastMonth",
    "monthly": "Monthly",
    "this_month": "ThisMonth",
    "today": "Today",
    "yearly": "Yearly",
    "yesterday": "Yesterday",
}


def list_usage(world: World, request: ApiRequest, account_sid: str) -> ApiResponse:
    """List the usage of an account, including that of its subaccounts unless the request excludes it."""
    account = admit(world, request.caller, account_sid, request.path)
    today = world.now().astimezone(UTC).date()
    first = _day(request, "StartDate", today) or account.created.astimezone(UTC).date()
    last = _day(request, "EndDate", today) or today
    category_asked = request.query.get("Category")
    if category_asked is not None and category_asked not in CATEGORIES:
        raise Refused(20001, f"There is no category {category_asked}")
    together = account.is_main and request.query.get("IncludeSubaccounts", "true").lower() != "false"
    bills = _bills(world, list(world.accounts.values()) if together else [account], first, last)
    rows = [
        (order, _fields(world, account, category, bill, first=first, last=last))
        for order, (category, bill) in enumerate(bills.items())
        if category_asked in (None, category)
    ]
    return answer_list(world, request, "usage_records", rows)


def _bills(world: World, accounts: list[WorldAccount], first: date, last: date) -> dict[str, Bill]:
    bills = dict.fromkeys(CATEGORIES, Bill())
    begin = datetime.combine(first, time.min, UTC)
    end = datetime.combine(last, time.max, UTC)
    for account in accounts:
        for category, log in (("calls", world.calls(account.sid)), ("sms", world.messages(account.sid))):
            inbound, outbound = log.bill(begin, end)
            bills[f"{category}-inbound"] += inbound
            bills[f"{category}-outbound"] += outbound
            bills[category] += inbound + outbound
        held = len(world.numbers(account.sid))
        months = -(-((last - first).days + 1) // 30)
        bills["phonenumbers"] += Bill(held, held, held * months * PRICE_OF_A_NUMBER)
    price = sum(bills[category].price for category in ("calls", "sms", "phonenumbers"))
    return bills | {"totalprice": Bill(0, 0, price)}


def _fields(
    world: World, account: WorldAccount, category: str, bill: Bill, *, first: date, last: date
) -> dict[str, object]:
    description, count_unit, usage_unit = CATEGORIES[category]
    uri = f"{VERSION}/Accounts/{account.sid}/Usage/Records"
    price = round(bill.price, 5)
    total = category == "totalprice"
    return {
        "account_sid": account.sid,
        "api_version": "2010-04-01",
        "as_of": world.now().astimezone(UTC).isoformat(timespec="seconds"),
        "category": category,
        "count": None if total else str(bill.count),
        "count_unit": count_unit,
        "description": description,
        "end_date": last.isoformat(),
        "price": price,
        "price_unit": "usd",
        "start_date": first.isoformat(),
        "subresource_uris": {name: f"{uri}/{path}.json?Category={category}" for name, path in LISTS.items()},
        "uri": f"{uri}.json?Category={category}&StartDate={first}&EndDate={last}",
        "usage": str(price if total else bill.units),
        "usage_unit": usage_unit,
    }


def _day(request: ApiRequest, parameter: str, today: date) -> date | None:
    text = request.query.get(parameter)
    if text is None:
        return None
    offset = fullmatch(r"([+-]?[0-9]{1,5})days?", text)
    try:
        return today + timedelta(days=int(offset.group(1))) if offset else date.fromisoformat(text)
    except (ValueError, OverflowError):
        raise Refused(20001, f"{parameter} {text} is neither a day nor a number of days from now") from None
