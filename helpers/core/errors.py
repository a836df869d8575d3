"""
What can go wrong, in the operator's words.

::

    KitError
    ├── CannotConnect          nothing was asked for beyond who we are
    │   ├── CredentialsMissing
    │   ├── CredentialsMalformed
    │   ├── CredentialsRefused
    │   ├── TestCredentials
    │   ├── WrongRegion
    │   ├── NoNetwork
    │   └── SimulatorUnavailable
    ├── CannotRead             a look failed; nothing was changed
    │   ├── WrongAnswer
    │   └── LookStopped
    ├── FileRefused            a file that somebody wrote is not what the kit can act on
    │   ├── PlanUnreadable
    │   ├── ListUnreadable
    │   └── ProtectionUnreadable
    ├── JournalUnwritable      what cannot be written down is not done
    ├── JournalBroken          somebody changed what was written
    ├── NothingSent            we refused, before any request that changes something
    │   ├── NotReleasable
    │   ├── NotRunnable
    │   │   └── Stopped
    │   ├── ProtectionRefused
    │   ├── AlreadyUsed
    │   ├── EntryMovedOn
    │   ├── Drifted
    │   ├── NotThere
    │   ├── NotRestorable
    │   └── ReclaimWindowClosed
    ├── NothingChanged         a request was tried, and provably not carried out
    │   ├── NotSent
    │   ├── TwilioBusy
    │   └── TwilioSaidNo
    └── OutcomeUnknown         it may have been carried out; look before anything else
        └── NoAnswer

Every message is one or more full sentences.  The panels of a single number show ``str(failure)``
unchanged; a plan shows what was ``said`` with an advice of its own.
"""

from datetime import datetime

from helpers.core.advice import Advice, for_one_number
from helpers.core.failures import failure
from helpers.core.reasons import Cause, Detail, Reason


class KitError(Exception):
    """
    Say what happened, what did not, and what to do now.

    Args:
        message: What happened and what did not, and what to do now where that is the same for everybody.

        advice: What to do now, where a plan says it otherwise.
    """

    def __init__(self, message: str, *, advice: Advice | None = None) -> None:
        super().__init__(message)
        self.advice = advice

    def __str__(self) -> str:
        return for_one_number(self.message, self.advice)

    @property
    def message(self) -> str:
        """What happened, without the advice."""
        return str(self.args[0])

    def _render_traceback_(self) -> list[str]:
        """Show the sentence alone in a notebook: IPython asks an exception for this before it shows frames."""
        return [f"{type(self).__name__}: {self}"]


class CannotConnect(KitError):
    """The desk could not be opened.  Nothing was read and nothing was changed."""


class CredentialsMissing(CannotConnect):
    """There are no credentials to ask Twilio with."""


class CredentialsMalformed(CannotConnect):
    """The credentials cannot be right, so they were sent to nobody."""


class CredentialsRefused(CannotConnect):
    """Twilio does not accept the credentials."""


class TestCredentials(CannotConnect):
    """The credentials are Twilio's test credentials, which cannot list or release numbers."""

    #: pytest would otherwise take this class for a test.
    __test__ = False


class WrongRegion(CannotConnect):
    """The environment points to a Twilio region in which numbers cannot be released."""


class NoNetwork(CannotConnect):
    """Twilio could not be reached at all."""


class SimulatorUnavailable(CannotConnect):
    """The practice Twilio did not start, or went away."""


