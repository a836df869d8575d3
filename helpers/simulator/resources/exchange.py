"""What is asked of the practice Twilio, and what it answers: HTTP without sockets."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from helpers.simulator.resources.access import Caller
from helpers.simulator.resources.paging import Listing
from helpers.simulator.world.refusals import Refused
from helpers.simulator.world.world import World


@dataclass(frozen=True)
class ApiResponse:
    """A status and a body; None is no body at all, as after a DELETE."""

    status: int
    body: str | None = None


@dataclass(frozen=True)
class ApiRequest:
    """One request of somebody with valid credentials."""

    #: With its scheme, as addresses in answers begin.
    host: str
    path: str
    query: Mapping[str, str]
    form: Mapping[str, str]
    caller: Caller
    #: Answer as of before the last change; only ever ordered as a fault.
    stale: bool = False

    def listing(self, world: World) -> Listing:
        """Tell which list is asked for."""
        return Listing(world.id, self.path, self.query)


def refusal(no: Refused) -> ApiResponse:
    """Answer with a no."""
    return ApiResponse(no.status, json.dumps(no.body))
