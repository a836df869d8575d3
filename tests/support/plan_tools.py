"""A planner to play at, and plans of Acme's quiet numbers."""

from dataclasses import replace
from threading import Event

import pytest

from tests.support.plan_runner import planning

#: Names of Acme's numbers that nobody calls, texts, or has connected to anything.
QUIET_NAMES = ("Landing page test 1", "Landing page test 2", "Landing page test 3", "Shop Miami pop-up")


class Planner:
    """Somebody who makes plans, checks them, types their sentence and runs them."""

    def __init__(self, operator, folder, *, who="pat@desk"):
        self.operator, self.journal, self.protection = operator, operator.journal, operator.protection
        self.plans, self.runs = planning(replace(operator.session, who=who), folder)

    def make(self, *names, **otherwise):
        """Make a plan of numbers by their friendly names."""
        numbers = [number for number in self.operator.inventory().numbers if number.friendly_name in names]
        return self.plans.make(numbers, **otherwise)

    def run(self, plan, path, *, typed=None, accounts_typed="", stop=None, on_progress=None, checked=None):
        """Check a plan, type its sentence, and run it."""
        checked = checked or self.runs.check(plan)
        heard = []
        ran = self.runs.run(
            checked,
            path,
            typed=checked.sentence if typed is None else typed,
            accounts_typed=accounts_typed,
            stop=stop or Event(),
            on_progress=on_progress or heard.append,
        )
        return {sid: outcome.state for sid, outcome in ran.outcomes.items()}, ran.stopped_because

    def account(self, name):
        """Find an account by its name."""
        return next(each for each in self.operator.gateway.accounts() if each.friendly_name == name)


@pytest.fixture
def planner(operator, tmp_path):
    return Planner(operator, tmp_path)


def by_name(plan):
    """Look a plan's items up by the names of their numbers."""
    return {item.name: item for item in plan.items}


def in_one_account(plan, how_many):
    """Make a plan look as if so many numbers of one account went."""
    one = plan.going[0]
    items = [replace(one, sid=f"{one.sid}-{number}") for number in range(how_many)]
    return replace(plan, items=tuple(items), held={one.account_sid: how_many})
