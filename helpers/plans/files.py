"""
Plans and approvals as files, which people can read, hand on, and open again.

A file carries the fingerprint of its plan: one that was changed by anything but the kit
is noticed, and nothing of it is run.  An approval lies beside its plan and names that
fingerprint; it is never a part of a notebook.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from helpers.core.atomic_file import put
from helpers.core.errors import NotRunnable, PlanUnreadable
from helpers.plans.clearance import Approval, may_approve
from helpers.plans.plan import Item, Plan, fingerprint_of, read, read_old, written

_KIND = "a plan of the Twilio number kit"
#: Of the facts in a plan and beside it; 0.1.0 wrote sentences.
_FORMAT = 2
_APPROVAL = "an approval of a plan of the Twilio number kit"


def save_plan(plan: Plan, folder: Path) -> Path:
    """
    Write a plan into its file, in place of what was there of it.

    Raises:
        PlanUnreadable: It cannot be written.  What was there before is still there.
    """
    path = folder / f"plan-{datetime.fromisoformat(plan.made_at):%Y-%m-%d}-{plan.id[:8]}.json"
    _write(path, {"this_is": _KIND, "format": _FORMAT, "fingerprint": plan.fingerprint, "plan": written(plan)})
    return path


def open_plan(path: Path) -> Plan:
    """
    Open a plan's file.

    Raises:
        PlanUnreadable: It cannot be read, is no plan, or was changed by something else than the kit.
    """
    told = _read(path)
    try:
        if told["this_is"] != _KIND:
            raise PlanUnreadable(f"{path.name} is no plan of this kit. Nothing was opened.")
        # 0.1.0 wrote no format.
        plan = read(told["plan"]) if told.get("format") == _FORMAT else read_old(told["plan"])
        unchanged = fingerprint_of(told["plan"]) == told["fingerprint"]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise PlanUnreadable(f"{path.name} is no plan of this kit, or a part of it is missing.") from None
    if not unchanged:
        raise PlanUnreadable(
            f"{path.name} was changed by hand or by another program since the kit wrote it. Nothing was opened. "
            "Make the plan anew, and change it in the panel."
        )
    return plan


def plan_files(folder: Path) -> list[Path]:
    """List the files of plans in a folder, the newest first."""
    beside = (".approval.json", ".reasons.json")
    found = [path for path in folder.glob("plan-*.json") if not path.name.endswith(beside)]
    return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)


def approve(path: Path, *, fingerprint: str, who: str, at: datetime) -> Approval:
    """
    Write a second person's approval beside a plan's file.

    Args:
        fingerprint: Of the plan that the person has read.

    Raises:
        NotRunnable: Who made or changed it cannot approve it, or it was changed meanwhile.
        PlanUnreadable: The file cannot be read, or the approval not written.
    """
    plan = open_plan(path)
    if plan.fingerprint != fingerprint:
        raise NotRunnable("The plan was changed since you opened it. Open it again and read it. Nothing was approved.")
    against = may_approve(plan, who)
    if against is not None:
        raise NotRunnable(f"Nothing was approved. {against}")
    approval = Approval(plan.fingerprint, who, at.isoformat())
    _write(_beside(path), {"this_is": _APPROVAL, **asdict(approval)})
    return approval


def approval_of(path: Path) -> Approval | None:
    """Read the approval beside a plan's file; None where there is none that can be read."""
    try:
        told = _read(_beside(path))
        words = (told["fingerprint"], told["who"], told["at"])
    except (PlanUnreadable, KeyError, TypeError):
        return None
    known = told["this_is"] == _APPROVAL if "this_is" in told else False
    return Approval(*words) if known and all(isinstance(word, str) for word in words) else None


def note_set_aside(path: Path, items: Iterable[Item]) -> None:
    """
    Write beside a plan's file which numbers of it did not go, and why, so that a report can say it another day.

    Args:
        items: As they were set aside.  What was noted before of other numbers stays.

    Raises:
        PlanUnreadable: It cannot be written.
    """
    new = {item.sid: item for item in items}
    if new:
        told = msgspec.to_builtins({**set_aside_of(path), **new})
        _write(path.with_name(f"{path.stem}.reasons.json"), {"format": _FORMAT, "set_aside": told})


def set_aside_of(path: Path) -> dict[str, Item]:
    """Read which numbers of a plan did not go, by sid; none where nothing was noted, or by 0.1.0."""
    try:
        told = _read(path.with_name(f"{path.stem}.reasons.json"))
        return msgspec.convert(told["set_aside"], dict[str, Item]) if told["format"] == _FORMAT else {}
    except (PlanUnreadable, KeyError, TypeError, ValueError):
        return {}


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.stem}.approval.json")


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as failure:
        raise PlanUnreadable(f"{path.name} cannot be read: {failure.strerror}.") from None
    except ValueError:
        raise PlanUnreadable(f"{path.name} is no plan of this kit. Nothing was opened.") from None


def _write(path: Path, told: dict[str, Any]) -> None:
    try:
        text = json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True)
        put(path, text.encode(), private=False, durable=True)
    except OSError as failure:
        raise PlanUnreadable(f"{path.name} cannot be written: {failure.strerror}. No file was changed.") from None
