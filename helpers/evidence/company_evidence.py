"""The evidence about all numbers of a company: their traffic first, then the surroundings of each account."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

from helpers.core.connections import Place, Unseen
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Account, Number, Window
from helpers.evidence import memory
from helpers.evidence.account_traffic import fetch_company_traffic, group_by_account
from helpers.evidence.evidence import Evidence
from helpers.evidence.wiring import Surroundings, fetch_leftovers, fetch_surroundings, wiring_of
from helpers.gateway.gateway import Gateway

_STOPPED = Surroundings({}, (Unseen(Place.EVERYWHERE, Reason(Cause.STOPPED)),))


def take_evidence(
    gateway: Gateway,
    numbers: Iterable[Number],
    accounts: Mapping[str, Account],
    window: Window,
    *,
    folder: Path | None,
    stop: Event,
    progress: Callable[[int, int], None],
) -> dict[str, Evidence]:
    """
    Fetch the evidence about every number, by sid.

    With a memory, the kit also looks for leftovers, in accounts without numbers, too; the memory holds them.

    If the operator stops it, or something cannot be read, so that a number has no verdict, its remembered evidence
    still counts, with its date and the reason.

    Args:
        folder: The folder of the memory; None to remember nothing.
    """
    groups = group_by_account(numbers)
    grouped = [number for group in groups.values() for number in group]
    traffic = fetch_company_traffic(gateway, grouped, accounts, window, stop=stop, progress=progress)
    surroundings: dict[str, Surroundings] = {}

    # An account without numbers may have what they left behind; where it is suspended and Twilio therefore refuses,
    # that is not known.  A plan looks at its own numbers only.
    there = [sid for sid, account in accounts.items() if account.status != "closed"] if folder else []
    empty = [sid for sid in there if sid not in groups]

    def fetch(account_sid: str) -> None:
        fetch_all = fetch_surroundings if account_sid in groups else fetch_leftovers
        with gateway.until(stop):
            surroundings[account_sid] = _STOPPED if stop.is_set() else fetch_all(gateway, accounts[account_sid])

    with ThreadPoolExecutor(gateway.threads) as side_by_side:
        for done, _ in enumerate(side_by_side.map(fetch, [*groups, *empty]), start=1):
            progress(done, len(groups) + len(empty))
    evidence: dict[str, Evidence] = {}
    for account_sid in (*groups, *empty):
        group = groups.get(account_sid, [])
        new = {
            number.sid: Evidence(traffic[number.sid], wiring_of(number, surroundings[account_sid])) for number in group
        }
        around = surroundings[account_sid]
        evidence |= memory.update(account_sid, group, new, around, folder=folder, days=window.days) if folder else new
    return evidence
