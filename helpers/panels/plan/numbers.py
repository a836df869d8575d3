"""The numbers of a plan, in the plan and not in it, and the buttons that add them and leave them out."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial

import ipywidgets as widgets

from helpers.core.number_note import NumberNote
from helpers.panels.plan.columns import columns_in_plan, columns_not_in_plan
from helpers.panels.plan.text import about, heading, heading_aside, why_not
from helpers.panels.shared.columns import Column
from helpers.panels.shared.grid import Grid
from helpers.panels.shared.html import count, escape, message, plain
from helpers.panels.shared.panel import guarded, in_words
from helpers.plans.edits import Change, Edited, add, leave_out, may_be_added
from helpers.plans.plan import Item, Plan, unregistering
from helpers.tables.frames import Frame, plan_table

#: The most numbers that are named one by one beside a button.
_NAMED = 5
_NO_ROW = "Go to a row with a click or an arrow key: all that is known of that number stands here."


class NumberGroup(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    A part of a plan's numbers: how many, the grid, all that is known of one of them, and buttons for those ticked.

    ``said`` is the last message beside the buttons, as plain text.

    Args:
        label: The name of the grid for screen readers.

        controls: What stands beside the count of those that are ticked.

        on_selection: Called when others are ticked; returns what else to say of them.
    """

    def __init__(self, label: str, controls: Iterable[widgets.Widget], *, on_selection: Callable[[], str]) -> None:
        self._items: dict[str, Item] = {}
        self._columns: tuple[Column, ...] = ()
        self._empty = ""
        self._on_selection = on_selection
        self.said = ""
        self.heading, self.about, self.ticked, self.told = (widgets.HTML() for _ in range(4))
        self.grid = Grid(on_selection=self._selected, on_cursor=self._went_to, on_failure=self.fail)
        self.grid.label = label
        below = widgets.HBox([self.ticked, *controls])
        for part, name in ((below, "desk-of-ticked"), (self.about, "desk-about-row"), (self.told, "desk-answer")):
            part.add_class(name)
        for button in below.children[1:]:
            button.add_class("desk-answered")
        super().__init__([self.heading, self.grid, below, self.told, self.about])
        self.add_class("desk-answers")

    @property
    def chosen(self) -> tuple[Item, ...]:
        """The numbers that are ticked."""
        return tuple(self._items[sid] for sid in self.grid.selected)

    def show(self, items: dict[str, Item], table: Frame, columns: Iterable[Column], *, head: str, empty: str) -> None:
        """Show other numbers, with those of the columns that their table has; none of them is ticked."""
        self.grid.select(self.grid.selected, on=False)
        self._items, self._empty = items, empty
        self._columns = tuple(column for column in columns if column.key in table.columns)
        self.grid.take(table)
        self.heading.value = f"<p>{head}</p>"
        self.about.value = f'<p class="desk-hint">{escape(_NO_ROW)}</p>' if items else ""
        self.tell("", "quiet")

    def search(self, query: str) -> None:
        """Show the rows that hold every word of *query*."""
        no_match = f"No number of these matches “{plain(query.strip())}”."
        self.grid.show(
            columns=self._columns,
            matches=self.grid.everything,
            query=query,
            empty=no_match if self._items and query.strip() else self._empty,
        )
        self._selected()

    def tell(self, text: str, kind: str) -> None:
        """Say beside the buttons what came of the last press."""
        self.said = plain(text)
        self.told.value = message(text, kind)

    def fail(self, failure: Exception) -> None:
        """Say it where the button is that caused it."""
        self.tell(in_words(failure), "bad")

    @guarded
    def press(self, act: Callable[[], None]) -> None:
        """Do what a button of this group is for."""
        act()

    def _went_to(self, sid: str) -> None:
        self.about.value = about(self._items[sid])

    def _selected(self) -> None:
        many = len(self.grid.selected)
        hidden = f", {many - self.grid.marked:,} of them not shown" if many > self.grid.marked else ""
        also = self._on_selection()
        self.ticked.value = f'<p role="status"><b>{many:,} ticked</b>{hidden}{also}</p>' if self._items else ""


