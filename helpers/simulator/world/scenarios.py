"""
The named worlds: ``acme``, ``hostile``, ``empty``, and big ones named by their size.

``200x50`` is a company of two hundred subaccounts with fifty numbers each; ``1x10000``
one account, the main one, with ten thousand.  ``200x50+2000000`` is such a company with
two million calls and messages in the last ninety days.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from re import fullmatch

from helpers.simulator.world import acme
from helpers.simulator.world.acme_belongings import BELONGINGS
from helpers.simulator.world.belongings import Belonging, BelongingSpec, belonging
from helpers.simulator.world.fictional_numbers import PLENTY, country_of, fictional, shown
from helpers.simulator.world.records import BLANK_NUMBER, Record, WorldAccount, made_sid, named_sid, number_uri, rfc2822
from helpers.simulator.world.story import DEMO, OFFICE, Story, StoryNumber
from helpers.simulator.world.traffic_spread import MOST, spread
from helpers.simulator.world.world import Scenario

#: The count of numbers that a generated world has for sale.
FOR_SALE = 20
#: The address that each account of a generated world shows where one is asked for.
OFFICE_ADDRESS = BelongingSpec(
    "address",
    OFFICE.removeprefix("AD "),
    400,
    fields={
        "customer_name": "Acme, Inc.",
        "street": "100 Example Avenue",
        "city": "New York",
        "region": "NY",
        "postal_code": "10001",
        "iso_country": "US",
    },
)


def scenario(name: str, *, seed: str, born: datetime) -> Scenario:
    """
    Make the scenario that is called *name*; the same arguments make the same one.

    Raises:
        ValueError: There is no such world, or it asks for more numbers than there are in fiction.
    """
    if name == "acme":
        return _story_scenario(name, seed, born, accounts=acme.ACCOUNTS, story_numbers=acme.STORY_NUMBERS)
    if name == "hostile":
        accounts = (*acme.ACCOUNTS, (acme.HOSTILE_ACCOUNT, "active"))
        story_numbers = acme.STORY_NUMBERS | {acme.HOSTILE_ACCOUNT: acme.HOSTILE_NUMBERS}
        return _story_scenario(name, seed, born, accounts=accounts, story_numbers=story_numbers)
    if name == "empty":
        return _story_scenario(name, seed, born, accounts=(("Acme", "active"),), story_numbers={})
    size = fullmatch(r"([1-9][0-9]{0,5})x([0-9]{1,6})(?:\+([0-9]{1,8}))?", name)
    if size is None:
        raise ValueError(
            f"There is no world called {name!r}. There are acme, hostile, empty, and sizes like 200x50 "
            "(two hundred subaccounts with fifty numbers each) or 200x50+2000000 (with two million calls and messages)."
        )
    count, each, traffic = (int(digits or 0) for digits in size.groups())
    if traffic > MOST or (traffic and not each):
        raise ValueError(
            f"The world {name} asks for {traffic:,} calls and messages; there can be {MOST:,}, of numbers."
        )
    return _generated(name, seed, born, accounts=count, each=each, traffic=traffic)


def _story_scenario(
    name: str,
    seed: str,
    born: datetime,
    *,
    accounts: Sequence[tuple[str, str]],
    story_numbers: dict[str, tuple[StoryNumber, ...]],
) -> Scenario:
    story = Story(seed, born, lambda account: story_numbers.get(account.friendly_name, ()))
    made = _accounts(seed, born, accounts)
    return Scenario(
        name=name,
        seed=seed,
        born=born,
        accounts=made,
        numbers=story.numbers,
        calls=cache(story.calls),
        messages=cache(story.messages),
        belongings=_belongings(seed, born, lambda account: BELONGINGS.get(account.friendly_name, ())),
        shelf=acme.SHELF,
        retention={
            account.sid: acme.RETENTION[account.friendly_name]
            for account in made
            if account.friendly_name in acme.RETENTION
        },
    )


def _generated(name: str, seed: str, born: datetime, *, accounts: int, each: int, traffic: int) -> Scenario:
    if accounts * each + FOR_SALE > PLENTY:
        raise ValueError(
            f"The world {name} asks for {accounts * each:,} numbers; fiction has {PLENTY - FOR_SALE:,} of them."
        )
    names = [("Acme", "active")]
    if accounts > 1:
        names += [(f"Acme customer {count:04d}", "active") for count in range(1, accounts + 1)]
    made = _accounts(seed, born, names)
    owners = made[1:] or made
    places = {account.sid: place for place, account in enumerate(owners)}
    write = _writer(seed, born)

    def held(account: WorldAccount) -> Sequence[str]:
        place = places.get(account.sid)
        return () if place is None else fictional()[place * each : (place + 1) * each]

    calls, messages = spread(traffic, owners, numbers=held, seed=seed, born=born)
    return Scenario(
        name=name,
        seed=seed,
        born=born,
        accounts=made,
        numbers=lambda account: [write(order, account.sid, number) for order, number in enumerate(held(account))],
        calls=calls,
        messages=messages,
        belongings=_belongings(seed, born, lambda account: [OFFICE_ADDRESS, *_services(held(account))]),
        shelf=fictional()[accounts * each :][:FOR_SALE],
    )


def _belongings(
    seed: str, born: datetime, specs: Callable[[WorldAccount], Iterable[BelongingSpec]]
) -> Callable[[WorldAccount], list[Belonging]]:
    def belongings(account: WorldAccount) -> list[Belonging]:
        return [belonging(one, account=account, seed=seed, born=born) for one in specs(account)]

    return belongings


def _services(numbers: Sequence[str]) -> Iterator[BelongingSpec]:
    """Put every seventh number into one of a few messaging services; those differ in size."""
    texting = [number for number in numbers[::7] if country_of(number).sms]
    for name, some in (("Notifications", texting[::2]), ("Marketing", texting[1::4]), ("Support", texting[3::4])):
        yield BelongingSpec("messaging service", name, 300, some)


def _accounts(seed: str, born: datetime, names: Sequence[tuple[str, str]]) -> tuple[WorldAccount, ...]:
    main = made_sid("AC", seed, 0)
    return tuple(
        WorldAccount(
            sid=made_sid("AC", seed, count),
            friendly_name=name,
            owner_sid=main,
            created=born - timedelta(days=1500 - count % 1000),
            status=status,
        )
        for count, (name, status) in enumerate(names)
    )


#: The configurations of generated numbers; chance chooses one.
KINDS_OF_WIRING: tuple[dict[str, object], ...] = (
    {"voice_url": "https://voice.acme.example/customers", "sms_url": "https://voice.acme.example/texts"},
    {"voice_url": "https://voice.acme.example/customers"},
    {"sms_url": "https://voice.acme.example/texts"},
    dict(DEMO),
)


def _writer(seed: str, born: datetime) -> Callable[[int, str, str], Record]:
    """
    Make the function that writes a generated number.

    It fills gaps in ready JSON: ten times as fast as encoding fields, and a hundred
    thousand numbers are to be there in no time.
    """
    gaps = ("account_sid", "date_created", "date_updated", "friendly_name", "phone_number", "sid", "uri")
    ages = [rfc2822(born - timedelta(days=age)) for age in range(1, 1400)]

    @cache
    def form(requirements: str, wiring: int) -> str:
        fields = {**BLANK_NUMBER, **KINDS_OF_WIRING[wiring], "address_requirements": requirements}
        if requirements != "none":
            fields["address_sid"] = "%(address_sid)s"
        return json.dumps(fields | {gap: f"%({gap})s" for gap in gaps})

    @cache
    def address(account_sid: str) -> str:
        return named_sid(seed, account_sid, OFFICE)

    def write(order: int, account_sid: str, phone_number: str) -> Record:
        sid = made_sid("PN", seed, phone_number)
        chance = int(sid[2:10], 16)
        bought = ages[chance % len(ages)]
        text = form(country_of(phone_number).address_requirements, chance % 4) % {
            "account_sid": account_sid,
            "address_sid": address(account_sid),
            "date_created": bought,
            "date_updated": bought,
            "friendly_name": shown(phone_number),
            "phone_number": phone_number,
            "sid": sid,
            "uri": number_uri(account_sid, sid),
        }
        return Record(order, sid=sid, text=text)

    return write
