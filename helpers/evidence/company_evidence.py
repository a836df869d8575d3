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
from helpers.evidence.wiring import Surroundings, fetch_surroundings, wiring_of
from helpers.gateway.gateway import Gateway
from helpers.gateway.transport import CONNECTIONS

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

    If the operator stops it, or something cannot be read, so that a number has no verdict, its remembered evidence
    still counts, with its date and the reason.

    Args:
        folder: The folder of the memory; None to remember nothing.
    """
    groups = group_by_account(numbers)
    grouped = [number for group in groups.values() for number in group]
    traffic = fetch_company_traffic(gateway, grouped, accounts, window, stop=stop, progress=progress)
    surroundings: dict[str, Surroundings] = {}

    def fetch(account_sid: str) -> None:
        with gateway.until(stop):
            surroundings[account_sid] = (
                _STOPPED if stop.is_set() else fetch_surroundings(gateway, accounts[account_sid])
            )

    with ThreadPoolExecutor(CONNECTIONS) as side_by_side:
        for done, _ in enumerate(side_by_side.map(fetch, groups), start=1):
            progress(done, len(groups))
    evidence: dict[str, Evidence] = {}
    for account_sid, group in groups.items():
        new = {
            number.sid: Evidence(traffic[number.sid], wiring_of(number, surroundings[account_sid])) for number in group
        }
        evidence |= memory.update(account_sid, group, new, folder=folder, days=window.days) if folder else new
    return evidence
