"""A limit on concurrent requests, learned from Twilio's refusals."""

import threading

#: The limit where nothing is known.
_START = 16
#: After how many answers one more request is let through: until the first 429, after it, and at the most.
_EAGER, _PATIENT, _MOST_PATIENT = 2, 64, 512


class Limiter:
    """
    A gate that learns how many concurrent requests Twilio accepts.

    Each refused request was one too many, so each lowers the limit by one: what is left of a burst is what Twilio
    accepts, also where other programs of the company take a part of it.  After that the gate asks for one more ever
    more seldom while the answer is no, and ever sooner while it is yes.

    Args:
        most: The limit is never higher.
        known: The limit that was learned before; None where nothing is known.
    """

    def __init__(self, *, most: int, known: int | None = None) -> None:
        self.most = most
        #: How many requests may be under way.
        self.limit = max(1, min(most, _START if known is None else known))
        self._busy = 0
        self._every = _EAGER if known is None else _PATIENT
        self._answers = 0
        #: Whether the limit was raised since the latest refusal.
        self._raised = False
        self._turn = threading.Condition()

    def take(self) -> int:
        """Wait for a place; return how many other requests are under way, for ``done``."""
        with self._turn:
            # The time-out: an interrupted cell may have been the only one that was told of a free place.
            while not self._turn.wait_for(lambda: self._busy < self.limit, timeout=1.0):
                pass
            self._busy += 1
            return self._busy - 1

    def done(self, others: int, *, status: int) -> bool:
        """
        Give a place back; return whether the limit is another one now.

        Args:
            others: What ``take`` returned.
            status: The status of the answer; 0 for no answer, which says nothing about the limit.
        """
        with self._turn:
            self._busy -= 1
            before = self.limit
            # How many there are besides a request is counted at its beginning and at its end, because at the end of
            # a long list they grow fewer meanwhile.
            others = max(others, self._busy)
            if status == 429:
                self._lower(others)
            elif status and 2 * (others + 1) >= self.limit:
                self._raise_sometimes()
            # Only as many as can enter: to wake them all costs more than the requests.
            self._turn.notify(max(0, self.limit - self._busy))
            return self.limit != before

    def _lower(self, others: int) -> None:
        # A request that was alone was not refused for the others.
        self.limit = max(1, min(self.limit - 1, others or self.limit))
        if self._raised or self._every < _PATIENT:
            self._every = min(_MOST_PATIENT, max(_PATIENT, 2 * self._every))
        self._raised, self._answers = False, 0

    def _raise_sometimes(self) -> None:
        self._answers += 1
        if self._answers >= self._every and self.limit < self.most:
            # The one before was accepted.
            if self._raised:
                self._every = max(_EAGER, self._every // 2)
            self.limit += 1
            self._raised, self._answers = True, 0
