"""
The state of a practice Twilio, and its changes.  No HTTP here.

A world begins as its scenario and then stores only the differences, so that a company
of a hundred thousand numbers is made at once and saved in a few lines.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from helpers.simulator.world.audit import AuditEvent
from helpers.simulator.world.belongings import Belonging
from helpers.simulator.world.fictional_numbers import country_of, kind_of, shown
from helpers.simulator.world.keys import ApiKey
from helpers.simulator.world.records import (
    BLANK_NUMBER,
    LEFT_BEHIND,
    Record,
    WorldAccount,
    made_sid,
    number_uri,
    rfc2822,
)
from helpers.simulator.world.refusals import EMERGENCY_ADDRESS, Refused
from helpers.simulator.world.traffic_log import ListedLog, Log

#: How long a released number is kept for its former account ("within 10 days":
#: https://support.twilio.com/hc/en-us/articles/223183028).  Whether that means ten
#: times 24 hours is not said there; here it does.
RECLAIM_WINDOW = timedelta(days=10)
#: How often a number is fetched before a change of its emergency address has gone through.
READS_UNTIL_SETTLED = 2
#: The code with which a number that has an emergency address is not released.  That it is
#: refused is documented (same article); with which code is not, so this one is a stand-in.
EMERGENCY_REFUSAL = 21631
NO_EMERGENCY_ADDRESS = {"emergency_address_sid": None, "emergency_status": "Inactive"}
#: Numbers that are new to an account come after those it began with.
FIRST_NEW_ORDER = 10_000_000
NO_CALLS, NO_MESSAGES = ListedLog([], moment="start_time"), ListedLog([], moment="date_sent")


@dataclass(frozen=True)
class Scenario:
    """The first state of a world.  The same name, seed and birth make the same scenario."""

    name: str
    seed: str
    #: The moment "now" in its story: a number "bought yesterday" was bought the day before.
    born: datetime
    #: The main account first.
    accounts: Sequence[WorldAccount]
    #: The numbers, calls and messages that an account begins with, made when first needed.
    numbers: Callable[[WorldAccount], list[Record]]
    calls: Callable[[WorldAccount], Log]
    messages: Callable[[WorldAccount], Log]
    #: The belongings of an account.
    belongings: Callable[[WorldAccount], list[Belonging]]
    #: Numbers that Twilio has to sell.
    shelf: Sequence[str]
    #: For how many days an account keeps its messages, where that is not for as long as Twilio does.
    retention: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Release:
    """A released number: its last record, its former account, and the moment of its release."""

    number: Record
    account_sid: str
    at: datetime


class World:
    """A company's accounts and numbers, as Twilio has them, with a clock that can be moved."""

    def __init__(self, scenario: Scenario, *, now: Callable[[], datetime]) -> None:
        self.scenario = scenario
        #: Identifies the world; a new world has a new id.
        self.id = made_sid("", scenario.seed, scenario.name, "world")
        self.accounts = {account.sid: account for account in scenario.accounts}
        #: The accounts as the world began: what each of them has follows from its first name.
        self._begun = dict(self.accounts)
        self.main = scenario.accounts[0]
        #: Whether a released number can be bought back by API: ``works`` or ``refused`` (21422).
        #: Users report that it is refused (terraform-provider-twilio#138); no one reports success.
        self.rebuy = "works"
        self.emergency_refusal = EMERGENCY_REFUSAL
        #: For how many days an account keeps its messages; those not named keep them.
        self.retention = dict(scenario.retention)
        #: How far the clock was moved.
        self.offset = timedelta(0)
        self.released: dict[str, Release] = {}
        #: Numbers that were bought off the shelf.
        self.sold: set[str] = set()
        #: Every number that differs from the scenario, with its account...
        self.touched: dict[str, tuple[str, Record]] = {}
        #: ...and the sid of every released number.
        self.gone: set[str] = set()
        #: How many fetches until a change of the emergency address has gone through.
        self.settling: dict[str, int] = {}
        #: How many numbers came into being since the world began.
        self.arrivals = 0
        #: The API keys that were made since the world began, by their sids.
        self.keys: dict[str, ApiKey] = {}
        #: What was changed, oldest first, as Twilio's Monitor has it.
        self.events: list[AuditEvent] = []
        #: Counts the changes, to decide whether there is anything to save.
        self.changes = 0
        #: Every changed number as it was before its last change; None: it was not there.
        self._before: dict[str, tuple[str, Record] | None] = {}
        self._held: dict[str, dict[str, Record]] = {}
        self._now = now

    def now(self) -> datetime:
        """Read the world's clock."""
        return self._now() + self.offset

    def advance(self, time: timedelta) -> datetime:
        """
        Move the clock forward.

        Raises:
            ValueError: *time* is negative.  The clock stands where it stood.
        """
        if time < timedelta(0):
            raise ValueError("The clock can only be moved forward. It was not moved.")
        moment = self._now() + self.offset + time
        self.offset += time
        self.changes += 1
        return moment

    def numbers(self, account_sid: str, *, stale: bool = False) -> list[Record]:
        """List an account's numbers in order; *stale*: each as it was before its last change."""
        held = self._held_by(account_sid)
        if not stale:
            return list(held.values())
        past = [was[1] for was in self._before.values() if was and was[0] == account_sid]
        return sorted([n for n in held.values() if n.sid not in self._before] + past, key=attrgetter("order"))

    def number(self, account_sid: str, sid: str, *, stale: bool = False) -> Record | None:
        """Find one number of an account; *stale*: as it was before its last change."""
        if stale and sid in self._before:
            was = self._before[sid]
            return was[1] if was and was[0] == account_sid else None
        return self._held_by(account_sid).get(sid)

    def belongings(self, account_sid: str, kind: str) -> list[Belonging]:
        """List an account's belongings of one kind."""
        begun = self._begun.get(account_sid)
        return [] if begun is None else [one for one in self.scenario.belongings(begun) if one.kind == kind]

    def calls(self, account_sid: str) -> Log:
        """Return an account's calls; an account that was opened since the world began has none."""
        begun = self._begun.get(account_sid)
        return NO_CALLS if begun is None else self.scenario.calls(begun)

    def messages(self, account_sid: str) -> Log:
        """Return an account's messages; an account that was opened since the world began has none."""
        begun = self._begun.get(account_sid)
        return NO_MESSAGES if begun is None else self.scenario.messages(begun)

    def open_account(self, friendly_name: str) -> WorldAccount:
        """Open a subaccount, with nothing in it."""
        sid = made_sid("AC", self.scenario.seed, "opened", len(self.accounts))
        account = WorldAccount(sid, friendly_name, self.main.sid, created=self.now().replace(microsecond=0))
        self.accounts[sid] = account
        self.changes += 1
        return account

    def change_account(self, sid: str, *, friendly_name: str, status: str) -> WorldAccount:
        """Rename, suspend, reactivate or close a subaccount.  A closed one loses all its numbers."""
        if status == "closed":
            for number in self.numbers(sid):
                self._let_go(sid, number)
        moment = self.now().replace(microsecond=0)
        changed = replace(self.accounts[sid], friendly_name=friendly_name, status=status, updated=moment)
        self.accounts[sid] = changed
        self.changes += 1
        return changed

    def make_key(self, account_sid: str, friendly_name: str, *, allow: tuple[str, ...] | None) -> ApiKey:
        """Make an API key: a restricted one with what it may do, or with None a standard one."""
        sid = made_sid("SK", self.scenario.seed, "made", len(self.keys))
        key = ApiKey(sid, account_sid, friendly_name, self.now().replace(microsecond=0), allow)
        self.keys[sid] = key
        self.changes += 1
        return key

    def record_event(
        self,
        account_sid: str,
        event_type: str,
        resource_sid: str,
        *,
        actor_sid: str | None,
        changed: Mapping[str, tuple[Any, Any]] | None = None,
    ) -> None:
        """Record a change that was made just now; *actor_sid* is None for a person in the Console."""
        sid = made_sid("AE", self.scenario.seed, "event", len(self.events))
        at = self.now().replace(microsecond=0)
        self.events.append(AuditEvent(sid, account_sid, event_type, resource_sid, at, actor_sid, changed or {}))
        self.changes += 1

    def changed_accounts(self) -> list[WorldAccount]:
        """List the accounts that were opened or changed since the world began."""
        return [account for account in self.accounts.values() if self._begun.get(account.sid) != account]

    def members(self, belonging: Belonging) -> list[Record]:
        """
        List the numbers that are part of something.

        A number that was released or moved is no longer part of it; one that came back has a new sid.
        """
        held = self._held_by(belonging.account_sid)
        return [held[sid] for sid in belonging.numbers if sid in held]

    def change(self, account_sid: str, sid: str, **fields: Any) -> Record:
        """
        Change fields of a number, and its ``date_updated``.

        A new ``emergency_address_sid``, or none, does not take effect at once: see
        ``settle``.
        """
        number = self._held_by(account_sid)[sid]
        if "emergency_address_sid" in fields:
            fields |= self._registering(number, fields["emergency_address_sid"])
        changed = number.changed(**fields, date_updated=rfc2822(self.now()))
        self._put(account_sid, changed)
        return changed

    def settle(self, account_sid: str, sid: str) -> None:
        """
        Count a fetch of a number whose emergency address is changing; the last one completes it.

        Twilio registers and unregisters in the background
        (https://www.twilio.com/docs/voice/sip/api/emergency-calling-api); how long that
        takes is not said.  Here it takes ``READS_UNTIL_SETTLED`` fetches.
        """
        if sid not in self.settling:
            return
        self.settling[sid] -= 1
        self.changes += 1
        if self.settling[sid] > 0:
            return
        del self.settling[sid]
        number = self._held_by(account_sid)[sid]
        settled: dict[str, Any] = {"emergency_address_status": "registered", "emergency_status": "Active"}
        if number.fields["emergency_address_status"] == "pending-unregistration":
            settled = {**NO_EMERGENCY_ADDRESS, "emergency_address_status": "unregistered"}
        self._put(account_sid, number.changed(**settled))

    def move(self, sid: str, *, source: str, target: str) -> Record:
        """Move a number to another account.  It keeps its sid and its date, and leaves behind what is not its own."""
        number = self._held_by(source)[sid]
        self.arrivals += 1
        moved = Record(
            FIRST_NEW_ORDER + self.arrivals,
            sid=sid,
            fields={
                **number.fields,
                **LEFT_BEHIND,
                "account_sid": target,
                "date_updated": rfc2822(self.now()),
                "uri": number_uri(target, sid),
            },
        )
        self._take(source, sid)
        self._held_by(target)[sid] = moved
        self.touched[sid] = (target, moved)
        return moved

    def release(self, account_sid: str, sid: str) -> None:
        """
        Release a number.

        Raises:
            Refused: An emergency address is registered.  The number is still there.
        """
        number = self._held_by(account_sid)[sid]
        if number.fields["emergency_address_status"] not in (None, "unregistered"):
            raise Refused(self.emergency_refusal, number.fields["phone_number"], words=EMERGENCY_ADDRESS)
        self._let_go(account_sid, number)

    def for_sale(self, phone_number: str, *, account_sid: str) -> bool:
        """Tell whether *account_sid* could buy this very number."""
        release = self.released.get(phone_number)
        if release is not None:
            return self.rebuy == "works" and release.account_sid == account_sid and self.reclaimable(release)
        return phone_number in self.scenario.shelf and phone_number not in self.sold

    def reclaimable(self, release: Release) -> bool:
        """Tell whether a released number is still kept for its former account."""
        return self.now() - release.at < RECLAIM_WINDOW

    def add(self, account_sid: str, phone_number: str, **fields: Any) -> Record:
        """
        Give an account a number it has bought or reclaimed: new sid, new date, nothing configured.

        That a number which is bought back has a new sid and no configuration is unverified.
        """
        past = self.released.pop(phone_number, None)
        nature = ("address_requirements", "capabilities", "type", "origin", "beta")
        country = country_of(phone_number)
        kind = kind_of(phone_number)
        self.arrivals += 1
        sid = made_sid("PN", self.scenario.seed, "arrival", self.arrivals)
        number = Record(
            FIRST_NEW_ORDER + self.arrivals,
            sid=sid,
            fields={
                **BLANK_NUMBER,
                "address_requirements": "none" if kind == "toll-free" else country.address_requirements,
                "type": kind,
                **({name: past.number.fields[name] for name in nature} if past else {}),
                "account_sid": account_sid,
                "date_created": rfc2822(self.now()),
                "date_updated": rfc2822(self.now()),
                "friendly_name": shown(phone_number),
                "phone_number": phone_number,
                "sid": sid,
                "uri": number_uri(account_sid, sid),
            },
        )
        if fields.get("emergency_address_sid"):
            fields |= self._registering(number, fields["emergency_address_sid"])
        if past is None:
            self.sold.add(phone_number)
        number = number.changed(**fields)
        self._before[sid] = None
        self._held_by(account_sid)[sid] = number
        self.touched[sid] = (account_sid, number)
        self.changes += 1
        return number

    def _let_go(self, account_sid: str, number: Record) -> None:
        self._take(account_sid, number.sid)
        self.touched.pop(number.sid, None)
        self.gone.add(number.sid)
        self.released[number.fields["phone_number"]] = Release(number, account_sid, self.now())

    def _registering(self, number: Record, address_sid: str | None) -> dict[str, Any]:
        registered = number.fields["emergency_address_status"] not in (None, "unregistered")
        if not address_sid and not registered:
            return {"emergency_address_sid": None}
        self.settling[number.sid] = READS_UNTIL_SETTLED
        if address_sid:
            return {"emergency_address_sid": address_sid, "emergency_address_status": "pending-registration"}
        # Until unregistering is complete, an ambulance is still sent to the old address.
        kept = number.fields["emergency_address_sid"]
        return {"emergency_address_sid": kept, "emergency_address_status": "pending-unregistration"}

    def _held_by(self, account_sid: str) -> dict[str, Record]:
        held = self._held.get(account_sid)
        if held is None:
            begun = self._begun.get(account_sid)
            known = [
                n
                for n in (self.scenario.numbers(begun) if begun else [])
                if n.sid not in self.touched and n.sid not in self.gone
            ]
            known += [number for owner, number in self.touched.values() if owner == account_sid]
            held = {number.sid: number for number in sorted(known, key=attrgetter("order"))}
            self._held[account_sid] = held
        return held

    def _put(self, account_sid: str, number: Record) -> None:
        held = self._held_by(account_sid)
        self._before[number.sid] = (account_sid, held[number.sid])
        held[number.sid] = number
        self.touched[number.sid] = (account_sid, number)
        self.changes += 1

    def _take(self, account_sid: str, sid: str) -> None:
        number = self._held_by(account_sid).pop(sid)
        self._before[sid] = (account_sid, number)
        self.changes += 1
