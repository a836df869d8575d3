"""
Named faults that can be ordered.

The real Twilio does not fail on request, but a release is dangerous exactly when an
answer is lost.  Each fault says whether the request is carried out.
"""

from enum import Enum


class Fault(Enum):
    """A way of failing; its value says what becomes of the request and of its answer."""

    REQUEST_LOST = "the connection is reset, and the request is never carried out"
    ANSWER_LOST = "it is carried out, and the connection is reset instead of an answer"
    ANSWER_CUT = "it is carried out, and the answer breaks off in the middle"
    SILENT_BEFORE = "it is never carried out, and no answer comes until the connection is closed"
    SILENT_AFTER = "it is carried out, and no answer comes until the connection is closed"
    LATE = "the connection is reset now, and it is carried out some seconds later"
    BROKEN_BEFORE = "it is not carried out, and the answer is 500"
    BROKEN_AFTER = "it is carried out, and the answer is 500"
    UNAVAILABLE_BEFORE = "it is not carried out, and the answer is 503"
    UNAVAILABLE_AFTER = "it is carried out, and the answer is 503"
    SLOW = "it is carried out, and the answer takes some seconds"
    THROTTLED = "it is not carried out, and the answer is 429"
    EMPTY_PROMISE = "the answer to a DELETE is 204, and the number is still there"
    NOT_FOUND = "it is not carried out, and the answer is 404"
    UNAUTHORIZED = "it is not carried out, and the answer is 401"
    FORBIDDEN = "it is not carried out, and the answer is 403"
    GARBLED = "it is carried out, and the answer is 200 with a body that is not JSON"
    STALE = "a GET is answered as of before the last change of what it asks for"
    MOVED = "just before it is carried out, the number is moved to another account of the company"
    EMPTY_PAGE = "a page of a list is empty, and names the one that follows all the same"
    CHANGED = "just before a GET is answered, the number's voice_url is changed by somebody else"
    REFUSED = "it is not carried out, and the answer is 400 with a code of your choice"
    WRONG_REGION = "it is not carried out, and the answer is 400 with code 22402"
