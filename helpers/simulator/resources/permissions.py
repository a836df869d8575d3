"""
What a restricted API key may do: the permissions by their names, and which request needs which.

The names are those that people have written down; Twilio has a list of them, which is not stored
here.  That one by sid (read) and a collection (list) are separate, and the words of a refusal, are
as seen live by others: https://www.twilio.com/docs/api/errors/70051
"""

from re import fullmatch

from helpers.simulator.resources.access import Caller
from helpers.simulator.world.refusals import Refused

#: A stand-in for Twilio's words at something that no permission is for: they are not known.
NO_PERMISSION = "Authorization Error: no permission gives a restricted key access to this resource"
#: The last part of a permission.
ACTIONS = ("list", "read", "create", "update", "delete")


def is_permission(name: str) -> bool:
    """
    Tell whether a name has the form of a permission.

    >>> is_permission("/twilio/voice/calls/list"), is_permission("/2010-04-01/Accounts/AC1/Calls*")
    (True, False)
    """
    return fullmatch(rf"/twilio/[a-z-]+/[a-z0-9.-]+/({'|'.join(ACTIONS)}|\*)", name) is not None


def require(caller: Caller, permission: str | None) -> None:
    """
    Let a restricted key do only what it may do.

    Args:
        permission: Like ``voice/calls/list``; None: there is no permission for it.

    Raises:
        Refused: The permission is missing, or there is none (70051).
    """
    if caller.allow is None:
        return
    if permission is None:
        raise Refused(70051, words=NO_PERMISSION)
    several = f"/twilio/{permission.rpartition('/')[0]}/*"
    if not {f"/twilio/{permission}", several} & set(caller.allow):
        raise Refused(70051, f"twilio/{permission}")
