"""The fields for an API key that is typed in for one release, and forgotten with it."""

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets
from traitlets import Unicode

from helpers.core.permissions import ApiKey
from helpers.gateway.value_forms import clean, is_key, is_secret
from helpers.panels.shared.html import message
from helpers.panels.shared.panel import guarded

KEY_NEEDED = "There is no button until the API key that may release is typed in: its SID, SK…, and its secret."
_NEEDED = (
    "The desk's key for this account may not release. Type in one of the same account that may; it is kept for this "
    "once only."
)
_OPTIONAL = (
    "Where the desk's key for an account may not release, one of the same account that may can be typed in. It is kept "
    "for this once only; without one, the desk's own is used."
)


class _Hidden(widgets.Password):  # type: ignore[misc]  # ipywidgets has no types
    """A password field whose value goes from the browser to the kernel, and never back."""

    value = Unicode("").tag(sync=True, echo_update=False)

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002
        """Tell the state without the value: a page that is loaded again, or saved, asks for all of it."""
        state: dict[str, Any] = super().get_state(key, drop_defaults)
        return {name: "" if name == "value" else each for name, each in state.items()}


class ReleaseKey(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    The SID of an API key and its secret; hidden at a desk that needs none.

    Args:
        is_offered: Whether the desk's own credentials are an API key.

        on_change: Called when something was typed.

        on_failure: Receives every failure.
    """

    def __init__(
        self,
        *,
        is_offered: bool,
        on_change: Callable[[], None],
        on_failure: Callable[[Exception], None],
    ) -> None:
        self.sid = widgets.Text(description="API key that may release", placeholder="SK…")
        self.secret = _Hidden(description="Its secret")
        self._is_offered, self._is_needed, self._on_change, self.fail = is_offered, False, on_change, on_failure
        self._about = widgets.HTML()
        super().__init__([self._about, self.sid, self.secret])
        self.offer(is_needed=False)
        self.sid.observe(self._on_typed, "value")
        self.secret.observe(self._on_typed, "value")

    def offer(self, *, is_needed: bool, wanted: bool = True) -> None:
        """
        Show the fields where they are *wanted*, unless the desk needs none.

        Args:
            is_needed: Whether the desk's own key may certainly not release what is to be released.
        """
        self._is_needed = is_needed
        self._about.value = message(_NEEDED if is_needed else _OPTIONAL, "quiet")
        self.layout.display = None if self._is_offered and wanted else "none"

    @property
    def is_ready(self) -> bool:
        """Whether the key is whole, or none is typed where none is needed."""
        if not self.sid.value and not self.secret.value:
            return not self._is_needed
        return is_key(clean(self.sid.value)) and is_secret(clean(self.secret.value))

    def take(self) -> ApiKey | None:
        """Return the key, once: both fields are empty afterwards.  None where none is typed."""
        try:
            return ApiKey(clean(self.sid.value), clean(self.secret.value)) if self.secret.value else None
        finally:
            self.forget()

    def forget(self) -> None:
        """Empty both fields."""
        self.sid.value = self.secret.value = ""

    @guarded
    def _on_typed(self, _: object) -> None:
        self._on_change()
