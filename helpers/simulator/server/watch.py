"""Whoever this server is there for: when they are all gone, it goes too."""

import asyncio

import psutil

#: Seconds between two looks.
INTERVAL = 1.0


class ProcessWatch:
    """
    The processes that a server is kept running for.

    A process is known by its id and the moment it began, since ids are used again.
    """

    def __init__(self) -> None:
        self._watched: list[psutil.Process] = []
        self._asked = False

    def add(self, pid: int) -> bool:
        """Keep running for as long as the process *pid* does.  Tells whether there is one."""
        self._asked = True
        try:
            process = psutil.Process(pid)
        except psutil.NoSuchProcess:
            return False
        if process not in self._watched:
            self._watched.append(process)
        return True

    async def wait(self) -> None:
        """Wait until every watched process is gone; for ever where none was named."""
        while not self._asked or self._anyone_left():  # noqa: ASYNC110  # there is no event to wait for
            # Nobody tells us when a process ends that is not our child.
            await asyncio.sleep(INTERVAL)

    def _anyone_left(self) -> bool:
        self._watched = [process for process in self._watched if _lives(process)]
        return bool(self._watched)


def _lives(process: psutil.Process) -> bool:
    try:
        # A zombie has ended; it is only still listed because nobody has asked how.
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
