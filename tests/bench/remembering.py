"""
The practice Twilio that writes each page once.

Twilio's own computers write pages beside one another.  Here, kit and practice Twilio share the same cores, and writing
a page takes as long as reading it: so a benchmark that has asked for everything once measures the kit.
"""

from typing import Any

from helpers.simulator import __main__ as command
from helpers.simulator.resources.exchange import ApiResponse
from helpers.simulator.server.dispatch import HttpRequest
from helpers.simulator.server.simulator import Simulator


class Remembering(Simulator):
    """Remembers its answers until somebody changes something."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._answers: dict[object, ApiResponse] = {}
        super().__init__(*arguments, **named)

    def carry_out(self, request: HttpRequest, entry: dict[str, Any], *, stale: bool = False) -> ApiResponse:
        """Carry a request out, or answer as before."""
        if request.method != "GET":
            self._answers.clear()
            return super().carry_out(request, entry, stale=stale)
        asked = (request.host, request.path, *request.query.items(), request.authorization)
        if asked not in self._answers:
            self._answers[asked] = self.write(super().carry_out(request, entry, stale=stale), request)
        entry["carried_out"] = True
        return self._answers[asked]

    def write(self, response: ApiResponse, request: HttpRequest) -> ApiResponse:
        """Return what is remembered of an answer; another world may change it."""
        return response


if __name__ == "__main__":
    command.Simulator = Remembering
    command.main()
