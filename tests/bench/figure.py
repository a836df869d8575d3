"""A figure that was measured: how it is printed, and whether it is what it has to be."""

from collections.abc import Mapping
from typing import NamedTuple


class Figure(NamedTuple):
    """One line of the table."""

    name: str
    value: float
    unit: str
    #: The most that it may be; None for a figure that others are compared with.
    target: float | None = None
    #: What was measured beside it: unit -> value.
    beside: Mapping[str, float] = {}

    @property
    def missed(self) -> bool:
        """Whether it is over its target."""
        return self.target is not None and self.value > self.target

    def __str__(self) -> str:
        target = "" if self.target is None else f"at most {self.target:g}"
        verdict = "reached" if self.target is not None else ""
        if self.missed:
            verdict = f"missed by {self.value / self.target - 1:.0%}" if self.target else "missed"
        beside = ", ".join(f"{value:,.{_digits(value)}f} {unit}" for unit, value in self.beside.items())
        value = f"{self.value:,.{_digits(self.value)}f} {self.unit}"
        return f"{self.name:<46} {value:>26}  {target:<13} {verdict:<16} {beside}".rstrip()


def _digits(value: float) -> int:
    return 0 if value == int(value) or value >= 100 else 2
