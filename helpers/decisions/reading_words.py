"""The words for the method by which traffic was read.  Pure."""

from helpers.core.records import TrafficMethod, TrafficReading

_METHODS = {
    TrafficMethod.READ_THROUGH: "The logs were read through",
    TrafficMethod.LOOKED_UP: "Looked up by itself",
    TrafficMethod.BEGUN: "The logs were begun, then looked up by itself",
}


def describe_method(how: TrafficMethod) -> str:
    """Say by which method traffic was read."""
    return _METHODS[how]


def describe_reading(way: TrafficReading) -> str:
    """Say by which method a number's traffic was read, and how many requests that took."""
    return f"{_METHODS[way.how]} ({way.requests:,} requests for its account)."
