"""
The failures of the kit, each with a message for the operator.

::

    KitError
    ├── CannotConnect          only the credentials were checked
    │   ├── CredentialsMissing
    │   ├── CredentialsMalformed
    │   ├── CredentialsRefused
    │   ├── TestCredentials
    │   ├── WrongRegion
    │   ├── NoNetwork
    │   └── SimulatorUnavailable
    ├── CannotRead             reading failed; nothing was changed
    │   ├── WrongAnswer
    │   │   └── RecordsUnreadable
    │   └── LookStopped
    ├── FileRefused            the kit cannot use a file
    │   ├── PlanUnreadable
    │   ├── ListUnreadable
    │   └── ProtectionUnreadable
    ├── JournalUnwritable      the journal failed, so the action did not happen
    ├── JournalBroken          somebody changed the journal
    ├── NothingSent            the kit refused before any changing request
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
    ├── NothingChanged         Twilio provably did not carry out a request
    │   ├── NotSent
    │   ├── TwilioBusy
    │   └── TwilioSaidNo
    └── OutcomeUnknown         Twilio may have carried it out; check first
        └── NoAnswer

Every message is one or more full sentences.  The panels of a single number show ``str(failure)``
unchanged; a plan shows ``failure.message`` with its own advice.
"""

from datetime import datetime

from helpers.core.advice import Advice, for_one_number
from helpers.core.failures import failure
from helpers.core.reasons import Cause, Detail, Reason


class KitError(Exception):
    """
    A failure with a message for the operator.

    Args:
        message: The failure, its effect, and the next step if that is the same everywhere.

        advice: The next step if a plan words it differently.
    """

    def __init__(self, message: str, *, advice: Advice | None = None) -> None:
        super().__init__(message)
        self.advice = advice

    def __str__(self) -> str:
        return for_one_number(self.message, self.advice)

    @property
    def message(self) -> str:
        """The message without the advice."""
        return str(self.args[0])

    def _render_traceback_(self) -> list[str]:
        """Show only the sentence in a notebook: IPython calls this instead of showing frames."""
        return [f"{type(self).__name__}: {self}"]


class CannotConnect(KitError):
    """The desk could not be opened.  Nothing was read and nothing was changed."""


class CredentialsMissing(CannotConnect):
    """There are no Twilio credentials."""


class CredentialsMalformed(CannotConnect):
    """The credentials are malformed, so they were not sent."""


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
    """
    Reading from Twilio failed.  Nothing was changed.

    Args:
        effect: A sentence on what did not happen because of it.
    """

    def __init__(self, reason: Reason, *, effect: str = "") -> None:
        super().__init__(f"{effect} {failure(reason)}".lstrip())
        self.reason = reason

    @property
    def status(self) -> int | None:
        """The HTTP status, which separates "not allowed" from "not now"; None without an answer."""
        status = self.reason.details.get("status")
        return status if isinstance(status, int) else None

    @property
    def code(self) -> int | None:
        """Twilio's own error code; None if the answer has none."""
        code = self.reason.details.get("code")
        return code if isinstance(code, int) else None

    @property
    def words(self) -> str | None:
        """Twilio's own words; None if the answer has none."""
        words = self.reason.details.get("words")
        return words if isinstance(words, str) else None


class WrongAnswer(CannotRead):
    """Twilio's answer cannot be used: it is about another resource, or the list has no end."""

    @property
    def status(self) -> int | None:
        """An answer came, so the network is not in the way."""
        return 200


class RecordsUnreadable(WrongAnswer):
    """A list was read to its end, and of some of its records nothing could be made: it is not known in full."""


class LookStopped(CannotRead):
    """The operator stopped the reading before this part.  That is no failure of Twilio's."""

    def __init__(self) -> None:
        super().__init__(Reason(Cause.STOPPED))


class FileRefused(KitError):
    """A file cannot be read, or differs from the one that the kit wrote.  Nothing was changed."""


class PlanUnreadable(FileRefused):
    """A plan's file cannot be read or written, or somebody changed it."""


class ListUnreadable(FileRefused):
    """A list of numbers cannot be read at all."""


class ProtectionUnreadable(FileRefused):
    """The protections cannot be read, so every number counts as protected."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(failure(reason))
        #: The reason that protects every number.
        self.reason = reason


class JournalUnwritable(KitError):
    """The journal could not be written or read.  The action that it had to record first did not happen."""


class JournalBroken(KitError):
    """A row of the journal was changed after it was written."""

    #: The number of the first changed row.
    row: int

    def __init__(self, message: str, *, row: int) -> None:
        super().__init__(message)
        self.row = row


class JournalTooNew(JournalUnwritable):
    """A newer version of the kit writes this journal: this version can read it, and begin nothing."""


class NothingSent(KitError):
    """
    The kit refused.  It sent no request that changes anything.

    Args:
        reason: The refusal as a fact, which a plan keeps for its reports; None where the message says all there is.
    """

    def __init__(self, message: str, *, advice: Advice | None = None, reason: Reason | None = None) -> None:
        super().__init__(message, advice=advice)
        self.reason = reason


class NotReleasable(NothingSent):
    """The decision, or the typed text, does not allow a release."""


class NotRunnable(NothingSent):
    """The plan may not run in its present state, or its sentence was not typed."""


class Stopped(NotRunnable):
    """The operator stopped the check or the run of a plan before this part."""


class ProtectionRefused(NothingSent):
    """The protections could not be changed.  They stay as they were."""


class AlreadyUsed(NothingSent):
    """The confirmation, or another one for the same number, was already used."""


class JournalBehind(NothingSent):
    """The journal is shorter than before, or another one, and nobody has confirmed that yet."""


class EntryMovedOn(NothingSent):
    """Somebody else wrote to this journal entry first."""


class Drifted(NothingSent):
    """The number has changed since the operator confirmed it."""


class NotThere(NothingSent):
    """The number is no longer in the account."""


class NotRestorable(NothingSent):
    """The state of the entry does not allow taking the number back."""


class ReclaimWindowClosed(NothingSent):
    """The ten days are over."""

    #: The moment when the window closed.
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
    """Twilio answered 429: it documents that it does not process such a request."""


class TwilioSaidNo(NothingChanged):
    """Twilio refused, and would refuse again."""

    @property
    def status(self) -> Detail:
        """The HTTP status of the refusal; 404 means that there was nothing to act on."""
        return self.reason.details.get("status")

    @property
    def code(self) -> Detail:
        """Twilio's error code, for telling "reserved" (21422) from "not allowed"; None where it gave none."""
        return self.reason.details.get("code")


class OutcomeUnknown(KitError):
    """Twilio may have carried out a request.  Nothing may be sent again before a check."""


class NoAnswer(_RequestFailed, OutcomeUnknown):
    """A request that changes something left, and no usable answer came back."""
