"""
Twilio's refusals: codes, HTTP statuses and words.

Codes and their meaning are from https://www.twilio.com/docs/api/errors.  That page has
neither the HTTP status nor the words of a live answer: those are as users reported them,
and otherwise unverified.
"""

#: Code -> HTTP status and message.  ``{}`` stands for the wrong value.
REFUSALS = {
    20001: (400, "{}"),
    20003: (401, "Authenticate"),
    20004: (405, "Method not allowed"),
    # Whether this comes with 401 or 403 is unverified.
    20005: (403, "Account not active"),
    20007: (400, "Page size too large: {}"),
    20008: (403, "Resource not accessible with Test Account Credentials"),
    20403: (403, "Forbidden"),
    20404: (404, "The requested resource {} was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    20503: (503, "Service is unavailable. Please try again."),
    21101: (400, "Subaccounts cannot have subaccounts"),
    21402: (400, "{} is not a valid URL"),
    21403: (400, "{} is not a valid HTTP method"),
    21421: (400, "{} is not a valid phone number"),
    21422: (400, "{} is not available"),
    21451: (400, "{} is not a valid area code"),
    21452: (400, "No phone numbers found in area code {}"),
    21470: (400, "Invalid AccountSid {}"),
    21472: (400, "Account {} is not active"),
    21473: (400, "Account {} is not related to the owner of the phone number"),
    21474: (400, "API User must be the parent account to transfer phone numbers."),
    21481: (400, "Invalid PageToken"),
    21613: (400, "Phone number {} requires an Address"),
    21631: (400, "Phone number {} requires an Address but the 'AddressSid' parameter was empty."),
    21649: (400, "Phone number {} requires a Bundle but the 'BundleSid' parameter was empty."),
    21651: (400, "Document does not satisfy regulatory requirement"),
    22108: (400, "Invalid Application SID"),
    22109: (400, "Invalid Address SID"),
    22121: (400, "Unable to transfer hosted number {}"),
    22222: (400, "Emergency Status cannot be updated. Remove Emergency Status from the request."),
    70002: (400, "assertion '{}' is invalid"),
    70051: (401, "Authorization Error: required permission {} is missing"),
    22400: (400, "Phone Number linked to Active Route Configuration"),
    22402: (400, "Phone Number operation not permitted within this Region"),
}


#: A stand-in for Twilio's message when it refuses to release a number with an emergency address: neither its code
#: nor its words are known.
EMERGENCY_ADDRESS = "Phone number {} has an emergency address registered and cannot be released."


class Refused(Exception):
    """
    A request is refused as Twilio refuses it: with a code, its HTTP status and its message.

    A code that is not in ``REFUSALS``, because it was ordered or configured, has the status 400.

    Args:
        words: The message in place of the usual one, with ``{}`` as there.
    """

    def __init__(self, code: int, about: str = "", *, words: str | None = None) -> None:
        self.code = code
        self.status, usual = REFUSALS.get(code, (400, "The request was refused"))
        self.message = (words or usual).format(about)
        super().__init__(self.message)

    @property
    def body(self) -> dict[str, object]:
        """The four fields of Twilio's error body."""
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
