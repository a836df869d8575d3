"""A plan's file is somebody's to damage and to edit: what is no plan any more is a sentence, and leads nowhere."""

import hashlib
import json
import os
import stat
from dataclasses import replace

import pytest

from helpers.core.errors import PlanUnreadable
from helpers.core.reasons import Cause, Reason
from helpers.plans.files import approval_of, note_set_aside, open_plan, plan_files, save_plan, set_aside_of
from helpers.plans.plan import Aside
from tests.support.plan_tools import QUIET_NAMES

MANY_DIGITS = "9" * 5000


def sealed(path, change):
    """Change a plan in its file, and write the fingerprint that it has then, as anybody can who reads the kit."""
    content = json.loads(path.read_text())
    change(content["plan"])
    text = json.dumps(content["plan"], sort_keys=True, ensure_ascii=False)
    content["fingerprint"] = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    path.write_text(json.dumps(content))


def in_plan(**fields):
    return lambda plan: plan.update(fields)


def in_item(**fields):
    return lambda plan: plan["items"][0].update(fields)


def in_traffic(**fields):
    return lambda plan: plan["items"][0]["traffic"].update(fields)


def set_aside(code, details):
    return in_item(aside="blocked", reason={"code": code, "details": details})


def parked_apart(plan):
    plan["act"] = "park"
    second = {**plan["items"][0], "sid": "PN" + "0" * 32}
    plan["items"].append(second)
    for number, item in enumerate(plan["items"]):
        item.update(target=f"AC{number:032x}", target_name="Acme Logistics")


def parked_under_two_names(plan):
    """Who types the sentence would type the name that stands first."""
    parked_apart(plan)
    for item in plan["items"]:
        item["target"] = "AC" + "0" * 32
    plan["items"][0].update(aside="left out by hand", target_name="Acme Shops")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        "{}".encode("utf-16"),
        b"null",
        b"[]",
        b"NaN",
        b'"a plan"',
        b"{",
        b"[" * 200_000,
        b'{"a":' * 200_000,
        MANY_DIGITS.encode(),
        b'{"this_is": ["a plan of the Twilio number kit"]}',
        b'{"this_is": "a plan of the Twilio number kit", "format": 2, "plan": null, "fingerprint": ""}',
    ],
    ids=lambda content: ascii(content[:24]),
)
def test_a_file_of_another_shape_is_no_plan(tmp_path, content):
    """Empty, of another encoding, no JSON, JSON of another thing, too deep, too large: one error says so."""
    path = tmp_path / "plan-2026-03-02-1.json"
    path.write_bytes(content)

    with pytest.raises(PlanUnreadable):
        open_plan(path)
    path.rename(tmp_path / "plan.approval.json")
    assert approval_of(tmp_path / "plan.json") is None
    (tmp_path / "plan.approval.json").rename(tmp_path / "plan.reasons.json")
    assert set_aside_of(tmp_path / "plan.json") == {}


def test_a_folder_and_a_lost_link_are_no_plans(tmp_path):
    """Neither is opened, and neither keeps the others from being listed."""
    folder, lost = tmp_path / "plan-1.json", tmp_path / "plan-2.json"
    folder.mkdir()
    lost.symlink_to(tmp_path / "nowhere")

    assert lost not in plan_files(tmp_path)
    for path in (folder, lost):
        with pytest.raises(PlanUnreadable):
            open_plan(path)


