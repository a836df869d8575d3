"""What all panels have in common: work done beside the notebook, and a place where it is told what came of it."""

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
_Self = TypeVar("_Self", bound="_Reports")
_MEANWHILE = "What you pressed or chose while this was under way was not done; do it again if you still want it."


class _Reports(Protocol):
    """A panel, or a part of one."""

    def fail(self, failure: Exception) -> None: ...


class Panel(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    A box of widgets that never blocks the notebook and never swallows a failure.

    ``said`` is what it last told the operator, as plain text.

    Args:
        clock: The time now, for what is counted down.
    """

    def __init__(self, *, title: str, subtitle: str, place: BannerFacts, clock: Callable[[], datetime]) -> None:
        # JupyterLab keeps count of how often a panel is on a screen, where the count is not None.
        super().__init__(_view_count=0)
        self.add_class("desk")
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
        self.observe(self._seen, "_view_count")

    def _compose(self, *parts: widgets.Widget) -> None:
        self.children = [KeyGuard(), self._heading, *parts]

    @property
    def task(self) -> asyncio.Task[None] | None:
        """What is under way; None when nothing is."""
        return next((task for task in reversed(self._tasks) if not task.done()), None)

    async def ready(self) -> None:
        """Wait until nothing is under way any more."""
        while (task := self.task) is not None:
            await asyncio.wait([task])

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Do work beside the notebook; here and now where there is no event loop, as in a plain script."""
        told = self._told(work)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            asyncio.run(self._to_the_end(told))
            return
        # The loop itself keeps no hold on its tasks.
        self._tasks = [task for task in self._tasks if not task.done()]
        self._tasks.append(loop.create_task(told))

    async def _to_the_end(self, work: Coroutine[Any, Any, None]) -> None:
        await work
        # What it set going would be cancelled with the loop.
        await self.ready()

    async def _told(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as failure:  # noqa: BLE001  # a task's failure would be shown nowhere
            self.fail(failure)

    def fail(self, failure: Exception) -> None:
        """Tell a failure in the operator's words; a bug with its place, and without its variables."""
        self._tell(in_words(failure), "warning" if isinstance(failure, Stopped) else "bad")

    def _tell(self, text: str, kind: str) -> None:
        self._text, self._kind = text, kind
        if not text and not self._busy:
            self._meanwhile = ""
        shown = f"{text} {self._meanwhile}".strip()
        self.said = plain(shown)
        self._banner.value = message(shown, kind)

    @contextmanager
    def _standing(self) -> Iterator[None]:
        """Leave standing what was just told of an act: what fails after it is told beside it, never in its place."""
        told = self._text
        try:
            yield
        except Exception as failure:  # noqa: BLE001  # told here, with what it would otherwise hide
            self._tell(f"{told} That stands. After it, this failed: {in_words(failure)}", "bad")

    def _under_way(self, asked: str = "") -> bool:
        """
        Tell whether something is under way; if so, say that what was asked for meanwhile is not done.

        An event may be on its way when the controls are put to sleep.  The second click of a double click
        asks for what is being done already, so there is nothing to say.
        """
        if not self._busy and self._meanwhile:
            self._meanwhile = ""
            self._tell(self._text, self._kind)
        elif self._busy and asked != self._doing:
            self._meanwhile = _MEANWHILE
            self._tell(self._text, self._kind)
        return self._busy

    def _work(self, work: Coroutine[Any, Any, None]) -> None:
        """
        Do what the operator asked for, one thing at a time.

        Everything sleeps from here on, not from the first step of the work on: the second of two
        clicks is heard between the two.
        """
        # Python names a coroutine after its method; mypy does not know it.
        asked = str(getattr(work, "__qualname__", ""))
        if self._under_way(asked):
            work.close()
            return
        self._busy, self._doing = True, asked
        awake = [control for control in self._controls() if not control.disabled]
        for control in awake:
            control.disabled = True
        self._arm()
        self._spawn(self._alone(work, awake))

    async def _alone(self, work: Coroutine[Any, Any, None], awake: Iterable[widgets.Widget]) -> None:
        try:
            await work
        finally:
            self._busy = False
            for control in awake:
                control.disabled = False
            self._arm()

    def _controls(self) -> tuple[widgets.Widget, ...]:
        """Name what could start something else meanwhile, besides what is confirmed by typing."""
        return ()

    def _arm(self, _: object = None) -> None:
        """Wake what is confirmed by typing, or let it sleep."""

    def _seen(self, _: object) -> None:
        if self._view_count and (self._ticking is None or self._ticking.done()):
            self._ticking = asyncio.get_running_loop().create_task(self._told(self._tick_on()))

    async def _tick_on(self) -> None:
        """Count down once a second for as long as the panel is on a screen: one that was run again is on none."""
        while self._view_count and self.comm is not None:
            # In a thread, because the practice world's clock is a request away.
            self._tick(await asyncio.to_thread(self._clock))
            await asyncio.sleep(1)

    def _tick(self, now: datetime) -> None:
        """Show what is left of whatever a panel counts down."""


class Latch(Generic[_T]):
    """
    What the next press of a button is about: armed by the panel, taken by the first press.

    A double click is two presses, and the second is on its way before the button can be
    put to sleep (seen with JupyterLab 4.6 and ipywidgets 8.1).
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._what: _T | None = None

    def arm(self, what: _T | None) -> None:
        """Say what the next press is about; None for nothing."""
        with self._lock:
            self._what = what

    def take(self) -> _T | None:
        """Take what the press is about; None for every press after the first."""
        with self._lock:
            what, self._what = self._what, None
            return what


def guarded(method: Callable[Concatenate[_Self, _P], None]) -> Callable[Concatenate[_Self, _P], None]:
    """Tell what goes wrong in a callback: ipywidgets would write it to a log that nobody opens."""

    @wraps(method)
    def guard(panel: _Self, /, *args: _P.args, **named: _P.kwargs) -> None:
        try:
            method(panel, *args, **named)
        except Exception as failure:  # noqa: BLE001  # the reason stands above
            panel.fail(failure)

    return guard


def in_words(failure: Exception) -> str:
    """Say a failure in the operator's words: the kit's own sentence unchanged, or that the kit itself failed."""
    if isinstance(failure, KitError):
        return str(failure)
    trace = failure.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" in {Path(trace.tb_frame.f_code.co_filename).name}, line {trace.tb_lineno}" if trace else ""
    return (
        f"The kit itself failed: {type(failure).__name__}{where}: {failure}; look at the journal before anything else."
    )
