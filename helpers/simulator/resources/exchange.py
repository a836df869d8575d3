"""Requests and responses of the practice Twilio, without sockets."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from helpers.simulator.resources.access import Caller
from helpers.simulator.resources.paging import Listing
from helpers.simulator.world.refusals import Refused
from helpers.simulator.world.world import World


@dataclass(frozen=True)
class ApiResponse:
    """A status and a body; a body of None is no body, as after a DELETE."""

    status: int
    body: str | None = None


@dataclass(frozen=True)
class ApiRequest:
    """One request with valid credentials."""

    #: With its scheme, as addresses in answers begin.
    host: str
    #: The address; of a list, where one of its things is asked for.
    path: str
    query: Mapping[str, str]
    form: Mapping[str, str]
    caller: Caller
    #: The sid of the one thing of the list that is asked for; None: the list itself.
    one: str | None = None
    #: Respond with the state before the last change; only a fault sets this.
    stale: bool = False

    def listing(self, world: World) -> Listing:
        """Return the list that the request names."""
        return Listing(world.id, self.path, self.query)


def refusal(no: Refused) -> ApiResponse:
    """Turn a refusal into a response."""
    return ApiResponse(no.status, json.dumps(no.body))
