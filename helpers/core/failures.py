"""
The sentences for reading that failed, for a request that changed nothing, and for an open outcome.  Pure.

Exceptions carry a sentence and the facts; the journal keeps only the facts.
"""

from collections.abc import Mapping

from helpers.core.reasons import MISSING_PERMISSION, NOT_ACTIVE, ONLY_SIGNED, Cause, Detail, Obstacle, Reason

SIGNED_ADVICE = (
    "That account takes signed requests only (Public Key Client Validation), which the kit cannot send. Have it "
    "switched off for that account in Twilio's Console."
)


_OBSTACLES = {
    Obstacle.STOPPED: "It was stopped before.",
    Obstacle.PAUSED: "This machine paused, or it waited too long for its turn.",
    Obstacle.SOCKS_PROXY: "HTTPS_PROXY or ALL_PROXY asks for a SOCKS proxy, which the kit cannot use. "
    "Set it to the address of an http:// proxy, or unset it.",
    Obstacle.PROXY_ADDRESS: "HTTPS_PROXY or ALL_PROXY is not the address of a proxy, like http://proxy.example:8080. "
    "Correct it, or unset it.",
    Obstacle.NO_CERTIFICATES: "The file that REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names is not there. "
    "Set it to the file of certificates to trust, or unset it.",
    Obstacle.PROXY: "The proxy in between did not let the request through.",
    Obstacle.CERTIFICATE: "The certificate of the other side is not one that this machine trusts; "
    "if a proxy inspects traffic here, set REQUESTS_CA_BUNDLE to its certificate.",
    Obstacle.NO_CONNECTION: "No connection could be made.",
    Obstacle.TIMEOUT: "There was no answer within {limit} seconds.",
    Obstacle.TOO_SLOW: "The answer was not complete within {limit} seconds.",
    Obstacle.TOO_LARGE: "The answer was larger than {limit} MB, which nothing of Twilio's is, so it was not read on.",
    Obstacle.BROKEN: "The connection broke before the answer was complete.",
}

_FAILURES = {
    Cause.DID_NOT_LEAVE: "The request to {request} did not leave. {obstacle} Nothing was changed.",
    Cause.NO_SID: "{sid!a} is no sid of Twilio's, so nothing was sent to its address. Nothing was changed.",
    Cause.TWILIO_BUSY: "Twilio was too busy for the request to {request} and did not process it. {answer}",
    Cause.TWILIO_REFUSED: "Twilio refused to {request}: {answer} Nothing was changed. {what_now}",
    Cause.NO_ANSWER: "The request to {request} was sent, and no answer came. {obstacle}",
    Cause.ERROR_ANSWERED: "The request to {request} was answered with an error that leaves open what became of it: "
    "{answer}",
    Cause.ODD_YES: "The request to {request} was answered with HTTP {status}, which is not how Twilio says yes, so "
    "what became of it is open.",
    Cause.UNREADABLE_YES: "Twilio said yes, and what it said about the number could not be read.",
    Cause.YES_TO_ANOTHER: "Twilio said yes, and what it said is about another number, so what became of this one is "
    "open.",
    Cause.NOT_FOUND_THERE: "Twilio answered 404: at this moment the number is not where it was.",
    Cause.REFUSED_BUT_CHANGED: "{refusal} A look at once does not find it as it was.",
}
#: The causes that Twilio's answer, the network or this machine gave for a request that changes something.
FAILURES = frozenset(_FAILURES)

