"""Keep finished runs for some minutes, and make identical reads in flight once."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

import anyio

from rundown_mcp.domain.errors import ConnectionFailure
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import RunDetail
from rundown_mcp.domain.text import Untrusted

KEPT_S: Final = 600.0
_MOST_RUNS: Final = 256
_MOST_CHARACTERS: Final = 48_000_000
_RUN_OVERHEAD: Final = 2_000


@dataclass(slots=True)
class _Flight:
    """One read under way, and how it ended; neither is set where its reader was cancelled."""

    landed: anyio.Event = field(default_factory=anyio.Event)
    detail: RunDetail | None = None
    failure: ConnectionFailure | None = None


class RunCache:
    """Finished runs in memory as they came from the provider, bounded by number, size and age.

    They stay behind the gate: only `Untrusted` values are kept. A run that is not finished, or of which something
    could not be read, is never kept.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._kept: OrderedDict[Ref, tuple[float, int, RunDetail]] = OrderedDict()
        self._characters = 0
        self._flights: dict[Ref, _Flight] = {}

    async def get(self, ref: Ref, read: Callable[[], Awaitable[RunDetail]]) -> RunDetail:
        """The run from memory, or from the same read that somebody else has under way, or from `read`.

        Raises:
            ConnectionFailure: that of the read.
        """
        while True:
            if (kept := self._fresh(ref)) is not None:
                return kept
            flight = self._flights.get(ref)
            if flight is None:
                return await self._fly(ref, read)
            await flight.landed.wait()
            if flight.failure is not None:
                raise flight.failure
            if flight.detail is not None:
                return flight.detail

    async def _fly(self, ref: Ref, read: Callable[[], Awaitable[RunDetail]]) -> RunDetail:
        flight = self._flights[ref] = _Flight()
        try:
            flight.detail = await read()
        except ConnectionFailure as failure:
            flight.failure = failure
            raise
        finally:
            del self._flights[ref]
            flight.landed.set()
        if flight.detail.run.status.word.is_final and not flight.detail.missing:
            self._keep(ref, flight.detail)
        return flight.detail

    def _fresh(self, ref: Ref) -> RunDetail | None:
        for old in [kept for kept, (at, _, _) in self._kept.items() if self._now() - at > KEPT_S]:
            self._drop(old)
        entry = self._kept.get(ref)
        if entry is None:
            return None
        self._kept.move_to_end(ref)
        return entry[2]

    def _keep(self, ref: Ref, detail: RunDetail) -> None:
        size = _size(detail)
        if size > _MOST_CHARACTERS:
            return
        self._drop(ref)
        self._kept[ref] = (self._now(), size, detail)
        self._characters += size
        while len(self._kept) > _MOST_RUNS or self._characters > _MOST_CHARACTERS:
            self._drop(next(iter(self._kept)))

    def _drop(self, ref: Ref) -> None:
        entry = self._kept.pop(ref, None)
        if entry is not None:
            self._characters -= entry[1]


def _size(detail: RunDetail) -> int:
    """About how many characters a run holds; its payloads and messages are nearly all of it."""
    values: list[Untrusted | None] = [detail.run.extra]
    for message in detail.messages:
        values += [message.text, message.extra]
    for step in detail.steps:
        values += [step.content, step.error, step.extra]
        if step.tool is not None:
            values += [step.tool.input, step.tool.output]
    return _RUN_OVERHEAD + sum(value.size for value in values if value is not None)
