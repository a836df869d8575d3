"""The connections that a number's own record names.  Pure."""

from collections.abc import Iterator
from dataclasses import replace

from helpers.core.connections import Link, LinkKind
from helpers.core.number_facts import has_emergency_address, is_demo
from helpers.core.records import Number
from helpers.core.redact import without_secrets


def links_on_record(number: Number) -> Iterator[Link]:
    """List the links on the number's own record, without Twilio's demo pages."""
    trunk, fax = number.get("trunk_sid"), number.get("voice_receive_mode") == "fax"
    if trunk:
        yield Link(LinkKind.SIP_TRUNK, str(trunk))
    if fax:
        yield Link(LinkKind.FAX, "calls")
    # Twilio ignores the voice settings if a trunk is set.
    calls = () if trunk or fax else _answering(number, "calls", "voice")
    yield from _join_answers((*calls, *_answering(number, "messages", "sms")))
    if number.get("status_callback"):
        yield Link(LinkKind.WEBHOOK, "status")
    regulatory = number.get("bundle_sid") or number.get("address_sid") or number.get("identity_sid")
    if regulatory:
        yield Link(LinkKind.REGULATORY, str(regulatory))
    if has_emergency_address(number):
        yield Link(LinkKind.EMERGENCY_ADDRESS, str(number.get("emergency_address_sid") or ""))


def _join_answers(links: tuple[Link, ...]) -> Iterator[Link]:
    """Join the two links of an application or flow that answers both calls and messages."""
    answers: dict[Link, tuple[str, ...]] = {}
    for link in links:
        answers[link] = (*answers.get(link, ()), str(link.details["answers"]))
    for link, kinds in answers.items():
        yield replace(link, details={**link.details, "answers": kinds})


def _answering(number: Number, kind: str, field: str) -> Iterator[Link]:
    application = number.get(f"{field}_application_sid")
    # As in the columns of numbers: a password decides nothing.
    url, fallback = (without_secrets(number.get(f"{field}{which}_url") or "") for which in ("", "_fallback"))
    # Twilio ignores the web addresses if an application is set.
    if application:
        yield Link(LinkKind.APPLICATION, str(application), {"answers": kind})
    elif url and not is_demo(url):
        yield _webhook(kind, url)
    elif fallback and not is_demo(fallback):
        yield Link(LinkKind.WEBHOOK, kind, {"answers": kind, "fallback": True})


def _webhook(kind: str, url: str) -> Link:
    if ".twil.io/" in f"{url}/":
        return Link(LinkKind.FUNCTION, kind, {"answers": kind})
    if url.startswith("https://webhooks.twilio.com/") and "/Flows/" in url:
        return Link(LinkKind.STUDIO_FLOW, url.rpartition("/Flows/")[2].split("?")[0], {"answers": kind})
    return Link(LinkKind.WEBHOOK, kind, {"answers": kind})
