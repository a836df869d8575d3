"""
IncomingPhoneNumbers: list, fetch, update, transfer, buy, release.

https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
"""

import json
from re import fullmatch
from typing import Any

from helpers.simulator.resources.access import admit
from helpers.simulator.resources.exchange import ApiRequest, ApiResponse
from helpers.simulator.resources.number_form import number_fields
from helpers.simulator.resources.paging import turn_to_page
from helpers.simulator.world.fictional_numbers import country_of, kind_of
from helpers.simulator.world.records import Record
from helpers.simulator.world.refusals import Refused
from helpers.simulator.world.world import World

#: Part of the list with an address of its own -> the type of its numbers.
KINDS = {"Local": "local", "Mobile": "mobile", "TollFree": "toll-free"}


def list_numbers(world: World, request: ApiRequest, account_sid: str, part: str | None = None) -> ApiResponse:
    """
    List an account's numbers, or those of one kind.

    As in the examples of Twilio's OpenAPI document, ``beta`` is ``null`` where a fetch says ``false``;
    and in a list of one kind, records have no ``type``.
    """
    admit(world, request.caller, account_sid, request.path)
    numbers = world.numbers(account_sid, stale=request.stale)
    if request.listing(world).filters or part:
        numbers = [number for number in numbers if _is_asked_for(number, request, part)]
    page = turn_to_page(request.listing(world), numbers)
    # Replaced in the text: of a hundred thousand numbers hardly one is ever read into fields.
    texts = [
        (_without_type(number) if part else number.text).replace('"beta": false', '"beta": null', 1)
        for number in page.records
    ]
    return ApiResponse(200, page.envelope("incoming_phone_numbers", texts))


def fetch_number(world: World, request: ApiRequest, account_sid: str, sid: str) -> ApiResponse:
    """Show one number."""
    number = _the_number(world, request, account_sid, sid)
    if not request.stale:
        world.settle(account_sid, sid)
    return ApiResponse(200, number.text)


def update_number(world: World, request: ApiRequest, account_sid: str, sid: str) -> ApiResponse:
    """
    Change a number; with ``AccountSid``, move it to another account of the company.

    Raises:
        Refused: A value is invalid, or the number may not be moved.  Nothing was changed.
    """
    number = _the_number(world, request, account_sid, sid)
    target = request.form.get("AccountSid", account_sid)
    if target != account_sid:
        _check_transfer(world, request, number, target)
    # What is set together with a move is the gaining account's
    # (https://support.twilio.com/hc/en-us/articles/360038163473).
    fields = number_fields(world, target, request.form)
    if target != account_sid:
        needs_address = number.fields["address_requirements"] != "none"
        if needs_address and not world.belongings(target, "address"):
            raise Refused(21613, number.fields["phone_number"])
        number = world.move(sid, source=account_sid, target=target)
        # In which of the two accounts Twilio records it is unverified.
        owners = {"account_sid": (account_sid, target)}
        world.record_event(
            account_sid, "phone-number.updated", sid, actor_sid=request.caller.account.sid, changed=owners
        )
    if fields:
        number = _change(world, request, number, fields)
    return ApiResponse(200, number.text)


def release_number(world: World, request: ApiRequest, account_sid: str, sid: str) -> ApiResponse:
    """
    Release a number.

    Raises:
        Refused: It is not there (20404), or an emergency address is registered.
    """
    _the_number(world, request, account_sid, sid)
    world.release(account_sid, sid)
    world.record_event(account_sid, "phone-number.deleted", sid, actor_sid=request.caller.account.sid)
    return ApiResponse(204)


def buy_number(world: World, request: ApiRequest, account_sid: str, part: str | None = None) -> ApiResponse:
    """
    Buy the number that is named, or any in an area code.

    A number that the account already has is not bought again: the request changes it, and is
    answered 201 all the same, as users report (https://github.com/danielberkompas/ex_twilio/pull/116).

    Raises:
        Refused: It is not for sale (21422, 21452), not a number (21421), wants an address (21631) or
            a bundle (21649), or a value is invalid.  Nothing was bought.
    """
    account = admit(world, request.caller, account_sid, request.path)
    if account.status != "active":
        raise Refused(20005)
    fields = number_fields(world, account_sid, request.form)
    for own in world.numbers(account_sid):
        if own.fields["phone_number"] == request.form.get("PhoneNumber"):
            if part and own.fields["type"] != KINDS[part]:
                raise Refused(21422, own.fields["phone_number"])
            number = _change(world, request, own, fields)
            return ApiResponse(201, _without_type(number) if part else number.text)
    phone_number = _number_for_sale(world, request, account_sid, part)
    release = world.released.get(phone_number)
    country = country_of(phone_number)
    kind = kind_of(phone_number)
    if kind == "toll-free":
        wants_address = wants_bundle = False
    elif release:
        wants_address = release.number.fields["address_requirements"] != "none"
        wants_bundle = bool(release.number.fields["bundle_sid"])
    else:
        wants_address, wants_bundle = country.address_requirements != "none", country.needs_bundle
    if wants_address and not fields.get("address_sid"):
        raise Refused(21631, phone_number)
    if wants_bundle and not fields.get("bundle_sid"):
        raise Refused(21649, phone_number)
    number = world.add(account_sid, phone_number, **fields)
    world.record_event(account_sid, "phone-number.created", number.sid, actor_sid=request.caller.account.sid)
    return ApiResponse(201, _without_type(number) if part else number.text)


