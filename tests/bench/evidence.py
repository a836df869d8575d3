"""
How long finding out about every number takes, what it could take at best, and how much memory.

The limit is what the requests cost if nothing but waiting took time.  Kit and practice Twilio share this machine's
cores, as Twilio and an operator never would: what the machine alone costs is told by asking for the same once more, by
as many threads, and throwing the answers away unread.

Before, everything is asked for once, in another process, so that the practice Twilio has written it.
"""

import http.client
import tempfile
import threading
from base64 import b64encode
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from helpers.desk.desk import Desk
from helpers.evidence.window import WINDOW
from helpers.gateway.transport import CONNECTIONS
from helpers.tables.about import EvidenceTable
from tests.bench.apart import apart, memory
from tests.bench.figure import Figure
from tests.bench.practice import Practice, clocked, open_desk

#: The same numbers with ever more records: what is kept of them must not grow with the log.
WORLDS = ("200x50+250000", "200x50+2000000")


def measure(worlds: Sequence[str]) -> Iterator[Figure]:
    """Measure each world in a process that has done nothing else."""
    peaks: list[float] = []
    for world in worlds or WORLDS:
        figure = apart(_measure, world)
        peaks.append(figure.beside["MB"])
        yield figure
    yield Figure("memory, the longest log to the shortest", max(peaks) / min(peaks), "times", 1.25)


def _measure(world: str) -> Figure:
    with Practice(world, cap=CONNECTIONS) as practice, tempfile.TemporaryDirectory() as folder:
        warm(practice)
        desk, tables = open_desk(practice.about, Path(folder)), list[EvidenceTable]()
        cost = practice.cost(lambda: tables.append(_find_out(desk)))
        peak = memory()
        asked = practice.client.requests()[-cost.requests :]
        thrown_away = clocked(lambda: _throw_away(practice.about, desk, asked))
    limit = cost.requests * practice.latency / CONNECTIONS
    beside = {
        "s limit": limit,
        **cost.beside,
        "MB": peak,
        "x thrown away": thrown_away / limit,
        "unknown": int((tables[0].frame["verdict"] == "unknown").sum()),
    }
    return Figure(f"{world}: found out", cost.seconds / limit, "x the limit", 1.25, beside)


def warm(practice: Practice) -> None:
    """Let the practice Twilio write everything once: its computers are the kit's."""
    apart(_look, practice.about)


def _look(about: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _find_out(open_desk(about, Path(folder)))


def _find_out(desk: Desk) -> EvidenceTable:
    return desk._evidence.find_out(WINDOW, progress=lambda steps: None, stop=threading.Event())


def _throw_away(about: dict[str, str], desk: Desk, asked: list[dict[str, Any]]) -> None:
    """Send the same requests with nothing but the standard library, and read none of the answers."""
    netloc, tokens = urlsplit(about["url"]).netloc, desk.session.gateway.client._tokens
    local = threading.local()

    def fetch(entry: dict[str, Any]) -> None:
        token = about["auth_token"] if entry["user"] == about["account_sid"] else tokens[entry["user"]]
        signed = b64encode(f"{entry['user']}:{token}".encode()).decode()
        if not hasattr(local, "connection"):
            local.connection = http.client.HTTPConnection(netloc)
        headers = {"Host": entry["host"], "Authorization": f"Basic {signed}"}
        local.connection.request("GET", f"{entry['path']}?{urlencode(entry['query'])}", headers=headers)
        local.connection.getresponse().read()

    with ThreadPoolExecutor(CONNECTIONS) as threads:
        list(threads.map(fetch, asked))