class PlanNumbers(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    All numbers of a plan, in two groups that are searched together: those in the plan, and those that are not.

    Args:
        on_change: Receives a change of the plan, and raises what keeps it from being made.
    """

    def __init__(self, *, on_change: Callable[[Change], None]) -> None:
        self._on_change = on_change
        self.search = widgets.Text(description="Find numbers of this plan", placeholder="Digits, a name, a reason")
        self.leave_out = widgets.Button(description="Leave out")
        self.why = widgets.Text(
            description="Reason for all that are in use", placeholder="Why they may go all the same"
        )
        self.add = widgets.Button(description="Add to the plan", icon="plus")
        self.keep_address = widgets.Button(description="Leave out, and keep its address")
        self.going = NumberGroup("Numbers in this plan", [self.leave_out], on_selection=self._going_ticked)
        self.aside = NumberGroup(
            "Numbers not in this plan", [self.why, self.add, self.keep_address], on_selection=self._aside_ticked
        )
        super().__init__([self.search, self.going, self.aside])
        self.add_class("desk-plan-numbers")
        self.search.observe(self._searched, "value")
        self.leave_out.on_click(lambda _: self.going.press(partial(self._leave_out, self.going)))
        self.keep_address.on_click(lambda _: self.aside.press(partial(self._leave_out, self.aside)))
        self.add.on_click(lambda _: self.aside.press(self._add))
        self.show(None, today=date.min, notes={})

    @property
    def controls(self) -> tuple[widgets.Widget, ...]:
        """The controls that could change the plan."""
        return self.leave_out, self.add, self.keep_address

    def show(self, plan: Plan | None, *, today: date, notes: Mapping[str, NumberNote]) -> None:
        """
        Show the numbers of a plan, none of them ticked; hide everything if there is no plan.

        Args:
            notes: What was noted about numbers, by phone number.
        """

        def table(part: dict[str, Item]) -> Frame:
            whole = plan_table(list(part.values()), today=today, notes=notes)
            # Where all are of one account, its name takes the room of theirs, and the line above says it.
            return whole.drop(columns="account") if one_account else whole

        one_account = plan is not None and len({item.account_sid for item in plan.items}) == 1
        self.layout.display = None if plan else "none"
        self.search.value = self.why.value = ""
        items = {item.sid: item for item in plan.items} if plan else {}
        going = {sid: item for sid, item in items.items() if item.aside is None}
        aside = {sid: item for sid, item in items.items() if item.aside is not None}
        in_plan = columns_in_plan(going, act=plan.act, today=today) if plan else ()
        empty = "No number of this plan may go."
        self.going.show(going, table(going), in_plan, head=heading(going.values()), empty=empty)
        head = heading_aside(aside.values())
        self.aside.show(aside, table(aside), columns_not_in_plan(aside), head=head, empty="")
        self.aside.layout.display = None if aside else "none"
        self.keep_address.layout.display = None if plan and unregistering(plan) else "none"
        self._search()

    def _search(self) -> None:
        for group in (self.going, self.aside):
            group.search(self.search.value)

    def _searched(self, _: object) -> None:
        self.going.press(self._search)

    def _going_ticked(self) -> str:
        self.leave_out.description = _with_count("Leave out", len(self.going.chosen))
        return ""

    def _aside_ticked(self) -> str:
        chosen = self.aside.chosen
        may = sum(map(may_be_added, chosen))
        self.add.description = _with_count("Add to the plan", may)
        return f", {len(chosen) - may:,} of them cannot be added" if may < len(chosen) else ""

    def _leave_out(self, group: NumberGroup) -> None:
        sids = set(group.grid.selected)
        self._edit(group, lambda plan, author: leave_out(plan, sids, author=author), done="left out")

    def _add(self) -> None:
        sids, why = set(self.aside.grid.selected), self.why.value
        self._edit(self.aside, lambda plan, author: add(plan, sids, why=why, author=author), done="added")

    def _edit(self, group: NumberGroup, edit: Callable[[Plan, str], Edited], *, done: str) -> None:
        many, outcomes = len(group.grid.selected), list[tuple[Item, ...]]()

        def change(plan: Plan, author: str) -> Plan:
            changed, stay = edit(plan, author)
            outcomes.append(stay)
            return changed

        self._on_change(change)
        # A group without numbers is hidden, and what was said in it.
        there = group if group.layout.display is None else self.going
        # While other work goes on, nothing is changed, and the panel says so.
        for stay in outcomes:
            there.tell(*_describe(many - len(stay), stay, done=done))


def _with_count(words: str, many: int) -> str:
    first, *rest = words.split(" ", 1)
    return " ".join((first, f"{many:,}", *rest)) if many else words


def _describe(many: int, stay: tuple[Item, ...], *, done: str) -> tuple[str, str]:
    """Say what became of the numbers that were ticked, and why of each that stays; return the kind, too."""
    text = f"{count(many, 'number was', 'numbers were')} {done}." if many else f"Nothing was {done}."
    if not stay:
        return text, "good"
    named = " ".join(f"{item.phone_number}: {why_not(item)}" for item in stay[:_NAMED])
    more = f" And {len(stay) - _NAMED:,} more, each with its reason in the list." if len(stay) > _NAMED else ""
    return f"{text} {count(len(stay), 'number stays as it is.', 'numbers stay as they are.')} {named}{more}", "warning"