def _change(world: World, request: ApiRequest, number: Record, fields: dict[str, Any]) -> Record:
    account_sid, before = number.fields["account_sid"], number.fields
    number = world.change(account_sid, number.sid, **fields)
    changed = {name: (before[name], value) for name, value in number.fields.items() if before[name] != value}
    changed.pop("date_updated", None)
    world.record_event(
        account_sid, "phone-number.updated", number.sid, actor_sid=request.caller.account.sid, changed=changed
    )
    return number


def _the_number(world: World, request: ApiRequest, account_sid: str, sid: str) -> Record:
    admit(world, request.caller, account_sid, request.path)
    number = world.number(account_sid, sid, stale=request.stale)
    if number is None:
        raise Refused(20404, request.path)
    return number


def _is_asked_for(number: Record, request: ApiRequest, part: str | None) -> bool:
    fields = number.fields
    if part and fields["type"] != KINDS[part]:
        return False
    if "FriendlyName" in request.query and fields["friendly_name"] != request.query["FriendlyName"]:
        return False
    if "Origin" in request.query and fields["origin"] != request.query["Origin"]:
        return False
    if request.query.get("Beta", "true").lower() == "false" and fields["beta"]:
        return False
    return "PhoneNumber" not in request.query or matches(fields["phone_number"], request.query["PhoneNumber"])


def matches(phone_number: str, pattern: str) -> bool:
    """
    Tell whether a number contains a pattern, in which ``*`` stands for any one digit.

    >>> matches("+12125550123", "555**23"), matches("+12125550123", "+1212"), matches("+12125550123", "5550*23x")
    (True, True, False)
    """
    width = len(pattern)
    return any(
        all(w in ("*", digit) and not (w == "*" and digit == "+") for w, digit in zip(pattern, piece, strict=True))
        for piece in (phone_number[i : i + width] for i in range(len(phone_number) - width + 1))
    )


def _check_transfer(world: World, request: ApiRequest, number: Record, target: str) -> None:
    if request.caller.kind != "token" or not request.caller.account.is_main:
        raise Refused(21474)
    if not fullmatch("AC[0-9a-fA-F]{32}", target):
        raise Refused(21470, target)
    if target not in world.accounts:
        raise Refused(21473, target)
    if world.accounts[target].status != "active":
        raise Refused(21472, target)
    if number.fields["origin"] == "hosted":
        raise Refused(22121, number.fields["phone_number"])


def _number_for_sale(world: World, request: ApiRequest, account_sid: str, part: str | None) -> str:
    phone_number = request.form.get("PhoneNumber")
    if phone_number:
        if not fullmatch(r"\+[1-9][0-9]{6,14}", phone_number):
            raise Refused(21421, phone_number)
        if not world.for_sale(phone_number, account_sid=account_sid):
            raise Refused(21422, phone_number)
        if part and kind_of(phone_number) != KINDS[part]:
            raise Refused(21422, phone_number)
        return phone_number

    area_code = request.form.get("AreaCode")
    if area_code is None or part:
        raise Refused(21421, phone_number or "An empty PhoneNumber")
    if not fullmatch("[2-9][0-9]{2}", area_code):
        raise Refused(21451, area_code)
    for candidate in world.scenario.shelf:
        # A released number waits for its former owner; an area code does not bring it back.
        fits = candidate.startswith(f"+1{area_code}") and candidate not in world.released
        if fits and world.for_sale(candidate, account_sid=account_sid):
            return candidate
    raise Refused(21452, area_code)


def _without_type(number: Record) -> str:
    return json.dumps({name: value for name, value in number.fields.items() if name != "type"})
