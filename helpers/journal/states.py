"""
The states of a journal entry, and their order.

::

    release    confirmed -> intended -> acknowledged -> released
                                     -> unknown      -> released_unacknowledged | gone | kept
                                     -> throttled    -> intended
                                     -> not_sent | refused
               released | released_unacknowledged | gone
                         -> restoring -> restored | restore_refused | restore_unknown
                         -> restored (reclaimed in the Console)
               kept | refused, where a request was sent
                         -> released | released_unacknowledged | gone (it was carried out late, or somebody did it)
    unregister confirmed -> intended -> acknowledged | unknown -> unregistered | kept | gone
                                     -> throttled | not_sent | refused
    move       confirmed -> intended -> acknowledged | unknown -> moved | kept | gone
                                     -> throttled | not_sent | refused
               kept | refused, where a request was sent -> moved (it was carried out late)
    accept         accepted
    second person  required | waived
    approve        approved
    agree          agreed

A late yes of Twilio's makes ``acknowledged`` of kept, gone and released_unacknowledged.
The end of the ten days is computed from the clock and never written; 0.1.0 wrote it as ``expired``.
"""

from collections.abc import Mapping
from enum import StrEnum


class Act(StrEnum):
    """An action on a number; the journal holds the value."""

    RELEASE = "release"
    UNREGISTER = "unregister"
    MOVE = "move"
    #: Somebody accepted a journal that is shorter than it was.
    ACCEPT = "accept"
    #: Somebody made or ended the rule that every plan needs a second person.
    SECOND_PERSON = "second person"
    #: A second person approved a plan.
    APPROVE = "approve"
    #: Somebody wrote down that the owner of numbers agreed to a plan.
    AGREE = "agree"
    #: Written by a newer version of the kit.
    OTHER = "other"


class State(StrEnum):
    """The state of an entry; the journal holds the value."""

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
    #: Somebody accepted the journal as a whole.
    ACCEPTED = "accepted"
    #: Every plan needs a second person from now on.
    REQUIRED = "required"
    #: No plan needs one any more.
    WAIVED = "waived"
    #: A second person approved a plan.
    APPROVED = "approved"
    #: The owner of numbers agreed to a plan.
    AGREED = "agreed"
    #: The ten days are over; shown, never written.
    EXPIRED = "expired"
    #: A newer version of the kit wrote an unknown state; shown, never written.
    NEWER = "written by a newer version"


class Proof(StrEnum):
    """The proof of an outcome; the journal holds the value."""

    NO_SUCH_NUMBER = "no such number"
    IN_NO_ACCOUNT = "in no account"
    IN_TARGET_ACCOUNT = "in the target account"


class RestoreWay(StrEnum):
    """The way in which a number came back; the journal holds the value."""

    FOUND = "found in the account"
    PURCHASE = "purchase"
    BARE_PURCHASE = "purchase without its old settings"
    ANSWER_LOST = "purchase, answer lost"
    #: Twilio answered the purchase with 201, although the account had the number already.
    ALREADY_THERE = "already in the account"
    CONSOLE = "reclaimed in the Console"


#: The name of each act, for the operator.
NAMED = {
    Act.RELEASE: "release",
    Act.UNREGISTER: "unregistering of its emergency address",
    Act.MOVE: "move",
    Act.ACCEPT: "acceptance of the journal",
    Act.SECOND_PERSON: "rule about second persons",
    Act.APPROVE: "approval of a plan",
    Act.AGREE: "agreement of an owner",
    Act.OTHER: "act of a newer version",
}

#: The outcome is open: no other action may begin on the number until it is settled.
OPEN = frozenset(
    {
        State.CONFIRMED,
        State.INTENDED,
        State.ACKNOWLEDGED,
        State.THROTTLED,
        State.UNKNOWN,
        State.RESTORING,
        State.RESTORE_UNKNOWN,
        # An unknown state never counts as an end.
        State.NEWER,
    }
)
#: The number has left the company, and may come back.
LEFT = frozenset({State.RELEASED, State.RELEASED_UNACKNOWLEDGED, State.GONE, State.RESTORE_REFUSED})

#: Ends of a release or a move that are wrong if Twilio carries out its request late.
OVERTURNED = frozenset({State.KEPT, State.REFUSED})

#: A yes of Twilio's, which overrides the conclusion of another window.
YES = frozenset({State.ACKNOWLEDGED, State.RESTORED})

