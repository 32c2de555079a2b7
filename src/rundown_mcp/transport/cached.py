"""What a provider is asked for once and then kept for some minutes, such as the list of its agents."""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar

import anyio

from rundown_mcp.domain.errors import ConnectionFailure

T = TypeVar("T")

KEPT_S: Final = 300.0
RETRY_S: Final = 30.0
"""How long `recall` does without a value that could not be loaded, so that 200 runs do not make 200 attempts."""
WAIT_S: Final = 5.0
"""How long `recall` waits for a value that an answer can do without."""


class CachedValue(Generic[T]):
    """The value that `load` gives: however many ask at once, it is loaded once.

    `kept_s` gives the seconds for which a value is fresh; `clock` gives seconds that only ever grow; `wait_s` is how
    long `recall` takes at the most.
    """

    def __init__(
        self,
        load: Callable[[], Awaitable[T]],
        *,
        kept_s: Callable[[T], float] = lambda _: KEPT_S,
        clock: Callable[[], float] = time.monotonic,
        wait_s: float = WAIT_S,
    ) -> None:
        self._load = load
        self._kept_s = kept_s
        self._clock = clock
        self._wait_s = wait_s
        self._lock = anyio.Lock()
        self._held: tuple[T, float] | None = None
        self._again_at = -math.inf
        self._failures = 0
        self._failure: ConnectionFailure | None = None

    async def read(self) -> T:
        """The value, loaded anew where it is too old.

        Raises:
            ConnectionFailure: it could not be loaded. Those who waited for that share it, or the last of many would
                wait for the attempts of all; it is not held against who asks later.
        """
        failures = self._failures
        async with self._lock:
            if self._failure is not None and self._failures > failures:
                raise self._failure
            return await self._fresh()

    async def refresh(self) -> T:
        """The value, loaded now whatever is kept.

        Raises:
            ConnectionFailure: it could not be loaded.
        """
        async with self._lock:
            return await self._loaded()

    async def recall(self) -> T | None:
        """The value as far as it is known, never a failure: an older one, or None, where a new one does not come."""
        with anyio.move_on_after(self._wait_s) as wait:
            async with self._lock:
                if self._clock() >= self._again_at:
                    try:
                        return await self._fresh()
                    except ConnectionFailure:
                        self._again_at = self._clock() + RETRY_S
        if wait.cancelled_caught:
            self._again_at = self._clock() + RETRY_S
        return None if self._held is None else self._held[0]

    async def _fresh(self) -> T:
        if self._held is not None and self._clock() < self._held[1]:
            return self._held[0]
        return await self._loaded()

    async def _loaded(self) -> T:
        try:
            value = await self._load()
        except ConnectionFailure as failure:
            self._failure, self._failures = failure, self._failures + 1
            raise
        self._failure = None
        self._held = (value, self._clock() + self._kept_s(value))
        self._again_at = -math.inf
        return value
