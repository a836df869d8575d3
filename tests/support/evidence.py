"""Evidence about numbers, taken as a desk takes it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from helpers.evidence.account_traffic import fetch_account_traffic
from helpers.evidence.company_evidence import group_by_account, take_evidence


def take(gateway, numbers, accounts, window, *, stop=None, progress=lambda steps: None, memory=None):
    """
    Take the evidence about numbers, by sid.

    With a memory: remember it, look for leftovers too, and return what is shown, the better of old and new.

    Args:
        accounts: The accounts by sid.
    """
    groups = group_by_account(numbers)
    involved = [
        account for sid, account in accounts.items() if sid in groups or (memory and account.status != "closed")
    ]
    found = {}

    def take_one(look):
        found.update(look.evidence)
        if memory:
            memory.update(look)

    how = {"take": take_one, "stop": stop or Event(), "progress": progress}
    take_evidence(gateway, involved, lambda sid: groups.get(sid, ()), window, **how)
    if memory is None:
        return found
    memory.save()
    return found | memory.recall(number for group in groups.values() for number in group)


def take_traffic(gateway, numbers, accounts, window, *, stop=None, before=None):
    """
    Take nothing but the traffic of numbers, by sid.

    Args:
        before: Called before each job of reading.
    """
    stop, traffic = stop or Event(), {}

    def one(step_and_job):
        if before:
            before()
        if not stop.is_set():
            with gateway.until(stop):
                step_and_job[1]()

    def account(sid):
        how = {"stop": stop, "run": lambda jobs: list(side_by_side.map(one, jobs))}
        traffic.update(fetch_account_traffic(gateway, accounts[sid], groups[sid], window, **how))

    groups = group_by_account(numbers)
    with ThreadPoolExecutor(gateway.threads) as by_account, ThreadPoolExecutor(gateway.threads) as side_by_side:
        list(by_account.map(account, groups))
    return {sid: traffic[sid] for group in groups.values() for sid in (number.sid for number in group)}
