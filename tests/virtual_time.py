"""An event loop whose time passes at once: where everything waits, it is the time that the first of them waits for."""

from __future__ import annotations

import asyncio
import selectors
from typing import Any

_TICK_S = 1e-9
"""What each turn of the loop takes: time never stands still, as on a real clock."""


class _Jumping(selectors.DefaultSelector):
    """Instead of waiting for a time, goes there."""

    now = 1_000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(None if timeout is None else 0)
        self.now += _TICK_S if ready or timeout is None else max(timeout, _TICK_S)
        return ready


class VirtualTime(asyncio.SelectorEventLoop):
    """For what waits on nothing but this loop's own time: no threads, no sockets."""

    def __init__(self) -> None:
        self._selecting = _Jumping()
        super().__init__(self._selecting)

    def time(self) -> float:
        return self._selecting.now

    def stand_still(self, time_s: float) -> None:
        """Let time pass in which nothing runs, as on a machine that has too much to do."""
        self._selecting.now += time_s


BACKEND: tuple[str, dict[str, Any]] = ("asyncio", {"loop_factory": VirtualTime})
"""What a module's `anyio_backend` fixture gives back to run its tests in virtual time."""
