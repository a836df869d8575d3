"""
Plans and approvals as files, which people can read, hand on, and open again.

A file carries the fingerprint of its plan, which finds damage and careless changes.  Anybody can compute it, so it is
no signature: the check of a plan reads anew whatever can be read.  An approval is a file beside its plan's, with the
plan's fingerprint.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from helpers.core.atomic_file import put
from helpers.core.errors import NotRunnable, PlanUnreadable
from helpers.plans.plan import Item, Plan, fingerprint_of, read, read_old, written
from helpers.plans.second_person import Approval, may_approve
from helpers.plans.shape import require_id, require_shape, require_shapes

_KIND = "a plan of the Twilio number kit"
#: The format of the facts in a plan and beside it; 0.1.0 wrote sentences, and no format.
_FORMAT = 2
_APPROVAL = "an approval of a plan of the Twilio number kit"


def save_plan(plan: Plan, folder: Path) -> Path:
    """
    Write a plan into its file, over an earlier version of the same plan.

    Raises:
        PlanUnreadable: It cannot be written.  An earlier file is as it was.
    """
    try:
        require_id(plan)
    except ValueError:
        raise PlanUnreadable("The plan was not saved: the kit gives no such ids. Make the plan anew.") from None
    path = folder / f"plan-{datetime.fromisoformat(plan.made_at):%Y-%m-%d}-{plan.id[:8]}.json"
    fields = written(plan)
    content = {"this_is": _KIND, "format": _FORMAT, "fingerprint": fingerprint_of(fields), "plan": fields}
    _write(path, content, private=True)
    return path


def open_plan(path: Path) -> Plan:
    """
    Open a plan's file.

    Raises:
        PlanUnreadable: It cannot be read, is no plan, or was changed by something else than the kit.
    """
    content = _read(path)
    try:
        if content["this_is"] != _KIND:
            raise PlanUnreadable(f"{path.name} is no plan of this kit. Nothing was opened.")
        # 0.1.0 wrote no format.
        saved_format = content.get("format", 1)
        if saved_format > _FORMAT:
            raise PlanUnreadable(
                f"{path.name} was made by a newer version of the kit. Nothing was opened. Install the newest version."
            )
        plan = read(content["plan"]) if saved_format == _FORMAT else read_old(content["plan"])
        unchanged = fingerprint_of(content["plan"]) == content["fingerprint"]
        require_shape(plan)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise PlanUnreadable(
            f"{path.name} is no plan of this kit, or a part of it is missing or is not what the kit writes there. "
            "Nothing was opened. Make the plan anew."
        ) from None
    if not unchanged:
        raise PlanUnreadable(
            f"{path.name} was changed by hand or by another program since the kit wrote it. Nothing was opened. "
            "Make the plan anew, and change it in the panel."
        )
    return plan


def require_unchanged(plan: Plan, path: Path) -> None:
    """
    Require that a plan's file still holds the plan that was read from it: a colleague may have left a number out.

    Raises:
        NotRunnable: It holds another version.
        PlanUnreadable: It cannot be read.
    """
    if open_plan(path).fingerprint != plan.fingerprint:
        raise NotRunnable(
            "Nothing was done: the plan was changed in another window, or by somebody else, since it was opened here. "
            "Open it again to see the change."
        )


def plan_files(*folders: Path) -> list[Path]:
    """List the files of plans in folders, the newest first."""
    others = (".approval.json", ".reasons.json")
    paths = [path for folder in folders for path in folder.glob("plan-*.json")]
    # A link to a file that is gone has no time, and cannot be opened.
    paths = [path for path in paths if path.exists() and not path.name.endswith(others)]
    return sorted(paths, key=lambda path: path.stat().st_mtime, reverse=True)


def approve(path: Path, *, fingerprint: str, who: str, at: datetime) -> Approval:
    """
    Write a second person's approval beside a plan's file.

    Args:
        fingerprint: The fingerprint of the plan that the person has read.

    Raises:
        NotRunnable: The person made or changed the plan, or it was changed since they read it.  Nothing was written.
        PlanUnreadable: The plan cannot be read, or the approval not written.  An earlier approval is as it was.
    """
    plan = require_approvable(path, fingerprint=fingerprint, who=who)
    approval = Approval(plan.fingerprint, who, at.isoformat())
    # Another person hands this file back, so others may read it.  It names no number.
    _write(_approval_file(path), {"this_is": _APPROVAL, **asdict(approval)}, private=False)
    return approval


def require_approvable(path: Path, *, fingerprint: str, who: str) -> Plan:
    """
    Open a plan that a person may approve.

    Raises:
        NotRunnable: The person made or changed the plan, or it was changed since they read it.
        PlanUnreadable: The plan cannot be read.
    """
    plan = open_plan(path)
    if plan.fingerprint != fingerprint:
        raise NotRunnable("The plan was changed since you opened it. Open it again and read it. Nothing was approved.")
    against = may_approve(plan, who)
    if against is not None:
        raise NotRunnable(f"Nothing was approved. {against}")
    return plan


def approval_of(path: Path) -> Approval | None:
    """Read the approval beside a plan's file; None where there is none that can be read."""
    try:
        content = _read(_approval_file(path))
        fields = (content["fingerprint"], content["who"], content["at"])
        is_approval = content["this_is"] == _APPROVAL
    except (PlanUnreadable, KeyError, TypeError):
        return None
    return Approval(*fields) if is_approval and all(isinstance(field, str) for field in fields) else None


def note_set_aside(path: Path, items: Iterable[Item]) -> None:
    """
    Write beside a plan's file which of its numbers did not go, with the reasons, for a report of another day.

    Args:
        items: As they were set aside.  Earlier notes about other numbers stay.

    Raises:
        PlanUnreadable: The file cannot be written.  It is as it was.
    """
    new = {item.sid: item for item in items}
    if new:
        by_sid = msgspec.to_builtins({**set_aside_of(path), **new})
        _write(_reasons_file(path), {"format": _FORMAT, "set_aside": by_sid}, private=True)


def set_aside_of(path: Path) -> dict[str, Item]:
    """Read which numbers of a plan did not go, by sid; none where no file of this format can be read."""
    try:
        content = _read(_reasons_file(path))
        if content["format"] != _FORMAT:
            return {}
        items = msgspec.convert(content["set_aside"], dict[str, Item])
        require_shapes(items.values())
    except (PlanUnreadable, KeyError, TypeError, ValueError):
        return {}
    return items


def _approval_file(path: Path) -> Path:
    return path.with_name(f"{path.stem}.approval.json")


def _reasons_file(path: Path) -> Path:
    return path.with_name(f"{path.stem}.reasons.json")


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as failure:
        raise PlanUnreadable(f"{path.name} cannot be read: {failure.strerror}.") from None
    # The JSON may be nested deeper than Python can read it.
    except (ValueError, RecursionError):
        raise PlanUnreadable(f"{path.name} is no plan of this kit. Nothing was opened.") from None


def _write(path: Path, content: Mapping[str, Any], *, private: bool) -> None:
    try:
        # A plan of thousands of numbers is saved after each change; json would take ten times as long to indent it.
        text = msgspec.json.format(msgspec.json.encode(content, order="sorted"), indent=1)
        put(path, text, private=private, durable=True)
    except OSError as failure:
        raise PlanUnreadable(f"{path.name} cannot be written: {failure.strerror}. No file was changed.") from None