class CannotRead(KitError):
    """A look at Twilio failed.  Nothing was changed."""

    #: The HTTP status, for telling "not allowed" from "not now"; None when no answer came.
    status: int | None
    #: Twilio's own error code, for looking it up; None when it gave none.
    code: int | None

    def __init__(self, message: str, *, status: int | None = None, code: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code

    @property
    def reason(self) -> Reason:
        """The failure as a fact; its own sentence is a part of it."""
        return Reason(Cause.UNREADABLE, {"said": str(self), "status": self.status, "code": self.code})


class WrongAnswer(CannotRead):
    """Twilio was in reach, and what it said cannot be built on: it is about something else, or has no end."""

    def __init__(self, message: str) -> None:
        super().__init__(message, status=200)


class LookStopped(CannotRead):
    """Somebody stopped the look before it got to this."""

    @property
    def reason(self) -> Reason:
        """That it was stopped is no failure of Twilio's."""
        return Reason(Cause.STOPPED)


class FileRefused(KitError):
    """A file cannot be read, or is not what the kit once wrote.  Nothing was changed."""


class PlanUnreadable(FileRefused):
    """A plan's file cannot be read or written, or somebody changed it."""


class ListUnreadable(FileRefused):
    """A list of numbers cannot be read at all."""


class ProtectionUnreadable(FileRefused):
    """What is protected cannot be looked up, so everything is."""


class JournalUnwritable(KitError):
    """The journal could not be written or read.  What was to be noted first did not happen."""


class JournalBroken(KitError):
    """A row of the journal is not what was once written there."""

    #: The first row that does not fit, for finding it.
    row: int

    def __init__(self, message: str, *, row: int) -> None:
        super().__init__(message)
        self.row = row


class JournalTooNew(JournalUnwritable):
    """A newer version of the kit writes this journal: it can be read here, and nothing can be begun."""


class NothingSent(KitError):
    """The kit refused.  No request that changes anything has left."""


class NotReleasable(NothingSent):
    """The decision, or what was typed, does not allow a release."""


class NotRunnable(NothingSent):
    """A plan may not be run as it is, or its sentence was not typed."""


class Stopped(NotRunnable):
    """Somebody stopped a plan's look or run before it got to this."""


class ProtectionRefused(NothingSent):
    """What is protected stays as it was."""


class AlreadyUsed(NothingSent):
    """The confirmation, or another one for the same number, was already acted on."""


class JournalBehind(NothingSent):
    """The journal is shorter than it was, or another one; nobody has said yet that this is meant."""


class EntryMovedOn(NothingSent):
    """Somebody else wrote to this journal entry first."""


class Drifted(NothingSent):
    """The number is no longer what the operator confirmed."""


class NotThere(NothingSent):
    """The number is not in the account any more."""


class NotRestorable(NothingSent):
    """The entry is not in a state from which a number can be taken back."""


class ReclaimWindowClosed(NothingSent):
    """The ten days are over."""

    #: When the window closed, for saying how late it is.
    closed_at: datetime

    def __init__(self, message: str, *, closed_at: datetime) -> None:
        super().__init__(message)
        self.closed_at = closed_at


class _RequestFailed(KitError):
    """
    Says that Twilio did not answer yes to a request that changes something.

    Args:
        reason: The cause, as a fact for the journal.

        message: The message for the operator; None takes the sentence of the reason.
    """

    def __init__(self, reason: Reason, message: str | None = None) -> None:
        super().__init__(message or failure(reason))
        self.reason = reason


class NothingChanged(_RequestFailed):
    """A request was tried, and Twilio provably did not carry it out."""


class NotSent(NothingChanged):
    """The request never reached Twilio."""


class TwilioBusy(NothingChanged):
    """Twilio answered 429, which it documents as never processed."""


class TwilioSaidNo(NothingChanged):
    """Twilio refused, for good."""

    @property
    def status(self) -> Detail:
        """The HTTP status of the refusal; 404 means that there was nothing to act on."""
        return self.reason.details.get("status")

    @property
    def code(self) -> Detail:
        """Twilio's error code, for telling "reserved" (21422) from "not allowed"; None where it gave none."""
        return self.reason.details.get("code")


class OutcomeUnknown(KitError):
    """It may have been carried out, or not.  Nothing may be sent again before a look."""


class NoAnswer(_RequestFailed, OutcomeUnknown):
    """A request that changes something left, and no usable answer came back."""