_READ_FAILURES = {
    Cause.UNREADABLE: "{said}",
    Cause.READ_NOT_ANSWERED: "Reading {what} failed. {obstacle} Nothing was changed.",
    Cause.READ_REFUSED: "Reading {what} failed: {answer} Nothing was changed.{hint}",
    Cause.READ_ODD_ANSWER: "Reading {what} failed: what came back is not what Twilio sends. Nothing was changed.",
    Cause.READ_ODD_CONTENT: "{what} could not be understood: Twilio's answer is not as it should be ({error}).",
    Cause.READ_OTHER_SUBJECT: "Reading {what} failed: Twilio's answer is about something else than was asked. Nothing "
    "was changed.",
    Cause.READ_OTHER_HOST: "Reading {what} failed: the next page is not at Twilio. Nothing was changed.",
    Cause.READ_ENDLESS: "Reading {what} failed: the list never ends, because its pages lead back to what was read "
    "before. Nothing was changed.",
    Cause.READ_NO_LIST_ADDRESS: "Reading {what} failed: that is no list of Twilio's. Nothing was changed.",
    Cause.READ_LIST_MISSING: "Reading {what} failed: Twilio answers that there is no such list.",
    Cause.READ_ACCOUNT_MISSING: "Twilio knows no account {account} with these credentials.",
    Cause.READ_NO_CREDENTIALS: "{account} could not be looked at there: that takes its own credentials, which Twilio "
    "tells only to the main account's auth token. Nothing was changed.",
    Cause.READ_ACCOUNT_UNKNOWN: "{number} was not looked at: it is in {account}, which is not among the accounts that "
    "were read, so what protects it there is not known. Nothing was changed. Read the inventory again.",
    Cause.OUT_OF_REACH: "Out of reach for this {credential}.",
    Cause.ACCOUNT_OUT_OF_SIGHT: "Its account {account} is not in sight of this desk. Open the desk with that company's "
    "credentials.",
    Cause.COMPANY_OUT_OF_SIGHT: "These credentials cannot see every account of the company, so a number that was moved "
    "cannot be told from one that was released. Open the desk with the main account's auth token to find out.",
    Cause.ON_TRUNK: "It is on a SIP trunk. Twilio finds no call of a trunk by its number, and its account's log of "
    "calls is too long to be read through for it. Ask whoever looks after that trunk whether anybody still calls it.",
    Cause.STOPPED: "The look was stopped before it got that far.",
    Cause.BEING_READ: "It is being read at this moment.",
    # Only where the file cannot be read; what it protects is told by ``decisions/sentences.py``.
    Cause.PROTECTED: "The file of what is protected cannot be read ({problem}), so nothing can be released. Put {file} "
    "right, or move it away if nothing needs to be protected.",
    Cause.PROTECTIONS_UNREADABLE: "What is protected cannot be told, so nothing can be released. {problem}",
}
_WHERE_RESET = " If the practice world was reset, run the notebook's first cell again."
#: The causes that have a sentence here.
SENTENCES = (FAILURES | _READ_FAILURES.keys()) - {Cause.PROTECTED}


def failure(why: Reason) -> str:
    """Say why reading failed, why a request changed nothing, or why its outcome is open."""
    details = why.details
    fields = {
        **details,
        "request": f"{details.get('request')} {details.get('number') or 'it'}",
        "obstacle": obstacle(details.get("obstacle"), details.get("limit")),
        "answer": answered(details),
        "what_now": _what_now(details.get("status"), details.get("code")),
        "refusal": failure(why.cause) if why.code is Cause.REFUSED_BUT_CHANGED else "",
        "hint": _WHERE_RESET if details.get("reset") else "",
    }
    return (_FAILURES.get(why.code) or _READ_FAILURES[why.code]).format(**fields)


def obstacle(code: Detail, limit: Detail = None) -> str:
    """
    Say why a request has no answer.

    Args:
        limit: The seconds or megabytes that the answer exceeded.
    """
    return _OBSTACLES[Obstacle(str(code))].format(limit=limit) if code else ""


def answered(details: Mapping[str, Detail]) -> str:
    """Quote an answer of Twilio's: its ``status``, ``code`` and ``words``; without words, it is not Twilio's."""
    status, code, words = details.get("status"), details.get("code"), details.get("words")
    if words is None:
        return f"HTTP {status}, in words that are not Twilio's."
    return f"HTTP {status}{f', Twilio error {code}' if code else ''}: {str(words or 'no message').rstrip('.')}."


def _what_now(status: Detail, code: Detail) -> str:
    if status in {401, 403} and code in NOT_ACTIVE:
        return (
            "That account is suspended or closed, and while it is, Twilio does not do that there. Have it made active "
            "in Twilio's Console, or ask Twilio's support, then try again."
        )
    if code == ONLY_SIGNED:
        return SIGNED_ADVICE
    if code == MISSING_PERMISSION:
        return (
            "These credentials lack that permission: have it given to them in Twilio's Console, or use others that "
            "have it."
        )
    if status in {401, 403}:
        return "These credentials may not do that; whoever manages your company's Twilio account can let them."
    return f"Twilio explains it at https://www.twilio.com/docs/api/errors/{code}."
