"""
The ways to read every number of a company: the kit's, those that people write with Twilio's SDK, and plain urllib3.

Each imports only what it needs, because its memory is measured.  Each begins with the list of accounts and ends with
every number's fields in Python.
"""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tests.bench.apart import memory

#: How many requests are under way at once, where there are threads.
THREADS = 32
#: Reads some accounts, all without a count, and returns how many numbers they have.
Read = Callable[[int | None], int]


def time_reading(
    way: Callable[[dict[str, str]], Read], about: dict[str, str], count: int | None, *, times: int
) -> tuple[list[tuple[float, float]], float]:
    """Read some times; return the seconds and the processor's seconds of each, and the megabytes at the most."""
    read, runs = way(about), list[tuple[float, float]]()
    for _ in range(times):
        cpu, began = time.process_time(), time.perf_counter()
        assert read(count), "No numbers were read."
        runs.append((time.perf_counter() - began, time.process_time() - cpu))
    return runs, memory()


def the_kit(about: dict[str, str]) -> Read:
    """Read as the inventory notebook does."""
    from helpers.evidence.inventory import take_inventory
    from helpers.gateway.visibility import find_reach
    from tests.bench.practice import connect

    gateway = connect(about)
    reach, _ = find_reach(gateway)

    def read(_: int | None) -> int:
        inventory = take_inventory(gateway, reach, gateway.accounts(), seconds=time.monotonic)
        assert not inventory.coverage.unread
        return len(inventory.numbers)

    return read


def the_sdk_in_a_loop(about: dict[str, str]) -> Read:
    """Read one account after the other, as everybody writes it first; a page has the 50 records of Twilio's default."""
    client = _sdk(about)
    return lambda count: sum(
        len(client.api.v2010.accounts(account.sid).incoming_phone_numbers.list())
        for account in client.api.accounts.list(limit=count)
    )


def the_sdk_with_threads(about: dict[str, str]) -> Read:
    """Read accounts side by side, each in pages of a thousand."""
    client = _sdk(about)

    def numbers(account) -> int:
        return len(client.api.v2010.accounts(account.sid).incoming_phone_numbers.list(page_size=1000))

    def read(count: int | None) -> int:
        with ThreadPoolExecutor(THREADS) as threads:
            return sum(threads.map(numbers, client.api.accounts.list(limit=count, page_size=1000)))

    return read


def urllib3_with_threads(about: dict[str, str]) -> Read:
    """Read accounts side by side, and decode the pages; nothing else is checked, and no failure is met."""
    from urllib3 import PoolManager, make_headers

    pool = PoolManager(maxsize=THREADS, retries=False)
    signed = make_headers(basic_auth=f"{about['account_sid']}:{about['auth_token']}") | {"Host": "api.twilio.com"}

    def records(path: str, key: str) -> list[dict[str, object]]:
        found, following = [], f"/2010-04-01/{path}.json?PageSize=1000"
        while following:
            page = json.loads(pool.request("GET", about["url"] + following, headers=signed).data)
            found += page[key]
            following = page["next_page_uri"]
        return found

    def numbers(account) -> int:
        return len(records(f"Accounts/{account['sid']}/IncomingPhoneNumbers", "incoming_phone_numbers"))

    def read(count: int | None) -> int:
        with ThreadPoolExecutor(THREADS) as threads:
            return sum(threads.map(numbers, records("Accounts", "accounts")[:count]))

    return read


def _sdk(about: dict[str, str]):
    from twilio.rest import Client

    client = Client(about["account_sid"], about["auth_token"])
    client.api.base_url = about["url"]
    return client
