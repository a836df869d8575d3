"""
The states of a journal entry, and which may follow which.

::

    release    confirmed -> intended -> acknowledged -> released
                                     -> unknown      -> released_unacknowledged | gone | kept
                                     -> throttled    -> intended
                                     -> not_sent | refused
               released | released_unacknowledged | gone
                         -> restoring -> restored | restore_refused | restore_unknown
                         -> restored (reclaimed in the Console)
               kept | refused, where a request was sent
                         -> released | released_unacknowledged | gone (it was carried out late)
    unregister confirmed -> intended -> acknowledged | unknown -> unregistered | kept | gone
                                     -> throttled | not_sent | refused
    move       confirmed -> intended -> acknowledged | unknown -> moved | kept | gone
                                     -> throttled | not_sent | refused

A yes of Twilio's that arrives late makes ``acknowledged`` of kept, gone and released_unacknowledged.
That the ten days are over is computed from the clock and never written; 0.1.0 wrote it as ``expired``.
"""

RELEASE, UNREGISTER, MOVE = "release", "unregister", "move"
#: What each act is called, for the operator.
NAMED = {RELEASE: "release", UNREGISTER: "unregistering of its emergency address", MOVE: "move"}

#: An outcome that is still out: nothing else may be begun with the number until it is settled.
OPEN = frozenset({"confirmed", "intended", "acknowledged", "throttled", "unknown", "restoring", "restore_unknown"})
#: The number has left us, and may come back.
LEFT = frozenset({"released", "released_unacknowledged", "gone", "restore_refused"})

#: The ten days are over: shown, and never written.
EXPIRED = "expired"
#: Ends of a release that a request carried out late can still overturn.
OVERTURNED = frozenset({"kept", "refused"})

#: A yes of Twilio's: it holds whatever another window concluded meanwhile.
YES = frozenset({"acknowledged", "restored"})

_SENT = {"acknowledged", "throttled", "not_sent", "refused", "unknown"}
#: An entry whose process died may be settled from any open state.
_SETTLED = {
    RELEASE: {"released", "released_unacknowledged", "gone", "kept"},
    UNREGISTER: {"unregistered", "kept", "gone"},
    MOVE: {"moved", "kept", "gone"},
}

_AFTER: dict[str, set[str]] = {
    "confirmed": {"intended", "not_sent"},
    "intended": _SENT,
    "throttled": {"intended", "not_sent"},
    "acknowledged": set(),
    "unknown": set(),
    "released": {"restoring", "restored"},
    "released_unacknowledged": {"acknowledged", "restoring", "restored"},
    "gone": {"acknowledged", "restoring", "restored"},
    # A yes that arrives after somebody concluded otherwise outweighs the conclusion.
    "kept": {"acknowledged"},
    "restoring": {"restored", "restore_refused", "restore_unknown"},
    "restore_unknown": {"restored", "restore_refused"},
    "restore_refused": {"restoring", "restored"},
}


def may_follow(act: str, before: str | None, after: str) -> bool:
    """
    Tell whether an entry in state *before* may be written on with *after*.

    >>> may_follow("release", None, "confirmed"), may_follow("release", "intended", "intended")
    (True, False)
    >>> may_follow("release", "unknown", "released_unacknowledged"), may_follow("release", "kept", "intended")
    (True, False)
    """
    if before is None:
        return after == "confirmed"
    allowed = _AFTER.get(before, set())
    settles = before in OPEN and before not in {"restoring", "restore_unknown"}
    if settles or (act == RELEASE and before in OVERTURNED):
        allowed = allowed | _SETTLED[act]
    return after in allowed


#: What each state means, for the operator.
MEANING = {
    "confirmed": "Confirmed; nothing was sent.",
    "intended": "About to be sent, or sent and never heard of: it has to be settled.",
    "acknowledged": "Twilio said yes; proof that it is gone is still missing.",
    "throttled": "Twilio was too busy and did not process it.",
    "not_sent": "Nothing was sent.",
    "refused": "Twilio refused; the number is still ours.",
    "unknown": "No clear answer came: it has to be settled.",
    "released": "Released: Twilio said yes, and the number is gone.",
    "released_unacknowledged": "Released: no clear answer came, and the number is nowhere in the company any more.",
    "gone": "It was gone before we asked; somebody else released it.",
    "kept": "The number is still ours.",
    "unregistered": "The emergency address is unregistered.",
    "moved": "Moved to the other account, where it answers.",
    "restoring": "About to be bought back, or bought and never heard of: it has to be settled.",
    "restore_refused": "Not taken back yet.",
    "restore_unknown": "No clear answer to the purchase came: it has to be settled.",
    "restored": "Taken back.",
    EXPIRED: "The ten days are over.",
}
