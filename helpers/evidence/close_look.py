"""
The close look at one number: what takes requests of its own, so the kit does not fetch it for a whole company.

It comes before a number can go: when it is chosen, and for each number of a plan.
"""

from dataclasses import replace

from helpers.core.connections import Link, LinkKind, Place, Wiring
from helpers.core.errors import CannotRead
from helpers.core.records import Number
from helpers.evidence.wiring import gap_at
from helpers.gateway.gateway import Gateway
from helpers.gateway.responses import text_in, understood

#: The region that takes a number's calls unless somebody chose another.
USUAL_REGION = "us1"


def look_closely(gateway: Gateway, number: Number, wiring: Wiring) -> Wiring:
    """
    Add the region that takes a number's calls, and its add-ons: one request each.

    In another region than US1 the number has other settings, which the kit cannot read
    (https://www.twilio.com/docs/global-infrastructure/inbound-processing-api).
    """
    links, unseen = list(wiring.links), list(wiring.unseen)
    try:
        region = gateway.region(number.account_sid, number.sid, phone_number=number.phone_number)
        if region != USUAL_REGION:
            links.append(Link(LinkKind.REGION, region))
    except CannotRead as failure:
        unseen.append(gap_at(Place.REGION, "", failure))
    try:
        # https://www.twilio.com/docs/phone-numbers/api/assignedaddons-resource
        with understood(f"The add-ons of {number.sid}"):
            resource = f"IncomingPhoneNumbers/{number.sid}/AssignedAddOns"
            for add_on in gateway.listing(number.account_sid, resource, "assigned_add_ons"):
                name = str(add_on.get("friendly_name") or add_on["unique_name"])
                links.append(Link(LinkKind.ADD_ON, text_in(add_on, "sid"), {"name": name}))
    except CannotRead as failure:
        unseen.append(gap_at(Place.ADD_ONS, "", failure))
    return replace(wiring, links=tuple(links), unseen=tuple(unseen), region_seen=True)
