"""Rows of Twilio's logs, and an account whose logs have a few of them."""

from threading import Event

import msgspec
import pytest

from helpers.core.log_record import LogRecord
from helpers.core.records import Window
from helpers.evidence.number_traffic import fetch_number_traffic
from tests.support.evidence import take_traffic

OURS, OTHER = "+19175550156", "+14165550188"
WHEN = "Sun, 01 Mar 2026 08:00:00 +0000"
#: What a row says that came in, and one that went out.
IN, OUT = {"to": OURS, "from": OTHER}, {"to": OTHER, "from": OURS}
CALL = {"sid": f"CA{1:032x}", "status": "completed", "duration": "60", "start_time": WHEN, "date_created": WHEN}
TEXT = {"sid": f"SM{1:032x}", "status": "delivered", "date_sent": WHEN, "date_created": WHEN}
TEXT |= {"messaging_service_sid": None}


def log_record(row):
    """Make the record that the kit decodes from a row."""
    return msgspec.convert(row, LogRecord)


@pytest.fixture
def marketing(operator, monkeypatch):
    """An account whose logs have a few rows, as its look finds them: swept, or looked up number by number."""
    inventory = operator.inventory()
    accounts = {account.sid: account for account in inventory.accounts}
    numbers = [one for one in inventory.numbers if accounts[one.account_sid].friendly_name == "Acme Marketing"]
    rows, told = {"Calls": [], "Messages": []}, {}

    def log(account_sid, resource, filters, *, page_size=1000):
        """Twilio's filters look at the rows as they are; what is told of them may be something else."""
        if list(filters) == ["DateSent<"]:
            yield [], False
            return
        wanted = {name.lower(): value for name, value in filters.items() if name in {"To", "From"}}
        found = [row for row in rows[resource] if wanted.items() <= row.items()]
        whole = wanted.keys().isdisjoint({"to", "from"})
        yield [log_record(told.get(id(row), row)) for row in found], whole and look.longer

    def look(*, sweeps):
        monkeypatch.setattr(operator.gateway, "log", log)
        monkeypatch.setattr(operator.gateway, "usage", lambda *_, **__: {} if sweeps else {"calls": 10**9})
        window = Window.of(90, until=operator.clock())
        how = {"stop": Event()}
        found = take_traffic(operator.gateway, numbers, accounts, window, **how)
        if not sweeps:
            for number in numbers:
                assert fetch_number_traffic(operator.gateway, number, window).tells == found[number.sid].tells
        return {number.phone_number: found[number.sid] for number in numbers}

    look.rows, look.told, look.account = rows, told, numbers[0].account_sid
    #: Whether each page of a whole log announces another one.
    look.longer = False
    return look
