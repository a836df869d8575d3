"""
The world on disk, so that it is still there after its server was killed.

The file holds the origin of the world and its differences from it: a world of a hundred
thousand numbers, three of them released, takes a few lines.
"""

import json
import os
import secrets
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from errno import EISDIR
from pathlib import Path
from typing import Any

from helpers.simulator.world.audit import AuditEvent
from helpers.simulator.world.keys import ApiKey
from helpers.simulator.world.records import Record, WorldAccount
from helpers.simulator.world.scenarios import scenario
from helpers.simulator.world.world import Release, World

WHAT = "the world of a practice Twilio"
VERSION = 2


def new_world(name: str, *, seed: str | None, now: Callable[[], datetime]) -> World:
    """
    Start a world.  Without a seed it is one that has never been, with sids and tokens of its own.

    Raises:
        ValueError: There is no such world.
    """
    return World(scenario(name, seed=seed or secrets.token_hex(8), born=now()), now=now)


def begin(name: str, *, seed: str | None, path: Path | None, now: Callable[[], datetime]) -> World:
    """
    Go on with the world in *path*, or start the one called *name* where there is none.

    A file that holds something else is renamed, not lost, and that is said on stderr.

    Raises:
        ValueError: There is no such world.
        OSError: There is something at *path* that cannot be read.  Nothing was changed.
    """
    if path is None or not path.exists():
        return new_world(name, seed=seed, now=now)
    # A folder, or whatever else is not a file, is not ours to rename.
    if not path.is_file():
        raise IsADirectoryError(EISDIR, "it is not a file")
    try:
        return load(path, now=now)
    except ValueError as strange:
        fresh = new_world(name, seed=seed, now=now)
        print(  # noqa: T201  # a process's own log
            f"{strange} It was kept as {set_aside(path)}, and a new world was started.", file=sys.stderr, flush=True
        )
        return fresh


def save(world: World, path: Path) -> None:
    """
    Write a world down, so that it is there whole, as it was or as it is, whenever the machine stops.

    Raises:
        OSError: It could not be written.  What was there before is there still.
    """
    text = json.dumps({"what": WHAT, "version": VERSION, **_world_fields(world)})
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        # It holds credentials, if only to a make-believe company: nobody else is to read it.
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    # The new name is only safe when the folder is; Windows cannot, and need not, be asked.
    with suppress(OSError):
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def load(path: Path, *, now: Callable[[], datetime]) -> World:
    """
    Read a world that ``save`` wrote.

    Raises:
        ValueError: The file is no such thing, is damaged, or was written by another version.
        OSError: It is not there, or cannot be read.
    """
    strange = ValueError(f"{path} does not hold {WHAT}.")
    text = path.read_bytes()
    try:
        fields = json.loads(text)
        ours = fields["what"] == WHAT and fields["version"] == VERSION
        world = _world_from(fields, now) if ours else None
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        raise strange from None
    if world is None:
        raise strange
    return world


def set_aside(path: Path) -> Path:
    """Rename a file that is in the way, to a name that is free.  Returns the new path."""
    count = 1
    while (aside := path.with_name(f"{path.name}.set-aside-{count}")).exists():
        count += 1
    path.rename(aside)
    return aside


def _world_fields(world: World) -> dict[str, Any]:
    return {
        "world": world.scenario.name,
        "seed": world.scenario.seed,
        "born": world.scenario.born.isoformat(),
        "offset_seconds": world.offset.total_seconds(),
        "rebuy": world.rebuy,
        "emergency_refusal": world.emergency_refusal,
        "retention": world.retention,
        "arrivals": world.arrivals,
        "keys": [{**vars(key), "created": key.created.isoformat()} for key in world.keys.values()],
        "events": [{**vars(event), "at": event.at.isoformat()} for event in world.events],
        "accounts": [_account_fields(account) for account in world.changed_accounts()],
        "touched": [[owner, _record(number)] for owner, number in world.touched.values()],
        "gone": sorted(world.gone),
        "sold": sorted(world.sold),
        "settling": world.settling,
        "released": [
            {"number": _record(release.number), "account_sid": release.account_sid, "at": release.at.isoformat()}
            for release in world.released.values()
        ],
    }


def _world_from(fields: dict[str, Any], now: Callable[[], datetime]) -> World:
    begun = scenario(fields["world"], seed=fields["seed"], born=datetime.fromisoformat(fields["born"]))
    world = World(begun, now=now)
    world.offset = timedelta(seconds=fields["offset_seconds"])
    world.rebuy = fields["rebuy"]
    world.emergency_refusal = fields["emergency_refusal"]
    world.retention = dict(fields["retention"])
    world.arrivals = fields["arrivals"]
    # A file of an earlier version has no keys, no events, and only the accounts that the world began with.
    for key in fields.get("keys", ()):
        allow = None if key["allow"] is None else tuple(key["allow"])
        made = ApiKey(**{**key, "created": datetime.fromisoformat(key["created"]), "allow": allow})
        world.keys[made.sid] = made
    for event in fields.get("events", ()):
        changed = {name: (before, after) for name, (before, after) in event["changed"].items()}
        world.events.append(AuditEvent(**{**event, "at": datetime.fromisoformat(event["at"]), "changed": changed}))
    for account in map(_account, fields.get("accounts", ())):
        world.accounts[account.sid] = account
    for owner, record in fields["touched"]:
        number = _number(record)
        world.touched[number.sid] = (owner, number)
    world.gone = set(fields["gone"])
    world.sold = set(fields["sold"])
    world.settling = dict(fields["settling"])
    for past in fields["released"]:
        number = _number(past["number"])
        at = datetime.fromisoformat(past["at"])
        world.released[number.fields["phone_number"]] = Release(number, past["account_sid"], at)
    return world


def _account_fields(account: WorldAccount) -> dict[str, Any]:
    updated = account.updated.isoformat() if account.updated else None
    return {**asdict(account), "created": account.created.isoformat(), "updated": updated}


def _account(fields: dict[str, Any]) -> WorldAccount:
    updated = datetime.fromisoformat(fields["updated"]) if fields["updated"] else None
    return WorldAccount(**{**fields, "created": datetime.fromisoformat(fields["created"]), "updated": updated})


def _record(number: Record) -> dict[str, Any]:
    return {"order": number.order, "fields": number.fields}


def _number(written: dict[str, Any]) -> Record:
    return Record(written["order"], sid=written["fields"]["sid"], fields=written["fields"])
