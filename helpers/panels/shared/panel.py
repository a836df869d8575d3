"""The base class of all panels: background work, one task at a time, and the message about its result."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from pathlib import Path
from threading import Lock
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar

import ipywidgets as widgets

from helpers.core.errors import KitError, Stopped
from helpers.panels.shared.html import BannerFacts, escape, message, pill, plain, style
from helpers.panels.shared.keys import KeyGuard

_T = TypeVar("_T")
_P = ParamSpec("_P")
_Self = TypeVar("_Self", bound="_ShowsFailures")
_MEANWHILE = "What you pressed or chose while this was under way was not done; do it again if you still want it."


class _ShowsFailures(Protocol):
    """A panel or a part of one, which shows failures."""

    def fail(self, failure: Exception) -> None: ...


class Panel(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    A box of widgets that never blocks the notebook and never hides a failure.

    ``said`` is the last message to the operator, as plain text.

    Args:
        clock: Returns the current time, for countdowns.
    """

    def __init__(self, *, title: str, subtitle: str, place: BannerFacts, clock: Callable[[], datetime]) -> None:
        # JupyterLab counts the visible copies of a panel, unless the count is None.
        super().__init__(_view_count=0)
        self.add_class("desk")
        # Each button that releases or buys says where it does.
        if place.live:
            self.add_class("desk-at-live")
        self.said = ""
        self._text = self._kind = self._meanwhile = ""
        self._clock = clock
        self._busy = False
        self._doing = ""
        self._tasks: list[asyncio.Task[None]] = []
        self._ticking: asyncio.Task[None] | None = None
        self._heading = widgets.HTML(
            f'{style()}<div class="desk-heading"><h2>{escape(title)}</h2><span>{escape(subtitle)}</span>'
            f"{pill(live=place.live)}</div>"
        )
        self._banner = widgets.HTML()
        self._banner.add_class("desk-told")
        self.observe(self._on_view_count, "_view_count")

    def _compose(self, *parts: widgets.Widget) -> None:
        self.children = [KeyGuard(), self._heading, *parts]

    @property
    def task(self) -> asyncio.Task[None] | None:
        """The task that is running; None when there is none."""
        return next((task for task in reversed(self._tasks) if not task.done()), None)

    async def ready(self) -> None:
        """Wait until no task is running."""
        while (task := self.task) is not None:
            await asyncio.wait([task])

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Start work in the background; without an event loop, as in a plain script, run it now."""
        guarded_work = self._show_failures(work)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            asyncio.run(self._run_all(guarded_work))
            return
        # The loop holds only weak references to its tasks.
        self._tasks = [task for task in self._tasks if not task.done()]
        self._tasks.append(loop.create_task(guarded_work))

    async def _run_all(self, work: Coroutine[Any, Any, None]) -> None:
        await work
        # The end of the loop would cancel the tasks that this one started.
        await self.ready()

    async def _show_failures(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as failure:  # noqa: BLE001  # asyncio would not show a task's failure
            self.fail(failure)

    def fail(self, failure: Exception) -> None:
        """Show a failure in the operator's words; a bug with its file and line, without variables."""
        self._tell(in_words(failure), "warning" if isinstance(failure, Stopped) else "bad")

    def _tell(self, text: str, kind: str) -> None:
        self._text, self._kind = text, kind
        if not text and not self._busy:
            self._meanwhile = ""
        whole = f"{text} {self._meanwhile}".strip()
        self.said = plain(whole)
        self._banner.value = message(whole, kind)

    @contextmanager
    def _standing(self) -> Iterator[None]:
        """Keep the last message of an action: a later failure is shown beside it, never instead."""
        text = self._text
        try:
            yield
        except Exception as failure:  # noqa: BLE001  # shown here, beside the message that it must not replace
            self._tell(f"{text} That stands. After it, this failed: {in_words(failure)}", "bad")

    def _under_way(self, name: str = "") -> bool:
        """
        Return whether work is running; if so, say that the operator's latest input was ignored.

        A click can arrive after its button was disabled.  The second click of a double click asks for
        the work that is running (*name*), so it needs no message.
        """
        if not self._busy and self._meanwhile:
            self._meanwhile = ""
            self._tell(self._text, self._kind)
        elif self._busy and name != self._doing:
            self._meanwhile = _MEANWHILE
            self._tell(self._text, self._kind)
        return self._busy

    def _work(self, work: Coroutine[Any, Any, None]) -> None:
        """
        Start work that the operator asked for, unless other work is running.

        The controls are disabled here, not at the first step of the work: the second click of a
        double click arrives between the two.
        """
        # A coroutine has its method's name, which mypy does not know.
        name = str(getattr(work, "__qualname__", ""))
        if self._under_way(name):
            work.close()
            return
        self._busy, self._doing = True, name
        enabled = [control for control in self._controls() if not control.disabled]
        for control in enabled:
            control.disabled = True
        self._arm()
        self._spawn(self._run_alone(work, enabled))

    async def _run_alone(self, work: Coroutine[Any, Any, None], enabled: Iterable[widgets.Widget]) -> None:
        try:
            await work
        finally:
            self._busy = False
            for control in enabled:
                control.disabled = False
            self._arm()

    def _controls(self) -> tuple[widgets.Widget, ...]:
        """Return the controls that could start other work, without those that ``_arm`` enables."""
        return ()

    def _arm(self, _: object = None) -> None:
        """Enable or disable the controls that need a typed confirmation."""

    def _on_view_count(self, _: object) -> None:
        if self._view_count and (self._ticking is None or self._ticking.done()):
            self._ticking = asyncio.get_running_loop().create_task(self._show_failures(self._keep_ticking()))

    async def _keep_ticking(self) -> None:
        """Call ``_tick`` once a second while the panel is visible; a panel whose cell ran again is not."""
        while self._view_count and self.comm is not None:
            # In a thread, because the practice world's clock takes a request.
            self._tick(await asyncio.to_thread(self._clock))
            await asyncio.sleep(1)

    def _tick(self, now: datetime) -> None:
        """Update the countdowns of the panel."""


class Latch(Generic[_T]):
    """
    The value for the next press of a button: the panel sets it, and the first press takes it.

    A double click is two presses, and the second one is sent before the button can be disabled
    (observed with JupyterLab 4.6 and ipywidgets 8.1).
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._value: _T | None = None

    def arm(self, value: _T | None) -> None:
        """Set the value for the next press; None for a press without effect."""
        with self._lock:
            self._value = value

    def take(self) -> _T | None:
        """Take the value of this press; None for every press after the first."""
        with self._lock:
            value, self._value = self._value, None
            return value


def guarded(method: Callable[Concatenate[_Self, _P], None]) -> Callable[Concatenate[_Self, _P], None]:
    """Show the failure of a callback, which ipywidgets would only write to a log."""

    @wraps(method)
    def guard(panel: _Self, /, *args: _P.args, **named: _P.kwargs) -> None:
        try:
            method(panel, *args, **named)
        except Exception as failure:  # noqa: BLE001  # every failure of a callback has to be shown
            panel.fail(failure)

    return guard


def in_words(failure: Exception) -> str:
    """Describe a failure for the operator: the kit's own error text unchanged, a bug with its file and line."""
    if isinstance(failure, KitError):
        return str(failure)
    trace = failure.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" in {Path(trace.tb_frame.f_code.co_filename).name}, line {trace.tb_lineno}" if trace else ""
    return (
        f"The kit itself failed: {type(failure).__name__}{where}: {failure}; look at the journal before anything else."
    )
