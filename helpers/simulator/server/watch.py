"""The processes that use this server: when the last one ends, the server ends."""

import asyncio

import psutil

#: Seconds between two checks.
INTERVAL = 1.0


class ProcessWatch:
    """
    Watches the processes that a server is kept running for.

    A process is identified by its id and its start time, because systems reuse ids.
    """

    def __init__(self) -> None:
        self._watched: list[psutil.Process] = []
        #: Whether the server ends when no watched process is left; before one is watched, it does not.
        self.in_use = False

    def add(self, pid: int) -> bool:
        """Keep running for as long as the process *pid* does.  Returns whether it exists."""
        try:
            process = psutil.Process(pid)
        except psutil.NoSuchProcess:
            return False
        self.in_use = True
        if process not in self._watched:
            self._watched.append(process)
        return True

    async def wait(self) -> None:
        """Wait until every watched process has ended; for ever while ``in_use`` is False."""
        while not self.in_use or self._any_left():  # noqa: ASYNC110  # there is no event to wait for
            # The system reports the end of a process only to its parent.
            await asyncio.sleep(INTERVAL)

    def _any_left(self) -> bool:
        self._watched = [process for process in self._watched if _lives(process)]
        return bool(self._watched)


def _lives(process: psutil.Process) -> bool:
    try:
        # A zombie has ended; it stays listed until its parent reads its exit code.
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