SHAPES = {
    "items are an object": in_plan(items={}),
    "items are numbers": in_plan(items=[1, 2]),
    "a list for a text": in_plan(why=["spring", "cleaning"]),
    "a missing key": lambda plan: plan.pop("company_sid"),
    "a missing key of an item": lambda plan: plan["items"][0].pop("record"),
    "nobody made it": in_plan(authors=[]),
    "somebody without a name made it": in_plan(authors=[" "]),
    "an act that the kit does not know": in_plan(act="delete"),
    "a release with a target": in_item(target="AC" + "0" * 32),
    "a park without a target": in_plan(act="park"),
    "a park to two accounts": parked_apart,
    "a park to one account under two names": parked_under_two_names,
    "made yesterday": in_plan(made_at="yesterday"),
    "made at no hour of any zone": in_plan(made_at="2026-03-02T09:30:00"),
    "held by words": in_plan(held={"AC1": "many"}),
    "held less than none": in_plan(held={"AC" + "0" * 32: -1}),
    "held infinitely many": in_plan(held={"AC" + "0" * 32: float("inf")}),
    "a number twice": lambda plan: plan["items"].append(plan["items"][0]),
    "a sid that is a path": in_item(sid="../../Accounts"),
    "an account that is a path": in_item(account_sid="AC1/../AC2"),
    "a company that is a path": in_plan(company_sid="../AC2"),
    "a verdict that there is not": in_item(verdict="unused"),
    "an aside that there is not": in_item(aside="perhaps"),
    "a reason that there is not": set_aside("because", {}),
    "looked at on no day": in_item(looked_at="2026-02-30T00:00:00+00:00"),
    "looked at in no zone": in_item(looked_at="2026-03-02T09:30:00"),
    "a price in words": in_item(monthly="cheap"),
    "a price that is none": in_item(monthly="NaN"),
    "a price below nothing": in_item(monthly="-1.15"),
    "a price of more decimals than a table keeps": in_item(monthly="0.00000000001"),
    "a price without end": in_item(monthly="1e999999"),
    "a price without a currency": in_item(currency=None),
    "bought on no day": in_item(bought="2026-13-45"),
    "bought at the end of time": in_item(bought="9999-12-31"),
    "calls below nothing": in_traffic(calls=-1),
    "calls that are not a number": in_traffic(calls=float("nan")),
    "a call in no zone": in_traffic(last_call_in="2026-03-01T00:00:00"),
    "a call at the end of time": in_traffic(last_call_out="9999-12-31T23:59:59-14:00"),
    "a text at the beginning of time": in_traffic(last_message_in="0001-01-01T00:00:00+14:00"),
    "half a sign": in_plan(why="\ud800"),
}


@pytest.mark.parametrize("change", SHAPES.values(), ids=SHAPES.keys())
def test_an_edited_plan_of_another_shape_is_not_opened(planner, change):
    """Its fingerprint fits, and its fields do not: nothing of it is believed."""
    _, path = planner.make(QUIET_NAMES[0])
    sealed(path, change)

    with pytest.raises(PlanUnreadable):
        planner.plans.open(path)


@pytest.mark.parametrize(
    "change",
    [
        set_aside("protected", {}),
        set_aside("open journal entry", {"act": "release", "state": "unknown", "since": "tomorrow"}),
        set_aside("connected since the plan was made", {"kind": "string and tin", "target": "X"}),
        set_aside("could be looked at when the plan was made", {"place": "moon", "part": ""}),
        in_item(cautions=[{"code": "new", "details": {"days": None, "cause": ["nothing"]}}]),
        in_item(wiring={"links": [{"kind": "messaging service", "target": "MG1", "details": {"sessions": "x"}}]}),
    ],
)
def test_an_edited_plan_that_cannot_be_put_into_words_is_not_opened(planner, change):
    """A reason without its details cannot be shown, so the plan cannot be read by anybody."""
    _, path = planner.make(QUIET_NAMES[0])
    sealed(path, change)

    with pytest.raises(PlanUnreadable):
        planner.plans.open(path)


@pytest.mark.parametrize("name", ["../outside", "a/b", "..", "", "a\0b", "x" * 300, "with-hyphens", "C:\\plans"])
def test_the_id_of_a_plan_makes_no_folders(planner, tmp_path, name):
    """Neither where a plan is opened nor where it is saved: nothing is written anywhere."""
    plan, path = planner.make(QUIET_NAMES[0])
    sealed(path, in_plan(id=name))
    before = sorted(tmp_path.rglob("*"))

    with pytest.raises(PlanUnreadable):
        open_plan(path)
    with pytest.raises(PlanUnreadable):
        save_plan(replace(plan, id=name), planner.plans.folder)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_plan_of_a_newer_version_is_not_read_as_an_old_one(planner):
    """What its fields mean there, this version cannot know."""
    _, path = planner.make(QUIET_NAMES[0])
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 99}))

    with pytest.raises(PlanUnreadable):
        open_plan(path)


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps no such permissions")
def test_plans_are_for_their_maker_alone(planner):
    """A plan and the reasons beside it name numbers, accounts and addresses; an approval names none of them."""
    plan, path = planner.make(QUIET_NAMES[0])
    refused = replace(plan.items[0], aside=Aside.REFUSED, reason=Reason(Cause.REFUSED, {"said": "No."}))
    note_set_aside(path, [refused])

    assert {stat.S_IMODE(file.stat().st_mode) for file in planner.plans.folder.iterdir()} == {0o600}
