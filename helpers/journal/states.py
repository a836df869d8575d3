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

from enum import StrEnum


class Act(StrEnum):
    """What is done with a number; the text is what the journal holds."""

    RELEASE = "release"
    UNREGISTER = "unregister"
    MOVE = "move"
    #: Somebody said that the journal is the right one, although it is shorter than it was.
    ACCEPT = "accept"
    #: Written by a newer version of the kit.
    OTHER = "other"


class State(StrEnum):
    """Where an entry stands; the text is what the journal holds."""

    CONFIRMED = "confirmed"
    INTENDED = "intended"
    ACKNOWLEDGED = "acknowledged"
    THROTTLED = "throttled"
    NOT_SENT = "not_sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    RELEASED = "released"
    RELEASED_UNACKNOWLEDGED = "released_unacknowledged"
    GONE = "gone"
    KEPT = "kept"
    UNREGISTERED = "unregistered"
    MOVED = "moved"
    RESTORING = "restoring"
    RESTORE_REFUSED = "restore_refused"
    RESTORE_UNKNOWN = "restore_unknown"
    RESTORED = "restored"
    #: Said by somebody, of the journal as a whole.
    ACCEPTED = "accepted"
    #: The ten days are over: shown, and never written.
    EXPIRED = "expired"
    #: A newer version of the kit wrote a state that this one does not know: shown, and never written.
    NEWER = "written by a newer version"


class Proof(StrEnum):
    """The look that proves an outcome; the text is what the journal holds."""

    NO_SUCH_NUMBER = "no such number"
    IN_NO_ACCOUNT = "in no account"
    IN_TARGET_ACCOUNT = "in the target account"


#: What each act is called, for the operator.
NAMED = {
    Act.RELEASE: "release",
    Act.UNREGISTER: "unregistering of its emergency address",
    Act.MOVE: "move",
    Act.ACCEPT: "acceptance of the journal",
    Act.OTHER: "act of a newer version",
}

#: An outcome that is still out: nothing else may be begun with the number until it is settled.
OPEN = frozenset(
    {
        State.CONFIRMED,
        State.INTENDED,
        State.ACKNOWLEDGED,
        State.THROTTLED,
        State.UNKNOWN,
        State.RESTORING,
        State.RESTORE_UNKNOWN,
        # Unknown is never taken for an end.
        State.NEWER,
    }
)
#: The number has left us, and may come back.
LEFT = frozenset({State.RELEASED, State.RELEASED_UNACKNOWLEDGED, State.GONE, State.RESTORE_REFUSED})

#: Ends of a release that a request carried out late can still overturn.
OVERTURNED = frozenset({State.KEPT, State.REFUSED})

#: A yes of Twilio's: it holds whatever another window concluded meanwhile.
YES = frozenset({State.ACKNOWLEDGED, State.RESTORED})

_SENT = {State.ACKNOWLEDGED, State.THROTTLED, State.NOT_SENT, State.REFUSED, State.UNKNOWN}
#: An entry whose process died may be settled from any open state.
_SETTLED: dict[Act, set[State]] = {
    Act.RELEASE: {State.RELEASED, State.RELEASED_UNACKNOWLEDGED, State.GONE, State.KEPT},
    Act.UNREGISTER: {State.UNREGISTERED, State.KEPT, State.GONE},
    Act.MOVE: {State.MOVED, State.KEPT, State.GONE},
}

_AFTER: dict[State, set[State]] = {
    State.CONFIRMED: {State.INTENDED, State.NOT_SENT},
    State.INTENDED: _SENT,
    State.THROTTLED: {State.INTENDED, State.NOT_SENT},
    State.ACKNOWLEDGED: set(),
    State.UNKNOWN: set(),
    State.RELEASED: {State.RESTORING, State.RESTORED},
    State.RELEASED_UNACKNOWLEDGED: {State.ACKNOWLEDGED, State.RESTORING, State.RESTORED},
    State.GONE: {State.ACKNOWLEDGED, State.RESTORING, State.RESTORED},
    # A yes that arrives after somebody concluded otherwise outweighs the conclusion.
    State.KEPT: {State.ACKNOWLEDGED},
    State.RESTORING: {State.RESTORED, State.RESTORE_REFUSED, State.RESTORE_UNKNOWN},
    State.RESTORE_UNKNOWN: {State.RESTORED, State.RESTORE_REFUSED},
    State.RESTORE_REFUSED: {State.RESTORING, State.RESTORED},
}


def may_follow(act: Act, before: State | None, after: State) -> bool:
    """
    Tell whether an entry in state *before* may be written on with *after*.

    >>> may_follow(Act.RELEASE, None, State.CONFIRMED), may_follow(Act.RELEASE, State.INTENDED, State.INTENDED)
    (True, False)
    >>> may_follow(Act.RELEASE, State.UNKNOWN, State.GONE), may_follow(Act.RELEASE, State.KEPT, State.INTENDED)
    (True, False)
    """
    if before is None or act == Act.OTHER:
        return before is None and after == State.CONFIRMED
    allowed = _AFTER.get(before, set())
    settles = before in OPEN - {State.RESTORING, State.RESTORE_UNKNOWN, State.NEWER}
    if settles or (act == Act.RELEASE and before in OVERTURNED):
        allowed = allowed | _SETTLED.get(act, set())
    return after in allowed


#: What each state means, for the operator.
MEANING = {
    State.CONFIRMED: "Confirmed; nothing was sent.",
    State.INTENDED: "About to be sent, or sent and never heard of: it has to be settled.",
    State.ACKNOWLEDGED: "Twilio said yes; proof that it is gone is still missing.",
    State.THROTTLED: "Twilio was too busy and did not process it.",
    State.NOT_SENT: "Nothing was sent.",
    State.REFUSED: "Twilio refused; the number is still ours.",
    State.UNKNOWN: "No clear answer came: it has to be settled.",
    State.RELEASED: "Released: Twilio said yes, and the number is gone.",
    State.RELEASED_UNACKNOWLEDGED: "Released: no clear answer came, and the number is nowhere in the company any more.",
    State.GONE: "It was gone before we asked; somebody else released it.",
    State.KEPT: "The number is still ours.",
    State.UNREGISTERED: "The emergency address is unregistered.",
    State.MOVED: "Moved to the other account, where it answers.",
    State.RESTORING: "About to be bought back, or bought and never heard of: it has to be settled.",
    State.RESTORE_REFUSED: "Not taken back yet.",
    State.RESTORE_UNKNOWN: "No clear answer to the purchase came: it has to be settled.",
    State.RESTORED: "Taken back.",
    State.ACCEPTED: "Somebody said that the journal is the right one, although it is shorter than it was.",
    State.EXPIRED: "The ten days are over.",
    State.NEWER: "Written by a newer version of the kit: install it to go on.",
}