_SENT = {State.ACKNOWLEDGED, State.THROTTLED, State.NOT_SENT, State.REFUSED, State.UNKNOWN}
#: The ends of each act: an entry whose process died may be settled from any open state.
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
    # A late yes overrides the conclusion.
    State.KEPT: {State.ACKNOWLEDGED},
    State.RESTORING: {State.RESTORED, State.RESTORE_REFUSED, State.RESTORE_UNKNOWN},
    State.RESTORE_UNKNOWN: {State.RESTORED, State.RESTORE_REFUSED},
    State.RESTORE_REFUSED: {State.RESTORING, State.RESTORED},
}


def may_follow(act: Act, before: State | None, after: State) -> bool:
    """
    Tell whether *after* may be the next state of an entry in state *before*; None stands for a new entry.

    >>> may_follow(Act.RELEASE, None, State.CONFIRMED), may_follow(Act.RELEASE, State.INTENDED, State.INTENDED)
    (True, False)
    >>> may_follow(Act.RELEASE, State.UNKNOWN, State.GONE), may_follow(Act.RELEASE, State.KEPT, State.INTENDED)
    (True, False)
    """
    if before is None or act == Act.OTHER:
        return before is None and after == State.CONFIRMED
    allowed = _AFTER.get(before, set())
    settles = before in OPEN - {State.RESTORING, State.RESTORE_UNKNOWN, State.NEWER}
    if settles or (act in {Act.RELEASE, Act.MOVE} and before in OVERTURNED):
        allowed = allowed | _SETTLED.get(act, set())
    return after in allowed


#: The name of each state on screens; the journal and tables for programs keep its value.
LABELS: Mapping[str, str] = {
    State.CONFIRMED: "Confirmed, not sent",
    State.INTENDED: "May have been sent, result unknown",
    State.ACKNOWLEDGED: "Answered yes, not proven yet",
    State.THROTTLED: "Too busy, not sent",
    State.NOT_SENT: "Nothing sent",
    State.REFUSED: "Refused",
    State.UNKNOWN: "Sent, result unknown",
    State.RELEASED: "Released",
    State.RELEASED_UNACKNOWLEDGED: "Released, answer lost",
    State.GONE: "Already gone",
    State.KEPT: "Still yours",
    State.UNREGISTERED: "Address unregistered",
    State.MOVED: "Moved",
    State.RESTORING: "Purchase may have been sent, result unknown",
    State.RESTORE_REFUSED: "Not taken back yet",
    State.RESTORE_UNKNOWN: "Purchase sent, result unknown",
    State.RESTORED: "Taken back",
    State.ACCEPTED: "Journal accepted",
    State.REQUIRED: "Second person needed",
    State.WAIVED: "Second person no longer needed",
    State.APPROVED: "Plan approved",
    State.AGREED: "Owner agreed",
    State.EXPIRED: "Released, ten days over",
    State.NEWER: "Written by a newer version",
}


def in_words(state: str) -> str:
    """Name a state within a sentence; one that this version does not know, as it is."""
    return LABELS.get(state, state).lower()


#: The meaning of each state, for the operator.
MEANING = {
    State.CONFIRMED: "Confirmed; nothing was sent.",
    State.INTENDED: "It may have been sent; the result is unknown until it is checked.",
    State.ACKNOWLEDGED: "Twilio said yes; that it is released is not proven yet.",
    State.THROTTLED: "Twilio was too busy and did not process it.",
    State.NOT_SENT: "Nothing was sent.",
    State.REFUSED: "Twilio refused; the number is still yours.",
    State.UNKNOWN: "No clear answer came; the result is unknown until it is checked.",
    State.RELEASED: "Released: Twilio said yes, and has no such number any more.",
    State.RELEASED_UNACKNOWLEDGED: "Released: no clear answer came, and the number is nowhere in the company any more.",
    State.GONE: "It was already gone before the kit asked; somebody else released it.",
    State.KEPT: "The number is still yours.",
    State.UNREGISTERED: "The emergency address is unregistered.",
    State.MOVED: "Moved to the other account, where it answers.",
    State.RESTORING: "It may have been bought back; the result is unknown until it is checked.",
    State.RESTORE_REFUSED: "Not taken back yet.",
    State.RESTORE_UNKNOWN: "No clear answer to the purchase came; the result is unknown until it is checked.",
    State.RESTORED: "Taken back.",
    State.ACCEPTED: "Somebody said that the journal is the right one, although it is shorter than it was.",
    State.REQUIRED: "Every plan needs a second person from now on.",
    State.WAIVED: "No plan needs a second person any more.",
    State.APPROVED: "A second person approved a plan.",
    State.AGREED: "The owner of numbers agreed to a plan.",
    State.EXPIRED: "The ten days are over.",
    State.NEWER: "Written by a newer version of the kit: install it to go on.",
}
