"""The practice Twilio with ten numbers for each: fiction has no million phone numbers, so they repeat."""

from dataclasses import replace
from typing import Any

import msgspec

from helpers.simulator import __main__ as command
from helpers.simulator.resources.exchange import ApiResponse
from helpers.simulator.server.dispatch import HttpRequest
from helpers.simulator.server.simulator import Simulator


class Tenfold(Simulator):
    """Lists each number ten times, each time with another sid."""

    def carry_out(self, request: HttpRequest, entry: dict[str, Any], *, stale: bool = False) -> ApiResponse:
        """Carry a request out."""
        response = super().carry_out(request, entry, stale=stale)
        if not request.path.endswith("/IncomingPhoneNumbers.json") or response.body is None:
            return response
        page = msgspec.json.decode(response.body)
        page["incoming_phone_numbers"] = [
            {**number, "sid": f"PN{copy}{number['sid'][3:]}"}
            for number in page["incoming_phone_numbers"]
            for copy in range(10)
        ]
        return replace(response, body=msgspec.json.encode(page).decode())


if __name__ == "__main__":
    command.Simulator = Tenfold
    command.main()
