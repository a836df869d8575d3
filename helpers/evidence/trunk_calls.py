"""
The calls of numbers on SIP trunks, read out of the whole log of their account.

Twilio logs a call that comes in through a trunk with ``to`` = ``sip:+14155550114@public-vip.ie1.twilio.com``, so its
filter ``To`` does not find the call by the number.  No other filter does
(https://www.twilio.com/docs/voice/api/call-resource#read-multiple-call-resources).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from threading import Event, Lock

from helpers.core.errors import CannotRead
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Number, Window
from helpers.evidence.log_windows import cut_window, estimate_size, midnight
from helpers.evidence.steps import Run, Step
from helpers.evidence.tally import Tally, fold
from helpers.evidence.written_forms import written_forms
from helpers.gateway.gateway import Gateway
from helpers.gateway.pages import PAGE
from helpers.gateway.responses import understood

#: The pages that are read at most, about a minute of work.
MOST_PAGES = 300
#: Why a look-up of a number on a trunk is no reading of its calls.
ON_TRUNK = Reason(Cause.ON_TRUNK)


def fetch_trunk_calls(
    gateway: Gateway, numbers: Sequence[Number], window: Window, *, nameless: set[str], stop: Event, run: Run
) -> tuple[dict[str, Tally], Reason | None, int]:
    """
    Read the log of calls of one account through, for some of its numbers.

    Args:
        nameless: As in ``fold``.

        run: Runs jobs side by side, and returns when all are done; it leaves out those that *stop* came before.

    Returns:
        The tallies by sid; why the log was not read to its end, None if it was; the pages that were read.
    """
    account_sid = numbers[0].account_sid
    by_sid = {number.sid: Tally() for number in numbers}
    forms = {form: by_sid[number.sid] for number in numbers for form in written_forms(number.phone_number)}
    count = partial(fold, by_sid | forms, "Calls", until=window.until, nameless=nameless)
    unread, sizes, pages, lock = list[Reason](), list[int](), list[int](), Lock()
    whole = midnight(window.since), window.until + timedelta(days=1)
    #: The log windows that are not read to their end.
    left = {whole}

    def read(log_window: tuple[datetime, datetime], *, first: bool = False) -> None:
        begin, end = log_window
        filters = {"StartTime>": f"{begin:%Y-%m-%d}", "StartTime<": f"{end:%Y-%m-%d}"}
        try:
            with understood(f"The calls of {account_sid}"):
                for page, follows in gateway.log(account_sid, "Calls", filters):
                    with lock:
                        pages.append(len(page))
                        if first and follows:
                            # It shows how long the log is, and is read again with its log window.
                            sizes.append(estimate_size(page, "Calls", since=window.since))
                            return
                        count(page, begin=begin, end=end)
                    if stop.is_set():
                        return
                    if follows and (unread or len(pages) >= MOST_PAGES):
                        unread.append(ON_TRUNK)
                        return
            left.discard(log_window)
        except CannotRead as failure:
            unread.append(failure.reason)

    run([(Step.CALLS, partial(read, whole, first=True))])
    if sizes and sizes[0] > MOST_PAGES * PAGE:
        unread.append(ON_TRUNK)
    elif sizes:
        cut = cut_window(sizes[0], window)
        left = set(cut)
        run([(Step.CALLS, partial(read, log_window)) for log_window in cut])
    return by_sid, next(iter(unread), Reason(Cause.STOPPED) if left else None), len(pages)
