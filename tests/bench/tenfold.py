"""The practice Twilio with ten numbers for each: fiction has no million phone numbers, so they repeat."""

from dataclasses import replace

import msgspec

from helpers.simulator import __main__ as command
from helpers.simulator.resources.exchange import ApiResponse
from helpers.simulator.server.dispatch import HttpRequest
from tests.bench.remembering import Remembering


class Tenfold(Remembering):
    """Lists each number ten times, each time with another sid."""

    def write(self, response: ApiResponse, request: HttpRequest) -> ApiResponse:
        """Repeat the numbers of a list."""
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
